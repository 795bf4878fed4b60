"""A list of organizations to invite, read from a CSV file; every line that cannot be read is named."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from policyhub.core.errors import NotPossible, Reason, refuse
from policyhub.participation.models import InterestCategory
from policyhub.participation.rules import Standing

# In one list; each is two entries of the record and one mail.
MOST_LINES = 500
MOST_BYTES = 512 * 1024
NEEDED = ("name", "category", "email")
OPTIONAL = ("about", "standing")
# So many sentences are read, not more.
MOST_REASONS = 20


@dataclass(frozen=True)
class Invited:
    """One organization of the list: where it stands, and what its invitation says."""

    line: int
    name: str
    category: InterestCategory
    lead_email: str
    about: str
    standing: Standing


def read_list(content: str | bytes, categories: Sequence[InterestCategory]) -> list[Invited]:
    """The organizations of a CSV list in its order.

    The first line names the columns: name, category (its name or its address), email, and, where wanted, about and
    standing. Commas, semicolons and tabs part them. NotPossible names every line that cannot be taken.
    """
    rows = list(_rows(_text(content)))
    if not rows:
        raise refuse("empty", "The list is empty. Its first line names the columns: name, category, email.", "text")
    if len(rows) > MOST_LINES:
        raise refuse("long", f"The list has {len(rows)} organizations; at most {MOST_LINES} are taken at once.", "text")
    known = {word.casefold(): each for each in categories for word in (each.slug, each.name)}
    reasons = [*_twice(rows, "name"), *_twice(rows, "email")]
    for line, row in rows:
        reasons += _problems(line, row, known)
    if reasons:
        raise NotPossible(*reasons[:MOST_REASONS])
    return [_invited(line, row, known) for line, row in rows]


def _text(content: str | bytes) -> str:
    if len(content) > MOST_BYTES:
        raise refuse("large", f"The list has more than {MOST_BYTES // 1024} KB. Split it in two.", "text")
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("utf8", "The file is not UTF-8. Save it again as CSV in UTF-8.", "file") from None


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number and what stands in its columns; empty lines are left out."""
    head = text.lstrip().partition("\n")[0]
    parted_by = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text.lstrip()), delimiter=parted_by, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        _check_columns(names)
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                if len(cells) > len(names):
                    raise refuse("columns", f"Line {reader.line_num} has more columns than the first line.", "text")
                yield reader.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise refuse("csv", f"Line {reader.line_num} cannot be read as CSV: {error}.", "text") from None


def _check_columns(names: Sequence[str]) -> None:
    if missing := [name for name in NEEDED if name not in names]:
        raise refuse("columns", f"The first line names the columns; it lacks {', '.join(missing)}.", "text")
    if strange := [name for name in names if name not in NEEDED + OPTIONAL]:
        known = ", ".join(NEEDED + OPTIONAL)
        raise refuse("columns", f"There is no column “{strange[0]}”; a list has {known}.", "text")
    if len(set(names)) < len(names):
        raise refuse("columns", "The first line names a column twice.", "text")


def _twice(rows: Sequence[tuple[int, dict[str, str]]], column: str) -> list[Reason]:
    counted = Counter(row.get(column, "").casefold() for _, row in rows)
    first: set[str] = set()
    found = []
    for line, row in rows:
        value = row.get(column, "").casefold()
        if value and counted[value] > 1 and value in first:
            found.append(Reason("twice", f"Line {line}: {row[column]} stands in the list already.", "text"))
        first.add(value)
    return found


def _problems(line: int, row: dict[str, str], known: dict[str, InterestCategory]) -> Iterator[Reason]:
    for column in NEEDED:
        if not row.get(column):
            yield Reason("missing", f"Line {line} has no {column}.", "text")
    category = row.get("category", "")
    if category and category.casefold() not in known:
        names = ", ".join(dict.fromkeys(each.name for each in known.values()))
        yield Reason("category", f"Line {line}: there is no category “{category}”. There are {names}.", "text")
    if row.get("email") and not _is_address(row["email"]):
        yield Reason("email", f"Line {line}: “{row['email']}” is no e-mail address.", "text")
    standing = row.get("standing", "").casefold()
    if standing and standing not in set(Standing):
        yield Reason("standing", f"Line {line}: the standing is voting, observer or liaison.", "text")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _invited(line: int, row: dict[str, str], known: dict[str, InterestCategory]) -> Invited:
    return Invited(
        line=line,
        name=row["name"],
        category=known[row["category"].casefold()],
        lead_email=row["email"],
        about=row.get("about", ""),
        standing=Standing(row.get("standing", "").casefold() or Standing.VOTING),
    )
