"""Between records of Type-9 and templates: `template_of` one way, `record_of` the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.minutiae.arrays import COUNTS, DTYPE, HUNDREDTHS, Minutiae, MinutiaeError
from nistitl.minutiae.blocks import BLOCKS
from nistitl.minutiae.features import cores_of, deltas_of
from nistitl.minutiae.items import (
    CaptureEquipment,
    CbeffInformation,
    EfsCore,
    EfsDelta,
    FrictionRidgePosition,
    IafisCore,
    IafisDelta,
    M1Core,
    M1Delta,
    M1DeltaAngles,
    M1Quality,
)
from nistitl.minutiae.reading import block_named, counts_of, image_of, minutiae_of, size_of
from nistitl.minutiae.template import FORMATS, INCITS, Format, Template, View
from nistitl.minutiae.writing import losses, record_from, scaled_quality

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nistitl.minutiae.blocks import Block
    from nistitl.minutiae.declared import MinutiaeFields

    Array = NDArray[Any]

_CM = 2.54
_THUMBS = {11: 1, 12: 6}  # plain ones, which templates do not tell from rolled ones
_OCTANTS, _QUADRANTS = 2, 1
_METHODS = {"OCTANT": _OCTANTS, "EFTS7": _OCTANTS, "QUADRANT": _QUADRANTS}
_ALGORITHMS = {_OCTANTS: "OCTANT", _QUADRANTS: "QUADRANT"}
_OWNER, _PLAIN, _EXTENDED = 27, 513, 514  # 9.126: INCITS, 378 without and with extended data
_APPENDIX_F = 8


# -- from a record ------------------------------------------------------------------------------


def template_of(
    record: MinutiaeFields,
    format: Format = INCITS,
    block: str | None = None,
    *,
    ppi: float | None = None,
    width: int | None = None,
    height: int | None = None,
    **fields: Any,
) -> Template:
    """A template of one view with the minutiae, ridge counts, cores and deltas of a block; see `Type9.to_template`."""
    if format not in FORMATS:
        raise MinutiaeError(f"there is no format {format!r}; formats are {' and '.join(FORMATS)}")
    source = block_named(record, block)
    ppi, width, height = _image(record, source, ppi, width, height)
    array = np.array(minutiae_of(record, source.name, "pixels", ppi, height), DTYPE)
    array, lost = scaled_quality(array, source, BLOCKS["m1"])
    lost += losses(array, BLOCKS["m1"])
    array["x"], array["y"] = _inside(array, width, height, "minutiae")
    array["quality"][array["quality"] == 0] = -1  # which is how both say that there is none
    counts, gone = _counts(counts_of(record, source.name), array)
    method = _method(record, source.name) if len(counts) else 0
    array["index"] = np.arange(1, len(array) + 1)
    view = View(
        Minutiae(array, "", "pixels", ppi), _position(record, source.name), _view_number(record, source.name),
        _impression(record), _quality(record, source.name), counts, method,
        *_points(record, ppi, width, height, format, lost),
    )  # fmt: skip
    own = {name: fields.pop(name) for name in ("position", "number", "impression", "quality") if name in fields}
    ppcm = round(ppi / _CM)
    made = Template(format, width, height, ppcm, ppcm, (attrs.evolve(view, **own),), lost=(*lost, *gone))
    made = attrs.evolve(made, **_product(record, format) | fields)
    made.write()
    return made


def _image(
    record: MinutiaeFields, block: Block, ppi: float | None, width: int | None, height: int | None
) -> tuple[float, int, int]:
    """Resolution and size of the image: as given, else of the record of the same IDC, else as the M1 block says."""
    picture = image_of(record)
    if ppi is None and picture is not None:
        ppi = picture.ppi
    size = size_of(picture)
    if picture is None and block.name == "m1":
        size = (record.HLL, record.VLL)
        own = record.THPS * (_CM if record.SLC == 2 else 1) if record.THPS and record.SLC in (1, 2) else None
        ppi = ppi if ppi is not None else own
    width, height = width or size[0], height or size[1]
    if ppi is None or not width or not height:
        raise MinutiaeError("a template tells resolution and size: give ppi, width and height, or an image of that IDC")
    if not 0 < ppi < 0xFFFF * _CM:
        raise MinutiaeError(f"a resolution of {ppi} pixels per inch is none")
    return ppi, width, height


def _inside(points: Array, width: int, height: int, what: str) -> tuple[Array, Array]:
    """Whole pixels; a point on the far edge is in the last one. MinutiaeError for those outside of the image."""
    x, y = np.rint(points["x"]), np.rint(points["y"])
    outside = (x < 0) | (y < 0) | (x > width) | (y > height)
    if outside.any():
        raise MinutiaeError(
            f"{int(outside.sum())} {what} lie outside of the image of {width} x {height} pixels: take them out, or "
            "give the size and ppi of the image they are of"
        )
    return np.minimum(x, width - 1), np.minimum(y, height - 1)


def _counts(counts: Array, minutiae: Array) -> tuple[Array, list[str]]:
    """The ridge counts by place, and what is lost of them; octants without a neighbour are not counts."""
    none = (counts["neighbour"] == 0) | ((counts["neighbour"] == 255) & (counts["count"] == 15))
    counts = counts[~none | np.isin(counts["neighbour"], minutiae["index"])]
    there = np.isin(counts["center"], minutiae["index"]) & np.isin(counts["neighbour"], minutiae["index"])
    lost = [f"{int((~there).sum())} ridge counts of minutiae that are not there"] if not there.all() else []
    counts = np.array(counts[there], COUNTS)
    if (counts["sector"] >= 0).any():
        lost.append(f"the sector of {int((counts['sector'] >= 0).sum())} ridge counts")
    counts["sector"] = counts["residual"] = -1
    order = np.argsort(minutiae["index"])
    for name in ("center", "neighbour"):
        counts[name] = order[np.searchsorted(minutiae["index"], counts[name], sorter=order)] + 1
    return counts, lost


def _method(record: MinutiaeFields, block: str) -> int:
    """How ridges were counted: 0 not told, 1 to the neighbours in quadrants, 2 in octants."""
    if block == "m1":
        return getattr(record.RCI[0], "REM", None) or 0 if record.RCI else 0
    if block == "efs":
        return _METHODS.get(record.MRA or "", 0)
    return _OCTANTS if block == "iafis" else 0


def _position(record: MinutiaeFields, block: str) -> int:
    """The finger, as the block says or the image of it; 0 where neither tells one finger."""
    said: Any
    if block == "efs":
        said = record.FPP[0].FGP if record.FPP else None
    else:
        said = {"m1": record.FGP, "iafis": record.FGN, "standard": record.FGPT}[block]
    if said is None:
        said = getattr(image_of(record), "FGP", None)
    if isinstance(said, (tuple, list)):
        said = said[0] if said else None
    finger = _THUMBS.get(said, said) if isinstance(said, int) else None
    return finger if finger is not None and 0 <= finger <= 10 else 0


def _view_number(record: MinutiaeFields, block: str) -> int:
    return record.FVW if block == "m1" and record.FVW is not None and 0 <= record.FVW <= 15 else 0


def _impression(record: MinutiaeFields) -> int:
    return record.IMP if record.IMP is not None and 0 <= record.IMP <= 15 else 0


def _quality(record: MinutiaeFields, block: str) -> int:
    """The quality of the finger, 0 to 100; 0 where it is not told, for which the formats have no code."""
    said = record.FQD[0].QVU if block == "m1" and record.FQD else None
    return said if said is not None and 0 <= said <= 100 else 0


def _points(
    record: MinutiaeFields, ppi: float, width: int, height: int, form: str, lost: list[str]
) -> tuple[Array, Array]:
    """Cores and deltas as the format can hold them; what it cannot is added to the list."""
    made = []
    for points, what, angles in (
        (cores_of(record, ppi, height), "cores", ("theta",)),
        (deltas_of(record, ppi, height), "deltas", ("up", "left", "right")),
    ):
        if len(points):
            points["x"], points["y"] = _inside(points, width, height, what)
            _drop_angles(points, angles, form, what, lost)
            _drop_others(points, ("x", "y", *angles), what, lost)
        made.append(points)
    return made[0], made[1]


def _drop_angles(points: Array, angles: Sequence[str], form: str, what: str, lost: list[str]) -> None:
    """Every angle of a point or none; INCITS: of all points or of none."""
    told = np.column_stack([np.isfinite(points[name]) for name in angles])
    keep = told.all(axis=1)
    if form == INCITS:
        keep = np.full(len(points), keep.all())
    if (gone := told.any(axis=1) & ~keep).any():
        lost.append(f"the angles of {int(gone.sum())} {what}")
    for name in angles:
        points[name][~keep] = np.nan


def _drop_others(points: Array, held: Sequence[str], what: str, lost: list[str]) -> None:
    """Type and uncertainty, which a template does not have."""
    for name in set(points.dtype.names or ()) - set(held):
        if name == "type":
            points[name] = ""
            continue
        if np.isfinite(points[name]).any() and (said := f"the uncertainty of {what}") not in lost:
            lost.append(said)
        points[name] = np.nan


def _product(record: MinutiaeFields, form: str) -> dict[str, Any]:
    """Product and equipment as the M1 block says."""
    made: dict[str, Any] = {}
    if form == INCITS:
        said = record.CBI.CPI if record.CBI is not None else None
        made["product"] = int(said, 16) if said and len(said) <= 8 and _is_hex(said) else 0
    if (equipment := record.CEI) is not None:
        made["certification"] = _APPENDIX_F if equipment.AFS == "APPF" else 0
        said = equipment.CID or ""
        made["equipment"] = int(said) if said.isascii() and said.isdigit() and int(said) < 4096 else 0
    return made


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)


# -- to a record --------------------------------------------------------------------------------


def record_of(template: Template, number: int, block: str, lossy: bool, fields: dict[str, Any]) -> MinutiaeFields:
    """A record of one view of a template; see `Type9.from_template`."""
    if not 0 <= number < len(template.views):
        raise MinutiaeError(f"the template has {len(template.views)} views, counted from 0; there is no {number}")
    if block not in BLOCKS:
        raise MinutiaeError(f"there is no block {block!r}; blocks are {', '.join(BLOCKS)}")
    view, ppi = template.views[number], template.ppi
    if ppi is None or not template.width or not template.height:
        raise MinutiaeError("the template does not tell the resolution and size of its image")
    if block != "m1" and template.ppcm_x != template.ppcm_y:
        raise MinutiaeError("the resolutions of the template differ in x and y, which only the block m1 can hold")
    told = _told(template, view, block) | fields
    counts = view.ridge_counts if len(view.ridge_counts) else None
    minutiae, rescaled = scaled_quality(np.array(view.minutiae), BLOCKS["m1"], BLOCKS[block])
    left_out = [*rescaled, *_left_out(view, block)]
    record = record_from(minutiae, block, ppi, template.width, template.height, counts, lossy, told, left_out)
    if block == "m1" and counts is not None and view.method in (_QUADRANTS, _OCTANTS):
        record[138] = b"%d" % view.method + bytes(record.raw(138) or b"")[1:]
    return record


def _left_out(view: View, block: str) -> list[str]:
    """What a template holds beside minutiae and ridge counts that no field of a block does."""
    lost = [f"{len(view.extended)} areas of extended data of other owners"] if view.extended else []
    if block == "standard":
        turned = np.isfinite(view.cores["theta"]).sum() + np.isfinite(view.deltas["up"]).sum()
        lost += [f"the angles of {turned} cores and deltas"] if turned else []
    return lost


def _told(template: Template, view: View, block: str) -> dict[str, Any]:
    """The fields beside minutiae and ridge counts that a template tells, by mnemonic."""
    made: dict[str, Any] = {"IMP": view.impression}
    if block == "m1":
        return made | _m1_fields(template, view)
    scale = HUNDREDTHS / (template.ppcm_x * _CM)
    cores, deltas = ([_own(point, scale) for point in points] for points in (view.cores, view.deltas))
    if block == "efs":
        made["FPP"] = [FrictionRidgePosition(view.position)]
        made["COR"] = [EfsCore(x, y, *angles) for x, y, angles in cores]
        made["DEL"] = [EfsDelta(x, y, *angles) for x, y, angles in deltas]
        if len(view.ridge_counts) and view.method in _ALGORITHMS:
            made["MRA"] = _ALGORITHMS[view.method]
    elif block == "iafis":
        made["FGN"] = view.position
        made["CRA"] = [IafisCore(f"{x:04d}{y:04d}", *angles) for x, y, angles in cores]
        made["DLA"] = [IafisDelta(f"{x:04d}{y:04d}", *angles) for x, y, angles in deltas]
    elif block == "standard":
        high = round(template.height * scale)
        made["FGPT"] = view.position
        made["CRP"] = [f"{x:04d}{max(high - y, 0):04d}" for x, y, _ in cores]
        made["DLT"] = [f"{x:04d}{max(high - y, 0):04d}" for x, y, _ in deltas]
    return {name: value for name, value in made.items() if value != []}


def _own(point: Any, scale: float) -> tuple[int, int, list[int | None]]:
    """Hundredths of a millimetre and degrees."""
    names = ("theta",) if "theta" in point.dtype.names else ("up", "left", "right")
    angles = [round(float(point[name])) % 360 if np.isfinite(point[name]) else None for name in names]
    return round(float(point["x"]) * scale), round(float(point["y"]) * scale), angles


def _m1_fields(template: Template, view: View) -> dict[str, Any]:
    extended = len(view.ridge_counts) or len(view.cores) or len(view.deltas)
    certified = "APPF" if template.certification & _APPENDIX_F else "NONE"
    made: dict[str, Any] = {
        "CBI": CbeffInformation(_OWNER, _EXTENDED if extended else _PLAIN, f"{template.product or 0:08X}"),
        "CEI": CaptureEquipment(certified, str(template.equipment)),
        "SLC": 2, "THPS": template.ppcm_x, "TVPS": template.ppcm_y,
        "FVW": view.number, "FGP": view.position, "FQD": [M1Quality(view.quality)],
    }  # fmt: skip
    if len(view.cores):
        made["CIN"] = [M1Core(_whole(core["x"]), _whole(core["y"]), _step(core["theta"])) for core in view.cores]
    if len(view.deltas):
        made["DIN"] = [M1Delta(_whole(delta["x"]), _whole(delta["y"]), _step(delta["up"])) for delta in view.deltas]
        if np.isfinite(view.deltas["left"]).all() and np.isfinite(view.deltas["right"]).all():
            made["ADA"] = [M1DeltaAngles(_step(delta["left"]), _step(delta["right"])) for delta in view.deltas]
    return made


def _whole(number: Any) -> int:
    return round(float(number))


def _step(angle: Any) -> int:
    """Steps of two degrees; 0 where it is not known, as the item must be there."""
    return round(float(angle) / 2) % 180 if np.isfinite(angle) else 0
