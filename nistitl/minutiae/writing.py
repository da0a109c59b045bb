"""From arrays to a Type-9: into a block that is there, into a new record, from block to block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from nistitl.minutiae.arrays import DTYPE, MinutiaeError, among, checked, copied, letters_of
from nistitl.minutiae.blocks.base import NO_SCALE, ImageGeometry
from nistitl.minutiae.image import geometry_of, image_of
from nistitl.minutiae.reading import counts_of, minutiae_of
from nistitl.minutiae.selection import block_named, block_or_richest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.items import MinutiaeFields

    R = TypeVar("R", bound=MinutiaeFields)

_NO_NEIGHBOUR = 255  # as some blocks say that there is none


# -- into a block -------------------------------------------------------------------------------


def set_minutiae(
    record: MinutiaeFields,
    minutiae: Array,
    name: str | None,
    counts: Array | None,
    ppi: float | None,
    height: int | None,
) -> list[str]:
    """Write minutiae into a block of a record; see `Type9.set_minutiae`."""
    block = block_or_richest(record, name or getattr(minutiae, "block", "") or None)
    array = checked(minutiae)
    own, lost = _in_own_units(
        record, block, array, getattr(minutiae, "units", "pixels"), geometry_of(record, ppi, height)
    )
    if counts is not None:
        _require_known(counts, own)
    elif record.raw(block.field):
        counts, gone = _of_known(counts_of(record, block.name), own)
        lost += [f"{gone} ridge counts of minutiae that are no longer there"] if gone else []
    if counts is not None:
        counts, uncounted = block.held_counts(counts)
        lost += uncounted
    lost += block.lost_references(record, own)
    for number, content in block.fields(record, own, counts).items():
        if content is not None:
            record[number] = content
        elif number in record:
            del record[number]
    return lost


def _in_own_units(
    record: MinutiaeFields, block: FeatureBlock, array: Array, units: str, image: ImageGeometry | None
) -> tuple[Array, list[str]]:
    """The array in the block's units as the block can hold it, and what it cannot hold."""
    own = copied(array) if units == "own" else block.frame(record, image).to_own(array)
    return own, fit(own, block)


def _require_known(counts: Array, own: Array) -> None:
    """MinutiaeError for ridge counts between minutiae that are not there."""
    if strangers := _of_known(counts, own)[1]:
        raise MinutiaeError(f"{strangers} ridge counts name minutiae that the array does not have")


def _of_known(counts: Array, minutiae: Array) -> tuple[Array, int]:
    """The ridge counts whose minutiae are there, and how many are not; neighbours that are none stay."""
    center, neighbour = np.ascontiguousarray(counts["center"]), np.ascontiguousarray(counts["neighbour"])
    named = among(minutiae["index"], neighbour) | (neighbour == _NO_NEIGHBOUR) | (neighbour == 0)
    there = among(minutiae["index"], center) & named
    if there.all():
        return counts, 0
    return counts[there], len(counts) - int(there.sum())


# -- what a block can hold ----------------------------------------------------------------------


def fit(own: Array, block: FeatureBlock) -> list[str]:
    """Make an array in a block's own units, in place, what the block can hold; list what it cannot.

    MinutiaeError where a minutia lies where the block has no coordinates, and for too many minutiae.
    """
    lost = _lost_types(own, block)
    if block.quality == NO_SCALE:
        if (known := int((own["quality"] >= 0).sum())) > 0:
            lost.append(f"the quality of {known} minutiae")
        own["quality"] = -1
    if not block.holds_uncertainty:
        lost += _lost_uncertainty(own)
    if block.quality != NO_SCALE:
        lost += _lost_above(own, block.quality.highest)
    _require_room(own, block)
    return lost


def _lost_types(own: Array, block: FeatureBlock) -> list[str]:
    letters = letters_of(own["type"])
    foreign = np.logical_and.reduce([letters != ord(common) for common in block.types.values()])
    if not foreign.any():
        return []
    kinds = ", ".join(sorted(set(own["type"][foreign].tolist())))
    return [f"the type of {int(foreign.sum())} minutiae ({kinds})"]


def _lost_uncertainty(own: Array) -> list[str]:
    lost = []
    for name, what in (("radius", "position uncertainty"), ("spread", "direction uncertainty")):
        if (known := ~np.isnan(own[name])).any():
            lost.append(f"the {what} of {int(known.sum())} minutiae")
        own[name] = np.nan
    return lost


def _lost_above(own: Array, highest: int) -> list[str]:
    over = own["quality"] > highest
    own["quality"][over] = highest
    return [f"the quality of {int(over.sum())} minutiae above {highest}"] if over.any() else []


