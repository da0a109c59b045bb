"""Paths, lines and points of the extended feature set, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.blocks.efs import EFS
from nistitl.minutiae.blocks.spelling import item_column
from nistitl.minutiae.items import RegionOfInterest
from nistitl.minutiae.reading import frame_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.frame import Frame
    from nistitl.minutiae.items import MinutiaeFields

_PATHS = {"ROI": "ROP", "FPP": "SGP", "DIS": "DFP", "LQI": "LQP", "AOC": "AOP", "RPS": ""}
_LINES = {
    "INR": ("X1C", "Y1C", "X2C", "Y2C"), "CLD": ("X1D", "Y1D", "X2D", "Y2D"), "RCC": ("ACX", "ACY", "BCX", "BCY"),
    "TPL": ("TXA", "TYA", "TXB", "TYB"),
}  # fmt: skip
_FROM_REGION = range(301, 400)  # of the extended feature set: what may count from the region
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


# -- writing --------------------------------------------------------------------------------------


def set_paths(
    record: MinutiaeFields,
    name: str,
    paths: Sequence[Array | None],
    units: str = "pixels",
    ppi: float | None = None,
    height: int | None = None,
) -> None:
    """Write the paths of a field; see `Type9.set_polygon`."""
    subfields, item = _subfields(record, name, _PATHS), _PATHS[name]
    frame = frame_of(record, EFS, units, ppi, height)
    own = [None if path is None else _own_path(path, frame, name) for path in paths]
    if name == "ROI" and not subfields and len(own) == 1 and own[0] is not None:
        record["ROI"] = _region_around(own[0], counted_from=any(number in record for number in _FROM_REGION))
    elif not item:
        record[name] = tuple(path for path in own if path is not None)
    elif len(own) != len(subfields):
        raise MinutiaeError(
            f"{name} has {len(subfields)} subfields, and {len(own)} paths were given: one of each, or None"
        )
    else:
        changed = tuple(attrs.evolve(one, **{item: path}) for one, path in zip(subfields, own, strict=True))
        record[name] = changed[0] if name == "ROI" else changed


def _own_path(path: Array, frame: Frame, name: str) -> tuple[tuple[int, int], ...]:
    """The points of a path in whole units of the field. MinutiaeError for what is no path in the region."""
    points = np.asarray(path, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2 or not np.isfinite(points).all():
        raise MinutiaeError(f"expected a path of {name} as an array of at least two points, (points, 2)")
    x, y = (
        np.rint(points[:, side] / frame.scale - offset).astype(np.int64)
        for side, offset in enumerate((frame.offset_x, frame.offset_y))
    )
    if (x < 0).any() or (y < 0).any():
        raise MinutiaeError(f"a path of {name} lies left of or above the region of interest, from which it counts")
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _region_around(path: tuple[tuple[int, int], ...], *, counted_from: bool) -> RegionOfInterest:
    """A region of interest whose path this is; its rectangle is as large as the path.

    `counted_from`: features are there, which would move with the region: it begins at the top left of the image.
    """
    columns, rows = zip(*path, strict=True)
    left, top = (0, 0) if counted_from else (min(columns), min(rows))
    inside = tuple((x - left, y - top) for x, y in path)
    return RegionOfInterest(max(columns) - left or 1, max(rows) - top or 1, left, top, inside)
