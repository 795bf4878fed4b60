"""Lists come in pages, newest choices of order made by each list, never by the caller."""

from __future__ import annotations

from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    """`?limit=` up to 200 and `?offset=`."""

    default_limit = 50
    max_limit = 200
