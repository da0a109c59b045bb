"""The scans of progressive JPEG, walked code by code: each must be whole, with nothing behind its last code.

ITU-T T.81, annexes A.2, B.2 and G.1.2.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS
from nistitl.images.streams.jpeg import segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nistitl.images.streams.jpeg import Segment

_FRAME, _DHT, _DRI, _SOS = 0xC2, 0xC4, 0xDD, 0xDA
_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_SIDE, _FILLING = 8, 7  # samples of a block; bits at most behind the last code
_ZEROS = 15  # a run of sixteen where no coefficient follows it; a shorter one ends blocks


class _Component(NamedTuple):
    across: int  # blocks in a unit of several components
    down: int
    wide: int  # blocks in the image
    tall: int
    known: list[int]  # of each block: the coefficients that are not zero, a bit each


class _Scan(NamedTuple):
    """The header of a scan. B.2.3."""

    parts: list[tuple[_Component, int, int]]  # with the tables for its first coefficient and for others
    first: int
    last: int
    refines: bool


def check_scans(data: memoryview) -> None:
    """ImageError unless each scan of a progressive codestream is whole, and ends where its last code does."""
    walker = _Walker(data)
    try:
        for segment in segments(data):
            walker.segment(segment)
    except (struct.error, IndexError, KeyError, ZeroDivisionError):
        raise ImageError("JPEG: a scan does not hold together") from None


class _Walker:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.units = 0, 0  # of several components, across and down
        self.components: dict[int, _Component] = {}
        self.tables: dict[tuple[int, int], Sequence[tuple[int, int]]] = {}
        self.interval = 0

    def segment(self, segment: Segment) -> None:
        marker, start, end = segment
        if marker == _FRAME:
            self._frame(start)
        elif marker == _DHT:
            self.tables.update(_tables(bytes(self.data[start:end])))
        elif marker == _DRI:
            (self.interval,) = struct.unpack_from(">H", self.data, start)
        elif marker == _SOS:
            stop = _END.search(self.data, end)
            self._walk(self._scan(start), bytes(self.data[end : stop.start() if stop else len(self.data)]))

    def _frame(self, start: int) -> None:
        height, width, count = struct.unpack_from(">xHHB", self.data, start)
        rows = [struct.unpack_from(">BB", self.data, at) for at in range(start + 6, start + 6 + 3 * count, 3)]
        if height * width > MAX_PIXELS or not rows:
            raise ImageError(f"JPEG: there are more pixels than the limit of {MAX_PIXELS}, or none")
        most_across, most_down = max(sampling >> 4 for _, sampling in rows), max(sampling & 15 for _, sampling in rows)
        self.units = -(-width // (_SIDE * most_across)), -(-height // (_SIDE * most_down))
        for number, sampling in rows:
            across, down = sampling >> 4, sampling & 15
            wide = -(-width * across // (most_across * _SIDE))
            tall = -(-height * down // (most_down * _SIDE))
            self.components[number] = _Component(across, down, wide, tall, [0] * (wide * tall))

    def _scan(self, start: int) -> _Scan:
        count = self.data[start]
        chosen = [struct.unpack_from(">BB", self.data, at) for at in range(start + 1, start + 1 + 2 * count, 2)]
        first, last, bits = struct.unpack_from(">BBB", self.data, start + 1 + 2 * count)
        if not chosen or last > 63 or first > last or (first and count > 1):
            raise ImageError("JPEG: a scan of coefficients that cannot be")
        parts = [(self.components[number], tables >> 4, tables & 15) for number, tables in chosen]
        return _Scan(parts, first, last, bits > 15)

    def _walk(self, scan: _Scan, coded: bytes) -> None:
        (one, *_), several = scan.parts[0], len(scan.parts) > 1
        wanted = self.units[0] * self.units[1] if several else one.wide * one.tall
        done = 0
        for piece in _RESTART.split(coded):
            due = min(self.interval or wanted, wanted - done)
            reader = _Reader(piece.replace(b"\xff\x00", b"\xff"))
            step = self._step(scan, reader)
            for unit in range(done, done + due):
                step(unit)
            done += due
            if not due or not 0 <= reader.left <= _FILLING:
                raise ImageError("JPEG: a scan has more, or less, than the image")
        if done < wanted:
            raise ImageError("JPEG: a scan ends too early")

    def _step(self, scan: _Scan, reader: _Reader) -> Callable[[int], None]:
        """What reads one unit of a scan. G.1.2."""
        component, _, number = scan.parts[0]
        if scan.first:
            codes, known = self.tables[1, number], component.known
            read = reader.refined if scan.refines else reader.fresh

            def block(unit: int) -> None:
                known[unit] = read(codes, known[unit], scan.first, scan.last)

            return block
        several = len(scan.parts) > 1
        blocks = [(table, one.across * one.down if several else 1) for one, table, _ in scan.parts]
        if scan.refines:
            bits = sum(times for _, times in blocks)
            return lambda unit: reader.skip(bits)
        first = [self.tables[0, table] for table, times in blocks for _ in range(times)]

        def difference(unit: int) -> None:
            for codes in first:
                reader.skip(reader.code(codes))

        return difference


class _Reader:
    """A run of bits."""

    def __init__(self, coded: bytes) -> None:
        import numpy as np

        whole: Any = np.frombuffer(coded + b"\xff" * 4, np.uint8).astype(np.uint32)
        self._three: Any = memoryview(whole[:-2] << 16 | whole[1:-1] << 8 | whole[2:])
        self._last, self._at = 8 * len(coded), 0
        self._ending = 0  # blocks that hold nothing more in this scan

    @property
    def left(self) -> int:
        """Bits behind what was read; negative where there were too few. Blocks that end are yet to come, too."""
        return self._last - self._at if not self._ending else -1

    def code(self, codes: Sequence[tuple[int, int]]) -> int:
        """The symbol of the next code."""
        at = self._at
        bits: int = self._three[at >> 3] >> 8 - (at & 7) & 0xFFFF
        length, symbol = codes[bits]
        if not length:
            raise ImageError("JPEG: a scan holds a code that is none")
        self._at = at + length
        return symbol

    def take(self, count: int) -> int:
        """So many bits, sixteen at most."""
        at = self._at
        self._at = at + count
        bits: int = self._three[at >> 3] >> 8 - (at & 7) & 0xFFFF
        return bits >> 16 - count

    def skip(self, count: int) -> None:
        """Read over so many bits."""
        self._at += count

    def fresh(self, codes: Sequence[tuple[int, int]], known: int, first: int, last: int) -> int:
        """The coefficients of a block that are not zero, with those that a first scan tells. G.1.2.2."""
        if self._ending:
            self._ending -= 1
            return known
        at = first
        while at <= last:
            symbol = self.code(codes)
            run, size = symbol >> 4, symbol & 15
            if not size and run < _ZEROS:
                self._ending = (1 << run) + self.take(run) - 1
                break
            at += run
            if size:
                self._at += size
                known |= 1 << at
            at += 1
        return known

    def refined(self, codes: Sequence[tuple[int, int]], known: int, first: int, last: int) -> int:
        """The same of a scan that adds a bit to each. G.1.2.3."""
        at, before = first, known
        while at <= last and not self._ending:
            symbol = self.code(codes)
            run, size = symbol >> 4, symbol & 15
            if not size and run < _ZEROS:
                self._ending = (1 << run) + self.take(run)
                break
            self._at += bool(size)
            while at <= last:
                if before >> at & 1:
                    self._at += 1
                elif run:
                    run -= 1
                else:
                    break
                at += 1
            if size:
                known |= 1 << at
            at += 1
        if self._ending:
            self._ending -= 1
            self._at += (before >> at & (1 << last + 1 - at) - 1).bit_count() if at <= last else 0
        return known


def _tables(body: bytes) -> Iterator[tuple[tuple[int, int], Sequence[tuple[int, int]]]]:
    """The Huffman tables of a DHT segment, by class and number. B.2.4.2."""
    at = 0
    while at + 17 <= len(body):
        counts = body[at + 1 : at + 17]
        stop = at + 17 + sum(counts)
        yield (body[at] >> 4, body[at] & 15), _codes(counts, body[at + 17 : stop])
        at = stop


@lru_cache(maxsize=8)
def _codes(counts: bytes, symbols: bytes) -> Sequence[tuple[int, int]]:
    """A table by the next sixteen bits. C.2."""
    room, found, rest = 1 << 16, list[tuple[int, int]](), iter(symbols)
    for length, count in enumerate(counts, 1):
        for _, symbol in zip(range(count), rest, strict=False):
            found += [(length, symbol)] * (room >> length)
    if len(found) > room:
        raise ImageError("JPEG: a Huffman table that cannot be")
    return found + [(0, 0)] * (room - len(found))
