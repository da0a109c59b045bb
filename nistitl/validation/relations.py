"""The words that tables of rules are written in: what fields and items have to do with each other.

Each word makes rules of one row, one for every field it names. Fields are named by mnemonic, items as `SEG.LHC`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.editions import E1993, Edition
from nistitl.base.findings import Severity
from nistitl.base.ranges import Range
from nistitl.declare.items import Sets
from nistitl.records import record_class
from nistitl.validation.rules import Problem, Rule, item_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nistitl.declare.items import Items
    from nistitl.validation.context import RecordView

Rows = list[Rule]
Types = int | tuple[int, ...]


@attrs.frozen(slots=True)
class Where:
    """How much a row matters, and in which editions."""

    severity: Severity = Severity.ERROR
    since: Edition = E1993
    until: Edition | None = None
    firm: bool = False
    asked: Edition | None = None


SOURCED = Where()
UNVERIFIED = Where(Severity.WARNING)


@attrs.frozen(slots=True)
class When:
    """A field or item holds one of these: codes between spaces, or numbers as spans (`0..20, 40`)."""

    name: str
    among: str
    _numbers: Range | None = attrs.field(init=False)
    _codes: frozenset[str] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        numeric = self.among[:1].isdigit()
        object.__setattr__(self, "_numbers", Range(self.among) if numeric else None)
        object.__setattr__(self, "_codes", frozenset(() if numeric else self.among.split()))

    def holds(self, value: Any) -> bool | None:
        """Does the value meet it? None where there is no value to tell by."""
        if value is None or value == ():
            return None
        if isinstance(value, tuple):
            return any(self.holds(one) for one in value)
        if self._numbers is None:
            return value in self._codes
        return (int(value) if isinstance(value, str) and value.isdigit() else value) in self._numbers

    def __str__(self) -> str:
        return f"{self.name} = {' or '.join(self.among.split()) if self._numbers is None else self.among}"


def _types(types: Types) -> tuple[int, ...]:
    return (types,) if isinstance(types, int) else types


def _row(
    code: str,
    types: Types,
    name: str,
    check: Callable[[RecordView], Iterable[Problem]],
    reads: Iterable[str],
    starts: Iterable[str],
    where: Where,
) -> Rule:
    kinds = _types(types)
    listed = ", ".join(str(one) for one in kinds[:3]) + (", ..." if len(kinds) > 3 else "")
    clause = (
        f"{record_class(kinds[0]).clause()}; {_numbers(kinds[0], name)}"
        if len(kinds) == 1
        else f"8.{kinds[0]} and alike; {name}"
    )
    return Rule(
        f"{code} {listed} {name}", code, check, clause, kinds, 2, where.severity,
        tuple(dict.fromkeys(one.partition(".")[0] for one in reads)),
        tuple(one.partition(".")[0] for one in starts), where.since, where.until, where.firm, asked=where.asked,
    )  # fmt: skip


def _numbers(kind: int, name: str) -> str:
    numbers = {e.mnemonic: e.number for e in record_class(kind).elements.values()}
    field = name.split()[0].partition(".")[0]
    return f"{kind}.{numbers[field]:03d}" if field in numbers else name


# -- presence of fields -----------------------------------------------------------------------


def together(types: Types, names: str, where: Where = SOURCED) -> Rows:
    """These fields stand together or not at all."""
    all_of = names.split()

    def check(view: RecordView) -> Iterator[Problem]:
        for name in all_of:
            if not view.has(name):
                message = f"{name} is missing: {', '.join(all_of)} stand together"
                yield Problem(message, view.number(name), expected=f"{', '.join(all_of)}, or none of them")

    return [_row("fields-together", types, names, check, (), all_of, where)]


def needs(types: Types, names: str, other: str, where: Where = SOURCED) -> Rows:
    """Each of these fields needs the other."""

    def row(name: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            if not view.has(other):
                yield Problem(f"{name} needs {other}, which is missing", view.number(name), expected=other)

        return _row("field-needs", types, f"{name} {other}", check, (other,), (name,), where)

    return [row(name) for name in names.split()]


def excludes(types: Types, names: str, other: str, where: Where = SOURCED) -> Rows:
    """None of these fields stands with the other."""

    def row(name: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            if view.has(other):
                yield Problem(
                    f"{name} and {other} exclude each other", view.number(name), expected=f"{name} or {other}"
                )

        return _row("fields-exclude", types, f"{name} {other}", check, (), (name,), where)

    return [row(name) for name in names.split()]


def only(types: Types, names: str, when: When, where: Where = SOURCED) -> Rows:
    """These fields stand only when another holds certain values."""

    def row(name: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            if when.holds(_valued(view, when.name)) is False:
                yield Problem(f"{name} stands only with {when}", view.number(name), expected=f"no {name}")

        return _row("field-not-allowed", types, f"{name} {when.name}", check, (when.name,), (name,), where)

    return [row(name) for name in names.split()]


def required(types: Types, names: str, when: When, where: Where = SOURCED, suffix: str = "") -> Rows:
    """These fields must stand when another holds certain values; `suffix` tells rows of one field apart by name."""

    def row(name: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            if when.holds(_valued(view, when.name)) and view.record.raw(view.number(name)) is None:
                yield Problem(f"{name} is missing: it must stand with {when}", view.number(name))

        rule_name = f"{name} {when.name}{suffix}"
        return _row("field-required", types, rule_name, check, (when.name, name), (when.name,), where)

    return [row(name) for name in names.split()]


def exactly(types: Types, names: str, when: When, where: Where = SOURCED) -> Rows:
    """These fields stand when another holds certain values, and only then."""
    return required(types, names, when, where) + only(types, names, when, where)


def codes_only(types: Types, name: str, codes: str, when: When, where: Where = SOURCED) -> Rows:
    """These codes of a field stand only when another field holds certain values."""
    those = When(name, codes)

    def check(view: RecordView) -> Iterator[Problem]:
        if those.holds(view.value(name)) and when.holds(_valued(view, when.name)) is False:
            yield Problem(f"{name} is {codes.replace(' ', ' or ')} only with {when}", view.number(name))

    return [_row("value-not-allowed", types, f"{name} {codes} {when.name}", check, (name, when.name), (name,), where)]


# -- items of one subfield ----------------------------------------------------------------------


def _place(view: RecordView, field: str, item: str) -> int:
    value = view.record.element(view.number(field)).value  # type: ignore[union-attr]
    assert isinstance(value, Sets)
    return item_place(value.items, item)


def _there(one: Items, item: str) -> bool:
    return getattr(one, item, None) not in (None, ())


def items_need(types: Types, field: str, names: str, others: str, where: Where = SOURCED) -> Rows:
    """Each of these items needs the others in its subfield."""

    def row(name: str, other: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            for place, one in view.subfields(field):
                if _there(one, name) and not _there(one, other):
                    message = f"{field}: {name} needs {other}, which is missing"
                    yield Problem(message, view.number(field), place, _place(view, field, other))

        return _row("item-needs", types, f"{field}.{name} {other}", check, (field,), (field,), where)

    return [row(name, other) for name in names.split() for other in others.split() if other != name]


def items_together(types: Types, field: str, names: str, where: Where = SOURCED) -> Rows:
    """These items of a subfield stand together or not at all."""
    all_of = names.split()

    def check(view: RecordView) -> Iterator[Problem]:
        for place, one in view.subfields(field):
            lacking = [name for name in all_of if not _there(one, name)]
            for name in lacking if len(lacking) < len(all_of) else ():
                message = f"{field}: {name} is missing: {', '.join(all_of)} stand together"
                yield Problem(message, view.number(field), place, _place(view, field, name))

    return [_row("item-needs", types, f"{field}.{names}", check, (field,), (field,), where)]


def items_only(types: Types, field: str, names: str, when: When, where: Where = SOURCED) -> Rows:
    """These items stand only when another item of the subfield (or `FIELD` of the record) holds certain values."""

    def row(name: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            for place, one in view.subfields(field):
                if _there(one, name) and when.holds(_item_or_field(view, one, when.name)) is False:
                    message = f"{field}: {name} stands only with {when}"
                    yield Problem(message, view.number(field), place, _place(view, field, name), f"no {name}")

        return _row("item-not-allowed", types, f"{field}.{name} {when.name}", check, (field,), (field,), where)

    return [row(name) for name in names.split()]


def items_required(types: Types, field: str, names: str, when: When, where: Where = SOURCED) -> Rows:
    """These items must stand when another item of the subfield (or `FIELD` of the record) holds certain values."""

    def row(name: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            for place, one in view.subfields(field):
                if not _there(one, name) and when.holds(_item_or_field(view, one, when.name)):
                    message = f"{field}: {name} is missing: it must stand with {when}"
                    yield Problem(message, view.number(field), place, _place(view, field, name))

        return _row("item-required", types, f"{field}.{name} {when.name}", check, (field,), (field,), where)

    return [row(name) for name in names.split()]


def items_exactly(types: Types, field: str, names: str, when: When, where: Where = SOURCED) -> Rows:
    """These items stand when another holds certain values, and only then."""
    return items_required(types, field, names, when, where) + items_only(types, field, names, when, where)


def _item_or_field(view: RecordView, one: Items, name: str) -> Any:
    """The value of an item of the subfield, or of a field of the record where the subfield has none of that name."""
    return getattr(one, name) if hasattr(one, name) else _valued(view, name)


def _valued(view: RecordView, name: str) -> Any:
    """The value of a field, or of an item in each of its subfields: `CBI.CFT`."""
    field, _, item = name.partition(".")
    value = view.value(field)
    if item and isinstance(value, tuple):
        return tuple(getattr(one, item, None) for one in value)
    return getattr(value, item, None) if item else value


# -- numbers ------------------------------------------------------------------------------------


def bounded(types: Types, paths: str, by: str, where: Where = SOURCED, *, below: bool = False) -> Rows:
    """These items are at most (or, `below`, less than) what a field or an item of a single subfield says."""

    def row(path: str) -> Rule:
        field, _, item = path.partition(".")

        def check(view: RecordView) -> Iterator[Problem]:
            limit = _limit(view, by)
            if limit is None:
                return
            for place, one in view.subfields(field):
                for number in _all(getattr(one, item, None)):
                    if number > limit or (below and number == limit):
                        wanted = f"{'below' if below else 'at most'} {limit} ({by})"
                        at = _place(view, field, item)
                        yield Problem(f"{field}: {item} lies outside", view.number(field), place, at, wanted)
                        break

        return _row("coordinate-outside", types, f"{path} {by}", check, (field, by), (field,), where)

    return [row(path) for path in paths.split()]


def _limit(view: RecordView, by: str) -> int | None:
    value = _valued(view, by)
    return value if isinstance(value, int) else None


def _all(value: Any) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else ()


def points_inside(types: Types, field: str, points: str, width: str, height: str, where: Where = SOURCED) -> Rows:
    """The points of a path lie within a width and height."""

    def check(view: RecordView) -> Iterator[Problem]:
        wide, high = _limit(view, width), _limit(view, height)
        for place, one in view.subfields(field):
            path = getattr(one, points) if points else one
            whole = (point for point in path or () if len(point) == 2)  # half a point is reported by its count
            for x, y in whole:
                if _over(x, wide) or _over(y, high):
                    at = _place(view, field, points) if points else None
                    wanted = f"x to {wide} ({width}), y to {high} ({height})"
                    yield Problem(f"{field}: a point lies outside", view.number(field), place, at, wanted)
                    break

    name = f"{field}.{points}" if points else field
    return [
        _row("coordinate-outside", types, f"{name} {width} {height}", check, (field, width, height), (field,), where)
    ]


def _over(number: int | None, limit: int | None) -> bool:
    return number is not None and limit is not None and number > limit


def ordered(types: Types, pairs: str, where: Where = SOURCED, *, strictly: bool = True) -> Rows:
    """In each pair (`SEG.LHC<RHC`) the first item is less than the second, or, not strictly, at most that."""

    def row(pair: str) -> Rule:
        field, _, both = pair.partition(".")
        low, _, high = both.partition("<")

        def check(view: RecordView) -> Iterator[Problem]:
            for place, one in view.subfields(field):
                a, b = getattr(one, low, None), getattr(one, high, None)
                if a is not None and b is not None and (a >= b if strictly else a > b):
                    wanted = f"{'above' if strictly else 'from'} {low}"
                    at = _place(view, field, high)
                    yield Problem(f"{field}: {high} is not {wanted}", view.number(field), place, at, wanted)

        return _row("values-order", types, f"{field}.{high} {low}", check, (field,), (field,), where)

    return [row(pair) for pair in pairs.split()]


def counted(types: Types, field: str, by: str, where: Where = SOURCED) -> Rows:
    """The field has as many subfields as another field says."""

    def check(view: RecordView) -> Iterator[Problem]:
        said, there = view.value(by), view.count(field)
        if said is not None and said != there:
            message = f"{by} says {said}, {field} has {there} subfields"
            yield Problem(message, view.number(by), expected=str(there))

    return [_row("count-wrong", types, f"{field} {by}", check, (field, by), (field, by), where)]


def points_counted(types: Types, fields: str, where: Where = SOURCED) -> Rows:
    """Each path has as many points as its NOP says."""

    def row(field: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            for place, one in view.subfields(field):
                if one.NOP is not None and len(one.points) != one.NOP:
                    message = f"{field}: NOP says {one.NOP} points, {len(one.points)} are there"
                    at = _place(view, field, "NOP")
                    yield Problem(message, view.number(field), place, at, str(len(one.points)))

        return _row("count-wrong", types, f"{field}.points NOP", check, (field,), (field,), where)

    return [row(field) for field in fields.split()]


def points_distinct(types: Types, fields: str, where: Where = SOURCED) -> Rows:
    """No point stands twice in one path."""

    def row(field: str) -> Rule:
        def check(view: RecordView) -> Iterator[Problem]:
            for place, one in view.subfields(field):
                if len(set(one.points)) < len(one.points):
                    message = f"{field}: a point stands twice in one path"
                    at = _place(view, field, "points")
                    yield Problem(message, view.number(field), place, at, "every vertex once")

        return _row("point-repeated", types, f"{field}.points", check, (field,), (field,), where)

    return [row(field) for field in fields.split()]


def unique(types: Types, paths: str, where: Where = SOURCED) -> Rows:
    """The item is another in every subfield of its field."""

    def row(path: str) -> Rule:
        field, _, item = path.partition(".")

        def check(view: RecordView) -> Iterator[Problem]:
            seen: set[Any] = set()
            for place, one in view.subfields(field):
                value = getattr(one, item, None)
                if value in seen:
                    at = _place(view, field, item)
                    yield Problem(f"{field}: {item} stands twice", view.number(field), place, at, "each value once")
                seen.add(value)

        return _row("value-repeated", types, path, check, (field,), (field,), where)

    return [row(path) for path in paths.split()]
