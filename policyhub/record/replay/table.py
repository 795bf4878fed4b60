"""The site, processes, the table: who may convene, who serves, who sits, who speaks, who left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from policyhub.core.canonical import moment, parse_moment
from policyhub.record.keyring import KEY_LOST, signed_last, start_problem
from policyhub.record.kinds import LOG
from policyhub.record.replay.state import (
    ACTIVE,
    APPLIED,
    ARCHIVIST,
    BY_THE_CLOCK,
    DECLINED,
    INVITED,
    LEAD,
    CharterHeld,
    Line,
    ProcessHeld,
    SeatHeld,
    StoryHeld,
    StoryRule,
    not_next,
    without_clock,
    without_mandate,
    without_office,
)
from policyhub.rulebook import RuleError, Treatment, leaves_to_chair, preset

# What stands in every body beside what its kind says.
BESIDE = {"process", "told_at", "reported"}
FUNCTIONS = {"convener", "chair", "secretary", "editor", "facilitator"}
MANDATES = {"lead", "alternate", "observer"}
VOTING = "voting"
STANDINGS = {VOTING, "observer", "liaison"}


def operator_appointed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Somebody operates the installation, and may convene."""
    if (line.subject, line.role, line.org) != ("site", "operator", None):
        yield "an operator is appointed to the site, by themself"
    story.operators += 1
    story.conveners += 1


def convening_allowed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator lets somebody open processes."""
    yield from _without_operator(story, line)
    story.conveners += 1


def convening_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator ends what was allowed."""
    yield from _without_operator(story, line)
    if story.conveners < 1:
        yield "nobody was allowed to convene"
    story.conveners -= 1


def _without_operator(story: StoryHeld, line: Line) -> Iterator[str]:
    if (line.subject, line.role, line.org) != ("site", "operator", None):
        yield "the operator alone says who may convene"
    if not story.operators:
        yield "there was no operator then"


def process_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A process begins with its convener. One that is told from a file needs nobody's leave."""
    process.is_archive = line.body["reported_by"] is not None
    opener = (ARCHIVIST, None) if process.is_archive else ("convener", line.person)
    if (line.role, line.person, line.org) != (*opener, None) or line.subject != f"process/{line.process}":
        yield "a process is opened by its convener, an archive by the archivist"
    if process.is_archive and line.body["source_hash"] is None:
        yield "an archive is told from a file"
    if line.process in story.processes:
        yield f"{line.subject} was opened before"
    if line.body["source_hash"] is None and story.conveners < 1:
        yield "nobody was allowed to convene then"
    process.staff["convener"] = 0 if process.is_archive else 1
    story.processes[process.slug] = process


