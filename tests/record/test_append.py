"""Appending: order, time, keys, refusals, and what the serving role may not do."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from policyhub.accounts.models import User
from policyhub.core.canonical import NotCanonical, canonical, parse
from policyhub.core.errors import NotPossible
from policyhub.core.ids import uuid7
from policyhub.record.acts import append, follow
from policyhub.record.idempotency import perform_once
from policyhub.record.kinds import FIELDS, Kind
from policyhub.record.models import Entry, Head, Key, Secret
from policyhub.record.queries import now, root_at, size
from policyhub.record.tree import leaf_hash, root_of
from policyhub.record.verifying import Fault, Row, verify
from tests.factories.participation import make_person

pytestmark = pytest.mark.odd_entries

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


def allow(actor: User, **changes: Any) -> Entry:
    """An entry of the site, the simplest there is."""
    arguments: dict[str, Any] = {
        "actor": actor,
        "role": "operator",
        "process": None,
        "subject": "site",
        "body": {"person": "somebody"},
        "at": now(),
    }
    return append(Kind.CONVENING_ALLOWED, **{**arguments, **changes})


@pytest.fixture
def person(db: None) -> User:
    return make_person("operator@example.org")


def rows() -> list[Row]:
    return [Row(e.index, bytes(e.leaf), bytes(e.leaf_hash)) for e in Entry.objects.order_by("index")]


def test_leaf_is_canonical_and_hashed_by_the_database(person: User) -> None:
    entry = allow(person)
    stored = Entry.objects.get(index=entry.index)
    assert bytes(stored.leaf) == canonical(stored.content)
    assert bytes(stored.leaf_hash) == leaf_hash(bytes(stored.leaf))
    assert bytes(stored.leaf) == bytes(entry.leaf)


def test_index_and_counter_have_no_gap_even_after_a_rollback(person: User) -> None:
    allow(person)
    with pytest.raises(RuntimeError), transaction.atomic():
        allow(person)
        raise RuntimeError
    allow(person)
    assert [(e.index, e.n) for e in Entry.objects.order_by("index")] == [(0, 1), (1, 2)]
    assert size() == 2


def test_root_covers_every_leaf(person: User) -> None:
    entries = [allow(person) for _ in range(5)]
    assert root_at(3) == root_of(bytes(e.leaf_hash) for e in entries[:3])


def test_person_is_committed_to_and_never_named(person: User) -> None:
    entry = allow(person)
    secret = Secret.objects.get(commit=entry.actor["person"])
    assert secret.person == person.pk
    assert b"operator@example.org" not in bytes(entry.leaf)


def test_past_the_closing_time_nothing_is_appended(person: User) -> None:
    with pytest.raises(NotPossible, match="closing time"), transaction.atomic():
        allow(person, not_after=now() - timedelta(microseconds=1))
    assert size() == 0


def test_a_body_that_is_not_of_its_kind_is_a_bug(person: User) -> None:
    with pytest.raises(ValueError, match=r"convening\.allowed lacks person"):
        allow(person, body={})


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO record_leaf SELECT * FROM record_leaf",
        "UPDATE record_leaf SET subject = 'x'",
        "DELETE FROM record_leaf",
        "TRUNCATE record_leaf",
        "UPDATE record_head SET size = 0",
        "DELETE FROM record_head",
        "ALTER TABLE record_leaf DISABLE TRIGGER ALL",
        "UPDATE record_secret SET salt = ''",
        "UPDATE record_key SET request_hash = ''",
        "SET session_replication_role = replica",
    ],
)
def test_serving_role_can_only_append(person: User, statement: str) -> None:
    allow(person)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(("subject", "actor"), [('a","x":"', "{}"), ("site", "[]"), ("site", '{"a":1},"b":{')])
def test_parts_that_would_forge_a_leaf_are_refused(db: None, subject: str, actor: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT record_append(%s, '{}', %s, %s, 'convening.allowed', NULL)", [actor, uuid7(), subject])


def once(person: User, key: str = "k", request: str = "r") -> Entry:
    return perform_once(principal=f"user/{person.pk}", key=key, request_hash=request, act=lambda: allow(person))


def test_a_repeat_is_answered_from_the_entry(person: User) -> None:
    assert once(person).index == once(person).index
    assert (size(), Key.objects.count()) == (1, 1)


def test_a_key_of_another_request_is_refused(person: User) -> None:
    once(person)
    with pytest.raises(NotPossible, match="another request"):
        once(person, request="other")
    assert size() == 1


def test_a_refused_act_leaves_its_key_unused(person: User) -> None:
    def refused() -> Entry:
        allow(person)
        return allow(person, not_after=now())

    with pytest.raises(NotPossible):
        perform_once(principal="p", key="k", request_hash="r", act=refused)
    assert (size(), Key.objects.count()) == (0, 0)


def test_keys_of_two_people_do_not_meet(person: User) -> None:
    other = make_person("other@example.org")
    assert once(person).index != once(other).index


def test_the_same_key_at_once_is_one_act(own_database: str) -> None:
    person = make_person("operator@example.org")
    seen: list[int] = []

    def send() -> None:
        try:
            seen.append(once(person).index)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen, size()) == ([0] * 6, 1)


def test_concurrent_appends_have_one_order(own_database: str) -> None:
    person = make_person("operator@example.org")

    def send() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    allow(person)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(rows())
    assert (found.size, found.fault) == (40, None)


def test_a_follower_reads_each_entry_once_and_in_order(person: User) -> None:
    for _ in range(3):
        allow(person)
    seen: list[int] = []
    assert follow("somebody", lambda entry: seen.append(entry.index), limit=2) == 2
    assert follow("somebody", lambda entry: seen.append(entry.index)) == 1
    assert follow("somebody", lambda entry: seen.append(entry.index)) == 0
    assert seen == [0, 1, 2]


def test_a_follower_that_fails_reads_again(person: User) -> None:
    allow(person)

    def fail(entry: Entry) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        follow("somebody", fail)
    seen: list[int] = []
    follow("somebody", lambda entry: seen.append(entry.index))
    assert seen == [0]


def test_clean_record_verifies(person: User) -> None:
    for _ in range(4):
        allow(person)
    found = verify(rows())
    assert (found.size, found.root, found.fault) == (4, root_at(4), None)


@pytest.mark.parametrize("position", range(3))
def test_every_changed_byte_is_found_with_its_index(person: User, position: int) -> None:
    for _ in range(3):
        allow(person)
    kept = rows()
    for place in range(0, len(kept[position].leaf), 7):
        forged = bytearray(kept[position].leaf)
        forged[place] ^= 1
        changed = [*kept]
        changed[position] = Row(position, bytes(forged), leaf_hash(bytes(forged)))
        found = verify(changed)
        assert found.root != root_at(3) or found.fault == Fault(position, found.fault.sentence if found.fault else "")


def test_a_missing_a_doubled_and_a_swapped_leaf_are_found(person: User) -> None:
    for _ in range(4):
        allow(person)
    kept = rows()
    renumbered = [Row(number, row.leaf, row.leaf_hash) for number, row in enumerate([kept[0], kept[2], kept[3]])]
    doubled = [Row(number, row.leaf, row.leaf_hash) for number, row in enumerate([kept[0], kept[0]])]
    swapped = [Row(number, row.leaf, row.leaf_hash) for number, row in enumerate([kept[1], kept[0]])]
    faults = [verify(each).fault for each in (renumbered, doubled, swapped, [kept[0], kept[3]])]
    assert [fault.index if fault else None for fault in faults] == [1, 1, 0, 1]


def test_every_kind_says_its_fields() -> None:
    assert set(FIELDS) == set(Kind)


def test_head_and_leaves_agree(person: User) -> None:
    allow(person)
    assert Head.objects.get(log_id=1).size == Entry.objects.count() == 1


def append_bytes(actor: str, body: str) -> None:
    """What a door with the serving role's password could send, past all of our code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_append(%s, %s, %s, 'site', 'a.b', null)", [actor, body, uuid7()])


