"""Staff, charter, seats, requirements, statements, withdrawal."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from policyhub.accounts.models import User
from policyhub.demo.processfile import FileRefused
from policyhub.demo.telling import Handler, Said, Telling
from policyhub.participation import acts
from policyhub.participation.acts.charters import Terms
from policyhub.participation.models import Participation, Signature, Statement
from policyhub.participation.queries import find_seat_of
from policyhub.participation.rules import Importance, Mandate, StaffFunction, StatementKind, Treatment
from policyhub.record.models import Entry


def somebody(actor: User | None) -> User:
    """The person who acts; a line without `by` is refused."""
    if actor is None:
        raise FileRefused("This act needs somebody who did it. Write by: and who.")
    return actor


def grant_role(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    function = said.choice("function", StaffFunction)
    person = telling.person(said.take("person", function.value))
    return acts.grant_role(actor=somebody(actor), process=telling.process, function=function, email=person.email, at=at)


def adopt_charter(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    balance = said.take("balance", None)
    terms = Terms(
        scope=said.text("scope").strip(),
        categories=list(said.take("categories").items()),
        rule=said.take("rule"),
        notice_days=said.number("notice_days"),
        treatment=said.choice("treatment", Treatment, Treatment.COUNT_AS_CAST),
        balance=_fraction(balance) if balance else None,
        chair_may_be_party=said.flag("chair_may_be_party", False),
    )
    entry = acts.adopt_charter(actor=somebody(actor), process=telling.process, terms=terms, at=at)
    telling.process.refresh_from_db()
    return entry


def invite_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    slug = said.take("organization")
    listed = telling.organization(slug)
    return acts.invite_organization(
        actor=somebody(actor),
        process=telling.process,
        name=listed["name"],
        category=telling.one(telling.process.categories.filter(slug=listed["category"]), listed["category"]),
        lead_email=telling.person(f"lead/{slug}").email,
        about=listed.get("about", ""),
        at=at,
    )


def accept_invitation(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    seat = telling.seat(said.take("organization"))
    return acts.accept_invitation(actor=somebody(actor), participation=seat, at=at)


def apply_for_seat(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    slug = said.take("organization")
    listed = telling.organization(slug)
    return acts.apply_for_seat(
        actor=actor or telling.person(f"lead/{slug}"),
        process=telling.process,
        name=listed["name"],
        category=telling.one(telling.process.categories.filter(slug=listed["category"]), listed["category"]),
        about=listed.get("about", ""),
        at=at,
    )


def admit_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    seat = telling.seat(said.take("organization"))
    return acts.admit_organization(actor=somebody(actor), participation=seat, at=at)


def name_alternate(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    slug = said.take("organization")
    return acts.name_representative(
        actor=actor or telling.person(f"lead/{slug}"),
        participation=telling.seat(slug),
        email=telling.person(f"alternate/{slug}").email,
        mandate=Mandate.ALTERNATE,
        at=at,
    )


def add_point(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.add_point(actor=somebody(actor), process=telling.process, proposition=said.text("proposition"), at=at)


def declare_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    number = said.take("point")
    return acts.declare_requirement(
        actor=somebody(actor),
        participation=_own_seat(telling, actor),
        point=telling.one(telling.process.points.filter(number=number), f"Point {number}"),
        holds=said.flag("holds", True),
        importance=said.choice("importance", Importance, Importance.ESSENTIAL),
        otherwise_leaves=said.flag("otherwise_leaves", False),
        text=said.text("text"),
        at=at,
    )


def draft_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    acts.draft_statement(
        actor=somebody(actor),
        participation=_own_seat(telling, actor),
        kind=said.choice("kind", StatementKind),
        title=said.text("title"),
        text=said.text("text"),
        at=at,
    )


def ask_to_sign(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    asked = [telling.seat(slug) for slug in said.take("organizations")]
    acts.ask_to_sign(actor=somebody(actor), statement=_statement(telling, said), participations=asked, at=at)


def sign_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> None:
    statement = _statement(telling, said)
    signature = Signature.objects.filter(statement=statement, participation=_own_seat(telling, actor))
    acts.sign_statement(
        actor=somebody(actor),
        signature=telling.one(signature, "The request to sign"),
        text_hash=statement.text_hash,
        at=at,
    )


def publish_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.publish_statement(actor=somebody(actor), statement=_statement(telling, said), at=at)


def withdraw_jointly(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.withdraw_jointly(
        actor=somebody(actor),
        statement=_statement(telling, said),
        is_permanent=said.flag("permanent", True),
        return_condition=said.text("return_condition", ""),
        at=at,
    )


def withdraw_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    numbers = said.take("requirements", [])
    return acts.withdraw_organization(
        actor=somebody(actor),
        participation=_own_seat(telling, actor),
        reason=said.text("reason"),
        requirements=list(telling.process.requirements.filter(number__in=numbers)),
        is_permanent=said.flag("permanent", True),
        return_condition=said.text("return_condition", ""),
        at=at,
    )


def _own_seat(telling: Telling, actor: User | None) -> Participation:
    seat = find_seat_of(somebody(actor), telling.process)
    if seat is None:
        raise FileRefused(f"{actor} speaks for no organization at the table then.")
    return seat


def _statement(telling: Telling, said: Said) -> Statement:
    number = said.take("statement")
    return telling.one(Statement.objects.filter(process=telling.process, number=number), f"Statement {number}")


def _fraction(written: object) -> Fraction:
    try:
        return Fraction(str(written))
    except (ValueError, ZeroDivisionError):
        raise FileRefused(f"{written!r} is no fraction. Write one such as 1/2.") from None


HANDLERS: dict[str, Handler] = {
    "grant_role": grant_role,
    "adopt_charter": adopt_charter,
    "invite_organization": invite_organization,
    "accept_invitation": accept_invitation,
    "apply_for_seat": apply_for_seat,
    "admit_organization": admit_organization,
    "name_alternate": name_alternate,
    "add_point": add_point,
    "declare_requirement": declare_requirement,
    "draft_statement": draft_statement,
    "ask_to_sign": ask_to_sign,
    "sign_statement": sign_statement,
    "publish_statement": publish_statement,
    "withdraw_jointly": withdraw_jointly,
    "withdraw_organization": withdraw_organization,
}
