"""What was recorded in somebody's name: by them, or for an organization while they spoke for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from policyhub.accounts.models import User
from policyhub.participation.models import Representative
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry, Secret
from policyhub.record.queries import naming

# What people rely on having said.
RECEIPTED = (
    Kind.POSITION_CAST,
    Kind.OBJECTION_LIFTED,
    Kind.COMMENT_MADE,
    Kind.STATEMENT_PUBLISHED,
    Kind.STATEMENT_SIGNED,
    Kind.ORGANIZATION_WITHDRAWN,
    Kind.REQUIREMENT_DECLARED,
    Kind.REQUIREMENT_MARKED,
)


def receipts_of(user: User) -> list[Entry]:
    """The entries that a person has a receipt of, newest first."""
    spells = _spells(user)
    own = set(Secret.objects.filter(person=user.pk).values_list("commit", flat=True))
    rows = Entry.objects.of_kinds(*RECEIPTED).filter(_in_any(spells) | Q(index__in=naming(*own).values("index")))
    return [
        entry
        for entry in rows.order_by("-index").iterator()
        if entry.actor["person"] in own or any(each.covers(entry) for each in spells)
    ]


@dataclass(frozen=True)
class Spell:
    """A time in which a person spoke for an organization in a process; `until` is None while they still do."""

    process: str
    organization: str
    since: datetime
    until: datetime | None

    def within(self) -> Q:
        """What was recorded in the process in that time, for whomever: the columns do not tell for whom."""
        of_process = Q(process=self.process)
        told, not_told = Q(told_at__gte=self.since), Q(told_at=None, recorded_at__gte=self.since)
        if self.until is not None:
            told, not_told = told & Q(told_at__lt=self.until), not_told & Q(recorded_at__lt=self.until)
        return of_process & (told | not_told)

    def covers(self, entry: Entry) -> bool:
        """Whether the entry was written for that organization in that time."""
        if (entry.process, entry.actor["org"]) != (self.process, self.organization):
            return False
        return self.since <= entry.occurred_at and (self.until is None or entry.occurred_at < self.until)


def _in_any(spells: list[Spell]) -> Q:
    return reduce(or_, (each.within() for each in spells), Q(index=None))


def _spells(user: User) -> list[Spell]:
    rows = Representative.objects.filter(user=user).values_list(
        "participation__process__slug", "participation__organization__slug", "since", "until"
    )
    return [Spell(*row) for row in rows]
