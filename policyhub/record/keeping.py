"""What the signer keeps for itself outside the database: its keys, the origin it signs for, what it signed last."""

from __future__ import annotations

import base64
import fcntl
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from policyhub.record.keyring import handing_over
from policyhub.record.notes import Checkpoint, Key, Note, sign

SEED_BYTES = 32
# The memory is read from its end: it grows with every checkpoint.
LONGER_THAN_TWO_LINES = 512


class SignerRefused(Exception):
    """The record is not what was signed before, or cannot be signed; the message is for the operator."""


class Keeping:
    """What the signer keeps for itself in a directory: its key, the origin it signs for, what it signed last.

    While a key hands over there is a second one, `key.next`. It signs beside the first once the record announces it,
    and alone when the time that the announcement names has passed; the first is then kept under `retired`.
    """

    def __init__(self, root: Path, *, origin: str) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._root = root
        self._memory = root / "signed"
        self.origin = self._kept("origin", origin)
        self._private = self._key("key")
        self.key = self._named(self._private)
        self._next = self._key("key.next") if (root / "key.next").exists() else None
        self._beside = False
        self._write("vkey", str(self.key))

    @property
    def newest_key(self) -> Key:
        """The key that checks what is signed now, for good."""
        return self._named(self._next) if self._beside and self._next is not None else self.key

    def hold(self) -> None:
        """No other process signs from this directory until this one ends; else SignerRefused."""
        self._lock = os.open(self._root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise SignerRefused(
                f"Another signer runs in {self._root}. Nothing is signed here: one record has one signer."
            ) from None

    def announcement(self) -> dict[str, str]:
        """The next key, made now when there is none, signed by the present one: what the record has to announce."""
        self._next = self._key("key.next")
        vkey = str(self._named(self._next))
        signature = base64.b64encode(self._private.sign(handing_over(vkey))).decode()
        return {"vkey": vkey, "previous": str(self.key), "signature": signature}

    def follow(self, announced: str, until: datetime, at: datetime) -> None:
        """The newest key that the record announces signs from now on: beside the first one until then, alone after."""
        if not (self._root / "key.next").exists() and str(self.key) != announced:
            raise SignerRefused(
                f"The record announces the key {announced}, which is not here. Nothing more is signed. Bring back the "
                "signer's directory in which sign_record --new-key was run."
            )
        if str(self.key) == announced:
            return
        self._next = self._key("key.next")
        if str(self._named(self._next)) != announced:
            raise SignerRefused(f"The record announces the key {announced}, and the next one here is another.")
        self._beside = True
        if at >= until:
            self._retire()

    def _retire(self) -> None:
        """The next key is the key; whatever is cut off in between is done again."""
        (self._root / "retired").mkdir(mode=0o700, exist_ok=True)
        kept = self._root / "retired" / self.key.id.hex()
        if not kept.exists():
            os.link(self._root / "key", kept)
        (self._root / "key.next").replace(self._root / "key")
        _sync(self._root)
        self._private, self._next, self._beside = self._key("key"), None, False
        self.key = self._named(self._private)
        self._write("vkey", str(self.key))

    def note(self, checkpoint: Checkpoint) -> Note:
        """The checkpoint signed with our key, and with the next one while the two sign side by side."""
        lines = [sign(checkpoint, self.key, self._private.sign)]
        if self._beside and self._next is not None:
            lines.append(sign(checkpoint, self._named(self._next), self._next.sign))
        return Note(checkpoint, tuple(lines))

    def _key(self, name: str) -> Ed25519PrivateKey:
        """The key kept under a name, made now when there is none."""
        made = base64.b64encode(os.urandom(SEED_BYTES)).decode()
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(self._kept(name, made)))

    def _named(self, private: Ed25519PrivateKey) -> Key:
        return Key(self.origin, private.public_key().public_bytes_raw())

    def last(self) -> Checkpoint | None:
        """What was signed last, or None. A line that was cut off while it was written was never shown to anybody."""
        if not self._memory.exists():
            return None
        with self._memory.open("rb") as memory:
            line, _ = _last_line(memory.fileno())
        if not line:
            return None
        size, _, root = line.decode().partition(" ")
        return Checkpoint(self.origin, int(size), base64.b64decode(root))

    def remember(self, checkpoint: Checkpoint) -> None:
        """The checkpoint is on disk, behind all that were before."""
        line = f"{checkpoint.size} {base64.b64encode(checkpoint.root).decode()}\n".encode()
        handle = os.open(self._memory, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _, end = _last_line(handle)
            os.ftruncate(handle, end)
            os.pwrite(handle, line, end)
            os.fsync(handle)
        finally:
            os.close(handle)
        _sync(self._root)

    def _kept(self, name: str, made: str) -> str:
        """What is kept under a name, made and written now when there is nothing."""
        file = self._root / name
        if not file.exists():
            self._write(name, made)
        return file.read_text().strip()

    def _write(self, name: str, content: str) -> None:
        part = self._root / f"{name}.part"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(f"{content}\n")
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self._root / name)
        _sync(self._root)


def _last_line(handle: int) -> tuple[bytes, int]:
    """The last line that was written to its end, and the place behind it; b"" and 0 where there is none."""
    size = os.fstat(handle).st_size
    first = max(0, size - LONGER_THAN_TWO_LINES)
    whole, ended, _ = os.pread(handle, size - first, first).rpartition(b"\n")
    return (whole.rpartition(b"\n")[2], first + len(whole) + 1) if ended else (b"", 0)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
