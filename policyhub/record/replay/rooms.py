"""Meetings and minutes: what is held, who was there, and a text that moves from draft to published one way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from policyhub.core.canonical import parse_moment
from policyhub.record.replay.state import (
    BY_THE_CLOCK,
    DECLINED,
    Line,
    MeetingHeld,
    MinutesHeld,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    not_next,
    numbered,
    without_mandate,
    without_office,
)

MEETING_STEPS = {
    "agenda.published": ({"noticed"}, "agenda_published", ("convener", "chair")),
    "meeting.opened": ({"noticed", "agenda_published"}, "in_session", ("chair",)),
    "meeting.recessed": ({"in_session"}, "recess", ("chair",)),
    "meeting.resumed": ({"recess"}, "in_session", ("chair",)),
    "meeting.adjourned": ({"in_session", "recess"}, "adjourned", ("chair",)),
    "meeting.cancelled": ({"noticed", "agenda_published"}, "cancelled", ("convener",)),
}
SITS_OR_SAT = {"in_session", "recess", "adjourned"}
OPENS_EARLY = timedelta(minutes=30)
# A date depends on the zone that it is taken in, which programs know differently well.
A_DAY_OR_SO = 2


def meeting_noticed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener announces a meeting, and the notice says how many days ahead."""
    yield from not_next(line, "meeting", len(process.meetings))
    yield from without_office(process, line, "convener")
    body = line.body
    if body["ends_at"] <= body["starts_at"]:
        yield "the meeting would end before it starts"
    if body["group"] is not None and f"group/{process.slug}/{body['group']}" not in process.groups:
        yield f"the process has no group {body['group']}"
    if body["days_required"] != (process.charter.notice_days if process.charter else 0):
        yield "the charter asks for another number of days of notice"
    ahead = parse_moment(body["starts_at"]).date() - parse_moment(line.at).date()
    if abs(ahead.days - body["days_ahead"]) > A_DAY_OR_SO:
        yield f"{BY_THE_CLOCK} {body['days_ahead']} days do not lie between the notice and the meeting"
    process.meetings[numbered(line, "meeting")] = MeetingHeld(body["starts_at"])


