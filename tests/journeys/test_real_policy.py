"""A real policy takes the whole way: two versions of a site's terms of service, three years apart, 6,800 words each.

An editor imports both and looks at each before it is published; organizations read what changed, comment, and decide
on the newer one; the edition binds it all. People use pages, programs use the API with a token.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import reverse
from pypdf import PdfReader

from policyhub.accounts.models import User
from policyhub.core.templatetags.typeset import moment_text
from policyhub.decisions.models import Call
from policyhub.drafting.models import Document, Version
from policyhub.drafting.queries import drafts_of, texts
from policyhub.participation.models import InterestCategory
from policyhub.record.models import Entry
from policyhub.record.queries import now
from policyhub.record.verifying import Row, verify
from tests.journeys.installation import Sink, wait_until
from tests.journeys.person import Person, sentences, words

pytestmark = pytest.mark.slow

TEXTS = Path(settings.BASE_DIR) / "tests" / "data" / "texts"
OLD, NEW = TEXTS / "terms-of-service-2023.md", TEXTS / "terms-of-service-2026.md"
SEATS = {
    "Host Company": "platforms",
    "Cloud Company": "platforms",
    "Users Union": "users",
    "Maintainers Guild": "users",
    "Software Institute": "research",
}
NOTE = "Terms for those who read by machine, and clearer words elsewhere."
TITLE, COPY = "Terms of a code host", "The same by command"
CHARTER = f"The charter is adopted: {TITLE}"
WHY = "A waiver of other people’s terms is no term of service."
ANSWER = "It binds only those who train models on what others wrote."
DETERMINED = "The objection of Users Union stands. It was answered, and four of five can live with the text."
CHANGES = "4 clauses changed and 1 is new; 56 read as before."


@dataclass
class Program:
    """A script that asks the API with a person's token."""

    person: Person
    token: str

    def get(self, path: str) -> Any:
        """The body of a resource."""
        response = Person().client.get(f"/api/v1/{path}", headers=self._headers)
        assert response.status_code == 200, response.content
        return response.json()

    def post(self, path: str, body: dict[str, Any], *, key: str) -> HttpResponse:
        """The answer to an act."""
        return Person().client.post(  # type: ignore[return-value]
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={**self._headers, "Idempotency-Key": key},
        )

    def do(self, path: str, body: dict[str, Any], *, key: str) -> Entry:
        """The entry that an act wrote."""
        response = self.post(path, body, key=key)
        assert response.status_code == 201, response.content
        return Entry.objects.get(index=response.json()["index"])  # type: ignore[attr-defined]

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Room:
    """Everybody concerned, by function or organization, each at a browser."""

    people: dict[str, Person]

    def lead(self, organization: str) -> Person:
        """The browser of an organization's lead representative."""
        return self.people[organization]

    def program(self, name: str) -> Program:
        """A program with a token that the command made for somebody."""
        out, person = io.StringIO(), self.people[name]
        assert person.user is not None
        call_command("issue_token", person.user.email, stdout=out)
        return Program(person, out.getvalue().strip())


@pytest.fixture
def room(sink: Sink) -> Room:
    """A process with its staff and its charter, and five organizations at the table."""
    convener = Person(User.objects.create_user("convener@example.org", may_convene=True))
    people = {"convener": convener, "public": Person()}
    convener.do(
        "open-process",
        title=TITLE,
        slug="terms",
        summary="What a host of other people’s code may ask of them.",
        convener="Office for Public Technology",
        timezone="UTC",
    )
    for function in ("chair", "editor"):
        convener.do("grant-role", "terms", function=function, email=f"{function}@example.org")
        people[function] = Person(User.objects.get(email=f"{function}@example.org"))
    adopt_charter(convener)
    # Letters go to whoever is at the table when they are written, so nobody sits down before this one is.
    wait_until(lambda: CHARTER in sink.to("convener@example.org"), "the charter is told by mail")
    for organization, category in SEATS.items():
        people[organization] = Person(User.objects.create_user(address_of(organization)))
        take_seat(people[organization], convener, organization, category)
    return Room(people)


