"""What a record has to know of its surroundings, and what stands between it and the bytes."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from threading import RLock
from types import new_class
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NamedTuple, Protocol, TypeVar

from nistitl.base.errors import ClosedError
from nistitl.wire.charsets import UNDECLARED, Charset, announced
from nistitl.wire.frames import setting
from nistitl.wire.grammar import US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from mmap import mmap
    from struct import Struct
    from weakref import ReferenceType

    from nistitl.base.editions import Edition
    from nistitl.base.errors import FieldError
    from nistitl.base.findings import Finding, Location
    from nistitl.declare.element import Element
    from nistitl.model.dictionaries import Dictionary
    from nistitl.wire.fields import Fields, Raw
    from nistitl.wire.framing import Framing
    from nistitl.wire.grammar import Key, Layout

    Input = bytes | mmap | Callable[["Context"], "Backing"]  # traditional bytes, or what makes another backing

_T = TypeVar("_T")
VER, NSR, NTR, DOM, DCS = 2, 11, 12, 13, 15
ANNOUNCING = (VER, DCS)  # fields of Type-1 that tell the character set of all text
SETTINGS = (NSR, NTR, DOM)  # fields of Type-1 that other records go by, character set and edition aside
FIRST_TOUCH = RLock()  # held while what was touched first is put in its place, and while an edit is
if hasattr(os, "register_at_fork"):  # a child has no other thread that could release it
    _release = FIRST_TOUCH.release
    os.register_at_fork(before=FIRST_TOUCH.acquire, after_in_parent=_release, after_in_child=_release)
_Range = tuple[Any, int, int]  # data, start, end


def closed() -> ClosedError:
    """The error for what was not read in time."""
    return ClosedError("the transaction was closed before this was read; read it earlier, or read the input again")


class RecordPort(Protocol):
    """What a backing, an owner or a check may ask of a record."""

    type: ClassVar[int]
    binary: ClassVar[bool]
    data_field: ClassVar[int | None]
    widths: ClassVar[tuple[int | None, ...]]
    elements: ClassVar[Mapping[int, Element]]
    header_struct: ClassVar[Struct]  # of a binary record: cuts its header into the bytes of its fields
    header_layout: ClassVar[Layout]  # of a binary record
    origin: tuple[Backing, int, int]  # where its bytes lie; at 0:0 where it has none
    edits: dict[Key, Raw | None] | None  # None: removed; LEN stands in it for a record that is to be written anew

    @property
    def raw_fields(self) -> Fields: ...
    @property
    def context(self) -> Context: ...
    @property
    def edited(self) -> bool: ...
    @property
    def idc(self) -> int | None: ...
    def element(self, number: int) -> Element | None: ...
    def keys(self) -> list[Key]: ...
    def raw(self, key: Key) -> Raw | None: ...
    def put(self, key: Key, raw: Raw | None, *, computed: bool = False) -> None: ...
    def refused(self, key: Key, message: str) -> FieldError: ...
    def span(self, number: Key, subfield: int | None, item: int | None) -> tuple[int, int] | None: ...
    def location(self, number: int, subfield: int | None, item: int | None) -> Location: ...
    def stand_on(self, backing: Backing, start: int, end: int) -> None: ...
    def rebuild(self, backing: Backing) -> None: ...


class FieldsPort(RecordPort, Protocol):
    """What a place in a record may ask of it besides."""

    @property
    def taken_apart(self) -> dict[Key, Any]: ...
    def number_of(self, mnemonic: str) -> int: ...
    def assign(self, element: Element, value: object) -> None: ...
    def findings(self) -> Iterator[Finding]: ...


class Owner(Protocol):
    """Whoever holds the records and must follow their edits: the transaction."""

    @property
    def header(self) -> Any:
        """Its Type-1 record."""

    @property
    def edition(self) -> Edition | None:
        """The edition that VER names, None where it names none."""

    def __iter__(self) -> Iterator[RecordPort]:
        """Its records."""

    def with_idc(self, kind: int, idc: int | None) -> Sequence[RecordPort]:
        """Its records of a type with this IDC."""

    def record_edited(self, record: RecordPort, key: Key) -> None:
        """A field of one of its records has a new content."""

    def announcing(self, header: RecordPort, key: Key, raw: Raw | None) -> None:
        """1.002 or 1.015 is about to have this content. FieldError where the text cannot follow."""


class Context:
    """Shared by the records of one transaction: character set, Type-2 dictionary, policy."""

    __slots__ = (
        "__weakref__", "_dictionary", "_named", "_told",
        "announced_profile", "charset", "dirty", "owner", "strict",
    )  # fmt: skip

    def __init__(
        self,
        charset: Charset = UNDECLARED,
        dictionary: Dictionary | None = None,
        strict: bool = False,
    ) -> None:
        self.charset = charset
        self.strict = strict
        self._told: Mapping[int, Raw | None] | _Range | None = None  # by Type-1, or where it lies; None: there is none
        self.announced_profile: str | None = None  # the profile that the input itself names, by a namespace
        self.dirty = False  # a record has been edited
        self.owner: ReferenceType[Owner] | None = None
        self._named = dictionary  # by whoever reads
        self._dictionary: Dictionary | Literal[False] | None = False  # False: nobody has asked yet

    def setting(self, number: int) -> Raw | None:
        """What Type-1 says of all records in 1.011 NSR, 1.012 NTR or 1.013 DOM, its edits included."""
        told = self._told
        if isinstance(told, tuple):
            return setting(*told, number=number)
        return told.get(number) if told is not None else None

    @property
    def domain(self) -> str | None:
        """The name in 1.013 DOM, which chooses a dictionary where none was named."""
        raw = self.setting(DOM)
        return bytes(raw).partition(US)[0].decode("latin-1") if raw else None

    def told(self, settings: Mapping[int, Raw | None] | _Range) -> None:
        """Take these fields of Type-1, or the place of the Type-1 where they are looked up when needed."""
        self._told = settings
        self._dictionary = False

    def told_by(self, header: RecordPort) -> None:
        """Take what Type-1 says as it stands now."""
        self.told({number: header.raw(number) for number in SETTINGS})

    @property
    def named_dictionary(self) -> Dictionary | None:
        """The Type-2 dictionary that was named by whoever reads."""
        return self._named

    @property
    def dictionary(self) -> Dictionary | None:
        """The Type-2 dictionary that was named, or that the input names, or the one that the domain stands for."""
        found = self._dictionary
        if found is False:
            from nistitl.model.dictionaries import dictionary_of_domain, profile

            named, told = self._named, self._told
            found = named or (profile(self.announced_profile).dictionary if self.announced_profile else None)
            if found is None and (domain := self.domain):
                found = dictionary_of_domain(domain)
            with FIRST_TOUCH:
                if self._named is named and self._told is told:
                    self._dictionary = found
        return found

    @dictionary.setter
    def dictionary(self, dictionary: Dictionary | None) -> None:
        self._named = dictionary
        self._dictionary = False

    def edited(self, record: RecordPort, key: Key) -> None:
        """Tell the owner of an edit, so that CNT and the character set can follow."""
        self.dirty = True
        if self.owner is not None and (owner := self.owner()) is not None:
            owner.record_edited(record, key)
        elif self._told is not None and record.type == 1 and key in SETTINGS:  # its records outlive the transaction
            self.told_by(record)

    def announcing(self, record: RecordPort, key: Key, raw: Raw | None) -> None:
        """Tell the owner before a field of `ANNOUNCING` has new content, so that text can follow."""
        if self.owner is not None and (owner := self.owner()) is not None:
            owner.announcing(record, key, raw)

    def alone(self) -> Context:
        """The same settings, for a record that belongs to no transaction."""
        twin = Context(self.charset)
        twin.take_over(self)
        return twin

    def take_over(self, other: Context) -> None:
        """Have the settings of another context, but for the character set."""
        self.strict, self._named, self._told = other.strict, other._named, other._told
        self.announced_profile = other.announced_profile
        self._dictionary = False

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (self.charset, self.strict, self._named, self._own_settings(), self.announced_profile)

    def close(self) -> None:
        """Let go of the bytes that settings are looked up in."""
        self._told = self._own_settings()

    def _own_settings(self) -> dict[int, Raw | None] | None:
        if self._told is None:
            return None
        raws = {number: self.setting(number) for number in SETTINGS}
        return {number: None if raw is None else bytes(raw) for number, raw in raws.items()}


def _restored(
    charset: Charset,
    strict: bool,
    named: Dictionary | None,
    told: Mapping[int, Raw | None] | None,
    announced_profile: str | None,
) -> Context:
    context = Context(charset, named, strict)
    context._told, context.announced_profile = told, announced_profile
    return context


class Backing(Protocol):
    """Stands between bytes and records. The traditional encoding is one; another encoding is another.

    What has a body here is true of most encodings, and inherited by a backing that names this class as its base.
    """

    __slots__ = ()

    context: Context
    is_input: bool  # the bytes are those of an input, not of a mended or pickled record
    encoding: ClassVar[str]  # its name
    title: str  # what people call it; empty where it goes without saying
    data: Any  # the bytes that spans count in
    holds: ClassVar[tuple[str, ...]] = ("data",)  # attributes that keep the bytes, or parts of them
    tagged: ClassVar[bool] = False  # records are fields behind tags and separators, their raw fields slices of them
    in_base64: ClassVar[bool] = False  # image data stand in it as base-64 text
    counts_records: ClassVar[bool] = False  # CNT was read to find the records, and held against them

    @property
    def vocabulary(self) -> str | None:
        """The flavour of the encoding, where it has flavours."""
        return None

    def announce(self, header: RecordPort, *, charset: bool) -> None:
        """Tell the context what Type-1 says of all records: `SETTINGS` and, with `charset`, the character set."""
        self.context.told_by(header)
        if charset:
            self.context.charset = announced(header.raw(DCS), header.raw(VER))

    def close(self) -> None:
        """Let go of the bytes: what needs them from now on is a ClosedError."""
        if not isinstance(self, _Closed):
            self.__class__ = _closed_form(type(self))
        for name in self.holds:
            with suppress(AttributeError):  # it was closed before
                object.__delattr__(self, name)

    def split(self, record: RecordPort, start: int, end: int) -> Fields:
        """The raw fields of the record that lies at start:end, in traditional spelling."""

    def unpack(self, header: Struct, start: int, end: int) -> list[Any] | None:
        """The fields of a binary record in one go, its data last; None where they must be read one by one."""
        return None

    def span(self, record: RecordPort, key: Key, subfield: int | None, item: int | None) -> tuple[int, int] | None:
        """Byte offset and length of a value in the input, or None when it did not come from there."""

    def respell(self, record: RecordPort) -> list[Raw]:
        """The bytes of an edited record, in pieces: its dirty fields and its LEN anew, all else as it came."""

    def untouched(self, start: int, end: int) -> memoryview:
        """The bytes of a record as they came."""

    def rebased(self, context: Context) -> Backing:
        """The same bytes in another context: what a record takes along when it changes transactions."""

    def again(self) -> Callable[[Context], Backing]:
        """What makes a backing of the same bytes, in whatever context."""

    def detached(self, start: int, end: int, *, is_input: bool) -> tuple[Callable[[Context], Backing], int]:
        """The same for bytes of its own, which can be pickled; and by how much places have moved in them.

        `is_input`: they are still an input.
        """

    def adopted(self, record: RecordPort, context: Context) -> None:
        """Have a record of anywhere stand in this encoding, its fields as edits where its bytes are of another one."""

    def finished(self, pieces: list[Raw]) -> list[Raw]:
        """These bytes as they are to be written."""
        return pieces

    def findings(self, record: RecordPort) -> Iterator[Finding]:
        """What is wrong with the bytes of a record that its raw fields do not show."""
        return iter(())

    def unknown_content(self, record: RecordPort) -> Iterator[Finding]:
        """What stands in the record that its raw fields leave out."""
        return iter(())

    def outside(self) -> Iterator[Finding]:
        """What stands beside the records, so that a conversion leaves it out."""
        return iter(())

    def located(self, record: RecordPort | None, location: Location) -> Location:
        """A place of the record, or of none, told as the encoding tells places."""
        return location


class _Closed:
    """What a backing is besides once it is closed; as long as it is open, no attribute costs a look for this."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).holds:
                raise closed()
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


