"""The record's rows. Leaves are written by one database function alone; the serving role can only read them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models


class EntryQuerySet(models.QuerySet["Entry"]):
    """Filters that chain."""

    def of_process(self, slug: str) -> EntryQuerySet:
        return self.filter(process=slug)

    def of_subject(self, subject: str) -> EntryQuerySet:
        return self.filter(subject=subject)

    def of_kinds(self, *kinds: str) -> EntryQuerySet:
        return self.filter(kind__in=kinds)


class Entry(models.Model):
    """One leaf: its exact bytes are the authority, everything else in the row is read from them."""

    index = models.BigIntegerField(primary_key=True, db_column="idx")
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField()
    subject = models.TextField()
    n = models.IntegerField(db_column="subject_seq")
    event_id = models.UUIDField(unique=True)
    kind = models.TextField(db_column="type")
    process = models.TextField(null=True)
    told_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        db_table = "record_leaf"
        managed = False
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"entry {self.index}: {self.kind} {self.subject}"

    @cached_property
    def content(self) -> dict[str, Any]:
        """The leaf as data."""
        return json.loads(bytes(self.leaf))  # type: ignore[no-any-return]

    @property
    def body(self) -> dict[str, Any]:
        return self.content["body"]  # type: ignore[no-any-return]

    @property
    def actor(self) -> dict[str, Any]:
        return self.content["actor"]  # type: ignore[no-any-return]

    @property
    def occurred_at(self) -> datetime:
        """The told time where there is one, else the time of writing."""
        return self.told_at or self.recorded_at

    @property
    def hash_text(self) -> str:
        return f"sha256:{bytes(self.leaf_hash).hex()}"


class Head(models.Model):
    """The log's size and last time: one row, locked by whoever appends."""

    log_id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "record_head"
        managed = False


class SignedCheckpoint(models.Model):
    """The record at a size, signed by the signer: a note that anybody can check."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    vkey = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "record_checkpoint"
        managed = False

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"

    @property
    def root_text(self) -> str:
        return f"sha256:{bytes(self.root).hex()}"


class SignerWord(models.Model):
    """What the signer says for everybody: why it refuses to sign, or nothing once it signs again."""

    sentence = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        db_table = "record_word"
        managed = False


class Secret(models.Model):
    """What a commitment in a leaf stands for. Deleting the row erases it: the leaf stays and tells nothing."""

    commit = models.CharField(max_length=71, primary_key=True)
    salt = models.BinaryField()
    payload = models.BinaryField()
    # Not a foreign key: people live above the record, and a commitment must not go when an account does.
    person = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        db_table = "record_secret"


class Key(models.Model):
    """An idempotency key that was used, and the entry that answers a repeat."""

    principal = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    event_id = models.UUIDField()

    class Meta:
        db_table = "record_key"
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="record_key_once")]


class NamedDigest(models.Model):
    """An entry whose bytes hold a digest, of a text or of a commitment; read from the leaves, only to find them."""

    pk = models.CompositePrimaryKey("digest", "index")
    digest = models.BinaryField()
    index = models.BigIntegerField(db_column="idx")

    class Meta:
        db_table = "record_named"


class Cursor(models.Model):
    """How far a follower has read: the index of the next entry it has not seen."""

    follower = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        db_table = "record_cursor"
