"""The workspace's pages about documents, versions, comments and marks."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from policyhub.core.html import to_html
from policyhub.drafting import acts, queries
from policyhub.drafting.arranging import Edit, rearrange
from policyhub.drafting.models import ClauseText, Document, Version
from policyhub.drafting.permissions import (
    can_answer_comment,
    can_comment,
    can_mark_requirement,
    can_publish_version,
)
from policyhub.drafting.rules import ClauseDraft
from policyhub.participation.models import Requirement
from policyhub.participation.permissions import can_chair, can_edit
from policyhub.participation.queries import find_seat_of, groups, groups_of, requirements
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, signed_in
from policyhub.web.acting import act_page, perform
from policyhub.web.forms import drafting as forms


@signed_in
def open_document(request: SignedInRequest, process: str) -> HttpResponse:
    """A new document: the process's own, or a competing line."""
    wanted = process_of(process)
    editor, seat = can_edit(request.user, wanted), find_seat_of(request.user, wanted)
    permitted(editor or seat is not None)
    written = groups(wanted).filter(closed_at=None) if editor else groups_of(seat) if seat is not None else ()
    form = forms.OpenDocument(request.POST or None, editor=editor, seat=seat, groups=list(written))
    return act_page(
        request,
        form,
        lambda: acts.open_document(actor=request.user, process=wanted, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": wanted,
            "title": "Open a document",
            "deck": "It has an address at once, and a text as soon as its first version is published.",
            "button": "Open the document",
        },
    )


@signed_in
def desk_document(request: SignedInRequest, document: str) -> HttpResponse:
    """A document with everything this person can do about it."""
    found = document_of(document)
    newest = queries.find_newest_version(found)
    seat = find_seat_of(request.user, found.process)
    context = {
        "process": found.process,
        "document": found,
        "version": newest,
        "clauses": queries.texts(newest) if newest else [],
        "can_publish": can_publish_version(request.user, found),
        "can_comment": can_comment(request.user, found.process),
        "requirements": requirements(found.process).filter(participation=seat) if seat else [],
    }
    return render(request, "web/drafting/document.html", context)


@signed_in
def publish_version(request: SignedInRequest, document: str) -> HttpResponse:
    """Every clause of the next version on one page; buttons move, remove and add clauses and store nothing."""
    line = document_of(document)
    permitted(can_publish_version(request.user, line))
    form = _edited(request, line)
    entry = perform(
        request, form, lambda: acts.publish_version(actor=request.user, document=line, at=now(), **form.said)
    )
    if entry is not None:
        return redirect("done", entry.index)
    refused = form.is_bound and bool(form.errors)
    context = {"process": line.process, "document": line, "form": form}
    return render(request, "web/drafting/publish_version.html", context, status=409 if refused else 200)


@signed_in
def import_version(request: SignedInRequest, document: str) -> HttpResponse:
    """A Markdown text becomes the next version, after a page that shows what becomes of it."""
    line = document_of(document)
    permitted(can_publish_version(request.user, line))
    form = forms.ImportVersion(request.POST or None, request.FILES or None, document=line)
    if form.is_confirmed:
        entry = perform(
            request, form, lambda: acts.import_version(actor=request.user, document=line, at=now(), **form.said)
        )
        if entry is not None:
            return redirect("done", entry.index)
    refused = form.is_bound and not form.is_valid()
    form.show()
    context = {"process": line.process, "document": line, "form": form, "plan": form.plan}
    return render(request, "web/drafting/import_version.html", context, status=409 if refused else 200)


@signed_in
def make_comment(request: SignedInRequest, document: str, number: int, key: str) -> HttpResponse:
    """A comment on a clause as it reads in one version."""
    read = clause_of(version_of(document, number), key)
    process = read.version.document.process
    permitted(can_comment(request.user, process))
    form = forms.MakeComment(request.POST or None, read=read)
    context = {
        "process": process,
        "clause": read,
        "html": to_html(read.tree),
        "seat": find_seat_of(request.user, process),
        "superseding": find_superseding(read.version),
    }
    return act_page(
        request,
        form,
        lambda: acts.make_comment(actor=request.user, clause_text=read, at=now(), **form.said),
        template="web/drafting/make_comment.html",
        context=context,
    )


