"""The block of INCITS 378, 9.126 to 9.141: pixels from the top left at its own resolution, angles in two degrees.

Its minutiae are numbered from 1 to as many as there are. The first subfield of 9.138 tells how ridges were counted.
"""

from __future__ import annotations

from contextlib import suppress
from math import isclose
from string import hexdigits
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CENTIMETRES, CORES, COUNTS, MinutiaeError, empty, no_deltas
from nistitl.minutiae.blocks.base import FeatureBlock, ImageGeometry, OwnUnits
from nistitl.minutiae.blocks.spelling import (
    by_place,
    common_types,
    counts_in_rows,
    fill,
    item_column,
    own_codes,
    required,
    rows_of_counts,
    with_absent,
)
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.features import Equipment, Finger, FingerQuality
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.items import (
    CaptureEquipment,
    CbeffInformation,
    M1Core,
    M1Delta,
    M1DeltaAngles,
    M1Quality,
    M1RidgeCountMethod,
)
from nistitl.minutiae.meaning import NEIGHBOURS, OCTANTS, PERCENT, QUADRANTS, Angles, Counting
from nistitl.minutiae.template import APPENDIX_F

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.features import Features
    from nistitl.minutiae.items import MinutiaeFields

_PER_INCH = {1: 1, 2: CENTIMETRES}  # 9.130 SLC: pixels per inch, per centimetre
_PER_CENTIMETRE = 2  # 9.130 SLC
_OWNER, _PLAIN, _EXTENDED = 27, 513, 514  # 9.126: INCITS, 378-2004 without and with extended data
_NOT_TRIED = FingerQuality(254)
_NO_METHOD = b"0\x1f0\x1f0"
_ALIKE = 0.01  # how far resolutions may be rounded
_COUNTINGS = {0: NEIGHBOURS, 1: QUADRANTS, 2: OCTANTS}  # of the first subfield of 9.138