def adopt_charter(convener: Person) -> None:
    convener.do(
        "adopt-charter",
        "terms",
        scope="The terms of service, and nothing beside them.",
        categories="Platforms\nUsers\nResearch",
        rule="two-thirds-cast",
        notice_days=7,
        call_hours=0,
        treatment="count_as_cast",
        balance="1/2",
    )


def take_seat(lead: Person, convener: Person, organization: str, category: str) -> None:
    chosen = InterestCategory.objects.get(process__slug="terms", slug=category).pk
    lead.do("apply-for-seat", "terms", name=organization, category=chosen, confirm=True)
    convener.do("admit-organization", "terms", slug_of(organization))


def slug_of(organization: str) -> str:
    return organization.lower().replace(" ", "-")


def address_of(organization: str) -> str:
    return f"lead@{slug_of(organization)}.example.org"


def test_a_real_policy_from_import_to_edition(sink: Sink, room: Room) -> None:
    import_the_old_text(room)
    comment_and_answer(room)
    import_the_new_text(room)
    read_what_changed(room)
    check_the_exact_text(room)
    call = put_it_to_the_table(room)
    take_positions(room, call)
    close_and_determine(room, call)
    publish_the_edition(room)
    import_by_command(room)
    check_the_mails(sink, call)
    check_the_record()


def import_the_old_text(room: Room) -> None:
    """Uploaded as a file, shown, and stored only when the editor says so."""
    editor = room.people["editor"]
    editor.do("open-document", "terms", title="Terms of service", slug="terms-of-service", line="own")
    address, before = reverse("import-version", args=["terms-of-service"]), Entry.objects.count()
    with OLD.open("rb") as file:
        shown = editor.client.post(address, {"file": file, "markdown": "", "note": "", "nonce": "upload"})
    assert shown.status_code == 200, sentences(shown)  # type: ignore[arg-type]
    page = shown.content.decode()
    assert "Publish these 60 clauses" in page
    assert "The front matter was left out: title, redirect_from, versions, topics." in words(page)
    assert (Entry.objects.count(), Version.objects.count()) == (before, 0)
    entry = editor.done("import-version", editor.submit(page, address, publish="yes"))
    assert entry.body == {
        "process": "terms",
        "version": 1,
        "text_hash": version(1).text_hash,
        "clauses": 60,
        "note_hash": None,
    }


def comment_and_answer(room: Room) -> None:
    """One comment by page, one by program; a repeat is the same comment; each gets its answer."""
    law = version(1).texts.get(heading="1. Governing Law")
    made = room.lead("Users Union").do(
        "make-comment", "terms-of-service", 1, law.clause.key, type="te", text="Which court for injunctions?"
    )
    assert (made.subject, made.actor["org"], made.body["clause_hash"]) == (
        "comment/terms/1",
        "users-union",
        law.text_hash,
    )
    program = room.program("Software Institute")
    path = f"documents/terms-of-service/versions/1/clauses/{law.clause.key}/comments/make/"
    body = {"type": "ed", "text": "The sentence is very long.", "text_hash": law.text_hash}
    first, again = (program.do(path, body, key="comment-2") for _ in range(2))
    assert (first, first.subject) == (again, "comment/terms/2")
    assert program.post(path, {**body, "text": "Another."}, key="comment-2").status_code == 409
    editor = room.people["editor"]
    editor.do("answer-comment", "terms", 1, code="accepted", reason="Any court, and the text will say so.")
    editor.do("answer-comment", "terms", 2, code="noted", reason="Lawyers asked for it.")
    page = words(room.people["public"].open(reverse("version", args=["terms-of-service", 1])))
    assert "Any court, and the text will say so." in page


