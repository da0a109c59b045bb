"""Cores and deltas from arrays into a block of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, HUNDREDTHS, MinutiaeError, empty, filled, no_deltas
from nistitl.minutiae.blocks.base import ImageGeometry
from nistitl.minutiae.features import Features
from nistitl.minutiae.holding import held
from nistitl.minutiae.image import geometry_of
from nistitl.minutiae.reading import check_units
from nistitl.minutiae.selection import block_named, blocks_of, with_minutiae
from nistitl.minutiae.writing import at_resolution_of, set_fields

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.frame import Frame
    from nistitl.minutiae.items import MinutiaeFields

Kind = Literal["cores", "deltas"]
_ANY = ImageGeometry(HUNDREDTHS, 1_000_000)  # to go through where the numbers are the block's own
_ANGLES = ("theta", "up", "left", "right")


def set_points(
    record: MinutiaeFields,
    kind: Kind,
    points: Array,
    name: str | None,
    units: str,
    ppi: float | None,
    height: int | None,
) -> list[str]:
    """Write cores or deltas into a block of a record; see `Type9.set_cores`."""
    check_units(units)
    array, label = _checked(points, kind), getattr(points, "block", "")
    own = "own" in (units, getattr(points, "units", ""))
    block = _block(record, kind, label if name is None and own and label else name)
    if own and label not in ("", block.name):
        raise MinutiaeError(f"the {kind} are in units of the block {label}, not of {block.name}: take them in pixels")
    frame = block.frame(record, _ANY if own else at_resolution_of(points, geometry_of(record, ppi, height)))
    if own:
        _to_pixels(array, frame)
    only: dict[str, Any] = {kind: array}
    alone = Features(empty(0), np.zeros(0, np.int16), **only)
    fitting, lost = held(alone, block, block.held_countings(record))
    told = attrs.evolve(
        fitting, counts=block.counts(record), finger=block.finger(record), **_others(record, block, kind, frame)
    )
    fields = block.fields_of_points(told, frame)
    mine = {mnemonic: fields[mnemonic] for mnemonic in block.point_fields[kind]}
    naming, unnamed = block.points_renumbered(record, kind, next(iter(mine.values())))
    set_fields(record, mine | naming)
    return [*lost, *unnamed]


def _block(record: MinutiaeFields, kind: Kind, name: str | None) -> FeatureBlock:
    """The block of that name; else the richest that has such points, or that holds minutiae.

    MinutiaeError where there is none of these.
    """
    if name is not None:
        return block_named(record, name)
    for block in blocks_of(record).values():
        if block.has_cores(record) if kind == "cores" else block.has_deltas(record):
            return block
    names = with_minutiae(record)
    if not names:
        raise MinutiaeError(
            f"the record holds neither {kind} nor minutiae of a public block: name one with block=, "
            f"{' or '.join(blocks_of(record))}"
        )
    return block_named(record, names[0])


def _checked(points: Array, kind: Kind) -> Array:
    """The points with all columns; those that are not given are not known. MinutiaeError for what has no place."""
    given = np.asarray(points)
    names = given.dtype.names or ()
    if given.ndim != 1 or not {"x", "y"} <= set(names):
        raise MinutiaeError(f"expected a structured array of {kind} with x and y; see nistitl.minutiae.{kind.upper()}")
    array = filled(np.full(len(given), np.nan, CORES) if kind == "cores" else no_deltas(len(given)), given)
    if not (np.isfinite(array["x"]).all() and np.isfinite(array["y"]).all()):
        raise MinutiaeError(f"x and y of {kind} must be finite")
    return array


def _to_pixels(array: Array, frame: Frame) -> None:
    """Points in the block's own numbers as if they were in pixels of some image, in place."""
    array["x"], array["y"] = frame.points(array["x"].copy(), array["y"].copy())
    array["radius"] *= frame.scale
    for name in _ANGLES:
        if name in (array.dtype.names or ()):
            array[name] = frame.angle(array[name])


def _others(record: MinutiaeFields, block: FeatureBlock, kind: Kind, frame: Frame) -> dict[str, Any]:
    """The points of the other kind, as they are."""
    return {"deltas": block.deltas(record, frame)} if kind == "cores" else {"cores": block.cores(record, frame)}
