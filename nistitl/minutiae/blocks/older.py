"""What the two oldest blocks share: index, XXXXYYYYTTT, quality and type of a minutia; XXXXYYYY of cores and deltas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nistitl.minutiae.arrays import MinutiaeError, empty, rows_of
from nistitl.minutiae.blocks.base import FeatureBlock
from nistitl.minutiae.blocks.spelling import common_types, fill, required, with_absent
from nistitl.minutiae.even import table
from nistitl.minutiae.meaning import BY_HAND, NO_METHOD, Scale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.columns import Columns
    from nistitl.minutiae.even import Even
    from nistitl.minutiae.frame import Frame
    from nistitl.minutiae.grid import Grid
    from nistitl.minutiae.items import MinutiaeFields

_FARTHEST = 9_999  # of a core or delta
_ABSENT = -1  # where there is no item with the quality


class OlderBlock(FeatureBlock):
    """A block whose minutiae are an index, XXXXYYYYTTT in hundredths of a millimetre and degrees, quality and type."""

    quality = Scale(63, 2)  # 2 is the best
    no_quality = NO_METHOD
    holds_facts = True  # below 2
    tells_size = False

    def minutiae(self, raw: bytes) -> Array:
        columns = table(raw)
        own = empty(len(columns))
        _read_places(own, columns)
        fill(own, "index", required(columns, 0))
        fill(own, "quality", with_absent(columns.ints(2), _ABSENT))
        own["quality"][own["quality"] < self.quality.best] = -1
        own["type"] = common_types(columns.letters(3), self.types)
        return own

    def facts(self, record: MinutiaeFields, many: int) -> Array:
        _, numbers = self._numbers(record)
        return np.where((numbers == BY_HAND) | (numbers == NO_METHOD), numbers, -1)

    def quality_numbers(self, record: MinutiaeFields, own: Array) -> Array:
        """The numbers to write for quality: where there is none, those that stand for it in the field as it is."""
        numbers: Array = own["quality"]
        unknown = numbers < 0
        if not unknown.any():
            return numbers
        numbers = np.where(unknown, NO_METHOD, numbers)
        index, before = self._numbers(record)
        if len(index):
            row = rows_of(index, own["index"][unknown])
            numbers[unknown] = np.where((row >= 0) & (before[row] <= NO_METHOD), before[row], NO_METHOD)
        return numbers

    def _numbers(self, record: MinutiaeFields) -> tuple[Array, Array]:
        """The indices of the minutiae in the field as it is, and what stands there for quality."""
        raw = bytes(record.raw(self.field) or b"")
        if not raw:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        columns = table(raw)
        return required(columns, 0), with_absent(columns.ints(2), _ABSENT)


def one_an_octant(counts: Array) -> tuple[Array, list[str]]:
    """The ridge counts that are the first one of an octant of their minutia, and how many are not."""
    octant = counts["center"].astype(np.int64) * 256 + counts["sector"]
    first = np.zeros(len(counts), np.bool_)
    first[np.unique(octant, return_index=True)[1]] = True
    held = first & (counts["sector"] >= 0) & (counts["sector"] < 8) & (counts["count"] < 100)
    gone = int((~held).sum())
    return counts[held], [f"{gone} ridge counts that are not the one of an octant"] if gone else []


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


def digits_of_points(points: Array, frame: Frame) -> list[str]:
    """Eight digits for each core or delta, from pixels. MinutiaeError for one that lies elsewhere."""
    x, y = frame.own_points(points["x"], points["y"])
    if not ((x >= 0) & (x <= _FARTHEST) & (y >= 0) & (y <= _FARTHEST)).all():
        raise MinutiaeError("a core or delta lies outside of what eight digits can say: 0 to 99.99 mm across and down")
    return [f"{across:04d}{down:04d}" for across, down in zip(x.astype(int), y.astype(int), strict=True)]
