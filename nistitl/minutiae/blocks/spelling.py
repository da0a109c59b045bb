"""How blocks spell what is in arrays: letters of types, whole numbers, ridge counts, points; and how it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import COUNTS, letters_of, rows_of
from nistitl.minutiae.columns import MISSING
from nistitl.minutiae.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.columns import Columns
    from nistitl.minutiae.even import Even

# -- reading ------------------------------------------------------------------------------------


def common_types(letters: Array, codes: Mapping[str, str]) -> Array:
    """The common type of every letter; X for what the block does not have."""
    types = np.full(len(letters), "X", "U1")
    for own, common in codes.items():
        types[letters == own] = common
    return types


def with_absent(numbers: Array, absent: float) -> Array:
    """The numbers, and another one where there is none."""
    return np.where(numbers == MISSING, absent, numbers)


def required(columns: Columns | Even, place: int) -> Array:
    """The numbers at a place that every subfield must have, none below zero. ValueError where it is otherwise."""
    numbers = columns.ints(place)
    if int(numbers.min(initial=0)) < 0:
        raise ValueError(f"item {place + 1} of a subfield is missing, or below zero")
    return numbers


def fill(array: Array, name: str, numbers: Array) -> None:
    """Put whole numbers into a column. ValueError where it is too narrow for them."""
    limits = np.iinfo(array.dtype[name])
    if int(numbers.min(initial=0)) < limits.min or int(numbers.max(initial=0)) > limits.max:
        raise ValueError(f"a number is out of range for {name}")
    array[name] = numbers


def counts_in_rows(columns: Columns) -> Array:
    """Ridge counts, one a subfield: center, neighbour and count; sector and residual are not known."""
    counts = np.zeros(len(columns), COUNTS)
    for place, name in enumerate(("center", "neighbour", "count")):
        fill(counts, name, required(columns, place))
    counts["sector"] = counts["residual"] = -1
    return counts


def item_column(subfields: Sequence[Any], name: str) -> Array:
    """One item of every subfield, nan where it is absent."""
    values = [getattr(subfield, name) for subfield in subfields]
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


# -- writing ------------------------------------------------------------------------------------


def own_codes(types: Array, codes: Mapping[str, str], instead: str) -> Array:
    """The block's letter of every common type, as its number; `instead` where it has none."""
    letters = letters_of(types)
    numbers = np.full(len(letters), ord(instead), np.uint8)
    for own, common in codes.items():
        numbers[letters == ord(common)] = ord(own)
    return numbers


def by_place(own: Array, counts: Array) -> Array:
    """Ridge counts with the places of minutiae, from 1, as indices; without those of minutiae that are not there."""
    center, neighbour = (rows_of(own["index"], counts[name]) for name in ("center", "neighbour"))
    there = (center >= 0) & (neighbour >= 0)
    placed = counts[there]
    placed["center"], placed["neighbour"] = center[there] + 1, neighbour[there] + 1
    return placed


def rows_of_counts(counts: Array) -> Grid:
    """Center, neighbour and count of every ridge count, one a subfield."""
    grid = Grid(len(counts))
    grid.numbers(counts["center"])
    for name in ("neighbour", "count"):
        grid.numbers(counts[name], before=b"\x1f")
    return grid


def whole_angles(points: Array, names: Sequence[str]) -> list[list[int | None]]:
    """The angles of cores or deltas in whole degrees, None where they are not known."""
    columns = [[None if np.isnan(angle) else round(float(angle)) % 360 for angle in points[name]] for name in names]
    return [list(angles) for angles in zip(*columns, strict=True)]


def whole_number(number: float) -> int | None:
    """The nearest whole number, None where there is none."""
    return round(float(number)) if np.isfinite(number) else None
