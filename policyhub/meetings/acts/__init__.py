"""The acts of meetings."""

from policyhub.meetings.acts.agenda import Matter, publish_agenda
from policyhub.meetings.acts.archive import report_meeting
from policyhub.meetings.acts.attendance import record_attendance
from policyhub.meetings.acts.notices import NoticeTerms, cancel_meeting, give_notice
from policyhub.meetings.acts.sessions import adjourn_meeting, open_meeting, recess_meeting, resume_meeting

__all__ = [
    "Matter",
    "NoticeTerms",
    "adjourn_meeting",
    "cancel_meeting",
    "give_notice",
    "open_meeting",
    "publish_agenda",
    "recess_meeting",
    "record_attendance",
    "report_meeting",
    "resume_meeting",
]
