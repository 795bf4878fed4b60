"""The workspace's pages about working and drafting groups."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from policyhub.drafting import acts as drafting
from policyhub.participation import acts
from policyhub.participation.models import Group
from policyhub.participation.permissions import can_join_group, can_open_group
from policyhub.participation.queries import find_seat_of, groups, members
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, own_seat, permitted, process_of, signed_in
from policyhub.web.acting import ActForm, act_page
from policyhub.web.forms import groups as forms
from policyhub.web.forms.participation import GiveReason


@signed_in
def desk_groups(request: SignedInRequest, process: str) -> HttpResponse:
    """The groups of a process, each with what this person can do about it."""
    found = process_of(process)
    seat, opens = find_seat_of(request.user, found), can_open_group(request.user, found)
    permitted(seat is not None or opens)
    joins = seat is not None and can_join_group(request.user, seat)
    listed = []
    for group in groups(found):
        inside = list(members(group))
        ever = seat is not None and group.seats.filter(participation=seat).exists()
        can_join = joins and not ever and group.closed_at is None
        listed.append({"group": group, "members": inside, "is_in": seat in inside, "can_join": can_join})
    context = {"process": found, "seat": seat, "opens": opens, "listed": listed}
    return render(request, "web/participation/groups.html", context)


@signed_in
def open_group(request: SignedInRequest, process: str) -> HttpResponse:
    """A group is opened for part of the table."""
    found = process_of(process)
    permitted(can_open_group(request.user, found))
    form = forms.OpenGroup(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.open_group(actor=request.user, process=found, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": found,
            "title": "Open a group",
            "deck": "Whoever sits at the table can join it. It meets, drafts and reports; all decide.",
            "button": "Open the group",
        },
    )


@signed_in
def close_group(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The group works no longer."""
    group = _group(process, number)
    permitted(can_open_group(request.user, group.process))
    form = GiveReason(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.close_group(actor=request.user, group=group, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": group.process,
            "title": f"Close the group {group}",
            "deck": "What it wrote and reported stays.",
            "button": "Close it",
            "grave": True,
        },
    )


@signed_in
def join_group(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The organization joins the group."""
    group = _group(process, number)
    seat = own_seat(request.user, group.process)
    permitted(can_join_group(request.user, seat))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.join_group(actor=request.user, participation=seat, group=group, at=now()),
        template="web/act.html",
        context={
            "process": group.process,
            "title": f"Join the group {group}",
            "deck": f"{seat.organization} can draft in it and counts for the quorum of its meetings. It can step out "
            "of the group at any time and stay in the process.",
            "button": "Join it",
        },
    )


@signed_in
def report_group(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The group reports to all."""
    group = _group(process, number)
    permitted(can_open_group(request.user, group.process))
    form = forms.ReportGroup(request.POST or None, group=group)
    return act_page(
        request,
        form,
        lambda: drafting.report_group(actor=request.user, group=group, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": group.process,
            "title": f"Report of the group {group}",
            "deck": "Everybody reads it. Nothing is decided by it: put the text to all with a call.",
            "button": "Report to all",
        },
    )


def _group(process: str, number: int) -> Group:
    return one(groups(process_of(process)).filter(number=number))


_ALL = "processes/<slug:process>/groups/"
ROUTES: list[URLPattern] = [
    path(_ALL, desk_groups, name="desk-groups"),
    path(f"{_ALL}new/", open_group, name="open-group"),
    path(f"{_ALL}<int:number>/join/", join_group, name="join-group"),
    path(f"{_ALL}<int:number>/report/", report_group, name="report-group"),
    path(f"{_ALL}<int:number>/close/", close_group, name="close-group"),
]
