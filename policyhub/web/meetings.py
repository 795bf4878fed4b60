"""The workspace's pages about meetings: announcing, preparing, holding them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from policyhub.core.templatetags.typeset import moment_text
from policyhub.meetings import acts, queries
from policyhub.meetings.models import Meeting
from policyhub.meetings.permissions import (
    can_cancel_meeting,
    can_give_notice,
    can_preside,
    can_publish_agenda,
    can_record_attendance,
)
from policyhub.meetings.rules import AWAITED_STATES, SITTING_STATES, Coming, MeetingState, opening_refused, opens_from
from policyhub.minutes.permissions import can_draft_minutes
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, signed_in
from policyhub.web.acting import ActForm, act_page, perform
from policyhub.web.forms import meetings as forms
from policyhub.web.forms.participation import GiveReason

WITHOUT_AGENDA = (
    "No agenda was published, and none can be once the meeting is open: nobody was told what is taken up or on which "
    "text, and the minutes have to name each matter. Publish the agenda first, if there is one."
)


@signed_in
def give_notice(request: SignedInRequest, process: str) -> HttpResponse:
    """A new meeting, announced to everybody."""
    convened = process_of(process)
    permitted(can_give_notice(request.user, convened))
    form = forms.GiveNotice(request.POST or None, process=convened)
    today = now().astimezone(ZoneInfo(convened.timezone)).date()
    return act_page(
        request,
        form,
        lambda: acts.give_notice(actor=request.user, process=convened, at=now(), **form.said),
        template="web/meetings/give_notice.html",
        context={"process": convened, "earliest": today + timedelta(days=form.days_required)},
    )


@signed_in
def run_meeting(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """A meeting with everything its staff can do about it now; who is in the room, one act for each organization."""
    meeting = meeting_of(process, number)
    user, sits = request.user, meeting.state in SITTING_STATES
    may_preside, may_record = can_preside(user, meeting), can_record_attendance(user, meeting)
    permitted(may_preside or may_record or can_publish_agenda(user, meeting))
    context = {
        "process": meeting.process,
        "meeting": meeting,
        "agenda": queries.agenda(meeting),
        "room": queries.room_of(meeting) if meeting.opened_at else None,
        "nonce": secrets.token_urlsafe(18),
        "can_record": may_record and (sits or meeting.state == MeetingState.ADJOURNED),
        "can_agenda": meeting.state == MeetingState.NOTICED and can_publish_agenda(user, meeting),
        "may_open": meeting.state in AWAITED_STATES and may_preside,
        "opens_from": opens_from(meeting.starts_at) if opening_refused(meeting.starts_at, now()) else None,
        "can_cancel": meeting.state in AWAITED_STATES and can_cancel_meeting(user, meeting),
        "can_steer": sits and may_preside,
        "can_draft": meeting.state == MeetingState.ADJOURNED and can_draft_minutes(user, meeting),
    }
    return render(request, "web/meetings/run_meeting.html", context)


@signed_in
def publish_agenda(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The matters of the meeting, each with the text it is about."""
    meeting = meeting_of(process, number)
    permitted(can_publish_agenda(request.user, meeting))
    form = forms.PublishAgenda(request.POST or None, process=meeting.process)
    template, context = "web/meetings/publish_agenda.html", {"process": meeting.process, "meeting": meeting}
    if form.wants_more:
        return render(request, template, {**context, "form": form})
    return act_page(
        request,
        form,
        lambda: acts.publish_agenda(actor=request.user, meeting=meeting, at=now(), **form.said),
        template=template,
        context=context,
    )


