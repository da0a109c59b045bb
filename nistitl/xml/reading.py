"""From the elements of a record to its raw fields, in traditional spelling; and back to the bytes they stand on."""

from __future__ import annotations

import re
from binascii import b2a_base64
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nistitl.declare.items import value_of_item
from nistitl.declare.values import Joined, N, Real, Signed
from nistitl.images.claims import ANYTHING_TYPES
from nistitl.wire.grammar import RS, US
from nistitl.xml.base64text import Base64Error, decoded
from nistitl.xml.extension import FIELD, content_of
from nistitl.xml.spelling import PLAIN
from nistitl.xml.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from mmap import mmap

    from nistitl.declare.element import Element
    from nistitl.declare.values import Value
    from nistitl.model.context import RecordPort
    from nistitl.wire.fields import Raw
    from nistitl.xml.packs import Pack
    from nistitl.xml.runs import Run
    from nistitl.xml.tables import ElementRow

_TAG_NUMBER = re.compile(r"[0-9]{1,9}")
_INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"


@attrs.define(slots=True)
class Subfield:
    """The elements that hold one subfield: `node` all of it where there is such an element, `items` each item."""

    node: Node | None
    items: dict[int, list[tuple[Node, ElementRow]]] = attrs.field(factory=dict)

    @property
    def only_holds_others(self) -> bool:
        """True where all that the element of a subfield without items holds is of other fields."""
        return self.node is not None and bool(self.node.children)

    def add(self, item: int, node: Node, row: ElementRow) -> None:
        """Put an element under its item."""
        self.items.setdefault(item, []).append((node, row))


@attrs.define(slots=True)
class FieldElements:
    """Where each field of a record stands among its elements; what no table knows."""

    table: ElementRow
    fields: dict[int, list[Subfield]] = attrs.field(factory=dict)
    whole: dict[int, Node] = attrs.field(factory=dict)  # fields in our own extension element
    strangers: list[Node] = attrs.field(factory=list)
    repeated: list[tuple[Node, Node]] = attrs.field(factory=list)  # where there is room for one: it, and another

    def nth(self, field: int, at: int) -> Subfield:
        """A subfield that scattered items belong to."""
        subfields = self.fields.setdefault(field, [])
        if at == 0 and (not subfields or subfields[0].node is not None):
            subfields.insert(0, Subfield(None))
        while len(subfields) <= at:
            subfields.append(Subfield(None))
        return subfields[at]

    def held(self, field: int) -> list[tuple[Node, ElementRow]]:
        """The elements that hold a field or an item of it, as they come."""
        return [pair for one in self.fields.get(field, ()) for pairs in one.items.values() for pair in pairs]

    def blobs(self, field: int) -> list[Node]:
        """The elements that hold all bytes of a field, of several the one that is read first; none if it holds text.

        Our own extension element stands above the others, and these stand in the order of the schema.
        """
        held = [pair for pair in self.held(field) if pair[1].spelling.binary and pair[1].spelling.pack is None]
        if len(held) > 1:
            order = {id(row): at for at, row in enumerate(self.table.walk())}
            held.sort(key=lambda pair: order[id(pair[1])])
        whole = [self.whole[field]] if held and field in self.whole else []
        return [*whole, *(node for node, _ in held)]


@attrs.frozen(slots=True)
class Inside:
    """The element that holds a subfield, while those in it are looked at."""

    field: int
    at: int
    subfield: Subfield
    shift: int = 0  # how many items the groups before have taken
    guests: dict[int, Subfield] = attrs.field(factory=dict)  # of other fields, with the same key


def fields_among(node: Node, row: ElementRow) -> FieldElements:
    """The fields among the elements of a record."""
    elements = FieldElements(row)
    _collect(node, row, elements, None)
    return elements


def _collect(node: Node, row: ElementRow, elements: FieldElements, inside: Inside | None) -> None:
    seen: dict[str, int] = {}
    for child in node.children:
        nth = seen.get(child.name, 0)
        seen[child.name] = nth + 1
        known = row.row_of(child.name, nth)
        if known is None:
            if not _ours(child, elements):
                elements.strangers.append(child)
            continue
        if child.children and known.says_text:
            _look_through(child, known, elements)
        if known.constant is not None:
            continue
        if nth and not row.has_room(child.name, nth):
            elements.repeated.append((node.first(child.name), child))
        if known.field is None:
            _collect_container(child, known, elements, inside, nth)
        elif known.item is None:
            _collect_subfield(child, known, elements, inside)
        elif inside is not None and (known.field == inside.field or known.field in inside.guests):
            whose = inside.guests.get(known.field, inside.subfield)
            whose.add(known.item + inside.shift, child, known)
        else:
            at = nth if known.many and inside is None else inside.at if inside is not None else 0
            elements.nth(known.field, at).add(known.item, child, known)


