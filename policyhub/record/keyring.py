"""Which keys may have signed a record: those that a reader knows, and those that a known key handed over to.

A key is handed over by an entry `key.rotated`, in which the old key has signed the new one. So whoever knows the first
key needs nobody's word for the later ones. Where a key was lost, or signed entries were, nothing can hand over: the
record is started anew by an entry `log.started`, and nobody who knows the old key need believe the new one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policyhub.record.notes import Check, Key, Note, NoteRefused

ROTATED, STARTED = "key.rotated", "log.started"
# How entries about keys show in their bytes, so that the others need not be read for them.
ABOUT_THE_LOG = b'"subject":"log"'
KEY_LOST, ENTRIES_LOST = "key_lost", "entries_lost"
REASONS = {KEY_LOST: "its key was lost", ENTRIES_LOST: "entries that were signed are lost"}
_NUMBERED = re.compile(r"(.*)/([2-9]|[1-9]\d{1,8})")


def handing_over(vkey: str) -> bytes:
    """What the old key signs to hand over to the new one."""
    return f"policyhub/key/v1\n{vkey}\n".encode()


def record_of(origin: str) -> str:
    """The record that an origin is of: the origins of one that was started anew differ by a number behind them."""
    numbered = _NUMBERED.fullmatch(origin)
    return numbered.group(1) if numbered else origin


def next_origin(origin: str) -> str:
    """The origin of the record when it is started anew after this one."""
    numbered = _NUMBERED.fullmatch(origin)
    return f"{numbered.group(1)}/{int(numbered.group(2)) + 1}" if numbered else f"{origin}/2"


@dataclass(frozen=True)
class Start:
    """Where a record was started anew: the entry, its key and why; what the key before had signed last."""

    index: int
    vkey: str
    previous: str
    size: int
    reason: str

    def __str__(self) -> str:
        return (
            f"Entry {self.index} starts the record anew as {Key.parse(self.vkey).name}, because "
            f"{REASONS.get(self.reason, self.reason)}: the key before had signed {self.size} entries"
        )


class Keyring:
    """The keys that are known so far; it grows with the entries that are read.

    One that believes takes the record's own word for its keys, because its reader knows none.
    """

    def __init__(self, keys: Sequence[Key], check: Check, *, believes: bool = False) -> None:
        self.keys = list(keys)
        self.starts: list[Start] = []
        self._check, self._believes = check, believes

    def read(self, index: int, kind: str, body: dict[str, Any]) -> str | None:
        """What is wrong with an entry about keys, or None; then what it says of them is known."""
        if kind == ROTATED:
            return self._hand_over(body)
        return self._start(index, body) if kind == STARTED else None

    def _hand_over(self, body: dict[str, Any]) -> str | None:
        problem = rotation_problem(body, self._check)
        if problem is None and (self._believes or Key.parse(body["previous"]) in self.keys):
            self._know(body["vkey"])
        if problem is None and self._believes:
            self._know(body["previous"])
        return problem

    def _start(self, index: int, body: dict[str, Any]) -> str | None:
        problem = start_problem(body) or self._unsigned_end(body)
        if problem is None:
            size = signed_last(body).checkpoint.size
            self.starts.append(Start(index, body["vkey"], body["previous"], size, body["reason"]))
            for each in (body["previous"], body["vkey"]) if self._believes else ():
                self._know(each)
        return problem

    def _unsigned_end(self, body: dict[str, Any]) -> str | None:
        try:
            is_signed = signed_last(body).signed_by(Key.parse(body["previous"]), self._check)
        except NoteRefused:
            is_signed = False
        return None if is_signed else "the key before did not sign the checkpoint that it names"

    def _know(self, vkey: str) -> None:
        """A key that is known already stays in its place: the newest one is last."""
        key = Key.parse(vkey)
        if key not in self.keys:
            self.keys.append(key)


def rotation_problem(body: dict[str, Any], check: Check) -> str | None:
    """Why one key does not hand over to the other, or None."""
    try:
        old, new = Key.parse(body["previous"]), Key.parse(body["vkey"])
        signature = base64.b64decode(body["signature"], validate=True)
    except (NoteRefused, binascii.Error, ValueError, TypeError, AttributeError):
        return "it names a key, or a signature, that is none"
    if old.name != new.name or old == new:
        return "a key hands over to another one of the same record"
    if not check(old.public, handing_over(str(new)), signature):
        return "the key that it names did not sign the new one"
    return None


def lines_of(note: Note) -> list[str]:
    """A checkpoint as it stands in an entry: its lines."""
    return str(note).removesuffix("\n").split("\n")


def signed_last(body: dict[str, Any]) -> Note:
    """What the key before had signed last, in an entry that starts a record anew; NoteRefused where it is none."""
    lines = body["checkpoint"]
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise NoteRefused("its checkpoint is not written as lines")
    return Note.parse("\n".join(lines) + "\n")


def start_problem(body: dict[str, Any]) -> str | None:
    """Why a record cannot be started anew by an entry with this body, or None; its signature is not looked at."""
    try:
        old, new = Key.parse(body["previous"]), Key.parse(body["vkey"])
        ended, reason = signed_last(body).checkpoint, body["reason"]
    except (NoteRefused, KeyError, ValueError, TypeError, AttributeError):
        return "it names a key, or a checkpoint, that is none"
    if new.name != next_origin(old.name) or new.public == old.public:
        return f"after {old.name} a record is started anew as {next_origin(old.name)}, under a key of its own"
    if ended.origin != old.name or not ended.size:
        return "the checkpoint that it names is not one of the record before"
    return None if reason in REASONS else f"a record is not started anew because of {reason}"
