"""What a comparison found is kept and told: by the command, in the health of the site, on pages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from policyhub.insight import agreement
from policyhub.insight.acts import keep_comparison
from policyhub.insight.agreement import Comparison, Disagreement, compare
from policyhub.insight.models import LastComparison
from policyhub.insight.queries import last_comparison
from policyhub.insight.tasks import compare_tables
from policyhub.participation.models import Process
from policyhub.record.models import Entry
from policyhub.runtime import health
from tests.factories.participation import make_person
from tests.factories.record import write
from tests.factories.story import tell_story
from tests.portal.reading import read

DAY = timedelta(days=1)
ONE = Disagreement(0, "title", "Face recognition", "Faces", "Entry 0 says of title: Face recognition.")
WRONG, RIGHT = Comparison(7, 1, (ONE,)), Comparison(8, 0, ())


def compared(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("compare_record", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_command_says_that_tables_agree(db: None) -> None:
    tell_story()
    entries = Entry.objects.count()
    assert compared() == (0, f"The tables agree with the record in all of its {entries} entries.\n", "")
    status, out, _ = compared("--json")
    assert (status, json.loads(out)) == (0, {"agrees": True, "entries": entries, "disagreements": 0, "listed": []})


def test_command_names_each_disagreement_and_fails(db: None) -> None:
    tell_story()
    Process.objects.filter(slug="faces").update(title="Faces")
    opened = Entry.objects.get(subject="process/faces", kind="process.opened").index
    sentence = f"Entry {opened} (process.opened) says of title: Face recognition. The tables say: Faces."
    assert compared() == (1, "", f"The tables disagree with the record in 1 places.\n{sentence}\n")
    status, out, _ = compared("--json")
    assert (status, json.loads(out)["listed"]) == (
        1,
        [{"entry": opened, "field": "title", "said": "Face recognition", "found": "Faces", "why": sentence}],
    )


def test_what_is_listed_is_bounded(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        make_person(f"planted-{number}@example.org", may_convene=True)
    monkeypatch.setattr(agreement, "LISTED", 2)
    found = compare()
    assert (len(found.listed), found.disagreements) == (2, 3)
    status, _, told = compared()
    assert (status, told.splitlines()[-1]) == (1, "1 more are not listed.")


def test_the_task_runs_at_night_and_keeps_what_it_found(db: None, now: datetime) -> None:
    scheduled = [each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()]
    assert ("insight.compare" in scheduled, "insight.compare" in current_app.tasks) == (True, True)
    compare_tables()
    kept = last_comparison()
    assert kept is not None
    assert (kept.entries, kept.disagreements, kept.since) == (0, 0, None)
    assert kept.compared_at >= now


def test_one_comparison_is_kept_and_since_when_they_disagree(db: None, now: datetime) -> None:
    for hours, found in enumerate((WRONG, WRONG, RIGHT, WRONG)):
        keep_comparison(found, at=now + timedelta(hours=hours))
        if hours == 1:
            assert LastComparison.objects.values_list("since", flat=True).get() == now
    kept = LastComparison.objects.get()
    assert (kept.since, kept.listed) == (now + timedelta(hours=3), [ONE.as_json()])


def test_health_tells_a_disagreement_and_since_when(db: None, now: datetime) -> None:
    keep_comparison(WRONG, at=now)
    assert [each for each in health.degradations() if "disagree" in each] == [
        "The tables disagree with the record in 1 place since "
        f"{now.strftime('%Y-%m-%dT%H:%M:%S.%fZ')}: see compare_record."
    ]


def test_health_tells_that_nobody_compared(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each for each in health.degradations() if "compared" in each] == []
    write(1)
    fresh = [each for each in health.degradations() if "compared" in each]
    monkeypatch.setattr(health, "COMPARED_EVERY", -DAY)
    begun = Entry.objects.get(index=0).recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    never = [each for each in health.degradations() if "compared" in each]
    keep_comparison(RIGHT, at=now)
    at = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    late = [each for each in health.degradations() if "compared" in each]
    sentence = "The tables were not compared with the record since {}: beat or the worker does not run."
    assert (fresh, never, late) == ([], [sentence.format(begun)], [sentence.format(at)])


def test_the_page_of_the_record_says_it_and_has_another_etag(db: None, client: Client, now: datetime) -> None:
    texts, etags = [read(client, "/record/")], [client.get("/record/")["ETag"]]
    for found in (RIGHT, WRONG):
        keep_comparison(found, at=now)
        texts.append(read(client, "/record/"))
        etags.append(client.get("/record/")["ETag"])
    assert [
        each in text for each, text in zip(("not been done yet", "agree with", "in 1 place"), texts, strict=True)
    ] == [True] * 3
    assert len(set(etags)) == 3
    assert client.get("/record/", headers={"If-None-Match": etags[-1]}).status_code == 304


def test_operators_read_what_disagrees_and_nobody_else_does(db: None, client: Client, now: datetime) -> None:
    person = make_person("somebody@example.org")
    client.force_login(person)
    refused = client.get("/desk/operator/agreement/").status_code
    client.force_login(make_person("operator@example.org", is_operator=True))
    before = client.get("/desk/operator/agreement/").content.decode()
    keep_comparison(WRONG, at=now)
    page = client.get("/desk/operator/agreement/").content.decode()
    assert (refused, "Nothing was compared yet" in before, ONE.sentence in page) == (404, True, True)
    assert '<a href="/record/0/">Entry 0</a>' in page
