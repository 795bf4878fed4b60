"""Reading processes, seats, mandates, requirements and statements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from policyhub.accounts.models import User
from policyhub.participation.models import (
    Affiliation,
    Announcement,
    Charter,
    CharterProposal,
    InterestCategory,
    Organization,
    PartialWithdrawal,
    Participation,
    ParticipationQuerySet,
    Process,
    Profile,
    Representative,
    Requirement,
    Signature,
    Sponsor,
    StaffRole,
    Statement,
    held_now,
)
from policyhub.participation.rules import (
    OPEN_KINDS,
    SPEAKING,
    Mandate,
    ParticipationState,
    Relation,
    StaffFunction,
    Standing,
    StatementKind,
    Visibility,
    neutral_functions,
)

Person = User | AnonymousUser


def processes() -> QuerySet[Process]:
    """Every process, newest first."""
    return Process.objects.order_by("-opened_at")


def archives() -> QuerySet[Process]:
    """The processes that others held and that are told of here, oldest first."""
    return Process.objects.exclude(reported_by="").order_by("opened_at")


def find_charter(process: Process) -> Charter | None:
    """The charter in force, or None while the process has none."""
    return process.charters.order_by("-version").first()


def charter_at(process: Process, at: datetime) -> Charter | None:
    """The charter that was in force then, or None."""
    return process.charters.filter(adopted_at__lte=at).order_by("-version").first()


def find_proposal(process: Process) -> CharterProposal | None:
    """The next version of the charter that waits for its day, or None."""
    return process.charter_proposals.filter(adopted_at__isnull=True, dropped_at__isnull=True).first()


def may_take_part(user: Person, process: Process) -> bool:
    """Whether this person may act here at all: a demo persona only in a demo process."""
    return isinstance(user, User) and user.is_active and (process.is_demo or not user.is_persona)


def roles_of(
    user: Person, process: Process, functions: Iterable[StaffFunction] = tuple(StaffFunction)
) -> QuerySet[StaffRole]:
    """The functions that a person holds now in a process."""
    if not isinstance(user, User) or not may_take_part(user, process):
        return StaffRole.objects.none()
    return StaffRole.objects.filter(process=process, user=user, until__isnull=True, function__in=list(functions))


def find_convener(process: Process) -> User | None:
    """Who has been the process's convener for the longest time, or None."""
    held = process.staff.filter(function=StaffFunction.CONVENER, until__isnull=True, user__is_active=True)
    first = held.select_related("user").order_by("since", "pk").first()
    return first.user if first else None


def mandates_of(user: Person, participation: Participation) -> QuerySet[Representative]:
    """The mandates to speak that a person holds now for one seat."""
    if not isinstance(user, User) or not may_take_part(user, participation.process):
        return Representative.objects.none()
    speaking = Representative.objects.filter(held_now(), mandate__in=SPEAKING)
    return speaking.filter(participation=participation, user=user)


def representatives_of(participation: Participation) -> QuerySet[Representative]:
    """Whom an organization sends now, the lead first, then as they were named."""
    rows = participation.representatives.filter(held_now()).select_related("user")
    leads_first = Case(When(mandate=Mandate.LEAD, then=Value(0)), default=Value(1))
    return rows.order_by(leads_first, "since", "pk")


def due_mandates(at: datetime) -> QuerySet[Representative]:
    """The mandates that have ended by the clock and are not written down as ended."""
    rows = Representative.objects.filter(until__isnull=True, ends_at__lte=at)
    return rows.select_related("participation__process", "participation__organization", "user").order_by(
        "ends_at", "pk"
    )


def find_seat_of(user: Person, process: Process) -> Participation | None:
    """The active seat that a person was sent to in a process, to speak or to observe; or None."""
    if not isinstance(user, User) or not may_take_part(user, process):
        return None
    return (
        Participation.objects.active()
        .filter(held_now("representatives__"), process=process, representatives__user=user)
        .select_related("organization", "category", "process")
        .first()
    )


def find_leading_seat(user: Person, process: Process, organization: Organization) -> Participation | None:
    """The seat of this organization at the table that a person leads, or None."""
    if not isinstance(user, User) or not may_take_part(user, process):
        return None
    return (
        process.participations.active()
        .filter(organization=organization)
        .filter(held_now("representatives__"), representatives__user=user, representatives__mandate=Mandate.LEAD)
        .first()
    )


