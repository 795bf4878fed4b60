"""The signer as a process: connects as the role that may sign, looks every second, says once what it refuses."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings

from policyhub.core import env
from policyhub.record.signing import Keeping, Signer, SignerRefused
from policyhub.runtime import lifeline
from policyhub.runtime.refusal import Refusal
from policyhub.runtime.services import data_directory

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = 1.0
# After a refusal or a lost database everything is read anew before anything is signed.
PAUSE_AFTER_TROUBLE = 15.0
SECONDS_WITHOUT_LOOK = 90.0


def keeping_directory() -> Path:
    """Where the signer keeps its key and its memory: POLICYHUB_SIGNER, else below the data directory."""
    return Path(env.text("POLICYHUB_SIGNER") or data_directory() / "signer")


def sign_until_stopped(say: Callable[[str], None]) -> None:
    """Whatever the record gains is signed within seconds, until this process is told to stop."""
    url = env.text("DATABASE_SIGN_URL")
    if not url:
        raise Refusal("DATABASE_SIGN_URL is not set: it names the database role that may read leaves and sign.")
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    lifeline.hold()
    keeping, said = Keeping(keeping_directory(), origin=origin()), ""
    while not stopping.is_set():
        trouble = _sign(keeping, url, stopping)
        if trouble and trouble != said:
            say(trouble)
        said = trouble
        stopping.wait(PAUSE_AFTER_TROUBLE)


def origin() -> str:
    """The name of this record among all records, as checkpoints carry it."""
    return env.text("POLICYHUB_RECORD_ORIGIN") or f"{settings.SITE_URL.partition('://')[2]}/record"


def looked_lately() -> Path:
    """The file that the signer touches each time it has looked and nothing stood in its way."""
    return keeping_directory() / "looked"


def _sign(keeping: Keeping, url: str, stopping: threading.Event) -> str:
    """What stopped the signer, in a sentence; nothing when it was told to stop."""
    try:
        with ExitStack() as stack:
            database = stack.enter_context(psycopg.connect(url, autocommit=True, connect_timeout=5))
            signer = Signer(keeping, database)
            signer.check()
            while not stopping.is_set():
                signer.step()
                looked_lately().touch(mode=0o600)
                stopping.wait(PAUSE)
    except SignerRefused as refusal:
        return str(refusal)
    except psycopg.Error as error:
        return f"The signer cannot use the database: {' '.join(str(error).split())}"
    return ""
