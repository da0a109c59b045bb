"""The lazy record: the one clever module of the house.

A record read from bytes is made with `cls.__new__` and holds nothing but its origin (backing, start,
end). Its fields are attrs slots that start out empty: touching one calls `__getattr__`, which splits
the record once, decodes that field through its construct and fills the slot; touching a second one
fills them all, and from then on a field costs what any attribute costs. Assigning encodes at once,
keeps the new bytes in `edits` and fills the slot with what those bytes say; the backing respells the
edited fields when the record is written.
attrs makes the slots and nothing else: its own hooks for setting, comparing and pickling would lose
unknown fields and spelling.
"""

from __future__ import annotations

import re
from itertools import repeat
from operator import call
from struct import Struct
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

import attrs

from nistitl.base.editions import E1993, Edition
from nistitl.base.errors import FieldError, PathError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.declare.items import Sets
from nistitl.declare.values import Data, Date, N, Real, Text, U
from nistitl.model.context import Context
from nistitl.model.place import Place, parse_path
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import Charset
from nistitl.wire.grammar import DATA, FS, GS, RS, US, Key, Layout, keys_of, swallowed_in, swallowed_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nistitl.declare.element import Element, FieldRange
    from nistitl.model.constructs import RecordConstruct
    from nistitl.model.context import Backing
    from nistitl.wire.fields import Fields, Raw

LEN, IDC = 1, 2
R = TypeVar("R", bound="Record")
_ANY_TEXT = U()
_MANY = 2
_SHORT, _LONG, _MOST_KNOWN = 24, 4096, 512


class UnknownMnemonic(PathError, AttributeError):
    """A record has no field of that name."""


class _LazyConstruct:
    """`Type14.construct`, made when somebody asks for it."""

    def __get__(self, record: object, kind: type[Record]) -> RecordConstruct:
        from nistitl.model.constructs import construct_of

        return construct_of(kind)


