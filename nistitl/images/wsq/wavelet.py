"""The wavelet transform: an image as a tree of 64 subbands, and the way back.

One step splits lines of n samples in two halves: ceil(n/2) smooth samples (low) and floor(n/2) of
detail (high). Done to the rows and then to the columns, it turns an area into four quadrants. WSQ
splits the image, then quadrants of quadrants, in twenty nodes:

    node 0          the image: quadrant low/low is node 1, the two mixed ones are nodes 2 and 3, and
                    high/high (subbands 60 to 63) is thrown away
    node 1          again: low/low is node 14, the mixed ones nodes 4 and 5, high/high is subband 51
    nodes 2 and 3   into subbands 52 to 55 and 56 to 59
    nodes 4 and 5   into four nodes each, and those into subbands 19 to 34 and 35 to 50
    node 14         into four nodes; the first into node 19 (subbands 0 to 3) and subbands 4 to 6, the
                    others into subbands 7 to 18

Detail is mirrored in frequency by the halving, so a node that lies in the right half of its parent
has low and high swapped in its columns, and one that lies at the bottom in its rows; with that,
position in the plane goes with frequency.

The last bit of the result depends on the order of additions, and the reference decoder's is kept: taps
from left to right, the low half before the high, in float32.

Source: FBI IAFIS-IC-0110(V3), Part 1; order and edges as in NIST's NBIS.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np

from nistitl.images.wsq import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nistitl.images.wsq.container import Filters

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]
    InPlace = Callable[[Floats], None]
    Mirror = Callable[[NDArray[np.intp]], NDArray[np.intp]]

T = TypeVar("T")

# fmt: off
ANALYSIS_LOW = np.array([
    0.03782845550699546, -0.02384946501938000, -0.11062440441842342, 0.37740285561265380, 0.85269867900940344,
    0.37740285561265380, -0.11062440441842342, -0.02384946501938000, 0.03782845550699546,
], np.float32)
ANALYSIS_HIGH = np.array([
    0.06453888262893845, -0.04068941760955844, -0.41809227322221221, 0.78848561640566439,
    -0.41809227322221221, -0.04068941760955844, 0.06453888262893845,
], np.float32)
# fmt: on


# The tree -----------------------------------------------------------------------------------------------


@attrs.frozen(slots=True)
class Node:
    """A split into quadrants, in reading order; each is a node or a subband's number.

    `swap_x` and `swap_y`: the high half is the left one, the upper one.
    """

    quadrants: tuple[Node | int, ...]
    swap_x: bool
    swap_y: bool

    def sizes(self, height: int, width: int) -> list[tuple[int, int]]:
        """Rows and columns of the quadrants of an area."""
        top = height // 2 if self.swap_y else (height + 1) // 2
        left = width // 2 if self.swap_x else (width + 1) // 2
        return [(rows, columns) for rows in (top, height - top) for columns in (left, width - left)]

    def swapped(self, parts: list[T]) -> list[T]:
        """Quadrants from reading order to low/low, high/low (in x), low/high, high/high; and back."""
        if self.swap_y:
            parts = parts[2:] + parts[:2]
        return [parts[1], parts[0], parts[3], parts[2]] if self.swap_x else parts


_SHAPE = (
    (
        (((0, 1, 2, 3), 4, 5, 6), (7, 8, 9, 10), (11, 12, 13, 14), (15, 16, 17, 18)),
        ((19, 20, 21, 22), (23, 24, 25, 26), (27, 28, 29, 30), (31, 32, 33, 34)),
        ((35, 36, 37, 38), (39, 40, 41, 42), (43, 44, 45, 46), (47, 48, 49, 50)),
        51,
    ),
    (52, 53, 54, 55),
    (56, 57, 58, 59),
    (60, 61, 62, 63),
)


def _grow(shape: Any, swap_x: bool = False, swap_y: bool = False) -> Node | int:
    """The tree from nested tuples: right quadrants are swapped in x, lower ones in y."""
    if isinstance(shape, int):
        return shape
    return Node(tuple(_grow(part, bool(i % 2), i > 1) for i, part in enumerate(shape)), swap_x, swap_y)


TREE = Node(tuple(_grow(part, bool(i % 2), i > 1) for i, part in enumerate(_SHAPE)), False, False)
NEVER_SENT = TREE.quadrants[3]


@lru_cache(maxsize=64)
def subband_sizes(height: int, width: int) -> tuple[tuple[int, int], ...]:
    """Rows and columns of the 64 subbands of an image."""
    size_of: dict[int, tuple[int, int]] = {}

    def visit(part: Node | int, size: tuple[int, int]) -> None:
        if isinstance(part, int):
            size_of[part] = size
            return
        for quadrant, quarter in zip(part.quadrants, part.sizes(*size), strict=True):
            visit(quadrant, quarter)

    visit(TREE, (height, width))
    return tuple(size_of[number] for number in range(len(size_of)))


BLOCK = 24576  # samples of a block: its dozen buffers stay in the cache
SHORTEST = 6  # samples of a line below which its edges meet


class _Buffers:
    """Memory for one block at a time of an image so wide, asked for once: fresh memory is slow.

    Nine arrays, of which the last two hold a block's rows in two strips.
    """

    def __init__(self, width: int) -> None:
        row = width // 2 + 8
        self.arrays = np.zeros((9, max(BLOCK, 8 * row) + 8 * row + 16), np.float32)
        self.strips = self.arrays[7:]


def _pairs_at_once(pitch: int) -> int:
    """How many pairs of rows make a block."""
    return max(4, BLOCK // (2 * pitch))


# Synthesis ----------------------------------------------------------------------------------------------


def reconstruct(
    subbands: Sequence[Floats | None], height: int, width: int, filters: Filters, shift: np.float32, scale: np.float32
) -> Pixels:
    """Pixels from 60 subbands or more; those from 60 on are ignored, None means all zeros."""

    def finish(values: Floats) -> None:
        values *= scale
        values += shift
        values += np.float32(0.5)
        np.maximum(values, np.float32(0), out=values)
        np.minimum(values, np.float32(255), out=values)  # storing cuts off the rest

    out = np.empty((height, width), np.uint8)
    _Synthesis(subbands, filters, width).join(TREE, out, finish)
    return out


def synthesize(subbands: Sequence[Floats | None], height: int, width: int, filters: Filters) -> Floats:
    """The wavelet transform undone, float32, without the conversion to pixels."""
    out = np.empty((height, width), np.float32)
    _Synthesis(subbands, filters, width).join(TREE, out)
    return out


# The low and the high half of lines; None for high is all zeros.
Halves = tuple["Floats", "Floats | None"]


class _Synthesis:
    """The way up the tree, from subbands to the image. `finish` makes the last values into pixels, in place."""

    def __init__(self, subbands: Sequence[Floats | None], filters: Filters, width: int) -> None:
        self.subbands = subbands
        self.filters = filters
        self.usual = len(filters.low) == 7 and len(filters.high) == 9
        self.buffers = _Buffers(width)

    def join(self, node: Node, out: NDArray[Any], finish: InPlace | None = None) -> None:
        """Fill `out` with the area of a node."""
        height, width = out.shape
        sizes = node.sizes(height, width)
        parts = [self.area(part, size) for part, size in zip(node.quadrants, sizes, strict=True)]
        low_low, high_low, low_high, high_high = node.swapped(parts)
        if low_low is None:
            low_low = np.zeros(((height + 1) // 2, (width + 1) // 2), np.float32)
        if high_low is None:
            high_low = np.zeros(((height + 1) // 2, width // 2), np.float32)
        way = self.join_blocks if self.usual and min(height, width) >= SHORTEST else self.join_lines
        way((low_low, low_high), (high_low, high_high), out, finish)

    def area(self, part: Node | int, size: tuple[int, int]) -> Floats | None:
        """A quadrant's samples: a subband as it is, or a node put together. None is all zeros."""
        if isinstance(part, int):
            return self.subbands[part]
        if part is NEVER_SENT or 0 in size:
            return None
        out = np.empty(size, np.float32)
        self.join(part, out)
        return out

    def join_blocks(self, left: Halves, right: Halves, out: NDArray[Any], finish: InPlace | None) -> None:
        """Columns, then rows, of some rows at a time, so that all of it stays in the cache.

        A block's columns are put together in two strips, left and right, whose rows have room at both ends
        for the edges. Rows of a strip lie one after another, so that a step along a row is one element.
        """
        height, width = out.shape
        pitch = (width + 1) // 2 + 4
        step = _pairs_at_once(pitch)
        for first in range(0, (height + 1) // 2, step):
            count = min(step, (height + 1) // 2 - first)
            strips = [strip[: 2 * count * pitch].reshape(2 * count, pitch) for strip in self.buffers.strips]
            self.join_columns(left, first, height, strips[0][:, 1:])
            self.join_columns(right, first, height, strips[1][:, 2:])
            _pad_strips(strips[0], strips[1], width)
            self.join_rows(out[2 * first : 2 * (first + count)], pitch, finish)

    def join_columns(self, halves: Halves, first: int, height: int, out: Floats) -> None:
        """The rows from pair `first` on, as many as `out` has, from the low and high halves of columns."""
        count, columns = len(out) // 2, halves[0].shape[1]
        low = _rows(halves[0], first - 1, first + count + 2, _low_mirror(height))
        high = None if halves[1] is None else _rows(halves[1], first - 2, first + count + 2, _high_mirror(height))
        even, odd = out[0::2, :columns], out[1::2, :columns]
        _merge(low, high, columns, (count, columns), self.filters, self.buffers, even, odd)

    def join_rows(self, out: NDArray[Any], pitch: int, finish: InPlace | None) -> None:
        """Whole rows from the two strips."""
        low, high = self.buffers.strips
        shape, even, odd = (len(out), pitch), out[:, 0::2], out[:, 1::2]
        if finish is None:
            _merge(low, high, 1, shape, self.filters, self.buffers, even, odd)
            return
        _merge(low, high, 1, shape, self.filters, self.buffers, None, None)
        for total, into in zip(self.buffers.arrays, (even, odd), strict=False):
            values = total[: len(out) * pitch]
            finish(values)
            np.copyto(into, values.reshape(shape)[:, : into.shape[1]], casting="unsafe")

    def join_lines(self, left: Halves, right: Halves, out: NDArray[Any], finish: InPlace | None) -> None:
        """The same for filters of any length and areas of any size: whole areas, tap by tap."""
        height, width = out.shape
        low, high = (np.ascontiguousarray(lines.merge(*side, height, self.filters).T) for side in (left, right))
        turned = lines.merge(low, high, width, self.filters)
        if finish is not None:
            finish(turned)
        np.copyto(out, turned.T, casting="unsafe")


def _merge(
    low: Floats,
    high: Floats | None,
    step: int,
    shape: tuple[int, int],
    filters: Filters,
    scratch: _Buffers,
    even: Floats | None,
    odd: Floats | None,
) -> None:
    """Even and odd samples from low and high ones, all lines of a block at once.

    `low` begins with L[-1] and `high` with H[-2]; the next sample of a line lies `step` on. With taps l and h
    numbered from the outside, and low before high, left to right:

        even  l1 L[k-1] + l3 L[k] + l1 L[k+1]               + h1 H[k-2] + h3 H[k-1] + h3 H[k] + h1 H[k+1]
        odd   l0 L[k-1] + l2 L[k] + l2 L[k+1] + l0 L[k+2]   + h0 H[k-2] + h2 H[k-1] + h4 H[k] + h2 H[k+1] + h0 H[k+2]

    Results of `shape` go to `even` and `odd`, as many columns as these have, and the products that two
    samples share are made once. Without `even` and `odd` they stay in the first two buffers.
    """
    size = shape[0] * shape[1]
    l0, l1, l2, l3 = filters.low[:4]
    h0, h1, h2, h3, h4 = filters.high[:5]
    times, plus = np.multiply, np.add
    even_sum, odd_sum, once, twice, middle, *_ = scratch.arrays
    at = [slice(k * step, k * step + size) for k in range(5)]

    total = even_sum[:size]
    times(low[: size + 2 * step], l1, out=once[: size + 2 * step])
    times(low[at[1]], l3, out=total)
    plus(total, once[at[0]], out=total)
    if high is None:
        last = once[at[2]]
    else:
        plus(total, once[at[2]], out=total)
        times(high[: size + 3 * step], h1, out=once[: size + 3 * step])
        times(high[step : size + 2 * step], h3, out=twice[: size + step])
        plus(total, once[at[0]], out=total)
        plus(total, twice[at[0]], out=total)
        plus(total, twice[at[1]], out=total)
        last = once[at[3]]
    _store(total, last, shape, even)

    total = odd_sum[:size]
    times(low[: size + 3 * step], l0, out=once[: size + 3 * step])
    times(low[step : size + 2 * step], l2, out=twice[: size + step])
    plus(once[at[0]], twice[at[0]], out=total)
    plus(total, twice[at[1]], out=total)
    if high is None:
        last = once[at[3]]
    else:
        plus(total, once[at[3]], out=total)
        times(high[: size + 4 * step], h0, out=once[: size + 4 * step])
        times(high[step : size + 3 * step], h2, out=twice[: size + 2 * step])
        times(high[at[2]], h4, out=middle[:size])
        plus(total, once[at[0]], out=total)
        plus(total, twice[at[0]], out=total)
        plus(total, middle[:size], out=total)
        plus(total, twice[at[2]], out=total)
        last = once[at[4]]
    _store(total, last, shape, odd)


def _store(total: Floats, last: Floats, shape: tuple[int, int], into: Floats | None) -> None:
    """The last addition, straight to where the result belongs, or in place."""
    if into is None:
        np.add(total, last, out=total)
    else:
        rows, columns = into.shape
        np.add(total.reshape(shape)[:rows, :columns], last.reshape(shape)[:rows, :columns], out=into)


# A line of n samples goes on beyond its ends as its mirror image. The mirror stands on the last sample
# (whole) or between it and the next (half); how, follows from n samples being symmetric about their ends.


def _low_mirror(n: int) -> Mirror:
    """Places of low samples beyond the ends: mirrored on the first; on the last if n is odd, behind it if even."""
    top = 2 * ((n + 1) // 2) - (2 if n % 2 else 1)
    return lambda k: np.where(k < 0, -k, np.where(k > top // 2, top - k, k))


def _high_mirror(n: int) -> Mirror:
    """Places of high samples beyond the ends: mirrored before the first; behind the last if n is odd, on it if even."""
    top = 2 * (n // 2) - (1 if n % 2 else 2)
    return lambda k: np.where(k < 0, -1 - k, np.where(k > top // 2, top - k, k))


def _rows(area: Floats, first: int, last: int, mirror: Mirror) -> Floats:
    """Rows from `first` up to `last`, one after another, mirrored beyond the area's edges."""
    if first >= 0 and last <= len(area):
        return area[first:last].reshape(-1)
    return area.take(mirror(np.arange(first, last)), axis=0).ravel()


def _pad_strips(low: Floats, high: Floats, width: int) -> None:
    """The edges of each row of the strips: one low sample and two high ones before, two of each behind."""
    smooth, rough = (width + 1) // 2, width // 2
    for strip, start, count, mirror in ((low, 1, smooth, _low_mirror(width)), (high, 2, rough, _high_mirror(width))):
        beyond = np.array([*range(-start, 0), count, count + 1])
        for k, place in zip(beyond.tolist(), mirror(beyond).tolist(), strict=True):
            strip[:, start + k] = strip[:, start + place]


# Analysis -----------------------------------------------------------------------------------------------


def analyze(pixels: Pixels, shift: np.float32, scale: np.float32) -> list[Floats]:
    """The wavelet transform of an image, brought to (pixel - shift) / scale: subbands 0 to 59, float32.

    Both sides must be long enough for every node's lines to have six samples: 81 pixels.
    """

    def normalize(values: Floats) -> None:
        values -= shift
        values /= scale

    way = _Analysis(pixels.shape[1])
    way.split(TREE, pixels, normalize)
    return [way.subbands[number] for number in range(len(way.subbands))]


class _Analysis:
    """The way down the tree, from the image to `subbands`. `prepare` makes pixels into values, in place."""

    def __init__(self, width: int) -> None:
        self.subbands: dict[int, Floats] = {}
        self.buffers = _Buffers(width)

    def split(self, node: Node, area: NDArray[Any], prepare: InPlace | None = None) -> None:
        """The subbands below a node: rows first, then columns."""
        height = len(area)
        left, right = self.split_rows(area, prepare)
        parts = [
            *self.split_columns(left[0], left[1], height),
            *self.split_columns(right[0], right[1], height, both=node is not TREE),
        ]
        for part, quarter in zip(node.quadrants, node.swapped([parts[0], parts[2], parts[1], parts[3]]), strict=True):
            if isinstance(part, int):
                self.subbands[part] = quarter
            elif part is not NEVER_SENT:
                self.split(part, quarter)

    def split_rows(self, area: NDArray[Any], prepare: InPlace | None) -> list[Floats]:
        """The low and the high halves of rows: for each an array of even and one of odd rows, padded."""
        height, width = area.shape
        smooth, rough = (width + 1) // 2, width // 2
        pairs, pitch = (height + 1) // 2, smooth + 4
        halves = [np.empty((2, pairs + 4, columns), np.float32) for columns in (smooth, rough)]
        step = _pairs_at_once(pitch)
        evens, odds = self.buffers.strips
        for first in range(0, pairs, step):
            block = area[2 * first : 2 * (first + step)]
            size = len(block) * pitch
            even, odd = evens[:size].reshape(-1, pitch), odds[:size].reshape(-1, pitch)
            np.copyto(even[:, 2 : 2 + smooth], block[:, 0::2])
            np.copyto(odd[:, 2 : 2 + rough], block[:, 1::2])
            if prepare is not None:
                prepare(self.buffers.strips[:, :size])
            _pad(even.T, odd.T, width)
            for half, sums in zip(halves, _part(evens, odds, 1, size, self.buffers), strict=True):
                for parity in (0, 1):
                    total, last = (x.reshape(-1, pitch)[parity::2, : half.shape[2]] for x in sums)
                    np.add(total, last, out=half[parity, 2 + first : 2 + first + len(total)])
        for half in halves:
            _pad(half[0], half[1], height)
        return halves

    def split_columns(self, even: Floats, odd: Floats, height: int, both: bool = True) -> list[Floats]:
        """The low and the high half of columns, the high one empty unless asked for, from even and odd rows."""
        columns = even.shape[1]
        low = np.empty(((height + 1) // 2, columns), np.float32)
        high = np.empty((height // 2 if both else 0, columns), np.float32)
        step = max(4, BLOCK // columns)
        for first in range(0, len(low), step):
            count = min(step, len(low) - first)
            rows = slice(first, first + count + 4)
            sums = _part(even[rows].ravel(), odd[rows].ravel(), columns, count * columns, self.buffers, both)
            for half, (total, last) in zip((low, high), sums, strict=False):
                into = half[first : first + count].reshape(-1)
                np.add(total[: len(into)], last[: len(into)], out=into)
        return [low, high]


def _pad(even: Floats, odd: Floats, n: int) -> None:
    """Two more at both ends of lines along the first axis; the mirrors stand on the first and last of n samples."""
    smooth, rough = (n + 1) // 2, n // 2
    for k in (1, 2):
        even[2 - k] = even[2 + k]
        odd[2 - k] = odd[1 + k]
    for k in range(smooth, smooth + 2):
        even[2 + k] = even[2 + n - 1 - k]
    for k in range(rough, smooth + 2):
        odd[2 + k] = odd[2 + n - 2 - k]


# A sum but for its last addition, which is left to who knows where the result belongs; and that last term.
Sum = tuple["Floats", "Floats"]


def _part(even: Floats, odd: Floats, step: int, size: int, scratch: _Buffers, both: bool = True) -> list[Sum]:
    """Low and high samples from even and odd ones, `size` of each; all lines of a block at once.

    `even` and `odd` begin with E[-2] and O[-2]; the next sample of a line lies `step` on. With taps a and b
    of the two filters numbered from the outside, left to right:

        low   a0 E[k-2] + a1 O[k-2] + a2 E[k-1] + a3 O[k-1] + a4 E[k] + a3 O[k] + a2 E[k+1] + a1 O[k+1] + a0 E[k+2]
        high  b0 E[k-1] + b1 O[k-1] + b2 E[k] + b3 O[k] + b2 E[k+1] + b1 O[k+1] + b0 E[k+2]

    The last addition of each is left to the caller.
    """
    times, plus = np.multiply, np.add
    at = [slice(k * step, k * step + size) for k in range(5)]

    def products(samples: Floats, tap: np.float32, first: int, more: int, into: Floats) -> None:
        """The products of one tap with the samples from k + `first` on, for so many steps `more`."""
        times(samples[first * step : (first + more) * step + size], tap, out=into[: more * step + size])

    a, b = ANALYSIS_LOW, ANALYSIS_HIGH
    low_sum, high_sum, p0, p1, p2, p3, p4, *_ = scratch.arrays
    products(even, a[0], 0, 4, p0)
    products(odd, a[1], 0, 3, p1)
    products(even, a[2], 1, 2, p2)
    products(odd, a[3], 1, 1, p3)
    products(even, a[4], 2, 0, p4)
    low = low_sum[:size]
    plus(p0[at[0]], p1[at[0]], out=low)
    for more in (p2[at[0]], p3[at[0]], p4[at[0]], p3[at[1]], p2[at[2]], p1[at[3]]):
        plus(low, more, out=low)
    if not both:
        return [(low, p0[at[4]])]
    products(even, b[0], 1, 3, p1)
    products(odd, b[1], 1, 2, p2)
    products(even, b[2], 2, 1, p3)
    products(odd, b[3], 2, 0, p4)
    high = high_sum[:size]
    plus(p1[at[0]], p2[at[0]], out=high)
    for more in (p3[at[0]], p4[at[0]], p3[at[1]], p2[at[2]]):
        plus(high, more, out=high)
    return [(low, p0[at[4]]), (high, p1[at[3]])]
