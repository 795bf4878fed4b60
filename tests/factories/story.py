"""A process told from beginning to end through the acts that people use: an entry of every kind that there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from policyhub.accounts import acts as accounts
from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call, Objection
from policyhub.decisions.rules import Means, ObjectionState, Stance
from policyhub.drafting import acts as drafting
from policyhub.drafting.models import Clause, Comment, Disposition, Document, Link, Mark, Version
from policyhub.meetings import acts as meetings
from policyhub.meetings.acts.archive import report_meeting
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import Coming, MeetingKind, Sitting
from policyhub.minutes import acts as minutes
from policyhub.minutes.models import Correction, Minutes
from policyhub.minutes.rules import SECTIONS
from policyhub.notifications.erasing import erase_person
from policyhub.notifications.redacting import redact_words
from policyhub.participation import acts
from policyhub.participation.acts import archive
from policyhub.participation.models import (
    Affiliation,
    CharterProposal,
    Group,
    Process,
    Representative,
    Requirement,
    StaffRole,
    Statement,
)
from policyhub.participation.rules import (
    AnswerCode,
    GroupKind,
    Importance,
    Mandate,
    Relation,
    StaffFunction,
    StatementKind,
    Visibility,
)
from policyhub.publishing.acts import pin_edition, publish_edition
from policyhub.publishing.models import Edition
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.queries import now
from tests.factories.drafting import NOTICE, clause, open_draft, publish
from tests.factories.meetings import make_notice
from tests.factories.participation import World, make_person, make_terms
from tests.factories.record import handed_over, started_anew

FIRM, UNION, LAB = "tern-mobile", "harbor-tenants-union", "coastal-university"
NOTES = "# Meeting 1\n\n" + "\n\n".join(f"## {section}\n\nNothing." for section in SECTIONS) + "\n"
CORRECTED = NOTES.replace("Nothing.", "Something.", 1)
PDF = b"%PDF-1.7 nothing"
WEEK = timedelta(weeks=1)


@dataclass
class Story:
    """A world whose time goes on by an hour with every look at it."""

    world: World
    at: datetime

    def later(self, by: timedelta = timedelta(hours=1)) -> datetime:
        self.at += by
        self.world.at = self.at
        return self.at


def tell_story() -> World:
    """Everything has happened in one process that was told; it goes on live."""
    story = _open()
    for chapter in (
        _seats,
        _belong,
        _needs,
        _drafts,
        _meet,
        _write_minutes,
        _decide,
        _amend,
        _seal,
        _gather,
        _leave,
        _publish,
        _end,
    ):
        chapter(story)
    _tell_archive()
    return story.world


def _tell_archive() -> None:
    """A process that others held, told by the archivist."""
    at, report = now() - timedelta(weeks=40), archive.Report(["A newspaper"], unknown=["charter"])
    archive.open_archive(
        slug="old",
        title="The old table",
        summary="Others held it.",
        convener="An agency",
        reported_by="the archivist",
        source_hash=text_hash("the old file"),
        report=report,
        at=at,
    )
    process = Process.objects.get(slug="old")
    for name in ("Old League", "Old Union"):
        archive.report_organization(
            process=process, name=name, category="advocacy", category_name="Advocates", report=report, at=at
        )
    report_meeting(
        process=process,
        title="The first",
        kind=MeetingKind.CALL,
        on=at.date(),
        sitting=Sitting.HELD,
        noticed_on=at.date(),
        note="It was short.",
        report=report,
        at=at,
    )
    seats = {seat.organization.slug: seat for seat in process.participations.all()}
    archive.report_statement(
        process=process,
        kind=StatementKind.MINORITY,
        title="A dissent",
        text="They disagreed.",
        inside=[seats["old-league"]],
        outside=["Old Friends"],
        report=report,
        at=at,
    )
    archive.report_withdrawal(participation=seats["old-union"], reason="They left.", report=report, at=at)
    archive.record_claim(process=process, topic="How many?", says="One.", on=at.date(), report=report, at=at)
    archive.conclude_archive(process=process, reason="No charter was found.", report=report, at=at)
    acts.finish_telling(process=Process.objects.get(slug="old"), at=at)


def _people(at: datetime) -> User:
    """An operator who let somebody convene, and no longer does."""
    secret = accounts.make_set_up_link(run="", at=at)
    accounts.appoint_operator(secret=str(secret), email="operator@example.org", run="", at=at)
    operator = User.objects.get(email="operator@example.org")
    for email in ("convener@example.org", "guest@example.org"):
        accounts.allow_convening(actor=operator, email=email, at=at)
    accounts.end_convening(actor=operator, person=User.objects.get(email="guest@example.org"), at=at)
    # The act itself needs a signer that runs beside the test.
    append(Kind.KEY_ROTATED, actor=operator, role="operator", process=None, subject="log", body=handed_over(at), at=at)
    append(Kind.LOG_STARTED, actor=operator, role="operator", process=None, subject="log", body=started_anew(), at=at)
    erase_person(actor=operator, person=accounts.ensure_person("visitor@example.org", at=at), at=at)
    return User.objects.get(email="convener@example.org")


def _open() -> Story:
    convener, at = _people(now()), now() - timedelta(weeks=30)
    acts.open_told_process(
        actor=convener,
        slug="faces",
        title="Face recognition",
        summary="A code of conduct.",
        convener="Office for Public Technology",
        source_hash=text_hash("the file"),
        at=at,
    )
    process = Process.objects.get(slug="faces")
    functions = [function for function in StaffFunction if function != StaffFunction.CONVENER]
    staff = {function: make_person(f"{function}@example.org") for function in functions}
    for function, person in staff.items():
        acts.grant_role(actor=convener, process=process, function=function, email=person.email, at=at)
    facilitator = StaffRole.objects.get(process=process, function=StaffFunction.FACILITATOR)
    acts.end_role(actor=convener, role=facilitator, at=at + timedelta(minutes=1))
    acts.adopt_charter(
        actor=convener, process=process, terms=make_terms(two_persons_admit=True), at=at + timedelta(minutes=2)
    )
    process.refresh_from_db()
    world = World(
        process=process,
        convener=convener,
        chair=staff[StaffFunction.CHAIR],
        secretary=staff[StaffFunction.SECRETARY],
        editor=staff[StaffFunction.EDITOR],
        outsider=make_person("outsider@example.org"),
        at=at,
    )
    story = Story(world, at)
    story.later()
    return story


def _seats(story: Story) -> None:
    world = story.world
    for name, interest in (("Tern Mobile", "industry"), ("Harbor Tenants Union", "advocacy")):
        world.join(name, interest)
        story.later()
    lead, category = make_person("lead@lab.example.org"), world.category("academia")
    acts.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Coastal University",
        category=category,
        lead_email=lead.email,
        at=story.later(),
    )
    acts.approve_admission(actor=world.chair, participation=world.seat(LAB), at=story.later())
    acts.accept_invitation(actor=lead, participation=world.seat(LAB), at=story.later())
    world.leads[LAB] = lead
    acts.apply_for_seat(actor=world.outsider, process=world.process, name="Nobody", category=category, at=story.later())
    acts.decline_organization(
        actor=world.convener, participation=world.seat("nobody"), reason="It is no organization.", at=story.later()
    )
    alternate = Representative.objects.get(participation=world.seat(FIRM), mandate=Mandate.ALTERNATE)
    acts.end_representative(actor=world.leads[FIRM], representative=alternate, at=story.later())


def _belong(story: Story) -> None:
    """The lab says whom it belongs to, is believed and parted again; the firm is found to belong to a group."""
    world, lead = story.world, story.world.leads[LAB]
    for to, relation in (("Coastal Holding", Relation.RELATED), ("Society of Labs", Relation.MEMBER)):
        acts.declare_affiliation(actor=lead, participation=world.seat(LAB), to=to, relation=relation, at=story.later())
    declared = Affiliation.objects.get(to__slug="coastal-holding")
    acts.confirm_affiliation(actor=world.convener, affiliation=declared, reason="Its report says so.", at=story.later())
    acts.end_affiliation(actor=world.convener, affiliation=declared, reason="It was sold.", at=story.later())
    acts.find_affiliation(
        actor=world.convener,
        participation=world.seat(FIRM),
        to="Tern Group",
        reason="The register of companies.",
        at=story.later(),
    )
    acts.declare_profile(
        actor=lead, participation=world.seat(LAB), about="A laboratory.", funding="The state.", at=story.later()
    )
    acts.declare_profile(actor=lead, participation=world.seat(LAB), interests="It tests.", at=story.later())


def _needs(story: Story) -> None:
    for organization in (FIRM, UNION):
        story.world.require(organization)
        story.later()


def _amend(story: Story) -> None:
    """A first proposal is dropped, a second adopted after the charter's days of notice."""
    world = story.world
    terms = make_terms(notice_days=3, sealed_calls=True)
    acts.propose_charter(actor=world.chair, process=world.process, terms=terms, reason="Too long.", at=story.later())
    first = CharterProposal.objects.get()
    acts.drop_proposal(actor=world.convener, proposal=first, reason="Not so.", at=story.later())
    acts.propose_charter(actor=world.convener, process=world.process, terms=terms, reason="Too long.", at=story.later())
    acts.adopt_proposal(actor=world.chair, proposal=CharterProposal.objects.latest("pk"), at=story.later(2 * WEEK))


