"""What the rulebook refuses: a rule or a ballot that cannot be judged. Every message is one sentence for people."""

from __future__ import annotations


class RulebookError(ValueError):
    """What was given cannot be judged; the message says why in one sentence."""


class RuleError(RulebookError):
    """The rule is unknown or says something the rule language cannot express."""


class BallotError(RulebookError):
    """The roster, the positions or what goes with them contradict each other or the rule."""
