"""The public record over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from policyhub.accounts.models import User
from policyhub.api.acting import EntryOut
from policyhub.api.reading import ListOf, OneOf, Out, Reading, one
from policyhub.insight.receipts import receipts_of
from policyhub.record import queries
from policyhub.record.models import Entry, SignedCheckpoint
from policyhub.record.proofs import Node, consistency_proof, inclusion_proof, root_of_range
from policyhub.record.receipts import Receipt

LARGEST = 2**53 - 1


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


class CheckpointOut(Out):
    root = serializers.CharField(source="root_text")  # type: ignore[assignment]

    class Meta:
        model = SignedCheckpoint
        fields = ("size", "root", "note", "vkey", "signed_at")


class Checkpoints(ListOf):
    """Every signed checkpoint, newest first."""

    serializer_class = CheckpointOut

    def get_queryset(self) -> QuerySet[SignedCheckpoint]:
        return SignedCheckpoint.objects.order_by("-size")


class InclusionIn(serializers.Serializer[Any]):
    index = serializers.IntegerField(min_value=0, max_value=LARGEST)
    size = serializers.IntegerField(min_value=1, max_value=LARGEST)


class ConsistencyIn(serializers.Serializer[Any]):
    old = serializers.IntegerField(min_value=1, max_value=LARGEST)
    new = serializers.IntegerField(min_value=1, max_value=LARGEST)


class ProofOut(serializers.Serializer[dict[str, object]]):
    """The hashes of a proof (RFC 9162), in hexadecimal, with the roots that it leads to."""

    hashes = serializers.ListField(child=serializers.CharField())
    roots = serializers.DictField(child=serializers.CharField(), help_text="The root at each size that was asked for.")


class Inclusion(Reading, APIView):
    """The proof that the entry at `index` stands under the root over `size` entries."""

    permission_classes = (AllowAny,)
    serializer_class = ProofOut

    @extend_schema(parameters=[InclusionIn])
    def get(self, request: Request) -> Response:
        asked = InclusionIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        index, size = asked.validated_data["index"], asked.validated_data["size"]
        return _proof(lambda node: inclusion_proof(index, size, node), size)


class Consistency(Reading, APIView):
    """The proof that the record of `new` entries begins with the one of `old`."""

    permission_classes = (AllowAny,)
    serializer_class = ProofOut

    @extend_schema(parameters=[ConsistencyIn])
    def get(self, request: Request) -> Response:
        asked = ConsistencyIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        old, new = asked.validated_data["old"], asked.validated_data["new"]
        return _proof(lambda node: consistency_proof(old, new, node), old, new)


def _proof(make: Callable[[Node], list[bytes]], *sizes: int) -> Response:
    """The proof with the roots at these sizes; 400 when the record does not hold what is asked for."""
    if max(sizes) > (held := queries.size()):
        raise exceptions.ParseError(f"The record holds {held} entries: ask for a size up to that.")
    node = queries.tiles().node
    try:
        hashes = [each.hex() for each in make(node)]
    except ValueError as error:
        raise exceptions.ParseError(f"There is no such proof: {error}.") from None
    roots = {str(each): root_of_range(0, each, node).hex() for each in sizes}
    return Response(ProofOut({"hashes": hashes, "roots": roots}).data)


class Naming(ListOf):
    """The entries that name a text or file by its hash (64 hexadecimal digits), oldest first."""

    serializer_class = EntryOut

    def get_queryset(self) -> QuerySet[Entry]:
        return queries.naming(f"sha256:{self.kwargs['digest']}")


class ReceiptOut(serializers.Serializer[Any]):
    """What a person keeps of an entry; `proof` is null until the entry is signed."""

    origin = serializers.CharField()
    index = serializers.IntegerField()
    leaf_hash = serializers.CharField(source="hash_text")
    leaf = serializers.CharField()
    proof = serializers.CharField(allow_null=True)


class OneReceipt(OneOf):
    """The receipt of one entry."""

    serializer_class = ReceiptOut

    def get_object(self) -> Receipt:
        return queries.receipt_of(one(Entry.objects.filter(index=self.kwargs["index"])))


class Receipts(ListOf):
    """What was recorded in the caller's name, or for organizations while they spoke for them; nothing of nobody's."""

    serializer_class = EntryOut

    def get_queryset(self) -> QuerySet[Entry]:
        user = self.request.user
        indexes = [entry.index for entry in receipts_of(user)] if isinstance(user, User) else []
        return Entry.objects.filter(index__in=indexes).order_by("-index")


ROUTES = [
    path("receipts/", Receipts.as_view()),
    path("record/hashes/<slug:digest>/", Naming.as_view()),
    path("record/entries/<int:index>/receipt/", OneReceipt.as_view()),
    path("record/checkpoints/", Checkpoints.as_view()),
    path("record/proofs/inclusion/", Inclusion.as_view()),
    path("record/proofs/consistency/", Consistency.as_view()),
    path("record/", HeadOfRecord.as_view()),
    path("record/entries/", Entries.as_view()),
    path("record/entries/<int:index>/", OneEntry.as_view()),
]
