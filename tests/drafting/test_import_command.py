"""The command that imports a file, and its refusals."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from policyhub.drafting.models import Document, Version
from policyhub.participation.acts import end_role
from policyhub.participation.models import StaffRole
from policyhub.record.queries import size
from tests.factories.drafting import open_draft
from tests.factories.participation import World, make_world

TEXT = "# Consent\n\nAsk first.\n"


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


def run(file: Path, *, process: str = "faces", title: str = "Code") -> str:
    out = StringIO()
    call_command("import_document", str(file), process=process, title=title, stdout=out)
    return out.getvalue()


def write(folder: Path, text: str | bytes, name: str = "code.md") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_file_becomes_a_document_and_its_slug_is_printed(world: World, tmp_path: Path) -> None:
    assert run(write(tmp_path, TEXT), title="Terms of service") == "terms-of-service\n"
    version = Version.objects.get()
    assert (version.author, version.number, version.texts.get().heading) == (world.editor, 1, "Consent")


def test_the_same_title_again_is_the_next_version(world: World, tmp_path: Path) -> None:
    assert [run(write(tmp_path, text)) for text in (TEXT, "# Consent\n\nAsk twice.\n")] == ["code\n", "code\n"]
    assert Document.objects.get().versions.count() == 2


def test_a_taken_address_is_numbered(world: World, tmp_path: Path) -> None:
    open_draft(world, "code")
    assert run(write(tmp_path, TEXT)) == "code-2\n"


@pytest.mark.parametrize(
    ("name", "content", "process", "sentence"),
    [
        ("code.docx", b"PK", "faces", "Word files cannot be read yet. Save the text as Markdown."),
        ("code.html", b"<p>", "faces", "HTML files cannot be read yet. Save the text as Markdown."),
        ("code.md", b"\xff", "faces", "code.md is not a text in UTF-8. Save it as Markdown in UTF-8."),
        ("code.md", b"", "faces", "This text is empty. Write something, then send it again."),
        ("code.md", TEXT.encode(), "none", "There is no process none. Open it first, or name another."),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    world: World,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
    process: str,
    sentence: str,
) -> None:
    before = size()
    with pytest.raises(SystemExit) as ended:
        run(write(tmp_path, content, name), process=process)
    assert (ended.value.code, capsys.readouterr().err, size()) == (2, f"{sentence}\n", before)


def test_a_missing_file_and_a_process_without_an_editor_are_said(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(tmp_path / "none.md")
    assert capsys.readouterr().err == f"{tmp_path / 'none.md'} cannot be read: No such file or directory.\n"
    end_role(actor=world.convener, role=StaffRole.objects.get(user=world.editor), at=world.at)
    with pytest.raises(SystemExit):
        run(write(tmp_path, TEXT))
    assert capsys.readouterr().err == (
        "The process faces has no editor. Name one first: its documents are the editor's.\n"
    )
