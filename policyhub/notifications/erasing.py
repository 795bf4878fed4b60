"""Erasing a person: their address leaves the database; what they did for an organization stays, and names nobody.

The act lives here because mail is the highest thing that knows a person. Entries commit to people; without the secrets
behind the commitments nobody can tell any more whom they meant, and every proof holds as before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from policyhub.accounts.models import Link, Token, User
from policyhub.accounts.permissions import can_erase
from policyhub.accounts.queries import find_user
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold
from policyhub.notifications.models import KeptMail, Message, Subscription
from policyhub.participation.models import Representative
from policyhub.participation.queries import seats_of, staffed_by
from policyhub.record.acts import append
from policyhub.record.kinds import LOG, Kind
from policyhub.record.models import Entry, Secret

# So many commitments stand in one entry, which has 16 KB.
AT_ONCE = 150
LABEL = "Erased person"
NOBODY = "erased.invalid"
# What can stand in an address before its last letters: RFC 5322's atext and the dot.
_IN_ADDRESS = r"\w.!#$%&'*+/=?^`{|}~-"


@transaction.atomic
def erase_person(*, actor: User, person: User, at: datetime) -> Entry:
    """Nobody can tell any more who this was; the first of the entries that say which commitments opened to them."""
    person = hold(person, for_change=True)
    actor = person if actor.pk == person.pk else hold(actor)
    require(can_erase(actor, person))
    address = person.email
    check(_erased_before(person), _persona(person), _operates(person), *_still_acts(person))
    commitments = list(Secret.objects.filter(person=person.pk).order_by("commit").values_list("commit", flat=True))
    _forget(person, address)
    entries = [_append(actor, person, part, at) for part in _parts(commitments)]
    return entries[0]


def erase_address(*, actor: User, email: str, at: datetime) -> Entry:
    """As `erase_person`, of whoever has this address; NotPossible where nobody has."""
    require(actor.is_active and actor.is_operator)
    person = find_user(email.strip())
    if person is None:
        raise refuse("nobody", f"Nobody has the address {email.strip()}. Nothing was changed.", "email")
    return erase_person(actor=actor, person=person, at=at)


@transaction.atomic
def erase_again(*, actor: User, commitments: Collection[str], at: datetime) -> list[Entry]:
    """Whoever these commitments still open to is erased once more: a backup from before their erasure was put back."""
    require(actor.is_active and actor.is_operator)
    people = Secret.objects.filter(commit__in=commitments, person__isnull=False).values("person").distinct()
    return [
        erase_person(actor=actor, person=person, at=at)
        for person in User.objects.filter(pk__in=people, is_active=True).order_by("pk")
    ]


def _append(actor: User, person: User, commitments: list[str], at: datetime) -> Entry:
    own = actor.pk == person.pk
    return append(
        Kind.PERSON_ERASED,
        # Who erases themself leaves no new commitment behind.
        actor=None if own else actor,
        role="person" if own else "operator",
        process=None,
        subject=LOG,
        body={"commitments": commitments},
        at=at,
    )


def _parts(commitments: list[str]) -> Iterable[list[str]]:
    return [commitments[first : first + AT_ONCE] for first in range(0, max(len(commitments), 1), AT_ONCE)]


def _forget(person: User, address: str) -> None:
    """Every row that holds the address, or lets its owner in, is gone or names nobody."""
    Secret.objects.filter(person=person.pk).delete()
    Message.objects.filter(Q(recipient=person) | Q(address__iexact=address)).delete()
    _delete_naming(address, KeptMail.objects.all(), "recipients", "subject", "body", "source")
    for rows in (Subscription.objects, Token.objects, Link.objects, EmailAddress.objects, LogEntry.objects):
        rows.filter(user=person).delete()
    _delete_naming(address, LogEntry.objects.all(), "object_repr", "change_message")
    # What gave the mandates may name them; the entries commit to it, and are compared with nobody's rows any more.
    Representative.objects.filter(user=person).update(authority="")
    _end_sessions(person, address)
    person.email, person.label = f"{person.pk}@{NOBODY}", LABEL
    person.is_active = person.may_convene = False
    person.joined_at = person.last_login = None
    person.set_unusable_password()
    person.save()


def _delete_naming(address: str, rows: QuerySet[Any], *columns: str) -> None:
    """The rows in which this address stands, as a whole: that of somebody else may end with it."""
    near = rows.filter(reduce(or_, (Q(**{f"{column}__icontains": address}) for column in columns)))
    named = [row.pk for row in near.iterator() if any(names(address, getattr(row, column)) for column in columns)]
    rows.filter(pk__in=named).delete()


def names(address: str, text: str) -> bool:
    """Whether a text holds the whole address, in any case."""
    return re.search(rf"(?<![{_IN_ADDRESS}]){re.escape(address)}(?![\w-]|\.\w)", text, re.IGNORECASE) is not None


def _end_sessions(person: User, address: str) -> None:
    """Whoever is signed in as the person, or on the way to, is not any more."""
    for session in Session.objects.iterator():
        said = session.get_decoded()
        if said.get("_auth_user_id") == str(person.pk) or names(address, str(said)):
            session.delete()


def _erased_before(person: User) -> Reason | None:
    return Reason("erased", "This person was erased before. Nothing was changed.") if not person.is_active else None


def _persona(person: User) -> Reason | None:
    return Reason("persona", "A demo persona is a function and nobody's: it stays.") if person.is_persona else None


def _operates(person: User) -> Reason | None:
    if not person.is_operator:
        return None
    return Reason("operator", "Who operates this installation cannot be erased from it: somebody must be able to.")


def _still_acts(person: User) -> list[Reason]:
    """Others rely on who acts: a mandate or a function ends first, by the acts that everybody sees."""
    seats = [f"for {seat.organization} in {seat.process}" for seat in seats_of(person)]
    functions = [f"as {role.function} of {role.process}" for role in staffed_by(person)]
    return [
        Reason("acts", f"This person acts {each} still. Name somebody else there, or end it; then erase them.")
        for each in [*seats, *functions]
    ]
