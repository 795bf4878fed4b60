"""In a browser: somebody signs in, answers for their organization, withdraws it, and everybody can read of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from policyhub.decisions.acts import open_call
from policyhub.record.queries import now
from tests.browser.conftest import Site, visit
from tests.factories.drafting import publish_basic
from tests.factories.participation import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEAD = "lead@tenants-union.example.org"
REASON = "A sign at the door asks nobody."
FAREWELL = "We came for a code that asks first."
# What Chromium itself says of the one answer that refused something: the objection without a reason.
REFUSED = "Failed to load resource: the server responded with a status of 409 (Conflict)"


@pytest.fixture
def world(site: Site) -> World:
    """Four organizations at the table and an open call on a first version; one of them has said what it needs."""
    world = make_world(now())
    for name, category in (
        ("Harbor Cameras", "industry"),
        ("Door Locks", "industry"),
        ("Tenants Union", "advocacy"),
        ("University", "academia"),
    ):
        world.join(name, category)
    world.require("tenants-union")
    open_call(
        actor=world.chair,
        process=world.process,
        question="Can your organization accept the code?",
        version=publish_basic(world),
        closes_at=now() + timedelta(days=7),
        at=now(),
    )
    return world


@pytest.mark.parametrize(
    ("width", "script"),
    [(1280, True), (375, True), (1280, False)],
    ids=["wide", "narrow", "wide without JavaScript"],
)
def test_position_and_withdrawal_are_public_at_once(
    world: World, site: Site, chromium: Browser, width: int, script: bool
) -> None:
    visitor = visit(chromium, width=width, script=script)
    page = visitor.page
    page.goto(f"{site.url}/processes/faces/calls/1/")
    fits(page)
    page.get_by_role("link", name="Answer for your organization").click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, site)
    expect(page.get_by_role("heading", name="Can your organization accept the code?")).to_be_visible()
    object_to_the_text(page, script=script)
    withdraw(page)
    check_what_everybody_reads(page, site)
    assert visitor.complaints == [REFUSED]


def sign_in(page: Page, site: Site) -> None:
    """By a code that comes by mail; afterwards the page that was asked for is there."""
    page.get_by_role("textbox").fill(LEAD)
    fits(page)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/accounts/login/code/confirm/**")
    fits(page)
    page.get_by_label("Code", exact=True).fill(site.code_for(LEAD))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk/processes/faces/calls/1/position/")
    fits(page)


def object_to_the_text(page: Page, *, script: bool) -> None:
    """What would lift it opens under the rung; without a reason the page says so and nothing is recorded."""
    reason, cure = page.get_by_label("Your reason"), page.get_by_label("What change would lift the objection")
    expect(reason).to_be_visible()
    expect(cure).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^Object")).check()
    expect(cure).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Record this position").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Your position was not recorded")
    if script:
        expect(summary).to_be_focused()
    reason.fill(REASON)
    page.get_by_role("button", name="Record this position").click()
    page.wait_for_url("**/desk/done/*/")
    fits(page)


def withdraw(page: Page) -> None:
    """From the receipt to the desk, to the withdrawal, which shows first what it does to the table."""
    page.get_by_role("link", name="Back to your work in this process").click()
    page.wait_for_url("**/desk/processes/faces/")
    fits(page)
    page.get_by_role("link", name="Leave this process").click()
    page.wait_for_url("**/withdraw/")
    fits(page)
    page.get_by_label("Why you leave").fill(FAREWELL)
    page.get_by_label("I am entitled to withdraw").check()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    page.wait_for_url("**/desk/done/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Tenants Union has left Face recognition in public spaces"
    )


def check_what_everybody_reads(page: Page, site: Site) -> None:
    page.context.clear_cookies()
    # For five seconds (max-age=5) a browser may show again what it was given; a new address asks the site.
    page.goto(f"{site.url}/processes/faces/calls/1/?afterwards")
    objected = page.get_by_role("row").filter(has_text="Tenants Union")
    expect(objected).to_contain_text("withdrew since")
    expect(objected).to_contain_text(REASON)
    page.goto(f"{site.url}/processes/faces/table/")
    withdrawals = page.get_by_role("region", name=re.compile("^Withdrawals"))
    expect(withdrawals).to_contain_text("Tenants Union")
    expect(withdrawals).to_contain_text(FAREWELL)
    fits(page)


def fits(page: Page) -> None:
    """Nothing on the page is wider than the window."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"