def _gather(story: Story) -> None:
    """The lab writes in a group that the chair opened; it reports with its text, and is closed."""
    world, lead = story.world, story.world.leads[LAB]
    acts.open_group(
        actor=world.chair,
        process=world.process,
        kind=GroupKind.DRAFTING,
        name="Signs",
        purpose="It writes what a sign says.",
        at=story.later(),
    )
    group = Group.objects.get()
    acts.join_group(actor=lead, participation=world.seat(LAB), group=group, at=story.later())
    drafting.open_document(
        actor=lead, process=world.process, slug="faces-signs", title="Signs", group=group, at=story.later()
    )
    document = Document.objects.get(slug="faces-signs")
    drafting.publish_version(
        actor=lead, document=document, clauses=[(None, 1, "Signs", "A sign says who watches.")], at=story.later()
    )
    version = document.versions.get()
    drafting.report_group(
        actor=world.convener, group=group, text="One clause is enough.", version=version, at=story.later()
    )
    acts.close_group(actor=world.chair, group=group, reason="It has reported.", at=story.later())


def _more_needs(story: Story) -> None:
    """The lab keeps one back, tells it, links it, drops it; the firm stands behind it for a while."""
    world = story.world
    acts.add_point(actor=world.convener, process=world.process, proposition="It is short", at=story.later())
    acts.declare_requirement(
        actor=world.leads[LAB],
        participation=world.seat(LAB),
        point=world.process.points.get(proposition="It is short"),
        holds=True,
        importance=Importance.IMPORTANT,
        otherwise_leaves=False,
        text="Two pages.",
        visibility=Visibility.CONVENER,
        at=story.later(),
    )
    held = Requirement.objects.latest("number")
    (asked,) = acts.ask_to_sponsor(
        actor=world.leads[LAB], requirement=held, participations=[world.seat(FIRM)], at=story.later()
    )
    acts.accept_sponsorship(actor=world.leads[FIRM], sponsor=asked, at=story.later())
    acts.release_requirement(actor=world.leads[LAB], requirement=held, at=story.later())
    clause = Clause.objects.earliest("pk")
    drafting.link_requirement(actor=world.leads[LAB], requirement=held, clause=clause, at=story.later())
    drafting.unlink_requirement(actor=world.leads[LAB], link=Link.objects.get(), at=story.later())
    acts.end_sponsorship(actor=world.leads[FIRM], sponsor=asked, at=story.later())
    acts.drop_requirement(actor=world.leads[LAB], requirement=held, reason="It is short.", at=story.later())


