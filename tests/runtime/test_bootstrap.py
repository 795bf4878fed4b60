from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from policyhub.runtime import bootstrap, installing
from policyhub.runtime.bootstrap import BASE, DEVELOPMENT, RUNTIME, Environment
from policyhub.runtime.installing import refusal_of
from policyhub.runtime.refusal import Refusal

UNREACHABLE = "http://127.0.0.1:1/simple"
FAKE_UV = """#!/bin/sh
for site in "$(dirname "$4")"/../lib/python*/site-packages; do
    mkdir -p "$site/django" && touch "$site/django/__init__.py"
done
echo "$@" >> "$0.log"
echo "Installed 71 packages in 1.0s"
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A checkout with requirements, below a path with a space."""
    made = tmp_path / "a checkout"
    made.mkdir()
    (made / RUNTIME).write_text("django\n")
    (made / DEVELOPMENT).write_text("-r requirements.txt\npytest\n")
    return made


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installer on the PATH that notes what it was asked and puts an empty Django in place."""
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    program.write_text(FAKE_UV)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def calls(uv: Path) -> int:
    log = uv.with_name("uv.log")
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_bootstrap_needs_nothing_but_the_standard_library() -> None:
    check = "import sys; import policyhub.runtime.bootstrap; print('django' in sys.modules)"
    alone = subprocess.run([sys.executable, "-S", "-c", check], cwd=BASE, capture_output=True, text=True)
    assert (alone.stdout, alone.stderr) == ("False\n", "")


def test_environment_is_made_once_and_then_left_alone(base: Path, uv: Path) -> None:
    environment = Environment(base, base / ".venv")
    assert not environment.is_complete(RUNTIME)
    assert environment.ensure(RUNTIME) is True
    assert environment.ensure(RUNTIME) is False
    assert calls(uv) == 1


def test_environment_for_development_serves_for_running_too_but_not_the_reverse(base: Path, uv: Path) -> None:
    environment = Environment(base, base / ".venv")
    environment.ensure(RUNTIME)
    assert not environment.is_complete(DEVELOPMENT)
    environment.ensure(DEVELOPMENT)
    assert environment.is_complete(RUNTIME)
    assert environment.is_complete(DEVELOPMENT)


def test_environment_is_brought_up_to_date_when_the_requirements_change(base: Path, uv: Path) -> None:
    environment = Environment(base, base / ".venv")
    environment.ensure(DEVELOPMENT)
    (base / RUNTIME).write_text("django\nmarkdown\n")
    assert not environment.is_complete(DEVELOPMENT)
    assert environment.ensure(DEVELOPMENT) is True
    assert environment.is_complete(RUNTIME)


def test_environment_that_was_cut_off_is_made_again_from_nothing(base: Path, uv: Path) -> None:
    environment = Environment(base, base / ".venv")
    environment.ensure(RUNTIME)
    half = next(environment.home.glob("lib/python*/site-packages")) / "half_a_package"
    half.mkdir()
    (environment.home / "unfinished").touch()
    (environment.home / f"{RUNTIME}.stamp").unlink()
    assert environment.ensure(RUNTIME) is True
    assert not half.exists()


def test_environment_whose_python_is_gone_is_made_again(base: Path, uv: Path) -> None:
    environment = Environment(base, base / ".venv")
    environment.ensure(RUNTIME)
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python")
    assert environment.ensure(RUNTIME) is True
    assert subprocess.run([environment.python, "-c", ""]).returncode == 0


def test_environment_made_by_hand_is_kept_and_completed(base: Path, uv: Path) -> None:
    environment = Environment(base, base / ".venv")
    venv.create(environment.home, symlinks=True)
    (environment.home / "mine.txt").touch()
    environment.ensure(RUNTIME)
    assert (environment.home / "mine.txt").exists()


def test_installation_without_a_network_is_one_sentence(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("PIP_INDEX_URL", UNREACHABLE)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setattr(bootstrap, "importable", lambda name: name == "ensurepip")
    monkeypatch.setattr(installing, "importable", lambda name: False)
    with pytest.raises(
        Refusal, match=r"the package index cannot be reached from here\. Connect to the network and run"
    ):
        Environment(base, base / ".venv").ensure(RUNTIME)
    assert not Environment(base, base / ".venv").is_complete(RUNTIME)


@pytest.mark.parametrize(("found", "can"), [("22.3", True), ("26.0.1", True), ("22.2.2", False), ("unknown", False)])
def test_pip_installs_into_another_environment_since_22_3(
    found: str, can: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "version", lambda name: found)
    monkeypatch.setattr(installing, "importable", lambda name: True)
    assert installing.installs_elsewhere() is can
    monkeypatch.setattr(installing, "importable", lambda name: False)
    assert installing.installs_elsewhere() is False


FETCH, BY_UV, BY_PIP = "pip install {uv}", "uv pip {requirements}", "pip install {requirements}"
FAKE_PIP = """#!/bin/sh
echo "pip $@" >> "{log}"
case "$*" in
    "config list") {config} ;;
    *"uv=="*) printf '#!/bin/sh\\necho "uv $@" >> "{log}"; exit {status}\\n' > "{uv}" && chmod +x "{uv}" ;;
