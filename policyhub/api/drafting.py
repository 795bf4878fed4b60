"""Documents, versions, clauses, redlines, comments and marks over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of, seat_at
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.drafting import acts, queries
from policyhub.drafting.models import ClauseText, Comment, Disposition, Document, Mark, Version
from policyhub.drafting.redline import Op, State, VersionRedline
from policyhub.record.models import Entry
from policyhub.record.queries import now


def document_of(slug: str) -> Document:
    """The document at this address, or 404."""
    return one(queries.documents().filter(slug=slug))


def version_of(document: str, number: int) -> Version:
    """The version with this number, or 404."""
    return one(queries.versions(document_of(document)).filter(number=number))


class DocumentOut(Out):
    process = serializers.CharField(source="process.slug")
    owner = serializers.CharField(source="owner.organization.slug", default=None, allow_null=True)
    group = serializers.IntegerField(source="group.number", default=None, allow_null=True)
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Document
        fields = ("slug", "title", "process", "owner", "group", "opened_at", "url")


class VersionOut(Out):
    document = serializers.CharField(source="document.slug")
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Version
        fields = ("document", "number", "text_hash", "note", "published_at", "url")


class ClauseOut(Out):
    key = serializers.CharField(source="clause.key")

    class Meta:
        model = ClauseText
        fields = ("key", "number", "level", "heading", "markdown", "text_hash")


class WholeVersionOut(VersionOut):
    markdown = serializers.SerializerMethodField(help_text="The text that the hash is taken over.")
    clauses = serializers.SerializerMethodField()

    class Meta(VersionOut.Meta):
        fields = (*VersionOut.Meta.fields, "markdown", "clauses")  # type: ignore[assignment]

    def get_markdown(self, version: Version) -> str:
        return queries.text_of(version)

    @extend_schema_field(ClauseOut(many=True))
    def get_clauses(self, version: Version) -> list[dict[str, Any]]:
        return list(ClauseOut(queries.texts(version), many=True).data)


class DispositionOut(Out):
    class Meta:
        model = Disposition
        fields = ("code", "reason", "answered_at")


class CommentOut(Out):
    document = serializers.CharField(source="text_on.version.document.slug")
    version = serializers.IntegerField(source="text_on.version.number")
    clause = serializers.CharField(source="text_on.clause.key")
    clause_hash = serializers.CharField(source="text_on.text_hash")
    organization = serializers.CharField(source="organization.slug", default=None, allow_null=True)
    disposition = DispositionOut(default=None, allow_null=True)

    class Meta:
        model = Comment
        fields = (
            "number",
            "document",
            "version",
            "clause",
            "clause_hash",
            "organization",
            "type",
            "text",
            "proposed",
            "made_at",
            "disposition",
        )


class MarkOut(Out):
    requirement = serializers.IntegerField(source="requirement.number")
    organization = serializers.CharField(source="requirement.participation.organization.slug")
    version = serializers.IntegerField(source="version.number")

    class Meta:
        model = Mark
        fields = ("requirement", "organization", "version", "value", "note", "marked_at")


class OperationOut(serializers.Serializer[Any]):
    """Joining all `old` gives the old text exactly, joining all `new` the new one."""

    op = serializers.ChoiceField(choices=[each.value for each in Op])
    old = serializers.CharField()
    new = serializers.CharField()


class ClauseRedlineOut(serializers.Serializer[Any]):
    """A clause beside what it was; number and place are those of the newer version, where it stands there."""

    key = serializers.CharField(source="shown.key")
    number = serializers.CharField(source="shown.number")
    heading = serializers.CharField(source="shown.heading")
    state = serializers.ChoiceField(choices=[each.value for each in State])
    is_moved = serializers.BooleanField()
    heading_operations = OperationOut(many=True)
    operations = OperationOut(many=True)


class RedlineOut(serializers.Serializer[Any]):
    """What changed between two versions."""

    summary = serializers.CharField(source="sentence")
    clauses = ClauseRedlineOut(many=True)


class Documents(ListOf):
    """Every document, newest first."""

    serializer_class = DocumentOut

    def get_queryset(self) -> QuerySet[Document]:
        return queries.documents()


class DocumentsOfProcess(ListOf):
    """The documents of a process: its own first, then the competing ones."""

    serializer_class = DocumentOut

    def get_queryset(self) -> QuerySet[Document]:
        return queries.documents_of(process_of(self.kwargs["process"]))


class OneDocument(OneOf):
    """One document."""

    serializer_class = DocumentOut

    def get_object(self) -> Document:
        return document_of(self.kwargs["document"])


class Versions(ListOf):
    """The versions of a document, newest first."""

    serializer_class = VersionOut

    def get_queryset(self) -> QuerySet[Version]:
        return queries.versions(document_of(self.kwargs["document"]))


class OneVersion(OneOf):
    """One version with its whole text and its clauses."""

    serializer_class = WholeVersionOut

    def get_object(self) -> Version:
        return version_of(self.kwargs["document"], self.kwargs["number"])


class Redline(OneOf):
    """What changed from another version to this one, clause by clause, to the last letter."""

    serializer_class = RedlineOut

    def get_object(self) -> VersionRedline:
        document = self.kwargs["document"]
        return queries.redline_of(
            version_of(document, self.kwargs["against"]), version_of(document, self.kwargs["number"])
        )


class CommentsOnVersion(ListOf):
    """The comments on a version, clause by clause, with their answers."""

    serializer_class = CommentOut

    def get_queryset(self) -> QuerySet[Comment]:
        return queries.comments_on(version_of(self.kwargs["document"], self.kwargs["number"]))


class Comments(ListOf):
    """The comments of a process in the order in which they were made, with their answers."""

    serializer_class = CommentOut

    def get_queryset(self) -> QuerySet[Comment]:
        return queries.comments_of(process_of(self.kwargs["process"]))


class Marks(ListOf):
    """What the holders of requirements say of the versions of a document."""

    serializer_class = MarkOut

    def get_queryset(self) -> QuerySet[Mark]:
        return queries.marks_of(document_of(self.kwargs["document"]))


class OpenDocumentIn(StrictSerializer):
    slug = serializers.SlugField(max_length=60)
    title = serializers.CharField(max_length=200)
    owner = serializers.SlugField(
        default=None, allow_null=True, help_text="The organization of a competing line; null for the process's own."
    )
    group = serializers.IntegerField(default=None, allow_null=True, help_text="The number of the group that writes it.")


class OpenDocument(ActView):
    """Open a document: the process's own, or a competing line of the organization that the caller speaks for."""

    In = OpenDocumentIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process = process_of(names["process"])
        data["owner"] = seat_at(names["process"], data["owner"]) if data["owner"] else None
        data["group"] = one(process.groups.filter(number=data["group"])) if data["group"] is not None else None
        return acts.open_document(actor=request.user, process=process, at=now(), **data)


