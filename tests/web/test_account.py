"""The pages that let people and scripts in, through HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from policyhub.accounts import acts
from policyhub.accounts.models import Token, User
from policyhub.accounts.queries import find_token
from policyhub.notifications.acts import follow_process
from policyhub.notifications.queries import is_following, unsubscribe_token
from tests.factories.participation import make_person, make_world

pytestmark = pytest.mark.django_db

RUN = "run-1"


@pytest.fixture(autouse=True)
def this_run(settings: Any) -> None:
    settings.RUN_ID, settings.LISTENS_ON_LOOPBACK = RUN, True


def test_set_up_page_makes_the_operator_and_signs_them_in(client: Client, now: datetime) -> None:
    secret = acts.make_set_up_link(run=RUN, at=now)
    page = f"/accounts/set-up/{secret}/"
    assert client.get(page).status_code == 200
    response = client.post(page, {"email": "operator@example.org"}, follow=True)
    assert response.redirect_chain[0][0].startswith("/desk/done/")
    assert "You operate this installation" in response.content.decode()
    assert client.session["_auth_user_id"] == str(User.objects.get(is_operator=True).pk)
    assert Client().get(page).status_code == 404


def test_set_up_page_refuses_a_persona_and_keeps_what_was_typed(client: Client, now: datetime) -> None:
    make_person("chair@demo.example.org", is_persona=True)
    page = f"/accounts/set-up/{acts.make_set_up_link(run=RUN, at=now)}/"
    response = client.post(page, {"email": "chair@demo.example.org"})
    assert response.status_code == 409
    assert "This is the address of a demo persona. Write your own." in response.content.decode()
    assert "chair@demo.example.org" in response.content.decode()


def test_unknown_set_up_link_is_absent(client: Client, now: datetime) -> None:
    acts.make_set_up_link(run=RUN, at=now)
    assert client.get("/accounts/set-up/unknown/").status_code == 404


@pytest.mark.parametrize(("loopback", "run", "status"), [(True, RUN, 302), (False, RUN, 404), (True, "run-2", 404)])
def test_persona_comes_in_by_one_click_only_here_and_in_this_run(
    loopback: bool, run: str, status: int, client: Client, now: datetime, settings: Any
) -> None:
    persona = make_person("chair@demo.example.org", is_persona=True, label="Chair")
    ((_, secret),) = acts.make_sign_in_links(run=RUN, at=now, people=[persona])
    settings.LISTENS_ON_LOOPBACK, settings.RUN_ID = loopback, run
    assert client.get(f"/accounts/in/{secret}/").status_code == status
    assert client.session.get("_auth_user_id") == (str(persona.pk) if status == 302 else None)


def test_session_of_a_persona_ends_with_the_run_and_that_of_a_person_does_not(now: datetime, settings: Any) -> None:
    found = {}
    for is_persona in (True, False):
        client = Client()
        client.force_login(make_person(f"{is_persona}@example.org", is_persona=is_persona))
        before = client.get("/desk/").status_code
        settings.RUN_ID = "run-2"
        found[is_persona] = (before, client.get("/desk/").status_code)
        settings.RUN_ID = RUN
    assert found == {True: (200, 302), False: (200, 200)}


def test_token_is_shown_once_and_ends(client: Client, now: datetime) -> None:
    user = make_person("somebody@example.org")
    client.force_login(user)
    page = client.post("/accounts/tokens/", {"name": "export"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert secret not in client.get("/accounts/tokens/").content.decode()
    assert find_token(secret, at=now) is not None
    response = client.post(f"/accounts/tokens/{Token.objects.get().pk}/end/")
    assert response["Location"] == "/accounts/tokens/"
    assert find_token(secret, at=now) is None


def test_token_of_another_is_absent_and_a_get_ends_nothing(client: Client, now: datetime) -> None:
    owner = make_person("owner@example.org")
    secret = acts.issue_token(user=owner, name="export", at=now)
    token = Token.objects.get()
    client.force_login(make_person("other@example.org"))
    assert client.post(f"/accounts/tokens/{token.pk}/end/").status_code == 404
    client.force_login(owner)
    client.get(f"/accounts/tokens/{token.pk}/end/")
    assert find_token(secret, at=now) == token


def test_one_click_ends_a_subscription_without_cookie_or_form_token(now: datetime) -> None:
    world = make_world(now)
    follow_process(user=world.outsider, process=world.process, at=now)
    strict = Client(enforce_csrf_checks=True)
    page = f"/accounts/unsubscribe/{unsubscribe_token(world.outsider, world.process)}/"
    assert strict.get(page).status_code == 200
    assert is_following(world.outsider, world.process)
    body = "List-Unsubscribe=One-Click"
    assert strict.post(page, body, content_type="application/x-www-form-urlencoded").status_code == 200
    assert not is_following(world.outsider, world.process)
    assert strict.post(page, body, content_type="application/x-www-form-urlencoded").status_code == 200


def test_forged_link_ends_no_subscription(now: datetime) -> None:
    world = make_world(now)
    follow_process(user=world.outsider, process=world.process, at=now)
    token = unsubscribe_token(world.outsider, world.process)
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert Client().post(f"/accounts/unsubscribe/{forged}/").status_code == 404
    assert is_following(world.outsider, world.process)
