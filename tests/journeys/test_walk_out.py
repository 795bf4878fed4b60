"""The story of June 2015, told through the doors: a requirement that cannot be met, a walk-out, work going on.

Fourteen companies, ten advocacy groups, three universities and a public body write a code. Nine of the ten need
opt-in, object, and leave together while the call is open. What they cast counts as cast.
"""

from __future__ import annotations

import html
import io
import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from pypdf import PdfReader

from policyhub.accounts.acts import make_set_up_link
from policyhub.accounts.models import User
from policyhub.decisions.models import Call
from policyhub.drafting.models import Version
from policyhub.participation.models import InterestCategory, Participation, Process, Signature
from policyhub.publishing.models import Edition
from policyhub.record.models import Entry
from policyhub.record.queries import now
from policyhub.record.verifying import Row, verify
from tests.journeys.installation import Sink, wait_until
from tests.journeys.person import Person, Refused, sentences, words

pytestmark = pytest.mark.slow

INDUSTRY = [f"Company {letter}" for letter in "ABCDEFGHIJKLMN"]
ADVOCACY = [f"Advocates {letter}" for letter in "ABCDEFGHIJ"]
ACADEMIA = ["University A", "University B", "University C"]
PUBLIC = ["Commissioner"]
ZONE = ZoneInfo("America/New_York")
REASON = "People should be able to walk down a street without a company they have never heard of learning their name."
STATEMENT = "We came for a code that asks first. None of the companies here could name one place where it would."
CLAUSES = """# Scope

This code covers commercial use of face recognition in places open to the public.

# Consent

An operator gives notice before it matches a face to a name, and lets people opt out.

# How long images are kept

A template that matches nobody is deleted within a day.
"""
CHANGED = CLAUSES.replace("within a day", "within one hour")


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


class Room:
    """Everybody at the table, by organization, each at a browser."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.public = Person()

    def staff(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person(User.objects.get(email=f"{name}@example.org"))
        return self.people[name]

    def lead(self, organization: str) -> Person:
        if organization not in self.people:
            self.people[organization] = Person(User.objects.create_user(f"lead@{slug(organization)}.example.org"))
        return self.people[organization]


@pytest.fixture
def room() -> Room:
    return Room()


def local(at: datetime) -> str:
    """A time as the form's field for dates takes it."""
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def test_the_walk_out(sink: Sink, room: Room, settings: object) -> None:
    set_up_the_operator(room)
    open_the_process(room)
    fill_the_table(room)
    declare_requirements(room)
    hold_the_meeting(room)
    publish_the_draft(room)
    before = words(room.public.open(reverse("process-table", args=["faces"])))
    assert "9 withdrew" not in before
    call = open_the_call(room)
    cast_positions(room, call)
    leave_together(room)
    check_the_table_after(room, sink)
    refuse_what_can_no_longer_be_done(room, call)
    close_and_determine(room, call, sink)
    go_on(room)
    publish_the_edition(room, sink)
    check_the_record(room)


def set_up_the_operator(room: Room) -> None:
    """The one-time link makes the operator, who lets somebody convene; the convener signs in by a code."""
    secret = make_set_up_link(run="", at=now())
    assert secret is not None
    newcomer = Person()
    response = newcomer.send(reverse("set-up", args=[secret]), email="operator@example.org")
    assert response.status_code == 302
    room.people["operator"] = newcomer
    newcomer.do("allow-convening", email="convener@example.org")
    assert (
        Person().status(reverse("set-up", args=[secret])) == 404 or User.objects.filter(is_operator=True).count() == 1
    )
    convener = Person()
    mail.outbox.clear()
    convener.send(reverse("account_login"), login="convener@example.org", email="convener@example.org")
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[-1].body), re.M)
    assert code, mail.outbox[-1].body
    confirm = reverse("account_confirm_login_code")
    assert convener.send(confirm, code=code[1]).status_code == 302
    assert convener.status(reverse("desk")) == 200
    room.people["convener"] = convener


def open_the_process(room: Room) -> None:
    convener = room.people["convener"]
    convener.do(
        "open-process",
        title="Face recognition",
        slug="faces",
        summary="A code of conduct.",
        convener="Office for Public Technology",
        timezone="America/New_York",
    )
    for function in ("chair", "secretary", "editor", "facilitator"):
        convener.do("grant-role", "faces", function=function, email=f"{function}@example.org")
    with pytest.raises(Refused):
        room.lead("Company A").do("apply-for-seat", "faces", name="Company A", category="1", confirm=True)
    convener.do(
        "adopt-charter",
        "faces",
        scope="Commercial use of face recognition.",
        categories="Industry\nAdvocacy\nAcademia\nGovernment",
        rule="two-thirds-cast",
        notice_days=15,
        call_hours=0,
        treatment="count_as_cast",
        balance="1/2",
    )


