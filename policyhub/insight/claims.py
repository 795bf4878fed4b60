"""What sources say of an archive's process: gathered by question, those that disagree side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from policyhub.participation.models import Claim, Process
from policyhub.participation.rules import ClaimMark
from policyhub.record.models import Entry

UNKNOWN_WORDS = {
    "admission": "when it was admitted",
    "category": "its own word for its interest",
    "charter": "any charter",
    "duration": "for how long",
    "notice": "the notice",
    "representatives": "who spoke for it",
    "text": "the exact text here",
    "time": "the hour",
}


@dataclass
class Question:
    """One question and every claim that sources make of it, oldest first."""

    topic: str
    claims: list[Claim] = field(default_factory=list)

    @property
    def is_disputed(self) -> bool:
        return any(claim.mark == ClaimMark.DISPUTED for claim in self.claims)


def questions(process: Process) -> list[Question]:
    """The questions in the order in which they were first asked."""
    found: dict[str, Question] = {}
    for claim in process.claims.order_by("number"):
        found.setdefault(claim.topic, Question(claim.topic)).claims.append(claim)
    return list(found.values())


def reports(process: Process) -> dict[str, dict[str, list[str]]]:
    """Where each thing of an archive is told, and what of it is unknown, from all entries about its subject."""
    if not process.is_archive:
        return {}
    found: dict[str, dict[str, dict[str, None]]] = {}
    for entry in Entry.objects.of_process(process.slug).order_by("index"):
        told = entry.body.get("reported", {"sources": [], "unknown": []})
        about = found.setdefault(entry.subject, {"sources": {}, "unknown": {}})
        about["sources"].update(dict.fromkeys(told["sources"]))
        about["unknown"].update(dict.fromkeys(UNKNOWN_WORDS.get(each, each) for each in told["unknown"]))
    return {subject: {name: list(said) for name, said in about.items()} for subject, about in found.items()}
