"""A Markdown document as clauses: each heading begins one. What is not carried is listed, never dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PREAMBLE = "Preamble"
NAMED = 4

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>(?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FIELD = re.compile(r"^([A-Za-z_][\w-]*):[ \t]*(.*)$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_NO_TITLE = re.compile(r"^(?: {4}|\t| {0,3}(?:[>|*+-]|\d+[.)])[ \t]?)")
_DEFINITION = re.compile(r"^ {0,3}(?:\[(?P<name>\^?[^\]\n]+)\]|\*\[(?P<short>[^\]\n]+)\]):[ \t]*\S")
_BRACKETED = re.compile(r"\[([^\[\]\n]+)\]")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(\S(?:.*\S)?)\1")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*\)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`\n]+\1(?!`)")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>\n]*)?/?>")
_GENERATOR = re.compile(r"\{[%{][^{}\n]*[%}]\}")
_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)")
_PAGE_LINK = re.compile(r"(?<!!)\[[^\[\]\n]*\]\((?!https?:|mailto:|#)([^()\s]+)[^()\n]*\)")


@dataclass(frozen=True)
class Piece:
    """A clause to be: the heading as it stands in the text, its level from 1 to 6, and the Markdown below it."""

    level: int
    heading: str
    body: str


@dataclass(frozen=True)
class Split:
    """A document in pieces, the title it gives itself ("" if none), and one sentence for each thing not carried."""

    title: str
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]


def split(markdown: str) -> Split:
    """The document's clauses in order; joined they hold all its words but those that the notes name."""
    text = markdown.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n")
    reading = _Reading()
    text = reading.without_front_matter(text)
    reading.lines(reading.without_comments(text).split("\n"))
    title, pieces = reading.titled(reading.with_definitions())
    return Split(title, tuple(pieces), (*reading.notes, *_uncarried(text)))


@dataclass
class _Draft:
    level: int
    heading: str
    lines: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        return "\n".join(self.lines).strip("\n")


@dataclass
class _Reading:
    """What was read so far: drafts of pieces, definitions that belong to the whole document, and notes."""

    drafts: list[_Draft] = field(default_factory=lambda: [_Draft(1, "")])
    definitions: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    title: str = ""

    def without_front_matter(self, text: str) -> str:
        found = _FRONT_MATTER.match(text)
        if found is None:
            return text
        fields = dict(_FIELD.findall(found["fields"]))
        self.title = fields.get("title", "").strip().strip("\"'")
        self.notes.append(f"The front matter was left out: {_listed(list(fields)) or 'it is empty'}.")
        return text[found.end() :]

    def without_comments(self, text: str) -> str:
        """The text without HTML comments, which no reader ever saw; those in code stay."""
        kept, comments, at = [], [], 0
        for start, end in _comment_places(text):
            before, after = text[at:start], text[end : end + 2]
            kept.append(before.rstrip("\n") + "\n\n" if before.endswith("\n") and after[:1] in ("\n", "") else before)
            comments.append(f"“{' '.join(text[start + 4 : end - 3].split())[:60]}”")
            at = end
        if comments:
            self.notes.append(f"Comments that readers never saw were left out: {_listed(comments)}.")
        return "".join([*kept, text[at:]])

    def lines(self, lines: Sequence[str]) -> None:
        """Take every line: as a heading, a definition, or part of the piece it stands in."""
        fence = ""
        at = 0
        while at < len(lines):
            line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
            fence = _fence_after(fence, line)
            taken = 0 if fence else self.heading(line, below, after_blank=at == 0 or not lines[at - 1].strip())
            if not taken and not fence:
                taken = self.definition(lines, at)
            if not taken:
                self.drafts[-1].lines.append(line)
            at += taken or 1

    def heading(self, line: str, below: str, *, after_blank: bool) -> int:
        """How many lines a heading here takes; 0 when there is none."""
        if found := _HEADING.match(line):
            self.drafts.append(_Draft(len(found[1]), _plain(found[2].strip())))
            return 1
        underline = _UNDERLINE.match(below)
        if underline and after_blank and line.strip() and not _NO_TITLE.match(line):
            self.drafts.append(_Draft(1 if underline[1][0] == "=" else 2, _plain(line.strip())))
            return 2
        return 0

    def definition(self, lines: Sequence[str], at: int) -> int:
        """How many lines a footnote, link target or abbreviation defined here takes; 0 when there is none."""
        found = _DEFINITION.match(lines[at])
        if found is None:
            return 0
        end = at + 1
        while end < len(lines) and _continues(lines, end):
            end += 1
        self.definitions[found["name"] or f"*{found['short']}"] = list(lines[at:end])
        return end - at

    def with_definitions(self) -> list[Piece]:
        """The pieces, each with the definitions it uses at its end; those that none uses are named in a note."""
        unused = set(self.definitions)
        pieces = []
        for draft in self.drafts:
            named = {name.casefold() for name in _BRACKETED.findall(draft.body)}
            used = [name for name in self.definitions if name.casefold() in named or _abbreviates(name, draft.body)]
            unused -= set(used)
            below = ["\n".join(self.definitions[name]) for name in used]
            body = "\n\n".join(filter(None, [draft.body, *below]))
            pieces.append(Piece(draft.level, draft.heading, f"{body}\n" if body else ""))
        if unused:
            self.notes.append(f"Defined but used nowhere, so left out: {_listed(sorted(unused))}.")
        return pieces

    def titled(self, pieces: list[Piece]) -> tuple[str, list[Piece]]:
        """The document's title and its pieces: a single heading of the first level at the start is the title."""
        before, headed = pieces[0], pieces[1:]
        tops = [piece for piece in headed if piece.level == 1]
        if not before.body and len(headed) > 1 and tops == headed[:1]:
            self.notes.append(f"The first heading, “{tops[0].heading}”, is the title and no clause.")
            self.title, before, headed = tops[0].heading, tops[0], headed[1:]
        if before.body:
            if headed:
                self.notes.append(f"The text before the first clause became the clause “{PREAMBLE}”.")
            headed = [Piece(min((piece.level for piece in headed), default=1), PREAMBLE, before.body), *headed]
        lowest = min((piece.level for piece in headed), default=1)
        return self.title, [Piece(piece.level - lowest + 1, piece.heading, piece.body) for piece in headed]


