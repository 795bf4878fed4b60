"""Calls on an exact text, what each answer means, the frozen roll, positions, objections, determinations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from policyhub.decisions.rules import NOUNS, Asking, CallState, Means, ObjectionState, Stance
from policyhub.drafting.models import Clause, ClauseText, Version
from policyhub.participation.models import InterestCategory, Organization, Participation, Process, choices
from policyhub.participation.rules import Treatment


class Call(models.Model):
    """The chair's dated question on an exact text with a closing time. Nothing of it changes while it is open.

    A straw poll has no rule: nothing is decided by it.
    """

    process = models.ForeignKey(Process, models.PROTECT, related_name="calls")
    number = models.PositiveSmallIntegerField()
    asking = models.CharField(max_length=12, choices=choices(Asking), default=Asking.CONSENSUS)
    question = models.CharField(max_length=300)
    version = models.ForeignKey(Version, models.PROTECT, related_name="calls")
    clause_text = models.ForeignKey(ClauseText, models.PROTECT, null=True, related_name="calls")
    text_hash = models.CharField(max_length=71)
    rule = models.JSONField(null=True)
    is_sealed = models.BooleanField(default=False)
    treatment = models.CharField(max_length=20, choices=choices(Treatment))
    balance = models.JSONField(null=True)
    roll_hash = models.CharField(max_length=71)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=choices(CallState), default=CallState.OPENED)
    suspended_reason = models.TextField(blank=True)
    resumed_reason = models.TextField(blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated_by")
    recirculates = models.ForeignKey("self", models.PROTECT, null=True, related_name="recirculated_by")
    reason = models.TextField(blank=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="call_number_once"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="call_closes_later"),
            models.CheckConstraint(
                condition=~Q(state=CallState.SUSPENDED) | ~Q(suspended_reason=""), name="call_suspended_has_reason"
            ),
            models.CheckConstraint(condition=Q(repeats__isnull=True) | ~Q(reason=""), name="call_repeated_has_reason"),
            models.CheckConstraint(
                condition=Q(recirculates__isnull=True) | ~Q(reason=""), name="call_recirculated_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=CallState.VOID) | ~Q(void_reason=""), name="call_void_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(asking=Asking.STRAW_POLL, rule__isnull=True)
                | ~Q(asking=Asking.STRAW_POLL) & Q(rule__isnull=False),
                name="call_has_rule_unless_poll",
            ),
        ]

    def __str__(self) -> str:
        return f"Call {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.process.slug, self.number])

    @property
    def subject(self) -> str:
        return f"call/{self.process.slug}/{self.number}"

    @property
    def is_poll(self) -> bool:
        """Whether nothing is decided by it."""
        return self.asking == Asking.STRAW_POLL

    @property
    def noun(self) -> str:
        """What people call it, inside a sentence."""
        return NOUNS[Asking(self.asking)]


class Option(models.Model):
    """An answer that a call offers, with what it means in this call."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="options")
    stance = models.CharField(max_length=10, choices=choices(Stance))
    meaning = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "stance"], name="option_once_in_call")]


class Seat(models.Model):
    """One organization on a call's frozen roll, with the category it had at opening.

    Related organizations have one voice, named after one of them; who stands alone is a voice of its own.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="roll")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="seats")
    category = models.ForeignKey(InterestCategory, models.PROTECT, related_name="+")
    voice = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "organization"], name="seat_once_on_roll")]

    @property
    def is_joined(self) -> bool:
        """Whether it speaks under another's name."""
        return self.voice_id != self.organization_id


class Position(models.Model):
    """An organization's stance on a call as it stands, for its voice; earlier ones stay on the record."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="positions")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="positions")
    voice = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    stance = models.CharField(max_length=10, choices=choices(Stance))
    reason = models.TextField(blank=True)
    cure = models.TextField(blank=True)
    means = models.CharField(max_length=10, choices=choices(Means), default=Means.ITSELF)
    note = models.TextField(blank=True)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()
    entry_index = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "voice"], name="one_position_for_each_voice"),
            models.CheckConstraint(condition=Q(means=Means.ITSELF) | ~Q(note=""), name="position_entered_has_note"),
        ]

    @property
    def is_entered(self) -> bool:
        """Whether the chair entered it for the organization."""
        return self.means != Means.ITSELF


class SealedPosition(models.Model):
    """An answer that nobody may know before its call closes: what the record was given, and the words beside it.

    Which answer it is stands in what opens the commitment, and nowhere else. When the call closes it becomes a
    position and its words go with it; what stays here says that it was sealed, and when.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="sealed")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    voice = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=71)
    reason = models.TextField(blank=True)
    cure = models.TextField(blank=True)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()
    entry_index = models.BigIntegerField()
    is_opened = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "voice"], name="one_sealed_position_for_each_voice")]


class Objection(models.Model):
    """A reasoned opposition; it outlives the call and its holder's departure."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="objections")
    number = models.PositiveSmallIntegerField()
    call = models.ForeignKey(Call, models.PROTECT, related_name="objections")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="objections")
    holder = models.ForeignKey(Organization, models.PROTECT, related_name="objections")
    state = models.CharField(max_length=30, choices=choices(ObjectionState), default=ObjectionState.RAISED)
    reason = models.TextField()
    cure = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    raised_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="objection_number_once"),
            models.UniqueConstraint(fields=["call", "holder"], name="objection_once_for_call"),
            models.CheckConstraint(condition=~Q(reason=""), name="objection_says_why"),
        ]

    @property
    def subject(self) -> str:
        return f"objection/{self.process.slug}/{self.number}"


class Determination(models.Model):
    """What the chair determined, in writing; the count beside it was computed by the call's rule."""

    call = models.OneToOneField(Call, models.PROTECT, related_name="determination")
    outcome = models.CharField(max_length=30)
    label = models.CharField(max_length=40, null=True)
    tally = models.JSONField()
    reasons = models.TextField()
    determined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    determined_at = models.DateTimeField()
