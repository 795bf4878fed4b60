"""The desk: what waits for whom, and the page after an act."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from policyhub.accounts.models import User
from policyhub.drafting.acts import mark_requirement
from policyhub.drafting.models import Mark
from policyhub.insight.beginnings import BEGINNINGS, beginnings, under_way
from policyhub.insight.desk import deadlines, waiting_for
from policyhub.insight.outcomes import SENTENCES, outcome_of
from policyhub.insight.waiting import FOR_STAFF
from policyhub.notifications.queries import is_following
from policyhub.participation import acts
from policyhub.participation.models import Process, Statement
from policyhub.participation.rules import StaffFunction, StatementKind
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.decisions import make_table
from tests.factories.drafting import clause, comment_on, publish_basic
from tests.factories.meetings import announce
from tests.factories.participation import make_convener, make_person, make_world

pytestmark = pytest.mark.django_db


def waits(user: User, at: datetime) -> list[str]:
    """The routes of the acts that wait for a person, in order."""
    return [each.route for each in waiting_for(user, at)]


def page_of(client: Client, user: User, path: str) -> str:
    client.force_login(user)
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_every_kind_says_what_is_true_and_what_follows() -> None:
    assert set(SENTENCES) == set(Kind)


def test_every_function_has_its_place_on_the_desk() -> None:
    assert set(FOR_STAFF) == set(BEGINNINGS) == set(StaffFunction)


def test_newcomer_finds_an_empty_desk_that_says_what_to_do(client: Client, now: datetime) -> None:
    page = page_of(client, make_person("new@example.org"), "/desk/")
    assert "Nothing waits for you" in page
    assert "You take part in no process yet." in page


def test_convener_is_asked_for_a_chair_then_for_the_charter_until_it_is_adopted(now: datetime) -> None:
    convener = make_convener("first@example.org")
    acts.open_process(
        actor=convener, slug="fresh", title="Fresh", summary="A code.", convener="Office", timezone="UTC", at=now
    )
    assert waits(convener, now) == ["grant-role"]
    acts.grant_role(
        actor=convener,
        process=Process.objects.get(slug="fresh"),
        email="chair@example.org",
        function=StaffFunction.CHAIR,
        at=now,
    )
    assert waits(convener, now) == ["adopt-charter"]
    assert waits(make_world(now).convener, now) == []


def test_application_waits_for_the_convener_and_invitation_for_the_lead(client: Client, now: datetime) -> None:
    world = make_world(now)
    acts.apply_for_seat(
        actor=world.outsider, process=world.process, name="Tern Mobile", category=world.category("industry"), at=now
    )
    acts.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Northern Institute",
        category=world.category("academia"),
        lead_email="lead@northern.example.org",
        at=now,
    )
    assert waits(world.convener, now) == ["admit-organization"]
    assert waits(world.chair, now) == []
    lead = User.objects.get(email="lead@northern.example.org")
    assert waits(lead, now) == ["accept-invitation"]
    assert "Northern Institute is invited to the table" in page_of(client, lead, "/desk/")


def test_open_call_waits_for_who_has_not_answered_and_then_for_the_chair(client: Client, now: datetime) -> None:
    table = make_table(now)
    slug, lead = next(iter(table.world.leads.items()))
    at = now + timedelta(minutes=1)
    assert waits(lead, at) == ["cast-position"]
    assert "Can your organization accept this text?" in page_of(
        client, lead, f"/desk/processes/{table.world.process.slug}/"
    )
    table.cast(slug, "object")
    assert waits(lead, at) == []
    assert waits(table.world.chair, at) == ["answer-objection"]
    assert waits(table.world.chair, table.call.closes_at) == ["answer-objection", "determine-call"]
    assert waits(table.world.outsider, at) == []


def test_soonest_deadline_comes_first(now: datetime) -> None:
    table = make_table(now)
    lead = next(iter(table.world.leads.values()))
    other = make_world(now, slug="voices")
    acts.invite_organization(
        actor=other.convener,
        process=other.process,
        name="Other",
        category=other.category("industry"),
        lead_email=lead.email,
        at=now,
    )
    assert waits(lead, now) == ["cast-position", "accept-invitation"]


def test_signature_waits_for_the_lead_who_was_asked_alone(now: datetime) -> None:
    world = make_world(now)
    asked, author = world.join("Harbor Tenants Union", "advocacy"), world.join("Tern Mobile", "industry")
    acts.draft_statement(
        actor=world.leads["tern-mobile"],
        participation=author,
        kind=StatementKind.JOINT,
        title="On consent",
        text="We agree.",
        at=now,
    )
    statement = Statement.objects.get()
    acts.ask_to_sign(actor=world.leads["tern-mobile"], statement=statement, participations=[asked], at=now)
    assert waits(world.leads["harbor-tenants-union"], now) == ["desk-statement"]
    assert waits(world.alternates["harbor-tenants-union"], now) == []
    assert waits(world.leads["tern-mobile"], now) == []


def test_requirement_waits_for_its_holder_until_the_newest_version_is_marked(client: Client, now: datetime) -> None:
    world = make_world(now)
    world.join("Harbor Tenants Union", "advocacy")
    lead = world.leads["harbor-tenants-union"]
    requirement, version = world.require("harbor-tenants-union"), publish_basic(world)
    assert waits(lead, now) == ["mark-requirement"]
    assert f"Say whether {version} meets your requirement" in page_of(client, lead, "/desk/")
    mark_requirement(
        actor=lead, requirement=requirement, version=version, value=Mark.Value.UNMET, note="No opt-in.", at=now
    )
    assert waits(lead, now) == []


def test_comments_wait_for_the_editor_oldest_first(client: Client, now: datetime) -> None:
    world = make_world(now)
    text = clause(publish_basic(world))
    first, _ = comment_on(world, text), comment_on(world, text)
    (waiting,) = waiting_for(world.editor, now)
    assert (waiting.route, waiting.names) == ("answer-comment", (world.process.slug, first.number))
    assert waiting.note == "Each comment gets a disposition and a reason. 1 more comment waits after it."
    page_of(client, world.editor, f"/desk/processes/{world.process.slug}/")


def test_meeting_ahead_is_a_deadline_and_is_run_by_its_staff(client: Client, now: datetime) -> None:
    world = make_world(now)
    meeting = announce(world)
    path = f"/desk/processes/{world.process.slug}/"
    found = {who.email: f"Run {meeting}" in page_of(client, who, path) for who in (world.chair, world.editor)}
    assert found == {world.chair.email: True, world.editor.email: False}
    assert f"{meeting} begins" in page_of(client, world.editor, "/desk/")


def test_only_what_can_be_done_now_is_offered(now: datetime) -> None:
    convener = make_convener("first@example.org")
    acts.open_process(
        actor=convener, slug="fresh", title="Fresh", summary="A code.", convener="Office", timezone="UTC", at=now
    )
    process = Process.objects.get(slug="fresh")
    assert [each.route for each in beginnings(convener, process)] == ["give-notice", "grant-role", "add-point"]
    world = make_world(now)
    assert [each.route for each in beginnings(world.chair, world.process)] == ["desk-groups"]
    publish_basic(world)
    world.join("Tern Mobile", "industry")
    assert [each.route for each in beginnings(world.chair, world.process)] == [
        "open-call",
        "open-ballot",
        "open-straw-poll",
        "desk-groups",
    ]
    assert "invite-organization" in [each.route for each in beginnings(world.convener, world.process)]


def test_only_whoever_writes_a_text_is_sent_to_work_on_it(now: datetime) -> None:
    world = make_world(now)
    publish_basic(world)
    offered = {
        who.email: [each.act for each in under_way(who, world.process)] for who in (world.editor, world.outsider)
    }
    assert offered == {
        world.editor.email: ["Work on Code of conduct"],
        world.outsider.email: ["Comment on Code of conduct"],
    }


def test_a_call_that_was_answered_leads_to_where_the_answer_is_changed(client: Client, now: datetime) -> None:
    table = make_table(now)
    slug, lead = next(iter(table.world.leads.items()))
    table.cast(slug, "support")
    here = f"/desk/processes/{table.world.process.slug}/"
    (ahead,) = deadlines(lead, now + timedelta(minutes=2))
    assert ahead.path == f"{here}calls/1/position/"
    assert ahead.note == "faces firm 1 has answered, and can change its position."
    assert f'href="{ahead.path}"' in page_of(client, lead, here)
    (of_chair,) = deadlines(table.world.chair, now + timedelta(minutes=2))
    assert (of_chair.path, of_chair.note) == (table.call.get_absolute_url(), "")


def test_whoever_left_is_told_so_and_what_can_still_be_done(client: Client, now: datetime) -> None:
    table = make_table(now)
    slug, lead = next(iter(table.world.leads.items()))
    table.cast(slug, "object")
    acts.withdraw_organization(
        actor=lead, participation=table.world.seat(slug), reason="Not for us.", at=now + timedelta(hours=1)
    )
    assert [each.route for each in beginnings(lead, table.world.process)] == [
        "lift-objection",
        "draft-statement",
        "apply-for-seat",
    ]
    page = page_of(client, lead, "/desk/processes/faces/")
    assert "It left this process on" in page
    assert "It stands although faces firm 1 has left" in page
    assert "faces firm 1 left it on" in page_of(client, lead, "/desk/")


def test_persona_finds_nothing_outside_demo_processes(now: datetime) -> None:
    world = make_world(now)
    User.objects.filter(pk=world.convener.pk).update(is_persona=True, may_convene=False)
    acts.apply_for_seat(
        actor=world.outsider, process=world.process, name="Tern Mobile", category=world.category("industry"), at=now
    )
    assert waits(User.objects.get(pk=world.convener.pk), now) == []


def test_page_after_an_act_says_what_is_true_to_whoever_did_it(client: Client, now: datetime) -> None:
    table = make_table(now)
    slug, lead = next(iter(table.world.leads.items()))
    entry = table.cast(slug, "support")
    page = page_of(client, lead, f"/desk/done/{entry.index}/")
    assert "Your position is recorded" in page
    assert "You can change it until" in page
    assert f'<a href="/record/{entry.index}/"' in page or f">{entry.index}</a>" in page
    for other in (table.world.alternates[slug], table.world.chair):
        client.force_login(other)
        assert client.get(f"/desk/done/{entry.index}/").status_code == 404
    assert client.get("/desk/done/999999/").status_code == 404


def test_every_entry_of_a_call_can_be_put_in_words(now: datetime) -> None:
    table = make_table(now)
    slug = next(iter(table.world.leads))
    table.cast(slug, "object")
    for entry in Entry.objects.order_by("index"):
        said = outcome_of(entry)
        assert "{" not in said.heading + said.follows
        assert said.heading[0].isupper()


def test_following_begins_and_ends_with_a_post(client: Client, now: datetime) -> None:
    world = make_world(now)
    client.force_login(world.outsider)
    path = f"/desk/processes/{world.process.slug}/follow/"
    found = []
    for method, said in ((client.get, {}), (client.post, {"follow": "yes"}), (client.post, {"follow": "no"})):
        method(path, said)
        found.append(is_following(world.outsider, world.process))
    assert found == [False, True, False]


def test_unknown_process_is_absent_and_the_desk_needs_signing_in(client: Client, now: datetime) -> None:
    assert client.get("/desk/")["Location"] == "/accounts/login/?next=/desk/"
    client.force_login(make_person("somebody@example.org"))
    assert client.get("/desk/processes/unknown/").status_code == 404
