"""The extended feature set, 9.300 to 9.399: hundredths of a millimetre from the top left of the region of interest.

Its minutiae have no indices but places, from 1, by which ridge counts and other fields name them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, HUNDREDTHS, MinutiaeError, empty, no_deltas
from nistitl.minutiae.blocks.base import FeatureBlock, OwnUnits
from nistitl.minutiae.blocks.spelling import (
    by_place,
    common_types,
    counts_in_rows,
    fill,
    item_column,
    own_codes,
    required,
    rows_of_counts,
    whole_angles,
    whole_number,
    with_absent,
)
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.features import Finger, FingerQuality, Source
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.items import (
    DetectionMethod,
    EfsCore,
    EfsDelta,
    EfsPattern,
    FrictionRidgePosition,
    RegionOfInterest,
)
from nistitl.minutiae.meaning import NEIGHBOURS, OCTANTS, OCTANTS_AND_ONE, QUADRANTS, Angles, Counting, Pattern
from nistitl.minutiae.naming import names_features, places_of, renumbered
from nistitl.minutiae.view import DELTA_ANGLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.features import Features
    from nistitl.minutiae.items import CoreDeltaRidgeCount, MinutiaeFields

_COUNTINGS = {"OCTANT": OCTANTS, "EFTS7": OCTANTS_AND_ONE, "QUADRANT": QUADRANTS}  # of 9.332
_OCTANTS, _SECTORS = 8, {"QUADRANT": 4}
_NAMED_POINTS = {"cores": (320, "NCOR", "CIX"), "deltas": (321, "NDEL", "DIX")}  # field, that of none, in 9.322
_SPREADS = ("spread_up", "spread_left", "spread_right")
_DELTA_ITEMS = {
    "up": "DUP", "left": "DLF", "right": "DRT", "spread_up": "DUU", "spread_left": "DUL", "spread_right": "DUR",
}  # fmt: skip


class EfsBlock(FeatureBlock):
    """9.300 to 9.399, what examiners of latent prints mark."""

    name = "efs"
    field = 331
    point_fields = {"cores": ("COR",), "deltas": ("DEL",)}
    own = OwnUnits("0.01 mm", "top left of the region of interest", "degrees, into the ridge")
    numbers = range(300, 400)
    place_fields = frozenset((325, 326, 334))
    count_fields = frozenset((332, 333))
    counting_codes = ("MRA", tuple(_COUNTINGS))
    finger_fields = {"codes": 302, "patterns": 307, "qualities": 316, "source": 350}
    types = {"E": "E", "B": "B", "X": "X"}
    unknown_type = "X"
    most = 99_999
    farthest = 99_999
    holds_uncertainty = True
    countings = tuple(_COUNTINGS.values())
    holds_of_counts = ("sector", "residual")
    most_cores = most_deltas = 999
    core_angles = delta_angles = Angles.ANY
    holds_delta_types = True
    holds_point_uncertainty = True
    fingers = range(100)
    most_fingers = 20
    patterns = {code: Pattern(code) for code in ("AU", "WU", "RS", "LS", "SR", "XX", "UC", "UP", "DR")}
    holds_pattern_parts = True
    most_patterns = 7
    methods = {"AUTO": "A", "REV": "U", "EDIT": "E", "MAN": "M"}
    finger_qualities = 9
    quality_needs_algorithm = True

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

    def finger(self, record: MinutiaeFields) -> Finger:
        parts = sum(bool(one.FSM or one.OCF or one.SGP) for one in record.FPP)
        found = next((one for one in record.MFD if _finds(one, self.field)), None)
        told = Source()
        if found is not None:
            more = any(getattr(found, name) for name in ("FAV", "FAL", "ESN", "EGN", "EAF", "EMT", "NTS"))
            told = Source(self.methods.get(found.FME or "", "?"), "", more)
        return Finger(
            tuple(one.FGP for one in record.FPP if one.FGP is not None), parts,
            tuple(Pattern(one.GCF or "", one.SUB or "", one.WDR or "") for one in record.PAT),
            qualities=tuple(FingerQuality(one.QVU, one.QAV, one.QAP) for one in record.FQM if one.QVU is not None),
            source=told,
        )  # fmt: skip

    def counting(self, record: MinutiaeFields) -> Counting:
        return _COUNTINGS.get(record.MRA or "", NEIGHBOURS)

    # -- to the record --------------------------------------------------------------------------

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        if counts is not None:
            counts = by_place(own, counts)
        grid = Grid(len(own))
        grid.numbers(own["x"])
        for name in ("y", "theta"):
            grid.numbers(own[name], before=b"\x1f")
        grid.letters(own_codes(own["type"], self.types, self.unknown_type), before=b"\x1f")
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
        return {"ROI": RegionOfInterest(*size), "FPP": [FrictionRidgePosition(0)]}

    def fields_of_finger(self, finger: Finger) -> dict[str, Any]:
        letters, told = {letter: code for code, letter in self.methods.items()}, finger.source.method
        return {
            "FPP": [FrictionRidgePosition(code) for code in finger.codes or (0,)],
            "PAT": [
                EfsPattern(one.general, one.subclass or None, one.relation or None) for one in finger.patterns if one
            ],
            "FQM": [tuple(one) for one in finger.qualities],
            "MFD": [DetectionMethod(str(self.field), letters[told])] if told else [],
        }

    def fields_of_points(self, features: Features, frame: Frame) -> dict[str, Any]:
        cores, deltas = features.cores, features.deltas
        return {
            "COR": [EfsCore(*core) for core in _points(cores, ("theta",), ("spread",), frame)],
            "DEL": [
                EfsDelta(*delta[:5], str(kind) or None, *delta[5:])
                for delta, kind in zip(_points(deltas, DELTA_ANGLES, _SPREADS, frame), deltas["type"], strict=True)
            ],
        }  # fmt: skip

    def points_renumbered(
        self, record: MinutiaeFields, kind: str, points: Sequence[object]
    ) -> tuple[dict[str, Any], list[str]]:
        field, none, index = _NAMED_POINTS[kind]
        places = places_of(getattr(record, self.point_fields[kind][0]), points)
        changed, lost = renumbered(record, field, places)
        kept = tuple(_at(places, one, index) for one in record.CDR if _is_there(getattr(one, index), places))
        if gone := len(record.CDR) - len(kept):
            lost.append(f"{gone} core-delta ridge counts of {kind} that are gone")
        if kept != tuple(record.CDR):
            changed["CDR"] = kept
        return {**changed, none: None if points else "Y"}, lost

    def held_counts(self, record: MinutiaeFields, counts: Array) -> tuple[Array, list[str]]:
        counts, lost = super().held_counts(record, counts)
        foreign = counts["sector"] >= _SECTORS.get(record.MRA or "", _OCTANTS)
        if many := int(np.count_nonzero(foreign)):
            counts, lost = np.array(counts), [*lost, f"the sector of {many} ridge counts, which is none"]
            counts["sector"][foreign] = -1
        return counts, lost

    def fields_of_counting(self, counting: Counting) -> dict[str, Any]:
        return {"MRA": next((name for name, one in _COUNTINGS.items() if one == counting), None)}

    def renumbered(self, record: MinutiaeFields, own: Array) -> tuple[dict[str, Any], list[str]]:
        if not names_features(record):
            return {}, []
        before = bytes(record.raw(self.field) or b"")
        places = {int(index): place for place, index in enumerate(own["index"].tolist(), 1)}
        old = range(1, before.count(b"\x1e") + 2 if before else 1)
        if all(places.get(place) == place for place in old):
            return {}, []
        return renumbered(record, self.field, {place: places[place] for place in old if place in places})


EFS = EfsBlock()


def _whole(numbers: Array) -> Array:
    """Whole numbers, -1 where they are not known."""
    return np.where(np.isnan(numbers), -1, numbers).astype(np.int64)


def _is_there(index: str | None, places: Mapping[int, int]) -> bool:
    """True where 9.322 names a core or delta that stays, or one by a letter."""
    return index is None or not index.isdecimal() or int(index) in places


def _at(places: Mapping[int, int], count: CoreDeltaRidgeCount, index: str) -> CoreDeltaRidgeCount:
    """The count with the place where its core or delta will be; its spelling stays where that does."""
    before = getattr(count, index)
    now = places.get(int(before)) if before is not None and before.isdecimal() else None
    return count if now is None or now == int(before) else attrs.evolve(count, **{index: str(now)})  # type: ignore[arg-type]


def _finds(method: DetectionMethod, field: int) -> bool:
    """True where a method of 9.350 is that of a field."""
    return method.FIE == "ALL" or str(field) in (method.FIE or "").split(",")


def _points(points: Array, angles: Sequence[str], spreads: Sequence[str], frame: Frame) -> Iterator[list[int | None]]:
    """x, y, angles, radius and uncertainties of cores or deltas, None where not known.

    MinutiaeError for one that lies elsewhere.
    """
    x, y = frame.own_points(points["x"], points["y"])
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise MinutiaeError("a core or delta has no place: x or y is missing; set it, or take the point out")
    if ((x < 0) | (y < 0)).any():
        raise MinutiaeError("a core or delta lies left of or above the region of interest")
    for row, turned in enumerate(whole_angles(points, angles)):
        radius = whole_number(points["radius"][row] / frame.scale)
        yield [int(x[row]), int(y[row]), *turned, radius, *(whole_number(points[name][row]) for name in spreads)]


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
