"""A process in which every address leads to something, so that a 404 is a refusal and never mere absence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from policyhub.accounts.acts import issue_token
from policyhub.accounts.models import Token
from policyhub.core.text import text_hash
from policyhub.drafting.acts import make_comment
from policyhub.drafting.models import Comment
from policyhub.minutes import acts as minutes
from policyhub.minutes.models import Minutes
from policyhub.minutes.rules import SECTIONS
from policyhub.participation import acts
from policyhub.participation.models import Affiliation, PartialWithdrawal, ServiceToken, StaffRole, Statement
from policyhub.participation.rules import GroupKind, Relation, StaffFunction, StatementKind
from policyhub.publishing.acts import pin_edition, publish_edition
from policyhub.publishing.models import Edition
from policyhub.record.models import Entry
from tests.factories.decisions import Table, make_table
from tests.factories.meetings import DAY, adjourn, announce, open_now

DRAFT, PUBLISHED = 1, 2  # numbers of the two statements
WRITTEN = "# Meeting 1\n\n" + "\n\n".join(f"## {section}\n\nNothing." for section in SECTIONS) + "\n"
# Addresses that take another number than the first.
NUMBERS = {
    "processes/<slug:process>/statements/<int:number>/": PUBLISHED,
    "api/v1/processes/<slug:process>/statements/<int:number>/": PUBLISHED,
}


@dataclass
class Everything:
    """The table, and what fills the variable parts of addresses."""

    table: Table
    parts: dict[str, str]
    entries: dict[str, str]

    def address(self, route: str) -> str:
        """The route with its variable parts filled in."""
        address = f"/{route}".replace("<int:number>", str(NUMBERS.get(route, 1)))
        address = address.replace("<int:index>", self.entries.get(route, "0"))
        for part, value in self.parts.items():
            address = address.replace(part, value)
        return address


def make_everything(now: datetime) -> Everything:
    """One of each kind of thing, at its first address."""
    table = make_table(now - timedelta(days=3))
    table.cast("faces-union-1", "object")
    _comment(table)
    table.world.require("faces-firm-1")
    _publish_an_edition(table)
    _make_statements(table)
    _hold_a_meeting(table)
    _belong(table)
    acts.open_group(
        actor=table.world.chair,
        process=table.world.process,
        kind=GroupKind.WORKING,
        name="Signs",
        purpose="It reads.",
        at=now,
    )
    firm = table.world.leads["faces-firm-1"], table.world.seat("faces-firm-1")
    acts.issue_service_token(actor=firm[0], participation=firm[1], name="archive", at=now)
    left = _leave(table)
    issue_token(user=table.world.chair, name="export", at=now)
    role = StaffRole.objects.get(process=table.world.process, function=StaffFunction.EDITOR)
    parts = {
        "<slug:process>": "faces",
        "<slug:organization>": "faces-firm-1",
        "<slug:document>": "faces-code",
        "<slug:key>": "c1",
        "<int:role>": str(role.pk),
        "<int:representative>": str(table.world.alternates["faces-firm-1"].mandates.get().pk),
        "<slug:answer>": "sign",
        "<int:index>": "0",
        "<int:link>": "1",
        "<int:service>": str(ServiceToken.objects.get().pk),
        "<int:affiliation>": str(Affiliation.objects.get().pk),
        "<int:stepped>": str(PartialWithdrawal.objects.get().pk),
        "<int:correction>": "1",
        "<int:requirement>": "1",
        "<int:against>": "1",
        "<height:height>": "0",
        "<tile:number>": "000",
        "<width:width>": "1",
        "<digest:digest>": text_hash("Who asks?").removeprefix("sha256:"),
        "<slug:digest>": text_hash("Who asks?").removeprefix("sha256:"),
        "<int:mail>": "1",
        "<int:token>": str(Token.objects.get().pk),
        "<str:secret>": "unknown",
        "<str:token>": "unknown",
        "<int:person>": str(table.world.convener.pk),
    }
    return Everything(table, parts, {"processes/<slug:process>/withdrawals/<int:index>/": str(left.index)})


def routes() -> list[str]:
    """Every route of the project, without what stands below the admin's roof."""
    return [route for route in _routes(get_resolver().url_patterns) if not route.startswith("admin/")]


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route


def fingerprint() -> dict[str, str | None]:
    """A hash over every row of each of our tables."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("policyhub.")]
    return {model._meta.db_table: _hash(model._meta.db_table) for model in ours}


def _hash(table: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {connection.ops.quote_name(table)} t"
        )
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def _comment(table: Table) -> None:
    text = table.call.version.texts.get()
    make_comment(
        actor=table.world.outsider, clause_text=text, type=Comment.Type.GENERAL, text="Who asks?", at=table.world.at
    )


def _publish_an_edition(table: Table) -> None:
    pin_edition(actor=table.world.chair, version=table.call.version, at=table.world.at)
    publish_edition(edition=Edition.objects.get(), data=b"%PDF-1.7 nothing", at=table.world.at)


def _make_statements(table: Table) -> None:
    """The first is a draft, the second is public."""
    lead, seat = table.world.leads["faces-firm-1"], table.world.seat("faces-firm-1")
    for title in ("Ours", "Everybody's"):
        acts.draft_statement(
            actor=lead, participation=seat, kind=StatementKind.JOINT, title=title, text="We say so.", at=table.world.at
        )
    acts.publish_statement(actor=lead, statement=Statement.objects.get(number=PUBLISHED), at=table.world.at)


def _belong(table: Table) -> None:
    """One firm says that it belongs to a group, and what it has at stake."""
    lead, seat = table.world.leads["faces-firm-1"], table.world.seat("faces-firm-1")
    acts.declare_affiliation(actor=lead, participation=seat, to="Group", relation=Relation.RELATED, at=table.world.at)
    acts.declare_profile(actor=lead, participation=seat, interests="It sells cameras.", at=table.world.at)


def _leave(table: Table) -> Entry:
    """One firm stepped out of the text, and one union left the process."""
    world = table.world
    acts.step_out(
        actor=world.leads["faces-firm-1"],
        participation=world.seat("faces-firm-1"),
        matter=table.document,
        reason="Not this text.",
        at=world.at,
    )
    return acts.withdraw_organization(
        actor=world.leads["faces-union-2"], participation=world.seat("faces-union-2"), reason="No.", at=world.at
    )


def _hold_a_meeting(table: Table) -> None:
    """It is over; its minutes are circulated, and one correction is proposed."""
    world = table.world
    held = adjourn(world, open_now(world, announce(world, in_days=8)))
    minutes.draft_minutes(actor=world.secretary, meeting=held, text=WRITTEN, at=held.ends_at)
    drafted = Minutes.objects.get()
    minutes.circulate_minutes(
        actor=world.secretary,
        minutes=drafted,
        text_hash=text_hash(WRITTEN),
        corrections_until=held.ends_at + DAY,
        at=held.ends_at,
    )
    drafted.refresh_from_db()
    minutes.propose_correction(
        actor=world.leads["faces-firm-1"], minutes=drafted, what="A letter.", why="It came.", at=held.ends_at
    )
