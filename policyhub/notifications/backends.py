"""Where mail goes while no mail server is set: into the database, to be read on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from policyhub.notifications.models import KeptMail
from policyhub.record.queries import now


class KeepInDatabase(BaseEmailBackend):
    """Keeps each mail as it would have been sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            KeptMail.objects.create(
                recipients=", ".join(mail.recipients()),
                subject=str(mail.subject),
                body=str(mail.body),
                source=mail.message().as_string(),
                kept_at=now(),
            )
        return len(email_messages)
