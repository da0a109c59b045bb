"""Fields as columns of numbers: the quick ways read what plain splitting does, and write what plain text is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nistitl.minutiae.columns import MISSING, Columns
from nistitl.minutiae.even import Even, table
from nistitl.minutiae.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DIGITS = st.text("0123456789", max_size=3)
PLACES = 7  # more than any subfield here has items


def told(ask: Callable[[], object]) -> object:
    """What a call gives, as plain values; or that it refuses."""
    try:
        value = ask()
    except ValueError:
        return "refused"
    return [part.tolist() for part in value] if isinstance(value, tuple) else value.tolist()  # type: ignore[attr-defined]


def everything(columns: Columns | Even | Plain) -> list[object]:
    """All that is asked of a field."""
    return [
        len(columns),
        *(columns.longest(place) for place in range(PLACES)),
        *(columns.letters(place).tolist() for place in range(PLACES)),
        *(told(lambda place=place: columns.ints(place)) for place in range(PLACES)),  # type: ignore[misc]
        *(told(lambda first=first: columns.pairs(first)) for first in (0, 3)),  # type: ignore[misc]
    ]


class Plain:
    """The same by splitting the field and converting item by item."""

    def __init__(self, raw: bytes, also: bytes) -> None:
        self.rows = [re.split(b"[\x1f" + also + b"]", subfield) for subfield in raw.split(b"\x1e")]

    def __len__(self) -> int:
        return len(self.rows)

    def item(self, row: int, place: int) -> bytes:
        return self.rows[row][place] if place < len(self.rows[row]) else b""

    def column(self, place: int) -> list[bytes]:
        return [self.item(row, place) for row in range(len(self))]

    def longest(self, place: int) -> int:
        return max(map(len, self.column(place)))

    def letters(self, place: int) -> NDArray[np.str_]:
        return np.array([text[:1].decode("latin-1") for text in self.column(place)], "U1")

    def ints(self, place: int) -> NDArray[np.int64]:
        return np.array([number(text) for text in self.column(place)])

    def pairs(self, first: int) -> tuple[NDArray[Any], ...]:
        places = [(row, rank) for row, items in enumerate(self.rows) for rank in range(max(len(items) - first, 0) // 2)]
        columns = [[number(self.item(row, first + 2 * rank + at)) for row, rank in places] for at in (0, 1)]
        return tuple(map(np.array, ([row for row, _ in places], [rank for _, rank in places], *columns)))


def number(text: bytes) -> int:
    """A number with or without a sign; MISSING for no text. ValueError for what is none."""
    if text and not re.fullmatch(rb"-?[0-9]{1,18}", text):
        raise ValueError("no number")
    return int(text) if text else int(MISSING)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"\x1e", b"\x1f", b",", b"-", b"0", b"7", b"12", b"A", b"0030"]), min_size=1, max_size=25
    ),
    st.sampled_from([b"", b","]),
)
def test_columns_read_what_splitting_does(pieces: list[bytes], also: bytes) -> None:
    raw = b"".join(pieces)
    assert everything(Columns(raw, also)) == everything(table(raw, also)) == everything(Plain(raw, also))


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(DIGITS, DIGITS, st.sampled_from("ABCD"), DIGITS, DIGITS), min_size=1, max_size=12),
    widths=st.lists(st.integers(0, 11), min_size=4, max_size=4),
    odd=st.sampled_from([b"", b"\x1e", b"-1\x1f2\x1fA", b"x", b"1\x1f1\x1fA\x1f1,1,1"]),
    padded=st.booleans(),
)
def test_fields_that_are_all_alike(rows: list[tuple[str, ...]], widths: list[int], odd: bytes, padded: bool) -> None:
    subfields = []
    for one, two, letter, three, four in rows:
        a, b, c, d = (
            text.rjust(width, "0")[:width] if padded else text
            for text, width in zip((one, two, three, four), widths, strict=True)
        )
        subfields.append(f"{a}\x1f{b}\x1f{letter}\x1f{c},{d}".encode())
    raw = b"\x1e".join([*subfields, *([odd] if odd else [])])
    for also in (b"", b","):
        quick, general = table(raw, also), Columns(raw, also)
        assert isinstance(quick, Even) or not padded or odd or (also == b"" and not raw)
        assert everything(quick) == everything(general)


def test_the_outline_of_a_field_has_each_form_once() -> None:
    found = table(b"\x1e".join([b"1\x1f22\x1f\x1f4,5", b"2\x1f33\x1f\x1f5,6", b"10\x1f33\x1f\x1f5,6"]), b",")
    assert isinstance(found, Even)
    assert found.outline() == b"0\x1f0\x1f\x1f0,0\x1e" * 2


def test_a_thousand_minutiae_begin_a_second_run() -> None:
    raw = b"\x1e".join(b"%03d\x1f%011d\x1fA\x1f%03d,%02d" % (at, at, at % 255, at % 15) for at in range(990, 1010))
    found = table(raw, b",")
    assert isinstance(found, Even)
    assert found.ints(0).tolist() == list(range(990, 1010)) == found.ints(1).tolist()
    assert everything(found) == everything(Columns(raw, b","))


@pytest.mark.parametrize(
    "raw",
    [
        b"1\x1f23\x1e12\x1f3",
        b"1\x1f2\x1f3\x1e1\x1f233",
        b"1\x1f2,3\x1e1\x1f2\x1f3",
        b"1\x1f233\x1e1\x1f2\x1f3",
        b"\x1f\x1f1\x1e1\x1f\x1f",
    ],
)
def test_as_long_is_not_alike(raw: bytes) -> None:
    for also in (b"", b","):
        assert everything(table(raw, also)) == everything(Columns(raw, also))


def test_numbers_of_any_length_are_written() -> None:
    numbers = np.array([0, 7, 10, 9_999, 10_000, 123_456, 10**12])
    for values in (numbers, numbers[:4], -numbers, numbers - 5_000, numbers.reshape(-1, 1)[:5]):
        for width in (0, 3, 6):
            there = values % 2 == 0
            grid = Grid(*values.shape)
            grid.numbers(values, width, None, b"<")
            grid.numbers(values, width, there, b",")
            shown = [f"{'-' * (number < 0)}{abs(number):0{width}}" for number in values.ravel().tolist()]
            rows = [f"<{text}{f',{text}' * here}" for text, here in zip(shown, there.ravel().tolist(), strict=True)]
            if values.ndim > 1:
                assert grid.joined().tobytes().replace(b"\0", b"") == "".join(rows).encode()
            else:
                assert grid.written() == "\x1e".join(rows).encode()
