"""Tree to HTML, escaped by construction: every word and every address passes through one of two functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from policyhub.core.tree.nodes import Node

_TAGS = {"strong": "strong", "emphasis": "em"}
_ALIGNED = {"left": "", "right": ' class="num"', "center": ' class="center"'}
_SPOKEN = {
    "inserted": ("ins", "[inserted: ", " end of insertion]"),
    "deleted": ("del", "[deleted: ", " end of deletion]"),
    "moved_here": ("ins", "[moved here: ", " end of moved text]"),
    "moved_away": ("del", "[moved away: ", " end of moved text]"),
}


class Html(str):
    """Finished HTML; templates take it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def to_html(tree: list[Node], *, level: int = 2, prefix: str = "t", anchors: Mapping[str, str] | None = None) -> Html:
    """The tree as HTML.

    `level` is the level of the tree's highest headings on the page, `prefix` begins every id and must be unique on the
    page, `anchors` gives the addresses of places within the document ("#a-definitions" → "#c1"); a link to a place that
    it does not name is shown as its words.
    """
    writer = _Writer(level, prefix, anchors or {})
    return Html(writer.blocks(tree) + writer.endnotes())


def escape(text: str) -> str:
    """The text for use between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\N{NO-BREAK SPACE}", "&nbsp;")


def attribute(text: str) -> str:
    """The text in double quotes, for use as an attribute's value."""
    return '"' + text.replace("&", "&amp;").replace('"', "&quot;").replace("\N{NO-BREAK SPACE}", "&nbsp;") + '"'


def marked(kind: str, content: str) -> str:
    """Finished HTML between the element of a redline's mark, which screen readers are told in words."""
    tag, begin, end = _SPOKEN[kind]
    moved = ' class="moved"' if kind.startswith("moved") else ""
    return f'<{tag}{moved}><span class="vh">{begin}</span>{content}<span class="vh">{end}</span></{tag}>'


@dataclass
class _Writer:
    level: int
    prefix: str
    anchors: Mapping[str, str]
    notes: dict[str, list[Node]] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)

    def blocks(self, nodes: list[Node]) -> str:
        return "".join(map(self.block, nodes))

    def block(self, node: Node) -> str:
        match node["type"]:
            case "paragraph":
                return f"<p>{self.inlines(node['children'])}</p>"
            case "line":
                return self.inlines(node["children"])
            case "heading":
                rank = min(self.level + node["level"] - 1, 6)
                return f"<h{rank}>{self.inlines(node['children'])}</h{rank}>"
            case "list":
                return self.listing(node)
            case "quote":
                return f"<blockquote>{self.blocks(node['children'])}</blockquote>"
            case "code":
                return self.marked_block(node, f"<pre><code>{escape(node['text'])}</code></pre>")
            case "table":
                return self.table(node)
            case "definitions":
                return f"<dl>{''.join(map(self.definition, node['items']))}</dl>"
            case _:
                return self.marked_block(node, "<hr>")

    def marked_block(self, node: Node, content: str) -> str:
        return marked(node["mark"], content) if "mark" in node else content

    def listing(self, node: Node) -> str:
        tag = "ol" if node["ordered"] else "ul"
        start = f' start="{node["start"]}"' if node["ordered"] and node["start"] != 1 else ""
        items = "".join(f"<li>{self.blocks(item)}</li>" for item in node["items"])
        return f"<{tag}{start}>{items}</{tag}>"

    def definition(self, item: Mapping[str, list[list[Node]]]) -> str:
        terms = "".join(f"<dt>{self.inlines(term)}</dt>" for term in item["terms"])
        return terms + "".join(f"<dd>{self.blocks(meaning)}</dd>" for meaning in item["meanings"])

    def table(self, node: Node) -> str:
        head = self.row(node["head"], node["align"], "th", ' scope="col"')
        body = "".join(self.row(row, node["align"], "td", "") for row in node["rows"])
        table = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
        return f'<div class="scroll" role="region" aria-label="Table" tabindex="0">{table}</div>'

    def row(self, cells: list[list[Node]], aligned: list[str], tag: str, scope: str) -> str:
        shown = (
            f"<{tag}{scope}{_ALIGNED[align]}>{self.inlines(cell)}</{tag}>"
            for cell, align in zip(cells, aligned, strict=True)
        )
        return f"<tr>{''.join(shown)}</tr>"

    def inlines(self, nodes: list[Node]) -> str:
        return "".join(map(self.inline, nodes))

    def inline(self, node: Node) -> str:
        match node["type"]:
            case "text":
                return escape(node["text"])
            case "code_span":
                return f"<code>{escape(node['text'])}</code>"
            case "break":
                return "<br>"
            case "link":
                return self.link(node)
            case "abbreviation":
                return f"<abbr title={attribute(node['title'])}>{self.inlines(node['children'])}</abbr>"
            case "note":
                return self.mention(node)
            case "strong" | "emphasis" as kind:
                return f"<{_TAGS[kind]}>{self.inlines(node['children'])}</{_TAGS[kind]}>"
            case mark:
                return marked(mark, self.inlines(node["children"]))

    def link(self, node: Node) -> str:
        inner, href = self.inlines(node["children"]), node["href"]
        if not href.startswith("#"):
            return f'<a href={attribute(href)} rel="nofollow noopener noreferrer">{inner}</a>'
        place = self.anchors.get(href)
        return f"<a href={attribute(place)}>{inner}</a>" if place else inner

    def mention(self, node: Node) -> str:
        """The number of a footnote at its place, linked to the note at the end."""
        name = node["name"]
        self.notes.setdefault(name, node["children"])
        self.mentions[name] = self.mentions.get(name, 0) + 1
        number = list(self.notes).index(name) + 1
        again = "" if self.mentions[name] == 1 else f"-{self.mentions[name]}"
        to, here = f"{self.prefix}-note-{number}", f"{self.prefix}-ref-{number}{again}"
        return f'<sup><a id="{here}" href="#{to}" role="doc-noteref" aria-label="Note {number}">{number}</a></sup>'

    def endnotes(self) -> str:
        if not self.notes:
            return ""
        items = "".join(self.endnote(number, note) for number, note in enumerate(list(self.notes.values()), 1))
        return f'<section class="notes" role="doc-endnotes" aria-label="Notes"><ol>{items}</ol></section>'

    def endnote(self, number: int, note: list[Node]) -> str:
        back = f'<a href="#{self.prefix}-ref-{number}" role="doc-backlink" aria-label="Back to note {number}">↩</a>'
        return f'<li id="{self.prefix}-note-{number}">{self.blocks(note)} {back}</li>'
