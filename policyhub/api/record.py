"""The public record over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from policyhub.api.acting import EntryOut
from policyhub.api.reading import ListOf, OneOf, Reading, one
from policyhub.record import queries
from policyhub.record.models import Entry


class Narrowing(serializers.Serializer[Any]):
    """What a reader asks for of the entries."""

    process = serializers.CharField(required=False)
    subject = serializers.CharField(required=False)
    kind = serializers.CharField(required=False)


@extend_schema_view(get=extend_schema(parameters=[Narrowing]))
class Entries(ListOf):
    """Every entry, oldest first; `?process=`, `?subject=` and `?kind=` narrow the list."""

    serializer_class = EntryOut

    def get_queryset(self) -> QuerySet[Entry]:
        wanted = Narrowing(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        return Entry.objects.filter(**wanted.validated_data).order_by("index")


class OneEntry(OneOf):
    """One entry by its index."""

    serializer_class = EntryOut

    def get_object(self) -> Entry:
        return one(Entry.objects.filter(index=self.kwargs["index"]))


class HeadOut(serializers.Serializer[dict[str, object]]):
    size = serializers.IntegerField()
    root = serializers.CharField()  # type: ignore[assignment]


class HeadOfRecord(Reading, APIView):
    """The record's size and Merkle root now."""

    permission_classes = (AllowAny,)
    serializer_class = HeadOut

    def get(self, request: Request) -> Response:
        size = queries.size()
        return Response(HeadOut({"size": size, "root": f"sha256:{queries.root_at(size).hex()}"}).data)


ROUTES = [
    path("record/", HeadOfRecord.as_view()),
    path("record/entries/", Entries.as_view()),
    path("record/entries/<int:index>/", OneEntry.as_view()),
]