@signed_in
def open_meeting(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The meeting begins."""
    meeting = meeting_of(process, number)
    permitted(can_preside(request.user, meeting))
    form = forms.OpenMeeting(request.POST or None, meeting=meeting, opener=request.user)
    return act_page(
        request,
        form,
        lambda: acts.open_meeting(actor=request.user, meeting=meeting, at=now(), **form.said),
        template="web/act.html",
        context={
            **_about(meeting, f"Open {meeting}: {meeting.title}", "Open the meeting now"),
            "deck": _before(meeting),
        },
    )


@signed_in
def record_attendance(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """Somebody came or went; afterwards the room is shown as it is then."""
    meeting = meeting_of(process, number)
    permitted(can_record_attendance(request.user, meeting))
    form = forms.RecordAttendance(request.POST or None, meeting=meeting, initial={"event": Coming.ARRIVED})
    entry = perform(
        request,
        form,
        lambda: acts.record_attendance(actor=request.user, meeting=meeting, at=now(), **form.said),
    )
    if entry is not None:
        return redirect("run-meeting", process, number)
    deck = "Leaving a meeting is a fact of attendance. It is never a withdrawal from the process."
    context = {**_about(meeting, f"Who came and went: {meeting}", "Record it"), "deck": deck, "form": form}
    return render(request, "web/act.html", context, status=409 if request.method == "POST" else 200)


@signed_in
def recess_meeting(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The meeting is interrupted."""
    meeting = meeting_of(process, number)
    permitted(can_preside(request.user, meeting))
    form = GiveReason(request.POST or None)
    deck = "Whoever leaves the room in a recess has left a meeting, not the process."
    return act_page(
        request,
        form,
        lambda: acts.recess_meeting(actor=request.user, meeting=meeting, at=now(), **form.said),
        template="web/act.html",
        context={**_about(meeting, f"Recess {meeting}", "Begin the recess now"), "deck": deck},
    )


@signed_in
def resume_meeting(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The meeting goes on."""
    meeting = meeting_of(process, number)
    permitted(can_preside(request.user, meeting))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.resume_meeting(actor=request.user, meeting=meeting, at=now()),
        template="web/act.html",
        context=_about(meeting, f"Resume {meeting}", "Resume it now"),
    )


@signed_in
def adjourn_meeting(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The meeting ends."""
    meeting = meeting_of(process, number)
    permitted(can_preside(request.user, meeting))
    form = ActForm(request.POST or None)
    deck = "It is not resumed after that. Attendance can still be completed until the minutes are drafted."
    return act_page(
        request,
        form,
        lambda: acts.adjourn_meeting(actor=request.user, meeting=meeting, at=now()),
        template="web/act.html",
        context={**_about(meeting, f"Adjourn {meeting}", "Adjourn it now"), "deck": deck, "grave": True},
    )


@signed_in
def cancel_meeting(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The meeting is not held; it stays in the list."""
    meeting = meeting_of(process, number)
    permitted(can_cancel_meeting(request.user, meeting))
    form = GiveReason(request.POST or None)
    deck = "It stays in the list of meetings with your reason, and everybody who was told of it is told again."
    return act_page(
        request,
        form,
        lambda: acts.cancel_meeting(actor=request.user, meeting=meeting, at=now(), **form.said),
        template="web/act.html",
        context={**_about(meeting, f"Cancel {meeting}: {meeting.title}", "Cancel it"), "deck": deck, "grave": True},
    )


def meeting_of(process: str, number: int) -> Meeting:
    """The meeting of that number in the process, or 404."""
    return one(queries.meetings(process_of(process)).filter(number=number))


def _before(meeting: Meeting) -> str:
    """What whoever opens a meeting should know of it before."""
    if opening_refused(meeting.starts_at, now()):
        return f"It can be opened from {moment_text(opens_from(meeting.starts_at), meeting.timezone)} on, not before."
    return "" if meeting.state != MeetingState.NOTICED else WITHOUT_AGENDA


def _about(meeting: Meeting, title: str, button: str) -> dict[str, object]:
    return {"process": meeting.process, "title": title, "button": button}


MEETING = "processes/<slug:process>/meetings/<int:number>/"
ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/meetings/new/", give_notice, name="give-notice"),
    path(MEETING, run_meeting, name="run-meeting"),
    path(f"{MEETING}agenda/", publish_agenda, name="publish-agenda"),
    path(f"{MEETING}open/", open_meeting, name="open-meeting"),
    path(f"{MEETING}attendance/", record_attendance, name="record-attendance"),
    path(f"{MEETING}recess/", recess_meeting, name="recess-meeting"),
    path(f"{MEETING}resume/", resume_meeting, name="resume-meeting"),
    path(f"{MEETING}adjourn/", adjourn_meeting, name="adjourn-meeting"),
    path(f"{MEETING}cancel/", cancel_meeting, name="cancel-meeting"),
]
