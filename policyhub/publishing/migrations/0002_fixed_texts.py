"""Texts that people decided on are never changed: the database refuses it."""

from __future__ import annotations

from django.db import migrations

TABLES = ("publishing_file",)


def guard(table: str) -> str:
    """The trigger that refuses every change of the table's rows."""
    return (
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION record_refuse();"
    )


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial"), ("record", "0002_leaves")]

    operations = [migrations.RunSQL(guard(table), f"DROP TRIGGER {table}_fixed ON {table}") for table in TABLES]
