"""Subfields: information items between US, subfields between RS.

An item class is a frozen attrs class; its instances remember the bytes they came from, so that an
unchanged item keeps its spelling when its neighbour changes.
"""

from __future__ import annotations

from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

import attrs

from nistitl.declare.conditions import PERSONAL, Condition, Holding
from nistitl.declare.values import H, N, Problem, Text, Value
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nistitl.base.editions import Edition
    from nistitl.wire.charsets import Charset

ANY_RECORD = tuple(range(2, 100))  # the types of records that have an IDC
RIDGE_RECORDS = (4, 13, 14, 15, 19)  # those with an image of friction ridges
AMBIGUOUS = (
    "no declaration says what the entries of a flat list are; give [[a, b]] for the items of one subfield, "
    "[[a], [b]] for subfields"
)
_LONG = 10  # digits
_SHORT, _MOST_KNOWN = 16, 8192  # bytes of a subfield that is kept, and how many of a class are


@attrs.frozen(slots=True, eq=False)
class Item:
    """The declaration of one information item: a row of the standard's table."""

    value: Value
    condition: Condition
    name: str
    mnemonic: str = ""
    holds: Holding = PERSONAL
    times: tuple[int, int | None] | None = None  # set where the item repeats
    pair: tuple[str, ...] = ()  # mnemonics, where the repeated item is a group such as HPO, VPO
    unverified: bool = False
    note: str = ""
    was: Mapping[Edition, Value] = attrs.field(factory=dict)  # the content up to an edition, where it was another one
    since: Edition | None = None  # set where the item is newer than its field
    idc_of: tuple[int, ...] = ()  # record types whose IDC the content is, or begins with; one of several between |

    def content_in(self, edition: Edition) -> Value:
        """The content as that edition had it."""
        return next((self.was[last] for last in sorted(self.was) if edition <= last), self.value)

    def written(self, value: Any, charset: Charset) -> bytes:
        """The bytes of a value, by the newest content that can hold it; ValueError, in its words, if none can."""
        try:
            return self.value.written(value, charset)
        except ValueError:
            for content in self.was.values():
                with suppress(ValueError):
                    return content.written(value, charset)
            raise

    @property
    def repeats(self) -> bool:
        """True for an item that may stand more than once in its subfield."""
        return self.times is not None

    @property
    def occurrence(self) -> tuple[int, int | None]:
        """How often it stands: least and most."""
        return self.times or (1 if self.condition is Condition.M_UP else 0, 1)

    def tells(self, raw: bytes, charset: Charset) -> bool:
        """True where these bytes are nobody's: the row says so, and the content could be such."""
        return self.holds.told and self.value.fits(raw, charset)


def item(
    value: Value,
    condition: Condition,
    name: str,
    *,
    holds: Holding = PERSONAL,
    times: tuple[int, int | None] | None = None,
    pair: tuple[str, ...] = (),
    unverified: bool = False,
    note: str = "",
    was: Mapping[Edition, Value] | None = None,
    since: Edition | None = None,
    idc_of: tuple[int, ...] = (),
) -> Any:
    """Declare an information item: content, condition, name, whose data it holds; `times` where it repeats."""
    declared = Item(
        value, condition, name, holds=holds, times=times, pair=pair, unverified=unverified, note=note,
        was=was or {}, since=since, idc_of=idc_of,
    )  # fmt: skip
    return attrs.field(default=() if times else None, metadata={"item": declared})


