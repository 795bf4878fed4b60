"""An edition's content to its PDF: tagged, archival (PDF/A-3a), accessible (PDF/UA-1), the same bytes every time.

Each file is made in a process of its own, because a Typst compiler keeps the memory of all that it ever made.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pikepdf
import typst

from policyhub.publishing.content import EditionContent
from policyhub.publishing.glyphs import fitted

ENGINE = f"typst {version('typst')}"
SECONDS = 120

_HOME = Path(__file__).resolve().parents[2]
_TEMPLATES = _HOME / "templates" / "publishing"
_FONTS = _TEMPLATES / "fonts"


class RenderFailed(Exception):
    """No file could be made; the message says why in one sentence."""


def render(content: EditionContent) -> bytes:
    """The edition as PDF; RenderFailed when it cannot be made."""
    order = content.as_data()
    order["files"].append(asdict(content.as_file()))
    command = [sys.executable, "-m", "policyhub.publishing.render"]
    try:
        made = subprocess.run(  # noqa: S603 (our own module; the content comes by standard input)
            command, input=json.dumps(order).encode(), capture_output=True, cwd=_HOME, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise RenderFailed(f"The edition was not ready after {SECONDS} seconds.") from None
    if made.returncode != 0:
        said = made.stderr.decode(errors="replace").strip().splitlines() or ["the renderer was killed"]
        raise RenderFailed(f"The edition could not be made: {said[-1]}")
    return made.stdout


def template_hash() -> str:
    """SHA-256 over the layout and its fonts, as `sha256:` and 64 digits: part of what an edition pins."""
    digest = hashlib.sha256()
    for path in sorted(_TEMPLATES.rglob("*")):
        if path.suffix in {".typ", ".ttf"}:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()}"


def make(order: dict[str, Any]) -> bytes:
    """The PDF of an edition's content, made in this process."""
    shown = fitted({name: value for name, value in order.items() if name != "files"}, _shows)
    inputs = {"edition": json.dumps(shown), "files": json.dumps(order["files"])}
    day = datetime.fromtimestamp(order["timestamp"], UTC)
    return _packed(_compiled("edition.typ", inputs, day))


def _shows(text: str) -> bool:
    try:
        _compiled("probe.typ", {"text": text}, datetime.fromtimestamp(0, UTC))
    except typst.TypstError:
        return False
    return True


def _compiled(layout: str, inputs: dict[str, str], day: datetime) -> bytes:
    return typst.compile(
        str(_TEMPLATES / layout),
        root=str(_TEMPLATES),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
        timestamp=day,
    )


def _packed(made: bytes) -> bytes:
    """The same file in less than half the bytes, its identity derived from its content."""
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as file:
        file.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return packed.getvalue()


def attached(data: bytes) -> list[bytes]:
    """The files bound into a PDF, among them everything printed in it, as data; none where it is no PDF."""
    try:
        with pikepdf.open(io.BytesIO(data)) as file:
            return [part.get_file().read_bytes() for part in file.attachments.values()]
    except pikepdf.PdfError:
        return []


def main() -> None:
    """Read an order on standard input and write its PDF to standard output."""
    sys.stdout.buffer.write(make(json.load(sys.stdin.buffer)))


if __name__ == "__main__":
    main()
