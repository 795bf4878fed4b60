"""Public addresses. They never die and never vary by person."""

from __future__ import annotations

from django.urls import path

from policyhub.portal import feeds, icon
from policyhub.portal.pages import decisions, documents, meetings, processes, record, table

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
    path("processes/<slug:process>/statements/<int:number>/", table.statement, name="statement"),
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
]
