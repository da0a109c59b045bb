"""The record types there are: how a declaration becomes one, and where the one of a number is found."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from nistitl.base.editions import E1993
from nistitl.base.errors import StructureError
from nistitl.wire.grammar import DATA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nistitl.base.editions import Edition
    from nistitl.declare.element import Element, FieldRange
    from nistitl.model.record import Record

R = TypeVar("R", bound="Record")

loaded_classes: dict[int, type[Record]] = {}
explained_kinds: list[type[Record]] = []  # those of them whose records others explain
_modules: dict[int, str] = {}


def record(
    number: int,
    title: str,
    *,
    clause: str = "",
    since: Edition = E1993,
    until: Edition | None = None,
    ranges: tuple[FieldRange, ...] = (),
) -> Callable[[type[R]], type[R]]:
    """Make a record type of a declaration: its fields become slots, its table `elements`.

    `clause` is where the standard has that table, `ranges` the numbers that it gives to users or reserves.
    """

    def decorate(cls: type[R]) -> type[R]:
        _add_groups(cls)
        kind = attrs.define(
            slots=True, init=False, eq=False, repr=False, getstate_setstate=False, on_setattr=attrs.setters.NO_OP
        )(cls)
        rows = attrs.fields(cast("Any", kind))
        declared: list[Element] = [attrs.evolve(row.metadata["element"], mnemonic=row.name.lstrip("_")) for row in rows]
        kind.type, kind.title, kind.standard_clause = number, title, clause
        kind.since, kind.until, kind.ranges = since, until, ranges
        kind.data_field = DATA if any(element.number == DATA for element in declared) else None
        kind.declare(
            {element.number: element for element in declared}, [kind.__dict__[row.name].__set__ for row in rows]
        )
        return kind

    return decorate


def _add_groups(cls: type[Record]) -> None:
    """Put the rows of the groups that a declaration names among its own, where their numbers belong."""
    from nistitl.declare.element import FieldGroup  # whoever declares has loaded it

    groups = [base for base in cls.__bases__ if issubclass(base, FieldGroup)]
    if not groups:
        return
    rows = {name: (vars(cls)[name], note) for name, note in cls.__annotations__.items()}
    for group in groups:
        rows |= group.rows()
    ordered = sorted(rows.items(), key=lambda row: row[1][0].metadata["element"].number)
    for name, (declared, _) in ordered:
        setattr(cls, name, declared)
    cls.__annotations__ = {name: note for name, (_, note) in ordered}


def declare_kinds(modules: Mapping[int, str]) -> None:
    """Name the module of each record type; class `Type14` of 14 is made when the type is first met."""
    _modules.update(modules)


def record_class(number: int) -> type[Record]:
    """The class of a record type, 1 to 99; types nobody declared are tagged records of user-defined fields."""
    kind = loaded_classes.get(number)
    if kind is None:
        if number not in _modules:
            raise StructureError(f"there is no record type {number}; types run from 1 to 99")
        kind = getattr(import_module(_modules[number]), f"Type{number}")
        if kind.explained_by:
            explained_kinds.append(kind)
        loaded_classes[number] = kind
    return kind
