"""Calls: which there are, where each stands by the clock and the text, what exactly it asks about."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from policyhub.decisions.models import Call, Option, Position, SealedPosition
from policyhub.decisions.rules import Asking, CallState, Stance
from policyhub.drafting.models import ClauseText, Version
from policyhub.drafting.redline import Clause, VersionRedline, compare
from policyhub.participation.models import Participation, Process


def calls(process: Process) -> QuerySet[Call]:
    """Every call of a process, newest first."""
    return process.calls.select_related("process", "version__document", "clause_text", "repeats").order_by("-number")


def find_new_text(call: Call) -> Version | None:
    """The first version, published before the call closed, in which what it asks about is changed or gone; or None."""
    newer = Version.objects.filter(document=call.version.document_id, number__gt=call.version.number)
    newer = newer.filter(published_at__lt=call.closes_at)
    if call.clause_text is None:
        newer = newer.exclude(text_hash=call.text_hash)
    else:
        same = ClauseText.objects.filter(clause=call.clause_text.clause_id, text_hash=call.text_hash)
        newer = newer.exclude(pk__in=same.values("version"))
    return newer.order_by("number").first()


def state_at(call: Call, at: datetime) -> CallState:
    """Where the call stands at that time, by the clock and the text, whether or not anybody wrote it down yet."""
    return CallState(call.state) if call.state != CallState.OPENED else ended_by(call, at)


def ended_by(call: Call, at: datetime) -> CallState:
    """How far the clock and the text had brought the call by then: opened, suspended or closed."""
    newer = find_new_text(call)
    if newer is not None and newer.published_at <= at:
        return CallState.SUSPENDED
    if at < call.closes_at:
        return CallState.OPENED
    # What is suspended when its time is over never closes: it can only be declared void.
    is_off = call.state in {CallState.SUSPENDED, CallState.VOID}
    return CallState.SUSPENDED if is_off else CallState.CLOSED


def _superseded() -> Q:
    """The calls for which find_new_text finds a version."""
    newer = Version.objects.filter(
        document=OuterRef("version__document"),
        number__gt=OuterRef("version__number"),
        published_at__lt=OuterRef("closes_at"),
    )
    same = ClauseText.objects.filter(
        version=OuterRef("pk"),
        clause=OuterRef(OuterRef("clause_text__clause")),
        text_hash=OuterRef(OuterRef("text_hash")),
    )
    whole, clause = newer.exclude(text_hash=OuterRef("text_hash")), newer.filter(~Exists(same))
    return Q(Exists(whole), clause_text__isnull=True) | Q(Exists(clause), clause_text__isnull=False)


def calls_on(version: Version, clause_text: ClauseText | None) -> QuerySet[Call]:
    """Every call on these words of this document, newest first: the whole text, or the clause as it reads there."""
    about = clause_text or version
    rows = Call.objects.filter(version__document=version.document_id, text_hash=about.text_hash)
    if clause_text is None:
        rows = rows.filter(clause_text__isnull=True)
    else:
        rows = rows.filter(clause_text__clause=clause_text.clause_id)
    return rows.select_related("process", "version", "clause_text").order_by("-number")


def open_calls(at: datetime) -> QuerySet[Call]:
    """The calls that can be answered at that time, the one that closes first at the top."""
    return (
        Call.objects.filter(~_superseded(), state=CallState.OPENED, opens_at__lte=at, closes_at__gt=at)
        .select_related("process", "version__document", "clause_text")
        .order_by("closes_at", "pk")
    )


def calls_awaiting(participation: Participation, at: datetime) -> QuerySet[Call]:
    """The open calls on which this seat has a voice and has not answered."""
    said, sealed = (
        rows.filter(call=OuterRef("pk"), voice=OuterRef("roll__voice"))
        for rows in (Position.objects.all(), SealedPosition.objects.all())
    )
    return open_calls(at).filter(~Exists(said), ~Exists(sealed), roll__participation=participation)


def calls_to_determine(process: Process, at: datetime) -> QuerySet[Call]:
    """The calls that have closed, by the clock or on the record, and are not determined."""
    closed = Q(state=CallState.CLOSED) | Q(~_superseded(), state=CallState.OPENED, closes_at__lte=at)
    return calls(process).exclude(asking=Asking.STRAW_POLL).filter(closed)


def sealed_calls(version: Version) -> QuerySet[Call]:
    """The calls on a version with answers that are still under seal."""
    sealed = SealedPosition.objects.filter(call=OuterRef("pk"), is_opened=False)
    return Call.objects.filter(Exists(sealed), version=version).select_related("process", "version", "clause_text")


def unsettled_calls(at: datetime) -> QuerySet[Call]:
    """The calls that ended by the clock or by a newer text while nobody wrote it down; told processes settle theirs."""
    told = Q(process__source_hash__isnull=False, process__told_until__isnull=True)
    ended = Q(_superseded()) | Q(closes_at__lte=at)
    return Call.objects.filter(ended, state=CallState.OPENED).exclude(told).order_by("closes_at", "pk")


def texts(call: Call) -> QuerySet[ClauseText]:
    """The exact text that is asked about: one clause, or all of the version in order."""
    rows = ClauseText.objects.filter(version=call.version_id).select_related("clause").order_by("position")
    return rows if call.clause_text_id is None else rows.filter(pk=call.clause_text_id)


def options(call: Call) -> list[Option]:
    """The answers that a call offers, in the order of the ladder, each with what it means in this call."""
    by_stance = {each.stance: each for each in call.options.all()}
    return [by_stance[stance] for stance in Stance if stance in by_stance]


def find_changes(call: Call) -> VersionRedline | None:
    """What changed in that text since the version before; None when there is no version before."""
    earlier = Version.objects.filter(document=call.version.document_id, number__lt=call.version.number)
    before = earlier.order_by("-number").first()
    if before is None:
        return None
    old = before.texts.select_related("clause").order_by("position")
    if call.clause_text is not None:
        old = old.filter(clause=call.clause_text.clause_id)
    return compare([_clause(each) for each in old], [_clause(each) for each in texts(call)])


def find_newest_text(call: Call) -> tuple[Version, ClauseText | None]:
    """The newest version of the call's document, and the call's clause in it; None where it asks of all, or is gone."""
    version = call.version.document.versions.select_related("document").latest("number")
    if call.clause_text is None:
        return version, None
    return version, version.texts.select_related("clause").filter(clause=call.clause_text.clause_id).first()


def _clause(text: ClauseText) -> Clause:
    return Clause(text.clause.key, text.number, text.heading, text.markdown, text.tree)
