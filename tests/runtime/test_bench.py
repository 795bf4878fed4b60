"""`bench`: turns are taken, the sums are right, and what cannot be measured says why. No test looks at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from policyhub.participation.models import Process
from policyhub.runtime.bench import BENCHES, Bench, measure, pages, record, starting
from policyhub.runtime.bench.measuring import Go
from policyhub.runtime.bench.scratch import scratch_database
from policyhub.runtime.refusal import Refusal
from policyhub.wsgi import application


def bench_of(
    *lap_times: tuple[str, list[float]], took: list[str] | None = None, closed: list[bool] | None = None
) -> Bench:
    """A benchmark whose contestants take these seconds, one after another."""

    def go(name: str, seconds: Iterator[float]) -> Go:
        def once() -> float:
            if took is not None:
                took.append(name)
            return next(seconds)

        return once

    @contextmanager
    def contestants() -> Iterator[Mapping[str, Go]]:
        try:
            yield {name: go(name, iter(seconds)) for name, seconds in lap_times}
        finally:
            if closed is not None:
                closed.append(True)

    return Bench("race", "who runs faster", lap_times[0][0], 3, contestants, {"hare": 0.5})


def quiet(line: str) -> None:
    """Say nothing."""


def test_each_takes_its_turn_in_each_round_and_another_one_begins() -> None:
    took: list[str] = []
    measure(bench_of(("a", [1] * 3), ("b", [1] * 3), ("c", [1] * 3), took=took), say=quiet)
    assert "".join(took) == "abcbcacab"


def test_result_tells_medians_and_shares_of_the_peers_time() -> None:
    found = measure(bench_of(("tortoise", [4.0, 9.0, 2.0]), ("hare", [1.0, 0.5, 8.0])), say=quiet)
    assert found.as_json() == {
        "name": "race",
        "what": "who runs faster",
        "peer": "tortoise",
        "rounds": 3,
        "contestants": [
            {"name": "tortoise", "median_seconds": 4.0, "ratio": 1.0, "goal": None},
            {"name": "hare", "median_seconds": 1.0, "ratio": 0.25, "goal": 0.5},
        ],
    }
    assert found.as_text() == (
        "race: who runs faster\n  tortoise      4.0 s  the peer\n  hare          1.0 s  0.25 × the peer, goal 0.5 ×"
    )


@pytest.mark.parametrize("rounds", [1, 2])
def test_rounds_can_be_fewer(rounds: int) -> None:
    said: list[str] = []
    found = measure(bench_of(("a", [1.0] * 3)), rounds=rounds, say=said.append)
    assert (found.rounds, said) == (rounds, [f"race: round {each + 1} of {rounds}" for each in range(rounds)])


def test_field_is_cleared_even_when_somebody_falls() -> None:
    closed: list[bool] = []
    with pytest.raises(StopIteration):
        measure(bench_of(("a", [1.0]), closed=closed), say=quiet)
    assert closed == [True]


def bench(*arguments: str) -> tuple[int, str, str]:
    """The status and what was said on both streams."""
    out, error = StringIO(), StringIO()
    try:
        call_command("bench", *arguments, stdout=out, stderr=error)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), error.getvalue()
    return 0, out.getvalue(), error.getvalue()


def test_unknown_name_is_bad_input_and_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[str] = []
    monkeypatch.setitem(BENCHES, "race", bench_of(("a", [1.0]), took=took))
    said = f"There is no benchmark named walk. There are: {', '.join(BENCHES)}.\n"
    assert bench("race", "walk") == (2, "", said)
    assert took == []


@pytest.mark.parametrize("rounds", ["0", "-1"])
def test_no_rounds_are_bad_input(rounds: str) -> None:
    assert bench("--rounds", rounds) == (2, "", "At least one round is needed: --rounds 1 or more.\n")


def test_what_cannot_be_measured_says_why_and_the_rest_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> float:
        raise Refusal("There is no network.")

    @contextmanager
    def contestants() -> Iterator[Mapping[str, Go]]:
        yield {"a": refuse}

    monkeypatch.setitem(BENCHES, "race", bench_of(("a", [1.0])))
    monkeypatch.setitem(BENCHES, "swim", Bench("swim", "who swims", "a", 1, contestants, {}))
    status, out, error = bench("swim", "race", "--rounds", "1", "--json")
    said: dict[str, Any] = json.loads(out)
    assert (status, [each["name"] for each in said["measured"]]) == (1, ["race"])
    assert said["refused"] == {"swim": "There is no network."}
    assert error.splitlines()[-1] == "swim was not measured. There is no network."


def test_contestants_and_goals_belong_together() -> None:
    assert [bench.name for bench in BENCHES.values()] == list(BENCHES)
    assert list(BENCHES) == ["process-page", "up", "append", "append-limit", "prove", "verify-hashes", "verify-story"]
    assert set(pages.BENCH.goals) == {pages.PAGE, pages.UNCHANGED}
    assert dict(starting.BENCH.goals) == {starting.UP: 1.6}


@pytest.mark.slow
def test_process_page_and_its_peer_say_the_same_and_the_peer_works_harder(own_database: str) -> None:
    before = connection.settings_dict["NAME"]
    with scratch_database():
        call_command("load_demo", stdout=StringIO())
        path = Process.objects.get(slug="face-recognition").get_absolute_url()
        naive = pages.Naive()
        drawn = {name: pages.ask(wsgi, path) for name, wsgi in (("page", application), ("naive", naive))}
        assert drawn["page"].body == drawn["naive"].body
        assert ("ETag" in drawn["page"].headers, "ETag" in drawn["naive"].headers) == (True, False)
        known = {"HTTP_IF_NONE_MATCH": drawn["page"].headers["ETag"]}
        assert [pages.ask(wsgi, path, known).status for wsgi in (application, naive)] == [304, 200]
        assert asked(naive, path) > asked(application, path) > asked(application, path, known)
    assert (connection.settings_dict["NAME"], Process.objects.count()) == (before, 0)


def asked(wsgi: Any, path: str, given: dict[str, str] | None = None) -> int:
    """How many queries an answer takes."""
    connection.force_debug_cursor = True
    already = len(connection.queries_log)
    try:
        connection.queries_log.clear()
        pages.ask(wsgi, path, given)
        return len(connection.queries_log)
    finally:
        connection.force_debug_cursor = bool(already)


@pytest.mark.slow
def test_process_page_is_measured(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "REQUESTS", 1)
    status, out, _ = bench("process-page", "--rounds", "1", "--json")
    (said,) = json.loads(out)["measured"]
    assert (status, said["name"], said["rounds"], said["peer"]) == (0, "process-page", 1, pages.NAIVE)
    assert [each["name"] for each in said["contestants"]] == [pages.NAIVE, pages.PAGE, pages.UNCHANGED]
    peer = Fraction(said["contestants"][0]["median_seconds"])
    assert [each["ratio"] for each in said["contestants"]] == [
        pytest.approx(float(Fraction(each["median_seconds"]) / peer)) for each in said["contestants"]
    ]
    assert all(each["median_seconds"] > 0 for each in said["contestants"])


@pytest.mark.slow
def test_up_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    status, out, error = bench("up", "--rounds", "1")
    assert (status, out.strip()) == (1, "")
    assert error.splitlines()[-1].startswith("up was not measured. The packages could not be fetched:")


def test_up_begins_with_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_uv, without = tmp_path / "with", tmp_path / "without"
    for folder in (with_uv, without):
        folder.mkdir()
    (with_uv / "uv").write_text("#!/bin/sh\n")
    (with_uv / "uv").chmod(0o755)
    for name in ("DATABASE_URL", "REDIS_URL", "POLICYHUB_DATA", "PIP_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, "something")
    monkeypatch.setenv("PATH", f"{with_uv}:{without}")
    monkeypatch.setenv("PIP_CERT", "kept")
    found = starting.environment(tmp_path)
    assert (found["HOME"], found["PATH"], found["PIP_CERT"]) == (str(tmp_path), str(without), "kept")
    assert not {"DATABASE_URL", "REDIS_URL", "POLICYHUB_DATA", "PIP_CACHE_DIR", "XDG_CACHE_HOME"} & set(found)


@pytest.mark.parametrize("name", ["append", "append-limit", "prove", "verify-hashes", "verify-story"])
def test_each_bench_of_the_record_is_measured(own_database: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for size, small in (("LEAVES", 20_000), ("LEAVES_OF_A_STORY", 600), ("APPENDS", 16)):
        monkeypatch.setattr(record, size, small)
    bench = BENCHES[name]
    found = measure(bench, rounds=1, say=lambda line: None)
    assert {bench.peer, *bench.goals} <= set(found.seconds)
    assert all(seconds > 0 for each in found.seconds.values() for seconds in each)
