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

Source: FBI IAFIS-IC-0110(V3), Part 1 clause 5 and figure 5; order and edges as in NIST's NBIS.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from nistitl.images.wsq.container import Filters

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

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
    found: dict[int, tuple[int, int]] = {}

    def visit(part: Node | int, size: tuple[int, int]) -> None:
        if isinstance(part, int):
            found[part] = size
            return
        for quadrant, quarter in zip(part.quadrants, part.sizes(*size), strict=True):
            visit(quadrant, quarter)

    visit(TREE, (height, width))
    return tuple(found[number] for number in range(len(found)))


# Synthesis ----------------------------------------------------------------------------------------------

BLOCK = 32768  # samples of a block: its dozen buffers stay in the cache
SHORTEST = 6  # samples of a line below which its edges meet


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
    _join(TREE, subbands, out, filters, finish)
    return out


def synthesize(subbands: Sequence[Floats | None], height: int, width: int, filters: Filters) -> Floats:
    """The wavelet transform undone, float32, without the conversion to pixels."""
    out = np.empty((height, width), np.float32)
    _join(TREE, subbands, out, filters, None)
    return out


def _join(
    node: Node,
    subbands: Sequence[Floats | None],
    out: NDArray[Any],
    filters: Filters,
    finish: Callable[[Floats], None] | None,
) -> None:
    """Fill `out` with the area of a node, from its quadrants: columns first, then rows."""
    height, width = out.shape
    parts = [
        _area(quadrant, subbands, size, filters)
        for quadrant, size in zip(node.quadrants, node.sizes(height, width), strict=True)
    ]
    if node.swap_y:
        parts = parts[2:] + parts[:2]
    if node.swap_x:
        parts = [parts[1], parts[0], parts[3], parts[2]]
    sizes = [((height + 1) // 2, columns) for columns in ((width + 1) // 2, width // 2)]
    smooth, detail = (
        np.zeros(size, np.float32) if part is None else part for size, part in zip(sizes, parts[:2], strict=True)
    )
    shapely = len(filters.low) == 7 and len(filters.high) == 9 and min(height, width) >= SHORTEST
    if shapely:
        _join_blocks(smooth, detail, parts[2], parts[3], out, filters, finish)
    else:
        _join_lines(smooth, detail, parts[2], parts[3], out, filters, finish)


def _area(
    part: Node | int, subbands: Sequence[Floats | None], size: tuple[int, int], filters: Filters
) -> Floats | None:
    """A quadrant's samples: a subband as it is, or a node put together."""
    if isinstance(part, int):
        return subbands[part]
    if part is NEVER_SENT or 0 in size:
        return None
    out = np.empty(size, np.float32)
    _join(part, subbands, out, filters, None)
    return out


# The usual filters, in blocks ---------------------------------------------------------------------------


def _join_blocks(
    low: Floats,
    detail: Floats,
    low_high: Floats | None,
    detail_high: Floats | None,
    out: NDArray[Any],
    filters: Filters,
    finish: Callable[[Floats], None] | None,
) -> None:
    """`_join` for filters of 7 and 9 taps: some rows at a time, so that all of it stays in the cache.

    A block's columns are put together in two strips, left and right, whose rows have room at both ends
    for the edges. Rows of a strip lie one after another, so that a step along a row is one element.
    """
    height, width = out.shape
    pairs, pitch = (height + 1) // 2, (width + 1) // 2 + 4
    step = max(4, BLOCK // (2 * pitch))
    scratch = _Scratch((step + 4) * 2 * pitch + 16)
    strips = np.zeros((2, 2 * step * pitch + 16), np.float32)
    for first in range(0, pairs, step):
        count = min(step, pairs - first)
        rows = min(2 * count, height - 2 * first)
        sides = [side[: 2 * count * pitch].reshape(count, 2, pitch) for side in strips]
        for side, start, a, b in ((sides[0], 1, low, low_high), (sides[1], 2, detail, detail_high)):
            columns = a.shape[1]
            smooth = _rows(a, first - 1, first + count + 2, _low_edge(height))
            rough = None if b is None else _rows(b, first - 2, first + count + 2, _high_edge(height))
            into = side[:, :, start : start + columns]
            _merge(smooth, rough, columns, (count, columns), filters, scratch, into[:, 0], into[:, 1])
        _pad_rows(sides[0].reshape(-1, pitch), sides[1].reshape(-1, pitch), width)
        target = out[2 * first : 2 * first + rows]
        even, odd = target[:, 0::2], target[:, 1::2]
        shape = (rows, pitch)
        if finish is None:
            _merge(strips[0], strips[1], 1, shape, filters, scratch, even, odd)
        else:
            _merge(strips[0], strips[1], 1, shape, filters, scratch, None, None)
            for values, pixels in ((scratch.even, even), (scratch.odd, odd)):
                finish(values[: rows * pitch])
                np.copyto(pixels, values[: rows * pitch].reshape(shape)[:, : pixels.shape[1]], casting="unsafe")


class _Scratch:
    """Buffers for `_merge`, made once per node."""

    def __init__(self, size: int) -> None:
        self.even, self.odd, self.once, self.twice, self.middle = np.empty((5, size), np.float32)


def _merge(
    low: Floats,
    high: Floats | None,
    step: int,
    shape: tuple[int, int],
    filters: Filters,
    scratch: _Scratch,
    even: Floats | None,
    odd: Floats | None,
) -> None:
    """Even and odd samples from low and high ones, all lines of a block at once.

    `low` begins with L[-1] and `high` with H[-2]; the next sample of a line lies `step` on. With taps l and h
    numbered from the outside, and low before high, left to right:

        even  l1 L[k-1] + l3 L[k] + l1 L[k+1]               + h1 H[k-2] + h3 H[k-1] + h3 H[k] + h1 H[k+1]
        odd   l0 L[k-1] + l2 L[k] + l2 L[k+1] + l0 L[k+2]   + h0 H[k-2] + h2 H[k-1] + h4 H[k] + h2 H[k+1] + h0 H[k+2]

    Results of `shape` go to `even` and `odd`, as many columns as these have, and the products that two
    samples share are made once. Without `even` and `odd` they stay in the scratch buffers.
    """
    size = shape[0] * shape[1]
    l0, l1, l2, l3 = filters.low[:4]
    h0, h1, h2, h3, h4 = filters.high[:5]
    times, plus = np.multiply, np.add
    once, twice, middle = scratch.once, scratch.twice, scratch.middle
    at = [slice(k * step, k * step + size) for k in range(5)]

    total = scratch.even[:size]
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

    total = scratch.odd[:size]
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


def _low_edge(n: int) -> Callable[[NDArray[np.intp]], NDArray[np.intp]]:
    """Places of low samples beyond the ends: mirrored on the first; on the last if n is odd, behind it if even."""
    top = 2 * ((n + 1) // 2) - (2 if n % 2 else 1)
    return lambda k: np.where(k < 0, -k, np.where(k > top // 2, top - k, k))


def _high_edge(n: int) -> Callable[[NDArray[np.intp]], NDArray[np.intp]]:
    """Places of high samples beyond the ends: mirrored before the first; behind the last if n is odd, on it if even."""
    top = 2 * (n // 2) - (1 if n % 2 else 2)
    return lambda k: np.where(k < 0, -1 - k, np.where(k > top // 2, top - k, k))


def _rows(area: Floats, first: int, last: int, edge: Callable[[NDArray[np.intp]], NDArray[np.intp]]) -> Floats:
    """Rows from `first` up to `last`, one after another, mirrored beyond the area's edges."""
    if first >= 0 and last <= len(area):
        return area[first:last].reshape(-1)
    return area.take(edge(np.arange(first, last)), axis=0).ravel()


def _pad_rows(low: Floats, high: Floats, width: int) -> None:
    """The edges of each row of the strips: one sample and two before, two behind."""
    smooth, rough = (width + 1) // 2, width // 2
    for side, start, count, edge in ((low, 1, smooth, _low_edge(width)), (high, 2, rough, _high_edge(width))):
        beyond = np.array([*range(-start, 0), count, count + 1])
        for k, mirror in zip(beyond.tolist(), edge(beyond).tolist(), strict=True):
            side[:, start + k] = side[:, start + mirror]


# Any filters, any lengths -------------------------------------------------------------------------------


def _join_lines(
    low: Floats,
    detail: Floats,
    low_high: Floats | None,
    detail_high: Floats | None,
    out: NDArray[Any],
    filters: Filters,
    finish: Callable[[Floats], None] | None,
) -> None:
    """`_join` for filters of any length and areas of any size: whole areas, tap by tap."""
    left = _merge_lines(low, low_high, len(out), filters)
    right = _merge_lines(detail, detail_high, len(out), filters)
    turned = _merge_lines(np.ascontiguousarray(left.T), np.ascontiguousarray(right.T), out.shape[1], filters)
    if finish is not None:
        finish(turned)
    np.copyto(out, turned.T, casting="unsafe")


def _merge_lines(low: Floats, high: Floats | None, n: int, filters: Filters) -> Floats:
    """Columns of n samples from low and high ones (rows of the arrays)."""
    out = np.zeros((n, low.shape[1]), np.float32)
    for samples, tap, sources, _ in _low_taps(n, len(filters.low)):
        total = low[sources[0]] * filters.low[tap]
        for more, source in enumerate(sources[1:], 1):
            total += low[source] * filters.low[tap + 2 * more]
        out[samples] = total
    if high is None or not len(high):
        return out
    for samples, tap, sources, signs in _high_taps(n, len(filters.high)):
        total = out[samples]
        for more, (source, sign) in enumerate(zip(sources, signs, strict=True)):
            total += high[source] * filters.high[tap + 2 * more] * sign[:, None]
        out[samples] = total
    return out


# For all samples that begin with one tap: which they are, the tap, and for each tap from there on, two
# apart, the places it meets (one per sample) and the signs with which it counts.
Taps = tuple["NDArray[np.intp]", int, "NDArray[np.intp]", "NDArray[np.float32]"]


@lru_cache(maxsize=64)
def _low_taps(n: int, taps: int) -> tuple[Taps, ...]:
    """Which low samples meet which taps, in lines of n samples."""
    if taps % 2:
        start, two, left = (taps - 1) // 4, (taps - 1) // 2 % 2, False
    else:
        start, two, left = taps // 4 - 1, taps // 2 % 2, True
    if start < 0:
        start, left = 0, False
    walk = _Walk(start, (n + 1) // 2 - 1, left, right=not n % 2)
    return _collect(walk, n, taps, bool(two))


@lru_cache(maxsize=64)
def _high_taps(n: int, taps: int) -> tuple[Taps, ...]:
    """Which high samples meet which taps, in lines of n samples.

    Filters of even length are antisymmetric: a mirrored sample counts with the opposite sign.
    """
    if taps % 2:
        walk = _Walk((taps + 1) // 4 - 1, n // 2 - 1, True, right=bool(n % 2))
        return _collect(walk, n, taps, bool((taps + 1) // 2 % 2))
    start = taps // 4 - 1
    walk = _Walk(max(start, 0), n // 2 - 1, start >= 0, right=True)
    walk.sign, walk.antisymmetric, walk.odd = -1, True, bool(n % 2)
    return _collect(walk, n, taps, bool(taps // 2 % 2))


class _Walk:
    """A walk along a line of samples, which a filter's taps take from left to right of its mirrored self.

    It starts downwards, turns at the first sample and comes back up, and turns again at the last. At an
    end it steps on the sample twice if the mirror stands behind it (`left`, `right`), the first time it is
    there. Where a line is so short that it gets there again, the mirror has moved onto the sample: lines
    that short are irregular, and so is the reference decoder. Where a filter begins beyond the end of a line
    (with the usual filters in lines of three, images below 49 pixels) the reference reads whatever is stored
    there; here the line's last sample stands in.
    """

    def __init__(self, start: int, last: int, left: bool, right: bool) -> None:
        self.at, self.last, self.step = start, last, -1
        self.left, self.right = left, right
        self.sign, self.antisymmetric, self.odd, self.spare = 1, False, False, 2

    def forward(self) -> None:
        """On to where the next two samples start."""
        if self.at == 0:
            if self.left:
                self.step, self.left = 0, False
            else:
                self.step, self.sign = 1, 1
        self.at += self.step

    def places(self, count: int) -> Iterator[tuple[int, int]]:
        """The places and signs that the next `count` taps meet from here."""
        at, step, left, right, sign, spare = self.at, self.step, self.left, self.right, self.sign, self.spare
        for _ in range(count):
            if at == 0:
                if left:
                    step, left = 0, False
                else:
                    step, sign = 1, 1
            if at == self.last:
                if right:
                    step, right = 0, False
                    if self.antisymmetric and self.odd:  # on the last sample once more, and then as nothing
                        spare -= 1
                        sign, right = spare, spare > 0
                else:
                    step, sign = -1, -1 if self.antisymmetric else sign
            yield min(max(at, 0), max(self.last, 0)), sign
            at += step


def _collect(walk: _Walk, n: int, taps: int, two: bool) -> tuple[Taps, ...]:
    """Walk a line of n samples, which begin with taps 1 and 0 in turn; the first of all with 1 if `two`."""
    found: dict[int, list[tuple[int, list[tuple[int, int]]]]] = {1: [], 0: []}
    sample = 0
    for pair in range(n // 2 + 1):
        if walk.antisymmetric and taps == 2 and n % 2 and pair == n // 2:  # the sample left over meets no detail
            walk.at, walk.spare = walk.last, 1
        for tap in (1, 0) if pair or two else (0,):
            if sample < n:
                found[tap].append((sample, list(walk.places((taps - tap + 1) // 2))))
                sample += 1
        walk.forward()
    result = []
    for tap, rows in found.items():
        if rows:
            met = np.array([row for _, row in rows]).transpose(1, 2, 0)
            samples = np.array([sample for sample, _ in rows], np.intp)
            flip = -1 if walk.antisymmetric else 1
            result.append((samples, tap, met[:, 0].astype(np.intp), (flip * met[:, 1]).astype(np.float32)))
    return tuple(result)


# Analysis -----------------------------------------------------------------------------------------------


def analyze(pixels: Pixels, shift: np.float32, scale: np.float32) -> list[Floats]:
    """The wavelet transform of an image, brought to (pixel - shift) / scale: subbands 0 to 59, float32.

    Both sides must be long enough for every node's lines to have six samples: 81 pixels.
    """
    found: dict[int, Floats] = {}

    def normalize(values: Floats) -> None:
        values -= shift
        values /= scale

    def visit(node: Node, area: NDArray[Any], prepare: Callable[[Floats], None] | None) -> None:
        for part, quarter in zip(node.quadrants, _split(node, area, prepare), strict=True):
            if isinstance(part, int):
                found[part] = quarter
            elif part is not NEVER_SENT:
                visit(part, quarter, None)

    visit(TREE, pixels, normalize)
    return [found[number] for number in range(len(found))]


def _split(node: Node, area: NDArray[Any], prepare: Callable[[Floats], None] | None) -> list[Floats]:
    """The quadrants of an area, in reading order: rows first, then columns.

    The highest quadrant of the image itself is not computed; an empty array stands for it.
    """
    left, right = _split_rows(area, prepare)
    low_low, low_high = _split_columns(left, len(area), both=True)
    high_low, high_high = _split_columns(right, len(area), both=node is not TREE)
    parts = [low_low, high_low, low_high, high_high]
    if node.swap_x:
        parts = [parts[1], parts[0], parts[3], parts[2]]
    return parts[2:] + parts[:2] if node.swap_y else parts


# Lines on their way to be split: their even and odd samples apart, and at both ends two more than they have.
Lines = tuple["Floats", "Floats"]


def _split_rows(area: NDArray[Any], prepare: Callable[[Floats], None] | None) -> tuple[Lines, Lines]:
    """The low and the high halves of all rows, as lines for `_split_columns`."""
    height, width = area.shape
    pairs, pitch = (height + 1) // 2, (width + 1) // 2 + 4
    halves = [np.empty((2, pairs + 4, columns), np.float32) for columns in ((width + 1) // 2, width // 2)]
    step = max(4, BLOCK // (2 * pitch))
    scratch = _Products(2 * step * pitch + 16)
    strips = np.zeros((2, 2 * step * pitch + 16), np.float32)
    for first in range(0, pairs, step):
        rows = min(2 * step, height - 2 * first)
        even, odd = (strip[: rows * pitch].reshape(rows, pitch) for strip in strips)
        block = area[2 * first : 2 * first + rows]
        np.copyto(even[:, 2 : 2 + (width + 1) // 2], block[:, 0::2])
        np.copyto(odd[:, 2 : 2 + width // 2], block[:, 1::2])
        if prepare is not None:
            prepare(strips[:, : rows * pitch])
        _pad_lines(even.T, odd.T, width)
        low, high = _part(strips[0], strips[1], 1, rows * pitch, scratch)
        for half, sums in zip(halves, (low, high), strict=True):
            for parity in (0, 1):
                into = half[parity, 2 + first : 2 + first + (rows + 1 - parity) // 2]
                total, last = (x.reshape(rows, pitch)[parity::2, : half.shape[2]] for x in sums)
                np.add(total, last, out=into)
    for half in halves:
        _pad_lines(half[0], half[1], height)
    return (halves[0][0], halves[0][1]), (halves[1][0], halves[1][1])


def _split_columns(lines: Lines, height: int, both: bool) -> tuple[Floats, Floats]:
    """The low and, if asked for, the high half of all columns."""
    even, odd = lines
    columns = even.shape[1]
    low = np.empty(((height + 1) // 2, columns), np.float32)
    high = np.empty((height // 2 if both else 0, columns), np.float32)
    step = max(4, BLOCK // columns)
    scratch = _Products((step + 4) * columns)
    for first in range(0, len(low), step):
        count = min(step, len(low) - first)
        around = slice(first, first + count + 4)
        sums = _part(even[around].reshape(-1), odd[around].reshape(-1), columns, count * columns, scratch, both)
        for half, (total, last) in zip((low, high), sums, strict=False):
            into = half[first : first + count]
            np.add(total[: into.size], last[: into.size], out=into.reshape(-1))
    return low, high


def _pad_lines(even: Floats, odd: Floats, n: int) -> None:
    """Two more at both ends of lines along the first axis; the mirrors stand on the first and last of n samples."""
    smooth, rough = (n + 1) // 2, n // 2
    for k in (1, 2):
        even[2 - k] = even[2 + k]
        odd[2 - k] = odd[1 + k]
    for k in range(smooth, smooth + 2):
        even[2 + k] = even[2 + n - 1 - k]
    for k in range(rough, smooth + 2):
        odd[2 + k] = odd[2 + n - 2 - k]


class _Products:
    """Buffers for `_part`."""

    def __init__(self, size: int) -> None:
        self.low, self.high, *self.more = np.empty((7, size), np.float32)


Sums = tuple["Floats", "Floats"]


def _part(even: Floats, odd: Floats, step: int, size: int, scratch: _Products, both: bool = True) -> list[Sums]:
    """Low and high samples from even and odd ones, `size` of each; all lines of a block at once.

    `even` and `odd` begin with E[-2] and O[-2]; the next sample of a line lies `step` on. With taps a and b
    of the two filters numbered from the outside, left to right:

        low   a0 E[k-2] + a1 O[k-2] + a2 E[k-1] + a3 O[k-1] + a4 E[k] + a3 O[k] + a2 E[k+1] + a1 O[k+1] + a0 E[k+2]
        high  b0 E[k-1] + b1 O[k-1] + b2 E[k] + b3 O[k] + b2 E[k+1] + b1 O[k+1] + b0 E[k+2]

    The last addition of each is left to the caller, who knows where the sum belongs.
    """
    times, plus = np.multiply, np.add
    at = [slice(k * step, k * step + size) for k in range(5)]

    def products(samples: Floats, tap: np.float32, first: int, count: int, into: Floats) -> Floats:
        """The products of one tap with samples k + `first` and `count` steps more."""
        whole = size + count * step
        whole = min(whole, len(samples) - first * step)  # the last rows lack what only filling would need
        return times(samples[first * step : first * step + whole], tap, out=into[:whole])

    a, b = ANALYSIS_LOW, ANALYSIS_HIGH
    p0, p1, p2, p3, p4 = scratch.more
    products(even, a[0], 0, 4, p0)
    products(odd, a[1], 0, 3, p1)
    products(even, a[2], 1, 2, p2)
    products(odd, a[3], 1, 1, p3)
    products(even, a[4], 2, 0, p4)
    low = scratch.low[:size]
    plus(p0[at[0]], p1[at[0]], out=low)
    for more in (p2[at[0]], p3[at[0]], p4[at[0]], p3[at[1]], p2[at[2]], p1[at[3]]):
        plus(low, more, out=low)
    low_sum = (low, p0[at[4]])
    if not both:
        return [low_sum]
    products(even, b[0], 1, 3, p1)
    products(odd, b[1], 1, 2, p2)
    products(even, b[2], 2, 1, p3)
    products(odd, b[3], 2, 0, p4)
    high = scratch.high[:size]
    plus(p1[at[0]], p2[at[0]], out=high)
    for more in (p3[at[0]], p4[at[0]], p3[at[1]], p2[at[2]]):
        plus(high, more, out=high)
    return [low_sum, (high, p1[at[3]])]