def _drafts(story: Story) -> None:
    world = story.world
    document = open_draft(world, "faces-code")
    version = publish(world, document, note="The first.")
    drafting.make_comment(
        actor=world.leads[FIRM],
        clause_text=clause(version),
        type=Comment.Type.TECHNICAL,
        text="Say who asks.",
        proposed="The operator asks.",
        at=story.later(),
    )
    drafting.answer_comment(
        actor=world.editor,
        comment=Comment.objects.get(),
        code=Disposition.Code.ACCEPTED,
        reason="It helps.",
        at=story.later(),
    )
    for value, note in ((Mark.Value.UNMET, "Not at all."), (Mark.Value.PARTLY, "Nearly.")):
        drafting.mark_requirement(
            actor=world.leads[UNION],
            requirement=world.seat(UNION).requirements.get(),
            version=version,
            value=value,
            note=note,
            at=story.later(),
        )
    open_draft(world, "faces-own", world.seat(FIRM))


def _meet(story: Story) -> None:
    """The first is held with a break, the second cancelled, the third held to approve the minutes of the first."""
    world = story.world
    for weeks, title in enumerate(("Consent", "Signs", "Minutes"), 2):
        starts_at = story.at + weeks * WEEK
        meetings.give_notice(
            actor=world.convener,
            process=world.process,
            title=title,
            kind=MeetingKind.IN_PERSON,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            terms=make_notice(),
            at=story.later(),
        )
    first, second, _ = Meeting.objects.order_by("number")
    meetings.cancel_meeting(actor=world.convener, meeting=second, reason="The hall is closed.", at=story.later())
    matters = [meetings.Matter("Consent", "Read it.", Version.objects.get()), meetings.Matter("Other business")]
    meetings.publish_agenda(actor=world.chair, meeting=first, items=matters, at=story.later())
    _sit(story, first, (FIRM, UNION))
    meetings.recess_meeting(actor=world.chair, meeting=first, reason="Lunch.", at=story.later(timedelta(minutes=9)))
    meetings.resume_meeting(actor=world.chair, meeting=first, at=story.later(timedelta(minutes=9)))
    meetings.record_attendance(
        actor=world.secretary,
        meeting=first,
        participation=world.seat(UNION),
        event=Coming.LEFT,
        occurred_at=story.at,
        at=story.later(timedelta(minutes=9)),
    )
    meetings.adjourn_meeting(actor=world.chair, meeting=first, at=story.later())


