"""The signer as a process: connects as the role that may sign, looks every second, says once what it refuses."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings

from policyhub.core import env
from policyhub.record.keeping import Keeping, SignerRefused
from policyhub.record.signing import Signer
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


def connected() -> psycopg.Connection[tuple[Any, ...]]:
    """A connection as the role that may read leaves and sign; Refusal where none is named."""
    url = env.text("DATABASE_SIGN_URL")
    if not url:
        raise Refusal("DATABASE_SIGN_URL is not set: it names the database role that may read leaves and sign.")
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


def sign_until_stopped(say: Callable[[str], None]) -> None:
    """Whatever the record gains is signed within seconds, until this process is told to stop."""
    if not env.text("DATABASE_SIGN_URL"):
        connected()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    lifeline.hold()
    keeping, said = Keeping(keeping_directory(), origin=origin()), ""
    try:
        keeping.hold()
    except SignerRefused as refusal:
        raise Refusal(str(refusal)) from None
    while not stopping.is_set():
        trouble = _sign(keeping, stopping)
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


def _sign(keeping: Keeping, stopping: threading.Event) -> str:
    """What stopped the signer, in a sentence; nothing when it was told to stop."""
    try:
        with connected() as database:
            return _sign_on(Signer(keeping, database), stopping)
    except psycopg.Error as error:
        return f"The signer cannot use the database: {' '.join(str(error).split())}"


def _sign_on(signer: Signer, stopping: threading.Event) -> str:
    """As `_sign`; the site's readers are told of a refusal too, until there is none."""
    try:
        signer.check()
        while not stopping.is_set():
            signer.step()
            signer.tell("")
            looked_lately().touch(mode=0o600)
            stopping.wait(PAUSE)
    except SignerRefused as refusal:
        signer.tell(str(refusal))
        return str(refusal)
    return ""
