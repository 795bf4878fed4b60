"""Ends a process when the one that started it is gone, however that one died."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import wait

VARIABLE = "POLICYHUB_LIFELINE"
SECONDS_TO_FINISH = 30


def hold() -> None:
    """This process stops in an orderly way once the other end of the pipe that it was given is closed."""
    if handle := os.environ.pop(VARIABLE, ""):
        threading.Thread(target=_stop_after, args=(int(handle),), daemon=True, name="lifeline").start()


def follow_parent() -> None:
    """A process made by multiprocessing stops once its parent is gone."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_stop_after, args=(parent.sentinel,), daemon=True, name="lifeline").start()


def _stop_after(handle: int) -> None:
    wait([handle])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_FINISH)
    os.kill(os.getpid(), signal.SIGKILL)
