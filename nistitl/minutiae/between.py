"""Between records of Type-9 and templates: `template_of` one way, `record_of` the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np

from nistitl.base.findings import Severity
from nistitl.minutiae.arrays import CENTIMETRES, COUNTS, DTYPE, Minutiae, MinutiaeError
from nistitl.minutiae.blocks.m1 import M1
from nistitl.minutiae.formats.base import image_of_view
from nistitl.minutiae.formats.registry import format_named
from nistitl.minutiae.image import image_of, size_of
from nistitl.minutiae.names import INCITS, Format
from nistitl.minutiae.reading import cores_of, counts_of, deltas_of, minutiae_of
from nistitl.minutiae.selection import block_named, block_or_richest, blocks_of
from nistitl.minutiae.template import Template
from nistitl.minutiae.view import DELTA_ANGLES, OCTANTS, QUADRANTS, Capture, View
from nistitl.minutiae.writing import fit, record_from, scaled_quality

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.formats.base import TemplateFormat
    from nistitl.minutiae.items import MinutiaeFields

    R = TypeVar("R", bound=MinutiaeFields)

_THUMBS = {11: 1, 12: 6}  # plain ones, which templates do not tell from rolled ones
_OF_VIEW = ("position", "number", "impression", "quality")  # of what a caller may give; the rest is the template's


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
    form = format_named(format)
    source = block_or_richest(record, block)
    ppi, width, height = _image(record, source, ppi, width, height)
    array, lost = _minutiae(record, source, ppi, width, height)
    counts, uncounted = _counts(counts_of(record, source.name), array)
    array["index"] = np.arange(1, len(array) + 1)
    cores, deltas = cores_of(record, ppi, height), deltas_of(record, ppi, height)
    lost += _fit_points(cores, "cores", ("theta",), form, width, height)
    lost += _fit_points(deltas, "deltas", DELTA_ANGLES, form, width, height)
    view = View(
        Minutiae(array, "", "pixels", ppi),
        position=_position(record, source),
        number=_within(source.finger_view(record), 15),
        impression=_within(record.IMP, 15),
        quality=_within(source.finger_quality(record), 100),
        ridge_counts=counts,
        method=source.count_method(record) if len(counts) else 0,
        cores=cores,
        deltas=deltas,
    )
    view = attrs.evolve(view, **{name: fields.pop(name) for name in _OF_VIEW if name in fields})
    ppcm = round(ppi / CENTIMETRES)
    product, equipment, certification = _product(record)
    template = Template(
        format, width, height, ppcm, ppcm, (view,), equipment, certification,
        product if form.holds_product else None, (*lost, *uncounted),
    )  # fmt: skip
    template = attrs.evolve(template, **fields)
    template.write()
    return template


def _image(
    record: MinutiaeFields, block: FeatureBlock, ppi: float | None, width: int | None, height: int | None
) -> tuple[float, int, int]:
    """Resolution and size of the image: as given, else of the record of the same IDC, else as the block says."""
    picture = image_of(record)
    if picture is not None:
        own_ppi, (own_width, own_height) = picture.ppi, size_of(picture)
    else:
        own_ppi, own_width, own_height = block.image_size(record)
    ppi = ppi if ppi is not None else own_ppi
    width, height = width or own_width, height or own_height
    if ppi is None or not width or not height:
        raise MinutiaeError("a template tells resolution and size: give ppi, width and height, or an image of that IDC")
    if not 0 < ppi < 0xFFFF * CENTIMETRES:
        raise MinutiaeError(f"a resolution of {ppi} pixels per inch is none")
    return ppi, width, height


def _minutiae(
    record: MinutiaeFields, block: FeatureBlock, ppi: float, width: int, height: int
) -> tuple[Array, list[str]]:
    """The minutiae as a template holds them, which is as M1 does, and what it cannot hold."""
    array = np.array(minutiae_of(record, block.name, "pixels", ppi, height), DTYPE)
    array, lost = scaled_quality(array, block, M1)
    lost += fit(array, M1)
    array["x"], array["y"] = _inside(array, width, height, "minutiae")
    array["quality"][array["quality"] == 0] = -1  # which is how both say that there is none
    return array, lost


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


def _position(record: MinutiaeFields, block: FeatureBlock) -> int:
    """The finger, as the block says or the image of it; 0 where neither tells one finger."""
    code: Any = block.finger(record)
    if code is None:
        code = getattr(image_of(record), "FGP", None)
    if isinstance(code, (tuple, list)):
        code = code[0] if code else None
    return _within(_THUMBS.get(code, code) if isinstance(code, int) else None, 10)


def _product(record: MinutiaeFields) -> tuple[int, int, int]:
    """Product, capture equipment and its certification, as any block of the record tells them; 0 where none does."""
    blocks = blocks_of(record).values()
    products = (block.product(record) for block in blocks)
    product = next((number for number in products if number is not None), 0)
    pairs = (block.equipment(record) for block in blocks)
    return product, *next((pair for pair in pairs if pair is not None), (0, 0))


def _within(number: int | None, most: int) -> int:
    """The number where it is one from 0 to the most that is known, else 0, which is what formats say for none."""
    return number if number is not None and 0 <= number <= most else 0


def _fit_points(
    points: Array, what: str, angles: Sequence[str], form: TemplateFormat, width: int, height: int
) -> list[str]:
    """Make cores or deltas, in place, what the format can hold; list what it cannot."""
    if not len(points):
        return []
    points["x"], points["y"] = _inside(points, width, height, what)
    return [*_lost_angles(points, angles, form, what), *_lost_columns(points, ("x", "y", *angles), what)]


def _lost_angles(points: Array, angles: Sequence[str], form: TemplateFormat, what: str) -> list[str]:
    """Take out angles that are not known all: those of a point, or of all points where the format tells it once."""
    known = np.column_stack([np.isfinite(points[name]) for name in angles])
    keep = known.all(axis=1)
    if not form.each_point_tells:
        keep = np.full(len(points), keep.all())
    gone = known.any(axis=1) & ~keep
    for name in angles:
        points[name][~keep] = np.nan
    return [f"the angles of {int(gone.sum())} {what}"] if gone.any() else []


def _lost_columns(points: Array, held: Sequence[str], what: str) -> list[str]:
    """Take out type and uncertainty, which a template does not have."""
    uncertain = False
    for name in set(points.dtype.names or ()) - set(held):
        if name == "type":
            points[name] = ""
        else:
            uncertain |= bool(np.isfinite(points[name]).any())
            points[name] = np.nan
    return [f"the uncertainty of {what}"] if uncertain else []


# -- to a record --------------------------------------------------------------------------------


def record_of(kind: type[R], template: Template, number: int, block: str, lossy: bool, fields: Mapping[str, Any]) -> R:
    """A record of one view of a template; see `Type9.from_template`."""
    if not 0 <= number < len(template.views):
        raise MinutiaeError(f"the template has {len(template.views)} views, counted from 0; there is no {number}")
    target = block_named(kind, block)
    view = template.views[number]
    template = attrs.evolve(template, **image_of_view(template, view)._asdict())
    ppi = template.ppi
    if ppi is None or not template.width or not template.height:
        raise MinutiaeError("the template does not tell the resolution and size of its image")
    if template.ppcm_x != template.ppcm_y and not target.holds_two_resolutions:
        able = " or ".join(name for name, other in blocks_of(kind).items() if other.holds_two_resolutions)
        raise MinutiaeError(f"the resolutions of the template differ in x and y, which only the block {able} can hold")
    of_view = {name: value for name, value in target.fields_of_view(template, view).items() if value != []}
    counts = view.ridge_counts if len(view.ridge_counts) else None
    minutiae, lost = scaled_quality(np.array(view.minutiae), M1, target)
    lost += [finding.message for finding in template.findings if finding.severity is Severity.ERROR]
    lost += _left_out(view, target)
    record = record_from(
        kind, minutiae, block, ppi, template.width, template.height, counts, lossy,
        {"IMP": view.impression, **of_view, **fields}, lost,
    )  # fmt: skip
    if counts is not None and view.method in (QUADRANTS, OCTANTS):
        for number, content in target.fields_of_method(record, view.method).items():
            record[number] = content
    return record


def _left_out(view: View, block: FeatureBlock) -> list[str]:
    """What a template holds beside minutiae and ridge counts that no field of a block does."""
    lost = [f"{len(view.extended)} areas of extended data of other owners"] if view.extended else []
    if not block.holds_point_angles:
        turned = np.isfinite(view.cores["theta"]).sum() + np.isfinite(view.deltas["up"]).sum()
        lost += [f"the angles of {turned} cores and deltas"] if turned else []
    if view.qualities or view.algorithm != (0, 0):
        lost.append("whose algorithms told the quality of the finger")
    if view.certificates or view.capture not in (None, Capture(device=view.capture.device if view.capture else 0)):
        lost.append("when and with what device the finger was captured")
    return lost
