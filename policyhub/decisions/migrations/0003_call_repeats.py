"""A call on a text that a closed call was about says which one it repeats, and why."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("decisions", "0002_fixed_texts")]

    operations = [
        migrations.AddField("call", "reason", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField(
            "call",
            "repeats",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repeated_by",
                to="decisions.call",
            ),
        ),
        migrations.AddConstraint(
            "call",
            models.CheckConstraint(condition=Q(repeats__isnull=True) | ~Q(reason=""), name="call_repeated_has_reason"),
        ),
    ]
