"""How a GET shows things: one by its address or a page of them, with an ETag, readable without an account."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.cache import get_conditional_response
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

Found = TypeVar("Found", bound=Model)


def one(rows: QuerySet[Found]) -> Found:
    """The one row, or 404."""
    found = rows.first()
    if found is None:
        raise Http404
    return found


class Reading:
    """Adds the ETag of what is shown and answers 304 when the reader has it."""

    def finalize_response(self, request: Request, response: Response, *arguments: Any, **named: Any) -> Response:
        final: Response = super().finalize_response(request, response, *arguments, **named)  # type: ignore[misc]
        if request.method not in {"GET", "HEAD"} or response.status_code != 200:
            return final
        data = json.dumps(response.data, sort_keys=True, default=str).encode()
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        final["ETag"] = etag
        return cast(Response, get_conditional_response(request._request, etag=etag, response=final))


class ListOf(Reading, generics.ListAPIView[Any]):
    """A page of things; a subclass gives `get_queryset` and `serializer_class`."""

    permission_classes: ClassVar[list[type[AllowAny]]] = [AllowAny]  # type: ignore[misc]


class OneOf(Reading, generics.RetrieveAPIView[Any]):
    """One thing; a subclass gives `get_object` and `serializer_class`."""

    permission_classes: ClassVar[list[type[AllowAny]]] = [AllowAny]  # type: ignore[misc]


class Out(serializers.ModelSerializer[Any]):
    """What is shown of a row: fields are always listed by name."""
