"""Checkpoints as signed notes: C2SP tlog-checkpoint and signed-note, without extension lines.

A checkpoint names the record's origin, size and root in three lines; each line below it is one signature. Whoever
signs and whoever checks bring their own Ed25519, so that a verifier needs no library.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ED25519, COSIGNATURE = 0x01, 0x04
KEY_BYTES, SIGNATURE_BYTES, ID_BYTES, TIME_BYTES = 32, 64, 4, 8
MAX_SIZE = 2**63 - 1
# More lines than anybody signs; a note with more is not read.
MAX_SIGNATURES = 64

_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")

# (public key, message, signature) -> whether the signature is good.
Check = Callable[[bytes, bytes, bytes], bool]
# message -> signature.
Sign = Callable[[bytes], bytes]


class NoteRefused(ValueError):
    """The note is not a checkpoint, or nobody known signed it; the message says why."""


@dataclass(frozen=True)
class Key:
    """A verifier's key: a name, 32 bytes, and which kind of signature they check."""

    name: str
    public: bytes
    kind: int = ED25519

    @classmethod
    def parse(cls, text: str) -> Key:
        """The key written as `name+id+base64`; NoteRefused when id and key do not belong together."""
        name, _, rest = text.strip().partition("+")
        digits, _, encoded = rest.partition("+")
        material = _decoded(encoded)
        if not _NAME.fullmatch(name) or len(material) != 1 + KEY_BYTES or material[0] not in {ED25519, COSIGNATURE}:
            raise NoteRefused("this is no verifier key: one has the form name+id+key")
        key = cls(name, material[1:], material[0])
        if key.id.hex() != digits:
            raise NoteRefused(f"the key of {name} does not have the id {digits}")
        return key

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class Checkpoint:
    """What the record was at a size."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """The three lines that are signed, each with its line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint behind exactly these three lines; NoteRefused when they are anything else."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise NoteRefused("a checkpoint has three lines: origin, size, root")
        origin, size, root = lines[0], lines[1], _decoded(lines[2])
        if not _NAME.fullmatch(origin) or not re.fullmatch(r"0|[1-9]\d{0,18}", size) or len(root) != KEY_BYTES:
            raise NoteRefused("a checkpoint has three lines: origin, size, root")
        if int(size) > MAX_SIZE:
            raise NoteRefused(f"the size {size} is larger than any record")
        return cls(origin, int(size), root)


@dataclass(frozen=True)
class Signature:
    """One line below a note: whose, by which key, and what it holds besides the signature (a witness's time)."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint with its signatures."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.checkpoint}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, text: str) -> Note:
        """The note behind a text; NoteRefused when it is malformed in any way."""
        head, gap, below = text.partition("\n\n")
        lines = below.split("\n")
        if not gap or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
            raise NoteRefused("a signed note is three lines, an empty one, and at least one signature")
        return cls(Checkpoint.parse(f"{head}\n"), tuple(_signature(line) for line in lines))

    def signed_by(self, key: Key, check: Check) -> bool:
        """Whether this key signed the checkpoint; NoteRefused when a line says so and the signature is wrong."""
        lines = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]
        for line in lines:
            if not check(key.public, signed_bytes(self.checkpoint, key, line), line.blob[-SIGNATURE_BYTES:]):
                raise NoteRefused(f"the signature of {key.name} under size {self.checkpoint.size} is wrong")
        return bool(lines)

    def require(self, keys: Sequence[Key], check: Check) -> Key:
        """The first of the keys that signed; NoteRefused when none did."""
        for key in keys:
            if self.signed_by(key, check):
                return key
        raise NoteRefused(f"none of the keys known for {self.checkpoint.origin} signed size {self.checkpoint.size}")


def sign(checkpoint: Checkpoint, key: Key, signer: Sign) -> Signature:
    """The key's line under the checkpoint."""
    return Signature(key.name, key.id, signer(str(checkpoint).encode()))


def cosign(checkpoint: Checkpoint, key: Key, signer: Sign, *, at: int) -> Signature:
    """A witness's line: it saw this checkpoint, consistent with all that it saw before, at this time (Unix seconds)."""
    time = at.to_bytes(TIME_BYTES, "big")
    return Signature(key.name, key.id, time + signer(_cosigned(checkpoint, at)))


def signed_bytes(checkpoint: Checkpoint, key: Key, line: Signature) -> bytes:
    """What the key of such a line has signed; NoteRefused when the line has another length than its kind."""
    extra = TIME_BYTES if key.kind == COSIGNATURE else 0
    if len(line.blob) != extra + SIGNATURE_BYTES:
        raise NoteRefused(f"the signature of {key.name} has another length than its kind")
    if key.kind == COSIGNATURE:
        return _cosigned(checkpoint, int.from_bytes(line.blob[:TIME_BYTES], "big"))
    return str(checkpoint).encode()


def _cosigned(checkpoint: Checkpoint, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{checkpoint}".encode()


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    blob = _decoded(found[2]) if found else b""
    if found is None or len(blob) <= ID_BYTES:
        raise NoteRefused("a line below the checkpoint is no signature")
    return Signature(found[1], blob[:ID_BYTES], blob[ID_BYTES:])


def _decoded(text: str) -> bytes:
    """The bytes of strict base64; another spelling of the same bytes is refused, so that a note has one form."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteRefused("this is not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise NoteRefused("this is not base64 in its one form")
    return decoded
