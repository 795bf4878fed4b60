"""How a POST performs an act: shape, key, one call, the entry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from policyhub.accounts.models import User
from policyhub.record.idempotency import perform_once
from policyhub.record.models import Entry

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="One key for each intended act."
)


class ActRequest(Request):
    """A request whose person is known."""

    user: User


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, so that nobody believes to have set what was ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)


class EntryOut(serializers.Serializer[Entry]):
    """An entry of the record: its place, its hash and its exact content."""

    index = serializers.IntegerField()
    hash = serializers.CharField(source="hash_text")
    kind = serializers.CharField()
    subject = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    content = serializers.JSONField()


class ProblemOut(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(required=False)
    reasons = serializers.ListField(child=serializers.JSONField(), required=False)
    errors = serializers.JSONField(required=False)  # type: ignore[assignment]


REFUSALS = {(code, "application/problem+json"): ProblemOut for code in (400, 401, 404, 409)}


class ActView(APIView):
    """One act behind one URL; a subclass names its input and calls the act."""

    permission_classes = (IsAuthenticated,)
    In: ClassVar[type[StrictSerializer]] = StrictSerializer

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        """The entry of the act; `names` are the parts of the URL."""
        raise NotImplementedError

    def post(self, request: ActRequest, **names: Any) -> Response:
        shaped = self.In(data=request.data)
        shaped.is_valid(raise_exception=True)
        entry = once(request, lambda: self.perform(request, shaped.validated_data, **names))
        return Response(EntryOut(entry).data, status=status.HTTP_201_CREATED, headers={"ETag": f'"{entry.hash_text}"'})

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        summary = (cls.__doc__ or "").strip().splitlines()[0] if cls.__doc__ else None
        documented = extend_schema(
            request=cls.In,
            responses={(201, "application/json"): EntryOut, **REFUSALS},
            parameters=[KEY],
            summary=summary,
        )
        cls.post = documented(_own(cls.post))  # type: ignore[method-assign]


def once(request: ActRequest, act: Callable[[], Entry]) -> Entry:
    """The act's entry, done once for each Idempotency-Key; 400 when the request carries none."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 1 <= len(key) <= 255:
        raise exceptions.ParseError("Send an Idempotency-Key header: 1 to 255 characters, new for each act.")
    return perform_once(principal=f"user/{request.user.pk}", key=key, request_hash=_request_hash(request), act=act)


def _request_hash(request: ActRequest) -> str:
    data = json.dumps(request.data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{request.method} {request.path}\n{data}".encode()).hexdigest()


def _own(method: Callable[..., Response]) -> Callable[..., Response]:
    def post(self: ActView, request: ActRequest, **names: Any) -> Response:
        return method(self, request, **names)

    return post
