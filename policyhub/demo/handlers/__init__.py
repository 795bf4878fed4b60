"""What each act of a process file means: its fields turned into the arguments of the act."""

from __future__ import annotations

from policyhub.demo.handlers import (
    archive,
    belonging,
    decisions,
    drafting,
    groups,
    meetings,
    minutes,
    participation,
    publishing,
    statements,
)
from policyhub.demo.telling import Handler

HANDLERS: dict[str, Handler] = {
    **participation.HANDLERS,
    **belonging.HANDLERS,
    **groups.HANDLERS,
    **drafting.HANDLERS,
    **meetings.HANDLERS,
    **minutes.HANDLERS,
    **decisions.HANDLERS,
    **statements.HANDLERS,
    **publishing.HANDLERS,
    **archive.HANDLERS,
}
