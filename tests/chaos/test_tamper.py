"""A small run of every way to change a record; the full one is a command, see docs/testing.md."""

from __future__ import annotations

import json

import pytest

from policyhub.record.bundles import CHECKPOINTS, Tampered, Wanted, check_bundle
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.receipts import Receipt
from policyhub.runtime.stories import lawful_leaves
from tests.chaos.tamper import CHANGES, KEY, ORIGIN, bundle, clean, tamper, tiles

LEAVES = list(lawful_leaves(300, organizations=4, positions=9))


def test_every_change_is_found_and_where_tiles_can_tell_at_its_index() -> None:
    tried = tamper(240, seed=7)
    assert set(tried.effective) == set(CHANGES)
    assert tried.found == tried.effective
    assert tried.well_placed == tried.placed


def test_nothing_is_found_where_nothing_was_changed() -> None:
    assert clean(25, seed=7) == 0


def forged(index: int) -> list[bytes]:
    """A story in which one leaf is another, well written."""
    said = json.loads(LEAVES[index])
    said["actor"]["role"] = "alternate"
    other = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return [*LEAVES[:index], other, *LEAVES[index + 1 :]]


def test_receipt_tells_the_index_of_a_rewrite_that_was_signed_anew() -> None:
    kept = Receipt(ORIGIN, 41, LEAVES[41].decode(), None)
    wanted = Wanted(level=CHECKPOINTS, trusted=(KEY,), receipts=[kept])
    with pytest.raises(Tampered, match="Entry 41 is not the one of the receipt") as found:
        check_bundle(bundle(forged(41)).get, [], wanted, check=check_ed25519)
    assert found.value.index == 41


@pytest.mark.parametrize(("index", "first"), [(41, 100), (99, 100), (100, 200), (250, 300)])
def test_rewrite_without_a_receipt_names_the_first_checkpoint_that_fails(index: int, first: int) -> None:
    files = {**bundle(LEAVES), **tiles(forged(index))}
    with pytest.raises(Tampered, match=f"The first {first} entries are not those under the checkpoint of that size"):
        check_bundle(files.get, [100, 200, 300], Wanted(level=CHECKPOINTS, trusted=(KEY,)), check=check_ed25519)
