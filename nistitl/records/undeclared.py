"""Record types 23 to 97, reserved by the standard: read, kept and edited by number.

Classes are made when first asked for: `undeclared.Type57`.
"""

from __future__ import annotations

from nistitl.declare.conditions import O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.values import Data
from nistitl.model.kinds import record
from nistitl.model.record import Record
from nistitl.records import shared


class UndeclaredRecord(Record):
    """A record of a type that the standard reserves."""

    __slots__ = ()


def _make(number: int) -> type[UndeclaredRecord]:
    body = {
        "__module__": __name__,
        "__annotations__": {"LEN": "int | None", "IDC": "int | None", "DATA": "memoryview | None"},
        "LEN": shared.UNBOUNDED_LEN(1),
        "IDC": shared.IDC(2),
        "DATA": element(999, Data(), O, "Data"),
    }
    kind = type(f"Type{number}", (UndeclaredRecord,), body)
    return record(number, "Reserved record type", ranges=(FieldRange(3, None, "UDF", "User-defined fields"),))(kind)


def __getattr__(name: str) -> type[UndeclaredRecord]:
    number = name.removeprefix("Type")
    if not name.startswith("Type") or not number.isdecimal() or not 23 <= int(number) <= 97:
        raise AttributeError(name)
    kind = globals()[name] = _make(int(number))
    return kind