def find_seat_left_by(user: User, process: Process) -> Participation | None:
    """The seat that a person spoke for until it was left, while that organization and the person have no other here."""
    if not may_take_part(user, process) or find_seat_of(user, process) is not None:
        return None
    left = process.participations.filter(
        held_now("representatives__"), state=ParticipationState.WITHDRAWN, representatives__user=user
    )
    returned = process.participations.active().values("organization")
    return (
        left.exclude(organization__in=returned)
        .select_related("process", "organization", "category")
        .order_by("-withdrawn_at", "-pk")
        .first()
    )


def find_last_seat_of(user: User, process: Process) -> Participation | None:
    """The seat that a person speaks for, or spoke for until it was left; or None."""
    return find_seat_of(user, process) or find_seat_left_by(user, process)


def seats_of(user: User) -> QuerySet[Participation]:
    """Every seat, open or asked for, that a person speaks for."""
    return (
        Participation.objects.filter(held_now("representatives__"), representatives__user=user)
        .filter(state__in=[ParticipationState.INVITED, ParticipationState.APPLIED, ParticipationState.ACTIVE])
        .select_related("organization", "category", "process")
        .order_by("-asked_at")
    )


def staffed_by(user: User) -> QuerySet[StaffRole]:
    """Every function that a person holds, newest process first."""
    return (
        StaffRole.objects.filter(user=user, until__isnull=True)
        .select_related("process")
        .order_by("-process__opened_at", "function")
    )


def get_participation(process: Process, organization: str) -> Participation:
    """The newest seat of an organization in a process, or DoesNotExist."""
    return (
        Participation.objects.filter(process=process, organization__slug=organization)
        .select_related("organization", "category", "process")
        .latest("asked_at", "pk")
    )


def roster(process: Process) -> QuerySet[Participation]:
    """Everybody who was ever admitted with a vote, by category and name; those who left stay listed."""
    return admitted(process).voting()


def guests(process: Process) -> QuerySet[Participation]:
    """Everybody who was ever admitted without a vote, as observer or liaison; those who left stay listed."""
    return admitted(process).exclude(standing=Standing.VOTING)


def admitted(process: Process) -> ParticipationQuerySet:
    """Everybody who was ever admitted, with or without a vote, by category and name; those who left stay listed."""
    return (
        process.participations.ever_admitted()
        .select_related("organization", "category")
        .order_by("category__position", "organization__name", "admitted_at")
    )


def declined(process: Process) -> QuerySet[Participation]:
    """Every application that was declined, with its reason, newest first."""
    return (
        process.participations.filter(state=ParticipationState.DECLINED)
        .select_related("organization", "category")
        .order_by("-declined_at", "-pk")
    )


def at_the_table(process: Process) -> QuerySet[Participation]:
    """The organizations that hold a seat with a vote now."""
    seated = process.participations.active().voting()
    return seated.select_related("organization", "category").order_by("organization__slug")


def affiliations(process: Process) -> QuerySet[Affiliation]:
    """Who belongs to whom, as declared or found, ended ones too, oldest first."""
    return process.affiliations.select_related("process", "organization", "to", "confirmed_by").order_by(
        "declared_at", "pk"
    )


def unconfirmed(process: Process) -> QuerySet[Affiliation]:
    """What was declared of related organizations and waits to be confirmed, oldest first."""
    return affiliations(process).filter(relation=Relation.RELATED, confirmed_at__isnull=True, ended_at__isnull=True)


def voice_links(process: Process) -> list[tuple[str, str]]:
    """The pairs of organizations, by address, that have one voice now."""
    joined = process.affiliations.filter(relation=Relation.RELATED, confirmed_at__isnull=False, ended_at__isnull=True)
    return list(joined.order_by("pk").values_list("organization__slug", "to__slug"))


def profiles(process: Process) -> QuerySet[Profile]:
    """What each organization declared of itself last, by its address."""
    rows = Profile.objects.filter(participation__process=process).select_related("participation__organization")
    return rows.order_by("participation__organization__slug", "-declared_at", "-pk").distinct(
        "participation__organization__slug"
    )


