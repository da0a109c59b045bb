"""Where the records of a transaction lie: by LEN and CNT, never by searching image bytes.

As long as every LEN leads to a record that CNT expects, no byte of a record's content is looked at
(`_clean_records`, the hot path of opening). Where it does not, a walk looks for the true end once,
says what it forgave, and goes on; each byte is searched a bounded number of times, so that the time
stays linear whatever LEN and CNT claim. ANSI/NIST-ITL 1-2011, Annex B.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from struct import Struct
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location
from nistitl.wire.fields import Fields, split
from nistitl.wire.grammar import BINARY_TYPES, FS, GS, RS, US, find_data_tag

if TYPE_CHECKING:
    from mmap import mmap

Span = tuple[int, int, int]  # record type, start, end
Entry = tuple[int | None, int | None]  # record type and IDC, as CNT names them
Named = tuple[int | None, int | None, bytes, bytes]  # the same, and how each is spelled

_HEADER = re.compile(rb"(\d{1,2})\.0*1:(\d{1,18})\x1d(?:\1\.0*2:(\d{1,5})[\x1c\x1d])?")
# LEN, VER and CNT as they begin nearly every transaction; others are split
_TYPE_1_HEAD = re.compile(rb"0?1\.0*1:(\d{1,18})\x1d1\.0{0,7}2:[^\x1c\x1d]*\x1d1\.0{0,7}3:([^\x1c\x1d]+)(?=[\x1c\x1d])")
# for damaged input, compiled when first met
_CERTAIN = rb"(0?[129]|[1-9]\d)\.0*1:\d{1,18}\x1d\1\.0*2:"  # a record with tags surely begins here
_LOOSE = rb"(\d{1,2})\.0*1:?([^\x1c\x1d]{0,32})(?=[\x1c\x1d])"  # its LEN cannot be read
_TYPE_1 = rb"1\.0*1:\d{1,18}\x1d1\.0*2:"
_TYPE_1_DAMAGED = rb"[^\x1c\x1d]{0,200}\x1d0?1\.0*\d{1,3}:|0?1\.\d+:"
_BINARY_HEAD = rb"(?s)[\x00-\x0f]...%b[\x00-\x3c][\x00-\x0f\xff]{6}[\x00\x01]"  # LEN, IDC, IMP, FGP, ISR
_BINARY_LEN = Struct(">I")
_BINARY_HEADER = {3: 18, 4: 18, 5: 18, 6: 18, 7: 5, 8: 12}
_FS = FS[0]
_LOOKAHEAD = 64
_MOST_SEARCHES = 8
_MAY_PRECEDE = 65536
_FIRST_TAG = b"1.001:"
_MOST_KNOWN, _SHORT = 256, 512  # contents of CNT that are kept, and the bytes of one


class Framing:
    """What was found: record spans, and what had to be forgiven.

    `gaps` holds bytes between records that belong to none, by the index of the record before them.
    `start` and `end` are where the first record begins and the last one ends.
    """

    __slots__ = ("end", "findings", "gaps", "header", "spans", "start")

    def __init__(self, spans: list[Span], start: int = 0, end: int = 0) -> None:
        self.spans = spans
        self.start = start
        self.end = end
        self.findings: list[Finding] = []
        self.gaps: dict[int, tuple[int, int]] = {}
        self.header: Fields | None = None  # the fields of Type-1, where finding CNT took splitting them


def frame(data: bytes | mmap, start: int = 0, stop: int | None = None, *, many: bool = False) -> Framing:
    """Frame the transaction that begins at `start`; with `many`, others may follow it.

    ReadError when there is nothing that could be a transaction.
    """
    stop = len(data) if stop is None else stop
    head = _TYPE_1_HEAD.match(data, start, stop)
    if head is not None:
        size, count = head.groups()
        end = start + int(size)
        clean, entries = _CONTENTS[count]
        if clean and data.find(FS, start, stop) + 1 == end:
            spans = [(1, start, end)]
            end = _clean_records(data, end, stop, entries, spans)
            if len(spans) > len(entries) and (end == stop or (many and not _goes_on(data, end))):
                return Framing(spans, start, end)
    return _Walk(data, start, stop, many).run()


def _goes_on(data: bytes | mmap, pos: int) -> bool:
    """True where another record of the same transaction may begin."""
    match = _HEADER.match(data, pos)
    return match is not None and int(match[1]) != 1


def setting(data: bytes | mmap, start: int, end: int, number: int) -> bytes | None:
    """The content of 1.013 DOM or 1.015 DCS, of the Type-1 record at data[start:end]."""
    if data.find(b"%d:" % number, start, end) < 0:
        return None
    match = _compiled(rb"\x1d0{0,8}1\.0{0,7}%d(?=[:\x1c\x1d]):?([^\x1c\x1d]*)" % number).search(data, start, end)
    return match[1] if match else None


def next_transaction(data: bytes | mmap, pos: int) -> int:
    """Where the next transaction begins, at `pos` or after; the end of the data when there is none."""
    pattern = _compiled(_TYPE_1)
    found = pattern.match(data, pos) or pattern.search(data, pos)
    return found.start() if found else len(data)


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    """What not every input needs, compiled when first met."""
    return re.compile(pattern)


class _Contents(dict[bytes, tuple[bool, tuple[Named, ...]]]):
    """The content of CNT -> whether it counts what it names, and what it names after Type-1."""

    def __missing__(self, raw: bytes) -> tuple[bool, tuple[Named, ...]]:
        first, *others = raw.split(RS)
        entries = tuple([(*_entry(subfield), *_spelled(subfield)) for subfield in others])
        found = _entry(first) == (1, len(entries)), entries
        if len(raw) < _SHORT:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[raw] = found
        return found


def _entry(subfield: bytes) -> Entry:
    """One subfield of CNT as its two numbers; None where one cannot be read."""
    pair = subfield.split(US)
    numbers = [int(text) if text.isdigit() and len(text) < 10 else None for text in pair[:2]]
    return numbers[0], numbers[1] if len(pair) == 2 else None


def _spelled(subfield: bytes) -> tuple[bytes, bytes]:
    """One subfield of CNT as a record would most likely spell its two numbers."""
    kind, _, idc = subfield.partition(US)
    return kind.lstrip(b"0"), idc


_CONTENTS = _Contents()


def _clean_records(data: bytes | mmap, pos: int, stop: int, entries: tuple[Named, ...], spans: list[Span]) -> int:
    """Add the records that CNT names to `spans`, as long as LEN and IDC leave no doubt; where the next one begins."""
    size_of, header = _BINARY_LEN.unpack_from, _HEADER.match
    for kind, idc, spelled, spelled_idc in entries:
        if kind in BINARY_TYPES:
            if pos + 18 > stop or data[pos + 4] != idc:
                break
            end = pos + size_of(data, pos)[0]
            if end - pos < 18 or end > stop:
                break
        else:
            match = header(data, pos)
            if match is None:
                break
            begun, size, named = match.groups()
            if begun != spelled and int(begun) != kind:
                break
            if named != spelled_idc and (named is None or int(named) != idc):
                break
            end = pos + int(size)
            if not pos < end <= stop or data[end - 1] != _FS:
                break
        spans.append((kind, pos, end))  # type: ignore[arg-type]  # None is no type that a record has
        pos = end
    return pos


class _Walk:
    counted = False  # CNT was there and could be used
    cut = False
    rechecked = 0  # how many records there were when the last one was looked at again
    type_1_at = -1  # the last Type-1 that was looked for
    certain_at = -1  # the last record with a tag that was looked for
    searched = 0  # bytes searched for binary records, so that hostile input cannot make it quadratic
    count_at = 0  # where the content of CNT begins

    def __init__(self, data: bytes | mmap, start: int, stop: int, many: bool) -> None:
        self.data = data
        self.start = start
        self.stop = stop
        self.many = many
        self.out = Framing([])
        self.named: tuple[Named, ...] = ()  # what CNT names, and the same as numbers
        self.entries: list[Entry] = []
        self.subfields: list[bytes] = []  # of CNT
        self.entry_offsets: list[int] = []  # where each of them begins, once someone asks
        self.missing: list[int] = []  # indices of entries without a record
        self.extra: list[int] = []  # indices of records without an entry

    def run(self) -> Framing:
        out = self.out
        pos = self._type_1()
        pos = self._records(pos)
        out.start = out.spans[0][1] if out.spans else pos
        if out.spans and self.counted:
            self._count_findings()
        out.end = pos
        if len(out.findings) > 1:
            out.findings.sort(key=lambda finding: finding.location.offset or 0)
        return out

    # -- the first record ---------------------------------------------------------------------

    def _type_1(self) -> int:
        """Frame Type-1 and read CNT; where the next record begins."""
        data, start, stop = self.data, self.start, self.stop
        true_end = data.find(FS, start, stop) + 1
        match = _HEADER.match(data, start)
        if match is None or match[1].lstrip(b"0") != b"1":
            if match is not None and int(match[1]) not in BINARY_TYPES:
                self._say("type1-missing", "the transaction does not begin with a Type-1 record", start, 0)
                return start
            start, match = self._damaged_start()
            true_end = data.find(FS, start, stop) + 1
        end = start + int(match[2]) if match is not None else stop + 1
        if end != true_end or not true_end:
            end = self._end_of_tagged(1, start, end, match)
        self.out.spans.append((1, start, end))
        self.out.header = header = split(data, start, end, 1)
        at = header.index.get(3)
        if at is None:
            self._read_count(None, start)
        else:
            self.count_at = start + header.offset(at)
            self._read_count(bytes(header.raws[at]), start)
        return end + (self._gap_after(0) if self.out.gaps else 0)

    def _damaged_start(self) -> tuple[int, re.Match[bytes] | None]:
        """Type-1 does not begin where and as it should: find it, or give up."""
        data, start, stop = self.data, self.start, self.stop
        found = re.compile(_TYPE_1).search(data, start, min(stop, start + _MAY_PRECEDE))
        if found is not None:
            at = found.start()
            self._say("bytes-before", f"{at - start} bytes stand before the Type-1 record", start, at - start)
            return at, _HEADER.match(data, at)
        loose = re.compile(_LOOSE).match(data, start, stop)
        if loose is not None and loose[0].startswith(_FIRST_TAG):
            message = "LEN is no number"
            self._say("len-unreadable", message, loose.start(2), len(loose[2]), record=0, type=1, field=1)
            return start, None
        if re.compile(_TYPE_1_DAMAGED).match(data, start, stop):
            head = bytes(data[start : start + len(_FIRST_TAG)])
            wrong = next((n for n, (a, b) in enumerate(zip(head, _FIRST_TAG, strict=False)) if a != b), len(head))
            message = "the tag of the first field is damaged"
            self._say("type1-damaged", message, start + wrong, 1, expected="1.001:LEN", record=0, type=1)
            return start, None
        raise self._not_a_transaction()

    def _not_a_transaction(self) -> ReadError:
        head = bytes(self.data[self.start : min(self.start + 16, self.stop)])
        if not head:
            finding = Finding("input-empty", "the input is empty", Location(self.start, 0))
        elif _FIRST_TAG.startswith(head):
            message = "the input ends inside the tag of its first field"
            finding = Finding("input-cut", message, Location(self.stop, 0), expected="1.001:LEN")
        else:
            kind = next((name for magic, name in _MAGIC if head.startswith(magic)), "something else")
            message = f"this is no ANSI/NIST-ITL transaction; it looks like {kind}"
            finding = Finding("input-not-itl", message, Location(self.start, len(head)), expected="1.001:LEN")
        return ReadError.of(finding)

    def _read_count(self, raw: bytes | None, start: int) -> None:
        if raw is None:
            if self.out.findings:
                return  # a damaged Type-1 has lost more than its CNT
            self._say("cnt-missing", "Type-1 has no CNT", start, 0, record=0, type=1, field=3)
            return
        clean, self.named = _CONTENTS[raw]
        self.entries = [entry[:2] for entry in self.named]
        self.subfields = subfields = raw.split(RS)
        self.counted = True
        if clean:
            return
        first = _entry(subfields[0])
        where = self.count_at
        if first[0] != 1 or first[1] is None:
            self._say(
                "cnt-malformed", "the first subfield of CNT is not 1 and a count", where, len(subfields[0]),
                record=0, type=1, field=3, subfield=1, expected="1 and the number of records",
            )  # fmt: skip
        elif first[1] != len(self.entries):
            self._say(
                "cnt-count", f"CNT counts {first[1]} records and then names {len(self.entries)}",
                where + subfields[0].find(US) + 1, len(subfields[0]) - subfields[0].find(US) - 1,
                record=0, type=1, field=3, subfield=1, item=2,
                expected=str(len(self.entries)), actual=str(first[1]),
            )  # fmt: skip

    # -- all other records --------------------------------------------------------------------

    def _records(self, pos: int) -> int:
        data, stop, spans, entries = self.data, self.stop, self.out.spans, self.entries
        count = len(entries)
        if spans:
            pos = _clean_records(data, pos, stop, self.named, spans)
            if pos != stop and len(spans) > 1 and not (self.many and len(spans) > count):
                pos = spans.pop()[1]  # at the first doubt, a second look at the record before
        at = max(len(spans) - 1, 0)  # the entry of CNT that is expected next
        while pos < stop:
            if self.many and at >= count and not _goes_on(data, pos):
                break
            wanted = entries[at][0] if at < count else None
            match = None if wanted in BINARY_TYPES and data[pos] < 48 else _HEADER.match(data, pos)
            if match is not None and self._believable(match, wanted):
                kind = int(match[1])
                if kind == 1 and spans:
                    break
                end = pos + int(match[2])
                if not match.end(2) < end <= stop or data[end - 1] != _FS or not self._may_begin(end, at + 1):
                    end = self._end_of_tagged(kind, pos, end, match, at + 1)
                found = None if match[3] is None else int(match[3])
            elif wanted in BINARY_TYPES:
                kind, found = wanted, data[pos + 4] if pos + 4 < stop else None
                end = pos + _BINARY_LEN.unpack_from(data, pos)[0] if pos + 4 <= stop else stop + 1
                if not self._leads_on(kind, pos, end, at + 1):
                    end = self._end_of_binary(kind, pos, end, at + 1)
            else:
                step = self._lost(pos, at)
                if step is None:
                    return pos
                kind, pos, end = step
                if not kind:  # the record before was longer, or bytes belong to none
                    pos = end
                    continue
                found = None
            end = max(end, pos + 1)  # whatever LEN says, the walk goes on
            spans.append((kind, pos, end))
            at = self._match(at, kind, found)
            pos = end + (self._gap_after(len(spans) - 1) if self.out.gaps else 0)
        self.missing += range(at, count)
        if pos < stop and not self.many:
            self._trailing(pos)
        return pos

    def _match(self, at: int, kind: int, found: int | None) -> int:
        """Match a record with the entries of CNT; the index of the entry expected next."""
        if at < len(self.entries):
            wanted, idc = self.entries[at]
            if wanted == kind and (found is None or idc == found):
                return at + 1
            ahead = self.entries[at : at + _LOOKAHEAD]
            if (kind, found) in ahead:
                step = ahead.index((kind, found))
                self.missing += range(at, at + step)
                return at + step + 1
            if wanted == kind or wanted is None:
                self._idc_differs(at, found)
                return at + 1
        if self.counted:
            self.extra.append(len(self.out.spans) - 1)
        return at

    def _believable(self, match: re.Match[bytes], wanted: int | None) -> bool:
        """True when a tagged record begins here, not a chance of bytes."""
        kind = int(match[1])
        return kind > 0 and kind not in BINARY_TYPES and (match[3] is not None or kind == wanted or not self.counted)

    def _may_begin(self, pos: int, at: int) -> bool:
        """A quick look: may a record begin here (or the data end)?"""
        if pos == self.stop:
            return True
        if pos > self.stop:
            return False
        if 48 <= self.data[pos] <= 57:
            return True
        return (at < len(self.entries) and self.entries[at][0] in BINARY_TYPES) or at >= len(self.entries)

    def _leads_on(self, kind: int, start: int, end: int, at: int) -> bool:
        """True when the LEN of a binary record leads to the end of the data or to the next record."""
        if not start + _BINARY_HEADER[kind] <= end <= self.stop:
            return False
        return end == self.stop or at >= len(self.entries) or self._begins(end, at)

    def _begins(self, pos: int, at: int) -> bool:
        """A long look: does a record surely begin here?"""
        if re.compile(_CERTAIN).match(self.data, pos, self.stop):
            return True
        wanted, idc = self.entries[at] if at < len(self.entries) else (None, None)
        if wanted in BINARY_TYPES:
            return self._binary_begins(pos, wanted, idc)
        match = _HEADER.match(self.data, pos)  # of the type that CNT names, its IDC somewhere else
        return match is not None and int(match[1]) == wanted

    def _binary_begins(self, pos: int, kind: int | None, idc: int | None) -> bool:
        header = _BINARY_HEADER.get(kind or 4, 18)
        if pos + header > self.stop:
            return False
        size = _BINARY_LEN.unpack_from(self.data, pos)[0]
        if not header <= size <= self.stop - pos or (idc is not None and self.data[pos + 4] != idc):
            return False
        return header != 18 or (self.data[pos + 12] <= 1 and self.data[pos + 5] <= 60 and self.data[pos + 17] <= 12)

    # -- where LEN does not lead to the next record ---------------------------------------------

    def _end_of_tagged(self, kind: int, start: int, end: int, match: re.Match[bytes] | None, at: int = 0) -> int:
        """The end of a tagged record whose LEN, or whose last byte, is not right; says which."""
        data, stop = self.data, self.stop
        if match is not None and match.end(2) < end <= stop and not self._ended_before(kind, start, end):
            if data[end - 1] != _FS and data[end - 2] != _FS and self._begins(end - 1, at):
                self._say_of(kind, match, "terminator-missing", "the record does not end with FS", end - 1, 0, "FS")
                return end - 1
            if data[end - 1] != _FS and (end == stop or self._begins(end, at)):
                found = f"0x{data[end - 1]:02x}"
                message = "the record does not end with FS"
                self._say_of(kind, match, "terminator-wrong", message, end - 1, 1, "FS", found)
                self._gap(end - 1, end)
                return end - 1
        if match is not None and end == stop + 1 and data[stop - 1] != _FS and not self._ended_before(kind, start, end):
            self._say_of(kind, match, "terminator-missing", "the data end before the last FS", stop, 0, "FS")
            self.cut = True
            return stop
        true_end, ended = self._search_end(kind, start + 1, start, at)
        if not ended:
            self.cut = True
            more = "" if match is None else f": LEN says {end - start} bytes, {true_end - start} are there"
            self._say_of(kind, match, "record-cut", f"the data end inside the record{more}", true_end, 0)
        elif match is not None and true_end != end:
            span = match.span(2)
            self._say_of(
                kind, match, "len-wrong", "LEN does not lead to the end of the record",
                span[0], span[1] - span[0], str(true_end - start), match[2].decode(), field=1,
            )  # fmt: skip
        return true_end

    def _ended_before(self, kind: int, start: int, end: int) -> bool:
        """True when the text of the record holds FS before `end`: there it ends, whatever LEN says."""
        first = self.data.find(FS, start, end - 1)
        return first >= 0 and find_data_tag(self.data, start, first, kind) is None

    def _search_end(self, kind: int, pos: int, start: int, at: int) -> tuple[int, bool]:
        """The true end of the tagged record at `start`, and whether it was there at all."""
        data, stop = self.data, self.stop
        first = data.find(FS, pos, stop)
        data_tag = find_data_tag(data, start, first if first >= 0 else stop, kind)
        if data_tag is None:
            inside = re.compile(_CERTAIN).search(data, pos + 4, first if first >= 0 else stop)
            while inside is not None and data[inside.start() - 1 : inside.start()] == GS:
                inside = re.compile(_CERTAIN).search(data, inside.end(), first if first >= 0 else stop)
            if inside is not None:
                return inside.start(), True
            return (first + 1, True) if first >= 0 else (stop, False)
        limit = self._next_type_1(data_tag[1])  # where another transaction begins, this one was cut
        place = data.find(FS, data_tag[1], limit)
        while place >= 0:
            if place + 1 == stop or self._begins(place + 1, at):
                return place + 1, True
            place = data.find(FS, place + 1, limit)
        return limit, False

    def _next_type_1(self, pos: int) -> int:
        """Where the next Type-1 record begins, the end of the data when there is none; searched once."""
        if self.type_1_at < pos:
            found = re.compile(_TYPE_1).search(self.data, pos, self.stop)
            self.type_1_at = found.start() if found else self.stop
        return self.type_1_at

    def _end_of_binary(self, kind: int, start: int, end: int, at: int) -> int:
        """The end of a binary record whose LEN does not surely lead to the next one; says what is wrong."""
        idc = self.data[start + 4] if start + 4 < self.stop else None
        begin = min(start + _BINARY_HEADER[kind], self.stop)
        possible = begin <= end <= self.stop
        wanted = self.entries[at][0] if at < len(self.entries) else None
        certain = self._next_certain(begin)
        found = self._next_binary(begin, certain, at)
        if found is None and possible and wanted in BINARY_TYPES:
            return end  # no better place for the next record, which may be damaged itself
        if found is None and certain < self.stop:
            found = certain
        index = len(self.out.spans)
        if found is None and possible:
            return end
        if found is None and end > self.stop:
            self.cut = True
            message = f"the data end inside the record: LEN says {end - start} bytes, {self.stop - start} are there"
            self._say("record-cut", message, self.stop, 0, record=index, type=kind, idc=idc)
            return self.stop
        true_end = self.stop if found is None else found
        self._say(
            "len-wrong", "LEN does not lead to the end of the record", start, 4,
            expected=str(true_end - start), actual=str(end - start), record=index, type=kind, idc=idc, field=1,
        )  # fmt: skip
        return true_end

    def _next_certain(self, pos: int) -> int:
        """Where the next record with a tag begins, searched from `pos`; the end of the data when none does."""
        if self.certain_at < pos:
            found = re.compile(_CERTAIN).search(self.data, pos, self.stop)
            self.certain_at = found.start() if found else self.stop
        return self.certain_at

    def _next_binary(self, pos: int, limit: int, at: int) -> int | None:
        """Where the binary record that CNT expects begins, searched up to `limit`; None when nowhere."""
        wanted, idc = self.entries[at] if at < len(self.entries) else (None, None)
        if wanted not in (3, 4, 5, 6) or idc is None or idc > 255 or self.searched > _MOST_SEARCHES * self.stop:
            return None
        pattern = re.compile(_BINARY_HEAD % re.escape(bytes([idc])))
        self.searched += limit - pos
        for candidate in pattern.finditer(self.data, pos, limit):
            if self._binary_begins(candidate.start(), wanted, idc):
                return candidate.start()
        return None

    def _lost(self, pos: int, at: int) -> tuple[int, int, int] | None:
        """No record that CNT expects begins here. (type, start, end); type 0: go on at `end`; None: stop."""
        spans, data = self.out.spans, self.data
        loose = re.compile(_LOOSE).match(data, pos, self.stop)
        wanted = self.entries[at][0] if at < len(self.entries) else None
        kind = int(loose[1]) if loose is not None else 0
        if kind == 1 and spans:
            self._trailing(pos)
            return None
        if loose is not None and kind and wanted in (kind, None) and kind not in BINARY_TYPES:
            end, _ = self._search_end(kind, pos + 1, pos, at + 1)
            span = loose.span(2)
            self._say(
                "len-unreadable", "LEN is no number", span[0], span[1] - span[0],
                expected=str(end - pos), record=len(spans), type=kind, field=1,
            )  # fmt: skip
            return kind, pos, end
        before = spans[-1] if spans else None
        if before is not None and self.rechecked != len(spans) and find_data_tag(data, before[1], pos, before[0]):
            # an image may hold FS by chance: was LEN wrong, and led into it?
            self.rechecked = len(spans)
            match = _HEADER.match(data, before[1])
            end, ended = self._search_end(before[0], pos, before[1], at)
            if match is not None and ended and pos < end <= self._next_certain(pos):
                spans.pop()
                end = self._end_of_tagged(before[0], before[1], self.stop + 2, match, at)
                spans.append((before[0], before[1], end))
                return 0, pos, end
        if before is not None and before[0] in BINARY_TYPES and self._binary_begins(pos, before[0], None):
            size = _BINARY_LEN.unpack_from(data, pos)[0]
            return before[0], pos, pos + size
        certain = self._next_certain(pos + 1)
        found = self._next_binary(pos + 1, certain, at) or certain
        if found == self.stop:
            self._trailing(pos)
            return None
        if spans:
            self._say("bytes-between", f"{found - pos} bytes belong to no record", pos, found - pos)
            self._gap(pos, found, len(spans) - 1)
        else:
            self._say("bytes-before", f"{found - pos} bytes stand before the first record", pos, found - pos)
        return 0, pos, found

    def _trailing(self, pos: int) -> None:
        if len(self.out.spans) - 1 in self.out.gaps and self.out.gaps[len(self.out.spans) - 1][1] > pos:
            return
        size = self.stop - pos
        if re.compile(_TYPE_1).match(self.data, pos):
            message = "another transaction follows; read_many() reads them all"
            self._say("transaction-follows", message, pos, size)
        else:
            self._say("bytes-after", f"{size} bytes follow the last record", pos, size)

    # -- findings -----------------------------------------------------------------------------

    def _count_findings(self) -> None:
        """CNT against the records that are there: one finding for what is missing, one for what is too many."""
        if self.missing and not self.cut:
            only_type_1 = len(self.out.spans) == 1
            index = self.missing[0]
            kind, idc = self.entries[index]
            offset, length = self._entry_span(index)
            if only_type_1:
                offset, length = self.stop, 0
            count = len(self.missing)
            records = f"{count} records" if count > 1 else "a record"
            first = f"Type-{kind} IDC {idc}" if kind is not None else "an entry that is no number"
            message = f"CNT names {records} that the data do not hold, first {first}"
            self._say(
                "cnt-missing-record", f"{message}; the data end at byte {self.stop}", offset, length,
                record=0, type=1, field=3, subfield=index + 2,
            )  # fmt: skip
        if self.extra:
            index = self.extra[0]
            kind, begin, end = self.out.spans[index]
            records = f"{len(self.extra)} records are" if len(self.extra) > 1 else "a record is"
            message = f"{records} not named by CNT, first a Type-{kind}"
            self._say("cnt-extra-record", message, begin, end - begin, record=index, type=kind)

    def _idc_differs(self, at: int, found: int | None) -> None:
        idc = self.entries[at][1]
        offset, length = self._entry_span(at)
        message = f"CNT gives record {len(self.out.spans) - 1} another IDC than the record has"
        self._say(
            "cnt-idc", message, offset, length, record=0, type=1, field=3, subfield=at + 2,
            expected=str(found), actual=str(idc),
        )  # fmt: skip

    def _entry_span(self, index: int) -> tuple[int, int]:
        if not self.entry_offsets:
            sizes = [len(subfield) + 1 for subfield in self.subfields]
            self.entry_offsets = list(accumulate(sizes, initial=self.count_at))
        begin, end = self.entry_offsets[index + 1 : index + 3]
        return begin, end - begin - 1

    def _say_of(
        self, kind: int, match: re.Match[bytes] | None, code: str, message: str, offset: int, length: int,
        expected: str | None = None, actual: str | None = None, field: int | None = None,
    ) -> None:  # fmt: skip
        idc = int(match[3]) if match is not None and kind != 1 and match[3] is not None else None
        where = Location(offset, length, len(self.out.spans), kind, idc, field)
        self.out.findings.append(Finding(code, message, where, expected=expected, actual=actual))

    def _say(
        self, code: str, message: str, offset: int, length: int, *,
        expected: str | None = None, actual: str | None = None, record: int | None = None, type: int | None = None,
        idc: int | None = None, field: int | None = None, subfield: int | None = None, item: int | None = None,
    ) -> None:  # fmt: skip
        where = Location(offset, length, record, type, idc, field, subfield, item)
        self.out.findings.append(Finding(code, message, where, expected=expected, actual=actual))

    def _gap(self, start: int, end: int, index: int | None = None) -> None:
        index = len(self.out.spans) if index is None else index
        start = self.out.gaps.get(index, (start, end))[0]
        self.out.gaps[index] = (start, end)

    def _gap_after(self, index: int) -> int:
        """How many bytes after this record belong to none."""
        start, end = self.out.gaps.get(index, (0, 0))
        return end - start


_MAGIC = (
    (b"<", "XML or HTML of another kind"),
    (b"\xef\xbb\xbf<", "XML or HTML of another kind"),
    (b"\xff\xa0", "a bare WSQ image"),
    (b"\xff\xd8", "a bare JPEG image"),
    (b"\x89PNG", "a bare PNG image"),
    (b"\0\0\0\x0cjP", "a bare JPEG 2000 image"),
    (b"\xff\x4f\xff\x51", "a bare JPEG 2000 codestream"),
    (b"FMR\0", "an ISO finger minutiae record"),
    (b"PK\3\4", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "a PDF file"),
)
