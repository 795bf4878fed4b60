"""Commitments: kept, told later on the record itself, and checked from leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyhub.core.canonical import canonical
from policyhub.record.acts import append, commit_payload
from policyhub.record.commitments import MOST_REVEALED, check_revealed, commit, opened, opening
from policyhub.record.kinds import Kind
from policyhub.record.models import Secret
from policyhub.record.queries import leaves_of, now, reveal
from policyhub.record.verifying import verify
from tests.factories.participation import make_person
from tests.record.test_append import rows

VECTOR = json.loads((Path(__file__).parents[1] / "data" / "record-vectors.json").read_text())["commit"]
WORDS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=40)
PAYLOADS = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), WORDS | st.integers(-99, 99))
SEALED = {"choice": "object", "reason": "The scope is too wide – see §4."}


def of_vector() -> tuple[str, str, dict[str, Any]]:
    return f"commit:{VECTOR['commit']}", VECTOR["salt"], json.loads(VECTOR["payload"])


def test_published_vector_is_opened() -> None:
    commitment, salt, payload = of_vector()
    assert opened(bytes.fromhex(salt), VECTOR["payload"].encode()) == commitment
    assert check_revealed(commitment, salt, payload) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"salt": "ff" * 32}, "the salt and the payload do not open the commitment"),
        ({"salt": "0001"}, "the salt is not 64 hexadecimal digits"),
        ({"salt": VECTOR["salt"].upper()}, "the salt is not 64 hexadecimal digits"),
        ({"salt": None}, "the salt is not 64 hexadecimal digits"),
        ({"payload": {"choice": "support"}}, "the salt and the payload do not open the commitment"),
        ({"payload": "object"}, "the payload is not an object"),
        ({"payload": {"share": 0.5}}, "the payload is not canonical: a float is not allowed; use integers, strings, "),
        ({"commitment": "commit:" + "0" * 64}, "the salt and the payload do not open the commitment"),
        ({"commitment": VECTOR["commit"]}, "the commitment is not `commit:` and 64 hexadecimal digits"),
        ({"commitment": None}, "the commitment is not `commit:` and 64 hexadecimal digits"),
    ],
)
def test_what_does_not_open_is_refused_with_its_reason(changes: dict[str, Any], problem: str) -> None:
    commitment, salt, payload = of_vector()
    said = {"commitment": commitment, "salt": salt, "payload": payload, **changes}
    found = check_revealed(said["commitment"], said["salt"], said["payload"])
    assert found is not None
    assert found[: len(problem)] == problem


@given(PAYLOADS)
def test_every_opening_opens_its_commitment_and_no_other(payload: dict[str, Any]) -> None:
    made, other = commit(payload), commit(payload)
    told = opening(made.salt, made.payload)
    assert (told["payload"], check_revealed(made.text, told["salt"], told["payload"])) == (payload, None)
    assert check_revealed(other.text, told["salt"], told["payload"]) is not None


@given(PAYLOADS, PAYLOADS)
def test_a_commitment_opens_for_one_payload(payload: dict[str, Any], other: dict[str, Any]) -> None:
    made = commit(payload)
    opens = check_revealed(made.text, made.salt.hex(), other) is None
    assert opens == (canonical(payload) == canonical(other))


@pytest.mark.django_db
def test_what_was_sealed_in_one_entry_is_revealed_by_a_later_one_and_checked_from_the_leaves() -> None:
    operator = make_person("operator@example.org", is_operator=True)
    commitment = commit_payload(SEALED)
    for body in ({"person": commitment}, {"person": reveal(commitment)}):
        append(
            Kind.CONVENING_ALLOWED, actor=operator, role="operator", process=None, subject="site", body=body, at=now()
        )
    sealed, told = (json.loads(leaf)["body"]["person"] for leaf in leaves_of(0, 2))
    assert check_revealed(sealed, told["salt"], told["payload"]) is None
    assert (told["payload"], verify(rows()).fault) == (SEALED, None)


@pytest.mark.django_db
def test_what_was_erased_is_never_revealed() -> None:
    person = make_person("somebody@example.org")
    commitment = commit_payload(SEALED, person=person)
    Secret.objects.filter(person=person.pk).delete()
    with pytest.raises(Secret.DoesNotExist):
        reveal(commitment)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({"text": "x" * MOST_REVEALED}, "bytes are more than"),
        ({"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}, "nested deeper than 8 levels"),
        ({"text": "a\u202eb"}, "a bidi control"),
    ],
)
def test_what_no_entry_could_reveal_is_not_committed_to(payload: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        commit_payload(payload)
    assert Secret.objects.count() == 0