@signed_in
def comments(request: SignedInRequest, process: str) -> HttpResponse:
    """The comments of a process; those without an answer first, for the people who answer them."""
    found = process_of(process)
    permitted(can_edit(request.user, found) or can_chair(request.user, found))
    context = {
        "process": found,
        "unanswered": queries.unanswered(found),
        "answered": queries.comments_of(found).filter(disposition__isnull=False).order_by("-number"),
    }
    return render(request, "web/drafting/comments.html", context)


@signed_in
def answer_comment(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """A comment gets its disposition and its reason."""
    comment = one(queries.comments_of(process_of(process)).filter(number=number))
    permitted(can_answer_comment(request.user, comment))
    form = forms.AnswerComment(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.answer_comment(actor=request.user, comment=comment, at=now(), **form.said),
        template="web/drafting/answer_comment.html",
        context={"process": comment.process, "comment": comment, "html": to_html(comment.text_on.tree)},
    )


@signed_in
def mark_requirement(request: SignedInRequest, document: str, number: int, requirement: int) -> HttpResponse:
    """The holder says whether a version meets its requirement."""
    read = version_of(document, number)
    declared = one(Requirement.objects.filter(process=read.document.process, number=requirement))
    permitted(can_mark_requirement(request.user, declared))
    form = forms.MarkRequirement(request.POST or None, read=read)
    return act_page(
        request,
        form,
        lambda: acts.mark_requirement(actor=request.user, requirement=declared, version=read, at=now(), **form.said),
        template="web/drafting/mark_requirement.html",
        context={"process": read.document.process, "version": read, "requirement": declared},
    )


def document_of(slug: str) -> Document:
    """The document at this address, or 404."""
    return one(queries.documents().filter(slug=slug))


def version_of(document: str, number: int) -> Version:
    """The version with this number, or 404."""
    return one(queries.versions(document_of(document)).filter(number=number))


def clause_of(version: Version, key: str) -> ClauseText:
    """The clause as it reads in the version, or 404."""
    return one(queries.texts(version).filter(clause__key=key))


def find_superseding(version: Version) -> Version | None:
    """The newest version where that is another one, else None."""
    newest = queries.find_newest_version(version.document)
    return newest if newest != version else None


def _edited(request: SignedInRequest, line: Document) -> forms.EditVersion:
    """The form as it was sent to be published; after a button of structure, or at first, one to go on with."""
    if request.method == "POST" and "edit" not in request.POST:
        return forms.EditVersion(request.POST, document=line, clauses=forms.clauses_in(request.POST))
    if request.method == "POST":
        initial = {name: request.POST.get(name, "") for name in ("note", "base_hash")}
        return forms.EditVersion(document=line, clauses=_rearranged(request), initial=initial)
    newest = queries.find_newest_version(line)
    return forms.EditVersion(document=line, clauses=queries.drafts_of(newest) if newest else [forms.BLANK])


def _rearranged(request: SignedInRequest) -> list[ClauseDraft]:
    edit, _, index = request.POST["edit"].partition("-")
    clauses = forms.clauses_in(request.POST)
    if edit in set(Edit) and re.fullmatch("[0-9]{1,4}", index):
        clauses = rearrange(clauses, Edit(edit), int(index))
    return clauses or [forms.BLANK]


ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/documents/new/", open_document, name="open-document"),
    path("processes/<slug:process>/comments/", comments, name="comments"),
    path("processes/<slug:process>/comments/<int:number>/answer/", answer_comment, name="answer-comment"),
    path("documents/<slug:document>/", desk_document, name="desk-document"),
    path("documents/<slug:document>/edit/", publish_version, name="publish-version"),
    path("documents/<slug:document>/import/", import_version, name="import-version"),
    path(
        "documents/<slug:document>/versions/<int:number>/clauses/<slug:key>/comment/",
        make_comment,
        name="make-comment",
    ),
    path(
        "documents/<slug:document>/versions/<int:number>/requirements/<int:requirement>/mark/",
        mark_requirement,
        name="mark-requirement",
    ),
]
