"""The block of IAFIS, 9.013 to 9.025 of the FBI's EFTS: hundredths of a millimetre from the top left.

A minutia that has ridge counts has those of all eight octants, 25515 where an octant has no neighbour, and may have a
bit for the half of each octant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, HUNDREDTHS, MinutiaeError, copied, no_deltas, rows_of
from nistitl.minutiae.blocks.base import OwnUnits
from nistitl.minutiae.blocks.older import OlderBlock, digits_of_points, one_an_octant, points_of_digits, put_places
from nistitl.minutiae.blocks.spelling import by_place, fill, item_column, own_codes, required, whole_angles, with_absent
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.features import Finger, Source
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.holding import NO_ONE, spelled_lone
from nistitl.minutiae.items import Characterization, IafisCore, IafisDelta, IafisPattern
from nistitl.minutiae.meaning import OCTANTS_AND_ONE, Angles, Counting, Pattern

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.features import Features
    from nistitl.minutiae.items import MinutiaeFields

_NO_NEIGHBOUR = 25515  # in an octant: index 255, 15 ridges
_NOT_COUNTED = 31  # ridges of a pattern class
_UNKNOWN, _NO_VERSION = "UNKNOWN", "00"  # of the system, as NIST's converter writes it
_DELTA_ITEMS = {"up": "DID1", "left": "DID2", "right": "DID3"}


class IafisBlock(OlderBlock):
    """9.013 to 9.025, the FBI's own block."""

    name = "iafis"
    field = 23
    point_fields = {"cores": ("CRA",), "deltas": ("DLA",)}
    own = OwnUnits("0.01 mm", "top left of the image", "degrees, into the ridge")
    numbers = range(13, 31)
    place_fields = frozenset((15,))
    finger_fields = {"codes": 14, "patterns": 17, "source": 16}
    types = {"A": "E", "B": "B", "C": "X", "D": "C"}  # of 9.012 C and D are the other way round
    unknown_type = "C"
    most = 254
    farthest = 9_999
    countings = (OCTANTS_AND_ONE,)
    holds_of_counts = ("sector", "residual")
    holds_lone_counts = True
    most_cores = most_deltas = 2
    core_angles = delta_angles = Angles.MUST
    holds_point_uncertainty = True
    fingers = range(11)
    patterns = {code: Pattern(code) for code in ("AU", "WU", "RS", "LS", "SR", "XX", "UC")}
    most_patterns = 3
    methods = {"CAT": "A", "NEV": "E", "NMV": "M"}
    holds_system = True
    system_needs_method = True

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
        fill(counts, "neighbour", np.where(value == _NO_NEIGHBOUR, NO_ONE, value // 100))
        counts["count"] = value % 100
        counts["sector"], counts["residual"] = sector, _residuals(columns, row, sector)
        return counts

    def has_cores(self, record: MinutiaeFields) -> bool:
        return bool(record.CRA)

    def cores(self, record: MinutiaeFields, frame: Frame) -> Array:
        cores = np.full(len(record.CRA), np.nan, CORES)
        cores["x"], cores["y"] = frame.points(*points_of_digits(core.XYM for core in record.CRA))
        cores["theta"] = item_column(record.CRA, "DID")
        cores["radius"] = _radius(record.CRA) * frame.scale
        return cores

    def has_deltas(self, record: MinutiaeFields) -> bool:
        return bool(record.DLA)

    def deltas(self, record: MinutiaeFields, frame: Frame) -> Array:
        deltas = no_deltas(len(record.DLA))
        deltas["x"], deltas["y"] = frame.points(*points_of_digits(delta.XYM for delta in record.DLA))
        for name, item in _DELTA_ITEMS.items():
            deltas[name] = item_column(record.DLA, item)
        deltas["radius"] = _radius(record.DLA) * frame.scale
        return deltas

    def finger(self, record: MinutiaeFields) -> Finger:
        system, classes = record.FCP, record.APC
        told = Source()
        if system is not None:
            letter = (system.MET or "")[1:2]  # the second of three, as NIST's converter has it
            told = Source(
                letter if letter in self.methods.values() else "?",
                "" if system.VEN in (None, _UNKNOWN) else system.VEN,
                system.VID != _NO_VERSION,
            )
        counted = sum(not {one.RCN1, one.RCN2} <= {None, _NOT_COUNTED} for one in classes)
        return Finger(
            () if record.FGN is None else (record.FGN,), 0,
            tuple(self.patterns.get(one.APC or "") for one in classes), counted, source=told,
        )  # fmt: skip

    def counting(self, record: MinutiaeFields) -> Counting:
        return OCTANTS_AND_ONE

    # -- to the record --------------------------------------------------------------------------

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        if not len(own):
            return {15: None, self.field: None}
        own, counts = self._numbered(own, counts)
        grid = Grid(len(own))
        grid.numbers(own["index"], 3)
        put_places(grid, own)
        grid.numbers(np.maximum(self.quality_numbers(record, own), 0), 2, before=b"\x1f")
        grid.letters(own_codes(own["type"], self.types, self.unknown_type), before=b"\x1f")
        if counts is not None and len(counts):
            _put_octants(grid, own, spelled_lone(counts))
        return {15: str(len(own)).encode(), self.field: grid.written()}

    def _numbered(self, own: Array, counts: Array | None) -> tuple[Array, Array | None]:
        """Minutiae numbered as they come where an index needs more than it can say; ridge counts follow."""
        if int(own["index"].max()) <= self.most:
            return own, counts
        placed = copied(own)
        placed["index"] = np.arange(1, len(own) + 1)
        if counts is None:
            return placed, None
        none = counts["neighbour"] == NO_ONE
        real, alone = by_place(own, counts[~none]), counts[none]
        alone["center"] = rows_of(own["index"], alone["center"]) + 1
        return placed, np.concatenate([real, alone])

    def fields_of_finger(self, finger: Finger) -> dict[str, Any]:
        letters, told = {letter: code for code, letter in self.methods.items()}, finger.source
        return {
            "FGN": finger.codes[0] if finger.codes else 0,
            "FCP": Characterization(told.system or _UNKNOWN, _NO_VERSION, letters[told.method])
            if told.method
            else None,
            "APC": [IafisPattern(one.general, _NOT_COUNTED, _NOT_COUNTED) for one in finger.patterns if one],
        }

    def fields_of_points(self, features: Features, frame: Frame) -> dict[str, Any]:
        cores, deltas = features.cores, features.deltas
        return {
            "CRA": [
                IafisCore(place, *angles, radius)
                for place, angles, radius in zip(
                    digits_of_points(cores, frame), whole_angles(cores, ("theta",)), _own_radius(cores, frame),
                    strict=True,
                )
            ],
            "DLA": [
                IafisDelta(place, *angles, radius)
                for place, angles, radius in zip(
                    digits_of_points(deltas, frame), whole_angles(deltas, tuple(_DELTA_ITEMS)),
                    _own_radius(deltas, frame), strict=True,
                )
            ],
        }  # fmt: skip

    def new_counts(self, own: Array, counts: Array) -> Array:
        """NIST's converter writes all eight octants of every minutia, and its reader asks for them."""
        bare = own["index"][~np.isin(own["index"], counts["center"])]
        none = np.zeros(len(bare), COUNTS)
        none["center"], none["residual"] = bare, -1
        none["neighbour"] = NO_ONE
        return np.concatenate([counts, none])

    def held_counts(self, record: MinutiaeFields, counts: Array) -> tuple[Array, list[str]]:
        counts, lost = super().held_counts(record, counts)
        counts, gone = one_an_octant(counts)
        counts, unsure = _whole_residuals(counts)
        return counts, [*lost, *gone, *unsure]


IAFIS = IafisBlock()


def _radius(points: Any) -> Array:
    """The uncertainty of position; none where it is 0, as NIST's converter writes it for unknown."""
    radius = item_column(points, "PUM")
    return np.where(radius > 0, radius, np.nan)


def _own_radius(points: Array, frame: Frame) -> list[int]:
    return [int(number) for number in np.rint(np.nan_to_num(points["radius"] / frame.scale))]


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


def _whole_residuals(counts: Array) -> tuple[Array, list[str]]:
    """The ridge counts with the residuals of minutiae of which all are known, and how many are not told.

    Behind a minutia stand those of all its octants, 0 or 1, or none: nothing there says that one is not known.
    """
    known, real = counts["residual"] >= 0, counts["neighbour"] != NO_ONE
    if not known.any() or known[real].all():
        return counts, []
    untold = known & np.isin(counts["center"], counts["center"][real & ~known])
    whole = np.array(counts)
    whole["residual"][untold] = -1
    many = int(np.count_nonzero(untold & real))
    lost = [f"the residual of {many} ridge counts, beside which others of the minutia have none"] if many else []
    return whole, lost


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
    told = np.zeros(len(own), np.bool_)
    told[row[given["residual"] >= 0]] = True
    if told.any():
        grid.text(b"\x1f", told)
        for sector in range(8):
            grid.numbers(residuals[:, sector], 1, told)
