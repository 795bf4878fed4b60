"""Markdown to tree, by way of Python-Markdown's element tree. Raw HTML has no meaning: tags are shown as they are."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension

from policyhub.core.text import TextRefused, find_hidden, normal_text
from policyhub.core.tree.limits import MAX_DEPTH, check_cost, too_deep
from policyhub.core.tree.loose import LooseLists
from policyhub.core.tree.nodes import Node, depth, parts, walk

_SCHEMES = {"http", "https", "mailto"}
_BLOCKS = {"p", "ul", "ol", "blockquote", "pre", "table", "hr", "dl", "div", "h1", "h2", "h3", "h4", "h5", "h6"}
_STASHED = re.compile("\x02wzxhzdk:([0-9]+)\x03")
_FENCED = re.compile(r'<pre><code(?: class="language-([^"]*)")?>(.*)</code></pre>', re.DOTALL)
_SPACES = re.compile("[ \t\n]+")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def to_tree(source: str) -> list[Node]:
    """The tree of a Markdown text; TextRefused when it holds what cannot be shown or would cost too much to read."""
    text = normal_text(source)
    if sentence := find_hidden(text):
        raise TextRefused(sentence)
    check_cost(text)
    try:
        tree = _Reading().document(text)
        if depth(tree) > MAX_DEPTH:
            raise too_deep()
    except RecursionError:
        raise too_deep() from None
    return tree


@dataclass
class _Reading:
    """One text being read: the parser and the footnotes found so far."""

    parser: Markdown = field(init=False)
    footnotes: FootnoteExtension = field(default_factory=FootnoteExtension)
    inside_note: bool = False

    def __post_init__(self) -> None:
        self.parser = Markdown(extensions=["tables", self.footnotes, "abbr", "def_list", "fenced_code", "sane_lists"])
        self.parser.preprocessors.deregister("html_block")
        self.parser.preprocessors.register(LooseLists(self.parser), "loose_lists", 15)
        self.parser.inlinePatterns.deregister("html")
        self.parser.inlinePatterns.deregister("entity")
        for name in ("prettify", "footnote", "footnote-duplicate"):
            self.parser.treeprocessors.deregister(name)

    def document(self, text: str) -> list[Node]:
        lines = text.split("\n")
        for preprocessor in self.parser.preprocessors:
            lines = preprocessor.run(lines)
        root = Element("div")
        self.parser.parser.parseChunk(root, "\n".join(lines))
        return _settled(self.blocks(self.processed(root)))

    def processed(self, root: Element) -> Element:
        for processor in self.parser.treeprocessors:
            changed = processor.run(root)
            root = root if changed is None else changed
        return root

    def blocks(self, element: Element) -> list[Node]:
        """The blocks within an element; words that stand in no paragraph become lines."""
        found: list[Node] = []
        loose = _texts(element.text)
        for child in element:
            if child.tag in _BLOCKS:
                found += [*_line(loose), *self.block(child)]
                loose = []
            else:
                loose += self.inline(child)
            loose += _texts(child.tail)
        return found + _line(loose)

    def block(self, element: Element) -> list[Node]:
        match element.tag:
            case "p":
                return self.paragraph(element)
            case "ul" | "ol":
                return [self.listing(element)]
            case "pre":
                text = _decoded("".join(element.itertext()))
                return [{"type": "code", "text": text.rstrip("\n") + "\n", "language": ""}]
            case "table":
                return [self.table(element)]
            case "dl":
                return [self.definitions(element)]
            case "hr":
                return [{"type": "rule"}]
            case "blockquote":
                return [{"type": "quote", "children": self.blocks(element)}]
            case "div":
                return self.blocks(element)
            case heading:
                return [{"type": "heading", "level": int(heading[1]), "children": _trimmed(self.inlines(element))}]

    def paragraph(self, element: Element) -> list[Node]:
        stashed = _STASHED.fullmatch((element.text or "").strip())
        if stashed and not len(element):
            return [self.fenced(int(stashed[1]))]
        children = _trimmed(self.inlines(element))
        return [{"type": "paragraph", "children": children}] if children else []

    def fenced(self, number: int) -> Node:
        found = _FENCED.fullmatch(str(self.parser.htmlStash.rawHtmlBlocks[number]).strip())
        language, text = found.groups() if found else ("", "")
        return {"type": "code", "text": _checked(html.unescape(text)), "language": html.unescape(language or "")}

    def listing(self, element: Element) -> Node:
        return {
            "type": "list",
            "ordered": element.tag == "ol",
            "start": int(element.get("start", "1")),
            "items": [self.blocks(item) for item in element],
        }

    def table(self, element: Element) -> Node:
        rows = list(element.iter("tr"))
        aligned = [(cell.get("style") or "text-align: left;").split()[-1].rstrip(";") for cell in rows[0]]
        head, *body = [[_trimmed(self.inlines(cell)) for cell in row] for row in rows]
        return {"type": "table", "align": aligned, "head": head, "rows": body}

    def definitions(self, element: Element) -> Node:
        items: list[dict[str, list[list[Node]]]] = []
        for child in element:
            if child.tag == "dt" and (not items or items[-1]["meanings"]):
                items.append({"terms": [], "meanings": []})
            if child.tag == "dt":
                items[-1]["terms"].append(_trimmed(self.inlines(child)))
            else:
                items[-1]["meanings"].append(self.blocks(child))
        return {"type": "definitions", "items": items}

    def inlines(self, element: Element) -> list[Node]:
        found = _texts(element.text)
        for child in element:
            found += self.inline(child) + _texts(child.tail)
        return _joined(found)

    def inline(self, element: Element) -> list[Node]:
        match element.tag:
            case "strong" | "em":
                kind = "strong" if element.tag == "strong" else "emphasis"
                return [{"type": kind, "children": self.inlines(element)}]
            case "code":
                return [{"type": "code_span", "text": _decoded("".join(element.itertext()))}]
            case "br":
                return [{"type": "break"}]
            case "a":
                return self.link(element)
            case "abbr":
                title = _decoded(element.get("title", ""))
                return [{"type": "abbreviation", "title": title, "children": self.inlines(element)}]
            case "sup":
                return self.note(element)
            case "img":
                return _texts(element.get("alt"))
            case _:
                return self.inlines(element)

    def link(self, element: Element) -> list[Node]:
        children = self.inlines(element)
        href = safe_href(_decoded(element.get("href", "")))
        return [{"type": "link", "href": href, "children": children}] if href and children else children

    def note(self, element: Element) -> list[Node]:
        name = element[0].get("href", "").removeprefix("#fn:")
        if self.inside_note:
            return _texts(f"[^{name}]")
        self.inside_note = True
        text = self.footnotes.footnotes[name]
        holder = Element("div")
        self.parser.parser.parseChunk(holder, text)
        children = self.blocks(self.processed(holder))
        self.inside_note = False
        return [{"type": "note", "name": name, "children": children}]


def safe_href(href: str) -> str | None:
    """The address when a reader may follow it: http, https, mailto, or a place in the same document; else None."""
    href = href.strip()
    if href.startswith("#"):
        return href if len(href) > 1 else None
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    return href if parts.scheme in _SCHEMES and (parts.netloc or (parts.scheme == "mailto" and parts.path)) else None


def _texts(value: str | None) -> list[Node]:
    text = _SPACES.sub(" ", _decoded(value or ""))
    return [{"type": "text", "text": text}] if text else []


def _decoded(value: str) -> str:
    """The text with Python-Markdown's sign for "&" undone and character references read."""
    return _checked(_REFERENCE.sub(lambda found: html.unescape(found[0]), value.replace("\x02amp\x03", "&")))