class Record:
    """The base of all record types. Fields are attributes by mnemonic, and reached by path: rec["14.021.2.3"]."""

    __slots__ = ("__weakref__", "_split", "edits", "origin")

    construct = _LazyConstruct()  # parses and builds such records inside other people's constructs
    type: ClassVar[int] = 0
    title: ClassVar[str] = ""
    since: ClassVar[Edition] = E1993
    until: ClassVar[Edition | None] = None
    binary: ClassVar[bool] = False
    data_field: ClassVar[int | None] = None  # the field whose content is binary to the end of the record
    widths: ClassVar[tuple[int | None, ...]] = ()  # of the fields of a binary record; None: the rest
    elements: ClassVar[Mapping[int, Element]] = {}
    ranges: ClassVar[tuple[FieldRange, ...]] = ()
    computed: ClassVar[frozenset[int]] = frozenset({LEN})  # fields that follow edits and are never assigned
    _clause: ClassVar[str] = ""
    _slots: ClassVar[dict[str, tuple[Element, Callable[[Any, Any], None]]]] = {}
    _fills: ClassVar[tuple[Callable[[Any, Any], None], ...]] = ()  # the setters of all slots, in order
    _absent: ClassVar[tuple[Any, ...]] = ()  # what each of them holds where its field is absent
    header_layout: ClassVar[Layout] = Layout((), {})  # of a binary record
    header_struct: ClassVar[Struct] = Struct("")  # its header, by fields
    _known: ClassVar[tuple[dict[bytes, Any] | None, ...]] = ()  # for each, values that recur in every file

    origin: tuple[Backing, int, int]
    _split: Fields | None  # None until something is touched
    edits: dict[Key, Raw | None] | None  # LEN stands in it for a record that is to be written anew

    def __init__(self, **values: object) -> None:
        """A record from nothing. LEN is computed; bytes stand as they are, other values are encoded."""
        set_origin(self, (Traditional(b"", Context(Charset("utf-8"))), 0, 0))
        set_fields(self, None)
        set_edits(self, {LEN: None})
        for name, value in values.items():
            setattr(self, name, value)

    # -- values -------------------------------------------------------------------------------

    if not TYPE_CHECKING:  # a checker must report mnemonics that the type does not have

        def __getattr__(self, name: str) -> Any:
            slot = self.__class__._slots.get(name)  # by the class: asking the record for it takes four times as long
            if slot is None:
                return self._unslotted(name)
            element, fill = slot
            if self.edits is None:
                fields = self._split or self.raw_fields
                fields.touched += 1
                if fields.touched == _MANY:
                    self._decode_all(fields)
                    return getattr(self, name)
                raw = fields.raw(element.number)
            else:
                raw = self.raw(element.number)
            value = element.value.absent if raw is None else self._decode(element, raw)
            if self.edits is None or element.number != LEN:  # LEN follows every edit
                fill(self, value)
            return value

        def __setattr__(self, name: str, value: object) -> None:
            slot = self._slots.get(name)
            self.assign(slot[0] if slot else self._named(name), value)

    def __delattr__(self, name: str) -> None:
        setattr(self, name, None)

    def _unslotted(self, name: str) -> Any:
        if name[:1] == "_":
            raise AttributeError(name)
        element = self._named(name)
        raw = self.raw(element.number)
        return element.value.absent if raw is None else self._decode(element, raw)

    @property
    def raw_fields(self) -> Fields:
        """The raw fields as they came, split when first touched."""
        fields = self._split
        if fields is None:
            backing, start, end = self.origin
            fields = backing.split(self, start, end)
            set_fields(self, fields)
        return fields

    def _named(self, name: str) -> Element:
        raise UnknownMnemonic(
            f"Type-{self.type} has no field {name}; reach user-defined fields by number, rec['{self.type}.200']"
        )

    def number_of(self, mnemonic: str) -> int:
        slot = self._slots.get(mnemonic)
        return slot[0].number if slot else self._named(mnemonic).number

    @classmethod
    def clause(cls) -> str:
        """Where the standard describes the record type: `ANSI/NIST-ITL 1-2011, 8.14`."""
        return cls._clause

    @classmethod
    def _declared(cls) -> None:
        """Called once when the declaration of a record type is complete."""

    def _decode_all(self, fields: Fields) -> None:
        """Fill every slot: whoever asks for a second value mostly asks for all, and one loop costs less.

        What does not decode, or is thousands of subfields, is left to be asked for.
        """
        cls, charset, layout, raws = self.__class__, self.origin[0].context.charset, fields.layout, fields.raws
        recurring, texts, others = layout.plan or cls._planned(layout)
        values, left = list(cls._absent), []
        if charset.transparent:  # the same bytes are the same value in every file, if they are ASCII
            for at, place, known, row in recurring:
                value = known.get(raws[at])
                if value is None:
                    others = (*others, row)
                else:
                    values[place] = value
            try:
                for at, place, _ in texts:
                    values[place] = str(raws[at], "ascii")
            except UnicodeDecodeError:
                others = (*others, *[row for _, _, row in texts])
        else:
            others = (*others, *[row[-1] for row in (*recurring, *texts)])
        for at, place, decode, known in others:
            raw = raws[at]
            try:
                if len(raw) > _LONG and raw.__class__ is bytes:
                    raise ValueError  # its subfields are decoded when they are asked for
                values[place] = value = decode(raw, charset)
            except ValueError:
                left.append(place)
                continue
            if known is not None and charset.transparent and len(raw) < _SHORT and raw.isascii():
                if len(known) >= _MOST_KNOWN:
                    known.clear()
                known[raw] = value
        # a slot's setter gives None, so that any() calls them all
        any(map(call, cls._fills, repeat(self), values))
        for place in left:
            _empty(self, tuple(cls._slots)[place])

    @classmethod
    def _planned(cls, layout: Layout) -> tuple[tuple[tuple[Any, ...], ...], ...]:
        """How to fill the slots from the fields of a record: those whose values recur, plain text, and the others."""
        recurring, texts, others = [], [], []
        for place, (element, known) in enumerate(zip(cls.elements.values(), cls._known, strict=True)):
            at, value = layout.index.get(element.number), element.value
            row = (at, place, value.decode, known)
            if at is None:
                continue
            if known is not None:
                recurring.append((at, place, known, row))
            elif type(value).decode is Text.decode:
                texts.append((at, place, row))
            else:
                others.append(row)
        layout.plan = tuple(recurring), tuple(texts), tuple(others)
        return layout.plan  # type: ignore[no-any-return]

    def _decode(self, element: Element, raw: Raw) -> Any:
        context = self.origin[0].context
        try:
            return element.value.decode(raw, context.charset)  # type: ignore[arg-type]
        except ValueError as error:
            if context.strict:
                raise FieldError.of(self._problem(element, None, None, str(error))) from None
            return element.value.absent

    def assign(self, element: Element, value: object) -> None:
        """Give a declared field a value: encode it, remember it as an edit."""
        if value is None or (not self.binary and isinstance(value, tuple | list) and not value):
            self.put(element.number, None)
            return
        try:
            raw = value if isinstance(value, bytes) else element.encode(value, self.context.charset)
        except (ValueError, TypeError) as error:
            raise self.refused(element.number, str(error)) from None
        self.put(element.number, raw)

    def put(self, key: Key, raw: Raw | None, *, computed: bool = False) -> None:
        """Remember the new bytes of a field (None: it is gone) and forget what was decoded from the old."""
        cls = self.__class__
        if key in cls.computed and not computed:
            raise self.refused(key, "is computed; it follows every edit")
        if cls.binary:
            self._check_fixed(key, raw)
        elif raw is not None and self._separated(key, raw):
            raise self.refused(key, "a field cannot contain a field or record separator")
        self._dirty()[key] = raw
        element = cls.elements.get(key)  # type: ignore[arg-type]
        if element is not None:
            _empty(self, element.mnemonic)
        self.context.edited(self, key)

    def _check_fixed(self, key: Key, raw: Raw | None) -> None:
        """FieldError for what a binary record cannot hold."""
        element = self.elements.get(key) if isinstance(key, int) else None
        if raw is None or element is None:
            raise self.refused(key, "the fields of a binary record are fixed")
        width = getattr(element.value, "width", None)
        if width is not None and len(raw) != width:
            raise self.refused(key, f"has {len(raw)} bytes, expected {width}")

    @classmethod
    def _separated(cls, key: Key, raw: Raw) -> bool:
        """True where the bytes would end the field before its end."""
        if key == cls.data_field or cls.binary:
            return False
        text = bytes(raw)
        return FS in text or GS in text

    def _dirty(self) -> dict[Key, Raw | None]:
        """The edits, to be added to; from now on the record is written anew."""
        edits = self.edits
        if edits is None:
            edits = {LEN: None}
            set_edits(self, edits)
            _empty(self, "LEN")
        return edits

    def replace(self, data: bytes) -> None:
        """Stand on these bytes from now on, which are no input's: what was wrong with the old ones is mended."""
        set_origin(self, (Traditional(data, self.context, is_input=False), 0, len(data)))
        set_fields(self, self.origin[0].split(self, 0, len(data)))
        self.forget()

    def rebuild(self, backing: Backing) -> None:
        """Stand on no bytes from now on: every field is an edit, in the encoding of the backing."""
        edits: dict[Key, Raw | None] = {LEN: None}
        edits |= {key: bytes(raw) for key in self.keys() if key != LEN and (raw := self.raw(key)) is not None}
        for key, raw in edits.items():
            if raw is not None and self._separated(key, raw):
                raise self.refused(key, "a field cannot contain a field or record separator")
        self.stand_on(backing, 0, 0)
        set_fields(self, backing.split(self, 0, 0))
        set_edits(self, edits)

    def stand_on(self, backing: Backing, start: int, end: int) -> None:
        set_origin(self, (backing, start, end))

    def resplit(self, data: bytes) -> Fields:
        """The raw fields of these bytes, taken as this record's."""
        twin = type(self).attached(Traditional(data, self.context), 0, len(data))
        return twin.raw_fields

    def refused(self, key: Key, message: str) -> FieldError:
        number = key if isinstance(key, int) else None
        where = Location(type=self.type, idc=self.idc, field=number)
        mnemonic = element.mnemonic if number is not None and (element := self.element(number)) else ""
        return FieldError.of(Finding("value-refused", f"{mnemonic} {message}".strip(), where))

    # -- reaching in --------------------------------------------------------------------------

    @property
    def context(self) -> Context:
        """Character set, Type-2 dictionary and policy that this record is read with."""
        return self.origin[0].context

    @property
    def edited(self) -> bool:
        """True when the record is no longer what was read, or was never read."""
        return self.edits is not None

    def element(self, number: int) -> Element | None:
        """The declaration of a field, from the standard or from the dictionary of the transaction."""
        return self.elements.get(number)

    def mnemonics(self) -> frozenset[str]:
        """The names its fields have in this transaction."""
        return frozenset(self._slots)

    def raw(self, key: Key) -> Raw | None:
        """The bytes of a field by number (or (type, number) for a strange tag), None when absent."""
        edits = self.edits
        if edits is not None and key in edits:
            return self._len_raw() if key == LEN else edits[key]
        return self.raw_fields.raw(key)

    def _len_raw(self) -> Raw | None:
        """LEN as it will be written, or would be traditionally; None for a binary record that is not complete yet."""
        origin = self.origin[0]
        spelled = origin if origin.tagged else Traditional(b"", self.context)
        try:
            first = bytes(spelled.respell(self)[0])
        except FieldError:
            return None
        return first[:4] if self.binary else first.partition(b":")[2]

    def recode(self, charset: Charset) -> None:
        """Bring text into another character set. FieldError when the set cannot say it."""
        old = self.context.charset
        if self.binary or charset == old:
            return
        for key in self.keys():
            raw = self.raw(key)
            if key == self.data_field or raw is None or (text := bytes(raw)).isascii():
                continue
            pieces = re.split(rb"([\x1e\x1f])", text)
            try:
                recoded = b"".join(p if p in (RS, US) else charset.encode(old.decode(p)) for p in pieces)
            except ValueError as error:
                raise self.refused(key, str(error)) from None
            if recoded != text:
                self.put(key, recoded)

    def forget(self) -> None:
        """Decode anew what is asked for from now on: text has another character set."""
        for name in self._slots:
            _empty(self, name)

    def respell(self) -> None:
        """Have this record written anew: LEN and the last separator right, all else as it came."""
        self._dirty()
        self.context.edited(self, LEN)

    def keys(self) -> list[Key]:
        """The numbers of the fields that are there, in the order they are written."""
        edits, order = self.edits or {}, self.raw_fields.index
        present = [key for key in order if key is not None and (key == LEN or edits.get(key, b"") is not None)]
        present.sort(key=order.__getitem__)
        fresh: list[Key] = [key for key, raw in edits.items() if raw is not None and key not in order]
        if edits and LEN not in order:
            present.insert(0, LEN)
        at = present.index(self.data_field) if self.data_field in present else len(present)
        return [*present[:at], *sorted(fresh, key=_number), *present[at:]]

    def __getitem__(self, path: str | int) -> Place:
        """The place a path names: "14.021", "14.021.2.3", 21, "SEG.2.LHC". PathError when not there."""
        place = parse_path(self, path)
        if not place.exists:
            raise PathError(f"{place.path} is not in this Type-{self.type} record")
        return place

    def __setitem__(self, path: str | int, value: object) -> None:
        parse_path(self, path).assign(value)

    def __delitem__(self, path: str | int) -> None:
        self[path].delete()

    def __contains__(self, path: str | int) -> bool:
        return parse_path(self, path).exists

    def __iter__(self) -> Iterator[Place]:
        return self.fields()

    def get(self, path: str | int) -> Place | None:
        """The place a path names, or None."""
        place = parse_path(self, path)
        return place if place.exists else None

    def insert(self, path: str | int, value: object) -> None:
        """Insert a field, or a subfield or item before the one that has this place now."""
        parse_path(self, path).insert(value)

    def texts(self) -> dict[Key, str]:
        """The content of every field as characters, by number; binary content is left out."""
        charset = self.context.charset
        if self.edits is None and not self.binary and charset.transparent and (texts := self._ascii_texts()):
            return texts
        raws = {key: self.raw(key) or b"" for key in self.keys() if key != self.data_field}
        return {key: _ANY_TEXT.decode(bytes(raw), charset) for key, raw in raws.items()}

    def _ascii_texts(self) -> dict[Key, str]:
        """What `texts` gives of a record that is all ASCII, made at one go; nothing where it is not."""
        fields = self.raw_fields
        index = fields.index
        raws = fields.raws[: index.get(self.data_field, len(fields.raws))]
        if len(index) < len(fields.raws) or None in index:
            return {}
        try:
            texts = str(GS.join(raws), "ascii").split("\x1d")
        except UnicodeDecodeError:
            return {}
        return dict(zip(index, texts, strict=False)) if len(texts) == len(raws) else {}  # type: ignore[arg-type]

    def fields(self) -> Iterator[Place]:
        """Every field that is there, in order."""
        for key in self.keys():
            yield Place(self, key)

    # -- findings -----------------------------------------------------------------------------

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the fields of this record as they stand; nothing is decoded but this."""
        yield from self.origin[0].findings(self)
        yield from self.tag_findings()
        for key in self.keys():
            raw = self.raw(key)
            if raw is None or isinstance(key, tuple):
                continue
            element = self.elements.get(key)  # what a profile's dictionary says is for validation
            if element is not None and not isinstance(element.value, Data):
                yield from self._value_findings(element, bytes(raw))
            if not self.binary and key != self.data_field and not self.readable(bytes(raw)):
                where = self.location(key, None, None)
                message = f"field {key} holds bytes outside the character set of the transaction"
                yield Finding("text-undecodable", message, where, Severity.WARNING)

    def _value_findings(self, element: Element, raw: bytes) -> Iterator[Finding]:
        if not raw and not self.binary:
            where = self.location(element.number, None, None)
            yield Finding("field-empty", f"{element.mnemonic} is there but empty", where, Severity.WARNING)
            return
        for subfield, item, message in element.value.problems(raw, self.context.charset):
            yield self._problem(element, subfield, item, f"{element.mnemonic} does not decode: {message}")

    def readable(self, raw: bytes) -> bool:
        charset = self.context.charset
        if charset.transparent and bytes(raw).isascii():
            return True
        return charset.declared and charset.readable(raw)

    def tag_findings(self) -> Iterator[Finding]:
        """Tags that are none, stand twice, or belong to another record type."""
        if self.binary or not self.origin[0].tagged or self._tags_in_order():
            return
        seen: set[Key] = set()
        keys = keys_of(self.type)
        parts = self.raw_fields.parts
        for at, (tag, colon, raw) in enumerate(parts):
            key = keys[tag]
            if found := self._tag_problem(tag, colon, key, seen):
                yield Finding(found[0], found[1], self.part_location(at, key), expected=found[2])
            if key is not None:
                seen.add(key)
            if key != self.data_field and (lost := swallowed_tag(self.type, bytes(raw))):
                where = self.part_location(at, key)
                place = None if where.offset is None else where.offset + len(tag) + len(colon) + lost[0]
                message = f"a field separator is missing before {lost[1]}"
                yield Finding("separator-missing", message, attrs.evolve(where, offset=place, length=0))
        first = keys[parts[0][0]] if parts else LEN
        if first not in (LEN, None) and not self.edited:  # writing puts it first
            yield Finding("len-not-first", "the record does not begin with its LEN", self.part_location(0, first))

    def _tags_in_order(self) -> bool:
        """True where one look tells that every tag is this record's, stands once, and none was swallowed."""
        backing, start, end = self.origin
        fields = self.raw_fields
        index, heads = fields.index, fields.layout.heads
        if self.edited or not end or len(index) < len(heads) or next(iter(index)) != LEN:
            return False
        if not all(isinstance(key, int) for key in index) or not all(head[-1:] == b":" for head in heads):
            return False
        stop = end - len(fields.raws[-1]) if self.data_field in index else end
        return swallowed_in(self.type, backing.untouched(start, stop)) is None

    def _tag_problem(
        self, tag: bytes, colon: bytes, key: Key | None, seen: set[Key]
    ) -> tuple[str, str, str | None] | None:
        if not tag and not colon:
            return "separator-doubled", "two separators with nothing between them", None
        if key is None or not colon:
            return "tag-malformed", "this piece of the record has no tag", "T.NNN:"
        if isinstance(key, tuple):
            message = f"field {key[0]}.{key[1]:03d} stands in a Type-{self.type} record"
            return "tag-foreign", message, f"{self.type}.{key[1]:03d}"
        return ("field-repeated", f"field {key} stands more than once", None) if key in seen else None

    def part_location(self, at: int, key: Key | None) -> Location:
        backing, start, end = self.origin
        number = None if isinstance(key, tuple) else key
        offset = start + self.raw_fields.offset(at) if end and backing.is_input else None
        head = len(self.raw_fields.layout.heads[at])
        if offset is not None:
            offset -= head
        return Location(offset, head + len(self.raw_fields.raws[at]), None, self.type, self.idc, number)

    def _problem(self, element: Element, subfield: int | None, item: int | None, message: str) -> Finding:
        return Finding("value-undecodable", message, self.location(element.number, subfield, item))

    def location(self, number: int, subfield: int | None, item: int | None) -> Location:
        """Where a value stands: in the input if it came from there."""
        span = None if self.edits is not None and number in self.edits else self.span(number, subfield, item)
        offset, length = span or (None, None)
        return Location(offset, length, None, self.type, self.idc, number, subfield, item)

    def span(self, number: Key, subfield: int | None, item: int | None) -> tuple[int, int] | None:
        return self.origin[0].span(self, number, subfield, item)

    @property
    def idc(self) -> int | None:
        """The IDC as a number, whatever the policy; None when there is none to read."""
        element = self.elements.get(IDC)
        if element is None or element.mnemonic != "IDC":
            return None
        raw = self.raw(IDC)
        try:
            return None if raw is None else int(element.value.decode(bytes(raw), self.context.charset))
        except ValueError:
            return None

    # -- copies -------------------------------------------------------------------------------

    def copy(self, **changes: object) -> Self:
        """An independent record with the same bytes and edits, then with these changes."""
        twin = type(self).attached(self.origin[0].rebased(self.context.alone()), *self.origin[1:])
        set_edits(twin, None if self.edits is None else dict(self.edits))
        for name, value in changes.items():
            setattr(twin, name, value)
        return twin

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: object) -> Self:
        return self.copy()

    def __reduce__(self) -> tuple[object, ...]:
        backing, start, end = self.origin
        backed, moved = backing.detached(start, end, is_input=False)
        place = (start - moved, end - moved)
        return _restore, (type(self), backed, place, frozen(self.edits), self.context.charset)

    @classmethod
    def attached(cls, backing: Backing, start: int, end: int) -> Self:
        record = cls.__new__(cls)
        set_origin(record, (backing, start, end))
        set_fields(record, None)
        set_edits(record, None)
        return record

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self.type == other.type and bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())

    def pieces(self) -> list[Raw]:
        """The bytes of the record, in pieces that need no copying."""
        backing, start, end = self.origin
        return backing.respell(self) if self.edited else [backing.untouched(start, end)]

    def __repr__(self) -> str:
        idc = self.idc
        name = f"Type-{self.type}" + ("" if idc is None else f" IDC {idc}")
        size = "" if self.edited else f", {self.origin[2] - self.origin[1]} bytes"
        return f"<{name}, {len(self.keys())} fields{size}{', edited' if self.edited else ''}>"


