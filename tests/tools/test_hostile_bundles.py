"""Whatever lies in a directory or comes from a site: one sentence, a status that is not 0, and little memory."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from policyhub.record import places
from policyhub.record.bundles import Wanted, check_bundle, place
from policyhub.record.ed25519 import check_ed25519, public_key, sign_ed25519
from policyhub.record.notes import Checkpoint, Key, Note, sign
from policyhub.record.places import CannotTell, fetch, from_site
from policyhub.record.tree import leaf_hash, root_of
from policyhub.runtime.stories import lawful_leaves
from tools import build_verifier

MEMORY = 400 * 1024 * 1024
SEED = b"\x07" * 32
KEY = Key("policyhub.example/record", public_key(SEED))
LEAVES = list(lawful_leaves(300, organizations=4, positions=9))


def write_bundle(root: Path, leaves: list[bytes] = LEAVES) -> Path:
    """A clean bundle over these leaves."""
    checkpoint = Checkpoint(KEY.name, len(leaves), root_of([leaf_hash(leaf) for leaf in leaves]))
    note = str(Note(checkpoint, (sign(checkpoint, KEY, lambda message: sign_ed25519(SEED, message)),)))
    files = {"vkey": f"{KEY}\n", "checkpoint": note, f"checkpoints/{len(leaves)}": note}
    for number in range((len(leaves) + 255) // 256):
        part = leaves[number * 256 : (number + 1) * 256]
        tile = root / "tile/entries" / place(number, len(part))
        tile.parent.mkdir(parents=True, exist_ok=True)
        tile.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part))
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The one file of Python, in little memory."""
    command = [sys.executable, "-I", "-S", str(build_verifier.TARGET), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=120, preexec_fn=limited)


def tile(root: Path, number: int = 0, width: int = 256) -> Path:
    return root / "tile/entries" / place(number, width)


def rewritten(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], object]:
    """A bundle whose leaves are others, well signed all the same."""

    def write(root: Path) -> None:
        shutil.rmtree(root)
        write_bundle(root, change(list(LEAVES)))

    return write


