"""Level 1: is a field, by itself, what its declaration says? Derived from the declarations, edition by edition.

The hot path of validation. A field whose bytes were found good before is not looked at again: the bytes of
numbers, dates and codes recur in every file and are remembered, up to a bound; free text never is, for it is
people's. What is wrong is a Fault; the engine makes findings of faults.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from nistitl.base.text import many
from nistitl.declare.binary import UNUSED, Slots, Uint
from nistitl.declare.conditions import M_UP, M
from nistitl.declare.items import Either, Sets, Values
from nistitl.declare.values import Characters, Data, Date, GreenwichTime, Joined, Points, Text, Value
from nistitl.validation.quick import never, quick_subfield, quick_text
from nistitl.wire.charsets import ASCII
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nistitl.base.editions import Edition
    from nistitl.codes import Table
    from nistitl.declare.element import Element, FieldRange
    from nistitl.declare.items import Item, Items
    from nistitl.wire.charsets import Charset

LONGEST_GOOD = 48  # bytes of a value that is remembered as good; none longer is looked up
_MOST_GOOD = 32_768  # values that all checks together remember
_MANY = 32  # subfields of a field for which a pattern is made
_MOST_USER_DEFINED = 1024  # field numbers that a check remembers as user-defined
_SEPARATORS = b"\x1e\x1f"
_DIGITS = re.compile(rb"[0-9]+")


class Fault(NamedTuple):
    """What is wrong with one value: the code of the finding, in plain words, and where in the field."""

    code: str
    message: str
    expected: str | None = None
    subfield: int | None = None
    item: int | None = None
    raw: bytes | None = None  # what stands there
    told: bool = False  # what stands there may be told: its declaration says that it is nobody's data
    sure: bool = True  # False where the limit is not confirmed
    hint: str | None = None
    meant: str | None = None  # what should stand there, in so many words: told where what stands there is
    says: str | None = None  # the whole sentence, in place of `message`


class GoodValues:
    """Values that checks remember as good; when all checks together remember `most` of them, all are forgotten.

    A bound for each check alone would be none: there are thousands of checks, and a sender chooses the values.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._sets: list[set[bytes]] = []  # those that are not empty
        self._count = 0

    def remember(self, good: set[bytes], raw: bytes) -> None:
        """Add a value to those that one check remembers, unless it is long."""
        if len(raw) > LONGEST_GOOD:
            return
        if self._count >= self.most:
            self.forget()
        if not good:
            self._sets.append(good)
        good.add(raw)
        self._count += 1

    def forget(self) -> None:
        """Empty what all checks remember."""
        for good in self._sets:
            good.clear()
        self._sets.clear()
        self._count = 0


GOOD_VALUES = GoodValues(_MOST_GOOD)


