"""How long a call stays open at least; charters adopted before said nothing of it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participation", "0003_reasons_and_names")]

    operations = [
        migrations.AddField("charter", "call_hours", models.PositiveSmallIntegerField(default=0)),
    ]
