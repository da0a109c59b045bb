"""Paths, lines and points of the extended feature set, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.blocks.efs import EFS
from nistitl.minutiae.blocks.spelling import item_column
from nistitl.minutiae.reading import frame_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.items import MinutiaeFields

_PATHS = {"ROI": "ROP", "FPP": "SGP", "DIS": "DFP", "LQI": "LQP", "AOC": "AOP", "RPS": ""}
_LINES = {
    "INR": ("X1C", "Y1C", "X2C", "Y2C"), "CLD": ("X1D", "Y1D", "X2D", "Y2D"), "RCC": ("ACX", "ACY", "BCX", "BCY"),
    "TPL": ("TXA", "TYA", "TXB", "TYB"),
}  # fmt: skip
_POINTS = {"DOT": ("DOX", "DOY"), "POR": ("POX", "POY"), "REF": ("CLX", "CLY"), "CPR": ("PXC", "PYC")}


def paths_of(
    record: MinutiaeFields, name: str, units: str = "pixels", ppi: float | None = None, height: int | None = None
) -> list[Array]:
    """The paths of a field; see `Type9.polygon`. A region of interest without a path is its rectangle."""
    subfields = _subfields(record, name, _PATHS)
    if not subfields:
        return []
    frame, item = frame_of(record, EFS, units, ppi, height), _PATHS[name]
    paths = [getattr(subfield, item) if item else subfield for subfield in subfields]
    if name == "ROI" and paths == [None]:
        region = subfields[0]
        wide, high = region.EWI or 0, region.EHI or 0
        paths = [((0, 0), (wide, 0), (wide, high), (0, high))]
    return [np.column_stack(frame.points(*np.array(path, np.float64).T)) for path in paths if path]


def lines_of(
    record: MinutiaeFields, name: str, units: str = "pixels", ppi: float | None = None, height: int | None = None
) -> Array:
    """The lines of a field, (lines, 2, 2); see `Type9.segments`."""
    subfields = _subfields(record, name, _LINES)
    if not subfields:
        return np.zeros((0, 2, 2))
    frame, (x1, y1, x2, y2) = frame_of(record, EFS, units, ppi, height), _LINES[name]
    ends = [frame.points(item_column(subfields, x), item_column(subfields, y)) for x, y in ((x1, y1), (x2, y2))]
    return np.stack([np.column_stack(end) for end in ends], axis=1)


def points_of(
    record: MinutiaeFields, name: str, units: str = "pixels", ppi: float | None = None, height: int | None = None
) -> Array:
    """The points of a field, (points, 2); see `Type9.points`."""
    subfields = _subfields(record, name, _POINTS)
    if not subfields:
        return np.zeros((0, 2))
    frame, (x, y) = frame_of(record, EFS, units, ppi, height), _POINTS[name]
    return np.column_stack(frame.points(item_column(subfields, x), item_column(subfields, y)))


def _subfields(record: MinutiaeFields, name: str, fields: Mapping[str, object]) -> tuple[Any, ...]:
    if name not in fields:
        raise MinutiaeError(f"{name} holds none; those that do are {', '.join(fields)}")
    value = getattr(record, name)
    return value if isinstance(value, tuple) else () if value is None else (value,)