class ContentCheck:
    """The check of one value in one edition; `row` declares the field or item, where findings may tell of it."""

    __slots__ = ("edition", "good", "quick", "row", "sure", "value")

    def __init__(self, value: Value, edition: Edition, sure: bool = True, row: Element | Item | None = None) -> None:
        self.value = value
        self.row = row
        self.edition = edition
        self.sure = sure
        self.good: set[bytes] = set()
        self.quick = len if isinstance(value, Data) else quick_text(value)

    def fine(self, raw: bytes, charset: Charset) -> bool:
        """True where nothing is wrong; quick for what was seen before and for plain text."""
        return self.known(raw, charset) or self.first_fault(raw, charset) is None

    def known(self, raw: bytes, charset: Charset) -> bool:
        """True for what was seen to be good before, and for text that nothing but characters and length limits."""
        return raw in self.good or (charset.transparent and bool(self.quick(raw)))

    def first_fault(self, raw: bytes, charset: Charset) -> Fault | None:
        """What is wrong with bytes that are not known to be good; good ones are remembered."""
        fault = self.fault(raw, charset)
        if fault is None and self.closed:
            GOOD_VALUES.remember(self.good, raw)
        return fault

    @property
    def closed(self) -> bool:
        """True for content that is a number, a date or a code: never anyone's text."""
        value = self.value
        if isinstance(value, Data):
            return False
        return not isinstance(value, Text) or bool(value.table or value.one_of)

    def fault(self, raw: bytes, charset: Charset) -> Fault | None:
        """What is wrong with these bytes, the first thing only."""
        value = self.value
        if isinstance(value, Joined):
            return self._joined(value, raw, charset)
        fault = None
        if value.table is None and value.one_of is None and not isinstance(value, Date | GreenwichTime):
            fault = _length(value, raw if charset.transparent and raw.isascii() else charset.decode(raw))
            fault = fault and (_characters(value, raw, charset) or fault)
        fault = fault or _form(value, raw, charset) or self._code_or_range(value, raw, charset)
        if fault is None and value.table is not None and not isinstance(value, Uint | Slots):
            fault = _length(value, charset.decode(raw))  # the code has it, with another number of digits
        return fault and self._found(fault, raw, charset, fault.sure)

    def _joined(self, value: Joined, raw: bytes, charset: Charset) -> Fault | None:
        parts = raw.split(value.separator.encode())
        if fault := _length(value, raw):
            fault = next((wrong for part in parts if (wrong := _characters(value.inner, part, charset))), fault)
            return self._found(fault, raw, charset)
        inner = ContentCheck(value.inner, self.edition, self.sure)
        fault = next((fault for part in parts if (fault := inner.fault(part, charset))), None)
        return fault and self._found(fault, raw, charset, fault.sure)

    def _found(self, fault: Fault, raw: bytes, charset: Charset, sure: bool = True) -> Fault:
        """The fault with what stands there, and whether that may be told."""
        told = self.row is not None and self.row.tells(raw, charset)
        return fault._replace(raw=raw, told=told, sure=sure and self.sure)

    def _code_or_range(self, value: Value, raw: bytes, charset: Charset) -> Fault | None:
        """What code list or range forbid; what both do, by the one that is sure."""
        fault = self._code(value, raw, charset)
        if fault is not None and fault.sure and fault.code != "code-legacy":
            return fault
        return range_fault(value, raw, charset) or fault

    def _code(self, value: Value, raw: bytes, charset: Charset) -> Fault | None:
        if isinstance(value, Slots) or (value.table is None and value.one_of is None):
            return None
        text = str(raw[0]) if isinstance(value, Uint) else charset.decode(raw)
        if value.one_of is not None and value.table is None:
            return None if text in value.one_of else _not_a_code(text, " ".join(value.one_of), value.one_of)
        assert value.table is not None
        for code in text if value.each else (text,):
            if fault := _table_fault(value, code, self.edition):
                return fault
        if value.one_of is not None and text not in value.one_of:
            return _not_a_code(text, " ".join(value.one_of), value.one_of)  # a code of the table, not of this field
        return None


def _length(value: Value, text: bytes | str) -> Fault | None:
    size = len(text)
    if size >= (value.min_len or 0) and (value.max_len is None or size <= value.max_len):
        return None
    low, high = value.min_len or 0, value.max_len
    wanted = str(low) if low == high else f"at least {low}" if high is None else f"{low} to {high}"
    fault = Fault("value-length", f"length is {size}, must be {wanted}", f"{wanted} characters ({value.limits})")
    return fault if value.tolerated is None else fault._replace(sure=not _within(size, value.tolerated))


def _characters(value: Value, raw: bytes, charset: Charset) -> Fault | None:
    """What the character type does not allow in a value of any length: digits stand one for all that follow another."""
    fault = _form(value, _DIGITS.sub(b"0", raw), charset)
    return fault if fault is not None and fault.code == "value-characters" else None


def _within(size: int, span: tuple[int, int | None]) -> bool:
    return size >= span[0] and (span[1] is None or size <= span[1])


