"""Organizations by their names: found, or made with an address that no other has."""

from __future__ import annotations

from itertools import chain, count

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from policyhub.core.errors import Reason, check
from policyhub.core.text import MAX_ADDRESS, canonical_line
from policyhub.participation.models import Organization, Process


def find_or_make(name: str, process: Process, about: str = "") -> Organization:
    """The organization of that name, made now when there is none; a demo's are never anybody else's.

    Refused is a name that is none: NotPossible.
    """
    name = canonical_line(name, what="name", limit=200, field="name")
    check(_no_name(name))
    known = Organization.objects.filter(name__iexact=name, is_demo=process.is_demo).order_by("pk").first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return Organization.objects.create(
                slug=_free_address(name), name=name, about=about, is_demo=process.is_demo
            )
    except IntegrityError:
        # Somebody made it, or took its address, since it was looked for.
        return find_or_make(name, process, about)


def _free_address(name: str) -> str:
    """The name's own address, or the first with a number behind it that no other organization has.

    A name in letters that addresses do not have takes the word "organization".
    """
    own = slugify(name)[:MAX_ADDRESS].strip("-") or "organization"
    taken = set(Organization.objects.filter(slug__startswith=own[:50]).values_list("slug", flat=True))
    numbered = (f"{own[:50].strip('-')}-{number}" for number in count(2))
    return next(slug for slug in chain([own], numbered) if slug not in taken)


def _no_name(name: str) -> Reason | None:
    if any(character.isalnum() for character in name):
        return None
    return Reason("name", "Write the organization's name.", "name")
