"""Text that people decide on: one canonical form, no character that hides or misleads, one hash.

Canonical text is Unicode in NFC, with LF at the end of each line and exactly one LF at the end of the text. What a
reader cannot see, or what would make a line read differently from what is stored, is refused, never repaired: people
decide on what they see.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from policyhub.core.errors import NotPossible, Reason

MAX_BYTES = 64 * 1024
MAX_LINE = 300
MAX_ADDRESS = 60

_ADDRESS = re.compile("[a-z0-9]+(-[a-z0-9]+)*")

_NOT_CHARACTERS = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_HIDDEN = (
    ("a control character", "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"),
    ("a character that turns the direction of reading", "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"),
    (
        "an invisible character",
        "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f"
        "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff",
    ),
    ("a character without a public meaning", "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"),
    ("a code that is no character", "\ud800-\udfff\ufdd0-\ufdef" + _NOT_CHARACTERS),
)
_REFUSED = re.compile("|".join(f"([{characters}])" for _, characters in _HIDDEN))


class TextRefused(NotPossible):
    """The text cannot be taken as it is; the sentence says what to change."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(Reason("text", sentence, field))
        self.sentence = sentence


def normal_text(text: str) -> str:
    """The text in NFC with LF line ends and exactly one LF at its end, whatever it holds."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip("\n") + "\n"


def canonical_text(text: str, *, what: str = "text", limit: int = MAX_BYTES, field: str | None = None) -> str:
    """The text in canonical form; TextRefused when it is empty, too long, or holds what a reader cannot see.

    `what` names the text in the refusal ("clause", "reason"); `limit` is in bytes of UTF-8.
    """
    if not text.strip():
        raise TextRefused(f"This {what} is empty. Write something, then send it again.", field)
    canonical = normal_text(text)
    if sentence := find_hidden(canonical, what=what):
        raise TextRefused(sentence, field)
    size = len(canonical.encode())
    if size > limit:
        raise TextRefused(
            f"This {what} has {size:,} bytes; at most {limit:,} are taken. Shorten it or split it in two.", field
        )
    return canonical


def optional_text(text: str, *, what: str = "text", limit: int = MAX_BYTES, field: str | None = None) -> str:
    """The text in canonical form, or "" when nothing was written; TextRefused as for a text that is needed."""
    return canonical_text(text, what=what, limit=limit, field=field) if text.strip() else ""


def canonical_line(line: str, *, what: str = "title", limit: int = MAX_LINE, field: str | None = None) -> str:
    """A title, name or heading in NFC on one line, its spaces single; TextRefused as for a text."""
    canonical = " ".join(canonical_text(line.strip(), what=what, field=field).split())
    if len(canonical) > limit:
        raise TextRefused(f"This {what} has {len(canonical)} characters; at most {limit} are taken. Shorten it.", field)
    return canonical


def bad_address(slug: str, *, limit: int = MAX_ADDRESS, field: str = "slug") -> Reason | None:
    """Why this cannot be a part of addresses, or None: one hyphen at most between small letters and digits."""
    if len(slug) <= limit and _ADDRESS.fullmatch(slug):
        return None
    return Reason(
        "address", f"An address has 1 to {limit} small letters, digits and hyphens, such as code-of-conduct.", field
    )


def find_hidden(text: str, *, what: str = "text") -> str | None:
    """A sentence naming the first character of the text that a reader cannot see or trust, or None."""
    found = _REFUSED.search(text)
    if found is None:
        return None
    kind = _HIDDEN[(found.lastindex or 1) - 1][0]
    line = text.count("\n", 0, found.start()) + 1
    return f"This {what} holds {kind}, {named(found[0])}, in line {line}. Delete it, then send it again."


def named(character: str) -> str:
    """The character as people can look it up, such as "U+200B ZERO WIDTH SPACE"."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def text_hash(text: str) -> str:
    """SHA-256 over the UTF-8 of the text in NFC with LF line ends and one final LF: `sha256:` and 64 digits."""
    return f"sha256:{hashlib.sha256(normal_text(text).encode()).hexdigest()}"
