"""Drills: the key of the record changes hands, step by step, and every reader can follow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from policyhub.accounts.models import User
from policyhub.core import env
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.keeping import Keeping, SignerRefused
from policyhub.record.models import Entry, SignerWord
from policyhub.record.notes import Key, Note
from policyhub.record.queries import keys, newest_checkpoint
from policyhub.record.restarting import announcement
from policyhub.record.signing import Signer
from tests.factories.record import connected, started, write
from tests.tools.test_verify_record import run
from tests.web.asking import send, signed_in

ORIGIN = "policyhub.example/record"


class Drill:
    """A signer's directory, the record it signs, and what an operator does with both."""

    def __init__(self, root: Path, database: psycopg.Connection[Any]) -> None:
        self.root, self.database = root, database
        self.signer = self.restarted()

    @property
    def keeping(self) -> Keeping:
        """The directory as a process that begins now finds it."""
        return Keeping(self.root / "signer", origin=ORIGIN)

    def restarted(self) -> Signer:
        self.signer = started(self.keeping, self.database)
        return self.signer

    def announcement(self) -> dict[str, str]:
        return self.keeping.announcement()

    def announce(self, said: Mapping[str, object]) -> str:
        """What the command says when it was given that announcement."""
        file, out = self.root / "announcement.json", StringIO()
        file.write_text(json.dumps(said))
        call_command("announce_key", str(file), stdout=out)
        return out.getvalue()

    def export(self, name: str) -> Path:
        call_command("export_record", str(self.root / name), verbosity=0)
        return self.root / name

    def moved_away(self) -> Path:
        """The signer's directory is lost, or kept apart; a new one begins empty."""
        (self.root / "signer").rename(self.root / "lost")
        return self.root / "lost"

    def start_anew(self, reason: str, *, last: str | None = None) -> dict[str, Any]:
        return announcement(self.root / "signer", self.database, reason=reason, last=last)

    def newest(self) -> Note:
        found = newest_checkpoint()
        assert found is not None
        return Note.parse(found.note)


@pytest.fixture
def drill(own_database: str, tmp_path: Path) -> Iterator[Drill]:
    with connected("signer") as database:
        write(3)
        made = Drill(tmp_path, database)
        made.signer.step()
        yield made


