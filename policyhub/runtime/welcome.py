"""What `up` prints for the person at the keyboard: links that only work on this machine and end with this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from policyhub.accounts.acts import make_set_up_link, make_sign_in_links
from policyhub.accounts.models import User
from policyhub.participation.models import Representative, StaffRole, held_now
from policyhub.participation.rules import Mandate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from policyhub.runtime.address import Address


def lines(address: Address, *, run: str, at: datetime) -> Iterator[str]:
    """The lines that follow the ready line: how to become the operator, and whom of the demo one can be."""
    site = address.url.rstrip("/")
    if secret := make_set_up_link(run=run, at=at):
        yield "Nobody operates this installation yet. Become its operator (works once):"
        yield f"  {site}{reverse('set-up', args=[secret])}"
    if links := make_sign_in_links(run=run, at=at, people=personas()):
        yield "Sign in to the demo with one click (until this run ends):"
        width = max(len(label) for label, _ in links)
        for label, secret in links:
            yield f"  {label:<{width}}  {site}{reverse('sign-in-persona', args=[secret])}"


def personas() -> list[User]:
    """Whom a visitor can be: the demo's staff, and of each interest category a lead who sits and one who left."""
    staff = StaffRole.objects.filter(process__is_demo=True, until__isnull=True, user__is_persona=True)
    leads = Representative.objects.filter(
        held_now(), participation__process__is_demo=True, mandate=Mandate.LEAD, user__is_persona=True
    )
    seats = leads.select_related("user", "participation").order_by("participation__category__position", "pk")
    of_each = {(each.participation.category_id, each.participation.state): each.user for each in seats}
    return list(
        dict.fromkeys([*(role.user for role in staff.select_related("user").order_by("pk")), *of_each.values()])
    )
