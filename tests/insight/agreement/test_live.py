"""Acts that are not told agree with the tables too: their rows' times are those of just before they were written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from policyhub.accounts.models import User
from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call
from policyhub.decisions.rules import Stance
from policyhub.insight.agreement import compare
from policyhub.participation import acts
from policyhub.participation.models import Participation, Process, Representative
from policyhub.participation.rules import Mandate, StaffFunction
from policyhub.record.queries import now
from tests.factories.drafting import BASIC, open_draft, publish
from tests.factories.participation import World, make_terms
from tests.factories.story import FIRM, UNION, tell_story


@pytest.fixture
def live(db: None) -> World:
    """After the told process one that goes on live, by the same people."""
    world = tell_story()
    convener = world.convener
    acts.open_process(
        actor=convener, slug="live", title="Live", summary="Now.", convener="Office", timezone="UTC", at=now()
    )
    process = Process.objects.get(slug="live")
    for function, person in ((StaffFunction.CHAIR, world.chair), (StaffFunction.EDITOR, world.editor)):
        acts.grant_role(actor=convener, process=process, function=function, email=person.email, at=now())
    acts.adopt_charter(actor=world.chair, process=process, terms=make_terms(), at=now())
    world.process = Process.objects.get(pk=process.pk)
    for organization, category in ((FIRM, "industry"), (UNION, "advocacy")):
        _seat(world, organization, category)
    world.at = now()
    return world


def _seat(world: World, organization: str, category: str) -> None:
    name, lead = world.organization(organization).name, world.leads[organization]
    acts.apply_for_seat(actor=lead, process=world.process, name=name, category=world.category(category), at=now())
    acts.admit_organization(actor=world.convener, participation=world.seat(organization), at=now())


def _decide(world: World) -> None:
    world.at = now()
    version = publish(world, open_draft(world, "live-code"), BASIC)
    decisions.open_call(
        actor=world.chair,
        process=world.process,
        question="Yes?",
        version=version,
        closes_at=now() + timedelta(days=3),
        at=now(),
    )
    call = Call.objects.get(process=world.process)
    for organization, stance in ((FIRM, Stance.SUPPORT), (UNION, Stance.OBJECT), (UNION, Stance.ACCEPT)):
        decisions.cast_position(
            actor=world.leads[organization],
            call=call,
            stance=stance,
            reason="It watches." if stance is Stance.OBJECT else "",
            text_hash=call.text_hash,
            at=now(),
        )


def test_live_acts_agree(live: World) -> None:
    _decide(live)
    seat = live.seat(FIRM)
    acts.name_representative(
        actor=live.leads[FIRM], participation=seat, email="new@example.org", mandate=Mandate.LEAD, at=now()
    )
    acts.withdraw_organization(
        actor=User.objects.get(email="new@example.org"), participation=seat, reason="We leave.", at=now()
    )
    assert (Representative.objects.filter(participation=seat).count(), compare().listed) == (2, ())


def test_a_live_row_that_was_moved_in_time_is_found(live: World) -> None:
    Participation.objects.filter(pk=live.seat(UNION).pk).update(admitted_at=F("admitted_at") - timedelta(days=2))
    found = compare().listed
    assert [(each.field, each.sentence.split(")")[0].split("(")[1]) for each in found] == [
        ("at", "organization.admitted")
    ]
