from __future__ import annotations

import re

import pytest

from tests.web.markup import stylesheets

PAPER = ["paper", "wash"]
TEXT = ["ink", "ink-2", "ink-3", "accent", "accent-deep", "for", "against", "wait"]
PAIRS = [
    *[(ink, ground, 4.5) for ink in TEXT for ground in PAPER],
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-deep", 4.5),
    ("accent-deep", "accent-wash", 4.5),
    ("against", "against-wash", 4.5),
    ("ink", "for-wash", 4.5),
    ("ink-2", "against-wash", 4.5),
    ("ink", "highlight", 4.5),
    ("edge", "paper", 3.0),
    ("focus", "paper", 3.0),
    ("for", "against-2", 3.0),
]


def _schemes() -> dict[str, dict[str, str]]:
    light, dark = stylesheets()["css/tokens.css"].split("@media screen and (prefers-color-scheme: dark)")
    value = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return {"light": dict(value.findall(light)), "dark": dict(value.findall(dark))}


def _luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted([_luminance(one), _luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_in_use_is_readable(scheme: str) -> None:
    colors = _schemes()[scheme]

    short = [
        (a, b, round(_contrast(colors[a], colors[b]), 2))
        for a, b, least in PAIRS
        if _contrast(colors[a], colors[b]) < least
    ]

    assert short == []


def test_both_schemes_give_every_color() -> None:
    schemes = _schemes()

    assert set(schemes["light"]) == set(schemes["dark"])


def test_raw_colors_stand_in_the_tokens_only() -> None:
    color = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(")
    elsewhere = {name for name, css in stylesheets().items() if color.search(css)}

    assert elsewhere == {"css/tokens.css", "css/print.css"}


def test_every_token_in_use_is_defined() -> None:
    css = "".join(stylesheets().values())

    assert set(re.findall(r"var\(--([\w-]+)\)", css)) - set(re.findall(r"--([\w-]+):", css)) == set()


def test_stylesheets_load_nothing_from_elsewhere() -> None:
    addresses = [address for css in stylesheets().values() for address in re.findall(r'url\("?([^")]+)', css)]

    assert [address for address in addresses if not address.startswith("../fonts/")] == []
