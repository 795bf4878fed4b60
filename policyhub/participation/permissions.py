"""Who may do what in a process. Never when: that is a rule."""

from __future__ import annotations

from policyhub.accounts.models import User
from policyhub.participation.models import (
    Affiliation,
    Participation,
    Process,
    Requirement,
    Signature,
    Statement,
    held_now,
)
from policyhub.participation.queries import (
    Person,
    find_leading_seat,
    mandates_of,
    may_take_part,
    requirements_visible_to,
    roles_of,
)
from policyhub.participation.rules import APPROVERS, SPEAKING, Mandate, ParticipationState, StaffFunction


def can_open_process(user: Person) -> bool:
    """Whom the operator lets convene."""
    return isinstance(user, User) and user.is_active and user.may_convene


def can_convene(user: Person, process: Process) -> bool:
    """The process's convener."""
    return roles_of(user, process, [StaffFunction.CONVENER]).exists()


def can_chair(user: Person, process: Process) -> bool:
    """The process's chair."""
    return roles_of(user, process, [StaffFunction.CHAIR]).exists()


def can_adopt_charter(user: Person, process: Process) -> bool:
    """The convener or the chair."""
    return roles_of(user, process, [StaffFunction.CONVENER, StaffFunction.CHAIR]).exists()


def can_keep_minutes(user: Person, process: Process) -> bool:
    """The secretary."""
    return roles_of(user, process, [StaffFunction.SECRETARY]).exists()


def can_edit(user: Person, process: Process) -> bool:
    """The editor of the process's own documents."""
    return roles_of(user, process, [StaffFunction.EDITOR]).exists()


def can_apply(user: Person, process: Process) -> bool:
    """Anybody who is signed in."""
    return may_take_part(user, process)


def can_approve_admission(user: Person, process: Process) -> bool:
    """The chair or the secretary, beside the convener."""
    return roles_of(user, process, APPROVERS).exists()


def can_represent(user: Person, participation: Participation) -> bool:
    """The organization's representatives, lead or alternate."""
    return mandates_of(user, participation).exists()


def can_lead(user: Person, participation: Participation) -> bool:
    """The organization's lead representative."""
    return mandates_of(user, participation).filter(mandate=Mandate.LEAD).exists()


def can_name_representative(user: Person, participation: Participation) -> bool:
    """The lead; the convener only where an invitation waits for its answer, to correct whom it reaches."""
    if participation.state == ParticipationState.INVITED and can_convene(user, participation.process):
        return True
    return can_lead(user, participation)


def can_end_representative(user: Person, participation: Participation) -> bool:
    """The lead."""
    return can_lead(user, participation)


def can_issue_service_token(user: Person, participation: Participation) -> bool:
    """The organization's lead."""
    return can_lead(user, participation)


def can_open_group(user: Person, process: Process) -> bool:
    """The chair or the convener."""
    return can_adopt_charter(user, process)


def can_join_group(user: Person, participation: Participation) -> bool:
    """The organization's representatives."""
    return can_represent(user, participation)


def can_declare_profile(user: Person, participation: Participation) -> bool:
    """The organization's lead."""
    return can_lead(user, participation)


def can_declare_affiliation(user: Person, participation: Participation) -> bool:
    """The organization's lead, of itself."""
    return can_lead(user, participation)


def can_confirm_affiliation(user: Person, affiliation: Affiliation) -> bool:
    """The lead of the organization that the other says it belongs to, or the convener."""
    return find_leading_seat(user, affiliation.process, affiliation.to) is not None or (
        can_convene(user, affiliation.process)
    )


def can_end_affiliation(user: Person, affiliation: Affiliation) -> bool:
    """The lead of the organization that declared it, or the convener."""
    return find_leading_seat(user, affiliation.process, affiliation.organization) is not None or (
        can_convene(user, affiliation.process)
    )


def can_declare_requirement(user: Person, participation: Participation) -> bool:
    """The organization's representatives."""
    return can_represent(user, participation)


def can_see_requirement(user: Person, requirement: Requirement) -> bool:
    """Everybody what is public; what is kept back its holder, who is asked to stand behind it, and the convener."""
    if requirement.is_public:
        return True
    return isinstance(user, User) and (
        requirements_visible_to(user, requirement.process).filter(pk=requirement.pk).exists()
    )


def can_mark_requirement(user: Person, requirement: Requirement) -> bool:
    """Its holder's representatives: nobody else says whether a minimum is met."""
    return can_represent(user, requirement.participation)


def can_add_point(user: Person, process: Process) -> bool:
    """The convener, the chair, and whoever speaks for a seat with a vote."""
    return can_adopt_charter(user, process) or (
        isinstance(user, User)
        and may_take_part(user, process)
        and process.participations.active()
        .voting()
        .filter(held_now("representatives__"), representatives__user=user, representatives__mandate__in=SPEAKING)
        .exists()
    )


def can_publish_statement(user: Person, statement: Statement) -> bool:
    """The lead of the organization that began it."""
    return can_lead(user, statement.author)


def can_sign(user: Person, signature: Signature) -> bool:
    """The lead of the organization asked; of one that never sat here, whom the author invited to sign for it."""
    if signature.participation is None:
        return may_take_part(user, signature.statement.process) and user.pk == signature.invited_id
    return can_lead(user, signature.participation)


def can_answer_statement(user: Person, process: Process) -> bool:
    """The chair or the convener."""
    return can_adopt_charter(user, process)


def can_withdraw_organization(user: Person, participation: Participation) -> bool:
    """The lead representative, in writing."""
    return can_lead(user, participation)
