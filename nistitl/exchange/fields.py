"""One field as a policy lets it go: its values, item by item, each given to the action of the first row that fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nistitl.base.plugins import cache_until_provided
from nistitl.declare.conditions import M_UP
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Characters, Digits, H, Text, Value
from nistitl.exchange.actions import ACTIONS
from nistitl.exchange.kinds import DERIVED, UNKNOWN, KindTable
from nistitl.exchange.making import DATE, First, Maker
from nistitl.exchange.policy import Policy, Rule, Spot
from nistitl.exchange.pseudonyms import FEWEST, Keyed, Person
from nistitl.exchange.spelling import respelled
from nistitl.model.dictionaries import claimed_domains, folded, profile, profile_names
from nistitl.model.faults import readable
from nistitl.profiles.fields import narrowing
from nistitl.profiles.merging import row_for
from nistitl.records import record_class
from nistitl.validation.contents import ContentCheck
from nistitl.validation.plans import record_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.base.editions import Edition
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item, Items
    from nistitl.model.record import Record
    from nistitl.profiles import TableProfile
    from nistitl.validation.contents import FieldCheck, RecordCheck
    from nistitl.validation.criteria import Criteria
    from nistitl.wire.charsets import Charset

_CODED = ("technical", "code", "capture")  # kinds that are kept only where they are codes or numbers
_DOMAIN, _OTHER_DOMAIN = "DNM", "OTHER"
RESPELLED = "keep, respelled"  # the action on a value that stays, in another spelling
_TRIES = 32  # for a pseudonym that its declaration takes
_TOT = 1, 4
_FEW_DIGITS, _TYPE_2 = 4, 2
_NO_POSITION = b"\xff"  # in a slot of Types 3 to 6 that holds none
_RS, _US = "\x1e", "\x1f"
_MARKUP = re.compile(rb"</?[^\W\d][^<>]*>")  # of an element that stands within a value of XML
_TAG = re.compile(rb"(?<![\d.])\d{1,2}\.\d{3,9}:")  # of another field, whose separator is gone
_PREFIXES = {"SID": "NY", "MNU": "OA-"}  # codes that must stand before some numbers; the same for everybody
_USUAL_RESOLUTION = "19.69"  # pixels per millimetre, 500 per inch
_USUAL = {
    "name": ("SAMPLE,PERSON", "SAMPLE PERSON", "SAMPLE"),
    "birth": ("19800101",),
    "control": ("SAMPLE-0000001", "00000000000000Z", "0000000000Z", "SAMPLE"),
    "agency": ("XX0000000", "SAMPLE"),
    "text": ("SAMPLE",),
    "code": ("XXX",),
    "description": ("000",),
    "ANM.DAC": ("XPO",),  # INTERPOL itself, which stands where its schema wants a country
    "ANM.OAC": ("XPO",),
}  # permitted values that look like what they stand for; the declaration says whether one fits


@attrs.define(slots=True)
class Settled:
    """What all fields of a redaction go by."""

    criteria: Criteria
    profile: TableProfile | None
    charset: Charset
    policy: Policy
    key: bytes | None = None
    person: Person | None = None
    day: str | None = None  # of the transaction, where it stays
    idcs: set[int | None] = attrs.field(factory=set)  # of the records that stay
    types: set[int] = attrs.field(factory=set)
    scaled: bool = False  # Type-1 tells the resolution of records that stay

    @property
    def edition(self) -> Edition:
        """The edition of the transaction."""
        return self.criteria.edition

    def check_of(self, record: Record) -> RecordCheck:
        """Level 1 of a record: by the edition, or by the first one that has its type where that is later."""
        kind = type(record)
        if kind.since <= self.edition:
            return self.criteria.record_check(record)
        return record_check(kind, kind.since)  # type: ignore[arg-type]  # a class is hashable

    def fields_of(self, record: Record) -> dict[int, FieldCheck]:
        """Level 1 of the fields that a record may have, and of those of later editions that are there, by their first.

        Not of what the edition leaves to whoever fills it in, where a later one has a field.
        """
        check = self.check_of(record)
        later = [key for key in record.keys() if isinstance(key, int) and _is_later(check, key)]  # noqa: SIM118
        kind = type(record)
        checks = {key: record_check(kind, record.elements[key].since) for key in later}  # type: ignore[arg-type]
        return dict(check.fields) | {key: one.fields[key] for key, one in checks.items() if key in one.fields}


class FieldValues:
    """A field of one record, its declaration, the kinds of what it holds, and values made of the declaration alone."""

    def __init__(self, settled: Settled, kinds: KindTable, record_type: int, check: FieldCheck) -> None:
        self.settled = settled
        self.kinds = kinds
        self.type = record_type
        self.check = check
        self.element: Element = check.element
        self.edition = max(settled.edition, record_class(record_type).since, check.element.since)
        self.kind = kinds.of_field(self.element)
        self.path = f"{record_type}.{self.element.number:03d}"

    def _permitted(self, value: Value, kind: str, at: int | None, item: Item | None) -> str | None:
        """A value that its declarations permit, the same for everybody."""
        named: tuple[str, ...] = () if item is None else _USUAL.get(f"{self.element.mnemonic}.{item.mnemonic}", ())
        day = value.min_len == value.max_len == len(DATE)  # what no table calls a date may be one
        days: tuple[str, ...] = (DATE,) if day else ()
        for maker in self._makers():
            narrowed = [maker.text(one) for one in self._narrowed(at)]
            for text in (*named, *self._usual(kind), *days, *narrowed, maker.text(value)):
                if text and self._fine(text, value, at, item):
                    return text
        return None

    def _pseudonym(self, text: str, value: Value, spot: Spot, item: Item | None) -> str | None:
        """A value that stands for the person, or for the transaction by its number; None where too few would do."""
        person, key = self.settled.person, self.settled.key
        if spot.kind == "control" and key is not None:
            person = Person(key, self.settled.policy.name, text)
        if person is None:
            return None
        if spot.kind == "ssn":
            number = person.social_security()
            return number if self._fine(number, value, spot.item, item) else None
        picker = person.picker(spot.kind)
        maker = Maker(picker, self.edition)
        for attempt in range(_TRIES):
            picker.values = 1
            shapes = [maker.text(one) for one in (*self._narrowed(spot.item), value)]
            if attempt % 2 == 0:
                shapes = [*_shaped(spot, picker), *shapes]
            for made in shapes:
                if made and picker.values >= FEWEST and self._fine(made, value, spot.item, item):
                    return made
        return None

    def _usual(self, kind: str) -> Iterator[str]:
        """Permitted values that are tried first: of a field that rules ask more of, of a kind."""
        if (self.type, self.element.mnemonic) == (1, "VER"):
            yield self.settled.edition.ver
        if (self.type, self.element.mnemonic) in ((1, "NSR"), (1, "NTR")) and self.settled.scaled:
            yield _USUAL_RESOLUTION
        if self.type == _TYPE_2 and self.element.mnemonic in _PREFIXES:
            yield f"{_PREFIXES[self.element.mnemonic]}0000001"
        if kind == "date" and self.settled.day is not None and self.settled.day < DATE:
            yield self.settled.day
        yield from _USUAL.get(kind, ())

    def _makers(self) -> Iterator[Maker]:
        for letters in ("X0", "A1"):
            yield Maker(First(letters), self.edition)

    def _fine(self, text: str, value: Value, at: int | None, item: Item | None) -> bool:
        """True where every declaration of this value takes the text."""
        raw = self._encoded(text)
        contents = (item.content_in(self.edition) if item is not None else value, *self._narrowed(at))
        return all(self._takes(one, raw) for one in contents)

    def _takes(self, value: Value, raw: bytes) -> bool:
        return bool(raw) and ContentCheck(value, self.edition).fault(raw, self.settled.charset) is None

    def _narrowed(self, at: int | None) -> Iterator[Value]:
        """What the profile says beyond the standard of this value."""
        known = self.settled.profile
        if known is None or self.type == _TYPE_2:
            return
        rows = known.layer.rows_of("fields", self.path if at is None else f"{self.path}.{at}")
        if rows:
            tot = self.settled.criteria.tx.TOT or ""
            row = row_for(rows, known.likeness(tot) if known.knows_type(tot) else ())
            if {"type", "length", "codes", "values", "pattern"} & row.keys():
                yield narrowing(row, known.dictionary.code_lists)

    def _encoded(self, text: str) -> bytes:
        try:
            return self.settled.charset.encode(text)
        except ValueError:
            return b""


class FieldRedaction(FieldValues):
    """A field of one record as a policy lets it go."""

    def __init__(
        self,
        settled: Settled,
        kinds: KindTable,
        record_type: int,
        check: FieldCheck,
        replaced: bool,
        note: Callable[[str, str, str], None],
    ) -> None:
        super().__init__(settled, kinds, record_type, check)
        self.replaced = replaced
        self.note = note

    def spot(self, at: int | None = None, item: Item | None = None) -> Spot:
        """The field, or one of its items, as rows see it."""
        kind = self.kind if item is None else self.kinds.of_item(self.element, item)
        mnemonic = "" if item is None else item.mnemonic
        return Spot(self.type, self.element.number, self.element.mnemonic, kind, at, mnemonic)

    def tell(self, action: str, rule: Rule | None, deeper: str = "") -> None:
        """Note what was done."""
        self.note(self.path + deeper, action, rule.word.text if rule is not None else "*")

    # -- the field --------------------------------------------------------------------------------

    def redacted(self, raw: bytes) -> str | None:
        """The text of the field as it may go; None where nothing of it may."""
        charset = self.settled.charset
        if self._all_replaced():
            return self.permitted_field(raw)
        if self._is_type_kept(raw):
            return charset.decode(raw)
        if self.check.faults(raw, charset) or not readable(raw, charset) or self._holds_another(raw):
            self.tell("drop", self._rule(self.spot()))
            return None
        value, text = self.element.value, charset.decode(raw)
        if isinstance(value, Sets):
            made = [self._subfield(one, value.of(at), at) for at, one in enumerate(text.split(_RS), 1)]
        elif isinstance(value, Values):
            made = [self._one(one, value.inner, None, None, at) for at, one in enumerate(text.split(_RS), 1)]
        else:
            made = [self._one(text, value, None, None, 1)]
        result = _RS.join(filter(None, made if None not in made else dict.fromkeys(made)))
        return result if result and not self.check.faults(self._encoded(result), charset) else None

    def _is_type_kept(self, raw: bytes) -> bool:
        """True for the type of the transaction where a profile lists it, also one that is too long for the edition."""
        if (self.type, self.element.number) != _TOT or raw.decode("latin-1") not in _listed_types():
            return False
        rule = self._rule(self.spot())
        return rule is not None and rule.action == "keep"

    def _holds_another(self, raw: bytes) -> bool:
        """True where another field stands in this one, or an element in its text."""
        is_xml = self.settled.criteria.tx.encoding == "xml"
        return bool(_TAG.search(raw) or (is_xml and _MARKUP.search(raw)))

    def _all_replaced(self) -> bool:
        """True where rows put a permitted value in the place of everything that the field holds."""
        spots = [self.spot(at, item) for at, item in enumerate(self.element.items, 1)] or [self.spot()]
        rules = [self._rule(spot) for spot in spots]
        return all(rule is not None and (rule.action, rule.argument) == ("replace", "") for rule in rules)

    def binary(self, raw: bytes) -> bytes | None:
        """The bytes of a field of a binary record: themselves, where they are sound and kept."""
        rule = self._rule(self.spot())
        sound = not self.check.faults(raw, self.settled.charset)
        if sound and rule is not None and rule.action == "keep":
            return raw
        self.tell("permitted", rule)
        return b"\x00".ljust(len(raw), _NO_POSITION) if self.element.mnemonic == "FGP" else b"\x00" * len(raw)

    def permitted_field(self, raw: bytes = b"") -> str | None:
        """A content of the whole field that its declarations permit; none for what refers to records.

        `raw`: what stood there; of its first subfield the same items are filled, where that can be.
        """
        if self.element.idc_of or any(item.idc_of for item in self.element.items):
            return None
        for text in self._candidates(raw):
            if text and self._fits_field(text):
                self.tell("permitted", None)
                return text
        return None

    def _candidates(self, raw: bytes) -> Iterator[str | None]:
        charset, value = self.settled.charset, self.element.value
        text = charset.decode(raw).partition(_RS)[0] if readable(raw, charset) else ""
        if isinstance(value, Sets) and _US in text:
            yield self._filled(text, value.of(1))
        for maker in self._makers():
            narrowed = [] if self.element.items else [maker.text(one) for one in self._narrowed(None)]
            yield from (*self._usual(self.kind), *narrowed, maker.field(self.element))

    def _filled(self, text: str, kind: type[Items]) -> str | None:
        """A subfield with permitted values for the items that stand there and for those that must."""
        made: list[str] = []
        for row, own in self._dealt(text, kind):
            there = [bool(one) or row.condition is M_UP for one in own or [""]]
            kind_of_item = self.kinds.of_item(self.element, row)
            filled = self._permitted(row.value, kind_of_item, len(made) + 1, row) if any(there) else ""
            if filled is None:
                return None
            made += [filled if one else "" for one in there]
        return _US.join(made).rstrip(_US)

    def _fits_field(self, text: str) -> bool:
        raw = self._encoded(text)
        if self.check.faults(raw, self.settled.charset):
            return False
        return all(self._takes(one, raw) for one in self._narrowed(None))

    # -- its values -------------------------------------------------------------------------------

    def _subfield(self, text: str, kind: type[Items], place: int) -> str | None:
        """A subfield of items; items that must be there are filled where another one is kept."""
        pieces = self._dealt(text, kind)
        made: list[list[str]] = []
        kept = False
        at = 0
        for row, own in pieces:
            results = [self._one(one, row.value, at + n, row, place) if one else "" for n, one in enumerate(own, 1)]
            at += max(len(own), 1)
            if row.idc_of and not self._refers_to_kept(own):
                return None
            kept = kept or any(results)
            made.append(["" if None in results else one or "" for one in results] or [""])
        if not kept:
            return None
        for at, (row, own) in enumerate(pieces, 0):
            if row.condition is M_UP and not any(made[at]):
                filled = self._permitted(row.value, self.kinds.of_item(self.element, row), at + 1, row)
                if filled is None:
                    return None
                self.tell("permitted", None, f".{place}.{at + 1}")
                made[at] = [filled] * max(len(own), 1)
        return _US.join(one for own in made for one in own).rstrip(_US)

    def _dealt(self, text: str, kind: type[Items]) -> list[tuple[Item, list[str]]]:
        encode, decode = self.settled.charset.encode, self.settled.charset.decode
        dealt = kind.dealt([encode(one) for one in text.split(_US)])
        return [(row, [decode(one) for one in own]) for row, own in dealt]

    def _refers_to_kept(self, own: list[str]) -> bool:
        numbers = [int(part) for one in own for part in one.split("|") if part.isdecimal() and part.isascii()]
        return all(number in self.settled.idcs for number in numbers)

    def _one(self, text: str, value: Value, at: int | None, item: Item | None, place: int) -> str | None:
        spot = self.spot(at, item)
        rule = self._rule(spot)
        if rule is None:
            self.tell("drop", None, "" if at is None else f".{place}.{at}")
            return None
        if rule.action in ("keep", "shift", "round") and not self._may_stay(text, value, spot):
            if spot.item_mnemonic == _DOMAIN:
                self.tell("permitted", rule, "" if at is None else f".{place}.{at}")
                return _OTHER_DOMAIN  # a file without one would be of the usual domain
            self.tell("drop", rule, "" if at is None else f".{place}.{at}")
            return None
        given = _Value(self, text, value, spot, rule.argument, item)
        made = ACTIONS[rule.action].make(given)
        if rule.action == "keep":
            made = self._respelled(text, value, at, item)
        elif made is not None and not self._fine(made, value, at, item):
            made = None
        if made != text or rule.action != "keep":
            done = "drop" if made is None else RESPELLED if rule.action == "keep" else rule.action
            self.tell(done, rule, "" if at is None else f".{place}.{at}")
        return made

    def _respelled(self, text: str, value: Value, at: int | None, item: Item | None) -> str | None:
        """What a row keeps, in the spelling of its value that all declarations take."""
        if item is not None and item.mnemonic == _DOMAIN:
            return _claimed(text)
        spelled = respelled(text, value)
        if spelled in (text, None) or self._fine(spelled or "", value, at, item):
            return spelled
        return text if self._fine(text, value, at, item) else spelled

    def _rule(self, spot: Spot) -> Rule | None:
        """The row that decides; none where only a kind keeps what was computed from an image that is replaced."""
        rule = self.settled.policy.rule_for(spot)
        if rule is None or rule.action != "keep" or rule.word.by_name:
            return rule
        return None if spot.kind == UNKNOWN or (self.replaced and spot.kind in DERIVED) else rule

    def _may_stay(self, text: str, value: Value, spot: Spot) -> bool:
        """True where a value is what its kind says: a code that is known, a type that the profile lists."""
        if spot.kind == "domain":
            return _known_domain(text, spot, self.settled.profile)
        if spot.kind == "link":
            return {20, 21} <= self.settled.types
        if spot.kind == "code" and (spot.type, spot.number) == _TOT:
            return text in _listed_types()
        if spot.kind in DERIVED and isinstance(value, Text) and (value.open or value.char_type == "NS"):
            return value.lists(text) or _is_numeric(text)
        if spot.kind not in _CODED or not isinstance(value, Text) or isinstance(value, H | Digits):
            return True
        if isinstance(value, Characters) and value.char_type == "N" and (value.max_len or 99) <= _FEW_DIGITS:
            return True
        return value.lists(text)


def _shaped(spot: Spot, picker: Keyed) -> Iterator[str]:
    """Pseudonyms of a form that rules ask for beyond what a declaration says."""
    if spot.kind == "name":
        letters = [picker.one_of(picker.letters[:26]) for _ in range(12)]
        yield f"{''.join(letters[:7])},{''.join(letters[7:])}"
    if spot.mnemonic in _PREFIXES:
        yield _PREFIXES[spot.mnemonic] + "".join(picker.one_of(picker.letters) for _ in range(8))


class _Value:
    """A value as actions see it."""

    def __init__(
        self, field: FieldRedaction, text: str, value: Value, spot: Spot, argument: str, item: Item | None
    ) -> None:
        self.text = text
        self.argument = argument
        self.kind = spot.kind
        self.charset = field.settled.charset
        self.value: Value | None = value
        self.person = field.settled.person
        self._field = field
        self._spot = spot
        self._item = item

    def permitted(self) -> str | None:
        assert self.value is not None
        return self._field._permitted(self.value, self.kind, self._spot.item, self._item)

    def pseudonym(self) -> str | None:
        assert self.value is not None
        return self._field._pseudonym(self.text, self.value, self._spot, self._item)


def _is_later(check: RecordCheck, number: int) -> bool:
    """True for a field that only later editions have, and that is nobody's own in this one."""
    element = check.elements.get(number)
    fault = None if element is None or number in check.fields else check.unknown_field(number)
    return fault is not None and fault.code == "field-edition" and element is not None and element.since > check.edition


@cache_until_provided
def _listed_types() -> frozenset[str]:
    """The transaction types that the installed profiles list."""
    return frozenset(code for name in profile_names() for code in getattr(profile(name), "tots", ()))


def _is_numeric(text: str) -> bool:
    """True for digits and what separates them."""
    return not any(letter.isalpha() for letter in text)


def _claimed(domain: str) -> str | None:
    """A domain as an installed profile that claims it spells it; None where none does."""
    claimed = sorted(one for name in profile_names() for one in claimed_domains(profile(name)))
    return domain if domain in claimed else next((one for one in claimed if folded(one) == folded(domain)), None)


def _known_domain(text: str, spot: Spot, known: TableProfile | None) -> bool:
    """True for a domain that an installed profile claims, and for a version that the profile in use has."""
    if spot.item_mnemonic == _DOMAIN:
        return _claimed(text) is not None
    if spot.item_mnemonic != "DVN" or known is None:
        return False
    return text in known.versions or text in {one.rpartition(" ")[2] for one in known.versions}
