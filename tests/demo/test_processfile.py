"""Reading a process file: what it holds, and each way in which it is refused before anything is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.processfile import MAX_BYTES, Header, Line, Listed, Person, parse, read
from tests.demo.files import HEADER, STAFF, STORY, last_line, refusal_of


def test_a_file_is_read_with_its_lines() -> None:
    data = (HEADER + "  - {at: load-1d, by: [chair, editor], end_role: {function: chair}}\n").encode()
    found = parse(data)
    assert found.source_hash == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert found.header == Header(
        slug="street-cameras",
        title="Cameras in our street",
        summary="What the cameras may keep.",
        convener="Quarter Council",
        timezone="America/New_York",
        opened="2026-01-12 09:00",
        reported_by="",
        sources=(),
        is_demo=False,
        line=2,
    )
    assert found.people == {"passer-by": Person("Passer-by", "passer-by@street.example.org")}
    assert found.organizations == {
        "tenants-union": Listed("Tenants Union", "residents", "Speaks for those who rent."),
        "corner-shops": Listed("Corner Shops", "shops", ""),
    }
    assert found.lines == (Line(14, "load-1d", ("chair", "editor"), "end_role", {"function": "chair"}),)


def test_dates_and_numbers_in_a_text_stay_as_they_are_written() -> None:
    said = "{title: 1984, text: 2026-06-16, note: 13:00, code: 010, reason: yes, on: off}"
    found = parse(f"{HEADER}  - {{at: load-1d, by: chair, open_document: {said}}}\n".encode())
    assert found.lines[0].said == {
        "title": 1984,
        "text": "2026-06-16",
        "note": "13:00",
        "code": "010",
        "reason": "yes",
        "on": "off",
    }


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("slug: street-cameras", "slug: Street Cameras", "The slug has at most 60 small letters, digits and hyphens."),
        ("title: Cameras in our street\n  ", "", "The field title is missing."),
        ("title: Cameras in our street", "title: [a, b]", "title is text, not a list."),
        ("title: Cameras in our street", "title: {a: b}", "title is text, not a mapping."),
        ("title: Cameras in our street", "title:", "title is empty. Write something, or leave the field out."),
        ("title: Cameras in our street", "title: true", 'title is text. Write it in quotation marks: "true".'),
        ("title:", "name: x\n  title:", "There is no field called name here."),
        ("America/New_York", "New York", "New York is no time zone. Write one like America/New_York."),
        ("opened:", "demo: 1\n  opened:", "demo is true or false, not 1."),
    ],
)
def test_a_wrong_header_is_refused_with_its_line(written: str, instead: str, sentence: str) -> None:
    assert refusal_of(HEADER.replace(written, instead) + STAFF) == f"Line 2: {sentence}"


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("passer-by: {", "Passer By: {", "Line 9: Passer By is written with small letters, digits and hyphens."),
        ("passer-by@street.example.org", "nowhere", "Line 9: nowhere is no address for mail."),
        ("label: Passer-by", "name: Passer-by", "Line 9: There is no field called name here."),
        ("{name: Corner Shops, category: shops}", "{name: Corner Shops}", "Line 12: The field category is missing."),
        (
            "name: Corner Shops",
            "name: Corner Shop",
            "Line 12: Corner Shop is listed as corner-shops. Call it corner-shop, as its address will be.",
        ),
        ("corner-shops", "tenants-union", "Line 12: tenants-union stands here twice."),
        ("people:\n", "pepole:\n", "Line 9: There is no part called pepole. The parts are process, people, "),
        ("acts:\n", "", "Line 1: The file has no part called acts."),
        ("acts:\n", "acts: soon\n", "Line 13: The acts are a list: each begins with a hyphen."),
        ("people:\n", "people: soon\nx:\n", "Line 10: There is no part called x."),
    ],
)
def test_a_wrong_part_is_refused_with_its_line(written: str, instead: str, sentence: str) -> None:
    assert refusal_of(HEADER.replace(written, instead)).startswith(sentence)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ("{by: chair, close_call: {call: 1}}", "The field at is missing."),
        ("{at: load-1d, by: chair}", "Each item is exactly one act, beside at and by."),
        ("{at: load-1d, close_call: {}, open_call: {}}", "Each item is exactly one act, beside at and by."),
        ("{at: load-1d, close_call: 1}", "What close_call says has names with values; write {} for nothing."),
        ("{at: load-1d, close_call: }", "close_call is empty. Write something, or leave the field out."),
        ("{at: load-1d, by: [], close_call: {}}", "by names nobody. Write who did it."),
        ("{at: load-1d, by: {a: b}, close_call: {}}", "by is text, not a mapping."),
        ("{at: [1], by: chair, close_call: {}}", "at is text, not a list."),
        ("{at: load-1d, close_call: {call: 1, call: 2}}", "call stands here twice."),
        ("{at: load-1d, close_call: {[1]: 2}}", "A name is expected before the colon."),
        ("soon", "Names with values are expected here, such as name: value."),
        ("{at: &now load-1d, close_call: {}}", "Write it out: a process file has no references."),
        ("{at: *now, close_call: {}}", "Write it out: a process file has no references."),
        ("{at: !!str load-1d, close_call: {}}", "Leave tag:yaml.org,2002:str out: a process file has no tags."),
        ("!!python/object/apply:os.getcwd []", "Leave tag:yaml.org,2002:python/object/apply:os.getcwd out: "),
        (r'{at: "load-1d\0", close_call: {}}', "This text holds a control character, U+0000, in line 1."),
        ("{at: load-1d", "This is not YAML: expected ',' or '}', but got '<stream end>'."),
    ],
)
def test_a_wrong_item_is_refused_with_its_line(item: str, sentence: str) -> None:
    line = last_line(STORY)
    expected = line + 1 if "stream end" in sentence else line
    assert refusal_of(f"{STORY}  - {item}\n").startswith(f"Line {expected}: {sentence}")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Line 1: A process file has the parts process, people, categories, organizations, acts."),
        (b"- a\n- b\n", "Line 1: A process file has the parts process, people, categories, organizations, acts."),
        (b"a: b\n---\nc: d\n", "Line 2: This is not YAML: but found another document."),
        (b"\xff\xfe\xff", "This is not YAML in UTF-8: "),
        (b"a: \x00\n", "This is not YAML in UTF-8: special characters are not allowed."),
        (b"\tb: c\n", "Line 1: This is not YAML: found character '\\t' that cannot start any token."),
        (b"[" * 5000, "This is nested too deeply to be read."),
    ],
)
def test_what_is_no_process_file_is_refused(data: bytes, sentence: str) -> None:
    assert refusal_of(data).startswith(sentence)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    absent, large = tmp_path / "absent.yaml", tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    refusals = {}
    for path in (absent, large, tmp_path):
        with pytest.raises(FileRefused) as refusal:
            read(path)
        refusals[path] = str(refusal.value)
    assert refusals == {
        absent: f"{absent} cannot be read: No such file or directory.",
        large: f"{large} has 4,194,305 bytes; at most 4,194,304 are read.",
        tmp_path: f"{tmp_path} cannot be read: Is a directory.",
    }