def _sit(story: Story, meeting: Meeting, organizations: tuple[str, ...]) -> None:
    world = story.world
    story.later(max(meeting.starts_at - story.at, timedelta(0)))
    meetings.open_meeting(
        actor=world.chair, meeting=meeting, presiding=world.chair, secretary=world.secretary, at=story.at
    )
    for organization in organizations:
        meetings.record_attendance(
            actor=world.secretary,
            meeting=meeting,
            participation=world.seat(organization),
            event=Coming.ARRIVED,
            at=story.later(timedelta(minutes=9)),
        )


def _write_minutes(story: Story) -> None:
    world, held = story.world, Meeting.objects.get(number=1)
    minutes.draft_minutes(actor=world.secretary, meeting=held, text=NOTES + "\nDraft.\n", at=story.later())
    found = Minutes.objects.get()
    minutes.revise_minutes_draft(
        actor=world.secretary, minutes=found, text=NOTES, text_hash=text_hash(NOTES + "\nDraft.\n"), at=story.later()
    )
    minutes.circulate_minutes(
        actor=world.secretary,
        minutes=found,
        text_hash=text_hash(NOTES),
        corrections_until=story.at + timedelta(hours=4),
        short_time_reason="The next meeting is near.",
        at=story.later(),
    )
    for what in ("Something was said.", "Everything was said."):
        minutes.propose_correction(
            actor=world.leads[FIRM], minutes=_fresh(found), what=what, why="I heard it.", at=story.later()
        )
    accepted, declined = Correction.objects.order_by("number")
    minutes.accept_correction(
        actor=world.secretary, correction=accepted, text=CORRECTED, text_hash=text_hash(NOTES), at=story.later()
    )
    minutes.decline_correction(
        actor=world.secretary, correction=declined, reason="Nobody else heard it.", at=story.later()
    )
    later = Meeting.objects.get(number=3)
    _sit(story, later, ())
    minutes.approve_minutes(
        actor=world.chair, minutes=_fresh(found), meeting=later, text_hash=text_hash(CORRECTED), at=story.later()
    )
    minutes.publish_minutes(
        actor=world.convener, minutes=_fresh(found), text_hash=text_hash(CORRECTED), at=story.later()
    )
    meetings.adjourn_meeting(actor=world.chair, meeting=later, at=story.later())


def _fresh(found: Minutes) -> Minutes:
    return Minutes.objects.get(pk=found.pk)


def _ask(
    story: Story,
    question: str,
    reason: str = "",
    on_clause: bool = False,
    act: Callable[..., object] = decisions.open_call,
) -> Call:
    world, version = story.world, Version.objects.filter(document__slug="faces-code").latest("number")
    act(
        actor=world.chair,
        process=world.process,
        question=question,
        version=version,
        clause_text=clause(version) if on_clause else None,
        closes_at=story.at + WEEK,
        at=story.later(),
        **({"reason": reason} if reason else {}),
    )
    return Call.objects.latest("number")


