"""The archives, fact by fact: what the pages say is what sources bear out, and nothing is there that none does."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from policyhub import demo
from policyhub.core.errors import NotPossible
from policyhub.decisions.models import Call, Position
from policyhub.demo.handlers import HANDLERS
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.processfile import parse, read
from policyhub.demo.telling import tell
from policyhub.insight.agreement import compare
from policyhub.participation.acts.archive import Report, record_claim
from policyhub.participation.models import Process, Representative, Signature, StaffRole
from policyhub.participation.rules import ProcessState
from policyhub.record.models import Entry
from policyhub.record.queries import now

FACES, APPS = "ntia-facial-recognition", "ntia-mobile-app-transparency"
FOLDER = Path(demo.__file__).parent / "processes"
# The day of each meeting, whether it was held, and the days between notice and meeting where the notice is known.
MEETINGS = [
    ("2014-02-06", "held", 62),
    ("2014-02-25", "held", 81),
    ("2014-03-25", "held", 109),
    ("2014-03-26", "held", None),
    ("2014-04-08", "unheard_of", 123),
    ("2014-04-29", "held", 144),
    ("2014-05-20", "held", 165),
    ("2014-06-03", "held", 179),
    ("2014-06-24", "held", 200),
    ("2014-07-24", "held", 27),
    ("2014-11-06", "held", 9),
    ("2014-12-15", "held", 48),
    ("2015-06-11", "held", 29),
    ("2015-07-28", "held", 13),
    ("2016-03-29", "held", 12),
    ("2016-06-15", "held", 26),
]
NINE = [
    "American Civil Liberties Union",
    "Center for Democracy & Technology",
    "Center for Digital Democracy",
    "Center on Privacy & Technology at Georgetown Law",
    "Common Sense Media",
    "Consumer Action",
    "Consumer Federation of America",
    "Consumer Watchdog",
    "Electronic Frontier Foundation",
]
DISSENTED = [
    "Center for Digital Democracy",
    "Center on Privacy & Technology at Georgetown Law",
    "Common Sense Kids Action",
    "Consumer Action",
    "Consumer Federation of America",
    "Consumer Watchdog",
    "Privacy Rights Clearinghouse",
    "U.S. PIRG",
]
FACES_FACTS = {
    "claims/": [
        "A voluntary, enforceable code of conduct that applies the Consumer Privacy Bill of Rights",
        "ask to cover use by governments",
        "NTIA rules it out of scope, over dissent.",
        "Two days ahead.",
        "conferred in the break after about two hours, and did not return",
        "NetChoice asked to set the question aside; advocates refused",
        "Nine, named one by one.",
        "Eight are named.",
        "On Tuesday, 16 June 2015.",
        "13 June 2015 was a Saturday",
        "which was 15 June 2015",
        "NTIA was disappointed, hoped that it was temporary",
        "Privacy Best Practice Recommendations For Commercial Facial Recognition Use",
        "On 22 June 2016.",
        "Fifteen dated events",
        "No vote is reported for any of these meetings.",
        "IBIA, in public.",
        "The center's director, personally.",
    ],
    "meetings/": [
        "Announced; absent from the list of meetings held",
        "held, as a call",
        "were raised and not resolved",
        "Two drafts by participants, of IBIA and of NetChoice",
    ],
    "table/": ["Online Trust Alliance", "NetChoice", "IBIA", "Reported by the archivist of this site", "Unknown:"],
    "": ["No charter was found, and no call could be opened.", "Reported by the archivist of this site"],
}
APPS_FACTS = {
    "claims/": [
        "Eleven groups publish principles",
        "Twelve groups write that those who take part remotely have no equal means",
        "general support, mixed views and general opposition, and published no thresholds",
        "a forum and a wiki of their own",
        "Two endorsed the draft or committed to adopt it. Seventeen chose further consideration.",
        "The ACLU, the EFF and the World Privacy Forum supported the draft without endorsing it.",
        "The Center for Digital Democracy abstained",
        "Consumer Federation of America did not support the draft.",
        "A milestone.",
        "Not a consensus, and not done.",
    ],
    "meetings/": ["will walk out if substance comes before process", "Sixteenth meeting"],
}
# What no source that was read bears out, or names a person.
ABSENT = ["Bedoya", "Strickling", "Szabo", "DelBianco", "Sparapani", "Morris", "Chinoy", "Facebook", "Microsoft"]


@pytest.fixture
def archives(db: None) -> Client:
    for slug in (APPS, FACES):
        tell(read(FOLDER / f"{slug}.yaml"), HANDLERS, at=now())
    return Client()


def words(client: Client, path: str) -> str:
    """The text of a page."""
    page: Any = client.get(path)
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(html.unescape(text).split())


def test_pages_say_each_fact(archives: Client) -> None:
    missing = []
    for slug, facts in ((FACES, FACES_FACTS), (APPS, APPS_FACTS)):
        for place, listed in facts.items():
            page = words(archives, f"/processes/{slug}/{place}")
            missing += [(slug, place, fact) for fact in listed if fact.casefold() not in page.casefold()]
    assert missing == []


def test_meetings_are_those_of_the_notices_and_of_the_list_of_meetings_held(archives: Client) -> None:
    told = Process.objects.get(slug=FACES).reported_meetings.order_by("number")
    assert [(each.on.isoformat(), each.sitting, each.days_ahead) for each in told] == MEETINGS


def test_those_who_left_together_and_those_who_dissented_a_year_later_are_different(archives: Client) -> None:
    process = Process.objects.get(slug=FACES)
    left, dissent = process.statements.order_by("number")
    signed = [sorted(each.organization.name for each in one.signatures.all()) for one in (left, dissent)]
    assert signed == [sorted(NINE), sorted(DISSENTED)]
    withdrawn = process.participations.filter(withdrawn_at__isnull=False)
    assert sorted(seat.organization.name for seat in withdrawn) == sorted([*NINE, "Online Trust Alliance"])
    assert {seat.withdrawal.claimed_on for seat in withdrawn} == {date(2015, 6, 16), None}


def test_no_person_no_account_no_charter_and_no_vote_is_told(archives: Client) -> None:
    for slug in (FACES, APPS):
        process = Process.objects.get(slug=slug)
        assert (process.state, process.charters.count()) == (ProcessState.CONCLUDED, 0)
        entries = list(Entry.objects.of_process(slug))
        assert {(each.actor["role"], each.actor["person"]) for each in entries} <= {
            ("archivist", None),
            ("system", None),
        }
        assert all(each.body["reported"]["sources"] for each in entries if each.actor["role"] == "archivist")
        places = ("", "claims/", "meetings/", "table/")
        page = "".join(words(archives, f"/processes/{slug}/{place}") for place in places)
        assert [name for name in ABSENT if name in page] == []
    assert (StaffRole.objects.count(), Representative.objects.count()) == (0, 0)
    assert (Call.objects.count(), Position.objects.count()) == (0, 0)
    assert not Signature.objects.filter(signer__isnull=False).exists()


def test_archive_says_why_it_is_here_and_is_found_from_every_page(archives: Client) -> None:
    page = words(archives, "/archive/")
    assert "PolicyHub exists because of that afternoon." in page
    assert "Where sources disagree, what each says stands side by side." in page
    assert 'href="/archive/"' in archives.get("/").content.decode()


def test_tables_agree_with_the_record(archives: Client) -> None:
    assert compare().listed == ()


ARCHIVE = """
process:
  slug: old-table
  title: The old table
  summary: Others held it.
  convener: An agency
  timezone: UTC
  opened: 2012-01-02 09:00
  reported_by: the archivist
  sources: [A newspaper]
