"""Statements, who signed them, and the answers to those that ask for something."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from policyhub.core.canonical import moment
from policyhub.participation.models.choices import choices
from policyhub.participation.models.processes import Process
from policyhub.participation.models.seats import Organization, Participation
from policyhub.participation.rules import (
    AnswerCode,
    StatementKind,
    signing_hash,
)


class Statement(models.Model):
    """A text that organizations sign. Until it is published only its signatories and those asked can see it."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=choices(StatementKind))
    about = models.CharField(max_length=160, blank=True, help_text="The subject of what it is about, if of anything.")
    title = models.CharField(max_length=200)
    text = models.TextField()
    tree = models.JSONField()
    text_hash = models.CharField(max_length=71)
    is_permanent = models.BooleanField(default=True)
    return_condition = models.TextField(blank=True)
    effective_at = models.DateTimeField(null=True, help_text="When those who sign leave; empty: at publication.")
    author = models.ForeignKey(Participation, models.PROTECT, related_name="statements_begun")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="statement_number_once")]

    @property
    def subject(self) -> str:
        return f"statement/{self.process.slug}/{self.number}"

    @property
    def word(self) -> str:
        return StatementKind(self.kind).word

    @property
    def signing_hash(self) -> str:
        """What a signer names: a hash over the text and, of a withdrawal, its terms."""
        return signing_hash(
            self.text_hash,
            is_permanent=self.is_permanent,
            return_condition=self.return_condition,
            effective_at=moment(self.effective_at) if self.effective_at is not None else None,
        )


class Signature(models.Model):
    """An organization's place under a statement: asked, then signed or declined.

    `participation` is its seat, also one that was left; of an organization that never sat there is none, and
    `invited` is whom the author asked to sign for it.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="signatures")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="signatures")
    participation = models.ForeignKey(Participation, models.PROTECT, null=True, related_name="signatures")
    invited = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    is_reported = models.BooleanField(default=False, help_text="Told of by an archive; nobody signed it here.")
    asked_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "organization"], name="signature_once"),
            models.CheckConstraint(
                condition=Q(is_reported=True)
                | Q(participation__isnull=True, invited__isnull=False)
                | Q(participation__isnull=False, invited__isnull=True),
                name="signature_by_seat_or_by_invitation",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(declined_at__isnull=True), name="signature_one_answer"
            ),
            models.CheckConstraint(
                condition=Q(is_reported=True) | Q(signed_at__isnull=True) | Q(signer__isnull=False),
                name="signature_has_signer",
            ),
        ]


class Answer(models.Model):
    """What the chair or the convener says to a statement that asks for something, and why."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="answer")
    code = models.CharField(max_length=20, choices=choices(AnswerCode))
    reason = models.TextField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="answer_has_reason")]
