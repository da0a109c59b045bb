"""What the two oldest blocks share: index, XXXXYYYYTTT, quality and type of a minutia; XXXXYYYY of cores and deltas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nistitl.minutiae.arrays import MinutiaeError, empty
from nistitl.minutiae.blocks.base import FeatureBlock, Scale
from nistitl.minutiae.blocks.spelling import common_types, fill, required, with_absent
from nistitl.minutiae.even import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.columns import Columns
    from nistitl.minutiae.even import Even
    from nistitl.minutiae.grid import Grid


class OlderBlock(FeatureBlock):
    """A block whose minutiae are an index, XXXXYYYYTTT in hundredths of a millimetre and degrees, quality and type."""

    types = {"A": "E", "B": "B", "C": "C", "D": "X"}
    quality = Scale(2, 63)  # below are 0 manual and 1 not available

    def minutiae(self, raw: bytes) -> Array:
        columns = table(raw)
        own = empty(len(columns))
        _read_places(own, columns)
        fill(own, "index", required(columns, 0))
        fill(own, "quality", with_absent(columns.ints(2), -1))
        own["type"] = common_types(columns.letters(3), self.types)
        return own


def _read_places(own: Array, columns: Columns | Even) -> None:
    """Take XXXXYYYYTTT (or five digits each) apart; leading zeros may be lost."""
    xyt, wide = required(columns, 1), 100_000 if columns.longest(1) > 11 else 10_000
    own["theta"], rest = xyt % 1000, xyt // 1000
    own["y"], own["x"] = rest % wide, rest // wide


def put_places(grid: Grid, own: Array) -> None:
    """XXXXYYYYTTT of every minutia."""
    digits = 5 if len(own) and max(own["x"].max(), own["y"].max()) > 9_999 else 4
    grid.numbers(own["x"], digits, before=b"\x1f")
    grid.numbers(own["y"], digits)
    grid.numbers(own["theta"], 3)


def points_of_digits(texts: Iterable[str | None]) -> tuple[Array, Array]:
    """x and y of cores or deltas that are spelled XXXXYYYY; nan where there is none."""
    points = [_point(text) for text in texts]
    return np.array([x for x, _ in points]), np.array([y for _, y in points])


def _point(text: str | None) -> tuple[float, float]:
    if text is None:
        return np.nan, np.nan
    if not (text.isascii() and text.isdigit() and len(text) == 8):
        raise MinutiaeError("a core or delta is not XXXXYYYY, eight digits")
    return float(text[:4]), float(text[4:])


def digits_of_point(x: int, y: int) -> str:
    """XXXXYYYY of a core or delta."""
    return f"{x:04d}{y:04d}"
