"""What a row of [conditions] says: when some fields are so, others are needed, forbidden, or one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.nearest import unknown
from nistitl.declare.binary import Slots, Uint
from nistitl.profiles.comparisons import ORDERS, Comparison, comparisons, names
from nistitl.profiles.named import FieldName, alike, coded, field_name, texts, value_at
from nistitl.validation.rules import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.values import Value
    from nistitl.profiles.dictionary import Dictionary
    from nistitl.profiles.merging import LayerRow
    from nistitl.validation.context import RecordView, ValidationContext

_NUMBER = re.compile(r"\d+(\.\d{1,2})?")  # three digits after the point are those of a path
ASKING = ("needs", "forbids", "one_of")


class ResolvedComparison(NamedTuple):
    """A comparison whose names are resolved; `other` is the field that it is compared with, where it is one."""

    field: FieldName
    operator: str
    values: tuple[str, ...]
    other: FieldName | None

    def doubtful(self, view: RecordView) -> bool:
        """True where what is compared was found wrong before, so that nothing follows from it."""
        if self.operator in ("present", "absent"):
            return False
        return view.doubtful(self.field.number) and view.present(self.field.number)

    def holds(self, view: RecordView) -> bool:
        """True where the record is so."""
        found = [text for _, text in texts(view, self.field.number, self.field.item)]
        if self.operator == "present":
            return bool(found) or (self.field.item is None and view.present(self.field.number))
        if self.operator == "absent":
            return not found and (self.field.item is not None or not view.present(self.field.number))
        if self.operator in ORDERS:
            return any(_ordered(one, self.operator, other) for one in found for other in self._others(view))
        same = any(alike(one, code) for one in found for code in self.values)
        return not same if self.operator == "!=" else same

    def _others(self, view: RecordView) -> list[str]:
        if self.other is None:
            return list(self.values)
        own = self.other.kind == view.record.type
        views = [view] if own else list(view.context.of(self.other.kind))
        return [text for one in views for _, text in texts(one, self.other.number, self.other.item)]

    def holds_somewhere(self, context: ValidationContext) -> bool | None:
        """True where any record of the type is so; None where that cannot be told."""
        views = list(context.of(self.field.kind))
        if not views:
            return self.operator in ("absent", "!=")
        if any(not self.doubtful(view) and self.holds(view) for view in views):
            return True
        return None if any(self.doubtful(view) for view in views) else False


def _ordered(one: str, operator: str, other: str) -> bool:
    """Numbers are compared as numbers, dates as their digits; other text has no order."""
    try:
        low, high = float(one), float(other)
    except ValueError:
        return False
    return {"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[operator]


def resolved(one: Comparison, dictionary: Dictionary) -> ResolvedComparison:
    """The comparison with its names as fields. ValueError for what is not there, and for a code that cannot be."""
    field = field_name(one.name, dictionary)
    value = value_at(field, dictionary)
    if one.operator in ORDERS and not _NUMBER.fullmatch(one.values[0]):
        return ResolvedComparison(field, one.operator, (), field_name(one.values[0], dictionary))
    for word in one.values if one.operator not in ORDERS else ():
        check_code(value, word)
    return ResolvedComparison(field, one.operator, tuple(coded(value, word) for word in one.values), None)


def check_code(value: Value | None, word: str) -> None:
    """ValueError for a code that the closed list of a field does not have."""
    if value is None or isinstance(value, Uint | Slots) or value.open:
        return
    table = value.code_table
    known = value.one_of if table is None else tuple(row.code for row in table.codes)
    listed = word in (known or ()) if table is None else table.get(word) is not None
    if known and not listed:
        raise ValueError(unknown("code", word, known))


class ConditionCheck:
    """The check of one row; its subject is the record type of the fields that it asks for or forbids."""

    def __init__(self, row: LayerRow, dictionary: Dictionary) -> None:
        self.kind_of_asking = next(key for key in ASKING if key in row)
        self.fields = tuple(field_name(name, dictionary) for name in names(row[self.kind_of_asking]))
        self.subject = self.fields[0].kind
        if any(field.kind != self.subject for field in self.fields):
            raise ValueError(f"{self.kind_of_asking} names fields of several record types; expected those of one")
        self.when = tuple(resolved(one, dictionary) for one in comparisons(row["when"])) if "when" in row else ()
        self.unless = tuple(resolved(one, dictionary) for one in comparisons(row["unless"])) if "unless" in row else ()
        self.tots = frozenset(row.get("tots", "").split())  # none: all
        self.says, self.hint = row.get("says"), row.get("hint")
        self.told = " and ".join(row[key] for key in ("when",) if key in row)
        self.told_unless = row.get("unless", "")

    def __call__(self, context: ValidationContext) -> Iterator[Problem]:
        if self.tots and context.stated_tot not in self.tots:
            return
        views = list(context.of(self.subject))
        for view in views:
            if self._due(context, view) and not (view.incomplete and self.kind_of_asking != "forbids"):
                yield from self._problems(view)
        if not views and self.kind_of_asking != "forbids" and self._due_elsewhere(context):
            message = self.says or f"there is no Type-{self.subject} with {self._labels()}{self._because()}"
            yield Problem(message, expected=self._labels(), record=0, hint=self.hint, code=self._code)

    def _due(self, context: ValidationContext, view: RecordView) -> bool:
        return self._all(self.when, context, view) is True and (
            not self.unless or self._all(self.unless, context, view) is False
        )

    def _due_elsewhere(self, context: ValidationContext) -> bool:
        """True where the row applies whatever stands in a record of the subject's type."""
        tests = (*self.when, *self.unless)
        if any(test.field.kind == self.subject for test in tests):
            return False
        return self._all(self.when, context, None) is True and (
            not self.unless or self._all(self.unless, context, None) is False
        )

    def _all(
        self, tests: tuple[ResolvedComparison, ...], context: ValidationContext, view: RecordView | None
    ) -> bool | None:
        """Whether all comparisons hold; None where one of them cannot be told."""
        found = [self._one(test, context, view) for test in tests]
        if False in found:
            return False
        return None if None in found else True

    def _one(self, test: ResolvedComparison, context: ValidationContext, view: RecordView | None) -> bool | None:
        if view is None or test.field.kind != self.subject:
            return test.holds_somewhere(context)
        return None if test.doubtful(view) else test.holds(view)

    def _problems(self, view: RecordView) -> Iterator[Problem]:
        there = [field for field in self.fields if _there(view, field)]
        if self.kind_of_asking == "needs":
            for field in self.fields:
                if field not in there:
                    yield self._problem(view, field, f"{field.label} is missing{self._because()}", field.label)
        elif self.kind_of_asking == "forbids":
            for field in there:
                by_value = any(test.field == field and test.operator != "present" for test in self.when)
                expected = f"{field.label} for which this is not so" if by_value else f"no {field.label}"
                yield self._problem(view, field, f"{field.label} must not be there{self._because()}", expected)
        elif not there:
            labels = self._labels()
            yield self._problem(view, self.fields[0], f"none of {labels} is there{self._because()}", f"one of {labels}")

    def _problem(self, view: RecordView, field: FieldName, message: str, expected: str) -> Problem:
        return Problem(self.says or message, field.number, None, None, expected, view.index, self.hint, self._code)

    @property
    def _code(self) -> str:
        return {"needs": "condition-needs", "forbids": "condition-forbids", "one_of": "condition-one-of"}[
            self.kind_of_asking
        ]

    def _labels(self) -> str:
        return ", ".join(field.label for field in self.fields)

    def _because(self) -> str:
        when = f" when {self.told}" if self.told else ""
        return when + (f" unless {self.told_unless}" if self.told_unless else "")


def _there(view: RecordView, field: FieldName) -> bool:
    if field.item is None:
        return view.present(field.number)
    return any(True for _ in texts(view, field.number, field.item))
