"""The outer app: says on the loop that it lives, and hands everything else to Django in a few threads of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from a2wsgi import WSGIMiddleware

from policyhub.runtime import lifeline
from policyhub.wsgi import application

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import HTTPScope, Receive, Send
    from a2wsgi.wsgi_typing import WSGIApp

# Each thread holds one database connection for good; more of them only compete for the interpreter.
THREADS = 4
ALIVE = b"ok\n"
HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"3"), (b"cache-control", b"no-store")]

django = WSGIMiddleware(cast("WSGIApp", application), workers=THREADS)
lifeline.follow_parent()


async def app(scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Every HTTP request is answered; `/healthz` without waiting for a thread."""
    if scope["path"] == "/healthz":
        await _say_alive(scope, send)
    else:
        await django(scope, receive, send)


async def _say_alive(scope: HTTPScope, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else ALIVE})
