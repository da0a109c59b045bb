"""A field of many subfields, written from columns of numbers.

Numbers are looked up as text, column by column, each as wide as its longest; what shorter ones leave empty is taken
out in the end. `columns` reads such a field.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nistitl.minutiae.columns import Text

    Mask = NDArray[np.bool_]

_ZERO, _MINUS = 0x30, 0x2D
_KINDS = (np.uint16, np.uint32, np.uint64)
_LOOKED_UP = 10_000  # numbers below it are spelled once and for all
_FEW = 32  # characters to one that is left out


class Grid:
    """Rows of text built column by column, each as wide as its longest text; 0 is no character, left out in the end.

    A shape of (rows, times) is for groups of columns that stand so many times in a row. Numbers are looked up as
    words, and columns copied into the rows as whole texts: runs of a few bytes are what numpy is slowest with.
    """

    def __init__(self, *shape: int) -> None:
        self.shape = shape
        self._columns: list[NDArray[np.void]] = []

    def put(self, column: Text, there: Mask | None = None) -> None:
        """Characters along the last axis; nothing where it is not `there`."""
        if there is not None:
            column[~there] = 0
        self._columns.append(column.view(f"V{column.shape[-1]}")[..., 0])

    def text(self, text: bytes, there: Mask | None = None) -> None:
        """The same characters in every row, or in these."""
        self.put(np.full((*self.shape, len(text)), list(text), np.uint8), there)

    def letters(self, letters: Text, before: bytes = b"") -> None:
        """One character a row, behind the same characters."""
        column = np.empty((*self.shape, len(before) + 1), np.uint8)
        column[..., :-1], column[..., -1] = list(before), letters
        self.put(column)

    def numbers(self, numbers: Any, width: int = 0, there: Mask | None = None, before: bytes = b"") -> None:
        """A whole number a row, padded with zeros to a width, behind the same characters; nothing if not `there`."""
        values = np.ascontiguousarray(numbers)
        most, least = int(values.max(initial=0)), int(values.min(initial=0))
        if least >= 0 and most < _LOOKED_UP:
            words, length = _table(len(str(most)), width, before)
            words = words.take(values.astype(np.intp), axis=0)
        else:
            words, length = _spelled(values, width, before)
        self.put(words[..., :length], there)

    def joined(self) -> Text:
        """The columns beside each other."""
        rows = np.empty(self.shape, [("", column.dtype) for column in self._columns])
        for name, column in zip(rows.dtype.names or (), self._columns, strict=True):
            rows[name] = column
        return rows.view(np.uint8).reshape(self.shape[0], -1)

    def written(self) -> bytes:
        """The rows as subfields, RS between them."""
        if not self.shape[0]:
            return b""
        self.text(b"\x1e")
        rows = self.joined()
        rows[-1, -1] = 0  # no RS behind the last
        few = (rows.size - np.count_nonzero(rows)) * _FEW < rows.size
        text = rows.tobytes()
        return text.replace(b"\0", b"") if few else text.translate(None, b"\0")  # one by one, or all alike


@lru_cache(maxsize=128)
def _table(digits: int, width: int, before: bytes) -> tuple[Text, int]:
    """All numbers of up to so many digits."""
    return _spelled(np.arange(10**digits), width, before)


def _spelled(values: NDArray[Any], width: int, before: bytes) -> tuple[Text, int]:
    """Numbers as words of 1, 2, 4, 8 or more characters along a last axis, and how many characters count.

    Those are the same in front, then zeros up to a width; 0 for none.
    """
    negative = values < 0
    signed = bool(negative.any())
    rest: NDArray[Any] = np.abs(values) if signed else values
    most, least = int(rest.max(initial=0)), max(width, 1)
    rest = rest.astype(next(kind for kind in _KINDS if most <= np.iinfo(kind).max))
    digits, start = max(len(str(most)), least), len(before)
    length = start + signed + digits
    words = np.zeros((*values.shape, 1 << (length - 1).bit_length()), np.uint8)
    words[..., :start] = list(before)
    if signed:
        words[..., start] = negative * np.uint8(_MINUS)
    for place in range(digits):  # from the right
        tens = rest // 10
        digit = rest - tens * 10 + _ZERO
        words[..., length - 1 - place] = digit * (rest != 0) if place >= least else digit
        rest = tens
    return words, length