def find_profile(participation: Participation) -> Profile | None:
    """What the organization declared of itself last, or None."""
    return participation.profiles.order_by("-declared_at", "-pk").first()


def find_announcement(participation: Participation) -> Announcement | None:
    """The withdrawal that a seat has announced and not taken back, or None."""
    if participation.state != ParticipationState.ACTIVE:
        return None
    return participation.announcements.filter(revoked_at__isnull=True).first()


def announced(process: Process) -> QuerySet[Announcement]:
    """The withdrawals that are announced and still to come, the next one first."""
    rows = Announcement.objects.filter(
        participation__process=process, participation__state=ParticipationState.ACTIVE, revoked_at__isnull=True
    )
    return rows.select_related("participation__organization", "statement").order_by("effective_at", "pk")


def due_withdrawals(at: datetime) -> QuerySet[Announcement]:
    """The announced withdrawals that have taken effect and are not written down."""
    rows = Announcement.objects.filter(
        effective_at__lte=at, revoked_at__isnull=True, participation__state=ParticipationState.ACTIVE
    )
    return rows.select_related("participation__process", "participation__organization").order_by("effective_at", "pk")


def steps_out(process: Process) -> QuerySet[PartialWithdrawal]:
    """Every time an organization stepped out of one text or group, oldest first."""
    rows = PartialWithdrawal.objects.filter(participation__process=process)
    return rows.select_related("participation__organization", "participation__category").order_by("effective_at", "pk")


def stepped_out_of(scope: str) -> QuerySet[PartialWithdrawal]:
    """Who is out of this text or group now."""
    return PartialWithdrawal.objects.filter(scope=scope, returned_at__isnull=True)


def stepped_out(participation: Participation) -> QuerySet[PartialWithdrawal]:
    """What this seat is out of now."""
    return participation.partial_withdrawals.filter(returned_at__isnull=True)


def askable(author: Participation, kind: StatementKind) -> QuerySet[Participation]:
    """The other organizations that can stand under a statement of this kind, by name; of a dissent who left too."""
    newest = author.process.participations.ever_admitted().order_by("organization", "-admitted_at", "-pk")
    newest = newest.distinct("organization")
    states = [ParticipationState.ACTIVE, *([ParticipationState.WITHDRAWN] if kind in OPEN_KINDS else [])]
    rows = Participation.objects.filter(pk__in=newest.values("pk"), state__in=states)
    return (
        rows.exclude(organization=author.organization_id).select_related("organization").order_by("organization__name")
    )


def categories(process: Process) -> QuerySet[InterestCategory]:
    """The interest categories in the charter's order."""
    return process.categories.order_by("position")


def requirements(process: Process) -> QuerySet[Requirement]:
    """Every declared minimum that is public, dropped ones too, in order of declaration."""
    public = Q(visibility=Visibility.PUBLIC) | Q(released_at__isnull=False)
    rows = process.requirements.filter(public).select_related("participation__organization", "point")
    return rows.prefetch_related(Prefetch("sponsors", sponsors())).order_by("number")


def sponsors() -> QuerySet[Sponsor]:
    """Who stands behind requirements now, in the order of accepting."""
    rows = Sponsor.objects.filter(accepted_at__isnull=False, ended_at__isnull=True)
    return rows.select_related("participation__organization").order_by("accepted_at", "pk")


def sponsorships_asked(participation: Participation) -> QuerySet[Sponsor]:
    """The requirements that this seat was asked to stand behind and has not answered."""
    rows = participation.sponsorships.filter(accepted_at__isnull=True, declined_at__isnull=True)
    return rows.filter(requirement__dropped_at__isnull=True).select_related(
        "requirement__participation__organization", "requirement__point", "requirement__process"
    )


def requirements_visible_to(user: User, process: Process) -> QuerySet[Requirement]:
    """The public ones; kept-back ones to their holder, to those asked to stand behind them, and to the convener."""
    visible = Q(visibility=Visibility.PUBLIC) | Q(released_at__isnull=False)
    if roles_of(user, process, [StaffFunction.CONVENER]).exists():
        visible |= Q(pk__isnull=False)
    seat = find_last_seat_of(user, process)
    if seat is not None:
        visible |= Q(participation=seat) | Q(sponsors__participation=seat)
    return (
        process.requirements.filter(visible)
        .select_related("participation__organization", "point")
        .distinct()
        .order_by("number")
    )


