"""The witness: believes a record that goes on, and keeps the proof when one does not."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from policyhub.record.ed25519 import check_ed25519, public_key, sign_ed25519
from policyhub.record.keyring import handing_over
from policyhub.record.notes import Checkpoint, Key, Note, sign
from policyhub.record.proofs import consistency_proof, root_of_range
from policyhub.record.tiles import Tiles
from policyhub.record.tree import leaf_hash, root_of
from tests.tools.test_verify_record import served
from tools import build_verifier

ORIGIN = "policyhub.example/record"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Key(ORIGIN, PRIVATE.public_key().public_bytes_raw())
NEXT = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NEXT_KEY = Key(ORIGIN, NEXT.public_key().public_bytes_raw())
HONEST = [leaf_hash(b"entry %d" % number) for number in range(40)]
OTHER = [*HONEST[:5], leaf_hash(b"another"), *HONEST[6:]]


def note(hashes: list[bytes], private: Ed25519PrivateKey = PRIVATE, key: Key = KEY) -> str:
    checkpoint = Checkpoint(ORIGIN, len(hashes), root_of(hashes))
    return str(Note(checkpoint, (sign(checkpoint, key, private.sign),)))


class Shown:
    """A site that shows what it is told to show."""

    def __init__(self, root: Path, address: str) -> None:
        self.root, self.address = root, address

    def hand_over(self, signed_by: Ed25519PrivateKey) -> None:
        """The site says that its key handed over to the next one, signed by that key."""
        vkey = str(NEXT_KEY)
        signature = base64.b64encode(signed_by.sign(handing_over(vkey))).decode()
        body = {"vkey": vkey, "previous": str(KEY), "signature": signature, "until": "2026-01-01T00:00:00.000000Z"}
        file = self.root / "api/v1/record/entries/index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"results": [{"content": {"body": body}}]}))

    def show(
        self, hashes: list[bytes], *, since: int = 0, private: Ed25519PrivateKey = PRIVATE, key: Key | None = None
    ) -> None:
        node = Tiles(lambda height, number: hashes).node
        proof = consistency_proof(since, len(hashes), node) if 0 < since < len(hashes) else []
        assert root_of_range(0, len(hashes), node) == root_of(hashes)
        said = json.dumps({"hashes": [each.hex() for each in proof]})
        for name, content in {
            "record/vkey": f"{KEY}\n",
            "record/checkpoint": note(hashes, private, key or KEY),
            "api/v1/record/proofs/consistency/index.html": said,
        }.items():
            file = self.root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Shown]:
    root = tmp_path / "site"
    root.mkdir()
    with served(root) as address:
        yield Shown(root, address)


def witness(site: Shown, *arguments: object) -> subprocess.CompletedProcess[str]:
    state = site.root.parent / "state"
    command = [sys.executable, "-I", "-S", str(build_verifier.WITNESS), site.address, "--state", str(state)]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, cwd="/", timeout=60, check=False
    )


def evidence(site: Shown) -> list[dict[str, object]]:
    return [json.loads(each.read_text()) for each in (site.root.parent / "state" / "evidence").iterdir()]


def test_program_is_what_its_modules_say() -> None:
    assert build_verifier.WITNESS.read_text() == build_verifier.build_witness(), "run: python3 tools/build_verifier.py"


def test_record_that_goes_on_is_believed(site: Shown) -> None:
    site.show(HONEST[:10])
    first = witness(site)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("Seen for the first time: 10 entries. Its key is kept")
    assert witness(site).stdout == "The record of 10 entries continues what was seen.\n"
    site.show(HONEST, since=10)
    assert witness(site).stdout == "The record of 40 entries continues what was seen.\n"
    kept = site.root.parent / "state" / "checkpoints"
    assert sorted(each.name for each in kept.iterdir()) == ["10", "40"]


@pytest.mark.parametrize(
    ("hashes", "sentence"),
    [
        (HONEST[:4], "The record shows 4 signed entries, and 10 were seen before: it was cut off."),
        (OTHER[:10], "The record of 10 entries does not continue the one of 10"),
        (OTHER, "The record of 40 entries does not continue the one of 10"),
    ],
    ids=["cut off", "rewritten", "rewritten and gone on"],
)
def test_record_that_does_not_go_on_is_told_with_its_proof(site: Shown, hashes: list[bytes], sentence: str) -> None:
    site.show(HONEST[:10])
    witness(site, "--key", KEY)
    site.show(hashes, since=10)
    said = witness(site)
    assert (said.returncode, said.stdout[: len(sentence)]) == (1, sentence)
    (kept,) = evidence(site)
    assert kept["notes"] == [note(HONEST[:10]), note(hashes)]
    assert witness(site).returncode == 1


def test_checkpoint_signed_by_a_stranger_is_told(site: Shown) -> None:
    site.show(HONEST[:10])
    witness(site)
    site.show(HONEST[:12], since=10, private=Ed25519PrivateKey.generate())
    said = witness(site)
    assert (said.returncode, len(evidence(site))) == (1, 1)
    assert said.stdout.startswith("The checkpoint is not signed by the key that is kept")


def test_key_that_was_handed_over_is_followed_and_one_that_was_not_is_told(site: Shown) -> None:
    site.show(HONEST[:10])
    witness(site, "--key", KEY)
    site.show(HONEST, since=10, private=NEXT, key=NEXT_KEY)
    site.hand_over(NEXT)
    assert witness(site).returncode == 1
    site.hand_over(PRIVATE)
    assert witness(site).stdout == "The record of 40 entries continues what was seen.\n"
    assert (site.root.parent / "state" / "vkey").read_text() == f"{NEXT_KEY}\n"


def test_site_that_does_not_answer_changes_nothing(site: Shown) -> None:
    site.show(HONEST[:10])
    witness(site)
    (site.root / "record" / "checkpoint").unlink()
    said = witness(site)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("Nothing was seen: checkpoint is missing or empty")


def test_another_face_shown_to_somebody_else_is_told(site: Shown, tmp_path: Path) -> None:
    site.show(HONEST[:10])
    same, other = tmp_path / "same", tmp_path / "other"
    same.write_text(note(HONEST[:10]))
    other.write_text(note(OTHER[:10]))
    assert witness(site, "--compare", same).returncode == 0
    said = witness(site, "--compare", same, other)
    assert said.returncode == 1
    assert "does not continue the one of 10" in said.stdout


def test_cosigned_checkpoint_is_checked_by_anybody(site: Shown) -> None:
    site.show(HONEST[:10])
    assert witness(site, "--cosign", "witness.union.example/w1").returncode == 0
    state = site.root.parent / "state"
    key = Key.parse((state / "witness-vkey").read_text())
    found = Note.parse((state / "cosigned").read_text())
    assert found.signed_by(key, check_ed25519)
    assert found.signed_by(KEY, check_ed25519)
    assert (state / "key").stat().st_mode & 0o777 == 0o600


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_signature_is_that_of_another_implementation(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    assert public_key(seed) == private.public_key().public_bytes_raw()
    assert sign_ed25519(seed, message) == private.sign(message)
