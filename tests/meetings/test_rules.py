"""Days of notice, comings and goings, quorum: for every input."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.core.errors import Reason
from policyhub.meetings.rules import (
    Coming,
    MeetingKind,
    MeetingState,
    Stay,
    coming_refused,
    days_ahead,
    moment_refused,
    notice_refused,
    opening_refused,
    place_refused,
    quorum_of,
    stays,
    step_refused,
    times_refused,
)

ZONES = st.sampled_from(["America/New_York", "UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
DAYS = st.dates(date(2012, 1, 1), date(2030, 12, 31))
HOURS = st.times().map(lambda at: at.replace(tzinfo=None))
NOON = datetime(2026, 6, 16, 12, tzinfo=UTC)


def code(reason: Reason | None) -> str | None:
    return reason.code if reason else None


@settings(max_examples=60, deadline=None)
@given(ZONES, DAYS, DAYS, HOURS, HOURS)
def test_days_ahead_count_dates_in_the_zone_whatever_the_hour(
    zone: str, first: date, second: date, early: time, late: time
) -> None:
    published = datetime.combine(first, early, ZoneInfo(zone)).astimezone(UTC)
    starts = datetime.combine(second, late, ZoneInfo(zone)).astimezone(UTC)
    # An hour that a zone skips is read as the next one that exists, which may be the day after.
    shown = [at.astimezone(ZoneInfo(zone)).date() for at in (published, starts)]
    assert days_ahead(published, starts, zone) == (shown[1] - shown[0]).days


def test_days_ahead_differ_between_zones_around_midnight() -> None:
    published, starts = datetime(2026, 6, 16, 3, tzinfo=UTC), datetime(2026, 6, 23, 3, tzinfo=UTC)
    later = starts + timedelta(hours=2)
    assert days_ahead(published, starts, "America/New_York") == 7
    assert (days_ahead(published, later, "UTC"), days_ahead(published, later, "America/New_York")) == (7, 8)


def test_days_ahead_are_whole_days_over_a_change_of_clocks() -> None:
    zone = ZoneInfo("America/New_York")
    before, after = datetime(2026, 3, 7, 12, tzinfo=zone), datetime(2026, 3, 9, 12, tzinfo=zone)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=47)
    assert days_ahead(before, after, "America/New_York") == 2


@settings(max_examples=50)
@given(st.integers(-3, 40), st.integers(0, 40), st.sampled_from(["", "  \n", "The hall burned down."]))
def test_short_notice_is_refused_exactly_when_late_and_without_a_reason(ahead: int, required: int, why: str) -> None:
    refused = notice_refused(ahead, required, why)
    assert code(refused) == ("short_notice" if ahead < required and not why.strip() else None)


def test_short_notice_says_how_many_days_are_missing() -> None:
    assert notice_refused(1, 7, "") == Reason(
        "short_notice",
        "The charter asks for 7 days of notice and this gives 1 day. "
        "Choose a later date, or say why this meeting cannot wait.",
        "short_notice_reason",
    )


@pytest.mark.parametrize(
    ("starts", "ends", "refused"),
    [
        (1, 2, None),
        (0, 2, "past"),
        (-1, 2, "past"),
        (1, 1, "ends_first"),
        (2, 1, "ends_first"),
        (5 * 365 * 24, 5 * 365 * 24 + 1, None),
        (6 * 365 * 24, 6 * 365 * 24 + 1, "too_far"),
        (1, 31 * 24 + 1, None),
        (1, 31 * 24 + 2, "too_long"),
    ],
)
def test_times_are_to_come_and_in_order(starts: int, ends: int, refused: str | None) -> None:
    hours = [NOON + timedelta(hours=each) for each in (starts, ends)]
    assert code(times_refused(hours[0], hours[1], NOON)) == refused


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_times_at_the_ends_of_the_calendar_are_refused(year: int, zone: str) -> None:
    edge = (
        datetime(year, 1, 1, tzinfo=ZoneInfo(zone)) if year == 1 else datetime(year, 12, 31, 23, tzinfo=ZoneInfo(zone))
    )
    assert code(times_refused(edge, edge + timedelta(minutes=59), NOON)) == ("past" if year == 1 else "too_far")


def test_refused_step_says_in_words_where_the_meeting_stands() -> None:
    for state in MeetingState:
        for target in MeetingState:
            refused = step_refused(state, target, noun="Meeting 6") if target != MeetingState.NOTICED else None
            assert refused is None or "_" not in refused.sentence
    assert step_refused(MeetingState.AGENDA_PUBLISHED, MeetingState.AGENDA_PUBLISHED, noun="Meeting 6") == Reason(
        "wrong_state", "Meeting 6 has its agenda. No agenda can be published for it now; nothing was changed."
    )


@pytest.mark.parametrize(
    ("kind", "place", "connection", "refused"),
    [
        (MeetingKind.IN_PERSON, "Hall", "", None),
        (MeetingKind.IN_PERSON, " ", "https://example.org", "place"),
        (MeetingKind.CALL, "", "+1 202 555 0100", None),
        (MeetingKind.VIRTUAL, "Hall", "", "connection"),
    ],
)
def test_notice_says_how_to_come(kind: MeetingKind, place: str, connection: str, refused: str | None) -> None:
    assert code(place_refused(kind, place, connection)) == refused


def test_opening_waits_for_the_noticed_time_less_half_an_hour() -> None:
    half = timedelta(minutes=30)
    assert opening_refused(NOON, NOON - half) is None
    assert code(opening_refused(NOON, NOON - half - timedelta(microseconds=1))) == "too_early"


def test_attendance_lies_between_the_minute_of_the_opening_and_the_end() -> None:
    end = NOON + timedelta(hours=1)
    tick = timedelta(microseconds=1)
    opened = NOON + timedelta(seconds=42)
    found = [code(moment_refused(at, opened, end)) for at in (NOON - tick, NOON, end, end + tick)]
    assert found == ["before_opening", None, None, "not_yet"]


@settings(max_examples=80)
@given(st.lists(st.tuples(st.sampled_from(list(Coming)), st.integers(0, 20))))
def test_accepted_comings_and_goings_alternate_and_make_stays_in_order(said: list[tuple[Coming, int]]) -> None:
    taken: list[tuple[Coming, datetime]] = []
    for event, minute in said:
        at = NOON + timedelta(minutes=minute)
        if coming_refused(event, at, taken) is None:
            taken.append((event, at))
    events = [event for event, _ in taken]
    assert events == [Coming.ARRIVED, Coming.LEFT] * (len(events) // 2) + [Coming.ARRIVED] * (len(events) % 2)
    found = stays(taken)
    moments = [at for stay in found for at in (stay.arrived_at, stay.left_at) if at is not None]
    assert moments == [at for _, at in taken] == sorted(moments)


def test_stays_of_somebody_who_left_and_came_back() -> None:
    times = [NOON + timedelta(minutes=minute) for minute in (0, 10, 20)]
    events = list(zip([Coming.ARRIVED, Coming.LEFT, Coming.ARRIVED], times, strict=True))
    assert stays(events) == [Stay(times[0], times[1]), Stay(times[2], None)]


def test_coming_refusals_name_what_is_wrong() -> None:
    inside, outside = [(Coming.ARRIVED, NOON)], [(Coming.ARRIVED, NOON), (Coming.LEFT, NOON)]
    earlier = NOON - timedelta(minutes=1)
    assert [
        code(coming_refused(Coming.ARRIVED, NOON, inside)),
        code(coming_refused(Coming.LEFT, NOON, outside)),
        code(coming_refused(Coming.LEFT, NOON, [])),
        code(coming_refused(Coming.LEFT, earlier, inside)),
    ] == ["inside", "outside", "outside", "order"]


@given(st.integers(0, 500))
def test_quorum_is_the_smallest_majority(seats: int) -> None:
    assert quorum_of(seats) * 2 > seats >= (quorum_of(seats) - 1) * 2
