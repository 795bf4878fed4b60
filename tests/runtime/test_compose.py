"""The containers' own commands, environments and health checks, on the test's servers: no engine is needed."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from policyhub.runtime.bootstrap import BASE
from policyhub.runtime.services import EMBEDDED, Home, Services
from policyhub.runtime.services.postgres import APP, OWNER, READ, SERVICES, SIGN
from policyhub.runtime.services.server import free_port
from tests.runtime.installation import GIVEN, Installation

pytestmark = pytest.mark.slow
COMPOSE: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text())
BUILT = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
PROCESSES = ("web", "worker", "beat", "signer")
VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
SECRETS = {
    "POLICYHUB_SECRET_KEY",
    "POLICYHUB_DATABASE_PASSWORD",
    "POLICYHUB_OWNER_PASSWORD",
    "POLICYHUB_APP_PASSWORD",
    "POLICYHUB_SIGN_PASSWORD",
    "POLICYHUB_READ_PASSWORD",
}


def filled(text: str, given: Mapping[str, str]) -> str:
    """The text with its variables replaced as Compose does it."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if given.get(name):
            return given[name]
        if kind == "?":
            raise KeyError(name)
        return rest or ""

    return VARIABLE.sub(value, text)


class Stack:
    """The servers that the containers would find by their names."""

    def __init__(self, services: Services, mail: socket.socket) -> None:
        assert services.postgres is not None
        assert services.broker is not None
        self.postgres = services.postgres
        home = services.home
        self.given = {
            "POLICYHUB_SECRET_KEY": home.secret("secret_key"),
            "POLICYHUB_OWNER_PASSWORD": home.secret("owner_password"),
            "POLICYHUB_APP_PASSWORD": home.secret("app_password"),
            "POLICYHUB_SIGN_PASSWORD": home.secret("sign_password"),
            "POLICYHUB_READ_PASSWORD": home.secret("read_password"),
            "POLICYHUB_DATABASE_PASSWORD": home.secret("services_password"),
        }
        self.where = {
            "@postgres:5432/": f"@127.0.0.1:{services.postgres.port}/",
            "redis://redis:6379/0": services.broker.url,
            "mail:1025": f"127.0.0.1:{mail.getsockname()[1]}",
            "0.0.0.0:8000": f"127.0.0.1:{free_port()}",
        }

    def environment(self, name: str) -> dict[str, str]:
        """The service's own environment, its neighbours' names replaced by the test's servers."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("POLICYHUB_", "DJANGO_"))}
        for key in GIVEN:
            kept.pop(key, None)
        own = {key: filled(str(value), self.given) for key, value in BUILT[name]["environment"].items()}
        for ours, theirs in self.where.items():
            own = {key: value.replace(ours, theirs) for key, value in own.items()}
        return kept | own


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """PostgreSQL with the roles that Compose's script makes, Redis and a mail server's port."""
    installation = Installation(tmp_path_factory.mktemp("compose") / "data")
    with pytest.MonkeyPatch.context() as patch, socket.create_server(("127.0.0.1", 0)) as mail:
        for name in (*GIVEN, EMBEDDED):
            patch.delenv(name, raising=False)
        services = Services(Home(installation.data), durable=False)
        for server in services.servers:
            server.start()
        try:
            yield Stack(services, mail)
        finally:
            services.stop()
            installation.remove()


@pytest.fixture(scope="module")
def migrated(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack after Compose's role script and its one-shot service have run."""
    script = tmp_path_factory.mktemp("sql") / "roles.sql"
    script.write_text(COMPOSE["configs"]["roles"]["content"])
    where = ["--host=127.0.0.1", f"--port={stack.postgres.port}", f"--username={SERVICES}", "--dbname=postgres"]
    subprocess.run(
        [str(stack.postgres.programs / "psql"), *where, "--set=ON_ERROR_STOP=1", f"--file={script}"],
        env=stack.given | {"PGPASSWORD": stack.given["POLICYHUB_DATABASE_PASSWORD"]},
        check=True,
        capture_output=True,
    )
    done = run(command_of("migrate"), stack.environment("migrate"))
    assert (done.returncode, done.stderr) == (0, "")
    return stack


