"""The extended feature set, 9.300 to 9.399: hundredths of a millimetre from the top left of the region of interest.

Its minutiae have no indices but places, from 1, by which ridge counts and other fields name them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, HUNDREDTHS, MinutiaeError, empty, no_deltas
from nistitl.minutiae.blocks.base import FeatureBlock
from nistitl.minutiae.blocks.spelling import (
    by_place,
    common_types,
    counts_in_rows,
    fill,
    hundredths_a_pixel,
    item_column,
    own_codes,
    required,
    rows_of_counts,
    whole_points,
    with_absent,
)
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.items import EfsCore, EfsDelta, FrictionRidgePosition, RegionOfInterest
from nistitl.minutiae.view import DELTA_ANGLES, OCTANTS, QUADRANTS

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.template import Template
    from nistitl.minutiae.view import View

_NAMING = (361, 381)  # 9.361 CPF and 9.381 FCC name features by field and place
_METHODS = {"OCTANT": OCTANTS, "EFTS7": OCTANTS, "QUADRANT": QUADRANTS}  # of 9.332
_ALGORITHMS = {OCTANTS: "OCTANT", QUADRANTS: "QUADRANT"}
_DELTA_ITEMS = {
    "up": "DUP", "left": "DLF", "right": "DRT", "spread_up": "DUU", "spread_left": "DUL", "spread_right": "DUR",
}  # fmt: skip


class EfsBlock(FeatureBlock):
    """9.300 to 9.399, what examiners of latent prints mark."""

    name = "efs"
    field = 331
    types = {"E": "E", "B": "B", "X": "X"}
    most = 99_999
    farthest = 99_999
    holds_uncertainty = True
    holds_of_counts = ("sector", "residual")

    # -- from the record ------------------------------------------------------------------------

    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        if image is None:
            raise MinutiaeError("9.331 is in millimetres: give ppi, or an image of the same IDC")
        region = record.ROI
        left, top = (region.EHO or 0, region.EVO or 0) if region is not None else (0, 0)
        return Frame(image.ppi / HUNDREDTHS, left, top)

    def minutiae(self, raw: bytes) -> Array:
        columns = Columns(raw)
        own = empty(len(columns))
        for name, place in (("x", 0), ("y", 1), ("theta", 2)):
            own[name] = required(columns, place)
        own["type"] = common_types(columns.letters(3), self.types)
        own["radius"], own["spread"] = (with_absent(columns.ints(place), np.nan) for place in (4, 5))
        return own

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(333) or b"")
        if not raw:
            return np.zeros(0, COUNTS)
        columns = Columns(raw)
        counts = counts_in_rows(columns)
        for place, name in ((3, "sector"), (4, "residual")):
            fill(counts, name, with_absent(columns.ints(place), -1))
        return counts

    def has_cores(self, record: MinutiaeFields) -> bool:
        return bool(record.COR)

    def cores(self, record: MinutiaeFields, frame: Frame) -> Array:
        cores = np.full(len(record.COR), np.nan, CORES)
        cores["x"], cores["y"] = frame.points(item_column(record.COR, "CXC"), item_column(record.COR, "CYC"))
        cores["theta"] = frame.angle(item_column(record.COR, "CDI"))
        cores["radius"] = item_column(record.COR, "RPU") * frame.scale
        cores["spread"] = item_column(record.COR, "DUY")
        return cores

    def has_deltas(self, record: MinutiaeFields) -> bool:
        return bool(record.DEL)

    def deltas(self, record: MinutiaeFields, frame: Frame) -> Array:
        deltas = no_deltas(len(record.DEL))
        deltas["x"], deltas["y"] = frame.points(item_column(record.DEL, "DXC"), item_column(record.DEL, "DYC"))
        for name, item in _DELTA_ITEMS.items():
            deltas[name] = item_column(record.DEL, item)
        deltas["type"] = [delta.DTP or "" for delta in record.DEL]
        deltas["radius"] = item_column(record.DEL, "RPU") * frame.scale
        return deltas

    def finger(self, record: MinutiaeFields) -> int | None:
        return record.FPP[0].FGP if record.FPP else None

    def count_method(self, record: MinutiaeFields) -> int:
        return _METHODS.get(record.MRA or "", 0)

    # -- to the record --------------------------------------------------------------------------

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        if counts is not None:
            counts = by_place(own, counts)
        grid = Grid(len(own))
        grid.numbers(own["x"])
        for name in ("y", "theta"):
            grid.numbers(own[name], before=b"\x1f")
        grid.letters(own_codes(own["type"], self.types, "X"), before=b"\x1f")
        _put_optional(grid, [_whole(own["radius"]), _whole(own["spread"])])
        contents: dict[int, bytes | None] = {self.field: grid.written() or None, 334: None if len(own) else b"Y"}
        if counts is not None:
            rows = rows_of_counts(counts)
            _put_optional(rows, [counts["sector"].astype(np.int64), counts["residual"].astype(np.int64)])
            contents[333] = rows.written() or None
            if not len(counts):
                contents[332] = None
        return contents

    def fields_beside(self, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
        size = [max(1, round(pixels * HUNDREDTHS / ppi)) for pixels in (width, height)]
        fields: dict[str, Any] = {"ROI": RegionOfInterest(*size), "FPP": [FrictionRidgePosition(0)]}
        sector = int(counts["sector"].max()) if counts is not None and len(counts) else -1
        if sector >= 0:
            fields["MRA"] = "OCTANT" if sector > 3 else "QUADRANT"
        return fields

    def fields_of_view(self, template: Template, view: View) -> dict[str, Any]:
        scale = hundredths_a_pixel(template)
        cores, deltas = whole_points(view.cores, ("theta",), scale), whole_points(view.deltas, DELTA_ANGLES, scale)
        fields: dict[str, Any] = {
            "FPP": [FrictionRidgePosition(view.position)],
            "COR": [EfsCore(x, y, *angles) for x, y, angles in cores],
            "DEL": [EfsDelta(x, y, *angles) for x, y, angles in deltas],
        }
        if len(view.ridge_counts) and view.method in _ALGORITHMS:
            fields["MRA"] = _ALGORITHMS[view.method]
        return fields

    def lost_references(self, record: MinutiaeFields, own: Array) -> list[str]:
        before = bytes(record.raw(self.field) or b"")
        kept = len(own) > before.count(b"\x1e") and bool((own["index"] == np.arange(1, len(own) + 1)).all())
        if not before or kept:
            return []
        naming = [f"9.{number}" for number in _NAMING if b"331" in bytes(record.raw(number) or b"")]
        if not naming:
            return []
        return [f"what {' and '.join(naming)} mean: they name minutiae by places that have changed"]


EFS = EfsBlock()


def _whole(numbers: Array) -> Array:
    """Whole numbers, -1 where they are not known."""
    return np.where(np.isnan(numbers), -1, numbers).astype(np.int64)


def _put_optional(grid: Grid, columns: list[Array]) -> None:
    """Items that may be left out, -1 where they are: separators stand as far as something follows."""
    follows = np.zeros(grid.shape, np.bool_)
    needed = []
    for column in reversed(columns):
        follows = follows | (column >= 0)
        needed.append(follows)
    for column, separated in zip(columns, reversed(needed), strict=True):
        if separated.any():
            grid.text(b"\x1f", separated)
            grid.numbers(np.maximum(column, 0), 0, column >= 0)
