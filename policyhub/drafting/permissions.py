"""Who may do what to documents. Never when: that is a rule."""

from __future__ import annotations

from policyhub.drafting.models import Comment, Document
from policyhub.participation.models import Group, Participation, Process, Requirement
from policyhub.participation.permissions import can_chair, can_edit, can_represent
from policyhub.participation.permissions import can_mark_requirement as can_mark
from policyhub.participation.queries import Person, find_seat_of, is_member, may_take_part


def can_open_document(user: Person, process: Process, owner: Participation | None, group: Group | None = None) -> bool:
    """The editor for the process's own line, an organization's representatives for a competing one.

    For a group's line the editor, and whoever speaks for an organization that is in the group.
    """
    if group is not None:
        seat = find_seat_of(user, process)
        writes = seat is not None and is_member(seat, group) and can_represent(user, seat)
        return group.process_id == process.pk and (writes or can_edit(user, process))
    if owner is None:
        return can_edit(user, process)
    return owner.process_id == process.pk and can_represent(user, owner)


def can_publish_version(user: Person, document: Document) -> bool:
    """Whoever may open a line of the same owner."""
    return can_open_document(user, document.process, document.owner, document.group)


def can_comment(user: Person, process: Process) -> bool:
    """Anybody who is signed in."""
    return may_take_part(user, process)


def can_answer_comment(user: Person, comment: Comment) -> bool:
    """The editor or the chair."""
    return can_edit(user, comment.process) or can_chair(user, comment.process)


def can_mark_requirement(user: Person, requirement: Requirement) -> bool:
    """Its holder's representatives: nobody else says whether a minimum is met."""
    return can_mark(user, requirement)
