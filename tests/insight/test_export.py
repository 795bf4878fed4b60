"""The exported record comes with the public texts that its entries name, each under its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from policyhub.core.text import text_hash
from policyhub.insight.texts import find_public, named_by
from policyhub.record.keeping import Keeping
from policyhub.record.models import Entry
from policyhub.record.queries import replacements
from tests.factories.record import connected, started, write
from tests.factories.story import NOTES, tell_story


def test_export_holds_every_public_text_and_no_other(own_database: str, tmp_path: Path) -> None:
    with transaction.atomic():
        tell_story()
    with connected("signer") as database:
        started(Keeping(tmp_path / "signer", origin="policyhub.example/record"), database).step()
    named = {hashed for entry in Entry.objects.all() for hashed in named_by(entry).values()}
    public = {hashed for hashed in named | {*replacements().values()} if hashed and find_public(hashed)}
    write(1)
    call_command("export_record", str(tmp_path / "bundle"), verbosity=0)
    files = {file.name: file.read_bytes() for file in (tmp_path / "bundle" / "texts").iterdir()}
    assert {f"sha256:{name}" for name in files} == public
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == {
        name: name for name in files
    }
    assert text_hash(NOTES + "\nDraft.\n").removeprefix("sha256:") not in files
