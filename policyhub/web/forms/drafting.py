"""The shapes of what people write about documents, clauses, comments and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.db.models import TextChoices
from django.forms.boundfield import BoundField

from policyhub.core.errors import NotPossible
from policyhub.core.text import text_hash
from policyhub.drafting.importing import Plan, plan_import, read_markdown
from policyhub.drafting.models import ClauseText, Comment, Disposition, Document, Mark, Version
from policyhub.drafting.queries import find_newest_version
from policyhub.drafting.rules import MAX_CLAUSES, MAX_LEVEL, ClauseDraft, close_up, number_clauses
from policyhub.participation.models import Group, Participation
from policyhub.web.acting import ActForm

BLANK = ClauseDraft(None, 1, "", "")
LEVELS = [(str(level), "Main clause" if level == 1 else f"{level - 1} below") for level in range(1, MAX_LEVEL + 1)]
NOTE = "What changed and why, in a sentence or two. Everybody can read it."


def capitalized(values: type[TextChoices]) -> list[tuple[str, str]]:
    """The choices as they stand beside a radio button."""
    return [(value, str(label).capitalize()) for value, label in values.choices]


class Prose(forms.CharField):
    """Markdown as it was written: leading spaces mean something."""

    def __init__(self, *, rows: int = 8, **named: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=False, **named)


class Judged(forms.CharField):
    """Wanted as a rule; the act, which knows the clauses around it, judges whether it may be empty."""

    def validate(self, value: str) -> None:
        """Refuse nothing here."""


class OpenDocument(ActForm):
    title = forms.CharField(max_length=200, label="Title")
    slug = forms.SlugField(max_length=60, label="Address", help_text="Part of every link to it; it never changes.")
    line = forms.ChoiceField(widget=forms.RadioSelect, label="Whose text it is")

    def __init__(
        self, *arguments: Any, editor: bool, seat: Participation | None, groups: Sequence[Group], **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.seat, self.groups = seat, {str(group.number): group for group in groups}
        choices = [("own", "The process's own, written by its editor")] if editor else []
        if seat is not None:
            choices.append(("competing", f"A competing line of {seat.organization}"))
        choices += [(number, f"A text of the group {group}") for number, group in self.groups.items()]
        self.fields["line"].choices = choices  # type: ignore[attr-defined]
        self.fields["line"].initial = choices[0][0]

    @property
    def said(self) -> dict[str, Any]:
        said = dict(super().said)
        line = said.pop("line")
        return {**said, "owner": self.seat if line == "competing" else None, "group": self.groups.get(line)}


class ClauseFields(NamedTuple):
    """The fields of one clause on the page, with its place and its number."""

    place: int
    number: str
    key: BoundField
    level: BoundField
    heading: BoundField
    markdown: BoundField


class EditVersion(ActForm):
    """Every clause of a version to be, side by side; structure is edited by buttons that store nothing."""

    base_hash = forms.CharField(widget=forms.HiddenInput, required=False)
    count = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MAX_CLAUSES)
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Note", help_text=NOTE)

    def __init__(self, data: Any = None, *, document: Document, clauses: Sequence[ClauseDraft], **named: Any) -> None:
        super().__init__(data, **named)
        self.document = document
        self.clauses = list(clauses)
        self.fields["base_hash"].initial = _newest_hash(document)
        self.fields["count"].initial = len(self.clauses)
        for index, clause in enumerate(self.clauses):
            self._add(index, clause)

    @property
    def said(self) -> dict[str, Any]:
        return {
            "clauses": [self._written(index) for index in range(len(self.clauses))],
            "note": self.cleaned_data["note"],
            "base_hash": self.cleaned_data["base_hash"],
        }

    @property
    def rows(self) -> Iterator[ClauseFields]:
        """The fields of each clause, in order."""
        numbers = number_clauses(close_up([clause.level for clause in self.clauses]))
        for index, number in enumerate(numbers):
            names = ("key", "level", "heading", "markdown")
            yield ClauseFields(index, number, *(self[f"{index}-{name}"] for name in names))

    def refuse(self, refusal: NotPossible) -> None:
        """Say why; whoever learns here that there is a newer version may publish on top of it with the next click."""
        super().refuse(refusal)
        if any(reason.code == "text_changed" for reason in refusal.reasons):
            self.data = {**self.data.dict(), "base_hash": _newest_hash(self.document)}  # type: ignore[attr-defined]

    def _add(self, index: int, clause: ClauseDraft) -> None:
        rows = min(30, max(4, 2 + len(clause.markdown) // 70 + clause.markdown.count("\n")))
        written = forms.Textarea(attrs={"rows": rows})
        self.fields |= {
            f"{index}-key": forms.CharField(widget=forms.HiddenInput, required=False, initial=clause.key or ""),
            f"{index}-level": forms.TypedChoiceField(
                choices=LEVELS, coerce=int, initial=str(clause.level), label="Level"
            ),
            f"{index}-heading": Judged(initial=clause.heading, label="Heading"),
            f"{index}-markdown": Judged(widget=written, strip=False, initial=clause.markdown, label="Text"),
        }

    def _written(self, index: int) -> ClauseDraft:
        found = {name: self.cleaned_data[f"{index}-{name}"] for name in ("key", "level", "heading", "markdown")}
        return ClauseDraft(found["key"] or None, found["level"], found["heading"], found["markdown"])


def clauses_in(data: Mapping[str, str]) -> list[ClauseDraft]:
    """The clauses as somebody sent them, whatever they are worth, so that nothing typed is lost."""
    count = data.get("count", "")
    return [
        ClauseDraft(
            data.get(f"{index}-key") or None,
            _level(data.get(f"{index}-level", "")),
            data.get(f"{index}-heading", ""),
            data.get(f"{index}-markdown", ""),
        )
        for index in range(min(_whole(count), MAX_CLAUSES))
    ]


def _newest_hash(document: Document) -> str:
    newest = find_newest_version(document)
    return newest.text_hash if newest else ""


def _level(value: str) -> int:
    return max(1, min(_whole(value), MAX_LEVEL))


def _whole(value: str) -> int:
    return int(value) if re.fullmatch("[0-9]{1,4}", value) else 0


class ImportVersion(ActForm):
    """A Markdown text, shown as the clauses it would become; published only as it was shown."""

    file = forms.FileField(required=False, label="Markdown file", help_text="Or put the text into the field below.")
    markdown = Prose(rows=16, required=False, label="Markdown")
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Note", help_text=NOTE)
    base_hash = forms.CharField(widget=forms.HiddenInput, required=False)
    shown_hash = forms.CharField(widget=forms.HiddenInput, required=False)

    plan: Plan | None = None

    def __init__(self, *arguments: Any, document: Document, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.document = document
        self.fields["base_hash"].initial = _newest_hash(document)

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("markdown", "note", "base_hash")}

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody who has seen what becomes of exactly this text wants it published."""
        shown = self.data.get("shown_hash")
        return "publish" in self.data and self.is_valid() and shown == text_hash(self.cleaned_data["markdown"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        try:
            if said.get("file"):
                said["markdown"] = read_markdown(said["file"].name, said["file"].read())
            self.plan = plan_import(self.document, said.get("markdown", ""))
        except NotPossible as refusal:
            self.refuse(refusal)
        return said

    def show(self) -> None:
        """The page about to be rendered shows this text and what becomes of it, on top of the newest version."""
        text = self.cleaned_data.get("markdown") if self.plan else None
        if text is not None:
            seen = {"markdown": text, "shown_hash": text_hash(text), "base_hash": _newest_hash(self.document)}
            self.data = {**self.data.dict(), **seen}  # type: ignore[attr-defined]


class MakeComment(ActForm):
    type = forms.ChoiceField(choices=capitalized(Comment.Type), widget=forms.RadioSelect, initial="ge", label="Kind")
    text = Prose(label="Your comment", help_text="Everybody can read it, and it gets an answer with a reason.")
    proposed = Prose(rows=5, required=False, label="How the clause should read instead")
    read_hash = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, read: ClauseText, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["read_hash"].initial = read.text_hash


class AnswerComment(ActForm):
    code = forms.ChoiceField(choices=capitalized(Disposition.Code), widget=forms.RadioSelect, label="What became of it")
    reason = Prose(rows=5, label="Why", help_text="Everybody can read it. An answer is given once.")


class MarkRequirement(ActForm):
    value = forms.ChoiceField(choices=capitalized(Mark.Value), widget=forms.RadioSelect, label="In this version it is")
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Why")
    read_hash = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, read: Version, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["read_hash"].initial = read.text_hash
