"""A policy of redaction: rows that say what becomes of records and fields. Read from TOML, refused with file and line.

    [policy]
    title = "Biometrics with a number"
    identity = "FNU FBI SID NAM+DOB"        # who somebody is, for pseudonyms: the first that is there

    [records]                               # what becomes of records; those that no row names go
    "1 2 14 15" = "keep"
    "10[IMT=FACE]" = "keep"

    [fields]                                # what becomes of fields; the first row that fits decides, others go
    "@technical @image" = "keep"
    "2.NAM" = "pseudonym"
    "14.021" = "drop"

A key of [fields] holds words: a path (`14.021`, `14.021.2`), a mnemonic (`2.NAM`, `SRC`), a kind (`@date`, `2.@name`)
or `*`; the record types stand before the first point, and no type means every type.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant, unknown
from nistitl.base.plugins import cache_until_provided
from nistitl.base.resources import Resource
from nistitl.base.tables import TableReader, table_file, table_text, tables_of
from nistitl.exchange.actions import ACTIONS
from nistitl.exchange.kinds import KINDS
from nistitl.model.dictionaries import profile, profile_names
from nistitl.records import record_class

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from nistitl.base.resources import TextFile
    from nistitl.model.record import Record

SHIPPED = ("sample", "biometrics-only", "photo-and-biographic", "identifiers-only", "no-biometrics", "statistics")
_FOLDER = Resource("nistitl.exchange", "policies")
_TYPE_2 = 2
_SECTIONS = ("policy", "records", "fields")
_HEAD = ("name", "title", "identity", "absent")
_WORD = re.compile(
    r"(?:(?P<type>\d{1,2})\.)?(?:(?P<number>\d{3,9})(?:\.(?P<item>\d{1,2}))?|(?P<name>[@*\w]+(?:\.\w+)?))"
)
_RECORD = re.compile(r"(?P<type>\d{1,2})(?:\[(?P<field>\w+)=(?P<values>[^\[\]=]+)\])?")
_TYPES = (1, *range(2, 23), 98, 99)


class PolicyError(ITLError):
    """A policy cannot be read: file and line, what is wrong, what was expected."""


class Spot(NamedTuple):
    """What a row of [fields] is asked about: a field, or one of its items."""

    type: int
    number: int
    mnemonic: str
    kind: str
    item: int | None = None  # its place in the subfield
    item_mnemonic: str = ""


class Word(NamedTuple):
    """A word of a row of [fields]."""

    text: str
    type: int | None = None
    number: int | None = None
    item: int | None = None
    name: str = ""  # a mnemonic, one with that of an item (`PAT.FGP`), `@kind` or `*`

    def fits(self, spot: Spot) -> bool:
        """True where the row speaks of this field, or of this item."""
        if self.type is not None and self.type != spot.type:
            return False
        if self.number is not None:
            return self.number == spot.number and self.item in (None, spot.item)
        if self.name == "*":
            return True
        if self.name.startswith("@"):
            return self.name[1:] == spot.kind
        mnemonic, _, item = self.name.partition(".")
        return mnemonic == spot.mnemonic and item in ("", spot.item_mnemonic)

    @property
    def by_name(self) -> bool:
        """True for a word that names a field, not a kind or everything."""
        return self.number is not None or self.name[:1] not in ("@", "*")

    def covers(self, other: Word) -> bool:
        """True where nothing is left for the other word behind this one."""
        if self.type not in (None, other.type):
            return False
        if self.name == "*":
            return True
        if self.number is not None:
            return self.number == other.number and self.item in (None, other.item)
        mine, _, item = self.name.partition(".")
        return mine == other.name.partition(".")[0] and item in ("", other.name.partition(".")[2])


class Rule(NamedTuple):
    """One word of a row and what the row says: the action and its argument."""

    word: Word
    action: str
    argument: str
    line: int


class RecordRule(NamedTuple):
    """A word of [records]: a type, and a value where only such records are meant."""

    type: int
    field: str
    values: tuple[str, ...]
    kept: bool
    text: str

    def fits(self, record: Record) -> bool:
        """True where the row speaks of this record."""
        if self.type != record.type or not self.field:
            return self.type == record.type
        place = record.get(self.field)
        return place is not None and place.text in self.values


@attrs.frozen(slots=True)
class Policy:
    """What a policy says; `identity` are alternatives, each of mnemonics that stand together for a person."""

    name: str
    title: str
    records: tuple[RecordRule, ...]
    fields: tuple[Rule, ...]
    identity: tuple[tuple[str, ...], ...] = ()
    absent: tuple[Word, ...] = ()

    def keeps(self, record: Record) -> RecordRule | None:
        """The first row that speaks of a record; None where none does."""
        return next((rule for rule in self.records if rule.fits(record)), None)

    def leaves_out(self, spot: Spot) -> bool:
        """True for a field whose absence the policy lists as its consequence."""
        return any(word.fits(spot) for word in self.absent)

    def rule_for(self, spot: Spot) -> Rule | None:
        """The first row that fits; None where no row speaks of it."""
        return next((rule for rule in self.fields if rule.word.fits(spot)), None)

    @property
    def needs_key(self) -> bool:
        """True where it makes pseudonyms or shifts dates."""
        return any(rule.action in ("pseudonym", "shift") for rule in self.fields)


def policy(by: str | os.PathLike[str] | Policy) -> Policy:
    """The shipped policy of that name, or the one in a TOML file. PolicyError with file and line; what is not there."""
    if isinstance(by, Policy):
        return by
    return read_policy(table_file(str(by), "policy", SHIPPED, _FOLDER, PolicyError))


def read_policy(path: TextFile) -> Policy:
    """The policy in a TOML file. PolicyError says file and line."""
    text = table_text(path, PolicyError)
    return _PolicyReader(text, tables_of(text, PolicyError)).policy(path.stem)


class _PolicyReader(TableReader):
    """Makes a policy of what stands in a file, and refuses what it cannot be."""

    error = PolicyError

    def policy(self, name: str) -> Policy:
        self.check_sections(_SECTIONS)
        head = self.texts("policy")
        for key in head:
            if key not in _HEAD:
                self.refuse("policy", key, unknown("attribute", key, _HEAD))
        records = tuple(self.records())
        fields = tuple(self.fields())
        self.check_order(fields)
        self.check_records(records, fields)
        identity = tuple(tuple(word.split("+")) for word in head.get("identity", "").split())
        for mnemonic in (one for names in identity for one in names):
            self.check_mnemonic("policy", "identity", _TYPE_2, mnemonic)
        absent = tuple(self.word("policy", "absent", word) for word in head.get("absent", "").split())
        made = Policy(head.get("name", name), head.get("title", ""), records, fields, identity, absent)
        if made.needs_key and not identity:
            self.refuse("policy", "", "pseudonyms and shifted dates need identity = 'FNU SID NAM+DOB' or the like")
        return made

    def texts(self, section: str) -> dict[str, str]:
        """The rows of a section, each of which is text."""
        table = self.section(section)
        for key, value in table.items():
            if not isinstance(value, str):
                self.refuse(section, key, "expected text in quotes")
        return table

    def records(self) -> Iterator[RecordRule]:
        seen: set[str] = set()
        for key, action in self.texts("records").items():
            if action not in ("keep", "drop"):
                self.refuse("records", key, f"of a record {unknown('action', action, ('keep', 'drop'))}")
            for text in key.split():
                match = _RECORD.fullmatch(text)
                if match is None or int(match["type"]) not in range(1, 100):
                    self.refuse("records", key, f"{text[:40]!r} is no record type such as 14 or 10[IMT=FACE]")
                number = int(match["type"])
                if match["field"]:
                    self.check_mnemonic("records", key, number, match["field"])
                if text in seen:
                    self.refuse("records", key, f"{text} stands in two rows")
                seen.add(text)
                values = tuple((match["values"] or "").split("|"))
                yield RecordRule(number, match["field"] or "", values, action == "keep", text)
        if "1" not in seen:
            self.refuse("records", "", 'a transaction has a Type-1: expected "1" = "keep"')

    def fields(self) -> Iterator[Rule]:
        for key, said in self.texts("fields").items():
            action, _, argument = said.partition(" ")
            if action not in ACTIONS:
                self.refuse("fields", key, unknown("action", action, ACTIONS))
            if fault := ACTIONS[action].fault(argument):
                self.refuse("fields", key, fault)
            line = self.text.line_of("fields", key)
            for text in key.split():
                word = self.word("fields", key, text)
                wanted = ACTIONS[action].kinds
                if wanted and word.name.startswith("@") and word.name[1:] not in wanted:
                    self.refuse("fields", key, f"{action} is for {', '.join(wanted)}, not for {word.name}")
                yield Rule(word, action, argument, line)

    def word(self, section: str, key: str, text: str) -> Word:
        match = _WORD.fullmatch(text)
        if match is None:
            self.refuse(section, key, f"{text[:40]!r} is no field such as 14.021, 2.NAM, @date or *")
        kind = int(match["type"]) if match["type"] else None
        if kind is not None and kind not in range(1, 100):
            self.refuse(section, key, f"{text}: record types run from 1 to 99")
        if match["number"]:
            number, item = int(match["number"]), int(match["item"]) if match["item"] else None
            if kind is None:
                self.refuse(section, key, f"{text[:40]!r} names no record type; expected such as 14.021")
            if not _declared(kind, number):
                self.refuse(section, key, f"{text}: no table declares this field; what is not known is never kept")
            return Word(text, kind, number, item)
        name = match["name"]
        if name.startswith("@"):
            if name[1:] not in KINDS:
                self.refuse(section, key, unknown("kind", name[1:], KINDS))
        elif name != "*":
            self.check_mnemonic(section, key, kind, name.partition(".")[0])
        return Word(text, kind, name=name)

    def check_mnemonic(self, section: str, key: str, kind: int | None, mnemonic: str) -> None:
        known = _mnemonics(kind)
        if mnemonic not in known:
            of = "" if kind is None else f" of Type-{kind}"
            self.refuse(section, key, f"there is no field {mnemonic!r}{of}{meant(mnemonic, known)}")

    def check_order(self, rules: tuple[Rule, ...]) -> None:
        """Refuse rows that others before them leave nothing to."""
        for at, rule in enumerate(rules):
            before = next((one for one in rules[:at] if one.word.covers(rule.word)), None)
            if before is not None:
                where = f"line {before.line} speaks of it before, by {before.word.text}"
                self.refuse("fields", rule.word.text, f"{rule.word.text} never takes effect: {where}", line=rule.line)

    def check_records(self, records: Iterable[RecordRule], rules: Iterable[Rule]) -> None:
        """Refuse rows on fields of records that go."""
        kept = {rule.type for rule in records if rule.kept}
        for rule in rules:
            if rule.word.type is not None and rule.word.type not in kept and rule.action != "drop":
                message = f"{rule.word.text}: [records] does not keep Type-{rule.word.type}"
                self.refuse("fields", rule.word.text, message, line=rule.line)


def _declared(kind: int, number: int) -> bool:
    if kind == _TYPE_2:
        return number in (1, 2) or any(number in known for known in _type2().values())
    return number in record_class(kind).elements


def _mnemonics(kind: int | None) -> list[str]:
    kinds = _TYPES if kind is None else (kind,)
    found = {element.mnemonic for one in kinds for element in record_class(one).elements.values()}
    return sorted(found | set(_type2()) if kind in (None, _TYPE_2) else found)


@cache_until_provided
def _type2() -> dict[str, set[int]]:
    """The mnemonics of Type-2 in all installed profiles, with the numbers that they stand for."""
    found: dict[str, set[int]] = {}
    for name in profile_names():
        dictionary = profile(name).dictionary
        for mnemonic in dictionary.mnemonics():
            element = dictionary.by_mnemonic(mnemonic)
            if element is not None:
                found.setdefault(mnemonic, set()).add(element.number)
    return found
