"""A real browser in front of a real server process; each test has a site, a database and a browser of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, Request, sync_playwright

from policyhub.runtime.testing import find_chromium
from tests.runtime.installation import eventually

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The test run's own servers, which the site under test must not take for its own.
OTHERS = {"EMAIL_URL", "REDIS_URL", "POLICYHUB_EMBEDDED"}
SERVE = """
import socket, sys, uvicorn
config = uvicorn.Config("policyhub.runtime.server:app", lifespan="off", ws="none", log_level="warning")
uvicorn.Server(config).run([socket.socket(fileno=int(sys.argv[1]))])
"""


@dataclass
class Site:
    """A running site and the mail that it keeps."""

    url: str
    environment: dict[str, str]

    def code_for(self, address: str) -> str:
        """The newest sign-in code sent to an address, read as an operator on the machine reads it."""
        # A process of its own: the browser's loop runs in this thread, where Django refuses to ask the database.
        command = [sys.executable, "manage.py", "outbox", "--json"]
        told = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env={**self.environment, "REDIS_URL": settings.REDIS_URL},
            capture_output=True,
            text=True,
            check=True,
        )
        bodies = [mail["body"] for mail in json.loads(told.stdout) if mail["to"] == [address]]
        return str(re.findall(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", bodies[-1], re.M)[-1])


@dataclass
class Visit:
    """A page in the browser and everything it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Hear errors of the console (refusals by the content security policy are such) and answers that failed."""
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        """Note it, unless the browser itself gave it up because its page was left: an icon asked for in that moment."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")


@pytest.fixture
def program() -> str:
    """The browser's program; the test is skipped where there is none, before anything is started for it."""
    found = find_chromium()
    if found is None:
        pytest.skip("Chromium is not installed, so no browser can be driven.")
    return found


@pytest.fixture
def site(program: str, own_database: str) -> Iterator[Site]:
    """The outer app in a process of its own, on the test's own database; mail is kept there."""
    with _listening() as (port, handle):
        url = f"http://127.0.0.1:{port}"
        environment = {
            **{name: value for name, value in os.environ.items() if name not in OTHERS},
            "DATABASE_URL": _database_url(),
            "POLICYHUB_SITE_URL": url,
            "POLICYHUB_LOOPBACK": "1",
        }
        command = [sys.executable, "-c", SERVE, str(handle)]
        with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, pass_fds=[handle]) as process:
            try:
                eventually(lambda: _is_alive(url))
                yield Site(url, environment)
            finally:
                process.terminate()


@pytest.fixture
def chromium(program: str, site: Site) -> Iterator[Browser]:
    """A browser, started after the site: once its loop runs, this thread may not ask the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def visit(browser: Browser, *, width: int, script: bool) -> Visit:
    """A new visitor's page of this width, with or without JavaScript."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    opened = Visit(context.new_page())
    opened.listen()
    return opened


@contextmanager
def _listening() -> Iterator[tuple[int, int]]:
    """A port of the loopback that is taken already, and the handle of the socket that took it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1], taken.fileno()


def _is_alive(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _database_url() -> str:
    to = connection.settings_dict
    return f"postgresql://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"
