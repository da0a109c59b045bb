"""The record types of the standard, one module each, loaded when first met."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nistitl.errors import StructureError

if TYPE_CHECKING:
    from nistitl.declare.record import Record

DECLARED = (*range(1, 23), 98, 99)
loaded_classes: dict[int, type[Record]] = {}


def record_class(number: int) -> type[Record]:
    """The class of a record type, 1 to 99; types nobody declared are tagged records of user-defined fields."""
    found = loaded_classes.get(number)
    if found is None:
        if not 1 <= number <= 99:
            raise StructureError(f"there is no record type {number}; types run from 1 to 99")
        module = import_module(f"nistitl.records.type{number:02d}" if number in DECLARED else "nistitl.records.undeclared")
        found = loaded_classes[number] = getattr(module, f"Type{number}")
    return found