esac
"""


@pytest.mark.parametrize(
    ("config", "status", "asked"),
    [
        (":", 0, [FETCH, BY_UV]),
        (":", 1, [FETCH, BY_UV, BY_PIP]),
        ("echo global.extra-index-url=file:///packages", 0, [FETCH, BY_UV]),
        ("echo :env:.index-url=https://packages.example.org/simple", 0, [BY_PIP]),
        ("exit 1", 0, [BY_PIP]),
    ],
)
def test_pip_lets_uv_install_unless_it_was_told_of_another_index(
    tmp_path: Path, config: str, status: int, asked: list[str]
) -> None:
    pip, log = tmp_path / "fake_pip", tmp_path / "log"
    pip.write_text(FAKE_PIP.format(config=config, uv=tmp_path / "uv", status=status, log=log))
    pip.chmod(0o755)
    installing.Pip([str(pip)], tmp_path / "python").install(tmp_path / RUNTIME)
    assert [" ".join([*line.split()[:2], line.split()[-1]]) for line in log.read_text().splitlines()] == [
        each.format(requirements=tmp_path / RUNTIME, uv=installing.QUICK) for each in ["pip config list", *asked]
    ]


def test_python_without_any_installer_is_told_what_to_install(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(bootstrap, "importable", lambda name: False)
    monkeypatch.setattr(installing, "importable", lambda name: False)
    with pytest.raises(Refusal, match="neither ensurepip nor pip, and uv is not on the PATH: install one of them"):
        Environment(base, base / ".venv").ensure(RUNTIME)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("error: Failed to fetch: `x`\n  Caused by: dns error", "The packages could not be fetched"),
        (
            "Collecting x\nERROR: No matching distribution found for x==9",
            "The packages could not be installed: ERROR: No",
        ),
        ("", "The packages could not be installed: the installer said nothing"),
    ],
)
def test_failure_of_an_installer_becomes_one_sentence(output: str, sentence: str) -> None:
    refusal = str(refusal_of(output))
    assert refusal.startswith(sentence)
    assert "\n" not in refusal


def test_python_too_old_is_told_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(SystemExit) as ended:
        bootstrap.enter(["manage.py", "up"])
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "PolicyHub needs Python 3.11 or newer, and this is 3.9: run manage.py with a newer one.\n"
    )


def test_file_in_the_way_of_the_environment_is_one_sentence(
    base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (base / ".venv").touch()
    monkeypatch.setattr(bootstrap, "BASE", base)
    monkeypatch.setattr(bootstrap, "importable", lambda name: False)
    with pytest.raises(SystemExit) as ended:
        bootstrap.enter(["manage.py", "up"])
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"{base / '.venv'}: Not a directory.\n"
