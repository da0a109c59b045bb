"""A second source for editions 0200 to 0400: NIST's own field table of that time.

The limits of the declarations are mostly those printed in 2015; below VER 0500 a violation is an error only where
older.tsv is violated too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.resources import Resource
from nistitl.wire.grammar import RS

if TYPE_CHECKING:
    from nistitl.base.editions import Edition
    from nistitl.model.record import Record
    from nistitl.validation.contents import Fault

_CERTAIN = frozenset({"record-edition", "field-empty", "field-edition"})  # said by the table of contents, or by grammar
_DATE_LENGTH = 8


class _Row(NamedTuple):
    since: int
    occurs: tuple[int, int | None]
    length: tuple[int, int | None]
    kind: str
    values: tuple[str, ...]


def confirmed(record: Record, fault: Fault, number: int | None, edition: Edition) -> bool:
    """True where the older table, too, says that the content is wrong."""
    if fault.code in _CERTAIN or number is None:
        return True
    field = _row(record.type, number, 0)
    if field is None:
        return False
    content = _row(record.type, number, fault.item or 1)
    if content is None or content.since > edition.year:
        return False
    raw = bytes(record.raw(number) or b"")
    if fault.code == "field-missing":
        return field.since <= edition.year and field.occurs[0] > 0
    if fault.code in ("subfields-many", "subfields-few"):
        return _outside(raw.count(RS) + 1, field.occurs)
    if fault.code == "item-missing":
        return content.occurs[0] > 0
    if fault.raw is None:
        return fault.code == "item-many"
    if record.binary and len(fault.raw) > 1:  # the slots of positions, or a number of two bytes
        return content.length == (1, 1) and any(_violates(bytes([slot]), content, True) for slot in fault.raw)
    return _violates(fault.raw, content, record.binary)


def _violates(raw: bytes, row: _Row, binary: bool) -> bool:
    if binary and not raw:  # the header is cut before it
        return True
    text = str(raw[0]) if binary else raw.decode("latin-1")
    if row.kind == "date":
        return len(raw) != _DATE_LENGTH or not raw.isdigit() or not "0101" <= text[4:] <= "1231"
    if row.kind == "num" and not (text.isascii() and text.isdigit()):
        return True
    if row.kind == "hex" and any(c not in "0123456789ABCDEFabcdef" for c in text):
        return True
    if not binary and _outside(len(raw), row.length):
        return True
    return bool(row.values) and row.kind in ("num", "str") and not any(_matches(text, value) for value in row.values)


def _matches(text: str, value: str) -> bool:
    low, dash, high = value.partition("-")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < _DATE_LENGTH else None
    if number is not None and low.isdigit():
        return int(low) <= number <= int(high if dash else low)
    return text == value or (number is not None and low == "*" and number <= int(high))


def _outside(count: int, limits: tuple[int, int | None]) -> bool:
    return count < limits[0] or (limits[1] is not None and count > limits[1])


def _row(record_type: int, number: int, item: int) -> _Row | None:
    rows = _table()
    if (exact := rows.get((record_type, number, item))) is not None:
        return exact
    tails = (rows.get((record_type, number, -at)) for at in range(item, 0, -1))
    return next((row for row in tails if row is not None), None) if item else None


@cache
def _table() -> dict[tuple[int, int, int], _Row]:
    lines = Resource("nistitl.validation", "older.tsv").read_text().splitlines()
    rows = {}
    for line in lines:
        if line.startswith(("#", "types")):
            continue
        types, field, item, since, occurs, length, kind, values = line.split("\t")
        row = _Row(int(since), _limits(occurs), _limits(length), kind, tuple(values.split("|")) if values else ())
        for one in types.split(","):
            at = -int(item[:-1]) if item.endswith("+") else int(item)  # a tail stands under the negative
            rows[int(one), int(field), at] = row
    return rows


def _limits(text: str) -> tuple[int, int | None]:
    low, dash, high = text.partition("-")
    if low == "*":
        return 0, None
    return int(low), int(low) if not dash else None if high == "*" else int(high)
