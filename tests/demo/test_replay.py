"""The command that tells a file: what it leaves behind, and that a refused line leaves nothing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from policyhub.accounts.models import User
from policyhub.decisions.models import Call
from policyhub.participation.models import Organization, Process
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.demo.files import CALL, HEADER, SEATS, STAFF, STORY, last_line

pytestmark = pytest.mark.django_db
CLOSED = "  - {at: 2026-02-20 17:00, close_call: {call: 1}}\n"
YES = "  - {at: 2026-02-07 09:00, by: lead/tenants-union, cast_position: {call: 1, stance: support}}\n"


def replay(folder: Path, text: str) -> str:
    file = folder / "story.yaml"
    file.write_text(text)
    out = StringIO()
    call_command("replay", str(file), stdout=out)
    return out.getvalue()


def refused(folder: Path, text: str) -> str:
    """What the command says when it ends with status 2; nobody and nothing of the file is there then."""
    file, said = folder / "story.yaml", StringIO()
    file.write_text(text)
    with pytest.raises(SystemExit) as ended:
        call_command("replay", str(file), stderr=said)
    left = (Process.objects.count(), User.objects.count(), Organization.objects.count(), size())
    assert (ended.value.code, left) == (2, (0, 0, 0, 0))
    return said.getvalue()


def test_a_story_is_told_and_summed_up(tmp_path: Path) -> None:
    assert replay(tmp_path, STORY + CALL + YES + CLOSED) == (
        "Cameras in our street: 16 entries. It is at /processes/street-cameras/\n"
        "     1  call.closed\n"
        "     1  call.opened\n"
        "     1  charter.adopted\n"
        "     1  document.opened\n"
        "     2  organization.admitted\n"
        "     2  organization.applied\n"
        "     1  position.cast\n"
        "     1  process.opened\n"
        "     1  process.told\n"
        "     2  representative.named\n"
        "     2  role.granted\n"
        "     1  version.published\n"
    )
    process = Process.objects.get()
    assert (process.is_told, process.is_being_told, process.is_demo) == (True, False, False)
    assert not User.objects.filter(is_persona=True).exists()
    told = [entry.body["told_at"] for entry in Entry.objects.order_by("index")]
    assert (told[0], told[-2]) == ("2026-01-12T14:00:00.000000Z", "2026-02-20T22:00:00.000000Z")
    assert told == sorted(told)


def test_a_person_of_the_file_is_an_account_with_the_address_and_label_given(tmp_path: Path) -> None:
    remark = "{document: code, version: 1, clause: 1, text: When}"
    replay(tmp_path, f"{STORY}  - {{at: load-1d, by: passer-by, make_comment: {remark}}}\n")
    shown = dict(User.objects.values_list("email", "label"))
    assert shown == {
        "convener@street-cameras.example.org": "Convener, Quarter Council",
        "chair@street-cameras.example.org": "Chair, Quarter Council",
        "editor@street-cameras.example.org": "Editor, Quarter Council",
        "lead.tenants-union@street-cameras.example.org": "Lead representative of Tenants Union",
        "lead.corner-shops@street-cameras.example.org": "Lead representative of Corner Shops",
        "passer-by@street.example.org": "Passer-by",
    }


def test_the_same_file_again_is_refused(tmp_path: Path) -> None:
    replay(tmp_path, STORY)
    before, said = size(), StringIO()
    with pytest.raises(SystemExit):
        call_command("replay", str(tmp_path / "story.yaml"), stderr=said)
    assert said.getvalue() == (
        "Nothing was loaded. Line 2: Another process has the address street-cameras. Choose another.\n"
    )
    assert size() == before


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (
            "{at: 2026-02-01 09:00, by: convener, add_point: {proposition: x}}",
            "2026-02-01 09:00 is before what the file told last. Put the acts in the order of their times.",
        ),
        (
            "{at: load+1d 09:00, by: convener, add_point: {proposition: x}}",
            "load+1d 09:00 has not come yet. Only what happened can be told.",
        ),
        (
            "{at: someday, by: convener, add_point: {proposition: x}}",
            "'someday' is no time. Write 2026-06-16 13:00, or load-14d 13:00 for fourteen days before loading.",
        ),
        ("{at: load-1d, by: chair, sing: {song: x}}", "There is no act called sing."),
        ("{at: load-1d, by: convener, add_point: {}}", "The field proposition is missing."),
        ("{at: load-1d, by: convener, add_point: {proposition: x, loud: true}}", "There is no field called loud here."),
        ("{at: load-1d, by: convener, add_point: {proposition: [x]}}", "proposition is text, not a list."),
        (
            "{at: load-1d, by: chiar, add_point: {proposition: x}}",
            "There is nobody called chiar in this file. List them under people.",
        ),
        (
            "{at: load-1d, by: lead/nobody, add_point: {proposition: x}}",
            "There is no organization called nobody in this file.",
        ),
        (
            "{at: load-1d, by: uncle/tenants-union, add_point: {proposition: x}}",
            "There is nobody called uncle/tenants-union in this file. List them under people.",
        ),
        ("{at: load-1d, add_point: {proposition: x}}", "This act needs somebody who did it. Write by: and who."),
        ("{at: load-1d, by: editor, adopt_charter: {}}", "The field scope is missing."),
        ("{at: load-1d, by: editor, grant_role: {function: chair}}", "editor may not do grant_role here."),
        (
            "{at: load-1d, by: convener, grant_role: {function: king}}",
            "'king' is no function. Write one of convener, chair, secretary, editor, facilitator.",
        ),
        (
            "{at: load-1d, by: convener, admit_organization: {organization: []}}",
            "Where organization is a list, it names somebody, and by names one person at most.",
        ),
        (
            "{at: load-1d, by: [convener, chair], admit_organization: {organization: [corner-shops]}}",
            "Where organization is a list, it names somebody, and by names one person at most.",
        ),
        (
            "{at: load-1d, by: convener, admit_organization: {organization: corner-shops}}",
            "Corner Shops is not waiting for admission.",
        ),
        ("{at: load-1d, close_call: {call: one}}", "call is a whole number, not 'one'."),
        ("{at: load-1d, close_call: {call: 7}}", "Call 7 was not found. It is told before it is referred to."),
        (
            "{at: load-1d, by: editor, make_comment: {document: code, version: 1, clause: 9, text: x}}",
            "Clause 9 was not found. It is told before it is referred to.",
        ),
        (
            "{at: load-1d, by: passer-by, withdraw_organization: {reason: x}}",
            "Passer-by speaks for no organization at the table then.",
        ),
        (
            "{at: load-1d, by: lead/corner-shops, ask_to_sign: {statement: 1, organizations: []}}",
            "organizations is a list with something in it, such as [first, second].",
        ),
        (
            "{at: load-1d, by: convener, add_point: {proposition: " + "x" * 201 + "}}",
            "This point has 201 characters; at most 200 are taken. Shorten it.",
        ),
        (
            "{at: load-1d, by: editor, publish_version: {document: code, text: ''}}",
            "This text is empty. Write something, then send it again.",
        ),
    ],
)
def test_a_refused_line_is_named_and_nothing_is_loaded(tmp_path: Path, item: str, sentence: str) -> None:
    text = f"{STORY}  - {item}\n"
    assert refused(tmp_path, text) == f"Nothing was loaded. Line {last_line(STORY)}: {sentence}\n"


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("notice_days: 15", "notice_days: -1", "notice_days is a whole number, not -1."),
        ("notice_days: 15", "notice_days: 15, balance: 3/2", "'3/2' is no share of the table. Write one such as 1/2."),
        (
            "notice_days: 15",
            "notice_days: 15, balance: half",
            "'half' is no share of the table. Write one such as 1/2.",
        ),
        ("notice_days: 15", "notice_days: 99999", "Write 0 to 365 days of notice."),
        ("residents: R", "Residents: R", "The category Residents is called with small letters, digits and hyphens."),
        (
            "{residents: R, shops: S}",
            "[residents, shops]",
            "categories has names with values, such as name: value; this is a list.",
        ),
        ("two-thirds-cast", "[two-thirds-cast]", "rule is the name of a preset, or a rule written out."),
    ],
)
def test_a_charter_that_cannot_be_is_refused(tmp_path: Path, written: str, instead: str, sentence: str) -> None:
    text = HEADER + STAFF.replace(written, instead)
    line = last_line(HEADER) + 2
    assert refused(tmp_path, text) == f"Nothing was loaded. Line {line}: {sentence}\n"


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (
            "{at: 2026-02-20 17:00, by: lead/corner-shops, cast_position: {call: 1, stance: support}}",
            "Not recorded: the call closed on 20 February 2026, 17:00 EST. "
            "You can send your text to the chair as a late statement.",
        ),
        (
            "{at: 2026-02-08 09:00, by: lead/corner-shops, cast_position: {call: 1, stance: object}}",
            "Say why you object. An objection without a reason cannot be answered, so it is not recorded.",
        ),
        (
            "{at: 2026-02-19 09:00, close_call: {call: 1}}",
            "The call is open until 20 February 2026, 17:00 EST. Nobody closes it earlier.",
        ),
    ],
)
def test_what_people_are_refused_a_file_is_refused(tmp_path: Path, item: str, sentence: str) -> None:
    told = STORY + CALL
    assert refused(tmp_path, f"{told}  - {item}\n") == f"Nothing was loaded. Line {last_line(told)}: {sentence}\n"


def test_a_call_that_is_over_is_closed_in_the_file_or_the_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, STORY + CALL) == (
        "Nothing was loaded. Call 1 is closed by now, and no line says so. Add close_call, stop_call or void_call.\n"
    )


def test_a_call_stopped_by_a_newer_text_is_suspended_in_the_file(tmp_path: Path) -> None:
    newer = '{document: code, text: "# Pictures\\n\\nAre deleted at once."}'
    told = f"{STORY}{CALL}  - {{at: 2026-02-09 09:00, by: editor, publish_version: {newer}}}\n"
    suspended = "  - {at: 2026-02-09 09:00, stop_call: {call: 1, version: 2}}\n"
    assert refused(tmp_path, told) == (
        "Nothing was loaded. Call 1 is suspended by now, and no line says so. Add close_call, stop_call or void_call.\n"
    )
    replay(tmp_path, told + suspended)
    assert Call.objects.get().state == "suspended"


def test_a_call_may_stay_open_and_a_withdrawal_is_tied_to_its_requirement(tmp_path: Path) -> None:
    replay(
        tmp_path,
        HEADER
        + STAFF
        + SEATS
        + "  - {at: 2026-02-05 08:00, by: convener, add_point: {proposition: Nothing is kept}}\n"
        + "  - at: 2026-02-05 08:05\n    by: lead/tenants-union\n"
        + "    declare_requirement: {point: 1, otherwise_leaves: true, text: Not a day.}\n"
        + STORY.removeprefix(HEADER + STAFF + SEATS)
        + CALL.replace("2026-02-20 17:00", "load+9d 17:00")
        + "  - at: 2026-02-10 09:00\n    by: lead/tenants-union\n"
        + "    withdraw_organization: {reason: A day is kept., requirements: [1], permanent: false}\n",
    )
    left = Entry.objects.get(kind="organization.withdrawn")
    assert (Call.objects.get().state, left.body["requirements"], left.body["permanent"]) == ("opened", [1], False)
