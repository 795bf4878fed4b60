"""Marks: every status is a shape, a word and a color, in that order of trust.

A shape has one meaning everywhere. Triangles, quarter disc, bar, slashed ring and dots are positions; octagons are
objections; squares are requirements; circles are seats; strokes are the states of a clause; sheets are versions; flags
are outcomes; diamonds are steps. Keys are the words that states are stored under.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@dataclass(frozen=True)
class Mark:
    """The word people read beside the shape, the color's role, and the drawing in a square of 16 by 16."""

    word: str
    tone: str
    drawing: SafeString


def _fill(path: str) -> SafeString:
    return format_html('<path fill-rule="evenodd" d="{}"/>', path)


def _line(path: str, width: float) -> SafeString:
    return format_html('<path d="{}" fill="none" stroke="currentColor" stroke-width="{}"/>', path, width)


def _dashed(path: str) -> SafeString:
    return format_html(
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="2.4 1.9"/>', path
    )


def _dot(x: float, y: float, r: float) -> SafeString:
    return format_html('<circle cx="{}" cy="{}" r="{}"/>', x, y, r)


RING = "M8 1.8a6.2 6.2 0 1 1 0 12.4 6.2 6.2 0 0 1 0-12.4z"
SQUARE = "M2.3 2.3h11.4v11.4H2.3z"
DIAMOND = "M8 1.6 14.4 8 8 14.4 1.6 8z"
SHEET = "M3.2 1.4h6.3l3.3 3.3v9.9H3.2z"
OCTAGON = "M5.3 1.6h5.4l3.7 3.7v5.4l-3.7 3.7H5.3l-3.7-3.7V5.3z"
POLE = "M3.2 1v14.2"
PENNANT = "M4.6 2.2h9.2l-2.3 3.6 2.3 3.6H4.6"