@pytest.mark.parametrize(
    "body",
    [
        '{"a":1,"a":2}',
        '{"a":1 }',
        '{ "a":1}',
        '{"b":1,"a":2}',
        '{"a":1.0}',
        '{"a":1e3}',
        '{"a":12345678901234567}',
        '{"a":"\\u00e9"}',
        '{"a":[1, 2]}',
        '{"a":{"z":1,"b":2}}',
        '{"a":{"b":1,"b":1}}',
        '{"a":-0}',
        "[]",
        '"a"',
    ],
)
def test_database_refuses_what_is_not_canonical_whoever_sends_it(db: None, body: str) -> None:
    before = size()
    for actor, sent in (("{}", body), (body, "{}")):
        with pytest.raises(DatabaseError), transaction.atomic():
            append_bytes(actor, sent)
    assert size() == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
        lambda values: st.lists(values, max_size=3) | st.dictionaries(KEYS, values, max_size=3),
        max_leaves=12,
    )
)
def test_database_takes_whatever_is_canonical(db: None, value: Any) -> None:
    try:
        body = canonical({"a": value}, depth=2).decode()
    except NotCanonical:
        assume(False)
    before = size()
    append_bytes("{}", body)
    assert size() == before + 1


BROKEN = {
    "[]": "the outermost value must be an object",
    '{"a":"\\u0007"}': "a string holds a control character or a bidi control",
    '{"a":"\\n"}': "a string holds a control character or a bidi control",
    '{"a":"\u202e"}': "a string holds a control character or a bidi control",
    '{"a":"e\u0301"}': "a string is not in NFC",
    '{"A":1}': "a key is not of the allowed form",
    '{"a":{"b c":1}}': "a key is not of the allowed form",
    '{"a":1.5}': "a number is not whole",
    '{"a":9007199254740992}': "a number is beyond 2^53-1",
    '{"a":-9007199254740992}': "a number is beyond 2^53-1",
    '{"a":[[[[[[[[1]]]]]]]]}': "nested deeper than 8 levels",
    '{"b":1,"a":2}': "the bytes are not the canonical form of their content",
    '{"a":"\\u00e9"}': "the bytes are not the canonical form of their content",
}


