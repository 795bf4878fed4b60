"""Who stood where on a text at a given time: by category, by organization, and the objections that stood."""

from __future__ import annotations

from datetime import datetime

from policyhub.core.templatetags.marks import word
from policyhub.core.templatetags.typeset import day_text, moment_text
from policyhub.decisions.models import Call, Objection, Position, Seat
from policyhub.decisions.queries import find_new_text, roll
from policyhub.decisions.rules import Asking
from policyhub.decisions.verdicts import MEANS_WORDS, rule_words
from policyhub.drafting.models import Document
from policyhub.participation.models import Participation
from policyhub.publishing.content import CallPart, CategoryPart, ObjectionPart, PositionPart

NAMED = ("endorse", "support", "accept", "object")


def categories_of(call: Call) -> list[CategoryPart]:
    """How the voices of each interest category answered the call."""
    seats, said = list(roll(call)), _said(call)
    parts = []
    for category in dict.fromkeys(seat.category for seat in seats):
        own = [seat for seat in seats if seat.category_id == category.pk and not seat.is_joined]
        stances = [said[seat.voice_id].stance for seat in own if seat.voice_id in said]
        named = {name: stances.count(name) for name in NAMED}
        other = len(stances) - sum(named.values())
        parts.append(CategoryPart(category=category.name, other=other, none=len(own) - len(stances), **named))
    return parts


def positions_of(call: Call, at: datetime) -> list[PositionPart]:
    """What each organization on the roll said, or a related one for it, in the roll's order."""
    said = _said(call)
    return [
        PositionPart(
            organization=seat.organization.name,
            category=seat.category.name,
            stance=_stance(seat, said.get(seat.voice_id)),
            left=_has_left(seat, at),
        )
        for seat in roll(call)
    ]


def question_of(call: Call) -> str:
    """What the call asked, about which clause, and which call on the same text it repeated and why."""
    clause = f" (clause {call.clause_text.number})" if call.clause_text else ""
    ballot = "By ballot: " if call.asking == Asking.BALLOT else ""
    again = f" It repeats call {call.repeats.number}: {call.reason.strip()}" if call.repeats else ""
    if call.recirculates:
        again = f" It recirculates call {call.recirculates.number}: {call.reason.strip()}"
    return f"{ballot}{call.question}{clause}{again}"


def suspended_part(call: Call, zone: str, at: datetime) -> CallPart:
    """A call that stopped, by its changed text or by the chair: what was cast until then, and no count."""
    changed = find_new_text(call)
    stopped_at = changed.published_at if changed is not None else call.closes_at
    return CallPart(
        number=call.number,
        question=question_of(call),
        open_from=day_text(call.opens_at, zone),
        open_until=moment_text(stopped_at, zone),
        outcome="Suspended: the text changed" if changed is not None else "Suspended by the chair",
        rule=rule_words(call),
        explanation=[
            "The text was changed while the call was open. What was cast until then is listed and not counted."
            if changed is not None
            else f"Nothing was decided by it. The reason given: {call.suspended_reason.strip()}"
        ],
        categories=categories_of(call),
        positions=positions_of(call, at),
    )


def objections_of(document: Document, at: datetime) -> list[ObjectionPart]:
    """The objections to any version of the document that stood then, with the answers they had got."""
    rows = Objection.objects.filter(call__version__document=document, raised_at__lte=at).exclude(lifted_at__lte=at)
    return [_objection(each, at) for each in rows.select_related("holder", "call").order_by("number")]


def _said(call: Call) -> dict[int, Position]:
    """What was said with each voice."""
    return {each.voice_id: each for each in call.positions.select_related("organization")}


def _stance(seat: Seat, said: Position | None) -> str:
    if said is None:
        return word("none")
    by_another = f" (said by {said.organization})" if said.organization_id != seat.organization_id else ""
    how = f" ({MEANS_WORDS[said.means]})" if said.is_entered else ""
    return word(said.stance) + how + by_another


def _has_left(seat: Seat, at: datetime) -> bool:
    left_at = seat.participation.withdrawn_at
    return left_at is not None and left_at <= at


def _objection(objection: Objection, at: datetime) -> ObjectionPart:
    answered = objection.answered_at is not None and objection.answered_at <= at
    seats = Participation.objects.filter(process=objection.process_id, organization=objection.holder_id)
    holds_seat = seats.filter(admitted_at__lte=at).exclude(withdrawn_at__lte=at).exists()
    words = "answered" if answered else "not answered"
    return ObjectionPart(
        number=objection.number,
        holder=objection.holder.name,
        reason=objection.reason,
        cure=objection.cure,
        answer=objection.answer if answered else "",
        state=f"Raised in call {objection.call.number}; open, {words}."
        + ("" if holds_seat else " Its holder has left."),
    )
