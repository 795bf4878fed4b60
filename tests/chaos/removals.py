"""A mandate that ends while its holder votes: no position stands on the record after the mandate's end.

    REMOVALS=10000 python3 manage.py test tests/chaos/test_removals.py -s

prints how often each came first.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions.acts import cast_position
from policyhub.decisions.models import Call
from policyhub.decisions.rules import Stance
from policyhub.participation import acts
from policyhub.participation.models import Participation, Representative
from policyhub.participation.rules import Mandate
from policyhub.record.models import Entry
from policyhub.record.queries import now
from tests.factories.decisions import make_table

UNION = "faces-union-1"


def play(rounds: int, seed: int) -> Counter[str]:
    """Of so many rounds: how often the vote came first, was refused, and how often it stands after the end."""
    table, dice, found = make_table(now()), random.Random(seed), Counter[str]()
    lead, alternate = table.world.leads[UNION], table.world.alternates[UNION]
    for _ in range(rounds):
        voted, ended = _at_once(
            (lambda: _vote(table.call.pk, alternate, dice.choice(["support", "abstain"])), dice.random() / 250),
            (lambda: _end(lead, alternate), dice.random() / 250),
        )
        found[_judge(voted, ended)] += 1
        acts.name_representative(
            actor=lead, participation=_seat(), email=alternate.email, mandate=Mandate.ALTERNATE, at=now()
        )
    return found


def _judge(voted: Any, ended: Any) -> str:
    if not isinstance(ended, Entry):
        return f"the mandate did not end: {ended}"
    if isinstance(voted, NotAllowed | NotPossible):
        return "refused"
    if not isinstance(voted, Entry):
        return f"neither voted nor refused: {voted!r}"
    return "voted first" if voted.index < ended.index else "wrong: voted after the end"


def _seat() -> Participation:
    return Participation.objects.select_related("process", "organization").get(organization__slug=UNION)


def _vote(call: int, alternate: User, stance: str) -> Entry:
    asked = Call.objects.select_related("process", "version__document", "clause_text").get(pk=call)
    person = User.objects.get(pk=alternate.pk)
    return cast_position(actor=person, call=asked, stance=Stance(stance), text_hash=asked.text_hash, at=now())


def _end(lead: User, alternate: User) -> Entry:
    mandate = Representative.objects.select_related("participation__process", "participation__organization", "user")
    held = mandate.get(participation=_seat(), user=alternate, until__isnull=True)
    return acts.end_representative(actor=lead, representative=held, at=now())


def _at_once(*jobs: tuple[Callable[[], Any], float]) -> list[Any]:
    """What each job returned or the refusal it met; they start together, each after its own short wait."""
    ready, results = threading.Barrier(len(jobs)), list[Any]([None] * len(jobs))

    def run(place: int, job: Callable[[], Any], wait: float) -> None:
        ready.wait()
        time.sleep(wait)
        try:
            results[place] = job()
        except (NotAllowed, NotPossible) as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, *job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def is_right(found: Counter[str]) -> bool:
    """Whether every round ended in a vote before the end or in a refusal."""
    return set(found) <= {"voted first", "refused"}
