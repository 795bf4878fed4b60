"""What the API reads from a body: JSON that is text and not nested without end, times that say where they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 32


class Body(JSONParser):
    """A JSON body; 400 for one that nests deeper than anything here is, or holds half of a character."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            found = super().parse(stream, media_type, parser_context)  # type: ignore[arg-type]
        except RecursionError:
            raise ParseError(_too_deep()) from None
        _check(found)
        return found


class Moment(serializers.DateTimeField):
    """A time with its offset from UTC: nobody guesses where a clock stands."""

    default_error_messages = {
        "naive": "Write the time with its offset from UTC, such as 2027-03-01T09:00:00+01:00 or 2027-03-01T08:00:00Z."
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """The time in UTC; refused when it does not say its offset."""
        if value.utcoffset() is None:
            self.fail("naive")
        aware: datetime = super().enforce_timezone(value)
        return aware


def _check(body: Any) -> None:
    """Return when the body can be read, looking at it level by level."""
    level = [body]
    for _ in range(DEEPEST):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return
    raise ParseError(_too_deep())


def _parts(value: Any) -> list[Any]:
    if isinstance(value, str) and not value.isascii():
        _check_characters(value)
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ParseError("The body holds half of a character (a lone surrogate). Send whole characters.") from None


def _too_deep() -> str:
    return f"The body nests deeper than {DEEPEST} levels. Send only the fields of the act."
