"""The record types of the standard, one module each, loaded when first met."""

from __future__ import annotations

from nistitl.model.kinds import declare_kinds, record_class

__all__ = ["DECLARED", "record_class"]

DECLARED = (*range(1, 23), 98, 99)

declare_kinds(
    {number: f"nistitl.records.type{number:02d}" if number in DECLARED else "nistitl.records.undeclared" for number in range(1, 100)}
)
