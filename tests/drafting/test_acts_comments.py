"""Comments, their answers, and marks: for whom somebody speaks, and on which text."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, transaction

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.drafting import acts
from policyhub.drafting.models import Comment, Disposition, Mark, Version
from policyhub.drafting.queries import comments_of, comments_on, drafts_of, marks_matrix, unanswered
from policyhub.participation.acts import withdraw_organization
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.drafting import clause, comment_on, publish, publish_basic
from tests.factories.participation import World, make_person, make_world

HARBOR = "harbor-tenants-union"


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Harbor Tenants Union", "advocacy")
    made.join("Tern Mobile", "industry")
    return made


@pytest.fixture
def version(world: World) -> Version:
    return publish_basic(world)


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def mark(
    world: World, version: Version, value: Mark.Value = Mark.Value.PARTLY, note: str = "", actor: str = HARBOR
) -> Entry:
    requirement = world.process.requirements.get()
    return acts.mark_requirement(
        actor=world.leads[actor], requirement=requirement, version=version, value=value, note=note, at=world.at
    )


def test_a_comment_stands_for_the_organization_of_its_author(world: World, version: Version) -> None:
    entry = acts.make_comment(
        actor=world.alternates[HARBOR],
        clause_text=clause(version),
        type=Comment.Type.TECHNICAL,
        text="Say who asks.",
        proposed="Nobody is identified without having agreed.",
        read_hash=clause(version).text_hash,
        at=world.at,
    )
    assert (entry.kind, entry.subject, entry.actor["role"], entry.actor["org"], entry.body) == (
        "comment.made",
        "comment/faces/1",
        "alternate",
        HARBOR,
        {
            "document": "code",
            "version": 1,
            "clause": "c1",
            "clause_hash": clause(version).text_hash,
            "type": "te",
            "text_hash": text_hash("Say who asks."),
            "proposed_hash": text_hash("Nobody is identified without having agreed."),
            "process": "faces",
        },
    )
    assert comments_on(version).get().organization == world.organization(HARBOR)


def test_anybody_who_is_signed_in_comments_as_one_of_the_public(world: World, version: Version) -> None:
    comment = comment_on(world, clause(version))
    entry = Entry.objects.of_subject(comment.subject).get()
    assert (comment.organization, entry.actor["role"], entry.actor["org"]) == (None, "public", None)


def test_who_left_comments_as_one_of_the_public(world: World, version: Version) -> None:
    lead = world.leads[HARBOR]
    withdraw_organization(actor=lead, participation=world.seat(HARBOR), reason="Consent is not met.", at=world.at)
    assert comment_on(world, clause(version), HARBOR).organization is None


def test_a_persona_does_not_comment_outside_the_demo(world: World, version: Version) -> None:
    persona, before = make_person("persona@example.org", is_persona=True), size()
    with pytest.raises(NotAllowed):
        acts.make_comment(
            actor=persona, clause_text=clause(version), type=Comment.Type.GENERAL, text="Text.", at=world.at
        )
    assert size() == before


@pytest.mark.parametrize("text", [" ", "Hidden \u2066 order."])
def test_a_comment_without_a_text_is_refused(world: World, version: Version, text: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        acts.make_comment(
            actor=world.outsider, clause_text=clause(version), type=Comment.Type.GENERAL, text=text, at=world.at
        )
    assert [(reason.code, reason.field) for reason in refusal.value.reasons] == [("text", "text")]
    assert not Comment.objects.exists()


def test_a_comment_on_another_text_than_was_read_is_refused(world: World, version: Version) -> None:
    with pytest.raises(NotPossible) as refusal:
        acts.make_comment(
            actor=world.outsider,
            clause_text=clause(version),
            type=Comment.Type.GENERAL,
            text="Text.",
            read_hash=clause(version, "c2").text_hash,
            at=world.at,
        )
    assert codes(refusal) == ["text_changed"]


def test_a_comment_on_a_clause_that_changed_or_is_gone_is_refused(world: World, version: Version) -> None:
    consent, notice, _ = drafts_of(version)
    publish(world, version.document, [consent, notice._replace(markdown="A loud sign says so.\n")])
    for key, became in (("c2", "has changed"), ("c3", "is gone")):
        with pytest.raises(NotPossible, match=became):
            comment_on(world, clause(version, key))
    assert comment_on(world, clause(version, "c1")).text_on == clause(version, "c1")


@pytest.mark.parametrize("who", ["editor", "chair"])
def test_the_editor_or_the_chair_answers_with_a_reason(world: World, version: Version, who: str) -> None:
    comment = comment_on(world, clause(version))
    assert list(unanswered(world.process)) == [comment]
    entry = acts.answer_comment(
        actor=getattr(world, who),
        comment=comment,
        code=Disposition.Code.ACCEPTED_IN_PART,
        reason="So be it.",
        at=world.at,
    )
    assert (entry.kind, entry.subject, entry.actor["role"], entry.body) == (
        "comment.answered",
        "comment/faces/1",
        who,
        {"disposition": "accepted_in_part", "reason_hash": text_hash("So be it."), "process": "faces"},
    )
    assert (list(unanswered(world.process)), comments_of(world.process).get().disposition.reason) == (
        [],
        "So be it.\n",
    )


def test_nobody_else_answers(world: World, version: Version) -> None:
    comment, before = comment_on(world, clause(version), HARBOR), size()
    for stranger in (world.convener, world.secretary, world.outsider, world.leads[HARBOR]):
        with pytest.raises(NotAllowed):
            acts.answer_comment(
                actor=stranger, comment=comment, code=Disposition.Code.NOTED, reason="So be it.", at=world.at
            )
    assert size() == before


def test_an_answer_needs_a_reason_and_is_given_once(world: World, version: Version) -> None:
    comment = comment_on(world, clause(version))
    for reason, code in (("", ["reason"]), ("So be it.", []), ("No.", ["answered"])):
        try:
            acts.answer_comment(
                actor=world.editor, comment=comment, code=Disposition.Code.NOTED, reason=reason, at=world.at
            )
            found = []
        except NotPossible as refusal:
            found = [each.code for each in refusal.reasons]
        assert found == code
    with pytest.raises(DatabaseError), transaction.atomic():
        Disposition.objects.update(reason="Another one.")


def test_the_holder_marks_a_requirement_and_may_say_otherwise_later(world: World, version: Version) -> None:
    requirement = world.require(HARBOR)
    entry = mark(world, version, note="Only for adults.")
    assert (entry.kind, entry.subject, entry.actor["role"], entry.actor["org"], entry.body) == (
        "requirement.marked",
        requirement.subject,
        "lead",
        HARBOR,
        {
            "document": "code",
            "version": 1,
            "text_hash": version.text_hash,
            "mark": "partly_met",
            "note_hash": text_hash("Only for adults."),
            "process": "faces",
        },
    )
    assert mark(world, version, Mark.Value.UNMET).body["mark"] == "unmet"
    second = publish(world, version.document, drafts_of(version)[:1])
    shown, rows = marks_matrix(version.document)
    assert (shown, [row.requirement for row in rows]) == ([version, second], [requirement])
    assert [each and each.value for each in rows[0].marks] == ["unmet", None]


def test_the_same_word_again_is_refused(world: World, version: Version) -> None:
    world.require(HARBOR)
    mark(world, version)
    with pytest.raises(NotPossible) as refusal:
        mark(world, version)
    assert codes(refusal) == ["said"]


def test_nobody_but_the_holder_marks(world: World, version: Version) -> None:
    requirement, before = world.require(HARBOR), size()
    for stranger in (world.convener, world.chair, world.editor, world.outsider, world.leads["tern-mobile"]):
        with pytest.raises(NotAllowed):
            acts.mark_requirement(
                actor=stranger, requirement=requirement, version=version, value=Mark.Value.MET, at=world.at
            )
    assert size() == before


def test_a_mark_is_refused_on_another_text_or_process_and_after_leaving(world: World, version: Version) -> None:
    requirement, lead = world.require(HARBOR), world.leads[HARBOR]
    elsewhere = publish_basic(make_world(world.at, slug="drones"), "drones-code")
    for marked, read_hash, code in ((version, "sha256:0", "text_changed"), (elsewhere, None, "foreign")):
        with pytest.raises(NotPossible) as refusal:
            acts.mark_requirement(
                actor=lead,
                requirement=requirement,
                version=marked,
                value=Mark.Value.MET,
                read_hash=read_hash,
                at=world.at,
            )
        assert codes(refusal) == [code]
    withdraw_organization(actor=lead, participation=world.seat(HARBOR), reason="Consent is not met.", at=world.at)
    with pytest.raises(NotPossible) as refusal:
        mark(world, version)
    assert codes(refusal) == ["not_seated"]
