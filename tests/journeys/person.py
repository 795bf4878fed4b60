"""A person at a browser without script: opens pages, fills in the forms found there, sends them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from policyhub.accounts.models import User
from policyhub.record.models import Entry


@dataclass
class FoundForm:
    """A form as it stands on a page: where it goes and what it holds."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms with the values that a browser would send if nobody touched them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[FoundForm] = []
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FoundForm(given.get("action", ""), given.get("method", "get").lower()))
        elif not self.forms:
            return
        elif tag == "input":
            self._input(given, dict(attrs))
        elif tag == "textarea":
            self._textarea = given.get("name", "")
            self.forms[-1].fields[self._textarea] = [""]
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select is not None and self._is_chosen(attrs):
            self.forms[-1].fields[self._select] = [given.get("value", "")]

    def _is_chosen(self, attrs: list[tuple[str, str | None]]) -> bool:
        return "selected" in dict(attrs) or self._select not in self.forms[-1].fields

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea is not None:
            # As browsers do: the line end after the opening tag is no part of the text, and lines end in CR LF.
            text = self.forms[-1].fields[self._textarea][0].removeprefix("\n")
            self.forms[-1].fields[self._textarea] = [text.replace("\n", "\r\n")]
            self._textarea = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            held = self.forms[-1].fields[self._textarea]
            held[0] += data

    def _input(self, given: dict[str, str], raw: dict[str, str | None]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if not name or kind in {"submit", "button", "file"}:
            return
        if kind in {"checkbox", "radio"}:
            if "checked" in raw:
                self.forms[-1].fields.setdefault(name, []).append(given.get("value", "on"))
            return
        self.forms[-1].fields[name] = [given.get("value", "")]


class Refused(AssertionError):
    """The page said no; the message is what it said."""


class Person:
    """Somebody with a browser, signed in or not."""

    def __init__(self, user: User | None = None) -> None:
        self.user = user
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def open(self, address: str) -> str:
        """The page at the address, after redirects; it must be there."""
        response = self.client.get(address, follow=True)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        return response.content.decode()

    def status(self, address: str) -> int:
        """The status that the address answers with."""
        return self.client.get(address).status_code

    def send(self, address: str, /, *, which: str = "", **filled: Any) -> HttpResponse:
        """Open the page, fill in its form (the one whose action ends in `which`), send it."""
        return self.submit(self.open(address), address, which=which, **filled)

    def submit(self, page: str, address: str, /, *, which: str = "", **filled: Any) -> HttpResponse:
        """Fill in and send a form of a page that is open already."""
        forms = _Forms()
        forms.feed(page)
        posted = [each for each in forms.forms if each.method == "post" and "logout" not in each.action]
        fitting = [each for each in posted if each.action.rstrip("/").endswith(which.rstrip("/"))]
        if not fitting:
            raise Refused(f"{address} has no form to send: {words(page)[:600]}")
        form = fitting[0]
        data: dict[str, Any] = {**form.fields, **{name: _values(value) for name, value in filled.items()}}
        return self.client.post(form.action or address, data)  # type: ignore[return-value]

    def do(self, act: str, /, *names: Any, **filled: Any) -> Entry:
        """Perform the act behind a form's URL name; the entry that it wrote."""
        return self.done(act, self.send(reverse(act, args=names), **filled))

    def done(self, act: str, response: HttpResponse) -> Entry:
        """The entry behind the page that an act leads to."""
        if response.status_code != 302:
            raise Refused(f"{act}: {response.status_code}: {sentences(response)}")
        done = re.search(r"/desk/done/(\d+)/$", response["Location"])
        assert done, f"{act} led to {response['Location']}"
        assert self.status(response["Location"]) == 200
        return Entry.objects.get(index=int(done[1]))


def sentences(response: HttpResponse) -> str:
    """What a page says is wrong."""
    text = response.content.decode()
    summary = re.search(r"data-error-summary.*?</div>", text, re.S)
    return words(summary[0] if summary else text[-2000:])


def words(page: str) -> str:
    """The words of a page without its tags, white space folded."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def _values(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    return [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
