"""Editions: pinned and rendered as they were told."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import somebody, version_of
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.publishing import acts
from policyhub.publishing.making import make
from policyhub.publishing.models import Edition
from policyhub.publishing.render import RenderFailed
from policyhub.record.models import Entry


def publish_edition(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    version, against = version_of(telling, said), said.find_number("against")
    compared = (
        telling.one(version.document.versions.filter(number=against), f"Version {against}")
        if against is not None
        else None
    )
    acts.pin_edition(actor=somebody(actor), version=version, against=compared, at=at)
    edition = Edition.objects.filter(document=version.document).latest("number")
    try:
        return acts.publish_edition(edition=edition, data=make(edition), at=at)
    except RenderFailed as failure:
        raise FileRefused(str(failure)) from None


HANDLERS: dict[str, Handler] = {"publish_edition": publish_edition}
