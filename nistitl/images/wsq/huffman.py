"""Huffman codes and what they stand for: quantized coefficients and runs of zeros.

A block is a row of symbols; each stands for some coefficients of the image, in order:

    =========  ==========================================================
    1 .. 100   that many zeros
    101, 102   a coefficient, positive or negative; 8 bits of size follow
    103, 104   a coefficient, positive or negative; 16 bits of size follow
    105, 106   a run of zeros; 8 or 16 bits of length follow
    107 .. 254 the coefficient symbol - 180, that is -73 .. 74
    =========  ==========================================================

Codes are canonical: a table lists how many codes there are of each length 1 to 16 and the symbols in
order of code; codes of one length count upwards, and a longer code goes on where the shorter ended.

Decoding has no loop over symbols. A code may start at any bit, so the decoder asks *every* bit
position where the next code would start if one started here: a jump table. Squared, it jumps two
codes, four times squared sixteen. Walking in strides of sixteen, then filling in by the smaller
jumps, finds all the starts.

Source: FBI IAFIS-IC-0110(V3); ITU-T T.81 Annex C for codes from tables, Annex K.2 for tables from counts.
"""

from __future__ import annotations

import heapq
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.images.wsq import bits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MAX_LENGTH = 16
MAX_RUN, LONGEST_RUN = 100, 0xFFFF
MIN_SHORT, MAX_SHORT = -73, 74  # coefficients with a symbol of their own
ZERO = 180  # the symbol of coefficient 0, never used: zeros are runs
RESERVED = 256  # stands in for the code of all ones, which no symbol may have

EXTRA_BITS = np.zeros(256, np.int64)
EXTRA_BITS[101:107] = 8, 8, 16, 16, 8, 16

CHUNK = 4096  # bytes looked at in one go: jump tables of a quarter megabyte each, which stay in the cache
MARGIN = 8  # the last chunk is longer than a symbol, so that one starts in it
STRIDES = 4  # squarings: 2^4 codes at a stride
NOWHERE = 1 << 30
REACH = 2 * bits.WINDOW  # a symbol with its extra bits is never longer


@attrs.frozen(slots=False, eq=False)
class Table:
    """A Huffman table: `counts` of codes per length (16 bytes), `symbols` in code order."""

    counts: bytes
    symbols: bytes

    def __attrs_post_init__(self) -> None:
        if len(self.counts) != MAX_LENGTH or sum(self.counts) != len(self.symbols) or len(self.symbols) > 256:
            raise ValueError("its counts and symbols disagree")
        if sum(count << (MAX_LENGTH - length) for length, count in enumerate(self.counts, 1)) > 1 << MAX_LENGTH:
            raise ValueError("it has more codes of a length than there are")

    @cached_property
    def codes(self) -> tuple[Ints, Ints]:
        """The code and its length for each symbol 0 .. 255; length 0 where there is none."""
        codes, lengths = np.zeros(256, np.int64), np.zeros(256, np.int64)
        code, at = 0, 0
        for length, count in enumerate(self.counts, 1):
            for symbol in self.symbols[at : at + count]:
                codes[symbol], lengths[symbol] = code, length
                code += 1
            at += count
            code <<= 1
        return codes, lengths

    @cached_property
    def lookup(self) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint8]]:
        """For each window of 16 bits: bits to the next symbol, the symbol, the length of its code.

        Where a window starts with no code, or with a symbol that means nothing, the next is NOWHERE.
        """
        spans = [1 << (MAX_LENGTH - length) for length, count in enumerate(self.counts, 1) for _ in range(count)]
        sizes = [length for length, count in enumerate(self.counts, 1) for _ in range(count)]
        symbols = np.zeros(1 << MAX_LENGTH, np.uint8)
        lengths = np.zeros(1 << MAX_LENGTH, np.uint8)
        used = sum(spans)
        symbols[:used] = np.repeat(np.frombuffer(self.symbols, np.uint8), spans)
        lengths[:used] = np.repeat(np.array(sizes, np.uint8), spans)
        steps = lengths + EXTRA_BITS.astype(np.int32)[symbols]
        steps[(lengths == 0) | (symbols == 0) | (symbols == 255)] = NOWHERE
        return steps, symbols, lengths


