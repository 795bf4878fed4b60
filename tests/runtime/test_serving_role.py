"""Nothing begins to serve as a role that could change the record, or whose commits may be lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection
from psycopg import sql

from policyhub.core import env
from policyhub.runtime.bootstrap import BASE
from policyhub.runtime.migrations import as_owner
from policyhub.runtime.services import EMBEDDED
from policyhub.runtime.services.postgres import APP
from policyhub.runtime.serving_role import wrong_role
from tests.record.test_rights import superuser

OWNS = "The site is connected as policyhub_owner, which could change the record: DATABASE_URL must name another role."
MEMBER = "The site is connected as {}, which could change the record: DATABASE_URL must name another role."
LOSES = "synchronous_commit is off for policyhub_app: what people are told is recorded could still be lost. Set it on."


@pytest.fixture
def root(own_database: str) -> Iterator[psycopg.Connection[Any]]:
    with superuser(own_database) as opened:
        yield opened
        opened.execute(f"ALTER ROLE {APP} IN DATABASE {own_database} RESET synchronous_commit")


@pytest.fixture
def member(root: psycopg.Connection[Any], own_database: str) -> Iterator[str]:
    """A role of this test's own that may become the owner: roles are the cluster's, and other tests count theirs."""
    role = f"member_of_{own_database}"
    root.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
    try:
        root.execute(f"GRANT policyhub_owner TO {role} WITH INHERIT FALSE")
        yield role
    finally:
        root.execute(f"DROP ROLE {role}")


def url(database: str, *, owner: bool = False) -> str:
    """The address of the test's own database, as the serving role or as the owner."""
    given = urlsplit(env.text("DATABASE_OWNER_URL" if owner else "DATABASE_URL"))
    return given._replace(path=f"/{database}").geturl()


def run(*arguments: str, database: str, **changes: str) -> tuple[int, str]:
    """The status of a command that should refuse, and what it says."""
    kept = {name: value for name, value in os.environ.items() if name != EMBEDDED}
    environment = {**kept, "DATABASE_URL": url(database), **changes}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("process", ["web", "worker", "beat"])
def test_no_process_serves_as_the_owner(root: psycopg.Connection[Any], own_database: str, process: str) -> None:
    said = run("serve", process, database=own_database, DATABASE_URL=url(own_database, owner=True))
    assert said == (1, f"{OWNS}\n")


def test_no_process_serves_where_commits_can_be_lost(root: psycopg.Connection[Any], own_database: str) -> None:
    root.execute(sql.SQL("ALTER ROLE {} IN DATABASE {} SET synchronous_commit = off").format(*_names(own_database)))
    assert run("serve", "beat", database=own_database) == (1, f"{LOSES}\n")
    assert "(policyhub.E001) " + LOSES in run("check", "--deploy", database=own_database)[1]


def test_a_member_of_the_owner_does_not_serve_either(member: str, own_database: str) -> None:
    given = urlsplit(url(own_database))
    as_member = given._replace(netloc=f"{member}:{member}@{given.hostname}:{given.port}").geturl()
    said = run("serve", "beat", database=own_database, DATABASE_URL=as_member)
    assert said == (1, f"{MEMBER.format(member)}\n")


@pytest.mark.parametrize(
    ("durable", "reason"),
    [("off", LOSES), ("local", None), ("on", None), ("remote_write", None), ("remote_apply", None)],
)
def test_only_commits_that_can_be_lost_here_are_refused(db: None, durable: str, reason: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL synchronous_commit = '{durable}'")
    assert wrong_role() == reason


def test_check_for_deployment_names_the_wrong_role(own_database: str) -> None:
    with as_owner(connection):
        found = [each.msg for each in run_checks(include_deployment_checks=True) if each.id == "policyhub.E001"]
    serving = [each.msg for each in run_checks(include_deployment_checks=True) if each.id == "policyhub.E001"]
    without = [each.msg for each in run_checks() if each.id == "policyhub.E001"]
    assert (found, serving, without) == ([OWNS], [], [])


def test_up_refuses_too(root: psycopg.Connection[Any], own_database: str, tmp_path: Path) -> None:
    root.execute(sql.SQL("ALTER ROLE {} IN DATABASE {} SET synchronous_commit = off").format(*_names(own_database)))
    given = {"DATABASE_OWNER_URL": url(own_database, owner=True), "POLICYHUB_DATA": str(tmp_path / "data")}
    status, said = run("up", "--port", "0", "--no-demo", database=own_database, **given)
    assert (status, said.splitlines()[-1]) == (1, LOSES)


def _names(database: str) -> tuple[sql.Identifier, sql.Identifier]:
    return sql.Identifier(APP), sql.Identifier(database)
