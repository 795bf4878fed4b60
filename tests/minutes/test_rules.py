"""What minutes must contain, and the text that a secretary starts from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.meetings.rules import Stay
from policyhub.minutes.first_text import Attendant, Break, Earlier, Facts, Matter, first_text
from policyhub.minutes.rules import BLANK, SECTIONS, MinutesState, correction_refused, edit_refused, gaps, sections_of

START = datetime(2026, 6, 16, 13, tzinfo=UTC)
FACTS = Facts(
    number=3,
    title="Consent and notice",
    process="Face recognition in public spaces",
    convener="Office for Public Technology",
    held="Held in person: Hall of Records",
    timezone="America/New_York",
    opened_at=START,
    adjourned_at=START + timedelta(hours=3),
    presiding="Chair",
    secretary="Secretary",
)
COMPLETE = "\n\n".join(f"## {section}\n\nNothing." for section in SECTIONS)


def test_complete_minutes_have_no_gap() -> None:
    assert gaps(COMPLETE) == []


@settings(max_examples=40)
@given(st.sets(st.sampled_from(SECTIONS)), st.sets(st.sampled_from(SECTIONS)), st.integers(0, 3))
def test_gaps_name_every_missing_and_empty_section_and_every_blank(
    missing: set[str], empty: set[str], blanks: int
) -> None:
    kept = [section for section in SECTIONS if section not in missing]
    text = "\n".join(f"## {section}\n" + ("" if section in empty else "Said.\n") for section in kept)
    text = f"{BLANK} " * blanks + "\n" + text
    expected = ["section_missing"] * len(missing) + ["section_empty"] * len(empty - missing) + ["blank"] * bool(blanks)
    assert [reason.code for reason in gaps(text)] == expected


def test_sections_are_what_stands_under_second_level_headings() -> None:
    text = "# Title\n\nbefore\n\n## One ##\n\na\n\n### deeper\n\nb\n\n## Two\n"
    assert sections_of(text) == {"One": "a\n\n### deeper\n\nb", "Two": ""}


@pytest.mark.parametrize(
    ("state", "edit", "correction"),
    [
        (MinutesState.DRAFT, None, "draft"),
        (MinutesState.CIRCULATED, "circulated", None),
        (MinutesState.APPROVED, "approved", "approved"),
        (MinutesState.PUBLISHED, "approved", "approved"),
    ],
)
def test_each_state_says_how_its_text_changes(state: MinutesState, edit: str | None, correction: str | None) -> None:
    found = [edit_refused(state), correction_refused(state)]
    assert [each.code if each else None for each in found] == [edit, correction]


def test_first_text_has_every_section_in_order_and_only_blanks_to_fill() -> None:
    text = first_text(FACTS)
    assert tuple(sections_of(text)) == SECTIONS
    assert [reason.code for reason in gaps(text)] == ["blank"]
    assert gaps(text.replace(BLANK, "none")) == []


def test_first_text_tells_when_and_where_in_the_zone_of_the_meeting() -> None:
    recess = Break(START + timedelta(hours=1), START + timedelta(minutes=75), "To\nconfer.\n")
    assert sections_of(first_text(replace(FACTS, breaks=(recess,))))["Meeting"] == (
        "- Face recognition in public spaces, convened by Office for Public Technology\n"
        "- 16 June 2026, 09:00 to 12:00 EDT\n"
        "- Held in person: Hall of Records\n"
        "- Presiding: Chair\n"
        "- Secretary: Secretary\n"
        "- Recess from 10:00 to 10:15: To confer."
    )


def test_first_text_tells_a_walk_out_as_it_happened() -> None:
    hour = timedelta(hours=1)
    attendants = (
        Attendant("Tern Mobile", "Industry", (Stay(START, START + hour), Stay(START + 2 * hour))),
        Attendant("Harbor Tenants Union", "Advocacy", (Stay(START, START + hour),)),
        Attendant("Coastal University", "Academia", ()),
    )
    facts = replace(FACTS, attendants=attendants, voices=1, seats=3, quorum=2)
    assert sections_of(first_text(facts))["Present"] == (
        "### Industry\n\n"
        "- Tern Mobile: 09:00 to 10:00, from 11:00 until the adjournment\n\n"
        "### Advocacy\n\n"
        "- Harbor Tenants Union: 09:00 to 10:00, left and did not return\n\n"
        "Not present: Coastal University.\n\n"
        "At the adjournment 1 of 3 organizations with a vote were in the room; 2 make a quorum.\n\n"
        f"Staff, officials and members of the public who spoke or filed something: {BLANK}"
    )


@pytest.mark.parametrize(
    ("section", "known", "expected"),
    [
        ("Earlier minutes", {"earlier": (Earlier(2, None),)}, "- The minutes of meeting 2 are not approved yet"),
        (
            "Earlier minutes",
            {"earlier": (Earlier(2, START),)},
            "- The minutes of meeting 2 were certified by the chair on 16 June 2026; "
            "the body has not approved them yet",
        ),
        (
            "Earlier minutes",
            {"earlier": (Earlier(1, START, 2),)},
            "- The minutes of meeting 1 were approved by the body at meeting 2",
        ),
        (
            "Matters and resolutions",
            {"matters": (Matter("Draft 1", "Code, version 1"), Matter("Next steps", None))},
            f"### 1. Draft 1\n\nText: Code, version 1.\n\nResolved: {BLANK}\n\n### 2. Next steps\n\nResolved: {BLANK}",
        ),
        (
            "Votes and calls",
            {"happened": ((START, "call 4 was opened: Adopt?"),)},
            "- 09:00: call 4 was opened: Adopt?",
        ),
        ("Papers", {"papers": ("Code, version 1",)}, "- Code, version 1"),
        (
            "Carried forward",
            {
                "objections": ("Objection 1 of Tern Mobile stands",),
                "next_meeting": ("Scope", START + timedelta(days=7)),
            },
            "- Objection 1 of Tern Mobile stands\n"
            f"- Requirements touched, open items and the next step: {BLANK}\n"
            "- Next meeting: Scope, 23 June 2026, 09:00 EDT",
        ),
        (
            "Adjournment",
            {},
            "The meeting was adjourned on 16 June 2026 at 12:00 EDT.\n\nKept by: Secretary.",
        ),
    ],
)
def test_first_text_sets_down_what_is_known(section: str, known: dict[str, Any], expected: str) -> None:
    assert sections_of(first_text(replace(FACTS, **known)))[section] == expected
