"""Objections: answered by the chair or the editor, lifted by nobody but their holder."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import check_move, move_refused
from policyhub.core.text import canonical_text, text_hash
from policyhub.decisions.models import Objection
from policyhub.decisions.permissions import can_answer_objection, can_lift_objection
from policyhub.decisions.queries import find_holder_seat
from policyhub.decisions.rules import OBJECTION_MOVES, ObjectionState
from policyhub.participation.models import Participation
from policyhub.participation.permissions import can_chair
from policyhub.participation.queries import mandates_of, roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def answer_objection(*, actor: User, objection: Objection, accommodated: bool, answer: str, at: datetime) -> Entry:
    """The objection has its written answer, and whether the text was changed for it; it stands until it is lifted."""
    objection = hold(objection, for_change=True)
    hold_rows(roles_of(actor, objection.process))
    require(can_answer_objection(actor, objection))
    state = ObjectionState.ACCOMMODATED if accommodated else ObjectionState.NOT_ACCOMMODATED
    check(
        move_refused(OBJECTION_MOVES, objection.state, state, noun=f"Objection {objection.number}"),
        _unchanged(objection, at) if accommodated else None,
    )
    objection.answer = canonical_text(answer, what="answer", field="answer")
    objection.state, objection.answered_at = state, at
    objection.save(update_fields=["answer", "state", "answered_at"])
    return append(
        Kind.OBJECTION_ANSWERED,
        actor=actor,
        role="chair" if can_chair(actor, objection.process) else "editor",
        process=objection.process,
        subject=objection.subject,
        body={"accommodated": accommodated, "reason_hash": text_hash(objection.answer)},
        at=at,
    )


@transaction.atomic
def lift_objection(*, actor: User, objection: Objection, at: datetime) -> Entry:
    """The objection is lifted by its holder; the position that its holder cast stays as it is."""
    participation = _hold_seat(actor, objection)
    objection = hold(objection, for_change=True)
    require(can_lift_objection(actor, objection))
    check_move(OBJECTION_MOVES, objection.state, ObjectionState.LIFTED, noun=f"Objection {objection.number}")
    return append_lifted(actor, participation, objection, at)


def append_lifted(actor: User, participation: Participation, objection: Objection, at: datetime) -> Entry:
    """The held objection is lifted, by its own act or because its holder took another position."""
    objection.state, objection.lifted_at = ObjectionState.LIFTED, at
    objection.save(update_fields=["state", "lifted_at"])
    return append(
        Kind.OBJECTION_LIFTED,
        actor=actor,
        role=mandates_of(actor, participation)[0].mandate,
        organization=participation.organization.slug,
        process=objection.process,
        subject=objection.subject,
        body={"by": participation.organization.slug},
        at=at,
    )


def _unchanged(objection: Objection, at: datetime) -> Reason | None:
    """Who says that the text was changed for an objection has published another one since."""
    version = objection.call.version
    if version.document.versions.filter(number__gt=version.number, published_at__lte=at).exists():
        return None
    return Reason(
        "unchanged",
        f"No newer version than {version} was published, so the text was not changed for this objection yet. "
        "Publish the changed text first, or answer that it was not changed.",
        "accommodated",
    )


def _hold_seat(actor: User, objection: Objection) -> Participation:
    found = find_holder_seat(actor, objection)
    if found is None:
        raise NotAllowed
    participation = hold(found)
    hold_rows(mandates_of(actor, participation))
    return participation
