"""From the blocks of a Type-9 to arrays: minutiae, ridge counts, cores and deltas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, DTYPE, Minutiae, MinutiaeError, Points, among, no_deltas
from nistitl.minutiae.features import Features
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.holding import NO_NEIGHBOUR, NO_ONE, NO_RIDGES, lone, names_no_neighbour, told_lone
from nistitl.minutiae.image import geometry_of, image_of
from nistitl.minutiae.selection import block_named, block_or_richest, blocks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import FeatureBlock, ImageGeometry
    from nistitl.minutiae.items import MinutiaeFields


def minutiae_of(
    record: MinutiaeFields,
    name: str | None = None,
    units: str = "pixels",
    ppi: float | None = None,
    height: int | None = None,
) -> Minutiae:
    """The minutiae of a block; see `Type9.minutiae`."""
    check_units(units)
    block = block_or_richest(record, name)
    if units == "own":
        return Minutiae(own_minutiae(record, block), block.name, "own", None)
    return _placed(record, block, geometry_of(record, ppi, height))


def _placed(record: MinutiaeFields, block: FeatureBlock, image: ImageGeometry | None) -> Minutiae:
    """The minutiae of a block in pixels of an image."""
    own = own_minutiae(record, block)
    pixels = block.frame(record, image).to_pixels(own)
    return Minutiae(pixels, block.name, "pixels", square_ppi_of(record, block, image))


def own_minutiae(record: MinutiaeFields, block: FeatureBlock) -> Array:
    """The minutiae of a block in its own units. MinutiaeError for a field that is not numbers where it must be."""
    raw = bytes(record.raw(block.field) or b"")
    if not raw:
        raise MinutiaeError(f"the record holds no minutiae of the block {block.name}")
    try:
        return block.minutiae(raw)
    except (ValueError, OverflowError) as error:
        raise MinutiaeError(f"9.{block.field:03d} does not decode: {error}") from None


def counts_of(record: MinutiaeFields, name: str | None) -> Array:
    """The ridge counts of a block; see `Type9.ridge_counts`."""
    block = block_or_richest(record, name)
    counts = told_counts(record, block)
    if block.tells_lone(record) and not names_no_neighbour(own_minutiae(record, block)["index"]):
        none = (counts["neighbour"] == NO_ONE) & (counts["count"] == NO_RIDGES)
        counts["neighbour"][none] = NO_NEIGHBOUR
    return counts


def told_counts(record: MinutiaeFields, block: FeatureBlock) -> Array:
    """The ridge counts of a block; those of octants have 0 as the neighbour where they say that there is none."""
    try:
        return block.counts(record)
    except (ValueError, OverflowError) as error:
        raise MinutiaeError(f"the ridge counts of {block.name} do not decode: {error}") from None


def cores_of(
    record: MinutiaeFields,
    ppi: float | None = None,
    height: int | None = None,
    units: str = "pixels",
    name: str | None = None,
) -> Points:
    """The cores of a block, by default the richest that has some; see `Type9.cores`."""
    for block in _named_or_all(record, name):
        if block.has_cores(record):
            return _labelled(
                record, block, block.cores(record, frame_of(record, block, units, ppi, height)), units, ppi
            )
    return Points(np.zeros(0, CORES))


def deltas_of(
    record: MinutiaeFields,
    ppi: float | None = None,
    height: int | None = None,
    units: str = "pixels",
    name: str | None = None,
) -> Points:
    """The deltas of a block, by default the richest that has some; see `Type9.deltas`."""
    for block in _named_or_all(record, name):
        if block.has_deltas(record):
            return _labelled(
                record, block, block.deltas(record, frame_of(record, block, units, ppi, height)), units, ppi
            )
    return Points(no_deltas(0))


def _named_or_all(record: MinutiaeFields, name: str | None) -> Iterable[FeatureBlock]:
    return blocks_of(record).values() if name is None else (block_named(record, name),)


def _labelled(record: MinutiaeFields, block: FeatureBlock, points: Array, units: str, ppi: float | None) -> Points:
    """Cores or deltas that say of which block and in which units they are."""
    told = None if units == "own" else square_ppi_of(record, block, geometry_of(record, ppi))
    return Points(points, block.name, units, told)


def square_ppi_of(record: MinutiaeFields, block: FeatureBlock, image: ImageGeometry | None) -> float | None:
    """Pixels per inch of the image, else as the block tells it; None where pixels are not square."""
    told = image or block.resolution(record)
    return told.across if told is not None and told.square else None


def frame_of(record: MinutiaeFields, block: FeatureBlock, units: str, ppi: float | None, height: int | None) -> Frame:
    """How a block's numbers become those that are asked for. MinutiaeError for pixels that nothing tells."""
    check_units(units)
    return Frame(1.0) if units == "own" else block.frame(record, geometry_of(record, ppi, height))


def check_units(units: str) -> None:
    """MinutiaeError for units that are none."""
    if units not in ("pixels", "own"):
        raise MinutiaeError(f"there are no units {units!r}; units are pixels and own")


def features_of(record: MinutiaeFields, block: FeatureBlock, image: ImageGeometry | None) -> tuple[Features, list[str]]:
    """What a block tells, in common terms, and which of its ridge counts are of minutiae that are not there."""
    minutiae = np.array(_placed(record, block, image), DTYPE)
    minutiae["quality"] = block.percent(minutiae["quality"])
    facts = block.facts(record, len(minutiae))
    counts, gone = of_known(told_counts(record, block), minutiae)
    counts, counting = told_lone(counts, minutiae["index"]), block.counting(record)
    frame, finger = block.frame(record, image), block.finger(record)
    if not finger.codes:
        finger = attrs.evolve(finger, codes=_codes_of_image(record))
    cores = block.cores(record, frame) if block.has_cores(record) else np.zeros(0, CORES)
    deltas = block.deltas(record, frame) if block.has_deltas(record) else no_deltas(0)
    features = Features(minutiae, facts, counts, counting, cores, deltas, finger)
    return features, [f"{gone} ridge counts of minutiae that are not there"] if gone else []


def of_known(counts: Array, minutiae: Array) -> tuple[Array, int]:
    """The ridge counts whose minutiae are there, and how many are not; neighbours that are none stay."""
    center, neighbour = np.ascontiguousarray(counts["center"]), np.ascontiguousarray(counts["neighbour"])
    named = among(minutiae["index"], neighbour) | lone(counts, minutiae["index"])
    there = among(minutiae["index"], center) & named
    if there.all():
        return counts, 0
    return counts[there], len(counts) - int(there.sum())


def _codes_of_image(record: MinutiaeFields) -> tuple[int, ...]:
    """The finger that the image is of, where it tells one; none where it tells several, or nothing."""
    code = getattr(image_of(record), "FGP", None)
    codes = tuple(code) if isinstance(code, (tuple, list)) else () if code is None else (code,)
    return tuple(one for one in codes if isinstance(one, int) and one != 255)
