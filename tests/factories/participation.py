"""A small process with people in it, made through the acts that people use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from policyhub.accounts.models import User
from policyhub.participation import acts
from policyhub.participation.acts.charters import Terms
from policyhub.participation.models import InterestCategory, Organization, Participation, Process, Requirement
from policyhub.participation.queries import find_charter
from policyhub.participation.rules import Importance, Mandate, StaffFunction

CATEGORIES = (("industry", "Industry"), ("advocacy", "Advocacy"), ("academia", "Academia"))


def make_person(email: str, **fields: Any) -> User:
    """A person who can sign in."""
    return User.objects.create_user(email, **fields)


def make_convener(email: str = "convener@example.org") -> User:
    """A person whom the operator lets convene."""
    return make_person(email, may_convene=True)


def make_terms(**changes: Any) -> Terms:
    """A charter's terms: two thirds of the positions cast, half as the limit of balance."""
    terms: dict[str, Any] = {
        "scope": "Commercial use of face recognition.",
        "categories": CATEGORIES,
        "rule": "two-thirds-cast",
        "notice_days": 7,
        "balance": Fraction(1, 2),
    }
    return Terms(**{**terms, **changes})


@dataclass
class World:
    """A chartered process with its staff, and organizations by slug."""

    process: Process
    convener: User
    chair: User
    secretary: User
    editor: User
    outsider: User
    at: datetime
    leads: dict[str, User] = field(default_factory=dict)
    alternates: dict[str, User] = field(default_factory=dict)

    def seat(self, organization: str) -> Participation:
        """The organization's newest seat, as it stands now."""
        return Participation.objects.filter(process=self.process, organization__slug=organization).latest("pk")

    def category(self, slug: str) -> InterestCategory:
        return InterestCategory.objects.get(process=self.process, slug=slug)

    def join(self, name: str, category: str) -> Participation:
        """The organization is admitted, with a lead and an alternate."""
        slug = name.lower().replace(" ", "-")
        lead, alternate = make_person(f"lead@{slug}.example.org"), make_person(f"alternate@{slug}.example.org")
        acts.apply_for_seat(actor=lead, process=self.process, name=name, category=self.category(category), at=self.at)
        self.approve(slug)
        acts.admit_organization(actor=self.convener, participation=self.seat(slug), at=self.at)
        acts.name_representative(
            actor=lead, participation=self.seat(slug), email=alternate.email, mandate=Mandate.ALTERNATE, at=self.at
        )
        self.leads[slug], self.alternates[slug] = lead, alternate
        return self.seat(slug)

    def approve(self, organization: str) -> None:
        """The second person approves the seat, where the charter asks for one."""
        if find_charter(self.process).two_persons_admit:  # type: ignore[union-attr]
            acts.approve_admission(actor=self.chair, participation=self.seat(organization), at=self.at)

    def organization(self, slug: str) -> Organization:
        return Organization.objects.get(slug=slug)

    def require(self, organization: str, proposition: str = "Consent comes before identification") -> Requirement:
        """The organization declares that the point must hold, and that it leaves otherwise."""
        point = self.process.points.filter(proposition=proposition).first()
        if point is None:
            acts.add_point(actor=self.convener, process=self.process, proposition=proposition, at=self.at)
            point = self.process.points.get(proposition=proposition)
        acts.declare_requirement(
            actor=self.leads[organization],
            participation=self.seat(organization),
            point=point,
            holds=True,
            importance=Importance.ESSENTIAL,
            otherwise_leaves=True,
            text="Nobody is identified by name without having agreed before.",
            at=self.at,
        )
        return Requirement.objects.get(participation=self.seat(organization), point=point)


def make_world(at: datetime, *, slug: str = "faces", **terms: Any) -> World:
    """A process whose charter is adopted: three categories, nobody seated yet."""
    convener = make_convener(f"convener@{slug}.example.org")
    acts.open_process(
        actor=convener,
        slug=slug,
        title="Face recognition in public spaces",
        summary="A code of conduct.",
        convener="Office for Public Technology",
        timezone="America/New_York",
        at=at,
    )
    process = Process.objects.get(slug=slug)
    staff = {}
    for function in (StaffFunction.CHAIR, StaffFunction.SECRETARY, StaffFunction.EDITOR):
        staff[function] = make_person(f"{function}@{slug}.example.org")
        acts.grant_role(actor=convener, process=process, function=function, email=staff[function].email, at=at)
    acts.adopt_charter(actor=convener, process=process, terms=make_terms(**terms), at=at)
    process.refresh_from_db()
    return World(
        process=process,
        convener=convener,
        chair=staff[StaffFunction.CHAIR],
        secretary=staff[StaffFunction.SECRETARY],
        editor=staff[StaffFunction.EDITOR],
        outsider=make_person(f"outsider@{slug}.example.org"),
        at=at,
    )
