"""Objections: which stand, which wait for an answer, who may speak for their holders."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet

from policyhub.decisions.models import Call, Objection, Seat
from policyhub.decisions.rules import ObjectionState
from policyhub.participation.models import Participation, Process
from policyhub.participation.queries import Person, mandates_of


def find_holder_seat(user: Person, objection: Objection) -> Participation | None:
    """The holder's newest seat, even one that was left, if this person speaks for it; or None."""
    seats = Participation.objects.ever_admitted().filter(process=objection.process_id, organization=objection.holder_id)
    # Once it is back, only those who speak for it now speak for it; a seat that was only asked for gives no voice.
    newest = seats.select_related("process").order_by(F("withdrawn_at").desc(nulls_first=True), "-pk").first()
    return newest if newest is not None and mandates_of(user, newest).exists() else None


def objections(process: Process) -> QuerySet[Objection]:
    """Every objection with `holder_departed`: whether its holder holds no seat any more."""
    seated = Participation.objects.active().filter(process=OuterRef("process"), organization=OuterRef("holder"))
    return (
        process.objections.select_related("process", "holder", "call", "clause")
        .annotate(holder_departed=~Exists(seated))
        .order_by("number")
    )


def objections_before(call: Call, seat: Seat | None) -> QuerySet[Objection]:
    """The standing objections of a seat's organization to the call that this one recirculates."""
    if seat is None or call.recirculates_id is None:
        return Objection.objects.none()
    return standing_objections(call.process).filter(call=call.recirculates_id, holder=seat.organization_id)


def standing_objections(process: Process) -> QuerySet[Objection]:
    """The objections that their holders have not lifted, answered or not."""
    return objections(process).exclude(state=ObjectionState.LIFTED)


def unanswered_objections(process: Process) -> QuerySet[Objection]:
    """The objections that wait for an answer."""
    return objections(process).filter(state=ObjectionState.RAISED)
