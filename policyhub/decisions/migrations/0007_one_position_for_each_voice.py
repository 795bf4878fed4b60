"""Every seat has a voice, and every voice says one thing on a call."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decisions", "0006_own_voices")]

    operations = [
        *(
            migrations.AlterField(
                name,
                "voice",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participation.organization"
                ),
            )
            for name in ("seat", "position")
        ),
        migrations.RemoveConstraint("position", "one_position_for_each_organization"),
        migrations.AddConstraint(
            "position", models.UniqueConstraint(fields=("call", "voice"), name="one_position_for_each_voice")
        ),
    ]
