"""The house as docs/architecture.md draws it: keys point down, doors do not write, functions stay readable."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey

ROOT = Path(settings.BASE_DIR)
PACKAGE = ROOT / "policyhub"
LIMITS = {"function": 50, "view": 40, "task": 16, "module": 600, "template": 240}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
DOORS = ("web", "portal", "api")
# Objects of a door that have a method of the same name as a write, and are no rows.
NOT_ROWS = {"form", "data", "session", "headers", "found", "response", "digest", "hashed"}


def layers() -> list[list[str]]:
    """The layers of pyproject.toml, highest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [[part.strip(" ()") for part in layer.split("|")] for layer in contracts[0]["layers"]]


def rank(package: str) -> int:
    return next(number for number, layer in enumerate(reversed(layers())) if package in layer)


def modules(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted(path for path in (PACKAGE / package).rglob("*.py") if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_foreign_keys_never_point_upwards() -> None:
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("policyhub."):
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey) or not field.related_model.__module__.startswith("policyhub."):
                continue
            here, there = model.__module__.split(".")[1], field.related_model.__module__.split(".")[1]
            if rank(there) > rank(here):
                wrong.append(f"{model.__name__}.{field.name}")
    assert wrong == []


def test_doors_do_not_write() -> None:
    wrong = []
    for path in modules(*DOORS):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = ast.unparse(node.func.value).split(".")[-1].split("(")[0]
            if node.func.attr in WRITES and owner not in NOT_ROWS:
                wrong.append(f"{path.name}:{node.lineno} {ast.unparse(node.func)}")
            if ast.unparse(node.func) in {"transaction.atomic", "atomic"}:
                wrong.append(f"{path.name}:{node.lineno} opens a transaction")
    assert wrong == []


def test_below_the_doors_nobody_speaks_http() -> None:
    forbidden = {"django.http", "django.shortcuts", "django.dispatch", "django.db.models.signals"}
    lower = [part for layer in layers() for part in layer if part not in {*DOORS, "runtime", "demo", "search"}]
    wrong = []
    for path in modules(*lower):
        if path.name in {"admin.py", "middleware.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            name = node.module if isinstance(node, ast.ImportFrom) else None
            if name in forbidden:
                wrong.append(f"{path.relative_to(PACKAGE)}: {name}")
    assert wrong == []


def test_nobody_asks_another_clock() -> None:
    wrong = [
        str(path.relative_to(PACKAGE))
        for layer in layers()
        for package in layer
        if package not in {"runtime", "search"}
        for path in modules(package)
        if "timezone.now(" in path.read_text() or "datetime.now(" in path.read_text()
    ]
    assert wrong == []


@pytest.mark.parametrize("path", list(modules("")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_and_its_functions_can_be_read_without_scrolling_far(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LIMITS["module"]
    limit = LIMITS["function"]
    if path.parts[-2] == "web":
        limit = LIMITS["view"]
    if path.name == "tasks.py":
        limit = LIMITS["task"]
    assert [f"{node.name}: {length(node)}" for node in functions(path) if length(node) > limit] == []


def test_templates_can_be_read_without_scrolling_far() -> None:
    long = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if path.suffix in {".html", ".txt"} and len(path.read_text().splitlines()) > LIMITS["template"]
    ]
    assert long == []


def test_nothing_is_inline_in_templates() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if "email" not in path.parts and (" style=" in path.read_text() or "<script>" in path.read_text())
    ]
    assert wrong == []


def test_acts_are_keyword_only_with_actor_first_and_time_last() -> None:
    wrong = []
    for path in modules(""):
        if "acts" not in {path.stem, *path.parts} or path.name == "__init__.py":
            continue
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or not _is_act(node):
                continue
            names = [argument.arg for argument in node.args.kwonlyargs]
            if node.args.args or not names or names[-1] != "at":
                wrong.append(f"{path.relative_to(PACKAGE)}: {node.name}")
    assert wrong == []


def _is_act(node: ast.FunctionDef) -> bool:
    returned = ast.unparse(node.returns) if node.returns else ""
    decorated = any("atomic" in ast.unparse(each) for each in node.decorator_list)
    return decorated and returned == "Entry" and not node.name.startswith("_")
