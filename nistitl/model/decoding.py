"""The hot path: fields become values. Touching one decodes it, touching a second one decodes them all.

Fields are slots that start out empty; touching an empty one calls `__getattr__`, which decodes the field and fills the
slot, and from then on a field costs what any attribute costs. `plain_values` says in one loop what comes of it; a
test holds the two together.
"""

from __future__ import annotations

import re
from itertools import repeat
from operator import call
from struct import Struct
from typing import TYPE_CHECKING, Any, ClassVar

from nistitl.base.errors import FieldError, PathError
from nistitl.base.findings import Finding
from nistitl.declare.items import Sets
from nistitl.declare.values import Date, N, Real, Text
from nistitl.model.context import FIRST_TOUCH
from nistitl.model.raw import LEN, CopiedRecord, RawRecord, empty, set_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nistitl.declare.element import Element
    from nistitl.declare.values import Value
    from nistitl.wire.fields import Fields, Raw
    from nistitl.wire.grammar import Key, Layout

_MANY = 2  # values asked for before all are decoded
_SHORT, _LONG = 24, 4096  # bytes of a field: at the most of one whose value is kept, at the least of many subfields
_MOST_KNOWN = 512  # values kept for a field
_NUMBERS = re.compile(rb"[0-9A-Fa-f\x1e\x1f]*")  # in subfields


class UnknownMnemonic(PathError, AttributeError):
    """A record has no field of that name."""


def plain_values(record: DecodedRecord) -> dict[str, Any]:
    """The value of every declared field by mnemonic, each decoded by itself."""
    return {element.mnemonic: record.decoded(element) for element in record.elements.values()}


class DecodedRecord(CopiedRecord):
    """A record whose declared fields are attributes."""

    __slots__ = ()

    _slots: ClassVar[dict[str, tuple[Element, Callable[[Any, Any], None]]]] = {}  # each with its setter
    _setters: ClassVar[tuple[Callable[[Any, Any], None], ...]] = ()  # of all slots, in order
    _absent: ClassVar[tuple[Any, ...]] = ()  # what each of them holds where its field is absent
    _known: ClassVar[tuple[dict[bytes, Any] | None, ...]] = ()  # for each, values that recur in every file

    @classmethod
    def declare(cls, elements: dict[int, Element], setters: list[Callable[[Any, Any], None]]) -> None:
        """Take the fields of a complete declaration, each with the setter of its slot."""
        declared = tuple(elements.values())
        cls.elements = elements
        cls._slots = {element.mnemonic: (element, fill) for element, fill in zip(declared, setters, strict=True)}
        cls._setters = tuple(setters)
        cls._absent = tuple([element.value.absent for element in declared])
        cls._known = tuple([{} if _recurs(element.value) else None for element in declared])

    if not TYPE_CHECKING:  # a checker must report mnemonics that the type does not have

        def __getattr__(self, name: str) -> Any:
            slot = self.__class__._slots.get(name)  # by the class: asking the record for it takes four times as long
            if slot is None:
                return self._unslotted(name)
            element, fill = slot
            edits = self.edits
            if edits is None:
                fields = self._split or self.raw_fields
                fields.touched += 1
                if fields.touched == _MANY:
                    self._decode_all(fields)
                    return getattr(self, name)
                raw = fields.raw(element.number)
            else:
                raw = self.raw(element.number)
            value = element.value.absent if raw is None else self._decode(element, raw)
            if edits is None or element.number != LEN:  # LEN follows every edit
                if self.edits is None or self.raw(element.number) is raw:
                    fill(self, value)
                if self.edits is not None and self.raw(element.number) is not raw:
                    empty(self, name)  # another thread has edited it meanwhile
            return value

        def __setattr__(self, name: str, value: object) -> None:
            slot = self._slots.get(name)
            self.assign(slot[0] if slot else self.named(name), value)

    def __delattr__(self, name: str) -> None:
        setattr(self, name, None)

    def _unslotted(self, name: str) -> Any:
        if name[:1] == "_":
            raise AttributeError(name)
        return self.decoded(self.named(name))

    def named(self, name: str) -> Element:
        """The declaration of a field without a slot, by mnemonic; UnknownMnemonic where there is none."""
        from nistitl.base.nearest import meant

        likely = meant(name, self._slots) if name[:1].isupper() else ""  # what Python asks for is no mnemonic
        raise UnknownMnemonic(
            f"Type-{self.type} has no field {name}{likely}; reach user-defined fields by number, rec['{self.type}.200']"
        )

    def number_of(self, mnemonic: str) -> int:
        """The number of a field by mnemonic; UnknownMnemonic where there is none."""
        slot = self._slots.get(mnemonic)
        return slot[0].number if slot else self.named(mnemonic).number

    def mnemonics(self) -> frozenset[str]:
        """The names its fields have in this transaction."""
        return frozenset(self._slots)

    def assign(self, element: Element, value: object) -> None:
        """Give a declared field a value: bytes stand as they are, other values are encoded; None removes it."""
        FIRST_TOUCH.acquire()  # all text may be brought into another set meanwhile; `with` takes twice as long
        try:
            self.put(element.number, self._spelled(element, value))
        finally:
            FIRST_TOUCH.release()

    def _spelled(self, element: Element, value: object) -> Raw | None:
        """The bytes of a value; None for one that removes the field. FieldError where it cannot be written."""
        if value is None or (not self.binary and isinstance(value, tuple | list) and not value):
            return None
        try:
            return value if isinstance(value, bytes) else element.encode(value, self.context.charset)
        except (ValueError, TypeError) as error:
            raise self.refused(element.number, str(error)) from None

    def begin(self, values: Mapping[str, object]) -> None:
        """Consist of these values by mnemonic: `assign` for each, of a new record that nobody else has seen yet.

        No value was decoded that would have to be forgotten, and no transaction follows.
        """
        edits: dict[Key, Raw | None] = {LEN: None}
        set_edits(self, edits)
        for name, value in values.items():
            slot = self._slots.get(name)
            element = slot[0] if slot else self.named(name)
            raw = self._spelled(element, value)
            self.check(element.number, raw, False)
            edits[element.number] = raw

    def decoded(self, element: Element) -> Any:
        """The value of a field as it stands; where it does not decode, what stands for an absent one, or FieldError."""
        raw = self.raw(element.number)
        return element.value.absent if raw is None else self._decode(element, raw)

    def _decode(self, element: Element, raw: Raw) -> Any:
        context = self.origin[0].context
        try:
            return element.value.decode(raw, context.charset)  # type: ignore[arg-type]
        except ValueError as error:
            if context.strict:
                where = self.location(element.number, None, None)
                raise FieldError.of(Finding("value-undecodable", str(error), where)) from None
            return element.value.absent

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
        for at, place, decode, known, recurs in others:
            raw = raws[at]
            try:
                if len(raw) > _LONG and raw.__class__ is bytes:
                    raise ValueError  # its subfields are decoded when they are asked for
                values[place] = value = decode(raw, charset)
            except ValueError:
                left.append(place)
                continue
            if known is not None and charset.transparent and len(raw) < _SHORT and recurs(raw):
                if len(known) >= _MOST_KNOWN:
                    known.clear()
                known[raw] = value
        # a slot's setter gives None, so that any() calls them all
        filling = map(call, _but(left, cls._setters) if left else cls._setters, repeat(self), values)
        if self.edits is None:
            any(filling)
        if self.edits is not None:  # another thread has edited it meanwhile
            self.forget()

    @classmethod
    def _planned(cls, layout: Layout) -> tuple[tuple[tuple[Any, ...], ...], ...]:
        """How to fill the slots from the fields of a record: those whose values recur, plain text, and the others."""
        recurring, texts, others = [], [], []
        for place, (element, known) in enumerate(zip(cls.elements.values(), cls._known, strict=True)):
            at, value = layout.index.get(element.number), element.value
            row = (at, place, value.decode, known, _recurs(value))
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


