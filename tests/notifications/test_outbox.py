"""`outbox`: kept mail for people and for machines."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def keep(subject: str) -> None:
    keeper = get_connection("policyhub.notifications.backends.KeepInDatabase")
    EmailMessage(subject, "Your code: ABC123", to=["a@example.org", "b@example.org"], connection=keeper).send()


def outbox(*arguments: Any) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def test_outbox_says_when_it_is_empty() -> None:
    assert outbox() == "No mail has been kept.\n"
    assert json.loads(outbox("--json")) == []


def test_outbox_prints_mail_oldest_first() -> None:
    keep("First")
    keep("Second")
    printed = outbox()
    assert printed.index("Subject: First") < printed.index("Subject: Second")
    assert "To: a@example.org, b@example.org" in printed
    assert "Subject: First" not in outbox("--last", "1")


@pytest.mark.parametrize("last", ["0", "-3", str(10**30)])
def test_outbox_refuses_what_is_no_count_in_one_sentence(last: str) -> None:
    with pytest.raises(CommandError) as refusal:
        outbox(f"--last={last}")
    assert refusal.value.returncode == 2
    assert str(refusal.value) == "--last is how many letters to print: a whole number from 1 to 1,000,000."


def test_outbox_gives_machines_one_array() -> None:
    keep("First")
    (mail,) = json.loads(outbox("--json"))
    assert set(mail) == {"id", "kept_at", "to", "subject", "body"}
    assert (mail["to"], mail["subject"], mail["body"]) == (
        ["a@example.org", "b@example.org"],
        "First",
        "Your code: ABC123",
    )
