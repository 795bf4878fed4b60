from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from policyhub.runtime.bootstrap import BASE
from tests.runtime.installation import Installation, Up, ask, eventually

pytestmark = pytest.mark.slow


def found(installation: Installation, command: str) -> list[int]:
    """The installation's processes whose command line holds these words."""
    words = command.replace(" ", "\0").encode()
    found = []
    for pid in installation.processes():
        with suppress(OSError):  # it ended since it was listed
            found += [pid] if words in Path(f"/proc/{pid}/cmdline").read_bytes() else []
    return found


def owner_url(installation: Installation) -> str:
    kept = installation.remembered()
    return f"postgresql://policyhub_owner:{kept['owner_password']}@127.0.0.1:{kept['postgres_port']}/policyhub"


def test_up_is_ready_and_says_so_before_it_offers_links(standing: tuple[Installation, Up]) -> None:
    _, up = standing
    assert ask(f"{up.url}readyz") == (200, {"status": "ready", "reason": None, "degraded": []})
    lines = up.said.splitlines()
    ready = lines.index(f"PolicyHub is ready at {up.url}")
    links = [number for number, line in enumerate(lines) if "accounts/" in line]
    assert links
    assert min(links) > ready
    assert "Warning" not in up.said


def test_up_a_second_time_says_that_it_runs_and_where(standing: tuple[Installation, Up]) -> None:
    installation, up = standing
    second = installation.run("up")
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == f"PolicyHub already runs on {installation.data}: open {up.url}, or stop it first.\n"
    assert ask(f"{up.url}readyz")[0] == 200


def test_command_beside_up_uses_its_servers_and_leaves_them_running(standing: tuple[Installation, Up]) -> None:
    installation, up = standing
    shown = installation.run("showmigrations", "--plan")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "[X]  record.0002_leaves" in shown.stdout
    assert ask(f"{up.url}readyz")[0] == 200


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_probe_beside_up_asks_its_processes(standing: tuple[Installation, Up], name: str) -> None:
    installation, _ = standing
    shown = installation.run("probe", name)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, f"The {name} process answers.\n", "")


def test_probe_where_nothing_runs_says_so_and_makes_no_data(installation: Installation) -> None:
    shown = installation.run("probe", "web", POLICYHUB_BIND="127.0.0.1:9")
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == "The web process does not answer.\n"
    assert not installation.data.exists()


def test_processes_that_serve_do_not_know_the_owner(standing: tuple[Installation, Up]) -> None:
    installation, _ = standing
    serving = found(installation, "manage.py serve")
    assert len(serving) >= 3
    assert [pid for pid in serving if b"DATABASE_OWNER_URL" in Path(f"/proc/{pid}/environ").read_bytes()] == []


@pytest.mark.parametrize(("name", "label"), [("web", "The web server"), ("beat", "The scheduler")])
def test_up_starts_a_process_again_that_ended(standing: tuple[Installation, Up], name: str, label: str) -> None:
    installation, up = standing
    first = min(found(installation, f"manage.py serve {name}"))
    os.kill(first, signal.SIGKILL)
    eventually(lambda: f"{label} ended (signal 9) and was started again." in up.said)
    eventually(lambda: ask(f"{up.url}readyz")[0] == 200)
    assert first not in found(installation, f"manage.py serve {name}")


def test_up_starts_its_database_again_that_was_killed(standing: tuple[Installation, Up]) -> None:
    installation, up = standing
    os.kill(min(found(installation, "bin/postgres -D")), signal.SIGKILL)
    eventually(lambda: "PostgreSQL had ended and was started again." in up.said)
    eventually(lambda: ask(f"{up.url}readyz")[0] == 200)


def test_readyz_gives_the_reason_when_the_database_is_behind(standing: tuple[Installation, Up]) -> None:
    installation, up = standing
    with psycopg.connect(owner_url(installation)) as owner:
        owner.execute("UPDATE django_migrations SET app = 'elsewhere' WHERE app = 'sessions'")
        owner.commit()
        status, health = ask(f"{up.url}readyz")
        owner.execute("UPDATE django_migrations SET app = 'sessions' WHERE app = 'elsewhere'")
    assert status == 503
    assert health["reason"] == "The database lacks 1 migrations: run manage.py migrate."


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_up_stops_on_a_signal_and_leaves_no_process(installation: Installation, number: int) -> None:
    with installation.up(POLICYHUB_SITE_URL="https://table.example.org") as up:
        assert up.stop(number) == 0
    assert installation.processes() == []
    assert up.said.endswith("Stopped.\n")
    assert "accounts/" not in up.said  # what others may reach offers no links