set_origin = Record.__dict__["origin"].__set__
set_fields = Record.__dict__["_split"].__set__
set_edits = Record.__dict__["edits"].__set__


def _empty(record: Record, name: str) -> None:
    slot = record._slots.get(name)
    if slot is not None:
        try:
            object.__delattr__(record, name)
        except AttributeError:
            return  # it was not filled


def frozen(edits: dict[Key, Raw | None] | None) -> dict[Key, Raw | None] | None:
    """Edits as plain bytes, for pickling."""
    return None if edits is None else {key: None if raw is None else bytes(raw) for key, raw in edits.items()}


def _number(key: Key) -> int:
    return key if isinstance(key, int) else key[1]


def _recurs(element: Element) -> bool:
    """True for values that recur in every file: numbers, dates, codes; never free text, which is people's."""
    value = element.value
    return bool(isinstance(value, N | Real | Date) or value.table or (isinstance(value, Sets) and value.recurring))


def _restore(
    kind: type[Record],
    backed: Callable[[Context], Backing],
    place: tuple[int, int],
    edits: dict[Key, Raw | None] | None,
    charset: Charset,
) -> Record:
    record = kind.attached(backed(Context(charset)), *place)
    set_edits(record, edits)
    return record


def record(
    number: int,
    title: str,
    *,
    clause: str = "",
    since: Edition = E1993,
    until: Edition | None = None,
    ranges: tuple[FieldRange, ...] = (),
) -> Callable[[type[R]], type[R]]:
    """Make a record type of a declaration: its fields become slots, its table `elements`.

    `clause` is where the standard has that table, `ranges` the numbers that it gives to users or reserves.
    """

    def decorate(cls: type[R]) -> type[R]:
        made = attrs.define(
            slots=True, init=False, eq=False, repr=False, getstate_setstate=False, on_setattr=attrs.setters.NO_OP
        )(cls)
        rows = attrs.fields(cast("Any", made))
        made.type, made.title, made._clause = number, title, clause
        made.since, made.until, made.ranges = since, until, ranges
        made.elements = {
            declared.number: declared
            for field in rows
            for declared in [attrs.evolve(field.metadata["element"], mnemonic=field.name.lstrip("_"))]
        }
        made.data_field = DATA if DATA in made.elements else None
        made._slots = {
            declared.mnemonic: (declared, made.__dict__[field.name].__set__)
            for field, declared in zip(rows, made.elements.values(), strict=True)
        }
        made._fills = tuple([fill for _, fill in made._slots.values()])
        made._absent = tuple([declared.value.absent for declared in made.elements.values()])
        made._known = tuple([{} if _recurs(declared) else None for declared in made.elements.values()])
        made._declared()
        return made

    return decorate
