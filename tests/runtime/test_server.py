from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from policyhub.runtime.server import THREADS
from policyhub.runtime.services.server import free_port
from tests.runtime.installation import eventually

SLOW_SITE = """
import sys, time
import policyhub.wsgi

def slow(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1.5)
    body = environ["wsgi.input"].read() or environ["PATH_INFO"].encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

policyhub.wsgi.application = slow
import uvicorn
uvicorn.run("policyhub.runtime.server:app", port=int(sys.argv[1]), lifespan="off", log_level="warning",
            timeout_graceful_shutdown=10)
"""


@pytest.fixture
def site() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The outer app in front of a site that can be slow."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", SLOW_SITE, str(port)]) as process:
        try:
            eventually(lambda: _listens(port))
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def fetch(url: str, body: bytes | None = None) -> bytes:
    with urllib.request.urlopen(url, data=body, timeout=20) as answer:
        return bytes(answer.read())


def test_healthz_is_answered_while_every_thread_is_busy(site: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, _ = site
    with ThreadPoolExecutor(THREADS) as pool:
        slow = [pool.submit(fetch, f"{url}/slow") for _ in range(THREADS)]
        time.sleep(0.3)
        begun = time.monotonic()
        assert fetch(f"{url}/healthz") == b"ok\n"
        assert time.monotonic() - begun < 1.0
        assert [request.result() for request in slow] == [b"/slow"] * THREADS


def test_healthz_answers_head_without_a_body(site: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, _ = site
    with urllib.request.urlopen(urllib.request.Request(f"{url}/healthz", method="HEAD"), timeout=20) as answer:
        assert (answer.status, answer.headers["Content-Length"], answer.read()) == (200, "3", b"")


def test_body_of_megabytes_reaches_django_whole(site: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, _ = site
    body = bytes(range(256)) * 12_000
    assert fetch(f"{url}/echo", body) == body


def test_request_under_way_is_answered_when_the_server_is_told_to_stop(
    site: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    url, process = site
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(fetch, f"{url}/slow")
        time.sleep(0.4)
        process.terminate()
        assert slow.result() == b"/slow"
    process.wait(15)