def fill_the_table(room: Room) -> None:
    process, convener = Process.objects.get(slug="faces"), room.people["convener"]
    by_category = {"industry": INDUSTRY, "advocacy": ADVOCACY, "academia": ACADEMIA, "government": PUBLIC}
    for category, organizations in by_category.items():
        chosen = InterestCategory.objects.get(process=process, slug=category).pk
        for name in organizations:
            room.lead(name).do("apply-for-seat", "faces", name=name, category=chosen, confirm=True)
            convener.do("admit-organization", "faces", slug(name))
    room.lead("Advocates A").do(
        "name-representative", "faces", "advocates-a", email="alternate@advocates-a.example.org", mandate="alternate"
    )


def declare_requirements(room: Room) -> None:
    room.people["convener"].do("add-point", "faces", proposition="Consent comes before identification")
    point = Process.objects.get(slug="faces").points.get().pk
    for name in ADVOCACY[:9]:
        room.lead(name).do(
            "declare-requirement",
            "faces",
            point=point,
            holds="yes",
            importance="essential",
            otherwise_leaves=True,
            text="Nobody is named without a yes.",
        )


def hold_the_meeting(room: Room) -> None:
    """Noticed in short time with its reason, held, nine leave in the recess; minutes go all the way."""
    convener, chair, secretary = room.people["convener"], room.staff("chair"), room.staff("secretary")
    convener.do(
        "give-notice",
        "faces",
        title="Consent",
        kind="in_person",
        starts_at=local(now() + timedelta(minutes=20)),
        ends_at=local(now() + timedelta(hours=4)),
        purpose="To hear whether opt-in can be the base.",
        place="Boardroom",
        decides="no",
        is_open=True,
        how_to_comment="In the room or in writing.",
        contact="convener@example.org",
        short_notice_reason="The room is free today only.",
    )
    chair.do("open-meeting", "faces", 1)
    for name in [*ADVOCACY[:9], "Company A"]:
        seat = Participation.objects.get(organization__slug=slug(name)).pk
        note_attendance(secretary, seat, "arrived")
    chair.do("recess-meeting", "faces", 1, reason="A break was asked for.")
    for name in ADVOCACY[:9]:
        seat = Participation.objects.get(organization__slug=slug(name)).pk
        note_attendance(secretary, seat, "left")
    chair.do("resume-meeting", "faces", 1)
    chair.do("adjourn-meeting", "faces", 1)
    assert Participation.objects.active().count() == 28
    drafted = secretary.open(reverse("draft-minutes", args=["faces", 1]))
    assert "Advocates A" in drafted
    text = re.search(r"<textarea[^>]*name=\"text\"[^>]*>(.*?)</textarea>", drafted, re.S)
    assert text
    whole = html.unescape(text[1]).replace("[to be written]", "Nothing.")
    secretary.do("draft-minutes", "faces", 1, text=whole.strip())
    until = now() + timedelta(seconds=3)
    typed, why = f"{until.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}", "All were there."
    secretary.do("circulate-minutes", "faces", 1, corrections_until=typed, short_time_reason=why)
    with pytest.raises(Refused):
        chair.do("approve-minutes", "faces", 1, by="chair")
    time.sleep(max(0, (until - now()).total_seconds()))
    chair.do("approve-minutes", "faces", 1, by="chair")
    convener.do("publish-minutes", "faces", 1)
    read = words(room.public.open(reverse("minutes", args=["faces", 1])))
    assert "Certified by the chair; not yet approved by the body" in read
    assert "All were there." in read
    with pytest.raises((Refused, AssertionError)):
        secretary.do("revise-minutes-draft", "faces", 1, text="Rewritten.")


def note_attendance(secretary: Person, seat: int, event: str) -> None:
    response = secretary.send(
        reverse("run-meeting", args=["faces", 1]), which="attendance", participation=seat, event=event
    )
    assert response.status_code == 302, sentences(response)


