"""The record types there are: one class a number, its module imported when the type is first met."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nistitl.base.errors import StructureError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.model.record import Record

loaded_classes: dict[int, type[Record]] = {}
_modules: dict[int, str] = {}


def declare_kinds(modules: Mapping[int, str]) -> None:
    """Name the module of each record type; class `Type14` of 14 is made when the type is first met."""
    _modules.update(modules)


def record_class(number: int) -> type[Record]:
    """The class of a record type, 1 to 99; types nobody declared are tagged records of user-defined fields."""
    found = loaded_classes.get(number)
    if found is None:
        if number not in _modules:
            raise StructureError(f"there is no record type {number}; types run from 1 to 99")
        found = loaded_classes[number] = getattr(import_module(_modules[number]), f"Type{number}")
    return found