class M1Block(FeatureBlock):
    """9.126 to 9.141, which say what a template of INCITS 378-2004 says."""

    name = "m1"
    field = 137
    point_fields = {"cores": ("CIN", "CBI"), "deltas": ("DIN", "ADA", "CBI")}
    own = OwnUnits("pixel of its own resolution", "top left of the image", "steps of 2 degrees, into the ridge")
    numbers = range(126, 151)
    place_fields = frozenset((126, 127, 128, 129, 130, 131, 132, 133, 136))
    count_fields = frozenset((138,))
    finger_fields = {"codes": 134, "qualities": 135}
    types = {"1": "E", "2": "B", "0": "O"}
    unknown_type = "0"
    quality = PERCENT
    no_quality = 0
    most = 9_999
    farthest = 99_999
    countings = tuple(_COUNTINGS.values())
    most_cores = most_deltas = 9
    core_angles = Angles.MUST
    delta_angles = Angles.FIRST
    fingers = range(11)
    finger_qualities = 9
    holds_view_number = True
    holds_product = True
    holds_equipment = True
    holds_two_resolutions = True

    # -- from the record ------------------------------------------------------------------------

    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        own = self.resolution(record)
        if own is None and image is None:
            raise MinutiaeError("9.130 and 9.131 do not tell a resolution: give ppi")
        if own is None or image is None:
            return Frame(1.0, step=2)
        across, down = image.across / own.across, image.down / own.down
        if not isclose(across, down, rel_tol=_ALIKE):
            raise MinutiaeError(
                f"9.131 and 9.132 tell {own.across:g} pixels per inch across and {own.down:g} down, the image has "
                f"{image.across:g} and {image.down:g}: directions are others in pixels of another shape; correct the "
                'resolutions, or take minutiae(units="own")'
            )
        return Frame(across, step=2, other_down=down)

    def minutiae(self, raw: bytes) -> Array:
        columns = Columns(raw)
        own = empty(len(columns))
        with suppress(ValueError):  # a letter, as an example of NIST has: then they are numbered by place
            fill(own, "index", required(columns, 0))
        for name, place in (("x", 1), ("y", 2), ("theta", 3)):
            own[name] = required(columns, place)
        own["type"] = common_types(columns.letters(4), self.types)
        fill(own, "quality", with_absent(columns.ints(5), -1))
        own["quality"][own["quality"] == self.no_quality] = -1
        return own

    def counts(self, record: MinutiaeFields) -> Array:
        rows = bytes(record.raw(138) or b"").partition(b"\x1e")[2]
        return counts_in_rows(Columns(rows)) if rows else np.zeros(0, COUNTS)

    def has_cores(self, record: MinutiaeFields) -> bool:
        return bool(record.CIN)

    def cores(self, record: MinutiaeFields, frame: Frame) -> Array:
        cores = np.full(len(record.CIN), np.nan, CORES)
        cores["x"], cores["y"] = frame.points(item_column(record.CIN, "XCC"), item_column(record.CIN, "YCC"))
        cores["theta"] = frame.angle(item_column(record.CIN, "ANGC"))
        return cores

    def has_deltas(self, record: MinutiaeFields) -> bool:
        return bool(record.DIN)

    def deltas(self, record: MinutiaeFields, frame: Frame) -> Array:
        deltas, more = no_deltas(len(record.DIN)), record.ADA
        deltas["x"], deltas["y"] = frame.points(item_column(record.DIN, "XCD"), item_column(record.DIN, "YCD"))
        deltas["up"] = frame.angle(item_column(record.DIN, "ANG1"))
        if len(more) == len(deltas):
            for name, item in (("left", "ANG2"), ("right", "ANG3")):
                deltas[name] = frame.angle(item_column(more, item))
        return deltas

    def resolution(self, record: MinutiaeFields) -> ImageGeometry | None:
        scale, across, down = record.SLC, record.THPS, record.TVPS
        if not across or scale not in _PER_INCH:
            return None
        unit = _PER_INCH[scale]
        return ImageGeometry(across * unit, record.VLL, down * unit if down and down != across else None)

    def image_size(self, record: MinutiaeFields) -> tuple[int | None, int | None]:
        return record.HLL, record.VLL

    def finger(self, record: MinutiaeFields) -> Finger:
        return Finger(
            () if record.FGP is None else (record.FGP,),
            qualities=tuple(FingerQuality(one.QVU, one.QAV, one.QAP) for one in record.FQD if one.QVU is not None),
            view=record.FVW or 0, product=_product(record), equipment=_equipment(record),
        )  # fmt: skip

    def counting(self, record: MinutiaeFields) -> Counting:
        method = record.RCI[0] if record.RCI else None
        return _COUNTINGS.get(getattr(method, "REM", None) or 0, NEIGHBOURS)

    # -- to the record --------------------------------------------------------------------------

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        index = own["index"]
        if len(own) and int(index.max()) > len(own):  # it goes up to the number of minutiae
            counts = None if counts is None else by_place(own, counts)
            index = np.arange(1, len(own) + 1)
        grid = Grid(len(own))
        grid.numbers(index)
        for name in ("x", "y", "theta"):
            grid.numbers(own[name], before=b"\x1f")
        grid.letters(own_codes(own["type"], self.types, self.unknown_type), before=b"\x1f")
        grid.numbers(np.maximum(own["quality"], 0), before=b"\x1f")
        contents: dict[int, bytes | None] = {136: str(len(own)).encode(), self.field: grid.written() or None}
        if counts is not None:
            method = bytes(record.raw(138) or _NO_METHOD).partition(b"\x1e")[0]
            contents[138] = method + b"\x1e" + rows_of_counts(counts).written() if len(counts) else None
        return contents

    def fields_beside(self, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
        kind = _EXTENDED if counts is not None and len(counts) else _PLAIN
        return {
            **self.fields_of_finger(Finger()), "CBI": CbeffInformation(_OWNER, kind, "00000000"),
            "HLL": width, "VLL": height, "SLC": 1, "THPS": round(ppi), "TVPS": round(ppi),
        }  # fmt: skip

    def fields_of_finger(self, finger: Finger) -> dict[str, Any]:
        certified = "APPF" if finger.equipment.certification & APPENDIX_F else "NONE"
        return {
            "CEI": CaptureEquipment(certified, str(finger.equipment.number)),
            "FVW": finger.view, "FGP": finger.codes[0] if finger.codes else 0,
            "FQD": [M1Quality(*one) for one in finger.qualities or (_NOT_TRIED,)],
        }  # fmt: skip

    def fields_of_points(self, features: Features, frame: Frame) -> dict[str, Any]:
        cores, deltas = features.cores, features.deltas
        kind = _EXTENDED if len(features.counts) or len(cores) or len(deltas) else _PLAIN
        all_angles = np.isfinite(deltas["left"]).all() and np.isfinite(deltas["right"]).all()
        return {
            "CBI": CbeffInformation(_OWNER, kind, f"{features.finger.product:08X}"),
            "CIN": [M1Core(*place) for place in _places(cores, "theta", frame)],
            "DIN": [M1Delta(*place) for place in _places(deltas, "up", frame)],
            "ADA": [M1DeltaAngles(_steps(one["left"]), _steps(one["right"])) for one in deltas if all_angles],
        }  # fmt: skip

    def fields_of_resolution(self, across: int, down: int) -> dict[str, Any]:
        return {"SLC": _PER_CENTIMETRE, "THPS": across, "TVPS": down}

    def fields_of_counting(self, counting: Counting) -> dict[str, Any]:
        return {"RCI": [M1RidgeCountMethod(counting.method, 0, 0)]}


M1 = M1Block()


def _product(record: MinutiaeFields) -> int:
    digits = record.CBI.CPI if record.CBI is not None else None
    if not digits or len(digits) > 8 or any(digit not in hexdigits for digit in digits):
        return 0
    return int(digits, 16)


def _equipment(record: MinutiaeFields) -> Equipment:
    if (capture := record.CEI) is None:
        return Equipment()
    number = capture.CID or ""
    known = number.isascii() and number.isdigit() and int(number) < 4096
    return Equipment(int(number) if known else 0, APPENDIX_F if capture.AFS == "APPF" else 0)


def _places(points: Array, angle: str, frame: Frame) -> list[tuple[int, int, int]]:
    """x, y and an angle of cores or deltas. MinutiaeError for one that lies elsewhere."""
    x, y = frame.own_points(points["x"], points["y"])
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise MinutiaeError("a core or delta has no place: x or y is missing; set it, or take the point out")
    if ((x < 0) | (y < 0)).any():
        raise MinutiaeError("a core or delta lies left of or above the image")
    return [(int(x[row]), int(y[row]), _steps(one)) for row, one in enumerate(points[angle])]


def _steps(angle: float) -> int:
    """Steps of two degrees."""
    return round(float(angle) / 2) % 180