def after(until: str, drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signer's clock stands past that time."""
    later = datetime.fromisoformat(until) + timedelta(seconds=1)
    monkeypatch.setattr(Signer, "_now", lambda self: later)


def test_key_is_handed_over_and_who_knows_the_first_follows(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    first = drill.keeping.key
    said = drill.announcement()
    assert drill.announcement() == said
    assert drill.announce(said).startswith(
        f"Entry 3: Another key signs the record, {said['vkey']}. The key before goes on until"
    )
    drill.signer.step()
    second = Key.parse(said["vkey"])
    assert [drill.newest().signed_by(key, check_ed25519) for key in (first, second)] == [True, True]
    after(Entry.objects.get(index=3).body["until"], drill, monkeypatch)
    write(1)
    drill.restarted().step()
    assert [drill.newest().signed_by(key, check_ed25519) for key in (first, second)] == [False, True]
    assert keys() == [str(first), str(second)]
    assert Client().get("/record/vkeys").content.decode() == f"{first}\n{second}\n"
    bundle = drill.export("bundle")
    for level in ("1", "2", "4"):
        followed = run(bundle, "--key", first, "--level", level)
        assert (followed.returncode, followed.stderr) == (0, "")
        assert f"Signed by {second}" in followed.stdout
    assert (drill.root / "signer" / "retired" / first.id.hex()).exists()
    assert drill.keeping.key == second


def test_key_is_announced_on_a_page_and_over_the_api(drill: Drill) -> None:
    operator = User.objects.get(is_operator=True)
    asked = json.dumps(drill.announcement())
    api = APIClient()
    api.force_authenticate(operator)
    refused = api.post(
        "/api/v1/record/keys/", {"announcement": "{}"}, format="json", headers={"idempotency-key": "first"}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "announcement")
    done = send(signed_in(operator), "/desk/operator/keys/", announcement=asked)
    entry = Entry.objects.get(kind="key.rotated")
    assert done["Location"] == f"/desk/done/{entry.index}/"
    again = api.post(
        "/api/v1/record/keys/", {"announcement": asked}, format="json", headers={"idempotency-key": "second"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "under_way")


def test_signer_that_stops_anywhere_on_the_way_goes_on(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    first, said = drill.keeping.key, drill.announcement()
    write(1)
    drill.restarted().step()
    assert drill.newest().signed_by(first, check_ed25519)
    drill.announce(said)
    drill.restarted().step()
    after(Entry.objects.latest("index").body["until"], drill, monkeypatch)
    signer = drill.root / "signer"
    (signer / "retired").mkdir()
    (signer / "retired" / first.id.hex()).hardlink_to(signer / "key")
    write(1)
    drill.restarted().step()
    assert drill.newest().signed_by(Key.parse(said["vkey"]), check_ed25519)
    write(1)
    drill.restarted().step()
    assert drill.keeping.key == Key.parse(said["vkey"])


def test_announcement_that_the_present_key_did_not_sign_is_refused(drill: Drill, tmp_path: Path) -> None:
    stranger = Keeping(tmp_path / "stranger", origin=ORIGIN)
    with pytest.raises(CommandError, match="does not hand over from the key that signs the record now"):
        drill.announce(stranger.announcement())
    said = drill.announcement()
    with pytest.raises(CommandError, match="did not sign the new one"):
        drill.announce({**said, "vkey": stranger.announcement()["vkey"]})
    with pytest.raises(CommandError, match="This is no announcement"):
        drill.announce({"vkey": said["vkey"]})
    assert Entry.objects.count() == 3


def test_second_change_waits_until_the_first_has_ended(drill: Drill) -> None:
    drill.announce(drill.announcement())
    drill.signer.step()
    with pytest.raises(CommandError, match=r"does not hand over|still under way"):
        drill.announce(drill.announcement())


def test_signer_without_the_announced_key_signs_nothing(drill: Drill) -> None:
    said = drill.announcement()
    (drill.root / "signer" / "key.next").unlink()
    drill.announce(said)
    with pytest.raises(SignerRefused, match="which is not here"):
        drill.restarted().step()


def test_checkpoint_by_a_key_that_nobody_handed_over_to_is_refused(drill: Drill, tmp_path: Path) -> None:
    first = drill.keeping.key
    bundle = drill.export("bundle")
    stranger = Keeping(tmp_path / "stranger", origin=ORIGIN)
    (bundle / "checkpoint").write_text(str(stranger.note(drill.newest().checkpoint)))
    said = run(bundle, "--key", first)
    assert (said.returncode, said.stdout.startswith("The record is NOT what was signed. checkpoint: none of")) == (
        1,
        True,
    )


def test_signer_that_lost_its_directory_signs_nothing_by_itself(drill: Drill) -> None:
    drill.moved_away()
    with pytest.raises(SignerRefused, match=r"Bring back the signer's directory\. If it is lost, start"):
        drill.restarted()


def test_signer_that_lost_its_memory_alone_takes_what_it_published(drill: Drill) -> None:
    (drill.root / "signer" / "signed").unlink()
    write(1)
    made = drill.restarted().step()
    assert made is not None
    assert made.size == 4


def test_record_whose_key_is_lost_is_started_anew_over_the_same_entries(drill: Drill, tmp_path: Path) -> None:
    first, kept = drill.keeping.key, tmp_path / "kept"
    kept.write_text(str(drill.newest()))
    drill.moved_away()
    said = drill.start_anew("key_lost")
    assert drill.start_anew("key_lost") == said
    assert (said["checkpoint"][1], said["previous"], Key.parse(said["vkey"]).name) == ("3", str(first), f"{ORIGIN}/2")
    with pytest.raises(SignerRefused, match="Nothing is signed"):
        drill.restarted()
    assert "The record is started anew" in drill.announce(said)
    made = drill.restarted().step()
    assert made is not None
    assert (made.size, made.origin) == (4, f"{ORIGIN}/2")
    assert keys() == [str(first), said["vkey"]]
    bundle = drill.export("bundle")
    believed = run(bundle)
    assert believed.returncode == 0, believed.stdout
    assert f"Entry 3 starts the record anew as {ORIGIN}/2, because its key was lost" in believed.stdout
    doubted = run(bundle, "--key", first, "--checkpoint", kept)
    assert (doubted.returncode, doubted.stdout) == (2, "")
    assert f"Your key did not hand over to {said['vkey']}" in doubted.stderr
    for known in (["--key", first, "--key", said["vkey"]], ["--key", said["vkey"]]):
        both = run(bundle, *known, "--checkpoint", kept, "--level", "4")
        assert (both.returncode, both.stderr) == (0, ""), both.stdout


def test_what_was_lost_and_signed_is_named_for_whoever_kept_a_checkpoint(drill: Drill, tmp_path: Path) -> None:
    write(4)
    drill.signer.step()
    kept, last = tmp_path / "kept", drill.newest()
    kept.write_text(str(last))
    older_backup_is_put_back(5)
    with pytest.raises(SignerRefused, match="The record holds 5 entries, and 7 were signed"):
        drill.restarted()
    drill.moved_away()
    with pytest.raises(SignerRefused, match="Give the last checkpoint that anybody kept"):
        drill.start_anew("entries_lost")
    said = drill.start_anew("entries_lost", last=kept.read_text())
    assert said["checkpoint"][1] == "7"
    drill.announce(said)
    write(4)
    drill.restarted().step()
    bundle = drill.export("bundle")
    assert run(bundle, "--key", said["vkey"]).returncode == 0
    found = run(bundle, "--key", said["vkey"], "--checkpoint", kept)
    assert found.returncode == 1
    assert "The first 7 entries are not those under the checkpoint of that size" in found.stdout
    assert f"Entry 5 starts the record anew as {ORIGIN}/2, because entries that were signed are lost" in found.stdout


def older_backup_is_put_back(held: int) -> None:
    """What an operator can do who owns the database: the record is as it was so many entries ago."""
    with connected("owner") as owner:
        for table in ("record_leaf", "record_head", "record_checkpoint"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM record_leaf WHERE idx >= %s", [held])
        owner.execute("UPDATE record_head SET size = %s", [held])
        owner.execute("DELETE FROM record_checkpoint WHERE size > %s", [held])
        for table in ("record_leaf", "record_head", "record_checkpoint"):
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def test_nothing_is_started_anew_that_goes_on(drill: Drill, tmp_path: Path) -> None:
    kept = str(drill.newest())
    used = drill.root / "signer"
    with pytest.raises(SignerRefused, match="is a signer's directory already"):
        drill.start_anew("key_lost")
    said: dict[str, Any] = announcement(tmp_path / "other", drill.database, reason="entries_lost", last=kept)
    with pytest.raises(CommandError, match="The record continues that checkpoint"):
        drill.announce(said)
    forged = [*said["checkpoint"][:1], "2", *said["checkpoint"][2:]]
    with pytest.raises(CommandError, match="the key before did not sign the checkpoint that it names"):
        drill.announce({**said, "reason": "key_lost", "checkpoint": forged})
    write(2)
    drill.signer.step()
    with pytest.raises(CommandError, match="The last checkpoint here is over 5 entries"):
        drill.announce({**said, "reason": "key_lost"})
    stranger = Keeping(tmp_path / "stranger", origin="elsewhere.example/record")
    with pytest.raises(CommandError, match="This key cannot be announced"):
        drill.announce({**said, "previous": str(stranger.key)})
    assert used.exists()
    assert Entry.objects.count() == 5


def test_key_that_a_refusing_signer_made_meanwhile_is_forgotten(drill: Drill) -> None:
    drill.moved_away()
    with pytest.raises(SignerRefused):
        drill.restarted()
    assert drill.keeping.origin == ORIGIN
    drill.announce(drill.start_anew("key_lost"))
    made = drill.restarted().step()
    assert made is not None
    assert (made.origin, made.size) == (f"{ORIGIN}/2", 4)


def test_signer_of_the_time_before_signs_no_more(drill: Drill) -> None:
    lost = drill.moved_away()
    drill.announce(drill.start_anew("key_lost"))
    with pytest.raises(SignerRefused, match="This directory signed what came before"):
        started(Keeping(lost, origin=ORIGIN), drill.database)
    with pytest.raises(SignerRefused, match="This directory signed what came before"):
        drill.signer.step()


def test_two_signers_do_not_share_a_directory(tmp_path: Path) -> None:
    first = Keeping(tmp_path / "signer", origin=ORIGIN)
    first.hold()
    with pytest.raises(SignerRefused, match="Another signer runs in"):
        Keeping(tmp_path / "signer", origin=ORIGIN).hold()


def test_refusal_of_the_signer_stands_on_every_public_page_until_it_signs_again(drill: Drill) -> None:
    before = Client().get("/record/")
    drill.signer.tell("The first 3 entries are not those that were signed.")
    drill.signer.tell("The first 3 entries are not those that were signed.")
    for address in ("/", "/record/", "/record/verify/", "/record/0/"):
        page = Client().get(address, headers={"if-none-match": before["ETag"]}).content.decode()
        assert "Its signer refuses since" in page
        assert "The first 3 entries are not those that were signed." in page
    drill.signer.tell("")
    assert "refuses" not in Client().get("/record/").content.decode()
    assert SignerWord.objects.count() == 2


@pytest.mark.parametrize(
    ("size", "words"), [(2, "is smaller than the newest"), (99, "is larger than the record")], ids=["smaller", "larger"]
)
def test_database_takes_no_checkpoint_that_does_not_grow(drill: Drill, size: int, words: str) -> None:
    with pytest.raises(psycopg.Error, match=words):
        drill.database.execute(
            "INSERT INTO record_checkpoint (size, root, note, vkey) VALUES (%s, %s, 'n', 'k')", [size, b"r" * 32]
        )


def test_command_prints_the_announcement_or_one_sentence(
    drill: Drill, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = urlsplit(env.text("DATABASE_SIGN_URL"))
    monkeypatch.setenv("DATABASE_SIGN_URL", given._replace(path=f"/{own_database}").geturl())
    monkeypatch.setenv("POLICYHUB_SIGNER", str(drill.root / "other"))
    out = StringIO()
    call_command("sign_record", start_anew="key_lost", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["reason"], said["checkpoint"]) == ("key_lost", str(drill.newest()).splitlines())
    with pytest.raises(CommandError, match="Give the last checkpoint that anybody kept"):
        call_command("sign_record", start_anew="entries_lost")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("sign_record", start_anew="entries_lost", last=str(drill.root / "nowhere"))
