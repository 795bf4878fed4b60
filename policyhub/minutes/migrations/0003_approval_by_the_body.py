"""Minutes are approved by the body at a later meeting or certified by the chair; a circulation states its time.

What was approved in other words before counts as certified: it was the chair who said so.
"""

import django.db.models.deletion
from django.db import migrations, models

import policyhub.minutes.rules


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0002_fixed_texts"),
        ("minutes", "0002_fixed_texts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="minutes",
            name="minutes_approved_by_somebody",
        ),
        migrations.RemoveField(
            model_name="minutes",
            name="approved_by",
        ),
        migrations.AddField(
            model_name="minutes",
            name="approving_meeting",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="approved_minutes",
                to="meetings.meeting",
            ),
        ),
        migrations.AddField(
            model_name="minutes",
            name="corrections_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="minutes",
            name="short_time_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "state__in",
                            [
                                policyhub.minutes.rules.MinutesState["APPROVED"],
                                policyhub.minutes.rules.MinutesState["PUBLISHED"],
                            ],
                        ),
                        _negated=True,
                    ),
                    ("approved_at__isnull", False),
                    _connector="OR",
                ),
                name="minutes_approved_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approving_meeting__isnull", True), ("approved_at__isnull", False), _connector="OR"
                ),
                name="minutes_approving_meeting_approved",
            ),
        ),
    ]
