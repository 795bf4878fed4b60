"""What stops a command: one sentence for the person who gave it, and the status the command ends with."""

from __future__ import annotations

import errno
import os

BAD_INPUT = 2
FAILED = 1
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_SAID = ("No space left on device", "Disk quota exceeded", "File too large")


class Refusal(Exception):
    """The command cannot go on; the message says why and what to do."""

    def __init__(self, sentence: str, status: int = FAILED) -> None:
        super().__init__(sentence)
        self.status = status


def disk_full() -> Refusal:
    """The refusal for a write that found no room."""
    return Refusal(
        "The disk is full: not everything could be written. Free some space and run the same command again; "
        "what was stored before is safe."
    )


def says_disk_full(output: str) -> bool:
    """Whether a program's output tells of a full disk, a quota or a file-size limit."""
    return any(words in output for words in _FULL_SAID)


def of_os_error(error: OSError) -> Refusal:
    """The operating system's error as a sentence that names the file."""
    if error.errno in _FULL:
        return disk_full()
    where = error.filename or "A file"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return Refusal(f"{where} may not be read or written by user {os.geteuid()}: {error.strerror}.")
    return Refusal(f"{where}: {error.strerror or error}.")
