"""A record as bytes: where they lie, its raw fields, and what was put in their place since.

A record read from bytes holds nothing but its origin (backing, start, end); it is split into raw fields when first
touched. What is put is kept in `edits`, and the backing respells these fields when the record is written.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, ClassVar, Self

from nistitl.base.editions import E1993, Edition
from nistitl.base.errors import FieldError
from nistitl.base.findings import Finding, Location
from nistitl.model.context import ANNOUNCING, FIRST_TOUCH, Context, closed
from nistitl.model.traditional import Traditional, arranged_keys, number_in
from nistitl.wire.grammar import FS, GS, Key, Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nistitl.declare.element import Element, FieldRange
    from nistitl.model.context import Backing, RecordPort
    from nistitl.wire.fields import Fields, Raw

LEN, IDC = 1, 2
_TEXT = 2  # the type whose fields a profile names


def refusal(
    record: RecordPort, key: Key, message: str, mnemonic: str = "", subfield: int | None = None, item: int | None = None
) -> FieldError:
    """The error for content that cannot stand in a field; of Type-2 with what the profile says of the element."""
    number = key if isinstance(key, int) else None
    element = None if number is None else record.element(number)
    where = Location(type=record.type, idc=record.idc, field=number, subfield=subfield, item=item)
    name = mnemonic or (element.mnemonic if element is not None else "")
    note = f"; {element.note}" if record.type == _TEXT and element is not None and element.note else ""
    return FieldError.of(Finding("value-refused", f"{name} {message}{note}".strip(), where))


class RawRecord:
    """The bytes of a record and the edits of its fields; the ports of nistitl.model.context tell what may be asked."""

    __slots__ = ("__weakref__", "_split", "_taken_apart", "edits", "origin")

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
    explained_by: ClassVar[frozenset[int]] = frozenset()  # types of records that tell what it means
    header_layout: ClassVar[Layout] = Layout((), {})
    header_struct: ClassVar[Struct] = Struct("")

    origin: tuple[Backing, int, int]
    _split: Fields | None  # None until something is touched
    edits: dict[Key, Raw | None] | None
    _taken_apart: dict[Key, Any]  # not there before a place needs it

    @classmethod
    def attached(cls, backing: Backing, start: int, end: int) -> Self:
        """A record that stands on these bytes of a backing; nothing is read."""
        record = cls.__new__(cls)
        set_origin(record, (backing, start, end))
        set_fields(record, None)
        set_edits(record, None)
        return record

    @classmethod
    def leave_kin(cls, records: Sequence[Any]) -> None:
        """Give those of these records that are of this type what they are explained by: their transaction goes."""

    # -- what is there ------------------------------------------------------------------------

    @property
    def raw_fields(self) -> Fields:
        """The raw fields as they were read, split when first touched."""
        fields = self._split
        if fields is None:
            backing, start, end = self.origin
            fields = backing.split(self, start, end)
            set_fields(self, fields)
        return fields

    @property
    def taken_apart(self) -> dict[Key, Any]:
        """What the places of a field share, so that going through them by path does not part it for each."""
        try:
            return self._taken_apart
        except AttributeError:
            empty: dict[Key, Any] = {}
            set_taken_apart(self, empty)
            return empty

    @property
    def context(self) -> Context:
        """Character set, Type-2 dictionary and policy that this record is read with."""
        return self.origin[0].context

    @property
    def scaled_by(self) -> int | None:
        """The field of Type-1 that tells the resolution of this record, where it does not do so itself."""
        return None

    def scaled(self, told: float) -> float:
        """The resolution of this record where Type-1 tells that one, in the same unit."""
        return told

    @property
    def edited(self) -> bool:
        """True when the record is no longer what was read, or was never read."""
        return self.edits is not None

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

    def element(self, number: int) -> Element | None:
        """The declaration of a field, from the standard or from the dictionary of the transaction."""
        return self.elements.get(number)

    def raw(self, key: Key) -> Raw | None:
        """The bytes of a field by number (or (type, number) for a strange tag), None when absent."""
        edits = self.edits
        if edits is not None and key in edits:
            return self._raw_len() if key == LEN else edits[key]
        return self.raw_fields.raw(key)

    def _raw_len(self) -> Raw | None:
        """LEN as it will be written, or would be traditionally; None for a binary record that is not complete yet."""
        origin = self.origin[0]
        spelled = origin if origin.tagged else Traditional(b"", self.context)
        try:
            first = bytes(spelled.respell(self)[0])
        except FieldError:
            return None
        return first[:4] if self.binary else first.partition(b":")[2]

    def keys(self) -> list[Key]:
        """The numbers of the fields that are there, in the order they are written."""
        order = self.raw_fields.index
        if self.edits is None or self.binary:
            edits = self.edits or {}
            return sorted({*order, *edits} - {None}, key=order.__getitem__ if order else number_in)  # type: ignore[arg-type]
        written = (key for _, key in arranged_keys(self, dict(self.edits)))
        return list(dict.fromkeys([LEN, *(key for key in written if key is not None)]))

    def span(self, number: Key, subfield: int | None, item: int | None) -> tuple[int, int] | None:
        """Byte offset and length of a value as it was read, or None when it did not come from an input."""
        return self.origin[0].span(self, number, subfield, item)

    def location(self, number: int, subfield: int | None, item: int | None) -> Location:
        """Where a value stands: in the input if it came from there."""
        span = None if self.edits is not None and number in self.edits else self.span(number, subfield, item)
        offset, length = span or (None, None)
        return Location(offset, length, None, self.type, self.idc, number, subfield, item)

    def pieces(self) -> list[Raw]:
        """The bytes of the record, in pieces that need no copying."""
        backing, start, end = self.origin
        return backing.respell(self) if self.edited else [backing.untouched(start, end)]

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RawRecord):
            return NotImplemented
        return self.type == other.type and bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]

    # -- editing ------------------------------------------------------------------------------

    def put(self, key: Key, raw: Raw | None, *, computed: bool = False) -> None:
        """Remember the new bytes of a field (None: it is gone) and forget what was decoded from the old."""
        cls = self.__class__
        self.check(key, raw, computed)
        if cls.type == 1 and key in ANNOUNCING:
            self.context.announcing(self, key, raw)
        self._begun_edits()[key] = raw
        element = cls.elements.get(key)  # type: ignore[arg-type]
        if element is not None:
            empty(self, element.mnemonic)
        self.context.edited(self, key)

    def refused(self, key: Key, message: str) -> FieldError:
        """The error for content that a field cannot have."""
        return refusal(self, key, message)

    def check(self, key: Key, raw: Raw | None, computed: bool) -> None:
        """FieldError for bytes that a field cannot have; `computed`: it is the library that computes them."""
        cls = self.__class__
        if key in cls.computed and not computed:
            raise self.refused(key, "is computed; it follows every edit")
        if cls.binary:
            self._check_fixed(key, raw)
        elif raw is not None and key != cls.data_field:
            text = bytes(raw)
            if FS in text or GS in text:
                raise self.refused(key, "a field cannot contain a field or record separator")

    def _check_fixed(self, key: Key, raw: Raw | None) -> None:
        """FieldError for what a binary record cannot hold."""
        element = self.elements.get(key) if isinstance(key, int) else None
        if raw is None or element is None:
            raise self.refused(key, "the fields of a binary record are fixed")
        width = getattr(element.value, "width", None)
        if width is not None and len(raw) != width:
            raise self.refused(key, f"has {len(raw)} bytes, expected {width}")

    def _begun_edits(self) -> dict[Key, Raw | None]:
        """The edits, to be added to; from now on the record is written anew."""
        edits = self.edits
        if edits is None:
            with FIRST_TOUCH:
                edits = self.edits
                if edits is None:
                    edits = {LEN: None}
                    set_edits(self, edits)
                    empty(self, "LEN")
        return edits

    def respell(self) -> None:
        """Have this record written anew: LEN and the last separator right, all else as it came."""
        self._begun_edits()
        self.context.edited(self, LEN)

    def forget(self) -> None:
        """Decode anew what is asked for from now on: text has another character set."""
        for element in self.elements.values():
            empty(self, element.mnemonic)

    # -- other bytes --------------------------------------------------------------------------

    def stand_on(self, backing: Backing, start: int, end: int) -> None:
        """Stand on these bytes from now on, which say the same."""
        set_origin(self, (backing, start, end))

    def replace(self, data: bytes) -> None:
        """Stand on these bytes from now on, which are no input's: what was wrong with the old ones is mended."""
        set_origin(self, (Traditional(data, self.context, is_input=False), 0, len(data)))
        set_fields(self, self.origin[0].split(self, 0, len(data)))
        self.forget()

    def rebuild(self, backing: Backing) -> None:
        """Stand on no bytes from now on: every field is an edit, in the encoding of the backing."""
        edits: dict[Key, Raw | None] = {LEN: None}
        edits |= {key: bytes(raw) for key in self.keys() if key != LEN and (raw := self.raw(key)) is not None}
        if not self.binary:
            for key, raw in edits.items():
                self.check(key, raw, True)
        self.stand_on(backing, 0, 0)
        set_fields(self, backing.split(self, 0, 0))
        set_edits(self, edits)

    def resplit(self, data: bytes) -> Fields:
        """The raw fields of these bytes, taken as this record's."""
        return self.attached(Traditional(data, self.context), 0, len(data)).raw_fields

    def close(self) -> None:
        """Let go of the bytes it stands on; values that were read stay, those of images as copies."""
        key = max(self.elements, default=None) if self.binary else self.data_field
        element, fields = self.elements.get(key or 0), self._split
        image = slot_value(self, element.mnemonic) if element is not None else None
        own = None
        if isinstance(image, memoryview) and element is not None:
            own = image if isinstance(image.obj, bytes) else memoryview(bytes(image))
            getattr(type(self), element.mnemonic).__set__(self, own)
        if fields is not None and any(isinstance(raw, memoryview) for raw in fields.raws):
            raws = ((own if isinstance(raw, memoryview) else raw) for raw in fields.raws)
            fields.raws = ReadInTime(raws)
        self.origin[0].close()


