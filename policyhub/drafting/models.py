"""Documents, clauses with permanent ids, immutable versions, comments and their dispositions, marks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from policyhub.participation.models import Group, Organization, Participation, Process, Requirement


class Document(models.Model):
    """A text line with an owner; several may compete in a process."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="documents")
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(Participation, models.PROTECT, null=True, related_name="documents")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="documents")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(group__isnull=True), name="document_of_one_or_of_a_group"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"document/{self.slug}"


class Clause(models.Model):
    """The smallest separately decidable unit; its key stays the same in every version."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="clauses")
    key = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="clause_key_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def process_id(self) -> int:
        return self.document.process_id

    @property
    def subject(self) -> str:
        return f"clause/{self.document.slug}/{self.key}"


class Version(models.Model):
    """An immutable numbered snapshot of a document; every decision names one by its hash."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    text_hash = models.CharField(max_length=71)
    published_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.document}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("version", args=[self.document.slug, self.number])

    @property
    def subject(self) -> str:
        return f"document/{self.document.slug}"


class ClauseText(models.Model):
    """A clause as it reads in one version: Markdown, its neutral tree, its hash."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="texts")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="texts")
    position = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=20)
    heading = models.CharField(max_length=300)
    markdown = models.TextField()
    tree = models.JSONField()
    text_hash = models.CharField(max_length=71)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "clause"], name="clause_once_in_version"),
            models.UniqueConstraint(fields=["version", "position"], name="position_once_in_version"),
        ]


class Report(models.Model):
    """What a group tells the whole table, with the version that it wrote, if it wrote one."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="reports")
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="report_number_once")]


class Comment(models.Model):
    """A remark on one clause of one version; each gets a disposition and a reason."""

    class Type(models.TextChoices):
        GENERAL = "ge", "general"
        TECHNICAL = "te", "technical"
        EDITORIAL = "ed", "editorial"

    process = models.ForeignKey(Process, models.PROTECT, related_name="comments")
    number = models.PositiveIntegerField()
    text_on = models.ForeignKey(ClauseText, models.PROTECT, related_name="comments")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    type = models.CharField(max_length=2, choices=Type.choices)
    text = models.TextField()
    proposed = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="comment_number_once")]

    @property
    def subject(self) -> str:
        return f"comment/{self.process.slug}/{self.number}"


class Disposition(models.Model):
    """The answer to a comment: what was done with it and why."""

    class Code(models.TextChoices):
        ACCEPTED = "accepted"
        ACCEPTED_IN_PART = "accepted_in_part", "accepted in part"
        REJECTED = "rejected"
        NOTED = "noted"
        DEFERRED = "deferred"
        OUT_OF_SCOPE = "out_of_scope", "out of scope"

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="disposition")
    code = models.CharField(max_length=20, choices=Code.choices)
    reason = models.TextField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="disposition_has_reason")]


class Link(models.Model):
    """A clause that a requirement is about, as its holder sees it; when it changes, the holder is asked again."""

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="links")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="links")
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "clause"], condition=Q(ended_at__isnull=True), name="linked_once"
            )
        ]


class Mark(models.Model):
    """What the holder of a requirement says of one version: met, partly met or unmet. Never the system's word."""

    class Value(models.TextChoices):
        MET = "met"
        PARTLY = "partly_met", "partly met"
        UNMET = "unmet"

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="marks")
    version = models.ForeignKey(Version, models.PROTECT, related_name="marks")
    value = models.CharField(max_length=10, choices=Value.choices)
    note = models.TextField(blank=True)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["requirement", "version"], name="mark_once_for_version")]
