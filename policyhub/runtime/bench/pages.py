"""A public process page beside the same view written without a thought for queries or for readers who have it."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db.models import QuerySet
from django.urls import ResolverMatch

from policyhub.participation.models import Process
from policyhub.participation.queries import processes
from policyhub.runtime.bench.measuring import Bench, Go
from policyhub.runtime.bench.scratch import scratch_database
from policyhub.runtime.refusal import Refusal
from policyhub.wsgi import application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.http import HttpRequest, HttpResponse

NAIVE, PAGE, UNCHANGED = "naive view", "page", "page that the reader has"
REQUESTS = 20


@dataclass(frozen=True)
class Answer:
    """What a WSGI application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Naive(WSGIHandler):
    """Django's handler, with views of public pages as they would be without an ETag, joins or prefetching."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        match = super().resolve_request(request)
        return ResolverMatch(partial(_plainly, match.func.__wrapped__), match.args, match.kwargs)  # type: ignore[attr-defined]


@contextmanager
def contestants() -> Iterator[Mapping[str, Go]]:
    """The demo's process is told into a database of its own, and its page was asked for once by each."""
    with scratch_database():
        call_command("load_demo", stdout=io.StringIO())
        path = _process().get_absolute_url()
        naive, page = partial(ask, Naive(), path), partial(ask, application, path)
        unchanged = partial(ask, application, path, {"HTTP_IF_NONE_MATCH": page().headers["ETag"]})
        naive()
        yield {
            NAIVE: partial(_seconds, naive, 200),
            PAGE: partial(_seconds, page, 200),
            UNCHANGED: partial(_seconds, unchanged, 304),
        }


BENCH = Bench(
    name="process-page",
    what="the public page of a process, each request through Django's WSGI handler",
    peer=NAIVE,
    rounds=15,
    contestants=contestants,
    goals={PAGE: 1.0, UNCHANGED: 0.2},
)


def ask(wsgi: Callable[..., Any], path: str, given: dict[str, str] | None = None) -> Answer:
    """The answer to a GET of the path."""
    environ: dict[str, Any] = {"PATH_INFO": path, "REMOTE_ADDR": "127.0.0.1", **(given or {})}
    setup_testing_defaults(environ)
    begun: list[Any] = []
    body = b"".join(_closed(wsgi(environ, lambda status, headers, *_: begun.extend((status, headers)))))
    return Answer(int(begun[0].split()[0]), dict(begun[1]), body)


def _closed(response: Any) -> list[bytes]:
    try:
        return list(response)
    finally:
        response.close()


def _seconds(once: Callable[[], Answer], status: int) -> float:
    """The mean of some requests in a row."""
    started = time.perf_counter()
    for _ in range(REQUESTS):
        answer = once()
    taken = time.perf_counter() - started
    if answer.status != status:
        raise Refusal(f"The page answered {answer.status} instead of {status}: there is nothing to measure.")
    return taken / REQUESTS


def _plainly(view: Callable[..., HttpResponse], *arguments: Any, **names: Any) -> HttpResponse:
    """The view's answer, drawn while no query joins or prefetches anything."""
    joined, prefetched = QuerySet.select_related, QuerySet.prefetch_related
    QuerySet.select_related = QuerySet.prefetch_related = _as_it_is  # type: ignore[assignment,method-assign]
    try:
        return view(*arguments, **names)
    finally:
        QuerySet.select_related, QuerySet.prefetch_related = joined, prefetched  # type: ignore[method-assign]


def _as_it_is(rows: QuerySet[Any], *names: str) -> QuerySet[Any]:
    return rows.all()


def _process() -> Process:
    found = processes().first()
    if found is None:
        raise Refusal("The demo holds no process: there is nothing to measure.")
    return found
