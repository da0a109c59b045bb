"""The arrays of minutiae, ridge counts, cores and deltas, and what is asked of any such array.

One convention for every block: x to the right and y down from the top left of the image, in pixels of the image;
theta in degrees counterclockwise from the positive x axis, pointing along the ridge into it (as the extended feature
set and INCITS 378 have it; the standard block of 9.012 points out of the ridge, the other way).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nistitl.base.errors import ITLError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

Units = Literal["pixels", "own"]

DTYPE = np.dtype([
    ("x", np.float64), ("y", np.float64),  # pixels, or the block's own units
    ("theta", np.float64),  # degrees
    ("type", "U1"),  # E ending, B bifurcation, C compound, O other, X not distinguished
    ("quality", np.int16),  # by the scale of the block, -1 where there is none
    ("radius", np.float64),  # of position uncertainty, as x and y; nan where there is none
    ("spread", np.float64),  # of direction uncertainty, degrees; nan where there is none
    ("index", np.int32),  # by which ridge counts name it, from 1
], align=True)  # fmt: skip
COUNTS = np.dtype([
    ("center", np.int32), ("neighbour", np.int32), ("count", np.int16),  # indices of minutiae, ridges between them
    ("sector", np.int8),  # octant or quadrant, -1 where it is not told
    ("residual", np.int8),  # 0 clockwise half, 1 counterclockwise half, -1 where it is not told
])  # fmt: skip
CORES = np.dtype([
    ("x", np.float64), ("y", np.float64), ("theta", np.float64), ("radius", np.float64), ("spread", np.float64),
])  # fmt: skip
DELTAS = np.dtype([
    ("x", np.float64), ("y", np.float64), ("up", np.float64), ("left", np.float64), ("right", np.float64),
    ("type", "U3"), ("radius", np.float64), ("spread_up", np.float64), ("spread_left", np.float64),
    ("spread_right", np.float64),
])  # fmt: skip
HUNDREDTHS = 2540.0  # of a millimetre in an inch
CENTIMETRES = 2.54  # in an inch


def ppi_of(ppcm: int) -> float | None:
    """Pixels per inch of whole pixels per centimetre, as templates tell them; None where they are 0, not told."""
    return ppcm * CENTIMETRES if ppcm else None


def square_ppi(ppcm_x: int, ppcm_y: int) -> float | None:
    """Pixels per inch of whole pixels per centimetre; None where they are not told, or pixels are not square."""
    return ppi_of(ppcm_x) if ppcm_x == ppcm_y else None


class MinutiaeError(ITLError, ValueError):
    """Features cannot be read, or cannot be written into a block; the message says which and why."""


class Labelled(np.ndarray):
    """A structured array that says where it comes from: `block`, `units` and `ppi`.

    What numpy makes of its rows is labelled alike, `np.concatenate` and pickle too; `np.array`, `np.asarray` and
    `np.save` make plain arrays of it, without labels. MinutiaeError where rows of differing labels are put together.
    """

    block: str
    units: str
    ppi: float | None

    def __array_finalize__(self, obj: Any) -> None:
        self._label(getattr(obj, "block", ""), getattr(obj, "units", "pixels"), getattr(obj, "ppi", None))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        result = super().__array_function__(func, types, args, kwargs)
        names = getattr(getattr(result, "dtype", None), "names", None)
        if names is None or type(result) is not np.ndarray:
            return result
        parts = [one for one in _labelled_in([*args, *kwargs.values()]) if one.dtype.names == names]
        labels = {one.labels for one in parts if one.size} or {one.labels for one in parts[:1]}
        if len(labels) > 1:
            told = " and ".join(
                sorted(f"{block or 'no block'} in {units} at {ppi} ppi" for block, units, ppi in labels)
            )
            raise MinutiaeError(f"rows of {told} do not go together: take them in the same units, block and ppi")
        if not parts:
            return result
        labelled = result.view(type(parts[0]))
        labelled._label(*labels.pop())
        return labelled

    def __reduce__(self) -> Any:
        reduced: Any = super().__reduce__()
        make, how, state = reduced
        return make, how, (state, self.labels)

    def __setstate__(self, state: Any) -> None:
        array, labels = state
        super().__setstate__(array)
        self._label(*labels)

    @property
    def labels(self) -> tuple[str, str, float | None]:
        """Block, units and pixels per inch."""
        return self.block, self.units, self.ppi

    def _label(self, block: str, units: str, ppi: float | None) -> None:
        self.block, self.units, self.ppi = block, units, ppi


class Minutiae(Labelled):
    """A structured array of minutiae that says where it comes from: `block`, `units` and `ppi`."""

    def __new__(cls, array: Array, block: str = "", units: str = "pixels", ppi: float | None = None) -> Minutiae:
        """An array of DTYPE with these labels."""
        minutiae = np.asarray(array, DTYPE).view(cls)
        minutiae._label(block, units, ppi)
        return minutiae


class Points(Labelled):
    """A structured array of cores or deltas that says where it comes from: `block`, `units` and `ppi`."""

    def __new__(cls, array: Array, block: str = "", units: str = "pixels", ppi: float | None = None) -> Points:
        """An array of CORES or DELTAS with these labels."""
        points = np.asarray(array).view(cls)
        points._label(block, units, ppi)
        return points


def _labelled_in(values: Iterable[Any]) -> Iterator[Labelled]:
    """The labelled arrays among arguments of numpy."""
    for value in values:
        if isinstance(value, Labelled):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _labelled_in(value)


def empty(count: int) -> Array:
    """An array of so many minutiae of which nothing is known."""
    array = np.zeros(count, DTYPE)
    array["type"] = "X"
    array["quality"] = -1
    array["radius"] = array["spread"] = np.nan
    array["index"] = np.arange(1, count + 1)
    return array


def no_deltas(count: int) -> Array:
    """An array of so many deltas of which nothing is known."""
    deltas = np.zeros(count, DELTAS)
    for name in DELTAS.names or ():
        deltas[name] = "" if name == "type" else np.nan
    return deltas


def checked(minutiae: Array) -> Array:
    """The array as DTYPE; columns that are not given are not known.

    MinutiaeError for an array without x, y and theta, for numbers that are not finite or not what their column holds,
    and for indices that are below 1 or given twice.
    """
    given = np.asarray(minutiae)
    if given.ndim != 1 or given.dtype.names is None or not {"x", "y", "theta"} <= set(given.dtype.names):
        raise MinutiaeError("expected a structured array of rows with x, y and theta; see nistitl.minutiae.DTYPE")
    array = given if given.dtype == DTYPE else filled(empty(len(given)), given)
    if not np.isfinite(array["x"]).all() or not np.isfinite(array["y"]).all() or not np.isfinite(array["theta"]).all():
        raise MinutiaeError("x, y and theta must be finite")
    for name in ("radius", "spread"):
        if (array[name] < 0).any():
            raise MinutiaeError(f"{name} is 0 or more, nan where it is not known")
    index = array["index"]
    ascending = bool((np.diff(index) > 0).all())
    if (not ascending and len(np.unique(index)) < len(index)) or (len(index) and int(index.min()) < 1):
        raise MinutiaeError("each minutia has an index of its own, from 1")
    return array


def filled(array: Array, given: Array) -> Array:
    """The array with the columns that are given. MinutiaeError for what a column cannot hold as it is."""
    for name in set(array.dtype.names or ()) & set(given.dtype.names or ()):
        column, kind = given[name], array.dtype[name]
        if name == "quality" and column.dtype.kind == "f":
            column = np.where(np.isnan(column), -1, column)
        if column.shape != array.shape or not _holds(kind, column):
            raise MinutiaeError(f"the column {name} holds what one of {kind} cannot; see nistitl.minutiae")
        array[name] = column
    return array


def _holds(kind: np.dtype[Any], column: Array) -> bool:
    """True where a column of this kind has the same values; floats may be rounded."""
    is_text = kind.kind == "U"
    if column.dtype.kind not in ("USO" if is_text else "biufO"):
        return False
    try:
        with np.errstate(invalid="ignore"):
            held = column.astype(kind)
        return kind.kind == "f" or bool((held == (column.astype("U") if is_text else column)).all())
    except (ValueError, TypeError, OverflowError):
        return False


def checked_counts(counts: Array) -> Array:
    """Ridge counts as COUNTS; columns that are not given are not known.

    MinutiaeError for what is no array of rows with center, neighbour and count, and for numbers that do not fit.
    """
    given = np.asarray(counts)
    if given.dtype == COUNTS and given.ndim == 1:
        return given
    names = given.dtype.names or ()
    if given.size == 0 and not names:
        return np.zeros(0, COUNTS)
    if given.ndim != 1 or not {"center", "neighbour", "count"} <= set(names):
        raise MinutiaeError(
            "ridge_counts: expected a structured array with center, neighbour and count; see nistitl.minutiae.COUNTS"
        )
    made = np.zeros(len(given), COUNTS)
    made["sector"] = made["residual"] = -1
    for name in set(names).intersection(COUNTS.names or ()):
        made[name] = given[name]
        if (made[name] != given[name]).any():
            raise MinutiaeError(f"ridge_counts: a {name} is no whole number, or out of range")
    return made


def copied(array: Array) -> Array:
    """A copy of an array of minutiae, byte by byte; numpy by itself copies field by field, which takes much longer."""
    return array.view(f"V{array.itemsize}").copy().view(array.dtype)


def letters_of(types: Array) -> NDArray[np.uint32]:
    """The letters of a column of types as numbers, which compare faster than text."""
    return np.ascontiguousarray(types.view(np.uint32))


def rows_of(index: Array, names: Array) -> NDArray[np.int64]:
    """In which row of an array of minutiae each of these indices is; -1 for those of none."""
    if _in_sequence(index):
        rows = names.astype(np.int64)
        rows -= 1
        if len(rows) and (int(rows.min()) < 0 or int(rows.max()) >= len(index)):
            rows[(rows < 0) | (rows >= len(index))] = -1
        return rows
    order = np.argsort(index, kind="stable")
    nearest = order[np.minimum(np.searchsorted(index, names, sorter=order), len(index) - 1)]
    return np.where(index[nearest] == names, nearest, -1)


def among(index: Array, names: Array) -> NDArray[np.bool_]:
    """Which of these are indices of minutiae."""
    return (names > 0) & (names <= len(index)) if _in_sequence(index) else np.isin(names, index)


def _in_sequence(index: Array) -> bool:
    """True where minutiae are numbered 1, 2, 3 as they come, as they mostly are."""
    return bool((index == np.arange(1, len(index) + 1)).all())
