"""YAML without its surprises: text, whole numbers, true and false, lists, mappings, and nothing that refers elsewhere.

Dates, octal numbers, `yes` and `no` stay the text that they are; a name that stands twice is refused.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from policyhub.core.text import find_hidden

BOOL, NULL, WHOLE = (f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "int"))


class FileRefused(Exception):
    """The file cannot be told; the message names the line and the reason."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {sentence}" if line else sentence)
        self.line = line


class PlainLoader(yaml.SafeLoader):
    """Reads a file's nodes and their plain values; FileRefused for whatever is not plain."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node, unless it refers to another, is referred to, or says how to read itself."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if event.anchor is not None:
            raise FileRefused("Write it out: a process file has no references.", line)
        if event.tag is not None:
            raise FileRefused(f"Leave {event.tag} out: a process file has no tags.", line)
        if isinstance(event, yaml.ScalarEvent) and (hidden := find_hidden(event.value)):
            raise FileRefused(hidden, line)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict[Any, Any]:
        """The mapping with its names as text."""
        return {name: self.construct_object(value, deep=deep) for name, value in fields(node).items()}  # type: ignore[no-untyped-call]


PlainLoader.add_implicit_resolver(BOOL, re.compile(r"^(?:true|false)$"), ["t", "f"])
PlainLoader.add_implicit_resolver(NULL, re.compile(r"^$"), [""])
PlainLoader.add_implicit_resolver(WHOLE, re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789"))


def fields(node: yaml.Node) -> dict[str, yaml.Node]:
    """The nodes of a mapping by name."""
    if not isinstance(node, yaml.MappingNode):
        raise FileRefused("Names with values are expected here, such as name: value.", line_of(node))
    found: dict[str, yaml.Node] = {}
    for name, value in node.value:
        if not isinstance(name, yaml.ScalarNode):
            raise FileRefused("A name is expected before the colon.", line_of(name))
        if name.value in found:
            raise FileRefused(f"{name.value} stands here twice.", line_of(name))
        found[name.value] = value
    return found


def line_of(node: yaml.Node) -> int:
    """The line on which the node begins, counted from one."""
    return int(node.start_mark.line) + 1
