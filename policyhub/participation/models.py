"""Processes, charters, staff, organizations, representatives, requirements, statements, withdrawals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from policyhub.participation.rules import (
    OPEN_STATES,
    Importance,
    Mandate,
    ParticipationState,
    ProcessState,
    StaffFunction,
    StatementKind,
    Treatment,
    signing_hash,
)


def choices(states: type) -> list[tuple[str, str]]:
    """Django's choices for an enumeration of states."""
    return [(state.value, state.value.replace("_", " ")) for state in states]  # type: ignore[attr-defined]


class Process(models.Model):
    """A convened effort with one stated goal, scope and charter."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    convener = models.CharField(max_length=200)
    timezone = models.CharField(max_length=60, default="UTC")
    state = models.CharField(max_length=20, choices=choices(ProcessState), default=ProcessState.ANNOUNCED)
    opened_at = models.DateTimeField()
    source_hash = models.CharField(max_length=71, null=True)
    told_until = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "processes"
        constraints = [
            models.CheckConstraint(
                condition=Q(told_until__isnull=True) | Q(source_hash__isnull=False), name="process_told_from_a_source"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("process", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"process/{self.slug}"

    @property
    def is_being_told(self) -> bool:
        """Whether acts in it are told from a file: from its opening until the file's last line."""
        return self.source_hash is not None and self.told_until is None

    @property
    def is_told(self) -> bool:
        return self.source_hash is not None


class InterestCategory(models.Model):
    """A class of similar viewpoint or effect (5 USC 562(5), "interest")."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="categories")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "interest categories"
        constraints = [models.UniqueConstraint(fields=["process", "slug"], name="category_once_in_process")]

    def __str__(self) -> str:
        return self.name


class Charter(models.Model):
    """The written rules of a process, adopted once for each version."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="charters")
    version = models.PositiveSmallIntegerField()
    scope = models.TextField()
    rule = models.JSONField()
    notice_days = models.PositiveSmallIntegerField()
    call_hours = models.PositiveSmallIntegerField(default=0)
    treatment = models.CharField(max_length=20, choices=choices(Treatment), default=Treatment.COUNT_AS_CAST)
    balance = models.JSONField(null=True)
    chair_may_be_party = models.BooleanField(default=False)
    adopted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "version"], name="charter_version_once")]


class StaffRole(models.Model):
    """A person's function in a process, from one time until another."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_roles")
    function = models.CharField(max_length=20, choices=choices(StaffFunction))
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "user", "function"], condition=Q(until__isnull=True), name="role_held_once"
            ),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="role_ends_later"),
        ]


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
        return self.filter(state=ParticipationState.ACTIVE)

    def ever_admitted(self) -> ParticipationQuerySet:
        return self.filter(admitted_at__isnull=False)


class Participation(models.Model):
    """An organization's seat in a process, from invitation to withdrawal; a return is a new row."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="participations")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="participations")
    category = models.ForeignKey(InterestCategory, models.PROTECT, related_name="participations")
    state = models.CharField(max_length=20, choices=choices(ParticipationState))
    asked_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True)
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


class Representative(models.Model):
    """A person sent by an organization to speak for it in a process."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="representatives")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates")
    mandate = models.CharField(max_length=12, choices=choices(Mandate))
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
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


class Point(models.Model):
    """One short proposition in a process's list: what requirements are about."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    proposition = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="point_number_once"),
            models.UniqueConstraint(fields=["process", "proposition"], name="point_once"),
        ]

    def __str__(self) -> str:
        return self.proposition

    @property
    def subject(self) -> str:
        return f"point/{self.process.slug}/{self.number}"


class Requirement(models.Model):
    """A declared minimum: without it the holder will not support the text, or will leave."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="requirements")
    process = models.ForeignKey(Process, models.PROTECT, related_name="requirements")
    number = models.PositiveSmallIntegerField()
    point = models.ForeignKey(Point, models.PROTECT, related_name="requirements")
    holds = models.BooleanField(help_text="Whether the proposition must hold, or must not.")
    importance = models.CharField(max_length=12, choices=choices(Importance))
    otherwise_leaves = models.BooleanField(default=False)
    text = models.TextField()
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="requirement_number_once"),
            models.UniqueConstraint(fields=["participation", "point"], name="requirement_point_once"),
        ]

    def __str__(self) -> str:
        return f"R{self.number}: {self.point} {'must' if self.holds else 'must not'} hold"

    @property
    def subject(self) -> str:
        return f"requirement/{self.process.slug}/{self.number}"


class Statement(models.Model):
    """A text that organizations sign. Until it is published only its signatories and those asked can see it."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=choices(StatementKind))
    title = models.CharField(max_length=200)
    text = models.TextField()
    tree = models.JSONField()
    text_hash = models.CharField(max_length=71)
    is_permanent = models.BooleanField(default=True)
    return_condition = models.TextField(blank=True)
    author = models.ForeignKey(Participation, models.PROTECT, related_name="statements_begun")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="statement_number_once")]

    @property
    def subject(self) -> str:
        return f"statement/{self.process.slug}/{self.number}"

    @property
    def signing_hash(self) -> str:
        """What a signer names: a hash over the text and, of a withdrawal, its terms."""
        return signing_hash(self.text_hash, is_permanent=self.is_permanent, return_condition=self.return_condition)


class Signature(models.Model):
    """An organization's place under a statement: asked, then signed or declined."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="signatures")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "participation"], name="signature_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(declined_at__isnull=True), name="signature_one_answer"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signer__isnull=False), name="signature_has_signer"
            ),
        ]


class Withdrawal(models.Model):
    """An organization's exit: written, dated, with its reasons. The convener records it, nobody approves it."""

    participation = models.OneToOneField(Participation, models.PROTECT, related_name="withdrawal")
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="withdrawals")
    reason = models.TextField()
    is_permanent = models.BooleanField(default=True)
    return_condition = models.TextField(blank=True)
    requirements = models.ManyToManyField(Requirement, related_name="withdrawals")
    effective_at = models.DateTimeField()
