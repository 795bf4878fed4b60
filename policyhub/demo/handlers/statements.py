"""Statements, and leaving: alone or under a statement that several signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from policyhub.accounts.models import User
from policyhub.decisions.models import Call
from policyhub.demo.handlers.archive import day_of
from policyhub.demo.handlers.finding import (
    call_of,
    clause_of,
    document_of,
    group_of,
    last_seat,
    own_seat,
    somebody,
    statement_of,
)
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.drafting.models import Clause, Document
from policyhub.participation import acts
from policyhub.participation.models import Group, Signature
from policyhub.participation.queries import stepped_out_of
from policyhub.participation.rules import AnswerCode, StatementKind
from policyhub.record.models import Entry


def draft_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    acts.draft_statement(
        actor=somebody(actor),
        participation=last_seat(telling, actor),
        kind=said.choice("kind", StatementKind),
        about=_matter(telling, said),
        title=said.text("title"),
        text=said.text("text"),
        is_permanent=said.flag("permanent", True),
        return_condition=said.text("return_condition", ""),
        at=at,
    )


def ask_to_sign(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    asked = [telling.seat(slug) for slug in said.texts("organizations")]
    acts.ask_to_sign(actor=somebody(actor), statement=statement_of(telling, said), participations=asked, at=at)


def answer_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.answer_statement(
        actor=somebody(actor),
        statement=statement_of(telling, said),
        code=said.choice("code", AnswerCode),
        reason=said.text("reason"),
        at=at,
    )


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
    return acts.withdraw_organization(
        actor=somebody(actor), participation=own_seat(telling, actor), **_leaving(telling, said), at=at
    )


def step_out(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.step_out(
        actor=somebody(actor),
        participation=own_seat(telling, actor),
        matter=_part(telling, said),
        **_leaving(telling, said),
        at=at,
    )


def come_back(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    part = _part(telling, said)
    out = stepped_out_of(part.subject).filter(participation=own_seat(telling, actor))
    return acts.come_back(actor=somebody(actor), stepped=telling.one(out, f"Stepping out of {part}"), at=at)


def _part(telling: Telling, said: Said) -> Document | Group:
    """The text or the group that a line names."""
    return group_of(telling, said) if said.has("group") else document_of(telling, said)


def _leaving(telling: Telling, said: Said) -> dict[str, Any]:
    numbers = said.numbers("requirements") if said.has("requirements") else []
    declared = telling.process.requirements
    return {
        "reason": said.text("reason"),
        "requirements": [telling.one(declared.filter(number=each), f"Requirement {each}") for each in numbers],
        "is_permanent": said.flag("permanent", True),
        "return_condition": said.text("return_condition", ""),
        "claimed_on": day_of(said.text("claimed_on")) if said.has("claimed_on") else None,
    }


def _request(telling: Telling, actor: User | None, said: Said) -> Signature:
    rows = Signature.objects.filter(statement=statement_of(telling, said), participation=last_seat(telling, actor))
    return telling.one(rows.select_related("statement"), "The request to sign")


def _matter(telling: Telling, said: Said) -> Call | Clause | None:
    """The call that a minority dissents from, or the clause of the newest version that is proposed to be parked."""
    if said.has("call"):
        return call_of(telling, said)
    if not said.has("document"):
        return None
    newest = telling.one(document_of(telling, said).versions.order_by("-number"), "The newest version")
    return clause_of(telling, said, newest).clause


HANDLERS: dict[str, Handler] = {
    "draft_statement": draft_statement,
    "ask_to_sign": ask_to_sign,
    "answer_statement": answer_statement,
    "sign_statement": sign_statement,
    "take_back_signature": take_back_signature,
    "decline_to_sign": decline_to_sign,
    "publish_statement": publish_statement,
    "withdraw_jointly": withdraw_jointly,
    "withdraw_organization": withdraw_organization,
    "step_out": step_out,
    "come_back": come_back,
}
