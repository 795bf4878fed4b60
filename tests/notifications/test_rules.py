"""Which kinds have a letter, and when one that failed is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from policyhub.notifications.rules import AUDIENCES, LONGEST_WAIT, MAX_ATTEMPTS, retry_at

AT = datetime(2026, 7, 9, tzinfo=UTC)
EMAILS = Path(settings.BASE_DIR) / "templates" / "email"


def test_every_kind_that_is_told_has_its_three_templates_and_no_other_kind_has_any() -> None:
    layouts = {"base.txt", "base.html", "notice.txt", "notice.html"}
    wanted = {f"{kind}.{form}" for kind in AUDIENCES for form in ("subject.txt", "txt", "html")}
    assert {path.name for path in EMAILS.iterdir()} - layouts == wanted


@given(st.integers(min_value=1, max_value=MAX_ATTEMPTS - 1))
def test_retry_waits_longer_each_time_and_never_too_long(attempts: int) -> None:
    again, before = retry_at(attempts, AT), retry_at(attempts - 1, AT)
    assert again is not None
    assert before is not None
    assert timedelta(minutes=2) <= again - AT <= LONGEST_WAIT
    assert again - before == min(timedelta(minutes=2**attempts), LONGEST_WAIT) - (before - AT)


def test_retry_ends() -> None:
    assert retry_at(MAX_ATTEMPTS, AT) is None
