from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from policyhub.runtime import testing
from policyhub.runtime.address import Address, requested
from policyhub.runtime.launch import as_refusal
from policyhub.runtime.refusal import Refusal, disk_full
from tests.runtime.installation import Installation


def test_command_without_a_server_starts_its_own_migrates_them_and_stops_them(installation: Installation) -> None:
    shown = installation.run("shell", "-c", "from policyhub.record.queries import size; print('entries:', size())")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.endswith("entries: 0\n")
    assert installation.processes() == []


def test_command_that_needs_no_database_makes_no_data(installation: Installation) -> None:
    assert installation.run("help").returncode == 0
    assert installation.run("up", "--help").returncode == 0
    assert not installation.data.exists()


def test_command_in_a_foreign_directory_is_one_sentence(installation: Installation) -> None:
    installation.data.mkdir(parents=True)
    (installation.data / "photos").mkdir()
    refused = installation.run("showmigrations")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"{installation.data} holds something that is not PolicyHub's (photos)")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), str(disk_full())),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), "/data/x may not be read or written by user"),
        (
            OperationalError("connection failed:\n\tis it running?"),
            "The database cannot be used: connection failed: is",
        ),
        (Refusal("So it is."), "So it is."),
    ],
)
def test_failure_is_said_in_one_line(error: Refusal | OSError | OperationalError, sentence: str) -> None:
    said = str(as_refusal(error))
    assert said.startswith(sentence)
    assert "\n" not in said


def test_database_that_ran_out_of_room_is_a_full_disk() -> None:
    error = OperationalError("could not extend file")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file")
    assert str(as_refusal(error)) == str(disk_full())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", Address("127.0.0.1", 8000)),
        ("[::1]:80", Address("::1", 80)),
        ("0.0.0.0:0", Address("0.0.0.0", 0)),
    ],
)
def test_address_is_read_as_it_is_written(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert str(address) == text


@pytest.mark.parametrize("text", ["8000", "127.0.0.1", "127.0.0.1:", ":8000", "127.0.0.1:http"])
def test_address_without_host_or_port_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match=r"write a host and a port, like 127\.0\.0\.1:8000"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("host", "site", "loopback"),
    [
        ("127.0.0.1", "", "1"),
        ("localhost", "", "1"),
        ("127.0.0.1", "https://table.example.org", "0"),
        ("0.0.0.0", "", "0"),
        ("0.0.0.0", "http://localhost:8000", "0"),
    ],
)
def test_only_a_site_that_nobody_else_reaches_counts_as_on_loopback(
    monkeypatch: pytest.MonkeyPatch, host: str, site: str, loopback: str
) -> None:
    monkeypatch.setenv("POLICYHUB_SITE_URL", site)
    assert Address(host, 8000).environment()["POLICYHUB_LOOPBACK"] == loopback


def test_site_on_every_address_answers_to_the_names_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYHUB_HOSTS", "table.example.org")
    hosts = requested(["--host", "0.0.0.0"]).environment()["POLICYHUB_HOSTS"].split(",")
    assert {"table.example.org", "0.0.0.0", os.uname().nodename} <= set(hosts)


@dataclass
class Report:
    keywords: dict[str, int]


@dataclass
class Reporter:
    stats: dict[str, list[Report]]
    lines: list[str] = field(default_factory=list)

    def write_line(self, line: str) -> None:
        self.lines.append(line)


@pytest.mark.parametrize(
    ("chromium", "said"),
    [
        ("/usr/bin/chromium", []),
        (
            None,
            [
                "2 browser tests were skipped for want of Chromium: "
                "install it (on Debian: apt install chromium) or set POLICYHUB_CHROMIUM to its path."
            ],
        ),
    ],
)
def test_browser_tests_that_were_skipped_are_counted_in_one_line(
    monkeypatch: pytest.MonkeyPatch, chromium: str | None, said: list[str]
) -> None:
    monkeypatch.setattr(testing, "find_chromium", lambda: chromium)
    reporter: Any = Reporter({"skipped": [Report({"browser": 1}), Report({"slow": 1}), Report({"browser": 1})]})
    testing.pytest_terminal_summary(reporter)
    assert reporter.lines == said
