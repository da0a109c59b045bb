"""Which checks and rules a record calls for, sorted out by record type, edition and level, and kept.

Nothing that is kept is without a bound: a sender chooses the fields of records, a caller the rules.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nistitl.validation.contents import RecordCheck
from nistitl.validation.rules import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.base.editions import Edition
    from nistitl.base.findings import Severity
    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.record import Record
    from nistitl.validation.rules import Rule

_TYPE_2 = 2
MOST_RULE_LISTS = 16  # that are kept sorted out; each call of validate() may bring another list
MOST_FIELD_SETS = 1024  # that are kept with the rules they call for, by list of rules
MOST_FIELDS = 128  # of a set that is kept


class DueRule(NamedTuple):
    """A rule with what an edition makes of it."""

    rule: Rule
    severity: Severity
    reads: tuple[int, ...]  # the numbers of its fields: where one is doubtful the rule is silent


class RecordPlan:
    """The rules for records of one type in one edition, up to one level."""

    def __init__(
        self, kind: type[Record], edition: Edition, rules: Iterable[Rule], dictionary: Dictionary | None = None
    ) -> None:
        self.always: list[DueRule] = []
        self.started: dict[object, list[DueRule]] = {}  # by the number of a field that calls for them
        self._numbers = {element.mnemonic: number for number, element in kind.elements.items()}
        self._kind, self._dictionary = kind, dictionary if kind.type == _TYPE_2 else None
        for rule in rules:
            reads = tuple(self._number(rule, name) for name in rule.reads)
            due = DueRule(rule, rule.severity_in(edition, self._since(rule)), reads)
            if not rule.starts:
                self.always.append(due)
            for name in rule.starts:
                self.started.setdefault(self._number(rule, name), []).append(due)

    def _number(self, rule: Rule, name: str) -> int:
        """The number of a field that a rule names; RuleError for none."""
        number = self._numbers.get(name)
        if number is not None:
            return number
        element = self._dictionary.by_mnemonic(name) if self._dictionary is not None else None
        if element is None:
            known = f" in the dictionary of {self._dictionary.name}" if self._dictionary is not None else ""
            raise RuleError(f"the rule {rule.name!r} names {name}: Type-{self._kind.type} has no such field{known}")
        return element.number

    def _since(self, rule: Rule) -> Edition:
        """The edition that brought the last of the fields that a rule is about, or their record type."""
        known = self._kind.elements
        numbers = [self._numbers[name] for name in (*rule.reads, *rule.starts) if name in self._numbers]
        return max([self._kind.since, *(known[number].since for number in numbers)])

    def due(self, fields: tuple[object, ...]) -> list[DueRule]:
        """The rules that these fields call for, each once."""
        started = (due for field in fields for due in self.started.get(field, ()))
        return list({id(due.rule): due for due in (*self.always, *started)}.values())


class RuleIndex:
    """Rules sorted out by record type, edition and level, kept for the next transaction."""

    def __init__(self, rules: tuple[Rule, ...], dictionary: Dictionary | None = None) -> None:
        self.rules = rules
        self.dictionary = dictionary  # gives the numbers of the mnemonics that rules of Type-2 name
        self._plans: dict[tuple[type[Record], Edition, int], RecordPlan] = {}
        self._of_transaction: dict[tuple[Edition, int], list[Rule]] = {}
        self._due = lru_cache(maxsize=MOST_FIELD_SETS)(RecordPlan.due)

    def due(self, kind: type[Record], edition: Edition, level: int, fields: Iterable[object]) -> list[DueRule]:
        """The rules that a record of these fields calls for; records of a type mostly have the same fields."""
        key = kind, edition, level
        plan = self._plans.get(key)
        if plan is None:
            rules = self.of_type(kind.type, edition, level)
            plan = self._plans[key] = RecordPlan(kind, edition, rules, self.dictionary)
        numbers = tuple(fields)
        return self._due(plan, numbers) if len(numbers) <= MOST_FIELDS else plan.due(numbers)

    def of_type(self, number: int, edition: Edition, level: int) -> list[Rule]:
        """The rules for records of a type, whatever fields they have."""
        return [r for r in self.rules if number in r.types and r.level <= level and r.in_edition(edition)]

    def of_transaction(self, edition: Edition, level: int) -> list[Rule]:
        """The rules of the whole transaction."""
        key = edition, level
        if key not in self._of_transaction:
            all_of_it = [r for r in self.rules if not r.types]
            self._of_transaction[key] = [r for r in all_of_it if r.level <= level and r.in_edition(edition)]
        return self._of_transaction[key]


@lru_cache(maxsize=MOST_RULE_LISTS)
def rule_index(rules: tuple[Rule, ...], dictionary: Dictionary | None = None) -> RuleIndex:
    """These rules, sorted out; the lists that were asked for last are kept."""
    return RuleIndex(rules, dictionary)


@lru_cache(maxsize=1024)  # more than there are record types times editions
def record_check(kind: type[Record], edition: Edition) -> RecordCheck:
    """Level 1 of a record type in an edition, as the standard declares it."""
    return RecordCheck(kind.elements, kind.ranges, edition)
