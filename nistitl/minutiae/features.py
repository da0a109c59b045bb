"""Cores, deltas, paths, lines and points as arrays in pixels of the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CORES, DELTAS, MinutiaeError
from nistitl.minutiae.blocks import BLOCKS
from nistitl.minutiae.reading import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from nistitl.minutiae.arrays import Frame
    from nistitl.minutiae.declared import MinutiaeFields

    Array = NDArray[Any]

_PATHS = {"ROI": "ROP", "FPP": "SGP", "DIS": "DFP", "LQI": "LQP", "AOC": "AOP", "RPS": ""}
_LINES = {
    "INR": ("X1C", "Y1C", "X2C", "Y2C"), "CLD": ("X1D", "Y1D", "X2D", "Y2D"), "RCC": ("ACX", "ACY", "BCX", "BCY"),
    "TPL": ("TXA", "TYA", "TXB", "TYB"),
}  # fmt: skip
_POINTS = {"DOT": ("DOX", "DOY"), "POR": ("POX", "POY"), "REF": ("CLX", "CLY"), "CPR": ("PXC", "PYC")}


def _frame(record: MinutiaeFields, block: str, ppi: float | None = None, height: int | None = None) -> Frame:
    return BLOCKS[block].frame(record, surroundings(record, ppi, height))


def _column(subfields: Sequence[Any], name: str) -> Array:
    """One item of every subfield, nan where it is absent."""
    return np.array(
        [np.nan if (value := getattr(one, name)) is None else float(value) for one in subfields], np.float64
    )


def _placed(frame: Frame, x: Array, y: Array) -> tuple[Array, Array]:
    upright = y if frame.height is None else frame.height - y
    return (x + frame.offset_x) * frame.scale, (upright + frame.offset_y) * frame.scale


def _pairs(texts: Iterable[str | None]) -> tuple[Array, Array]:
    """XXXXYYYY of older blocks; nan where there is none."""
    pairs = [_pair(text) for text in texts]
    return np.array([x for x, _ in pairs]), np.array([y for _, y in pairs])


def _pair(text: str | None) -> tuple[float, float]:
    if text is None:
        return np.nan, np.nan
    if not (text.isascii() and text.isdigit() and len(text) == 8):
        raise MinutiaeError("a core or delta is not XXXXYYYY, eight digits")
    return float(text[:4]), float(text[4:])


def cores_of(record: MinutiaeFields, ppi: float | None = None, height: int | None = None) -> Array:
    """The cores of the richest block that has some; see `Type9.cores`."""
    if record.COR:
        return _cores(_frame(record, "efs", ppi, height), record.COR, ("CXC", "CYC", "CDI", "RPU", "DUY"))
    if record.CIN:
        return _cores(_frame(record, "m1", ppi, height), record.CIN, ("XCC", "YCC", "ANGC", "", ""))
    older = (("iafis", [core.XYM for core in record.CRA]), ("standard", list(record.CRP)))
    for block, texts in older:
        if texts:
            frame = _frame(record, block, ppi, height)
            made = np.full(len(texts), np.nan, CORES)
            made["x"], made["y"] = _placed(frame, *_pairs(texts))
            if block == "iafis":
                made["theta"] = _column(record.CRA, "DID")
            return made
    return np.zeros(0, CORES)


def _cores(frame: Frame, subfields: Sequence[Any], names: tuple[str, ...]) -> Array:
    made = np.full(len(subfields), np.nan, CORES)
    x, y, theta, radius, spread = names
    made["x"], made["y"] = _placed(frame, _column(subfields, x), _column(subfields, y))
    made["theta"] = frame.angle(_column(subfields, theta))
    if radius:
        made["radius"], made["spread"] = _column(subfields, radius) * frame.scale, _column(subfields, spread)
    return made


def deltas_of(record: MinutiaeFields, ppi: float | None = None, height: int | None = None) -> Array:
    """The deltas of the richest block that has some; see `Type9.deltas`."""
    if record.DEL:
        return _efs_deltas(record, _frame(record, "efs", ppi, height))
    if record.DIN:
        return _m1_deltas(record, _frame(record, "m1", ppi, height))
    older = (("iafis", [delta.XYM for delta in record.DLA]), ("standard", list(record.DLT)))
    for block, texts in older:
        if texts:
            made = no_deltas(len(texts))
            made["x"], made["y"] = _placed(_frame(record, block, ppi, height), *_pairs(texts))
            for name, item in (("up", "DID1"), ("left", "DID2"), ("right", "DID3")) if block == "iafis" else ():
                made[name] = _column(record.DLA, item)
            return made
    return no_deltas(0)


def no_deltas(count: int) -> Array:
    """So many deltas of which nothing is known."""
    made = np.zeros(count, DELTAS)
    for name in DELTAS.names or ():
        made[name] = "" if name == "type" else np.nan
    return made


def _efs_deltas(record: MinutiaeFields, frame: Frame) -> Array:
    deltas = record.DEL
    made = no_deltas(len(deltas))
    made["x"], made["y"] = _placed(frame, _column(deltas, "DXC"), _column(deltas, "DYC"))
    columns = {
        "up": "DUP",
        "left": "DLF",
        "right": "DRT",
        "spread_up": "DUU",
        "spread_left": "DUL",
        "spread_right": "DUR",
    }
    for name, item in columns.items():
        made[name] = _column(deltas, item)
    made["type"] = [delta.DTP or "" for delta in deltas]
    made["radius"] = _column(deltas, "RPU") * frame.scale
    return made


def _m1_deltas(record: MinutiaeFields, frame: Frame) -> Array:
    deltas, more = record.DIN, record.ADA
    made = no_deltas(len(deltas))
    made["x"], made["y"] = _placed(frame, _column(deltas, "XCD"), _column(deltas, "YCD"))
    made["up"] = frame.angle(_column(deltas, "ANG1"))
    if len(more) == len(deltas):
        made["left"], made["right"] = frame.angle(_column(more, "ANG2")), frame.angle(_column(more, "ANG3"))
    return made


# -- paths, lines, points of the extended feature set ---------------------------------------------


def _subfields(record: MinutiaeFields, name: str, known: dict[str, Any]) -> tuple[Any, ...]:
    if name not in known:
        raise MinutiaeError(f"{name} holds none; those that do are {', '.join(known)}")
    value = getattr(record, name)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def paths_of(record: MinutiaeFields, name: str) -> list[Array]:
    """The paths of a field; see `Type9.polygon`. A region of interest without a path is its rectangle."""
    subfields = _subfields(record, name, _PATHS)
    if not subfields:
        return []
    frame, item = _frame(record, "efs"), _PATHS[name]
    found = [getattr(one, item) if item else one for one in subfields]
    if name == "ROI" and found == [None]:
        region = subfields[0]
        wide, high = region.EWI or 0, region.EHI or 0
        found = [((0, 0), (wide, 0), (wide, high), (0, high))]
    return [np.column_stack(_placed(frame, *np.array(path, np.float64).T)) for path in found if path]


def lines_of(record: MinutiaeFields, name: str) -> Array:
    """The lines of a field, (lines, 2, 2); see `Type9.segments`."""
    subfields = _subfields(record, name, _LINES)
    if not subfields:
        return np.zeros((0, 2, 2))
    frame, (x1, y1, x2, y2) = _frame(record, "efs"), _LINES[name]
    ends = [_placed(frame, _column(subfields, x), _column(subfields, y)) for x, y in ((x1, y1), (x2, y2))]
    return np.stack([np.column_stack(end) for end in ends], axis=1)


def points_of(record: MinutiaeFields, name: str) -> Array:
    """The points of a field, (points, 2); see `Type9.points`."""
    subfields = _subfields(record, name, _POINTS)
    if not subfields:
        return np.zeros((0, 2))
    x, y = _POINTS[name]
    return np.column_stack(_placed(_frame(record, "efs"), _column(subfields, x), _column(subfields, y)))
