"""The maps of the extended feature set, 9.308 to 9.313, as two-dimensional arrays, and back.

Quality: one code a cell, 0 to 5, or runs: a count and a letter, A for 0 to F for 5. Flow: two hexadecimal digits a
cell, degrees 0 to 179, XX where the flow is not known, or one byte a cell in base-64. Wavelength: two digits a cell,
XX where it is not known.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import MinutiaeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nistitl.minutiae.items import MinutiaeFields

    Map = NDArray[np.int16]

UNKNOWN = -1
_LETTERS = "ABCDEF"  # what the codes 0 to 5 are in runs
_MOST_CELLS = 50_000  # of a row
_MOST_OF_ALL = 25_000_000  # cells of a map; runs may claim any number


def _rows(record: MinutiaeFields, name: str) -> tuple[str, ...]:
    rows: tuple[str, ...] = getattr(record, name)
    if not rows:
        raise MinutiaeError(f"the record has no {name}")
    return rows


def _stacked(rows: list[Any], name: str) -> Map:
    if len({len(row) for row in rows}) > 1:
        raise MinutiaeError(f"the rows of {name} differ in length")
    return np.array(rows, np.int16)


def quality_map(record: MinutiaeFields) -> Map:
    """9.308; see `Type9.quality_map`."""
    form = record.RQF
    coded = form is not None and form.RDF == "RLE"
    rows, cells = [], 0
    for row in _rows(record, "RQM"):
        rows.append(_without_runs(row) if coded else row)
        cells += len(rows[-1])
        if cells > _MOST_OF_ALL:
            raise MinutiaeError(f"RQM has more than {_MOST_OF_ALL} cells")
    if any(not (row.isascii() and row.isdigit()) for row in rows):
        raise MinutiaeError("RQM holds more than the codes 0 to 9")
    return _stacked([np.frombuffer(row.encode(), np.uint8) - 0x30 for row in rows], "RQM")


def _without_runs(row: str) -> str:
    """A row of runs as plain codes: `12A2BE` is twelve times 0, twice 1, once 4."""
    if not re.fullmatch(r"(\d{0,8}[A-F])*", row):
        raise MinutiaeError("RQM holds a row that is no run-length code such as 12A2BE")
    runs = [(int(count or 1), str(_LETTERS.index(letter))) for count, letter in re.findall(r"(\d{0,8})([A-F])", row)]
    if sum(count for count, _ in runs) > _MOST_CELLS:
        raise MinutiaeError("RQM has a row of more cells than can be")
    return "".join(count * code for count, code in runs)


def flow_map(record: MinutiaeFields) -> Map:
    """9.310; see `Type9.flow_map`."""
    form = record.RFF
    coded = form is not None and form.RDF == "B64"
    return _stacked([_flow(row, coded) for row in _rows(record, "RFM")], "RFM")


def _flow(row: str, coded: bool) -> list[int]:
    try:
        if coded:
            return [value if value < 180 else UNKNOWN for value in base64.b64decode(row, validate=True)]
        return [UNKNOWN if cell.upper() == "XX" else int(cell, 16) for cell in _cells(row)]
    except (ValueError, binascii.Error):
        raise MinutiaeError("RFM holds a cell that is no angle") from None


def _cells(row: str) -> list[str]:
    """Two characters a cell."""
    return [row[at : at + 2] for at in range(0, len(row), 2)]


def wavelength_map(record: MinutiaeFields) -> Map:
    """9.312; see `Type9.wavelength_map`."""
    spelled = _rows(record, "RWM")
    try:
        rows = [[UNKNOWN if cell.upper() == "XX" else int(cell) for cell in _cells(row)] for row in spelled]
    except ValueError:
        raise MinutiaeError("RWM holds a cell that is no wavelength") from None
    return _stacked(rows, "RWM")


# -- writing --------------------------------------------------------------------------------------


def _checked(cells: NDArray[Any], least: int, most: int, name: str) -> Map:
    array = np.asarray(cells)
    if array.ndim != 2 or not array.size or array.dtype.kind not in "iu":
        raise MinutiaeError(f"expected {name} as an array of whole numbers, (rows, columns)")
    if array.shape[1] > _MOST_CELLS or int(array.min()) < least or int(array.max()) > most:
        raise MinutiaeError(f"{name} takes {least} to {most}, and at most {_MOST_CELLS} cells a row")
    return array.astype(np.int16)


def set_map(record: MinutiaeFields, name: str, cells: NDArray[Any]) -> None:
    """Write a map; see `Type9.set_map`."""
    if name not in _WRITERS:
        raise MinutiaeError(f"there is no map {name!r}; maps are {', '.join(_WRITERS)}")
    _WRITERS[name](record, cells)


def _set_quality(record: MinutiaeFields, cells: NDArray[Any]) -> None:
    array = _checked(cells, 0, len(_LETTERS) - 1, "RQM")
    form = record.RQF
    spelled = _in_runs if form is not None and form.RDF == "RLE" else _digits
    record["RQM"] = tuple(spelled(row) for row in array)


def _digits(row: Map) -> str:
    return "".join(map(str, row.tolist()))


def _in_runs(row: Map) -> str:
    """A row in runs: `12A2BE`."""
    ends = np.flatnonzero(np.diff(row, append=-1)) + 1
    lengths = np.diff(ends, prepend=0).tolist()
    codes = row[ends - 1].tolist()
    return "".join(
        f"{length if length > 1 else ''}{_LETTERS[code]}" for length, code in zip(lengths, codes, strict=True)
    )


def _set_flow(record: MinutiaeFields, cells: NDArray[Any]) -> None:
    array = _checked(cells, UNKNOWN, 179, "RFM")
    form = record.RFF
    if form is not None and form.RDF == "B64":
        rows = np.where(array == UNKNOWN, 255, array).astype(np.uint8)
        record["RFM"] = tuple(base64.b64encode(row.tobytes()).decode() for row in rows)
        return
    record["RFM"] = tuple("".join("XX" if cell == UNKNOWN else f"{cell:02X}" for cell in row.tolist()) for row in array)


def _set_wavelength(record: MinutiaeFields, cells: NDArray[Any]) -> None:
    array = _checked(cells, UNKNOWN, 99, "RWM")
    record["RWM"] = tuple("".join("XX" if cell == UNKNOWN else f"{cell:02d}" for cell in row.tolist()) for row in array)


_WRITERS = {"quality": _set_quality, "flow": _set_flow, "wavelength": _set_wavelength}
