"""The triggers that keep texts as they were decided on; for migrations."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations import RunSQL


def fixed(tables: Sequence[str]) -> list[RunSQL]:
    """Rows of these tables, which are new, never change: they only lose words that the record says were redacted."""
    return [
        RunSQL(_guarded(table, "text_fixed", "ALWAYS"), f"DROP TRIGGER {table}_fixed ON {table}") for table in tables
    ]


def redactable(tables: Sequence[str]) -> list[RunSQL]:
    """Rows of these fixed tables may from now on lose words that the record says were redacted, and nothing else.

    The triggers fire for replication too, and for whoever else tells the database to leave ordinary ones out.
    """
    return [
        RunSQL(_exchanged(table, "text_fixed", "ALWAYS"), _exchanged(table, "record_refuse", "")) for table in tables
    ]


def _exchanged(table: str, function: str, how: str) -> str:
    return f"DROP TRIGGER {table}_fixed ON {table};{_guarded(table, function, how)}"


def _guarded(table: str, function: str, how: str) -> str:
    return (
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();"
        f"ALTER TABLE {table} ENABLE {how} TRIGGER {table}_fixed;"
    )
