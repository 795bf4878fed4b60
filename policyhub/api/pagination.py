"""Lists come in pages, newest choices of order made by each list, never by the caller."""

from __future__ import annotations

import re

from rest_framework.exceptions import ParseError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

FARTHEST = 10**9
LIMIT = "limit says how many things a page holds: a whole number from 1 on. No page holds more than 200."
OFFSET = f"offset says how many things are skipped: a whole number from 0 to {FARTHEST:,}."


class Pages(LimitOffsetPagination):
    """`?limit=` up to 200 and `?offset=`; 400 for what is no such number."""

    default_limit = 50
    max_limit = 200

    def get_limit(self, request: Request) -> int:
        """How many a page holds: 50 unless told, never more than 200."""
        return min(_number(request, "limit", self.default_limit, least=1, otherwise=LIMIT), self.max_limit)

    def get_offset(self, request: Request) -> int:
        """How many are skipped: none unless told."""
        return _number(request, "offset", 0, least=0, otherwise=OFFSET)


def _number(request: Request, name: str, default: int, *, least: int, otherwise: str) -> int:
    said = request.query_params.get(name)
    if said is None:
        return default
    if not re.fullmatch("[0-9]{1,10}", said) or not least <= int(said) <= FARTHEST:
        raise ParseError(otherwise)
    return int(said)
