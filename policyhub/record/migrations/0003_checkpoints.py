"""Checkpoints, which only the signer adds and nobody changes; roots of full subtrees, which only save reading."""

from __future__ import annotations

from django.db import migrations, models

CHECKPOINTS = """
CREATE TABLE record_checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note text NOT NULL,
    vkey text NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER record_checkpoint_row BEFORE UPDATE OR DELETE ON record_checkpoint
    FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER record_checkpoint_all BEFORE TRUNCATE ON record_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
ALTER TABLE record_checkpoint ENABLE ALWAYS TRIGGER record_checkpoint_row;
ALTER TABLE record_checkpoint ENABLE ALWAYS TRIGGER record_checkpoint_all;
"""

SUBTREES = """
CREATE TABLE record_subtree (
    height smallint NOT NULL CHECK (height BETWEEN 1 AND 7),
    idx bigint NOT NULL CHECK (idx >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (height, idx)
);
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0002_leaves")]

    operations = [
        migrations.RunSQL(CHECKPOINTS, "DROP TABLE record_checkpoint"),
        migrations.RunSQL(SUBTREES, "DROP TABLE record_subtree"),
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("vkey", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={"db_table": "record_checkpoint", "managed": False},
        ),
    ]
