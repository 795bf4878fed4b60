"""The schema describes the whole API, and nothing in it is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.validation import validate_schema

from tests.api.asking import get

REFUSALS = {"400", "401", "404", "409"}
# What prepares something in private and leaves no entry.
PREPARING = (
    *(
        "/statements/draft/",
        "/ask/",
        "/ask-outside/",
        "/signature/sign/",
        "/signature/take-back/",
        "/service-tokens/issue/",
    ),
    *("/signature/decline/", "/signature/remove/", "/sponsors/ask/", "/sponsors/decline/"),
)


@pytest.fixture
def schema(db: None) -> dict[str, Any]:
    return get("schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()  # type: ignore[no-any-return]


def operations(schema: dict[str, Any], method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((path, said[method]) for path, said in schema["paths"].items() if method in said)


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Every route as the schema writes it."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, prefix + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield prefix + str(each.pattern)


def test_schema_is_openapi_3_1_and_valid(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1.")
    validate_schema(schema)  # type: ignore[no-untyped-call]


def test_schema_is_made_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_schema_describes_every_route(schema: dict[str, Any]) -> None:
    plain = {
        "/" + "".join(f"{{{part.rpartition(':')[2]}" if "<" in part else part for part in _parts(route))
        for route in routes(get_resolver().url_patterns)
        if route.startswith("/api/v1/")
    }
    assert plain - set(schema["paths"]) == {"/api/v1/schema/", "/api/v1/docs/"}
    assert set(schema["paths"]) <= plain


def _parts(route: str) -> list[str]:
    return route.lstrip("/").replace("<", "\n<").replace(">", "}\n").split("\n")


def test_every_act_says_how_it_refuses_and_asks_for_a_key(schema: dict[str, Any]) -> None:
    for path, said in operations(schema, "post"):
        assert set(said["responses"]) - {"200", "201"} >= REFUSALS, path
        for code in REFUSALS:
            assert list(said["responses"][code]["content"]) == ["application/problem+json"]
        keys = [each for each in said.get("parameters", []) if each["name"] == "Idempotency-Key" and each["required"]]
        assert bool(keys) is not path.endswith(PREPARING), path
        assert said["summary" if keys else "description"]


def test_every_operation_says_in_a_sentence_what_it_does(schema: dict[str, Any]) -> None:
    for method in ("get", "post"):
        for path, said in operations(schema, method):
            assert said.get("summary") or said.get("description"), path


def test_reading_needs_no_account_and_acting_does(schema: dict[str, Any]) -> None:
    for path, said in operations(schema, "get"):
        assert {} in said["security"], path
    for path, said in operations(schema, "post"):
        assert said["security"] == [{"token": []}, {"cookieAuth": []}], path
    assert schema["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_nothing_is_changed_but_by_a_post(schema: dict[str, Any]) -> None:
    assert {method for said in schema["paths"].values() for method in said} == {"get", "post"}


@pytest.mark.parametrize("path", ["schema/", "docs/"])
def test_reader_who_has_the_description_is_told_so(db: None, path: str) -> None:
    etag = get(path)["ETag"]
    again = get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert again["Cache-Control"] == "private, no-store"


def test_page_of_the_api_lists_every_operation(schema: dict[str, Any]) -> None:
    page = get("docs/").content.decode()
    assert [path for path in schema["paths"] if f"<code>{path}</code>" not in page] == []
