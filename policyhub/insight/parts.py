"""The parts of a process that an organization can leave alone: its texts, and the groups that it is in."""

from __future__ import annotations

from policyhub.drafting.models import Document
from policyhub.drafting.queries import documents_of
from policyhub.participation.models import Group, Participation
from policyhub.participation.queries import groups_of, stepped_out


def parts_to_leave(participation: Participation) -> list[Document | Group]:
    """The groups that this organization is in, and the texts of the process that it has not stepped out of."""
    out = set(stepped_out(participation).values_list("scope", flat=True))
    texts = [document for document in documents_of(participation.process) if document.subject not in out]
    return [*groups_of(participation), *texts]
