"""Calls, positions and objections as the record tells them."""

from __future__ import annotations

from typing import Any

from policyhub.decisions.rules import NOUNS, Asking
from policyhub.decisions.verdicts import outcome_words, verdict_of
from policyhub.insight.wording import Telling, acting, number_of, numbered
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

POSITION_WORDS = {
    "endorse": "endorsed the text",
    "support": "supported the text",
    "accept": "can live with the text",
    "defer": "asked for further work",
    "object": "objected",
    "abstain": "abstained",
    "recuse": "recused itself",
}


def _opened(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    again = f" of call {body['recirculates']}, recirculated" if body["recirculates"] is not None else ""
    return f"Call {number_of(entry)}, a {NOUNS[Asking(body['asking'])]}{again}, opened: {body['question']}"


def _suspended(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    how = " by the chair" if body["reason"] == "chair" else ": its text changed"
    return f"Call {number_of(entry)} was suspended{how}."


def _closed(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    if body["outcome"] is None:
        return f"Call {number_of(entry)}, a straw poll, closed: {body['label'].replace('_', ' ')}."
    return f"Call {number_of(entry)} closed: {outcome_words(body['outcome'])} by the count."


def _determined(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    verdict = verdict_of(body, body["designation"])
    said = outcome_words(verdict.outcome) if verdict.is_the_chairs else verdict.word.lower()
    return f"The chair determined call {number_of(entry)}: {said}. {verdict.beside}".strip()


def _unsealed(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    name = names.get(body["organization"], body["organization"])
    return f"{name} had {POSITION_WORDS[body['position']]} in call {number_of(entry)}: its position is open now."


def _entered(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    name = names.get(body["organization"], body["organization"])
    how = "on paper" if body["means"] == "paper" else "in a roll call"
    return f"{name} {POSITION_WORDS[body['position']]} {how} in call {number_of(entry)}; the chair entered it."


CALL_SENTENCES: dict[Kind, Telling] = {
    Kind.CALL_OPENED: _opened,
    Kind.CALL_SUSPENDED: _suspended,
    Kind.CALL_RESUMED: numbered("Call", "goes on"),
    Kind.CALL_VOIDED: numbered("Call", "is void: nothing was decided by it"),
    Kind.CALL_CLOSED: _closed,
    Kind.CALL_DETERMINED: _determined,
    Kind.POSITION_CAST: lambda entry, body, names: (
        f"{acting(entry, names)} {POSITION_WORDS[body['position']]} in call {number_of(entry)}."
    ),
    Kind.POSITION_SEALED: lambda entry, body, names: (
        f"{acting(entry, names)} answered call {number_of(entry)}; its position is sealed until the call closes."
    ),
    Kind.POSITION_UNSEALED: _unsealed,
    Kind.POSITION_ENTERED: _entered,
    Kind.OBJECTION_ANSWERED: numbered("Objection", "was answered"),
    Kind.OBJECTION_LIFTED: numbered("Objection", "was lifted by its holder"),
}
