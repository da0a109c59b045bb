"""nistitl: ANSI/NIST-ITL transactions, read, edited and written byte for byte.

    tx = nistitl.read("tenprint.eft")
    tx.TOT, tx[14][0].FGP, tx[2][0]["2.018"].text
    tx[2][0]["2.018"] = "DOE,JANE"
    tx.write("out.eft")

Record types (`nistitl.Type14`) and their item classes (`nistitl.records.type14.Segment`) load when
first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.api import Transaction, build, read, read_many
from nistitl.base.editions import Edition
from nistitl.base.errors import (
    ClosedError,
    FieldError,
    ITLError,
    MissingDependency,
    PathError,
    ReadError,
    StructureError,
    WriteError,
)
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.record import Record
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.archive import open_record, table
    from nistitl.records.type01 import Type1
    from nistitl.records.type02 import Type2
    from nistitl.records.type03 import Type3
    from nistitl.records.type04 import Type4
    from nistitl.records.type05 import Type5
    from nistitl.records.type06 import Type6
    from nistitl.records.type07 import Type7
    from nistitl.records.type08 import Type8
    from nistitl.records.type09 import Type9
    from nistitl.records.type10 import Type10
    from nistitl.records.type11 import Type11
    from nistitl.records.type12 import Type12
    from nistitl.records.type13 import Type13
    from nistitl.records.type14 import Type14
    from nistitl.records.type15 import Type15
    from nistitl.records.type16 import Type16
    from nistitl.records.type17 import Type17
    from nistitl.records.type18 import Type18
    from nistitl.records.type19 import Type19
    from nistitl.records.type20 import Type20
    from nistitl.records.type21 import Type21
    from nistitl.records.type22 import Type22
    from nistitl.records.type98 import Type98
    from nistitl.records.type99 import Type99
    from nistitl.validation.report import Report

    __version__: str

__all__ = [
    "ClosedError", "Edition", "FieldError", "Finding", "ITLError", "Location", "MissingDependency", "PathError",
    "ReadError", "Record", "Report", "Severity", "StructureError", "Transaction", "Type1", "Type2", "Type3", "Type4",
    "Type5", "Type6", "Type7", "Type8", "Type9", "Type10", "Type11", "Type12", "Type13", "Type14", "Type15",
    "Type16", "Type17", "Type18", "Type19", "Type20", "Type21", "Type22", "Type98", "Type99", "WriteError", "build",
    "open_record", "read", "read_many", "record_class", "table",
]  # fmt: skip


def __getattr__(name: str) -> type[Record] | type[Report] | Callable[..., object] | str:
    if name == "__version__":
        from nistitl.base.version import VERSION

        return VERSION
    if name in ("open_record", "table"):  # whoever has an archive loads them
        from nistitl import archive

        function: Callable[..., object] = getattr(archive, name)
        return function
    if name == "Report":  # whoever validates loads it
        from nistitl.validation.report import Report

        return Report
    if name.startswith("Type") and name[4:].isdecimal() and name in __all__:
        kind = globals()[name] = record_class(int(name[4:]))
        return kind
    raise AttributeError(_unknown(name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})


def _unknown(name: str) -> str:
    from nistitl.base.migration import OTHER_NAMES

    if name in OTHER_NAMES:
        return (
            f"this nistitl is the one of ebtskit, which has no {name} of IDEMIA's package of that name; "
            f"here: {OTHER_NAMES[name]}"
        )
    return f"module 'nistitl' has no attribute {name!r}"
