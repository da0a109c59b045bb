"""A transaction made anew of what a policy keeps: nothing of the old bytes goes along but what a row names.

One pass over the records. Which of them stay, and with what image, is decided first, as fields may refer to them; then
each field that level 1 knows and finds nothing wrong with is given to the first row that fits, item by item. What no
table knows, what stands twice and what stands between records is never looked at, and so goes.
"""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import attrs

from nistitl.base.errors import FieldError, ITLError
from nistitl.declare.values import Data
from nistitl.exchange.audit import Audit, Redacted, audit_record
from nistitl.exchange.consequences import settle
from nistitl.exchange.features import renew_features
from nistitl.exchange.fields import RESPELLED, FieldRedaction, Settled
from nistitl.exchange.images import redacted_image, size_of
from nistitl.exchange.kinds import UNKNOWN, kinds_of
from nistitl.exchange.making import segments_of
from nistitl.exchange.policy import Policy, Spot, policy
from nistitl.exchange.pseudonyms import KEY_VARIABLE, KeyFault, Person, checked_key
from nistitl.images.errors import ImageError
from nistitl.model.context import DCS, NSR, NTR
from nistitl.model.conversion import convert
from nistitl.model.opening import encoding_named
from nistitl.profiles.choice import AUTO, choose, named_or_chosen
from nistitl.records import record_class
from nistitl.validation.criteria import Criteria
from nistitl.wire.charsets import DECLARED, Charset

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Container, Iterator, Mapping

    from nistitl.declare.element import Element
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.profiles import TableProfile
    from nistitl.validation.contents import FieldCheck

T = TypeVar("T", bound="Transaction")
FAILED = "record dropped: "  # how an action begins that could not be done as the policy says
_LEN, _TYPE_2, _TYPE_9, _DAT = 1, 2, 9, 5
_REASONS = ("AMP", "DME", "EFR")  # why a record holds no image, or where it is
_STANDARD_SETS = {"ascii": "ASCII", "utf-16": "UTF-16", "utf-8": "UTF-8", "utf-32": "UTF-32"}
_INDICES = {name: index for index, name in DECLARED.items()}  # of 1.015 CSI


class Step(NamedTuple):
    """What was done to one place: its record's index in the input, its path, the action, and the row that says so."""

    record: int
    path: str
    action: str
    rule: str

    def to_dict(self) -> dict[str, object]:
        """The step as plain values; never a value of the file."""
        return self._asdict()


@attrs.frozen(slots=True)
class Redaction(Generic[T]):
    """What redaction made: the transaction, and what was done, in order.

    `origins`: the index in the input of each record, None of those that are new; `profile`: whose Type-2 it went by;
    `unnamed`: the policy makes pseudonyms or shifts dates, and nobody is named whose they would be.
    """

    transaction: T
    policy: Policy
    steps: tuple[Step, ...]
    origins: tuple[int | None, ...] = ()
    profile: TableProfile | None = None
    unnamed: bool = False

    @property
    def failed(self) -> tuple[Step, ...]:
        """What could not be done as the policy says, so that a record went."""
        return tuple(step for step in self.steps if step.action.startswith(FAILED))


def redact(
    tx: T, by: str | os.PathLike[str] | Policy, key: bytes | None = None, audit: Audit | None = None
) -> Redaction[T]:
    """The transaction as a policy lets it go, in its encoding; the one given is as it was.

    `by` is a shipped policy by its name, a TOML file or a policy; PolicyError says file and line.
    With `audit` a Type-98 tells which fields are gone or changed; see `audit_record`.
    ITLError where it has no Type-1 or cannot be written; KeyFault where the policy needs a key and there is none.
    """
    if tx.header is None:
        raise ITLError("the transaction has no Type-1 and cannot be redacted; mend it first")
    by = policy(by)
    run = _Run(tx, by, key)
    made = type(tx)(run.records())
    made.context.announced_profile = tx.context.announced_profile
    made.use_names_of(tx)
    run.settle(made)
    if audit is not None and (log := audit_record(run.redacted(), audit, by.name, run.settled.edition)) is not None:
        made.append(log)
    if made.encoding != tx.encoding:
        made = convert(made, encoding_named(tx.encoding), tx.vocabulary).transaction
    origins = [one.at for one, _ in run.pairs]
    new = [None] * (len(made) - len(origins))
    unnamed = by.needs_key and run.settled.person is None
    return Redaction(made, by, tuple(run.steps), (*origins, *new), run.settled.profile, unnamed)


