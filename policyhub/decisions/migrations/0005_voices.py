"""Each organization on a roll has a voice, its own or one that it shares."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decisions", "0004_redactable_texts"), ("participation", "0012_affiliations_and_profiles")]

    operations = [
        migrations.AddField(
            name,
            "voice",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="participation.organization",
            ),
        )
        for name in ("seat", "position")
    ]
