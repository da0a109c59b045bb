"""The XML encoding as a backing: record elements, read as raw fields, respelled by splices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nistitl.base.errors import FieldError, WriteError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.context import Backing
from nistitl.model.dictionaries import profile_names
from nistitl.model.traditional import strays
from nistitl.wire.fields import Fields, Raw
from nistitl.xml.base64text import Base64Error
from nistitl.xml.comparing import differing
from nistitl.xml.content import Content
from nistitl.xml.fields import fields_by_column, fields_of, read_back
from nistitl.xml.markup import Writer
from nistitl.xml.reading import fields_among, other_images, raw_fields
from nistitl.xml.splicing import Splice, fresh_element
from nistitl.xml.tree import Node, Paths, parse
from nistitl.xml.unread import unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.model.context import Context, RecordPort
    from nistitl.wire.grammar import Key
    from nistitl.xml.document import Source
    from nistitl.xml.reading import FieldElements, Subfield
    from nistitl.xml.tables import ElementRow
    from nistitl.xml.vocabularies import Name as VocabularyName

LEN = 1
MARGIN = "\n  "
_TWICE = "a field that stands twice is said once in XML, as it stands first"
_UNTAGGED = "a piece of the record that has no tag cannot be said in XML"


class Fresh(NamedTuple):
    """The element of a record that stands on no source, the fields it could not say, and those that it says."""

    element: bytes
    unsaid: list[int]
    fields: Fields


class Xml(Backing):
    """A document, and the context of the records that stand on it."""

    __slots__ = ("_last", "context", "data", "is_input", "source", "title")

    encoding = "xml"
    in_base64 = True
    holds = ("data", "source", "_last")

    @property
    def vocabulary(self) -> VocabularyName:
        return self.source.vocabulary.name

    def __init__(self, source: Source, context: Context) -> None:
        self.source = source
        self.title = f"XML ({source.vocabulary.title})"
        self.data = source.data
        self.is_input = source.is_input
        self.context = context
        self._last: tuple[int, Node, FieldElements, Paths] | None = None

    def rebased(self, context: Context) -> Xml:
        return Xml(self.source, context)

    def again(self) -> Callable[[Context], Xml]:
        return partial(standing_on, self.source)

    def detached(self, start: int, end: int, *, is_input: bool) -> tuple[Callable[[Context], Xml], int]:
        if (start, end) == (0, len(self.data)):
            return self.again(), 0
        return partial(standing_on, self.source.part(start, end)), start

    def adopted(self, record: RecordPort, context: Context) -> None:
        backing, start, end = record.origin
        if backing.data is self.data:
            record.stand_on(self.rebased(context), start, end)
            return
        self.table(record.type)
        for finding in lost_in_xml(record):
            raise FieldError.of(finding)
        record.rebuild(Xml(self.source, context))

    def untouched(self, start: int, end: int) -> memoryview:
        return memoryview(self.data)[start:end]

    def finished(self, pieces: list[Raw]) -> list[Raw]:
        if self.source.codec is None:
            return pieces
        return [self.source.encoded(piece) for piece in pieces]

    def table(self, record_type: int) -> ElementRow:
        """The table of a record type; WriteError where the vocabulary has no such record."""
        table = self.source.table(record_type)
        if table is None:
            title = self.source.vocabulary.title
            message = f"the XML encoding ({title}) has no Type-{record_type} record"
            raise WriteError.of(Finding("xml-record-unsayable", message, Location(type=record_type)))
        return table

    # -- reading ------------------------------------------------------------------------------

    def _elements(self, record: RecordPort) -> tuple[Node, FieldElements]:
        """The elements of a record; those of the last one are kept, as findings ask for one place after another."""
        return self._parsed(record)[1:3]

    def _paths(self, record: RecordPort) -> Paths:
        return self._parsed(record)[3]

    def _parsed(self, record: RecordPort) -> tuple[int, Node, FieldElements, Paths]:
        _, start, end = record.origin
        last = self._last  # another thread may put another one there
        if last is None or last[0] != start:
            source = self.source
            node = parse(source.data, start, end, source.scope_at(start), source.prefixes)
            last = self._last = (start, node, fields_among(node, self.table(record.type)), Paths(node))
        return last

    def split(self, record: RecordPort, start: int, end: int) -> Fields:
        if start == end:
            return Fields.of([], {})
        source, refused = self.source, partial(self._malformed, record) if self.context.strict else None
        scope, table = source.scope_at(start), self.table(record.type)
        fields = fields_by_column(self.data, (start, end), record, source, scope, table, refused)
        return fields if fields is not None else fields_of(self._elements(record)[1], self.data, record, refused)

    def findings(self, record: RecordPort) -> Iterator[Finding]:
        """What is wrong with the elements of a record that its fields do not show."""
        _, start, end = record.origin
        if start == end or record.edited:
            return
        _, elements = self._elements(record)
        for _, raw in raw_fields(elements, self.data, record):
            if isinstance(raw, Base64Error):
                yield self._malformed(record, raw)
        for number, node in other_images(elements, self.data):
            yield self._second(record, number, node)
        yield from self._unread(record)

    def unknown_content(self, record: RecordPort) -> Iterator[Finding]:
        _, start, end = record.origin
        if start == end:
            return
        _, elements = self._elements(record)
        for number, other in other_images(elements, self.data):
            yield self._second(record, number, other)
        for node in elements.strangers:
            where = Location(node.start, node.end - node.start, type=record.type, idc=record.idc)
            message = f"{node.name} is no element that a field is known for; only XML can hold it"
            yield Finding("xml-element-unknown", message, self.located(record, where), Severity.NOTE)
        for first, node in elements.repeated:
            if self._inside(first) != self._inside(node):
                where = Location(node.start, node.end - node.start, type=record.type, idc=record.idc)
                message = f"{node.name} stands again, and says something else, where there is room for one"
                yield Finding("xml-element-repeated", message, self.located(record, where), Severity.WARNING)
        yield from self._unread(record)

    def _unread(self, record: RecordPort) -> Iterator[Finding]:
        """Text among the elements of a record, and what of a moment the traditional encoding has no place for."""
        root, elements = self._elements(record)
        stray, finer = unread(root, elements.table, self.data)
        for start, end in stray:
            where = self.located(record, Location(start, end - start, type=record.type))
            yield Finding("xml-text-stray", "text stands where no field is read from", where, Severity.WARNING)
        for node in finer:
            where = self.located(record, Location(node.start, node.end - node.start, type=record.type))
            message = f"{node.name} says a part of a second, a zone or a time that the field has no place for"
            yield Finding("xml-value-finer", message, where, Severity.NOTE)

    def _inside(self, node: Node) -> bytes:
        return bytes(self.data[node.inner : node.close])

    def outside(self) -> Iterator[Finding]:
        return self.source.outside()

    def _malformed(self, record: RecordPort, error: Base64Error) -> Finding:
        offset, length = self.span(record, error.field, None, None) or (None, None)
        where = Location(offset, length, type=record.type, field=error.field)  # its IDC is not read yet
        if error.elsewhere:
            return Finding("xml-image-elsewhere", "an xop:Include stands for the content, which is not here", where)
        message = f"the content is no base-64 text as the schema has it, but {error.met}"
        return Finding("base64-malformed", message, where)

    def _second(self, record: RecordPort, number: int, node: Node) -> Finding:
        where = self.located(record, Location(node.start, node.end - node.start, type=record.type))
        message = f"{node.name} holds another image than field {number}, which another element is read for"
        return Finding("xml-image-second", message, where)

    # -- places -------------------------------------------------------------------------------

    def span(self, record: RecordPort, key: Key, subfield: int | None, item: int | None) -> tuple[int, int] | None:
        _, start, end = record.origin
        if start == end or not isinstance(key, int) or not self.is_input:
            return None
        node = self._node(record, key, subfield, item)
        return node.span(self.data) if node is not None else None

    def _node(self, record: RecordPort, number: int, subfield: int | None, item: int | None) -> Node | None:
        """The element that holds a value, or the nearest one around it."""
        _, elements = self._elements(record)
        if number in elements.whole:
            return elements.whole[number]
        subfields = elements.fields.get(number)
        if not subfields:
            return None
        return _held(subfields[min((subfield or 1) - 1, len(subfields) - 1)], item)

    def located(self, record: RecordPort | None, location: Location) -> Location:
        """The same place with its line and XPath; outside of the records there is only a line."""
        if record is None:
            offset = location.offset
            return location if offset is None else attrs.evolve(location, line=self.source.line_of(offset))
        _, start, end = record.origin
        if start == end or not self.is_input:
            return location
        paths = self._paths(record)
        place = self._node(record, location.field, location.subfield, location.item) if location.field else None
        if place is None:
            place = paths.root if location.offset is None else paths.at(location.offset)
        offset = location.offset if location.offset is not None else place.start
        return attrs.evolve(location, offset=offset, line=self.source.line_of(offset), xpath=paths.of(place))

    # -- writing ------------------------------------------------------------------------------

    def respell(self, record: RecordPort) -> list[Raw]:
        _, start, end = record.origin
        if start == end:
            fresh = self.fresh(record)
            pieces: list[Raw] = [MARGIN.encode(), fresh.element]
            unsaid = fresh.unsaid
        else:
            pieces, unsaid = self._spliced(record)
        for number in unsaid:
            raise record.refused(number, "cannot be said in the XML encoding")
        return pieces

    def _spliced(self, record: RecordPort) -> tuple[list[Raw], list[int]]:
        """The element of a record with its edits, and the fields that could not be said."""
        root, _ = self._elements(record)
        table, content = self.table(record.type), Content(record)
        before = _source_fields(record)
        dirty = frozenset(key for key in tuple(record.edits or ()) if isinstance(key, int) and key != LEN)

        def spelled(whole: frozenset[int]) -> tuple[list[Raw], list[int]]:
            splice = Splice(self.data, root, table, self.source.namespaces, before)
            unsaid = splice.edit(content, dirty | whole, whole)
            return splice.pieces(), unsaid

        return self._checked(record, spelled)[:2]

    def fresh(self, record: RecordPort) -> Fresh:
        """The element of a record that stands on no source."""
        table, content = self.table(record.type), Content(record)
        writer = Writer(self.source.scope, self.source.namespaces)

        def spelled(whole: frozenset[int]) -> tuple[list[Raw], list[int]]:
            element, unsaid = fresh_element(content, table, writer, MARGIN, whole)
            return [element], unsaid

        (element,), unsaid, fields = self._checked(record, spelled)
        return Fresh(bytes(element), unsaid, fields)

    def _checked(
        self, record: RecordPort, spelled: Callable[[frozenset[int]], tuple[list[Raw], list[int]]]
    ) -> tuple[list[Raw], list[int], Fields]:
        """Elements that were read again; fields that do not come back as they are go whole into our own extension."""
        source, refused = self.source, partial(self._malformed, record) if self.context.strict else None
        _, start, end = record.origin
        scope, table = source.scope_at(start) if end else source.scope, self.table(record.type)
        whole: frozenset[int] = frozenset()
        while True:
            pieces, unsaid = spelled(whole)
            fields = read_back(b"".join(pieces), record, source, scope, table, refused)
            wrong = differing(record, fields) - set(unsaid)
            if not wrong - whole:
                return pieces, sorted(wrong | set(unsaid)), fields
            whole |= wrong


def standing_on(source: Source, context: Context) -> Xml:
    """The backing of a document; its domain's namespace says which profile names the Type-2 fields."""
    offered = (domain.profile for domain in source.domains)
    context.announced_profile = next((name for name in offered if name in profile_names()), None)
    return Xml(source, context)


def lost_in_xml(record: RecordPort) -> Iterator[Finding]:
    """What of a record the XML encoding has no place for, in any vocabulary."""
    for key in record.keys():
        if isinstance(key, tuple):
            message = f"field {key[0]}.{key[1]:03d} in a Type-{record.type} record cannot be said in XML"
            yield Finding("xml-field-unsayable", message, Location(type=record.type, idc=record.idc))
    for _, twice in strays(record):
        where = Location(type=record.type, idc=record.idc, field=twice if isinstance(twice, int) else None)
        yield Finding("xml-field-unsayable", _UNTAGGED if twice is None else _TWICE, where)


def _source_fields(record: RecordPort) -> dict[int, Raw]:
    """The fields of a record as its source has them."""
    fields = record.raw_fields
    return {key: fields.raws[at] for key, at in fields.index.items() if isinstance(key, int)}


def _held(subfield: Subfield, item: int | None) -> Node | None:
    if item is not None and item in subfield.items:
        return subfield.items[item][0][0]
    if subfield.node is not None:
        return subfield.node
    return next((held[0][0] for held in subfield.items.values()), None)
