"""Figures drawn on the server as SVG: horizontal places in percent and no viewBox, so type never scales.

Classes and presentation attributes only, so that the drawings live under a policy without inline style. Each has a
full sentence for those who do not see it; the page prints the same figures as a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

Points = Sequence[tuple[date, Mapping[str, int]]]
Events = Sequence[tuple[date, str]]

BAR_WORDS = {
    "endorse": "endorse",
    "support": "support",
    "accept": "can live",
    "object": "object",
    "answered": "answered",
    "to_come": "to come",
}
BAR_TOP, BAR_HEIGHT, BAR_FOOT = 18, 32, 26
WORD_NEEDS = 14  # percent of the bar below which a part is too narrow for its word
TITLE, GAP, ROW, TALLEST, SEAT = 20, 14, 16, 56, 3.5  # pixels: strip title, between strips, event row, strip, one seat


def _at(share: float) -> str:
    return f"{share:.2f}%"


def _joined(pieces: Iterable[str]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.simple_tag
def seats(seated: int, withdrawn: int = 0) -> SafeString:
    """One circle a seat, dashed where its organization withdrew; the count in words stands beside it."""
    return format_html_join(
        "",
        '<svg viewBox="0 0 12 12" aria-hidden="true"><circle class="{}" cx="6" cy="6" r="5"/></svg>',
        [("seat",)] * seated + [("seat-left",)] * withdrawn,
    )


@register.simple_tag
def tally_bar(parts: Sequence[tuple[str, int]], sentence: str, needed: int = 0, need_label: str = "") -> SafeString:
    """The positions from left to right as shares of their sum, with an upright line where the rule is met."""
    shown = [(kind, count) for kind, count in parts if count]
    total = max(sum(count for _, count in shown), 1)
    before = 0
    pieces = []
    for kind, count in shown:
        pieces.append(_part(kind, count, before=before, total=total))
        before += count
    if needed:
        pieces.append(_threshold(min(100.0, 100 * needed / total), need_label or f"{needed} needed"))
    height = BAR_TOP + BAR_HEIGHT + (BAR_FOOT if needed else 0)
    return format_html(
        '<svg class="bar" height="{}" role="img" aria-label="{}">{}</svg>', height, sentence, _joined(pieces)
    )


def _part(kind: str, count: int, *, before: int, total: int) -> SafeString:
    left, width = 100 * before / total, 100 * count / total
    box = format_html('x="{}" y="{}" width="{}" height="{}"', _at(left), BAR_TOP, _at(width), BAR_HEIGHT)
    word = format_html('<tspan class="at-page" dx="4">{}</tspan>', BAR_WORDS[kind]) if width >= WORD_NEEDS else ""
    return _joined(
        [
            format_html('<rect class="b-{}" {}/>', kind, box),
            _hatch(box) if kind == "object" else "",
            _upright(left, BAR_TOP, BAR_TOP + BAR_HEIGHT, "b-gap") if before else "",
            format_html('<text class="strong" x="{}" y="11">{}{}</text>', _at(left), count, word),
        ]
    )


def _hatch(box: SafeString) -> SafeString:
    """Slanted strokes over the box: one thick dashed line, leaning, cut off by its own frame."""
    stroke = format_html('<line class="b-hatch" x2="200%" y1="{0}" y2="{0}" stroke-width="{1}"/>', 16, BAR_HEIGHT)
    return format_html('<svg {}><g transform="skewX(-35)">{}</g></svg>', box, stroke)


def _threshold(place: float, label: str) -> SafeString:
    top, bottom = BAR_TOP - 4, BAR_TOP + BAR_HEIGHT + 8
    anchor = "end" if place > 85 else "start" if place < 15 else "middle"
    text = format_html(
        '<text x="{}" y="{}" text-anchor="{}">{}</text>', _at(place), BAR_TOP + BAR_HEIGHT + 21, anchor, label
    )
    return _joined([_upright(place, top, bottom, "b-halo"), _upright(place, top, bottom, "b-need"), text])


def _upright(place: float, top: float, bottom: float, name: str) -> SafeString:
    x = _at(place)
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', name, x, x, f"{top:g}", f"{bottom:g}")


@register.simple_tag
def seat_chart(points: Points, until: date, sentence: str, events: Events = ()) -> SafeString:
    """Seats by category over time, one strip each, with a dashed outline where seats were left.

    Points are days with the count of every category from that day on, in order; the strips follow the first
    point's order. Events are named days, drawn across all strips.
    """
    start, span = points[0][0], max((until - points[0][0]).days, 1)

    def place(on: date) -> float:
        return 100 * (on - start).days / span

    tops = [max(counts.get(category, 0) for _, counts in points) for category in points[0][1]]
    seat = min(SEAT, TALLEST / max(*tops, 1))
    y = ROW * len(events) + 8.0
    strips, labels = [], []
    for category, top in zip(points[0][1], tops, strict=True):
        spans = _spans([(place(on), counts.get(category, 0)) for on, counts in points])
        labels.append(_label(category, top, spans[-1][2], y=y + 12))
        y += TITLE + top * seat
        strips.append(_strip(spans, base=y, seat=seat))
        y += GAP
    marks = [_event(place(on), text, row=row, bottom=y - 6) for row, (on, text) in enumerate(events)]
    height = round(y + 18)
    drawing = _joined([*strips, *marks, *labels, *_ends(start, until, height - 6)])
    return format_html('<svg height="{}" role="img" aria-label="{}">{}</svg>', height, sentence, drawing)


def _spans(steps: Sequence[tuple[float, int]]) -> list[tuple[float, float, int]]:
    """From, to and count of every stretch over which the count stays the same."""
    changes = [step for at, step in enumerate(steps) if at == 0 or step[1] != steps[at - 1][1]]
    ends = [place for place, _ in changes[1:]] + [100.0]
    return [(place, end, count) for (place, count), end in zip(changes, ends, strict=True)]


def _label(category: str, peak: int, now: int, *, y: float) -> SafeString:
    count = f"{now}" if now == peak else f"{peak}, now {now}"
    return _joined(
        [
            format_html('<text class="strong" x="0" y="{}">{}</text>', f"{y:.1f}", category),
            format_html('<text x="100%" y="{}" text-anchor="end">{}</text>', f"{y:.1f}", count),
        ]
    )


def _strip(spans: list[tuple[float, float, int]], *, base: float, seat: float) -> SafeString:
    pieces = []
    seen = 0
    for left, right, count in spans:
        seen = max(seen, count)
        pieces.append(_stretch(left, right, base, count * seat, (seen - count) * seat))
    for (_, at, before), (_, _, after) in pairwise(spans):
        pieces.append(_upright(at, base - before * seat, base - after * seat, "c-top"))
    pieces.append(format_html('<line class="c-axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>', f"{base:.1f}"))
    return _joined(pieces)


def _stretch(left: float, right: float, base: float, height: float, gone: float) -> SafeString:
    across = format_html('x="{}" width="{}"', _at(left), _at(right - left))
    ends = format_html('x1="{}" x2="{}"', _at(left), _at(right))
    top = base - height
    box = '<rect class="{}" {} y="{}" height="{}"/>'
    return _joined(
        [
            format_html(box, "c-area", across, f"{top:.1f}", f"{height:.1f}"),
            format_html('<line class="c-top" {0} y1="{1}" y2="{1}"/>', ends, f"{top:.1f}"),
            format_html(box, "c-gone", across, f"{top - gone:.1f}", f"{gone:.1f}") if gone else "",
        ]
    )


def _event(place: float, text: str, *, row: int, bottom: float) -> SafeString:
    y = ROW * row + 12
    anchor = "end" if place > 50 else "start"
    label = format_html('<text class="strong" x="{}" y="{}" text-anchor="{}">{}</text>', _at(place), y, anchor, text)
    return _joined([_upright(place, y + 6, bottom, "c-event"), label])


def _ends(start: date, until: date, y: float) -> list[SafeString]:
    label = '<text x="{}" y="{}" text-anchor="{}">{}</text>'
    return [
        format_html(label, "0", f"{y:g}", "start", date_format(start, "j M Y")),
        format_html(label, "100%", f"{y:g}", "end", date_format(until, "j M Y")),
    ]
