"""Everything at once, for one machine: database, demo, web, worker, beat, until it is told to stop."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection

from policyhub.record import queries as record
from policyhub.runtime import welcome
from policyhub.runtime.migrations import missing_migrations, require_two_roles
from policyhub.runtime.processes import bound
from policyhub.runtime.refusal import Refusal
from policyhub.runtime.services import Home, Services, data_directory, running
from policyhub.runtime.serving_role import refuse_wrong_role
from policyhub.runtime.supervisor import Supervisor, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyhub.runtime.address import Address

SECONDS_TO_READY = 90.0
SECONDS_BETWEEN_ROUNDS = 5.0
PAUSE = 0.2


def up(say: Callable[[str], None], *, demo: bool) -> None:
    """The product has run until somebody stopped it, and nothing of it runs any more."""
    require_two_roles()
    address = bound()
    if not (address.is_loopback or settings.IS_HTTPS):
        say(f"Sign-in will travel in clear: {address.url} is plain http. Put https in front, or use 127.0.0.1.")
    _prepare(say)
    refuse_wrong_role()
    supervisor = Supervisor(say)
    with running(Home(data_directory())) as services, supervisor.running():
        try:
            _fill(say, demo=demo)
        finally:
            stop_on_signals(supervisor.stopping)
        if _await_ready(address, supervisor):
            _greet(address, say)
            _attend(supervisor, services, say)
        say("Stopping …")
    say("Stopped.")


def _prepare(say: Callable[[str], None]) -> None:
    """The database is up to date."""
    if missing_migrations():
        say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
    connection.close()


def _fill(say: Callable[[str], None], *, demo: bool) -> None:
    """The database is not empty where a demo was wanted. Meanwhile the processes load, each in its own time."""
    if demo and "load_demo" in get_commands() and not record.size():
        say("Loading the demo …")
        call_command("load_demo")
    connection.close()


def _await_ready(address: Address, supervisor: Supervisor) -> bool:
    """True once the site answers that it is ready; False when it was stopped before."""
    deadline = time.monotonic() + SECONDS_TO_READY
    while not supervisor.stopping.wait(PAUSE):
        hindrance = find_hindrance(address)
        if hindrance is None:
            return True
        if time.monotonic() > deadline:
            raise Refusal(f"PolicyHub did not become ready in {SECONDS_TO_READY:.0f} seconds: {hindrance}")
        supervisor.tend()
    return False


def find_hindrance(address: Address) -> str | None:
    """Why the site at an address does not serve, by its own word; None when it does."""
    try:
        with urllib.request.urlopen(f"{address.asked_at}readyz", timeout=10):  # noqa: S310 - our own address
            return None
    except urllib.error.HTTPError as error:
        with error:
            try:
                return str(json.load(error)["reason"])
            except (ValueError, KeyError):
                return f"it answers with status {error.code}."
    except OSError:
        return "it does not answer."


def _greet(address: Address, say: Callable[[str], None]) -> None:
    say(f"PolicyHub is ready at {address.url}")
    if settings.LISTENS_ON_LOOPBACK:
        for line in welcome.lines(address, run=settings.RUN_ID, at=record.now()):
            say(line)
    say("Ctrl-C stops it.")
    connection.close()


def _attend(supervisor: Supervisor, services: Services, say: Callable[[str], None]) -> None:
    """Everything was kept running until it was told to stop."""
    next_round = time.monotonic()
    while not supervisor.stopping.wait(PAUSE):
        supervisor.tend()
        if time.monotonic() < next_round:
            continue
        try:
            for label in services.revive():
                say(f"{label} had ended and was started again.")
        except Refusal as refusal:
            say(str(refusal))
        next_round = time.monotonic() + SECONDS_BETWEEN_ROUNDS