def _look_through(node: Node, row: ElementRow, elements: FieldElements) -> None:
    """Elements that no row knows, or has room for, among the parts of a value, where its text is not looked for."""
    seen: dict[str, int] = {}
    for child in node.children:
        nth = seen.get(child.name, 0)
        seen[child.name] = nth + 1
        known = row.row_of(child.name, nth)
        if known is None:
            elements.strangers.append(child)
            continue
        if nth and not row.has_room(child.name, nth):
            elements.repeated.append((node.first(child.name), child))
        _look_through(child, known, elements)


def _collect_subfield(child: Node, known: ElementRow, elements: FieldElements, inside: Inside | None) -> None:
    assert known.field is not None
    subfields = elements.fields.setdefault(known.field, [])
    while inside is not None and known.children and len(subfields) < inside.at:
        subfields.append(Subfield(None))  # one for each subfield of the other field
    if subfields and known.spelling.joins:
        subfields[-1].add(1, child, known)
        return
    subfields.append(whole := Subfield(child))
    if known.leaf or known.spelling.pack:
        whole.add(1, child, known)
    else:
        guests = {field: Subfield(None) for field in known.hosts}
        _collect(child, known, elements, Inside(known.field, len(subfields) - 1, whole, guests=guests))
        _collect_guests(child, known, elements, guests)


def _collect_guests(node: Node, row: ElementRow, elements: FieldElements, guests: dict[int, Subfield]) -> None:
    """The subfields of other fields that stand with one of this, with the key that they share."""
    for child in node.children if guests else ():
        known = row.row_of(child.name)
        if known is not None:
            for field, item in known.guests:
                if guests[field].items:
                    guests[field].add(item, child, known)
    for field, subfield in guests.items():
        if subfield.items:
            elements.fields.setdefault(field, []).append(subfield)


def _collect_container(
    child: Node, known: ElementRow, elements: FieldElements, inside: Inside | None, nth: int
) -> None:
    if known.many and inside is not None:
        step = len({one.item for one in known.walk() if one.item is not None})
        inside = attrs.evolve(inside, shift=inside.shift + nth * step)
    _collect(child, known, elements, inside)


def _ours(node: Node, elements: FieldElements) -> bool:
    """Fields in the extension element stand above all others."""
    fields = [one for one in node.walk() if one.name == FIELD]
    for one in fields:
        number = field_number(one)
        if number is None or number in elements.whole:
            elements.strangers.append(one)
        else:
            elements.whole[number] = one
    return bool(fields)


def field_number(node: Node) -> int | None:
    """The number of a field in our own extension element; None where it has none that a tag could have."""
    match = _TAG_NUMBER.fullmatch(node.attributes.get("number", ""))
    return int(match[0]) or None if match else None


# -- raw fields -------------------------------------------------------------------------------


class Known(NamedTuple):
    """What is known of a record before it is read: runs that were cut out, and content that may stand there."""

    runs: dict[int, Run] = {}
    images: Mapping[int, Raw] = {}


NOTHING = Known()


def raw_fields(
    elements: FieldElements, data: bytes | mmap, record: RecordPort, known: Known = NOTHING
) -> Iterator[tuple[int, Raw | Base64Error]]:
    """The fields in traditional spelling (UTF-8), by number; runs that were read are taken out."""
    for number in sorted(elements.fields.keys() | elements.whole.keys()):
        try:
            if number in elements.whole:
                raw: Raw | None = _whole(elements.whole[number], data)
            else:
                raw = _raw(elements, number, data, record.element(number), known)
        except Base64Error as error:
            error.field = number
            told = error.hexadecimal and number not in elements.whole and record.type not in ANYTHING_TYPES
            yield number, error.data if told else error  # by what looks at images
            continue
        if raw is not None:
            yield number, raw


def _whole(node: Node, data: bytes | mmap) -> bytes:
    """The content of a field in our own extension element."""
    return decoded_text(node, data) if node.attributes.get("encoding") == "base64" else content_of(node, data)


def decoded_text(node: Node, data: bytes | mmap) -> bytes:
    """The bytes of an element that holds base-64 text."""
    inner, close = node.inner, node.close
    if any(child.name == _INCLUDE for child in node.children):
        raise Base64Error(b"", elsewhere=True)
    if data.find(b"<", inner, close) >= 0 or data.find(b"&", inner, close) >= 0:
        return decoded(node.text(data).encode())
    return decoded(memoryview(data)[inner:close])


