"""Minutiae as text: the `.xyt` of NIST's tools in both conventions, CSV and plain values for JSON.

Native `.xyt` counts y from the bottom of the image and has theta in whole degrees out of the ridge; the form of M1
(`mindtct -m1`) counts y from the top and has theta in whole steps of two degrees into it, rounded down as NIST's
detector does. Both have quality in percent.
"""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.base.errors import ReadError
from nistitl.minutiae import given
from nistitl.minutiae.arrays import Minutiae, MinutiaeError, checked, empty
from nistitl.minutiae.names import CONVENTIONS
from nistitl.minutiae.statements import XYT, in_percent, labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.names import Convention

COLUMNS = ("index", "x", "y", "theta", "type", "quality", "radius", "spread")  # of minutiae in CSV, in this order
_ABSENT = ("quality", "sector", "residual")  # whole numbers that are -1 where they are not known
_PLACES = 3  # of what is not whole


# -- .xyt ---------------------------------------------------------------------------------------


def xyt(minutiae: Array, convention: Convention = "xyt", *, height: int | None = None) -> str:
    """Minutiae in pixels as `.xyt`: a line each, x, y, theta and quality.

    The quality of an array that says of which block it is goes from the scale of that block to percent; that of
    another array is percent. Without the quality where none has one. The native form needs the height of the image in
    pixels. MinutiaeError for another convention, without a height, for an array in a block's own units, and for what is
    none.
    """
    if getattr(minutiae, "units", "pixels") != "pixels":
        raise MinutiaeError(".xyt is in pixels of the image, and the array is in units of its block: take it in pixels")
    array, source = checked(minutiae), labelled(getattr(minutiae, "block", ""))
    quality = array["quality"] if source is None else in_percent(array["quality"], source)
    x, y, theta = (np.rint(array[name]).astype(np.int64) for name in ("x", "y", "theta"))
    if _native(convention):
        y, theta = _height(height) - y, (theta + 180) % 360
    else:
        theta = theta % 360 // 2
    columns = [x, y, theta]
    if (quality >= 0).any():
        columns.append(np.maximum(quality, 0))
    return "".join(" ".join(map(str, row)) + "\n" for row in zip(*(one.tolist() for one in columns), strict=True))


def read_xyt(
    source: str | os.PathLike[str],
    convention: Convention = "xyt",
    *,
    height: int | None = None,
    ppi: float | None = None,
) -> Minutiae:
    """The minutiae of an `.xyt` file, in pixels from the top left: the reverse of `xyt`. Types are not told.

    The array says that it is of `.xyt`: its quality is percent, and goes to the scale of the block it is written into.

    `source` is a path, or the text itself where it has line ends. MinutiaeError for what is no such text, and for
    the native form without the height of the image; ReadError for a file that cannot be read.
    """
    rows = [_numbers(at, line) for at, line in enumerate(_text_of(source).splitlines(), 1) if line.strip()]
    array = empty(len(rows))
    native = _native(convention)
    tall = _height(height) if native else 0
    for row, (x, y, theta, *quality) in enumerate(rows):
        array["x"][row], array["y"][row] = x, tall - y if native else y
        array["theta"][row] = (theta + 180) % 360 if native else theta * 2 % 360
        array["quality"][row] = quality[0] if quality else -1
    return Minutiae(array, XYT.name, "pixels", None if ppi is None else given.resolution(ppi))


def _native(convention: str) -> bool:
    if convention not in CONVENTIONS:
        raise MinutiaeError(f"there is no convention {convention!r}; conventions are {' and '.join(CONVENTIONS)}")
    return convention == "xyt"


def _height(height: int | None) -> int:
    if height is None:
        raise MinutiaeError("native .xyt counts y from the bottom: give the height of the image, or take xyt-m1")
    return given.pixels("height", height)


def _numbers(at: int, line: str) -> list[int]:
    texts = line.split()
    if not 3 <= len(texts) <= 4 or not all(text.isascii() and text.lstrip("-").isdecimal() for text in texts):
        raise MinutiaeError(f"line {at} is no x, y, theta and quality")
    numbers = [int(text) for text in texts if len(text) < 8]
    if len(numbers) < len(texts) or not 0 <= (numbers[3:] or [0])[0] <= 100:
        raise MinutiaeError(f"line {at} has a number that no minutia has")
    return numbers


def _text_of(source: str | os.PathLike[str]) -> str:
    if isinstance(source, str) and ("\n" in source or not source):
        return source
    if not isinstance(source, (str, os.PathLike)):
        raise MinutiaeError(f"expected the path of an .xyt file or its text, not {given.told(source)}")
    try:
        return Path(source).read_text("ascii")
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot read: {getattr(error, 'strerror', None) or error}") from error


# -- plain values and CSV -----------------------------------------------------------------------


def plain_rows(array: Array) -> list[dict[str, Any]]:
    """The rows of minutiae, ridge counts, cores or deltas as plain values by column; None for what is not known."""
    names = array.dtype.names or ()
    return [{name: _plain(name, row[name]) for name in names} for row in array]


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, np.str_):
        return str(value) or None
    number = value.item()
    if isinstance(number, float):
        if not np.isfinite(number):
            return None
        return int(number) if number.is_integer() else round(number, _PLACES)
    return None if number < 0 and name in _ABSENT else number


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = COLUMNS) -> str:
    """Rows of plain values as CSV (RFC 4180, lines end in LF) under a line of columns; nothing where none is known."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return out.getvalue()
