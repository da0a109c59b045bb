"""Record types as constructs, for people who compose constructs of their own: `Type14.construct`.

`parse` gives a container of the fields by mnemonic, as the attributes of a record have them, and loses nothing:

* bytes that are no value of their field stand under its mnemonic as they are: bytes among values are always raw;
* fields that the type does not declare, fields of another type and fields that stand again have raw bytes under
  their tag, `14.200` (a list where there are several), pieces without a tag under the empty name;
* `_source` keeps the bytes of the record, so that `build` writes what has not changed as it was spelled.

`build` takes such a container or any mapping; LEN is computed. Character set and Type-2 dictionary come from the
context: `parse(data, charset="utf-8", profile="fbi-ebts-10.0")`. construct.StreamError where no record begins,
construct.ValidationError for what cannot be written. The library itself reads and writes through lazy records.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

import attrs
import construct

from nistitl.base.errors import ITLError
from nistitl.declare.values import charset_of
from nistitl.model.dictionaries import profile
from nistitl.model.traditional import with_len
from nistitl.wire.charsets import ASCII, Charset
from nistitl.wire.fields import split
from nistitl.wire.grammar import FS, GS, MAX_FIELD, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.declare.element import Element
    from nistitl.model.dictionaries import Dictionary
    from nistitl.wire.fields import Raw

LEN, TEXT = 1, 2  # the field that counts the bytes; the record type whose fields have the names of a dictionary
TYPE, SOURCE = "type", "_source"
_TAG = re.compile(r"(\d{1,9})\.(\d{1,9})")
_LEN_FIELD = re.compile(rb"0*(\d{1,9})\.0{0,8}1:(\d{1,18})\x1d")
_MOST_LEN_FIELD = 48  # bytes in which it must end


class RecordKind(Protocol):
    """What the construct of a record type asks of it."""

    type: int
    elements: Mapping[int, Element]
    data_field: int | None
    widths: tuple[int | None, ...]


class RecordContainer(construct.Container):  # type: ignore[misc]
    """The fields of one record by mnemonic. Its repr names them and withholds what they say."""

    def __repr__(self) -> str:
        names = [name for name in self if not name.startswith("_") and name != TYPE]
        return f"<Type-{self.get(TYPE)}: {' '.join(names)}>"

    __str__ = __repr__

    def copy(self) -> RecordContainer:
        return RecordContainer(self)

    __copy__ = copy


@attrs.frozen
class Surroundings:
    """What the fields of a record are read with."""

    charset: Charset = ASCII
    dictionary: Dictionary | None = None

    @classmethod
    def of(cls, context: Any, path: str) -> Surroundings:
        """Those that a context names; construct.ConstructError for names that nobody knows."""
        params = context.get("_params") or {}
        name = context.get("profile", params.get("profile"))
        try:
            return cls(charset_of(context), profile(name).dictionary if name is not None else None)
        except ITLError as error:
            raise construct.ConstructError(str(error), path=path) from error


@attrs.frozen
class Field:
    """One field as it stands in a record: the name it has in a container, its tag with colon, its content."""

    name: str
    number: int  # 0 where the tag is of another record type, or there is none
    tag: bytes
    raw: Raw
    element: Element | None = None  # of the first field of its number


class RecordConstruct(construct.Construct):  # type: ignore[misc]
    """The construct of a record type."""

    def __init__(self, kind: type[RecordKind]) -> None:
        super().__init__()
        self.kind = kind

    def container_of(self, data: bytes, given: Surroundings) -> RecordContainer:
        """The container of the record that these bytes are."""
        record = RecordContainer({TYPE: self.kind.type})
        for field in self._fields(data, given):
            value = _value(field, given.charset)
            if field.name not in record:
                record[field.name] = value
            elif isinstance(record[field.name], list):
                record[field.name].append(value)
            else:
                record[field.name] = construct.ListContainer([record[field.name], value])
        record[SOURCE] = data
        return record

    def bytes_of(self, values: Any, given: Surroundings, path: str) -> bytes:
        """The bytes of a record with these values, its LEN computed; construct.ValidationError for what is none."""
        if not hasattr(values, "keys"):
            raise construct.ValidationError(f"expected the fields of a Type-{self.kind.type} by name", path=path)
        if values.get(TYPE, self.kind.type) != self.kind.type:
            raise construct.ValidationError(f"expected a Type-{self.kind.type} record", path=path)
        source = values.get(SOURCE) or b""
        spelled = list(self._fields(source, given))
        before = self.container_of(source, given)
        present = self._present(values)
        if source and present == self._present(before):
            return self._joined(spelled, source, path)
        fields = [field for field in spelled if field.number == LEN and field.element]
        for name, value in present.items():
            if name in before and _same(before[name], value):
                fields += [field for field in spelled if field.name == name]
            else:
                fields += self._written(name, value, given, path)
        fields.sort(key=lambda field: (field.number == self.kind.data_field, field.number or MAX_FIELD))
        return self._joined(fields, b"", path)

    def _parse(self, stream: Any, context: Any, path: str) -> RecordContainer:
        return self.container_of(self._taken(stream, path), Surroundings.of(context, path))

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        data = self.bytes_of(obj, Surroundings.of(context, path), path)
        construct.stream_write(stream, data, len(data), path)
        return obj

    def _taken(self, stream: Any, path: str) -> bytes:
        """The bytes of the next record: as many as its LEN says, or all there are where LEN cannot be right."""
        raise NotImplementedError

    def _fields(self, data: bytes, given: Surroundings) -> Iterator[Field]:
        """The fields of a record in order."""
        raise NotImplementedError

    def _joined(self, fields: list[Field], source: bytes, path: str) -> bytes:
        """The record of these fields with its LEN; `source` as it is where its LEN is right."""
        raise NotImplementedError

    def _present(self, values: Any) -> dict[str, Any]:
        """The fields of a container that are present, without LEN."""
        nothing: tuple[object, ...] = (None,) if self.kind.widths else (None, (), [])
        named = {name: values[name] for name in values if str(name)[:1] != "_" and name not in (TYPE, "LEN")}
        return {name: value for name, value in named.items() if not any(_same(value, empty) for empty in nothing)}

    def _element(self, name: str, given: Surroundings) -> Element | None:
        for element in self.kind.elements.values():
            if element.mnemonic == name:
                return element
        return given.dictionary.by_mnemonic(name) if given.dictionary and self.kind.type == TEXT else None

    def _written(self, name: str, value: Any, given: Surroundings, path: str) -> list[Field]:
        """The fields that a name and its value become."""
        element, tag = self._element(name, given), _TAG.fullmatch(str(name))
        own = tag is not None and int(tag[1]) == self.kind.type
        if element is None and name != "" and (tag is None or self.kind.widths or (own and int(tag[2]) == LEN)):
            raise construct.ValidationError(f"Type-{self.kind.type} has no field {name}", path=path)
        raws = [_encoded(one, element, given, f"{path} -> {name}") for one in _each(value, element)]
        if element is not None:
            head, number = b"%d.%03d:" % (self.kind.type, element.number), element.number
        elif tag is not None:
            head, number = b"%d.%03d:" % (int(tag[1]), int(tag[2])), int(tag[2]) if own else 0
        else:
            head, number = b"", 0
        text = not self.kind.widths and number != self.kind.data_field
        if text and any(FS in raw or GS in raw for raw in raws):
            raise construct.ValidationError("a field cannot contain a field or record separator", path=path)
        return [Field(name, number, head, raw, element) for raw in raws]


class TaggedRecord(RecordConstruct):
    """The construct of a tagged record: fields between GS, each parsed by the construct of its declaration."""

    def _taken(self, stream: Any, path: str) -> bytes:
        head = b""
        while len(head) < _MOST_LEN_FIELD and head[-1:] not in (GS, FS) and (byte := stream.read(1)):
            head += byte
        if not head:
            raise construct.StreamError(f"there is no Type-{self.kind.type} record", path=path)
        match = _LEN_FIELD.fullmatch(head)
        if match is not None and int(match[1]) != self.kind.type:
            raise construct.ValidationError(f"this is no Type-{self.kind.type} record", path=path)
        size = int(match[2]) if match else 0
        data: bytes = head + stream.read(max(size - len(head), 0))
        return data if len(data) == size and data.endswith(FS) else data + stream.read()

    def _fields(self, data: bytes, given: Surroundings) -> Iterator[Field]:
        kind, names = self.kind, {TYPE, SOURCE}
        fields = split(data, 0, len(data), kind.type)
        for tag, colon, raw in fields.parts if data else ():
            key = keys_of(kind.type)[tag] if colon else None
            number = key if isinstance(key, int) else 0
            element = kind.elements.get(number)
            if element is None and number and kind.type == TEXT and given.dictionary:
                element = given.dictionary.by_number(number)
            if element is not None and element.mnemonic not in names:
                names.add(element.mnemonic)
                yield Field(element.mnemonic, number, tag + colon, raw, element)
            elif key is None:
                yield Field("", 0, tag + colon, raw)
            else:
                record_type, of = key if isinstance(key, tuple) else (kind.type, key)
                yield Field(f"{record_type}.{of:03d}", number, tag + colon, raw)

    def _joined(self, fields: list[Field], source: bytes, path: str) -> bytes:
        own = next((field for field in fields if field.element and field.number == LEN), None)
        if own and source.endswith(FS) and bytes(own.raw) == b"%0*d" % (len(own.raw), len(source)):
            return source
        rest = b"".join([GS + field.tag + bytes(field.raw) for field in fields if field is not own]) + FS
        if own is None:
            return with_len(b"%d.001" % self.kind.type, b"", len(rest)) + rest
        return with_len(own.tag.removesuffix(b":"), bytes(own.raw), len(rest)) + rest


class FixedRecord(RecordConstruct):
    """The construct of a record of fixed layout, Types 3 to 8: LEN in four bytes, no tags, no separators."""

    def _taken(self, stream: Any, path: str) -> bytes:
        head: bytes = stream.read(4)
        if not head:
            raise construct.StreamError(f"there is no Type-{self.kind.type} record", path=path)
        size = int.from_bytes(head, "big")
        if size < sum(width or 0 for width in self.kind.widths):
            return head + bytes(stream.read())
        return head + bytes(stream.read(size - len(head)))

    def _fields(self, data: bytes, given: Surroundings) -> Iterator[Field]:
        at = 0
        for element, width in zip(self.kind.elements.values(), self.kind.widths, strict=True):
            if data:
                raw = memoryview(data)[at:] if width is None else data[at : at + width]
                yield Field(element.mnemonic, element.number, b"", raw, element)
            at += width or 0

    def _joined(self, fields: list[Field], source: bytes, path: str) -> bytes:
        raws = {field.number: bytes(field.raw) for field in fields} | {LEN: bytes(4)}
        for element, width in zip(self.kind.elements.values(), self.kind.widths, strict=True):
            size = len(raws[element.number]) if element.number in raws else None
            if size is None or size != (width if width is not None else size):
                problem = "is missing" if size is None else f"has {size} bytes, expected {width}"
                raise construct.ValidationError(f"{element.mnemonic} {problem}", path=path)
        rest = b"".join(raws[number] for number in self.kind.elements if number != LEN)
        if len(rest) + 4 >= 1 << 32:
            raise construct.ValidationError("a binary record cannot hold 4 GiB or more", path=path)
        return (len(rest) + 4).to_bytes(4, "big") + rest


def construct_of(kind: type[Any]) -> RecordConstruct:
    """The construct of a record type."""
    return FixedRecord(kind) if kind.binary else TaggedRecord(kind)


def _value(field: Field, charset: Charset) -> Any:
    """The value of a field; its bytes where the declaration can make none of them, or there is none."""
    raw = field.raw
    if field.element is None:
        return bytes(raw) if field.name else field.tag + bytes(raw)
    if not len(raw) and not isinstance(raw, memoryview):
        return raw
    try:
        return field.element.value.parse(bytes(raw), charset=charset)
    except construct.ConstructError:
        return bytes(raw)


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and bool(old == new)


def _each(value: Any, element: Element | None) -> list[Any]:
    return value if element is None and isinstance(value, list) else [value]


def _encoded(value: Any, element: Element | None, given: Surroundings, path: str) -> bytes:
    """The bytes of a value: by the declaration; bytes stand as they are, and text where nothing is declared."""
    try:
        if isinstance(value, bytes):
            return value
        if element is not None:
            return element.encode(value, given.charset)
        if isinstance(value, str):
            return given.charset.encode(value)
    except (ValueError, TypeError) as error:
        raise construct.ValidationError(str(error), path=path) from error
    raise construct.ValidationError(f"expected bytes or text, not {type(value).__name__}", path=path)
