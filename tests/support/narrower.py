"""What the rule files state narrower than the standard, of fields for which a profile has no row."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nistitl.declare.conditions import M
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Date, GreenwichTime
from nistitl.records import record_class
from tests.support.minimal import edition_for, part
from tests.support.reference_profiles import codes_in, numbered, source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.editions import Edition
    from nistitl.declare.values import Value
    from nistitl.profiles import TableProfile

NARROWER: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("narrower.toml").read_text("utf-8"))["row"]
_OF_THE_STANDARD = (1, 2, 999)


def narrower(profile: TableProfile) -> Iterator[tuple[str, str]]:
    """Path and what of it: condition, codes, occurs, length."""
    edition = edition_for(profile)
    kinds = {kind for tot in profile.tots.values() for count in tot.records for kind in count.types} | {1}
    for path, stated in source(profile.name).fields.items():
        kind, number, *item = (int(part) for part in path.split("."))
        declared = record_class(kind).elements.get(number) if kind in kinds - {2} else None
        declared = declared and declared.in_edition(edition)
        if declared is None or number in _OF_THE_STANDARD:
            continue
        row = profile.layer.fields.get(path, {})
        if stated.get("condition") == "M" and not item and declared.condition is not M and "condition" not in row:
            yield path, "condition"
        most = (stated.get("occ") or [None, None])[1]
        several = isinstance(declared.value, Sets | Values) and not item
        if several and most is not None and "occurs" not in row and most < (declared.subfields[1] or most + 1):
            yield path, "occurs"
        value = _value(declared.value, item)
        if value is not None and not {"codes", "values"}.intersection(row):
            yield from ((path, what) for what in _contents(value, stated, row, edition))


def _value(value: Value, item: list[int]) -> Value | None:
    """What a field or item holds; None for an item that the standard does not have, and for a set of items."""
    if isinstance(value, Sets):
        items = value.items.items
        return part(value, item[0]) if item and item[0] <= len(items) else None
    return None if item else part(value, None)


def _contents(value: Value, stated: dict[str, Any], row: dict[str, Any], edition: Edition) -> Iterator[str]:
    codes = numbered(codes_in([stated]))
    if codes is not None:
        mine = _codes(value, edition)
        if mine is None or mine - codes:
            yield "codes"
    coded = value.table is not None or value.one_of is not None or isinstance(value, Date | GreenwichTime)
    low, high = stated.get("len") or (None, None)
    if not coded and codes is None and "length" not in row and "date" not in stated:
        shorter = high is not None and (value.max_len is None or high < value.max_len)
        if shorter or (low or 0) > (value.min_len or 0):
            yield "length"


def _codes(value: Value, edition: Edition) -> set[str] | None:
    """The codes or numbers that the standard takes; None where it takes any."""
    codes = set(value.one_of) if value.one_of else None
    if value.code_table is not None:
        rows = value.code_table.codes
        codes = {
            row.code for row in rows if row.status != "reserved" and row.valid_in(edition) and ".." not in row.code
        }
    if value.within is None:
        return numbered(codes)
    numbers = {str(number) for number in range(300) if number in value.within}
    return numbers if codes is None else numbers & (numbered(codes) or set())
