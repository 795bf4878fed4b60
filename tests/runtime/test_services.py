from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from policyhub.runtime.refusal import Refusal
from policyhub.runtime.services import EMBEDDED, Home, Services, running
from policyhub.runtime.services.account import Account, account_for
from policyhub.runtime.services.home import SECRETS
from policyhub.runtime.services.postgres import APP, OWNER, Postgres
from policyhub.runtime.services.server import command_of, free_port
from tests.runtime.installation import GIVEN, Installation


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*GIVEN, EMBEDDED):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(installation: Installation) -> Home:
    return Home(installation.data)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose database cluster was made once; for tests that only look."""
    made = Installation(tmp_path_factory.mktemp("shared") / "data")
    yield Home(made.data)
    made.remove()


def postgres_of(services: Services) -> Postgres:
    assert services.postgres is not None
    return services.postgres


def url(services: Services, role: str) -> str:
    return postgres_of(services).url(role)


def pid_of(server: Postgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_serving_role_owns_nothing_and_the_owner_is_no_superuser(shared_home: Home) -> None:
    with running(shared_home, durable=False) as services:
        with psycopg.connect(url(services, APP)) as serving:
            assert serving.execute("SHOW lock_timeout").fetchone() == ("5s",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                serving.execute("CREATE TABLE mine (n int)")
        with psycopg.connect(url(services, OWNER)) as owner:
            row = owner.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
            assert row == (False, True)


def test_servers_listen_on_loopback_and_ask_for_a_password(shared_home: Home) -> None:
    with running(shared_home, durable=False) as services:
        assert services.broker is not None
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url(services, APP).replace(shared_home.secret("app_password"), "guessed"))
        with redis.Redis(port=services.broker.port) as guest, pytest.raises(redis.AuthenticationError):
            guest.ping()


def test_secrets_are_random_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    first, second = Home(tmp_path / "first"), Home(tmp_path / "second")
    assert len({*first.values.values(), *second.values.values()}) == 2 * len(SECRETS)
    assert stat.S_IMODE((tmp_path / "first" / "policyhub.json").stat().st_mode) == 0o600
    assert Home(tmp_path / "first").values == first.values


def test_directory_with_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear board")
    with pytest.raises(Refusal) as refused:
        Home(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path} holds something that is not PolicyHub's (letter.txt): nothing was written there. "
        "Set POLICYHUB_DATA to an empty or a new directory."
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_home_whose_first_start_was_cut_off_while_writing_is_claimed_again(tmp_path: Path) -> None:
    (tmp_path / "policyhub.json.part").write_text("{")
    assert Home(tmp_path).secret("secret_key")
    assert [entry.name for entry in tmp_path.iterdir()] == ["policyhub.json"]


def test_home_with_a_damaged_mark_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policyhub.json").write_text("{")
    with pytest.raises(Refusal, match=r"policyhub\.json is damaged: put it back from a backup"):
        Home(tmp_path)


def test_last_one_to_leave_stops_the_servers(shared_home: Home) -> None:
    with running(shared_home, durable=False) as first:
        with running(shared_home, durable=False) as second:
            assert second.environment() == first.environment()
        assert [server.answers() for server in first.servers] == [True, True]
        pid = pid_of(postgres_of(first))
    assert [server.is_gone() for server in first.servers] == [True, True]
    assert command_of(pid) == ""


def test_server_killed_is_revived_where_it_was_with_what_was_committed(home: Home) -> None:
    with running(home) as services:
        postgres, port = postgres_of(services), postgres_of(services).port
        with psycopg.connect(url(services, OWNER)) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 1618 AS number")
        os.kill(pid_of(postgres), signal.SIGKILL)
        assert services.revive() == ["PostgreSQL"]
        assert services.revive() == []
        assert postgres.port == port
        with psycopg.connect(url(services, OWNER)) as owner:
            assert owner.execute("SELECT number FROM kept").fetchall() == [(1618,)]


def test_process_id_that_is_somebody_elses_by_now_does_not_stop_a_start(home: Home) -> None:
    with running(home, durable=False) as services:
        postgres = postgres_of(services)
        left_behind = (postgres.data / "postmaster.pid").read_text().split("\n")
    with subprocess.Popen(["sleep", "60"], **postgres.account.options()) as other:
        (postgres.data / "postmaster.pid").write_text("\n".join([str(other.pid), *left_behind[1:]]))
        with running(home, durable=False):
            assert postgres.answers()
        assert other.poll() is None
        other.kill()


def test_cluster_that_was_cut_off_while_it_was_made_is_made_again(home: Home) -> None:
    with running(home, durable=False) as services:
        cluster = postgres_of(services).data
    part = cluster.with_suffix(".part")
    cluster.rename(part)
    (part / "postgresql.conf").unlink()
    with running(home, durable=False) as services:
        assert postgres_of(services).answers()
    assert not part.exists()


def test_server_of_other_data_on_our_port_is_not_taken_for_ours(home: Home, shared_home: Home) -> None:
    with running(shared_home, durable=False) as others:
        passwords = {name: value for name, value in shared_home.values.items() if name.endswith("_password")}
        home.remember(**passwords, postgres_port=str(postgres_of(others).port))
        with running(home, durable=False) as services:
            assert postgres_of(services).port != postgres_of(others).port
            assert pid_of(postgres_of(services)) != pid_of(postgres_of(others))
            assert [server.answers() for server in (*services.servers, *others.servers)] == [True] * 4


def test_full_disk_is_one_sentence_and_room_heals_it(installation: Installation) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))

    command = [sys.executable, "manage.py", "showmigrations"]
    refused = subprocess.run(
        command, env=installation.environment(), capture_output=True, text=True, preexec_fn=no_room
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "The disk is full: not everything could be written. Free some space and run the same command again; "
        "what was stored before is safe.\n"
    )
    assert installation.processes() == []
    with running(Home(installation.data), durable=False) as services:
        assert postgres_of(services).answers()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers under another account")
def test_root_keeps_the_cluster_where_its_account_reaches_it_and_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    installation = Installation(closed / "data")
    # As in a checkout below /root: neither the data nor the programs are within the account's reach.
    monkeypatch.setattr(Account, "can_run", lambda account, path: path.is_relative_to("/var"))
    try:
        with running(Home(installation.data), durable=False) as services:
            data, programs = postgres_of(services).data, postgres_of(services).programs
        assert not data.is_relative_to(closed)
        assert programs.is_relative_to(data.parent)
        assert data.stat().st_uid == account_for(data).uid != 0
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        installation.remove()


def test_data_that_was_kept_elsewhere_and_is_gone_is_refused(home: Home, tmp_path: Path) -> None:
    home.remember(servers=str(tmp_path / "gone"))
    with pytest.raises(Refusal, match="which is gone: put it back from a backup"):
        Services(home)


def test_address_that_was_given_is_not_embedded(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:x@db.example.org/site")
    assert [server.name for server in Services(home).servers] == ["redis"]
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    assert Services(home).servers == []
