"""What is true after an act on a call, a position or an objection, and what follows from it."""

from __future__ import annotations

from policyhub.record.kinds import Kind

# Names in braces are those of `outcomes.SENTENCES`.
CALL_OUTCOMES: dict[Kind, tuple[str, str]] = {
    Kind.CALL_OPENED: (
        "{name} is open until {until}",
        "Every organization on its roll is told by mail. Nothing of it changes while it is open.",
    ),
    Kind.CALL_SUSPENDED: (
        "{name} is suspended",
        "Nobody answers it now. Let it go on before its time is over, or declare it void.",
    ),
    Kind.CALL_RESUMED: ("{name} goes on until {until}", "Everybody at the table is told by mail."),
    Kind.CALL_VOIDED: (
        "{name} is void",
        "Nothing was decided by it. What was cast openly stays readable; what was sealed stays sealed.",
    ),
    Kind.CALL_CLOSED: ("{name} has closed", "The count is public. The chair determines the result in writing."),
    Kind.CALL_DETERMINED: ("{name} is determined", "The result and the reasons are public, objections beside them."),
    Kind.POSITION_CAST: (
        "Your position is recorded",
        "{organization}: {position}, on {name}. You can change it until {until}.",
    ),
    Kind.POSITION_SEALED: (
        "Your position is recorded, under seal",
        "{organization} has answered {name}: that is all that anybody can see before {until}, the chair too. You can "
        "change it until then.",
    ),
    Kind.POSITION_UNSEALED: ("A sealed position is open", "It is what was committed to."),
    Kind.POSITION_ENTERED: (
        "The position is entered: {position}",
        "Whoever speaks for the organization is told by mail, and can change it until {until}.",
    ),
    Kind.OBJECTION_ANSWERED: ("{name} is answered", "Its holder is told by mail, and alone can lift it."),
    Kind.OBJECTION_LIFTED: ("{name} is lifted", "What it said stays on the record."),
}