def publish_the_draft(room: Room) -> None:
    editor = room.staff("editor")
    editor.do("open-document", "faces", title="The code", slug="the-code")
    import_text(editor, "the-code", CLAUSES)
    commenter = room.lead("Company A")
    commenter.do("make-comment", "the-code", 1, "c3", type="te", text="A day is too long.", proposed="one hour")
    editor.do("answer-comment", "faces", 1, code="accepted", reason="An hour is enough for what was described.")
    import_text(editor, "the-code", CHANGED, "One hour instead of a day.")
    assert [version.number for version in Version.objects.order_by("number")] == [1, 2]
    room.lead("Advocates A").do("mark-requirement", "the-code", 2, 1, value="unmet", note="It is opt-out.")
    page = words(room.public.open(reverse("version", args=["the-code", 2]) + "?compare=1"))
    assert "one hour" in page
    assert "within a day" in page or "a day" in page


def import_text(editor: Person, document: str, markdown: str, note: str = "") -> Entry:
    """Send a text, look at what becomes of it, publish what was shown."""
    address = reverse("import-version", args=[document])
    preview = editor.send(address, markdown=markdown, note=note)
    assert preview.status_code == 200, sentences(preview)
    return editor.done("import-version", editor.submit(preview.content.decode(), address, publish="yes"))


def open_the_call(room: Room) -> Call:
    version = Version.objects.get(number=2)
    closes = (now() + timedelta(seconds=119)).astimezone(ZONE).replace(second=0, microsecond=0)
    room.staff("chair").do(
        "open-call",
        "faces",
        question="Can your organization accept the code?",
        version=version.pk,
        closes_at=local(closes if closes > now() + timedelta(seconds=75) else closes + timedelta(minutes=1)),
    )
    return Call.objects.get()


def cast_positions(room: Room, call: Call) -> None:
    stances = {**dict.fromkeys(INDUSTRY[:4], "endorse"), **dict.fromkeys(INDUSTRY[4:10], "support")}
    stances |= dict.fromkeys(INDUSTRY[10:13], "accept") | {"University A": "endorse", "University B": "accept"}
    stances |= {"Commissioner": "support", "Advocates J": "abstain"} | dict.fromkeys(ADVOCACY[:9], "object")
    with pytest.raises(Refused, match=r"[Rr]eason|why"):
        room.lead("Advocates A").do("cast-position", "faces", call.number, stance="object", reason="")
    for name, stance in stances.items():
        reason = REASON if stance == "object" else ""
        entry = room.lead(name).do("cast-position", "faces", call.number, stance=stance, reason=reason)
        assert (entry.actor["org"], entry.body["position"]) == (slug(name), stance)
    page = words(room.public.open(call.get_absolute_url()))
    assert "26 of 28 organizations have answered" in page


def leave_together(room: Room) -> None:
    first = room.lead("Advocates A")
    before = Entry.objects.count()
    response = first.send(
        reverse("draft-statement", args=["faces"]), title="Why we leave", text=STATEMENT, kind="withdrawal"
    )
    assert response.status_code == 302
    asked = [Participation.objects.get(organization__slug=slug(name)).pk for name in ADVOCACY[1:9]]
    first.send(reverse("ask-to-sign", args=["faces", 1]), participations=asked)
    for name in ADVOCACY[1:9]:
        signing = room.lead(name).send(reverse("desk-statement", args=["faces", 1]), which="sign")
        assert signing.status_code == 302
    assert Signature.objects.filter(signed_at__isnull=False).count() == 9
    assert Entry.objects.count() == before
    assert "Why we leave" not in room.public.open(reverse("process-table", args=["faces"]))
    first.do("withdraw-jointly", "faces", 1, is_permanent="yes", return_condition="Opt-in as the base.", confirm=True)


def check_the_table_after(room: Room, sink: Sink) -> None:
    table = words(room.public.open(reverse("process-table", args=["faces"])))
    assert "1 of 10; 9 withdrew" in table
    assert "14 of 19 seats (73.68" in table
    assert STATEMENT in words(room.public.open(reverse("statement", args=["faces", 1])))
    told = {f"lead@{slug(name)}.example.org" for name in [*INDUSTRY, *ACADEMIA, *PUBLIC, "Advocates J"]}
    wait_until(
        lambda: all(any("withdr" in subject.lower() for subject in sink.to(address)) for address in told),
        "everybody at the table is told of the withdrawal",
    )