def _require_room(own: Array, block: FeatureBlock) -> None:
    low = (own["x"] < 0) | (own["y"] < 0)
    if low.any():
        raise MinutiaeError(f"{int(low.sum())} minutiae lie left of or above what the block {block.name} can say")
    far = (own["x"] > block.farthest) | (own["y"] > block.farthest)
    if far.any():
        raise MinutiaeError(f"{int(far.sum())} minutiae lie farther than the block {block.name} can say")
    if len(own) > block.most:
        raise MinutiaeError(
            f"the block {block.name} holds {block.most} minutiae, not {len(own)}: keep the best of them"
        )


def scaled_quality(array: Array, source: FeatureBlock, target: FeatureBlock) -> tuple[Array, list[str]]:
    """Quality on the scale of another block; the numbers below each scale (manual, none) become none."""
    if source.quality == target.quality or NO_SCALE in (source.quality, target.quality):
        return array, []
    low, high = source.quality
    known = array["quality"] >= low
    span = (array["quality"][known] - low) / (high - low)
    lost = ["the exact quality, which is on another scale"] if known.any() else []
    array["quality"] = -1
    array["quality"][known] = np.rint(target.quality.lowest + span * (target.quality.highest - target.quality.lowest))
    return array, lost


# -- a new record -------------------------------------------------------------------------------


def record_from(
    kind: type[R],
    minutiae: Array,
    name: str,
    ppi: float,
    width: int,
    height: int,
    counts: Array | None,
    lossy: bool,
    fields: Mapping[str, Any],
    left_out: Sequence[str] = (),
) -> R:
    """A record of minutiae; see `Type9.from_minutiae`. `left_out`: what is lost besides."""
    block = block_named(kind, name)
    if not ppi > 0 or width < 1 or height < 1:
        raise MinutiaeError("expected the resolution, width and height of the image")
    record = kind(FMT=block.format)
    for mnemonic, value in {**block.fields_beside(ppi, width, height, counts), **fields}.items():
        setattr(record, mnemonic, value)
    units = getattr(minutiae, "units", "pixels")
    own, lost = _in_own_units(record, block, checked(minutiae), units, ImageGeometry(ppi, height))
    counts, uncounted = (None, []) if counts is None else block.held_counts(counts)
    if (lost := [*lost, *uncounted, *left_out]) and not lossy:
        raise MinutiaeError(f"the block {name} cannot hold {'; '.join(lost)}; lossy=True leaves it out")
    _add(record, block, own, counts)
    return record


def _add(record: MinutiaeFields, block: FeatureBlock, own: Array, counts: Array | None) -> None:
    """Write a block that was not there."""
    for number, content in block.fields(record, own, counts).items():
        if content is not None:
            record[number] = content


# -- from block to block ------------------------------------------------------------------------


def convert(record: MinutiaeFields, to: str, of: str | None, ppi: float | None, height: int | None) -> list[str]:
    """Add a block made of another one of the record; see `Type9.convert_minutiae`."""
    source = block_or_richest(record, of)
    target = block_named(record, to)
    image = geometry_of(record, ppi, height)
    minutiae = minutiae_of(record, source.name, "pixels", ppi, height)
    counts = counts_of(record, source.name)
    if target is source:
        return []
    counts, gone = _of_known(counts, minutiae)
    if not target.holds_lone_counts:
        counts = counts[np.isin(counts["neighbour"], minutiae["index"])]
    counts, uncounted = target.held_counts(counts)
    _add_fields_beside(record, target, image, counts)
    array, lost = scaled_quality(np.array(minutiae, DTYPE), source, target)
    own, unheld = _in_own_units(record, target, array, "pixels", image)
    _add(record, target, own, counts)
    return [*lost, *unheld, *uncounted, *([f"{gone} ridge counts"] if gone else [])]


def _add_fields_beside(record: MinutiaeFields, block: FeatureBlock, image: ImageGeometry | None, counts: Array) -> None:
    """What a block needs beside its minutiae, where the record does not have it yet."""
    picture = image_of(record)
    width, height = (picture.HLL, picture.VLL) if picture is not None else (None, None)  # type: ignore[attr-defined]
    if image is None or not width or not height:
        raise MinutiaeError(
            f"the block {block.name} tells the size of the image: an image of the same IDC must be there"
        )
    for mnemonic, value in block.fields_beside(image.ppi, width, height, counts).items():
        if getattr(record, mnemonic) in (None, ()):
            setattr(record, mnemonic, value)