POSITIONS = {
    "endorse": Mark("Endorse", "for", _fill("M8 .5 14.5 7.5h-13zM8 8 14.5 15h-13z")),
    "support": Mark("Support", "for", _fill("M8 2 15.5 14.5H.5z")),
    "accept": Mark("Can live with", "for", _line("M8 3.8 13.6 13.4H2.4z", 2)),
    "defer": Mark("Needs further work", "wait", _line(RING, 2) + _fill("M8 8V2a6 6 0 0 1 6 6z")),
    "object": Mark(
        "Object",
        "against",
        _fill(
            "M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5zM5.3 4 4 5.3 6.7 8 4 10.7 5.3 12 8 9.3 10.7 12 12 10.7 9.3 8 12 5.3 "
            "10.7 4 8 6.7z"
        ),
    ),
    "abstain": Mark("Abstain", "quiet", _fill("M1.5 6.6h13v2.8h-13z")),
    "recuse": Mark("Recuse", "quiet", _line(RING, 2) + _line("M3.6 12.4 12.4 3.6", 2)),
    "none": Mark("No answer yet", "quiet", _dot(2.6, 8, 1.7) + _dot(8, 8, 1.7) + _dot(13.4, 8, 1.7)),
}
CLAUSES = {
    "agreed": Mark("Agreed", "for", _line("M1.8 8.6 6 12.8 14.3 3.4", 2.6)),
    "bracketed": Mark("In brackets", "wait", _line("M5.5 2H2.5v12h3M10.5 2h3v12h-3", 2.2)),
    "discussed": Mark("Under discussion", "quiet", _line("M2 5h12M2 10.5h7", 2.2)),
}
SHEETS = {
    "draft": Mark("Draft", "quiet", _dashed(SHEET)),
    "circulated": Mark("Circulated", "quiet", _line(SHEET, 1.7)),
    "approved": Mark("Approved", "for", _line(SHEET, 1.7) + _fill("M3.2 8h9.6v6.6H3.2z")),
    "published": Mark("Published", "for", _fill(SHEET)),
    "superseded": Mark("Superseded", "quiet", _fill("M5 5h9.2v9.2H5z") + _line("M1.8 10.5V1.8h8.7", 1.8)),
    "redacted": Mark("Redacted", "plain", _fill("M1 2.6h9.4v4H1zM5.6 9.4H15v4H5.6z")),
}
CALLS = {
    "open": Mark("Open", "live", _line(RING, 2) + _dot(8, 8, 2.8)),
    "sealed": Mark("Sealed until it closes", "wait", _line("M1.6 3.4h12.8v9.2H1.6zM1.6 3.4 8 9l6.4-5.6", 1.7)),
    "suspended": Mark("Suspended", "wait", _fill("M3.4 2h3.2v12H3.4zM9.4 2h3.2v12H9.4z")),
    "closed": Mark("Closed", "quiet", _line("M1 8h9.4M6.6 3.6 11 8l-4.4 4.4M14 1.8v12.4", 2)),
    "void": Mark("Void", "quiet", _line(RING + "M3.6 3.6 12.4 12.4M12.4 3.6 3.6 12.4", 1.6)),
    "cancelled": Mark("Cancelled", "quiet", _line("M2.5 2.5 13.5 13.5M13.5 2.5 2.5 13.5", 2.4)),
}
OBJECTIONS = {
    "answered": Mark(
        "Answered, not accommodated", "against", _line(OCTAGON + "M5.6 5.6 10.4 10.4M10.4 5.6 5.6 10.4", 1.6)
    ),
    "accommodated": Mark("Answered, accommodated", "wait", _line(OCTAGON + "M5 8.2 7.2 10.4 11 5.9", 1.6)),
    "lifted": Mark("Lifted by its holder", "for", _line("M8 15V2.6M3 7.4 8 2.2l5 5.2", 2.2)),
}
OUTCOMES = {
    "adopted": Mark("Adopted", "for", _line(POLE, 1.7) + _fill(PENNANT + "z")),
    "not_adopted": Mark("Not adopted", "against", _line(POLE, 1.7) + _line(PENNANT, 1.5)),
    "chair_determines": Mark(
        "For the chair to determine",
        "wait",
        _line(POLE, 1.7) + _line(PENNANT, 1.5) + _fill("M4.6 5.8h6.9l2.3 3.6H4.6z"),
    ),
    "blocked": Mark("Blocked", "against", _line(POLE, 1.7) + _line(PENNANT + "M5 9 13 2.6", 1.5)),
    "no_quorum": Mark("No quorum", "quiet", _line(POLE, 1.7) + _dashed(PENNANT)),
}
# What a straw poll found: the pole without a flag that anything was decided under.
POLLS = {
    "general_support": Mark("General support", "for", _line(POLE, 1.7) + _fill("M10 2.6 13.6 8.8H6.4z")),
    "mixed": Mark("Mixed", "wait", _line(POLE, 1.7) + _line("M6.4 5.8h7.2", 2)),
    "general_opposition": Mark("General opposition", "against", _line(POLE, 1.7) + _fill("M6.4 2.6h7.2L10 8.8z")),
    "no_answer": Mark("Nobody answered", "quiet", _line(POLE, 1.7) + _dot(7, 5.8, 1.3) + _dot(12, 5.8, 1.3)),
}
REQUIREMENTS = {
    "met": Mark("Met", "for", _fill("M1.5 1.5h13v13h-13z")),
    "partly": Mark("Partly met", "wait", _line(SQUARE, 1.6) + _fill("M2 2v12h12z")),
    "unmet": Mark("Unmet", "against", _line(SQUARE, 1.6)),
    "contradicted": Mark("Contradicted", "against", _line(SQUARE + "M2.3 2.3 13.7 13.7M13.7 2.3 2.3 13.7", 1.6)),
}
SEATS = {
    "seated": Mark("At the table", "live", _dot(8, 8, 5.5)),
    "withdrawn": Mark("Withdrew", "plain", _dashed("M8 2.8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 8 2.8z")),
    "walked_out": Mark(
        "Walked out", "wait", _fill("M8 2.5a5.5 5.5 0 0 0 0 11z") + _dashed("M8 2.8a5.2 5.2 0 0 1 0 10.4")
    ),
    "vacant": Mark("Empty seat", "quiet", _line("M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3z", 1)),
}
STEPS = {
    "done": Mark("Done", "live", _fill(DIAMOND)),
    "now": Mark("Now", "live", _line(DIAMOND, 1.8) + _fill("M8 5 11 8 8 11 5 8z")),
    "to_come": Mark("To come", "quiet", _line(DIAMOND, 1.6)),
}
ALERT = {
    "alert": Mark("Attention", "against", _fill("M6.4 1h3.2l-.6 9H7zM8 11.4a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z"))
}
DRAWN = POSITIONS | CLAUSES | SHEETS | CALLS | OBJECTIONS | OUTCOMES | POLLS | REQUIREMENTS | SEATS | STEPS | ALERT
# States that are stored under another word than the shape's: the same shape, their own word.
STORED = {
    "opened": ("open", "Open"),
    "raised": ("object", "Open"),
    "addressed_accommodated": ("accommodated", "Answered, accommodated"),
    "addressed_not_accommodated": ("answered", "Answered, not accommodated"),
    "withdrawn_by_holder": ("lifted", "Lifted by its holder"),
    "partly_met": ("partly", "Partly met"),
    "determined": ("closed", "Determined"),
    "noticed": ("to_come", "Notice published"),
    "agenda_published": ("to_come", "Agenda published"),
    "in_session": ("open", "In session"),
    "recess": ("suspended", "In recess"),
    "adjourned": ("closed", "Adjourned"),
    "invited": ("vacant", "Invited"),
    "applied": ("vacant", "Has applied"),
    "declined": ("vacant", "Declined"),
    "active": ("seated", "At the table"),
}
MARKS = DRAWN | {state: replace(DRAWN[shape], word=word) for state, (shape, word) in STORED.items()}


