"""Public addresses. They never die and never vary by person."""

from __future__ import annotations

from django.urls import path, register_converter

from policyhub.portal import feeds, icon
from policyhub.portal.converters import Digest, TileHeight, TileNumber, TileWidth
from policyhub.portal.pages import (
    archives,
    decisions,
    documents,
    groups,
    meetings,
    processes,
    proofs,
    record,
    table,
    texts,
    verify,
)
from policyhub.record.tiles import WIDTH

register_converter(Digest, "digest")
register_converter(TileNumber, "tile")
register_converter(TileWidth, "width")
register_converter(TileHeight, "height")

urlpatterns = [
    path("", processes.index, name="index"),
    path("favicon.ico", icon.favicon, name="favicon"),
    path("processes/<slug:process>/", processes.process, name="process"),
    path("processes/<slug:process>/drafts/", documents.drafts, name="process-drafts"),
    path("processes/<slug:process>/meetings/", meetings.meetings, name="process-meetings"),
    path("processes/<slug:process>/meetings/<int:number>/", meetings.meeting, name="meeting"),
    path("processes/<slug:process>/meetings/<int:number>/minutes/", meetings.minutes, name="minutes"),
    path("processes/<slug:process>/decisions/", decisions.decisions, name="process-decisions"),
    path("processes/<slug:process>/calls/<int:number>/", decisions.call, name="call"),
    path("processes/<slug:process>/table/", table.at_the_table, name="process-table"),
    path("processes/<slug:process>/groups/", groups.listed_groups, name="process-groups"),
    path("processes/<slug:process>/statements/<int:number>/", table.statement, name="statement"),
    path("processes/<slug:process>/withdrawals/<int:index>/", table.withdrawal, name="withdrawal"),
    path("processes/<slug:process>/claims/", archives.claims, name="process-claims"),
    path("archive/", archives.archive, name="archive"),
    path("processes/<slug:process>/record/", record.process_record, name="process-record"),
    path("processes/<slug:process>/feed.atom", feeds.feed, name="process-feed"),
    path("processes/<slug:process>/calendar.ics", feeds.calendar, name="process-calendar"),
    path("documents/<slug:document>/", documents.document, name="document"),
    path("documents/<slug:document>/versions/<int:number>/", documents.version, name="version"),
    path("documents/<slug:document>/versions/<int:number>/text.md", documents.text, name="version-text"),
    path("documents/<slug:document>/editions/<int:number>/", documents.edition, name="edition"),
    path("documents/<slug:document>/editions/<int:number>/edition.pdf", documents.edition_file, name="edition-file"),
    path("record/", record.record, name="record"),
    path("record/<int:index>/", record.entry, name="entry"),
    path("record/verify/", verify.verify, name="verify"),
    path("record/hash/<digest:digest>/", verify.naming, name="naming"),
    path("record/<int:index>/leaf.json", proofs.leaf, name="leaf"),
    path("record/<int:index>/receipt.json", proofs.receipt, name="receipt"),
    path("record/<int:index>/entry.tlog-proof", proofs.proof_file, name="proof-file"),
    path("record/text/<digest:digest>", texts.text, name="text"),
    path("record/checkpoint", proofs.checkpoint, name="checkpoint"),
    path("record/checkpoints/<int:number>", proofs.checkpoint_at, name="checkpoint-at"),
    path("record/vkeys", proofs.verifier_keys, name="verifier-keys"),
    path("record/vkey", proofs.verifier_key, name="verifier-key"),
    path("record/tile/entries/<tile:number>", proofs.entries, {"width": WIDTH}),
    path("record/tile/entries/<tile:number>.p/<width:width>", proofs.entries),
    path("record/tile/<height:height>/<tile:number>", proofs.tile, {"width": WIDTH}),
    path("record/tile/<height:height>/<tile:number>.p/<width:width>", proofs.tile),
]
