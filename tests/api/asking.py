"""How the tests ask the API: as somebody, with a fresh key for each act unless told."""

from __future__ import annotations

from itertools import count
from typing import Any

from rest_framework.test import APIClient

from policyhub.accounts.models import User

ABSENT = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "There is nothing at this address that you may see or change.",
}
_keys = count(1)


def client_of(person: User | None) -> APIClient:
    """A client that speaks as the person, or as nobody."""
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def get(path: str, person: User | None = None, headers: dict[str, str] | None = None) -> Any:
    """The answer to reading a path below /api/v1/."""
    return client_of(person).get(f"/api/v1/{path}", headers=headers)


def post(person: User | None, path: str, body: Any = None, *, key: str | None = None) -> Any:
    """The answer to an act."""
    headers = {"Idempotency-Key": key or f"key-{next(_keys)}"}
    return client_of(person).post(f"/api/v1/{path}", {} if body is None else body, format="json", headers=headers)
