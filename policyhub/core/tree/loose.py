"""Lists as most people write them, put into the shape that Python-Markdown reads.

Python-Markdown sees a list only after a blank line and nests it only by four spaces. Elsewhere a list may follow its
sentence directly and nests under the text above it, by two or three spaces; real policies are written so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown.preprocessors import Preprocessor

_ITEM = re.compile(r"(?P<indent> *)(?P<marker>[*+-]|\d{1,9}\.)(?P<gap> +)(?=\S)")
_RULE = re.compile(r" {0,3}([*_-])(?: *\1){2,} *")
_TAB = 4


class LooseLists(Preprocessor):
    """Blank lines before lists and four spaces a level; what stands in no list is left alone."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines, list items indented by four spaces a level and set off from what stands before them."""
        writer = _Writer()
        for line in lines:
            writer.take(line)
        return writer.lines


@dataclass
class _Writer:
    """Lines written so far, and the list items still open: where each one's text begins, and whether it is numbered."""

    lines: list[str] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    numbered: list[bool] = field(default_factory=list)

    def take(self, line: str) -> None:
        item = None if _RULE.fullmatch(line) else _ITEM.match(line)
        if not line.strip():
            self.lines.append("")
        elif item and self.opens(item):
            self.item(line, item)
        else:
            self.text(line)

    def opens(self, item: re.Match[str]) -> bool:
        """Whether the marker begins an item here: within a list, or where a new list may begin."""
        if self.columns:
            return True
        may_interrupt = item["marker"] in "*+-1."
        return len(item["indent"]) < _TAB and (may_interrupt or self.after_blank())

    def after_blank(self) -> bool:
        return not self.lines or not self.lines[-1]

    def item(self, line: str, item: re.Match[str]) -> None:
        numbered = item["marker"].endswith(".")
        sibling = self.close(len(item["indent"]))
        if not self.after_blank() and (sibling != numbered if sibling is not None else not self.columns):
            self.lines.append("")
        self.lines.append(" " * (_TAB * len(self.columns)) + line.lstrip(" "))
        self.columns.append(item.end())
        self.numbered.append(numbered)

    def close(self, indent: int) -> bool | None:
        """Close the items that the line is not within; whether the last one closed was numbered, None if none was."""
        last = None
        while self.columns and indent < self.columns[-1]:
            self.columns.pop()
            last = self.numbered.pop()
        return last

    def text(self, line: str) -> None:
        indent = len(line) - len(line.lstrip(" "))
        if self.after_blank():
            self.close(indent)
        if not self.columns:
            self.lines.append(line)
            return
        beyond = indent - self.columns[-1]
        kept = beyond if self.after_blank() and beyond >= _TAB else 0
        self.lines.append(" " * (_TAB * len(self.columns) + kept) + line.lstrip(" "))
