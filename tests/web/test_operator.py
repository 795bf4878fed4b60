"""The operator's pages, through HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.core.mail import EmailMessage, get_connection
from django.test import Client, RequestFactory

from policyhub.accounts.models import User
from policyhub.notifications.models import KeptMail
from policyhub.participation import acts
from policyhub.participation.rules import StatementKind
from policyhub.record.models import Entry
from tests.factories.decisions import make_table
from tests.factories.participation import make_person, make_world
from tests.web.asking import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> User:
    """The operator, signed in."""
    user = make_person("operator@example.org", is_operator=True, may_convene=True)
    client.force_login(user)
    return user


@pytest.fixture
def kept(settings: Any, db: None) -> KeptMail:
    """A mail that no server took, on a machine that only its user reaches."""
    settings.LISTENS_ON_LOOPBACK, settings.KEEPS_MAIL = True, True
    keeper = get_connection("policyhub.notifications.backends.KeepInDatabase")
    EmailMessage("Your sign-in code", "ABC123 <b>", to=["chair@example.org"], connection=keeper).send()
    return KeptMail.objects.get()


def test_operator_erases_a_person_at_their_request(operator: User, client: Client) -> None:
    make_person("leaving@example.org")
    refused = send(client, "/desk/operator/erase/", email="nobody@example.org")
    assert (refused.status_code, "Nobody has the address nobody@example.org" in refused.content.decode()) == (409, True)
    done = send(client, "/desk/operator/erase/", email="Leaving@example.org")
    entry = Entry.objects.get()
    assert (done["Location"], entry.kind) == (f"/desk/done/{entry.index}/", "person.erased")
    assert not User.objects.filter(email__icontains="leaving").exists()


def test_operator_sees_the_keys_and_keeps_what_was_pasted_when_it_is_refused(operator: User, client: Client) -> None:
    assert "Nothing is signed yet." in client.get("/desk/operator/keys/").content.decode()
    refused = send(client, "/desk/operator/keys/", announcement='{"vkey": "x"}')
    page = refused.content.decode()
    assert (refused.status_code, "This is no announcement" in page, "{&quot;vkey&quot;: &quot;x&quot;}" in page) == (
        409,
        True,
        True,
    )
    assert Entry.objects.count() == 0


def test_operator_lets_somebody_convene(operator: User, client: Client, now: datetime) -> None:
    page = client.get("/desk/operator/")
    nonce = page.context["form"]["nonce"].value()
    response = client.post("/desk/operator/", {"nonce": nonce, "email": "convener@example.org"})
    entry = Entry.objects.get()
    assert response["Location"] == f"/desk/done/{entry.index}/"
    assert "convener@example.org" in client.get("/desk/operator/").content.decode()
    again = client.post("/desk/operator/", {"nonce": nonce, "email": "convener@example.org"})
    assert again["Location"] == response["Location"]
    assert Entry.objects.count() == 1


def test_operator_ends_what_somebody_was_allowed(operator: User, client: Client) -> None:
    convener = make_person("convener@example.org", may_convene=True)
    address = f"/desk/operator/end/{convener.pk}/"
    assert address in client.get("/desk/operator/").content.decode()
    answers: list[Any] = [client.post(address, {"nonce": "once"}) for _ in range(2)]
    entry = Entry.objects.get()
    assert [each["Location"] for each in answers] == [f"/desk/done/{entry.index}/"] * 2
    assert client.get(answers[0]["Location"]).status_code == 200
    assert (entry.kind, User.objects.get(pk=convener.pk).may_convene) == ("convening.ended", False)
    again = client.post(address, {"nonce": "twice"})
    assert (again.status_code, "may not convene. Nothing was changed." in again.content.decode()) == (409, True)
    client.force_login(convener)
    assert client.get(address).status_code == 404


def test_letting_convene_twice_is_refused_beside_the_field(operator: User, client: Client) -> None:
    response = client.post("/desk/operator/", {"nonce": "n", "email": operator.email})
    assert response.status_code == 409
    assert response.context["form"].errors == {"email": ["operator@example.org may convene already."]}


def test_operator_pages_are_absent_for_everybody_else(client: Client, kept: KeptMail) -> None:
    client.force_login(make_person("convener@example.org", may_convene=True))
    found = [client.get(page).status_code for page in ("/desk/operator/", "/desk/outbox/", f"/desk/outbox/{kept.pk}/")]
    assert found == [404, 404, 404]


def test_operator_reads_kept_mail(operator: User, client: Client, kept: KeptMail) -> None:
    assert "Your sign-in code" in client.get("/desk/outbox/").content.decode()
    page = client.get(f"/desk/outbox/{kept.pk}/").content.decode()
    assert "ABC123 &lt;b&gt;" in page


@pytest.mark.parametrize("name", ["LISTENS_ON_LOOPBACK", "KEEPS_MAIL"])
def test_kept_mail_is_absent_where_others_reach_the_server_or_mail_goes_out(
    name: str, operator: User, client: Client, kept: KeptMail, settings: Any
) -> None:
    setattr(settings, name, False)
    assert [client.get(page).status_code for page in ("/desk/outbox/", f"/desk/outbox/{kept.pk}/")] == [404, 404]


def test_admin_site_is_for_the_operator_and_asks_others_to_sign_in(operator: User, client: Client) -> None:
    assert client.get("/admin/").status_code == 200
    assert Client().get("/admin/").status_code == 302
    other = Client()
    other.force_login(make_person("convener@example.org", may_convene=True))
    assert other.get("/admin/record/entry/").status_code in {302, 403}


def test_admin_site_changes_nothing_that_acts_made() -> None:
    request = RequestFactory().get("/admin/")
    request.user = User(is_operator=True, is_active=True)
    changeable = [
        model._meta.label
        for model, shown in admin.site._registry.items()
        if shown.has_add_permission(request)
        or shown.has_change_permission(request)
        or shown.has_delete_permission(request)
    ]
    assert changeable == []


def test_admin_lists_and_shows_every_kind_of_row(operator: User, client: Client, now: datetime) -> None:
    make_table(now)
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._default_manager.order_by("pk").first()
        assert client.get(base).status_code == 200
        if row is not None:
            assert client.get(f"{base}{row.pk}/change/").status_code == 200


def test_admin_hides_what_opens_doors_and_what_is_not_published(operator: User, client: Client, now: datetime) -> None:
    world = make_world(now)
    seat = world.join("Tern Mobile", "industry")
    acts.draft_statement(
        actor=world.leads["tern-mobile"],
        participation=seat,
        kind=StatementKind.JOINT,
        title="Unsaid",
        text="A.",
        at=now,
    )
    assert "Unsaid" not in client.get("/admin/participation/statement/").content.decode()
    shown = {model.__name__ for model in admin.site._registry}
    assert shown.isdisjoint({"Token", "Link", "Secret", "KeptMail", "EmailAddress", "Signature", "MinutesVersion"})