def import_the_new_text(room: Room) -> None:
    """Pasted; the preview says of each clause what it continues, and the keys stay with the clauses."""
    editor, address = room.people["editor"], reverse("import-version", args=["terms-of-service"])
    shown = editor.send(address, markdown=NEW.read_text(), note=NOTE)
    page = shown.content.decode()
    assert "Publish these 61 clauses" in page
    assert "8. Access Reciprocity a new clause" in words(page)
    assert "21.1 1. Governing Law continues this clause, changed" in words(page)
    assert "is not in this text" not in words(page)
    editor.done("import-version", editor.submit(page, address, publish="yes"))
    old, new = (list(version(number).texts.order_by("position")) for number in (1, 2))
    keys = [text.clause.key for text in new]
    added = next(text.clause.key for text in new if text.heading == "8. Access Reciprocity")
    assert [key for key in keys if key != added] == [text.clause.key for text in old]
    assert added == "c61"


def read_what_changed(room: Room) -> None:
    """The redline says in one sentence how much changed, and marks words, not paragraphs."""
    page = room.people["public"].open(reverse("version", args=["terms-of-service", 2]) + "?compare=1")
    assert CHANGES in words(page)
    assert "[deleted: Javascript end of deletion] [inserted: JavaScript end of insertion]" in words(page)
    assert "any claim for injunctive relief" in words(page)
    redline = room.program("Software Institute").get("documents/terms-of-service/versions/2/redline/1/")
    assert redline["summary"] == CHANGES
    for number, side in ((1, "old"), (2, "new")):
        there = {c["key"]: "".join(op[side] for op in c["operations"]) for c in redline["clauses"]}
        for text in texts(version(number)):
            assert there[text.clause.key] == text.markdown


def check_the_exact_text(room: Room) -> None:
    """Whoever hashes the public text gets the hash on the record; the API gives the same text."""
    content = room.people["public"].client.get(reverse("version-text", args=["terms-of-service", 2])).content
    entry = Entry.objects.of_kinds("version.published").latest("index")
    hashed = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (hashed, hashed) == (version(2).text_hash, entry.body["text_hash"])
    told = room.program("Users Union").get("documents/terms-of-service/versions/2/")
    assert (told["markdown"], told["text_hash"], len(told["clauses"])) == (content.decode(), version(2).text_hash, 61)


def put_it_to_the_table(room: Room) -> Call:
    """The chair's program opens a call on exactly the second version."""
    closes = now() + timedelta(seconds=75)
    entry = room.program("chair").do(
        "processes/terms/calls/open/",
        {
            "question": "Can your organization accept these terms?",
            "document": "terms-of-service",
            "version": 2,
            "closes_at": closes.isoformat(),
        },
        key="call-1",
    )
    assert (entry.body["version"], entry.body["text_hash"]) == (2, version(2).text_hash)
    return Call.objects.get()


def take_positions(room: Room, call: Call) -> None:
    for name, stance in (("Host Company", "endorse"), ("Cloud Company", "support"), ("Maintainers Guild", "accept")):
        room.lead(name).do("cast-position", "terms", call.number, stance=stance)
    room.lead("Users Union").do("cast-position", "terms", call.number, stance="object", reason=WHY, cure="Strike 7.8.")
    program, path = room.program("Software Institute"), "processes/terms/calls/1/positions/cast/"
    stale = program.post(path, {"position": "support", "text_hash": version(1).text_hash}, key="position-1")
    assert (stale.status_code, stale["Content-Type"]) == (409, "application/problem+json")
    cast = [
        program.do(path, {"position": "support", "text_hash": call.text_hash}, key="position-2").index for _ in range(2)
    ]
    assert cast[0] == cast[1]
    assert Entry.objects.filter(kind="position.cast").count() == 5
    room.people["editor"].do("answer-objection", "terms", 1, accommodated="no", answer=ANSWER)
    page = words(room.people["public"].open(call.get_absolute_url()))
    assert "5 of 5 organizations have answered" in page
    assert WHY in page


def close_and_determine(room: Room, call: Call) -> None:
    wait_until(lambda: Entry.objects.filter(kind="call.closed").exists(), "the clock closes the call")
    closed = Entry.objects.get(kind="call.closed").body
    assert (closed["outcome"], closed["depends_on_withdrawal"]) == ("adopted", False)
    assert closed["counts"] == {"for": 4, "against": 1, "abstain": 0, "defer": 0, "recuse": 0, "not_returned": 0}
    room.people["chair"].do("determine-call", "terms", call.number, reasons=DETERMINED)
    page = words(room.people["public"].open(call.get_absolute_url()))
    assert DETERMINED in page
    assert "4 of 5 for" in page


