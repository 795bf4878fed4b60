"""`issue_token`: a token for scripts, or one sentence."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from policyhub.accounts.models import Token
from policyhub.accounts.queries import find_token
from tests.factories.participation import make_person

pytestmark = pytest.mark.django_db


def test_issue_token_prints_the_secret_alone(now: datetime) -> None:
    user, out = make_person("somebody@example.org"), StringIO()
    call_command("issue_token", "Somebody@example.org", "--name", "export", stdout=out)
    token = find_token(out.getvalue().strip(), at=now)
    assert token is not None
    assert (token.user, token.name) == (user, "export")


@pytest.mark.parametrize("name", ["n" * 81, "nightly\u202eexport", " "])
def test_issue_token_under_a_name_that_cannot_be_taken_is_bad_input(name: str) -> None:
    make_person("somebody@example.org")
    with pytest.raises(CommandError, match=r"This name ") as error:
        call_command("issue_token", "somebody@example.org", "--name", name)
    assert (error.value.returncode, Token.objects.count()) == (2, 0)


def test_issue_token_for_nobody_is_bad_input() -> None:
    with pytest.raises(CommandError, match=r"Nobody signs in with nobody@example\.org\.") as error:
        call_command("issue_token", "nobody@example.org")
    assert error.value.returncode == 2
