"""Holding what is judged: rows re-read under a lock, so that a rule sees what will still be true at commit."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.db import connection, models

Held = TypeVar("Held", bound=models.Model)

BUSY = "Nothing was done: somebody else is changing the same thing just now. Send it again in a few seconds."
LOCK_NOT_AVAILABLE = "55P03"


def is_lock_timeout(error: Exception) -> bool:
    """Whether the database gave up waiting for a lock; the transaction is undone then."""
    return getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE


def hold(thing: Held, *, for_change: bool = False) -> Held:
    """The row as it stands now, share-locked until commit; exclusively when the act changes or ends it.

    A share lock lets others judge the same row side by side and keeps everybody from changing it.
    """
    meta = thing._meta
    column = meta.pk.column or meta.pk.name
    lock = "UPDATE" if for_change else "SHARE"
    # The class that a lazy object, such as a request's person, stands for.
    manager = thing.__class__._default_manager
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {connection.ops.quote_name(meta.db_table)} "  # noqa: S608 - names of our own tables, quoted
            f"WHERE {connection.ops.quote_name(column)} = %s FOR {lock}",
            [thing.pk],
        )
        if cursor.fetchone() is None:
            raise ObjectDoesNotExist(str(thing))
    return manager.get(pk=thing.pk)


def hold_rows(rows: models.QuerySet[Held]) -> None:
    """Share-lock the rows of a query over one table until commit, so that none of them ends meanwhile."""
    try:
        sql, params = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR SHARE", params)
