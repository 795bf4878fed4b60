"""What changed between two texts: exact operations for machines, marked trees and HTML for readers. Pure functions."""

from __future__ import annotations

from policyhub.drafting.redline.forms import as_html, as_json, as_page, as_text
from policyhub.drafting.redline.texts import Op, Operation, redline, word_redline
from policyhub.drafting.redline.trees import mark_tree
from policyhub.drafting.redline.versions import Clause, ClauseRedline, State, VersionRedline, compare

__all__ = [
    "Clause",
    "ClauseRedline",
    "Op",
    "Operation",
    "State",
    "VersionRedline",
    "as_html",
    "as_json",
    "as_page",
    "as_text",
    "compare",
    "mark_tree",
    "redline",
    "word_redline",
]
