"""Text that people decide on: one canonical form, refused characters, one hash."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from policyhub.core.errors import NotPossible, Reason

MAX_BYTES = 64 * 1024

# Characters that make a text read differently from what is stored: controls, bidi controls, zero-width and tag
# characters, private use, lone surrogates, non-characters.
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


class TextRefused(NotPossible):
    """The text cannot be taken as it is; the sentence says what to change."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(Reason("text", sentence, field))
        self.sentence = sentence


def canonical_text(text: str, *, what: str = "text", limit: int = MAX_BYTES, field: str | None = None) -> str:
    """The text in NFC with LF line ends and exactly one at its end; TextRefused when it is empty, too long or unsafe.

    `what` names the text in the refusal ("clause", "reason"); `limit` is in bytes of UTF-8.
    """
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    cleaned = "\n".join(line.rstrip() for line in lines).strip("\n")
    if found := _REFUSED.search(cleaned):
        raise TextRefused(
            f"This {what} holds the invisible or unsafe character U+{ord(found[0]):04X}. Delete it, then send again.",
            field,
        )
    if not cleaned.strip():
        raise TextRefused(f"This {what} is empty. Write something, then send again.", field)
    size = len(cleaned.encode())
    if size > limit:
        raise TextRefused(
            f"This {what} has {size:,} bytes; at most {limit:,} are taken. Shorten it or split it in two.", field
        )
    return cleaned + "\n"


def text_hash(text: str) -> str:
    """SHA-256 over the text in NFC with LF line ends and exactly one final LF, as `sha256:` and 64 digits."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip("\n") + "\n"
    return f"sha256:{hashlib.sha256(normal.encode()).hexdigest()}"
