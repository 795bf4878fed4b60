"""The parts of a process that an organization can leave alone: its texts."""

from __future__ import annotations

from policyhub.drafting.models import Document
from policyhub.drafting.queries import documents_of
from policyhub.participation.models import Participation
from policyhub.participation.queries import stepped_out


def parts_to_leave(participation: Participation) -> list[Document]:
    """The texts of the process that this organization has not stepped out of."""
    out = set(stepped_out(participation).values_list("scope", flat=True))
    return [document for document in documents_of(participation.process) if document.subject not in out]
