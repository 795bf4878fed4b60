"""The shapes of what people say about meetings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from policyhub.accounts.models import User
from policyhub.drafting.models import Version
from policyhub.meetings.acts import Matter, NoticeTerms
from policyhub.meetings.acts.agenda import MOST
from policyhub.meetings.models import Meeting
from policyhub.meetings.queries import PRESIDING, days_required, staff
from policyhub.meetings.rules import Coming, MeetingKind, days_ahead
from policyhub.participation.models import Group, Process
from policyhub.participation.queries import admitted, groups
from policyhub.participation.rules import StaffFunction
from policyhub.record.queries import now
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import options
from policyhub.web.forms.times import LocalTime

NOTICE = ("title", "kind", "group", "starts_at", "ends_at")
FIRST_ROWS, MORE_ROWS = 8, 6


class Words(forms.CharField):
    """A few lines of prose. `is_needed`: whether they can be left out depends on the rest, and the hint says how."""

    def __init__(self, *, rows: int = 3, is_needed: bool = False, **named: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **named)
        self.is_needed = is_needed


class GiveNotice(ActForm):
    title = forms.CharField(max_length=200, label="What the meeting is called")
    kind = forms.TypedChoiceField(
        choices=options(MeetingKind), coerce=MeetingKind, widget=forms.RadioSelect, label="How people meet"
    )
    group = forms.ModelChoiceField(
        queryset=Group.objects.none(), required=False, empty_label="The whole table", label="Who meets"
    )
    starts_at = LocalTime(label="Starts")
    ends_at = LocalTime(label="Ends")
    purpose = Words(label="Purpose", help_text="What it is for, in words for everybody.")
    decides = forms.TypedChoiceField(
        choices=[("no", "No decision will be taken"), ("yes", "Decisions may be taken")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label="Decisions",
    )
    is_open = forms.BooleanField(required=False, initial=True, label="Everybody may come and listen")
    place = Words(rows=2, required=False, is_needed=True, label="Place", help_text="Needed when people meet in person.")
    connection = Words(
        rows=2,
        required=False,
        is_needed=True,
        label="Connection",
        help_text="Needed for a call or an online meeting.",
    )
    registration = Words(rows=2, required=False, label="Registration", help_text="If one must register, how.")
    how_to_comment = Words(rows=2, label="How to comment", help_text="In writing and at the meeting.")
    accessibility = Words(rows=2, required=False, label="Accessibility", help_text="What there is, and how to ask.")
    contact = Words(rows=2, label="Contact")
    short_notice_reason = Words(
        required=False, label="Why it cannot wait", help_text="Only when the notice is shorter than the charter asks."
    )

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["group"].queryset = groups(process).filter(closed_at=None)  # type: ignore[attr-defined]
        self.process = process
        for name in ("starts_at", "ends_at"):
            self.fields[name].read_in(process.timezone)  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        said = dict(super().said)
        return {**{name: said.pop(name) for name in NOTICE}, "terms": NoticeTerms(**said)}

    @property
    def days_given(self) -> int | None:
        """How many days of notice what was typed would give now; None while there is no time to count to."""
        starts_at = getattr(self, "cleaned_data", {}).get("starts_at")
        at = now()
        return days_ahead(at, starts_at, self.process.timezone) if starts_at and starts_at > at else None

    @property
    def days_required(self) -> int:
        """How many the charter asks for."""
        return days_required(self.process)


class MatterFields(NamedTuple):
    """The fields of one matter on the page."""

    place: int
    title: BoundField
    version: BoundField
    note: BoundField


class PublishAgenda(ActForm):
    """Several matters side by side; a button adds lines and stores nothing. Empty lines are left out."""

    count = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST)

    def __init__(self, data: Any = None, *, process: Process, **named: Any) -> None:
        self.wants_more = data is not None and "more" in data
        self.shown = _shown(data, self.wants_more)
        super().__init__(None if data is None else {**data.dict(), "count": str(self.shown)}, **named)
        self.fields["count"].initial = self.shown
        versions = Version.objects.filter(document__process=process).select_related("document")
        for place in range(1, self.shown + 1):
            self.fields |= {
                f"{place}-title": forms.CharField(max_length=200, required=False, label="Matter"),
                f"{place}-version": forms.ModelChoiceField(
                    versions.order_by("document__title", "-number"), required=False, empty_label="No text", label="Text"
                ),
                f"{place}-note": forms.CharField(
                    widget=forms.Textarea(attrs={"rows": 2}), required=False, label="Note"
                ),
            }

    @property
    def rows(self) -> Iterator[MatterFields]:
        """The fields of each matter, in order."""
        for place in range(1, self.shown + 1):
            yield MatterFields(place, self[f"{place}-title"], self[f"{place}-version"], self[f"{place}-note"])

    @property
    def said(self) -> dict[str, Any]:
        rows = [self._row(place) for place in range(1, self.shown + 1)]
        return {"items": [Matter(**row) for row in rows if any(row.values())]}

    def clean(self) -> dict[str, Any]:
        for place in range(1, self.shown + 1):
            row = self._row(place)
            if any(row.values()) and not row["title"] and f"{place}-title" not in self.errors:
                self.add_error(f"{place}-title", f"Name matter {place}.")
        return self.cleaned_data

    def _row(self, place: int) -> dict[str, Any]:
        return {name: self.cleaned_data.get(f"{place}-{name}") or None for name in ("title", "version")} | {
            "note": self.cleaned_data.get(f"{place}-note", "")
        }


class OpenMeeting(ActForm):
    presiding = forms.ModelChoiceField(queryset=None, empty_label=None, label="Who presides")  # type: ignore[var-annotated]
    secretary = forms.ModelChoiceField(queryset=None, empty_label=None, label="Who keeps the minutes")  # type: ignore[var-annotated]

    def __init__(self, *arguments: Any, meeting: Meeting, opener: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        process = meeting.process
        self.fields["presiding"].queryset = staff(process, *PRESIDING)  # type: ignore[attr-defined]
        self.fields["secretary"].queryset = staff(process)  # type: ignore[attr-defined]
        self.fields["presiding"].initial = opener
        self.fields["secretary"].initial = staff(process, StaffFunction.SECRETARY).first()


class RecordAttendance(ActForm):
    participation = forms.ModelChoiceField(queryset=None, empty_label=None, label="Organization")  # type: ignore[var-annotated]
    event = forms.TypedChoiceField(
        choices=options(Coming), coerce=Coming, widget=forms.RadioSelect, label="What happened"
    )
    occurred_at = LocalTime(required=False, label="When", help_text="Empty: now.")

    def __init__(self, *arguments: Any, meeting: Meeting, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["participation"].queryset = admitted(meeting.process)  # type: ignore[attr-defined]
        self.fields["participation"].label_from_instance = lambda seat: str(seat.organization)  # type: ignore[attr-defined]
        self.fields["occurred_at"].read_in(meeting.timezone)  # type: ignore[attr-defined]


def _shown(data: Any, wants_more: bool) -> int:
    count = data.get("count", "") if data is not None else ""
    shown = int(count) if re.fullmatch("[0-9]{1,3}", count) else FIRST_ROWS
    return max(1, min(shown + MORE_ROWS * wants_more, MOST))
