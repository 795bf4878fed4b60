"""How the house sets dates, times, numbers, shares and hashes."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

NARROW = "\N{NO-BREAK SPACE}"
WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
GROUP = 4


def zone(name: str | tzinfo) -> tzinfo:
    """The zone of that IANA name, or the zone itself."""
    return ZoneInfo(name) if isinstance(name, str) else name


def local(at: datetime, tz: str | tzinfo) -> datetime:
    """The moment on that zone's clocks; in UTC at the ends of the calendar, where the zone has no such day."""
    try:
        return at.astimezone(zone(tz))
    except OverflowError:
        return at


def zone_label(at: datetime) -> str:
    """The zone's usual letters at that moment; zones without letters are named by their offset from UTC."""
    label = at.tzname() or "UTC"
    if label[0] not in "+-":
        return label
    sign = "\N{MINUS SIGN}" if label[0] == "-" else "+"
    return f"UTC{sign}{label[1:3]}:{label[3:5] or '00'}"


def moment_text(at: datetime, tz: str | tzinfo = UTC, *, form: str = "j F Y") -> str:
    """A moment in words, such as "16 July 2026, 17:00 EDT"."""
    there = local(at, tz)
    return f"{date_format(there, form)}, {there:%H:%M} {zone_label(there)}"


def day_text(value: date | datetime, tz: str | tzinfo = UTC) -> str:
    """A day in words, such as "16 July 2026"; a moment's day is the one in the zone."""
    return date_format(local(value, tz) if isinstance(value, datetime) else value, "j F Y")


def in_words(number: int) -> str:
    """A count inside a sentence: in words up to twelve, in figures beyond."""
    return WORDS[number] if 0 <= number < len(WORDS) else f"{number:,}"


def percent(part: int, whole: int) -> str:
    """The share with two decimals, rounded half up, exactly; a dash for a share of nothing."""
    if whole == 0:
        return "\N{EN DASH}"
    hundredths = math.floor(Fraction(part * 10_000, whole) + Fraction(1, 2))
    return f"{hundredths // 100:,}.{hundredths % 100:02d}{NARROW}%"


def _stamp(at: datetime) -> str:
    return local(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@register.simple_tag
def when(at: datetime, tz: str | tzinfo = UTC) -> SafeString:
    """A moment in the given zone, readable by machines too."""
    return format_html('<time datetime="{}">{}</time>', _stamp(at), moment_text(at, tz))


@register.simple_tag
def clock(at: datetime, tz: str | tzinfo = UTC) -> SafeString:
    """The hour of a moment whose day and zone stand nearby, such as "17:00"."""
    return format_html('<time datetime="{}">{}</time>', _stamp(at), f"{local(at, tz):%H:%M}")


@register.simple_tag
def deadline(at: datetime, tz: str | tzinfo = UTC) -> SafeString:
    """A moment with its weekday; where script runs, the reader's own time is added behind it."""
    text = moment_text(at, tz, form="l j F Y")
    return format_html('<time datetime="{}" data-own-zone>{}</time>', _stamp(at), text)


@register.simple_tag
def day(value: date | datetime, tz: str | tzinfo = UTC) -> SafeString:
    """A day, readable by machines too."""
    on = local(value, tz).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), day_text(on))


@register.filter
def moment(at: datetime, tz: str | tzinfo = UTC) -> str:
    """A moment as plain text, for mails and titles."""
    return moment_text(at, tz)


@register.filter
def thousands(number: int) -> str:
    """The number with a comma at every third place."""
    return f"{number:,}"


@register.simple_tag
def share(part: int, whole: int) -> str:
    """Count and percentage, such as "14 of 19 (73.68 %)"."""
    return f"{part:,} of {whole:,} ({percent(part, whole)})"


@register.simple_tag(name="hash")
def hash_groups(value: str) -> SafeString:
    """A hash in groups of four that can be copied in one piece; an algorithm before a colon stands in front."""
    algorithm, _, digits = value.rpartition(":")
    groups = [(digits[start : start + GROUP],) for start in range(0, len(digits), GROUP)]
    shown = format_html("{} ", algorithm) if algorithm else ""
    return format_html('<code class="hash">{}{}</code>', shown, format_html_join("", "<span>{}</span>", groups))


@register.simple_tag
def labelled(columns: list[str], cells: list[object]) -> list[tuple[str, object]]:
    """Each cell with the name of its column, for tables that fold on a phone."""
    return list(zip(columns, cells, strict=True))
