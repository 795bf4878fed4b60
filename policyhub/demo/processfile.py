"""Reading a process file: its header, its people and organizations, and its acts, each with its line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 4 * 1024 * 1024
HEADER = {"slug", "title", "summary", "convener", "timezone", "opened", "demo"}
NEEDED = {"slug", "title", "summary", "convener", "timezone", "opened"}


class FileRefused(Exception):
    """The file cannot be told; the message names the line and the reason."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {sentence}" if line else sentence)


@dataclass(frozen=True)
class Line:
    """One act of the file: where it stands, when and by whom it was done, its name and what it says."""

    number: int
    at: Any
    by: tuple[str | None, ...]
    act: str
    said: dict[str, Any]


@dataclass(frozen=True)
class ProcessFile:
    """A whole file as it was written; `source_hash` is over its exact bytes."""

    source_hash: str
    header: dict[str, Any]
    people: dict[str, dict[str, str]]
    organizations: dict[str, dict[str, str]]
    lines: tuple[Line, ...]


def read(path: Path) -> ProcessFile:
    """The file's content, or FileRefused with the line that is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > MAX_BYTES:
        raise FileRefused(f"{path} has {len(data):,} bytes; at most {MAX_BYTES:,} are read.")
    return parse(data)


def parse(data: bytes) -> ProcessFile:
    """The content behind the bytes of a process file."""
    loader = yaml.SafeLoader(data)
    try:
        _refuse_aliases(data)
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise FileRefused("A process file is a mapping with process, organizations and acts.", 1)
        parts = {key.value: node for key, node in root.value}
        _check_parts(parts)
        return ProcessFile(
            source_hash=f"sha256:{hashlib.sha256(data).hexdigest()}",
            header=_header(loader, parts["process"]),
            people=_mapping(loader, parts.get("people")),
            organizations=_mapping(loader, parts.get("organizations")),
            lines=tuple(_line(loader, node) for node in _items(parts["acts"])),
        )
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise FileRefused(f"This is not YAML: {error.problem}.", line) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise FileRefused(f"This is not YAML: {error}.") from None
    finally:
        loader.dispose()  # type: ignore[no-untyped-call]


def _refuse_aliases(data: bytes) -> None:
    for token in yaml.scan(data, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AliasToken):
            raise FileRefused("Write it out: a process file has no references.", token.start_mark.line + 1)


def _check_parts(parts: dict[str, yaml.Node]) -> None:
    for needed in ("process", "acts"):
        if needed not in parts:
            raise FileRefused(f"The file has no part called {needed}.", 1)
    for name, node in parts.items():
        if name not in {"process", "people", "organizations", "acts"}:
            raise FileRefused(f"There is no part called {name}.", node.start_mark.line + 1)


def _header(loader: yaml.SafeLoader, node: yaml.Node) -> dict[str, Any]:
    header = _mapping(loader, node)
    line = node.start_mark.line + 1
    if missing := sorted(NEEDED - set(header)):
        raise FileRefused(f"The process lacks {', '.join(missing)}.", line)
    if unknown := sorted(set(header) - HEADER):
        raise FileRefused(f"The process has no field called {', '.join(unknown)}.", line)
    return header


def _mapping(loader: yaml.SafeLoader, node: yaml.Node | None) -> dict[str, Any]:
    if node is None:
        return {}
    value = loader.construct_object(node, deep=True)  # type: ignore[no-untyped-call]
    if not isinstance(value, dict):
        raise FileRefused("A mapping is expected here.", node.start_mark.line + 1)
    return value


def _items(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise FileRefused("The acts are a list.", node.start_mark.line + 1)
    return list(node.value)


def _line(loader: yaml.SafeLoader, node: yaml.Node) -> Line:
    number = node.start_mark.line + 1
    said = _mapping(loader, node)
    by = said.pop("by", None)
    if "at" not in said:
        raise FileRefused("This act has no time. Write at: and when it was done.", number)
    at = said.pop("at")
    if len(said) != 1:
        raise FileRefused("Each item is exactly one act, beside at and by.", number)
    act, arguments = said.popitem()
    if not isinstance(arguments, dict):
        raise FileRefused(f"What {act} says is a mapping; write {{}} for nothing.", number)
    return Line(number, at, tuple(by) if isinstance(by, list) else (by,), str(act), arguments)
