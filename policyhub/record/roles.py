"""What the serving role may do in the database; asked for again after every migration."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

READ_ONLY = ("record_leaf", "record_head", "record_checkpoint", "record_word", "django_migrations")
# Rows that may be added and, where the law asks for it, erased, but never changed.
NEVER_CHANGED = ("record_secret", "record_key", "record_subtree", "record_named")


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the serving role its rights on every table: ordinary rows, and of the record only reading and appending."""
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for table in READ_ONLY:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {connection.ops.quote_name(table)} FROM {name}")
        for table in NEVER_CHANGED:
            cursor.execute(f"REVOKE UPDATE ON {connection.ops.quote_name(table)} FROM {name}")
        cursor.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION record_append TO {name}")


def exists(connection: BaseDatabaseWrapper, role: str) -> bool:
    """Whether the server knows a role of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        return bool(cursor.rowcount)


def grant_signing(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the signer's role its rights: it reads the leaves, and adds checkpoints or says why it adds none."""
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT ON record_leaf, record_head, record_checkpoint, record_word TO {name}")
        cursor.execute(f"GRANT INSERT ON record_checkpoint, record_word TO {name}")


def grant_reading(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the reading role its rights: it sees every row, for dumps and analysis, and writes nowhere."""
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
