"""Adopting the charter: process before substance. Until it is adopted no call can open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction

from policyhub import rulebook
from policyhub.accounts.models import User
from policyhub.core.canonical import NotCanonical, canonical, moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import may_move
from policyhub.core.templatetags.typeset import moment_text
from policyhub.core.text import bad_address, canonical_line, canonical_text, text_hash
from policyhub.participation.models import Charter, CharterProposal, InterestCategory, Process
from policyhub.participation.permissions import can_adopt_charter
from policyhub.participation.queries import find_charter, roles_of
from policyhub.participation.rules import PROCESS_MOVES, ProcessState, StaffFunction, Treatment
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# Days; a year is more than any process gives.
MOST_NOTICE = 365
MOST_APPEAL = 365
# Three weeks, as for appeals in the W3C.
USUAL_APPEAL = 21
# Hours: a year, which is less than the longest time for which a call may stay open.
MOST_CALL_HOURS = 365 * 24
# One entry of the record lists them all.
MOST_CATEGORIES = 30


@dataclass(frozen=True)
class Terms:
    """What a charter says: its rule in the rulebook's language, its limit of balance as a fraction or None.

    `call_hours` is how long a call stays open at least; 0 for no minimum. `ballot_rule` counts ballots; None: the rule
    of calls does. With `sealed_calls` nobody knows what was answered before a call closes. `appeal_days` is for how
    long a determination can be appealed; with 0 none can.
    """

    scope: str
    categories: Sequence[tuple[str, str]]
    rule: str | dict[str, Any]
    notice_days: int
    treatment: Treatment = Treatment.COUNT_AS_CAST
    balance: Fraction | None = None
    chair_may_be_party: bool = False
    two_persons_admit: bool = False
    call_hours: int = 0
    ballot_rule: str | dict[str, Any] | None = None
    sealed_calls: bool = False
    appeal_days: int = USUAL_APPEAL


@transaction.atomic
def adopt_charter(*, actor: User, process: Process, terms: Terms, at: datetime) -> Entry:
    """The process has its rules and is active."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_adopt_charter(actor, process))
    check(find_refusal(process), *_gaps(terms))
    terms = _canonical(terms)
    body = body_of(terms, version=1)
    _write(process, terms.scope, body, at)
    process.state = ProcessState.ACTIVE
    process.save(update_fields=["state"])
    return append_charter(Kind.CHARTER_ADOPTED, actor, process, body, at)