class UnpackedRecord(DecodedRecord):
    """A record of fixed layout: its header is unpacked into all values in one go."""

    __slots__ = ()
    _header: ClassVar[Struct] = Struct("")  # by values
    _positions: ClassVar[int | None] = None  # which of the header's values is made of slots

    @classmethod
    def unpack_by(cls, header: Struct, positions: int | None) -> None:
        """Unpack records by this header; `positions`: which of its values ends in empty slots, 255 each."""
        cls._header, cls._positions = header, positions

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            cls = self.__class__
            slot = cls._slots.get(name)
            if slot is None or self.edits is not None:
                return super().__getattr__(name)
            backing, start, end = self.origin
            values = backing.unpack(cls._header, start, end)
            if values is None:
                return super().__getattr__(name)
            at = cls._positions
            if at is not None:
                values[at] = tuple(values[at].rstrip(b"\xff"))
            filling = map(call, cls._setters, repeat(self), values)
            if self.edits is None:
                any(filling)
            if self.edits is not None:
                self.forget()
            return values[slot[0].number - 1]


def _but(left: list[int], setters: tuple[Callable[[Any, Any], None], ...]) -> list[Callable[[Any, Any], None]]:
    """The setters of all slots, those at some places of them without effect."""
    return [_leave if place in left else fill for place, fill in enumerate(setters)]


def _leave(record: RawRecord, value: Any) -> None:
    """What stands for the setter of a slot that is not filled."""


def _recurs(value: Value) -> Callable[[bytes], object] | None:
    """What is true of raw values that recur in every file: numbers, dates, codes; never free text of people."""
    if isinstance(value, N | Real | Date) or value.table:
        return bytes.isascii
    return _NUMBERS.fullmatch if isinstance(value, Sets) and value.recurring else None
