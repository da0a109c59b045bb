"""Between records of Type-9 and templates: `template_of` one way, `record_of` the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np

from nistitl.base.findings import Severity
from nistitl.minutiae import given
from nistitl.minutiae.arrays import CENTIMETRES, COUNTS, Minutiae, MinutiaeError, ppi_of
from nistitl.minutiae.blocks.base import ImageGeometry
from nistitl.minutiae.features import NO_EQUIPMENT, Equipment, Features, Finger, FingerQuality
from nistitl.minutiae.formats.base import image_of_view
from nistitl.minutiae.formats.registry import format_named
from nistitl.minutiae.holding import CONTACTLESS, NO_ONE, held, held_finger, settled, told_impression
from nistitl.minutiae.image import whole_geometry
from nistitl.minutiae.meaning import Counting
from nistitl.minutiae.names import INCITS, Format
from nistitl.minutiae.reading import features_of, of_known
from nistitl.minutiae.selection import block_named, block_or_richest, blocks_of
from nistitl.minutiae.template import Template
from nistitl.minutiae.view import MOST_VIEW_NUMBER, NOT_TOLD, Capture, Quality, View
from nistitl.minutiae.writing import fit, put_features, require_held, set_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.formats.base import TemplateFormat
    from nistitl.minutiae.items import MinutiaeFields

    R = TypeVar("R", bound=MinutiaeFields)

_OF_VIEW = ("position", "number", "impression", "quality")  # of what a caller may give
_GIVEN = (*_OF_VIEW, "product", "equipment", "certification")
_UNKNOWN_IMPRESSION = 29  # of 9.003
_OF_ALL_VIEWS = "template-after"  # a finding: bytes that may be of any view, or one more


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
    given.keywords("to_template", fields, _GIVEN, ", ".join(_GIVEN))
    fields = {name: given.code(name, number) for name, number in fields.items()}
    source = block_or_richest(record, block)
    image, width, height = _image(record, source, ppi, width, height)
    features, lost = features_of(record, source, image)
    finger, unheld = held_finger(settled(_with_product(record, features.finger), fields.get("position", 0)), form)
    features, unfit = held(attrs.evolve(features, finger=finger), form, form.countings)
    view, misfit = _view(features, form, image, width, height)
    impression, untold = told_impression(record.IMP, form)
    of_view = {name: fields.pop(name) for name in _OF_VIEW if name in fields}
    numbers = {"impression": impression, "quality": finger.qualities[0].value if finger.qualities else None, **of_view}
    if "impression" in of_view and impression is not None:
        untold = []
    told: dict[str, Any] = {"position": finger.codes[0] if finger.codes else 0, "number": finger.view, **of_view}
    view = attrs.evolve(view, **told | _asked(numbers, form) | _algorithms(finger))
    across, down = (round(one / CENTIMETRES) for one in (image.across, image.down))
    template = Template(
        format, width, height, across, down, (view,), finger.equipment.number, finger.equipment.certification,
        finger.product if form.holds_product else None, (*lost, *unheld, *unfit, *misfit, *untold),
    )  # fmt: skip
    template = attrs.evolve(template, **fields)
    template.write()
    return template


def _image(
    record: MinutiaeFields, block: FeatureBlock, ppi: float | None, width: int | None, height: int | None
) -> tuple[ImageGeometry, int, int]:
    """The image, its width and its height. MinutiaeError where one of them is not told."""
    image, width = whole_geometry(record, block, ppi, width, height)
    if image is None or not width or not image.height:
        raise MinutiaeError("a template tells resolution and size: give ppi, width and height, or an image of that IDC")
    if max(image.across, image.down) >= 0xFFFF * CENTIMETRES:
        raise MinutiaeError(f"a resolution of {max(image.across, image.down)} pixels per inch is none")
    return image, width, round(image.height)


def _view(
    features: Features, form: TemplateFormat, image: ImageGeometry, width: int, height: int
) -> tuple[View, list[str]]:
    """The view of what the format can hold of features, its minutiae numbered as they come."""
    array, cores, deltas = features.minutiae, features.cores, features.deltas
    counts = _by_place(features.counts[features.counts["neighbour"] != NO_ONE], array)
    lost = fit(array, form)
    lost += [f"the {name} of {many} ridge counts" for name in ("sector", "residual")
             if (many := int((counts[name] >= 0).sum()))]  # fmt: skip
    counts["sector"] = counts["residual"] = -1
    array["index"] = np.arange(1, len(array) + 1)
    for points, what in ((array, "minutiae"), (cores, "cores"), (deltas, "deltas")):
        points["x"], points["y"] = _inside(points, width, height, what)
    method = features.counting.method if len(counts) else 0
    minutiae = Minutiae(array, form.name, "pixels", image.across if image.square else None)
    return View(minutiae, ridge_counts=counts, method=method, cores=cores, deltas=deltas), lost


def _algorithms(finger: Finger) -> dict[str, Any]:
    """Of a view: by which algorithm the finger was rated, and what others said."""
    rated = [Quality(one.value, _vendor(one.vendor), one.product or 0) for one in finger.qualities]
    if not rated:
        return {}
    return {"algorithm": (rated[0].vendor, rated[0].algorithm), "qualities": tuple(rated[1:])}


def _vendor(digits: str | None) -> int:
    """The number of a vendor as IBIA has it. MinutiaeError for what is none."""
    try:
        return int(digits or "0", 16)
    except ValueError:
        raise MinutiaeError(
            "the vendor of a quality of the finger (QAV of 9.135 or 9.316) is no hexadecimal number: correct it there"
        ) from None


def _asked(numbers: Mapping[str, int | None], form: TemplateFormat) -> dict[str, int]:
    """Impression and quality of the finger, unknown in the format's own code.

    MinutiaeError where it has none: those that know have to say.
    """
    unknown = {"impression": form.unknown_impression, "quality": form.unknown_quality}
    told = {name: unknown[name] if number is None else number for name, number in numbers.items()}
    if asked := [name for name, number in told.items() if number is None]:
        raise MinutiaeError(
            f"{form.name} has no code for an unknown {' or '.join(asked)}, and the record tells none that it has: give "
            + " and ".join(f"{name}=" for name in asked)
        )
    return {name: number for name, number in told.items() if number is not None}


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


def _by_place(counts: Array, minutiae: Array) -> Array:
    """Ridge counts with the places of minutiae, from 1, as indices."""
    placed = np.array(counts, COUNTS)
    order = np.argsort(minutiae["index"])
    for name in ("center", "neighbour"):
        placed[name] = order[np.searchsorted(minutiae["index"], counts[name], sorter=order)] + 1
    return placed


def _with_product(record: MinutiaeFields, finger: Finger) -> Finger:
    """Product and capture equipment as any block of the record tells them, where this one does not."""
    others = [block.finger(record) for block in blocks_of(record).values()]
    product = finger.product or next((one.product for one in others if one.product), 0)
    equipment = next((one.equipment for one in (finger, *others) if one.equipment != NO_EQUIPMENT), NO_EQUIPMENT)
    return attrs.evolve(finger, product=product, equipment=equipment)


# -- to a record --------------------------------------------------------------------------------


def record_of(kind: type[R], template: Template, number: int, block: str, lossy: bool, fields: Mapping[str, Any]) -> R:
    """A record of one view of a template; see `Type9.from_template`."""
    if not isinstance(template, Template):
        raise MinutiaeError(f"expected a template, not {given.told(template)}: take what read_template() gives")
    number = given.place("views", number, len(template.views))
    target = block_named(kind, block)
    mnemonics = [one.mnemonic for one in kind.elements.values()]
    given.keywords("from_template", fields, mnemonics, "view, block, lossy and fields by mnemonic")
    view = template.views[number]
    template = attrs.evolve(template, **image_of_view(template, view)._asdict())
    ppi = template.ppi
    if ppi is None or not (template.ppcm_y and template.width and template.height):
        raise MinutiaeError("the template does not tell the resolution and size of its image")
    if template.ppcm_x != template.ppcm_y and not target.holds_two_resolutions:
        able = " or ".join(name for name, other in blocks_of(kind).items() if other.holds_two_resolutions)
        raise MinutiaeError(f"the resolutions of the template differ in x and y, which only the block {able} can hold")
    impression, lost = _impression(view, format_named(template.format))
    view, unread = _readable(view, format_named(template.format))
    record = kind(FMT=target.format)
    set_fields(record, {
        "IMP": impression, **target.fields_beside(ppi, template.width, template.height, None),
        **target.fields_of_resolution(template.ppcm_x, template.ppcm_y), **fields,
    })  # fmt: skip
    lost += [*_doubts(template, view), *unread, *_left_out(view)]
    counts, gone = of_known(view.ridge_counts, view.minutiae)
    lost += [f"{gone} ridge counts of minutiae that are not there"] if gone else []
    features = _features(template, view, counts)
    down = None if template.ppcm_x == template.ppcm_y else ppi_of(template.ppcm_y)
    lost += put_features(record, target, features, ImageGeometry(ppi, template.height, down), frozenset(fields))
    require_held(block, lost, lossy)
    return record


def _features(template: Template, view: View, counts: Array) -> Features:
    """What a view tells, in common terms; of its ridge counts these."""
    form, none = format_named(template.format), np.full(len(view.minutiae), -1, np.int16)
    minutiae = np.array(view.minutiae)
    minutiae["quality"] = form.percent(minutiae["quality"])
    finger = Finger(
        (view.position,), qualities=tuple(_qualities(view)), view=view.number, product=template.product or 0,
        equipment=Equipment(template.equipment, template.certification),
    )  # fmt: skip
    counts = counts[counts["neighbour"] != NO_ONE]
    points = np.array(view.cores), np.array(view.deltas)
    return Features(minutiae, none, counts, Counting(view.method), *points, finger)


def _readable(view: View, form: TemplateFormat) -> tuple[View, list[str]]:
    """The view without codes that its format does not have, which say nothing; what these are."""
    lost, kept = list[str](), dict[str, Any]()
    if view.position not in form.fingers:
        lost.append(f"the finger position {view.position}, which {form.name} does not have")
        kept["position"] = 0
    if view.number > MOST_VIEW_NUMBER:
        lost.append(f"the number of the view {view.number}, which {form.name} does not have")
        kept["number"] = 0
    rated = [Quality(view.quality, *view.algorithm), *view.qualities]
    known = [one for one in rated if form.has_quality(one.value)]
    if known != rated:
        lost.append(f"the quality of the finger ({len(rated) - len(known)} told that {form.name} does not have)")
        first, *others = known or [Quality(NOT_TOLD)]
        kept |= {"quality": first.value, "algorithm": first[1:], "qualities": tuple(others)}
    return attrs.evolve(view, **kept), lost


def _qualities(view: View) -> Iterator[FingerQuality]:
    """What is told of the quality of the finger, first by whom the view names."""
    for quality in (Quality(view.quality, *view.algorithm), *view.qualities):
        known = (quality.vendor, quality.algorithm) != (0, 0)
        yield (
            FingerQuality(quality.value, f"{quality.vendor:04X}", quality.algorithm)
            if known
            else FingerQuality(quality.value)
        )


def _impression(view: View, form: TemplateFormat) -> tuple[int, list[str]]:
    """The code of 9.003 for the impression of a view: the same, but for the one that is contactless and no more."""
    if view.impression in form.impressions and view.impression != CONTACTLESS:
        return view.impression, []
    return _UNKNOWN_IMPRESSION, [f"the impression type {view.impression} of {form.name}"]


def _doubts(template: Template, view: View) -> list[str]:
    """What reading could not read for certain of a view, or of the template which views it has."""
    of_all = [one for one in template.findings if one.code == _OF_ALL_VIEWS]
    return [one.message for one in (*of_all, *view.findings) if one.severity is Severity.ERROR]


def _left_out(view: View) -> list[str]:
    """What a template holds beside features that no block does."""
    lost = [f"{len(view.extended)} areas of extended data of other owners"] if view.extended else []
    if view.cut:
        lost.append(f"what was in {view.cut} bytes of extended data that are cut off")
    if view.certificates or view.capture not in (None, Capture(device=view.capture.device if view.capture else 0)):
        lost.append("when and with what device the finger was captured")
    return lost
