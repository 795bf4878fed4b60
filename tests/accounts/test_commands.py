"""The commands by which people come in."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from policyhub.accounts.models import User

pytestmark = pytest.mark.django_db


def set_up_link() -> str:
    out = StringIO()
    call_command("set_up_link", stdout=out)
    return out.getvalue().strip()


def test_set_up_link_makes_the_operator_once(settings: Any) -> None:
    settings.RUN_ID = "the-run-of-a-web-process"
    earlier, link = set_up_link(), set_up_link()
    assert link.startswith(f"{settings.SITE_URL}/accounts/set-up/")
    client, path = Client(), link.removeprefix(settings.SITE_URL)
    assert client.get(earlier.removeprefix(settings.SITE_URL)).status_code == 404
    assert client.post(path, {"email": "operator@example.org"}).status_code == 302
    assert User.objects.get(is_operator=True).email == "operator@example.org"
    assert Client().get(path).status_code == 404
    with pytest.raises(CommandError, match="Somebody operates this installation already"):
        set_up_link()