class ClauseIn(StrictSerializer):
    key = serializers.CharField(default=None, allow_null=True, help_text="Null for a clause that is new.")
    level = serializers.IntegerField(default=1)
    heading = serializers.CharField()
    markdown = serializers.CharField(allow_blank=True, trim_whitespace=False)


class VersionIn(StrictSerializer):
    note = serializers.CharField(default="", allow_blank=True)
    base_hash = serializers.CharField(
        allow_blank=True, help_text="text_hash of the version that was edited; empty when there was none."
    )


class PublishVersionIn(VersionIn):
    clauses = ClauseIn(many=True)


class PublishVersion(ActView):
    """Publish the next version of a document."""

    In = PublishVersionIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        written = data.pop("clauses")
        clauses = [(each["key"], each["level"], each["heading"], each["markdown"]) for each in written]
        document = document_of(names["document"])
        return acts.publish_version(actor=request.user, document=document, clauses=clauses, at=now(), **data)


class ImportVersionIn(VersionIn):
    markdown = serializers.CharField(trim_whitespace=False)


class ImportVersion(ActView):
    """Publish a Markdown text as the next version: its headings become clauses, known ones keep their keys."""

    In = ImportVersionIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        document = document_of(names["document"])
        return acts.import_version(actor=request.user, document=document, at=now(), **data)


class MakeCommentIn(StrictSerializer):
    type = serializers.ChoiceField(choices=Comment.Type.choices)
    text = serializers.CharField(trim_whitespace=False)
    proposed = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    text_hash = serializers.CharField(source="read_hash", help_text="text_hash of the clause that was read.")


class MakeComment(ActView):
    """Comment on a clause as it reads in one version."""

    In = MakeCommentIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        version = version_of(names["document"], names["number"])
        read = one(queries.texts(version).filter(clause__key=names["key"]))
        return acts.make_comment(actor=request.user, clause_text=read, at=now(), **data)


class AnswerCommentIn(StrictSerializer):
    code = serializers.ChoiceField(choices=Disposition.Code.choices)
    reason = serializers.CharField(trim_whitespace=False)


class AnswerComment(ActView):
    """Answer a comment with a disposition and its reason."""

    In = AnswerCommentIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        comment = one(queries.comments_of(process_of(names["process"])).filter(number=names["number"]))
        return acts.answer_comment(actor=request.user, comment=comment, at=now(), **data)


class MarkRequirementIn(StrictSerializer):
    document = serializers.SlugField()
    version = serializers.IntegerField(min_value=1)
    value = serializers.ChoiceField(choices=Mark.Value.choices)
    note = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    text_hash = serializers.CharField(source="read_hash", help_text="text_hash of the version that was read.")


class MarkRequirement(ActView):
    """Say whether a version meets a requirement of the organization that the caller speaks for."""

    In = MarkRequirementIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        requirement = one(process_of(names["process"]).requirements.filter(number=names["number"]))
        version = version_of(data.pop("document"), data.pop("version"))
        return acts.mark_requirement(actor=request.user, requirement=requirement, version=version, at=now(), **data)


ROUTES = [
    path("documents/", Documents.as_view()),
    path("documents/<slug:document>/", OneDocument.as_view()),
    path("documents/<slug:document>/marks/", Marks.as_view()),
    path("documents/<slug:document>/versions/", Versions.as_view()),
    path("documents/<slug:document>/versions/publish/", PublishVersion.as_view()),
    path("documents/<slug:document>/versions/import/", ImportVersion.as_view()),
    path("documents/<slug:document>/versions/<int:number>/", OneVersion.as_view()),
    path("documents/<slug:document>/versions/<int:number>/redline/<int:against>/", Redline.as_view()),
    path("documents/<slug:document>/versions/<int:number>/comments/", CommentsOnVersion.as_view()),
    path("documents/<slug:document>/versions/<int:number>/clauses/<slug:key>/comments/make/", MakeComment.as_view()),
    path("processes/<slug:process>/documents/", DocumentsOfProcess.as_view()),
    path("processes/<slug:process>/documents/open/", OpenDocument.as_view()),
    path("processes/<slug:process>/comments/", Comments.as_view()),
    path("processes/<slug:process>/comments/<int:number>/answer/", AnswerComment.as_view()),
    path("processes/<slug:process>/requirements/<int:number>/mark/", MarkRequirement.as_view()),
]