def find_mark(state: object) -> Mark:
    """The mark of a state; LookupError with a sentence when there is none."""
    try:
        return MARKS[str(state)]
    except KeyError:
        raise LookupError(f"No mark is drawn for {str(state)!r}. Draw one in core/templatetags/marks.py.") from None


def draw(found: Mark, name: str = "") -> SafeString:
    """The shape as SVG: named for screen readers when it stands alone, hidden from them when a word is beside it."""
    spoken = format_html('role="img" aria-label="{}"', name) if name else format_html('aria-hidden="{}"', "true")
    return format_html('<svg class="mark" viewBox="0 0 16 16" fill="currentColor" {}>{}</svg>', spoken, found.drawing)


@register.simple_tag
def mark(state: object, name: str = "") -> SafeString:
    """The colored shape alone; give the name unless the word stands beside it."""
    found = find_mark(state)
    return format_html('<span class="is-{}">{}</span>', found.tone, draw(found, name))


@register.simple_tag
def status(state: object, word: str = "", tone: str = "") -> SafeString:
    """Shape and word; the word and the tone may be given where the usual ones do not fit."""
    found = find_mark(state)
    return format_html('<span class="status is-{}">{}{}</span>', tone or found.tone, draw(found), word or found.word)


@register.simple_tag
def seat_of(name: str, state: object = "seated", note: str = "", href: str = "") -> SafeString:
    """An organization with its seat, linked when an address is given, with a quiet note behind its name."""
    found = find_mark(state)
    shown = format_html('<a href="{}">{}</a>', href, name) if href else name
    quiet = format_html(' <span class="cat">{}</span>', note) if note else ""
    return format_html(
        '<span class="who"><span class="is-{}">{}</span><span>{}{}</span></span>',
        found.tone,
        draw(found, f"{found.word}:"),
        shown,
        quiet,
    )


@register.simple_tag
def run(states: list[tuple[str, object]]) -> SafeString:
    """One shape a version, spoken as one sentence: pairs of the version's name and its state."""
    spoken = "; ".join(f"{label} {find_mark(state).word.lower()}" for label, state in states)
    shapes = format_html_join("", "{}", ((mark(state),) for _, state in states))
    return format_html('<span class="run" role="img" aria-label="{}">{}</span>', spoken, shapes)


@register.filter
def word(state: object) -> str:
    """The word that people read for a state."""
    return find_mark(state).word
