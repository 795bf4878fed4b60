"""Every component with sample content, once: what the tests check and what a designer looks at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from policyhub.decisions.rules import MEANINGS, Asking
from policyhub.insight.report import CallEffect, CategoryEffect, Report

CLOSES = datetime(2026, 7, 16, 21, 0, tzinfo=UTC)
ZONE = "America/New_York"
HASH = "sha256:d0c788e41f5293ab5be109c47d3ae2f8447091bd6c05aa17"


FOUND_TOGETHER = {
    "relation": "related",
    "is_found": True,
    "confirmed_at": CLOSES,
    "reason": "Both name one parent in their yearly reports.",
}


class Linked(str):
    """A name that leads somewhere, as a call does in a template."""

    get_absolute_url = "#"


class RepeatedCall:
    """A call on a text that was asked about before, and was asked about again."""

    repeats, reason = Linked("Call 1"), "Three organizations asked for it once the comments were answered."
    repeated_by = {"all": [Linked("Call 3")]}


REPEATED = RepeatedCall()


class PositionForm(forms.Form):
    position = forms.ChoiceField(
        label="Position",
        choices=list(MEANINGS[Asking.CONSENSUS].items()),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why you object",
        help_text="Published with your organization's name. It stays open, whoever leaves, until you lift it.",
        widget=forms.Textarea,
    )
    cure = forms.CharField(label="What change would lift the objection", required=False, widget=forms.Textarea)


class WithdrawalForm(forms.Form):
    statement = forms.CharField(label="Your statement", help_text="Published unedited.", widget=forms.Textarea)
    effect = forms.ChoiceField(
        label="When it takes effect",
        choices=[("now", "At once"), ("later", "On a day you name")],
        widget=forms.RadioSelect,
    )
    zone = forms.ChoiceField(label="Time zone", choices=[(ZONE, "Washington")], required=False)
    follow = forms.BooleanField(label="Write to me when this clause changes", required=False)
    nonce = forms.CharField(widget=forms.HiddenInput, initial="n-1")


def position_form() -> PositionForm:
    """A form sent with "object" and without the reason it needs."""
    form = PositionForm({"position": "object"})
    form.is_valid()
    return form


def withdrawal_form() -> WithdrawalForm:
    """A form sent empty, refused for the whole and for two fields."""
    form = WithdrawalForm({})
    form.add_error(None, "The organization has withdrawn already.")
    return form


FACTS = [
    {"term": "Position", "value": "Can live with"},
    {"term": "Call", "value": "Call 14", "href": "/processes/faces/calls/14/"},
    {"term": "Receipt", "hash": HASH},
]
CLAUSE = {
    "anchor": "c7",
    "number": "7",
    "title": "How long images are kept",
    "html": mark_safe(
        "<p>A template that matches somebody is deleted after <del><span class='vh'>deleted: </span>ninety</del>"
        "<ins><span class='vh'>inserted: </span>thirty</ins> days, unless a named person has recorded a reason to keep "
        "it longer. <span class='bracket'>In no case after one hundred and eighty days.</span></p>"
    ),
    "state": "opened",
    "state_word": "Call 14 open",
    "note": "Closes 16 July 2026, 17:00 EDT",
    "note_href": "/processes/faces/calls/14/",
    "counts": [{"category": "Industry", "for": 8, "object": 0}, {"category": "Academia", "for": 1, "object": 1}],
    "requirements": [{"name": "Requirement R6", "state": "partly_met"}],
    "objections": {"words": "1 open objection", "href": "#o1"},
    "comments": {"words": "14 comments", "href": "#comments"},
}
CHART = {
    "finding": "In one day, advocacy went from ten organizations to one",
    "note": "Organizations at the table by category. Dashed outline: places of those who withdrew.",
    "sentence": "Advocacy falls from ten to one on 16 June; the other categories do not change.",
    "points": [
        (date(2026, 2, 3), {"Industry": 8, "Advocacy": 6, "Academia": 2, "Government": 1}),
        (date(2026, 4, 14), {"Industry": 12, "Advocacy": 9, "Academia": 3, "Government": 1}),
        (date(2026, 5, 12), {"Industry": 14, "Advocacy": 10, "Academia": 3, "Government": 1}),
        (date(2026, 6, 16), {"Industry": 14, "Advocacy": 1, "Academia": 3, "Government": 1}),
    ],
    "until": date(2026, 7, 9),
    "events": [(date(2026, 6, 16), "16 June: nine withdraw")],
}
TALLY = {
    "id": "as-cast",
    "heading": "As cast: this count decides",
    "sum": "16 of 25 for, 64.00 %",
    "parts": [("endorse", 5), ("support", 7), ("accept", 4), ("object", 9)],
    "sentence": "16 of 25 for: 5 endorse, 7 support, 4 can live with. 9 object. 17 are needed.",
    "needed": 17,
    "state": "not_adopted",
    "state_word": "Not adopted: one short of 17",
}
WITHOUT = {
    **TALLY,
    "id": "without",
    "heading": "Without the nine that withdrew: for comparison",
    "sum": "16 of 16 for, 100.00 %",
    "parts": [("endorse", 5), ("support", 7), ("accept", 4)],
    "sentence": "16 of 16 for. 11 are needed.",
    "needed": 11,
    "state": "adopted",
    "state_word": "Would have been adopted",
}
SEALED = {
    **TALLY,
    "id": "sealed",
    "heading": "Sealed until it closes",
    "sum": "12 of 19 have answered",
    "parts": [("answered", 12), ("to_come", 7)],
    "sentence": "12 of 19 have answered.",
    "needed": 0,
    "state": "sealed",
    "state_word": "Opened on 16 July 2026, 17:00 EDT",
}
TABLE = {
    "caption": "How each category answered",
    "columns": ["Category", "Seats", "Endorse", "Object"],
    "rows": [["Industry", 14, 4, 0], ["Advocacy", 10, 0, 9]],
    "foot": ["All", 24, 4, 9],
    "numbers": True,
    "tight": True,
}
OBJECTION = {
    "heading": "Opt-in must be the base",
    "text": "People should be able to walk down a street without a company learning their name.",
    "cite": "Freedom to Walk Coalition, for itself and seven others",
    "state": "addressed_not_accommodated",
    "state_word": "Open; holders have left",
    "cure": "the first bracketed text of Clause 4.",
}
ANSWER = {
    "heading": "Answer of the editor, 17 June 2026",
    "text": "Not accommodated. Twelve organizations could not adopt it.",
}
STEPS = [
    {"state": "done", "word": "Announced", "note": "12 Jan 2026"},
    {"state": "done", "word": "Rules adopted", "note": "3 Feb 2026"},
    {"state": "now", "word": "Comments on Draft 4", "note": "now, until 14 Aug"},
    {"state": "to_come", "word": "Final decision", "note": "from 22 Sep 2026"},
]
ROWS = [
    {"category": "Industry", "seated": 14, "withdrawn": 0, "words": "14 of 14"},
    {"category": "Advocacy", "seated": 1, "withdrawn": 9, "words": "1 of 10; 9 withdrew"},
    {"category": "Academia", "seated": 3, "withdrawn": 0, "words": "3 of 3"},
]
DATED = [
    {
        "lead": "Closes in 7 days",
        "at": CLOSES,
        "tz": ZONE,
        "href": "#",
        "what": "Call 14: how long images are kept",
        "note": "12 of 19 organizations have answered.",
    },
    {"date_words": "from 22 September 2026", "what": "Final decision"},
]
LEDGER = [
    {
        "at": CLOSES - timedelta(days=30),
        "tz": ZONE,
        "what": "Nine advocacy organizations withdrew jointly.",
        "href": "#",
        "note": "Entry 1,190",
    },
    {
        "when_words": "By 14 July 2026",
        "what": "One objection waits for an answer.",
        "state": "raised",
        "act": "Answer it",
        "act_href": "#",
    },
]
TABS = [
    {"word": "Overview", "href": "/processes/faces/", "current": True},
    {"word": "Drafts", "href": "/processes/faces/drafts/", "current": False},
    {"word": "Decisions", "href": "/processes/faces/calls/", "current": False},
]


def _page() -> dict[str, Any]:
    paginator = Paginator(range(2600), 100)
    page = paginator.page(2)
    return {"page": page, "numbers": paginator.get_elided_page_range(2), "base": "?page="}


Sample = tuple[str, dict[str, Any]]


def samples() -> list[Sample]:
    """Components in the order of the sheet, each with the content it documents; some stand more than once."""
    return [*_notices(), *_figures(), *_texts(), *_forms()]


def _notices() -> list[Sample]:
    return [
        ("process_tabs", {"process_name": "Face recognition", "process_href": "/processes/faces/", "tabs": TABS}),
        (
            "title",
            {
                "kicker": "Call 11",
                "heading": "Clause 4 was not adopted",
                "deck": "The clause had 16; the rule asks for 17.",
            },
        ),
        ("messages", {"messages": [Message(25, "The address is confirmed.")]}),
        ("repeats", {"call": REPEATED}),
        ("superseded", {"this": "Draft 3", "newer": "Draft 4", "href": "#"}),
        ("told", {"told_at": CLOSES, "recorded_at": CLOSES, "tz": ZONE}),
        ("steps", {"steps": STEPS}),
        (
            "callout",
            {
                "heading": "Nine have withdrawn",
                "text": "They left together.",
                "tone": "wait",
                "href": "#",
                "link": "Why",
            },
        ),
        (
            "trouble",
            {"trouble": {"sentence": "The first 430 entries are not those that were signed.", "since": CLOSES}},
        ),
        (
            "empty",
            {"why": "No objection has been raised.", "fill": "Any organization may.", "href": "#", "act": "Raise one"},
        ),
        ("dated", {"items": DATED}),
        ("affiliation", {"process": {"timezone": ZONE}, "said": FOUND_TOGETHER}),
        ("ledger", {"items": LEDGER}),
    ]


IMPACT = {
    "report": Report((), 24, 15, (), (), (), (), ()),
    "rows": [
        {"name": "Industry", "effect": CategoryEffect("industry", 14, 14, Fraction(14, 15), True)},
        {"name": "Advocacy", "effect": CategoryEffect("advocacy", 9, 0, Fraction(0), False)},
        {"name": "Academia", "effect": CategoryEffect("academia", 1, 1, Fraction(1, 15), False)},
    ],
    "calls": [
        {
            "effect": CallEffect(2, "not_adopted", "not_adopted", "adopted", True, "24 of the 13 needed", ()),
            "href": "#",
            "before": "not adopted",
            "as_cast": "not adopted",
            "without": "adopted",
            "unanswered": ["Harbor Tenants Union"],
        }
    ],
    "objections": [{"number": 4, "call": {"number": 2, "get_absolute_url": "#"}}],
    "requirements": [{"number": 1, "point": "Consent comes before identification"}],
    "drafts": [Linked("A shorter text")],
}


def _figures() -> list[Sample]:
    return [
        ("seats", {"rows": ROWS}),
        ("area_chart", {"chart": CHART}),
        ("impact", {"impact": IMPACT, "heading": "What follows at once"}),
        ("tally", {"tally": TALLY}),
        ("tally", {"tally": WITHOUT}),
        ("tally", {"tally": SEALED}),
        ("table", {"table": TABLE}),
    ]


def _texts() -> list[Sample]:
    return [
        ("exchange", {"objection": OBJECTION, "answer": ANSWER}),
        ("exchange", {"objection": {**OBJECTION, "state": "raised", "state_word": ""}}),
        ("redline_legend", {"old": "Draft 3", "new": "Draft 4", "brackets": True}),
        ("outline", {"clauses": [CLAUSE, {"anchor": "c8", "number": "8", "title": "Sharing", "state": "agreed"}]}),
        ("clause", {"clause": CLAUSE}),
        ("statement", {"text": "We will come back.", "cite": "Joint statement of nine organizations, 16 June 2026"}),
    ]


def _forms() -> list[Sample]:
    position, withdrawal = position_form(), withdrawal_form()
    return [
        ("ladder", {"field": position["position"], "inner": [position["reason"], position["cure"]]}),
        ("form", {"form": withdrawal, "act": "Withdraw from this process", "grave": True, "back": "#"}),
        ("post_button", {"action": "#", "act": "Circulate the minutes", "kind": "plain", "nonce": "n-2"}),
        ("code_field", {"field": _CodeForm({})["code"]}),
        ("receipt", {"facts": FACTS, "check_href": "#", "actions": [{"href": "#", "word": "Save as PDF"}]}),
        ("pagination", _page()),
        (
            "proof",
            {"sentence": "Drawn from entries 1 to 1,284.", "hash": HASH, "links": [{"href": "#", "word": "Verify"}]},
        ),
    ]


class _CodeForm(forms.Form):
    code = forms.CharField()


def contact_sheet() -> str:
    """One page with every sample, in the frame of the site."""
    body = "".join(
        f'<section class="section">{render_to_string(f"components/{name}.html", context)}</section>'
        for name, context in samples()
    )
    return render_to_string("base.html").replace('<div class="wrap">\n\n', f'<div class="wrap">{body}', 1)
