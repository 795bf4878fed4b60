"""Statements: written by one organization, signed by those who agree, then published and fixed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, canonical_text, text_hash
from policyhub.core.tree import to_tree
from policyhub.participation.models import Participation, Signature, Statement
from policyhub.participation.permissions import can_lead, can_publish_statement, can_sign
from policyhub.participation.queries import mandates_of
from policyhub.participation.rules import ParticipationState, StatementKind
from policyhub.record.acts import append, commit_person
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def draft_statement(
    *, actor: User, participation: Participation, kind: StatementKind, title: str, text: str, at: datetime
) -> Statement:
    """A draft that only its author and those asked to sign can see; nothing is on the record yet."""
    process = hold(participation.process, for_change=True)
    participation = hold(participation)
    require(can_lead(actor, participation))
    title = canonical_line(title, limit=200, field="title")
    text = canonical_text(text, field="text")
    check(_not_seated(participation), _begun_already(participation, title))
    statement = Statement.objects.create(
        process=process,
        number=next_number(process.statements.all()),
        kind=kind,
        title=title,
        text=text,
        tree=to_tree(text),
        text_hash=text_hash(text),
        author=participation,
        drafted_at=at,
    )
    Signature.objects.create(statement=statement, participation=participation, signer=actor, asked_at=at, signed_at=at)
    return statement


@transaction.atomic
def ask_to_sign(
    *, actor: User, statement: Statement, participations: Sequence[Participation], at: datetime
) -> list[Signature]:
    """The organizations can read the draft and sign or decline."""
    statement = hold(statement, for_change=True)
    require(can_publish_statement(actor, statement))
    check(_published(statement), *(_foreign(statement, each) for each in participations))
    try:
        with transaction.atomic():
            return [
                Signature.objects.create(statement=statement, participation=each, asked_at=at)
                for each in participations
            ]
    except IntegrityError:
        raise refuse("asked", "One of these organizations was asked already.", "participations") from None


@transaction.atomic
def sign_statement(*, actor: User, signature: Signature, text_hash: str, at: datetime) -> Signature:
    """The organization stands under the text of that hash."""
    signature = _hold_asked(actor, signature)
    if signature.statement.text_hash != text_hash:
        raise refuse("text_changed", "The text changed since you read it. Read it again, then sign.")
    signature.signer, signature.signed_at = actor, at
    signature.save(update_fields=["signer", "signed_at"])
    return signature


@transaction.atomic
def decline_to_sign(*, actor: User, signature: Signature, at: datetime) -> Signature:
    """The organization does not stand under the text; nobody but the author learns of it."""
    signature = _hold_asked(actor, signature)
    signature.declined_at = at
    signature.save(update_fields=["declined_at"])
    return signature


@transaction.atomic
def publish_statement(*, actor: User, statement: Statement, at: datetime) -> Entry:
    """The statement is public and fixed, with those who signed; signatures still missing are dropped."""
    statement = hold(statement, for_change=True)
    hold_rows(mandates_of(actor, statement.author))
    require(can_publish_statement(actor, statement))
    check(_published(statement))
    if statement.kind == StatementKind.WITHDRAWAL:
        raise refuse("withdrawal", "This statement announces a withdrawal: it is published when you withdraw.")
    return seal_statement(actor, statement, at)


def seal_statement(actor: User, statement: Statement, at: datetime) -> Entry:
    """The statement is on the record with its signatories; part of publishing it and of withdrawing jointly."""
    signed = statement.signatures.filter(signed_at__isnull=False).order_by("signed_at", "pk")
    statement.published_at = at
    statement.save(update_fields=["published_at"])
    return append(
        Kind.STATEMENT_PUBLISHED,
        actor=actor,
        role="lead",
        organization=statement.author.organization.slug,
        process=statement.process,
        subject=statement.subject,
        body={
            "kind": statement.kind,
            "title": statement.title,
            "text_hash": statement.text_hash,
            "signatories": [_signatory(each) for each in signed.select_related("participation__organization")],
        },
        at=at,
    )


def _signatory(signature: Signature) -> dict[str, str]:
    if signature.signer is None or signature.signed_at is None:
        raise ValueError("an unsigned signature has no signatory")
    return {
        "organization": signature.participation.organization.slug,
        "person": commit_person(signature.signer),
        "signed_at": moment(signature.signed_at),
    }


def _hold_asked(actor: User, signature: Signature) -> Signature:
    statement = hold(signature.statement)
    signature = hold(signature, for_change=True)
    hold_rows(mandates_of(actor, signature.participation))
    require(can_sign(actor, signature))
    check(_published(statement), _not_seated(signature.participation), _answered(signature))
    return signature


def _answered(signature: Signature) -> Reason | None:
    if signature.signed_at is None and signature.declined_at is None:
        return None
    return Reason("answered", "Your organization has answered already. Nothing was changed.")


def _begun_already(author: Participation, title: str) -> Reason | None:
    if not author.statements_begun.filter(title=title, published_at__isnull=True).exists():
        return None
    return Reason("begun", "Your organization has a draft of this title already. Open it, or choose another.", "title")


def _published(statement: Statement) -> Reason | None:
    if statement.published_at is None:
        return None
    return Reason("published", "This statement is published and can no longer change.")


def _foreign(statement: Statement, participation: Participation) -> Reason | None:
    if participation.process_id != statement.process_id:
        return Reason("foreign", "Ask only organizations of this process.", "participations")
    return _not_seated(participation)


def _not_seated(participation: Participation) -> Reason | None:
    if participation.state == ParticipationState.ACTIVE:
        return None
    return Reason("not_seated", f"{participation.organization} does not sit at this table now.")
