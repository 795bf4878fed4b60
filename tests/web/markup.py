"""What the tests ask of a page's markup: balanced, without anything inline, with classes that exist."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
BLOCKS = {
    "p",
    "div",
    "ul",
    "ol",
    "dl",
    "table",
    "section",
    "article",
    "form",
    "fieldset",
    "blockquote",
    "h1",
    "h2",
    "h3",
}
PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot"},
    "td": {"tr"},
}
PHRASING_ONLY = {"p", "h1", "h2", "h3", "summary", "label", "legend", "span", "a", "button"}


class Markup(HTMLParser):
    """Reads a page; `faults` are the sentences about what is wrong with it, `classes` and `ids` what it uses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.classes: set[str] = set()
        self.ids: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        self.faults += [f"id {name!r} stands twice" for name in sorted(set(self.ids)) if self.ids.count(name) > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._judge_place(tag)
        self._judge_inline(tag, given)
        self.classes |= set((given.get("class") or "").split())
        if given.get("id"):
            self.ids.append(given["id"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def _judge_place(self, tag: str) -> None:
        parent = self._open[-1] if self._open else ""
        if tag in PARENTS and parent not in PARENTS[tag]:
            self.faults.append(f"<{tag}> stands in <{parent}>")
        if tag in BLOCKS and PHRASING_ONLY & set(self._open):
            self.faults.append(f"<{tag}> stands in running text: {' '.join(self._open)}")

    def _judge_inline(self, tag: str, given: dict[str, str | None]) -> None:
        for name in given:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag}> has an inline {name}")
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.faults.append(f"<{tag}> is inline")


def stylesheets() -> dict[str, str]:
    """Every stylesheet's text by its path below static/."""
    root = Path(settings.BASE_DIR) / "static"
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.glob("css/**/*.css"))}


def styled_classes() -> set[str]:
    """Every class that a stylesheet names."""
    without_values = re.sub(r"\{[^{}]*\}|/\*.*?\*/", "{}", "".join(stylesheets().values()), flags=re.DOTALL)
    return set(re.findall(r"\.([a-z][\w-]*)", without_values))
