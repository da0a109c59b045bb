"""The separators, and what a tag looks like. Annex B of ANSI/NIST-ITL 1-2011 (traditional encoding).

Tags are compared as numbers and kept as they came: `1.01:`, `1.2:` and `2.999999999:` are all tags.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mmap import mmap

FS = b"\x1c"  # ends a tagged record
GS = b"\x1d"  # between fields
RS = b"\x1e"  # between subfields
US = b"\x1f"  # between information items
STX = b"\x02"  # opens an inline change of character set (2000, 2007)
ETX = b"\x03"  # closes it

FILLING = b"\0 \r\n\x1a"  # what transfer puts between, before and behind records: line ends, zeros
PADDING = FILLING + FS  # the same, and an FS too many
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # of UTF-8, which no separator follows
RESERVED = frozenset(b"\x02\x03\x1c\x1d\x1e\x1f")
DATA = 999  # the field whose content is binary to the end of the record
WITHOUT_DATA = frozenset({1, 2, 9, 98})  # record types that are text throughout, their 999 included
BINARY_TYPES = frozenset(range(3, 9))  # fixed layout, no tags, no separators
MAX_FIELD = 999_999_999

TAG = re.compile(rb"(\d{1,9})\.(\d{1,9})")

Key = int | tuple[int, int]


class Layout:
    """What all records with the same tags share.

    `heads` is the tag of each field, with its colon; `index` the place of the first field of each key.
    """

    __slots__ = ("binary", "heads", "index", "match", "met", "plan")

    def __init__(self, heads: tuple[bytes, ...], index: dict[Key | None, int]) -> None:
        self.heads = heads
        self.index = index
        self.plan: Any = None  # how the record type fills its slots of it, once it has met it
        self.met = 0  # how often
        self.match: Any = None  # what matches such records, once they were met often
        self.binary = False  # then: whether their last field is binary


class Keys(dict[bytes, "Key | None"]):
    """Tag bytes -> field number; (type, number) when the tag is of another record type; None if no tag."""

    def __init__(self, record_type: int) -> None:
        super().__init__()
        self.record_type = record_type
        self.layouts: dict[tuple[bytes, ...], Layout] = {}  # by heads
        self.frequent: list[Layout] = []  # those that have a pattern, the last one that matched first
        self.find_data = (  # with as many zeros as TAG may have
            None if record_type in WITHOUT_DATA else re.compile(rb"\x1d0{0,7}%d\.0{0,6}999:" % record_type).search
        )

    def __missing__(self, tag: bytes) -> Key | None:
        match = TAG.fullmatch(tag)
        if match is None:
            return None
        record_type, number = int(match[1]), int(match[2])
        key = number if record_type == self.record_type else (record_type, number)
        if len(self) < 4096:  # hostile input must not grow it without end
            self[tag] = key
        return key


_KEYS: dict[int, Keys] = {}


def keys_of(record_type: int) -> Keys:
    """The tag dictionary of a record type."""
    keys = _KEYS.get(record_type)
    if keys is None:
        keys = _KEYS[record_type] = Keys(record_type)
    return keys


def find_data_tag(data: bytes | mmap, start: int, end: int, record_type: int) -> tuple[int, int] | None:
    """Where the tag of field 999 stands (after its GS) and where its content begins, or None."""
    find = keys_of(record_type).find_data
    match = find(data, start, end) if find is not None else None
    return (match.start() + 1, match.end()) if match else None


def swallowed_tag(record_type: int, content: bytes) -> tuple[int, str] | None:
    """Where a field's content holds what looks like the next tag, its separator lost: (place, tag)."""
    match = _tag_inside(record_type).search(content)
    return (match.start(), match[0].decode()) if match and match.start() else None


@cache
def _tag_inside(record_type: int) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\d.])%d\.\d{3,9}:" % record_type)


def swallowed_in(record_type: int, record: bytes | memoryview) -> int | None:
    """Where in a whole record a tag stands that no separator precedes, the first tag aside."""
    match = _tag_after_anything(record_type).search(record, 1)
    return match.start() if match else None


@cache
def _tag_after_anything(record_type: int) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\d.\x1d])%d\.\d{3,9}:" % record_type)
