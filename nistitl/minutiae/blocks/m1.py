"""The block of INCITS 378, 9.126 to 9.141: pixels from the top left at its own resolution, angles in two degrees.

Its minutiae are numbered from 1 to as many as there are. The first subfield of 9.138 tells how ridges were counted.
"""

from __future__ import annotations

from string import hexdigits
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CENTIMETRES, CORES, COUNTS, MinutiaeError, empty, no_deltas
from nistitl.minutiae.blocks.base import FeatureBlock, Scale
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
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.items import CaptureEquipment, CbeffInformation, M1Core, M1Delta, M1DeltaAngles, M1Quality
from nistitl.minutiae.template import APPENDIX_F

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.template import Template
    from nistitl.minutiae.view import View

_PER_INCH = {1: 1, 2: CENTIMETRES}  # 9.130 SLC: pixels per inch, per centimetre
_PER_CENTIMETRE = 2  # 9.130 SLC
_OWNER, _PLAIN, _EXTENDED = 27, 513, 514  # 9.126: INCITS, 378-2004 without and with extended data
_NO_QUALITY = ("254", None, None)  # no attempt to tell it
_NO_METHOD = b"0\x1f0\x1f0"


class M1Block(FeatureBlock):
    """9.126 to 9.141, which say what a template of INCITS 378-2004 says."""

    name = "m1"
    field = 137
    types = {"1": "E", "2": "B", "0": "O"}
    quality = Scale(1, 100)
    most = 9_999
    farthest = 99_999
    holds_two_resolutions = True

    # -- from the record ------------------------------------------------------------------------

    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        ppi, _, _ = self.image_size(record)
        if ppi is None and image is None:
            raise MinutiaeError("9.130 and 9.131 do not tell a resolution: give ppi")
        return Frame(1.0 if ppi is None or image is None else image.ppi / ppi, step=2)

    def minutiae(self, raw: bytes) -> Array:
        columns = Columns(raw)
        own = empty(len(columns))
        fill(own, "index", required(columns, 0))
        for name, place in (("x", 1), ("y", 2), ("theta", 3)):
            own[name] = required(columns, place)
        own["type"] = common_types(columns.letters(4), self.types)
        fill(own, "quality", with_absent(columns.ints(5), -1))
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

    def image_size(self, record: MinutiaeFields) -> tuple[float | None, int | None, int | None]:
        scale, pixels = record.SLC, record.THPS
        ppi = pixels * _PER_INCH[scale] if pixels and scale in _PER_INCH else None
        return ppi, record.HLL, record.VLL

    def finger(self, record: MinutiaeFields) -> int | None:
        return record.FGP

    def finger_view(self, record: MinutiaeFields) -> int | None:
        return record.FVW

    def finger_quality(self, record: MinutiaeFields) -> int | None:
        return record.FQD[0].QVU if record.FQD else None

    def count_method(self, record: MinutiaeFields) -> int:
        return getattr(record.RCI[0], "REM", None) or 0 if record.RCI else 0

    def product(self, record: MinutiaeFields) -> int | None:
        digits = record.CBI.CPI if record.CBI is not None else None
        if not digits or len(digits) > 8 or any(digit not in hexdigits for digit in digits):
            return None
        return int(digits, 16)

    def equipment(self, record: MinutiaeFields) -> tuple[int, int] | None:
        if (capture := record.CEI) is None:
            return None
        number = capture.CID or ""
        known = number.isascii() and number.isdigit() and int(number) < 4096
        return int(number) if known else 0, APPENDIX_F if capture.AFS == "APPF" else 0

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
        grid.letters(own_codes(own["type"], self.types, "0"), before=b"\x1f")
        grid.numbers(np.maximum(own["quality"], 0), before=b"\x1f")
        contents: dict[int, bytes | None] = {136: str(len(own)).encode(), self.field: grid.written() or None}
        if counts is not None:
            method = bytes(record.raw(138) or _NO_METHOD).partition(b"\x1e")[0]
            contents[138] = method + b"\x1e" + rows_of_counts(counts).written() if len(counts) else None
        return contents

    def fields_beside(self, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
        kind = _EXTENDED if counts is not None and len(counts) else _PLAIN
        return {
            "CBI": CbeffInformation(_OWNER, kind, "00000000"), "CEI": CaptureEquipment("NONE", "0"), "FVW": 0, "FGP": 0,
            "FQD": [_NO_QUALITY], "HLL": width, "VLL": height, "SLC": 1, "THPS": round(ppi), "TVPS": round(ppi),
        }  # fmt: skip

    def fields_of_view(self, template: Template, view: View) -> dict[str, Any]:
        kind = _EXTENDED if len(view.ridge_counts) or len(view.cores) or len(view.deltas) else _PLAIN
        certified = "APPF" if template.certification & APPENDIX_F else "NONE"
        deltas = view.deltas
        all_angles = np.isfinite(deltas["left"]).all() and np.isfinite(deltas["right"]).all()
        return {
            "CBI": CbeffInformation(_OWNER, kind, f"{template.product or 0:08X}"),
            "CEI": CaptureEquipment(certified, str(template.equipment)),
            "SLC": _PER_CENTIMETRE, "THPS": template.ppcm_x, "TVPS": template.ppcm_y,
            "FVW": view.number, "FGP": view.position, "FQD": [M1Quality(view.quality)],
            "CIN": [M1Core(_whole(core["x"]), _whole(core["y"]), _steps(core["theta"])) for core in view.cores],
            "DIN": [M1Delta(_whole(delta["x"]), _whole(delta["y"]), _steps(delta["up"])) for delta in deltas],
            "ADA": [M1DeltaAngles(_steps(delta["left"]), _steps(delta["right"])) for delta in deltas if all_angles],
        }  # fmt: skip

    def fields_of_method(self, record: MinutiaeFields, method: int) -> dict[int, bytes]:
        return {138: b"%d" % method + bytes(record.raw(138) or b"")[1:]}


M1 = M1Block()


def _whole(number: Any) -> int:
    return round(float(number))


def _steps(angle: Any) -> int:
    """Steps of two degrees; 0 where the angle is not known, as the item must be there."""
    return round(float(angle) / 2) % 180 if np.isfinite(angle) else 0
