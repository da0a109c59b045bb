"""Runs of like elements, siblings of one layout that differ in nothing but their texts, read by columns.

Strategy: of each run the first element stays where it stands and is read as any other. Those behind it are cut out and
matched by a pattern, which is made of the tags of the first. What each text of the first was read as, so are the texts
at the same place in the others. Where anything is otherwise than expected, the record is read without all this.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nistitl.xml.scanning import canonical
from nistitl.xml.tables import ElementRow, known_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from mmap import mmap

    from nistitl.xml.scanning import Scope
    from nistitl.xml.tree import Node

MANY = 16  # elements of a run
_MANY_TAGS = 512  # of a record, two an element, below which no runs are looked for
_LONG = 1 << 12  # bytes of an element, above which it is read by itself
_MOST_MISSES = 8  # of places where elements of a name looked like a run and were none: input may be hostile
_NEXT_OF_SAME = re.compile(rb"</([^\s<>/]+)>(\s*)<\1>")
_TAG = re.compile(rb"<(/?)([^\s<>/&\"'!?]+)>([^<]*)")
_TEXT = rb"([^<&\r\n]*)"


class Run(NamedTuple):
    """Elements behind one of the same layout: the texts at each place of it, element by element."""

    columns: list[list[str]]

    def by_place(self, first: Node) -> dict[int, list[str]]:
        """The texts by where the element begins that holds the one in the first."""
        return dict(zip((node.start for node in first.walk() if not node.children), self.columns, strict=True))


class Cut(NamedTuple):
    """A record without its runs: what is left, and the runs by where the element before each begins in that."""

    data: bytes
    runs: dict[int, Run]


def cut(
    data: bytes | mmap, start: int, end: int, table: ElementRow, scope: Scope, prefixes: dict[str, str]
) -> Cut | None:
    """The record at data[start:end] without its runs; None where it has none."""
    wanted = _names(table)
    if not wanted or data[start:end].count(b"<") < _MANY_TAGS:
        return None

    @lru_cache(maxsize=256)
    def is_wanted(name: bytes) -> bool:
        return known_as(canonical(name.decode("utf-8", "replace"), scope, prefixes)) in wanted

    kept: list[bytes] = []
    runs: dict[int, Run] = {}
    size = 0
    for first, begin, stop, columns in _runs(data, start, end, is_wanted):
        kept.append(data[start:begin])
        runs[size + first - start] = Run(columns)
        size += begin - start
        start = stop
    return Cut(b"".join([*kept, data[start:end]]), runs) if runs else None


def _runs(
    data: bytes | mmap, start: int, end: int, is_wanted: Callable[[bytes], bool]
) -> Iterator[tuple[int, int, int, list[list[str]]]]:
    """Of each run where the element before it begins, where it begins and ends itself, and its texts."""
    misses: Counter[bytes] = Counter()
    at = start
    while again := _NEXT_OF_SAME.search(data, at, end):
        at = again.end()
        if misses[again[1]] > _MOST_MISSES or not is_wanted(again[1]):
            continue
        begin = again.end(1) + 1
        first = data.rfind(b"<%b>" % again[1], max(begin - _LONG, start), begin)
        layout = _layout(data[first:begin]) if first >= 0 else None
        rows, stop = _matched(_pattern(again[2], layout), data, begin, end) if layout is not None else ([], begin)
        if len(rows) < MANY:
            misses[again[1]] += 1
            continue
        columns = (b"\0".join(column) for column in zip(*rows, strict=True))
        yield first, begin, stop, [column.decode("utf-8", "surrogateescape").split("\0") for column in columns]
        start = at = stop


def _matched(pattern: re.Pattern[bytes], data: bytes | mmap, at: int, end: int) -> tuple[list[tuple[bytes, ...]], int]:
    """The texts of elements one behind another, and where the last of them ends."""
    rows: list[tuple[bytes, ...]] = []
    match = pattern.match
    while found := match(data, at, end):
        rows.append(found.groups())
        at = found.end()
    return rows, at


def _layout(element: bytes) -> tuple[bytes, ...] | None:
    """What stands between the texts of an element; None where there is more in it than plain tags and text."""
    pieces: list[bytes] = []
    open_names: list[bytes] = []
    at = piece = 0
    inner = -1  # where the text of the element begins that was opened last
    for tag in _TAG.finditer(element):
        if tag.start() != at or (at and not open_names):
            return None
        at = tag.end()
        if not tag[1]:
            open_names.append(tag[2])
            inner = tag.start(3)
            continue
        if not open_names or open_names.pop() != tag[2]:
            return None
        if inner >= 0:
            pieces.append(element[piece:inner])
            piece, inner = tag.start(), -1
    if at != len(element) or open_names or not pieces:
        return None
    pieces.append(element[piece:])
    return tuple(pieces)


@lru_cache(maxsize=64)
def _pattern(margin: bytes, layout: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """What an element of this layout matches, with the blanks before it."""
    return re.compile(re.escape(margin) + _TEXT.join(map(re.escape, layout)))


@lru_cache(maxsize=256)
def by_column(table: ElementRow) -> frozenset[ElementRow]:
    """The rows of a table whose elements are a subfield each, and hold all of their field and of no other one."""
    told = Counter(row.field for row in table.walk())
    guests = {field for row in table.walk() for field, _ in row.guests}
    rows = (row for row in _outermost(table) if row.field not in guests)
    return frozenset(row for row in rows if _by_itself(row, told[row.field]))


@lru_cache(maxsize=256)
def _names(table: ElementRow) -> frozenset[str]:
    return frozenset(known_as(row.name) for row in by_column(table))


def _outermost(row: ElementRow) -> Iterator[ElementRow]:
    """Subfields that lie in nothing but containers, and have a name of their own among those beside them."""
    for rows in row.by_name.values():
        for child in rows:
            if child.field is None and not child.rest:
                yield from _outermost(child)
            elif child.subfield and len(rows) == 1:
                yield child


def _by_itself(row: ElementRow, told: int) -> bool:
    """True where all of its field stands in this row, and nothing of another one."""
    inner = [*row.walk()]
    items = [one for one in inner if one.field is not None]
    simple = row.many and row.when is None and not row.hosts and not row.spelling.binary and row.spelling.pack is None
    return (
        simple
        and len(items) == told - 1
        and all(one.field == row.field and one.item is not None for one in items)
        and not any(one.rest or one.guests for one in inner)
    )
