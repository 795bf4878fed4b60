"""Letting people in: the operator once, conveners, tokens, links of this run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.accounts import acts
from policyhub.accounts.models import Link, Token, User
from policyhub.accounts.queries import digest, find_person_behind, find_persona, find_set_up_link, find_token
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.record.models import Entry
from tests.factories.participation import make_person

pytestmark = pytest.mark.django_db

RUN = "run-1"


def make_operator() -> User:
    return make_person("operator@example.org", is_operator=True, may_convene=True)


def make_persona() -> User:
    return make_person("chair@demo.example.org", is_persona=True, label="Chair")


def refusal(error: pytest.ExceptionInfo[NotPossible]) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.field) for reason in error.value.reasons]


def test_set_up_link_makes_the_operator_and_one_entry(now: datetime) -> None:
    secret = acts.make_set_up_link(run=RUN, at=now)
    assert secret is not None
    entry = acts.appoint_operator(secret=secret, email="Operator@Example.org", run=RUN, at=now)
    operator = User.objects.get()
    assert (operator.email, operator.is_operator, operator.may_convene) == ("operator@example.org", True, True)
    assert (entry.kind, entry.subject, entry.process) == ("operator.appointed", "site", None)
    assert find_person_behind(entry.body["person"]) == operator.pk


def test_set_up_link_works_once(now: datetime) -> None:
    secret = acts.make_set_up_link(run=RUN, at=now)
    assert secret is not None
    acts.appoint_operator(secret=secret, email="operator@example.org", run=RUN, at=now)
    with pytest.raises(NotPossible) as error:
        acts.appoint_operator(secret=secret, email="second@example.org", run=RUN, at=now)
    assert refusal(error) == [("link_used", None)]
    assert User.objects.filter(is_operator=True).count() == 1


@pytest.mark.parametrize(("secret", "run"), [("wrong", RUN), (None, "another-run")])
def test_set_up_link_of_another_run_or_unknown_is_refused(secret: str | None, run: str, now: datetime) -> None:
    made = acts.make_set_up_link(run=RUN, at=now)
    with pytest.raises(NotPossible) as error:
        acts.appoint_operator(secret=secret or str(made), email="operator@example.org", run=run, at=now)
    assert refusal(error) == [("link_used", None)]


@pytest.mark.parametrize(("minutes", "is_good"), [(59, True), (61, False)])
def test_set_up_link_by_command_is_good_for_any_run_within_the_hour(minutes: int, is_good: bool, now: datetime) -> None:
    secret = acts.make_set_up_link(run="", at=now)
    assert secret is not None
    Link.objects.update(created_at=now)
    later = now + timedelta(minutes=minutes)
    assert (find_set_up_link(secret, run=RUN, at=later) is not None) is is_good
    assert find_set_up_link("another", run=RUN, at=later) is None


def test_set_up_link_never_makes_a_persona_the_operator_and_stays_good(now: datetime) -> None:
    persona, secret = make_persona(), acts.make_set_up_link(run=RUN, at=now)
    assert secret is not None
    with pytest.raises(NotPossible) as error:
        acts.appoint_operator(secret=secret, email=persona.email, run=RUN, at=now)
    assert refusal(error) == [("persona", "email")]
    assert Link.objects.get().used_at is None


def test_no_set_up_link_is_made_where_there_is_an_operator(now: datetime) -> None:
    make_operator()
    assert acts.make_set_up_link(run=RUN, at=now) is None


def test_operator_lets_somebody_convene(now: datetime) -> None:
    operator = make_operator()
    entry = acts.allow_convening(actor=operator, email="convener@example.org", at=now)
    convener = User.objects.get(email="convener@example.org")
    assert convener.may_convene
    assert (entry.kind, set(entry.body)) == ("convening.allowed", {"person"})
    assert find_person_behind(entry.body["person"]) == convener.pk


def test_letting_convene_twice_or_a_persona_is_refused(now: datetime) -> None:
    operator, persona = make_operator(), make_persona()
    for email, code in ((operator.email, "already"), (persona.email, "persona")):
        with pytest.raises(NotPossible) as error:
            acts.allow_convening(actor=operator, email=email, at=now)
        assert refusal(error) == [(code, "email")]
    assert Entry.objects.count() == 0


def test_only_the_operator_lets_convene(now: datetime) -> None:
    for person in (make_person("somebody@example.org"), make_person("c@example.org", may_convene=True)):
        with pytest.raises(NotAllowed):
            acts.allow_convening(actor=person, email="friend@example.org", at=now)


def test_token_is_kept_as_its_digest_and_opens_until_it_ends(now: datetime) -> None:
    user = make_person("somebody@example.org")
    secret = acts.issue_token(user=user, name="export", at=now)
    token = Token.objects.get()
    assert (token.digest, token.name) == (digest(secret), "export")
    assert secret not in str(Token.objects.values_list()[0])
    assert find_token(secret, at=now) == token
    acts.end_token(token=token, at=now)
    assert find_token(secret, at=now) is None


def test_token_of_a_persona_opens_only_where_nobody_else_reaches_the_server(now: datetime, settings: Any) -> None:
    secret = acts.issue_token(user=make_persona(), name="trying the API", at=now)
    for loopback in (True, False):
        settings.LISTENS_ON_LOOPBACK = loopback
        assert (find_token(secret, at=now) is not None) is loopback


@pytest.mark.parametrize(
    ("loopback", "run", "good"), [(True, RUN, True), (False, RUN, False), (True, "run-2", False), (True, "", False)]
)
def test_sign_in_link_is_good_on_loopback_during_its_run(
    loopback: bool, run: str, good: bool, now: datetime, settings: Any
) -> None:
    persona = make_persona()
    somebody = make_person("somebody@example.org")
    ((label, secret),) = acts.make_sign_in_links(run=RUN, at=now, people=[persona, somebody])
    settings.LISTENS_ON_LOOPBACK, settings.RUN_ID = loopback, run
    assert label == "Chair"
    assert find_persona(secret) == (persona if good else None)
    assert find_persona("wrong") is None


def test_links_of_an_earlier_run_are_gone_when_new_ones_are_made(now: datetime) -> None:
    people = [make_persona()]
    acts.make_sign_in_links(run=RUN, at=now, people=people)
    acts.make_sign_in_links(run="run-2", at=now, people=people)
    assert list(Link.objects.values_list("run", flat=True)) == ["run-2"]


def test_the_operator_ends_somebodys_leave_to_convene(now: datetime) -> None:
    operator, convener = make_operator(), make_person("convener@example.org", may_convene=True)
    with pytest.raises(NotAllowed):
        acts.end_convening(actor=convener, person=operator, at=now)
    entry = acts.end_convening(actor=operator, person=convener, at=now)
    convener.refresh_from_db()
    assert (entry.kind, entry.subject, convener.may_convene) == ("convening.ended", "site", False)
    assert find_person_behind(entry.body["person"]) == convener.pk
    with pytest.raises(NotPossible) as error:
        acts.end_convening(actor=operator, person=convener, at=now)
    assert refusal(error) == [("not_allowed", None)]
    acts.allow_convening(actor=operator, email=convener.email, at=now)


@pytest.mark.parametrize("address", ["a@" + ".".join(["d" * 60] * 5) + ".org", "a@" + "d" * 400 + ".org", "\x00"])
def test_address_that_cannot_be_kept_is_refused(address: str, now: datetime) -> None:
    with pytest.raises(NotPossible) as error:
        acts.ensure_person(address, at=now)
    assert (refusal(error), User.objects.count()) == ([("email", "email")], 0)
