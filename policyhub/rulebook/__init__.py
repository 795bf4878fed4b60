"""Decision rules as data, and the tally: pure functions of a rule, a roster and positions, in exact arithmetic."""

from __future__ import annotations

from .asking import OPTIONS, Asking, leaves_to_chair
from .ballot import Ballot, Issue, IssueStatus, Treatment
from .binding import judged_by_time, with_balance
from .counting import Counts, Tallied, count_ballot
from .describe import describe
from .errors import BallotError, RulebookError, RuleError
from .judgement import Label, Verdict
from .judging import Condition, RuleTest, balance
from .language import PRESETS, preset
from .measure import Measure, needed
from .roster import Group, Position, Seat, merge
from .rule import Base, Rule, Stance
from .straw import POLL_RULE, StrawPoll, Temperature, straw_poll
from .tallying import Outcome, tally
from .usable import classes_of, unusable
from .voices import Link, voices_of

__all__ = [
    "OPTIONS",
    "POLL_RULE",
    "PRESETS",
    "Asking",
    "Ballot",
    "BallotError",
    "Base",
    "Condition",
    "Counts",
    "Group",
    "Issue",
    "IssueStatus",
    "Label",
    "Link",
    "Measure",
    "Outcome",
    "Position",
    "Rule",
    "RuleError",
    "RuleTest",
    "RulebookError",
    "Seat",
    "Stance",
    "StrawPoll",
    "Tallied",
    "Temperature",
    "Treatment",
    "Verdict",
    "balance",
    "classes_of",
    "count_ballot",
    "describe",
    "judged_by_time",
    "leaves_to_chair",
    "merge",
    "needed",
    "preset",
    "straw_poll",
    "tally",
    "unusable",
    "voices_of",
    "with_balance",
]
