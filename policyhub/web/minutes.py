"""The workspace's pages about minutes: written, circulated, corrected, approved, published."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from policyhub.core.html import to_html
from policyhub.minutes import acts, queries
from policyhub.minutes.changes import changes
from policyhub.minutes.models import Correction, Minutes
from policyhub.minutes.permissions import (
    can_answer_correction,
    can_approve_minutes,
    can_draft_minutes,
    can_propose_correction,
    can_publish_minutes,
)
from policyhub.minutes.rules import MinutesState, approval_too_early, gaps
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, signed_in
from policyhub.web.acting import act_page
from policyhub.web.forms import minutes as forms
from policyhub.web.forms.participation import GiveReason
from policyhub.web.meetings import MEETING, meeting_of


@signed_in
def draft_minutes(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The first text of the minutes, with what the record knows filled in."""
    meeting = meeting_of(process, number)
    permitted(can_draft_minutes(request.user, meeting))
    if request.method == "GET" and queries.find_minutes(meeting) is not None:
        return redirect("desk-minutes", process, number)
    proposed = queries.proposed_text(meeting) if meeting.adjourned_at else ""
    form = forms.DraftMinutes(request.POST or None, initial={"text": proposed})
    return act_page(
        request,
        form,
        lambda: acts.draft_minutes(actor=request.user, meeting=meeting, at=now(), **form.said),
        template="web/minutes/write.html",
        context={
            "process": meeting.process,
            "meeting": meeting,
            "title": f"Draft the minutes of {meeting}",
            "deck": "Only you and the chair can read a draft. With it the meeting is closed.",
            "button": "Keep this draft",
        },
    )