def command_of(name: str) -> list[str]:
    return [sys.executable if word == "python" else word for word in BUILT[name]["command"]]


def health_of(name: str) -> list[str]:
    kind, *test = BUILT[name]["healthcheck"]["test"]
    assert kind == "CMD"
    return [sys.executable if word == "python" else word for word in test]


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=120)


def test_services_built_here_are_the_processes_of_the_product() -> None:
    assert set(BUILT) == {*PROCESSES, "migrate"}


def test_other_services_are_pinned_images() -> None:
    images = [service["image"] for name, service in COMPOSE["services"].items() if name not in BUILT]
    assert [image for image in images if not re.search(r":v?\d+\.\d+$", image)] == []


def test_nothing_starts_without_secrets_of_its_own() -> None:
    text = (BASE / "docker-compose.yml").read_text()
    assert {name for name, kind, _ in VARIABLE.findall(text) if kind == "?"} == SECRETS
    for name in (*BUILT, "postgres"):
        with pytest.raises(KeyError):
            filled(str(COMPOSE["services"][name]["environment"]), {})


def test_only_the_service_that_migrates_knows_the_owner() -> None:
    assert [name for name, service in BUILT.items() if "DATABASE_OWNER_URL" in service["environment"]] == ["migrate"]


def test_signer_knows_its_own_role_alone_and_shares_its_key_with_nobody() -> None:
    assert [name for name, service in BUILT.items() if "DATABASE_READ_URL" in service["environment"]] == ["migrate"]
    databases = {name: {key for key in BUILT[name]["environment"] if key.startswith("DATABASE")} for name in BUILT}
    assert databases["signer"] == {"DATABASE_SIGN_URL"}
    assert [name for name, known in databases.items() if "DATABASE_SIGN_URL" in known] == ["signer", "migrate"]
    assert [
        name for name, service in COMPOSE["services"].items() if "signer:/signer" in service.get("volumes", [])
    ] == ["signer"]


def test_role_script_makes_the_roles(migrated: Stack) -> None:
    with psycopg.connect(migrated.postgres.url(OWNER)) as owner:
        row = owner.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False, True)
    with psycopg.connect(migrated.postgres.url(APP)) as serving:
        assert serving.execute("SHOW lock_timeout").fetchone() == ("5s",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            serving.execute("DELETE FROM record_leaf")
    with psycopg.connect(migrated.postgres.url(READ)) as reading:
        assert reading.execute("SELECT count(*) FROM record_secret").fetchone() == (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reading.execute("CREATE TEMP TABLE kept ()")
    with psycopg.connect(migrated.postgres.url(SIGN)) as signing:
        assert signing.execute("SELECT count(*) FROM record_checkpoint").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            signing.execute("SELECT * FROM record_secret")


@pytest.mark.parametrize("name", PROCESSES)
def test_service_becomes_healthy_by_its_own_check_and_stops_when_told(
    migrated: Stack, name: str, tmp_path: Path
) -> None:
    environment = migrated.environment(name) | {"TMPDIR": str(tmp_path), "POLICYHUB_DATA": str(tmp_path)}
    if name == "signer":
        environment["POLICYHUB_SIGNER"] = str(tmp_path / "signer")
    assert run(health_of(name), environment).returncode == 1
    process = subprocess.Popen(command_of(name), cwd=BASE, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 90
        while run(health_of(name), environment).returncode:
            assert process.poll() is None
            assert time.monotonic() < deadline
    finally:
        process.terminate()
        status = process.wait(60)
    assert status == 0


def test_image_runs_as_an_ordinary_user_and_checks_the_web_process() -> None:
    steps = dict(line.split(" ", 1) for line in (BASE / "Dockerfile").read_text().splitlines() if " " in line)
    assert steps["USER"] == "policyhub"
    assert steps["CMD"].replace('"', "").strip("[]").split(", ") == BUILT["web"]["command"]
    check = steps["HEALTHCHECK"].split("CMD ")[1].replace(",", "")
    assert shlex.split(check.strip("[]")) == BUILT["web"]["healthcheck"]["test"][1:]
