"""Values: what each character type reads, writes and refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum

import pytest

from nistitl.base.patterns import check_pattern
from nistitl.declare.binary import Slots, Uint
from nistitl.declare.values import (
    AN,
    ANS,
    NS,
    A,
    Characters,
    Date,
    GreenwichTime,
    H,
    Joined,
    N,
    Points,
    Real,
    Signed,
    Value,
)
from nistitl.wire.charsets import ASCII


def test_a_date_of_zeros_is_one_where_the_table_says_so_and_nowhere_else() -> None:
    zeros = Date(zeros=True)
    assert zeros.decode(b"00000000", ASCII) == "00000000" and zeros.encode("00000000", ASCII) == b"00000000"
    with pytest.raises(ValueError, match="of the calendar"):
        Date().decode(b"00000000", ASCII)
    with pytest.raises(ValueError, match="of the calendar"):
        zeros.decode(b"20240230", ASCII)
    with pytest.raises(ValueError, match="of the calendar"):
        Date().encode("00000000", ASCII)


def test_a_number_of_fixed_form_is_never_rounded() -> None:
    resolution = Real(5, 5, form="00.00")
    assert resolution.encode(Decimal("19.69"), ASCII) == b"19.69" and resolution.encode("9.8", ASCII) == b"09.80"
    with pytest.raises(ValueError, match=r"expected the form 00\.00"):
        resolution.encode("19.694", ASCII)


def test_hexadecimal_digits_have_either_case() -> None:
    assert H(4, 4).encode("00ff", ASCII) == b"00ff" and H(4, 4).encode("00FF", ASCII) == b"00FF"
    with pytest.raises(ValueError, match="of type H only"):
        H(4, 4).encode("00fg", ASCII)


def test_joined_values_keep_to_their_length() -> None:
    joined = Joined(NS(1), "|", 3, 6)
    assert joined.encode(("1", "2"), ASCII) == b"1|2" and joined.decode(b"1|2|30", ASCII) == ("1", "2", "30")
    for wrong, size in ((("1",), 1), (("12", "34", "5"), 7)):
        with pytest.raises(ValueError, match=f"length is {size}, expected 3 to 6"):
            joined.encode(wrong, ASCII)


@pytest.mark.parametrize(
    ("content", "given", "refused"),
    [
        (N(1, 3, "1..255"), 256, "in 1..255"),
        (N(1), -1, "not negative"),
        (N(1), True, "not bool"),
        (N(1), 1.0, "not float"),
        (Uint(1), 256, "fits 1 bytes"),
        (Uint(2, "10..65535"), 9, "in 10..65535"),
        (Slots(6), (1,) * 7, "up to 6 positions"),
        (Slots(6), (256,), "up to 6 positions"),
        (Points(1, 99, 3), ((1, 1), (2, 2)), "at least 3 points"),
        (ANS(1), "a\x1fb", "of type ANS only"),
    ],
)
def test_what_is_outside_of_its_limits_is_refused(content: Value, given: object, refused: str) -> None:
    with pytest.raises(ValueError, match=refused):
        content.encode(given, ASCII)


def test_a_long_path_with_one_wrong_byte_is_refused_at_once() -> None:
    """Two ways to read the same points made it take twice as long for each of them: days for forty."""
    check_pattern(Points._PATTERN.decode())
    with pytest.raises(ValueError, match="points"):
        Points(1, 9999).decode(b"1,1" + b"-1,1" * 40 + b"x", ASCII)
    assert Points(1, 9999).decode(b"1,1" + b"-1,-1--2,2" * 40, ASCII)[:3] == ((1, 1), (1, -1), (-2, 2))


@pytest.mark.parametrize(
    ("content", "good", "bad"),
    [
        (A(1, 9), ["CAR", "car"], ["C R", " ", "C1", "C-"]),
        (AN(1, 9), ["17S", "9"], ["1 7", "17-"]),
        (A(1, 20, one_of="NA TIP"), ["NA"], ["N A", "1"]),
        (AN(5, 14, table="PAS"), ["ANALOG VIDEO", "VENDOR"], ["ANALOG  VIDEO", "ANALOG V"]),  # what the list spells so
        (Characters("A", "PRINT", 1, 9), ["A-B C", "`"], ["A1"]),
        (Characters("N", "PRINT", 1, 9), ["1-2 3", "~"], ["1A", "1\n"]),
        (Characters("N", "PRINTCTRL", 1, 9), ["1\r\n2"], ["1a", "é"]),
        (Characters("AN", "PRINTCTRL", 1, 9), ["A1\t[-"], ["\x01"]),
        (Characters("A", "", 1, 9), ["AB"], ["A B"]),
        (Characters("AN", "-", 1, 9), ["A-1"], ["A 1"]),
        (Characters("ANS", "PRINT", 1, 9), ["A 1~"], ["\n"]),
    ],
)
def test_characters_of_a_type_are_those_and_no_others(content: Value, good: list[str], bad: list[str]) -> None:
    assert [text for text in good + bad if content.fits(text.encode("latin-1"), ASCII)] == good
    for text in good:
        assert content.encode(text, ASCII) == text.encode()
    for text in bad:
        with pytest.raises(ValueError, match="characters"):
            content.encode(text, ASCII)


EAST = timezone(timedelta(hours=5))


@pytest.mark.parametrize(
    ("content", "given", "refused"),
    [
        (Date(), datetime(2020, 1, 2, 3), "write the date"),
        (Date(), datetime(2020, 1, 2, 0, 0, 0, 1), "write the date"),
        (Date(), datetime(2020, 1, 2, tzinfo=EAST), "write the date"),
        (GreenwichTime(), datetime(2020, 1, 2, 3, 4, 5, 6, tzinfo=UTC), r"write its replace\(microsecond=0\)"),
        (GreenwichTime(), datetime(2020, 1, 2, tzinfo=timezone(timedelta(microseconds=1))), "whole second"),
        (GreenwichTime(), datetime(2020, 1, 2, 3), "with a time zone"),
        (GreenwichTime(), date(2020, 1, 2), "with a time zone"),
        (Real(1, 7), "1e1", "decimal number"),
        (Real(1, 7), "1_0", "decimal number"),
        (Real(1, 7), " 3", "decimal number"),
        (Real(1, 7), "\uff13", "decimal number"),
        (Real(1, 7), True, "decimal number"),
        (N(1, 7), " 3", "whole number"),
        (N(1, 7), "\uff13", "whole number"),
    ],
    ids=str,
)
def test_nothing_of_what_is_given_is_cut_off(content: Value, given: object, refused: str) -> None:
    with pytest.raises(ValueError, match=refused):
        content.written(given, ASCII)


def test_a_day_and_a_moment_are_written_whole() -> None:
    assert Date().written(date(2020, 1, 2), ASCII) == Date().written(datetime(2020, 1, 2), ASCII) == b"20200102"
    assert GreenwichTime().written(datetime(2020, 1, 2, 3, 4, 5, tzinfo=EAST), ASCII) == b"20200101220405Z"


class Named(int, Enum):
    """An enumeration whose members print their names."""

    THIRTEEN = 13


class Counted(IntEnum):
    """One whose members print their numbers."""

    THIRTEEN = 13


@pytest.mark.parametrize("given", [Named.THIRTEEN, Counted.THIRTEEN], ids=["Named", "Counted"])
def test_a_member_of_an_enumeration_is_written_as_its_number(given: int) -> None:
    assert N(1, 3).written(given, ASCII) == Signed(1, 3).written(given, ASCII) == b"13"
    assert Uint(1).written(given, ASCII) == b"\r" and Points(1, 99, 1).written([(given, 1)], ASCII) == b"13,1"
