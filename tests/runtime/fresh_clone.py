"""Runs `up` in a fresh clone with an empty home, as an ordinary user and, where we are root, as root too.

`python -m tests.runtime.fresh_clone`; it ends with status 0 when each clone became ready and left no process behind.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from policyhub.runtime.bootstrap import BASE
from policyhub.runtime.services.account import Account
from tests.runtime.installation import READY, Installation, Up, ask, eventually

SECONDS_TO_READY = 420.0
# How this machine reaches its package index, and nothing else of ours.
KEPT = ("PIP_", "UV_", "SSL_", "REQUESTS_", "CURL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
PYTHONS = ("python3", "/usr/bin/python3", "/usr/local/bin/python3")


def accounts() -> list[Account]:
    """An ordinary account, and root's where we are root."""
    ours = Account(os.geteuid(), os.getegid())
    if ours.uid:
        return [ours]
    nobody = pwd.getpwnam("nobody")
    return [Account(nobody.pw_uid, nobody.pw_gid), ours]


def python_for(account: Account) -> str:
    """A Python that the account can run and that is new enough."""
    enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    for name in filter(None, map(shutil.which, PYTHONS)):
        python = os.path.realpath(name)
        if account.can_run(Path(python)) and not subprocess.run([python, "-c", enough], **account.options()).returncode:
            return python
    raise SystemExit(f"User {account.uid} can run no Python 3.11 or newer here.")


def clone_for(account: Account, place: Path) -> Path:
    """A clone of what is committed, the account's own, below a path with a space."""
    clone = place / "a fresh clone"
    subprocess.run(["git", "clone", "--quiet", str(BASE), str(clone)], check=True)
    (place / "home").mkdir()
    for path in (place, *place.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    return clone


def run_up(account: Account, clone: Path) -> None:
    """`up` became ready there, answered, stopped and left nothing running."""
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}
    environment = kept | {"PATH": os.defpath, "HOME": str(clone.parent / "home"), "LANG": "C.UTF-8"}
    options = account.options() | {"cwd": clone}
    output = clone.parent / "up.txt"
    with open(output, "wb") as stream:
        command = [python_for(account), "manage.py", "up", "--port", "0"]
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=subprocess.STDOUT, **options)
    up = Up(process, output)
    try:
        eventually(lambda: READY in up.said or process.poll() is not None, SECONDS_TO_READY)
        assert READY in up.said, up.said
        assert ask(f"{up.url}readyz") == (200, {"status": "ready", "reason": None, "degraded": []})
        assert up.stop() == 0, up.said
        assert left_behind(clone) == []
    finally:
        process.kill()


def left_behind(clone: Path) -> list[str]:
    """The command lines of processes that still have to do with the clone."""
    listed = subprocess.run(["ps", "-eww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(clone) in line]


def main() -> None:
    """Every account has had its clone."""
    for account in accounts():
        with tempfile.TemporaryDirectory(prefix="policyhub-clone-") as place:
            clone = clone_for(account, Path(place))
            try:
                run_up(account, clone)
            finally:
                Installation(clone / ".data").remove()
        sys.stdout.write(f"A fresh clone became ready for user {account.uid} and left nothing behind.\n")


if __name__ == "__main__":
    main()