class CopiedRecord(RawRecord):
    """A record that can be copied and pickled, with all that was done to it."""

    __slots__ = ()

    def copy(self, **changes: object) -> Self:
        """An independent record with the same bytes and edits, then with these changes."""
        backing, start, end = self.origin
        twin = self.attached(backing.rebased(self.context.alone()), start, end)
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
        return _restored, (type(self), backed, place, frozen(self.edits), self.context.alone())


set_origin = RawRecord.__dict__["origin"].__set__
set_fields = RawRecord.__dict__["_split"].__set__
set_taken_apart = RawRecord.__dict__["_taken_apart"].__set__
set_edits = RawRecord.__dict__["edits"].__set__


def empty(record: RawRecord, mnemonic: str) -> None:
    """Forget the value of a field, so that it is decoded when it is asked for again."""
    try:
        object.__delattr__(record, mnemonic)
    except AttributeError:
        return  # it was not filled


class ReadInTime(tuple[Any, ...]):
    """The raw fields of a closed record; what was not read is None here, and a ClosedError for whoever asks."""

    __slots__ = ()

    def __getitem__(self, at: Any) -> Any:
        raw = super().__getitem__(at)
        if raw is None:
            raise closed()
        return raw

    def __iter__(self) -> Iterator[Any]:
        return (self[at] for at in range(len(self)))


def slot_value(record: RawRecord, mnemonic: str) -> Any:
    """The value of a field where it was decoded; None where it was not."""
    try:
        return object.__getattribute__(record, mnemonic)
    except AttributeError:
        return None


def frozen(edits: dict[Key, Raw | None] | None) -> dict[Key, Raw | None] | None:
    """Edits as plain bytes, for pickling."""
    if edits is None:
        return None
    return {key: None if raw is None else bytes(raw) for key, raw in dict(edits).items()}


def _restored(
    kind: type[RawRecord],
    backed: Callable[[Context], Backing],
    place: tuple[int, int],
    edits: dict[Key, Raw | None] | None,
    context: Context,
) -> Any:
    announced = context.announced_profile
    record = kind.attached(backed(context), *place)
    context.announced_profile = announced or context.announced_profile
    set_edits(record, edits)
    return record
