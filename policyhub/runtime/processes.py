"""The processes that make the product beside the signer: web, worker, beat. `up` and the containers run the same."""

from __future__ import annotations

import socket
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from celery.beat import Scheduler

from policyhub.celery import app
from policyhub.core import env
from policyhub.runtime import lifeline
from policyhub.runtime.address import Address
from policyhub.runtime.refusal import Refusal
from policyhub.runtime.services.home import MARK, data_directory
from policyhub.runtime.serving_role import refuse_wrong_role
from policyhub.runtime.signer import SECONDS_WITHOUT_LOOK, looked_lately

if TYPE_CHECKING:
    from collections.abc import Callable

WEB_WORKERS = 2
TASK_PROCESSES = 2
SECONDS_TO_FINISH = 20
SECONDS_BETWEEN_BEATS = 5.0
SECONDS_WITHOUT_BEAT = 60
REQUIRED = ("DATABASE_URL", "REDIS_URL", "POLICYHUB_SECRET_KEY")


def bound() -> Address:
    """Where the web server of this environment listens."""
    return Address.parse(env.text("POLICYHUB_BIND", "127.0.0.1:8000"))


def serve(name: str) -> None:
    """The named process has run until it was told to stop."""
    if missing := [variable for variable in REQUIRED if not env.text(variable)]:
        raise Refusal(f"The {name} process cannot start without {' and '.join(missing)} in its environment.")
    refuse_wrong_role()
    lifeline.hold()
    PROCESSES[name]()


def _web() -> None:
    address = bound()
    uvicorn.run(
        "policyhub.runtime.server:app",
        host=address.host,
        port=address.port,
        workers=WEB_WORKERS,
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=env.flag("POLICYHUB_BEHIND_PROXY"),
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )


def _worker() -> None:
    name = f"--hostname={worker_name()}"
    app.worker_main(["--quiet", "worker", name, f"--concurrency={TASK_PROCESSES}", "--loglevel=WARNING"])


def _beat() -> None:
    app.start(["--quiet", "beat", "--loglevel=WARNING", "--pidfile=", f"--scheduler={__name__}:Beat"])


PROCESSES: dict[str, Callable[[], None]] = {"web": _web, "worker": _worker, "beat": _beat}


def worker_name() -> str:
    """The worker's name among those on the same broker: one for each run, so that a probe asks its own."""
    return f"policyhub-{env.text('POLICYHUB_RUN_ID', 'worker')}@{socket.gethostname()}"


def sign_of_life() -> Path:
    """The file that beat touches while it lives: in the data directory, or in a container of its own."""
    data = data_directory()
    return data / "beat" if (data / MARK).exists() else Path(tempfile.gettempdir()) / "policyhub-beat"


class Beat(Scheduler):
    """Sends what is due and shows that it lives.

    It keeps no schedule on disk: what is due is due by the clock, and every task may run once more.
    """

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)  # type: ignore[attr-defined]

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Seconds until the next look."""
        sign_of_life().touch(mode=0o600)
        return min(float(super().tick(*args, **kwargs)), SECONDS_BETWEEN_BEATS)  # type: ignore[misc]

    def close(self) -> None:
        sign_of_life().unlink(missing_ok=True)
        super().close()


def is_healthy(name: str) -> bool:
    """Whether the named process does its work."""
    return PROBES[name]()


def _web_answers() -> bool:
    try:
        with urllib.request.urlopen(f"{bound().asked_at}readyz", timeout=10) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _worker_answers() -> bool:
    return bool(app.control.ping(destination=[worker_name()], timeout=5))


def _beat_beats() -> bool:
    file = sign_of_life()
    return file.exists() and time.time() - file.stat().st_mtime < SECONDS_WITHOUT_BEAT


def _signer_looks() -> bool:
    file = looked_lately()
    return file.exists() and time.time() - file.stat().st_mtime < SECONDS_WITHOUT_LOOK


PROBES: dict[str, Callable[[], bool]] = {
    "web": _web_answers,
    "worker": _worker_answers,
    "beat": _beat_beats,
    "signer": _signer_looks,
}
