"""Editions: pinned and rendered as they were told."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.drafting import version_of
from policyhub.demo.handlers.participation import somebody
from policyhub.demo.telling import Handler, Said, Telling
from policyhub.publishing import acts
from policyhub.publishing.making import make
from policyhub.publishing.models import Edition
from policyhub.record.models import Entry


def publish_edition(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    version = version_of(telling, said)
    against = said.take("against", None)
    compared = telling.one(version.document.versions.filter(number=against), f"Version {against}") if against else None
    acts.pin_edition(actor=somebody(actor), version=version, against=compared, at=at)
    edition = Edition.objects.filter(document=version.document).latest("number")
    return acts.publish_edition(edition=edition, data=make(edition), at=at)


HANDLERS: dict[str, Handler] = {"publish_edition": publish_edition}
