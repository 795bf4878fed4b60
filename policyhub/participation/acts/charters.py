"""Adopting the charter: process before substance. Until it is adopted no call can open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction

from policyhub import rulebook
from policyhub.accounts.models import User
from policyhub.core.canonical import NotCanonical, canonical
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import may_move
from policyhub.core.text import bad_address, canonical_line, canonical_text, text_hash
from policyhub.participation.models import Charter, InterestCategory, Process
from policyhub.participation.permissions import can_adopt_charter
from policyhub.participation.queries import roles_of
from policyhub.participation.rules import PROCESS_MOVES, ProcessState, StaffFunction, Treatment
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# Days; a year is more than any process gives.
MOST_NOTICE = 365
# Hours: a year, which is less than the longest time for which a call may stay open.
MOST_CALL_HOURS = 365 * 24
# One entry of the record lists them all.
MOST_CATEGORIES = 30


@dataclass(frozen=True)
class Terms:
    """What a charter says: its rule in the rulebook's language, its limit of balance as a fraction or None.

    `call_hours` is how long a call stays open at least; 0 for no minimum.
    """

    scope: str
    categories: Sequence[tuple[str, str]]
    rule: str | dict[str, Any]
    notice_days: int
    treatment: Treatment = Treatment.COUNT_AS_CAST
    balance: Fraction | None = None
    chair_may_be_party: bool = False
    call_hours: int = 0


@transaction.atomic
def adopt_charter(*, actor: User, process: Process, terms: Terms, at: datetime) -> Entry:
    """The process has its rules and is active."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_adopt_charter(actor, process))
    check(find_refusal(process), *_gaps(terms))
    terms = _canonical(terms)
    charter = _write(process, terms, at)
    process.state = ProcessState.ACTIVE
    process.save(update_fields=["state"])
    return append(
        Kind.CHARTER_ADOPTED,
        actor=actor,
        role=roles_of(actor, process, [StaffFunction.CONVENER, StaffFunction.CHAIR]).order_by("function")[0].function,
        process=process,
        subject=process.subject,
        body={
            "version": charter.version,
            "scope_hash": text_hash(terms.scope),
            "categories": [{"slug": slug, "name": name} for slug, name in terms.categories],
            "rule": terms.rule,
            "notice_days": terms.notice_days,
            "call_hours": terms.call_hours,
            "treatment": terms.treatment.value,
            "balance": charter.balance,
            "chair_may_be_party": terms.chair_may_be_party,
        },
        at=at,
    )


def find_refusal(process: Process) -> Reason | None:
    """Why no charter can be adopted in this process now, whatever it says; None when one can."""
    if not may_move(PROCESS_MOVES, process.state, ProcessState.ACTIVE):
        return Reason("wrong_state", "The charter of this process is adopted already. Nothing was changed.")
    if process.staff.filter(function=StaffFunction.CHAIR, until__isnull=True).exists():
        return None
    return Reason("no_chair", "Name the chair first: somebody must be there to determine what was agreed.")


def _write(process: Process, terms: Terms, at: datetime) -> Charter:
    balance = terms.balance
    for position, (slug, name) in enumerate(terms.categories, 1):
        InterestCategory.objects.create(process=process, slug=slug, name=name, position=position)
    return Charter.objects.create(
        process=process,
        version=1,
        scope=terms.scope,
        rule=terms.rule,
        notice_days=terms.notice_days,
        call_hours=terms.call_hours,
        treatment=terms.treatment,
        balance={"num": balance.numerator, "den": balance.denominator} if balance is not None else None,
        chair_may_be_party=terms.chair_may_be_party,
        adopted_at=at,
    )


def _canonical(terms: Terms) -> Terms:
    names = [
        canonical_line(name, what="name of a category", limit=80, field="categories") for _, name in terms.categories
    ]
    return replace(
        terms,
        scope=canonical_text(terms.scope, what="scope", field="scope"),
        categories=[(slug, name) for (slug, _), name in zip(terms.categories, names, strict=True)],
    )


def _gaps(terms: Terms) -> list[Reason | None]:
    slugs = [slug for slug, _ in terms.categories]
    return [
        None if slugs else Reason("categories", "List the interest categories, one a line.", "categories"),
        Reason("categories", f"List at most {MOST_CATEGORIES} interest categories.", "categories")
        if len(slugs) > MOST_CATEGORIES
        else None,
        None if len(set(slugs)) == len(slugs) else Reason("categories", "Two categories are the same.", "categories"),
        *(bad_address(slug, limit=40, field="categories") for slug in slugs),
        _bad_rule(terms.rule, slugs),
        _out_of_range(terms),
        _too_many_hours(terms),
        _not_a_share(terms.balance),
    ]


def _out_of_range(terms: Terms) -> Reason | None:
    if 0 <= terms.notice_days <= MOST_NOTICE:
        return None
    return Reason("notice", f"Write 0 to {MOST_NOTICE} days of notice.", "notice_days")


def _too_many_hours(terms: Terms) -> Reason | None:
    if 0 <= terms.call_hours <= MOST_CALL_HOURS:
        return None
    return Reason("call_hours", f"Write 0 to {MOST_CALL_HOURS} hours that a call stays open.", "call_hours")


def _not_a_share(balance: Fraction | None) -> Reason | None:
    if balance is None or 0 < balance <= 1:
        return None
    return Reason("balance", "Write a share of the seats greater than 0 and at most 1, such as 1/2.", "balance")


def _bad_rule(rule: str | dict[str, Any], categories: Sequence[str]) -> Reason | None:
    try:
        canonical({"rule": rule})
        sentence = rulebook.unusable(rulebook.preset(rule), categories)
    except NotCanonical as error:
        sentence = f"The rule cannot stand on the record: {error}."
    except rulebook.RuleError as error:
        sentence = str(error)
    return Reason("rule", sentence, "rule") if sentence else None
