"""A field whose subfields are all alike, as matrices of characters: most fields of padded numbers are.

Where the separators of every subfield stand at the same places, an item is a few columns of a matrix, and its numbers
are one product. That takes about half the time of `Columns`, which reads any field and stands in where this does not
hold. The matrix is turned, so that a column of characters lies in one piece; the least and the greatest of each tell
all that there is to check. With 1,000 minutiae a second run of subfields begins, one digit longer.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.columns import MISSING, Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nistitl.minutiae.columns import Ints, Text

_RS, _US = 0x1E, 0x1F
_ZERO, _NINE = 0x30, 0x39
_MOST_RUNS = 4
_WIDEST, _NARROW = 17, 8  # digits of a number whose characters int64 and int32 can sum up


class _Run:
    """Subfields that follow each other and are as long as each other, as columns of characters."""

    def __init__(self, rows: Text, separators: bytes) -> None:
        self.columns: Text = np.ascontiguousarray(rows.T)
        lows, highs = self.columns.min(axis=1), self.columns.max(axis=1)
        splits = (lows == highs) & np.isin(lows, list(separators))
        self.even = bool((lows[~splits] > max(separators)).all())  # digits, letters and signs are above
        self.edges = [-1, *np.flatnonzero(splits).tolist(), len(self.columns)]
        self.splits = lows[splits].tobytes()
        self.plain = ((lows >= _ZERO) & (highs <= _NINE)).tolist()  # columns of digits

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    def span(self, place: int) -> slice:
        """The columns of an item."""
        return slice(self.edges[place] + 1, self.edges[place + 1])

    def width(self, place: int) -> int:
        """How many characters an item has."""
        return self.edges[place + 1] - self.edges[place] - 1

    def outline(self) -> bytes:
        """A subfield of this form, with its RS."""
        items = [b"0" if self.width(place) else b"" for place in range(len(self.splits) + 1)]
        return b"".join([item + bytes((split,)) for item, split in zip(items, self.splits + b"\x1e", strict=True)])

    def digits(self, place: int) -> bool:
        """True where an item is plain digits in every subfield, or empty in all."""
        return self.width(place) <= _WIDEST and all(self.plain[self.span(place)])

    def ints(self, place: int) -> Ints:
        """The numbers of an item that is all digits."""
        width = self.width(place)
        if not width:
            return np.full(len(self), MISSING)
        powers: Ints = np.array([10**power for power in reversed(range(width))], _kind(width))
        numbers: Ints = np.einsum("i,ij->j", powers, self.columns[self.span(place)])
        numbers -= _ZERO * powers.sum(dtype=powers.dtype)
        return numbers


def _kind(width: int) -> type[np.signedinteger[Any]]:
    """What holds the sum of so many characters, each times its power of ten."""
    return np.int32 if width <= _NARROW else np.int64


class Even:
    """The items of such a field by subfield and place, as `Columns` gives them."""

    def __init__(self, raw: bytes, also: bytes, runs: list[_Run]) -> None:
        self._field = (raw, also)
        self._runs = runs
        self.most = len(runs[0].splits) + 1  # items of a subfield

    @cached_property
    def _any(self) -> Columns:
        return Columns(*self._field)

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def ints(self, place: int) -> Ints:
        """The numbers at a place; MISSING where there is none. ValueError for what is no number."""
        if place < self.most and all(run.digits(place) for run in self._runs):
            return np.concatenate([run.ints(place) for run in self._runs])
        return self._any.ints(place)

    def letters(self, place: int) -> NDArray[np.str_]:
        """The first character at a place, empty where there is none."""
        if place >= self.most or not all(run.width(place) for run in self._runs):
            return self._any.letters(place)
        codes = np.concatenate([run.columns[run.span(place).start] for run in self._runs])
        return codes.astype(np.uint32).view("U1")

    def outline(self) -> bytes:
        """A subfield of each form that occurs, with its RS, a digit an item: enough for a pattern of separators."""
        return b"".join(run.outline() for run in self._runs)

    def longest(self, place: int) -> int:
        """How many characters the items at a place have at the most."""
        return max(run.width(place) for run in self._runs) if place < self.most else 0

    def pairs(self, first: int) -> tuple[Ints, Ints, Ints, Ints]:
        """The items from a place on, two by two: of which subfield, the how manieth there, and both numbers."""
        count = max(self.most - first, 0) // 2
        subfield, rank = np.divmod(np.arange(len(self) * count, dtype=np.int32), np.int32(max(count, 1)))
        numbers = [self.ints(place) for place in range(first, first + 2 * count)]
        firsts, seconds = (np.stack(numbers[at::2], axis=-1).reshape(-1) if count else subfield for at in (0, 1))
        return subfield, rank, firsts, seconds


def table(raw: bytes, also: bytes = b"") -> Even | Columns:
    """The items of a field by subfield and place; `also` is another separator of items, such as a comma."""
    separators = bytes((_RS, _US)) + also
    text = raw + b"\x1e"
    data = np.frombuffer(text, np.uint8)
    runs: list[_Run] = []
    at = 0
    while at < len(text) and len(runs) < _MOST_RUNS:
        width = text.index(b"\x1e", at) + 1 - at  # its RS with it
        ends = data[at + width - 1 :: width] == _RS
        count = len(ends) if ends.all() else int(ends.argmin())
        end = at + count * width
        run = _Run(data[at:end].reshape(count, width)[:, :-1], separators)
        if width == 1 or not run.even or (runs and run.splits != runs[0].splits):
            break
        runs.append(run)
        at = end
    return Even(raw, also, runs) if at == len(text) else Columns(raw, also)
