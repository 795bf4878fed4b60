from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.web.contact_sheet import contact_sheet, position_form, samples, withdrawal_form
from tests.web.markup import Markup, styled_classes, stylesheets

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
# Parts of other components and of the frame, which the sheet shows inside those.
WITHIN = {
    "stylesheets",
    "masthead",
    "foot",
    "fields",
    "field",
    "field_notes",
    "error_summary",
    "facts",
    "margin",
    "table_row",
}
# Hooks that carry a meaning in the markup without a look of their own.
UNSTYLED = {"body", "main", "to_come", "done", "now"}
ERROR_PAGES = ["403", "404", "409", "429", "500"]
ACCOUNT_PAGES = sorted(
    path.stem for path in (TEMPLATES / "account").glob("*.html") if not path.stem.startswith("base_")
)


def test_contact_sheet_shows_every_component() -> None:
    assert {name for name, _ in samples()} | WITHIN == COMPONENTS


def test_contact_sheet_is_valid_and_has_nothing_inline() -> None:
    assert Markup(contact_sheet()).faults == []


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_component_documents_its_context(name: str) -> None:
    opening = (TEMPLATES / "components" / f"{name}.html").read_text()[:400]

    assert re.match(r"(\{% load [^%]+%\})?\{# \w", opening)


def test_every_class_on_the_contact_sheet_is_styled() -> None:
    assert Markup(contact_sheet()).classes - styled_classes() - UNSTYLED == set()


def test_every_class_in_every_template_is_styled() -> None:
    pages = [path for path in TEMPLATES.glob("**/*.html") if path.parent.name != "email"]
    plain = " ".join(re.sub(r"\{[%{#].*?[%}#]\}", " ", path.read_text(), flags=re.DOTALL) for path in pages)
    used = {name for names in re.findall(r'class="([^"]*)"', plain) for name in names.split()}

    assert used - styled_classes() - UNSTYLED == set()


@pytest.mark.parametrize("page", ERROR_PAGES)
def test_error_page_is_valid_and_asks_for_nothing(page: str) -> None:
    html = render_to_string(f"{page}.html")

    assert Markup(html).faults == []
    assert html.count("<h1>") == 1


def test_conflict_page_keeps_what_was_typed() -> None:
    html = render_to_string("409.html", {"typed": [{"label": "Your reason", "text": "Kept <b>as typed</b>."}]})

    assert "<p>Kept &lt;b&gt;as typed&lt;/b&gt;.</p>" in html


@pytest.mark.urls("allauth.urls")
@pytest.mark.parametrize("page", ACCOUNT_PAGES)
def test_account_page_is_valid_in_our_frame(page: str) -> None:
    form = withdrawal_form()
    context = {
        "form": form,
        "verify_form": form,
        "change_form": position_form(),
        "can_resend": True,
        "can_add_email": True,
    }
    request = RequestFactory().get("/accounts/")
    request.user = AnonymousUser()

    markup = Markup(render_to_string(f"account/{page}.html", context, request=request))

    assert markup.faults == []
    assert {"masthead", "foot"} <= markup.classes


def test_public_page_is_the_same_for_everyone() -> None:
    stranger = render_to_string("base.html")
    known = render_to_string("base.html", {"user": {"is_authenticated": True, "label": "Chair"}, "messages": ["Hello"]})

    assert known == stranger


def test_workspace_page_says_who_is_signed_in_and_offers_the_way_out() -> None:
    chair = {"is_authenticated": True, "label": "Chair", "email": "chair@example.org"}

    html = render_to_string("base.html", {"workspace": True, "user": chair})

    assert '<span class="vh">Signed in as </span>Chair</li>' in html
    assert '<form method="post" action="/accounts/logout/">' in html


def test_public_page_loads_every_stylesheet_once_and_paper_last() -> None:
    linked = re.findall(r'rel="stylesheet" href="/static/([^"]+)"', render_to_string("base.html"))

    assert sorted(linked) == sorted(stylesheets())
    assert linked[-1] == "css/print.css"


def test_refused_field_ties_hint_and_error_to_its_control() -> None:
    field = position_form()["reason"]

    html = render_to_string("components/field.html", {"field": field})

    assert 'aria-invalid="true"' in html
    described = re.findall(r'aria-describedby="([^"]+)"', html)
    assert described == ["id_reason_helptext id_reason_error"]
    assert set(described[0].split()) <= set(Markup(html).ids)


def test_error_summary_links_to_every_refused_field() -> None:
    html = render_to_string("components/error_summary.html", {"form": withdrawal_form()})

    assert re.findall(r'href="#([^"]+)"', html) == ["id_statement", "id_effect", "id_nonce"]
    assert "<li>The organization has withdrawn already.</li>" in html


def test_ladder_opens_the_reason_under_object_only() -> None:
    form = position_form()

    html = render_to_string("components/ladder.html", {"field": form["position"], "inner": [form["reason"]]})
    rungs = html.split('<div class="rung">')[1:]

    assert [("id_reason" in rung) for rung in rungs] == [False, False, False, False, True, False, False]
    assert [re.search(r'value="(\w+)"', rung).group(1) for rung in rungs] == [  # type: ignore[union-attr]
        "endorse",
        "support",
        "accept",
        "defer",
        "object",
        "abstain",
        "recuse",
    ]


def test_text_of_a_party_is_escaped_in_a_statement() -> None:
    html = render_to_string("components/statement.html", {"text": "<script>x</script>", "cite": "A & B"})

    assert "<script>" not in html
    assert "A &amp; B" in html


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_mail_says_why_it_came_and_how_to_stop_it(kind: str) -> None:
    context = {"why": "You follow this process.", "stop_url": "https://hub.example.org/stop", "record_url": ""}

    text = render_to_string(f"email/base.{kind}", context)

    assert "You follow this process." in text
    assert "https://hub.example.org/stop" in text
    assert "In the public record" not in text
