"""What insight keeps: when the tables were last compared with the record, and what came of it."""

from __future__ import annotations

from django.db import models

ONLY = 1


class LastComparison(models.Model):
    """The newest comparison of the tables with the record: one row, no entry. `since` is when they first disagreed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    compared_at = models.DateTimeField()
    entries = models.BigIntegerField()
    disagreements = models.BigIntegerField()
    listed = models.JSONField()
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=ONLY), name="comparison_only_the_last"),
            models.CheckConstraint(
                condition=models.Q(disagreements=0, since__isnull=True)
                | models.Q(disagreements__gt=0, since__isnull=False),
                name="comparison_disagrees_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disagreements} disagreements over {self.entries} entries"