def instead(make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Something else stands where the first leaves should."""

    def change(root: Path) -> None:
        tile(root).unlink()
        make(tile(root))

    return change


def endless(root: Path) -> None:
    """A file that says to be far larger than the memory there is."""
    with tile(root).open("r+b") as stream:
        stream.truncate(8 * 1024**3)


def many_signatures(root: Path) -> None:
    head, _, line = (root / "checkpoint").read_text().partition("\n\n")
    (root / "checkpoint").write_text(f"{head}\n\n{line * 10_000}")


HOSTILE: dict[str, Callable[[Path], object]] = {
    "empty checkpoint": lambda root: (root / "checkpoint").write_text(""),
    "empty leaves": lambda root: tile(root).write_bytes(b""),
    "cut off leaves": lambda root: tile(root).write_bytes(tile(root).read_bytes()[:-7]),
    "leaves that are missing": lambda root: tile(root, 1, 44).unlink(),
    "leaves in another order": rewritten(lambda leaves: [leaves[1], leaves[0], *leaves[2:]]),
    "tiles exchanged": lambda root: tile(root).write_bytes(tile(root, 1, 44).read_bytes()),
    "one leaf of 65 KB": rewritten(lambda leaves: [b"x" * 65_535, *leaves]),
    "a tile that goes on": endless,
    "not UTF-8": rewritten(lambda leaves: [b'{"a":"\xff"}', *leaves]),
    "a key that stands twice": rewritten(lambda leaves: [b'{"a":1,"a":1}', *leaves]),
    "nesting without end": rewritten(lambda leaves: [b"[" * 60_000, *leaves]),
    "objects without end": rewritten(lambda leaves: [b'{"a":' * 10_000, *leaves]),
    "a number without end": rewritten(lambda leaves: [b'{"a":' + b"9" * 60_000 + b"}", *leaves]),
    "a key entry that is none": rewritten(lambda leaves: [b'{"subject":"log","type":"key.rotated"}', *leaves]),
    "a link to itself": instead(lambda file: file.symlink_to(file)),
    "a directory for a file": instead(Path.mkdir),
    "a pipe for a file": instead(os.mkfifo),
    "many signatures": many_signatures,
    "a checkpoint of another size": lambda root: (root / "checkpoints/300").rename(root / "checkpoints/299"),
    "a size beyond all": lambda root: (root / "checkpoint").write_text(
        (root / "checkpoint").read_text().replace("\n300\n", f"\n{2**62}\n")
    ),
    "a checkpoint that is no text": lambda root: (root / "checkpoint").write_bytes(b"\xff\xfe" * 99),
    "a key that is none": lambda root: (root / "vkey").write_text("policyhub.example/record+0+AAAA"),
}


def test_clean_bundle_needs_little_memory(tmp_path: Path) -> None:
    done = run(write_bundle(tmp_path / "bundle"), "--key", KEY, "--level", "4")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("how", HOSTILE)
def test_hostile_bundle_ends_in_one_sentence(tmp_path: Path, how: str) -> None:
    root = write_bundle(tmp_path / "bundle")
    HOSTILE[how](root)
    done = run(root, "--level", "4")
    said = f"{done.stdout}{done.stderr}".strip()
    assert done.returncode in {1, 2}, said
    assert len(said.splitlines()) == 1, said
    assert said.endswith("."), said
    assert len(said) < 600


class Answers(BaseHTTPRequestHandler):
    """A site that does as the test says."""

    how = ""
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        getattr(self, self.how)()

    def log_message(self, *arguments: object) -> None:
        """Nothing is said."""

    def start(self, status: int = 200, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def endless(self) -> None:
        self.start()
        try:
            while True:
                self.wfile.write(b"x" * 65_536)
        except OSError:
            return

    def dripping(self) -> None:
        self.start()
        try:
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
        except OSError:
            return

    def round_and_round(self) -> None:
        self.start(302, Location=self.path)

    def elsewhere(self) -> None:
        self.start(302, Location="file:///etc/passwd")

    def cut_off(self) -> None:
        self.start(Content_Length=1000)
        self.wfile.write(b"x")

    def broken(self) -> None:
        self.start(500)

    def gone(self) -> None:
        self.start(410)

    def nonsense(self) -> None:
        self.wfile.write(b"not http at all\r\n\r\n")

    def stumbling(self) -> None:
        if self.asked == 1:
            self.start(503)
        else:
            self.start(Content_Length=4)
            self.wfile.write(b"well")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """A site that behaves as it is told; a reader who waits for little."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    for name, value in (("SECONDS", 5), ("MOST_SECONDS", 1), ("PAUSE", 0)):
        monkeypatch.setattr(places, name, value)

    def behave(how: str) -> str:
        Answers.how, Answers.asked = how, 0
        return f"http://127.0.0.1:{server.server_port}"

    yield behave
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("endless", "is larger than any part of a record"),
        ("dripping", "did not end within"),
        ("round_and_round", "answers with status 302"),
        ("elsewhere", "answers with status 302"),
        ("cut_off", "it was cut off"),
        ("broken", "answers with status 500"),
        ("nonsense", "cannot be read"),
    ],
)
def test_site_that_misbehaves_is_left_with_a_sentence(site: Any, how: str, words: str) -> None:
    read, sizes = from_site(site(how))
    with pytest.raises(CannotTell, match=words):
        check_bundle(read, sizes, Wanted(trusted=[KEY]), check=check_ed25519)


def test_site_that_stumbles_is_asked_once_more(site: Any) -> None:
    assert fetch(site("stumbling")) == b"well"
    assert Answers.asked == 2
    assert fetch(site("gone")) is None
    assert Answers.asked == 1
    with pytest.raises(CannotTell):
        fetch(site("broken"))
    assert Answers.asked == 2


def test_site_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PAUSE", 0)
    with pytest.raises(CannotTell, match="cannot be read"):
        fetch("http://127.0.0.1:9/record/checkpoint")
