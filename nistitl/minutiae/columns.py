"""A field of many subfields, read as columns of numbers: numpy reads the digits of the whole field at once.

Separators are found in one pass; a column is the item at the same place of every subfield, right-aligned into a
matrix of digits and summed. Nothing is split item by item. `grid` writes such a field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]  # whole numbers, as wide as they must be
    Text = NDArray[np.uint8]  # characters

_RS = 0x1E
_ZERO, _MINUS = 0x30, 0x2D
_WIDEST = 18  # digits of a number that int64 holds
_PART = 1 << 15  # characters that are looked at together
MISSING = np.int64(-(1 << 62))  # what stands where a subfield has no such item


class Columns:
    """The items of a field, by subfield and place; `also` is another separator of items, such as a comma.

    Item t lies between the separators edges[t] and edges[t + 1]; `firsts` are the first items of the subfields,
    `counts` how many each has.
    """

    def __init__(self, raw: bytes, also: bytes = b"") -> None:
        self.data: NDArray[np.uint8] = np.frombuffer(raw, np.uint8)
        self.edges = self._separators(also)
        self.firsts = np.flatnonzero(self._between() == _RS).astype(self.edges.dtype)
        self.counts: Ints = np.diff(self.firsts, append=self.edges.dtype.type(len(self.edges) - 1))
        self.least, self.most = int(self.counts.min()), int(self.counts.max())  # items of a subfield

    def _separators(self, also: bytes) -> Ints:
        """Where the separators stand, -1 and the end of the field among them."""
        data, size = self.data, len(self.data)
        splits = (data & 0xFE) == _RS
        for other in also:
            splits |= data == other
        # the smallest type that will do, part by part: what takes time here is memory that was not used before
        edges = np.empty(np.count_nonzero(splits) + 2, np.int32 if size < 1 << 31 else np.int64)
        edges[0], edges[-1] = -1, size
        end = 1
        for start in range(0, size, _PART):
            places = np.flatnonzero(splits[start : start + _PART])
            begin, end = end, end + len(places)
            np.add(places, start, out=edges[begin:end], casting="unsafe")
        return edges

    def _between(self) -> Text:
        """The separator before each item, RS before the first."""
        before = np.empty(len(self.edges) - 1, np.uint8)
        before[0] = _RS
        self.data.take(self.edges[1:-1], out=before[1:], mode="clip")  # "raise" would copy
        return before

    def __len__(self) -> int:
        return len(self.firsts)

    def tokens(self, place: int) -> Ints:
        """The items at a place, from 0, of every subfield; -1 where it is too short."""
        if place < self.least:
            tokens: Ints = self.firsts + self.firsts.dtype.type(place)
            return tokens
        return np.where(self.counts > place, self.firsts + place, -1)

    def starts(self, tokens: Ints) -> Ints:
        """Where these items begin."""
        starts: Ints = self.edges[tokens] + 1
        return starts

    def lengths(self, tokens: Ints) -> Ints:
        """How many characters these items have; 0 for the item -1, which is none."""
        lengths: Ints = self.edges.take(tokens + 1, mode="clip") - self.edges[tokens] - 1
        if int(tokens.min(initial=0)) < 0:
            lengths[tokens < 0] = 0
        return lengths

    def ints(self, place: int) -> Ints:
        """The numbers at a place; MISSING where there is none. ValueError for what is no number."""
        if place >= self.most:
            return np.full(len(self), MISSING)
        return self.numbers(self.tokens(place))

    def numbers(self, tokens: Ints) -> Ints:
        """The numbers of these items, with or without a sign."""
        starts, lengths = self.starts(tokens), self.lengths(tokens)
        ends = starts + lengths
        if int(lengths.min(initial=1)) > 0:
            negative = self.data[starts] == _MINUS
            if not negative.any():
                return self._digits(ends, lengths)
        else:
            first = self.data[np.minimum(starts, len(self.data) - 1)] if len(self.data) else starts
            negative = first == _MINUS
        negative &= lengths > 1
        magnitude = self._digits(ends, lengths - negative)
        return np.where(lengths > 0, np.where(negative, -magnitude, magnitude), MISSING)

    def _digits(self, ends: Ints, lengths: Ints) -> Ints:
        """The numbers that so many digits before these ends spell, digit by digit from the right."""
        narrowest, widest = int(lengths.min(initial=_WIDEST)), int(lengths.max(initial=0))
        if widest > _WIDEST:
            raise ValueError(f"an item of {widest} characters is no number")
        kind = np.int32 if widest < 10 else np.int64
        values: Ints = np.zeros(len(ends), kind)
        at = ends - 1
        for reach in range(widest):
            if reach < narrowest:
                digit = self.data[at - reach] - np.uint8(_ZERO)  # wraps for what is no digit
            else:
                inside = lengths > reach
                digit = self.data[np.where(inside, at - reach, 0)] - np.uint8(_ZERO)
                digit *= inside
            if int(digit.max(initial=0)) > 9:
                raise ValueError("an item is no number")
            values += digit * kind(10**reach)
        return values

    def letters(self, place: int) -> NDArray[np.str_]:
        """The first character at a place, empty where there is none."""
        tokens = self.tokens(place)
        there = self.lengths(tokens) > 0
        codes = np.where(there, self.data[np.where(there, self.starts(tokens), 0)] if len(self.data) else 0, 0)
        return codes.astype(np.uint32).view("U1").reshape(-1)

    def longest(self, place: int) -> int:
        """How many characters the items at a place have at the most."""
        return int(self.lengths(self.tokens(place)).max(initial=0))

    def pairs(self, first: int) -> tuple[Ints, Ints, Ints, Ints]:
        """The items from a place on, two by two: of which subfield, the how manieth there, and both numbers."""
        counts = np.maximum(self.counts - first, 0) // 2
        kind = counts.dtype
        subfield = np.repeat(np.arange(len(self), dtype=kind), counts)
        before = np.cumsum(counts, dtype=kind) - counts
        rank = np.arange(len(subfield), dtype=kind) - np.repeat(before, counts)
        token = self.firsts[subfield] + (2 * rank + first)
        return subfield, rank, self.numbers(token), self.numbers(token + 1)

    def width(self, place: int) -> int:
        """How many digits the numbers at a place are padded to: all as wide, and some begin with a zero; else 0."""
        tokens = self.tokens(place)
        tokens = tokens[tokens >= 0]
        lengths = self.lengths(tokens)
        if not len(lengths) or int(lengths[0]) < 2 or int(lengths.min()) != int(lengths.max()):
            return 0
        return int(lengths[0]) if bool((self.data[self.starts(tokens)] == _ZERO).any()) else 0
