"""Which entries name which digest, so that nobody has to read the whole record to find them."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0005_profile_and_ids")]

    operations = [
        migrations.CreateModel(
            name="NamedDigest",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField()),
                ("index", models.BigIntegerField(db_column="idx")),
            ],
            options={"db_table": "record_named"},
        ),
    ]
