"""Writing a letter about an entry: words from templates, links from the site's own address, proof at the foot."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from policyhub.accounts.models import User
from policyhub.insight.subjects import describe
from policyhub.notifications.models import Message
from policyhub.notifications.queries import is_following, people_of, unsubscribe_token
from policyhub.participation.models import Organization, Process
from policyhub.record.models import Entry
from policyhub.record.queries import Stand, now


def compose(message: Message, proof: Stand, server: BaseEmailBackend) -> EmailMultiAlternatives:
    """The letter; composed again after a crash it carries the same Message-ID, so that readers see one."""
    entry = Entry.objects.get(index=message.entry_index)
    process = Process.objects.filter(slug=entry.process).first()
    leaving = _way_out(message.recipient, process)
    words = {
        **context_of(entry, process),
        "proof": proof,
        "stop_url": leaving,
        "why": _reason(message.recipient, process),
    }
    letter = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"email/{message.template}.subject.txt", words).split()),
        body=render_to_string(f"email/{message.template}.txt", words),
        to=[message.address],
        connection=server,
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated", **_unsubscribe(leaving)},
    )
    letter.attach_alternative(render_to_string(f"email/{message.template}.html", words), "text/html")
    return letter


def context_of(entry: Entry, process: Process | None) -> dict[str, Any]:
    """What a letter's templates may speak of."""
    about = describe(entry.subject, process)
    return {
        "entry": entry,
        "said": entry.body,
        "process": process,
        "thing": about.thing,
        "name": about.name,
        "organization": Organization.objects.filter(slug=entry.actor["org"]).first(),
        "url": on_site(about.path or reverse("entry", args=[entry.index])),
        "record_url": on_site(reverse("entry", args=[entry.index])),
        "desk_url": on_site(reverse("desk-process", args=[process.slug]) if process else reverse("desk")),
        "site_url": settings.SITE_URL,
    }


def on_site(path: str) -> str:
    """The lasting address of a page: never from a request, always the site's own."""
    return f"{settings.SITE_URL}{path}"


def _way_out(person: User, process: Process | None) -> str | None:
    if process is None or not is_following(person, process):
        return None
    return on_site(reverse("unsubscribe", args=[unsubscribe_token(person, process)]))


def _unsubscribe(leaving: str | None) -> dict[str, str]:
    if leaving is None:
        return {}
    return {"List-Unsubscribe": f"<{leaving}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _reason(person: User, process: Process | None) -> str:
    if process is None:
        return "You receive this because it concerns your account."
    if User.objects.filter(people_of(process.slug, at=now()), pk=person.pk).exists():
        return f"You receive this because you take part in {process.title}."
    if is_following(person, process):
        return f"You receive this because you follow {process.title}."
    return f"You receive this because it concerns you in {process.title}."