@signed_in
def desk_minutes(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The minutes as they stand, their corrections, and what this person can do about them."""
    minutes, user = _visible(request, process, number), request.user
    is_draft, is_circulated = minutes.state == MinutesState.DRAFT, minutes.state == MinutesState.CIRCULATED
    open_ones = queries.open_corrections(minutes).exists()
    context = {
        **_about(minutes),
        "corrections": queries.corrections(minutes),
        "changes": changes(minutes),
        "gaps": gaps(queries.get_text(minutes).text) if is_draft else [],
        "can_revise": is_draft and can_draft_minutes(user, minutes.meeting),
        "can_propose": is_circulated and can_propose_correction(user, minutes),
        "can_answer": is_circulated and can_answer_correction(user, minutes),
        "is_time_given": is_circulated and approval_too_early(minutes.corrections_until, now()) is not None,
        "can_approve": not open_ones and _can_be_approved(minutes) and can_approve_minutes(user, minutes),
        "can_publish": minutes.state == MinutesState.APPROVED and can_publish_minutes(user, minutes),
    }
    return render(request, "web/minutes/minutes.html", context)


@signed_in
def revise_minutes_draft(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The draft gets a new text."""
    minutes = _visible(request, process, number)
    permitted(can_draft_minutes(request.user, minutes.meeting))
    form = forms.ReviseMinutes(request.POST or None, minutes=minutes)
    return act_page(
        request,
        form,
        lambda: acts.revise_minutes_draft(actor=request.user, minutes=minutes, at=now(), **form.said),
        template="web/minutes/write.html",
        context={
            **_about(minutes),
            "title": f"Revise the draft of {minutes.meeting}",
            "deck": "Only you and the chair can read a draft.",
            "button": "Keep this text",
        },
    )


@signed_in
def circulate_minutes(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The table can read the minutes and propose corrections."""
    minutes = _visible(request, process, number)
    permitted(can_draft_minutes(request.user, minutes.meeting))
    form = forms.CirculateMinutes(request.POST or None, minutes=minutes)
    return act_page(
        request,
        form,
        lambda: acts.circulate_minutes(actor=request.user, minutes=minutes, at=now(), **form.said),
        template="web/minutes/decide.html",
        context={
            **_about(minutes),
            "title": f"Circulate the minutes of {minutes.meeting}",
            "deck": "Everybody at the table can read them then, and propose corrections until they are approved.",
            "button": "Circulate this text",
        },
    )


@signed_in
def propose_correction(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """Somebody at the table says what the minutes should say."""
    minutes = _visible(request, process, number)
    permitted(can_propose_correction(request.user, minutes))
    form = forms.ProposeCorrection(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.propose_correction(actor=request.user, minutes=minutes, at=now(), **form.said),
        template="web/minutes/decide.html",
        context={
            **_about(minutes),
            "title": f"Correct the minutes of {minutes.meeting}",
            "deck": "The secretary takes it in or says why not, and both stay listed. Nothing is approved before.",
            "button": "Propose this correction",
        },
    )


@signed_in
def accept_correction(request: SignedInRequest, process: str, number: int, correction: int) -> HttpResponse:
    """The minutes get a new text because of a correction."""
    proposed = _correction(request, process, number, correction)
    form = forms.ReviseMinutes(request.POST or None, minutes=proposed.minutes)
    return act_page(
        request,
        form,
        lambda: acts.accept_correction(actor=request.user, correction=proposed, at=now(), **form.said),
        template="web/minutes/write.html",
        context={
            **_about(proposed.minutes),
            "correction": proposed,
            "title": f"Take in correction {proposed.number}",
            "deck": "Write it into the text. Everybody can see what was changed and why.",
            "button": "Take it in",
        },
    )


@signed_in
def decline_correction(request: SignedInRequest, process: str, number: int, correction: int) -> HttpResponse:
    """The minutes stay as they are, and the proposer is told why."""
    proposed = _correction(request, process, number, correction)
    form = GiveReason(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.decline_correction(actor=request.user, correction=proposed, at=now(), **form.said),
        template="web/minutes/decide.html",
        context={
            **_about(proposed.minutes),
            "correction": proposed,
            "title": f"Decline correction {proposed.number}",
            "button": "Decline it",
        },
    )


@signed_in
def approve_minutes(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The minutes are approved; their text is fixed."""
    minutes = _visible(request, process, number)
    permitted(can_approve_minutes(request.user, minutes))
    form = forms.ApproveMinutes(request.POST or None, minutes=minutes)
    return act_page(
        request,
        form,
        lambda: acts.approve_minutes(actor=request.user, minutes=minutes, at=now(), **form.said),
        template="web/minutes/decide.html",
        context={
            **_about(minutes),
            "title": f"Approve the minutes of {minutes.meeting}",
            "deck": "After that nothing in them is edited, by anybody.",
            "button": "Approve this text",
        },
    )


@signed_in
def publish_minutes(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """Everybody can read the approved minutes."""
    minutes = _visible(request, process, number)
    permitted(can_publish_minutes(request.user, minutes))
    form = forms.OnText(request.POST or None, minutes=minutes)
    return act_page(
        request,
        form,
        lambda: acts.publish_minutes(actor=request.user, minutes=minutes, at=now(), **form.said),
        template="web/minutes/decide.html",
        context={
            **_about(minutes),
            "title": f"Publish the minutes of {minutes.meeting}",
            "deck": "Everybody can read them then, for good.",
            "button": "Publish this text",
        },
    )


def _visible(request: SignedInRequest, process: str, number: int) -> Minutes:
    return one(queries.minutes_visible_to(request.user, process_of(process)).filter(meeting__number=number))


def _can_be_approved(minutes: Minutes) -> bool:
    """Whether the time for corrections is over; after a certification, whether the body met since."""
    if minutes.state == MinutesState.CIRCULATED:
        return approval_too_early(minutes.corrections_until, now()) is None
    return minutes.is_only_certified and queries.approving_meetings(minutes).exists()


def _correction(request: SignedInRequest, process: str, number: int, correction: int) -> Correction:
    minutes = _visible(request, process, number)
    permitted(can_answer_correction(request.user, minutes))
    return one(queries.corrections(minutes).filter(number=correction))


def _about(minutes: Minutes) -> dict[str, Any]:
    version = queries.get_text(minutes)
    return {
        "process": minutes.meeting.process,
        "meeting": minutes.meeting,
        "minutes": minutes,
        "version": version,
        "html": to_html(version.tree),
    }


MINUTES = f"{MEETING}minutes/"
ROUTES: list[URLPattern] = [
    path(MINUTES, desk_minutes, name="desk-minutes"),
    path(f"{MINUTES}draft/", draft_minutes, name="draft-minutes"),
    path(f"{MINUTES}revise/", revise_minutes_draft, name="revise-minutes-draft"),
    path(f"{MINUTES}circulate/", circulate_minutes, name="circulate-minutes"),
    path(f"{MINUTES}corrections/new/", propose_correction, name="propose-correction"),
    path(f"{MINUTES}corrections/<int:correction>/accept/", accept_correction, name="accept-correction"),
    path(f"{MINUTES}corrections/<int:correction>/decline/", decline_correction, name="decline-correction"),
    path(f"{MINUTES}approve/", approve_minutes, name="approve-minutes"),
    path(f"{MINUTES}publish/", publish_minutes, name="publish-minutes"),
]