def refuse_what_can_no_longer_be_done(room: Room, call: Call) -> None:
    before = Entry.objects.count()
    gone = room.lead("Advocates A")
    with pytest.raises((Refused, AssertionError)):
        gone.do("withdraw-organization", "faces", "advocates-a", reason="Again.", is_permanent="yes", confirm=True)
    with pytest.raises((Refused, AssertionError)):
        gone.do("cast-position", "faces", call.number, stance="support")
    assert room.lead("Company A").status(reverse("withdraw-organization", args=["faces", "advocates-j"])) == 404
    assert Entry.objects.count() == before


def close_and_determine(room: Room, call: Call, sink: Sink) -> None:
    wait_until(lambda: Entry.objects.filter(kind="call.closed").exists(), "the clock closes the call")
    closed = Entry.objects.get(kind="call.closed")
    assert closed.actor == {"org": None, "person": None, "role": "system"}
    assert (closed.body["outcome"], closed.body["depends_on_withdrawal"]) == ("not_adopted", True)
    late = room.lead("Company N").client.post(
        reverse("cast-position", args=["faces", call.number]),
        {"stance": "support", "text_hash": call.text_hash, "nonce": "late", "reason": "", "cure": ""},
    )
    assert late.status_code == 409
    assert "closed" in words(late.content.decode())
    chair = room.staff("chair")
    with pytest.raises(Refused, match="Answer objections 1, 2, 3, 4, 5, 6, 7, 8 and 9 first"):
        chair.do("determine-call", "faces", call.number, reasons="Not heard yet.")
    for number in range(1, 10):
        chair.do("answer-objection", "faces", number, accommodated="no", answer="The table found no other text.")
    with pytest.raises(Refused, match=r"[Rr]easons"):
        chair.do("determine-call", "faces", call.number, reasons="")
    chair.do("determine-call", "faces", call.number, reasons="That they left afterwards does not unsay what they said.")
    page = words(room.public.open(call.get_absolute_url()))
    assert "16 of 25 for" in page
    assert "16 of 16 for" in page
    assert "does not unsay what they said" in page
    wait_until(
        lambda: any("determin" in subject.lower() for subject in sink.to("lead@company-b.example.org")),
        "those at the table are told of the determination",
    )


def go_on(room: Room) -> None:
    """The process goes on with those who remain: a meeting is announced."""
    room.people["convener"].do(
        "give-notice",
        "faces",
        title="What remains",
        kind="virtual",
        starts_at=local(now() + timedelta(days=20)),
        ends_at=local(now() + timedelta(days=20, hours=2)),
        purpose="To go on.",
        connection="By telephone.",
        decides="no",
        is_open=True,
        how_to_comment="In writing.",
        contact="convener@example.org",
    )
    assert "What remains" in words(room.public.open(reverse("process", args=["faces"])))


def publish_the_edition(room: Room, sink: Sink) -> None:
    versions = {version.number: version.pk for version in Version.objects.all()}
    room.people["convener"].do("order-edition", "the-code", version=versions[2], against=versions[1])
    wait_until(lambda: Edition.objects.filter(file_hash__isnull=False).exists(), "Celery renders the edition")
    edition = Edition.objects.get()
    response = room.public.client.get(reverse("edition-file", args=["the-code", 1]))
    assert response["Content-Type"] == "application/pdf"
    published = Entry.objects.get(kind="edition.published")
    assert (published.body["file_hash"], published.body["bytes"]) == (edition.file_hash, len(response.content))
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split())
    for expected in ("The code", "Consent", "Advocates A", "Company A", "Why we leave", str(edition.record_size)):
        assert expected in text, expected
    wait_until(
        lambda: any("edition" in subject.lower() for subject in sink.to("lead@company-b.example.org")),
        "those at the table are told of the edition",
    )


def check_the_record(room: Room) -> None:
    rows = [Row(e.index, bytes(e.leaf), bytes(e.leaf_hash)) for e in Entry.objects.order_by("index")]
    assert verify(rows).fault is None
    process = [e.kind for e in Entry.objects.of_process("faces").order_by("index")]
    assert [kind for kind in process if kind == "organization.withdrawn"] == ["organization.withdrawn"] * 9
    assert process.count("position.cast") == 26
    feed = room.public.client.get(reverse("process-feed", args=["faces"])).content.decode()
    assert "joint withdrawal" in feed
    for address in (
        "/",
        "/record/",
        "/processes/faces/decisions/",
        "/processes/faces/meetings/",
        "/documents/the-code/",
    ):
        assert room.public.status(address) == 200
