"""Where a tagged record ends whose LEN, or whose last byte, is not right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.numbers import len_against, told_len
from nistitl.wire.grammar import FS, GS, find_data_tag
from nistitl.wire.landmarks import TAGGED_HEAD

if TYPE_CHECKING:
    import re
    from mmap import mmap

    from nistitl.wire.framing import Framing
    from nistitl.wire.landmarks import Landmarks

_FS = FS[0]


class TaggedEnds:
    """Finds the ends of tagged records and says what is wrong with them; `cut` once the data ended inside one."""

    def __init__(self, data: bytes | mmap, stop: int, landmarks: Landmarks, framing: Framing) -> None:
        self.data = data
        self.stop = stop
        self.landmarks = landmarks
        self.framing = framing
        self.cut = False

    def find(self, kind: int, start: int, end: int, head: re.Match[bytes] | None, index: int = 0) -> int:
        """The true end of the record at `start`, which LEN lets end at `end`.

        `head` is the match of its tag and LEN, None where they cannot be read; `index` the entry of CNT that follows.
        """
        if head is not None:
            near = self._unterminated(kind, start, end, head, index)
            if near is not None:
                return near
        true_end, ended = self.search(kind, start + 1, start, index)
        if not ended:
            self.cut = True
            more = "" if head is None else len_against(end - start, true_end - start)
            self._report(kind, head, "record-cut", f"the data end inside the record{more}", true_end, 0)
        elif head is not None and true_end != end:
            begin, stop = head.span(2)
            self._report(
                kind, head, "len-wrong", "LEN does not lead to the end of the record", begin, stop - begin,
                str(true_end - start), told_len(end - start), field=1,
            )  # fmt: skip
        return true_end

    def _unterminated(self, kind: int, start: int, end: int, head: re.Match[bytes], index: int) -> int | None:
        """The end where LEN is right, or would be with the FS that is not there; None where LEN is wrong."""
        data, stop = self.data, self.stop
        if not head.end(2) < end <= stop + 1 or self._ended_before(kind, start, end):
            return None
        if data[min(end, stop) - 1] == _FS or self._counts_filling(head.end(2), min(end, stop), index):
            return None
        if end > stop:
            self.cut = True
            self._report(kind, head, "terminator-missing", "the data end before the last FS", stop, 0, "FS")
            return stop
        message = "the record does not end with FS"
        if data[end - 2] != _FS and self.landmarks.begins(end - 1, index):
            self._report(kind, head, "terminator-missing", message, end - 1, 0, "FS")
            return end - 1
        if end == stop or self.landmarks.begins(end, index):
            self._report(kind, head, "terminator-wrong", message, end - 1, 1, "FS", f"0x{data[end - 1]:02x}")
            self.framing.add_gap(end - 1, end, len(self.framing.spans))
            return end - 1
        return None

    def _counts_filling(self, begin: int, end: int, index: int) -> bool:
        """Does LEN lead beyond the FS that ends the record, as where it counts the line end that follows?"""
        place = self.data.rfind(FS, begin, end)
        return place >= 0 and self.landmarks.begins_behind_filling(place + 1, index)

    def _ended_before(self, kind: int, start: int, end: int) -> bool:
        """True when the text of the record holds FS before `end`: there it ends, whatever LEN says."""
        first = self.data.find(FS, start, end - 1)
        return first >= 0 and find_data_tag(self.data, start, first, kind) is None

    def search(self, kind: int, pos: int, start: int, index: int) -> tuple[int, bool]:
        """The true end of the tagged record at `start`, searched from `pos`, and whether it was there at all."""
        first = self.data.find(FS, pos, self.stop)
        text_end = first if first >= 0 else self.stop
        data_tag = find_data_tag(self.data, start, text_end, kind)
        if data_tag is not None:
            return self._search_image_end(data_tag[1], index)
        inside = TAGGED_HEAD.search(self.data, pos + 4, text_end)
        while inside is not None and self.data[inside.start() - 1 : inside.start()] == GS:
            inside = TAGGED_HEAD.search(self.data, inside.end(), text_end)
        if inside is not None:
            return inside.start(), True
        return (first + 1, True) if first >= 0 else (self.stop, False)

    def _search_image_end(self, pos: int, index: int) -> tuple[int, bool]:
        """The same of a record whose field 999 begins at `pos`: the FS that the next record follows."""
        limit = self.landmarks.next_type_1(pos)  # where another transaction begins, this one was cut
        place = self.data.find(FS, pos, limit)
        while place >= 0:
            if self.landmarks.begins_behind_filling(place + 1, index):
                return place + 1, True
            place = self.data.find(FS, place + 1, limit)
        return limit, False

    def _report(
        self, kind: int, head: re.Match[bytes] | None, code: str, message: str, offset: int, length: int,
        expected: str | None = None, actual: str | None = None, field: int | None = None,
    ) -> None:  # fmt: skip
        idc = int(head[3]) if head is not None and kind != 1 and head[3] is not None else None
        self.framing.report(
            code, message, offset, length, expected=expected, actual=actual,
            record=len(self.framing.spans), type=kind, idc=idc, field=field,
        )  # fmt: skip
