"""Where a binary record ends (Types 3 to 8) whose LEN does not surely lead to the next one."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from nistitl.base.numbers import len_against, told_len
from nistitl.wire.grammar import BINARY_TYPES, PADDING
from nistitl.wire.landmarks import BINARY_HEADER

if TYPE_CHECKING:
    from mmap import mmap

    from nistitl.wire.framing import Framing
    from nistitl.wire.landmarks import Landmarks

_DEPTH = {3: 8, 4: 8, 5: 1, 6: 1}  # bits a pixel, where nothing is compressed
_SIZE = Struct(">HH")  # HLL and VLL
_CLOSING_MARKS = (b"\xff\xa1", b"\xff\xd9", b"IEND\xaeB`\x82")  # of WSQ, of JPEG and JPEG 2000, of PNG


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
        if self._closed(kind, start, end):
            return True
        return not self._closed(kind, start, begin) and not bytes(self.data[end:begin]).strip(PADDING)

    def _closed(self, kind: int, start: int, end: int) -> bool:
        """Does the content say itself that the record ends here: raw pixels as many as there are, or a closing mark?"""
        if kind in _DEPTH and self.data[start + 17] == 0:
            width, height = _SIZE.unpack_from(self.data, start + 13)
            return bool(end - start - BINARY_HEADER[kind] == (width * height * _DEPTH[kind] + 7) // 8)
        return self.data[max(start, end - 8) : end].endswith(_CLOSING_MARKS)

    def find(self, kind: int, start: int, end: int, index: int) -> int:
        """The true end of the record at `start`, which LEN lets end at `end`; `index` is the entry that follows."""
        begin = min(start + BINARY_HEADER[kind], self.stop)
        possible = begin <= end <= self.stop
        next_start = self._next_start(begin, index, possible)
        if next_start is None and possible:
            return end  # no better place for the next record, which may be damaged itself
        record, idc = len(self.framing.spans), self.data[start + 4] if start + 4 < self.stop else None
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
