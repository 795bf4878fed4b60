"""The processes beside the web server, for real: a Celery worker with beat, and an SMTP server that keeps mail."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.conf import settings
from django.db import connection

PATIENCE = 300.0
# Redis has sixteen databases as it comes; the first holds the caches, which tests empty.
QUEUES = 15


class Sink:
    """An SMTP server on loopback; `mails` are those it accepted, in order, with their envelope's recipients."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.mails.append((list(envelope.rcpt_tos), message))  # type: ignore[arg-type]
        return "250 kept"

    def to(self, address: str) -> list[str]:
        """The subjects of the mails to an address, in order."""
        return [str(message["Subject"]) for recipients, message in self.mails if address in recipients]

    @contextmanager
    def running(self) -> Iterator[Sink]:
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()


@contextmanager
def worker(sink: Sink) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with beat on the test's own database and queue, sweeping every second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CELERY_BROKER_URL", _queue_url())
        with _worker(sink) as process:
            yield process


@contextmanager
def _worker(sink: Sink) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "DATABASE_URL": _url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "POLICYHUB_SWEEP_SECONDS": "1",
        "POLICYHUB_LOG_LEVEL": "ERROR",
    }
    schedule = os.path.join(environment.get("TMPDIR", "/tmp"), f"beat-{os.getpid()}")
    command = [sys.executable, "-m", "celery", "-A", "policyhub", "worker", "-B", "-s", schedule]
    process = subprocess.Popen(
        [*command, "--concurrency=1", "--loglevel=ERROR", "-Q", "celery", "-n", f"journey-{os.getpid()}@%h"],
        cwd=settings.BASE_DIR,
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Return when it is true; fail with a sentence when it has not become so for a long while."""
    give_up = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > give_up:
            raise AssertionError(f"waited in vain: {what}")
        time.sleep(0.25)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _queue_url() -> str:
    """A queue for this test process, so that runs side by side do not take each other's tasks."""
    run = zlib.crc32(os.environ.get("POLICYHUB_TEST_NAME", "").encode())
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    number = (run + process) % QUEUES + 1
    return urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()


def _url() -> str:
    to = connection.settings_dict
    return f"postgresql://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"
