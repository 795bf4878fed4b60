"""Letting people in: operators, conveners, tokens, links."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F

from policyhub.accounts.models import Link, Token, User
from policyhub.accounts.permissions import can_allow_convening
from policyhub.accounts.queries import digest, find_set_up_link, find_user, has_operator
from policyhub.core.errors import refuse, require
from policyhub.core.locks import hold
from policyhub.core.text import canonical_line
from policyhub.record.acts import append, commit_person
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

SITE = "site"
MAX_EMAIL = 254
MAX_LABEL = 120
MAX_TOKEN_NAME = 80


def ensure_person(email: str, *, at: datetime, label: str = "") -> User:
    """The person with this address, made now if nobody has it; who can read its mail can sign in."""
    return _find_or_create(email, label, at, is_persona=False)


def ensure_persona(email: str, *, at: datetime, label: str) -> User:
    """The demo persona with this address: a function that visitors can try, never somebody's account."""
    return _find_or_create(email, label, at, is_persona=True)


@transaction.atomic
def appoint_operator(*, secret: str, email: str, run: str, at: datetime) -> Entry:
    """The bearer of the set-up link operates this installation; the link is used up."""
    link = _hold_unused(find_set_up_link(secret, run=run, at=at))
    if link is None or has_operator():
        raise refuse("link_used", "This set-up link is no longer good. Make another: python3 manage.py set_up_link")
    user = ensure_person(email, at=at)
    if user.is_persona:
        raise refuse("persona", "This is the address of a demo persona. Write your own.", "email")
    link.used_at = at
    link.save(update_fields=["used_at"])
    user.is_operator = True
    user.may_convene = True
    user.save(update_fields=["is_operator", "may_convene"])
    return append(
        Kind.OPERATOR_APPOINTED,
        actor=user,
        role="operator",
        process=None,
        subject=SITE,
        body={"person": commit_person(user)},
        at=at,
    )


@transaction.atomic
def allow_convening(*, actor: User, email: str, at: datetime) -> Entry:
    """The person with this address may open processes."""
    require(can_allow_convening(actor))
    user = ensure_person(email, at=at)
    if user.is_persona:
        raise refuse("persona", "A demo persona holds no right outside its demo process.", "email")
    if user.may_convene:
        raise refuse("already", f"{user.email} may convene already.", "email")
    user.may_convene = True
    user.save(update_fields=["may_convene"])
    return append(
        Kind.CONVENING_ALLOWED,
        actor=actor,
        role="operator",
        process=None,
        subject=SITE,
        body={"person": commit_person(user)},
        at=at,
    )


@transaction.atomic
def end_convening(*, actor: User, person: User, at: datetime) -> Entry:
    """The person opens no more processes; the functions they hold in open ones stay."""
    require(can_allow_convening(actor))
    user = hold(person, for_change=True)
    if not user.may_convene:
        raise refuse("not_allowed", f"{user.email} may not convene. Nothing was changed.")
    user.may_convene = False
    user.save(update_fields=["may_convene"])
    return append(
        Kind.CONVENING_ENDED,
        actor=actor,
        role="operator",
        process=None,
        subject=SITE,
        body={"person": commit_person(user)},
        at=at,
    )


def issue_token(*, user: User, name: str, at: datetime) -> str:
    """A new API token's secret, shown this once; only its digest is kept."""
    name = canonical_line(name, what="name", limit=MAX_TOKEN_NAME, field="name")
    secret = f"ph_{secrets.token_urlsafe(32)}"
    Token.objects.create(user=user, name=name, digest=digest(secret), created_at=at)
    return secret


def end_token(*, token: Token, at: datetime) -> None:
    """Nobody comes in by this token any more; when it ended before, that time stays."""
    Token.objects.filter(pk=token.pk, ended_at__isnull=True).update(ended_at=at)


def end_sign_ins(person: User, *, at: datetime) -> None:
    """Wherever the person is signed in they no longer are, and no token or link of theirs lets anybody in."""
    User.objects.filter(pk=person.pk).update(sign_ins_ended=F("sign_ins_ended") + 1)
    Token.objects.filter(user=person, ended_at__isnull=True).update(ended_at=at)
    Link.objects.filter(user=person).delete()


def make_set_up_link(*, run: str, at: datetime) -> str | None:
    """The secret of a one-time link that makes the operator; None when there is one already.

    It ends with that run of the server, or with run "" after an hour. An earlier link is no longer good.
    """
    if has_operator():
        return None
    secret = secrets.token_urlsafe(32)
    Link.objects.filter(purpose=Link.Purpose.SET_UP).delete()
    Link.objects.create(purpose=Link.Purpose.SET_UP, digest=digest(secret), run=run, created_at=at)
    return secret


def make_sign_in_links(*, run: str, at: datetime, people: Sequence[User]) -> list[tuple[str, str]]:
    """For each of these demo personas its label and the secret of a link that is good while this run lasts."""
    Link.objects.filter(purpose=Link.Purpose.SIGN_IN).exclude(run=run).delete()
    made = []
    for user in people:
        if not user.is_persona or not user.is_active:
            continue
        secret = secrets.token_urlsafe(32)
        Link.objects.create(purpose=Link.Purpose.SIGN_IN, digest=digest(secret), run=run, user=user, created_at=at)
        made.append((user.label, secret))
    return made


def _find_or_create(email: str, label: str, at: datetime, *, is_persona: bool) -> User:
    address = canonical_address(email)
    found = find_user(address)
    if found is not None:
        return found
    label = canonical_line(label, what="name of a function", limit=MAX_LABEL, field="label") if label else ""
    try:
        with transaction.atomic():
            return User.objects.create_user(address, label=label, joined_at=at, is_persona=is_persona)
    except IntegrityError:
        # Somebody else made this person since it was looked for.
        return User.objects.get(email__iexact=address)


def canonical_address(email: str) -> str:
    """The e-mail address without space around it; NotPossible when nobody could be reached by it."""
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise refuse(
            "email", f"“{address[:80]}” is no e-mail address. Write one like chair@example.org.", "email"
        ) from None
    if len(address) > MAX_EMAIL:
        raise refuse("email", f"An e-mail address has at most {MAX_EMAIL} characters. Write another.", "email")
    return address


def _hold_unused(link: Link | None) -> Link | None:
    """The link under lock, or None when somebody used it meanwhile."""
    if link is None:
        return None
    return Link.objects.select_for_update().filter(pk=link.pk, used_at__isnull=True).first()
