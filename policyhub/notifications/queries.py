"""Whom an entry concerns, what waits to be sent, who follows what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core import signing
from django.db.models import Q, QuerySet

from policyhub.accounts.models import User
from policyhub.accounts.queries import find_person_behind
from policyhub.decisions.models import Objection
from policyhub.drafting.models import Comment
from policyhub.insight.subjects import find_thing
from policyhub.notifications.models import KeptMail, Message, Subscription
from policyhub.notifications.rules import Audience, audience_of
from policyhub.participation.models import Process, Representative, StaffRole, held_now
from policyhub.participation.queries import signers_of
from policyhub.participation.rules import Mandate, ParticipationState, StaffFunction
from policyhub.record.models import Entry

SALT = "policyhub.unsubscribe"
NOBODY = Q(pk__in=[])


def audience(entry: Entry) -> QuerySet[User]:
    """The people an entry is told to by mail. Never a persona: nobody reads their mail.

    In a demo process visitors name whom they like, so that only who chose to follow it gets letters.
    """
    concerned = audience_of(entry.kind)
    wanted = CONCERNED[concerned](entry) if concerned else NOBODY
    if Process.objects.filter(slug=entry.process, is_demo=True).exists():
        wanted &= _following(entry)
    return User.objects.filter(wanted, is_active=True, is_persona=False).order_by("pk")


def due_messages(at: datetime) -> QuerySet[Message]:
    """Letters whose time has come, the longest waiting first."""
    return Message.objects.filter(state=Message.State.WAITING, due_at__lte=at).order_by("due_at", "pk")


def is_following(user: User, process: Process) -> bool:
    """Whether a person follows a process by mail."""
    return Subscription.objects.filter(user=user, process=process).exists()


def unsubscribe_token(user: User, process: Process) -> str:
    """What ends this subscription and does nothing else, for links in letters."""
    return signing.dumps([user.pk, process.pk], salt=SALT, compress=False)


def find_subscription(token: str) -> tuple[User, Process] | None:
    """The person and the process that a letter's link names, whether or not the subscription still lives."""
    try:
        user, process = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    person, followed = User.objects.filter(pk=user).first(), Process.objects.filter(pk=process).first()
    return (person, followed) if person and followed else None


def kept_mail() -> QuerySet[KeptMail]:
    """Every mail kept because no server is set, newest first."""
    return KeptMail.objects.order_by("-pk")


def people_of(process: str | None, *, at: datetime) -> Q:
    """Who spoke for an organization at the table then, or held a function in the process."""
    seated = Representative.objects.filter(
        _sent(at),
        Q(participation__withdrawn_at__isnull=True) | Q(participation__withdrawn_at__gt=at),
        participation__process__slug=process,
        participation__admitted_at__lte=at,
    )
    staff = StaffRole.objects.filter(_held(at), process__slug=process)
    return Q(pk__in=seated.values("user")) | Q(pk__in=staff.values("user"))


def _held(at: datetime) -> Q:
    return Q(since__lte=at) & (Q(until__isnull=True) | Q(until__gt=at))


def _sent(at: datetime) -> Q:
    """The mandates that were held then, also by the clock."""
    return _held(at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))


def _everybody(entry: Entry) -> Q:
    return people_of(entry.process, at=entry.recorded_at) | _following(entry)


def _following(entry: Entry) -> Q:
    followers = Subscription.objects.filter(process__slug=entry.process, since__lte=entry.recorded_at)
    return Q(pk__in=followers.values("user"))


def _with_organization(entry: Entry) -> Q:
    """Everybody, and those who spoke for the organization that is no longer among them: their receipt."""
    return _everybody(entry) | _organization(entry)


def _with_signatories(entry: Entry) -> Q:
    """Everybody, and whoever stands under the statement, also from outside or after leaving."""
    return _everybody(entry) | Q(pk__in=signers_of(entry.subject).values("signer"))


def _signatory(entry: Entry) -> Q:
    """The receipt of a signature: who gave it, and all who speak for the organization."""
    return _organization(entry) | Q(pk=find_person_behind(entry.actor["person"]))


def _table(entry: Entry) -> Q:
    return people_of(entry.process, at=entry.recorded_at)


def _speaking_for(organization: str | None, entry: Entry, *mandates: Mandate) -> Q:
    sent = Representative.objects.filter(
        _sent(entry.recorded_at),
        mandate__in=mandates or list(Mandate),
        participation__process__slug=entry.process,
        participation__organization__slug=organization,
    )
    return Q(pk__in=sent.values("user"))


def _organization(entry: Entry) -> Q:
    about = entry.subject.removeprefix("organization/") if entry.subject.startswith("organization/") else None
    return _speaking_for(about or entry.actor["org"] or entry.body.get("organization"), entry)


def _related(entry: Entry) -> Q:
    """Both organizations that belong together, or are said to, and the convener, who can confirm it."""
    convening = StaffRole.objects.filter(
        _held(entry.recorded_at), process__slug=entry.process, function=StaffFunction.CONVENER
    )
    other = _speaking_for(entry.body["to"], entry)
    return _organization(entry) | other | Q(pk__in=convening.values("user"))


def _lead(entry: Entry) -> Q:
    return _speaking_for(entry.subject.removeprefix("organization/"), entry, Mandate.LEAD)


def _holder(entry: Entry) -> Q:
    objection = find_thing(entry.subject)
    return _speaking_for(objection.holder.slug, entry) if isinstance(objection, Objection) else NOBODY


def _commenter(entry: Entry) -> Q:
    comment = find_thing(entry.subject)
    return Q(pk=comment.author_id) if isinstance(comment, Comment) else NOBODY


def _commenter_and_organization(entry: Entry) -> Q:
    """Their receipt: whoever wrote it, and all who speak for the organization that it was written for."""
    return _commenter(entry) | _organization(entry)


def _person(entry: Entry) -> Q:
    """The person named, unless they named themselves or an invitation tells them the same."""
    named = find_person_behind(entry.body["person"])
    if named is None or named == find_person_behind(entry.actor["person"]):
        return NOBODY
    invited = Representative.objects.filter(
        held_now(),
        user=named,
        mandate=Mandate.LEAD,
        participation__process__slug=entry.process,
        participation__state=ParticipationState.INVITED,
    )
    return NOBODY if invited.exists() else Q(pk=named)


def _person_and_organization(entry: Entry) -> Q:
    """Whom the entry names, whoever wrote it, and those who speak for the organization from then on."""
    return Q(pk=find_person_behind(entry.body["person"])) | _organization(entry)


CONCERNED: dict[Audience, Callable[[Entry], Q]] = {
    Audience.EVERYBODY: _everybody,
    Audience.EVERYBODY_AND_WHO_LEFT: _with_organization,
    Audience.EVERYBODY_AND_SIGNATORIES: _with_signatories,
    Audience.SIGNATORY: _signatory,
    Audience.TABLE: _table,
    Audience.ORGANIZATION: _organization,
    Audience.RELATED: _related,
    Audience.LEAD: _lead,
    Audience.HOLDER: _holder,
    Audience.COMMENTER: _commenter,
    Audience.COMMENTER_AND_ORGANIZATION: _commenter_and_organization,
    Audience.PERSON: _person,
    Audience.PERSON_AND_ORGANIZATION: _person_and_organization,
}
