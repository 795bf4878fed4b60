"""The frozen roll of a call and what was said on it: who was asked, with which voice, who has answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from django.db.models import Exists, F, OuterRef, QuerySet

from policyhub.accounts.models import User
from policyhub.core.canonical import dump
from policyhub.decisions.models import Call, Position, SealedPosition, Seat
from policyhub.decisions.rules import Stance
from policyhub.participation.models import held_now
from policyhub.participation.queries import Person, may_take_part
from policyhub.participation.rules import SPEAKING, ParticipationState
from policyhub.record.queries import reveal


def roll(call: Call) -> QuerySet[Seat]:
    """The frozen roll, by category and name."""
    return call.roll.select_related("organization", "category", "participation", "voice").order_by(
        "category__position", "organization__name"
    )


def roll_hash(voices: Mapping[str, str]) -> str:
    """The hash of a roll: SHA-256 over the canonical bytes of the sorted array of pairs, organization and voice."""
    return f"sha256:{hashlib.sha256(dump(sorted(map(list, voices.items())))).hexdigest()}"


def joined(seats: Iterable[Seat]) -> list[list[Seat]]:
    """Those on a roll that share a voice: the one that it is named after first, then the others."""
    voices: dict[int, list[Seat]] = {}
    for seat in sorted(seats, key=lambda seat: (seat.is_joined, seat.organization.name)):
        voices.setdefault(seat.voice_id, []).append(seat)
    return [each for each in voices.values() if len(each) > 1]


def unanswered(call: Call) -> QuerySet[Seat]:
    """The seats from which nothing has been heard, nor from any that has the same voice."""
    said, sealed = (
        rows.filter(call=OuterRef("call"), voice=OuterRef("voice"))
        for rows in (Position.objects.all(), SealedPosition.objects.all())
    )
    return roll(call).filter(~Exists(said), ~Exists(sealed))


def answered_voices(call: Call) -> set[int]:
    """The voices that were heard, openly or under seal."""
    said = set(call.positions.values_list("voice", flat=True))
    return said | set(call.sealed.values_list("voice", flat=True)) if call.is_sealed else said


def answered_under_seal(call: Call) -> QuerySet[Seat]:
    """The seats from which answers came that are still sealed."""
    if not call.is_sealed:
        return Seat.objects.none()
    return roll(call).filter(organization__in=call.sealed.filter(is_opened=False).values("organization"))


def is_under_seal(call: Call) -> bool:
    """Whether answers were given to the call that nobody may know yet; of a void one nobody ever does."""
    return call.is_sealed and call.sealed.filter(is_opened=False).exists()


def find_sealed(call: Call, seat: Seat) -> SealedPosition | None:
    """What the organization of that seat said under seal, or None."""
    return call.sealed.filter(organization=seat.organization_id).first()


def find_own_words(call: Call, seat: Seat) -> tuple[Stance, str, str] | None:
    """Stance, reason and cure as that seat's organization gave them last, under seal too: for who speaks for it."""
    if (said := find_position(call, seat)) is not None:
        return Stance(said.stance), said.reason, said.cure
    if (sealed := find_sealed(call, seat)) is not None:
        return Stance(reveal(sealed.commitment)["payload"]["position"]), sealed.reason, sealed.cure
    return None


def positions(call: Call) -> QuerySet[Position]:
    """Every position as it stands, by name, each with `has_left`: whether its organization withdrew since."""
    left = Seat.objects.filter(
        call=OuterRef("call"),
        organization=OuterRef("organization"),
        participation__state=ParticipationState.WITHDRAWN,
    )
    return call.positions.select_related("organization").annotate(has_left=Exists(left)).order_by("organization__name")


def find_position(call: Call, seat: Seat) -> Position | None:
    """What the organization of that seat said, or None."""
    return call.positions.filter(organization=seat.organization_id).first()


def related_seats(call: Call, seat: Seat | None) -> QuerySet[Seat]:
    """The other seats on the roll that have the voice of this one, by name."""
    if seat is None:
        return Seat.objects.none()
    return roll(call).filter(voice=seat.voice_id).exclude(pk=seat.pk)


def find_voiced(call: Call, seat: Seat) -> Position | SealedPosition | None:
    """What was said with the voice of that seat, by its organization or a related one, under seal too; or None."""
    said = call.positions.filter(voice=seat.voice_id).select_related("organization").first()
    return said or call.sealed.filter(voice=seat.voice_id).select_related("organization").first()


def find_voice(user: Person, call: Call) -> Seat | None:
    """The seat on the roll that a person speaks for, or None."""
    if not isinstance(user, User) or not may_take_part(user, call.process):
        return None
    own = call.roll.filter(
        held_now("participation__representatives__"),
        participation__representatives__user=user,
        participation__representatives__mandate__in=SPEAKING,
    )
    # Somebody may have spoken for one that left, and speaks for another now: the seat still held comes first.
    held = F("participation__withdrawn_at").desc(nulls_first=True)
    return own.select_related("organization", "participation", "voice").order_by(held).first()
