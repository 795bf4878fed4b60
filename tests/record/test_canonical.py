"""Canonical bytes: what is taken has one form, what breaks a rule is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.core.canonical import MAX_BYTES, NotCanonical, _parse_long, _parse_plain, canonical, parse

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "record-vectors.json").read_text())
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
STRINGS = st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=12).map(
    lambda value: __import__("unicodedata").normalize("NFC", value)
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | STRINGS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_canonical_bytes_are_read_back_as_the_same_content(content: dict[str, Any]) -> None:
    assert parse(canonical(content)) == content


@given(st.dictionaries(KEYS, SCALARS, min_size=2, max_size=6))
def test_the_order_of_keys_changes_nothing(content: dict[str, Any]) -> None:
    assert canonical(dict(reversed(content.items()))) == canonical(content)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"A": 1}, "key"),
        ({"a": 0.5}, "float"),
        ({"a": 2**53}, r"2\^53"),
        ({"a": "e\u0301"}, "NFC"),
        ({"a": "\u202e"}, "bidi"),
        ({"a": "\x00"}, "control"),
        ({"a": "\ud800"}, "surrogate"),
        ({"a": "x" * MAX_BYTES}, "bytes"),
        ({"a": [[[[[[[[1]]]]]]]]}, "deeper"),
    ],
)
def test_a_broken_rule_is_named(content: dict[str, Any], word: str) -> None:
    with pytest.raises(NotCanonical, match=word):
        canonical(content)


@pytest.mark.parametrize(
    "data", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":2}', b'{"a":1}\n', b"[1]", b"{", b'{"a":1.0}']
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(data)


@pytest.mark.parametrize("nested", [b"[" * 16_000, b'{"a":' * 3_000, b'{"a":' + b"[" * 16_000])
def test_nesting_without_end_is_refused(nested: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(nested)


# Bytes that are nearly canonical: a written object with some of its bytes changed, doubled, left out or put in.
EDITS = st.lists(
    st.tuples(
        st.integers(0, 200), st.sampled_from(["put", "drop", "double"]), st.sampled_from(b'"{}[]:,0-9.eE\\ntrua_ \n')
    ),
    max_size=3,
)


def edited(data: bytes, edits: list[tuple[int, str, int]]) -> bytes:
    found = bytearray(data)
    for place, how, byte in edits:
        at = place % (len(found) + 1)
        if how == "put":
            found[at:at] = bytes([byte])
        elif how == "drop":
            del found[at : at + 1]
        else:
            found[at:at] = found[at : at + 1 + byte % 5]
    return bytes(found)


@settings(max_examples=int(os.environ.get("CANONICAL_EXAMPLES", "300")))
@given(st.dictionaries(KEYS, VALUES, max_size=4), EDITS)
def test_short_way_of_reading_takes_nothing_that_the_long_one_refuses(
    content: dict[str, Any], edits: list[tuple[int, str, int]]
) -> None:
    data = edited(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(), edits)
    plain = _parse_plain(data)
    if plain is not None:
        assert _parse_long(data) == plain


@pytest.mark.parametrize("number", range(5))
def test_events_of_the_vectors_are_written_byte_for_byte(number: int) -> None:
    written = VECTORS["leaf_data"][number].encode()
    assert canonical(VECTORS["events"][number]) == written
    assert parse(written) == VECTORS["events"][number]


def test_non_ascii_text_stands_as_itself() -> None:
    assert canonical({"a": "§4 – é"}) == json.dumps({"a": "§4 – é"}, ensure_ascii=False, separators=(",", ":")).encode()
