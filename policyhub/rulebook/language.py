"""Reading rules: the name of a preset, a preset with parameters of one's own, or a rule written out in full."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import resources
from typing import Any

from .errors import RuleError
from .measure import Measure, read_limit, read_minimum
from .rule import EVERYONE, Base, Labels, LeftOut, Rule, Stance
from .words import shown

PRESETS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    resources.files(__package__).joinpath("presets.toml").read_text(encoding="utf-8")
)
_OF_PRESETS_ALONE = {"title", "sources", "labels", "balance_decides", "assumes"}
_OWN_TITLE = "A rule of the charter's own"


def preset(given: object) -> Rule:
    """The rule behind a preset's name or an object of the rule language; RuleError says what is wrong with it."""
    if isinstance(given, str):
        return _from_preset(given, {})
    if not isinstance(given, dict):
        raise RuleError(f"The rule must be the name of a preset or an object, not {shown(given)}.")
    parameters = {key: value for key, value in given.items() if key != "preset"}
    if "preset" in given:
        return _from_preset(given["preset"], parameters)
    return _checked(Rule(title=_OWN_TITLE, **_read_parameters(parameters)))


def _from_preset(name: object, parameters: Mapping[str, object]) -> Rule:
    if not isinstance(name, str) or name not in PRESETS:
        raise RuleError(f"The rule {shown(name)} is unknown; the presets are {', '.join(PRESETS)}.")
    written = PRESETS[name]
    language = {key: value for key, value in written.items() if key not in _OF_PRESETS_ALONE}
    rule = Rule(
        name=name,
        title=written["title"],
        sources=tuple(written["sources"]),
        assumed=tuple(said for key, said in written.get("assumes", {}).items() if key not in parameters),
        labels=Labels(written.get("labels", Labels.NONE)),
        balance_decides=written.get("balance_decides", False),
        **_read_parameters({**language, **parameters}),
    )
    return _checked(rule)


def _read_parameters(parameters: Mapping[str, object]) -> dict[str, Any]:
    for parameter in parameters:
        if parameter not in _PARAMETERS:
            raise RuleError(f"The rule language has no {shown(parameter)}; it has {', '.join(_PARAMETERS)}.")
    return {parameter: _PARAMETERS[parameter](parameter, value) for parameter, value in parameters.items()}


def _checked(rule: Rule) -> Rule:
    if rule.minimum is None and not (rule.classes or rule.issues or rule.balance_decides):
        raise RuleError('The rule says nothing that could adopt a text: it needs a "minimum", "classes" or "issues".')
    if rule.base is Base.CATEGORIES and rule.classes:
        raise RuleError("A rule that counts interest categories cannot judge classes of organizations as well.")
    return rule


def _flag(parameter: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise RuleError(f'The rule\'s "{parameter}" must be true or false, not {shown(value)}.')
    return value


def _number(parameter: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RuleError(f'The rule\'s "{parameter}" must be a whole number, not {shown(value)}.')
    return int(read_minimum(parameter, value).amount)


def _classes(parameter: str, value: object) -> tuple[tuple[str, Measure], ...]:
    if not isinstance(value, dict) or not value or EVERYONE in value:
        raise RuleError(f'The rule\'s "{parameter}" must give each class its minimum, not {shown(value)}.')
    return tuple((str(name), read_minimum(f"{parameter}.{name}", minimum)) for name, minimum in value.items())


def _one_of(kind: type[StrEnum]) -> Callable[[str, object], StrEnum]:
    def read(parameter: str, value: object) -> StrEnum:
        if not isinstance(value, str) or value not in set(kind):
            raise RuleError(f'The rule\'s "{parameter}" must be one of {", ".join(kind)}, not {shown(value)}.')
        return kind(value)

    return read


def _some_of(kind: type[StrEnum]) -> Callable[[str, object], frozenset[StrEnum]]:
    def read(parameter: str, value: object) -> frozenset[StrEnum]:
        if not isinstance(value, list):
            raise RuleError(f'The rule\'s "{parameter}" must be a list, not {shown(value)}.')
        return frozenset(_one_of(kind)(parameter, item) for item in value)

    return read


_PARAMETERS: Mapping[str, Callable[[str, object], Any]] = {
    "minimum": read_minimum,
    "base": _one_of(Base),
    "classes": _classes,
    "approving": _some_of(Stance),
    "minimum_support": _number,
    "supporting": _some_of(Stance),
    "needs_outside_support": _flag,
    "quorum": read_minimum,
    "abstention": read_limit,
    "opposition": read_limit,
    "blocking": _flag,
    "dissent": _flag,
    "balance": read_limit,
    "vacancy": _flag,
    "issues": _flag,
    "leave_out": _some_of(LeftOut),
    "open_days": _number,
}
