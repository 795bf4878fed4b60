"""The comparison itself: every entry against the rows it is about, newest first, and every row against its entry."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.decisions.models import Objection
from policyhub.decisions.rules import ObjectionState
from policyhub.insight.agreement import (
    archives,
    belonging,
    deciding,
    gathering,
    printing,
    seats,
    sittings,
    speaking,
    voting,
)
from policyhub.insight.agreement.claims import UNKNOWN, Check, Claim, Key, Said, spelled
from policyhub.insight.places import ODD
from policyhub.record.kinds import Kind, find_kind
from policyhub.record.models import Entry

CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    **seats.CLAIMS,
    **belonging.CLAIMS,
    **gathering.CLAIMS,
    **speaking.CLAIMS,
    **sittings.CLAIMS,
    **deciding.CLAIMS,
    **voting.CLAIMS,
    **printing.CLAIMS,
    **archives.CLAIMS,
}
# What no row says: each with the reason.
UNCOMPARED: dict[tuple[Kind, str], str] = {
    (Kind.PERSON_ERASED, "commitments"): "the secrets behind them are gone; one that is left is found",
    **dict.fromkeys(
        ((Kind.KEY_ROTATED, field) for field in ("vkey", "previous", "signature", "until")),
        "a key hands over in the entry alone; the verifier checks its signature",
    ),
    **dict.fromkeys(
        ((Kind.LOG_STARTED, field) for field in ("vkey", "previous", "checkpoint", "reason")),
        "a record is started anew in the entry alone; those who kept checkpoints judge it",
    ),
    **dict.fromkeys(
        ((Kind.TEXT_REDACTED, field) for field in ("text_hash", "replaced_hash", "reason")),
        "the entries that named the text before are compared with what stands in its place",
    ),
    **dict.fromkeys(
        ((kind, "scope") for kind in (Kind.ORGANIZATION_WITHDRAWN, Kind.WITHDRAWAL_ANNOUNCED)),
        "there is one scope, the process; nothing else can be stored",
    ),
    **dict.fromkeys(
        ((kind, "replaces") for kind in (Kind.POSITION_CAST, Kind.POSITION_SEALED, Kind.POSITION_ENTERED)),
        "it names an earlier entry: the record itself says whether that is so",
    ),
    (Kind.CALL_SUSPENDED, "reason"): "the chair's words are compared, and what a changed text does follows from it",
    (Kind.CALL_SUSPENDED, "version"): "which version stopped a call follows from the versions, which are compared",
}
# How long an act may take from reading the clock to writing its entry; told acts are told to the microsecond.
AT_MOST = timedelta(days=1)
MOST_PLANTED = 1000


@dataclass(frozen=True)
class Disagreement:
    """Where an entry and the tables differ; `index` is None for a row that no entry made."""

    index: int | None
    field: str
    said: str
    found: str
    sentence: str

    def as_json(self) -> dict[str, object]:
        return {"entry": self.index, "field": self.field, "said": self.said, "found": self.found, "why": self.sentence}


@dataclass
class Pass:
    """One pass over the entries, newest first: what was seen on the way."""

    # What stands now in place of a text that was redacted, by its hash: another one's hash, or None for nothing.
    redacted: dict[str, str | None]
    settled: set[tuple[type[Any], Any, str]] = field(default_factory=set)
    counted: Counter[tuple[str, Key]] = field(default_factory=Counter)
    made: dict[type[Any], set[Any]] = field(default_factory=lambda: defaultdict(set))
    nameless: Counter[type[Any]] = field(default_factory=Counter)

    def compare(self, batch: list[Said]) -> Iterator[Disagreement]:
        """What differs for these entries, which are older than all before them."""
        wanted: list[tuple[Said, Claim, Key]] = []
        for said in batch:
            kind = find_kind(said.entry.kind)
            if kind is None:
                yield differs(said.entry, "type", said.entry.kind, "a kind that no act writes")
            for claim in CLAIMS.get(kind, ()) if kind else ():
                yield from self._look_up(said, claim, wanted)
        rows = _rows_of_all(wanted)
        for said, claim, key in wanted:
            yield from self._compare_row(said, claim, self._pick(claim, key, rows[claim].get(key, [])))

    def planted(self) -> Iterator[Disagreement]:
        """The rows that no entry made; as many are taken on trust as entries name somebody who was erased."""
        for claim in {each.rows.model: each for claims in CLAIMS.values() for each in claims if each.makes}.values():
            yield from self._planted(claim.rows.model, claim.noun, _all_made(claim.rows.model))
        rights = User.objects.filter(Q(may_convene=True) | Q(is_operator=True))
        self.made[User] = {pk for model, pk, group in self.settled if (model, group) == (User, "convening")}
        yield from self._answered_by_nobody()
        yield from self._planted(User, "right to convene or to operate of person", rights)

    def _look_up(self, said: Said, claim: Claim, wanted: list[tuple[Said, Claim, Key]]) -> Iterator[Disagreement]:
        try:
            if not claim.applies(said):
                return
            key = claim.key(said)
            if key is not None and (len(key) != len(claim.by) or not all(isinstance(each, str | int) for each in key)):
                raise LookupError(key)
        except ODD:
            yield differs(said.entry, "body", "something else than its kind does", f"no {claim.noun} of that name")
            return
        if key is None:
            self.nameless[claim.rows.model] += claim.makes or claim.rows.model is User
        else:
            wanted.append((said, claim, key))

    def _pick(self, claim: Claim, key: Key, rows: list[Any]) -> Any:
        """The row of this entry: of several, the next older one each time."""
        if claim.sequence is None:
            return rows[0] if rows else None
        place = self.counted[claim.sequence, key]
        self.counted[claim.sequence, key] += 1
        return rows[-1 - place] if place < len(rows) else None

    def _compare_row(self, said: Said, claim: Claim, row: Any) -> Iterator[Disagreement]:
        if row is None:
            yield differs(said.entry, "subject", said.entry.subject, f"no {claim.noun} for it")
            return
        if claim.makes:
            self.made[claim.rows.model].add(row.pk)
        open_checks = [check for check in claim.checks if not self._is_settled(claim, row, check)]
        for check in open_checks:
            yield from self._compare_field(said, row, check)
        for check in open_checks:
            if check.group is not None and _found(check, said, row) is not UNKNOWN:
                self.settled.add((claim.rows.model, row.pk, check.group))

    def _is_settled(self, claim: Claim, row: Any, check: Check) -> bool:
        """Whether a newer entry set this."""
        return check.group is not None and (claim.rows.model, row.pk, check.group) in self.settled

    def _compare_field(self, said: Said, row: Any, check: Check) -> Iterator[Disagreement]:
        try:
            stated = check.said(said)
            found = _found(check, said, row)
        except ODD:
            yield differs(said.entry, check.field, "nothing", "a field that its kind has")
            return
        if self._is_redacted(said, check, stated, found):
            return
        if check.field == "at":
            if problem := _other_time(said.entry, found):
                yield differs(said.entry, _time_field(said.entry), problem, found)
        elif found is not UNKNOWN and not _is_erased(said, check, stated) and stated != found:
            yield differs(said.entry, check.field, stated, found)

    def _is_redacted(self, said: Said, check: Check, stated: Any, found: Any) -> bool:
        if not self.redacted:
            return False
        of_text = [said.body.get(name) for name in ("text_hash", "clause_hash", "file_hash")]
        made_of_it = check.field in {"tree", "clause_hash", "bytes"} and (
            self.redacted.keys() & {each for each in of_text if isinstance(each, str)}
        )
        if made_of_it or not isinstance(stated, str) or stated not in self.redacted:
            return bool(made_of_it)
        return self.redacted[stated] in {None, found}

    def _answered_by_nobody(self) -> Iterator[Disagreement]:
        """The objections whose answer, in words or as a state, no entry gave."""
        quiet = [ObjectionState.RAISED, ObjectionState.LIFTED]
        for row in Objection.objects.select_related("process").exclude(answer="", state__in=quiet):
            said = {group for group in ("objection", "objection answer") if (Objection, row.pk, group) in self.settled}
            if "objection" not in said or "objection answer" not in said:
                sentence = f"The tables hold an answer to {row.subject}, which no entry gave."
                yield Disagreement(None, "answer", "nothing", spelled(row.answer), sentence)

    def _planted(self, model: type[Any], noun: str, rows: QuerySet[Any]) -> Iterator[Disagreement]:
        known = self.made[model]
        strange = [pk for pk in rows.order_by("-pk").values_list("pk", flat=True).iterator() if pk not in known]
        if len(strange) <= self.nameless[model]:
            return
        for pk in strange[:MOST_PLANTED]:
            yield Disagreement(None, noun, "nothing", str(pk), f"The tables hold {noun} {pk}, which no entry made.")


def _found(check: Check, said: Said, row: Any) -> Any:
    try:
        return check.found(row, said) if check.beside else check.found(row)
    except ObjectDoesNotExist:
        return "a row that is gone"


def _all_made(model: type[Any]) -> QuerySet[Any]:
    """The rows of a model that must have come from an act that left an entry."""
    rows: QuerySet[Any] = model._default_manager.all()
    for claim in (each for claims in CLAIMS.values() for each in claims):
        if claim.makes and claim.rows.model is model:
            # A row counts when some kind of entry can have made it: drafts of statements leave none.
            return claim.rows.select_related(None).prefetch_related(None)
    return rows


def _rows_of_all(wanted: list[tuple[Said, Claim, Key]]) -> dict[Claim, dict[Key, list[Any]]]:
    """The rows of each claim by key: one query for each."""
    keys: dict[Claim, set[Key]] = defaultdict(set)
    for _, claim, key in wanted:
        keys[claim].add(key)
    return {claim: _rows(claim, found) for claim, found in keys.items()}


def _rows(claim: Claim, keys: Iterable[Key]) -> dict[Key, list[Any]]:
    """The rows by key, oldest first."""
    columns = zip(claim.by, zip(*keys, strict=True), strict=True)
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in claim.rows.filter(**{f"{name}__in": set(values) for name, values in columns}).order_by(*claim.order):
        found[claim.key_of(row)].append(row)
    return found


def differs(entry: Entry, name: str, said: Any, found: Any) -> Disagreement:
    """The disagreement in words."""
    one, other = spelled(said), spelled(found)
    sentence = f"Entry {entry.index} ({entry.kind}) says of {name}: {one}. The tables say: {other}."
    return Disagreement(entry.index, name, one, other, sentence)


def _is_erased(said: Said, check: Check, stated: Any) -> bool:
    """Whether nobody can tell any more whom the entry commits to."""
    name = check.field.removeprefix("actor.")
    return stated is None and name in {"person", "presiding", "secretary"}


def _time_field(entry: Entry) -> str:
    return "told_at" if "told_at" in entry.body else "at"


def _other_time(entry: Entry, found: Any) -> str | None:
    """The entry's time when the row's is none that its act can have had."""
    told = entry.body.get("told_at")
    if not isinstance(found, datetime):
        return str(told or moment(entry.recorded_at))
    if told is not None:
        return None if moment(found) == told else str(told)
    fits = entry.recorded_at - AT_MOST <= found <= entry.recorded_at
    return None if fits else moment(entry.recorded_at)
