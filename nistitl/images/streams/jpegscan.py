"""The entropy-coded data of JPEG, walked code by code: how much of the image they hold, and whether they hold together.

Decoders fill in what is missing and go on after a code that cannot be; this tells where that begins. Sequential
Huffman coding and the lossless process; ITU-T T.81, annexes B, C, F.2 and H.2.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from nistitl.images.errors import ImageError
from nistitl.images.streams.ends import holds_all
from nistitl.images.streams.jpeg import segments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BASELINE, _EXTENDED, _LOSSLESS = 0xC0, 0xC1, 0xC3
_DHT, _DQT, _DRI, _SOS = 0xC4, 0xDB, 0xDD, 0xDA
_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # the first marker that is neither stuffing, filling nor a restart
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_BLOCK = 64  # coefficients
_END_OF_BLOCK, _NO_CODE = 1 << 10, 1 << 16  # as a number of coefficients: both end a block
_LENGTHS = 16
_MOST_SIZE = 15  # of a difference, in bits
_FAR = 1 << 40  # bits: beyond all data
_CHUNK = 1 << 16  # bytes of lossless coding that are looked at in one go
_NEAR = 32  # bits: what is wrong so near the end is the end
_MISSING = "a scan is missing"
_EARLY = "the data end too early"
_LONGER = "there are more data than the image has"
_NOWHERE = "the data hold a code that is none"
_TOO_MANY = "the data hold a block of too many coefficients"
_TOO_BRIGHT = "the data hold a brightness that no sample has"


class _Codes(NamedTuple):
    """By the next sixteen bits: how many bits code and value take, coefficients it stands for, bits of its value."""

    steps: Sequence[int]
    runs: Sequence[int]
    sizes: bytes


class _Component(NamedTuple):
    across: int
    down: int
    step: int  # of the quantization of its first coefficient

    @property
    def blocks(self) -> int:
        """In one unit of several components."""
        return self.across * self.down


class _Part(NamedTuple):
    """One block of a unit: the component it is of, and its tables."""

    component: int
    first: _Codes
    others: _Codes | None  # None in the lossless process


@attrs.frozen(slots=True)
class Walk:
    """What a walk has met: what is wrong, if anything, and how many rows from the top were met before.

    Where the data end too early (`cut`) these rows are as they were written; of other damage nobody can tell where it
    begins, only where it is noticed.
    """

    rows: int
    fault: str = ""

    @property
    def cut(self) -> bool:
        """True where what is there is right and the rest is missing."""
        return self.fault in (_EARLY, _MISSING)


def walk(data: memoryview) -> Walk | None:
    """Go through every scan; None for what is not followed: progressive and arithmetic coding, tables left out."""
    walker = _Walker(data)
    try:
        for marker, start, end in segments(data):
            if not walker.segment(marker, start, end):
                return None
    except (struct.error, IndexError):
        walker.fault = walker.fault or _EARLY
    except ImageError:
        return None
    return walker.result()


class _Walker:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.size = (0, 0)  # height, width
        self.bits = 8
        self.lossless = False
        self.components: dict[int, _Component] = {}
        self.tables: dict[tuple[int, int], tuple[bytes, bytes]] = {}
        self.steps: dict[int, int] = {}
        self.interval = 0
        self.rows: dict[int, int] = {}  # by component
        self.fault = ""

    def segment(self, marker: int, start: int, end: int) -> bool:
        """Take in a segment; False where the process is one that is not followed."""
        data = self.data
        if marker in (_BASELINE, _EXTENDED, _LOSSLESS) and not self.components:
            self._frame(start, marker == _LOSSLESS)
        elif 0xC0 <= marker <= 0xCF and marker not in (_DHT, 0xC8, 0xCC):
            return False
        elif marker == _DHT:
            self.tables.update(_tables(bytes(data[start:end])))
        elif marker == _DQT:
            self.steps.update(_first_steps(bytes(data[start:end])))
        elif marker == _DRI:
            (self.interval,) = struct.unpack_from(">H", data, start)
        elif marker == _SOS and not self.fault:
            self._scan(start, end)
        return True

    def result(self) -> Walk:
        rows = min((self.rows.get(number, 0) for number in self.components), default=0)
        fault = self.fault or (_MISSING if rows < self.size[0] else "")
        if rows and fault and any(one.down > 1 for one in self.components.values()):
            rows -= 1  # whose colours are mixed with those of the next
        return Walk(rows, fault)

    def _frame(self, start: int, lossless: bool) -> None:
        self.bits, height, width, count = struct.unpack_from(">BHHB", self.data, start)
        self.size, self.lossless = (height, width), lossless
        for at in range(start + 6, start + 6 + 3 * count, 3):
            number, sampling, table = struct.unpack_from(">3B", self.data, at)
            across, down = sampling >> 4, sampling & 15
            if not (across and down):
                raise ImageError("JPEG: a component of no samples")
            self.components[number] = _Component(across, down, self.steps.get(table, 1))

    def _scan(self, start: int, end: int) -> None:
        """One scan: its header, then its data up to the next marker."""
        count = self.data[start]
        chosen = [struct.unpack_from(">BB", self.data, at) for at in range(start + 1, start + 1 + 2 * count, 2)]
        parts = [
            _Part(number, self._codes(0, tables >> 4), None if self.lossless else self._codes(1, tables & 15))
            for number, tables in chosen
        ]
        if not parts or any(part.component not in self.components for part in parts):
            raise ImageError("JPEG: a scan of components that are not there")
        across, down, tall = self._units([part.component for part in parts])
        if count > 1:
            parts = [part for part in parts for _ in range(self.components[part.component].blocks)]
        stop = _END.search(self.data, end)
        coded = bytes(self.data[end : stop.start() if stop else len(self.data)])
        units, self.fault = self._units_there(coded, parts, across * down, padded=stop is None)
        rows = min(units // across * tall, self.size[0])
        self.rows.update(dict.fromkeys((part.component for part in parts), rows))

    def _codes(self, kind: int, number: int) -> _Codes:
        if (kind, number) not in self.tables:
            raise ImageError("JPEG: a scan names a Huffman table that is not there")
        return _codes(*self.tables[kind, number], coefficients=kind == 1)

    def _units(self, numbers: list[int]) -> tuple[int, int, int]:
        """Units of a scan across and down, and the rows of the image in one. T.81, A.2."""
        height, width = self.size
        side = 1 if self.lossless else 8
        most_across = max(one.across for one in self.components.values())
        most_down = max(one.down for one in self.components.values())
        if len(numbers) > 1:
            wide, tall = side * most_across, side * most_down
            return -(-width // wide), -(-height // tall), tall
        one = self.components[numbers[0]]
        own_width, own_height = -(-width * one.across // most_across), -(-height * one.down // most_down)
        return -(-own_width // side), -(-own_height // side), side * most_down // one.down

    def _units_there(self, coded: bytes, parts: list[_Part], wanted: int, padded: bool) -> tuple[int, str]:
        """How many units are there before something is wrong, and what; `padded`: padding may follow the last."""
        there = 0
        for piece in _RESTART.split(coded):
            due = min(self.interval or wanted, wanted - there)
            if not due:
                return there, _LONGER
            bits = piece.replace(b"\xff\x00", b"\xff")
            met, fault, left = self._samples(bits, parts, due) if self.lossless else self._blocks(bits, parts, due)
            there += met
            if padded and there == wanted and not fault:
                return _ending(there, bits, left)
            if left > 7:
                fault = _LONGER
            if fault:
                return there, fault
        return there, "" if there == wanted else _EARLY

    def _samples(self, coded: bytes, parts: list[_Part], due: int) -> tuple[int, str, int]:
        """So many units of the lossless process from a run of bits: how many, what is wrong, bits behind the last."""
        import numpy as np

        from nistitl.images.wsq.bits import windows

        steps = np.array(parts[0].first.steps, np.int64)
        steps[steps == _NO_CODE] = _FAR
        if any(part.first.steps != parts[0].first.steps for part in parts[1:]):
            raise ImageError("JPEG: lossless components of several tables are not followed")
        padded: Any = np.frombuffer(coded + b"\xff" * 4, np.uint8)
        wanted, met, at, first = due * len(parts), 0, 0, 0  # `at`: bits from `first` on
        for first in range(0, len(coded), _CHUNK):
            here = windows(padded[first : first + min(_CHUNK, len(coded) - first) + 2])
            following: Any = memoryview(np.arange(len(here)) + steps[here])  # type: ignore[arg-type]
            while at < len(here) and met < wanted:
                before, at = at, following[at]
                met += 1
            if at >= _FAR:
                near = 8 * (len(coded) - first) - before < _NEAR
                return (met - 1) // len(parts), _EARLY if near else _NOWHERE, 0
            if met == wanted:
                break
            at -= len(here)
        left = 8 * (len(coded) - first) - at if met == wanted else -at
        if met < wanted or left < 0:
            return (met - (left < 0)) // len(parts), _EARLY, 0
        return due, "", left

    def _blocks(self, coded: bytes, parts: list[_Part], due: int) -> tuple[int, str, int]:
        """So many units of blocks from a run of bits, as `_samples`."""
        reader = _Blocks(coded, {part.component: self.components[part.component].step for part in parts}, self.bits)
        for unit in range(due):
            for part in parts:
                fault = reader.block(part)
                if fault:
                    return unit, _EARLY if reader.last - reader.at < _NEAR else fault, 0
        return due, "", reader.last - reader.at


class _Blocks:
    """A run of bits, read block by block."""

    def __init__(self, coded: bytes, steps: dict[int, int], bits: int) -> None:
        import numpy as np

        whole: Any = np.frombuffer(coded + b"\xff" * 4, np.uint8).astype(np.uint32)
        three: Any = whole[:-2] << 16 | whole[1:-1] << 8 | whole[2:]
        self.three = memoryview(three)
        self.last, self.at = 8 * len(coded), 0
        self.steps, self.values = steps, dict.fromkeys(steps, 0)
        self.most = 1024 << bits - 8  # eight times the farthest from the middle that a sample is

    def block(self, part: _Part) -> str:
        """The next block; what is wrong with it."""
        if self.at >= self.last:
            return _EARLY
        return self._first(part) or self._others(part)

    def _first(self, part: _Part) -> str:
        """The first coefficient, which is the difference to that of the block before. T.81, F.2.2.1."""
        codes, component = part.first, part.component
        bits = self.three[self.at >> 3] >> 8 - (self.at & 7) & 0xFFFF
        size = codes.sizes[bits]
        at = self.at + codes.steps[bits] - size
        if codes.runs[bits] == _NO_CODE or size > _MOST_SIZE:
            return _NOWHERE
        self.at = at + size
        if self.at > self.last:
            return _EARLY
        if size:
            more = (self.three[at >> 3] >> 8 - (at & 7) & 0xFFFF) >> 16 - size
            self.values[component] += more if more >> size - 1 else more + 1 - (1 << size)
        step = self.steps[component]
        return _TOO_BRIGHT if abs(self.values[component]) * step > self.most + step else ""

    def _others(self, part: _Part) -> str:
        """The other coefficients. T.81, F.2.2.2."""
        assert part.others is not None
        steps, runs, three, at, last, met = part.others.steps, part.others.runs, self.three, self.at, self.last, 1
        while met < _BLOCK:
            if at >= last:
                self.at = at
                return _EARLY
            bits = three[at >> 3] >> 8 - (at & 7) & 0xFFFF
            at += steps[bits]
            met += runs[bits]
        self.at = at if met < _NO_CODE else at - _NO_CODE
        if self.at > last:
            return _EARLY
        if met >= _NO_CODE:
            return _NOWHERE
        return "" if met == _BLOCK or met >= _END_OF_BLOCK else _TOO_MANY


def _ending(units: int, coded: bytes, left: int) -> tuple[int, str]:
    """The end of data without an end marker, all units of which seem to be there, as `_units_there`."""
    if holds_all(coded, 8 * len(coded) - left):
        return units, ""
    return (units, _LONGER) if left > 7 else (units - 1, _EARLY)


def _tables(body: bytes) -> Iterator[tuple[tuple[int, int], tuple[bytes, bytes]]]:
    """The Huffman tables of a DHT segment, by class and number: codes of each length, and the symbols in order."""
    at = 0
    while at + 17 <= len(body):
        kind, number, counts = body[at] >> 4, body[at] & 15, body[at + 1 : at + 17]
        yield (kind, number), (counts, body[at + 17 : at + 17 + sum(counts)])
        at += 17 + sum(counts)


@lru_cache(maxsize=8)
def _codes(counts: bytes, symbols: bytes, coefficients: bool) -> _Codes:
    """A table by the next sixteen bits; codes are canonical. T.81, C.2."""
    room = 1 << _LENGTHS
    steps, sizes, runs = [_NO_CODE] * room, bytearray(room), [_NO_CODE] * room
    at, symbol = 0, iter(symbols)
    for length, count in enumerate(counts, 1):
        span = room >> length
        for _, code in zip(range(count), symbol, strict=False):
            size = code & 15  # a difference of sixteen bits in the lossless process is one value only. T.81, H.1.2.2
            if at + span > room or (code > _LENGTHS and not coefficients):
                raise ImageError("JPEG: a Huffman table that cannot be")
            steps[at : at + span] = [length + size] * span
            sizes[at : at + span] = bytes((size,)) * span
            runs[at : at + span] = [_run(code) if coefficients else 1] * span
            at += span
    return _Codes(steps, runs, bytes(sizes))


def _run(code: int) -> int:
    """How many coefficients a code of a run and a size stands for. T.81, F.2.2.2."""
    run, size = code >> 4, code & 15
    if size:
        return run + 1
    return 16 if run == 15 else _END_OF_BLOCK


def _first_steps(body: bytes) -> Iterator[tuple[int, int]]:
    """The step of the first coefficient in each quantization table of a DQT segment."""
    at = 0
    while at < len(body):
        wide = body[at] >> 4
        yield body[at] & 15, int.from_bytes(body[at + 1 : at + 2 + wide], "big")
        at += 1 + _BLOCK * (1 + wide)