def meeting_stepped(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A meeting moves as meetings do: noticed, with an agenda, in session, in recess, adjourned; or cancelled."""
    states, state, functions = MEETING_STEPS[line.kind]
    yield from without_office(process, line, *functions)
    meeting = process.meetings.get(numbered(line, "meeting"))
    if meeting is None or meeting.state not in states:
        yield f"{line.subject} could not come to {state} then"
        return
    if line.kind == "meeting.opened":
        if parse_moment(line.at) < parse_moment(meeting.starts_at) - OPENS_EARLY:
            yield f"{BY_THE_CLOCK} it was opened long before the time in its notice"
        meeting.opened_at = line.at
    meeting.state = state


def meeting_closed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The first draft of its minutes closes a meeting."""
    meeting = process.meetings.get(numbered(line, "meeting"))
    if meeting is None or meeting.state != "adjourned" or numbered(line, "meeting") not in process.minutes:
        yield f"{line.subject} was not adjourned, or its minutes were not drafted"
        return
    meeting.state = "closed"


def attendance_recorded(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who had a seat comes and goes in turn, while the meeting sits or until its minutes are drafted."""
    yield from without_office(process, line, "secretary", "chair")
    meeting = process.meetings.get(numbered(line, "meeting"))
    name, event, moment = line.body["organization"], line.body["event"], line.body["occurred_at"]
    if meeting is None or meeting.state not in SITS_OR_SAT:
        yield f"{line.subject} did not sit"
        return
    if not any(seat.state != DECLINED for seat in process.seats.get(name, ())):
        yield f"{name} held no seat in the process"
    before, then = meeting.comings.get(name, ("left", ""))
    if event == before or event not in {"arrived", "left"}:
        yield f"{name} had {before} already"
    if moment < then or moment > line.at:
        yield f"{BY_THE_CLOCK} the comings and goings of {name} are out of order"
    meeting.comings[name] = event, moment


def minutes_drafted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The secretary's notes of an adjourned meeting; the first of them closes it."""
    yield from _without_secretary(process, line)
    number = numbered(line, "minutes")
    minutes, meeting = process.minutes.get(number), process.meetings.get(number)
    if minutes is None:
        if meeting is None or meeting.state != "adjourned":
            yield f"no meeting {number} was adjourned whose minutes could be drafted"
        minutes = MinutesHeld()
        story.expected.append(("meeting.closed", f"meeting/{line.process}/{number}"))
    elif minutes.state != "draft":
        yield f"the minutes were {minutes.state}: they change by corrections alone"
    yield from _not_the_next_text(minutes, line)
    process.minutes[number] = minutes


def minutes_circulated(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The table reads the draft as it stands, with a time for corrections."""
    yield from _without_secretary(process, line)
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "draft":
        yield f"{line.subject} could not be circulated then"
        return
    yield from _another_text(minutes, line)
    minutes.state, minutes.circulated_at = "circulated", line.at
    minutes.corrections_until = line.body["corrections_until"] or ""


def correction_proposed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization that had a seat asks for a change of circulated minutes."""
    yield from without_mandate(process, line)
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "circulated":
        yield f"{line.subject} took no corrections then"
        return
    if line.body["number"] != minutes.proposed + 1:
        yield f"it must be correction {minutes.proposed + 1}"
    minutes.proposed += 1


def correction_declined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A correction is declined once."""
    yield from without_office(process, line, "secretary", "chair")
    minutes, number = process.minutes.get(numbered(line, "minutes")), line.body["number"]
    if minutes is None or minutes.state != "circulated" or not 1 <= number <= minutes.proposed:
        yield f"there was no correction {number} to decline"
        return
    if number in minutes.declined or not minutes.waiting:
        yield f"correction {number} had its answer"
    minutes.declined.add(number)


def minutes_corrected(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A proposed correction is taken in: the next text, which names the one before."""
    yield from without_office(process, line, "secretary", "chair")
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "circulated" or not minutes.waiting:
        yield f"no correction of {line.subject} waited for an answer"
        return
    if line.body["previous_hash"] != minutes.text_hash:
        yield "it corrects another text than the one that stood"
    yield from _not_the_next_text(minutes, line)
    minutes.taken += 1


def minutes_approved(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The text as it stands is certified by the chair, or approved at a later meeting."""
    yield from without_office(process, line, "chair")
    minutes = process.minutes.get(numbered(line, "minutes"))
    by = line.body["approved_by"]
    certified = minutes is not None and minutes.is_certified and by != "chair"
    if minutes is None or not (minutes.state == "circulated" or certified):
        yield f"{line.subject} could not be approved then"
        return
    yield from _another_text(minutes, line)
    if minutes.waiting:
        yield "corrections waited for an answer"
    if line.at < minutes.corrections_until:
        yield f"{BY_THE_CLOCK} the time for corrections had not passed"
    yield from _not_a_later_meeting(process, minutes, line)
    minutes.state = minutes.state if certified else "approved"
    minutes.is_certified = by == "chair"


def _not_a_later_meeting(process: ProcessHeld, minutes: MinutesHeld, line: Line) -> Iterator[str]:
    by = line.body["approved_by"]
    if by == "chair":
        return
    head, _, number = by.rpartition("/")
    meeting = process.meetings.get(int(number)) if number.isdecimal() else None
    later = meeting is not None and int(number) > numbered(line, "minutes")
    if head != f"meeting/{line.process}" or meeting is None or not later:
        yield f"{by} is no later meeting of the process"
    elif meeting.opened_at <= minutes.circulated_at:
        yield f"{BY_THE_CLOCK} {by} was not opened after the minutes were circulated"


def minutes_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener publishes the approved text."""
    yield from without_office(process, line, "convener")
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "approved":
        yield f"{line.subject} was not approved"
        return
    yield from _another_text(minutes, line)
    minutes.state = "published"


def _without_secretary(process: ProcessHeld, line: Line) -> Iterator[str]:
    """The secretary, or whoever kept the meeting as a substitute and holds some function."""
    if line.role != "secretary" or line.org is not None or not any(process.staff.values()):
        yield "nobody who keeps minutes could do this then"


def _not_the_next_text(minutes: MinutesHeld, line: Line) -> Iterator[str]:
    if line.body["version"] != minutes.version + 1:
        yield f"it must be text {minutes.version + 1} of the minutes"
    if line.body["text_hash"] == minutes.text_hash:
        yield "it is the same text as the one before"
    minutes.version, minutes.text_hash = line.body["version"], line.body["text_hash"]


def _another_text(minutes: MinutesHeld, line: Line) -> Iterator[str]:
    if (line.body["version"], line.body["text_hash"]) != (minutes.version, minutes.text_hash):
        yield "it names another text of the minutes than the newest"


ROOM_RULES: dict[str, StoryRule] = {
    "meeting.noticed": meeting_noticed,
    **dict.fromkeys(MEETING_STEPS, meeting_stepped),
    "meeting.closed": meeting_closed,
    "attendance.recorded": attendance_recorded,
    "minutes.drafted": minutes_drafted,
    "minutes.circulated": minutes_circulated,
    "correction.proposed": correction_proposed,
    "correction.declined": correction_declined,
    "minutes.corrected": minutes_corrected,
    "minutes.approved": minutes_approved,
    "minutes.published": minutes_published,
}