def published_statements(process: Process) -> QuerySet[Statement]:
    """The statements that are public, oldest first."""
    return process.statements.filter(published_at__isnull=False).order_by("published_at", "number")


def statements_visible_to(user: User, process: Process) -> QuerySet[Statement]:
    """Public statements, and unpublished ones that the person's organization began or was asked to sign."""
    seat = find_last_seat_of(user, process)
    mine = Q(author=seat) | Q(signatures__participation=seat) if seat else Q(pk__in=[])
    if may_take_part(user, process):
        mine |= Q(signatures__invited=user)
    return process.statements.filter(Q(published_at__isnull=False) | mine).distinct().order_by("-number")


def find_request_to(user: User, statement: Statement) -> Signature | None:
    """What the person's organization, or the person for one that never sat here, was asked to sign; or None."""
    seat = find_last_seat_of(user, statement.process)
    mine = Q(participation=seat) if seat else Q(pk__in=[])
    return signatures_of(statement).filter(mine | Q(invited=user)).first()


def signatures_of(statement: Statement) -> QuerySet[Signature]:
    """Every organization asked, in order; `counts` says whether it signed by somebody who leads it at the table now."""
    return _in_order(statement.signatures.annotate(counts=_yes_where(_counts())))


def signatories(statement: Statement) -> QuerySet[Signature]:
    """Who stands under the statement if it is published now: its author, and every signature that counts."""
    return _in_order(statement.signatures.filter(Q(_counts()) | Q(participation=statement.author)))


def signers_of(subject: str) -> QuerySet[Signature]:
    """The signatures under the published statement of this subject."""
    _, process, number = subject.split("/")
    return Signature.objects.filter(statement__process__slug=process, statement__number=number, signed_at__isnull=False)


def lapsed_signatures(statement: Statement) -> QuerySet[Signature]:
    """Signatures that are left out: their organization left the table, or another leads it now."""
    signed = statement.signatures.filter(signed_at__isnull=False).exclude(pk__in=signatories(statement).values("pk"))
    return _in_order(signed)


def _counts() -> Q:
    """The signatures of organizations by who leads them now, and of others by whoever was asked."""
    leads = Representative.objects.filter(
        held_now(),
        participation=OuterRef("participation"),
        user=OuterRef("signer"),
        user__is_active=True,
        mandate=Mandate.LEAD,
    )
    seated = Participation.objects.active().filter(
        process=OuterRef("participation__process"), organization=OuterRef("organization")
    )
    at_the_table = Q(participation__state=ParticipationState.ACTIVE)
    left = Q(participation__state=ParticipationState.WITHDRAWN, statement__kind__in=list(OPEN_KINDS))
    outside = Q(participation__isnull=True, signer=F("invited"), signer__is_active=True)
    return outside | (Q(Exists(leads)) & (at_the_table | (left & Q(~Exists(seated)))))


def _yes_where(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def _in_order(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    rows = signatures.select_related("organization", "participation__category", "participation__process", "signer")
    return rows.order_by("asked_at", "pk")


def neutral_here(process: Process) -> frozenset[StaffFunction]:
    """The functions whose holders speak for no organization in this process, as its charter has it."""
    charter = find_charter(process)
    return neutral_functions(chair_may_be_party=charter is not None and charter.chair_may_be_party)


def is_neutral(user: User, process: Process) -> bool:
    """Whether a person holds a function here that keeps them from speaking for an organization."""
    return roles_of(user, process, neutral_here(process)).exists()


def is_party(user: User, process: Process) -> bool:
    """Whether a person speaks for an organization that sits, or asks to sit, at the table."""
    return seats_of(user).filter(process=process).exists()


def speaks_for_another(user: User, participation: Participation) -> bool:
    """Whether a person speaks for another seat in the same process."""
    return seats_of(user).filter(process=participation.process).exclude(pk=participation.pk).exists()
