"""Straw polls, calls and ballots, what each answer means, sealed and entered positions."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from policyhub.record.guards import fixed


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0007_one_position_for_each_voice"),
        ("drafting", "0005_groups"),
        ("participation", "0017_terms_of_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Option",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stance",
                    models.CharField(
                        choices=[
                            ("endorse", "endorse"),
                            ("support", "support"),
                            ("accept", "accept"),
                            ("defer", "defer"),
                            ("object", "object"),
                            ("abstain", "abstain"),
                            ("recuse", "recuse"),
                        ],
                        max_length=10,
                    ),
                ),
                ("meaning", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="SealedPosition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("commitment", models.CharField(max_length=71)),
                ("reason", models.TextField(blank=True)),
                ("cure", models.TextField(blank=True)),
                ("cast_at", models.DateTimeField()),
                ("entry_index", models.BigIntegerField()),
                ("is_opened", models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="position",
            name="objection_has_reason",
        ),
        migrations.AddField(
            model_name="call",
            name="asking",
            field=models.CharField(
                choices=[("straw_poll", "straw poll"), ("consensus", "consensus"), ("ballot", "ballot")],
                default="consensus",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="is_sealed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="call",
            name="recirculates",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recirculated_by",
                to="decisions.call",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="resumed_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="call",
            name="void_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="position",
            name="means",
            field=models.CharField(
                choices=[("itself", "itself"), ("paper", "paper"), ("roll_call", "roll call")],
                default="itself",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="position",
            name="note",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="call",
            name="rule",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="call",
            name="state",
            field=models.CharField(
                choices=[
                    ("opened", "opened"),
                    ("suspended", "suspended"),
                    ("closed", "closed"),
                    ("determined", "determined"),
                    ("void", "void"),
                ],
                default="opened",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recirculates__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="call_recirculated_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "void"), _negated=True),
                    models.Q(("void_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="call_void_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asking", "straw_poll"), ("rule__isnull", True)),
                    models.Q(
                        models.Q(("asking", "straw_poll"), _negated=True),
                        ("rule__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="call_has_rule_unless_poll",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("means", "itself"),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="position_entered_has_note",
            ),
        ),
        migrations.AddField(
            model_name="option",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="options", to="decisions.call"
            ),
        ),
        migrations.AddField(
            model_name="sealedposition",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sealed", to="decisions.call"
            ),
        ),
        migrations.AddField(
            model_name="sealedposition",
            name="cast_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sealedposition",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participation.organization"
            ),
        ),
        migrations.AddField(
            model_name="sealedposition",
            name="voice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participation.organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.UniqueConstraint(fields=("call", "stance"), name="option_once_in_call"),
        ),
        migrations.AddConstraint(
            model_name="sealedposition",
            constraint=models.UniqueConstraint(fields=("call", "voice"), name="one_sealed_position_for_each_voice"),
        ),
        *fixed(["decisions_option"]),
    ]
