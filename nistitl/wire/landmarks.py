"""What the beginning of a record looks like in damaged data, and where the next one is."""

from __future__ import annotations

import re
from struct import Struct
from typing import TYPE_CHECKING

from nistitl.wire.framing import BINARY_LEN, HEADER, TYPE_1
from nistitl.wire.grammar import BINARY_TYPES, FILLING, FS, PADDING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from nistitl.wire.content import ContentField

TYPE_1_HEAD = re.compile(TYPE_1)
# a tagged record surely begins here: type, LEN
TAGGED_HEAD = re.compile(rb"(0?[129]|[1-9]\d)\.0{0,8}1:(\d{1,18})\x1d\1\.0{0,8}2:")
UNREADABLE_LEN = re.compile(rb"(\d{1,2})\.0{0,8}1:?([^\x1c\x1d]{0,32})(?=[\x1c\x1d])")
BINARY_HEADER = {3: 18, 4: 18, 5: 18, 6: 18, 7: 5, 8: 12}  # bytes up to the content
_BINARY_HEADS = {  # LEN, IDC, IMP, FGP, ISR; LEN, IDC; LEN, IDC, SIG, SRT, ISR
    18: rb"(?s)(?!\0\0\0[\0-\x11])(?=[\x00-\x0f]...%b[\x00-\x3c][\x00-\x0f\xff]{6}[\x00\x01])",
    5: rb"(?s)(?!\0\0\0[\0-\x04])(?=[\x00-\x0f]...%b)",
    12: rb"(?s)(?!\0\0\0[\0-\x0b])(?=[\x00-\x0f]...%b[\x00-\x02]{2}[\x00\x01])",
}
_RUN = re.compile(b"[%b]*" % re.escape(PADDING))
_FILLING = re.compile(b"[%b]*" % re.escape(FILLING))
_DEPTH = {3: 8, 4: 8, 5: 1, 6: 1}  # bits a pixel, where nothing is compressed
_SIZE = Struct(">HH")  # HLL and VLL
_CLOSING_MARKS = (b"\xff\xa1", b"\xff\xd9", b"IEND\xaeB`\x82")  # of WSQ, of JPEG and JPEG 2000, of PNG
_DIGITS = range(ord("0"), ord("9") + 1)
_MOST_SEARCHES = 8
_FEW = 16  # stray bytes before a record, padding aside, that are looked through one by one


