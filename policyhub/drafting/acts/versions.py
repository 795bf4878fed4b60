"""Publishing versions: immutable, numbered, named by their hash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import NamedTuple

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import NotPossible, Reason, check, require
from policyhub.core.locks import hold
from policyhub.core.text import canonical_line, optional_text, text_hash
from policyhub.core.tree import Node, to_tree
from policyhub.drafting.acts.speaking import hold_voice
from policyhub.drafting.importing import plan_import
from policyhub.drafting.models import Clause, ClauseText, Document, Version
from policyhub.drafting.permissions import can_publish_version
from policyhub.drafting.queries import find_newest_version
from policyhub.drafting.rules import ClauseDraft, clause_text, name_of, next_key, number_clauses, problems, whole_text
from policyhub.participation.acts.groups import over
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


class Written(NamedTuple):
    """A clause in its canonical form, with its tree."""

    draft: ClauseDraft
    tree: list[Node]


@transaction.atomic
def publish_version(
    *,
    actor: User,
    document: Document,
    clauses: Sequence[tuple[str | None, int, str, str]],
    note: str = "",
    base_hash: str | None = None,
    at: datetime,
) -> Entry:
    """The document has a new version that never changes; a clause is (key or None, level, heading, Markdown).

    A clause keeps its key in every version; one without a key gets the next: c1, c2, … The version's hash is taken
    over `rules.whole_text`. `base_hash` names the version that was edited: refused when a newer one exists.
    """
    document = hold(document, for_change=True)
    voice = hold_voice(actor, document.process, document.owner, document.group)
    require(can_publish_version(actor, document))
    newest = find_newest_version(document)
    drafts = [ClauseDraft(*each) for each in clauses]
    known = list(document.clauses.values_list("key", flat=True))
    check(voice.voiceless(at), _closed(document), _stale(newest, base_hash), *problems(drafts, known))
    written = _read(drafts)
    hashed = text_hash(whole_text([each.draft for each in written]))
    check(_unchanged(newest, hashed))
    version = Version.objects.create(
        document=document,
        number=newest.number + 1 if newest else 1,
        note=optional_text(note, what="note", field="note"),
        text_hash=hashed,
        published_at=at,
        author=actor,
    )
    _store(version, written, known)
    return append(
        Kind.VERSION_PUBLISHED,
        actor=actor,
        role=voice.role,
        organization=voice.organization,
        process=document.process,
        subject=document.subject,
        body={
            "version": version.number,
            "text_hash": hashed,
            "clauses": len(drafts),
            "note_hash": text_hash(version.note) if version.note else None,
        },
        at=at,
    )


@transaction.atomic
def import_version(
    *,
    actor: User,
    document: Document,
    markdown: str,
    note: str = "",
    base_hash: str | None = None,
    at: datetime,
) -> Entry:
    """The Markdown's headings are the clauses of a new version; clauses that the document knows keep their keys."""
    document = hold(document, for_change=True)
    require(can_publish_version(actor, document))
    plan = plan_import(document, markdown)
    return publish_version(actor=actor, document=document, clauses=plan.clauses, note=note, base_hash=base_hash, at=at)


def _closed(document: Document) -> Reason | None:
    return over(document.group) if document.group is not None else None


def _stale(newest: Version | None, read_hash: str | None) -> Reason | None:
    """The reason when somebody read another text than the newest; None also when no text was named."""
    if read_hash is None or read_hash == (newest.text_hash if newest else ""):
        return None
    now = f"Version {newest.number} is the newest now." if newest else "It has no version yet."
    return Reason("text_changed", f"The document changed since you read it. {now} Read it, then send again.")


def _unchanged(newest: Version | None, hashed: str) -> Reason | None:
    if newest is None or newest.text_hash != hashed:
        return None
    return Reason("unchanged", f"Nothing differs from version {newest.number}, so there is no new version.")


def _read(drafts: Sequence[ClauseDraft]) -> list[Written]:
    found: list[Written] = []
    reasons: list[Reason] = []
    for index, draft in enumerate(drafts):
        try:
            found.append(_read_clause(draft, index))
        except NotPossible as refusal:
            for each in refusal.reasons:
                sentence = f"{name_of(draft, index)}: {each.sentence}"
                reasons.append(Reason(each.code, sentence, each.field or f"{index}-markdown"))
    check(*reasons)
    return found


def _read_clause(draft: ClauseDraft, index: int) -> Written:
    heading = canonical_line(draft.heading, what="heading", field=f"{index}-heading")
    markdown = optional_text(draft.markdown, what="clause")
    return Written(draft._replace(heading=heading, markdown=markdown), to_tree(markdown))


def _store(version: Version, written: Sequence[Written], known: Sequence[str]) -> None:
    document, drafts = version.document, [each.draft for each in written]
    keys = _keys(drafts, known)
    Clause.objects.bulk_create(Clause(document=document, key=key) for key in keys if key not in known)
    clauses = {clause.key: clause for clause in document.clauses.all()}
    numbers = number_clauses([draft.level for draft in drafts])
    ClauseText.objects.bulk_create(
        ClauseText(
            version=version,
            clause=clauses[key],
            position=position,
            level=each.draft.level,
            number=number,
            heading=each.draft.heading,
            markdown=each.draft.markdown,
            tree=each.tree,
            text_hash=text_hash(clause_text(each.draft.heading, each.draft.markdown)),
        )
        for position, (each, key, number) in enumerate(zip(written, keys, numbers, strict=True), start=1)
    )


def _keys(drafts: Sequence[ClauseDraft], known: Sequence[str]) -> list[str]:
    new = count(next_key(known))
    return [draft.key or f"c{next(new)}" for draft in drafts]
