"""What `tx[...]` gives for all but the number of a record type, and what it says of what is nothing."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

from nistitl.base.errors import PathError
from nistitl.base.text import many

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.model.record import Record

_POSSIBLE = "expected the number of a record type, tx[1] to tx[99], or with an IDC, tx[14, 2]"
_LISTED = 20


def found(records: Iterable[Record], asked: object) -> tuple[Record, ...] | Record:
    """Of these records those of a type, or the one of a type and an IDC; PathError for what is neither."""
    numbers = asked if isinstance(asked, tuple) else (asked,)
    try:
        kind, *idcs = [index(number) for number in numbers]
    except (TypeError, ValueError):
        raise PathError(f"{asked!r} is no key of a transaction: {_POSSIBLE}") from None
    if not 0 < kind < 100 or len(idcs) > 1 or any(isinstance(number, bool) for number in numbers):
        raise PathError(f"{asked!r} is no key of a transaction: {_POSSIBLE}")
    those = tuple(record for record in records if record.type == kind)
    return _the_one(those, kind, *idcs) if idcs else those


def _the_one(records: tuple[Record, ...], kind: int, idc: int) -> Record:
    those = [record for record in records if record.idc == idc]
    if len(those) == 1:
        return those[0]
    if those:
        raise PathError(f"{len(those)} Type-{kind} records have IDC {idc}: tx[{kind}] gives all, in order")
    if kind == 1:
        raise PathError("Type-1 has no IDC: tx[1], or tx.header")
    there = sorted({one for record in records if (one := record.idc) is not None})
    known = f"; {many(len(there), 'IDC')} there: {', '.join(map(str, there[:_LISTED]))}" if there else ""
    raise PathError(f"no Type-{kind} record has IDC {idc}{known}{', ...' if len(there) > _LISTED else ''}")
