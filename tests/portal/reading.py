"""A page as its reader reads it."""

from __future__ import annotations

import html
import re

from django.test import Client


def read(client: Client, address: str) -> str:
    """The words of a page, apart by single spaces."""
    page = client.get(address).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
