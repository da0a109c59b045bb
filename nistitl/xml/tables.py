"""The tables of elements: one text file per record type and vocabulary, in the order of the schema.

A table is an outline. Each line names an element, what it holds (a field `013`, an item `021.2`, a constant `=14`),
how its text is spelled, and when it is the one to write of several. The files say it all; this module reads them. The
format is told in `README.md` beside them.
"""

from __future__ import annotations

import re
from contextlib import suppress
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.resources import Resource, TextFile
from nistitl.xml.spelling import PLAIN, Spelling, spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FOLDER = Resource("nistitl.xml")
_COLUMNS = re.compile(r"\s{2,}")
_FEW_DIGITS = re.compile(r"[0-9]{1,18}")
_LABEL = re.compile(r"(\d{3,})(?:\.(\d+))?|([a-z]+)")


class TableError(ITLError, ValueError):
    """A table of elements cannot be read."""


@attrs.frozen(slots=True)
class When:
    """Which values of a field a row is for; of no field at all: for what the rows before it did not take."""

    field: int | None = None
    item: int = 1
    ranges: tuple[tuple[int, int], ...] = ()
    codes: frozenset[str] = frozenset()

    def holds(self, value: Callable[[int, int], str | None]) -> bool:
        """True where the record's field has one of the values; `value` gives an item of a field's first subfield."""
        if self.field is None:
            return True
        text = value(self.field, self.item)
        if text is None or not (self.ranges or self.codes):
            return text is not None
        if text in self.codes:
            return True
        return _FEW_DIGITS.fullmatch(text) is not None and any(low <= int(text) <= high for low, high in self.ranges)


@attrs.define(slots=True, eq=False)
class ElementRow:
    """An element, what it holds, and the elements inside it."""

    name: str
    many: bool = False
    field: int | None = None
    item: int | None = None
    guests: tuple[tuple[int, int], ...] = ()  # items of other fields that the text is, too
    part: str | None = None  # of an item that is spread over elements: x or y of a vertex
    constant: str | None = None
    rest: bool = False  # our own extension element, for fields that no other element can say
    spelling: Spelling = PLAIN
    when: When | None = None
    children: list[ElementRow] = attrs.field(factory=list)
    index: int = 0  # its place among its parent's rows
    by_name: dict[str, list[ElementRow]] = attrs.field(factory=dict)
    hosts: tuple[int, ...] = ()  # fields whose subfields stand here with the one that has the same key
    without: frozenset[int] = frozenset()  # of a record: fields that are left out, and told

    @property
    def leaf(self) -> bool:
        """True where the element holds text."""
        return not self.children

    @property
    def says_text(self) -> bool:
        """True where the element and its parts hold the text of one value."""
        if self.field is None or self.spelling.binary:
            return self.constant is not None
        return self.leaf or self.spelling.pack is not None

    @property
    def subfield(self) -> bool:
        """True where each occurrence is one subfield."""
        return self.field is not None and self.item is None

    def finish(self) -> None:
        """Number the children and find them by name."""
        self.by_name.clear()
        for at, row in enumerate(self.children):
            row.index = at
            self.by_name.setdefault(known_as(row.name), []).append(row)
            row.finish()
        self.hosts = tuple(field for row in self.children for field, _ in row.guests) if self.subfield else ()

    def row_of(self, name: str, nth: int = 0) -> ElementRow | None:
        """What the nth element of a name is: rows of one name stand for one occurrence after another."""
        rows = self.by_name.get(name)
        if rows is None:
            return None
        return rows[min(nth, len(rows) - 1)] if rows[0].when is None else rows[0]

    def has_room(self, name: str, nth: int) -> bool:
        """True where what the nth element of a name says goes into the record beside what those before it say."""
        rows = self.by_name[name]
        room = len(rows) if rows[0].when is None else 1  # of alternatives one stands there
        return nth < room or rows[-1].many or rows[-1].subfield or rows[-1].spelling.of_several

    def walk(self) -> Iterator[ElementRow]:
        """All rows below this one, in order."""
        for row in self.children:
            yield row
            yield from row.walk()


@cache
def _aliases() -> dict[str, str]:
    lines = (FOLDER / "aliases.txt").read_text("utf-8").splitlines()
    return dict(tuple(line.split()) for line in lines if line and line[0] != "#")  # type: ignore[misc]


def known_as(name: str) -> str:
    """The name by which an element is looked up: deprecated names are those that took their place."""
    return _aliases().get(name, name)


@cache
def record_types(vocabulary: str) -> dict[str, int]:
    """The record type of each record element."""
    types = {}
    for record_type in range(1, 100):
        with suppress(FileNotFoundError):
            lines = _file(vocabulary, record_type).read_text().splitlines()
            first = next(line for line in lines if line and line[0] != "#")
            types[_COLUMNS.split(first)[0]] = record_type
    return types


