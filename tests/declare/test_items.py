"""Items: how the pieces of a subfield are dealt out, and what is kept of their spelling."""

from __future__ import annotations

import pytest

from nistitl.declare.conditions import M_UP, O_UP
from nistitl.declare.items import Either, Items, Sets, Values, item, items
from nistitl.declare.values import ANS, A, N
from nistitl.wire.charsets import ASCII
from nistitl.wire.grammar import US


@items
class Middle(Items):
    """Numbers that repeat before two items of letters."""

    NUM: tuple[int, ...] = item(N(1, 2), M_UP, "numbers", times=(1, 4))
    ONE: str | None = item(A(3, 3), O_UP, "letters")
    TWO: str | None = item(A(3, 3), O_UP, "letters")


def decoded(*pieces: bytes) -> tuple[object, ...]:
    subfield = Middle.decode(US.join(pieces), ASCII)
    return subfield.NUM, subfield.ONE, subfield.TWO


def test_an_item_that_repeats_in_the_middle_takes_the_pieces_of_its_length() -> None:
    assert decoded(b"1", b"22", b"abc", b"def") == ((1, 22), "abc", "def")
    assert decoded(b"1", b"2", b"3", b"4", b"abc", b"def") == ((1, 2, 3, 4), "abc", "def")


def test_empty_pieces_at_the_end_are_those_of_the_items_that_follow() -> None:
    assert [len(own) for _, own in Middle.dealt([b"1", b"2", b"", b""])] == [2, 1, 1]
    assert [len(own) for _, own in Middle.dealt([b"1", b"2", b"", b"", b""])] == [3, 1, 1]
    assert decoded(b"1", b"2", b"", b"") == ((1, 2), None, None)


def test_items_that_have_not_changed_keep_their_spelling() -> None:
    raw = US.join([b"01", b"2", b"abc", b"", b"too many"])
    subfield = Middle.decode(raw, ASCII)
    assert subfield.encode(ASCII) == raw
    assert Middle((1, 2), "xyz", None, raw=raw).encode(ASCII) == US.join([b"01", b"2", b"xyz", b"", b"too many"])
    assert Middle((1, 3), "abc", None, raw=raw).encode(ASCII) == US.join([b"1", b"3", b"abc", b"", b"too many"])


@items
class Pair(Items):
    """Two numbers."""

    ONE: int | None = item(N(1, 3), M_UP, "one")
    TWO: int | None = item(N(1, 3), O_UP, "two")


def test_a_short_subfield_stays_short() -> None:
    assert Pair.decode(b"7", ASCII).encode(ASCII) == b"7" and Pair(7).encode(ASCII) == b"7"
    assert Pair(7, 8, raw=b"7").encode(ASCII) == b"7" + US + b"8"


def test_counts_of_subfields_are_held() -> None:
    for content, most in ((Values(N(1, 2), 1, 2), (1, 2)), (Sets(Pair, 1, 2), (Pair(1), Pair(2)))):
        assert len(content.decode(content.encode(most, ASCII), ASCII)) == 2
        for wrong in ((), (*most, most[0])):
            with pytest.raises(ValueError, match=f"{len(wrong)} subfields, expected 1 to 2"):
                content.encode(wrong, ASCII)


def test_a_fault_is_told_by_its_place() -> None:
    raw = US.join([b"1", b"x"]) + b"\x1e" + US.join([b"y", b"2"])
    assert [(at, of) for at, of, _ in Sets(Pair).problems(raw, ASCII)] == [(1, 2), (2, 1)]


@items
class Reference(Items):
    """A number and the country that gave it."""

    CTRY: str | None = item(A(3, 3), O_UP, "country")
    ID: str | None = item(ANS(1, 8), M_UP, "number")


def test_a_field_of_either_form_reads_and_writes_both() -> None:
    """INT-I 6: one value in the traditional encoding, a country and a number in XML."""
    one, many = Either(Reference, ANS(1, 12), 1, 1), Either(Reference, ANS(1, 12), 1, 2)
    assert one.decode(b"A-1", ASCII) == "A-1" and one.encode("A-1", ASCII) == b"A-1"
    composed = one.decode(b"DEU\x1fA-1", ASCII)
    assert composed == Reference("DEU", "A-1") and one.encode(composed, ASCII) == b"DEU\x1fA-1"
    assert many.decode(b"A-1\x1eDEU\x1fA-2", ASCII) == ("A-1", Reference("DEU", "A-2"))
    assert many.encode(("A-1", Reference("DEU", "A-2")), ASCII) == b"A-1\x1eDEU\x1fA-2"
    assert (one.decode(b"", ASCII), many.decode(b"", ASCII)) == (None, ())
    with pytest.raises(ValueError, match="3 subfields"):
        many.encode(("A-1", "A-2", "A-3"), ASCII)
