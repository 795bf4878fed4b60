"""What entries claim of whom organizations belong to, and of what they declare of themselves."""

from __future__ import annotations

from policyhub.insight.agreement.claims import (
    Check,
    Claim,
    Key,
    Said,
    hashed,
    is_now,
    of_org,
    seat,
    stated,
    written,
)
from policyhub.participation.models import Affiliation, Profile
from policyhub.participation.rules import Relation
from policyhub.record.kinds import Kind

_ROWS = Affiliation.objects.select_related("process", "organization", "to", "confirmed_by")
_OF_PAIR = ("process__slug", "organization__slug", "to__slug")
_PROFILES = Profile.objects.select_related("participation__process", "participation__organization")


def _pair(said: Said) -> Key:
    return (*seat(said), said.body["to"])


def _confirmed(*, is_so: bool) -> Check:
    return is_now(is_so, lambda row: row.confirmed_at is not None, "confirmed")


def _ended(*, is_so: bool) -> Check:
    return is_now(is_so, lambda row: row.ended_at is not None, "ended")


CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.AFFILIATION_DECLARED: (
        Claim(
            _ROWS.filter(is_found=False),
            _OF_PAIR,
            _pair,
            (
                stated("to", "to__slug"),
                stated("to_name", "to__name"),
                stated("relation", "relation"),
                of_org("organization__slug"),
                written("declared_at"),
                _confirmed(is_so=False),
                _ended(is_so=False),
            ),
            makes=True,
            sequence="affiliation declared",
        ),
    ),
    Kind.AFFILIATION_FOUND: (
        Claim(
            _ROWS.filter(is_found=True),
            _OF_PAIR,
            _pair,
            (
                stated("to", "to__slug"),
                stated("to_name", "to__name"),
                is_now(Relation.RELATED, "relation", "relation"),
                hashed("reason_hash", "reason"),
                Check("actor.org", lambda said: said.org, lambda row: row.confirmed_by and row.confirmed_by.slug),
                written("declared_at"),
                written("confirmed_at"),
                _ended(is_so=False),
            ),
            makes=True,
            sequence="affiliation found",
        ),
    ),
    Kind.AFFILIATION_CONFIRMED: (
        Claim(
            _ROWS.filter(is_found=False, confirmed_at__isnull=False),
            _OF_PAIR,
            _pair,
            (
                stated("to", "to__slug"),
                hashed("reason_hash", "reason"),
                Check("actor.org", lambda said: said.org, lambda row: row.confirmed_by and row.confirmed_by.slug),
                written("confirmed_at"),
                _confirmed(is_so=True),
            ),
            sequence="affiliation confirmed",
            order=("confirmed_at", "pk"),
        ),
    ),
    Kind.AFFILIATION_ENDED: (
        Claim(
            _ROWS.filter(ended_at__isnull=False),
            _OF_PAIR,
            _pair,
            (
                stated("to", "to__slug"),
                hashed("reason_hash", "ended_reason"),
                of_org("organization__slug", or_none=True),
                written("ended_at"),
                _ended(is_so=True),
            ),
            sequence="affiliation ended",
            order=("ended_at", "pk"),
        ),
    ),
    Kind.PROFILE_DECLARED: (
        Claim(
            _PROFILES,
            ("participation__process__slug", "participation__organization__slug"),
            seat,
            (
                hashed("about_hash", "about"),
                hashed("funding_hash", "funding"),
                hashed("interests_hash", "interests"),
                of_org("participation__organization__slug"),
                written("declared_at"),
            ),
            makes=True,
            sequence="profile",
        ),
    ),
}
