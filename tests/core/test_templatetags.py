from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.core.templatetags import charts, marks, typeset

CLOSES = datetime(2026, 7, 16, 21, 0, tzinfo=UTC)
POINTS = [(date(2026, 2, 3), {"Industry": 8, "Advocacy": 6}), (date(2026, 6, 16), {"Industry": 8, "Advocacy": 1})]


def test_every_shape_is_drawn_once() -> None:
    drawings = [found.drawing for found in marks.DRAWN.values()]

    assert len(set(drawings)) == len(drawings)


def test_status_says_the_word_and_hides_the_shape() -> None:
    assert re.sub(r"<path.*?/>", "", marks.status("object")) == (
        '<span class="status is-against"><svg class="mark" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">'
        "</svg>Object</span>"
    )


def test_status_takes_another_word_and_escapes_it() -> None:
    assert marks.status("opened", "Call 14 <open>").endswith("</svg>Call 14 &lt;open&gt;</span>")


def test_mark_alone_has_a_name_for_screen_readers() -> None:
    assert 'role="img" aria-label="Withdrew"' in marks.mark("withdrawn", "Withdrew")


def test_state_without_a_mark_is_refused_with_a_sentence() -> None:
    with pytest.raises(LookupError, match="No mark is drawn for 'unheard_of'"):
        marks.status("unheard_of")


def test_run_is_spoken_as_one_sentence() -> None:
    html = marks.run([("Draft 1", "unmet"), ("Draft 2", "partly_met")])

    assert 'role="img" aria-label="Draft 1 unmet; Draft 2 partly met"' in html
    assert html.count("<svg") == 2


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/New_York", "16 July 2026, 17:00 EDT"),
        ("UTC", "16 July 2026, 21:00 UTC"),
        ("Asia/Kolkata", "17 July 2026, 02:30 IST"),
        ("America/Sao_Paulo", "16 July 2026, 18:00 UTC−03:00"),
        ("Asia/Kathmandu", "17 July 2026, 02:45 UTC+05:45"),
    ],
)
def test_moment_is_set_in_its_zone(zone: str, expected: str) -> None:
    assert typeset.moment(CLOSES, zone) == expected
    assert typeset.when(CLOSES, zone) == f'<time datetime="2026-07-16T21:00:00Z">{expected}</time>'


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Berlin"])
def test_the_ends_of_the_calendar_are_set_in_every_zone(at: datetime, zone: str) -> None:
    for set_in_type in (typeset.when, typeset.clock, typeset.deadline, typeset.day, typeset.moment):
        assert set_in_type(at, zone)
    for ahead in (14, -11):
        assert typeset.when(at.replace(tzinfo=timezone(timedelta(hours=ahead))), zone)


def test_deadline_names_the_weekday() -> None:
    assert typeset.deadline(CLOSES, "America/New_York") == (
        '<time datetime="2026-07-16T21:00:00Z" data-own-zone>Thursday 16 July 2026, 17:00 EDT</time>'
    )


def test_day_of_a_moment_is_the_one_in_the_zone() -> None:
    assert typeset.day(CLOSES, "Asia/Kolkata") == '<time datetime="2026-07-17">17 July 2026</time>'
    assert typeset.day(date(2026, 7, 16)) == '<time datetime="2026-07-16">16 July 2026</time>'


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (14, 19, "73.68\N{NO-BREAK SPACE}%"),
        (16, 25, "64.00\N{NO-BREAK SPACE}%"),
        (1, 800, "0.13\N{NO-BREAK SPACE}%"),
        (0, 0, "–"),
    ],
)
def test_percent_is_exact_to_two_decimals(part: int, whole: int, expected: str) -> None:
    assert typeset.percent(part, whole) == expected


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_percent_is_never_off_by_more_than_half_a_hundredth(part: int, whole: int) -> None:
    shown = Fraction(typeset.percent(part, whole).removesuffix("\N{NO-BREAK SPACE}%").replace(",", ""))

    assert abs(shown - Fraction(100 * part, whole)) <= Fraction(1, 200)


def test_hash_is_grouped_and_copied_in_one_piece() -> None:
    html = typeset.hash_groups("sha256:d0c788e41f")

    assert html == '<code class="hash">sha256 <span>d0c7</span><span>88e4</span><span>1f</span></code>'


def test_seats_keep_the_places_of_those_who_left() -> None:
    html = charts.seats(1, 2)

    assert re.findall(r'class="(seat[\w-]*)"', html) == ["seat", "seat-left", "seat-left"]


def test_tally_bar_is_divided_by_counts_and_marks_the_threshold() -> None:
    html = charts.tally_bar([("support", 16), ("abstain", 0), ("object", 9)], "16 of 25 for", needed=17)

    assert re.findall(r'<rect class="b-(\w+)" x="([\d.]+)%" y="18" width="([\d.]+)%"', html) == [
        ("support", "0.00", "64.00"),
        ("object", "64.00", "36.00"),
    ]
    assert re.findall(r'b-need" x1="([\d.]+)%"', html) == ["68.00"]
    assert 'aria-label="16 of 25 for"' in html


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(sorted(charts.BAR_WORDS)), st.integers(0, 500)), max_size=8))
def test_tally_bar_is_filled_exactly(parts: list[tuple[str, int]]) -> None:
    widths = re.findall(r'<rect [^>]*width="([\d.]+)%"', charts.tally_bar(parts, "x"))

    assert len(widths) == sum(1 for _, count in parts if count)
    assert not widths or sum(map(float, widths)) == pytest.approx(100, abs=0.05)


def test_seat_chart_outlines_the_seats_that_were_left() -> None:
    html = charts.seat_chart(
        POINTS, date(2026, 7, 9), "Advocacy falls from six to one.", [(date(2026, 6, 16), "Five leave")]
    )

    assert re.findall(r'class="c-gone" x="([\d.]+)%" width="([\d.]+)%" y="[\d.]+" height="([\d.]+)"', html) == [
        ("85.26", "14.74", "17.5")
    ]
    assert "6, now 1" in html
    assert 'aria-label="Advocacy falls from six to one."' in html


def test_seat_chart_of_one_day_and_no_seats_is_drawn() -> None:
    assert "<svg" in charts.seat_chart([(date(2026, 2, 3), {"Industry": 0})], date(2026, 2, 3), "Nobody yet.")


@settings(max_examples=50)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_seat_chart_stretches_cover_the_whole_time(counts: list[int]) -> None:
    points = [(date(2026, 1, 1 + day), {"Industry": count}) for day, count in enumerate(counts)]

    html = charts.seat_chart(points, date(2026, 1, 20), "x")

    widths = re.findall(r'class="c-area" x="[\d.]+%" width="([\d.]+)%"', html)
    assert sum(map(float, widths)) == pytest.approx(100, abs=0.1)


def test_labelled_pairs_each_cell_with_its_column() -> None:
    assert typeset.labelled(["Category", "Seats"], ["Industry", 14]) == [("Category", "Industry"), ("Seats", 14)]
