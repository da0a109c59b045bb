"""A retention policy is read from a TOML file; whoever wrote it is told the line, what is wrong and what was expected.

[policy]
title = "Photos taken at a gate"
names = "fbi-ebts-10.0"               # the profile that says what the fields of Type-2 are
date-only = "start"                   # from when a date without time counts; a rule may say its own

[dates]                               # where a date stands: fields, the first that is there
receipt = ["1.014", "1.005"]

[type2."2.8001"]                      # a field of one's own, as a layer of a profile declares it
mnemonic = "CATEGORY"

[rules.citizens]                      # in order: of those for the same `what` the first that fits decides
what = "faces"
when = "CTZ = US"
keep = "12 hours"
after = "capture"
then = "delete"
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant, unknown
from nistitl.base.resources import Resource
from nistitl.base.tables import TableReader, TableText, table_file, table_text, tables_of
from nistitl.declare.values import Characters, Date, Digits, GreenwichTime
from nistitl.exchange.policy import PolicyError
from nistitl.exchange.policy import policy as redaction_policy
from nistitl.exchange.retention.periods import DateOnly, period
from nistitl.exchange.retention.rules import RECORD, Policy, Rule, Several, Then, What, may_be
from nistitl.model.dictionaries import profile_names
from nistitl.profiles.attributes import FIELD, Attribute, attribute_fault, type_names
from nistitl.profiles.choice import named
from nistitl.profiles.comparisons import comparisons
from nistitl.profiles.conditions import ResolvedComparison, resolved
from nistitl.profiles.dictionary import Dictionary
from nistitl.profiles.layer import Layer, ProfileError
from nistitl.profiles.named import FieldName, field_name, value_at
from nistitl.wire.charsets import ASCII

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.resources import TextFile
    from nistitl.declare.values import Value
    from nistitl.exchange.policy import Policy as RedactionPolicy

SHIPPED = ("gate-photos", "partner-no-keep")
_FOLDER = Resource("nistitl.exchange.retention", "policies")
DATES = ("capture", "receipt", "verification")
_WHAT, _THEN, _DATE_ONLY, _SEVERAL = get_args(What), get_args(Then), get_args(DateOnly), get_args(Several)
_TEXT, _LIST = Attribute((str,)), Attribute((list,))
_HEAD = {"name": _TEXT, "title": _TEXT, "source": _TEXT, "names": _TEXT, "date-only": _TEXT}
_RULE = {
    "what": _TEXT, "keep": Attribute((str,), period), "after": _TEXT, "then": _TEXT, "by": _TEXT,
    "types": _LIST, "tots": Attribute((str,), type_names), "profile": _TEXT,
    "when": Attribute((str,), comparisons), "unless": Attribute((str,), comparisons),
    "date-only": _TEXT, "of-several": _TEXT, "source": _TEXT,
}  # fmt: skip
_SECTIONS = ("policy", "dates", "type2", "rules")
_WORDS = {"what": _WHAT, "after": DATES, "then": _THEN, "date-only": _DATE_ONLY, "of-several": _SEVERAL}
_NEEDED = ("what", "keep", "after", "then")


class RetentionPolicyError(ITLError):
    """A retention policy cannot be read, or cannot be meant: file and line, what is wrong, what was expected."""


def retention_policy(name: str) -> Policy:
    """The shipped policy of that name, or the one in a TOML file. RetentionPolicyError says file and line."""
    return read_retention_policy(table_file(name, "retention policy", SHIPPED, _FOLDER, RetentionPolicyError))


def read_retention_policy(path: TextFile) -> Policy:
    """The policy in a TOML file. RetentionPolicyError says file and line."""
    text = table_text(path, RetentionPolicyError)
    return _PolicyReader(path, text, tables_of(text, RetentionPolicyError)).policy()


class _PolicyReader(TableReader):
    """Makes a policy of what stands in a file, and refuses what it cannot be."""

    error = RetentionPolicyError

    def __init__(self, path: TextFile, text: TableText, tables: dict[str, Any]) -> None:
        super().__init__(text, tables)
        self.path = path

    def policy(self) -> Policy:
        self.check_sections(_SECTIONS)
        self.head = self.section("policy")
        self.attributes("policy", "", self.head, _HEAD)
        self.dictionary = self.names()
        self.dates = {name: tuple(self.places(name, words)) for name, words in self.section("dates").items()}
        rows = self.section("rules")
        if not rows:
            self.refuse("rules", "", "a policy has rules: expected [rules.NAME] with what, keep, after and then")
        rules = tuple(self.rule(name, row) for name, row in rows.items())
        self.check_order(rules)
        name, title = self.head.get("name", self.path.stem), self.head.get("title", "")
        return Policy(name, title, rules, self.dictionary, self.text.text)

    def attributes(self, section: str, key: str, row: object, known: dict[str, Attribute]) -> dict[str, Any]:
        """A row, whose attributes must be known and look as they must."""
        if not isinstance(row, dict):
            self.refuse(section, key, "expected a row of attributes")
        for name, value in row.items():
            fault = self.types_fault(value) if name == "types" else attribute_fault(name, value, known)
            if fault is None and name in _WORDS and value not in _WORDS[name]:
                fault = _none(name, value, _WORDS[name])
            if fault is not None:
                self.refuse(section, key, fault, attribute=name)
        return row

    @staticmethod
    def types_fault(value: object) -> str | None:
        known = isinstance(value, list) and value and all(type(one) is int and 2 <= one <= 99 for one in value)
        return None if known else "types is no list of record types from 2 to 99, such as [10] or [4, 14]"

    # -- names --------------------------------------------------------------------------------------

    def names(self) -> Dictionary:
        """The elements of Type-2: those of the profile that [policy] names, and the policy's own."""
        own = self.section("type2")
        for path, row in own.items():
            if not path.startswith("2.") or not path[2:].isdecimal():
                self.refuse("type2", path, f"{path[:40]!r} is no field of Type-2 such as 2.8001")
            self.attributes("type2", path, row, FIELD)
            if "codes" in row:
                self.refuse("type2", path, "a policy has no code lists: put the field into a layer", attribute="codes")
        named_layer = self.layer("policy", "", "names", self.head["names"]) if "names" in self.head else _NOTHING
        layer = attrs.evolve(named_layer, type2={**named_layer.type2, **own})
        return Dictionary(self.path.stem, layer)

    def layer(self, section: str, key: str, attribute: str, name: str) -> Layer:
        """The tables of a profile that the policy names; a file is looked for beside the policy."""
        if name.endswith(".toml") and isinstance(self.path, Path):
            name = str(self.path.parent / name)
        elif name not in profile_names():
            self.refuse(section, key, unknown("profile", name, profile_names()), attribute=attribute)
        try:
            return named(name).layer
        except ProfileError as error:
            self.refuse(section, key, str(error), attribute=attribute)

    def field(self, name: str) -> FieldName:
        """ValueError for a field that there is not."""
        if "names" not in self.head and name.startswith("2.") and name not in self.section("type2"):
            raise ValueError(f"{name!r}: say names = 'fbi-ebts-10.0' or the like in [policy], or declare it in [type2]")
        return field_name(name, self.dictionary)

    def places(self, name: str, words: object) -> Iterator[FieldName | None]:
        """The fields where a date stands; None for the date that a record states itself."""
        if name not in DATES:
            self.refuse("dates", name, unknown("date", name, DATES))
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            self.refuse("dates", name, "expected a list of fields such as ['1.014', '1.005']")
        for word in words:
            if word == RECORD and name == "capture":
                yield None
                continue
            try:
                field = self.field(word)
            except ValueError as error:
                self.refuse("dates", name, str(error))
            if not _may_hold_a_date(value_at(field, self.dictionary)):
                self.refuse("dates", name, f"{word} ({field.label}) holds no date")
            yield field

    # -- rules --------------------------------------------------------------------------------------

    def rule(self, name: str, row: object) -> Rule:
        given = self.attributes("rules", name, row, _RULE)
        for needed in _NEEDED:
            if needed not in given:
                self.refuse("rules", name, f"{needed} is missing; a rule has {', '.join(_NEEDED)}")
        by = self.by(name, given)
        self.check_whom(name, given)
        profile = given.get("profile")
        if profile is not None and profile not in profile_names():
            self.refuse("rules", name, unknown("profile", profile, profile_names()), attribute="profile")
        return Rule(
            name, given["what"], period(given["keep"]), given["after"], self.places_of(name, given["after"]),
            given["then"], by, frozenset(given.get("types", ())),
            self.tots(given.get("tots", "*")), profile,
            self.comparisons(name, "when", given), self.comparisons(name, "unless", given),
            given.get("date-only", self.head.get("date-only")), given.get("of-several"),
            hashlib.sha256(f"{json.dumps(given, sort_keys=True)}{by!r}".encode()).hexdigest(),
        )  # fmt: skip

    def places_of(self, rule: str, date: str) -> tuple[FieldName | None, ...]:
        places = self.dates.get(date, (None,) if date == "capture" else ())
        if not places:
            example = f"[dates] {date} = ['1.014', '1.005']"
            self.refuse("rules", rule, f"no field of the standard states the {date}: say {example}", attribute="after")
        return places

    def by(self, name: str, given: dict[str, Any]) -> RedactionPolicy | None:
        """The policy of redaction that a rule names; a file is looked for beside this policy."""
        if given["then"] != "redact":
            if "by" in given:
                self.refuse("rules", name, f"by is for then = 'redact', and it is {given['then']!r}", attribute="by")
            return None
        if "by" not in given:
            self.refuse("rules", name, "redact needs by = a policy of redaction", attribute="then")
        beside = given["by"].endswith(".toml") and isinstance(self.path, Path)
        try:
            return redaction_policy(str(self.path.parent / given["by"]) if beside else given["by"])
        except PolicyError as error:
            self.refuse("rules", name, str(error), attribute="by")

    def check_whom(self, name: str, given: dict[str, Any]) -> None:
        """Refuse a rule that fits nothing."""
        types = set(given.get("types", ()))
        if types and not any(may_be(given["what"], one) for one in types):
            self.refuse("rules", name, f"records of these types are no {given['what']}", attribute="types")
        if "when" in given and given["when"] == given.get("unless"):
            self.refuse("rules", name, "when and unless say the same, so that it never decides", attribute="unless")
        if "own" in given.get("tots", "").split():
            self.refuse("rules", name, "own is a word of layers; expected such as CAR or *", attribute="tots")

    @staticmethod
    def tots(text: str) -> frozenset[str]:
        words = type_names(text)
        return frozenset() if "*" in words else frozenset(words)

    def comparisons(self, name: str, attribute: str, given: dict[str, Any]) -> tuple[ResolvedComparison, ...]:
        if attribute not in given:
            return ()
        try:
            found = comparisons(given[attribute])
            for one in found:
                self.field(one.name)
            return tuple(resolved(one, self.dictionary) for one in found)
        except ValueError as error:
            self.refuse("rules", name, str(error), attribute=attribute)

    def check_order(self, rules: tuple[Rule, ...]) -> None:
        """Refuse a rule that never decides: another one before it leaves it nothing, or contradicts it."""
        for at, rule in enumerate(rules):
            for before in rules[:at]:
                if before.what == rule.what and (before.of_everybody or self.same_people(before.name, rule.name)):
                    whom = "everybody" if before.of_everybody else "the same"
                    self.refuse("rules", rule.name, f"never decides: [rules.{before.name}] before it is for {whom}")

    def same_people(self, one: str, other: str) -> bool:
        whom = ("types", "tots", "profile", "when", "unless")
        rows = self.section("rules")
        return all(rows[one].get(word) == rows[other].get(word) for word in whom)


def _none(attribute: str, value: object, known: tuple[str, ...]) -> str:
    return f"there is no {attribute} = {str(value)[:40]!r}{meant(str(value), known)}; expected {', '.join(known)}"


def _may_hold_a_date(value: Value | None) -> bool:
    """True for dates, and for text that may look like one and is no code."""
    if isinstance(value, Characters | Digits) and value.table is None and value.one_of is None:
        return any(value.fits(one, ASCII) for one in (b"20260101", b"20260101000000Z"))
    return value is None or isinstance(value, Date | GreenwichTime)


_NOTHING = Layer({}, {}, {}, {}, {}, {}, {}, {})
