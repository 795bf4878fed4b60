"""What a tree is made of. A tree is a list of blocks, plain JSON, so that it can be stored, sent and compared.

Blocks:
    {"type": "paragraph", "children": [inline…]}
    {"type": "line", "children": [inline…]}                 text of a list item or the like, without a paragraph's space
    {"type": "heading", "level": 1…6, "children": [inline…]}                          levels never skip one
    {"type": "list", "ordered": bool, "start": int, "items": [[block…]…]}
    {"type": "quote", "children": [block…]}
    {"type": "code", "text": str, "language": str}
    {"type": "table", "align": ["left" | "right" | "center"…], "head": [cell…], "rows": [[cell…]…]}   cell: [inline…]
    {"type": "definitions", "items": [{"terms": [[inline…]…], "meanings": [[block…]…]}…]}
    {"type": "rule"}

Inlines:
    {"type": "text", "text": str}
    {"type": "strong" | "emphasis", "children": [inline…]}
    {"type": "code_span", "text": str}
    {"type": "link", "href": str, "children": [inline…]}    http, https, mailto, or "#name" within the same document
    {"type": "abbreviation", "title": str, "children": [inline…]}
    {"type": "note", "name": str, "children": [block…]}     a footnote, told at each place that refers to it
    {"type": "break"}

A redline is such a tree with marks:
    {"type": "inserted" | "deleted" | "moved_here" | "moved_away", "children": [inline…]}
    and "mark": one of these words on the blocks that hold no inlines ("code", "rule").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

MARKS = ("inserted", "deleted", "moved_here", "moved_away")


def parts(node: Node) -> list[list[Node]]:
    """The lists of nodes directly within a node, in reading order."""
    match node["type"]:
        case "list":
            return list(node["items"])
        case "table":
            return [*node["head"], *(cell for row in node["rows"] for cell in row)]
        case "definitions":
            return [part for item in node["items"] for part in (*item["terms"], *item["meanings"])]
        case _:
            return [node["children"]] if "children" in node else []


def walk(tree: list[Node]) -> Iterator[Node]:
    """Every node of the tree, each before those within it."""
    for node in tree:
        yield node
        for part in parts(node):
            yield from walk(part)


def depth(tree: list[Node]) -> int:
    """How many nodes stand within one another at the deepest place; 0 for an empty tree."""
    return max((1 + max((depth(part) for part in parts(node)), default=0) for node in tree), default=0)


def plain(tree: list[Node]) -> str:
    """The words of the tree without their form: blocks on lines of their own, table cells apart by a tab."""
    return "\n".join(_plain_block(node) for node in tree)


def _plain_block(node: Node) -> str:
    match node["type"]:
        case "code":
            return str(node["text"])
        case "rule":
            return ""
        case "table":
            return "\n".join("\t".join(plain_inlines(cell) for cell in row) for row in [node["head"], *node["rows"]])
        case "paragraph" | "line" | "heading":
            return plain_inlines(node["children"])
        case "definitions":
            return "\n".join(_plain_definition(item) for item in node["items"])
        case _:
            return "\n".join(plain(part) for part in parts(node))


def _plain_definition(item: dict[str, Any]) -> str:
    return "\n".join([*(plain_inlines(term) for term in item["terms"]), *(plain(each) for each in item["meanings"])])


def plain_inlines(inlines: list[Node]) -> str:
    """The words of a run of inlines; a footnote stands in brackets where it is referred to."""
    return "".join(_plain_inline(node) for node in inlines)


def _plain_inline(node: Node) -> str:
    match node["type"]:
        case "text" | "code_span":
            return str(node["text"])
        case "break":
            return "\n"
        case "note":
            return f" [{plain(node['children'])}]"
        case _:
            return plain_inlines(node["children"])
