"""Checkpoints: exact bytes, signatures by an independent implementation, and every malformed note refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.record.auditing import by_library
from policyhub.record.ed25519 import ORDER, check_ed25519, public_key
from policyhub.record.notes import COSIGNATURE, Checkpoint, Key, Note, NoteRefused, cosign, sign

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "record-vectors.json").read_text())
ORIGIN = "policyhub.example/record"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
KEY = Key(ORIGIN, SIGNER.public_key().public_bytes_raw())
WITNESS_KEY = Key("witness.org-a.example/w1", WITNESS.public_key().public_bytes_raw(), COSIGNATURE)
FIVE = Checkpoint(ORIGIN, 5, bytes.fromhex(VECTORS["roots"][5]))


CHECKS = pytest.mark.parametrize("check", [by_library, check_ed25519])


def test_seed_of_the_vectors_makes_their_key() -> None:
    seed = bytes.fromhex(VECTORS["seed"])
    assert public_key(seed).hex() == VECTORS["pk"] == KEY.public.hex()


def test_checkpoint_signed_byte_for_byte() -> None:
    note = Note(FIVE, (sign(FIVE, KEY, SIGNER.sign),))
    assert str(note) == VECTORS["checkpoint"]
    assert str(cosign(FIVE, WITNESS_KEY, WITNESS.sign, at=1_770_112_800)).rstrip("\n") == VECTORS["witness_line"]
    assert str(KEY) == "policyhub.example/record+a0cbf1a8+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert str(WITNESS_KEY) == "witness.org-a.example/w1+869a52ad+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    assert (Key.parse(str(KEY)), Key.parse(str(WITNESS_KEY))) == (KEY, WITNESS_KEY)


@CHECKS
def test_note_is_read_and_its_signatures_checked(check: Any) -> None:
    note = Note.parse(f"{VECTORS['checkpoint']}{VECTORS['witness_line']}\n")
    assert (note.checkpoint, len(note.signatures)) == (FIVE, 2)
    assert note.require([KEY], check) == KEY
    assert note.require([WITNESS_KEY], check) == WITNESS_KEY
    stranger = Key(ORIGIN, WITNESS_KEY.public)
    assert note.signed_by(stranger, check) is False
    with pytest.raises(NoteRefused, match="none of the keys known"):
        note.require([stranger], check)


@CHECKS
@pytest.mark.parametrize("other", [Checkpoint(ORIGIN, 6, FIVE.root), Checkpoint(ORIGIN, 5, b"\0" * 32)])
def test_signature_under_another_checkpoint_is_refused(check: Any, other: Checkpoint) -> None:
    with pytest.raises(NoteRefused, match="is wrong"):
        Note(other, (sign(FIVE, KEY, SIGNER.sign),)).require([KEY], check)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("\n5\n", "\n05\n"),
        lambda text: text.replace("\n5\n", "\n-5\n"),
        lambda text: text.replace("\n5\n", f"\n{10**19}\n"),
        lambda text: text.replace("\n5\n", f"\n{2**63}\n"),
        lambda text: text.replace("\n5\n", "\n5\nextension\n"),
        lambda text: text.replace("a6px", "a6p"),
        lambda text: text.replace("BE0=", "BE1="),
        lambda text: text.replace("— ", "- "),
        lambda text: text.rstrip("\n"),
        lambda text: f"{text}\n",
        lambda text: f"{text}not a signature\n",
        lambda text: text.replace("policyhub.example/record\n", "policyhub example\n", 1),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.split("\n\n")[0] + "\n\n",
        lambda text: text + text.splitlines(keepends=True)[-1] * 64,
        lambda text: text.split("\n\n")[0] + "\n\n— policyhub.example/record AAAA\n",
    ],
)
def test_malformed_note_is_refused(change: Any) -> None:
    with pytest.raises(NoteRefused):
        Note.parse(change(VECTORS["checkpoint"]))


@pytest.mark.parametrize("text", ["", "a+b+c", str(KEY)[:-4], str(KEY).replace("a0cb", "a0cc"), "a b+00000000+AAAA"])
def test_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        Key.parse(text)


def test_signature_of_another_length_is_refused() -> None:
    line = cosign(FIVE, WITNESS_KEY, WITNESS.sign, at=1)
    short = type(line)(KEY.name, KEY.id, line.blob)
    with pytest.raises(NoteRefused, match="another length"):
        Note(FIVE, (short,)).require([KEY], check_ed25519)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 64 * 8 - 1))
def test_both_implementations_agree(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert check_ed25519(public, message, signature) is True
    spoilt = bytearray(signature)
    spoilt[bit // 8] ^= 1 << bit % 8
    assert check_ed25519(public, message, bytes(spoilt)) is by_library(public, message, bytes(spoilt)) is False
    assert check_ed25519(public, message + b"x", signature) is False


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (b"", bytes(64)),
        (bytes(32), bytes(63)),
        (b"\xff" * 32, bytes(64)),
        (KEY.public, SIGNER.sign(b"m")[:32] + ORDER.to_bytes(32, "little")),
        (KEY.public, b"\xff" * 64),
    ],
)
def test_malformed_signatures_are_false_and_no_error(public: bytes, signature: bytes) -> None:
    assert check_ed25519(public, b"m", signature) is False
