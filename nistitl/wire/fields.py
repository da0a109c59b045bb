"""A tagged record as raw fields: split at GS, in the order they came, nothing interpreted."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from nistitl.wire.grammar import FS, GS, Key, Keys, Layout, find_data_tag, keys_of

if TYPE_CHECKING:
    from mmap import mmap

Raw = bytes | memoryview
Part = tuple[bytes, bytes, Raw]  # tag, b":" (empty when there was none), value
_MOST_LAYOUTS, _MOST_TAGS = 32, 128  # hostile input must not grow what is kept without end
_LONG = 1 << 16  # bytes of a record from which on its fields are long, too: those of minutiae


class Fields:
    """The raw fields of one record.

    `parts` keeps every field in order, as it was spelled. `index` gives the place of the first
    field with a number; fields whose tag names another record type stand under (type, number).
    """

    __slots__ = ("_offsets", "index", "layout", "parts", "separator", "terminator", "touched")

    def __init__(
        self,
        parts: list[Part],
        index: dict[Key | None, int],
        terminator: bytes,
        separator: int = 1,
        layout: Layout | None = None,
    ) -> None:
        self.layout = layout
        self.touched = 0  # how many values were asked for one by one
        self.separator = separator  # how many bytes stand between two fields
        self.parts = parts
        self.index = index
        self.terminator = terminator
        self._offsets: list[int] | None = None

    def raw(self, key: Key) -> Raw | None:
        """The content of the first field with this number, or None."""
        at = self.index.get(key)
        return None if at is None else self.parts[at][2]

    def offset(self, at: int) -> int:
        """Where the content of part `at` begins, counted from the start of the record."""
        if self._offsets is None:
            sizes = (len(tag) + len(colon) + len(raw) + self.separator for tag, colon, raw in self.parts)
            self._offsets = list(accumulate(sizes, initial=0))
        tag, colon, _ = self.parts[at]
        return self._offsets[at] + len(tag) + len(colon)


def split(data: bytes | mmap, start: int, end: int, record_type: int) -> Fields:
    """Split the tagged record at data[start:end]; the content of field 999 stays a view of `data`."""
    terminated = data[end - 1 : end] == FS and end > start
    stop = end - 1 if terminated else end
    # Only what comes before the tag of field 999 is text; its content may hold every separator.
    data_tag = find_data_tag(data, start, stop, record_type)
    text = data[start : data_tag[0] - 1 if data_tag else stop]
    pieces = text.split(GS) if len(text) < _LONG else _found_pieces(text)
    parts: list[Part] = [piece.partition(b":") for piece in pieces]
    if data_tag:
        tag_start, content = data_tag
        parts.append((data[tag_start : content - 1], b":", memoryview(data)[content:stop]))
    layout = _layout_of(parts, keys_of(record_type))
    return Fields(parts, layout.index, FS if terminated else b"", 1, layout)


def _found_pieces(text: bytes) -> list[bytes]:
    """What `split` gives, which looks at every byte; `find` takes a tenth of its time where fields are long."""
    pieces, at = [], 0
    while (end := text.find(GS, at)) >= 0:
        pieces.append(text[at:end])
        at = end + 1
    return [*pieces, text[at:]]


def _layout_of(parts: list[Part], keys: Keys) -> Layout:
    """The place of the first part of each key; kept, as most records of a type have the same fields."""
    tags = tuple([part[0] for part in parts])
    layout = keys.layouts.get(tags)
    if layout is None:
        layout = Layout(_index_of(tags, keys))
        if len(keys.layouts) < _MOST_LAYOUTS and len(tags) < _MOST_TAGS and None not in layout.index:
            keys.layouts[tags] = layout
    return layout


def _index_of(tags: tuple[bytes, ...], keys: Keys) -> dict[Key | None, int]:
    found = [keys[tag] for tag in tags]
    index = dict(zip(found, range(len(found)), strict=True))
    if len(index) < len(found):  # a field stands twice: its first place counts
        index = {found[at]: at for at in range(len(found) - 1, -1, -1)}
    return index


def join(parts: list[Part], terminator: bytes, separator: bytes = GS) -> bytes:
    """The bytes of a record from its raw fields."""
    return separator.join([b"".join(part) for part in parts]) + terminator
