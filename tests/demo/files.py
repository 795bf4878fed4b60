"""A small process file to tell, and to break in one place."""

from __future__ import annotations

from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.processfile import parse

HEADER = """\
process:
  slug: street-cameras
  title: Cameras in our street
  summary: What the cameras may keep.
  convener: Quarter Council
  timezone: America/New_York
  opened: 2026-01-12 09:00
people:
  passer-by: {label: Passer-by, email: passer-by@street.example.org}
organizations:
  tenants-union: {name: Tenants Union, category: residents, about: Speaks for those who rent.}
  corner-shops: {name: Corner Shops, category: shops}
acts:
"""
STAFF = """\
  - {at: 2026-01-13 10:00, by: convener, grant_role: {function: chair}}
  - {at: 2026-01-13 10:00, by: convener, grant_role: {function: editor}}
  - at: 2026-02-03 15:00
    by: chair
    adopt_charter: {scope: The street., categories: {residents: R, shops: S}, rule: two-thirds-cast, notice_days: 15}
"""
SEATS = """\
  - {at: 2026-02-04 09:00, apply_for_seat: {organization: [tenants-union, corner-shops]}}
  - {at: 2026-02-04 10:00, by: convener, admit_organization: {organization: [tenants-union, corner-shops]}}
"""
TEXT = """\
  - {at: 2026-02-05 09:00, by: editor, open_document: {document: code, title: Code}}
  - {at: 2026-02-05 09:05, by: editor, publish_version: {document: code, text: "# Pictures\\n\\nAre deleted."}}
"""
CALL = """\
  - at: 2026-02-06 09:00
    by: chair
    open_call: {question: Adopt it, document: code, version: 1, closes: 2026-02-20 17:00}
"""
STORY = HEADER + STAFF + SEATS + TEXT


def last_line(text: str) -> int:
    """The line on which the next act appended to the text would begin."""
    return text.count("\n") + 1


def refusal_of(data: str | bytes) -> str:
    """What reading the file refuses."""
    try:
        parse(data.encode() if isinstance(data, str) else data)
    except FileRefused as refusal:
        return str(refusal)
    raise AssertionError("the file was read")