# Decoding ---------------------------------------------------------------------------------------------


@attrs.frozen(slots=True, eq=False)
class Decoded:
    """What a run of bits holds: `counts` and `values` per symbol, in order.

    A symbol stands for `counts` coefficients, all of them `values`. `filling` of the last symbols lie within
    the last seven bits, where they may be no more than filling. `left` counts the bits after the last whole
    symbol; `broken` says that no code is where they begin. `starts` are the bits at which the last symbols begin,
    those at least that follow the first `limit` coefficients.
    """

    counts: NDArray[np.int32]
    values: NDArray[np.int16]
    filling: int
    left: int
    broken: bool
    starts: Ints


def decode(data: bytes, table: Table, limit: int, restarts: Sequence[int] = ()) -> Decoded:
    """The symbols of coded bytes, unstuffed; `restarts` are the bytes at which a code begins afresh.

    Stops soon after `limit` coefficients, whatever else is there. A last code that is not complete is
    dropped, at the end and before each restart: what looks like one is the filling.
    """
    padded = np.frombuffer(data + b"\xff" * 8, np.uint8)
    fences = 8 * np.array([*restarts, len(data)]) if restarts else None
    space = _Space(min(CHUNK + MARGIN, len(data)))
    counts, values = [np.zeros(0, np.int32)], [np.zeros(0, np.int16)]
    filling, left, covered, over, broken = 0, 0, 0, 0, False
    for first in range(0, max(1, len(data) - MARGIN), CHUNK):
        last = len(data) - first <= CHUNK + MARGIN
        size = len(data) - first if last else CHUNK
        window = bits.windows(padded[first : first + size + 6], space.window)
        jump = _jumps(window, table, 8 * size, space)
        whole = None if fences is None else _fence(jump, fences, 8 * first, 8 * size)
        starts, over, broken = _starts(space, over, 8 * size)
        if broken or (last and over > 0):  # the last code is none, or not all there
            left = 8 * (len(data) - first) - int(starts[-1])
            starts = starts[:-1]
        if whole is not None:
            starts = starts[whole[starts]]
        count, value = _meaning(window, starts, table)
        counts.append(count)
        values.append(value)
        covered += int(count.sum())
        if last:
            filling = len(starts) - int(np.searchsorted(starts, 8 * size - 7))
        if broken or covered > limit:
            break
    return Decoded(np.concatenate(counts), np.concatenate(values), filling, left, broken, starts + 8 * first)


class _Space:
    """Memory for looking at chunks of up to `size` bytes, asked for once: fresh memory is slow."""

    def __init__(self, size: int) -> None:
        self.window = np.empty((size + 4, 8), np.uint16)
        self.ahead = np.arange(8 * size + REACH + 1)
        self.jumps = np.empty((STRIDES + 1, 8 * size + REACH + 1), np.intp)


def _jumps(window: NDArray[np.uint16], table: Table, size: int, space: _Space) -> NDArray[np.intp]:
    """For each of `size` bit positions where the next symbol starts; NOWHERE or later if no code is here.

    Beyond `size` nothing moves.
    """
    jump = space.jumps[0]
    np.add(table.lookup[0].take(window[:size]), space.ahead[:size], out=jump[:size])
    jump[size : size + REACH + 1] = space.ahead[size : size + REACH + 1]
    inside: NDArray[np.intp] = jump[:size]
    return inside


def _fence(jump: NDArray[np.intp], fences: NDArray[np.int64], first: int, size: int) -> NDArray[np.bool_]:
    """Let no jump pass a restart. Returns which symbols end before the next one.

    A window without a code, so close to a restart that it is filling, jumps there.
    """
    here = np.arange(size)
    fence = fences[np.searchsorted(fences, here + first, "right")] - first
    whole = jump <= fence
    stuck = (jump >= NOWHERE) & (fence - here > MAX_LENGTH)
    jump[:] = np.where(stuck, jump, np.minimum(jump, fence))
    return whole


