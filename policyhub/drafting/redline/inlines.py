"""The redline of one paragraph's inlines: words compared with their form, marks around what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from policyhub.core.tree.nodes import MARKS, Node
from policyhub.drafting.redline.words import PIECE, Hunk, Word, hunks

_ATOM = "\N{OBJECT REPLACEMENT CHARACTER}"

Style = tuple[tuple[str, str], ...]
Blocks = Callable[[list[Node], list[Node]], list[Node]]


class Piece(NamedTuple):
    """A word in its form with the space before it; a footnote or line break stands in `atom`."""

    space: str
    space_style: Style
    text: str
    style: Style
    atom: Node | None = None

    @property
    def key(self) -> tuple[str, Style, str]:
        """What makes two pieces the same; footnotes are compared by their place, then within."""
        return self.text, self.style, self.atom["type"] if self.atom else ""


class Run(NamedTuple):
    """A stretch of text or an atom, with the mark and the forms around it."""

    mark: str
    style: Style
    node: Node


def mark_inlines(old: list[Node], new: list[Node], mark_blocks: Blocks) -> list[Node]:
    """The new inlines with what was added and what was removed marked; footnotes are marked by `mark_blocks`."""
    before, after = list(_pieces(old)), list(_pieces(new))
    words = [[Word(piece.space, piece.text) for piece in pieces] for pieces in (before, after)]
    found = hunks([piece.key for piece in before], [piece.key for piece in after], *words)
    return _built(_runs(before, after, found, mark_blocks))


def wrapped(inlines: list[Node], mark: str) -> list[Node]:
    """The inlines within one mark; what is marked already keeps its own."""
    built: list[Node] = []
    for is_marked, group in groupby(inlines, key=lambda node: node["type"] in MARKS):
        nodes = list(group)
        built += nodes if is_marked else [{"type": mark, "children": nodes}]
    return built


def _pieces(inlines: list[Node], style: Style = ()) -> Iterator[Piece]:
    """The words of the inlines in order, each with the space that stands before it, whatever form that is in."""
    space, space_style = "", style
    for text, form, atom in _flat(inlines, style):
        if atom is None and text.isspace():
            space, space_style = space + text, form
            continue
        yield Piece(space, space_style if space else form, text, form, atom)
        space = ""
    if space:
        yield Piece(space, space_style, "", space_style)


def _flat(inlines: list[Node], style: Style) -> Iterator[tuple[str, Style, Node | None]]:
    for node in inlines:
        match node["type"]:
            case "text":
                for found in PIECE.findall(node["text"]):
                    yield found, style, None
            case "code_span":
                for found in PIECE.findall(node["text"]):
                    yield found, (*style, ("code_span", "")), None
            case "break" | "note":
                yield _ATOM, style, node
            case kind:
                yield from _flat(node["children"], (*style, (kind, node.get("href") or node.get("title", ""))))


def _runs(before: Sequence[Piece], after: Sequence[Piece], found: Iterable[Hunk], blocks: Blocks) -> Iterator[Run]:
    old_at = new_at = 0
    for hunk in found:
        yield from _kept(before[old_at : hunk.old_from], after[new_at : hunk.new_from], blocks)
        removed, added = before[hunk.old_from : hunk.old_to], after[hunk.new_from : hunk.new_to]
        if removed and added and removed[0].space and added[0].space:
            yield Run("", added[0].space_style, {"type": "text", "text": added[0].space})
            removed = [removed[0]._replace(space=""), *removed[1:]]
            added = [added[0]._replace(space=""), *added[1:]]
        yield from _marked(removed, "deleted")
        yield from _marked(added, "inserted")
        old_at, new_at = hunk.old_to, hunk.new_to
    yield from _kept(before[old_at:], after[new_at:], blocks)


def _kept(before: Sequence[Piece], after: Sequence[Piece], blocks: Blocks) -> Iterator[Run]:
    for old, new in zip(before, after, strict=True):
        if old.atom and new.atom and old.atom != new.atom:
            children = blocks(old.atom["children"], new.atom["children"])
            new = new._replace(atom={**new.atom, "children": children})
        yield from _marked([new], "")


def _marked(pieces: Sequence[Piece], mark: str) -> Iterator[Run]:
    for piece in pieces:
        if piece.space:
            yield Run(mark, piece.space_style, {"type": "text", "text": piece.space})
        if piece.atom and piece.atom["type"] == "note" and mark == "deleted":
            yield Run(mark, piece.style, {**piece.atom, "name": f"{piece.atom['name']} (deleted)"})
        elif piece.atom:
            yield Run(mark, piece.style, piece.atom)
        elif piece.text:
            yield Run(mark, piece.style, {"type": "text", "text": piece.text})


def _built(runs: Iterable[Run]) -> list[Node]:
    """The runs as inlines: marks outermost, forms within, neighbours of the same form together."""
    built: list[Node] = []
    for mark, group in groupby(runs, key=lambda run: run.mark):
        children = _formed([(run.style, run.node) for run in group])
        built += [{"type": mark, "children": children}] if mark else children
    return built


def _formed(runs: list[tuple[Style, Node]]) -> list[Node]:
    built: list[Node] = []
    for outer, group in groupby(runs, key=lambda run: run[0][:1]):
        inner = list(group)
        if not outer:
            built += _texts_joined([node for _, node in inner])
        else:
            built.append(_form(outer[0], _formed([(style[1:], node) for style, node in inner])))
    return built


def _form(form: tuple[str, str], children: list[Node]) -> Node:
    kind, detail = form
    match kind:
        case "code_span":
            return {"type": kind, "text": "".join(node["text"] for node in children)}
        case "link":
            return {"type": kind, "href": detail, "children": children}
        case "abbreviation":
            return {"type": kind, "title": detail, "children": children}
        case _:
            return {"type": kind, "children": children}


def _texts_joined(nodes: list[Node]) -> list[Node]:
    joined: list[Node] = []
    for is_text, group in groupby(nodes, key=lambda node: node["type"] == "text"):
        run = list(group)
        joined += [{"type": "text", "text": "".join(node["text"] for node in run)}] if is_text else run
    return joined
