"""The program for people who do not trust us: the same checks, in one file, by a Python that has nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command

from policyhub.record.keeping import Keeping
from policyhub.record.models import Entry
from policyhub.record.queries import root_at
from tests.factories.record import connected, started, write
from tools import build_verifier

PROGRAM = build_verifier.TARGET
PLACE = "tile/entries/000.p"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The program in an isolated Python: no site packages, nothing of ours on the path."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=120)


@pytest.fixture
def bundle(own_database: str, tmp_path: Path) -> Iterator[Path]:
    """An exported record of five entries with checkpoints at two and at five."""
    with connected("signer") as database:
        signer = started(Keeping(tmp_path / "signer", origin="policyhub.example/record"), database)
        write(2)
        signer.step()
        write(3)
        signer.step()
        call_command("export_record", str(tmp_path / "bundle"), verbosity=0)
        yield tmp_path / "bundle"


def test_program_is_what_its_modules_say() -> None:
    assert PROGRAM.read_text() == build_verifier.build(), "run: python3 tools/build_verifier.py"


def test_export_is_in_order_and_says_whose_key_it_believes(bundle: Path) -> None:
    said = run(bundle)
    key = (bundle / "vkey").read_text().strip()
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == (
        "5 entries of policyhub.example/record are what was signed, under 2 checkpoints.\n"
        "The story that they tell could have happened: mandates, rolls, times, positions, outcomes.\n"
        f"Root sha256:{root_at(5).hex()}\n"
        f"Signed by {key}\n"
        "That key came with the record: compare it with one that you know from elsewhere.\n"
        "0 texts and files are those that entries name.\n"
        "        4  convening.allowed\n"
        "        1  operator.appointed\n"
    )
    trusting = run(bundle, "--key", key, "--json")
    assert json.loads(trusting.stdout)["in_order"] is True


def test_export_refuses_a_directory_that_holds_something(bundle: Path) -> None:
    with pytest.raises(Exception, match="is not empty"):
        call_command("export_record", str(bundle))


def test_changed_byte_ends_with_status_1_and_its_entry(bundle: Path) -> None:
    file = bundle / PLACE / "5"
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)
    said = run(bundle, "--json")
    assert (said.returncode, json.loads(said.stdout)["broken"]) == (1, 0)
    assert run(bundle).stdout.startswith("The record is NOT what was signed. Entry 0 ")


def test_checkpoint_kept_before_is_held_against_a_record_made_anew(bundle: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text((bundle / "checkpoint").read_text())
    assert run(bundle, "--checkpoint", kept).returncode == 0
    (bundle / "checkpoint").write_text((bundle / "checkpoints" / "2").read_text())
    (bundle / PLACE / "2").write_bytes(_first(bundle, 2))
    (bundle / "checkpoints" / "5").unlink()
    assert run(bundle).returncode == 0
    cut = run(bundle, "--checkpoint", kept)
    assert cut.returncode == 1
    assert "over 5 entries, and the newest one given is over 2" in cut.stdout


def _first(bundle: Path, count: int) -> bytes:
    content, at = (bundle / PLACE / "5").read_bytes(), 0
    for _ in range(count):
        at += 2 + int.from_bytes(content[at : at + 2], "big")
    return content[:at]


def test_proof_file_is_checked_against_the_exact_bytes(bundle: Path, tmp_path: Path, client: Any) -> None:
    leaf, proof, key = tmp_path / "leaf", tmp_path / "p.tlog-proof", (bundle / "vkey").read_text().strip()
    leaf.write_bytes(bytes(Entry.objects.get(index=1).leaf))
    proof.write_bytes(client.get("/record/1/entry.tlog-proof").content)
    good = run(leaf, "--proof", proof, "--key", key)
    assert (good.returncode, good.stdout) == (
        0,
        "These bytes are entry 1 of policyhub.example/record, under its checkpoint of 2 entries.\n",
    )
    leaf.write_bytes(leaf.read_bytes() + b" ")
    bad = run(leaf, "--proof", proof, "--key", key)
    assert (bad.returncode, bad.stdout) == (1, "The proof does NOT hold: the proof leads to another root.\n")
    assert run(leaf, "--proof", proof).returncode == 2


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda root: (root / "checkpoint").unlink(), "checkpoint is missing or empty"),
        (lambda root: (root / "checkpoint").write_bytes(b"\xff"), "checkpoint is not text in UTF-8"),
        (lambda root: (root / PLACE / "5").unlink(), "tile/entries/000.p/5 is missing or empty"),
        (lambda root: (root / "vkey").write_text("x"), "vkey cannot be used"),
    ],
)
def test_bundle_that_says_nothing_ends_with_status_2(bundle: Path, spoil: Any, sentence: str) -> None:
    spoil(bundle)
    said = run(bundle)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith(f"This cannot be told: {sentence}")


def test_place_that_is_none_is_said() -> None:
    assert run("/nowhere").stderr == "This cannot be told: /nowhere is no directory.\n"
    assert run("http://127.0.0.1:1/").returncode == 2
    assert run("/nowhere", "--key", "nonsense").returncode == 2


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the test's output is for the test."""


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of a site that serves these files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_record_of_a_site_is_checked_over_the_network(bundle: Path, tmp_path: Path, client: Any) -> None:
    for place in ("checkpoint", "vkey", f"{PLACE}/5", "tile/0/000.p/5"):
        file = tmp_path / "site" / "record" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(client.get(f"/record/{place}").content)
    with served(tmp_path / "site") as address:
        said = run(address)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("5 entries of policyhub.example/record are what was signed, under 1 checkpoint.")