def _form(value: Value, raw: bytes, charset: Charset) -> Fault | None:
    """Character type, date, number: what every decoder refuses, and what the character type does not allow."""
    if isinstance(value, Slots):
        return _slots(value, raw)
    if isinstance(value, Text):
        text = charset.decode(raw)
        if isinstance(value, Characters) and value.pattern and re.fullmatch(value.pattern, text) is None:
            return Fault("value-form", "is not written as it must be", f"{value.limits} of the form {value.pattern}")
        listed = (value.table or value.one_of) and not value.open
        if not value.holds_only_its_characters(text.replace(" ", "") if listed else text):  # of codes the list tells
            return Fault(
                "value-characters", f"holds characters that type {value.char_type} does not have", value.limits
            )
        return None
    try:
        decoded = value.decode(raw, charset)
    except ValueError as error:
        code = "value-date" if isinstance(value, Date | GreenwichTime) else "value-characters"
        wanted = str(error).removeprefix("expected ")
        message = "is no date or time" if code == "value-date" else "is not written as it must be"
        return Fault(code, message, f"{wanted} ({value.limits})")
    if isinstance(value, Points) and len(decoded) < value.least:
        return Fault(
            "value-count", f"has {len(decoded)} points, must have at least {value.least}", f"{value.least} points"
        )
    return None


def _slots(value: Slots, raw: bytes) -> Fault | None:
    used = raw.rstrip(bytes([UNUSED]))
    if UNUSED in used or not used:
        return Fault(
            "value-characters", "position slots must begin with a position and end with 255 where unused", "255"
        )
    for position in used:
        if value.within is not None and position not in value.within:
            return Fault("value-range", f"{position} is no position of this record type", str(value.within))
    return None


def range_fault(value: Value, raw: bytes, charset: Charset) -> Fault | None:
    """What is wrong with a number beyond the limits; ValueError for what is none."""
    if value.within is None or isinstance(value, Slots):
        return None
    number = value.decode(raw, charset)
    if isinstance(number, str):
        if not (number.isascii() and number.isdigit()):
            return None
        number = int(number)
    if number in value.within:
        return None
    return Fault("value-range", "is not in the allowed range", str(value.within))


def _table_fault(value: Value, text: str, edition: Edition) -> Fault | None:
    codes = value.code_table
    assert codes is not None
    row = codes.get(text)
    if row is None:
        if value.open:
            return _length(value, text)
        sure = _confirmed(codes)
        if not sure and (length := _length(value, text)) is not None:
            return length  # that the list is not certain says nothing of the length
        return _not_a_code(text, f"a code of {value.table}", _codes_of(codes, edition))._replace(sure=sure)
    if row.status == "reserved":
        return Fault("value-code", f"is a reserved code of {value.table}", f"a code of {value.table}")
    if row.since is not None and edition < row.since:
        message = f"is a code of {value.table} from {row.since.year} on only"
        return Fault("value-code", message, f"a code of {value.table} as of {edition.year}")
    if row.legacy is not None and edition >= row.legacy:
        message = f"is a code of {value.table} that new data must not carry from {row.legacy.year} on"
        return Fault("code-legacy", message, f"a code of {value.table} as of {edition.year}")
    return None


def _not_a_code(text: str, expected: str, known: tuple[str, ...]) -> Fault:
    folded = text.strip().upper()
    meant = next((code for code in known if code.upper() == folded), None)
    return Fault("value-code", "is no code that this field may hold", expected, meant=meant)


def _codes_of(table: Table, edition: Edition) -> tuple[str, ...]:
    return tuple(row.code for row in table.codes if row.status != "reserved" and row.valid_in(edition))