@cache
def table(vocabulary: str, record_type: int) -> ElementRow | None:
    """The table of a record type, None where the vocabulary has no such record."""
    file = _file(vocabulary, record_type)
    try:
        text = file.read_text()
    except FileNotFoundError:
        return None
    return read_table(text, file.parent / "common", file.name)


def _file(vocabulary: str, record_type: int) -> Resource:
    return FOLDER / vocabulary / f"type{record_type:02d}.txt"


def read_table(text: str, blocks: TextFile, name: str) -> ElementRow:
    """The rows of a table; TableError where a line cannot be read."""
    root = ElementRow("")
    _fill(root, text.splitlines(), blocks, name)
    top = root.children[0]
    top.finish()
    return top


def rows_of(lines: list[str], blocks: TextFile, name: str) -> ElementRow:
    """Rows that belong below a record element; `blocks` is the folder of those that they include."""
    root = ElementRow("")
    _fill(root, lines, blocks, name)
    root.finish()
    return root


def _fill(root: ElementRow, lines: Iterable[str], blocks: TextFile, name: str) -> None:
    open_rows: list[tuple[int, ElementRow]] = [(-1, root)]
    for number, line in enumerate(lines, 1):
        content = line.strip()
        if not content or content[0] == "#":
            continue
        depth = len(line) - len(line.lstrip(" "))
        while open_rows[-1][0] >= depth:
            open_rows.pop()
        parent = open_rows[-1][1]
        try:
            if content.startswith("> "):
                block = blocks / f"{content[2:].strip()}.txt"
                _fill(parent, block.read_text("utf-8").splitlines(), blocks, block.name)
                continue
            open_rows.append((depth, _row(parent, _COLUMNS.split(content))))
        except (ValueError, OSError) as error:
            raise TableError(f"{name}, line {number}: {error}") from None


def _row(parent: ElementRow, columns: list[str]) -> ElementRow:
    path, *rest = columns
    *outer, last = path.split("/")
    for name in outer:
        parent = _container(parent, name)
    many = last.endswith("*")
    when = next((_when(column) for column in rest if _is_when(column)), None)
    rest = [column for column in rest if not _is_when(column)]
    label, words = (*rest, "", "")[:2]
    if len(rest) > 2:
        raise ValueError(f"too many columns: {rest}")
    row = ElementRow(last.rstrip("*"), many, when=when, spelling=spelling(words))
    if label.startswith("="):
        row.constant = label[1:]
    elif label == "rest":
        row.rest = True
    elif label:
        first, *others = (_LABEL.fullmatch(one) for one in label.split(" "))
        if first is None or not all(other and other[2] for other in others):
            raise ValueError(f"no label: {label!r}")
        row.field, row.item = int(first[1]) if first[1] else None, int(first[2]) if first[2] else None
        row.part = first[3]
        row.guests = tuple((int(other[1]), int(other[2])) for other in others if other)
    parent.children.append(row)
    return row


def _container(parent: ElementRow, name: str) -> ElementRow:
    """The container of that name that the line before has opened, or a new one."""
    last = parent.children[-1] if parent.children else None
    if last is not None and last.name == name and last.children and last.field is None and not last.many:
        return last
    row = ElementRow(name)
    parent.children.append(row)
    return row


def _is_when(column: str) -> bool:
    return column == "else" or column.startswith("when ")


def _when(column: str) -> When:
    if column == "else":
        return When()
    field, *values = column.split()[1:]
    ranges, codes = [], set()
    for value in values:
        low, dash, high = value.partition("-")
        if low.isdigit() and (not dash or high.isdigit()):
            ranges.append((int(low), int(high or low)))
        else:
            codes.add(value)
    number, _, item = field.partition(".")
    return When(int(number), int(item or 1), tuple(ranges), frozenset(codes))


def merged(base: ElementRow, extra: ElementRow) -> ElementRow:
    """The base table with the rows of a domain put in: by name, at the place that the domain's order gives them."""
    twin = deepcopy(base)
    _merge(twin, extra)
    twin.finish()
    return twin


def _merge(base: ElementRow, extra: ElementRow) -> None:
    at = len(base.children)  # after what the standard has, unless a row before says where
    for row in extra.children:
        mine = next((n for n, old in enumerate(base.children) if old.name == row.name), None)
        if mine is None:
            at = _place_of(base, row, at)
            base.children.insert(at, row)
            at += 1
            continue
        if row.children:
            _merge(base.children[mine], row)
        at = mine + 1


def _place_of(base: ElementRow, row: ElementRow, at: int) -> int:
    """Where a domain's element goes: before the one whose fields it holds, as it is its substitute."""
    fields = _fields_of(row)
    shared = [len(fields & _fields_of(old)) for old in base.children]
    return shared.index(max(shared)) if any(shared) else at


def _fields_of(row: ElementRow) -> set[int]:
    return {one.field for one in (row, *row.walk()) if one.field is not None}
