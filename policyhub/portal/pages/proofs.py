"""What programs need to check the record: checkpoints, tiles, entries, proof files (C2SP tlog-tiles, tlog-proof)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from policyhub.portal.frame import one
from policyhub.record.models import Entry, SignedCheckpoint
from policyhub.record.queries import find_proof, keys, leaves_of, newest_checkpoint, receipt_of, size, tiles
from policyhub.record.tiles import HEIGHT, WIDTH

FOREVER = "public, max-age=31536000, immutable"
FRESH = "public, max-age=5"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, as a signed note."""
    return _note(newest_checkpoint(), FRESH)


@require_safe
def checkpoint_at(request: HttpRequest, number: int) -> HttpResponse:
    """The checkpoint of that size, as a signed note."""
    return _note(one(SignedCheckpoint.objects.filter(size=number)), FOREVER)


@require_safe
def verifier_key(request: HttpRequest) -> HttpResponse:
    """The key that checks the newest checkpoint. Write it down once: later it must be the same."""
    newest = newest_checkpoint()
    if newest is None:
        raise Http404
    return _served(f"{newest.vkey}\n".encode(), "text/plain; charset=utf-8", FRESH)


@require_safe
def verifier_keys(request: HttpRequest) -> HttpResponse:
    """Every key that ever checked a checkpoint here, one a line, the first at the top."""
    return _served("".join(f"{each}\n" for each in keys()).encode(), "text/plain; charset=utf-8", FRESH)


@require_safe
def tile(request: HttpRequest, height: int, number: int, width: int) -> HttpResponse:
    """The hashes of a tile, or its first ones, joined."""
    if not _holds(height, number, width):
        raise Http404
    return _served(tiles().tile(height, number, width), "application/octet-stream", FOREVER)


@require_safe
def entries(request: HttpRequest, number: int, width: int) -> HttpResponse:
    """The leaves of a tile, each after its length in two bytes."""
    if not _holds(0, number, width):
        raise Http404
    bundle = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves_of(number, width))
    return _served(bundle, "application/octet-stream", FOREVER)


@require_safe
def proof_file(request: HttpRequest, index: int) -> HttpResponse:
    """The proof that this entry stands under the first checkpoint over it; 404 until that is signed."""
    one(Entry.objects.filter(index=index))
    proof = find_proof(index)
    if proof is None:
        raise Http404
    response = _served(str(proof).encode(), "text/plain; charset=utf-8", FOREVER)
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return response


@require_safe
def leaf(request: HttpRequest, index: int) -> HttpResponse:
    """The exact bytes of an entry."""
    found = one(Entry.objects.filter(index=index))
    return _served(bytes(found.leaf), "application/json", FOREVER)


@require_safe
def receipt(request: HttpRequest, index: int) -> HttpResponse:
    """The receipt of an entry: its exact text, and its proof once it is signed."""
    kept = receipt_of(one(Entry.objects.filter(index=index)))
    response = _served(str(kept).encode(), "application/json", FOREVER if kept.proof else FRESH)
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.receipt.json"'
    return response


def _note(kept: SignedCheckpoint | None, cached: str) -> HttpResponse:
    if kept is None:
        raise Http404
    return _served(kept.note.encode(), "text/plain; charset=utf-8", cached)


def _holds(height: int, number: int, width: int) -> bool:
    """Whether the record has that many hashes in that tile: what is served once is never different."""
    return (number * WIDTH + width) << (HEIGHT * height) <= size()


def _served(content: bytes, content_type: str, cached: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Cache-Control": cached, "Access-Control-Allow-Origin": "*"}
    )
