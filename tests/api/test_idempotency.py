"""Once, whatever is retried: keys over HTTP."""

from __future__ import annotations

from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from policyhub.participation.models import Point
from policyhub.record.models import Entry, Key
from policyhub.record.queries import now as record_now
from policyhub.record.queries import size
from tests.api.asking import ABSENT, client_of, post
from tests.factories.participation import World, make_world

ADD = "processes/faces/points/add/"
POINT = {"proposition": "Consent comes before identification"}


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


@pytest.mark.parametrize(
    "headers", [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": " "}, {"Idempotency-Key": "k" * 256}]
)
def test_act_without_a_usable_key_is_refused(world: World, headers: dict[str, str]) -> None:
    before = size()
    answer = client_of(world.convener).post(f"/api/v1/{ADD}", POINT, format="json", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"] == "Send an Idempotency-Key header: 1 to 255 characters, new for each act."
    assert (size(), Point.objects.count()) == (before, 0)


def test_longest_key_is_taken(world: World) -> None:
    assert post(world.convener, ADD, POINT, key="k" * 255).status_code == 201


def test_retried_act_answers_as_the_first_time(world: World) -> None:
    answers = [post(world.convener, ADD, POINT, key="once") for _ in range(3)]
    assert [each.status_code for each in answers] == [201] * 3
    assert [each.json() for each in answers] == [answers[0].json()] * 3
    assert {each["ETag"] for each in answers} == {answers[0]["ETag"]}
    assert Point.objects.count() == 1


def test_order_of_fields_does_not_make_another_request(world: World) -> None:
    said = {"function": "facilitator", "email": "facilitator@example.org"}
    turned = dict(reversed(said.items()))
    answers = [post(world.convener, "processes/faces/roles/grant/", body, key="once") for body in (said, turned)]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("path", "body"),
    [(ADD, {"proposition": "Data is deleted after a year"}), ("processes/voices/points/add/", POINT)],
)
def test_key_used_for_another_request_is_refused(world: World, path: str, body: dict[str, Any]) -> None:
    make_world(world.at, slug="voices")
    assert post(world.convener, ADD, POINT, key="once").status_code == 201
    before = size()
    answer = post(world.convener, path, body, key="once")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")
    assert size() == before


def test_keys_of_two_people_are_two_keys(world: World) -> None:
    assert post(world.convener, ADD, POINT, key="once").status_code == 201
    other = post(world.chair, ADD, {"proposition": "Data is deleted after a year"}, key="once")
    assert (other.status_code, Point.objects.count()) == (201, 2)


def test_nobody_learns_what_anothers_key_answered(world: World) -> None:
    assert post(world.convener, ADD, POINT, key="once").status_code == 201
    assert post(world.outsider, ADD, POINT, key="once").json() == ABSENT


def test_refused_act_leaves_its_key_unused(world: World) -> None:
    assert post(world.outsider, ADD, POINT, key="once").status_code == 404
    assert post(world.convener, ADD, {"proposition": " "}, key="once").status_code == 400
    assert not Key.objects.exists()
    assert post(world.convener, ADD, POINT, key="once").status_code == 201


def test_private_preparations_need_no_key(world: World) -> None:
    world.join("Harbor Tenants Union", "advocacy")
    path = "/api/v1/processes/faces/organizations/harbor-tenants-union/statements/draft/"
    said = {"kind": "joint", "title": "Together", "text": "We say so."}
    assert client_of(world.leads["harbor-tenants-union"]).post(path, said, format="json").status_code == 201


def test_requests_with_one_key_at_the_same_time_are_one_act(own_database: str) -> None:
    world = make_world(record_now())
    barrier, answers = Barrier(4), []

    def send(client: APIClient) -> None:
        barrier.wait()
        answers.append(client.post(f"/api/v1/{ADD}", POINT, format="json", headers={"Idempotency-Key": "once"}))
        connection.close()

    threads = [Thread(target=send, args=[client_of(world.convener)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.status_code for each in answers] == [201] * 4
    assert [each.json() for each in answers] == [answers[0].json()] * 4
    assert (Point.objects.count(), Entry.objects.of_subject("point/faces/1").count()) == (1, 1)
