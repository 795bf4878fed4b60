"""The acts of processes, seats, requirements, statements and withdrawals."""

from policyhub.participation.acts.charters import adopt_charter
from policyhub.participation.acts.processes import (
    end_role,
    finish_telling,
    grant_role,
    open_process,
    open_told_process,
)
from policyhub.participation.acts.representatives import end_representative, name_representative
from policyhub.participation.acts.requirements import add_point, declare_requirement
from policyhub.participation.acts.seats import (
    accept_invitation,
    admit_organization,
    apply_for_seat,
    decline_organization,
    invite_organization,
)
from policyhub.participation.acts.statements import (
    ask_to_sign,
    decline_to_sign,
    draft_statement,
    publish_statement,
    sign_statement,
    take_back_signature,
)
from policyhub.participation.acts.withdrawal import withdraw_jointly, withdraw_organization

__all__ = [
    "accept_invitation",
    "add_point",
    "admit_organization",
    "adopt_charter",
    "apply_for_seat",
    "ask_to_sign",
    "declare_requirement",
    "decline_organization",
    "decline_to_sign",
    "draft_statement",
    "end_representative",
    "end_role",
    "finish_telling",
    "grant_role",
    "invite_organization",
    "name_representative",
    "open_process",
    "open_told_process",
    "publish_statement",
    "sign_statement",
    "take_back_signature",
    "withdraw_jointly",
    "withdraw_organization",
]
