"""A field of many subfields as columns of numbers, and back: digits are read by numpy over the whole field.

Separators are found in one pass; a column is the item at the same place of every subfield, right-aligned into a
matrix of digits and summed. Nothing is split item by item. Writing is one format of a row, joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_RS, _US = 0x1E, 0x1F
_ZERO, _MINUS = 0x30, 0x2D
_WIDEST = 18  # digits of a number that int64 holds
MISSING = -(1 << 62)  # what stands where a subfield has no such item


class Columns:
    """The items of a field, by subfield and place; `also` is another separator of items, such as a comma."""

    def __init__(self, raw: bytes, also: bytes = b"") -> None:
        self.data: NDArray[np.uint8] = np.frombuffer(raw, np.uint8)
        splits = (self.data & 0xFE) == _RS
        for other in also:
            splits |= self.data == other
        at = np.flatnonzero(splits)
        self.starts: Ints = np.concatenate(([0], at + 1))
        self.ends: Ints = np.concatenate((at, [len(raw)]))
        self.firsts: Ints = np.concatenate(([0], np.flatnonzero(self.data[at] == _RS) + 1))
        self.counts: Ints = np.diff(np.concatenate((self.firsts, [len(self.starts)])))

    def __len__(self) -> int:
        return len(self.firsts)

    def tokens(self, place: int) -> Ints:
        """The items at a place, from 0, of every subfield; -1 where it is too short."""
        return np.where(self.counts > place, self.firsts + place, -1)

    def ints(self, place: int) -> Ints:
        """The numbers at a place; MISSING where there is none. ValueError for what is no number."""
        return self.numbers(self.tokens(place))

    def numbers(self, tokens: Ints) -> Ints:
        """The numbers of these items, with or without a sign."""
        starts, ends = self.starts[tokens], self.ends[tokens]
        lengths = np.where(tokens >= 0, ends - starts, 0)
        first = self.data[np.minimum(starts, len(self.data) - 1)] if len(self.data) else np.zeros(len(tokens), np.uint8)
        negative = (first == _MINUS) & (lengths > 1)
        magnitude = self._digits(ends, lengths - negative)
        return np.where(lengths > 0, np.where(negative, -magnitude, magnitude), MISSING)

    def _digits(self, ends: Ints, lengths: Ints) -> Ints:
        """The numbers that so many digits before these ends spell, digit by digit from the right."""
        values = np.zeros(len(ends), np.int64)
        widest = int(lengths.max(initial=0))
        if widest > _WIDEST:
            raise ValueError(f"an item of {widest} characters is no number")
        for reach in range(widest):
            inside = lengths > reach
            digit = self.data[np.where(inside, ends - 1 - reach, 0)] - np.uint8(_ZERO)  # wraps for what is no digit
            digit[~inside] = 0
            if int(digit.max(initial=0)) > 9:
                raise ValueError("an item is no number")
            values += digit.astype(np.int64) * 10**reach
        return values

    def letters(self, place: int) -> NDArray[np.str_]:
        """The first character at a place, empty where there is none."""
        tokens = self.tokens(place)
        there = (tokens >= 0) & (self.ends[tokens] > self.starts[tokens])
        codes = np.where(there, self.data[np.where(there, self.starts[tokens], 0)] if len(self.data) else 0, 0)
        return codes.astype(np.uint32).view("U1").reshape(-1)

    def width(self, place: int) -> int:
        """How many digits the numbers at a place are padded to; 0 where they are not."""
        tokens = self.tokens(place)
        tokens = tokens[tokens >= 0]
        lengths = self.ends[tokens] - self.starts[tokens]
        if not len(lengths) or int(lengths.min()) != int(lengths.max()):
            return 0
        return int(lengths[0])


class Grid:
    """Rows of text made column by column: matrices of characters, and of which of them stand (None: all)."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._characters: list[NDArray[np.uint8]] = []
        self._there: list[NDArray[np.bool_] | None] = []

    def _put(self, characters: NDArray[np.uint8], there: NDArray[np.bool_] | None) -> None:
        self._characters.append(characters)
        self._there.append(None if there is None or there.all() else there)

    def text(self, text: bytes, there: NDArray[np.bool_] | None = None) -> None:
        """The same characters in every row, or in these."""
        matrix = np.broadcast_to(np.frombuffer(text, np.uint8), (self.rows, len(text)))
        self._put(matrix, None if there is None else np.broadcast_to(there[:, None], matrix.shape))

    def letters(self, letters: NDArray[np.str_]) -> None:
        """One character a row."""
        self._put(np.ascontiguousarray(letters).view(np.uint32).astype(np.uint8).reshape(self.rows, 1), None)

    def numbers(self, numbers: Any, width: int = 0, there: NDArray[np.bool_] | None = None) -> None:
        """A whole number a row, padded with zeros to a width; nothing where it is not `there`."""
        values = np.asarray(numbers)
        negative = values < 0
        if negative.any():
            self._put(
                np.full((self.rows, 1), _MINUS, np.uint8), (negative if there is None else negative & there)[:, None]
            )
            values = np.abs(values)
        most = int(values.max(initial=0))
        magnitude: NDArray[Any] = values.astype(np.uint32 if most < 1 << 32 else np.uint64)
        digits = max(len(str(most)), width, 1)
        matrix = np.empty((self.rows, digits), np.uint8)
        rest: Any = magnitude
        for place in range(digits - 1, -1, -1):
            tens = rest // 10
            matrix[:, place] = rest - tens * 10
            rest = tens
        matrix += _ZERO
        stands = None if digits <= max(width, 1) else self._significant(magnitude, digits, max(width, 1))
        if there is not None and not there.all():
            alone = np.broadcast_to(there[:, None], matrix.shape)
            stands = alone if stands is None else stands & alone
        self._put(matrix, stands)

    def _significant(self, magnitude: NDArray[Any], digits: int, width: int) -> NDArray[np.bool_]:
        """Which digits stand: those from the first that is not zero, and the last `width`."""
        stands = np.ones((self.rows, digits), np.bool_)
        for place in range(digits - width):
            stands[:, place] = magnitude >= 10 ** (digits - 1 - place)
        return stands

    def written(self) -> bytes:
        """The rows as subfields, RS between them."""
        if not self.rows:
            return b""
        self.text(b"\x1e")
        characters: NDArray[np.uint8] = np.hstack(self._characters)
        if all(there is None for there in self._there):
            return characters.tobytes()[:-1]
        masks = [
            np.ones(matrix.shape, np.bool_) if there is None else there
            for matrix, there in zip(self._characters, self._there, strict=True)
        ]
        standing: NDArray[np.uint8] = characters[np.hstack(masks)]
        return standing.tobytes()[:-1]