def _starts(space: _Space, enter: int, size: int) -> tuple[NDArray[np.intp], int, bool]:
    """Bit positions below `size` at which symbols start, given the first.

    Also how far beyond `size` the next one starts, and whether a window was met that holds no code; the
    last position is then that window's.
    """
    jumps = space.jumps[:, : size + REACH + 1]
    for level in range(STRIDES):
        jumps[level].take(jumps[level], out=jumps[level + 1], mode="clip")  # NOWHERE is clipped to the end
    far = memoryview(jumps[STRIDES])
    stops, at = [], enter
    while at < size:
        stops.append(at)
        at = far[at]
    starts = np.array(stops, np.intp)
    for level in reversed(range(STRIDES)):
        both = np.empty((len(starts), 2), np.intp)
        both[:, 0] = starts
        both[:, 1] = jumps[level].take(starts, mode="clip")
        starts = both.reshape(-1)
    starts = starts[: int(np.searchsorted(starts, size))]
    return starts, at - size, len(starts) > 0 and int(jumps[0, starts[-1]]) >= NOWHERE


def _meaning(
    window: NDArray[np.uint16], starts: NDArray[np.intp], table: Table
) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """How many coefficients each symbol stands for, and their value."""
    _, symbols, lengths = table.lookup
    here = window.take(starts)
    symbol = symbols.take(here)
    counts = _COUNTS.take(symbol)
    values = _VALUES.take(symbol)
    escapes = np.flatnonzero(counts == 0)
    if len(escapes):
        which = symbol[escapes]
        extra = window[starts[escapes] + lengths[here[escapes]]].astype(np.int64)
        extra >>= 16 - EXTRA_BITS[which]
        run = which >= 105
        counts[escapes] = np.where(run, extra, 1)
        # Sizes beyond 15 bits wrap around, as they do in the reference decoder.
        values[escapes] = np.where(run, 0, np.where(which % 2, extra, -extra)).astype(np.int16)
    return counts, values


def _meanings() -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Count and value of each symbol; count 0 for those with extra bits."""
    counts, values = np.ones(256, np.int32), np.zeros(256, np.int16)
    counts[1 : MAX_RUN + 1] = np.arange(1, MAX_RUN + 1)
    counts[MAX_RUN + 1 : 107] = 0
    values[107:255] = np.arange(107, 255) - ZERO
    return counts, values


_COUNTS, _VALUES = _meanings()


# Encoding ---------------------------------------------------------------------------------------------


@attrs.frozen(slots=True, eq=False)
class Symbols:
    """A block as symbols with their extra bits, in order."""

    symbols: NDArray[np.uint8]
    extra: Ints

    def frequencies(self) -> Ints:
        """How often each symbol 0 .. 255 occurs."""
        return np.bincount(self.symbols, minlength=256).astype(np.int64)


def symbolize(places: NDArray[Any], values: NDArray[Any], size: int) -> Symbols:
    """The symbols of a block of `size` coefficients that are zero but for `values` at ascending `places`."""
    edges = np.concatenate((places, [size])).astype(np.int64)
    runs = np.diff(edges, prepend=-1) - 1  # zeros before each coefficient, and after the last
    if runs.max(initial=0) > LONGEST_RUN:
        return _symbolize_long(runs, values)
    run_symbols, run_extra = _run_symbols(runs)
    symbols, extra = _value_symbols(np.append(values, 0))
    both = np.stack((run_symbols, symbols), axis=1).ravel()
    keep = np.stack((runs > 0, np.ones(len(runs), bool)), axis=1).ravel()
    keep[-1] = False  # nothing follows the last run
    return Symbols(both[keep], np.stack((run_extra, extra), axis=1).ravel()[keep])


def _symbolize_long(runs: Ints, values: NDArray[Any]) -> Symbols:
    """As `symbolize`, where a run is too long for one symbol: it is split, a value of its own between none."""
    pieces = np.maximum(1, -(-runs // LONGEST_RUN))
    lengths = np.full(int(pieces.sum()), LONGEST_RUN, np.int64)
    last = np.cumsum(pieces) - 1
    lengths[last] = runs - (pieces - 1) * LONGEST_RUN
    run_symbols, run_extra = _run_symbols(lengths)
    symbols, extra = np.zeros(len(lengths), np.uint8), np.zeros(len(lengths), np.int64)
    symbols[last[:-1]], extra[last[:-1]] = _value_symbols(np.asarray(values))
    valued = np.zeros(len(lengths), bool)
    valued[last[:-1]] = True
    keep = np.stack((lengths > 0, valued), axis=1).ravel()
    return Symbols(
        np.stack((run_symbols, symbols), axis=1).ravel()[keep], np.stack((run_extra, extra), axis=1).ravel()[keep]
    )


def _run_symbols(runs: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """The symbol and extra bits of each run of zeros up to 65,535."""
    symbols = np.where(runs <= MAX_RUN, runs, np.where(runs <= 0xFF, 105, 106)).astype(np.uint8)
    return symbols, np.where(runs <= MAX_RUN, 0, runs)


def _value_symbols(values: NDArray[Any]) -> tuple[NDArray[np.uint8], Ints]:
    """The symbol and extra bits of each coefficient."""
    symbols = (values + ZERO).astype(np.uint8)
    extra = np.zeros(len(values), np.int64)
    far = np.flatnonzero((values < MIN_SHORT) | (values > MAX_SHORT))
    if len(far):
        size = np.abs(values[far].astype(np.int64))
        symbols[far] = np.where(size <= 0xFF, 101, 103) + (values[far] < 0)
        extra[far] = size
    return symbols, extra


def encode(block: Symbols, table: Table) -> bytes:
    """The symbols in the table's codes, filled up with ones; not stuffed."""
    codes, lengths = table.codes
    more = EXTRA_BITS[block.symbols]
    return bits.pack((codes[block.symbols] << more) | block.extra, lengths[block.symbols] + more)


