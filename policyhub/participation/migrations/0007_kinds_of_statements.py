"""Statements that ask for something get an answer; organizations outside the process can sign."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from policyhub.record.guards import fixed

KINDS = [
    ("withdrawal", "withdrawal"),
    ("joint", "joint"),
    ("minority", "minority"),
    ("complaint", "complaint"),
    ("scope_request", "scope request"),
    ("parking", "parking"),
]
CODES = [("granted", "granted"), ("granted_in_part", "granted in part"), ("refused", "refused")]
OF_SEATS = (
    "UPDATE participation_signature s SET organization_id = p.organization_id "
    "FROM participation_participation p WHERE p.id = s.participation_id"
)


class Migration(migrations.Migration):
    # Columns are filled and then made stricter, which PostgreSQL does not do in one transaction.
    atomic = False
    dependencies = [
        ("participation", "0006_redactable_texts"),
        ("record", "0009_a_queue_before_the_head"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField("statement", "kind", models.CharField(choices=KINDS, max_length=20)),
        migrations.AddField(
            "statement",
            "about",
            models.CharField(blank=True, help_text="The subject of what it is about, if of anything.", max_length=160),
        ),
        migrations.RemoveConstraint("signature", "signature_once"),
        migrations.AddField(
            "signature",
            "organization",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="participation.organization",
            ),
        ),
        migrations.RunSQL(OF_SEATS, migrations.RunSQL.noop),
        migrations.AlterField(
            "signature",
            "organization",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="participation.organization",
            ),
        ),
        migrations.AlterField(
            "signature",
            "participation",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="participation.participation",
            ),
        ),
        migrations.AddField(
            "signature",
            "invited",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "signature", models.UniqueConstraint(fields=["statement", "organization"], name="signature_once")
        ),
        migrations.AddConstraint(
            "signature",
            models.CheckConstraint(
                condition=models.Q(participation__isnull=True, invited__isnull=False)
                | models.Q(participation__isnull=False, invited__isnull=True),
                name="signature_by_seat_or_by_invitation",
            ),
        ),
        migrations.CreateModel(
            "Answer",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(choices=CODES, max_length=20)),
                ("reason", models.TextField()),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="participation.statement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="answer_has_reason")
                ]
            },
        ),
        *fixed(["participation_answer"]),
    ]
