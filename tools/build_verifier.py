"""Writes tools/verify_record.py and tools/witness.py: the product's own modules, in one file each."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
TARGET = BASE / "tools" / "verify_record.py"
WITNESS = BASE / "tools" / "witness.py"
# Each needs only those before it.
MODULES = (
    "core/canonical.py",
    "rulebook/errors.py",
    "rulebook/words.py",
    "rulebook/fields.py",
    "rulebook/measure.py",
    "rulebook/rule.py",
    "rulebook/roster.py",
    "rulebook/language.py",
    "rulebook/ballot.py",
    "rulebook/judging.py",
    "rulebook/judgement.py",
    "rulebook/counting.py",
    "rulebook/asking.py",
    "rulebook/straw.py",
    "rulebook/usable.py",
    "rulebook/binding.py",
    "rulebook/voices.py",
    "record/tree.py",
    "record/proofs.py",
    "record/kinds.py",
    "record/commitments.py",
    "record/replay/state.py",
    "record/replay/table.py",
    "record/replay/texts.py",
    "record/replay/archives.py",
    "record/replay/belonging.py",
    "record/replay/groups.py",
    "record/replay/leaving.py",
    "record/replay/needs.py",
    "record/replay/statements.py",
    "record/replay/rooms.py",
    "record/replay/asking.py",
    "record/replay/positions.py",
    "record/replay/votes.py",
    "record/replay/story.py",
    "record/verifying.py",
    "record/notes.py",
    "record/ed25519.py",
    "record/keyring.py",
    "record/prooffile.py",
    "record/receipts.py",
    "record/places.py",
    "record/bundles.py",
    "record/offline.py",
)
HEADER = '''#!/usr/bin/env python3
"""Checks a PolicyHub record without PolicyHub: one file, Python 3.11 or newer, nothing to install.

    python3 verify_record.py DIRECTORY        a record written by `manage.py export_record`
    python3 verify_record.py https://SITE/    the record of a site, over the network
    python3 verify_record.py LEAF --proof FILE.tlog-proof --key VKEY

Written by tools/build_verifier.py from the modules named below; a test compares the two.
"""

from __future__ import annotations
'''


# The presets are a file beside their module; in one file they stand where they are read.
PRESETS = BASE / "policyhub" / "rulebook" / "presets.toml"
READING_PRESETS = 'resources.files(__package__).joinpath("presets.toml").read_text(encoding="utf-8")'


WITNESS_MODULES = (
    "record/tree.py",
    "record/proofs.py",
    "record/notes.py",
    "record/ed25519.py",
    "record/keyring.py",
    "record/places.py",
    "record/witnessing.py",
)
WITNESS_HEADER = '''#!/usr/bin/env python3
"""Watches a PolicyHub record for an organization: one file, Python 3.11 or newer, nothing to install.

    python3 witness.py https://SITE/ --state DIRECTORY        from cron, every few minutes

Written by tools/build_verifier.py from the modules named below; a test compares the two.
"""

from __future__ import annotations
'''


def build() -> str:
    """The text of the verifier; ValueError when two modules use one name for different things."""
    return _assembled(HEADER, MODULES)


def build_witness() -> str:
    """The text of the witness."""
    return _assembled(WITNESS_HEADER, WITNESS_MODULES)


def _assembled(header: str, modules: tuple[str, ...]) -> str:
    imports: dict[str, set[str]] = {}
    parts, owners = [], dict[str, str]()
    for name in modules:
        kept, wanted, defined = _read(_whole(name))
        for each in defined:
            if owners.setdefault(each, name) != name:
                raise ValueError(f"{each} is defined in {owners[each]} and in {name}: give one of them another name")
        for module, names in wanted.items():
            imports.setdefault(module, set()).update(names)
        parts.append(f"# --- policyhub/{name}\n\n{kept}")
    return "\n\n\n".join([header + "\n" + "\n".join(_import_lines(imports)), *parts]) + "\n"


def _whole(name: str) -> str:
    """A module's source with what it reads from a file beside it written in."""
    source = (BASE / "policyhub" / name).read_text()
    return source.replace("from importlib import resources\n", "").replace(
        READING_PRESETS, f'"""\n{PRESETS.read_text()}"""'
    )


def _import_lines(imports: dict[str, set[str]]) -> list[str]:
    listed = sorted(imports.items())
    whole = [f"import {module}" for module, names in listed if not names]
    return whole + [f"from {module} import {', '.join(sorted(names))}" for module, names in listed if names]


def _read(source: str) -> tuple[str, dict[str, set[str]], list[str]]:
    """A module without docstring and imports, the imports from the standard library, the names that it defines."""
    lines = source.splitlines()
    imports, defined, drop = dict[str, set[str]](), list[str](), set[int]()
    for node in ast.parse(source).body:
        taken = range(node.lineno - 1, node.end_lineno or node.lineno)
        if isinstance(node, ast.Import):
            drop.update(taken)
            imports |= {each.name: set() for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            drop.update(taken)
            if not node.level and not str(node.module).startswith(("policyhub", "__future__")):
                imports.setdefault(str(node.module), set()).update(each.name for each in node.names)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            drop.update(taken)
        else:
            defined += _names(node)
    return "\n".join(line for number, line in enumerate(lines) if number not in drop).strip("\n"), imports, defined


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]


if __name__ == "__main__":
    for target, written in ((TARGET, build()), (WITNESS, build_witness())):
        target.write_text(written)
        target.chmod(0o755)
    sys.exit(0)
