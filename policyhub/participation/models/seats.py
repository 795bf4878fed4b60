"""Organizations, their seats, and who speaks for them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from policyhub.core.errors import Reason
from policyhub.participation.models.choices import choices
from policyhub.participation.models.processes import InterestCategory, Process
from policyhub.participation.rules import (
    OPEN_STATES,
    Mandate,
    ParticipationState,
    Standing,
)


class Organization(models.Model):
    """A legal entity: one voice in each process."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), "is_demo", name="organization_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"organization/{self.slug}"


class ParticipationQuerySet(models.QuerySet["Participation"]):
    """Filters that chain."""

    def active(self) -> ParticipationQuerySet:
        """Who sits at the table by the clock, whether or not a withdrawal that is due was written down."""
        stays = Q(leaves_at__isnull=True) | Q(leaves_at__gt=Now())
        return self.filter(stays, state=ParticipationState.ACTIVE)

    def voting(self) -> ParticipationQuerySet:
        """Those that take part with a vote, whether or not they sit now."""
        return self.filter(standing=Standing.VOTING)

    def ever_admitted(self) -> ParticipationQuerySet:
        return self.filter(admitted_at__isnull=False)


class Participation(models.Model):
    """An organization's seat in a process, from invitation to withdrawal; a return is a new row."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="participations")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="participations")
    category = models.ForeignKey(InterestCategory, models.PROTECT, related_name="participations")
    standing = models.CharField(max_length=10, choices=choices(Standing), default=Standing.VOTING)
    state = models.CharField(max_length=20, choices=choices(ParticipationState))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, help_text="When the second person approved the admission.")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    admitted_at = models.DateTimeField(null=True)
    leaves_at = models.DateTimeField(null=True, help_text="When a withdrawal that was announced takes effect.")
    withdrawn_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_reason = models.TextField(blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "organization"], condition=Q(state__in=OPEN_STATES), name="participation_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state=ParticipationState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=ParticipationState.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="participation_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state=ParticipationState.DECLINED, declined_at__isnull=False) & ~Q(declined_reason=""))
                | (~Q(state=ParticipationState.DECLINED) & Q(declined_at__isnull=True, declined_reason="")),
                name="participation_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ParticipationState.ACTIVE, ParticipationState.WITHDRAWN])
                | Q(admitted_at__isnull=False),
                name="participation_seated_was_admitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} in {self.process}"

    def sits_at(self, at: datetime) -> bool:
        """Whether it sits at the table then, of the times since it was admitted and before it left."""
        return self.state == ParticipationState.ACTIVE and (self.leaves_at is None or at < self.leaves_at)

    def unseated(self, at: datetime) -> Reason | None:
        """Why the organization cannot act then: it left, or is not admitted yet. None where it can."""
        if self.sits_at(at):
            return None
        return Reason("not_seated", f"{self.organization} does not sit at this table now.")

    def voiceless(self, at: datetime) -> Reason | None:
        """Why the organization cannot act then as one that has a vote; None where it can."""
        if self.standing == Standing.VOTING:
            return self.unseated(at)
        return Reason("no_vote", f"{self.organization} takes part as {self.standing}, without a vote.")


def held_now(prefix: str = "") -> Q:
    """The mandates that are held by the clock, whether or not the end of one that is due was written down.

    `prefix` leads to the representatives of a query, such as `representatives__`.
    """
    not_over = Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": Now()})
    return Q(**{f"{prefix}until__isnull": True}) & not_over


class Representative(models.Model):
    """A person sent by an organization to a process: to lead, to speak in the lead's place, or to observe."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="representatives")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates")
    mandate = models.CharField(max_length=12, choices=choices(Mandate))
    authority = models.TextField(blank=True, help_text="What gives it: a letter, a resolution, with its date.")
    since = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, help_text="When it ends by itself, as was said when it was given.")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | ~Q(mandate=Mandate.LEAD), name="lead_does_not_end_by_itself"
            ),
            models.UniqueConstraint(
                fields=["participation"], condition=Q(until__isnull=True, mandate=Mandate.LEAD), name="one_lead"
            ),
            models.UniqueConstraint(
                fields=["participation", "user"], condition=Q(until__isnull=True), name="representative_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="mandate_ends_later"
            ),
        ]
