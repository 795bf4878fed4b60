from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.core.errors import NotPossible
from policyhub.core.text import MAX_BYTES, TextRefused, canonical_line, canonical_text, find_hidden, text_hash

VISIBLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Mn", "Me", "Zl", "Zp", "Lo"]))


@pytest.mark.parametrize(
    ("given_text", "canonical"),
    [
        ("a", "a\n"),
        ("a\n\n\n", "a\n"),
        ("a\r\nb\rc", "a\nb\nc\n"),
        ("\n a  \n", "\n a  \n"),
        ("e\u0301", "\u00e9\n"),
        ("tab\tand no-break\u00a0space", "tab\tand no-break\u00a0space\n"),
    ],
)
def test_canonical_text_is_nfc_with_one_final_line_end(given_text: str, canonical: str) -> None:
    assert canonical_text(given_text) == canonical


@settings(max_examples=60)
@given(VISIBLE)
def test_canonical_text_of_canonical_text_is_itself(text: str) -> None:
    if not text.strip():
        return
    once = canonical_text(text)
    assert canonical_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.endswith("\n")
    assert not once.endswith("\n\n")


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\x07", "\x0b", "\x0c", "\x1c", "\x7f", "\x85", "\u2028", "\u2029"),
        *("\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),
        *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f", "\u3164", "\U000e0041"),
        *("\ue000", "\U000f0000", "\U0010fffd"),
        *("\ud800", "\udfff", "\ufdd0", "\ufffe", "\U0001ffff"),
    ],
)
def test_characters_a_reader_cannot_see_or_trust_are_refused_by_name(character: str) -> None:
    with pytest.raises(TextRefused) as refusal:
        canonical_text(f"first\nse{character}cond", what="clause", field="markdown")
    assert f"U+{ord(character):04X}" in refusal.value.sentence
    assert refusal.value.sentence.startswith("This clause holds ")
    assert refusal.value.sentence.endswith(" in line 2. Delete it, then send it again.")
    assert [reason.field for reason in refusal.value.reasons] == ["markdown"]


def test_letters_signs_and_emoji_are_taken() -> None:
    text = "Ünïcode – “quotes” … Ελληνικά Кириллица مرحبا 漢字 👍 §4 €\n"
    assert canonical_text(text) == text
    assert find_hidden(text) is None


def test_refusal_is_one_that_doors_show() -> None:
    with pytest.raises(NotPossible) as refusal:
        canonical_text(" \n\t ", what="reason")
    assert [reason.sentence for reason in refusal.value.reasons] == [
        "This reason is empty. Write something, then send it again."
    ]


def test_longest_text_is_taken_and_one_byte_more_is_not() -> None:
    longest = "é" * (MAX_BYTES // 2 - 1) + "a\n"
    assert canonical_text(longest) == longest
    with pytest.raises(TextRefused) as refusal:
        canonical_text("a" + longest)
    assert refusal.value.sentence == (
        "This text has 65,537 bytes; at most 65,536 are taken. Shorten it or split it in two."
    )


def test_line_is_single_spaced_and_bounded() -> None:
    assert canonical_line("  A   plain\n title ") == "A plain title"
    with pytest.raises(TextRefused):
        canonical_line("a" * 301)


def test_hash_is_over_the_canonical_bytes() -> None:
    expected = "sha256:" + hashlib.sha256("Grüße\n".encode()).hexdigest()
    assert text_hash("Grüße\n") == expected
    assert text_hash("Gru\u0308ße\r\n\r\n") == expected
    assert text_hash("Grüße") == expected
    assert text_hash("Grüße ") != expected
