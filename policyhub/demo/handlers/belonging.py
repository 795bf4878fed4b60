"""Whom organizations belong to, and what they declare of themselves."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import own_seat, somebody
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.participation import acts
from policyhub.participation.models import Affiliation
from policyhub.participation.queries import affiliations
from policyhub.participation.rules import Relation
from policyhub.record.models import Entry


def declare_affiliation(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.declare_affiliation(
        actor=somebody(actor),
        participation=own_seat(telling, actor),
        to=said.text("to"),
        relation=said.choice("relation", Relation, Relation.RELATED),
        at=at,
    )


def find_affiliation(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.find_affiliation(
        actor=somebody(actor),
        participation=telling.seat(said.text("organization")),
        to=said.text("to"),
        reason=said.text("reason"),
        at=at,
    )


def confirm_affiliation(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.confirm_affiliation(
        actor=somebody(actor), affiliation=_affiliation(telling, said), reason=said.text("reason", ""), at=at
    )


def end_affiliation(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.end_affiliation(
        actor=somebody(actor), affiliation=_affiliation(telling, said), reason=said.text("reason"), at=at
    )


def declare_profile(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.declare_profile(
        actor=somebody(actor),
        participation=own_seat(telling, actor),
        about=said.text("about", ""),
        funding=said.text("funding", ""),
        interests=said.text("interests", ""),
        at=at,
    )


def _affiliation(telling: Telling, said: Said) -> Affiliation:
    """What was declared last of the organization and the one of this name."""
    organization, to = telling.seat(said.text("organization")).organization, said.text("to")
    rows = affiliations(telling.process).filter(organization=organization, to__name=to, ended_at__isnull=True)
    return telling.one(rows, f"That {organization} belongs to {to}")


HANDLERS: dict[str, Handler] = {
    "declare_affiliation": declare_affiliation,
    "find_affiliation": find_affiliation,
    "confirm_affiliation": confirm_affiliation,
    "end_affiliation": end_affiliation,
    "declare_profile": declare_profile,
}
