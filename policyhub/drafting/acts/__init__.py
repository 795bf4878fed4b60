"""The acts of documents, versions, comments and marks."""

from policyhub.drafting.acts.comments import answer_comment, make_comment
from policyhub.drafting.acts.documents import import_document, open_document
from policyhub.drafting.acts.groups import report_group
from policyhub.drafting.acts.links import link_requirement, unlink_requirement
from policyhub.drafting.acts.marks import mark_requirement
from policyhub.drafting.acts.versions import import_version, publish_version

__all__ = [
    "answer_comment",
    "import_document",
    "import_version",
    "link_requirement",
    "make_comment",
    "mark_requirement",
    "open_document",
    "publish_version",
    "report_group",
    "unlink_requirement",
]
