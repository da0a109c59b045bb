"""Edits spliced into the source: what the edited fields need is changed, every other byte stays."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from nistitl.xml.content import whole_field
from nistitl.xml.extension import FIELD
from nistitl.xml.markup import NewElement, Writer, text_of
from nistitl.xml.reading import fields_among, other_images, piece_of
from nistitl.xml.tables import known_as
from nistitl.xml.writing import Builder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from mmap import mmap

    from nistitl.wire.fields import Raw
    from nistitl.xml.content import Content
    from nistitl.xml.tables import ElementRow
    from nistitl.xml.tree import Node

_BLANK = b" \t\r\n"


class Splice:
    """The edits of one record element."""

    def __init__(
        self, data: bytes | mmap, root: Node, table: ElementRow, namespaces: dict[str, str], before: Mapping[int, Raw]
    ) -> None:
        self.data = data
        self.root = root
        self.table = table
        self.namespaces = namespaces
        self.before = before  # the fields as the elements have them
        self.elements = fields_among(root, table)
        self.changes: list[tuple[int, int, bytes]] = []
        self.kept: set[int] = set()  # where elements begin that hold another image than their field, which has one

    def edit(self, content: Content, dirty: frozenset[int], whole: frozenset[int] = frozenset()) -> list[int]:
        """Have the elements say what the record says of these fields; where they do so already, nothing changes.

        `whole` are fields that no element but our own extension is to hold. What cannot be said is given back.
        """
        dirty = frozenset(key for key in dirty if key in whole or not self._says(content, key))
        if not dirty:
            return []
        dirty = dirty.union(*(fields for fields in _sharing(self.table) if not fields.isdisjoint(dirty)))
        others = [other for other in other_images(self.elements, self.data) if content.blob(other[0])]
        self.kept = {node.start for _, node in others}
        whole |= self.elements.whole.keys() & {number for number, _ in others}
        rows = list(self._rows_present(self.root, self.table))
        if any(row.when is not None and row.when.field in dirty for row in self.table.walk()):
            dirty |= content.raws.keys()  # another element may be the one to write: all moves there
            rows = list(self._rows_present(self.root, self.table, always=True))
        builder = Builder(self.table, content, dirty, rows, whole)
        wanted = builder.elements if builder.rest is None else without(builder.elements, builder.rest)
        self._settle(self.root, self.table, wanted, dirty)
        self._settle_rest(content, builder, dirty)
        return builder.lost

    def pieces(self) -> list[Raw]:
        """The bytes of the record, edits put in."""
        view = memoryview(self.data)
        out: list[Raw] = []
        at = self.root.start
        for start, end, new in sorted(self.changes, key=lambda change: change[:2]):
            out += (view[at:start], new)
            at = max(at, end)
        out.append(view[at : self.root.end])
        return [piece for piece in out if len(piece)]

    def _says(self, content: Content, key: int) -> bool:
        """True where the elements hold this content of a field."""
        raw, before = content.raws.get(key), self.before.get(key)
        return raw is before if raw is None or before is None else bytes(raw) == bytes(before)

    # -- elements -----------------------------------------------------------------------------

    def _rows_present(self, node: Node, row: ElementRow, *, always: bool = False) -> Iterator[ElementRow]:
        """The rows of the elements that are there; `always`: of those that are no alternative of another one."""
        for child in node.children:
            known = row.row_of(child.name)
            if known is not None and not (always and known.when is not None):
                yield known
                yield from self._rows_present(child, known, always=always)

    def _settle(
        self, node: Node, row: ElementRow, wanted: list[NewElement], dirty: frozenset[int], *, packed: bool = False
    ) -> bool:
        """Bring the children of an element in line, `packed` those of one value; True where none says anything then."""
        by_name: dict[str, list[NewElement]] = {}
        for new in wanted:
            by_name.setdefault(known_as(new.row.name), []).append(new)
        gone = constant = 0
        for name, rows in row.by_name.items():
            mine = [child for child in node.children if child.name == name]
            if rows[0].rest or (rows[0].constant is not None and mine):
                constant += len(mine) if rows[0].constant is not None else 0
                continue
            fresh: list[NewElement] = []
            for nth, (child, new) in enumerate(zip_longest(mine, by_name.get(name, []))):
                known = row.row_of(name, nth)
                assert known is not None
                if child is None:
                    fresh.append(new)
                elif new is None:
                    gone += self._remove(child, known, dirty, packed=packed)
                else:
                    self._replace(child, known, new, dirty, packed=packed)
            for _, alike in groupby(fresh, key=lambda new: new.row.index):
                self._insert(node, row, [*alike])
        return bool(gone) and gone + constant == len(node.children)

    def _replace(self, child: Node, known: ElementRow, new: NewElement, dirty: frozenset[int], *, packed: bool) -> None:
        if known.spelling.pack is not None and piece_of(child, known, self.data) == new.says:
            return
        if new.text is None:
            self._settle(child, known, new.children, dirty, packed=packed or known.spelling.pack is not None)
        elif isinstance(new.text, bytes) or not _same(child.text(self.data), new.text, known):
            self._set_text(child, new)

    def _set_text(self, child: Node, new: NewElement) -> None:
        content = text_of(new).encode()
        if child.hollow:
            tag = bytes(self.data[child.start : child.end - 2]).rstrip()
            name = tag[1:].split()[0]
            self.changes.append((child.start, child.end, b"%b>%b</%b>" % (tag, content, name)))
        else:
            self.changes.append((child.inner, child.close, content))

    def _remove(self, child: Node, known: ElementRow, dirty: frozenset[int], *, packed: bool) -> bool:
        """Take out what belongs to a field that is edited; True where the element goes."""
        own = known.field
        if own is not None:
            going = own in dirty and child.start not in self.kept
            if not going and child.children:  # it may hold what belongs to another field
                self._settle(child, known, [], dirty)
        elif known.part is not None or known.constant is not None:
            going = packed and known.part is not None
        else:
            going = self._settle(child, known, [], dirty, packed=packed) or (known.many and not child.children)
        if going:
            self.changes.append((self._before(child.start), child.end, b""))
        return going

    def _before(self, start: int) -> int:
        """Where the blanks before a place begin."""
        begin = max(start - 200, 0)
        return start - (start - begin - len(bytes(self.data[begin:start]).rstrip(_BLANK)))

    def _margin(self, start: int) -> str:
        """The line end and blanks before an element."""
        blanks = bytes(self.data[self._before(start) : start]).decode()
        before, end, after = blanks.rpartition("\n")
        return ("\r\n" if before.endswith("\r") else end) + after if end else ""

    def _insert(self, node: Node, row: ElementRow, news: list[NewElement]) -> None:
        """Put in elements of one kind, at their place among the others."""
        index = news[0].row.index
        before = [child for child in node.children if (known := row.row_of(child.name)) and known.index <= index]
        margin = self._margin(node.children[0].start) if node.children else self._inner_margin(node)
        writer = Writer(node.scope, self.namespaces, self._step())
        text = b"".join(margin.encode() + writer.element(new, margin) for new in news)
        self._put(node, before[-1].end if before else node.inner, text)

    def _put(self, node: Node, place: int, text: bytes) -> None:
        if not node.hollow:
            self.changes.append((place, place, text))
            return
        tag = bytes(self.data[node.start : node.end - 2]).rstrip()
        closing = self._margin(node.start).encode() + b"</%b>" % tag[1:].split()[0]
        earlier = next((change for change in self.changes if change[:2] == (node.start, node.end)), None)
        if earlier is None:
            self.changes.append((node.start, node.end, tag + b">" + text + closing))
        else:
            at = self.changes.index(earlier)
            self.changes[at] = (node.start, node.end, earlier[2].removesuffix(closing) + text + closing)

    def _inner_margin(self, node: Node) -> str:
        margin = self._margin(node.start)
        return margin + self._step() if margin else ""

    def _step(self) -> str:
        """By how much the source indents."""
        if not self.root.children:
            return "  "
        outer, inner = self._margin(self.root.start), self._margin(self.root.children[0].start)
        return inner.removeprefix(outer) or "  " if inner.startswith(outer) else "  "

    # -- our own extension --------------------------------------------------------------------

    def _settle_rest(self, content: Content, builder: Builder, dirty: frozenset[int]) -> None:
        """Fields that no element can say: changed, put in or taken out one by one."""
        for field, node in self.elements.whole.items():
            if field in dirty and field not in builder.unsaid:
                self.changes.append((self._before(node.start), node.end, b""))
        fresh = []
        for field in builder.unsaid:
            old = self.elements.whole.get(field)
            if old is None:
                fresh.append(whole_field(content, field))
                continue
            new = Writer(old.scope, self.namespaces, self._step())
            self.changes.append((old.start, old.end, new.element(whole_field(content, field), self._margin(old.start))))
        if fresh and builder.rest is not None:
            self._add_rest(builder.rest, fresh)

    def _add_rest(self, rest: NewElement, fresh: list[NewElement]) -> None:
        path = _path_to(self.table, rest.row)
        node, row = self.root, self.table
        for at, step in enumerate(path):
            child = next((one for one in node.children if one.name == known_as(step.name)), None)
            if child is None:
                rest.children = fresh
                new = rest
                for outer in reversed(path[at:-1]):
                    new = NewElement(outer, None, [new])
                self._insert(node, row, [new])
                return
            node, row = child, step
        holder = Writer(node.scope, self.namespaces, self._step())
        fields = [one for one in node.children if one.name == FIELD]
        margin = self._margin(fields[-1].start) if fields else self._inner_margin(node)
        for new in fresh:
            self._put(node, fields[-1].end if fields else node.inner, margin.encode() + holder.element(new, margin))


def _sharing(table: ElementRow) -> Iterator[frozenset[int]]:
    """Fields whose subfields stand in one element: an edit of one may move those of the others."""
    for row in table.walk():
        if row.subfield and row.children:
            fields = frozenset(one.field for one in (row, *row.walk()) if one.field is not None).union(row.hosts)
            if len(fields) > 1:
                yield fields


def _same(old: str, new: str, row: ElementRow) -> bool:
    """True where two texts of an element say the same."""
    read = row.spelling.read
    if read(old) == read(new):
        return True
    old = old.strip()
    return row.spelling.numeric and old.isdecimal() and new.isdecimal() and old.lstrip("0") == new.lstrip("0")


def _path_to(table: ElementRow, row: ElementRow) -> list[ElementRow]:
    for child in table.children:
        if child is row:
            return [child]
        if path := _path_to(child, row):
            return [child, *path]
    return []


def fresh_element(
    content: Content, table: ElementRow, writer: Writer, margin: str, whole: frozenset[int] = frozenset()
) -> tuple[bytes, list[int]]:
    """The element of a record that stands on no source, and the fields that it could not say."""
    builder = Builder(table, content, whole=whole)
    children = builder.elements if builder.rest is None or builder.unsaid else without(builder.elements, builder.rest)
    element = writer.element(NewElement(table, None, children), margin)
    return element, builder.lost


def without(news: list[NewElement], rest: NewElement) -> list[NewElement]:
    """These elements without an extension element that has nothing to hold, nor what only held it."""
    kept = []
    for new in news:
        if new is rest:
            continue
        had = bool(new.children)
        new.children = without(new.children, rest)
        if new.children or not had:
            kept.append(new)
    return kept
