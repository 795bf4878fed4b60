"""Where a record is read from: files as `export_record` writes them, or the same addresses on a site."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

MOST_BYTES = 256 * (2 + 65_535)
SECONDS, MOST_SECONDS, PAUSE = 30, 120, 1
SERVER_ERROR = 500
CHUNK_BYTES = 65_536
GONE = {404, 410}
_SIZE = re.compile(r"[1-9]\d{0,18}")

# The bytes at a place of the bundle; None when nothing is there.
Read = Callable[[str], bytes | None]


class CannotTell(Exception):
    """The bundle does not hold what a check needs, or cannot be read; nothing is said about the record."""


class Directory:
    """Reads a bundle of files; can be sent to another process."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, name: str) -> bytes | None:
        """The bytes of the file of that name, or None when there is none."""
        file = self.root / name
        try:
            if not file.is_file():
                return None
            with file.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
        except OSError as error:
            raise CannotTell(f"{name} cannot be read: {error.strerror}.") from None
        return _not_too_long(name, content)


def from_directory(root: Path) -> tuple[Directory, list[int]]:
    """How to read a bundle of files, and the sizes of its checkpoints."""
    if not root.is_dir():
        raise CannotTell(f"{root} is no directory.")
    kept = root / "checkpoints"
    names = sorted(each.name for each in kept.iterdir()) if kept.is_dir() else []
    return Directory(root), [int(name) for name in names if _SIZE.fullmatch(name)]


def from_site(url: str) -> tuple[Read, list[int]]:
    """How to read the record of a site; it lists no older checkpoints, those are the reader's to keep."""
    base = url.rstrip("/") + ("" if url.rstrip("/").endswith("/record") else "/record")
    if urllib.parse.urlsplit(base).scheme not in {"http", "https"}:
        raise CannotTell(f"{url} is neither a directory nor an address that begins with http.")

    def read(name: str) -> bytes | None:
        # A site serves one text at a time; in a bundle they lie together.
        name = f"text/{name.removeprefix('texts/')}" if name.startswith("texts/") else name
        return fetch(f"{base}/{name}")

    return read, []


def fetch(url: str) -> bytes | None:
    """What an address that begins with http answers; None when nothing is there, or nothing any more.

    A site that stumbles is asked once more. One that never ends is left after `MOST_SECONDS`.
    """
    try:
        return _not_too_long(url, _received(url))
    except urllib.error.HTTPError as error:
        if error.code in GONE:
            return None
        trouble = f"answers with status {error.code}"
        if error.code < SERVER_ERROR:
            raise CannotTell(f"{url} {trouble}.") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        trouble = f"cannot be read: {error or type(error).__name__}"
    time.sleep(PAUSE)
    try:
        return _not_too_long(url, _received(url))
    except (OSError, ValueError, http.client.HTTPException):
        raise CannotTell(f"{url} {trouble}.") from None


def _received(url: str) -> bytes:
    until, parts, length = time.monotonic() + MOST_SECONDS, list[bytes](), 0
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - callers look at the scheme
        while length <= MOST_BYTES and (part := answer.read1(CHUNK_BYTES)):
            parts.append(part)
            length += len(part)
            if time.monotonic() > until:
                raise OSError(f"it did not end within {MOST_SECONDS} seconds")
        if length <= MOST_BYTES and answer.length:
            raise OSError("it was cut off")
    return b"".join(parts)


def required(read: Read, name: str) -> bytes:
    """The bytes of a part without which nothing can be said."""
    content = read(name)
    if not content:
        raise CannotTell(f"{name} is missing or empty: without it nothing can be said.")
    return content


def required_text(read: Read, name: str) -> str:
    """The same as text."""
    try:
        return required(read, name).decode("utf-8")
    except UnicodeDecodeError:
        raise CannotTell(f"{name} is not text in UTF-8.") from None


def _not_too_long(name: str, content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise CannotTell(f"{name} is larger than any part of a record.")
    return content
