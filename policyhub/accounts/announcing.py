"""Announcing who signs the record: the next key, or another one where nothing could hand over."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.accounts.permissions import can_announce_keys
from policyhub.core.canonical import moment, parse_moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold
from policyhub.record.acts import append
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.keyring import KEY_LOST, Keyring, rotation_problem, signed_last
from policyhub.record.kinds import LOG, Kind
from policyhub.record.models import Entry, SignedCheckpoint
from policyhub.record.notes import Key
from policyhub.record.queries import newest_checkpoint, root_at, size

SIDE_BY_SIDE = timedelta(days=30)
HANDS_OVER, STARTS = {"vkey", "previous", "signature"}, {"vkey", "previous", "checkpoint", "reason"}

NONE = "This is no announcement: give what sign_record --new-key or sign_record --start-anew printed, all of it."
OTHER_KEY = "This does not hand over from the key that signs the record now. Run sign_record --new-key on its signer."
UNDER_WAY = "The last change of the key is still under way: the two keys sign side by side. Wait until it has ended."
OTHER_RECORD = "This starts another record anew: the last key that signed here is {}."
NOT_THE_LAST = "The last checkpoint here is over {} entries and has another root: run sign_record --start-anew again."
CONTINUED = "The record continues that checkpoint: no signed entry is lost. Bring back the signer's directory."
ALREADY = "The record was started anew under this key before. Nothing was changed."


def announce(*, actor: User, announcement: str, at: datetime) -> Entry:
    """The record says by which key it is signed from now on, in the words that its signer printed."""
    require(can_announce_keys(actor))
    said = _read(announcement)
    if said.keys() == HANDS_OVER:
        return announce_key(actor=actor, at=at, **said)
    return start_anew(actor=actor, at=at, **said)


def _read(announcement: str) -> dict[str, Any]:
    try:
        said = json.loads(announcement)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.keys() not in (HANDS_OVER, STARTS):
        raise refuse("announcement", NONE, "announcement")
    return said


@transaction.atomic
def announce_key(*, actor: User, vkey: str, previous: str, signature: str, at: datetime) -> Entry:
    """The record is signed by this key from now on, and for thirty days by the one before as well."""
    require(can_announce_keys(actor))
    hold(actor, for_change=True)
    body = {"vkey": vkey, "previous": previous, "signature": signature}
    newest, last = newest_checkpoint(), Entry.objects.of_kinds(Kind.KEY_ROTATED).order_by("-index").first()
    check(
        _problem(rotation_problem(body, check_ed25519)),
        None if newest is not None and newest.vkey == previous else _said("other_key", OTHER_KEY),
        _said("under_way", UNDER_WAY) if last is not None and parse_moment(last.body["until"]) > at else None,
    )
    return _append(Kind.KEY_ROTATED, actor, {**body, "until": moment(at + SIDE_BY_SIDE)}, at)


@transaction.atomic
def start_anew(*, actor: User, vkey: str, previous: str, checkpoint: list[str], reason: str, at: datetime) -> Entry:
    """The record goes on under a key that nobody handed over to, and says so for good.

    When the key was lost the new one signs the same entries and those that follow; when signed entries were lost it
    signs what is left of them, and each reader who kept a checkpoint or a receipt can tell what is missing.
    """
    require(can_announce_keys(actor))
    hold(actor, for_change=True)
    body = {"vkey": vkey, "previous": previous, "checkpoint": checkpoint, "reason": reason}
    check(_problem(Keyring([], check_ed25519).read(0, Kind.LOG_STARTED, body)))
    check(_not_its_past(body) or _not_lost(body), _started_before(vkey))
    return _append(Kind.LOG_STARTED, actor, body, at)


def _append(kind: Kind, actor: User, body: dict[str, Any], at: datetime) -> Entry:
    return append(kind, actor=actor, role="operator", process=None, subject=LOG, body=body, at=at)


def _said(code: str, sentence: str) -> Reason:
    return Reason(code, sentence, "announcement")


def _problem(problem: str | None) -> Reason | None:
    return _said("announcement", f"This key cannot be announced: {problem}.") if problem else None


def _not_its_past(body: dict[str, Any]) -> Reason | None:
    """The key that it names is not of the log that was signed here last."""
    newest = newest_checkpoint()
    if newest is not None and Key.parse(newest.vkey).name != Key.parse(body["previous"]).name:
        return _said("other_record", OTHER_RECORD.format(newest.vkey))
    return None


def _not_lost(body: dict[str, Any]) -> Reason | None:
    """What it says was signed last is not so, or is not lost."""
    ended = signed_last(body).checkpoint
    stands = ended.size <= size() and root_at(ended.size) == ended.root
    if body["reason"] != KEY_LOST:
        return _said("continued", CONTINUED) if stands else None
    newest = newest_checkpoint()
    if newest is not None and not (stands and newest.size == ended.size):
        return _said("not_the_last", NOT_THE_LAST.format(newest.size))
    return None


def _started_before(vkey: str) -> Reason | None:
    starts = Entry.objects.of_kinds(Kind.LOG_STARTED)
    used = SignedCheckpoint.objects.filter(vkey=vkey).exists() or any(each.body["vkey"] == vkey for each in starts)
    return _said("already", ALREADY) if used else None