categories: {advocacy: Advocates}
organizations:
  old-league: {name: Old League, category: advocacy}
acts:
"""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("report_organization: {organization: old-league}", "The field sources is missing."),
        (
            "report_organization: {organization: old-league, sources: [A], unknown: [weather]}",
            "What is unknown is one of admission",
        ),
        ("record_claim: {topic: Why, says: So, on: someday, sources: [A]}", "someday is no day."),
        (
            "report_statement: {kind: joint, title: T, text: X, signatories: [old-league], sources: [A]}",
            "old-league was not found.",
        ),
        (
            "report_withdrawal: {organization: other, reason: X, sources: [A]}",
            "There is no organization called other in this file.",
        ),
        ("report_meeting: {title: T, on: 2012-01-02, noticed_on: 2012-01-09, sources: [A]}", "was noticed after"),
    ],
)
def test_line_that_says_too_little_or_what_cannot_be_is_refused_and_nothing_is_loaded(
    db: None, line: str, why: str
) -> None:
    with pytest.raises(FileRefused) as refusal:
        tell(parse(f"{ARCHIVE}  - at: 2012-01-03 09:00\n    {line}\n".encode()), HANDLERS, at=now())
    assert why in str(refusal.value)
    assert not Process.objects.exists()


def test_archive_is_told_by_nobody_and_a_live_process_by_no_archivist(db: None) -> None:
    said = "report_organization: {organization: old-league, sources: [A]}"
    with pytest.raises(FileRefused, match="An archive is told by nobody"):
        tell(parse(f"{ARCHIVE}  - at: 2012-01-03 09:00\n    by: chair\n    {said}\n".encode()), HANDLERS, at=now())
    live = ARCHIVE.replace("  reported_by: the archivist\n  sources: [A newspaper]\n", "")
    with pytest.raises(FileRefused, match="is not an archive that is being told"):
        tell(parse(f"{live}  - at: 2012-01-03 09:00\n    {said}\n".encode()), HANDLERS, at=now())


def test_nothing_more_is_told_of_an_archive_that_ended(archives: Client) -> None:
    with pytest.raises(NotPossible, match="is not an archive that is being told"):
        record_claim(process=Process.objects.get(slug=FACES), topic="Why?", says="So.", report=Report(["A"]), at=now())
