"""A version's clauses with their margins: what was decided on each, what is objected to, what is said about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from policyhub.core.html import to_html
from policyhub.decisions.models import Call, Objection
from policyhub.decisions.queries import calls, standing_objections
from policyhub.decisions.rules import CallState
from policyhub.drafting.models import ClauseText, Comment, Version
from policyhub.drafting.queries import comments_on, texts
from policyhub.portal.results import Result, result


def clauses_of(shown: Version, at: datetime) -> list[dict[str, Any]]:
    """Every clause in its order, with the calls on it, the objections that stand and the comments."""
    results = [result(call, at) for call in _calls(shown)]
    standing = _standing(shown, [each.call for each in results])
    comments: defaultdict[int, list[Comment]] = defaultdict(list)
    for comment in comments_on(shown):
        comments[comment.text_on_id].append(comment)
    return [
        _clause(
            text,
            decided=next((each for each in results if _is_about(each.call, text)), None),
            objections=sum(_is_about(each.call, text) for each in standing),
            comments=comments[text.pk],
        )
        for text in texts(shown)
    ]


def _calls(shown: Version) -> QuerySet[Call]:
    """The calls on this version, and on single clauses of it as earlier versions had them; newest first."""
    earlier = Q(version__number__lte=shown.number, clause_text__isnull=False)
    asked = calls(shown.document.process).filter(earlier | Q(version=shown), version__document=shown.document)
    return asked.exclude(state=CallState.SUSPENDED).select_related(
        "process", "version__document", "clause_text", "determination"
    )


def _standing(shown: Version, asked: list[Call]) -> list[Objection]:
    process = shown.document.process
    return list(standing_objections(process).filter(call__in=asked).select_related("call__clause_text"))


def _is_about(call: Call, text: ClauseText) -> bool:
    return call.clause_text is not None and call.clause_text.clause_id == text.clause_id


def _clause(
    text: ClauseText, *, decided: Result | None, objections: int, comments: Sequence[Comment]
) -> dict[str, Any]:
    return {
        "anchor": text.clause.key,
        "number": text.number,
        "title": text.heading,
        "html": to_html(text.tree, level=3, prefix=text.clause.key),
        "decided": decided,
        "state": (decided.outcome or decided.state) if decided else "",
        "objections": objections,
        "comments": comments,
    }
