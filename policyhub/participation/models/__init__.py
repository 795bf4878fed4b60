"""Processes, charters, staff, organizations, representatives, requirements, statements, withdrawals, archives."""

from policyhub.participation.models.affiliations import Affiliation, Profile
from policyhub.participation.models.archives import Claim
from policyhub.participation.models.choices import choices
from policyhub.participation.models.groups import Group, GroupSeat
from policyhub.participation.models.leaving import Announcement, PartialWithdrawal, Withdrawal
from policyhub.participation.models.needs import Point, Requirement, Sponsor
from policyhub.participation.models.processes import Charter, CharterProposal, InterestCategory, Process, StaffRole
from policyhub.participation.models.seats import (
    Organization,
    Participation,
    ParticipationQuerySet,
    Representative,
    held_now,
)
from policyhub.participation.models.services import ServiceToken
from policyhub.participation.models.statements import Answer, Signature, Statement

__all__ = [
    "Affiliation",
    "Announcement",
    "Answer",
    "Charter",
    "CharterProposal",
    "Claim",
    "Group",
    "GroupSeat",
    "InterestCategory",
    "Organization",
    "PartialWithdrawal",
    "Participation",
    "ParticipationQuerySet",
    "Point",
    "Process",
    "Profile",
    "Representative",
    "Requirement",
    "ServiceToken",
    "Signature",
    "Sponsor",
    "StaffRole",
    "Statement",
    "Withdrawal",
    "choices",
    "held_now",
]
