"""Reading groups: who joined, who is in them now."""

from __future__ import annotations

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from policyhub.participation.models import Group, GroupSeat, PartialWithdrawal, Participation, Process


def groups(process: Process) -> QuerySet[Group]:
    """Every group of a process, in the order of opening; closed ones stay."""
    return process.groups.select_related("process").order_by("number")


def members(group: Group) -> QuerySet[Participation]:
    """The organizations that are in the group now: joined, not stepped out, still at the table; by name."""
    out = PartialWithdrawal.objects.filter(scope=group.subject, returned_at__isnull=True)
    inside = Participation.objects.active().filter(group_seats__group=group)
    rows = inside.exclude(pk__in=out.values("participation"))
    return rows.select_related("organization", "category").order_by("organization__name")


def is_member(participation: Participation, group: Group) -> bool:
    """Whether the organization is in the group now."""
    return members(group).filter(pk=participation.pk).exists()


def groups_of(participation: Participation) -> QuerySet[Group]:
    """The open groups that an organization is in now."""
    subject = Concat(Value("group/"), OuterRef("process__slug"), Value("/"), Cast(OuterRef("number"), CharField()))
    out = PartialWithdrawal.objects.filter(participation=participation, scope=subject, returned_at__isnull=True)
    joined = GroupSeat.objects.filter(group=OuterRef("pk"), participation=participation)
    open_ones = Group.objects.filter(Exists(joined), ~Exists(out), closed_at__isnull=True)
    return open_ones.select_related("process").order_by("number")
