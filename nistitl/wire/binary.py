"""Where a binary record ends (Types 3 to 8) whose LEN does not surely lead to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.numbers import len_against, told_len
from nistitl.wire.framing import BINARY_LEN
from nistitl.wire.grammar import BINARY_TYPES, PADDING
from nistitl.wire.landmarks import BINARY_HEADER

if TYPE_CHECKING:
    from mmap import mmap

    from nistitl.wire.framing import Framing
    from nistitl.wire.landmarks import Landmarks


class BinaryEnds:
    """Finds the ends of binary records and says what is wrong with them; `cut` once the data ended inside one."""

    def __init__(self, data: bytes | mmap, stop: int, landmarks: Landmarks, framing: Framing) -> None:
        self.data = data
        self.stop = stop
        self.landmarks = landmarks
        self.framing = framing
        self.cut = False

    def leads_on(self, kind: int, start: int, end: int, index: int) -> bool:
        """True when LEN leads to the end of the data or to the next record, which has this entry of CNT."""
        if not start + BINARY_HEADER[kind] <= end <= self.stop:
            return False
        if end == self.stop or index >= len(self.landmarks.content.entries):
            return True
        if self.landmarks.begins(end, index) or self.landmarks.chained(end, index):
            return True
        begin = self.landmarks.after_strays(end, index)
        return begin is not None and self._strays(kind, start, end, begin)

    def _strays(self, kind: int, start: int, end: int, begin: int) -> bool:
        """Are the bytes from `end` to the next record none of the record's, though LEN may be wrong by a few?"""
        if self.landmarks.closed(kind, start, end):
            return True
        return not self.landmarks.closed(kind, start, begin) and not bytes(self.data[end:begin]).strip(PADDING)

    def find(self, kind: int, start: int, end: int, index: int) -> int:
        """The true end of the record at `start`, which LEN lets end at `end`; `index` is the entry that follows."""
        begin = min(start + BINARY_HEADER[kind], self.stop)
        possible = start + BINARY_HEADER[kind] <= end <= self.stop
        next_start = self._next_start(begin, index, possible)
        if possible and (next_start is None or (next_start > end and self._strays(kind, start, end, next_start))):
            return end  # no better place for the next record, which may be damaged itself, or behind strays
        record, idc = len(self.framing.spans), self.data[start + 4] if start + 4 < self.stop else None
        if self._header_ends(kind, start, end, index):
            self.cut = end == self.stop
            message = f"the header of the record is cut: {end - start} bytes, expected {BINARY_HEADER[kind]}"
            self.framing.report("record-cut", message, end, 0, record=record, type=kind, idc=idc)
            return end
        if next_start is None and end > self.stop:
            self.cut = True
            message = "the data end inside the record" + len_against(end - start, self.stop - start)
            self.framing.report("record-cut", message, self.stop, 0, record=record, type=kind, idc=idc)
            return self.stop
        true_end = self.stop if next_start is None else next_start
        self.framing.report(
            "len-wrong", "LEN does not lead to the end of the record", start, 4,
            expected=str(true_end - start), actual=told_len(end - start), record=record, type=kind, idc=idc, field=1,
        )  # fmt: skip
        return true_end

    def _header_ends(self, kind: int, start: int, end: int, index: int) -> bool:
        """Does LEN lead out of a header that is cut to the next record, or to the end of the data?"""
        if not start + BINARY_LEN.size <= end < start + BINARY_HEADER[kind]:
            return False
        return end == self.stop or (end < self.stop and self.landmarks.begins(end, index))

    def _next_start(self, begin: int, index: int, possible: bool) -> int | None:
        """Where the next record begins, searched from `begin`; None when nowhere.

        A binary record that is expected counts, where LEN is possible, more than a tagged one further on.
        """
        tagged = self.landmarks.next_tagged(begin)
        binary = self.landmarks.next_binary(begin, tagged, index)
        if binary is not None:
            return binary
        if possible and self.landmarks.content.expected(index)[0] in BINARY_TYPES:
            return None
        return tagged if tagged < self.stop else None
