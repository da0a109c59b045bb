"""Where the records of a transaction lie, and the quick walk over those that LEN and CNT agree on."""

from __future__ import annotations

import re
from struct import Struct
from typing import TYPE_CHECKING

from nistitl.base.findings import Finding, Location
from nistitl.wire.grammar import BINARY_TYPES, FS, RS, US

if TYPE_CHECKING:
    from mmap import mmap

    from nistitl.wire.fields import Fields

Span = tuple[int, int, int]  # record type, start, end
ContentEntry = tuple[int | None, int | None]  # record type and IDC, as CNT names them; None where one is no number
SpelledEntry = tuple[int | None, int | None, bytes, bytes]  # the same, and how a record would spell each

HEADER = re.compile(  # type, LEN, IDC
    rb"(\d{1,2})\.0{0,8}1:(\d{1,18})(?:\x1d(?:\1\.0{0,8}2:(\d{1,5})[\x1c\x1d])?|\x1c)"
)
TYPE_1 = rb"1\.0{0,8}1:\d{1,18}\x1d1\.0{0,8}2:"  # a transaction surely begins here; compiled when first met
BINARY_LEN = Struct(">I")
_SHORTEST_BINARY = 18  # bytes: the quick walk leaves Types 7 and 8 that are shorter to the scanner
_FS = FS[0]
_MOST_KNOWN, _SHORT = 256, 512  # contents of CNT that are kept, and the bytes of one


class Framing:
    """Where the records of a transaction lie, and what had to be forgiven.

    `gaps` holds bytes between records that belong to none, by the index of the record before them.
    `start` and `end` are where the first record begins and the last one ends, `stop` where the bytes end that are this
    transaction's: at the next one, or with the data.
    """

    __slots__ = ("end", "findings", "gaps", "header", "spans", "start", "stop")

    def __init__(self, spans: list[Span], start: int = 0, end: int = 0) -> None:
        self.spans = spans
        self.start = start
        self.end = self.stop = end
        self.findings: list[Finding] = []
        self.gaps: dict[int, tuple[int, int]] = {}
        self.header: Fields | None = None  # the fields of Type-1, where finding CNT took splitting them

    def report(
        self, code: str, message: str, offset: int, length: int, *,
        expected: str | None = None, actual: str | None = None, record: int | None = None, type: int | None = None,
        idc: int | None = None, field: int | None = None, subfield: int | None = None, item: int | None = None,
    ) -> None:  # fmt: skip
        """Add a finding at these bytes, which are of this record, field, subfield and item."""
        where = Location(offset, length, record, type, idc, field, subfield, item)
        self.findings.append(Finding(code, message, where, expected=expected, actual=actual))

    def add_gap(self, start: int, end: int, index: int) -> None:
        """Bytes after the record of this index belong to none; gaps that follow one another become one."""
        self.gaps[index] = (self.gaps.get(index, (start, end))[0], end)

    def gap_after(self, index: int) -> int:
        """How many bytes after the record of this index belong to none."""
        start, end = self.gaps.get(index, (0, 0))
        return end - start


def content_entry(subfield: bytes) -> ContentEntry:
    """One subfield of CNT as its two numbers."""
    pair = subfield.split(US)
    numbers = [int(text) if text.isdigit() and len(text) < 10 else None for text in pair[:2]]
    return numbers[0], numbers[1] if len(pair) == 2 else None


def _spelled(subfield: bytes) -> tuple[bytes, bytes]:
    """One subfield of CNT as a record would most likely spell its two numbers."""
    kind, _, idc = subfield.partition(US)
    return kind.lstrip(b"0"), idc


class _Contents(dict[bytes, tuple[bool, tuple[SpelledEntry, ...]]]):
    """The content of CNT -> whether it counts what it names, and what it names after Type-1."""

    def __missing__(self, raw: bytes) -> tuple[bool, tuple[SpelledEntry, ...]]:
        first, *others = raw.split(RS)
        entries = tuple([(*content_entry(subfield), *_spelled(subfield)) for subfield in others])
        content = content_entry(first) == (1, len(entries)), entries
        if len(raw) < _SHORT:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[raw] = content
        return content


CONTENTS = _Contents()


def follow_content(
    data: bytes | mmap, pos: int, stop: int, entries: tuple[SpelledEntry, ...], spans: list[Span]
) -> int:
    """Add the records that CNT names to `spans`, as long as LEN and IDC leave no doubt; where the next one begins.

    One function with no call that it can do without: it is most of what opening a transaction costs.
    """
    size_of, header = BINARY_LEN.unpack_from, HEADER.match
    for kind, idc, spelled, spelled_idc in entries:
        if kind in BINARY_TYPES:
            if pos + _SHORTEST_BINARY > stop or data[pos + 4] != idc:
                break
            end = pos + size_of(data, pos)[0]
            if end - pos < _SHORTEST_BINARY or end > stop:
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


def type_after(data: bytes | mmap, pos: int) -> int:
    """The type of the tagged record whose tag and LEN stand here; 0 where none does."""
    match = HEADER.match(data, pos)
    return int(match[1]) if match is not None else 0