class SubfieldCheck:
    """The check of the information items of one subfield."""

    __slots__ = ("_quick", "checks", "closed", "good", "kind", "least", "rows")

    def __init__(self, kind: type[Items], edition: Edition, sure: bool) -> None:
        self.kind = kind
        self.rows = tuple(row for row in kind.items if row.since is None or row.since <= edition)
        self.checks = [
            ContentCheck(row.content_in(edition), edition, sure and not row.unverified, row) for row in self.rows
        ]
        self.closed = all(check.closed for check in self.checks)
        self.least = max((at for at, row in enumerate(self.rows, 1) if row.condition is M_UP), default=1)
        self.good: set[bytes] = set()
        self._quick: Callable[[bytes], object] | None = None

    @property
    def quick(self) -> Callable[[bytes], object]:
        """Tells at once that a subfield of plain text is fine; for those who check many: it takes time to make."""
        if self._quick is None:
            self._quick = self._quick_pattern()
        return self._quick

    def _quick_pattern(self) -> Callable[[bytes], object]:
        checks = self.checks
        return quick_subfield(
            self.rows, [check.value for check in checks], lambda at, code: checks[at].fine(code, ASCII)
        )

    @classmethod
    def of(cls, value: Sets, edition: Edition, sure: bool) -> SubfieldCheck:
        """The check of every subfield of a field but the first."""
        if isinstance(value, Either):
            return EitherCheck(value, edition, sure)
        return cls(value.items, edition, sure)

    def faults(self, raw: bytes, place: int, charset: Charset) -> Iterator[Fault]:
        """What is wrong with the items, each reported once."""
        if raw in self.good:
            return
        pieces = raw.split(US)
        faults = []
        if self.kind.repeats or not self._all_fine(pieces, charset):
            faults = list(self._faults(pieces, place, charset))
        if self.closed and not faults:
            GOOD_VALUES.remember(self.good, raw)
        yield from faults

    def _faults(self, pieces: list[bytes], place: int, charset: Charset) -> Iterator[Fault]:
        """What is wrong with the items, one after another."""
        at = 1
        for row, check, own in self._pieces_by_item(pieces):
            for fault in self._item_faults(row, check, own, at, charset):
                yield fault._replace(subfield=place)
            at += len(own) if row.repeats else max(len(own), 1)
        yield from _surplus(pieces, at, place)

    def _all_fine(self, pieces: list[bytes], charset: Charset) -> bool:
        """True where every item is there that must be, none too many, and all are fine."""
        if not self.least <= len(pieces) <= len(self.rows):
            return False
        for piece, check, row in zip(pieces, self.checks, self.rows, strict=False):
            if not (check.fine(piece, charset) if piece else row.condition is not M_UP):
                return False
        return True

    def _pieces_by_item(self, pieces: list[bytes]) -> Iterator[tuple[Item, ContentCheck, list[bytes]]]:
        if not self.kind.repeats:
            missing = len(self.rows) - len(pieces)
            for row, check, piece in zip(self.rows, self.checks, pieces + [b""] * missing, strict=False):
                yield row, check, [piece]
            return
        by_item = {row.mnemonic: own for row, own in self.kind.dealt(pieces)}
        for row, check in zip(self.rows, self.checks, strict=True):
            yield row, check, by_item.get(row.mnemonic, [])

    def _item_faults(
        self, row: Item, check: ContentCheck, own: list[bytes], at: int, charset: Charset
    ) -> Iterator[Fault]:
        least, most = row.occurrence
        there = [piece for piece in own if piece]
        if not there:
            if least:
                yield Fault(
                    "item-missing", f"item {row.mnemonic} is missing", row.value.limits, None, at, sure=check.sure
                )
            return
        width = len(row.pair)
        if width and (half := _half_point(own, width)) is not None:
            message = f"{row.mnemonic} ends within a point, or misses a coordinate"
            yield Fault("item-missing", message, ", ".join(row.pair), None, at + half, sure=check.sure)
            return
        groups = len(own) / (width or 1)
        if row.times is not None and (groups < least or (most is not None and groups > most)):
            wanted = f"{least} to {most}" if most is not None else f"at least {least}"
            message = f"{row.mnemonic} stands {groups:g} times, must be {wanted}"
            yield Fault("item-count", message, wanted, None, at, sure=check.sure)
            return
        for offset, piece in enumerate(own):
            if piece and not check.known(piece, charset) and (fault := check.first_fault(piece, charset)):
                yield fault._replace(item=at + offset, message=f"{row.mnemonic} {fault.message}")


class EitherCheck(SubfieldCheck):
    """The check of a subfield that is a set of items or a single value."""

    __slots__ = ("alone", "several")

    def __init__(self, value: Either, edition: Edition, sure: bool) -> None:
        super().__init__(value.items, edition, sure)
        self.alone = ContentCheck(value.alone, edition, sure)
        self.several = value.most != 1
        self.closed = self.closed and self.alone.closed

    def _quick_pattern(self) -> Callable[[bytes], object]:
        return never

    def faults(self, raw: bytes, place: int, charset: Charset) -> Iterator[Fault]:
        """What is wrong with the items, or with the value where there is no separator of items."""
        if US in raw:
            yield from super().faults(raw, place, charset)
        elif fault := self.alone.fault(raw, charset):
            yield fault._replace(subfield=place if self.several else None)