@attrs.define(frozen=True, slots=True, init=False, repr=False)
class Items:
    """One subfield made of information items: the base of every item class."""

    items: ClassVar[tuple[Item, ...]] = ()
    decoders: ClassVar[tuple[Callable[[bytes, Charset], Any], ...]] = ()
    repeats: ClassVar[bool] = False
    run: ClassVar[Item | None] = None  # the last item, where it repeats and no other does
    # short sets of numbers recur in every file (CNT above all): the same bytes give the same object
    known_subfields: ClassVar[dict[bytes, Any] | None] = None
    raw: bytes | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)

    if TYPE_CHECKING:

        def __init__(self, *values: Any, raw: bytes | None = None, **named: Any) -> None: ...

    def __repr__(self) -> str:
        present = [i.mnemonic for i in self.items if getattr(self, i.mnemonic) not in (None, ())]
        return f"<{type(self).__name__} {' '.join(present)}>"

    def _repr_html_(self) -> str:
        from nistitl.base.screen import table_of  # for notebooks

        return table_of(self)

    @classmethod
    def decode(cls, raw: bytes, charset: Charset) -> Any:
        """The items of one subfield; an item that does not decode is None, its bytes stay in `raw`."""
        run = cls.run
        if run is None and cls.repeats:
            return cls(*cls.decode_dealt(raw, charset), raw=raw)
        known = cls.known_subfields.get(raw) if cls.known_subfields is not None else None
        if known is not None:
            return known
        pieces = raw.split(US) if run is None else raw.split(US, len(cls.decoders))
        values: list[Any] = []
        for decode, piece in zip(cls.decoders, pieces, strict=False):
            try:
                values.append(decode(piece, charset) if piece else None)
            except ValueError:
                values.append(None)
        if run is not None and len(pieces) > len(values):
            values.append(_decode_run(run, pieces[-1], charset))
        subfield = cls(*values, raw=raw)
        if cls.known_subfields is not None and len(raw) <= _SHORT and len(cls.known_subfields) < _MOST_KNOWN:
            cls.known_subfields[raw] = subfield
        return subfield

    @classmethod
    def decode_dealt(cls, raw: bytes, charset: Charset) -> list[Any]:
        """The values of the items of one subfield, as many as there are pieces for: the plain way to `decode` them."""
        return [_decode_item(declared, pieces, charset) for declared, pieces in _deal(cls.items, raw.split(US))]

    def encode(self, charset: Charset) -> bytes:
        """The bytes of this subfield; items that have not changed keep the bytes they were read from."""
        spelled = dict(_dealt(self.items, self.raw)) if self.raw is not None else {}
        least = self.raw.count(US) + 1 if self.raw is not None and self.raw.endswith(US) else 1
        pieces: list[bytes] = []
        for declared in self.items:
            value = getattr(self, declared.mnemonic)
            old = spelled.get(declared.mnemonic)
            if old is not None and _decode_item(declared, old, charset) == value:
                pieces += old
                continue
            try:
                pieces += _encode_item(declared, value, charset)
            except ValueError as error:
                raise ValueError(f"{declared.mnemonic}: {error}") from None
        others = spelled.get("", [])
        while not others and len(pieces) > least and not pieces[-1]:
            pieces.pop()  # no separator stands behind the last item, unless it came so
        return US.join(pieces + others)

    @classmethod
    def made_of(cls, value: object) -> Self:
        """The items as given, or made of a list of values, where "" is an item that is absent."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, tuple | list):
            raise ValueError(f"expected {cls.__name__} or a list of its items, not {type(value).__name__}")
        if len(value) > len(cls.items):
            raise ValueError(f"{len(value)} items, expected {len(cls.items)} at the most, those of {cls.__name__}")
        return cls(*[None if part == "" else part for part in value])

    @classmethod
    def dealt(cls, pieces: list[bytes]) -> list[tuple[Item, list[bytes]]]:
        """The pieces of a subfield, item by item."""
        return list(_deal(cls.items, pieces))

    @classmethod
    def problems(cls, raw: bytes, charset: Charset) -> Iterator[tuple[int, str]]:
        """Each item, by its place from 1, that does not decode."""
        at = 1
        for declared, pieces in _deal(cls.items, raw.split(US)):
            for piece in pieces:
                if piece:
                    for _, _, message in declared.value.problems(piece, charset):
                        yield at, f"{declared.mnemonic}: {message}"
                at += 1


T = TypeVar("T", bound=Items)


def items(cls: type[T]) -> type[T]:
    """Make an item class of a declaration: frozen, slotted, equal by its values."""
    item_class = attrs.define(frozen=True, slots=True, repr=False)(cls)
    item_class.items = tuple(
        attrs.evolve(field.metadata["item"], mnemonic=field.name)
        for field in attrs.fields(cast("Any", item_class))
        if "item" in field.metadata
    )
    repeating = [row for row in item_class.items if row.repeats]
    item_class.repeats = bool(repeating)
    item_class.run = repeating[0] if repeating == list(item_class.items[-1:]) else None
    item_class.decoders = tuple(row.value.decode for row in item_class.items if row is not item_class.run)
    item_class.known_subfields = {} if all(type(row.value) is N for row in item_class.items) else None
    return item_class


def _dealt(declared: tuple[Item, ...], raw: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """The pieces of each item by mnemonic; those that belong to none under the empty name."""
    pieces = (raw or b"").split(US)
    count = 0
    for row, own in _deal(declared, pieces):
        count += len(own)
        yield row.mnemonic, own
    yield "", pieces[count:]


def _deal(declared: tuple[Item, ...], pieces: list[bytes]) -> Iterator[tuple[Item, list[bytes]]]:
    """Deal the pieces of a subfield out to its items; items after the last piece are not named."""
    at = 0
    for place, row in enumerate(declared, 1):
        if at >= len(pieces):
            return
        if row.times is None:
            step = 1
        elif row is declared[-1]:
            step = len(pieces) - at
        else:
            step = _run(row, pieces[at:], len(declared) - place)
        yield row, pieces[at : at + step]
        at += step


def _run(row: Item, pieces: list[bytes], after: int) -> int:
    """How many pieces belong to an item that repeats in the middle: those of its length.

    `after` items follow it; empty pieces at the end are theirs.
    """
    most = row.times[1] if row.times else None
    low, high = row.value.min_len or 0, row.value.max_len
    run = 0
    for piece in pieces[:most]:
        size = len(piece)
        mine = low <= size and (high is None or size <= high) if size else len(pieces) - run > after
        if not mine:
            break
        run += 1
    return run


def _decode_item(row: Item, pieces: list[bytes], charset: Charset) -> Any:
    if row.times is None:
        return _decode_piece(row.value, pieces[0], charset)
    there = max((at for at, piece in enumerate(pieces, 1) if piece), default=0)  # then separators written for nothing
    values = [_decode_piece(row.value, piece, charset) for piece in pieces[:there]]
    if any(value is None for value in values):
        return ()
    if row.pair:
        width = len(row.pair)
        return tuple(tuple(values[at : at + width]) for at in range(0, len(values), width))
    return tuple(values)


def _decode_run(row: Item, raw: bytes, charset: Charset) -> Any:
    """The values of an item to the end of its subfield; plain text all at once, else as `_decode_item` does."""
    if not (isinstance(row.value, Text) and charset.transparent and raw.isascii()) or row.pair:
        return _decode_item(row, raw.split(US), charset)
    texts = str(raw.rstrip(US), "ascii").split("\x1f")
    return () if "" in texts else tuple(texts)


def _decode_piece(value: Value, piece: bytes, charset: Charset) -> Any:
    if not piece:
        return None
    try:
        return value.decode(piece, charset)
    except ValueError:
        return None


def _encode_item(row: Item, value: Any, charset: Charset) -> list[bytes]:
    if row.times is None:
        return [b"" if value is None else row.written(value, charset)]
    if isinstance(value, str):
        value = (value,)  # one of them, not a letter each
    values = [part for group in value for part in group] if row.pair else list(value)
    return [row.value.written(part, charset) for part in values]


def is_flat(values: tuple[Any, ...] | list[Any]) -> bool:
    """True for a list of single values, which for a field made of items is one subfield."""
    return bool(values) and not any(isinstance(value, tuple | list | Items | bytes) for value in values)


def _alone(subfield: Any) -> Any:
    """The value of a subfield that is one item: as it is, or alone in a list."""
    return subfield[0] if isinstance(subfield, list) and len(subfield) == 1 else subfield


class Values(Value):
    """A field of repeated single values: a tuple, one subfield each."""

    def __init__(self, inner: Value, least: int = 1, most: int | None = None) -> None:
        super().__init__(inner.min_len, inner.max_len)
        self.inner = inner
        self.open = inner.open
        self.least = least
        self.most = most
        self.char_type = inner.char_type
        self.table, self.supplied = inner.table, inner.supplied
        self.one_of = inner.one_of
        self.within = inner.within

    absent = ()

    def decode(self, raw: bytes, charset: Charset) -> tuple[Any, ...]:
        if not raw:
            return ()
        decode = self.inner.decode
        return tuple([decode(part, charset) for part in raw.split(RS)])

    def encode(self, value: Any, charset: Charset) -> bytes:
        values = [_alone(part) for part in value] if isinstance(value, tuple | list) else [value]
        _check_count(len(values), self.least, self.most)
        return RS.join([self.inner.written(part, charset) for part in values])

    def fits(self, raw: bytes, charset: Charset) -> bool:
        return all(self.inner.fits(part, charset) for part in raw.split(RS))

    def problems(self, raw: bytes, charset: Charset) -> Iterator[Problem]:
        for place, part in enumerate(raw.split(RS), 1):
            for _, _, message in self.inner.problems(part, charset):
                yield place, None, message


class Sets(Value):
    """A field of repeated subfields, each a set of items: a tuple of the item class.

    `first` is another item class where the first subfield differs from the others (1.003, 9.138).
    """

    def __init__(
        self, items: type[Items], least: int = 1, most: int | None = None, *, first: type[Items] | None = None
    ) -> None:
        super().__init__()
        self.items = items
        self.least = least
        self.most = most
        self.first = first or items
        rows = [row for kind in (self.items, self.first) for row in kind.items if row.since is None]
        self.recurring = all(type(row.value) in (N, H) for row in rows)  # but for items that came later

    absent: Any = ()

    def decode(self, raw: bytes, charset: Charset) -> tuple[Items, ...]:
        if not raw:
            return ()
        decode = self.items.decode
        subfields = raw.split(RS)
        first = self.first.decode(subfields.pop(0), charset)
        known = self.items.known_subfields
        if known is None:
            return (first, *[decode(part, charset) for part in subfields])
        return (first, *[known.get(part) or decode(part, charset) for part in subfields])

    def encode(self, value: Any, charset: Charset) -> bytes:
        subfields = value if isinstance(value, tuple | list) else (value,)
        if isinstance(value, list) and is_flat(value):
            subfields = (value,)  # the items of one subfield
        _check_count(len(subfields), self.least, self.most)
        return RS.join([self._subfield(part, place, charset) for place, part in enumerate(subfields, 1)])

    def of(self, place: int) -> type[Items]:
        """The item class of a subfield, by its place from 1."""
        return self.first if place == 1 else self.items

    def _subfield(self, part: Any, place: int, charset: Charset) -> bytes:
        if isinstance(part, bytes):
            return part
        try:
            return self.of(place).made_of(part).encode(charset)
        except ValueError as error:
            raise ValueError(f"subfield {place}: {error}") from None

    def problems(self, raw: bytes, charset: Charset) -> Iterator[Problem]:
        for place, part in enumerate(raw.split(RS), 1):
            for at, message in self.of(place).problems(part, charset):
                yield place, at, message


class One(Sets):
    """A field of exactly one subfield of items: the item class itself, or None."""

    def __init__(self, items: type[Items]) -> None:
        super().__init__(items, 1, 1)

    absent = None

    def decode(self, raw: bytes, charset: Charset) -> Items | None:  # type: ignore[override]
        return self.items.decode(raw.partition(RS)[0], charset) if raw else None


class Either(Sets):
    """A field whose subfields are sets of items, or single values: INT-I 6 has both, one for each encoding.

    A subfield without a separator of items is a value as `alone` declares it.
    """

    def __init__(self, items: type[Items], alone: Value, least: int = 1, most: int | None = None) -> None:
        super().__init__(items, least, most)
        self.alone = alone
        self.absent = None if most == 1 else ()

    def decode(self, raw: bytes, charset: Charset) -> Any:
        if not raw:
            return self.absent
        values = [self._form(part).decode(part, charset) for part in raw.split(RS)]
        return values[0] if self.most == 1 else tuple(values)

    def problems(self, raw: bytes, charset: Charset) -> Iterator[Problem]:
        for place, part in enumerate(raw.split(RS), 1):
            for at, message in self.items.problems(part, charset) if US in part else ():
                yield place, at, message
            for _, _, message in self.alone.problems(part, charset) if US not in part else ():
                yield place, None, message

    def _form(self, part: bytes) -> type[Items] | Value:
        return self.items if US in part else self.alone

    def _subfield(self, part: Any, place: int, charset: Charset) -> bytes:
        if isinstance(part, str):
            return self.alone.written(part, charset)
        return super()._subfield(part, place, charset)


class WrongCount(ValueError):
    """Other subfields than a declaration allows."""

    def __init__(self, count: int, least: int, most: int | None) -> None:
        allowed = f"{least} to {most if most is not None else 'any number'}" if least != most else str(least)
        super().__init__(f"{count} subfields, expected {allowed}")
        self.most = inf if most is None else most


def _check_count(count: int, least: int, most: int | None) -> None:
    if count < least or (most is not None and count > most):
        raise WrongCount(count, least, most)


def value_of_item(value: Value, item: int | None) -> Value:
    """What a subfield holds, or an item of it; of a subfield with items the first where none is said."""
    if isinstance(value, Sets):
        rows = value.items.items
        return rows[min(item or 1, len(rows)) - 1].value
    return value.inner if isinstance(value, Values) else value


def same_codes(value: Value, one: str, other: str) -> bool:
    """True where two texts of a field differ in nothing but zeros before codes and numbers of a range: `1` is `01`.

    Where a subfield may be one text, the separators of its items say nothing either.
    """
    if isinstance(value, Either) and one.replace("\x1f", "") == other.replace("\x1f", ""):
        return True
    texts, others = ([part.split("\x1f") for part in text.split("\x1e")] for text in (one, other))
    return [*map(len, texts)] == [*map(len, others)] and all(
        mine == theirs or _same_code(value_of_item(value, at), mine, theirs)
        for items, its in zip(texts, others, strict=True)
        for at, (mine, theirs) in enumerate(zip(items, its, strict=True), 1)
    )


def _same_code(value: Value, one: str, other: str) -> bool:
    numbers = all(text.isdecimal() and len(text) < _LONG for text in (one, other)) and int(one) == int(other)
    return numbers and (value.within is not None or (value.lists(one) and value.lists(other)))
