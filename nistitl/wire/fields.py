"""A tagged record as raw fields: split at GS, in the order they came, nothing interpreted.

Most records of a type have the same tags in the same order, their layout. One that was met often gets a
pattern: to match it takes less than half the time of splitting a record and looking at each of its tags.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from nistitl.wire.grammar import DATA, FS, GS, Key, Keys, Layout, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from mmap import mmap

Raw = bytes | memoryview
Part = tuple[bytes, bytes, Raw]  # tag, b":" (empty when there was none), value
_MOST_LAYOUTS, _MOST_TAGS = 32, 128  # hostile input must not grow what is kept without end
_OFTEN, _MOST_FREQUENT = 64, 3  # when a layout gets a pattern, and how many of a type have one
_SHORT, _LONG = 1 << 13, 1 << 16  # bytes of a record; from the latter on its fields are long, too: those of minutiae


class Fields:
    """The raw fields of one record.

    `raws` is the content of every field, in order, `layout.heads` the tag of each as it was spelled. `index` gives
    the place of the first field with a number; fields whose tag names another record type stand under (type, number).
    """

    __slots__ = ("_offsets", "index", "layout", "raws", "separator", "terminator", "touched")

    def __init__(self, raws: Sequence[Raw], layout: Layout, terminator: bytes, separator: int = 1) -> None:
        self.raws = raws
        self.layout = layout
        self.index = layout.index
        self.terminator = terminator
        self.separator = separator  # how many bytes stand between two fields
        self.touched = 0  # how many values were asked for one by one
        self._offsets: list[int] | None = None

    @classmethod
    def of(cls, parts: list[Part], index: dict[Key | None, int], terminator: bytes = FS, separator: int = 1) -> Fields:
        """Fields that come in parts."""
        heads = tuple([tag + colon for tag, colon, _ in parts])
        return cls([raw for _, _, raw in parts], Layout(heads, index), terminator, separator)

    @property
    def parts(self) -> list[Part]:
        """Every field in order: tag, colon and content."""
        heads = [(head[:-1], b":") if head[-1:] == b":" else (head, b"") for head in self.layout.heads]
        return [(*head, raw) for head, raw in zip(heads, self.raws, strict=True)]

    def raw(self, key: Key) -> Raw | None:
        """The content of the first field with this number, or None."""
        at = self.index.get(key)
        return None if at is None else self.raws[at]

    def offset(self, at: int) -> int:
        """Where the content of the field that has this place begins, counted from the start of the record."""
        if self._offsets is None:
            fields = zip(self.layout.heads, self.raws, strict=True)
            sizes = (len(head) + len(raw) + self.separator for head, raw in fields)
            self._offsets = list(accumulate(sizes, initial=0))
        return self._offsets[at] + len(self.layout.heads[at])


def split(data: bytes | mmap, start: int, end: int, record_type: int) -> Fields:
    """Split the tagged record at data[start:end]; the content of field 999 stays a view of `data`."""
    terminated = data[end - 1 : end] == FS and end > start
    stop = end - 1 if terminated else end
    keys = keys_of(record_type)
    short = keys.find_data is not None or stop - start < _SHORT  # a pattern looks at every byte of the text
    for layout in keys.frequent if short else ():
        match = layout.match(data, start, stop)
        if match is not None:
            if layout is not keys.frequent[0]:
                keys.frequent = [layout, *(other for other in keys.frequent if other is not layout)]
            raws = match.groups()
            if layout.binary:
                raws = (*raws[:-1], memoryview(data)[match.end() : stop])
            return Fields(raws, layout, FS if terminated else b"")
    return _split(data, start, stop, keys, FS if terminated else b"")


def _split(data: bytes | mmap, start: int, stop: int, keys: Keys, terminator: bytes) -> Fields:
    """What `split` gives for a record of any layout."""
    # Only what comes before the tag of field 999 is text; its content may hold every separator.
    tag = keys.find_data(data, start, stop) if keys.find_data is not None else None
    text = data[start : stop if tag is None else tag.end()]
    pieces = text.split(GS) if len(text) < _LONG else _found_pieces(text)
    parts = [piece.partition(b":") for piece in pieces]
    raws: list[Raw] = [raw for _, _, raw in parts]
    if tag is not None:
        raws[-1] = memoryview(data)[tag.end() : stop]
    return Fields(raws, _layout_of(parts, keys), terminator)


def _found_pieces(text: bytes) -> list[bytes]:
    """What `split` gives, which looks at every byte; `find` takes a tenth of its time where fields are long."""
    pieces, at = [], 0
    while (end := text.find(GS, at)) >= 0:
        pieces.append(text[at:end])
        at = end + 1
    return [*pieces, text[at:]]


def _layout_of(parts: list[tuple[bytes, bytes, bytes]], keys: Keys) -> Layout:
    """The layout of these fields; kept, as most records of a type have the same."""
    heads = tuple([tag + colon for tag, colon, _ in parts])
    layout = keys.layouts.get(heads)
    if layout is None:
        layout = Layout(heads, _index_of([tag for tag, _, _ in parts], keys))
        if len(heads) < _MOST_TAGS and None not in layout.index:
            if len(keys.layouts) >= _MOST_LAYOUTS:
                keys.layouts.clear()
            keys.layouts[heads] = layout
    layout.met += 1
    if layout.met == _OFTEN and all(head[-1:] == b":" for head in heads):
        at = layout.index.get(DATA) if keys.find_data is not None else None
        if at is not None and not 0 < at == len(heads) - 1:
            return layout  # a record that begins with field 999: it is text there, and what follows may be binary
        layout.binary = at is not None
        layout.match = _pattern(layout)
        keys.frequent = [layout, *keys.frequent[: _MOST_FREQUENT - 1]]
    return layout


def _pattern(layout: Layout) -> Callable[..., re.Match[bytes] | None]:
    """What matches a record of this layout, a group for each field; up to the binary content, if it has any."""
    fields = [re.escape(head) + rb"([^\x1d]*+)" for head in layout.heads]
    if not layout.binary:
        return re.compile(GS.join(fields)).fullmatch
    fields[-1] = re.escape(layout.heads[-1]) + b"()"
    return re.compile(GS.join(fields)).match


def _index_of(tags: list[bytes], keys: Keys) -> dict[Key | None, int]:
    found = [keys[tag] for tag in tags]
    index = dict(zip(found, range(len(found)), strict=True))
    if len(index) < len(found):  # a field stands twice: its first place counts
        index = {found[at]: at for at in range(len(found) - 1, -1, -1)}
    return index


def join(parts: list[Part], terminator: bytes, separator: bytes = GS) -> bytes:
    """The bytes of a record from its raw fields."""
    return separator.join([b"".join(part) for part in parts]) + terminator