def _checked(value: str) -> str:
    """The text itself; refused when a reference brought in a character that is refused when typed."""
    if sentence := find_hidden(value):
        raise TextRefused(sentence)
    return value


def _line(inlines: list[Node]) -> list[Node]:
    children = _trimmed(_joined(inlines))
    return [{"type": "line", "children": children}] if children else []


def _joined(inlines: list[Node]) -> list[Node]:
    """The inlines with neighbouring texts made one."""
    joined: list[Node] = []
    for node in inlines:
        if node["type"] == "text" and joined and joined[-1]["type"] == "text":
            joined[-1] = {"type": "text", "text": joined[-1]["text"] + node["text"]}
        else:
            joined.append(node)
    return joined


def _trimmed(inlines: list[Node]) -> list[Node]:
    """The inlines without space at either end or beside a line break."""
    last = len(inlines) - 1
    trimmed = []
    for place, node in enumerate(inlines):
        if node["type"] == "text":
            text = node["text"]
            text = text.lstrip(" ") if place == 0 or inlines[place - 1]["type"] == "break" else text
            text = text.rstrip(" ") if place == last or inlines[place + 1]["type"] == "break" else text
            node = {"type": "text", "text": text}
        if node["type"] != "text" or node["text"]:
            trimmed.append(node)
    return trimmed


def _settled(tree: list[Node]) -> list[Node]:
    """The tree with no heading level skipped, and headings within other blocks as strong lines, as PDF/UA asks."""
    open_levels: list[int] = []
    for node in tree:
        if node["type"] == "heading":
            while open_levels and open_levels[-1] >= node["level"]:
                open_levels.pop()
            open_levels.append(node["level"])
            node["level"] = len(open_levels)
        for part in parts(node):
            _lower_headings(part)
    return tree


def _lower_headings(nodes: list[Node]) -> None:
    for node in walk(nodes):
        if node["type"] == "heading":
            node["type"] = "paragraph"
            node["children"] = [{"type": "strong", "children": node["children"]}]
            del node["level"]
