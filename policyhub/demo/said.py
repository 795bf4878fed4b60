"""What one line of a process file says, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import TextChoices

from policyhub.demo.plainyaml import FileRefused

Choice = TypeVar("Choice", bound=StrEnum | TextChoices)


class Said:
    """The fields of one act; every one must be taken, so that no misspelt one is silently ignored."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = dict(given)

    def has(self, name: str) -> bool:
        """Whether the line has the field and nobody took it yet."""
        return name in self._given

    def take(self, name: str) -> Any:
        """The field's value as the file has it; it must be there and say something."""
        if name not in self._given:
            raise FileRefused(f"The field {name} is missing.")
        value = self._given.pop(name)
        if value is None:
            raise FileRefused(f"{name} is empty. Write something, or leave the field out.")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """The field as text; without a default it must be there."""
        return text_of(self.take(name), name) if default is None or name in self._given else default

    def find_text(self, name: str) -> str | None:
        """The field as text, or None when the line does not have it."""
        return self.text(name) if name in self._given else None

    def number(self, name: str) -> int:
        """The field as a whole number."""
        return number_of(self.take(name), name)

    def find_number(self, name: str) -> int | None:
        """The field as a whole number, or None when the line does not have it."""
        return self.number(name) if name in self._given else None

    def flag(self, name: str, default: bool | None = None) -> bool:
        """The field as yes or no; without a default it must be there."""
        value = self.take(name) if default is None or name in self._given else default
        if not isinstance(value, bool):
            raise FileRefused(f"{name} is true or false, not {value!r}.")
        return value

    def choice(self, name: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """The field as one of the words that are possible there; without a default it must be there."""
        if default is not None and name not in self._given:
            return default
        word = self.text(name)
        try:
            return choices(word)
        except ValueError:
            words = ", ".join(each.value for each in choices)
            raise FileRefused(f"{word!r} is no {name}. Write one of {words}.") from None

    def listed(self, name: str) -> list[Any]:
        """The field as a list with something in it."""
        value = self.take(name)
        if not isinstance(value, list) or not value:
            raise FileRefused(f"{name} is a list with something in it, such as [first, second].")
        return value

    def texts(self, name: str) -> list[str]:
        """The field as a list of texts."""
        return [text_of(each, name) for each in self.listed(name)]

    def numbers(self, name: str) -> list[int]:
        """The field as a list of whole numbers."""
        return [number_of(each, name) for each in self.listed(name)]

    def parts(self, name: str) -> list[Said]:
        """The field as a list of things with fields of their own; the caller checks that each is empty at last."""
        return [Said(_mapping(each, name)) for each in self.listed(name)]

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """The field as names, each with its text, in the order of the file."""
        return [(each, text_of(value, each)) for each, value in _mapping(self.take(name), name).items()]

    def check_empty(self) -> None:
        """Refuse what nobody took."""
        if self._given:
            raise FileRefused(f"There is no field called {', '.join(sorted(self._given))} here.")


def text_of(value: Any, name: str) -> str:
    """The value as text; a bare number is taken as it was written."""
    if isinstance(value, bool):
        raise FileRefused(f'{name} is text. Write it in quotation marks: "{str(value).lower()}".')
    if not isinstance(value, str | int):
        raise FileRefused(f"{name} is text, not {_shape(value)}.")
    return str(value).strip("\n")


def number_of(value: Any, name: str) -> int:
    """The value as a whole number; nothing is counted below zero."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FileRefused(f"{name} is a whole number, not {_shape(value)}.")
    return value


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FileRefused(f"{name} has names with values, such as name: value; this is {_shape(value)}.")
    return value


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)
