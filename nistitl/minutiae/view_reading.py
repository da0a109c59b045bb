"""A view of a template from its bytes: four bytes, six for each minutia, areas of extended data."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS, Minutiae, MinutiaeError, empty, no_deltas
from nistitl.minutiae.view import (
    ANGLES_FOLLOW,
    CORES_AND_DELTAS,
    DELTA_ANGLES,
    FARTHEST,
    INCITS,
    MINUTIA,
    MOST_CORES,
    MOST_DELTAS,
    RIDGE_COUNT,
    RIDGE_COUNTS,
    TYPES,
    UNITS,
    View,
    ViewSource,
)

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.view import Format

    Areas = tuple[Array, int, Array, Array, tuple[tuple[int, bytes], ...]]  # ridge_counts to extended of a View


def read_view(data: bytes, at: int, form: Format, ppi: float | None) -> tuple[View, int]:
    """The view at an offset, and where the next begins. MinutiaeError or struct.error for one that is cut short."""
    position, both, quality, many = struct.unpack_from(">BBBB", data, at)
    at += 4
    end = at + many * MINUTIA.itemsize
    (size,) = struct.unpack_from(">H", data, end)
    rows, areas = data[at:end], data[end + 2 : end + 2 + size]
    if len(areas) < size:
        raise MinutiaeError(f"the extended data of a view says it has {size} bytes; {len(areas)} are left")
    features = read_areas(areas, form)
    minutiae = Minutiae(read_minutiae(rows, form), "", "pixels", ppi)
    source = ViewSource(form, rows, areas)
    return View(minutiae, position, both >> 4, both & 15, quality, *features, source), end + 2 + size


def read_minutiae(raw: bytes, form: str) -> Array:
    """Minutiae of six bytes each."""
    rows = np.frombuffer(raw, MINUTIA)
    array = empty(len(rows))
    array["x"], array["y"] = rows["x"] & FARTHEST, rows["y"] & FARTHEST
    array["theta"] = _degrees(rows["angle"], form)
    array["type"] = TYPES[rows["x"] >> 14]
    array["quality"] = np.where(rows["quality"] == 0, -1, rows["quality"].astype(np.int16))
    return array


def _degrees(angle: Any, form: str) -> Any:
    return np.asarray(angle, np.float64) * (360 / UNITS[form]) % 360


def read_areas(raw: bytes, form: str) -> Areas:
    """Ridge counts, their method, cores, deltas and the other areas."""
    counts, cores, deltas = np.zeros(0, COUNTS), np.zeros(0, CORES), np.zeros(0, DELTAS)
    method, others, seen = 0, [], set()
    for kind, content in _divided(raw):
        if kind == RIDGE_COUNTS and kind not in seen and len(content) % RIDGE_COUNT.itemsize == 1:
            method, counts = content[0], _read_counts(content[1:])
        elif kind == CORES_AND_DELTAS and kind not in seen and (points := _read_points(content, form)) is not None:
            cores, deltas = points
        else:
            others.append((kind, content))
            continue
        seen.add(kind)
    return counts, method, cores, deltas, tuple(others)


def _divided(raw: bytes) -> list[tuple[int, bytes]]:
    """The areas of extended data: type and content."""
    areas, at = [], 0
    while at < len(raw):
        kind, size = struct.unpack_from(">HH", raw, at)
        if size < 4 or at + size > len(raw):
            raise MinutiaeError(f"an area of extended data says it has {size} bytes; {len(raw) - at} are left")
        areas.append((kind, raw[at + 4 : at + size]))
        at += size
    return areas


def _read_counts(raw: bytes) -> Array:
    rows = np.frombuffer(raw, RIDGE_COUNT)
    counts = np.zeros(len(rows), COUNTS)
    for name in ("center", "neighbour", "count"):
        counts[name] = rows[name]
    counts["sector"] = counts["residual"] = -1
    return counts


def _read_points(raw: bytes, form: str) -> tuple[Array, Array] | None:
    """Cores and deltas; None where the area is not what it should be."""
    try:
        core_points, at = _read_kind(raw, 0, form, MOST_CORES, 1)
        delta_points, at = _read_kind(raw, at, form, MOST_DELTAS, len(DELTA_ANGLES))
    except (struct.error, IndexError):
        return None
    if at != len(raw):
        return None
    cores, deltas = np.full(len(core_points), np.nan, CORES), no_deltas(len(delta_points))
    for row, (x, y, angles) in enumerate(core_points):
        cores[row] = (x, y, *(_degrees(angles, form) if angles else [np.nan]), np.nan, np.nan)
    for row, (x, y, angles) in enumerate(delta_points):
        for name, value in zip(("x", "y", *DELTA_ANGLES), (x, y, *_degrees(angles, form)), strict=False):
            deltas[name][row] = value
    return cores, deltas


def _read_kind(raw: bytes, at: int, form: str, most: int, angles: int) -> tuple[list[tuple[int, int, list[int]]], int]:
    """The points of one kind, and where the next begins: INCITS says once that angles follow, ISO at each x."""
    head = raw[at]
    at, points = at + 1, []
    for _ in range(head & most):
        x, y = struct.unpack_from(">HH", raw, at)
        follow = angles if (head >> 6 if form == INCITS else x >> 14) == ANGLES_FOLLOW else 0
        points.append((x & FARTHEST, y & FARTHEST, list(struct.unpack_from(f">{follow}B", raw, at + 4))))
        at += 4 + follow
    return points, at
