"""Editions over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path, reverse
from rest_framework import serializers

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.drafting.models import Document
from policyhub.publishing import acts, queries
from policyhub.publishing.models import Edition
from policyhub.record.models import Entry
from policyhub.record.queries import now


class EditionOut(Out):
    version = serializers.IntegerField(source="version.number")
    against = serializers.IntegerField(source="against.number", default=None)
    url = serializers.CharField(source="get_absolute_url")
    file = serializers.SerializerMethodField()

    class Meta:
        model = Edition
        fields = (
            "number",
            "version",
            "against",
            "language",
            "record_size",
            "record_root",
            "engine",
            "pinned_at",
            "published_at",
            "file_hash",
            "failure",
            "url",
            "file",
        )

    def get_file(self, edition: Edition) -> str | None:
        if edition.file_hash is None:
            return None
        return reverse("edition-file", args=[edition.document.slug, edition.number])


class Editions(ListOf):
    """The editions of a document, newest first."""

    serializer_class = EditionOut

    def get_queryset(self) -> QuerySet[Edition]:
        document = one(Document.objects.filter(slug=self.kwargs["document"]))
        return queries.editions().filter(document=document)


class OneEdition(OneOf):
    """One edition: being rendered until it has a file."""

    serializer_class = EditionOut

    def get_object(self) -> Edition:
        return one(queries.editions().filter(document__slug=self.kwargs["document"], number=self.kwargs["number"]))


class OrderIn(StrictSerializer):
    version = serializers.IntegerField()
    against = serializers.IntegerField(required=False, allow_null=True, default=None)


class OrderEdition(ActView):
    """Order an edition; the renderer makes and publishes it."""

    In = OrderIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        versions = one(Document.objects.filter(slug=names["document"])).versions.select_related("document__process")
        against = one(versions.filter(number=data["against"])) if data["against"] is not None else None
        version = one(versions.filter(number=data["version"]))
        return acts.pin_edition(actor=request.user, version=version, against=against, at=now())


ROUTES = [
    path("documents/<slug:document>/editions/", Editions.as_view()),
    path("documents/<slug:document>/editions/order/", OrderEdition.as_view()),
    path("documents/<slug:document>/editions/<int:number>/", OneEdition.as_view()),
]