class _Kept(NamedTuple):
    """A record that stays, with its content of field 999 or the like; `replaced` where the image is another one.

    `size`: HLL and VLL, where the image itself tells them.
    """

    at: int
    record: Record
    data: bytes | None = None
    replaced: bool = False
    made: bool = False  # none of the input, but one that the output needs
    size: Mapping[str, int] = MappingProxyType({})


class _Run:
    """One redaction: its settings, and what was done so far."""

    def __init__(self, tx: Transaction, policy: Policy, key: bytes | None) -> None:
        profile = _profile_of(tx)
        criteria = Criteria.of(tx, (), 1, profile)
        type2 = profile.layer.kinds if profile is not None else {}
        self.tx = tx
        self.policy = policy
        self.steps: list[Step] = []
        self.images = 0  # that stay or are replaced
        self.kinds = {kind: kinds_of(kind, type2) for kind in range(1, 100)}
        self.charset = _charset_of(tx)  # of what is made
        self.pairs: list[tuple[_Kept, Record]] = []
        self.settled = Settled(criteria, profile, tx.context.charset, policy, day=self._day_that_stays())
        if policy.needs_key:
            self.settled.key = key = _needed(key, policy)
            identity = _identity(tx, policy, criteria)
            self.settled.person = None if identity is None else Person(key, policy.name, identity)

    # -- records ----------------------------------------------------------------------------------

    def records(self) -> list[Record]:
        """The records that stay, made anew. ITLError where Type-1 cannot be."""
        kept = [one for at, record in enumerate(self.tx) if (one := self._kept(at, record)) is not None]
        replaced = {one.record.idc for one in kept if one.replaced} - {None}
        for one in [one for one in kept if one.record.type == _TYPE_9 and one.record.idc in replaced]:
            self._note(one.at, str(_TYPE_9), "drop", "of an image that is replaced")
            kept.remove(one)
        self.settled.idcs = {one.record.idc for one in kept}
        self.settled.types = {one.record.type for one in kept}
        self.settled.scaled = any(one.record.scaled_by for one in kept)
        self.pairs = [(one, record) for one in kept if (record := self._made(one)) is not None]
        made = [record for _, record in self.pairs]
        if not made or made[0].type != 1:
            raise ITLError(f"the policy {self.policy.name} leaves no Type-1 that the edition permits")
        if made[0].raw(DCS) is None and any(map(_beyond_ascii, made)):
            made[0].put(DCS, self._announcement())
        return made if len(made) > 1 else [*made, self._second()]  # a transaction holds a record

    def _second(self) -> Record:
        """A Type-2 of permitted values, for a Type-1 of which all else goes."""
        empty = record_class(_TYPE_2)(IDC=0)
        return self._made(_Kept(-1, empty, made=True)) or empty

    def settle(self, made: Transaction) -> None:
        """Fill and take out what is only now needed, or without what it needs."""
        origins = [one.at for one, _ in self.pairs]

        def permitted(at: int, number: int) -> bytes | None:
            field = self._fields_of(self.pairs[at][0]).get(number) if at < len(self.pairs) else None
            text = field.permitted_field() if field is not None else None
            if field is not None and field.element.mnemonic == "SEG":
                text = segments_of(made.records[at]) or text
            return None if text is None else self.charset.encode(text)

        for at, path, filled in settle(made, self.tx, self.settled.profile, origins, permitted):
            origin = origins[at] if at < len(origins) else -1
            if not filled:
                self._note(origin, path, "drop", "needs what is not there any more")

    def redacted(self) -> Iterator[Redacted]:
        """The records that stay, as they were and as they are, with the fields that tables know."""
        for one, record in self.pairs:
            known = self.settled.fields_of(one.record)
            yield Redacted(one.record, record, frozenset(known) - {_LEN, *type(record).computed})

    def _kept(self, at: int, record: Record) -> _Kept | None:
        """The record where a row keeps it, with its content as the policy wants it."""
        rule = self.policy.keeps(record)
        if rule is None or not rule.kept:
            self._note(at, str(record.type), "drop", "*" if rule is None else rule.text)
            return None
        number = max(record.elements) if record.binary else record.data_field
        data = record.raw(number) if number is not None else None
        if number is not None and data is None and self._loses_reason(record):
            self._note(at, str(record.type), "drop", "without what says why it holds no image")
            return None
        if number is None or data is None:
            return _Kept(at, record)
        element = record.elements[number]
        return self._with_content(at, record, self._spot(record.type, element), bytes(data))

    def _day_that_stays(self) -> str | None:
        """1.005 where a row keeps it: what is dated later would not be valid."""
        header = self.tx.header
        assert header is not None
        day = bytes(header.raw(_DAT) or b"")
        return day.decode() if day.isdigit() and self._keeps(header, header.elements[_DAT]) else None

    def _loses_reason(self, record: Record) -> bool:
        """True where no row keeps what says why a record holds no image."""
        said = [one for one in record.elements.values() if one.mnemonic in _REASONS and one.number in record]
        return bool(said) and not any(self._keeps(record, one) for one in said)

    def _keeps(self, record: Record, element: Element) -> bool:
        rule = self.policy.rule_for(self._spot(record.type, element))
        return rule is not None and rule.action == "keep"

    def _spot(self, kind: int, element: Element) -> Spot:
        return Spot(kind, element.number, element.mnemonic, self.kinds[kind].of_field(element))

    def _with_content(self, at: int, record: Record, spot: Spot, data: bytes) -> _Kept | None:
        """The record with an image as the policy wants it, or other content where a row names that very field."""
        rule, path = self.policy.rule_for(spot), f"{record.type}.{spot.number:03d}"
        word = "*" if rule is None else rule.word.text
        named = rule is not None and rule.action == "keep" and rule.word.by_name
        if rule is None or rule.action == "drop" or (spot.kind != "image" and not named):
            self._note(at, path, "drop, with the record", word)
            return None
        if spot.kind != "image":
            return _Kept(at, record, data)
        try:
            content = redacted_image(rule.action, record, self.images)
        except ImageError:
            self._note(at, path, f"{FAILED}{rule.action} cannot be done", word)
            return None
        self.images += 1
        replaced = rule.action != "keep"
        if replaced or content != data:
            self._note(at, path, rule.action if replaced else "keep, without what it carried on the side", word)
        return _Kept(at, record, content, replaced, size=size_of(record, content))

    def _note(self, at: int, path: str, action: str, rule: str) -> None:
        self.steps.append(Step(at, path, action, rule))

    # -- fields -----------------------------------------------------------------------------------

    def _made(self, one: _Kept) -> Record | None:
        """The record anew; None, and told, where the edition wants something in it that cannot be made."""
        kind = record_class(one.record.type)
        fields = self._fields_of(one)
        content = {
            number: raw for number, field in fields.items() if (raw := self._content(one, number, field)) is not None
        }
        self._note_unknown(one, fields)
        for element in self.settled.check_of(one.record).missing({_LEN, *kind.computed, *content}):
            if self._may_miss(one, element):
                continue
            permitted = fields[element.number].permitted_field()
            if permitted is None:
                self._note(one.at, fields[element.number].path, f"{FAILED}no value is permitted", "*")
                return None
            content[element.number] = self.charset.encode(permitted)
        made = kind()
        made.context.charset = self.charset
        try:
            for number in sorted(content):
                made.put(number, content[number])
            for number, gone in renew_features(made):
                self._note(one.at, fields[number].path, "drop" if gone else RESPELLED, "coded in the field")
            made.pieces()
        except (FieldError, ValueError):
            self._note(one.at, str(kind.type), f"{FAILED}it cannot be written", "*")
            return None
        return made

    def _fields_of(self, one: _Kept) -> dict[int, FieldRedaction]:
        """The fields that the edition, or the profile, knows of a record, but for those that are computed."""

        def note(path: str, action: str, rule: str) -> None:
            self._note(one.at, path, action, rule)

        known = self.settled.fields_of(one.record)
        computed = {_LEN, *type(one.record).computed}
        return {number: self._field(one, known[number], note) for number in known if number not in computed}

    def _field(self, one: _Kept, check: FieldCheck, note: Callable[[str, str, str], None]) -> FieldRedaction:
        return FieldRedaction(self.settled, self.kinds[one.record.type], one.record.type, check, one.replaced, note)

    def _content(self, one: _Kept, number: int, field: FieldRedaction) -> bytes | None:
        """The bytes of a field as they may go."""
        raw = one.record.raw(number)
        if raw is None:
            return None
        if isinstance(field.element.value, Data):
            return one.data
        if field.kind == "hash":
            return self._hash(one, field)
        if field.kind == "charset":
            field.tell("computed", self.policy.rule_for(field.spot()))
            return self._announcement()
        if one.record.type == 1 and self._unscaled(number):
            field.tell("computed", self.policy.rule_for(field.spot()))
            return b"00.00"
        if (size := one.size.get(field.element.mnemonic)) is not None:
            return self._size(bytes(raw), field, size)
        if one.record.binary:
            return field.binary(bytes(raw))
        text = field.redacted(bytes(raw))
        return None if text is None else self.charset.encode(text)

    def _announcement(self) -> bytes:
        """1.015 for the character set of what is made."""
        return f"{_INDICES[self.charset.name]}\x1f{_STANDARD_SETS[self.charset.name]}".encode()

    def _unscaled(self, number: int) -> bool:
        """True for a field of Type-1 that told the resolution of records of which none stays."""
        return number in (NSR, NTR) and not self.settled.scaled and any(record.scaled_by for record in self.tx)

    def _size(self, raw: bytes, field: FieldRedaction, size: int) -> bytes | None:
        """HLL or VLL as the image tells it: another number would be no size, and may be a message."""
        try:
            right = field.element.value.encode(size, self.charset)
        except ValueError:  # no image of a record is so small
            return None
        if raw != right:
            field.tell("computed", self.policy.rule_for(field.spot()))
        return right

    def _hash(self, one: _Kept, field: FieldRedaction) -> bytes | None:
        """The hash of what is there now, where a row keeps hashes."""
        rule = self.policy.rule_for(field.spot())
        kept = rule is not None and rule.action == "keep" and one.data is not None
        field.tell("computed" if kept else "drop", rule)
        return hashlib.sha256(one.data or b"").hexdigest().upper().encode() if kept else None

    def _may_miss(self, one: _Kept, element: Element) -> bool:
        """True for an element of Type-2 that the input had not, or whose absence the policy lists."""
        kind = one.record.type
        absent = self.policy.leaves_out(self._spot(kind, element))
        return kind == _TYPE_2 and (absent or (not one.made and one.record.raw(element.number) is None))

    def _note_unknown(self, one: _Kept, known: Container[object]) -> None:
        """Note the fields that are not looked at: one by one what a table knows all the same, how many of the rest."""
        computed, strange = type(one.record).computed, 0
        for key in one.record.keys():  # noqa: SIM118
            if key in known or key in computed:
                continue
            if isinstance(key, int) and (why := self._why_unlisted(one.record, key)) is not None:
                self._note(one.at, f"{one.record.type}.{key:03d}", "drop", why)
            else:
                strange += 1
        if strange:
            self._note(one.at, f"{one.record.type}.{UNKNOWN}", "drop", f"{strange} that no table knows")

    def _why_unlisted(self, record: Record, number: int) -> str | None:
        """Why a field that a table knows is none of this transaction; None where no table knows it."""
        words = self.settled.criteria.dictionary
        if record.type == _TYPE_2 and number > _TYPE_2:
            known = words is not None and words.by_number(number) is not None
            return "not listed for this type of transaction" if known else None
        return "not of this edition" if number in record.elements else None


