"""Whether the role that serves can keep the promise of the record: it may change nothing, and what it commits lasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Error as Failed
from django.db import Error, OperationalError, connection

from policyhub.core import env
from policyhub.runtime.refusal import Refusal

NOT_WRITTEN = ("record_leaf", "record_head", "record_checkpoint")
CHANGING = "INSERT, UPDATE, DELETE, TRUNCATE"
ASKED = f"""
SELECT current_user,
    r.rolsuper OR EXISTS (
        SELECT FROM pg_class c WHERE c.oid = ANY (%s::regclass[])
        AND (has_table_privilege(c.oid, '{CHANGING}') OR pg_has_role(current_user, c.relowner, 'MEMBER'))),
    has_table_privilege('record_leaf', 'SELECT'),
    current_setting('synchronous_commit')
FROM pg_roles r WHERE r.rolname = current_user
"""  # noqa: S608 - our own words


def wrong_role() -> str | None:
    """Why the role of this connection must not serve, or None; asks the database."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [list(NOT_WRITTEN)])
        role, may_too_much, may_read, durable = cursor.fetchone()
    if may_too_much:
        return f"The site is connected as {role}, which could change the record: DATABASE_URL must name another role."
    if durable == "off":
        return f"synchronous_commit is off for {role}: what people are told is recorded could still be lost. Set it on."
    return None if may_read else f"The role {role} may not read the record: run manage.py migrate."


def refuse_wrong_role() -> None:
    """Nothing begins to serve as a role that could change the record, or whose commits do not last.

    A database that does not answer, or has no record yet, is told by `/readyz`, which asks again and again.
    """
    try:
        reason = wrong_role()
    except Error:
        reason = None
    finally:
        connection.close()
    if reason:
        raise Refusal(reason)


def check_role(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """For `check --deploy`: the same, where a database is named."""
    if not env.text("DATABASE_URL"):
        return []
    try:
        reason = wrong_role()
    except OperationalError:
        reason = "The database does not answer, so nobody can tell whether the role that serves may change the record."
    except Error:
        reason = "The database holds no record: run manage.py migrate."
    finally:
        connection.close()
    return [Failed(reason, id="policyhub.E001")] if reason else []
