"""What a charter says of ballots, of sealed positions and of appeals."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0016_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="charter",
            name="appeal_days",
            field=models.PositiveSmallIntegerField(default=21),
        ),
        migrations.AddField(
            model_name="charter",
            name="ballot_rule",
            field=models.JSONField(help_text="By what ballots are counted; null: by the rule of calls.", null=True),
        ),
        migrations.AddField(
            model_name="charter",
            name="sealed_calls",
            field=models.BooleanField(default=False),
        ),
    ]
