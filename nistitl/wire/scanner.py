"""The walk over the records of a transaction that LEN and CNT do not tell where to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.numbers import told_len
from nistitl.wire.binary import BinaryEnds
from nistitl.wire.content import ContentField, ContentMatcher
from nistitl.wire.fields import split
from nistitl.wire.first import find_damaged_type_1
from nistitl.wire.framing import BINARY_LEN, HEADER, Framing, Span, follow_content, type_after
from nistitl.wire.grammar import BINARY_TYPES, FS, find_data_tag
from nistitl.wire.landmarks import TYPE_1_HEAD, UNREADABLE_LEN, Landmarks
from nistitl.wire.tagged import TaggedEnds

if TYPE_CHECKING:
    import re
    from mmap import mmap

_FS = FS[0]


class Step(NamedTuple):
    """One step of the scanner: a record, or bytes that are none."""

    kind: int  # record type; 0: no record, go on at `end`
    start: int
    end: int
    idc: int | None = None


class FrameScanner:
    """Frames a transaction record by record, whatever is wrong with it.

    `index`, wherever it is asked for, is that of the entry of CNT expected next.
    """

    def __init__(self, data: bytes | mmap, start: int, stop: int) -> None:
        self.data = data
        self.start = start
        self.stop = stop
        self.framing = Framing([])
        self.content = ContentField()
        self.matcher = ContentMatcher(self.content, self.framing)
        self.landmarks = Landmarks(data, stop, self.content)
        self.tagged = TaggedEnds(data, stop, self.landmarks, self.framing)
        self.binary = BinaryEnds(data, stop, self.landmarks, self.framing)
        self._rechecked = 0  # how many records there were when the last one was looked at again

    def scan(self) -> Framing:
        """Frame the transaction; ReadError when there is nothing that could be one."""
        framing = self.framing
        framing.end = self._scan_records(self._scan_type_1())
        framing.start = framing.spans[0][1] if framing.spans else framing.end
        if framing.spans and self.content.counted:
            self.matcher.report(self.stop, cut=self.tagged.cut or self.binary.cut)
        if len(framing.findings) > 1:
            framing.findings.sort(key=lambda finding: finding.location.offset or 0)
        return framing

    # -- the first record ---------------------------------------------------------------------

    def _scan_type_1(self) -> int:
        """Frame Type-1 and read CNT; where the next record begins."""
        start, framing = self.start, self.framing
        head = HEADER.match(self.data, start)
        if head is None or head[1].lstrip(b"0") != b"1":
            if head is not None and int(head[1]) not in BINARY_TYPES:
                message = "the transaction does not begin with a Type-1 record"
                framing.report("type1-missing", message, start, 0)
                return start
            start, head = find_damaged_type_1(self.data, start, self.stop, framing)
        end = start + int(head[2]) if head is not None else self.stop + 1
        true_end = self.data.find(FS, start, self.stop) + 1
        if end != true_end or not true_end:
            end = self.tagged.find(1, start, end, head)
        framing.spans.append((1, start, end))
        self._read_content(start, end)
        return end + framing.gap_after(0)

    def _read_content(self, start: int, end: int) -> None:
        framing = self.framing
        framing.header = header = split(self.data, start, end, 1)
        at = header.index.get(3)
        if at is not None:
            self.content.read(bytes(header.raws[at]), start + header.offset(at), framing)
        elif not framing.findings:  # a damaged Type-1 has lost more than its CNT
            framing.report("cnt-missing", "Type-1 has no CNT", start, 0, record=0, type=1, field=3)

    # -- all other records --------------------------------------------------------------------

    def _scan_records(self, pos: int) -> int:
        """Frame the records from `pos` on; where the last one ends."""
        spans = self.framing.spans
        pos = self._follow_content(pos)
        index = max(len(spans) - 1, 0)
        while pos < self.stop:
            pos = self._skip_strays(pos, index)
            head = self._tagged_head(pos, index)
            if self._transaction_ends(pos, index, head):
                break
            step = self._step(pos, index, head)
            if step is None:
                if not self._only_padding(pos):  # which may be what CNT names
                    return pos
                break
            pos = step.end
            if step.kind:
                pos = max(step.end, step.start + 1)  # whatever LEN says, the walk goes on
                spans.append((step.kind, step.start, pos))
                index = self.matcher.match(index, step.kind, step.idc)
                pos += self.framing.gap_after(len(spans) - 1)
        self.matcher.skip(range(index, len(self.content.entries)))
        return pos

    def _only_padding(self, pos: int) -> bool:
        """Is there nothing but padding up to the next transaction, or the end?"""
        end = self.landmarks.padding_end(pos)
        return end in (self.stop, self.landmarks.next_type_1(pos))

    def _follow_content(self, pos: int) -> int:
        """The quick walk; at the first doubt, the record before the doubtful one is left for a second look."""
        spans, spelled = self.framing.spans, self.content.spelled
        pos = follow_content(self.data, pos, self.stop, spelled, spans)
        if pos == self.stop or len(spans) < 2 or len(spans) > len(spelled):
            return pos
        return spans.pop()[1]

    def _skip_strays(self, pos: int, index: int) -> int:
        """Leave out bytes that stand before the next record; where it begins, `pos` where that is not sure."""
        if not self.framing.spans or self._tagged_head(pos, index) is not None:
            return pos
        begin = self.landmarks.after_strays(pos, index) or self._binary_after_content(pos, index)
        if begin is None or TYPE_1_HEAD.match(self.data, begin):
            return pos
        self._report_between(pos, begin)
        return begin

    def _binary_after_content(self, pos: int, index: int) -> int | None:
        """Where the binary record that CNT expects surely begins, where its header cannot stand here."""
        kind, idc = self.content.expected(index)
        if kind not in BINARY_TYPES or self.landmarks.plausible(pos, kind, idc) or self.landmarks.chained(pos, index):
            return None
        return self.landmarks.sure_binary(pos + 1, self.landmarks.next_tagged(pos + 1), index)

    def _tagged_head(self, pos: int, index: int) -> re.Match[bytes] | None:
        """The match of the tag and LEN of the record that begins here; None where they may be a chance of bytes."""
        expected = self.content.expected(index)[0]
        if expected in BINARY_TYPES and self.data[pos] < ord("0"):
            return None
        head = HEADER.match(self.data, pos)
        if head is None or self.landmarks.stray_digit(pos):
            return None
        kind = int(head[1])
        sure = head[3] is not None or kind == expected or not self.content.counted
        return head if sure and kind > 0 and kind not in BINARY_TYPES else None

    def _transaction_ends(self, pos: int, index: int, head: re.Match[bytes] | None) -> bool:
        """True at the next transaction, and where no record begins and CNT names no more: that is not ours to take."""
        if head is not None and int(head[1]) == 1 and self.framing.spans:
            return True
        complete = self.content.counted and index >= len(self.content.entries)
        return complete and (type_after(self.data, pos) in (0, 1) or self.landmarks.stray_digit(pos))

    def _step(self, pos: int, index: int, head: re.Match[bytes] | None) -> Step | None:
        """The record at `pos`, or bytes to pass over; None where there is nothing more to frame."""
        if head is not None:
            return self._tagged_step(pos, index, head)
        expected = self.content.expected(index)[0]
        if expected in BINARY_TYPES:
            begin = self.landmarks.after_strays(pos, index)
            if begin is not None and TYPE_1_HEAD.match(self.data, begin):
                return None
            return self._binary_step(pos, index, expected)
        after, idc = self.content.expected(index + 1)
        if after in BINARY_TYPES and self.landmarks.binary_begins(pos, after, idc):
            return self._binary_step(pos, index + 1, after)  # the expected record is lost
        return self._lost_step(pos, index)

    def _tagged_step(self, pos: int, index: int, head: re.Match[bytes]) -> Step:
        kind, end = int(head[1]), pos + int(head[2])
        possible = head.end(2) < end <= self.stop and self.data[end - 1] == _FS
        if not possible or not self._believed(kind, pos, end, index + 1):
            end = self.tagged.find(kind, pos, end, head, index + 1)
        return Step(kind, pos, end, None if head[3] is None else int(head[3]))

    def _believed(self, kind: int, start: int, end: int, index: int) -> bool:
        """Is LEN, which leads to FS, right? It is, unless that is an FS of an image and a better end is further on."""
        if self.landmarks.may_begin(end, index) or self.landmarks.after_strays(end, index) is not None:
            return True
        first = self.data.find(FS, start, end)
        if find_data_tag(self.data, start, first, kind) is None:
            return first == end - 1
        return not self.landmarks.expected_after(end, index)

    def _binary_step(self, pos: int, index: int, kind: int) -> Step:
        idc = self.data[pos + 4] if pos + 4 < self.stop else None
        end = pos + BINARY_LEN.unpack_from(self.data, pos)[0] if pos + 4 <= self.stop else self.stop + 1
        if not self.binary.leads_on(kind, pos, end, index + 1):
            end = self.binary.find(kind, pos, end, index + 1)
        return Step(kind, pos, end, idc)

    # -- where no record begins that CNT expects ----------------------------------------------

    def _lost_step(self, pos: int, index: int) -> Step | None:
        last = self.framing.spans[-1] if self.framing.spans else None
        head = None if self.landmarks.stray_digit(pos) else UNREADABLE_LEN.match(self.data, pos, self.stop)
        kind = int(head[1]) if head is not None else 0
        if kind == 1 and last is not None:
            return None
        if head is not None and kind and kind not in BINARY_TYPES and self._may_be(kind, index):
            return self._unreadable_step(pos, index, head)
        if last is not None:
            if self._recheck(last, pos, index):
                return Step(0, pos, self.framing.spans[-1][2])
            if last[0] in BINARY_TYPES and self.landmarks.binary_begins(pos, last[0], None):
                return Step(last[0], pos, pos + BINARY_LEN.unpack_from(self.data, pos)[0])
        return self._pass_over(pos, index)

    def _may_be(self, kind: int, index: int) -> bool:
        return self.content.expected(index)[0] in (kind, None)

    def _unreadable_step(self, pos: int, index: int, head: re.Match[bytes]) -> Step:
        """The record whose tag is there, but its LEN no number, or one that nothing vouches for."""
        kind, told, readable = int(head[1]), head[2], HEADER.match(self.data, pos)
        if readable is not None:
            return Step(kind, pos, self.tagged.find(kind, pos, pos + int(told), readable, index + 1))
        end, _ = self.tagged.search(kind, pos + 1, pos, index + 1)
        code, message, found = "len-unreadable", "LEN is no number", None
        if told.isdigit():
            code, message, found = "len-wrong", "LEN does not lead to the end of the record", told_len(int(told))
        if not told.isdigit() or int(told) != end - pos:
            self.framing.report(
                code, message, head.start(2), len(told),
                expected=str(end - pos), actual=found, record=len(self.framing.spans), type=kind, field=1,
            )  # fmt: skip
        return Step(kind, pos, end)

    def _recheck(self, last: Span, pos: int, index: int) -> bool:
        """An image may hold FS by chance: was LEN of the last record wrong, and led into it? If so, mend its span."""
        spans = self.framing.spans
        kind, start, _ = last
        if self._rechecked == len(spans) or not find_data_tag(self.data, start, pos, kind):
            return False
        self._rechecked = len(spans)
        head = HEADER.match(self.data, start)
        end, ended = self.tagged.search(kind, pos, start, index)
        if head is None or not ended or not pos < end <= self.landmarks.next_tagged(pos):
            return False
        if not self.landmarks.is_expected(end, index):
            return False
        spans.pop()
        end = self.tagged.find(kind, start, self.stop + 2, head, index)
        spans.append((kind, start, end))
        return True

    def _pass_over(self, pos: int, index: int) -> Step | None:
        """Leave out the bytes up to the next record; None where there is none."""
        tagged = self.landmarks.next_tagged(pos + 1)
        begin = self.landmarks.next_binary(pos + 1, tagged, index) or self._after_text(pos, tagged, index) or tagged
        if begin == self.stop or (self.framing.spans and TYPE_1_HEAD.match(self.data, begin)):
            return None
        if self.framing.spans:
            self._report_between(pos, begin)
        else:
            size = begin - pos
            self.framing.report("bytes-before", f"{size} bytes stand before the first record", pos, size)
        return Step(0, pos, begin)

    def _after_text(self, pos: int, tagged: int, index: int) -> int | None:
        """Where the record begins that follows a tagged one with a damaged head; None where FS does not tell."""
        end = self.data.find(FS, pos, tagged) + 1
        damaged = self.content.expected(index)[0] not in (None, *BINARY_TYPES)
        return end if damaged and end and self.landmarks.begins(end, index + 1) else None

    def _report_between(self, pos: int, begin: int) -> None:
        size = begin - pos
        self.framing.report("bytes-between", f"{size} bytes belong to no record", pos, size)
        self.framing.add_gap(pos, begin, len(self.framing.spans) - 1)
