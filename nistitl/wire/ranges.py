"""Framing by ranges: only the heads of records are asked for, of whatever a transaction stands in.

Strategy: a map of as many bytes as the source has, all zero and without memory, into which ranges are put as they come;
on it the same walk by LEN and CNT runs as over an input that was read. So offsets are those of an input, and records
can stand on it whose fields are read as ever, as long as what they ask for was fetched. Where LEN and CNT do not lead
on from one record to the next, the whole has to be read.
"""

from __future__ import annotations

import mmap
from bisect import bisect_right
from typing import Protocol

from nistitl.wire.frames import CLEAN_HEAD
from nistitl.wire.framing import BINARY_LEN, CONTENTS, HEADER, Framing, Span, SpelledEntry, follow_content
from nistitl.wire.grammar import BINARY_TYPES, FS

FIRST = 4096  # bytes that are asked for at the beginning: Type-1, and mostly the next record
WINDOW = 2048  # and at the beginning of each record: its fields, and how its image begins
_MOST_TYPE_1 = 1 << 20
_LONGEST_HEAD = 64
_ALONE = (
    {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
)  # zeros cost nothing


class Source(Protocol):
    """Where ranges come from: bytes, a handle, an object store."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    def read(self, start: int, stop: int) -> bytes:
        """The bytes of a range, all of them. ReadError."""


class Ranges:
    """The bytes of a source, as far as they were asked for; zero elsewhere. `fetched` counts them."""

    __slots__ = ("_source", "_starts", "_stops", "data", "fetched", "size")

    def __init__(self, source: Source) -> None:
        self._source = source
        self.size = source.size
        self.data = mmap.mmap(-1, max(self.size, 1), **_ALONE)
        self.fetched = 0
        self._starts: list[int] = []
        self._stops: list[int] = []

    def want(self, start: int, stop: int) -> None:
        """Have a range be there. ReadError where the source fails."""
        start, stop = max(start, 0), min(stop, self.size)
        at = bisect_right(self._starts, start) - 1
        if at >= 0 and self._stops[at] >= start:
            if self._stops[at] >= stop:
                return
            start = self._stops[at]  # the range before it grows
        else:
            at = -1
        if start >= stop:
            return
        piece = self._source.read(start, stop)
        self.data[start:stop] = piece
        self.fetched += stop - start
        if at >= 0:
            self._stops[at] = stop
        else:
            place = bisect_right(self._starts, start)
            self._starts.insert(place, start)
            self._stops.insert(place, stop)


def frame_by_ranges(ranges: Ranges) -> Framing | None:
    """The framing that `frame` gives, from the heads of the records; None where LEN and CNT leave a doubt."""
    found = _type_1(ranges)
    if found is None:
        return None
    end, entries = found
    spans = [(1, 0, end)]
    for entry in entries:
        following = _next(ranges, end, entry)
        if following is None or follow_content(ranges.data, end, ranges.size, (entry,), spans) != following:
            return None
        end = following
    return Framing(spans, 0, end) if end == ranges.size else None


def record_by_ranges(ranges: Ranges, kind: int, start: int, end: int) -> list[Span] | None:
    """Type-1 and a record whose place is known, both there; None where they do not stand so."""
    found = _type_1(ranges)
    if found is None or end > ranges.size:
        return None
    if start == 0:
        return [(1, 0, found[0])] if (kind, end) == (1, found[0]) else None
    ranges.want(start, end)
    if kind in BINARY_TYPES:
        size = BINARY_LEN.unpack_from(ranges.data, start)[0] if start + BINARY_LEN.size <= end else 0
    else:
        head = HEADER.match(ranges.data, start, end)
        size = int(head[2]) if head is not None and int(head[1]) == kind and ranges.data[end - 1] == FS[0] else 0
    return [(1, 0, found[0]), (kind, start, end)] if size == end - start else None


def _type_1(ranges: Ranges) -> tuple[int, tuple[SpelledEntry, ...]] | None:
    """Where Type-1 ends, and what CNT names after it."""
    data, known = ranges.data, min(FIRST, ranges.size)
    ranges.want(0, known)
    head = HEADER.match(data, 0, known)
    end = int(head[2]) if head is not None else 0
    if not 0 < end <= min(ranges.size, _MOST_TYPE_1):
        return None
    ranges.want(0, end)
    clean_head = CLEAN_HEAD.match(data, 0, max(known, end))
    if clean_head is None:
        return None
    clean, entries = CONTENTS[clean_head[2]]
    return (end, entries) if clean and data.find(FS, 0, end) + 1 == end else None


def _next(ranges: Ranges, pos: int, entry: SpelledEntry) -> int | None:
    """Where the record ends that begins here; its head and the byte that ends it are there."""
    ranges.want(pos, pos + WINDOW)
    if entry[0] in BINARY_TYPES:
        return pos + BINARY_LEN.unpack_from(ranges.data, pos)[0] if pos + BINARY_LEN.size <= ranges.size else None
    head = HEADER.match(ranges.data, pos, min(pos + _LONGEST_HEAD, ranges.size))
    end = pos + int(head[2]) if head is not None else 0
    if not pos < end <= ranges.size:
        return None
    ranges.want(end - 1, end - 1 + WINDOW)
    return int(end)
