"""Drafts: the list, a version to read, what changed between two, its editions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from policyhub.core.html import to_html
from policyhub.drafting import queries
from policyhub.drafting.models import ClauseText, Comment, Document, Version
from policyhub.participation.models import Process
from policyhub.portal.frame import frame, one, process_of
from policyhub.portal.serving import public
from policyhub.publishing.models import Edition, File
from policyhub.record.models import Entry


@public
def drafts(request: HttpRequest, process: str) -> HttpResponse:
    """Every text line of a process with its versions; several may compete."""
    found = process_of(process)
    listed = [(document, document.versions.order_by("-number")) for document in queries.documents_of(found)]
    return render(request, "portal/drafts.html", {**frame(found, "process-drafts"), "listed": listed})


@public
def document(request: HttpRequest, document: str) -> HttpResponse:
    """The newest version of a document."""
    found = _document(document)
    return _page(request, found, found.versions.order_by("-number").first())


@public
def version(request: HttpRequest, document: str, number: int) -> HttpResponse:
    """One version, with `?compare=` the changes since another."""
    found = _document(document)
    return _page(request, found, one(found.versions.filter(number=number)))


@public
def text(request: HttpRequest, document: str, number: int) -> HttpResponse:
    """The exact text that the version's hash is taken over, as Markdown."""
    found = one(_document(document).versions.filter(number=number))
    response = HttpResponse(queries.text_of(found), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{document}-{number}.md"'
    return response


@public
def edition(request: HttpRequest, document: str, number: int) -> HttpResponse:
    """What a published PDF is made of and how to check it."""
    found = one(Edition.objects.filter(document__slug=document, number=number).select_related("version", "against"))
    entries = Entry.objects.of_subject(found.subject).order_by("index")
    context = {**frame(found.document.process, "process-drafts"), "edition": found, "entries": entries}
    return render(request, "portal/edition.html", context)


@public
def edition_file(request: HttpRequest, document: str, number: int) -> HttpResponse:
    """The PDF itself: the bytes whose hash is on the record."""
    found = one(Edition.objects.filter(document__slug=document, number=number, file_hash__isnull=False))
    file = File.objects.get(hash=found.file_hash)
    response = HttpResponse(bytes(file.data), content_type=file.media_type)
    response["Content-Disposition"] = f'inline; filename="{document}-edition-{number}.pdf"'
    return response


def _document(slug: str) -> Document:
    return one(Document.objects.filter(slug=slug).select_related("process", "owner__organization"))


def _page(request: HttpRequest, found: Document, shown: Version | None) -> HttpResponse:
    process: Process = found.process
    context: dict[str, Any] = {**frame(process, "process-drafts"), "document": found, "version": shown}
    if shown is not None:
        against = _against(request, found)
        context |= {
            "clauses": _clauses(shown),
            "versions": found.versions.order_by("-number"),
            "newest": found.versions.order_by("-number").first(),
            "against": against,
            "redline": queries.redline_of(against, shown) if against else None,
            "comments": queries.comments_on(shown),
            "editions": found.editions.filter(published_at__isnull=False).order_by("-number"),
        }
    return render(request, "portal/document.html", context)


def _against(request: HttpRequest, found: Document) -> Version | None:
    wanted = request.GET.get("compare", "")
    if not wanted:
        return None
    if not wanted.isdecimal() or len(wanted) > 5:
        raise Http404
    return one(found.versions.filter(number=int(wanted)))


def _clauses(shown: Version) -> list[dict[str, Any]]:
    answered: dict[int, list[Comment]] = {}
    for comment in queries.comments_on(shown):
        answered.setdefault(comment.text_on_id, []).append(comment)
    return [_clause(shown, each, answered.get(each.pk, [])) for each in queries.texts(shown)]


def _clause(shown: Version, text: ClauseText, comments: list[Any]) -> dict[str, Any]:
    return {
        "anchor": text.clause.key,
        "number": text.number,
        "title": text.heading,
        "level": text.level,
        "html": to_html(text.tree, level=3, prefix=text.clause.key),
        "hash": text.text_hash,
        "comments": comments,
        "href": reverse("version", args=[shown.document.slug, shown.number]),
    }
