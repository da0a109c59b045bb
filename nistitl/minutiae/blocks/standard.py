"""The standard block, 9.005 to 9.012: hundredths of a millimetre from the bottom left, directions out of the ridge.

Ridge counts stand beside each minutia: pairs of neighbour and count in the order of the octants.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, HUNDREDTHS, MinutiaeError, no_deltas, rows_of
from nistitl.minutiae.blocks.older import OlderBlock, digits_of_point, points_of_digits, put_places
from nistitl.minutiae.blocks.spelling import (
    fill,
    hundredths_a_pixel,
    own_codes,
    required,
    whole_points,
    with_absent,
)
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.even import table
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.even import Even
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.template import Template
    from nistitl.minutiae.view import View

_SAMPLE = 8192  # bytes of a field that tell how its numbers are padded
_MOST_PAIRS = 128  # ridge counts of one minutia
_PAIRED = re.compile(
    rb"(?:[^\x1e\x1f,]*+(?:\x1f[^\x1e\x1f,]*+){0,3}+(?:\x1f[^\x1e\x1f,]++,[^\x1e\x1f,]++)*+\x1f*+\x1e)++"
)  # a pair more or less would move all that follow
_UNKNOWN_SYSTEM = ("UNKNOWN", "U", None)


class StandardBlock(OlderBlock):
    """9.005 to 9.012, the block of 1993, legacy since 2011."""

    name = "standard"
    field = 12
    most = 99_999
    farthest = 99_999
    format = "S"
    holds_point_angles = False
    holds_of_counts = ("sector",)
    holds_lone_counts = True

    # -- from the record ------------------------------------------------------------------------

    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        if image is None or image.height is None:
            raise MinutiaeError("9.012 counts y from the bottom: give ppi and height, or an image of the same IDC")
        return Frame(image.ppi / HUNDREDTHS, height=image.height * HUNDREDTHS / image.ppi, turned=True)

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(self.field) or b"")
        if not raw:
            return np.zeros(0, COUNTS)
        if _PAIRED.fullmatch(raw + b"\x1e") is None:
            raise ValueError("behind index, place, quality and type every item is a neighbour, a comma and a count")
        return _pairs(table(b"\x1e".join(part.rstrip(b"\x1f") for part in raw.split(b"\x1e")), b","))

    def has_cores(self, record: MinutiaeFields) -> bool:
        return bool(record.CRP)

    def cores(self, record: MinutiaeFields, frame: Frame) -> Array:
        cores = np.full(len(record.CRP), np.nan, CORES)
        cores["x"], cores["y"] = frame.points(*points_of_digits(record.CRP))
        return cores

    def has_deltas(self, record: MinutiaeFields) -> bool:
        return bool(record.DLT)

    def deltas(self, record: MinutiaeFields, frame: Frame) -> Array:
        deltas = no_deltas(len(record.DLT))
        deltas["x"], deltas["y"] = frame.points(*points_of_digits(record.DLT))
        return deltas

    def finger(self, record: MinutiaeFields) -> int | None:
        return record.FGPT[0] if record.FGPT else 0

    # -- to the record --------------------------------------------------------------------------

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        index, quality, neighbour = _padding(bytes(record.raw(self.field) or b""))
        grid = Grid(len(own))
        if not len(own):
            return {10: None, 11: None, self.field: None}
        grid.numbers(own["index"], index)
        put_places(grid, own)
        grid.text(b"\x1f")
        grid.numbers(np.maximum(own["quality"], 0), quality, own["quality"] >= 0)
        grid.letters(own_codes(own["type"], self.types, "D"), before=b"\x1f")
        if counts is not None and len(counts):
            _put_pairs(grid, own, counts, neighbour)
        counted = b"1" if counts is not None and len(counts) else b"0"
        return {10: str(len(own)).encode(), 11: counted, self.field: grid.written()}

    def fields_beside(self, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
        return {"OFR": [_UNKNOWN_SYSTEM], "FGPT": 0, "FPC": [("T", "UN")]}

    def fields_of_view(self, template: Template, view: View) -> dict[str, Any]:
        scale = hundredths_a_pixel(template)
        bottom = round(template.height * scale)
        cores, deltas = (whole_points(points, (), scale) for points in (view.cores, view.deltas))
        return {
            "FGPT": view.position,
            "CRP": [digits_of_point(x, max(bottom - y, 0)) for x, y, _ in cores],
            "DLT": [digits_of_point(x, max(bottom - y, 0)) for x, y, _ in deltas],
        }


STANDARD = StandardBlock()


def _pairs(columns: Columns | Even) -> Array:
    """Ridge counts that stand as pairs behind each minutia: neighbour, count, in the order of the octants."""
    subfield, rank, neighbours, ridges = columns.pairs(4)
    counts = np.zeros(len(subfield), COUNTS)
    fill(counts, "center", required(columns, 0)[subfield])
    fill(counts, "neighbour", with_absent(neighbours, 0))
    fill(counts, "count", with_absent(ridges, 0))
    counts["sector"], counts["residual"] = np.minimum(rank, _MOST_PAIRS - 1), -1
    return counts


def _padding(raw: bytes) -> tuple[int, int, int]:
    """How many digits index, quality and neighbours are padded to in the field as it stands; 0 for not at all."""
    if len(raw) > _SAMPLE:
        raw = raw[:_SAMPLE].rpartition(b"\x1e")[0] or raw
    if not raw:
        return 0, 0, 0
    columns = Columns(raw, b",")
    return columns.width(0), columns.width(2), columns.width(4)


def _put_pairs(grid: Grid, own: Array, counts: Array, width: int) -> None:
    """Neighbour and count by rank behind each minutia."""
    neighbours, ridges, written = _ranked(own, counts)
    if not neighbours.size:
        return
    pairs = Grid(*neighbours.shape)
    pairs.numbers(neighbours, width, written, before=b"\x1f")
    pairs.numbers(ridges, max(width - 1, 0), written, before=b",")
    grid.put(pairs.joined())


def _ranked(own: Array, counts: Array) -> tuple[Array, Array, Array | None]:
    """Neighbours and counts in (minutiae, ranks), and which of these are written, None for all.

    Ranks are sectors where those are known. 255 and 15 say that there is no neighbour; such gaps are written before
    others, so that later ones keep their sectors.
    """
    if (shape := _shape_as_is(own, counts)) is not None:
        return counts["neighbour"].reshape(shape), counts["count"].reshape(shape), None
    row = rows_of(own["index"], counts["center"])
    counts, row = counts[row >= 0], row[row >= 0]
    rank = counts["sector"].astype(np.int64)
    if (known := _known_ranks(rank, row, len(own))) is None:  # no sectors, or two in one
        order = np.argsort(row, kind="stable")
        counts, row = counts[order], row[order]
        rank = np.arange(len(row)) - np.searchsorted(row, row, "left")
        known = _known_ranks(rank, row, len(own))
    assert known is not None
    neighbours, ridges = np.full(known.shape, 255), np.full(known.shape, 15)
    neighbours[row, rank], ridges[row, rank] = counts["neighbour"], counts["count"]
    return neighbours, ridges, np.logical_or.accumulate(known[:, ::-1], axis=1)[:, ::-1]


def _shape_as_is(own: Array, counts: Array) -> tuple[int, int] | None:
    """How many minutiae and ranks, where each minutia has as many ridge counts, all in order; else None."""
    ranks, over = divmod(len(counts), len(own))
    if over or ranks > _MOST_PAIRS:
        return None
    centers, sectors = np.repeat(own["index"], ranks), np.tile(np.arange(ranks, dtype=np.int8), len(own))
    in_order = (counts["sector"] == sectors).all() and (counts["center"] == centers).all()
    return (len(own), ranks) if in_order else None


def _known_ranks(rank: Array, row: Array, minutiae: int) -> Array | None:
    """Which of (minutiae, ranks) there are; None where a rank is not known or taken twice."""
    if (rank < 0).any():
        return None
    ranks = int(rank.max(initial=-1)) + 1
    if ranks > _MOST_PAIRS:
        raise MinutiaeError(f"a minutia has {ranks} ridge counts; the block standard is written with {_MOST_PAIRS}")
    known = np.zeros((minutiae, ranks), np.bool_)
    known[row, rank] = True
    return known if np.count_nonzero(known) == len(row) else None
