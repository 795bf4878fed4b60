"""Reading statements: who can be asked, who signed, whose signature counts."""

from __future__ import annotations

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from policyhub.accounts.models import User
from policyhub.participation.models import (
    Participation,
    Process,
    Representative,
    Signature,
    Statement,
    held_now,
)
from policyhub.participation.queries.processes import may_take_part
from policyhub.participation.queries.seats import find_last_seat_of
from policyhub.participation.rules import (
    OPEN_KINDS,
    Mandate,
    ParticipationState,
    StatementKind,
)


def askable(author: Participation, kind: StatementKind) -> QuerySet[Participation]:
    """The other organizations that can stand under a statement of this kind, by name; of a dissent who left too."""
    newest = author.process.participations.ever_admitted().order_by("organization", "-admitted_at", "-pk")
    newest = newest.distinct("organization")
    states = [ParticipationState.ACTIVE, *([ParticipationState.WITHDRAWN] if kind in OPEN_KINDS else [])]
    rows = Participation.objects.filter(pk__in=newest.values("pk"), state__in=states)
    return (
        rows.exclude(organization=author.organization_id).select_related("organization").order_by("organization__name")
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