def test_up_told_to_stop_while_it_starts_leaves_no_process(installation: Installation) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", "0"],
        cwd=BASE,
        env=installation.environment(),
        stdout=subprocess.DEVNULL,
    )
    eventually(lambda: "redis_port" in installation.remembered())
    process.terminate()
    assert process.wait(60) == 128 + signal.SIGTERM
    assert installation.processes() == []


def test_up_after_kill_of_everything_has_lost_nothing(installation: Installation) -> None:
    with installation.up() as up:
        with psycopg.connect(owner_url(installation)) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 1618 AS number")
        installation.kill_everything()
        up.process.wait()
    with installation.up() as again:
        assert ask(f"{again.url}readyz")[0] == 200
        with psycopg.connect(owner_url(installation)) as owner:
            assert owner.execute("SELECT number FROM kept").fetchall() == [(1618,)]


def test_up_killed_alone_takes_its_processes_along_and_the_next_takes_the_servers_over(
    installation: Installation,
) -> None:
    with installation.up() as up:
        port = installation.remembered()["postgres_port"]
        up.stop(signal.SIGKILL)
        eventually(lambda: not found(installation, "manage.py serve"))
        assert found(installation, "bin/postgres -D")
    with installation.up() as again:
        assert installation.remembered()["postgres_port"] == port
        assert again.stop() == 0
    assert installation.processes() == []


def test_up_on_a_busy_port_says_so_and_starts_nothing(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = installation.run("up", "--port", str(port))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"PolicyHub cannot listen on 127.0.0.1:{port}: address already in use. "
        "Stop the program that uses this port, or choose another one with --port.\n"
    )
    assert not (installation.data / "servers").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--port 70000", "--port 70000 is no port: choose 1 to 65535, or 0 for any that is free.\n"),
        ("--port http", "up: argument --port: invalid int value: 'http'.\n"),
        ("--host nowhere.invalid", "nowhere.invalid is no address of this machine: choose another one with --host.\n"),
    ],
)
def test_up_at_an_address_that_cannot_be_is_bad_input(
    installation: Installation, arguments: str, sentence: str
) -> None:
    refused = installation.run("up", *arguments.split())
    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", sentence)


def test_up_with_only_the_serving_address_shows_the_sql_for_the_other_role(installation: Installation) -> None:
    only = {"DATABASE_URL": "postgresql://app:x@127.0.0.1:1/site", "REDIS_URL": "redis://127.0.0.1:1/0"}
    refused = installation.run("up", "--port", "0", **only)
    assert (refused.returncode, refused.stdout) == (1, "")
    statements = re.findall(r"^    (.*;)$", refused.stderr, re.MULTILINE)
    assert statements == [
        "CREATE ROLE site_owner LOGIN CREATEDB PASSWORD 'choose one';",
        "ALTER DATABASE site OWNER TO site_owner;",
        "ALTER ROLE app SET lock_timeout = '5s';",
    ]


def test_up_whose_database_cannot_be_reached_is_one_sentence(installation: Installation) -> None:
    given = {
        "DATABASE_URL": "postgresql://app:x@127.0.0.1:1/site",
        "DATABASE_OWNER_URL": "postgresql://owner:x@127.0.0.1:1/site",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    refused = installation.run("up", "--port", "0", **given)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert re.fullmatch(r"The database cannot be used: .*127\.0\.0\.1.*refused.*\n", refused.stderr)


def test_serve_without_its_secrets_refuses(installation: Installation) -> None:
    refused = installation.run("serve", "web", DATABASE_URL="postgresql://app:x@127.0.0.1:1/site")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "The web process cannot start without REDIS_URL and POLICYHUB_SECRET_KEY in its environment.\n"
    )
