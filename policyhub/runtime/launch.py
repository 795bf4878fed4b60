"""What lies between `manage.py COMMAND` and Django: servers, environment, migrations, and plain sentences."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import django
import psycopg
from django.core.management import call_command, execute_from_command_line
from django.db import OperationalError

from policyhub.runtime import address, testing
from policyhub.runtime.migrations import missing_migrations
from policyhub.runtime.refusal import Refusal, disk_full, of_os_error
from policyhub.runtime.services import MARK, Home, data_directory, locked, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WITHOUT_DATABASE = {
    *("acts", "redline", "tally"),
    *("probe", "serve", "sign_record"),
    *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "spectacular"),
}
# These look after migrations themselves, or must see the database as it is.
AS_IT_IS = {"dbshell", "makemigrations", "migrate", "restore", "showmigrations", "sqlmigrate", "up"}
ASKING = {"-h", "--help"}
INTERRUPTED = 130
# What tells one `up` from another, for commands that are run beside it.
KNOWN_BESIDE = ("POLICYHUB_BIND", "POLICYHUB_RUN_ID")


def main(argv: Sequence[str]) -> int:
    """The status that the command ends with; whatever stops it is said in one sentence."""
    signal.signal(signal.SIGTERM, _end)
    try:
        return run(argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (Refusal, OSError, OperationalError) as error:
        refusal = as_refusal(error)
        print(refusal, file=sys.stderr)
        return refusal.status


def run(argv: Sequence[str]) -> int:
    """The command has run, with the servers it needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policyhub.settings")
    command = argv[1] if len(argv) > 1 else "help"
    if command == "test":
        return testing.run(argv[2:])
    if command == "probe" and not os.environ.get("REDIS_URL"):
        with _beside_up(data_directory()):
            execute_from_command_line(list(argv))
        return 0
    if _needs_none(command, argv) or ASKING & set(argv) or argv[1:2] == ["--version"]:
        execute_from_command_line(list(argv))
        return 0
    with _prepared(command, argv[2:]):
        execute_from_command_line(list(argv))
    return 0


def _needs_none(command: str, argv: Sequence[str]) -> bool:
    """Whether the command starts nothing; the signer does where it asks the embedded database what was signed last."""
    asks = command == "sign_record" and any(each.startswith("--start-anew") for each in argv)
    return command in WITHOUT_DATABASE and not (asks and not os.environ.get("DATABASE_SIGN_URL"))


def as_refusal(error: Refusal | OSError | OperationalError) -> Refusal:
    """The failure as a sentence for a person."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, OSError):
        return of_os_error(error)
    if isinstance(error.__cause__, psycopg.errors.DiskFull):
        return disk_full()
    return Refusal(f"The database cannot be used: {' '.join(str(error).split())}")


@contextmanager
def _prepared(command: str, arguments: Sequence[str]) -> Iterator[None]:
    """The environment is whole before Django reads it, and the database is up to date."""
    if command != "up" and os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield
        return
    home = Home(data_directory())
    os.environ["POLICYHUB_DATA"] = str(home.root)
    os.environ.setdefault("POLICYHUB_SECRET_KEY", home.secret("secret_key"))
    with ExitStack() as stack:
        if command == "up":
            stack.enter_context(_alone_up(home, arguments))
        os.environ.update(stack.enter_context(running(home)).environment())
        if command not in AS_IT_IS:
            _bring_up_to_date(home)
        yield


@contextmanager
def _alone_up(home: Home, arguments: Sequence[str]) -> Iterator[None]:
    """No other `up` runs on this data meanwhile, and our address is free and known."""
    wanted = address.requested(arguments)
    with locked(home.root, "up", wait=False) as is_alone:
        if not is_alone:
            raise Refusal(f"PolicyHub already runs on {home.root}: open {home.find('url')}, or stop it first.")
        settled = wanted.settled()
        environment = settled.environment()
        home.remember(url=settled.url, **{name: environment[name] for name in KNOWN_BESIDE})
        os.environ.update(environment)
        yield


@contextmanager
def _beside_up(root: Path) -> Iterator[None]:
    """The environment is that of the `up` that runs on this data, if one does."""
    if not (root / MARK).exists():
        yield
        return
    home = Home(root)
    with locked(root, "up", wait=False) as nobody_is_up:
        pass
    with ExitStack() as stack:
        if not nobody_is_up:
            os.environ.update({name: home.find(name) for name in KNOWN_BESIDE})
            os.environ.update(stack.enter_context(running(home)).environment())
        yield


def _bring_up_to_date(home: Home) -> None:
    """The database has every migration; while `up` runs on it, it is left as it is."""
    django.setup()
    with locked(home.root, "up", wait=False) as nobody_is_up:
        if nobody_is_up and missing_migrations():
            call_command("migrate", verbosity=0, interactive=False)


def _end(number: int, frame: object) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
