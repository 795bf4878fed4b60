"""Whether who acted held, in the tables, the role that the entry says they acted in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from policyhub.accounts.models import User
from policyhub.insight.agreement.claims import Said
from policyhub.insight.agreement.comparing import Disagreement, differs
from policyhub.participation.models import Representative, StaffRole
from policyhub.participation.rules import Mandate, StaffFunction
from policyhub.record.kinds import Kind

# Roles that no row gives: anybody's, the clock's, and that of who signs for an organization outside the process.
OF_NOBODY = {"public", "system", "signatory"}
# No person stands behind them.
OF_NO_PERSON = {"system", "archivist"}
FUNCTIONS = {str(function) for function in StaffFunction}
MANDATES = {str(mandate) for mandate in Mandate}
# Between the end of a role and the writing of what its holder did just before.
LAG = timedelta(minutes=1)
# Who adds a point is called the convener and who writes minutes the secretary, whichever function they hold.
ANY_FUNCTION = {(Kind.POINT_ADDED, "convener")} | {
    (kind, "secretary") for kind in (Kind.MINUTES_DRAFTED, Kind.MINUTES_CIRCULATED, Kind.MEETING_CLOSED)
}
Term = tuple[str, str | None, datetime, datetime | None]


@dataclass
class Terms:
    """The functions and mandates of these people, by person and process: name, organization, since, until."""

    held: dict[tuple[int, str], list[Term]]

    def covers(self, said: Said, person: int, role: str) -> bool:
        """Whether the person held the role when they acted."""
        at, wanted = said.entry.occurred_at, _names(said, role)
        return any(
            name in wanted and organization in {None, said.org} and since <= at and (until is None or at <= until + LAG)
            for name, organization, since, until in self.held.get((person, said.process), ())
        )


def roles(batch: Sequence[Said]) -> Iterator[Disagreement]:
    """The entries whose actor held no such role then; those of erased people nobody can tell."""
    people = {person for said in batch if (person := said.person("actor")) is not None}
    terms, operators = _terms(people), set(User.objects.filter(pk__in=people, is_operator=True).values_list("pk"))
    for said in batch:
        role, person = str(said.entry.actor.get("role")), said.person("actor")
        if person is None or role in OF_NOBODY:
            if role in OF_NO_PERSON and said.entry.actor.get("person") is not None:
                yield differs(said.entry, "actor.person", "somebody", f"nobody acts as the {role}")
            continue
        held = (person,) in operators if role == "operator" else terms.covers(said, person, role)
        if not held:
            yield differs(said.entry, "actor.role", role, "no such role of who acted")


def _names(said: Said, role: str) -> set[str]:
    if role == "representative":
        return MANDATES
    if (said.entry.kind, role) in ANY_FUNCTION:
        return FUNCTIONS
    return {role}


def _terms(people: set[int]) -> Terms:
    held: dict[tuple[int, str], list[Term]] = defaultdict(list)
    for user, process, function, since, until in StaffRole.objects.filter(user__in=people).values_list(
        "user", "process__slug", "function", "since", "until"
    ):
        held[user, process].append((function, None, since, until))
    for user, process, organization, mandate, since, until in Representative.objects.filter(
        user__in=people
    ).values_list(
        *("user", "participation__process__slug", "participation__organization__slug", "mandate", "since", "until")
    ):
        held[user, process].append((mandate, organization, since, until))
    return Terms(held)