def other_images(elements: FieldElements, data: bytes | mmap) -> Iterator[tuple[int, Node]]:
    """Elements that hold other bytes than their field, which are read from another one: its number, and the element."""
    for number, subfields in elements.fields.items():
        first = next((pairs[0] for one in subfields for pairs in one.items.values()), None)
        if first is None or not first[1].spelling.binary:
            continue
        nodes = elements.blobs(number)
        drawn = [node for node, row in elements.held(number) if row.spelling.pack is not None]
        if len(nodes) + len(drawn) > 1:
            held = [(node, raw) for node in nodes if (raw := _readable(node, data)) or node.name == FIELD]
            yield from ((number, node) for node, raw in held[1:] if raw != held[0][1])
            yield from ((number, node) for node in drawn[:1] if held)


def _readable(node: Node, data: bytes | mmap) -> bytes:
    """The bytes of an element, as far as they can be read."""
    try:
        return _whole(node, data) if node.name == FIELD else decoded_text(node, data)
    except Base64Error as error:
        return error.data


def _raw(
    elements: FieldElements, number: int, data: bytes | mmap, declared: Element | None, known: Known
) -> Raw | None:
    subfields = elements.fields[number]
    first = next((held for one in subfields for held in one.items.values()), None)
    if first is not None and first[0][1].spelling.binary:
        return _content(elements.blobs(number), data, known.images.get(number)) or _pieces(elements.held(number), data)
    parts: list[bytes] = []
    while subfields and not subfields[-1].items and subfields[-1].only_holds_others:
        subfields = subfields[:-1]
    for subfield in subfields:
        texts = _texts(subfield, data, declared)
        if not texts and subfield.items and subfield.node is not None and not subfield.node.children:
            continue  # an indicator that says no
        width = max(texts, default=1)
        filler = next((row.spelling.filler for held in subfield.items.values() for _, row in held), "")
        parts.append(
            US.join([texts.get(item, filler).encode("utf-8", "surrogateescape") for item in range(1, width + 1)])
        )
        if known.runs and subfield.node is not None and (run := known.runs.get(subfield.node.start)) is not None:
            rows = rows_behind(subfield, run, declared)
            if rows is not None:
                parts.append(rows)
                del known.runs[subfield.node.start]
    return RS.join(parts) if any(part.strip(US) for part in parts) else None


def _content(nodes: list[Node], data: bytes | mmap, expected: Raw | None) -> bytes:
    """The content of a field of bytes; of several elements, the first that is not empty."""
    if expected is not None and nodes and data[nodes[0].inner : nodes[0].close] == b2a_base64(expected, newline=False):
        return bytes(expected)
    return next(filter(None, (decoded_text(node, data) for node in nodes)), b"")


def _pieces(held: list[tuple[Node, ElementRow]], data: bytes | mmap) -> bytes:
    """The content of a field of bytes that elements spell piece by piece."""
    pieces = (piece_of(node, row, data) for node, row in held if row.spelling.pack is not None)
    return "".join(filter(None, pieces)).encode("latin-1")


def _texts(subfield: Subfield, data: bytes | mmap, declared: Element | None) -> dict[int, str]:
    texts: dict[int, str] = {}
    for item, held in subfield.items.items():
        pieces = [(row, piece) for node, row in held if (piece := piece_of(node, row, data)) is not None]
        if not pieces:
            continue
        if isinstance(value_of(declared, item), N | Signed | Real):  # blanks around numbers say nothing in XML
            pieces = [(row, piece.strip()) for row, piece in pieces]
        texts |= _together(item, pieces, declared)
    return texts


def rows_behind(subfield: Subfield, run: Run, declared: Element | None) -> bytes | None:
    """The subfields of a run, read as the one before it; None where they are to be read one by one."""
    assert subfield.node is not None
    places = run.by_place(subfield.node)
    columns: dict[int, list[str]] = {}
    for item, held in subfield.items.items():
        pieces = [(row, texts) for node, row in held if (texts := _column(node, row, places)) is not None]
        if len(pieces) != len(held):
            return None
        if isinstance(value_of(declared, item), N | Signed | Real):
            pieces = [(row, [*map(str.strip, texts)]) for row, texts in pieces]
        columns |= _columns_together(item, pieces, declared)
    if not columns:
        return None
    filler = next((row.spelling.filler for held in subfield.items.values() for _, row in held), "")
    fillers = [filler] * len(next(iter(columns.values())))
    rows = zip(*(columns.get(item, fillers) for item in range(1, max(columns) + 1)), strict=True)
    return "\x1e".join(map("\x1f".join, rows)).encode("utf-8", "surrogateescape")