def optimal(frequencies: Ints) -> Table:
    """The Huffman table for symbols that occur so often, no code longer than 16 bits and none all ones.

    Ties are broken as the reference encoder does: of equally rare nodes the one that holds the higher
    symbol first, a joined node counting as its rarer part.
    """
    sizes = _code_sizes(frequencies)
    counts = np.bincount(list(sizes.values()), minlength=MAX_LENGTH + 1) if sizes else np.zeros(MAX_LENGTH + 1, int)
    limited = _limit(counts.tolist())
    order = sorted((size, symbol) for symbol, size in sizes.items() if symbol != RESERVED)
    return Table(bytes(limited), bytes(symbol for _, symbol in order))


def _code_sizes(frequencies: Ints) -> dict[int, int]:
    """The length of each symbol's code, unlimited; RESERVED among them, as the rarest of all."""
    leaves = np.flatnonzero(frequencies).tolist()
    if not leaves:
        return {}
    leaves.append(RESERVED)
    often = [*frequencies[leaves[:-1]].tolist(), 1]
    heap = [(rare, -symbol, node) for node, (rare, symbol) in enumerate(zip(often, leaves, strict=True))]
    heapq.heapify(heap)
    parents: list[int] = [0] * len(leaves)
    while len(heap) > 1:
        rare, key, one = heapq.heappop(heap)
        more, _, other = heapq.heappop(heap)
        parents[one] = parents[other] = len(parents)
        heapq.heappush(heap, (rare + more, key, len(parents)))
        parents.append(0)
    depths = [0] * len(parents)
    for node in range(len(parents) - 2, -1, -1):  # parents come after their children
        depths[node] = depths[parents[node]] + 1
    return dict(zip(leaves, depths, strict=False))


def _limit(counts: list[int]) -> list[int]:
    """Counts of codes per length 1 .. 16, from counts for any length; the reserved code is taken out.

    Two codes that are too long become one a bit shorter and, under a short code made one longer, one more
    (T.81, figure K.3).
    """
    counts = counts + [0] * (MAX_LENGTH + 1 - len(counts))
    for length in range(len(counts) - 1, MAX_LENGTH, -1):
        while counts[length] > 0:
            shorter = length - 2
            while counts[shorter] == 0:
                shorter -= 1
            counts[length] -= 2
            counts[length - 1] += 1
            counts[shorter + 1] += 2
            counts[shorter] -= 1
    longest = max((length for length, count in enumerate(counts) if count), default=0)
    if longest:
        counts[longest] -= 1
    return counts[1 : MAX_LENGTH + 1]
