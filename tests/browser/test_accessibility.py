"""The public pages of the demo under axe: nothing serious stands between a reader and the text."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Browser

from tests.browser.conftest import Site

PROCESS = "/processes/face-recognition/"
DOCUMENT = "/documents/face-recognition-code/"
PAGES = [
    "/",
    PROCESS,
    f"{PROCESS}drafts/",
    f"{PROCESS}meetings/",
    f"{PROCESS}meetings/3/",
    f"{PROCESS}meetings/4/",
    f"{PROCESS}meetings/4/minutes/",
    f"{PROCESS}decisions/",
    f"{PROCESS}calls/1/",
    f"{PROCESS}calls/3/",
    f"{PROCESS}table/",
    f"{PROCESS}statements/1/",
    f"{PROCESS}record/",
    DOCUMENT,
    f"{DOCUMENT}versions/4/?compare=3",
    f"{DOCUMENT}editions/1/",
    "/record/",
    "/record/300/",
    "/nothing-here/",
]
SEVERE = {"serious", "critical"}


@pytest.fixture
def demo(own_database: str) -> None:
    """The demo is told before the browser starts: once its loop runs, this thread may not ask the database."""
    call_command("load_demo", verbosity=0)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_public_pages_have_no_barrier_and_no_sideways_scroll(
    demo: None, site: Site, chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    barriers, too_wide = [], []
    for path in PAGES:
        page.goto(site.url + path)
        barriers += [f"{path} {barrier}" for barrier in _barriers(Axe().run(page).response)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(path)
    assert (barriers, too_wide) == ([], [])


def _barriers(response: dict[str, Any]) -> list[str]:
    return [
        f"{found['id']}: {', '.join(str(node['target'][0]) for node in found['nodes'])}"
        for found in response["violations"]
        if found["impact"] in SEVERE
    ]
