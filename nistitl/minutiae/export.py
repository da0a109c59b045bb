"""The features of a record in the forms that other programs read: plain values, CSV, `.xyt`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import DTYPE, MinutiaeError
from nistitl.minutiae.blocks.base import OwnUnits
from nistitl.minutiae.image import whole_geometry
from nistitl.minutiae.meaning import FACTS, NO_SCALE
from nistitl.minutiae.reading import cores_of, counts_of, deltas_of, minutiae_of, square_ppi_of
from nistitl.minutiae.selection import block_or_richest, with_minutiae
from nistitl.minutiae.tables import COLUMNS, csv_text, plain_rows, xyt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.names import Convention

_PIXELS = OwnUnits("pixel", "top left of the image", "degrees, into the ridge")
_OF_ENTRY = ("idc", "block", "unit", "origin", "ppi")  # in front of a row of CSV
_REGION = 300
_UNSAID = {  # of what is told of the finger: what plain values leave out, and the field that says it
    "parts": ("codes", "segments, polygons or places off the center"),
    "pattern_counts": ("patterns", "ridge counts"),
}


def features(
    record: MinutiaeFields,
    block: str | None = None,
    *,
    units: str = "pixels",
    ppi: float | None = None,
    height: int | None = None,
) -> dict[str, Any]:
    """What one block holds as plain values, as JSON has them, and what the numbers are; None for what is not known.

    `others` are the blocks beside it that hold minutiae too.
    """
    chosen = block_or_richest(record, block)
    minutiae = minutiae_of(record, chosen.name, units, ppi, height)
    own = units == "own"
    said = chosen.own if own else _PIXELS
    return {
        "idc": record.idc, "impression": record.IMP, "block": chosen.name, "field": _field(record, chosen.field),
        "others": [name for name in with_minutiae(record) if name != chosen.name],
        "units": units, "unit": said.unit, "origin": said.origin, "theta": said.theta,
        "ppi": _whole(square_ppi_of(record, chosen, None) if own else minutiae.ppi),
        "quality": None if chosen.quality == NO_SCALE else chosen.quality._asdict(),
        "finger": _finger(record, chosen),
        "minutiae": plain_rows(minutiae),
        "ridge_counts": plain_rows(counts_of(record, chosen.name)),
        "cores": plain_rows(cores_of(record, ppi, height, units, chosen.name)),
        "deltas": plain_rows(deltas_of(record, ppi, height, units, chosen.name)),
    }  # fmt: skip


def _whole(number: float | None) -> float | None:
    """The number, whole where it is."""
    return int(number) if number is not None and float(number).is_integer() else number


def _finger(record: MinutiaeFields, block: FeatureBlock) -> dict[str, Any]:
    """What a block tells of the finger, as plain values."""
    finger = block.finger(record)
    return {
        "codes": list(finger.codes),
        "patterns": [None if one is None else one._asdict() for one in finger.patterns],
        "qualities": [one._asdict() for one in finger.qualities],
        "method": finger.source.method or None, "system": finger.source.system or None,
        "view": finger.view, "product": finger.product, "equipment": finger.equipment._asdict(),
    }  # fmt: skip


def as_csv(values: Iterable[Mapping[str, Any]]) -> str:
    """What `features` gives of records as CSV: a line a minutia, with its IDC, block, unit, origin and ppi in front."""
    rows = [{**{name: one[name] for name in _OF_ENTRY}, **minutia} for one in values for minutia in one["minutiae"]]
    return csv_text(rows, (*_OF_ENTRY, *COLUMNS))


def as_xyt(
    record: MinutiaeFields,
    convention: Convention = "xyt",
    block: str | None = None,
    *,
    ppi: float | None = None,
    height: int | None = None,
) -> tuple[str, list[str]]:
    """The minutiae of a block as `.xyt`, and what that cannot hold, by field."""
    chosen = block_or_richest(record, block)
    array = np.array(minutiae_of(record, chosen.name, "pixels", ppi, height), DTYPE)
    array["quality"] = chosen.percent(array["quality"])
    image, _ = whole_geometry(record, chosen, ppi, None, height)
    tall = round(image.height) if image is not None and image.height is not None else height
    if not len(array):
        raise MinutiaeError("there are no minutiae to write")
    field = _field(record, chosen.field)
    columns = [f"{field}: {what}" for what in _lost_columns(array)]
    return xyt(array, convention, height=tall), [*columns, *left_out(record, chosen.name)]


def _lost_columns(array: Any) -> Iterator[str]:
    """What `.xyt` cannot hold of minutiae themselves."""
    known, rated = np.isin(array["type"], ("E", "B", "C", "O")), array["quality"] >= 0
    if known.any():
        yield f"the type of {int(known.sum())} minutiae"
    if rated.any() and not rated.all():
        yield f"which {int((~rated).sum())} minutiae have no quality"
    for name, what in (("radius", "position"), ("spread", "direction")):
        if (told := int(np.isfinite(array[name]).sum())) > 0:
            yield f"the {what} uncertainty of {told} minutiae"


# -- what a form leaves out ---------------------------------------------------------------------


def left_out(record: MinutiaeFields, name: str | None = None, *, plain: bool = False) -> list[str]:
    """What is in a block beside minutiae, by field: all of it is left out of CSV and `.xyt`.

    `plain`: of it what `features` leaves out; it has ridge counts, cores, deltas and the finger.
    """
    block = block_or_richest(record, name)
    lost = list(_lost_facts(record, block))
    if plain:
        return [*lost, *_unsaid(record, block), *beside(record, block.name)]
    lost += [f"{_field(record, number)}: {what}" for number, what in _counted(record, block)]
    there = [number for number in block.finger_fields.values() if number in record]
    return [*lost, *(_field(record, number) for number in there), *beside(record, block.name)]


def beside(record: MinutiaeFields, name: str | None = None) -> list[str]:
    """The fields of a block that no other block and no template has: dots, say, or the map of ridge quality."""
    block = block_or_richest(record, name)
    common = {block.field, *block.place_fields, *block.count_fields, *block.finger_fields.values()}
    common |= {_number(record, mnemonic) for names in block.point_fields.values() for mnemonic in names}
    others = [number for number in block.numbers if number in record and number not in common]
    return [_field(record, number) for number in others if number != _REGION or _has_path(record)]


def _counted(record: MinutiaeFields, block: FeatureBlock) -> Iterator[tuple[int, str]]:
    """Fields of ridge counts, cores and deltas that are there, and how many of them."""
    if counts := len(counts_of(record, block.name)):
        yield max(block.count_fields, default=block.field), f"{counts} ridge counts"
    for kind, points in (("cores", cores_of), ("deltas", deltas_of)):
        if many := len(points(record, units="own", name=block.name)):
            yield _number(record, block.point_fields[kind][0]), f"{many} {kind if many > 1 else kind[:-1]}"


def _lost_facts(record: MinutiaeFields, block: FeatureBlock) -> Iterator[str]:
    """That a minutia was placed by hand, say, which stands in the place of quality."""
    raw = bytes(record.raw(block.field) or b"")
    facts = block.facts(record, len(block.minutiae(raw)) if raw else 0)
    for fact, what in FACTS.items():
        if many := int(np.count_nonzero(facts == fact)):
            yield f"{_field(record, block.field)}: that {many} minutiae are {what}"


def _unsaid(record: MinutiaeFields, block: FeatureBlock) -> Iterator[str]:
    finger, fields = block.finger(record), block.finger_fields
    for name, (of, what) in _UNSAID.items():
        if getattr(finger, name):
            yield f"{_field(record, fields[of])}: {what}"
    if finger.source.more:
        yield f"{_field(record, fields['source'])}: version or part of the system"


def _number(record: MinutiaeFields, mnemonic: str) -> int:
    return next(number for number, one in type(record).elements.items() if one.mnemonic == mnemonic)


def _has_path(record: MinutiaeFields) -> bool:
    return record.ROI is not None and bool(record.ROI.ROP)


def _field(record: MinutiaeFields, number: int) -> str:
    """A field as people name it, `9.331 MIN`."""
    declared = type(record).elements.get(number)
    return f"9.{number:03d} {declared.mnemonic}" if declared is not None else f"9.{number:03d}"
