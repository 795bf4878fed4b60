"""A second verifier, written from docs/record.md alone: slow, short, and sharing no code with the product's.

It reads an export of one key and answers yes or no. Where it and the product disagree, one of them misreads the format.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
HIDDEN = re.compile("[\x00-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
LARGEST = 2**53 - 1


class No(Exception):
    """The record is not as the format says."""


def is_in_order(root: Path) -> bool:
    """Whether every file of the export is what its newest checkpoint and the format ask for."""
    try:
        _check(root)
    except (No, OSError, ValueError, KeyError, TypeError, RecursionError, InvalidSignature):
        return False
    return True


def _check(root: Path) -> None:
    name, public = _key((root / "vkey").read_text())
    size, top = _signed((root / "checkpoint").read_text(), name, public)
    leaves = [leaf for number in range(-(-size // 256)) for leaf in _tile(root, number, min(256, size - number * 256))]
    hashes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    _demand(size > 0 and len(leaves) == size and _root(hashes) == top)
    for kept in (root / "checkpoints").iterdir():
        older, at_that_size = _signed(kept.read_text(), name, public)
        _demand(str(older) == kept.name and older <= size and _root(hashes[:older]) == at_that_size)
    _story([_read(leaf) for leaf in leaves])


def _key(text: str) -> tuple[str, bytes]:
    name, digits, encoded = text.strip().split("+", 2)
    material = _plain(encoded)
    _demand(len(material) == 33 and material[0] == 1)
    _demand(hashlib.sha256(name.encode() + b"\n" + material).digest()[:4].hex() == digits)
    return name, material[1:]


def _signed(note: str, name: str, public: bytes) -> tuple[int, bytes]:
    text, _, below = note.partition("\n\n")
    origin, size, root = text.split("\n")
    lines = below.removesuffix("\n").split("\n")
    _demand(below.endswith("\n") and origin == name and str(int(size)) == size and len(_plain(root)) == 32)
    for line in lines:
        dash, signer, blob = line.split(" ")
        _demand(dash == "—" and len(_plain(blob)) > 4)
        if signer == name:
            material = b"\x01" + public
            _demand(_plain(blob)[:4] == hashlib.sha256(name.encode() + b"\n" + material).digest()[:4])
            Ed25519PublicKey.from_public_bytes(public).verify(_plain(blob)[4:], f"{text}\n".encode())
    _demand(any(line.startswith(f"— {name} ") for line in lines))
    return int(size), _plain(root)


def _tile(root: Path, number: int, width: int) -> list[bytes]:
    digits = f"{number:03}" if number < 1000 else f"x{number // 1000:03}/{number % 1000:03}"
    place = digits if width == 256 else f"{digits}.p/{width}"
    data, leaves = (root / "tile" / "entries" / place).read_bytes(), []
    while data:
        length = int.from_bytes(data[:2], "big")
        _demand(len(data) >= 2 + length)
        leaves.append(data[2 : 2 + length])
        data = data[2 + length :]
    hashes = root / "tile" / "0" / place
    if hashes.exists():
        _demand(hashes.read_bytes() == b"".join(hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves))
    _demand(len(leaves) == width)
    return leaves


def _root(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + _root(hashes[:half]) + _root(hashes[half:])).digest()


def _read(leaf: bytes) -> dict[str, Any]:
    _demand(2 <= len(leaf) <= 16_384)
    found = json.loads(leaf)
    written = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    _demand(isinstance(found, dict) and written.encode() == leaf)
    _profile(found, 1)
    return found  # type: ignore[no-any-return]


def _profile(value: object, depth: int) -> None:
    match value:
        case None | bool():
            return
        case int():
            _demand(-LARGEST <= value <= LARGEST)
        case str():
            _demand(unicodedata.normalize("NFC", value) == value and not HIDDEN.search(value))
        case dict() | list():
            _demand(depth <= 8)
            for key in value if isinstance(value, dict) else ():
                _demand(KEY.fullmatch(key) is not None)
            for each in value.values() if isinstance(value, dict) else value:
                _profile(each, depth + 1)
        case _:
            raise No


def _story(entries: list[dict[str, Any]]) -> None:
    counters: dict[str, int] = {}
    ids: set[str] = set()
    last = ""
    for each in entries:
        _demand(sorted(each) == ["actor", "at", "body", "id", "n", "subject", "type", "v"] and each["v"] == 1)
        _demand(sorted(each["actor"]) == ["org", "person", "role"])
        counters[each["subject"]] = counters.get(each["subject"], 0) + 1
        _demand(each["n"] == counters[each["subject"]] and each["id"] not in ids)
        _demand(TIME.fullmatch(each["at"]) is not None and each["at"] >= last)
        ids.add(each["id"])
        last = each["at"]


def _plain(text: str) -> bytes:
    decoded = base64.b64decode(text, validate=True)
    _demand(base64.b64encode(decoded).decode() == text)
    return decoded


def _demand(met: bool) -> None:
    if not met:
        raise No
