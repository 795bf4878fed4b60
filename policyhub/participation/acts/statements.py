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
from policyhub.core.text import canonical_line, canonical_text, optional_text, text_hash
from policyhub.core.tree import to_tree
from policyhub.participation.models import Participation, Signature, Statement
from policyhub.participation.permissions import can_lead, can_publish_statement, can_sign
from policyhub.participation.queries import lapsed_signatures, mandates_of, signatories
from policyhub.participation.rules import ParticipationState, StatementKind
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# In bytes: a sentence or two, no second statement.
MOST_CONDITION = 2_000


@transaction.atomic
def draft_statement(
    *,
    actor: User,
    participation: Participation,
    kind: StatementKind,
    title: str,
    text: str,
    is_permanent: bool = True,
    return_condition: str = "",
    at: datetime,
) -> Statement:
    """A draft, with the terms of a withdrawal, that only its author and those asked can see; nothing is recorded."""
    process = hold(participation.process, for_change=True)
    participation = hold(participation)
    require(can_lead(actor, participation))
    title = canonical_line(title, limit=200, field="title")
    text = canonical_text(text, field="text")
    condition = canonical_condition(return_condition)
    check(
        _not_seated(participation),
        _begun_already(participation, title),
        _terms_of_nothing(kind, is_permanent, condition),
    )
    statement = Statement.objects.create(
        process=process,
        number=next_number(process.statements.all()),
        kind=kind,
        title=title,
        text=text,
        tree=to_tree(text),
        text_hash=text_hash(text),
        is_permanent=is_permanent,
        return_condition=condition,
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
def sign_statement(*, actor: User, signature: Signature, signing_hash: str, at: datetime) -> Signature:
    """The organization stands under the text and the terms of that hash, until publication as long as it wants."""
    signature = _hold_asked(actor, signature)
    check(_answered(signature))
    if signature.statement.signing_hash != signing_hash:
        raise refuse("text_changed", "This is not the text, or not the terms, that you read. Read them, then sign.")
    signature.signer, signature.signed_at = actor, at
    signature.save(update_fields=["signer", "signed_at"])
    return signature


@transaction.atomic
def take_back_signature(*, actor: User, signature: Signature, at: datetime) -> Signature:
    """The organization stands under the text no longer; it can sign again, or decline, until publication."""
    signature = _hold_asked(actor, signature)
    check(_unsigned(signature), _its_author(signature))
    return _unsign(signature)


@transaction.atomic
def decline_to_sign(*, actor: User, signature: Signature, at: datetime) -> Signature:
    """The organization does not stand under the text; nobody but the author learns of it."""
    signature = _hold_asked(actor, signature)
    check(_answered(signature))
    signature.signer, signature.signed_at, signature.declined_at = None, None, at
    signature.save(update_fields=["signer", "signed_at", "declined_at"])
    return signature


@transaction.atomic
def publish_statement(*, actor: User, statement: Statement, at: datetime) -> Entry:
    """The statement is public and fixed, with those whose signatures count; the others are dropped."""
    statement = hold(statement, for_change=True)
    hold_rows(mandates_of(actor, statement.author))
    require(can_publish_statement(actor, statement))
    check(_published(statement), _not_seated(statement.author))
    if statement.kind == StatementKind.WITHDRAWAL:
        raise refuse("withdrawal", "This statement announces a withdrawal: it is published when you withdraw.")
    entry, _ = seal_statement(actor, statement, at)
    return entry


def seal_statement(actor: User, statement: Statement, at: datetime) -> tuple[Entry, list[Signature]]:
    """The statement is on the record, with an entry for each signature; part of publishing and withdrawing jointly.

    Who publishes signs for the author, whoever led it when the draft was made.
    """
    own = statement.signatures.get(participation=statement.author)
    if own.signer_id != actor.pk:
        own.signer, own.signed_at = actor, at
        own.save(update_fields=["signer", "signed_at"])
    signed = _hold_signed(statement)
    statement.published_at = at
    statement.save(update_fields=["published_at"])
    entry = append(
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
            "signatories": len(signed),
        },
        at=at,
    )
    for each in signed:
        _append_signed(each, at)
    return entry, signed


def canonical_condition(return_condition: str) -> str:
    """What would bring an organization back, in canonical form, or "" when nothing was said."""
    return optional_text(return_condition, what="condition", limit=MOST_CONDITION, field="return_condition")


def _hold_signed(statement: Statement) -> list[Signature]:
    """The signatures that count, their seats under lock so that nobody leaves or changes hands; others are undone."""
    seats = Participation.objects.filter(signatures__statement=statement, signatures__signed_at__isnull=False)
    list(seats.order_by("pk").select_for_update(of=("self",)))
    for lapsed in lapsed_signatures(statement):
        _unsign(lapsed)
    return list(signatories(statement).order_by("signed_at", "pk"))


def _unsign(signature: Signature) -> Signature:
    signature.signer = signature.signed_at = None
    signature.save(update_fields=["signer", "signed_at"])
    return signature


def _append_signed(signature: Signature, at: datetime) -> Entry:
    if signature.signer is None or signature.signed_at is None:
        raise ValueError("an unsigned signature has no signatory")
    return append(
        Kind.STATEMENT_SIGNED,
        actor=signature.signer,
        role="lead",
        organization=signature.participation.organization.slug,
        process=signature.statement.process,
        subject=signature.statement.subject,
        body={"text_hash": signature.statement.text_hash, "signed_at": moment(signature.signed_at)},
        at=at,
    )


def _hold_asked(actor: User, signature: Signature) -> Signature:
    statement = hold(signature.statement)
    signature = hold(signature, for_change=True)
    hold_rows(mandates_of(actor, signature.participation))
    require(can_sign(actor, signature))
    check(_published(statement), _not_seated(signature.participation))
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


def _terms_of_nothing(kind: StatementKind, is_permanent: bool, return_condition: str) -> Reason | None:
    if kind == StatementKind.WITHDRAWAL or (is_permanent and not return_condition):
        return None
    return Reason("terms", "Only who leaves says for how long, and what would bring it back.", "return_condition")


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