def process_told(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The file has been told; the process goes on live."""
    yield from without_clock(line)
    if line.body["until"] != line.at:
        yield f"{BY_THE_CLOCK} the told part ends at another time than it says"
    process.is_told = False


def role_granted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener gives somebody a function."""
    yield from without_office(process, line, "convener")
    if line.body["role"] not in FUNCTIONS:
        yield f"there is no function {line.body['role']}"
    process.staff[line.body["role"]] += 1


def role_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A function ends; a process is never without a convener."""
    yield from without_office(process, line, "convener")
    function = line.body["role"]
    if process.staff[function] <= (function == "convener"):
        yield f"nobody was {function} whose function could end"
    process.staff[function] -= 1


def charter_adopted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The rules come before substance, once, with a chair to apply them."""
    yield from without_office(process, line, "convener", "chair")
    body = line.body
    yield from _other_version_of_charter(process, line)
    if not process.staff["chair"]:
        yield "no chair was named then"
    try:
        preset(body["rule"])
        counted = preset(body["ballot_rule"] or body["rule"])
        treatment = Treatment(body["treatment"])
        categories = tuple(each["slug"] for each in body["categories"])
    except (RuleError, ValueError, KeyError, TypeError) as error:
        yield f"the charter cannot be applied: {error}"
        return
    if body["ballot_rule"] is not None and leaves_to_chair(counted):
        yield "a ballot is counted, and its rule leaves the outcome to the chair"
    if not categories or len(set(categories)) != len(categories):
        yield "the charter lists no interest category, or one twice"
    process.charter = CharterHeld(
        categories,
        body["rule"],
        treatment,
        body["balance"],
        body["notice_days"],
        body["call_hours"],
        body["two_persons_admit"],
        body["ballot_rule"],
        body["sealed_calls"],
        body["appeal_days"],
    )


def _other_version_of_charter(process: ProcessHeld, line: Line) -> Iterator[str]:
    """The first version is adopted once; a later one as it was noticed, after as many days as were asked."""
    if process.charter is None:
        if line.body["version"] != 1:
            yield "the first charter is version 1"
        return
    noticed, process.proposed = process.proposed, None
    said = {name: value for name, value in line.body.items() if name not in BESIDE}
    if noticed is None or said != {name: noticed[name] for name in said}:
        yield "the charter was adopted before, and nobody had notice of this version"
    elif line.at < noticed["not_before"]:
        yield f"{BY_THE_CLOCK} it could be adopted from {noticed['not_before']} on"


def charter_proposed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Everybody has notice of the next version, as many days ahead as the charter asks."""
    yield from without_office(process, line, "convener", "chair")
    charter, body = process.charter, line.body
    if charter is None or process.proposed is not None:
        yield "there was no charter to amend, or another version was proposed already"
        return
    process.charter_version += 1
    if body["version"] != process.charter_version:
        yield f"the next version is {process.charter_version}"
    if body["not_before"] < str(moment(parse_moment(line.at) + timedelta(days=charter.notice_days))):
        yield f"{BY_THE_CLOCK} the charter asks for {charter.notice_days} days of notice"
    if tuple(each["slug"] for each in body["categories"])[: len(charter.categories)] != charter.categories:
        yield "a category that the charter lists was dropped"
    process.proposed = body


def charter_dropped(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """What was proposed is dropped, with a reason."""
    yield from without_office(process, line, "convener", "chair")
    if process.proposed is None or line.body["version"] != process.proposed["version"]:
        yield "no such version was proposed"
    process.charter_version -= 1
    process.proposed = None


def organization_invited(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener asks an organization to the table; its lead is named with it."""
    yield from without_office(process, line, "convener")
    yield from _without_place(process, line)
    _ask_for_seat(story, process, line, INVITED)


def organization_applied(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization asks for a seat; its lead is named with it."""
    if line.role != LEAD or line.subject != f"organization/{line.org}":
        yield "an organization applies by its own lead"
    yield from _without_place(process, line)
    _ask_for_seat(story, process, line, APPLIED)


def _without_place(process: ProcessHeld, line: Line) -> Iterator[str]:
    if process.charter is None:
        yield "no charter said then who sits at the table"
    elif line.body["category"] not in process.charter.categories:
        yield f"the charter lists no interest category {line.body['category']}"
    if line.body["standing"] not in STANDINGS:
        yield f"nobody takes part as {line.body['standing']}"
    seat = process.seat(_organization(line))
    if seat is not None and seat.state in {INVITED, APPLIED, ACTIVE}:
        yield f"{line.subject} sat at the table, or waited for an answer, already"


def _ask_for_seat(story: StoryHeld, process: ProcessHeld, line: Line, state: str) -> None:
    has_vote = line.body["standing"] == VOTING
    process.seats.setdefault(_organization(line), []).append(SeatHeld(line.body["category"], state, has_vote))
    story.expected.append(("representative.named", line.subject))


def organization_admitted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The invited lead accepts, or the convener admits who applied."""
    seat = process.seat(_organization(line))
    if line.role == LEAD:
        yield from without_mandate(process, line)
    else:
        yield from without_office(process, line, "convener")
    wanted = INVITED if line.role == LEAD else APPLIED
    if seat is None or seat.state != wanted or line.org not in {None, _organization(line)}:
        yield f"{line.subject} was not {wanted} then"
        return
    if seat.category != line.body["category"]:
        yield f"{line.subject} asked for a seat in the category {seat.category}"
    if seat.has_vote != (line.body["standing"] == VOTING):
        yield f"{line.subject} asked for another standing"
    if process.charter is not None and process.charter.two_persons_admit and not seat.is_approved:
        yield f"no second person had approved the seat of {line.subject}"
    seat.state = ACTIVE


def admission_approved(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Where two admit, the chair or the secretary approves who waits for a seat, once."""
    yield from without_office(process, line, "chair", "secretary")
    if process.charter is None or not process.charter.two_persons_admit:
        yield "by the charter the convener alone admits organizations"
    seat = process.seat(_organization(line))
    if seat is None or seat.state not in {INVITED, APPLIED} or seat.is_approved:
        yield f"{line.subject} did not wait for an approval"
        return
    seat.is_approved = True


def organization_declined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener declines who asked, with a reason."""
    yield from without_office(process, line, "convener")
    seat = process.seat(_organization(line))
    if seat is None or seat.state not in {INVITED, APPLIED}:
        yield f"{line.subject} did not wait for an answer"
        return
    seat.state = DECLINED


def representative_named(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead, or for an invitation the convener, says who speaks for an organization."""
    organization, mandate = _organization(line), line.body["role"]
    seat = process.seat(organization)
    if seat is None or mandate not in MANDATES:
        yield f"{line.subject} had no seat to speak for, or {mandate} is no mandate"
    if line.role == "convener":
        yield from without_office(process, line, "convener")
        if mandate != LEAD or (seat is not None and seat.state != INVITED):
            yield "the convener names nobody but the lead whom an invitation reaches"
    elif seat is None or seat.state != APPLIED or process.mandates[organization, LEAD]:
        yield from without_mandate(process, line)
    if line.role != "convener" and (line.role, line.org) != (LEAD, organization):
        yield "the lead names who speaks for an organization"
    if (ends_at := line.body["ends_at"]) is not None:
        if mandate == LEAD or ends_at <= line.at or process.is_told:
            yield f"{BY_THE_CLOCK} such a mandate does not end by itself then"
        process.ending.setdefault((organization, mandate), []).append(ends_at)
    process.mandates[organization, mandate] += 1


def representative_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A mandate ends, by the lead or as it was said to; an organization at the table keeps a lead."""
    organization, mandate = _organization(line), line.body["role"]
    if line.role == "system":
        yield from without_clock(line)
        yield from _not_over(process, line, organization, mandate)
    elif line.role == "convener":
        yield from without_office(process, line, "convener")
    else:
        yield from without_mandate(process, line)
        if (line.role, line.org) != (LEAD, organization):
            yield "the lead ends the mandates of an organization"
    if process.mandates[organization, mandate] <= (mandate == LEAD):
        yield f"nobody was {mandate} representative of {organization} whose mandate could end"
    process.mandates[organization, mandate] -= 1


def _not_over(process: ProcessHeld, line: Line, organization: str, mandate: str) -> Iterator[str]:
    ends = process.ending.get((organization, mandate), [])
    over = min((each for each in ends if each <= line.at), default=None)
    if over is None:
        yield f"{BY_THE_CLOCK} no mandate of {organization} as {mandate} was over"
    else:
        ends.remove(over)


def point_added(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A proposition joins the process's list."""
    yield from not_next(line, "point", process.points)
    if line.role == "representative":
        if line.org is None or (seat := process.seat(line.org)) is None or not seat.sits(line.at):
            yield f"{line.org} did not sit at the table then"
        elif not seat.has_vote:
            yield f"{line.org} took part without a vote"
    elif not process.staff["convener"] and not process.staff["chair"]:
        yield "nobody was convener or chair then"
    process.points += 1


def key_rotated(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator announces the key that signs from now on; the one before goes on beside it for a time."""
    if (line.subject, line.role, line.org) != (LOG, "operator", None) or not story.operators:
        yield "the operator alone announces another key"
    if line.body["previous"] == line.body["vkey"] or story.key not in {"", line.body["previous"]}:
        yield "it hands over from a key that was not the newest"
    if line.body["until"] <= line.at:
        yield f"{BY_THE_CLOCK} the key before goes on for no time"
    story.key = line.body["vkey"]


def log_started(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator says that nobody can hand over: another key signs the same entries, or what is left of them."""
    if (line.subject, line.role, line.org) != (LOG, "operator", None) or not story.operators:
        yield "the operator alone starts the record anew"
    if (problem := start_problem(line.body)) is not None:
        yield problem
    elif line.body["reason"] == KEY_LOST and signed_last(line.body).checkpoint.size > line.index:
        yield "the key is said to be lost, but so are entries that it signed"
    story.key = line.body["vkey"]


def person_erased(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Somebody, or the operator for them, is erased: the commitments that meant them open no more."""
    if line.subject != LOG or line.org is not None or line.role not in {"operator", "person"}:
        yield "a person erases themself, or the operator does at their request"
    if any(not each.startswith("commit:") for each in line.body["commitments"]):
        yield "it names what is no commitment"


def _organization(line: Line) -> str:
    return line.subject.removeprefix("organization/")


TABLE_RULES: dict[str, StoryRule] = {
    "operator.appointed": operator_appointed,
    "convening.allowed": convening_allowed,
    "convening.ended": convening_ended,
    "process.opened": process_opened,
    "process.told": process_told,
    "role.granted": role_granted,
    "role.ended": role_ended,
    "charter.adopted": charter_adopted,
    "charter.proposed": charter_proposed,
    "charter.dropped": charter_dropped,
    "organization.invited": organization_invited,
    "organization.applied": organization_applied,
    "admission.approved": admission_approved,
    "organization.admitted": organization_admitted,
    "organization.declined": organization_declined,
    "representative.named": representative_named,
    "representative.ended": representative_ended,
    "point.added": point_added,
    "key.rotated": key_rotated,
    "log.started": log_started,
    "person.erased": person_erased,
}
