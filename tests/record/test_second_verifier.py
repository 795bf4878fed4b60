"""The product's verifier and one written from the documented format alone say the same of every export."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policyhub.record.offline import main
from tests.record.second_verifier import is_in_order
from tests.record.test_bundles import LEAVES, write


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with two tiles and three older checkpoints."""
    return write(tmp_path_factory.mktemp("clean"), LEAVES, checkpoints=(1, 100, 256))


def test_both_find_a_clean_export_in_order(clean: Path) -> None:
    assert (main([str(clean)]), is_in_order(clean)) == (0, True)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_both_find_what_was_changed(clean: Path, data: st.DataObject) -> None:
    with TemporaryDirectory() as place:
        copy = Path(shutil.copytree(clean, Path(place) / "copy"))
        file = data.draw(st.sampled_from(sorted(each for each in copy.rglob("*") if each.is_file())))
        before = file.read_bytes()
        file.write_bytes(data.draw(changes(before)))
        assume(file.read_bytes() != before)
        # Space around a key is no part of it.
        harmless = file.name == "vkey" and file.read_bytes().strip() == before.strip()
        assert (main([str(copy)]) == 0, is_in_order(copy)) == (harmless, harmless)


@st.composite
def changes(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes with one flipped, some cut off or put in, or two pieces exchanged."""
    at = draw(st.integers(0, len(content) - 1))
    match draw(st.sampled_from(("flip", "cut", "insert", "swap"))):
        case "flip":
            return content[:at] + bytes([content[at] ^ 1 << draw(st.integers(0, 7))]) + content[at + 1 :]
        case "cut":
            return content[:at] + content[at + draw(st.integers(1, 400)) :]
        case "insert":
            return content[:at] + draw(st.binary(min_size=1, max_size=8)) + content[at:]
        case _:
            return content[at:] + content[:at]
