"""One neutral tree for every text: read once from Markdown, written as HTML, PDF and other forms."""

from __future__ import annotations

from policyhub.core.tree.nodes import Node, depth, plain, walk
from policyhub.core.tree.reading import to_tree

__all__ = ["Node", "depth", "plain", "to_tree", "walk"]
