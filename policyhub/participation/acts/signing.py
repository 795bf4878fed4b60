"""Who stands under a statement: asked, signed, declined, taken back; all of it in private until publication."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from policyhub.accounts.acts import ensure_person
from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.participation.acts.naming import cannot_be_named
from policyhub.participation.acts.organizations import find_or_make
from policyhub.participation.acts.statements import cannot_speak, is_published, unsign
from policyhub.participation.models import Organization, Participation, Process, Signature, Statement
from policyhub.participation.permissions import can_publish_statement, can_sign
from policyhub.participation.queries import mandates_of, may_take_part, signatories
from policyhub.participation.rules import OPEN_KINDS, StatementKind


@transaction.atomic
def ask_to_sign(
    *, actor: User, statement: Statement, participations: Sequence[Participation], at: datetime
) -> list[Signature]:
    """The organizations can read the draft and sign or decline."""
    statement = hold(statement, for_change=True)
    require(can_publish_statement(actor, statement))
    check(is_published(statement), *(_foreign(statement, each, at) for each in participations))
    return _ask(
        [
            Signature(statement=statement, organization=each.organization, participation=each, asked_at=at)
            for each in participations
        ]
    )


@transaction.atomic
def ask_outside_to_sign(*, actor: User, statement: Statement, name: str, email: str, at: datetime) -> list[Signature]:
    """An organization that does not take part can read the draft and sign, by the person with this address.

    That this person may sign for it is what they say; the public page says so.
    """
    statement = hold(statement, for_change=True)
    require(can_publish_statement(actor, statement))
    check(is_published(statement), _not_for_outsiders(statement))
    organization, person = find_or_make(name, statement.process), ensure_person(email, at=at)
    check(_ever_sat(statement.process, organization), _stranger_here(person, statement.process))
    return _ask([Signature(statement=statement, organization=organization, invited=person, asked_at=at)])


@transaction.atomic
def remove_signatory(*, actor: User, signature: Signature) -> None:
    """The author no longer asks this organization; what it answered goes with the request."""
    statement = hold(signature.statement, for_change=True)
    signature = hold(signature, for_change=True)
    require(can_publish_statement(actor, statement))
    check(is_published(statement), _its_author(signature))
    signature.delete()


@transaction.atomic
def sign_statement(*, actor: User, signature: Signature, signing_hash: str, at: datetime) -> Signature:
    """The organization stands under the text and the terms of that hash, until publication as long as it wants."""
    signature = _hold_asked(actor, signature, at)
    check(_answered(signature))
    if signature.statement.signing_hash != signing_hash:
        raise refuse("text_changed", "This is not the text, or not the terms, that you read. Read them, then sign.")
    signature.signer, signature.signed_at = actor, at
    signature.save(update_fields=["signer", "signed_at"])
    return signature


@transaction.atomic
def take_back_signature(*, actor: User, signature: Signature, at: datetime) -> Signature:
    """The organization stands under the text no longer; it can sign again, or decline, until publication."""
    signature = _hold_asked(actor, signature, at)
    check(_unsigned(signature), _its_author(signature))
    return unsign(signature)


@transaction.atomic
def decline_to_sign(*, actor: User, signature: Signature, at: datetime) -> Signature:
    """The organization does not stand under the text; nobody but the author learns of it."""
    signature = _hold_asked(actor, signature, at)
    check(_answered(signature))
    signature.signer, signature.signed_at, signature.declined_at = None, None, at
    signature.save(update_fields=["signer", "signed_at", "declined_at"])
    return signature


def _ask(requests: list[Signature]) -> list[Signature]:
    try:
        with transaction.atomic():
            for each in requests:
                each.save(force_insert=True)
    except IntegrityError:
        raise refuse("asked", "One of these organizations was asked already.", "participations") from None
    return requests


def _hold_asked(actor: User, signature: Signature, at: datetime) -> Signature:
    statement = hold(signature.statement)
    signature = hold(signature, for_change=True)
    if signature.participation is not None:
        hold_rows(mandates_of(actor, signature.participation))
    require(can_sign(actor, signature))
    check(is_published(statement), _lost_its_seat(signature, at))
    return signature


def _answered(signature: Signature) -> Reason | None:
    """An answer stands, unless somebody gave it who leads the organization no longer."""
    signed = signatories(signature.statement).filter(pk=signature.pk).exists()
    if not signed and signature.declined_at is None:
        return None
    return Reason("answered", "Your organization has answered already. Nothing was changed.")


def _unsigned(signature: Signature) -> Reason | None:
    if signature.signed_at is not None:
        return None
    return Reason("unsigned", "Your organization has not signed. Nothing was changed.")


def _its_author(signature: Signature) -> Reason | None:
    if signature.participation_id != signature.statement.author_id:
        return None
    return Reason(
        "author", "Your organization began this statement. Leave it unpublished if it no longer stands under it."
    )


def _lost_its_seat(signature: Signature, at: datetime) -> Reason | None:
    seat = signature.participation
    return cannot_speak(seat, StatementKind(signature.statement.kind), at) if seat is not None else None


def _foreign(statement: Statement, participation: Participation, at: datetime) -> Reason | None:
    if participation.process_id != statement.process_id:
        return Reason("foreign", "Ask only organizations of this process.", "participations")
    return cannot_speak(participation, StatementKind(statement.kind), at)


def _not_for_outsiders(statement: Statement) -> Reason | None:
    if statement.kind in OPEN_KINDS:
        return None
    return Reason("outside", "Only those at the table sign a statement of this kind.", "name")


def _ever_sat(process: Process, organization: Organization) -> Reason | None:
    if not process.participations.ever_admitted().filter(organization=organization).exists():
        return None
    return Reason("sat_here", f"{organization} has a place in this process: ask it by that; its lead signs.", "name")


def _stranger_here(person: User, process: Process) -> Reason | None:
    return None if may_take_part(person, process) else cannot_be_named(person)