class Landmarks:
    """Where records begin, as far as bytes and CNT can tell.

    Searches remember what they found, or are bounded, so that hostile input cannot make framing quadratic.
    `index` is that of the entry of CNT that the record should have.
    """

    def __init__(self, data: bytes | mmap, stop: int, content: ContentField) -> None:
        self.data = data
        self.stop = stop
        self.content = content
        self._type_1_at = -1  # the last Type-1 that was looked for
        self._tagged_at = -1  # the last record with a tag that was looked for
        self._searched = 0  # bytes searched for binary records
        self._run = (0, 0)  # the padding that was looked through last

    def may_begin(self, pos: int, index: int) -> bool:
        """A quick look: may a record begin here (or the data end)?"""
        if pos >= self.stop:
            return pos == self.stop
        more = index < len(self.content.entries)
        return self.data[pos] in _DIGITS or not more or self.content.entries[index][0] in BINARY_TYPES

    def begins(self, pos: int, index: int) -> bool:
        """A long look: does a record surely begin here?"""
        if TAGGED_HEAD.match(self.data, pos, self.stop):
            return True
        kind, idc = self.content.expected(index)
        if kind in BINARY_TYPES:
            return self.binary_begins(pos, kind, idc)
        match = HEADER.match(self.data, pos)  # of the type that CNT names, its IDC somewhere else
        return match is not None and int(match[1]) == kind

    def stray_digit(self, pos: int) -> bool:
        """Does a digit stand here that is none of the tag behind it: not 42.001, but a 4 and a record of Type-2?

        A 0 may be the tag's, 02.001; it is none where LEN leads to FS without it only.
        """
        if pos + 1 >= self.stop or self.data[pos] not in _DIGITS or self.data[pos + 1] not in _DIGITS:
            return False
        head = TAGGED_HEAD.match(self.data, pos + 1, self.stop)
        if head is None or self.data[pos] != _DIGITS[0]:
            return head is not None
        end = pos + int(head[2])
        return self.data[end - 1 : end + 1].rfind(FS) == 1

    def after_strays(self, pos: int, index: int) -> int | None:
        """Where the next record begins, behind padding and a few bytes; None where it begins here, or nowhere near."""
        if pos >= self.stop or self.chained(pos, index):
            return None
        kind, idc = self.content.expected(index)
        begins = self.begins(pos, index)
        if kind not in BINARY_TYPES:
            return None if begins else next((at for at in self._near(pos) if self.begins(at, index)), None)
        near = [at for at in self._near(pos) if self.binary_begins(at, kind, idc)]
        chained = next((at for at in near if self.chained(at, index)), None)
        if chained is not None or begins:  # five bytes look like a short header by chance
            return chained
        if not near and not self._leads_on(pos, kind, index):  # another IDC than CNT names
            near = [at for at in self._near(pos) if self._leads_on(at, kind, index)]
        return near[0] if near else self._tagged_after(pos, idc)

    def _tagged_after(self, pos: int, idc: int | None) -> int | None:
        """Where a record with a tag surely begins behind a few bytes that are no binary record, not even one cut."""
        at = next((at for at in self._near(pos) if TAGGED_HEAD.match(self.data, at, self.stop)), None)
        if at is None or at - pos <= BINARY_LEN.size:
            return at
        cut = BINARY_LEN.unpack_from(self.data, pos)[0] == at - pos or self.data[pos + 4] == idc
        return None if cut else at

    def _near(self, pos: int) -> Iterator[int]:
        """The places behind `pos` and behind the padding that begins there; LEN may begin with bytes that look so."""
        end = self.padding_end(pos)
        yield from range(pos + 1, min(pos + _FEW + 1, self.stop))
        if end > pos + _FEW:
            yield from range(max(pos + _FEW + 1, end - BINARY_HEADER[4]), min(end + _FEW + 1, self.stop))

    def padding_end(self, pos: int) -> int:
        """Where the padding ends that begins here; looked through once."""
        start, end = self._run
        if not start <= pos < end:
            match = _RUN.match(self.data, pos, self.stop)
            self._run = pos, end = pos, match.end() if match else pos
        return end

    def chained(self, pos: int, index: int) -> bool:
        """Does the LEN of a binary record here lead on, whatever else is wrong with its header?"""
        kind, idc = self.content.expected(index)
        return kind in BINARY_TYPES and self._leads_on(pos, kind, index) and self.data[pos + 4] == idc

    def _leads_on(self, pos: int, kind: int, index: int) -> bool:
        """Does the LEN of a binary record here lead to the next record, or to the end of the data?"""
        if pos + BINARY_HEADER[kind] > self.stop:
            return False
        end = pos + BINARY_LEN.unpack_from(self.data, pos)[0]
        if not pos + BINARY_HEADER[kind] <= end <= self.stop:
            return False
        return self._next_begins(end, index + 1) or self._fits(end, index + 1)

    def _next_begins(self, pos: int, index: int) -> bool:
        """Does the next record surely begin here, or where padding ends, or do the data?"""
        if pos == self.stop or self.begins(pos, index):
            return True
        end = self.padding_end(pos)
        if end == self.stop:
            return True
        return any(self.begins(at, index) for at in range(max(pos, end - BINARY_LEN.size), end + 1))

    def begins_behind_filling(self, pos: int, index: int) -> bool:
        """Does the next record surely begin here, or do the data end, but for padding that holds no FS?"""
        match = _FILLING.match(self.data, pos, self.stop)
        end = match.end() if match else pos
        places = range(max(pos, end - BINARY_LEN.size), end + 1)  # LEN of a binary record may begin with NUL
        return end == self.stop or any(self.begins(at, index) for at in places)

    def _fits(self, pos: int, index: int) -> bool:
        """Has a binary record here the IDC that CNT names, and does it end before the data do?"""
        kind, idc = self.content.expected(index)
        if kind not in BINARY_TYPES or pos + BINARY_HEADER[kind] > self.stop or self.data[pos + 4] != idc:
            return False
        return bool(BINARY_HEADER[kind] <= BINARY_LEN.unpack_from(self.data, pos)[0] <= self.stop - pos)

    def is_expected(self, pos: int, index: int) -> bool:
        """Does the very record begin here that CNT expects, and could it not be the one after that?"""
        entry = self.content.expected(index)
        if entry[0] in BINARY_TYPES:
            return self.binary_begins(pos, *entry)
        match = HEADER.match(self.data, pos)
        if match is None or match[3] is None or pos >= self.stop:
            return False
        return (int(match[1]), int(match[3])) == entry != self.content.expected(index + 1)

    def expected_after(self, pos: int, index: int) -> bool:
        """Does the record that CNT expects begin further on, right behind an FS?"""
        at = self.next_tagged(pos)
        return at < self.stop and self.data[at - 1] == FS[0] and self.is_expected(at, index)

    def binary_begins(self, pos: int, kind: int | None, idc: int | None) -> bool:
        """Do these bytes look like the header of such a binary record, with this IDC if one is given?"""
        header = BINARY_HEADER.get(kind or 4, 18)
        if pos + header > self.stop:
            return False
        size = BINARY_LEN.unpack_from(self.data, pos)[0]
        if not header <= size <= self.stop - pos or (idc is not None and self.data[pos + 4] != idc):
            return False
        return header != 18 or plausible_header(self.data[pos : pos + header], 4)

    def plausible(self, pos: int, kind: int, idc: int | None) -> bool:
        """May the header of such a binary record stand here, with this IDC if it is given, whatever LEN is?"""
        return plausible_header(self.data[pos : pos + BINARY_HEADER[kind]], kind) and idc in (None, self.data[pos + 4])

    def closed(self, kind: int, start: int, end: int) -> bool:
        """Does the content of a binary record say itself that it ends here?"""
        return closes(self.data, kind, start, end)

    def next_type_1(self, pos: int) -> int:
        """Where the next Type-1 record begins, the end of the data when there is none; searched once."""
        if self._type_1_at < pos:
            match = TYPE_1_HEAD.search(self.data, pos, self.stop)
            self._type_1_at = match.start() if match else self.stop
        return self._type_1_at

    def next_tagged(self, pos: int) -> int:
        """Where the next record with a tag begins, searched from `pos`; the end of the data when none does."""
        if self._tagged_at < pos:
            match = TAGGED_HEAD.search(self.data, pos, self.stop)
            self._tagged_at = match.start() if match else self.stop
        return self._tagged_at

    def next_binary(self, pos: int, limit: int, index: int) -> int | None:
        """Where the binary record that CNT expects begins, searched up to `limit`; None when nowhere."""
        kind, idc = self.content.expected(index)
        if kind not in (3, 4, 5, 6):
            return None
        places = self._headers(pos, limit, kind, idc)
        return next((at for at in places if self.binary_begins(at, kind, idc)), None)

    def sure_binary(self, pos: int, limit: int, index: int) -> int | None:
        """The same of one whose LEN leads on, or to where its content says that it ends."""
        kind, idc = self.content.expected(index)
        if kind not in BINARY_TYPES:
            return None
        for at in self._headers(pos, limit, kind, idc):
            if self.binary_begins(at, kind, idc):
                end = at + BINARY_LEN.unpack_from(self.data, at)[0]
                if self._next_begins(end, index + 1) or self.closed(kind, at, end):
                    return at
        return None

    def _headers(self, pos: int, limit: int, kind: int, idc: int | None) -> Iterator[int]:
        """Where the header of a binary record may stand; nowhere, once too much was searched."""
        if idc is None or idc > 255 or self._searched > _MOST_SEARCHES * self.stop:
            return
        self._searched += limit - pos
        pattern = re.compile(_BINARY_HEADS[BINARY_HEADER[kind]] % re.escape(bytes([idc])))
        for match in pattern.finditer(self.data, pos, limit):
            yield match.start()
            self._searched += _FEW
            if self._searched > _MOST_SEARCHES * self.stop:
                return


def plausible_header(header: bytes, kind: int) -> bool:
    """May these bytes be the header of a binary record, whatever LEN is? Text and padding may not."""
    if len(header) < BINARY_HEADER[kind] or not header.strip(PADDING):
        return False
    if BINARY_HEADER[kind] == 18:
        return header[12] <= 1 and header[5] <= 60 and header[17] <= 12
    return kind != 8 or (max(header[5:7]) <= 2 and header[7] <= 1)


def closes(data: bytes | mmap, kind: int, start: int, end: int) -> bool:
    """Does the content of a binary record say itself that it ends here: by as many raw pixels, or a closing mark?"""
    if kind in _DEPTH and data[start + 17] == 0:
        width, height = _SIZE.unpack_from(data, start + 13)
        return bool(end - start - BINARY_HEADER[kind] == (width * height * _DEPTH[kind] + 7) // 8)
    return data[max(start, end - 8) : end].endswith(_CLOSING_MARKS)