def _cast(story: Story, call: Call, organization: str, stance: Stance, **said: str) -> None:
    decisions.cast_position(
        actor=story.world.leads[organization],
        call=call,
        stance=stance,
        text_hash=call.text_hash,
        at=story.later(),
        **said,
    )


def _decide(story: Story) -> None:
    """A call that is determined, one on a clause that repeats its question, one that a new version suspends."""
    world = story.world
    call = _ask(story, "Can you accept this text?")
    _cast(story, call, FIRM, Stance.OBJECT, reason="It costs.", cure="A year more.")
    _cast(story, call, UNION, Stance.OBJECT, reason="It watches.", cure="Ask first.")
    _cast(story, call, LAB, Stance.DEFER, reason="Not yet read.")
    for organization, stance in ((FIRM, Stance.SUPPORT), (LAB, Stance.ENDORSE)):
        _cast(story, call, organization, stance)
    for objection in _standing():
        decisions.answer_objection(
            actor=world.chair, objection=objection, accommodated=False, answer="The table heard it.", at=story.later()
        )
    story.later(WEEK)
    decisions.close_call(call=call, at=story.at)
    decisions.determine_call(actor=world.chair, call=call, reasons="Two of three.", at=story.later())
    again = _ask(story, "Can you accept it now?", reason="A firm asked for it.")
    _cast(story, again, FIRM, Stance.SUPPORT)
    decisions.enter_position(
        actor=world.chair,
        call=again,
        organization=world.seat(LAB).organization,
        means=Means.PAPER,
        note="The letter of that day.",
        stance=Stance.OBJECT,
        reason="It is long.",
        cure="Shorten it.",
        text_hash=again.text_hash,
        at=story.later(),
    )
    on_clause = _ask(story, "Can you accept this clause?", on_clause=True)
    _cast(story, on_clause, UNION, Stance.OBJECT, reason="It watches still.")
    decisions.lift_objection(actor=world.leads[UNION], objection=Objection.objects.latest("number"), at=story.later())
    changed = (("c1", 1, "Consent", "Everybody is asked before.\n"), NOTICE)
    version = publish(world, again.version.document, changed)
    for each in (again, on_clause):
        decisions.stop_call(call=each, version=version, at=story.later())


def _seal(story: Story) -> None:
    """Under a charter that seals positions: a poll, a ballot that is interrupted, a recirculation that is void."""
    world = story.world
    poll = _ask(story, "Which way?", act=decisions.open_straw_poll)
    _cast(story, poll, LAB, Stance.OBJECT)
    ballot = _ask(story, "Shall it be adopted?", act=decisions.open_ballot)
    _cast(story, ballot, FIRM, Stance.SUPPORT)
    _cast(story, ballot, UNION, Stance.ABSTAIN)
    _cast(story, ballot, UNION, Stance.OBJECT, reason="No.", cure="Yes.")
    decisions.suspend_call(actor=world.chair, call=ballot, reason="A question of order.", at=story.later())
    decisions.resume_call(actor=world.chair, call=ballot, reason="It is answered.", at=story.later())
    story.later(WEEK)
    for each in (poll, ballot):
        decisions.close_call(call=each, at=story.at)
    first = Call.objects.earliest("number")
    decisions.recirculate_call(
        actor=world.chair, call=first, closes_at=story.at + WEEK, reason="The text is another.", at=story.at
    )
    again = Call.objects.latest("number")
    _cast(story, again, LAB, Stance.SUPPORT, reason="It is short.")
    decisions.suspend_call(actor=world.chair, call=again, reason="The wrong text.", at=story.later())
    decisions.void_call(actor=world.chair, call=again, reason="It asked about the wrong text.", at=story.later())


def _standing() -> list[Objection]:
    return list(Objection.objects.exclude(state=ObjectionState.LIFTED).order_by("number"))


