"""What organizations declare of themselves: whom they belong to, who funds them, what they have at stake."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from policyhub.participation.models.choices import choices
from policyhub.participation.models.processes import Process
from policyhub.participation.models.seats import Organization, Participation
from policyhub.participation.rules import Relation


class Affiliation(models.Model):
    """That an organization belongs to another, at the table or not: declared by itself, or found by the convener.

    Related organizations have one voice from the time at which it is confirmed; membership is shown and changes no
    count.
    """

    process = models.ForeignKey(Process, models.PROTECT, related_name="affiliations")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    to = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    relation = models.CharField(max_length=10, choices=choices(Relation))
    is_found = models.BooleanField(default=False, help_text="The convener found it; nobody declared it.")
    declared_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The other one, or none: the convener.",
    )
    reason = models.TextField(blank=True, help_text="Why the convener found or confirmed it.")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "organization", "to"], condition=Q(ended_at__isnull=True), name="affiliation_once"
            ),
            models.CheckConstraint(condition=~Q(organization=F("to")), name="affiliation_with_another"),
            models.CheckConstraint(
                condition=Q(is_found=False) | (Q(confirmed_at__isnull=False) & ~Q(reason="")),
                name="affiliation_found_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(relation=Relation.RELATED) | Q(confirmed_at__isnull=True),
                name="membership_is_not_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {'is a member of' if self.relation == Relation.MEMBER else 'belongs to'} {self.to}"

    @property
    def gives_one_voice(self) -> bool:
        return self.relation == Relation.RELATED and self.confirmed_at is not None and self.ended_at is None


class Profile(models.Model):
    """What an organization declares of itself in a process; another declaration is another row."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="profiles")
    about = models.TextField(blank=True)
    funding = models.TextField(blank=True)
    interests = models.TextField(blank=True)
    declared_at = models.DateTimeField()