@cache
def _closed_form(kind: type[Backing]) -> type[Backing]:
    """The class of the closed backings of a kind."""
    form: type[Backing] = new_class(kind.__name__, (_Closed, kind), exec_body=lambda names: names.update(__slots__=()))
    return form


class Framed(NamedTuple):
    """A transaction found in an input: what its records stand on, where they lie, and the bytes that are its own."""

    source: Input
    framing: Framing
    bounds: tuple[int, int]


class Encoded(NamedTuple, Generic[_T]):
    """A transaction in another encoding, the records that went along by index, and what could not be said."""

    transaction: _T
    kept: list[int]
    losses: list[Finding]


class Encoding(Protocol):
    """A way to spell transactions as bytes, offered through the entry-point group `nistitl.encodings`."""

    name: str
    suffixes: tuple[str, ...]  # how the names of its files end, in lower case
    vocabularies: tuple[str, ...]  # its flavours by name, the usual one first
    charset: str | None  # the character set of its text; None where 1.015 announces it
    counts_records: bool  # as its backing has it

    def recognises(self, data: bytes | mmap) -> bool:
        """True where the first bytes can only be those of this encoding."""

    def frame(self, data: bytes | mmap) -> Framed:
        """The one transaction of an input. ReadError where there is none."""

    def frames(self, data: bytes | mmap) -> Iterator[Framed]:
        """The transactions that stand one after another in an input. ReadError where there is none."""
        yield self.frame(data)

    def encode(self, tx: Any, vocabulary: str | None) -> Encoded[Any]:
        """A transaction of any encoding in this one, of the same class; without a vocabulary, in the one that suits."""
