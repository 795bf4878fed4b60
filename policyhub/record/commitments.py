"""Commitments: a leaf names something without telling it, and the telling can be erased."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any

from policyhub.core.canonical import canonical

PREFIX = b"policyhub/commit/v1\n"


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
