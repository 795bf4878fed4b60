"""Times as people write them: to the minute, on the clocks of a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

# Years that every time zone can count with.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class LocalTime(forms.DateTimeField):
    """A time to the minute on the clocks of a zone that the form sets."""

    def __init__(self, **named: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **named)
        self.zone = ZoneInfo("UTC")

    def read_in(self, timezone: str) -> None:
        """What is typed is read on the clocks of this zone, and the page says so."""
        self.zone = ZoneInfo(timezone)
        self.help_text = f"{self.help_text} In the time of {timezone}.".strip()

    def clean(self, value: Any) -> datetime | None:
        typed: datetime | None = super().clean(value)
        if typed is None:
            return None
        if not FIRST_YEAR <= typed.year <= LAST_YEAR:
            raise forms.ValidationError(f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.")
        local = typed.replace(tzinfo=self.zone)
        if local.astimezone(UTC).astimezone(self.zone).replace(tzinfo=UTC) != typed.replace(tzinfo=UTC):
            raise forms.ValidationError("The clocks are set forward over this time on that day. Choose another.")
        return local