def _leave(story: Story) -> None:
    """The union leaves with its own reasons, the firm under a statement that it publishes."""
    world = story.world
    acts.withdraw_organization(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        reason="It watches.",
        requirements=list(world.seat(UNION).requirements.all()),
        is_permanent=False,
        return_condition="Ask first.",
        at=story.later(),
    )
    _say(story, LAB, StatementKind.JOINT, "What we expect", "We stay and watch.")
    _step_out(story)
    _complain(story)
    _say(story, LAB, StatementKind.MINORITY, "Why we would not", "It watches.", Call.objects.first())
    _say(story, LAB, StatementKind.PARKING, "Leave signs aside", "They can wait.", Clause.objects.earliest("pk"))
    leaving = acts.draft_statement(
        actor=world.leads[FIRM],
        participation=world.seat(FIRM),
        kind=StatementKind.WITHDRAWAL,
        title="Why we leave",
        text="We said why.",
        is_permanent=False,
        return_condition="A year more.",
        at=story.later(),
    )
    acts.withdraw_jointly(actor=world.leads[FIRM], statement=Statement.objects.get(pk=leaving.pk), at=story.later())


def _say(
    story: Story, organization: str, kind: StatementKind, title: str, text: str, about: Clause | Call | None = None
) -> None:
    lead = story.world.leads[organization]
    statement = acts.draft_statement(
        actor=lead,
        participation=story.world.seat(organization),
        kind=kind,
        title=title,
        text=text,
        about=about,
        at=story.later(),
    )
    acts.publish_statement(actor=lead, statement=statement, at=story.later())


def _step_out(story: Story) -> None:
    world, document = story.world, Document.objects.get(slug="faces-code")
    needed = world.require(LAB)
    story.later()
    _more_needs(story)
    acts.step_out(
        actor=world.leads[LAB],
        participation=world.seat(LAB),
        matter=document,
        reason="Not our text.",
        requirements=[needed],
        is_permanent=False,
        return_condition="A shorter one.",
        claimed_on=story.at.date(),
        at=story.later(),
    )
    acts.come_back(actor=world.leads[LAB], stepped=world.seat(LAB).partial_withdrawals.get(), at=story.later())


def _complain(story: Story) -> None:
    """The union complains with somebody from outside, and is answered."""
    world = story.world
    complaint = acts.draft_statement(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        kind=StatementKind.COMPLAINT,
        title="Too short a notice",
        text="Nine days are not enough.",
        at=story.later(),
    )
    visitor = make_person("visitor@coalition.example.org")
    (asked,) = acts.ask_outside_to_sign(
        actor=world.leads[UNION], statement=complaint, name="Coalition", email=visitor.email, at=story.later()
    )
    acts.sign_statement(actor=visitor, signature=asked, signing_hash=complaint.signing_hash, at=story.later())
    complaint.refresh_from_db()
    acts.publish_statement(actor=world.leads[UNION], statement=complaint, at=story.later())
    acts.answer_statement(
        actor=world.chair, statement=complaint, code=AnswerCode.GRANTED, reason="It was short.", at=story.later()
    )


def _publish(story: Story) -> None:
    first, second = Version.objects.filter(document__slug="faces-code").order_by("number")
    pin_edition(actor=story.world.chair, version=second, against=first, at=story.later())
    publish_edition(edition=Edition.objects.get(), data=PDF, at=story.later())


def _end(story: Story) -> None:
    acts.finish_telling(process=story.world.process, at=story.later())
    _announce(story.world)
    operator = User.objects.get(email="operator@example.org")
    redact_words(actor=operator, process=story.world.process, words="The operator asks.", reason="personal", at=now())


def _announce(world: World) -> None:
    """The lab sends an observer for a week, and announces twice that it leaves, and takes both back.

    What the clock does is no act of a story.
    """
    acts.name_representative(
        actor=world.leads[LAB],
        participation=world.seat(LAB),
        email="watcher@lab.example.org",
        mandate=Mandate.OBSERVER,
        authority="A letter of 3 May.",
        ends_at=now() + WEEK,
        at=now(),
    )
    for reason in ("A better offer.", ""):
        acts.withdraw_organization(
            actor=world.leads[LAB],
            participation=world.seat(LAB),
            reason="It takes too long.",
            requirements=list(world.seat(LAB).requirements.filter(dropped_at__isnull=True)),
            effective_at=now() + WEEK,
            claimed_on=now().date(),
            return_condition="A date.",
            is_permanent=False,
            at=now(),
        )
        acts.revoke_withdrawal(actor=world.leads[LAB], participation=world.seat(LAB), reason=reason, at=now())