def publish_the_edition(room: Room) -> None:
    """Ordered by a program, rendered by the worker: the text, the decision and the redline in one file."""
    program, order = room.program("convener"), {"version": 2, "against": 1}
    pinned = program.do("documents/terms-of-service/editions/order/", order, key="edition-1")
    wait_until(lambda: Entry.objects.filter(kind="edition.published").exists(), "Celery renders the edition")
    edition = program.get("documents/terms-of-service/editions/1/")
    data = room.people["public"].client.get(edition["file"]).content
    published = Entry.objects.get(kind="edition.published")
    assert published.body == {
        "process": "terms",
        "document": "terms-of-service",
        "version": 2,
        "number": 1,
        "file_hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "bytes": len(data),
    }
    assert (edition["file_hash"], edition["record_size"]) == (published.body["file_hash"], pinned.body["size"])
    check_the_pdf(data, pinned)
    page = words(room.people["public"].open(edition["url"]))
    assert "edition" in page.lower()


def check_the_pdf(data: bytes, pinned: Entry) -> None:
    """People read in it what the record says: text, who agreed, who objected and why, what changed."""
    pages = PdfReader(io.BytesIO(data)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert str(pinned.body["text_hash"]).removeprefix("sha256:")[:8] in text
    for expected in (
        "Terms of service",
        TITLE,
        "8. Access Reciprocity",
        "Software Institute",
        "Maintainers Guild",
        WHY,
        ANSWER,
        DETERMINED,
        CHANGES,
        f"The first {pinned.body['size']} entries of the public record",
    ):
        assert expected in text, expected
    headings = [text.heading for text in texts(version(2))]
    assert [heading for heading in headings if heading not in text] == []


def import_by_command(room: Room) -> None:
    """The command makes the same clauses of the same files as the page."""
    for file in (OLD, NEW):
        out = io.StringIO()
        call_command("import_document", str(file), process="terms", title=COPY, stdout=out)
        assert out.getvalue() == "the-same-by-command\n"
    other = Document.objects.get(slug="the-same-by-command").versions
    for number in (1, 2):
        same = other.get(number=number)
        assert (drafts_of(same), same.text_hash) == (drafts_of(version(number)), version(number).text_hash)


def check_the_mails(sink: Sink, call: Call) -> None:
    """Everybody is told of what concerns everybody; the rest goes to whom it concerns; nothing comes twice."""
    everybody = [
        f"Take a position until {moment_text(call.closes_at, 'UTC')}: {TITLE}",
        f"Call 1 has closed: {TITLE}",
        f"The chair has determined Call 1: {TITLE}",
        f"Edition 1 is published: {TITLE}",
        *(f"Version {number} of {name}" for name in ("Terms of service", COPY) for number in (1, 2)),
    ]
    expected = {"convener@example.org": [CHARTER, *everybody]}
    for name in SEATS:
        own = [f"{name} has a seat: {TITLE}", f"Receipt: the position of {name} is recorded"]
        expected[address_of(name)] = [*own, *everybody]
    answered = f"Your comment is answered: {TITLE}"
    for name in ("Software Institute", "Users Union"):
        expected[address_of(name)] += [f"Receipt: the comment of {name} is recorded", answered]
    expected[address_of("Users Union")] += [f"The objection of Users Union is answered: {TITLE}"]
    wait_until(lambda: all(len(sink.to(to)) >= len(told) for to, told in expected.items()), "every letter arrives")
    assert {to: sorted(sink.to(to)) for to in expected} == {to: sorted(told) for to, told in expected.items()}


def check_the_record() -> None:
    rows = [Row(e.index, bytes(e.leaf), bytes(e.leaf_hash)) for e in Entry.objects.order_by("index")]
    assert verify(rows).fault is None


def version(number: int) -> Version:
    """A version of the document that the pages made."""
    return Version.objects.get(document__slug="terms-of-service", number=number)
