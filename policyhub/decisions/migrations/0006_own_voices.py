"""Until now every organization on a roll had a voice of its own."""

from __future__ import annotations

from django.db import migrations

FILL_ROLL = """
ALTER TABLE decisions_seat DISABLE TRIGGER decisions_seat_fixed;
UPDATE decisions_seat SET voice_id = organization_id;
ALTER TABLE decisions_seat ENABLE ALWAYS TRIGGER decisions_seat_fixed;
"""
FILL_POSITIONS = "UPDATE decisions_position SET voice_id = organization_id"


class Migration(migrations.Migration):
    dependencies = [("decisions", "0005_voices")]

    operations = [
        migrations.RunSQL(FILL_ROLL, migrations.RunSQL.noop),
        migrations.RunSQL(FILL_POSITIONS, migrations.RunSQL.noop),
    ]