@transaction.atomic
def propose_charter(*, actor: User, process: Process, terms: Terms, reason: str, at: datetime) -> Entry:
    """Everybody has notice of the charter's next version; it can be adopted after as many days as the charter asks."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_adopt_charter(actor, process))
    charter = find_charter(process)
    if charter is None:
        raise refuse("no_charter", "No charter is adopted yet: adopt the first, and amend it later.")
    check(_proposed_already(process), _lost_category(charter, terms), *_gaps(terms))
    terms = _canonical(terms)
    body = body_of(terms, version=charter.version + 1)
    check(_changes_nothing(charter, body))
    proposal = CharterProposal.objects.create(
        process=process,
        version=charter.version + 1,
        terms=body,
        scope=terms.scope,
        reason=canonical_text(reason, what="reason", field="reason"),
        proposed_at=at,
        not_before=at + timedelta(days=charter.notice_days),
    )
    said = {**body, "reason_hash": text_hash(proposal.reason), "not_before": moment(proposal.not_before)}
    return append_charter(Kind.CHARTER_PROPOSED, actor, process, said, at)


@transaction.atomic
def adopt_proposal(*, actor: User, proposal: CharterProposal, at: datetime) -> Entry:
    """The next version of the charter is in force as it was noticed; open calls keep what they were opened by."""
    process = hold(proposal.process, for_change=True)
    proposal = hold(proposal, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_adopt_charter(actor, process))
    check(_not_open(proposal), _too_early(proposal, at))
    proposal.adopted_at = at
    proposal.save(update_fields=["adopted_at"])
    _write(process, proposal.scope, proposal.terms, at)
    return append_charter(Kind.CHARTER_ADOPTED, actor, process, proposal.terms, at)


@transaction.atomic
def drop_proposal(*, actor: User, proposal: CharterProposal, reason: str, at: datetime) -> Entry:
    """The charter stays as it is; what was proposed stays listed, with the reason why it was dropped."""
    process = hold(proposal.process, for_change=True)
    proposal = hold(proposal, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_adopt_charter(actor, process))
    check(_not_open(proposal))
    proposal.dropped_at = at
    proposal.dropped_reason = reason = canonical_text(reason, what="reason", field="reason")
    proposal.save(update_fields=["dropped_at", "dropped_reason"])
    body = {"version": proposal.version, "reason_hash": text_hash(reason)}
    return append_charter(Kind.CHARTER_PROPOSAL_DROPPED, actor, process, body, at)


def body_of(terms: Terms, *, version: int) -> dict[str, Any]:
    """What a version of the charter says, as it stands on the record."""
    balance = terms.balance
    return {
        "version": version,
        "scope_hash": text_hash(terms.scope),
        "categories": [{"slug": slug, "name": name} for slug, name in terms.categories],
        "rule": terms.rule,
        "notice_days": terms.notice_days,
        "call_hours": terms.call_hours,
        "treatment": terms.treatment.value,
        "balance": {"num": balance.numerator, "den": balance.denominator} if balance is not None else None,
        "chair_may_be_party": terms.chair_may_be_party,
        "two_persons_admit": terms.two_persons_admit,
        "ballot_rule": terms.ballot_rule,
        "sealed_calls": terms.sealed_calls,
        "appeal_days": terms.appeal_days,
    }


def append_charter(kind: Kind, actor: User, process: Process, body: dict[str, Any], at: datetime) -> Entry:
    """An entry about the charter, by the chair or the convener."""
    functions = [StaffFunction.CONVENER, StaffFunction.CHAIR]
    role = roles_of(actor, process, functions).order_by("function")[0].function
    return append(kind, actor=actor, role=role, process=process, subject=process.subject, body=body, at=at)


def find_refusal(process: Process) -> Reason | None:
    """Why no charter can be adopted in this process now, whatever it says; None when one can."""
    if not may_move(PROCESS_MOVES, process.state, ProcessState.ACTIVE):
        return Reason("wrong_state", "The charter of this process is adopted already. Nothing was changed.")
    if process.staff.filter(function=StaffFunction.CHAIR, until__isnull=True).exists():
        return None
    return Reason("no_chair", "Name the chair first: somebody must be there to determine what was agreed.")


def _write(process: Process, scope: str, body: dict[str, Any], at: datetime) -> Charter:
    """The charter of this body in force, with the categories that it lists first."""
    known = set(process.categories.values_list("slug", flat=True))
    for position, category in enumerate(body["categories"], 1):
        if category["slug"] not in known:
            InterestCategory.objects.create(process=process, **category, position=position)
    said = {name: value for name, value in body.items() if name != "scope_hash"}
    return Charter.objects.create(process=process, scope=scope, **said, adopted_at=at)


def _proposed_already(process: Process) -> Reason | None:
    if not process.charter_proposals.filter(adopted_at__isnull=True, dropped_at__isnull=True).exists():
        return None
    return Reason("proposed", "Another version of the charter is proposed already. Adopt or drop that one first.")


def _lost_category(charter: Charter, terms: Terms) -> Reason | None:
    """A category that organizations sit in, or sat in, stays; others can be added behind it."""
    kept = [(each["slug"], each["name"]) for each in charter.categories]
    if list(terms.categories)[: len(kept)] == kept:
        return None
    names = ", ".join(name for _, name in kept)
    return Reason("categories", f"Keep these first, as they are, and add others behind: {names}.", "categories")


def _changes_nothing(charter: Charter, body: dict[str, Any]) -> Reason | None:
    now = {name: getattr(charter, name) for name in body if name not in {"version", "scope_hash"}}
    if text_hash(charter.scope) != body["scope_hash"] or any(now[name] != body[name] for name in now):
        return None
    return Reason("same", "This is what the charter says already. Change something, or leave it.")


def _not_open(proposal: CharterProposal) -> Reason | None:
    if proposal.adopted_at is None and proposal.dropped_at is None:
        return None
    return Reason("ended", "This proposal was adopted or dropped before. Nothing was changed.")


def _too_early(proposal: CharterProposal, at: datetime) -> Reason | None:
    if at >= proposal.not_before:
        return None
    when = moment_text(proposal.not_before, proposal.process.timezone)
    return Reason("too_early", f"The charter asks for notice: this version can be adopted from {when} on.")


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
        _bad_rule(terms.rule, slugs, "rule"),
        *_bad_ballot_rule(terms.ballot_rule, slugs),
        _out_of_range(terms),
        _too_many_days(terms),
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


def _too_many_days(terms: Terms) -> Reason | None:
    if 0 <= terms.appeal_days <= MOST_APPEAL:
        return None
    return Reason("appeal_days", f"Write 0 to {MOST_APPEAL} days for an appeal. 0: none can be made.", "appeal_days")


def _not_a_share(balance: Fraction | None) -> Reason | None:
    if balance is None or 0 < balance <= 1:
        return None
    return Reason("balance", "Write a share of the seats greater than 0 and at most 1, such as 1/2.", "balance")


def _bad_ballot_rule(rule: str | dict[str, Any] | None, categories: Sequence[str]) -> list[Reason | None]:
    """A ballot is counted: a rule that leaves the outcome to the chair cannot count it."""
    if rule is None:
        return []
    if (bad := _bad_rule(rule, categories, "ballot_rule")) is not None:
        return [bad]
    sentence = "This rule leaves the outcome to the chair, and a ballot is counted. Choose another for ballots."
    left = rulebook.leaves_to_chair(rulebook.preset(rule))
    return [Reason("ballot_rule", sentence, "ballot_rule") if left else None]


def _bad_rule(rule: str | dict[str, Any], categories: Sequence[str], field: str) -> Reason | None:
    try:
        canonical({"rule": rule})
        sentence = rulebook.unusable(rulebook.preset(rule), categories)
    except NotCanonical as error:
        sentence = f"The rule cannot stand on the record: {error}."
    except rulebook.RuleError as error:
        sentence = str(error)
    return Reason("rule", sentence, field) if sentence else None
