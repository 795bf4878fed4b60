"""What people are told: who follows what, the messages read off the record, mail kept where no server is set."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One mail to one address about one entry; told once, however often the record is read."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    entry_index = models.BigIntegerField()
    template = models.CharField(max_length=60)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    address = models.EmailField()
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_index", "address"], name="message_told_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="message_sent_has_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="message_due")]


class Subscription(models.Model):
    """A person follows a process by mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    process = models.ForeignKey("participation.Process", models.CASCADE, related_name="subscriptions")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "process"], name="subscription_once")]


class KeptMail(models.Model):
    """A mail kept in the database because no mail server is set."""

    recipients = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    source = models.TextField()
    kept_at = models.DateTimeField()