def _comment_places(text: str) -> Iterator[tuple[int, int]]:
    code = [found.span() for found in _CODE.finditer(text)] + list(_fenced(text))
    hidden = sorted(code, reverse=True)
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        while hidden and hidden[-1][1] <= start:
            hidden.pop()
        if hidden and hidden[-1][0] <= start:
            at = hidden[-1][1]
            continue
        at = end + 3
        yield start, at


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Where the code between fences stands."""
    fence, start, at = "", 0, 0
    for line in text.splitlines(keepends=True):
        now = _fence_after(fence, line)
        if now and not fence:
            start = at
        at += len(line)
        if fence and not now:
            yield start, at
        fence = now


def _fence_after(fence: str, line: str) -> str:
    """The fence that is open after this line, given the one open before it; a closing fence counts as closed."""
    found = _FENCE.match(line)
    if not fence:
        return found[1] if found else ""
    closes = found and found[1][0] == fence[0] and len(found[1]) >= len(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence


def _continues(lines: Sequence[str], at: int) -> bool:
    """Whether the line belongs to the definition above it: indented, or an empty line before an indented one."""
    if lines[at].startswith(("    ", "\t")):
        return True
    return not lines[at].strip() and at + 1 < len(lines) and lines[at + 1].startswith(("    ", "\t"))


def _abbreviates(name: str, body: str) -> bool:
    """Whether the name is that of an abbreviation, marked by an asterisk, that stands in the body."""
    return name.startswith("*") and re.search(rf"\b{re.escape(name[1:])}\b", body) is not None


def _plain(heading: str) -> str:
    """The heading as its words, for headings carry no form."""
    emphasis = _EMPHASIS.fullmatch(heading)
    return _LINK.sub(r"\1", emphasis[2] if emphasis else heading)


def _uncarried(text: str) -> Iterator[str]:
    """Sentences on what stays in the text but means nothing in a clause."""
    prose = _CODE.sub("", text)
    if tags := _TAG.findall(prose):
        yield f"HTML has no meaning in a clause; these tags stand in the text as they are: {_listed(tags)}."
    if marks := _GENERATOR.findall(prose):
        yield f"Marks of the site that the text came from stand in it as they are: {_listed(marks)}."
    if pictures := _PICTURE.findall(prose):
        yield f"Pictures are not carried; their descriptions stand in their place: {_listed(pictures)}."
    if pages := _PAGE_LINK.findall(prose):
        yield f"Links to other pages of the source are shown as their words: {_listed(pages)}."


def _listed(names: Sequence[str]) -> str:
    """The names, each once; of many, the first few and how many more."""
    once = list(dict.fromkeys(names))
    more = len(once) - NAMED
    return ", ".join(once[:NAMED]) + (f" and {more} more" if more > 0 else "")
