"""Drafts: the list, a version to read, what changed between two, its editions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse

from policyhub.drafting import queries
from policyhub.drafting.models import Document, Version
from policyhub.insight.story import tell
from policyhub.portal.clauses import clauses_of
from policyhub.portal.frame import frame, one, page, process_of
from policyhub.portal.serving import public
from policyhub.publishing.models import Edition, File
from policyhub.publishing.queries import editions
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now


@public
def drafts(request: HttpRequest, process: str) -> HttpResponse:
    """Every text line of a process with its versions; several may compete."""
    found = process_of(process)
    versions = Prefetch("versions", Version.objects.select_related("document").order_by("-number"))
    listed = [(each, each.versions.all()) for each in queries.documents_of(found).prefetch_related(versions)]
    return page(request, "portal/drafts.html", {**frame(found, "process-drafts"), "listed": listed})


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
    found = one(editions().filter(document__slug=document, number=number))
    told = tell(Entry.objects.of_subject(found.subject).order_by("index"))
    context = {**frame(found.document.process, "process-drafts"), "edition": found, "told": told}
    return page(request, "portal/edition.html", context)


@public
def edition_file(request: HttpRequest, document: str, number: int) -> HttpResponse:
    """The PDF itself: the bytes whose hash is on the record."""
    found = one(Edition.objects.filter(document__slug=document, number=number, file_hash__isnull=False))
    file = File.objects.get(hash=found.file_hash)
    if not file.data:
        response = page(request, "portal/removed.html", frame(found.document.process, "process-drafts"))
        response.status_code = 410
        return response
    response = HttpResponse(bytes(file.data), content_type=file.media_type)
    response["Content-Disposition"] = f'inline; filename="{document}-edition-{number}.pdf"'
    return response


def _document(slug: str) -> Document:
    return one(Document.objects.filter(slug=slug).select_related("process", "owner__organization"))


def _page(request: HttpRequest, found: Document, shown: Version | None) -> HttpResponse:
    context: dict[str, Any] = {**frame(found.process, "process-drafts"), "document": found, "version": shown}
    if shown is not None:
        context |= _shown(found, shown, _against(request, found))
    return page(request, "portal/document.html", context)


def _shown(found: Document, shown: Version, against: Version | None) -> dict[str, Any]:
    """What the page of a version shows; the version before it is offered for comparison first."""
    versions = list(queries.versions(found))
    before = next((each for each in versions if each.number < shown.number), None)
    return {
        "clauses": [] if against else clauses_of(shown, now()),
        "redline": queries.redline_of(against, shown) if against else None,
        "against": against,
        "before": before,
        "others": [each for each in versions if each.number not in {shown.number, before.number if before else 0}],
        "newest": versions[0],
        "editions": editions().filter(document=found, published_at__isnull=False),
        "entry": _entry(found, shown),
        "address": settings.SITE_URL + shown.get_absolute_url(),
    }


def _entry(found: Document, shown: Version) -> Entry | None:
    """The record entry with which the version was published."""
    published = Entry.objects.of_subject(found.subject).of_kinds(Kind.VERSION_PUBLISHED)
    return next((each for each in published if each.body.get("version") == shown.number), None)


def _against(request: HttpRequest, found: Document) -> Version | None:
    wanted = request.GET.get("compare", "")
    if not wanted:
        return None
    if not wanted.isdecimal() or len(wanted) > 5:
        raise Http404
    return one(found.versions.filter(number=int(wanted)))
