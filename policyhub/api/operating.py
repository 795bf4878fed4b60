"""What the operator does over the API: keys, and erasing people and the words that name them."""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework import serializers

from policyhub.accounts.announcing import announce
from policyhub.accounts.permissions import can_allow_convening, can_announce_keys
from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.reading import one
from policyhub.core.errors import require
from policyhub.notifications.erasing import erase_address
from policyhub.notifications.permissions import can_redact
from policyhub.notifications.redacting import redact_words
from policyhub.participation.models import Process
from policyhub.record.kinds import REDACTION_REASONS
from policyhub.record.models import Entry
from policyhub.record.queries import now


class KeyIn(StrictSerializer):
    announcement = serializers.CharField(
        max_length=4000, help_text="What sign_record --new-key or --start-anew printed, as one text."
    )


class AnnounceKey(ActView):
    """The record says by which key it is signed from now on."""

    In = KeyIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        require(can_announce_keys(request.user))
        return announce(actor=request.user, at=now(), **data)


class ErasureIn(StrictSerializer):
    email = serializers.EmailField()


class ErasePerson(ActView):
    """Somebody is erased at their request: entries that meant them name nobody."""

    In = ErasureIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        require(can_allow_convening(request.user))
        return erase_address(actor=request.user, at=now(), **data)


class RedactionIn(StrictSerializer):
    words = serializers.CharField(max_length=200, help_text="Exactly as they are written in the texts.")
    reason = serializers.ChoiceField(REDACTION_REASONS)


class RedactWords(ActView):
    """Words leave every text of the process, and the record says which texts lost them."""

    In = RedactionIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        require(can_redact(request.user))
        process = one(Process.objects.filter(slug=names["process"]))
        return redact_words(actor=request.user, process=process, at=now(), **data)


ROUTES = [
    path("processes/<slug:process>/redactions/", RedactWords.as_view()),
    path("record/keys/", AnnounceKey.as_view()),
    path("erasures/", ErasePerson.as_view()),
]
