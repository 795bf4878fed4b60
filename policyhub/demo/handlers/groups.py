"""Working and drafting groups."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import group_of, own_seat, somebody, version_of
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.drafting import acts as drafting
from policyhub.participation import acts
from policyhub.participation.rules import GroupKind
from policyhub.record.models import Entry


def open_group(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_group(
        actor=somebody(actor),
        process=telling.process,
        kind=said.choice("kind", GroupKind, GroupKind.WORKING),
        name=said.text("name"),
        purpose=said.text("purpose"),
        at=at,
    )


def close_group(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.close_group(actor=somebody(actor), group=group_of(telling, said), reason=said.text("reason"), at=at)


def join_group(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    group = group_of(telling, said)
    return acts.join_group(actor=somebody(actor), participation=own_seat(telling, actor), group=group, at=at)


def report_group(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    group, text = group_of(telling, said), said.text("text")
    version = version_of(telling, said) if said.has("document") else None
    return drafting.report_group(actor=somebody(actor), group=group, text=text, version=version, at=at)


HANDLERS: dict[str, Handler] = {
    "open_group": open_group,
    "close_group": close_group,
    "join_group": join_group,
    "report_group": report_group,
}
