"""Every address of the project has a row here: what nobody, and somebody without any function, finds at it.

A route without a row fails, and so does a row without a route.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from policyhub.accounts.models import User
from policyhub.core.middleware import PERSONAL
from policyhub.participation import acts
from policyhub.record.queries import now
from tests.web.asking import signed_in
from tests.web.everything import Everything, fingerprint, make_everything, routes
from tests.web.markup import Markup


@dataclass(frozen=True)
class Row:
    """The statuses of GET and of an empty POST: without an account, and for somebody without any function."""

    nobody: tuple[int, int]
    outsider: tuple[int, int]


PROBE = Row((200, 200), (200, 200))
PUBLIC = Row((200, 405), (200, 405))
ABSENT = Row((404, 404), (404, 404))
# An answer to a question that the address must ask.
ASKED = Row((400, 405), (400, 405))
# There for everybody once the record is signed, or has filled a tile.
NOT_YET = Row((404, 405), (404, 405))
# The workspace: others are asked to sign in; who may not finds nothing.
CLOSED = Row((302, 302), (404, 404))
OWN = Row((302, 302), (200, 200))
OWN_ACT = Row((302, 302), (200, 409))
OWN_CHANGE = Row((302, 302), (200, 302))
# The API: an act shows nothing, and its shape is judged before anything is looked up.
ACT = Row((401, 401), (405, 400))
SHAPELESS_ACT = Row((401, 401), (405, 404))
# An act without a shape still asks for its key.
SHAPELESS = Row((401, 401), (405, 400))
# Minutes are for the parties until they are published.
FOR_PARTIES = Row((404, 405), (404, 405))
# Of archives alone.
GONE_HERE = Row((404, 405), (404, 405))
# allauth's own pages.
WAY_IN = Row((200, 200), (302, 302))
ON_THE_WAY = Row((302, 302), (302, 302))

P, D = "<slug:process>", "<slug:document>"
TILE = "<height:height>/<tile:number>"
DESK, API = f"desk/processes/{P}/", f"api/v1/processes/{P}/"
MEETING, MINUTES = f"{DESK}meetings/<int:number>/", f"{DESK}meetings/<int:number>/minutes/"
SEAT = f"{DESK}organizations/<slug:organization>/"
STATEMENT = f"{DESK}statements/<int:number>/"
CORRECTION = "corrections/<int:correction>/"
API_DOCUMENT, API_VERSION = f"api/v1/documents/{D}/", f"api/v1/documents/{D}/versions/<int:number>/"
API_MEETING, API_MINUTES = f"{API}meetings/<int:number>/", f"{API}meetings/<int:number>/minutes/"
API_SEAT, API_STATEMENT = f"{API}organizations/<slug:organization>/", f"{API}statements/<int:number>/"


def below(prefix: str, *names: str) -> list[str]:
    return [prefix + name for name in names]


TABLE: list[tuple[Row, list[str]]] = [
    (PROBE, ["healthz", "readyz", "favicon.ico", "api/v1/docs/"]),
    (NOT_YET, below("record/", "checkpoint", "checkpoints/<int:number>", "vkey", "<int:index>/entry.tlog-proof")),
    (NOT_YET, below("record/tile/", "entries/<tile:number>", TILE)),
    (PUBLIC, below("record/tile/", "entries/<tile:number>.p/<width:width>", f"{TILE}.p/<width:width>")),
    (PUBLIC, ["", "record/", "record/vkeys", "record/text/<digest:digest>", "record/<int:index>/", "api/v1/schema/"]),
    (PUBLIC, below("record/", "verify/", "hash/<digest:digest>/", "<int:index>/leaf.json", "<int:index>/receipt.json")),
    (PUBLIC, ["api/v1/receipts/"]),
    (PUBLIC, below("api/v1/record/", "hashes/<slug:digest>/", "entries/<int:index>/receipt/")),
    (
        PUBLIC,
        below(
            f"processes/{P}/", "", "drafts/", "decisions/", "table/", "groups/", "record/", "feed.atom", "calendar.ics"
        ),
    ),
    (PUBLIC, below(f"processes/{P}/", "statements/<int:number>/", "calls/<int:number>/")),
    (PUBLIC, [f"processes/{P}/withdrawals/<int:index>/", "archive/"]),
    (GONE_HERE, [f"processes/{P}/claims/"]),
    (PUBLIC, below(f"processes/{P}/meetings/", "", "<int:number>/")),
    (FOR_PARTIES, [f"processes/{P}/meetings/<int:number>/minutes/"]),
    (PUBLIC, below(f"documents/{D}/", "", "versions/<int:number>/", "versions/<int:number>/text.md")),
    (PUBLIC, below(f"documents/{D}/editions/<int:number>/", "", "edition.pdf")),
    (PUBLIC, ["accounts/inactive/"]),
    (ABSENT, below("accounts/", "set-up/<str:secret>/", "in/<str:secret>/", "unsubscribe/<str:token>/")),
    (ABSENT, below("accounts/", "email/", "reauthenticate/")),
    (ABSENT, below("accounts/password/", "change/", "reset/", "set/")),
    (WAY_IN, below("accounts/", "login/", "login/code/", "signup/")),
    (ON_THE_WAY, below("accounts/", "confirm-email/", "login/code/confirm/")),
    (OWN, ["accounts/tokens/"]),
    (OWN_CHANGE, ["accounts/logout/"]),
    (OWN_ACT, ["accounts/erase/"]),
    (CLOSED, ["accounts/tokens/<int:token>/end/"]),
    # The workspace.
    (OWN, ["desk/", "desk/receipts/", DESK, f"desk/documents/{D}/"]),
    (OWN_CHANGE, [f"{DESK}follow/"]),
    (OWN_ACT, [f"{DESK}apply/", f"desk/documents/{D}/versions/<int:number>/clauses/<slug:key>/comment/"]),
    (CLOSED, below("desk/", "processes/new/", "done/<int:index>/", "outbox/", "outbox/<int:mail>/")),
    (CLOSED, below("desk/operator/", "", "end/<int:person>/", "agreement/", "keys/", "erase/", "redact/")),
    (CLOSED, below(DESK, "roles/new/", "roles/<int:role>/end/", "charter/", "invite/", "invite/list/", "points/new/")),
    (CLOSED, below(f"{DESK}requirements/", "", "<int:number>/release/", "<int:number>/drop/", "<int:number>/link/")),
    (CLOSED, below(f"{DESK}requirements/<int:number>/", "ask/", "links/<int:link>/end/")),
    (CLOSED, below(f"{DESK}requirements/<int:number>/sponsor/", "", "decline/", "end/")),
    (CLOSED, below(DESK, "requirements/new/", "statements/new/", "documents/new/", "meetings/new/")),
    (CLOSED, below(DESK, "calls/", "calls/new/", "ballots/new/", "polls/new/")),
    (CLOSED, below(f"{DESK}calls/<int:number>/", "enter/", "suspend/", "resume/", "void/", "recirculate/")),
    (CLOSED, below(DESK, "comments/", "comments/<int:number>/answer/")),
    (CLOSED, below(SEAT, "accept/", "approve/", "admit/", "decline/", "withdraw/", "withdraw/take-back/")),
    (CLOSED, below(DESK, "charter/propose/", "charter/proposal/adopt/", "charter/proposal/drop/")),
    (CLOSED, below(SEAT, "step-out/", "step-out/<int:stepped>/back/")),
    (CLOSED, below(SEAT, "belonging/declare/", "belonging/find/", "profile/")),
    (CLOSED, below(f"{DESK}groups/", "", "new/", *(f"<int:number>/{act}/" for act in ("join", "report", "close")))),
    (CLOSED, below(f"{DESK}belonging/", "", "<int:affiliation>/confirm/", "<int:affiliation>/end/")),
    (
        CLOSED,
        below(
            SEAT,
            "tokens/",
            "tokens/<int:service>/end/",
            "representatives/",
            "representatives/new/",
            "representatives/<int:representative>/end/",
        ),
    ),
    (CLOSED, below(STATEMENT, "", "ask/", "publish/", "withdraw/", "<slug:answer>/")),
    (CLOSED, below(STATEMENT, "ask-outside/", "answer/", "signatures/<slug:organization>/remove/")),
    (CLOSED, below(f"desk/documents/{D}/", "edit/", "import/", "editions/new/")),
    (CLOSED, [f"desk/documents/{D}/versions/<int:number>/requirements/<int:requirement>/mark/"]),
    (CLOSED, below(MEETING, "", "agenda/", "open/", "attendance/", "recess/", "resume/", "adjourn/", "cancel/")),
    (CLOSED, below(MINUTES, "", "draft/", "revise/", "circulate/", "approve/", "publish/", "corrections/new/")),
    (CLOSED, below(MINUTES, f"{CORRECTION}accept/", f"{CORRECTION}decline/")),
    (CLOSED, below(DESK, "calls/<int:number>/position/", "calls/<int:number>/determine/")),
    (CLOSED, below(DESK, "objections/<int:number>/answer/", "objections/<int:number>/lift/")),
    # The API.
    (PUBLIC, ["api/v1/record/checkpoints/"]),
    (ASKED, below("api/v1/record/proofs/", "inclusion/", "consistency/")),
    (PUBLIC, below("api/v1/", "record/", "record/entries/", "record/entries/<int:index>/", "processes/", "documents/")),
    (
        PUBLIC,
        below(API, "", "organizations/", "requirements/", "statements/", "statements/<int:number>/", "withdrawals/"),
    ),
    (PUBLIC, below(API, "affiliations/", "profiles/", "groups/")),
    (ACT, below(f"{API}groups/", "open/", "<int:number>/close/", "<int:number>/report/")),
    (SHAPELESS, [f"{API}groups/<int:number>/join/"]),
    (ACT, below(API_SEAT, "approve/", "service-tokens/issue/")),
    (ACT, below(f"{API_SEAT}affiliations/", "declare/", "find/", "confirm/", "end/")),
    (SHAPELESS, [f"{API_SEAT}profile/declare/"]),
    (PUBLIC, below(API, "withdrawals/announced/", "withdrawals/partial/", "claims/", "meetings/reported/")),
    (PUBLIC, below(API, "documents/", "comments/", "calls/", "calls/<int:number>/", "calls/<int:number>/tally/")),
    (PUBLIC, below(API, "calls/<int:number>/positions/", "objections/", "meetings/", "organizations/declined/")),
    (PUBLIC, below(API_MEETING, "", "attendance/")),
    (FOR_PARTIES, below(API_MINUTES, "", "versions/", "corrections/")),
    (PUBLIC, below(API_DOCUMENT, "", "versions/", "marks/", "editions/", "editions/<int:number>/")),
    (PUBLIC, below(API_VERSION, "", "comments/", "redline/<int:against>/")),
    (ACT, below(f"{API}requirements/<int:number>/", "drop/", "links/add/", "links/end/", "sponsors/ask/")),
    (SHAPELESS, below(f"{API}requirements/<int:number>/sponsors/", "accept/", "end/")),
    (SHAPELESS, [f"{API}requirements/<int:number>/release/"]),
    (SHAPELESS_ACT, [f"{API}requirements/<int:number>/sponsors/decline/"]),
    (ACT, below(API, "roles/grant/", "roles/end/", "charter/adopt/", "points/add/", "requirements/<int:number>/mark/")),
    (
        ACT,
        [
            "api/v1/processes/open/",
            "api/v1/record/keys/",
            "api/v1/erasures/",
            *below(API, "organizations/invite/", "organizations/invite-list/", "organizations/apply/", "redactions/"),
        ],
    ),
    (
        ACT,
        below(
            API_SEAT,
            "accept/",
            "admit/",
            "decline/",
            "withdraw/",
            "statements/draft/",
            "requirements/declare/",
        ),
    ),
    (ACT, below(API, "charter/propose/", "charter/proposal/drop/")),
    (SHAPELESS, [f"{API}charter/proposal/adopt/"]),
    (ACT, below(API_SEAT, "representatives/name/", "representatives/end/")),
    (ACT, below(API_SEAT, "step-out/", "come-back/", "withdraw/take-back/")),
    (ACT, below(API_STATEMENT, "ask/", "publish/", "withdraw/", "signature/sign/")),
    (ACT, below(API_STATEMENT, "ask-outside/", "signature/remove/", "answer/")),
    (SHAPELESS_ACT, below(API_STATEMENT, "signature/decline/", "signature/take-back/")),
    (ACT, below(API, "documents/open/", "comments/<int:number>/answer/", "meetings/announce/", "calls/open/")),
    (ACT, below(API, "calls/open-ballot/", "calls/open-straw-poll/", "calls/<int:number>/positions/enter/")),
    (ACT, below(f"{API}calls/<int:number>/", "suspend/", "resume/", "void/", "recirculate/")),
    (ACT, below(API, "calls/<int:number>/positions/cast/", "calls/<int:number>/determine/")),
    (ACT, below(API, "objections/<int:number>/answer/", "objections/<int:number>/lift/")),
    (ACT, below(API_MEETING, "agenda/publish/", "attendance/record/", "open/", "recess/", "resume/", "adjourn/")),
    (ACT, [f"{API_MEETING}cancel/"]),
    (ACT, below(API_MINUTES, "draft/", "revise/", "circulate/", "approve/", "publish/", "corrections/propose/")),
    (ACT, below(API_MINUTES, f"{CORRECTION}accept/", f"{CORRECTION}decline/")),
    (ACT, below(API_DOCUMENT, "versions/publish/", "versions/import/", "editions/order/")),
    (ACT, [f"{API_VERSION}clauses/<slug:key>/comments/make/"]),
]
# What anybody who speaks for some organization at the table finds: its own share of it, or what all of them share.
OF_ANY_ORGANIZATION = {
    *below(DESK, "belonging/", "groups/", "groups/<int:number>/join/", "requirements/", "requirements/new/"),
    *below(DESK, "calls/<int:number>/position/", "objections/<int:number>/lift/", "points/new/"),
    *below(DESK, "documents/new/", "statements/new/"),
    *below(MINUTES, "", "corrections/new/"),
}
# When somebody signed in last, and what they follow, is their own.
OWN_TABLES = {"accounts_user", "notifications_subscription"}
ROWS = {route: row for row, listed in TABLE for route in listed}


@pytest.fixture
def everything(now: datetime) -> Everything:
    return make_everything(now)


def statuses(client: Client, address: str) -> tuple[int, int]:
    """What GET and an empty POST answer."""
    said: dict[str, Any] = {"data": "{}", "content_type": "application/json"} if address.startswith("/api/") else {}
    return client.get(address).status_code, client.post(address, **said).status_code


def insiders(everything: Everything) -> Iterator[User]:
    world = everything.table.world
    yield from (world.convener, world.chair, world.secretary, world.editor, world.leads["faces-firm-1"])


def test_every_route_has_one_row_and_every_row_a_route() -> None:
    assert sorted(route for _, listed in TABLE for route in listed) == sorted(routes())


def test_nobody_and_an_outsider_find_what_the_table_says(everything: Everything) -> None:
    addresses = {route: everything.address(route) for route in ROWS}
    nobody = {route: statuses(signed_in(None), address) for route, address in addresses.items()}
    person = everything.table.world.outsider
    outsider = {route: statuses(signed_in(person), address) for route, address in addresses.items()}
    assert {route: Row(nobody[route], outsider[route]) for route in ROWS} == ROWS


def test_whoever_may_not_leaves_everything_as_it_was(everything: Everything) -> None:
    clients, before = [signed_in(None), signed_in(everything.table.world.outsider)], fingerprint()
    for route, row in ROWS.items():
        if row in (CLOSED, ACT, SHAPELESS_ACT, PUBLIC, FOR_PARTIES, ABSENT):
            for client in clients:
                statuses(client, everything.address(route))
    assert fingerprint() == before


def test_looking_changes_nothing_whoever_looks(everything: Everything) -> None:
    clients, faults = [signed_in(person) for person in insiders(everything)], {}
    before = fingerprint()
    for route in ROWS:
        for client in clients:
            page: Any = client.get(everything.address(route))
            assert page.status_code < 500
            if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
                faults[route] = Markup(page.content.decode()).faults
    assert {route: found for route, found in faults.items() if found} == {}
    assert fingerprint() == before


def test_public_pages_are_the_same_for_everybody_and_personal_ones_are_never_stored(everything: Everything) -> None:
    nobody, convener = signed_in(None), signed_in(everything.table.world.convener)
    for route in ROWS:
        address = everything.address(route)
        if address.startswith(PERSONAL):
            for client in (nobody, convener):
                assert client.get(address)["Cache-Control"] == "private, no-store", address
        elif route not in ("healthz", "readyz"):
            pages: list[Any] = [client.get(address) for client in (nobody, convener)]
            assert pages[0].content == pages[1].content, address
            assert [dict(page.cookies) for page in pages] == [{}, {}]


@pytest.mark.parametrize(
    "address", ["", "record/entry/", "accounts/user/1/change/", "participation/statement/", "none/"]
)
def test_admin_is_for_operators_alone(everything: Everything, address: str) -> None:
    for person in (None, everything.table.world.outsider, everything.table.world.convener):
        answer: Any = signed_in(person).get(f"/admin/{address}")
        assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next=/admin/{address}")
        assert answer["Cache-Control"] == "private, no-store"


def removed(everything: Everything) -> User:
    """Somebody who spoke for the firm until now."""
    world = everything.table.world
    person, seat = world.alternates["faces-firm-1"], world.seat("faces-firm-1")
    mandate = seat.representatives.get(user=person)
    acts.end_representative(actor=world.leads["faces-firm-1"], representative=mandate, at=now())
    return User.objects.get(pk=person.pk)


def test_removed_representative_finds_what_an_outsider_finds(everything: Everything) -> None:
    person = removed(everything)
    before = fingerprint()
    found = {route: statuses(signed_in(person), everything.address(route)) for route in ROWS}
    assert found == {route: row.outsider for route, row in ROWS.items()}
    changed = {table for table, rows in fingerprint().items() if rows != before[table]}
    assert changed <= OWN_TABLES


def test_other_organization_finds_nothing_of_the_firm(everything: Everything) -> None:
    lead = everything.table.world.leads["faces-union-1"]
    before = fingerprint()
    closed = [route for route, row in ROWS.items() if row == CLOSED]
    open_to_it = {route for route in closed if statuses(signed_in(lead), everything.address(route)) != (404, 404)}
    assert open_to_it == OF_ANY_ORGANIZATION
    changed = {table for table, rows in fingerprint().items() if rows != before[table]}
    assert changed <= OWN_TABLES