def _beyond_ascii(record: Record) -> bool:
    """True where text of a record needs a character set that is announced."""
    keys = () if record.binary else (key for key in record.keys() if key != record.data_field)  # noqa: SIM118
    return any(not bytes(record.raw(key) or b"").isascii() for key in keys)


def _needed(key: bytes | None, policy: Policy) -> bytes:
    if key is None:
        raise KeyFault(
            f"the policy {policy.name} makes pseudonyms or shifts dates, and there is no key: give --key-file, or "
            f"{KEY_VARIABLE} in the environment"
        )
    return checked_key(key)


def _identity(tx: Transaction, policy: Policy, criteria: Criteria) -> str | None:
    """Who the transaction is about: the first alternative of the policy of which every part is there."""
    for names in policy.identity:
        parts = [_said(tx, name, criteria) for name in names]
        if all(parts):
            return "+".join(filter(None, parts))
    return None


def _said(tx: Transaction, mnemonic: str, criteria: Criteria) -> str | None:
    """What the first Type-2 says of an element, its first subfield, however it is spaced and in capitals."""
    element = criteria.dictionary.by_mnemonic(mnemonic) if criteria.dictionary is not None else None
    for record in tx[_TYPE_2]:
        raw = record.raw(element.number) if element is not None else None
        if raw:
            text = record.context.charset.decode(bytes(raw)).partition("\x1e")[0]
            return " ".join(text.replace("\x1f", " ").upper().split())
    return None


def _profile_of(tx: Transaction) -> TableProfile | None:
    """The profile that was named for the transaction, else the one that it speaks for."""
    if tx.profile is not None and tx.profile != AUTO:
        return named_or_chosen(tx, tx.profile, ())[0]
    return choose(tx)[0]


def _charset_of(tx: Transaction) -> Charset:
    """The character set of what is made: the same where the standard names it, else UTF-8."""
    used = tx.context.charset
    return used if used.name in _STANDARD_SETS and not used.inline else Charset("utf-8")
