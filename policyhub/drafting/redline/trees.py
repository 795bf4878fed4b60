"""The redline of two trees: one tree with marks, to be shown as a text and not as source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from policyhub.core.tree.nodes import Node, plain, plain_inlines
from policyhub.drafting.redline.alignment import Kind, steps
from policyhub.drafting.redline.inlines import mark_inlines, wrapped

T = TypeVar("T")

_MARK_OF = {
    Kind.INSERTED: "inserted",
    Kind.DELETED: "deleted",
    Kind.MOVED_HERE: "moved_here",
    Kind.MOVED_AWAY: "moved_away",
}
_PROSE = {"paragraph", "line", "heading"}


def mark_tree(old: list[Node], new: list[Node]) -> list[Node]:
    """The new tree with what was inserted, deleted and moved marked; without any mark where both are equal."""
    if old == new:
        return new
    return [
        node for group in _walked(old, new, _key, lambda i, j: _pair(old[i], new[j]), _marked_block) for node in group
    ]


def _walked(
    old: Sequence[T],
    new: Sequence[T],
    key: Callable[[T], str],
    pair: Callable[[int, int], list[T]],
    mark: Callable[[T, str], T],
) -> list[list[T]]:
    """What stands at each step through both sequences: pairs compared, the rest marked as what became of it."""
    found: list[list[T]] = []
    for step in steps([key(each) for each in old], [key(each) for each in new]):
        match step.kind:
            case Kind.KEPT:
                found.append(pair(step.old, step.new))
            case Kind.DELETED | Kind.MOVED_AWAY as kind:
                found.append([mark(old[step.old], _MARK_OF[kind])])
            case Kind.INSERTED:
                found.append([mark(new[step.new], "inserted")])
            case Kind.MOVED_HERE:
                found.append([mark(each, "moved_here") for each in pair(step.old, step.new)])
    return found


def _key(node: Node) -> str:
    return plain([node])


def _pair(old: Node, new: Node) -> list[Node]:
    """One block beside what it became; blocks of different kinds are simply gone and new."""
    if old == new:
        return [new]
    match old["type"], new["type"]:
        case before, after if before in _PROSE and after in _PROSE:
            return [{**new, "children": mark_inlines(old["children"], new["children"], mark_tree)}]
        case "quote", "quote":
            return [{**new, "children": mark_tree(old["children"], new["children"])}]
        case "list", "list":
            return [{**new, "items": _items(old["items"], new["items"])}]
        case "table", "table" if len(old["align"]) == len(new["align"]):
            head = _cells(old["head"], new["head"])
            return [{**new, "head": head, "rows": _rows(old["rows"], new["rows"])}]
        case "definitions", "definitions":
            return [{**new, "items": _definitions(old["items"], new["items"])}]
    return [_marked_block(old, "deleted"), _marked_block(new, "inserted")]


def _items(old: list[list[Node]], new: list[list[Node]]) -> list[list[Node]]:
    walked = _walked(old, new, plain, lambda i, j: [mark_tree(old[i], new[j])], _marked_blocks)
    return [item for group in walked for item in group]


def _rows(old: list[list[list[Node]]], new: list[list[list[Node]]]) -> list[list[list[Node]]]:
    walked = _walked(old, new, _row_key, lambda i, j: [_cells(old[i], new[j])], _marked_cells)
    return [row for group in walked for row in group]


def _row_key(row: list[list[Node]]) -> str:
    return "\t".join(map(plain_inlines, row))


def _cells(old: list[list[Node]], new: list[list[Node]]) -> list[list[Node]]:
    return [mark_inlines(before, after, mark_tree) for before, after in zip(old, new, strict=True)]


def _definitions(old: list[Node], new: list[Node]) -> list[Node]:
    walked = _walked(old, new, _definition_key, lambda i, j: _definition(old[i], new[j]), _marked_definition)
    return [item for group in walked for item in group]


def _definition_key(item: Node) -> str:
    return plain([{"type": "definitions", "items": [item]}])


def _definition(old: Node, new: Node) -> list[Node]:
    if [len(part) for part in old.values()] != [len(part) for part in new.values()]:
        return [_marked_definition(old, "deleted"), _marked_definition(new, "inserted")]
    meanings = [mark_tree(before, after) for before, after in zip(old["meanings"], new["meanings"], strict=True)]
    return [{"terms": _cells(old["terms"], new["terms"]), "meanings": meanings}]


def _marked_blocks(nodes: list[Node], mark: str) -> list[Node]:
    return [_marked_block(node, mark) for node in nodes]


def _marked_cells(cells: list[list[Node]], mark: str) -> list[list[Node]]:
    return [wrapped(cell, mark) for cell in cells]


def _marked_definition(item: Node, mark: str) -> Node:
    return {
        "terms": _marked_cells(item["terms"], mark),
        "meanings": [_marked_blocks(meaning, mark) for meaning in item["meanings"]],
    }


def _marked_block(node: Node, mark: str) -> Node:
    """The block with all its words within the mark."""
    match node["type"]:
        case "list":
            return {**node, "items": [_marked_blocks(item, mark) for item in node["items"]]}
        case "table":
            rows = [_marked_cells(row, mark) for row in node["rows"]]
            return {**node, "head": _marked_cells(node["head"], mark), "rows": rows}
        case "definitions":
            return {**node, "items": [_marked_definition(item, mark) for item in node["items"]]}
        case "quote":
            return {**node, "children": _marked_blocks(node["children"], mark)}
        case "code" | "rule":
            return node if "mark" in node else {**node, "mark": mark}
        case _:
            return {**node, "children": wrapped(node["children"], mark)}
