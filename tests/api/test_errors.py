"""Who the API believes, and how it refuses: one shape for every refusal, nothing stored by anybody between us."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework.test import APIClient

from policyhub.accounts.acts import end_token, issue_token
from policyhub.accounts.models import Token, User
from policyhub.record.queries import size
from policyhub.urls import failed
from tests.api.asking import ABSENT, get, post
from tests.factories.participation import World, make_person, make_world

ADD = "/api/v1/processes/faces/points/add/"
POINT = {"proposition": "Consent comes before identification"}


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


def add_point(client: Client, **headers: str) -> Any:
    return client.post(ADD, POINT, content_type="application/json", headers={"Idempotency-Key": "once", **headers})


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_token_speaks_for_the_person_who_made_it(world: World) -> None:
    secret = issue_token(user=world.convener, name="export", at=world.at)
    assert add_point(Client(), **bearer(secret)).status_code == 201
    assert add_point(Client(), **bearer(issue_token(user=world.outsider, name="x", at=world.at))).json() == ABSENT


def unknown(world: World) -> str:
    return "ph_unknown"


def ended(world: World) -> str:
    secret = issue_token(user=world.convener, name="export", at=world.at)
    end_token(token=Token.objects.get(), at=world.at)
    return secret


def expired(world: World) -> str:
    secret = issue_token(user=world.convener, name="export", at=world.at)
    Token.objects.update(expires_at=world.at - timedelta(seconds=1))
    return secret


def of_somebody_shut_out(world: World) -> str:
    secret = issue_token(user=world.convener, name="export", at=world.at)
    User.objects.filter(pk=world.convener.pk).update(is_active=False)
    return secret


def of_a_persona_elsewhere(world: World) -> str:
    return issue_token(user=make_person("chair@demo.example.org", is_persona=True), name="export", at=world.at)


def of_two_words(world: World) -> str:
    return f"{issue_token(user=world.convener, name='export', at=world.at)} and more"


@pytest.mark.parametrize("make", [unknown, ended, expired, of_somebody_shut_out, of_a_persona_elsewhere, of_two_words])
def test_token_that_is_not_good_is_401_even_where_reading_is_free(world: World, make: Any) -> None:
    secret, before = make(world), size()
    for answer in (add_point(Client(), **bearer(secret)), Client().get("/api/v1/processes/", headers=bearer(secret))):
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"] == 'Bearer realm="PolicyHub"'
        assert answer.json() == {
            "type": "about:blank",
            "title": "Unauthorized",
            "status": 401,
            "detail": "This token is unknown, ended or expired. Make a new one on your desk.",
        }
    assert size() == before


def test_session_acts_only_with_the_token_of_the_form(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.convener)
    before = size()
    refused = add_point(client)
    assert (refused.status_code, refused["Content-Type"], size()) == (403, "application/problem+json", before)
    client.get(reverse("grant-role", args=["faces"]))
    cookie = client.cookies["csrftoken"].value
    assert add_point(client, **{"X-CSRFToken": cookie}).status_code == 201


@pytest.mark.parametrize("name", ["x" * 10_000, " ", "a\u202eb"])
def test_token_command_refuses_a_name_in_one_sentence(world: World, name: str) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("issue_token", world.convener.email, name=name)
    assert (refusal.value.returncode, str(refusal.value).count("\n"), Token.objects.count()) == (2, 0, 0)


def test_bearer_needs_no_form_token(world: World) -> None:
    secret = issue_token(user=world.convener, name="export", at=world.at)
    assert add_point(Client(enforce_csrf_checks=True), **bearer(secret)).status_code == 201


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b'{"proposition": "a\\u0000b"}', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"proposition": ' + b"[" * 900 + b"]" * 900 + b"}", "application/json", 400),
        (b'{"proposition": ' * 200 + b"1" + b"}" * 200, "application/json", 400),
        (b'{"proposition": "\\ud800"}', "application/json", 400),
        (b'{"\\udfff": "text"}', "application/json", 400),
        (b'{"proposition": ' + b"9" * 10_000 + b"}", "application/json", 400),
        (b"proposition=x", "application/x-www-form-urlencoded", 415),
    ],
)
def test_body_that_is_no_act_is_a_problem(world: World, body: bytes, kind: str, status: int) -> None:
    client, before = APIClient(), size()
    client.force_authenticate(world.convener)
    answer = client.post(ADD, body, content_type=kind, headers={"Idempotency-Key": "once"})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert size() == before


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_act_is_done_by_post_alone(world: World, method: str) -> None:
    client, before = APIClient(), size()
    client.force_authenticate(world.convener)
    answer = getattr(client, method)(ADD)
    assert (answer.status_code, answer["Allow"], answer.json()["title"]) == (405, "POST, OPTIONS", "Method Not Allowed")
    assert size() == before


def test_field_errors_name_each_field(world: World) -> None:
    answer = post(world.convener, "processes/faces/roles/grant/", {"function": "king"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Some fields cannot be used as sent.",
        "errors": {"function": ['"king" is not a valid choice.'], "email": ["This field is required."]},
    }


@pytest.mark.parametrize("path", ["processes/", "processes/none/", "record/", "schema/", "docs/"])
def test_nothing_below_api_is_stored_on_the_way(world: World, path: str) -> None:
    assert get(path)["Cache-Control"] == "private, no-store"


def test_a_person_who_asks_too_often_is_told_when_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rest_framework.throttling.UserRateThrottle.THROTTLE_RATES", {"user": "1/min"})
    answers = [get("processes/", world.outsider) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 60
    assert answers[1].json()["title"] == "Too Many Requests"


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing/", "/api/v2/processes/", "/api/v1/processes/faces/no/"])
def test_unknown_address_is_a_problem_too(path: str) -> None:
    answer = APIClient().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address that you may see or change.",
    }


def test_failure_below_api_is_a_problem_without_details() -> None:
    answer = failed(RequestFactory().get("/api/v1/processes/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert json.loads(answer.content)["detail"] == "Something failed here; nothing was done. Try again later."
