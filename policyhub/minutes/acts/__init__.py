"""The acts of minutes."""

from policyhub.minutes.acts.approval import approve_minutes, publish_minutes
from policyhub.minutes.acts.corrections import accept_correction, decline_correction, propose_correction
from policyhub.minutes.acts.drafts import circulate_minutes, draft_minutes, revise_minutes_draft

__all__ = [
    "accept_correction",
    "approve_minutes",
    "circulate_minutes",
    "decline_correction",
    "draft_minutes",
    "propose_correction",
    "publish_minutes",
    "revise_minutes_draft",
]
