"""How the tests use the pages: as somebody, through the forms that the pages carry."""

from __future__ import annotations

import re
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from policyhub.accounts.models import User


def signed_in(person: User | None) -> Client:
    """A browser in which the person is signed in, or nobody."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def nonce_on(page: HttpResponseBase) -> str:
    """The nonce that the page's form carries."""
    found = re.search(r'name="nonce" value="([^"]+)"', _text(page))
    assert found is not None
    return found[1]


def send(client: Client, address: str, **said: Any) -> Any:
    """The answer to the form at this address, filled in and sent with the nonce that its page carries."""
    return client.post(address, {"nonce": nonce_on(client.get(address)), **said})


def without_tokens(page: HttpResponseBase) -> str:
    """What the page says, without the form tokens that differ each time it is drawn."""
    return re.sub(r'name="(csrfmiddlewaretoken|nonce)" value="[^"]+"', r'name="\1"', _text(page))


def _text(page: Any) -> str:
    return page.content.decode()  # type: ignore[no-any-return]
