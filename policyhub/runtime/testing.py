"""The test suite on servers of its own; as a plugin of pytest, one line about the tests that found no browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from policyhub.runtime.bootstrap import BASE
from policyhub.runtime.services import Home, data_directory, running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
GIVEN = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SIGN_URL", "DATABASE_READ_URL"),
    *("REDIS_URL", "EMAIL_URL"),
)


def run(arguments: Sequence[str]) -> int:
    """The status of a pytest run on embedded servers that nothing else uses, whatever addresses were given."""
    for name in GIVEN:
        os.environ.pop(name, None)
    home = Home(_directory())
    os.environ |= {"POLICYHUB_DATA": str(home.root), "POLICYHUB_SECRET_KEY": home.secret("secret_key")}
    with running(home, durable=False) as services:
        os.environ.update(services.environment())
        return _pytest(arguments)


def find_chromium() -> str | None:
    """The browser for browser tests: POLICYHUB_CHROMIUM, else the first on the PATH."""
    return os.environ.get("POLICYHUB_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """One line says how many browser tests were skipped and how to run them."""
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if "browser" in report.keywords]
    if skipped and not find_chromium():
        terminalreporter.write_line(
            f"{len(skipped)} browser tests were skipped for want of Chromium: "
            "install it (on Debian: apt install chromium) or set POLICYHUB_CHROMIUM to its path."
        )


def _directory() -> Path:
    data = data_directory()
    return data.with_name(f"{data.name}-test")


def _pytest(arguments: Sequence[str]) -> int:
    process = subprocess.Popen([sys.executable, "-m", "pytest", "-p", __name__, *arguments], cwd=BASE)
    # Ctrl-C reaches pytest too, which then finishes its report; we stay for the servers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