@pytest.mark.parametrize("sent", sorted(BROKEN))
def test_database_names_the_rule_that_is_broken_and_so_do_we(db: None, sent: str) -> None:
    for actor, body, part in (("{}", sent, "body"), (sent, "{}", "actor")):
        said = re.escape(f"not the {part} of an entry: {BROKEN[sent]}")
        with pytest.raises(DatabaseError, match=said), transaction.atomic():
            append_bytes(actor, body)
    with pytest.raises(NotCanonical):
        parse((sent if sent == "[]" else f'{{"body":{sent}}}').encode())


@pytest.mark.parametrize("good", ['{"a":9007199254740991}', '{"a":-9007199254740991}', '{"a":"C:\\\\n"}', '{"a":"é"}'])
def test_database_takes_the_last_value_before_a_rule_is_broken(db: None, good: str) -> None:
    append_bytes("{}", good)
    assert bytes(Entry.objects.get().leaf).startswith(b'{"actor":{},"at":"')
    assert parse(f'{{"body":{good}}}'.encode())


@pytest.mark.parametrize("strange", [uuid.uuid4(), uuid.UUID("01980000-0000-7000-8000-000000000001")])
def test_id_of_another_kind_or_another_time_is_refused_in_a_sentence(
    person: User, monkeypatch: pytest.MonkeyPatch, strange: uuid.UUID
) -> None:
    monkeypatch.setattr("policyhub.record.acts.uuid7", lambda: strange)
    apart = "the clocks of the site and of its database are more than a day apart"
    with pytest.raises(NotPossible, match=apart), transaction.atomic():
        allow(person)
    assert size() == 0
