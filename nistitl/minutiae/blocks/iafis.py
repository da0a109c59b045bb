"""The block of IAFIS, 9.013 to 9.025 of the FBI's EFTS: hundredths of a millimetre from the top left.

A minutia that has ridge counts has those of all eight octants, 25515 where an octant has no neighbour, and may have a
bit for the half of each octant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, HUNDREDTHS, MinutiaeError, no_deltas
from nistitl.minutiae.blocks.older import OlderBlock, digits_of_point, points_of_digits, put_places
from nistitl.minutiae.blocks.spelling import (
    fill,
    hundredths_a_pixel,
    item_column,
    own_codes,
    required,
    whole_points,
    with_absent,
)
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.items import IafisCore, IafisDelta
from nistitl.minutiae.view import DELTA_ANGLES, OCTANTS

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.template import Template
    from nistitl.minutiae.view import View

_NO_NEIGHBOUR = 25515  # in an octant: index 255, 15 ridges


class IafisBlock(OlderBlock):
    """9.013 to 9.025, the FBI's own block."""

    name = "iafis"
    field = 23
    most = 254
    farthest = 9_999
    holds_of_counts = ("sector", "residual")
    holds_lone_counts = True

    # -- from the record ------------------------------------------------------------------------

    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        if image is None:
            raise MinutiaeError("9.023 is in millimetres: give ppi, or an image of the same IDC")
        return Frame(image.ppi / HUNDREDTHS)

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(self.field) or b"")
        if not raw:
            return np.zeros(0, COUNTS)
        columns = Columns(raw)
        neighbours = np.clip(columns.counts - 4 - (_residual_item(columns) >= 0), 0, 8)
        row = np.repeat(np.arange(len(columns)), neighbours)
        sector = np.arange(len(row)) - np.repeat(np.cumsum(neighbours) - neighbours, neighbours)
        value = with_absent(columns.numbers(columns.firsts[row] + 4 + sector), _NO_NEIGHBOUR).astype(np.int64)
        counts = np.zeros(len(row), COUNTS)
        fill(counts, "center", required(columns, 0)[row])
        fill(counts, "neighbour", value // 100)
        counts["count"] = value % 100
        counts["sector"], counts["residual"] = sector, _residuals(columns, row, sector)
        return counts

    def has_cores(self, record: MinutiaeFields) -> bool:
        return bool(record.CRA)

    def cores(self, record: MinutiaeFields, frame: Frame) -> Array:
        cores = np.full(len(record.CRA), np.nan, CORES)
        cores["x"], cores["y"] = frame.points(*points_of_digits(core.XYM for core in record.CRA))
        cores["theta"] = item_column(record.CRA, "DID")
        return cores

    def has_deltas(self, record: MinutiaeFields) -> bool:
        return bool(record.DLA)

    def deltas(self, record: MinutiaeFields, frame: Frame) -> Array:
        deltas = no_deltas(len(record.DLA))
        deltas["x"], deltas["y"] = frame.points(*points_of_digits(delta.XYM for delta in record.DLA))
        for name, item in zip(DELTA_ANGLES, ("DID1", "DID2", "DID3"), strict=True):
            deltas[name] = item_column(record.DLA, item)
        return deltas

    def finger(self, record: MinutiaeFields) -> int | None:
        return record.FGN

    def count_method(self, record: MinutiaeFields) -> int:
        return OCTANTS

    # -- to the record --------------------------------------------------------------------------

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        if not len(own):
            return {15: None, self.field: None}
        grid = Grid(len(own))
        grid.numbers(own["index"], 3)
        put_places(grid, own)
        grid.numbers(np.where(own["quality"] < 0, 1, own["quality"]), 2, before=b"\x1f")
        grid.letters(own_codes(own["type"], self.types, "D"), before=b"\x1f")
        if counts is not None and len(counts):
            _put_octants(grid, own, counts)
        return {15: str(len(own)).encode(), self.field: grid.written()}

    def fields_of_view(self, template: Template, view: View) -> dict[str, Any]:
        scale = hundredths_a_pixel(template)
        cores, deltas = whole_points(view.cores, ("theta",), scale), whole_points(view.deltas, DELTA_ANGLES, scale)
        return {
            "FGN": view.position,
            "CRA": [IafisCore(digits_of_point(x, y), *angles) for x, y, angles in cores],
            "DLA": [IafisDelta(digits_of_point(x, y), *angles) for x, y, angles in deltas],
        }

    def held_counts(self, counts: Array) -> tuple[Array, list[str]]:
        octant = counts["center"].astype(np.int64) * 256 + counts["sector"]
        first = np.zeros(len(counts), np.bool_)
        first[np.unique(octant, return_index=True)[1]] = True
        held = first & (counts["sector"] >= 0) & (counts["sector"] < 8) & (counts["count"] < 100)
        gone = int((~held).sum())
        return counts[held], [f"{gone} ridge counts that are not the one of an octant"] if gone else []


IAFIS = IafisBlock()


def _residual_item(columns: Columns) -> Array:
    """The item with the residuals, the last one of eight characters behind the others; -1 where there is none."""
    last = columns.firsts + columns.counts - 1
    there = (columns.counts > 4) & (columns.lengths(last) == 8)
    return np.where(there, last, -1)


def _residuals(columns: Columns, row: Array, sector: Array) -> Array:
    """The bit of every octant in the item with the residuals, -1 where there is none."""
    item = _residual_item(columns)[row]
    there = item >= 0
    at = columns.starts(item) + sector
    bits = np.where(there, columns.data[np.where(there, at, 0)].astype(np.int16) - 0x30, -1)
    if len(bits) and not -1 <= int(bits.min()) <= int(bits.max()) <= 1:
        raise ValueError("the residuals of the octants are not 0 and 1")
    return bits


def _put_octants(grid: Grid, own: Array, counts: Array) -> None:
    """The neighbours of eight octants and their residuals behind each minutia that has ridge counts."""
    row = np.searchsorted(own["index"], counts["center"], sorter=(order := np.argsort(own["index"])))
    row = order[np.minimum(row, len(own) - 1)]
    mine = (own["index"][row] == counts["center"]) & (counts["sector"] >= 0) & (counts["sector"] < 8)
    row, given = row[mine], counts[mine]
    octants = np.full((len(own), 8), _NO_NEIGHBOUR)
    octants[row, given["sector"]] = given["neighbour"].astype(np.int64) * 100 + given["count"]
    residuals = np.zeros((len(own), 8), np.int64)
    residuals[row, given["sector"]] = np.maximum(given["residual"], 0)
    there = np.zeros(len(own), np.bool_)
    there[row] = True
    for sector in range(8):
        grid.numbers(octants[:, sector], 5, there, before=b"\x1f")
    if (counts["residual"] >= 0).any():
        grid.text(b"\x1f", there)
        for sector in range(8):
            grid.numbers(residuals[:, sector], 1, there)
