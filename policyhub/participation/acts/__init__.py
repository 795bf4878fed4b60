"""The acts of processes, seats, requirements, statements and withdrawals."""

from policyhub.participation.acts.affiliations import (
    confirm_affiliation,
    declare_affiliation,
    declare_profile,
    end_affiliation,
    find_affiliation,
)
from policyhub.participation.acts.answering import answer_statement
from policyhub.participation.acts.charters import adopt_charter, adopt_proposal, drop_proposal, propose_charter
from policyhub.participation.acts.groups import close_group, join_group, open_group
from policyhub.participation.acts.processes import (
    end_role,
    finish_telling,
    grant_role,
    open_process,
    open_told_process,
)
from policyhub.participation.acts.representatives import end_representative, name_representative, settle_mandates
from policyhub.participation.acts.requirements import (
    add_point,
    declare_requirement,
    drop_requirement,
    release_requirement,
)
from policyhub.participation.acts.seats import (
    accept_invitation,
    admit_organization,
    apply_for_seat,
    approve_admission,
    decline_organization,
    invite_organization,
    invite_organizations,
)
from policyhub.participation.acts.services import end_service_token, issue_service_token
from policyhub.participation.acts.signing import (
    ask_outside_to_sign,
    ask_to_sign,
    decline_to_sign,
    remove_signatory,
    sign_statement,
    take_back_signature,
)
from policyhub.participation.acts.sponsors import (
    accept_sponsorship,
    ask_to_sponsor,
    decline_sponsorship,
    end_sponsorship,
)
from policyhub.participation.acts.statements import draft_statement, publish_statement
from policyhub.participation.acts.stepping import come_back, step_out
from policyhub.participation.acts.withdrawal import (
    revoke_withdrawal,
    settle_withdrawals,
    withdraw_jointly,
    withdraw_organization,
)

__all__ = [
    "accept_invitation",
    "accept_sponsorship",
    "add_point",
    "admit_organization",
    "adopt_charter",
    "adopt_proposal",
    "answer_statement",
    "apply_for_seat",
    "approve_admission",
    "ask_outside_to_sign",
    "ask_to_sign",
    "ask_to_sponsor",
    "close_group",
    "come_back",
    "confirm_affiliation",
    "declare_affiliation",
    "declare_profile",
    "declare_requirement",
    "decline_organization",
    "decline_sponsorship",
    "decline_to_sign",
    "draft_statement",
    "drop_proposal",
    "drop_requirement",
    "end_affiliation",
    "end_representative",
    "end_role",
    "end_service_token",
    "end_sponsorship",
    "find_affiliation",
    "finish_telling",
    "grant_role",
    "invite_organization",
    "invite_organizations",
    "issue_service_token",
    "join_group",
    "name_representative",
    "open_group",
    "open_process",
    "open_told_process",
    "propose_charter",
    "publish_statement",
    "release_requirement",
    "remove_signatory",
    "revoke_withdrawal",
    "settle_mandates",
    "settle_withdrawals",
    "sign_statement",
    "step_out",
    "take_back_signature",
    "withdraw_jointly",
    "withdraw_organization",
]
