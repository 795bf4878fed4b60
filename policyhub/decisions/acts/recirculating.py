"""Recirculation: a text is put to the table again with the objections that stand and what was changed for them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse
from policyhub.core.locks import hold
from policyhub.core.text import canonical_text
from policyhub.decisions.acts.asking import Question, append_opened, hold_process, put
from policyhub.decisions.models import Call
from policyhub.decisions.queries import find_newest_text, standing_objections
from policyhub.decisions.rules import Asking, CallState, Stance
from policyhub.record.models import Entry


@transaction.atomic
def recirculate_call(*, actor: User, call: Call, closes_at: datetime, reason: str, at: datetime) -> Entry:
    """The newest text is put to the table again, so that everybody who saw the objections can think again.

    Everybody answers anew: what was said of the text before is not taken for an answer to this one.
    """
    hold_process(actor, call.process)
    hold(call.version.document)
    call = hold(call)
    check(_not_determined(call), _done_before(call))
    asked = _question(call, closes_at)
    check(_nothing_to_see(call, asked))
    again = Call(recirculates=call, reason=canonical_text(reason, what="reason", field="reason"))
    return append_opened(actor, put(actor, call.process, Asking(call.asking), asked, at, again), at)


def _question(call: Call, closes_at: datetime) -> Question:
    """The same question, with the same meanings, about the newest text."""
    version, clause_text = find_newest_text(call)
    if call.clause_text is not None and clause_text is None:
        raise refuse("clause_gone", f"The clause that {call} was about is not in {version} any more.")
    meanings = {Stance(each.stance): each.meaning for each in call.options.all()}
    return Question(call.question, version, clause_text, closes_at, meanings)


def _not_determined(call: Call) -> Reason | None:
    if call.is_poll:
        return Reason("poll", "A straw poll decides nothing: ask again with another one.")
    if call.state != CallState.DETERMINED:
        return Reason("not_determined", f"{call} is not determined. Determine it first.")
    return None


def _done_before(call: Call) -> Reason | None:
    again = call.recirculated_by.order_by("number").first()
    return Reason("recirculated", f"{call} was recirculated as {again}.") if again is not None else None


def _nothing_to_see(call: Call, asked: Question) -> Reason | None:
    """A recirculation shows objections that stand, or a changed text; without either it is asking again."""
    if asked.text_hash != call.text_hash or standing_objections(call.process).filter(call=call).exists():
        return None
    return Reason(
        "unchanged", f"No objection stands on {call} and its text is unchanged. There is nothing to think over again."
    )
