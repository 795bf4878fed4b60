"""A lawful story of any length, in leaves: what a busy process would have written. Made anew, shipped nowhere."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from policyhub.core.canonical import canonical, dump, moment
from policyhub.record.replay.asking import hash_of_roll
from policyhub.rulebook import Ballot, Position, Seat, Stance, count_ballot, preset

if TYPE_CHECKING:
    from collections.abc import Iterator

Leaf = dict[str, Any]

PROCESS = "faces"
BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
PACE = timedelta(seconds=20)
RULE = "two-thirds-cast"
CATEGORIES = ("advocacy", "industry")


class Teller:
    """Writes one story: `organizations` at the table, and calls that each take so many positions before they close."""

    def __init__(self, *, organizations: int, positions: int, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._names = [f"organization-{number:03}" for number in range(organizations)]
        self._positions = positions
        self._counters: dict[str, int] = {}
        self._index = 0
        self._objections = 0
        self._at = BEGUN

    def tell(self) -> Iterator[Leaf]:
        """The entries in order, without end."""
        yield from self._beginning()
        number = 0
        while True:
            number += 1
            yield from self._call(number)

    def _beginning(self) -> Iterator[Leaf]:
        yield self._entry("operator.appointed", "site", "operator", {"person": self._commit()})
        yield self._entry("convening.allowed", "site", "operator", {"person": self._commit()})
        opened = {"title": "Faces", "convener": "An office", "summary_hash": self._hash(), "timezone": "UTC"}
        yield self._entry(
            "process.opened", f"process/{PROCESS}", "convener", {**opened, "source_hash": None, "reported_by": None}
        )
        for role in ("chair", "editor"):
            yield self._entry(
                "role.granted", f"process/{PROCESS}", "convener", {"role": role, "person": self._commit()}
            )
        yield self._entry("charter.adopted", f"process/{PROCESS}", "chair", self._charter())
        for place, name in enumerate(self._names):
            yield from self._joining(name, CATEGORIES[place % 2])
        yield self._entry("document.opened", "document/code", "editor", {"title": "Code", "owner": None, "group": None})
        self._text = self._hash()
        published = {"version": 1, "text_hash": self._text, "clauses": 12, "note_hash": None}
        yield self._entry("version.published", "document/code", "editor", published)

    def _charter(self) -> Leaf:
        return {
            "version": 1,
            "scope_hash": self._hash(),
            "categories": [{"slug": slug, "name": slug.title()} for slug in CATEGORIES],
            "rule": RULE,
            "notice_days": 15,
            "call_hours": 0,
            "treatment": "count_as_cast",
            "balance": None,
            "chair_may_be_party": False,
            "two_persons_admit": False,
            "ballot_rule": None,
            "sealed_calls": False,
            "appeal_days": 21,
        }

    def _joining(self, name: str, category: str) -> Iterator[Leaf]:
        subject = f"organization/{name}"
        asked = {"name": name.replace("-", " ").title(), "category": category, "standing": "voting"}
        yield self._entry("organization.invited", subject, "convener", asked)
        lead = {"role": "lead", "person": self._commit(), "authority_hash": None, "ends_at": None}
        yield self._entry("representative.named", subject, "convener", lead)
        place = {"category": category, "standing": "voting"}
        yield self._entry("organization.admitted", subject, "lead", place, org=name)

    def _call(self, number: int) -> Iterator[Leaf]:
        subject, said, objections = f"call/{PROCESS}/{number}", dict[str, tuple[str, int]](), dict[str, int]()
        closes = self._at + PACE * (2 * self._positions + 10)
        yield self._entry("call.opened", subject, "chair", self._question(number, closes))
        for _ in range(self._positions):
            name = self._random.choice(self._names)
            if name in objections or self._random.random() < 0.9:
                stance = "object" if name in objections else self._random.choice(("endorse", "support", "accept"))
            else:
                stance, self._objections = "object", self._objections + 1
                objections[name] = self._objections
            before = said.get(name)
            said[name] = stance, self._index
            yield self._entry("position.cast", subject, "lead", self._position(stance, name, before), org=name)
        self._at = max(self._at, closes)
        yield from self._ending(subject, said, objections)

    def _question(self, number: int, closes: datetime) -> Leaf:
        roll = {name: name for name in self._names}
        repeats = number - 1 or None
        return {
            "asking": "consensus",
            "question": "Can your organization accept this text?",
            "options": dict.fromkeys(Stance, self._text),
            "document": "code",
            "version": 1,
            "clause": None,
            "text_hash": self._text,
            "rule": RULE,
            "sealed": False,
            "treatment": "count_as_cast",
            "roll_hash": hash_of_roll(roll),
            "roll_size": len(roll),
            "opens_at": moment(self._at),
            "closes_at": moment(closes),
            "repeats": repeats,
            "recirculates": None,
            "reason_hash": self._hash() if repeats else None,
        }

    def _position(self, stance: str, name: str, before: tuple[str, int] | None) -> Leaf:
        # The same words each time: an objection that is only repeated is not raised anew.
        words = f"sha256:{name.encode().hex():0<64.64}" if stance == "object" else None
        replaces = before[1] if before else None
        return {
            "position": stance,
            "text_hash": self._text,
            "reason_hash": words,
            "cure_hash": None,
            "replaces": replaces,
        }

    def _ending(self, subject: str, said: dict[str, tuple[str, int]], objections: dict[str, int]) -> Iterator[Leaf]:
        counted = self._counted(said)
        same = {name: counted[name] for name in ("outcome", "label")}
        closed = {
            "positions": len(said),
            "roll_hash": hash_of_roll({name: name for name in self._names}),
            "counts": counted["counts"],
            "depends_on_withdrawal": False,
        }
        yield self._entry("call.closed", subject, "system", {**closed, **same})
        answer = {"accommodated": False, "reason_hash": self._hash()}
        for number in objections.values():
            yield self._entry("objection.answered", f"objection/{PROCESS}/{number}", "chair", answer)
        listed = [
            {"number": number, "holder": name, "state": "addressed_not_accommodated"}
            for name, number in objections.items()
        ]
        determined = {"designation": same["outcome"], "reasons_hash": self._hash(), "objections": listed}
        yield self._entry("call.determined", subject, "chair", {**same, **determined})

    def _counted(self, said: dict[str, tuple[str, int]]) -> dict[str, Any]:
        seats = tuple(Seat(name, CATEGORIES[place % 2]) for place, name in enumerate(self._names))
        positions = tuple(Position(name, Stance(stance)) for name, (stance, _) in said.items())
        return count_ballot(Ballot(rule=preset(RULE), roster=seats, positions=positions)).figures()

    def _entry(self, kind: str, subject: str, role: str, body: Leaf, *, org: str | None = None) -> Leaf:
        self._at += PACE
        self._index += 1
        self._counters[subject] = n = self._counters.get(subject, 0) + 1
        elsewhere = subject != "site" and not subject.startswith("process/")
        return {
            "actor": {"org": org, "person": None if role == "system" else self._commit(), "role": role},
            "at": moment(self._at),
            "body": {**body, "process": PROCESS} if elsewhere else body,
            "id": self._id(),
            "n": n,
            "subject": subject,
            "type": kind,
            "v": 1,
        }

    def _id(self) -> str:
        digits = (
            f"{int(self._at.timestamp() * 1000):012x}7{self._index % 0xFFF:03x}8{self._random.getrandbits(60):015x}"
        )
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def _hash(self) -> str:
        return f"sha256:{self._random.getrandbits(256):064x}"

    def _commit(self) -> str:
        return f"commit:{self._random.getrandbits(256):064x}"


def lawful_leaves(count: int, *, organizations: int = 40, positions: int = 200, seed: int = 0) -> Iterator[bytes]:
    """The first so many leaves of a story."""
    told = Teller(organizations=organizations, positions=positions, seed=seed).tell()
    return (dump(leaf) for leaf in islice(told, count))


def lawful_story(count: int, *, organizations: int = 6, positions: int = 12, seed: int = 0) -> list[Leaf]:
    """The same as data, each leaf canonical."""
    leaves = list(islice(Teller(organizations=organizations, positions=positions, seed=seed).tell(), count))
    for leaf in leaves:
        canonical(leaf)
    return leaves
