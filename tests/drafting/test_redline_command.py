from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

TEXTS = Path(__file__).parents[1] / "data" / "texts"
OLD, NEW = (str(TEXTS / f"terms-of-service-{year}.md") for year in ("2023", "2026"))


def test_json_gives_both_files_back_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("redline", OLD, NEW, format="json")
    operations = json.loads(capsys.readouterr().out)
    assert "".join(each["old"] for each in operations) == Path(OLD).read_text()
    assert "".join(each["new"] for each in operations) == Path(NEW).read_text()
    assert {each["op"] for each in operations} <= {"equal", "insert", "delete", "move"}


def test_line_ends_are_compared_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a\r\nb\n")
    new.write_bytes(b"a\nb\n")
    call_command("redline", str(old), str(new), format="json")
    operations = json.loads(capsys.readouterr().out)
    assert ("".join(each["old"] for each in operations), "".join(each["new"] for each in operations)) == (
        "a\r\nb\n",
        "a\nb\n",
    )


def test_text_and_html_show_the_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text("thirty days\n")
    new.write_text("sixty days\n")
    call_command("redline", str(old), str(new))
    assert capsys.readouterr().out == "[-thirty-]{+sixty+} days\n"
    call_command("redline", str(old), str(new), format="html")
    page = capsys.readouterr().out
    assert page.startswith("<!doctype html>\n")
    assert "<title>old.md and new.md</title>" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "No such file or directory."), (b"\xff\xfe", "is not a text in UTF-8.")],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    content: bytes | None, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit) as end:
        call_command("redline", str(path), NEW)
    assert end.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1
