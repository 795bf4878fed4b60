"""Staff, charter, seats, representatives, requirements."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import own_seat, representative_of, requirement_of, role_of, somebody
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.processfile import is_slug
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.participation import acts
from policyhub.participation.acts.charters import USUAL_APPEAL, Terms
from policyhub.participation.models import CharterProposal, InterestCategory, Sponsor
from policyhub.participation.rules import Importance, Mandate, StaffFunction, Standing, Treatment, Visibility
from policyhub.record.models import Entry

LARGEST_TABLE = 10_000


def grant_role(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    function = said.choice("function", StaffFunction)
    person = telling.person(said.text("person", function.value))
    return acts.grant_role(actor=somebody(actor), process=telling.process, function=function, email=person.email, at=at)


def end_role(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.end_role(actor=somebody(actor), role=role_of(telling, said), at=at)


def adopt_charter(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    entry = acts.adopt_charter(actor=somebody(actor), process=telling.process, terms=_terms(said), at=at)
    telling.process.refresh_from_db()
    return entry


def propose_charter(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.propose_charter(
        actor=somebody(actor), process=telling.process, terms=_terms(said), reason=said.text("reason"), at=at
    )


def adopt_proposal(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.adopt_proposal(actor=somebody(actor), proposal=_proposal(telling), at=at)


def drop_proposal(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.drop_proposal(actor=somebody(actor), proposal=_proposal(telling), reason=said.text("reason"), at=at)


def _proposal(telling: Telling) -> CharterProposal:
    waiting = telling.process.charter_proposals.filter(adopted_at=None, dropped_at=None)
    return telling.one(waiting, "A proposed charter")


def _terms(said: Said) -> Terms:
    return Terms(
        scope=said.text("scope"),
        categories=_categories(said),
        rule=_rule(said.take("rule")),
        notice_days=said.number("notice_days"),
        treatment=said.choice("treatment", Treatment, Treatment.COUNT_AS_CAST),
        balance=_share(said.find_text("balance")),
        chair_may_be_party=said.flag("chair_may_be_party", False),
        two_persons_admit=said.flag("two_persons_admit", False),
        call_hours=said.find_number("call_hours") or 0,
        ballot_rule=_rule(said.take("ballot_rule")) if said.has("ballot_rule") else None,
        sealed_calls=said.flag("sealed_calls", False),
        appeal_days=said.number("appeal_days") if said.has("appeal_days") else USUAL_APPEAL,
    )


def invite_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    slug = said.text("organization")
    listed = telling.organization(slug)
    return acts.invite_organization(
        actor=somebody(actor),
        process=telling.process,
        name=listed.name,
        category=_category(telling, listed.category),
        lead_email=telling.person(f"lead/{slug}").email,
        about=listed.about,
        standing=said.choice("standing", Standing, Standing.VOTING),
        at=at,
    )


def accept_invitation(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    slug = said.text("organization")
    lead = actor or telling.person(f"lead/{slug}")
    return acts.accept_invitation(actor=lead, participation=telling.seat(slug), at=at)


def apply_for_seat(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    slug = said.text("organization")
    listed = telling.organization(slug)
    return acts.apply_for_seat(
        actor=actor or telling.person(f"lead/{slug}"),
        process=telling.process,
        name=listed.name,
        category=_category(telling, listed.category),
        about=listed.about,
        standing=said.choice("standing", Standing, Standing.VOTING),
        at=at,
    )


def approve_admission(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    seat = telling.seat(said.text("organization"))
    return acts.approve_admission(actor=somebody(actor), participation=seat, at=at)


def admit_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    seat = telling.seat(said.text("organization"))
    return acts.admit_organization(actor=somebody(actor), participation=seat, at=at)


def decline_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    seat = telling.seat(said.text("organization"))
    return acts.decline_organization(actor=somebody(actor), participation=seat, reason=said.text("reason"), at=at)


def name_representative(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    slug, mandate = said.text("organization"), said.choice("mandate", Mandate, Mandate.ALTERNATE)
    return acts.name_representative(
        actor=actor or telling.person(f"lead/{slug}"),
        participation=telling.seat(slug),
        email=telling.person(said.text("person", f"{mandate}/{slug}")).email,
        mandate=mandate,
        authority=said.text("authority", ""),
        at=at,
    )


def end_representative(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.end_representative(actor=somebody(actor), representative=representative_of(telling, said), at=at)


def add_point(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.add_point(actor=somebody(actor), process=telling.process, proposition=said.text("proposition"), at=at)


def declare_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    number = said.number("point")
    return acts.declare_requirement(
        actor=somebody(actor),
        participation=own_seat(telling, actor),
        point=telling.one(telling.process.points.filter(number=number), f"Point {number}"),
        holds=said.flag("holds", True),
        importance=said.choice("importance", Importance, Importance.ESSENTIAL),
        otherwise_leaves=said.flag("otherwise_leaves", False),
        text=said.text("text"),
        visibility=said.choice("visibility", Visibility, Visibility.PUBLIC),
        at=at,
    )


def release_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.release_requirement(actor=somebody(actor), requirement=requirement_of(telling, said), at=at)


def drop_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    held = requirement_of(telling, said)
    return acts.drop_requirement(actor=somebody(actor), requirement=held, reason=said.text("reason"), at=at)


def ask_to_sponsor(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    asked = [telling.seat(slug) for slug in said.texts("organizations")]
    held = requirement_of(telling, said)
    acts.ask_to_sponsor(actor=somebody(actor), requirement=held, participations=asked, at=at)


def accept_sponsorship(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.accept_sponsorship(actor=somebody(actor), sponsor=_sponsor(telling, actor, said), at=at)


def end_sponsorship(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.end_sponsorship(actor=somebody(actor), sponsor=_sponsor(telling, actor, said), at=at)


def _sponsor(telling: Telling, actor: User | None, said: Said) -> Sponsor:
    rows = Sponsor.objects.filter(
        requirement=requirement_of(telling, said), participation=own_seat(telling, actor), ended_at__isnull=True
    )
    return telling.one(rows, "The request to stand behind it")


def _category(telling: Telling, slug: str) -> InterestCategory:
    return telling.one(telling.process.categories.filter(slug=slug), f"The interest category {slug}")


def _rule(written: Any) -> str | dict[str, Any]:
    if isinstance(written, str | dict):
        return written
    raise FileRefused("rule is the name of a preset, or a rule written out.")


def _categories(said: Said) -> list[tuple[str, str]]:
    pairs = said.pairs("categories")
    for slug, _ in pairs:
        if not is_slug(slug):
            raise FileRefused(f"The category {slug} is called with small letters, digits and hyphens.")
    return pairs


def _share(written: str | None) -> Fraction | None:
    if written is None:
        return None
    try:
        share = Fraction(written)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not (0 < share <= 1 and share.denominator <= LARGEST_TABLE):
        raise FileRefused(f"{written!r} is no share of the table. Write one such as 1/2.")
    return share


HANDLERS: dict[str, Handler] = {
    "grant_role": grant_role,
    "end_role": end_role,
    "adopt_charter": adopt_charter,
    "propose_charter": propose_charter,
    "adopt_proposal": adopt_proposal,
    "drop_proposal": drop_proposal,
    "invite_organization": invite_organization,
    "accept_invitation": accept_invitation,
    "apply_for_seat": apply_for_seat,
    "approve_admission": approve_admission,
    "admit_organization": admit_organization,
    "decline_organization": decline_organization,
    "name_representative": name_representative,
    "end_representative": end_representative,
    "add_point": add_point,
    "declare_requirement": declare_requirement,
    "release_requirement": release_requirement,
    "drop_requirement": drop_requirement,
    "ask_to_sponsor": ask_to_sponsor,
    "accept_sponsorship": accept_sponsorship,
    "end_sponsorship": end_sponsorship,
}