def _column(node: Node, row: ElementRow, places: dict[int, list[str]]) -> list[str] | None:
    """What `piece_of` gives of each element of a run that stands where this one does; None where it gives none."""
    pack = row.spelling.pack
    if pack is not None:
        parts: list[tuple[str, list[str]]] = []
        return _joined(pack, parts) if _parts_behind(node, row, places, parts) and parts else None
    texts = places.get(node.start)
    if texts is None or row.spelling.read is PLAIN.read:
        return texts
    read = [text for one in texts if (text := row.spelling.read(one)) is not None]
    return read if len(read) == len(texts) else None


def _parts_behind(
    node: Node, row: ElementRow, places: dict[int, list[str]], parts: list[tuple[str, list[str]]]
) -> bool:
    """Find what `_part` finds, element by element of a run; False where it is not there."""
    for child in node.children:
        known = row.row_of(child.name)
        if known is not None and known.part is not None:
            if child.start not in places:
                return False
            parts.append((known.part, [*map(str.strip, places[child.start])]))
        elif known is not None and not _parts_behind(child, known, places, parts):
            return False
    return True


def _joined(pack: Pack, parts: list[tuple[str, list[str]]]) -> list[str]:
    names = [name for name, _ in parts]
    joined = []
    for line in zip(*(texts for _, texts in parts), strict=True):
        of_one: dict[str, list[str]] = {}
        for name, text in zip(names, line, strict=True):
            of_one.setdefault(name, []).append(text)
        joined.append(pack.join(of_one))
    return joined


def _columns_together(
    item: int, pieces: list[tuple[ElementRow, list[str]]], declared: Element | None
) -> dict[int, list[str]]:
    """What `_together` gives of each element of a run."""
    first, texts = pieces[0]
    if len(pieces) == 1 and not first.spelling.characters and not first.spelling.several:
        return {item: texts}
    rows = [row for row, _ in pieces]
    lines = zip(*(texts for _, texts in pieces), strict=True)
    together = [_together(item, [*zip(rows, line, strict=True)], declared) for line in lines]
    return {at: [texts[at] for texts in together] for at in together[0]}


def _together(item: int, pieces: list[tuple[ElementRow, str]], declared: Element | None) -> dict[int, str]:
    """The text of an item that several elements may hold; of several items, where they repeat."""
    first, text = pieces[0]
    spelling = first.spelling
    if spelling.characters:
        return {item: _composed(pieces)}
    if spelling.several:
        return {item: spelling.several.join([piece for _, piece in pieces])}
    if len(pieces) == 1:
        return {item: text}
    if spelling.glue is not None:
        return {item: "".join([text, *((row.spelling.glue or "") + piece for row, piece in pieces[1:])])}
    if not first.many:
        return {item: text}
    between = spelling.pack.between if spelling.pack else separator(declared, item)
    if between is not None:
        return {item: between.join(piece for _, piece in pieces)}
    return {item + at: piece for at, (_, piece) in enumerate(pieces)}


def piece_of(node: Node, row: ElementRow, data: bytes | mmap) -> str | None:
    pack = row.spelling.pack
    if pack is None:
        return row.spelling.read(node.text(data))
    parts: dict[str, list[str]] = {}
    _part(node, row, data, parts)
    return pack.join(parts)


def _part(node: Node, row: ElementRow, data: bytes | mmap, parts: dict[str, list[str]]) -> None:
    for child in node.children:
        known = row.row_of(child.name)
        if known is not None and known.part is not None:
            parts.setdefault(known.part, []).append(child.text(data).strip())
        elif known is not None:
            _part(child, known, data, parts)


def _composed(pieces: list[tuple[ElementRow, str]]) -> str:
    """A value of fixed places, each part filled up with zeros."""
    placed = {row.spelling.characters or (1, 1): (row.spelling.gap, text) for row, text in pieces}
    return "".join(gap + text.zfill(last - first + 1) for (first, last), (gap, text) in sorted(placed.items()))


def separator(declared: Element | None, item: int) -> str | None:
    """What stands between values that share one item."""
    value = value_of(declared, item)
    return value.separator if isinstance(value, Joined) else None


def value_of(declared: Element | None, item: int) -> Value | None:
    """What the declaration says of an item, or of the value of a field without items."""
    return None if declared is None else value_of_item(declared.value, item)
