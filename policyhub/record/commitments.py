"""Commitments: a leaf names something without telling it. It can be told later, by revealing, or never, by erasing."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import Any

from policyhub.core.canonical import NotCanonical, canonical, parse

PREFIX = b"policyhub/commit/v1\n"
# What is committed to must fit into the entry that reveals it, beside the entry's other parts.
MOST_REVEALED = 12_000
_COMMITMENT, _SALT = re.compile("commit:[0-9a-f]{64}"), re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Commitment:
    """A commitment and what opens it: 32 bytes of salt and the payload's canonical bytes."""

    text: str
    salt: bytes
    payload: bytes


def commit(payload: dict[str, Any]) -> Commitment:
    """A fresh commitment to the payload; without salt and payload it tells nothing."""
    salt, data = os.urandom(32), canonical(payload)
    return Commitment(opened(salt, data), salt, data)


def opened(salt: bytes, payload: bytes) -> str:
    """The commitment that this salt and these canonical bytes open, `commit:` and 64 hexadecimal digits."""
    return f"commit:{hashlib.sha256(PREFIX + salt + payload).hexdigest()}"


def opening(salt: bytes, payload: bytes) -> dict[str, Any]:
    """What opens a commitment, as it stands in the body of an entry: the salt in hexadecimal digits, the payload."""
    return {"payload": parse(payload), "salt": salt.hex()}


def too_large_to_reveal(payload: dict[str, Any]) -> str | None:
    """Why no entry could hold this payload's opening, or None: what is committed to can always be revealed."""
    try:
        data = canonical({"body": {"opening": {"payload": payload}}})
    except NotCanonical as broken:
        return str(broken)
    if len(data) > MOST_REVEALED:
        return f"{len(data)} bytes are more than the {MOST_REVEALED} that an entry can reveal"
    return None


def check_revealed(commitment: object, salt: object, payload: object) -> str | None:
    """Why this salt and payload, as they stand in a leaf, do not open the commitment; None when they do."""
    if not isinstance(commitment, str) or not _COMMITMENT.fullmatch(commitment):
        return "the commitment is not `commit:` and 64 hexadecimal digits"
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        return "the salt is not 64 hexadecimal digits"
    if not isinstance(payload, dict):
        return "the payload is not an object"
    try:
        data = canonical(payload)
    except NotCanonical as broken:
        return f"the payload is not canonical: {broken}"
    if opened(bytes.fromhex(salt), data) != commitment:
        return "the salt and the payload do not open the commitment"
    return None
