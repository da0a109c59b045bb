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
from nistitl.base.resources import Resource
from nistitl.base.tables import TableReader, table_file, table_text, tables_of
from nistitl.exchange.actions import ACTIONS
from nistitl.exchange.kinds import KINDS
from nistitl.exchange.vocabulary import TYPE_2, TYPES, elements, has_item, is_declared, kinds_named, mnemonics
from nistitl.profiles.conditions import check_code

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from nistitl.base.resources import TextFile
    from nistitl.model.record import Record

SHIPPED = ("sample", "biometrics-only", "photo-and-biographic", "identifiers-only", "no-biometrics", "statistics")
_FOLDER = Resource("nistitl.exchange", "policies")
_SECTIONS = ("policy", "records", "fields")
_HEAD = ("name", "title", "identity", "absent")
_WORD = re.compile(
    r"(?:(?P<type>\d{1,2})\.)?(?:(?P<number>\d{3,9})(?:\.(?P<item>\d{1,2}))?|(?P<name>[@*\w]+(?:\.\w+)?))"
)
_RECORD = re.compile(r"(?P<type>\d{1,2})(?:\[(?P<field>\w+)=(?P<values>[^\[\]=]+)\])?")


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
    name: str = ""  # a mnemonic, also of a number; one with that of an item (`PAT.FGP`), `@kind` or `*`

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
        if self.number is not None and other.number is not None:
            return self.number == other.number and self.item in (None, other.item)
        (mine, _, item), (theirs, _, its) = self.name.partition("."), other.name.partition(".")
        return mine != "" and mine == theirs and self.item is None and item in ("", its)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of what a word means that names a field of one record type; else none."""
        if not self.by_name or self.type is None:
            return frozenset()
        mnemonic, _, item = self.name.partition(".")
        return kinds_named(self.type, self.number or mnemonic, self.item or item or None)


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
            self.check_mnemonic("policy", "identity", TYPE_2, mnemonic)
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
                if action == "keep" and number not in TYPES:
                    message = f"no table declares Type-{number}; what is not known is never kept"
                    self.refuse("records", key, message)
                if text in seen:
                    self.refuse("records", key, f"{text} stands in two rows")
                seen.add(text)
                values = tuple((match["values"] or "").split("|"))
                if match["field"]:
                    self.check_value(key, number, match["field"], values)
                yield RecordRule(number, match["field"] or "", values, action == "keep", text)
        if "1" not in seen:
            self.refuse("records", "", 'a transaction has a Type-1: expected "1" = "keep"')

    def check_value(self, key: str, kind: int, mnemonic: str, values: Iterable[str]) -> None:
        """Refuse a field that a record type has not, and a code that its list has not."""
        self.check_mnemonic("records", key, kind, mnemonic)
        for element in elements(kind, mnemonic) if kind != TYPE_2 else ():
            try:
                for value in values:
                    check_code(element.value, value)
            except ValueError as error:
                self.refuse("records", key, f"{kind}.{element.number:03d} {mnemonic}: {error}")

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
                if fault := _kind_fault(word, action):
                    self.refuse("fields", key, fault)
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
            if not is_declared(kind, number):
                self.refuse(section, key, f"{text}: no table declares this field; what is not known is never kept")
            if item is not None and not has_item(kind, number, item):
                self.refuse(section, key, f"{text}: {kind}.{number:03d} has no item {item}")
            mnemonic = next((one.mnemonic for one in elements(kind, number)), "") if kind != TYPE_2 else ""
            return Word(text, kind, number, item, mnemonic)
        name = match["name"]
        if name.startswith("@"):
            if name[1:] not in KINDS:
                self.refuse(section, key, unknown("kind", name[1:], KINDS))
        elif name != "*":
            mnemonic, _, of_item = name.partition(".")
            self.check_mnemonic(section, key, kind, mnemonic)
            if of_item and not has_item(kind, mnemonic, of_item):
                self.refuse(section, key, f"{text}: {mnemonic} has no item {of_item!r}")
            if kind not in (None, TYPE_2) and not of_item:
                return Word(text, kind, next(elements(kind, name)).number, name=name)
        return Word(text, kind, name=name)

    def check_mnemonic(self, section: str, key: str, kind: int | None, mnemonic: str) -> None:
        known = mnemonics(kind)
        if mnemonic not in known:
            of = "" if kind is None else f" of Type-{kind}"
            self.refuse(section, key, f"there is no field {mnemonic!r}{of}{meant(mnemonic, known)}")

    def check_order(self, rules: tuple[Rule, ...]) -> None:
        """Refuse rows that others before them leave nothing to."""
        for at, rule in enumerate(rules):
            before = [one for one in rules[:at] if one.word.covers(rule.word)] or _of_all_kinds(rule.word, rules[:at])
            if before:
                where = f"line {before[-1].line} speaks of it before, by {before[-1].word.text}"
                self.refuse("fields", rule.word.text, f"{rule.word.text} never takes effect: {where}", line=rule.line)

    def check_records(self, records: Iterable[RecordRule], rules: Iterable[Rule]) -> None:
        """Refuse rows on fields of records that go."""
        kept = {rule.type for rule in records if rule.kept}
        for rule in rules:
            if rule.word.type is not None and rule.word.type not in kept and rule.action != "drop":
                message = f"{rule.word.text}: [records] does not keep Type-{rule.word.type}"
                self.refuse("fields", rule.word.text, message, line=rule.line)


def _kind_fault(word: Word, action: str) -> str | None:
    """What is wrong where an action is not for what a word means; of what tables do not tell nothing is said."""
    wanted = ACTIONS[action].kinds
    if not wanted or (word.by_name and action == "pseudonym"):  # of whatever somebody names
        return None
    if word.name.startswith("@"):
        return None if word.name[1:] in wanted else f"{action} is for {', '.join(wanted)}, not for {word.name}"
    if word.kinds and word.kinds.isdisjoint(wanted):
        return f"{action} is for {', '.join(wanted)}, and {word.text} is of the kind {', '.join(sorted(word.kinds))}"
    if word.type == TYPE_2 and "image" in wanted:
        return f"{action} is for images, and Type-2 has none"
    return None


def _of_all_kinds(word: Word, before: Iterable[Rule]) -> list[Rule]:
    """The rows that speak by kinds of all that a word means; none where they leave it something."""
    speaking = [
        one for one in before
        if one.word.name[:1] == "@" and one.word.type in (None, word.type) and one.word.name[1:] in word.kinds
    ]  # fmt: skip
    return speaking if {one.word.name[1:] for one in speaking} >= word.kinds else []
