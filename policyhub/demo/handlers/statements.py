"""Statements, and leaving: alone or under a statement that several signed."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import own_seat, somebody, statement_of
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.participation import acts
from policyhub.participation.models import Signature
from policyhub.participation.rules import StatementKind
from policyhub.record.models import Entry


def draft_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    acts.draft_statement(
        actor=somebody(actor),
        participation=own_seat(telling, actor),
        kind=said.choice("kind", StatementKind),
        title=said.text("title"),
        text=said.text("text"),
        is_permanent=said.flag("permanent", True),
        return_condition=said.text("return_condition", ""),
        at=at,
    )


def ask_to_sign(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    asked = [telling.seat(slug) for slug in said.texts("organizations")]
    acts.ask_to_sign(actor=somebody(actor), statement=statement_of(telling, said), participations=asked, at=at)


def sign_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    signature = _request(telling, actor, said)
    acts.sign_statement(
        actor=somebody(actor), signature=signature, signing_hash=signature.statement.signing_hash, at=at
    )


def take_back_signature(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    acts.take_back_signature(actor=somebody(actor), signature=_request(telling, actor, said), at=at)


def decline_to_sign(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    acts.decline_to_sign(actor=somebody(actor), signature=_request(telling, actor, said), at=at)


def publish_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.publish_statement(actor=somebody(actor), statement=statement_of(telling, said), at=at)


def withdraw_jointly(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.withdraw_jointly(actor=somebody(actor), statement=statement_of(telling, said), at=at)


def withdraw_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    numbers = said.numbers("requirements") if said.has("requirements") else []
    declared = telling.process.requirements
    return acts.withdraw_organization(
        actor=somebody(actor),
        participation=own_seat(telling, actor),
        reason=said.text("reason"),
        requirements=[telling.one(declared.filter(number=each), f"Requirement {each}") for each in numbers],
        is_permanent=said.flag("permanent", True),
        return_condition=said.text("return_condition", ""),
        at=at,
    )


def _request(telling: Telling, actor: User | None, said: Said) -> Signature:
    rows = Signature.objects.filter(statement=statement_of(telling, said), participation=own_seat(telling, actor))
    return telling.one(rows.select_related("statement"), "The request to sign")


HANDLERS: dict[str, Handler] = {
    "draft_statement": draft_statement,
    "ask_to_sign": ask_to_sign,
    "sign_statement": sign_statement,
    "take_back_signature": take_back_signature,
    "decline_to_sign": decline_to_sign,
    "publish_statement": publish_statement,
    "withdraw_jointly": withdraw_jointly,
    "withdraw_organization": withdraw_organization,
}
