"""Statements: written by one organization, signed by those who agree, then published and fixed."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, canonical_text, optional_text, text_hash
from policyhub.core.tree import to_tree
from policyhub.participation.models import Participation, Process, Signature, Statement
from policyhub.participation.permissions import can_lead, can_publish_statement
from policyhub.participation.queries import lapsed_signatures, mandates_of, signatories
from policyhub.participation.rules import MATTERS, OPEN_KINDS, ParticipationState, StatementKind, impossible_time
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# In bytes: a sentence or two, no second statement.
MOST_CONDITION = 2_000


class Matter(Protocol):
    """What a statement can be about: something of a process that has a subject on the record."""

    @property
    def process_id(self) -> int: ...

    @property
    def subject(self) -> str: ...


@transaction.atomic
def draft_statement(
    *,
    actor: User,
    participation: Participation,
    kind: StatementKind,
    title: str,
    text: str,
    about: Matter | None = None,
    is_permanent: bool = True,
    return_condition: str = "",
    effective_at: datetime | None = None,
    at: datetime,
) -> Statement:
    """A draft, with the terms of a withdrawal, that only its author and those asked can see; nothing is recorded.

    `about` is the call that a minority dissents from, or the clause that is proposed to be parked.
    """
    process = hold(participation.process, for_change=True)
    participation = hold(participation)
    require(can_lead(actor, participation))
    title = canonical_line(title, limit=200, field="title")
    text = canonical_text(text, field="text")
    condition = canonical_condition(return_condition)
    check(
        cannot_speak(participation, kind, at),
        _begun_already(participation, title),
        _wrong_matter(process, kind, about),
        _terms_of_nothing(kind, is_permanent, condition, effective_at),
        impossible_time(effective_at, at, is_being_told=process.is_being_told),
    )
    statement = Statement(
        process=process,
        kind=kind,
        about=about.subject if about is not None else "",
        title=title,
        text=text,
        is_permanent=is_permanent,
        return_condition=condition,
        effective_at=effective_at,
        author=participation,
        drafted_at=at,
    )
    return _begin(statement, actor)


@transaction.atomic
def publish_statement(*, actor: User, statement: Statement, at: datetime) -> Entry:
    """The statement is public and fixed, with those whose signatures count; the others are dropped."""
    statement = hold(statement, for_change=True)
    hold_rows(mandates_of(actor, statement.author))
    require(can_publish_statement(actor, statement))
    check(is_published(statement), cannot_speak(statement.author, StatementKind(statement.kind), at))
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
            "about": statement.about or None,
            "title": statement.title,
            "text_hash": statement.text_hash,
            "signatories": len(signed),
            "effective_at": moment(statement.effective_at) if statement.effective_at is not None else None,
        },
        at=at,
    )
    for each in signed:
        _append_signed(each, at)
    return entry, signed


def _begin(statement: Statement, actor: User) -> Statement:
    """The draft is kept, signed by who began it."""
    statement.number = next_number(statement.process.statements.all())
    statement.tree, statement.text_hash = to_tree(statement.text), text_hash(statement.text)
    statement.save(force_insert=True)
    author, at = statement.author, statement.drafted_at
    Signature.objects.create(
        statement=statement,
        organization=author.organization,
        participation=author,
        signer=actor,
        asked_at=at,
        signed_at=at,
    )
    return statement


def canonical_condition(return_condition: str) -> str:
    """What would bring an organization back, in canonical form, or "" when nothing was said."""
    return optional_text(return_condition, what="condition", limit=MOST_CONDITION, field="return_condition")


def _hold_signed(statement: Statement) -> list[Signature]:
    """The signatures that count, their seats under lock so that nobody leaves or changes hands; others are undone."""
    seats = Participation.objects.filter(signatures__statement=statement, signatures__signed_at__isnull=False)
    list(seats.order_by("pk").select_for_update(of=("self",)))
    for lapsed in lapsed_signatures(statement):
        unsign(lapsed)
    return list(signatories(statement).order_by("signed_at", "pk"))


def unsign(signature: Signature) -> Signature:
    """The signature is as if it had only been asked for."""
    signature.signer = signature.signed_at = None
    signature.save(update_fields=["signer", "signed_at"])
    return signature


def _append_signed(signature: Signature, at: datetime) -> Entry:
    if signature.signer is None or signature.signed_at is None:
        raise ValueError("an unsigned signature has no signatory")
    return append(
        Kind.STATEMENT_SIGNED,
        actor=signature.signer,
        role="lead" if signature.participation_id is not None else "signatory",
        organization=signature.organization.slug,
        process=signature.statement.process,
        subject=signature.statement.subject,
        body={"text_hash": signature.statement.text_hash, "signed_at": moment(signature.signed_at)},
        at=at,
    )


def _terms_of_nothing(
    kind: StatementKind, is_permanent: bool, return_condition: str, effective_at: datetime | None
) -> Reason | None:
    if kind == StatementKind.WITHDRAWAL or (is_permanent and not return_condition and effective_at is None):
        return None
    return Reason("terms", "Only who leaves says for how long, and what would bring it back.", "return_condition")


def _begun_already(author: Participation, title: str) -> Reason | None:
    if not author.statements_begun.filter(title=title, published_at__isnull=True).exists():
        return None
    return Reason("begun", "Your organization has a draft of this title already. Open it, or choose another.", "title")


def is_published(statement: Statement) -> Reason | None:
    if statement.published_at is None:
        return None
    return Reason("published", "This statement is published and can no longer change.")


def cannot_speak(participation: Participation, kind: StatementKind, at: datetime) -> Reason | None:
    """Why an organization of the process cannot stand under a statement of this kind; who left can still dissent."""
    if participation.state in {ParticipationState.ACTIVE, ParticipationState.WITHDRAWN} and kind in OPEN_KINDS:
        return None
    return participation.unseated(at)


def _wrong_matter(process: Process, kind: StatementKind, about: Matter | None) -> Reason | None:
    noun = MATTERS.get(kind)
    if about is None:
        return Reason("about", "Choose the clause that you propose to park.", "about") if noun == "clause" else None
    if about.process_id == process.pk and about.subject.partition("/")[0] == noun:
        return None
    return Reason("about", "A statement of this kind is not about that. Choose something of this process.", "about")
