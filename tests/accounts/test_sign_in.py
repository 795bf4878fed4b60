"""Signing in by a code sent by mail, as a browser does it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from policyhub.accounts.models import User
from tests.factories.participation import make_person

pytestmark = pytest.mark.django_db

LOGIN, CONFIRM, SIGNUP = "/accounts/login/", "/accounts/login/code/confirm/", "/accounts/signup/"
AGAIN = "/accounts/login/code/"


def code_in(body: str) -> str:
    """The sign-in code of a letter."""
    found = re.search(r"^([A-Z0-9-]{6,12})$", body, re.MULTILINE)
    assert found, body
    return found[1]


def person_signed_in(client: Client) -> int | None:
    return int(client.session["_auth_user_id"]) if "_auth_user_id" in client.session else None


def test_person_named_by_somebody_else_signs_in_with_a_code(client: Client) -> None:
    person = make_person("lead@harbor.example.org")
    assert client.post(LOGIN, {"login": person.email}).status_code == 302
    (letter,) = mail.outbox
    assert letter.to == [person.email]
    response = client.post(CONFIRM, {"code": code_in(str(letter.body))})
    assert (response.status_code, response["Location"]) == (302, "/desk/")
    assert person_signed_in(client) == person.pk
    assert EmailAddress.objects.get(user=person).verified


def test_address_is_found_in_any_case_of_letters(client: Client) -> None:
    person = make_person("lead@harbor.example.org")
    client.post(LOGIN, {"login": "Lead@Harbor.example.org"})
    client.post(CONFIRM, {"code": code_in(str(mail.outbox[0].body))})
    assert person_signed_in(client) == person.pk


def test_wrong_code_lets_nobody_in(client: Client) -> None:
    person = make_person("lead@harbor.example.org")
    client.post(LOGIN, {"login": person.email})
    client.post(CONFIRM, {"code": "WRONG1"})
    assert person_signed_in(client) is None


def test_newcomer_signs_up_with_an_address_alone_and_confirms_it(client: Client) -> None:
    response = client.post(SIGNUP, {"email": "New@Example.org"}, follow=True)
    assert response.status_code == 200
    (letter,) = mail.outbox
    confirm = response.redirect_chain[-1][0]
    client.post(confirm, {"code": code_in(str(letter.body))})
    person = User.objects.get()
    assert (person.email, person.has_usable_password(), person.joined_at is None) == ("new@example.org", False, False)
    assert person_signed_in(client) == person.pk


def test_unknown_address_is_answered_like_a_known_one(client: Client) -> None:
    make_person("known@example.org")
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        response = client.post(LOGIN, {"login": email})
        page = client.get(response["Location"])
        answers.append((response.status_code, response["Location"], page.content.decode().replace(email, "ADDRESS")))
        client.logout()
    known, unknown = [re.sub(r'value="[^"]*"', "", body) for _, _, body in answers]
    assert answers[0][:2] == answers[1][:2]
    assert known == unknown


def test_signing_up_with_a_known_address_makes_no_second_account_and_tells_only_its_owner(client: Client) -> None:
    make_person("known@example.org")
    known = client.post(SIGNUP, {"email": "known@example.org"})
    other = Client().post(SIGNUP, {"email": "new@example.org"})
    assert (known.status_code, known["Location"]) == (other.status_code, other["Location"])
    assert User.objects.count() == 2
    assert "account" in str(mail.outbox[0].subject)


def test_persona_gets_no_mail_and_the_same_answer(client: Client) -> None:
    make_person("chair@demo.example.org", is_persona=True)
    response = client.post(LOGIN, {"login": "chair@demo.example.org"})
    assert response.status_code == 302
    assert mail.outbox == []


def test_asking_for_codes_again_and_again_is_refused_with_a_sentence(client: Client) -> None:
    person = make_person("lead@harbor.example.org")
    answers = [Client().post(LOGIN, {"login": person.email}) for _ in range(3)]
    answers.append(Client().post(AGAIN, {"email": person.email}))
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(("address", "field"), [("login/", "login"), ("login/code/", "email"), ("signup/", "email")])
def test_a_stranger_asking_for_codes_keeps_nobody_out(address: str, field: str) -> None:
    person = make_person("lead@harbor.example.org")
    for _ in range(5):
        Client().post(f"/accounts/{address}", {field: person.email}, REMOTE_ADDR="192.0.2.1")
    sent = len(mail.outbox)
    own = Client(REMOTE_ADDR="192.0.2.2")
    assert own.post(LOGIN, {"login": person.email}).status_code == 302
    assert len(mail.outbox) == sent + 1
    own.post(CONFIRM, {"code": code_in(str(mail.outbox[-1].body))})
    assert person_signed_in(own) == person.pk


@pytest.mark.parametrize(("address", "field"), [("login/", "login"), ("login/code/", "email"), ("signup/", "email")])
def test_one_client_sends_no_flood_of_letters(address: str, field: str) -> None:
    for number in range(25):
        Client().post(f"/accounts/{address}", {field: f"{number}@example.org"})
    assert 0 < len(mail.outbox) <= 20


@pytest.mark.parametrize(("address", "field"), [("login/", "login"), ("login/code/", "email"), ("signup/", "email")])
def test_address_longer_than_any_that_is_kept_is_refused_beside_its_field(address: str, field: str) -> None:
    answer: Any = Client().post(f"/accounts/{address}", {field: "a@" + ".".join(["d" * 60] * 5) + ".org"})
    assert (answer.status_code, list(answer.context["form"].errors), mail.outbox) == (200, [field], [])


@pytest.mark.parametrize(
    "unused", ["email", "password/reset", "password/change", "password/set", "reauthenticate", "password/reset/key/1-a"]
)
def test_nothing_stands_where_the_product_has_no_page(unused: str) -> None:
    person, client = make_person("lead@harbor.example.org"), Client()
    client.force_login(person)
    said, address = {"action_add": "", "email": "role@harbor.example.org"}, f"/accounts/{unused}/"
    for each in (Client(), client):
        assert [each.get(address).status_code, each.post(address, said).status_code] == [404, 404]
    assert not EmailAddress.objects.exists()


def test_links_in_letters_lead_to_the_site_whatever_host_was_named(client: Client) -> None:
    client.post(LOGIN, {"login": "unknown@example.org"}, HTTP_HOST="localhost:9999")
    body = str(mail.outbox[0].body)
    assert "http://127.0.0.1:8000/accounts/signup/" in body
    assert "localhost" not in body