def _half_point(pieces: list[bytes], width: int) -> int | None:
    """Where the first coordinate is missing among those of points; None where each point is whole.

    Separators behind the last point, as long as they are of whole points, were written for nothing.
    """
    last = max(at for at, piece in enumerate(pieces, 1) if piece)
    whole = pieces[: -(-last // width) * width]
    empty = next((at for at, piece in enumerate(whole) if not piece), None)
    return len(whole) if empty is None and len(whole) % width else empty


def _surplus(pieces: list[bytes], declared: int, place: int) -> Iterator[Fault]:
    """Pieces after the last declared item: one too many, or separators written for nothing."""
    extra = pieces[declared - 1 :]
    if any(extra):
        yield Fault("item-many", "holds more items than are declared", f"{declared - 1} items", place, declared)
    elif extra:
        message = "ends in separators for items that are not declared"
        yield Fault("separator-trailing", message, f"{declared - 1} items", place, declared, sure=False)


class FieldCheck:
    """The check of one field in one edition: how many subfields, and what is in each."""

    __slots__ = ("closed", "content", "element", "first", "good", "others", "quick", "sure")

    def __init__(self, element: Element, edition: Edition) -> None:
        self.element = element
        self.sure = not element.unverified
        self.good: set[bytes] = set()
        value = element.value
        self.content: ContentCheck | None = None
        self.first: SubfieldCheck | None = None
        self.others: SubfieldCheck | None = None
        self.quick: Callable[[bytes], object] = len if isinstance(value, Data) else quick_text(value)
        if isinstance(value, Sets):
            self.others = SubfieldCheck.of(value, edition, self.sure)
            self.first = self.others if value.first is value.items else SubfieldCheck(value.first, edition, self.sure)
            self.closed = self.others.closed and self.first.closed
        else:
            inner = value.inner if isinstance(value, Values) else value
            self.content = ContentCheck(inner, edition, self.sure, element)
            self.closed = self.content.closed
        if element.legacy is not None and element.legacy <= edition:
            self.closed, self.quick = False, never  # it is told that it is there, whatever it holds

    def faults(self, raw: bytes, charset: Charset) -> list[Fault]:
        """What is wrong with these bytes; good ones are remembered, unless they may be anyone's text."""
        faults = list(self._faults(raw, charset))
        if self.closed and not faults:
            GOOD_VALUES.remember(self.good, raw)
        return faults

    def _faults(self, raw: bytes, charset: Charset) -> Iterator[Fault]:
        value = self.element.value
        if isinstance(value, Data):
            if not len(raw):
                yield Fault("field-empty", "is there but empty")
            return
        if isinstance(value, Uint | Slots):
            if self.content is not None and (fault := self.content.fault(raw, charset)):
                yield fault
            return
        if not raw.strip(_SEPARATORS):
            if value.min_len != 0:  # user-defined content may be empty
                yield Fault("field-empty", "is there but empty")
            return
        subfields = raw.split(RS) if isinstance(value, Sets | Values) else [raw]
        if len(subfields) > 1 and not subfields[-1]:
            message = "ends in a separator with no subfield after it"
            yield Fault("separator-trailing", message, None, len(subfields), sure=False)
            while not subfields[-1]:
                subfields.pop()
        least, most = self.element.subfields
        if not least <= len(subfields) or (most is not None and len(subfields) > most):
            yield self._count_fault(len(subfields), least, most)
        quick: Callable[[bytes], object] = never
        if self.others is not None and len(subfields) > _MANY and charset.transparent:
            quick = self.others.quick  # of a first one that differs, the plain way tells
        for place, one in enumerate(subfields[:most], 1):
            if self.content is not None:
                yield from self._single_faults(one, place if isinstance(value, Values) else None, charset)
            elif place == 1 or not quick(one):
                check = self.first if place == 1 else self.others
                assert check is not None
                yield from check.faults(one, place, charset)

    def _single_faults(self, raw: bytes, place: int | None, charset: Charset) -> Iterator[Fault]:
        assert self.content is not None
        if not raw:
            yield Fault("item-missing", f"subfield {place} is empty", self.content.value.limits, place, sure=self.sure)
        elif US in raw or RS in raw:
            yield Fault("item-many", "holds more than one value", "a single value", place, sure=self.sure)
        elif fault := self.content.fault(raw, charset):
            yield fault._replace(subfield=place)

    def _count_fault(self, count: int, least: int, most: int | None) -> Fault:
        wanted = str(least) if least == most else f"{least} to {most}" if most is not None else f"at least {least}"
        code = "subfields-many" if count > least else "subfields-few"
        at = (most or 0) + 1 if code == "subfields-many" else None
        message = f"has {many(count, 'subfield')}, must have {wanted}"
        return Fault(code, message, wanted, at, sure=self.sure)


class Presence(NamedTuple):
    """Fields that must be there: always, or when any field of their block is there."""

    always: tuple[Element, ...]
    blocks: tuple[tuple[frozenset[int], tuple[Element, ...]], ...]


class RecordCheck:
    """The checks of a record type in one edition, field by field."""

    def __init__(self, elements: Mapping[int, Element], ranges: tuple[FieldRange, ...], edition: Edition) -> None:
        known = {number: older for number, e in elements.items() if (older := e.in_edition(edition))}
        self.edition = edition
        self.elements = elements
        self.fields = {number: self.field_check(element, edition) for number, element in known.items()}
        self.legacy = {n: e.legacy for n, e in known.items() if e.legacy is not None and e.legacy <= edition}
        self.legacy_ranges = [one for one in ranges if one.legacy is not None and one.legacy <= edition]
        self.user_defined: set[int] = set()  # field numbers that anyone may use, as far as they were met
        self.user_ranges = [one for one in ranges if one.mnemonic != "RES" and one.since <= edition]
        self.presence = _presence(known)

    def field_check(self, element: Element, edition: Edition) -> FieldCheck:
        """The check of one field."""
        return FieldCheck(element, edition)

    def missing(self, present: Any) -> Iterator[Element]:
        """The fields that must be there and are not."""
        for element in self.presence.always:
            if element.number not in present:
                yield element
        for members, needed in self.presence.blocks:
            if not members.isdisjoint(present):
                yield from (element for element in needed if element.number not in present)

    def unknown_field(self, number: int) -> Fault | None:
        """What is wrong with a field that the table of this edition does not have; None where anyone may use it."""
        if any(number in block for block in self.user_ranges):
            if (old := next((block for block in self.legacy_ranges if number in block), None)) is not None:
                assert old.legacy is not None
                return Fault("field-legacy", f"{old.name} is legacy from {old.legacy.year} on")
            if len(self.user_defined) < _MOST_USER_DEFINED:
                self.user_defined.add(number)
            return None
        declared = self.elements.get(number)
        if declared is None:
            message = "is a number that the standard reserves or does not assign"
            return Fault("field-undefined", message, "a field of the table, or a user-defined one")
        until = declared.until
        if until is not None and until < self.edition:
            years = f"to {until.year} only"
        else:
            years = f"from {declared.since.year} on"
        return Fault("field-edition", f"{declared.mnemonic} exists {years}", f"a field of {self.edition.year}")


def _presence(elements: Mapping[int, Element]) -> Presence:
    always = tuple(e for e in elements.values() if e.condition is M and e.block is None)
    blocks = []
    for name in dict.fromkeys(e.block for e in elements.values() if e.block):
        members = [e for e in elements.values() if e.block == name]
        needed = tuple(e for e in members if e.condition is M)
        if needed:
            blocks.append((frozenset(e.number for e in members), needed))
    return Presence(always, tuple(blocks))


def _confirmed(table: Table) -> bool:
    """True for a code list that its sources print; of one that is put together codes may be missing."""
    return sum(row.status == "unverified" for row in table.codes) * 2 < len(table.codes)
