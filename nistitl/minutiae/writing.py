"""From arrays to a Type-9: into a block that is there, into a new record, from block to block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nistitl.minutiae import items
from nistitl.minutiae.arrays import DTYPE, HUNDREDTHS, MinutiaeError, among, copied, empty, letters_of
from nistitl.minutiae.blocks import BLOCKS, Block, Surroundings
from nistitl.minutiae.reading import block_named, counts_of, image_of, minutiae_of, surroundings
from nistitl.model.kinds import record_class
from nistitl.wire.grammar import RS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nistitl.minutiae.declared import MinutiaeFields

    Array = NDArray[Any]

_FORMAT_OWNER, _FORMAT_TYPE, _FORMAT_WITH_COUNTS = 27, 513, 514  # INCITS 378-2004 in 9.126, with extended data
_EFS_MINUTIAE, _NAMING = 331, (361, 381)  # 9.361 CPF and 9.381 FCC name features by field and place
_NONE = 255  # a neighbour that is none
_UNKNOWN_SYSTEM = ("UNKNOWN", "U", None)
_NO_QUALITY = ("254", None, None)  # no attempt to tell it


def set_minutiae(
    record: MinutiaeFields,
    minutiae: Array,
    name: str | None,
    counts: Array | None,
    ppi: float | None,
    height: int | None,
) -> list[str]:
    """Write minutiae into a block of a record; see `Type9.set_minutiae`."""
    block = block_named(record, name or getattr(minutiae, "block", "") or None)
    array = checked(minutiae)
    own, lost = _own(record, block, array, getattr(minutiae, "units", "pixels"), surroundings(record, ppi, height))
    if counts is not None:
        _check_named(counts, own)
    elif record.raw(block.field):
        counts, gone = _still(counts_of(record, block.name), own)
        lost += [f"{gone} ridge counts of minutiae that are no longer there"] if gone else []
    if counts is not None:
        counts, more = held_counts(counts, block)
        lost += more
    if block.name == "efs" and (about := _references(record, own)):
        lost.append(about)
    for number, content in block.fields(record, own, counts).items():
        if content is None:
            del_field(record, number)
        else:
            record[number] = content
    return lost


def _references(record: MinutiaeFields, own: Array) -> str | None:
    """What to say of fields that name minutiae by their places, where those may be others now."""
    before = bytes(record.raw(_EFS_MINUTIAE) or b"")
    kept = len(own) > before.count(RS) and bool((own["index"] == np.arange(1, len(own) + 1)).all())
    if not before or kept:
        return None
    naming = [f"9.{number}" for number in _NAMING if b"331" in bytes(record.raw(number) or b"")]
    return f"what {' and '.join(naming)} mean: they name minutiae by places that have changed" if naming else None


def _check_named(counts: Array, own: Array) -> None:
    """Ridge counts are between minutiae that are there."""
    if strangers := _still(counts, own)[1]:
        raise MinutiaeError(f"{strangers} ridge counts name minutiae that the array does not have")


def del_field(record: MinutiaeFields, number: int) -> None:
    """Take a field out where it is there."""
    if number in record:
        del record[number]


def checked(minutiae: Array) -> Array:
    """The array as DTYPE; columns that are not given are not known."""
    given = np.asarray(minutiae)
    if given.dtype.names is None or not {"x", "y", "theta"} <= set(given.dtype.names):
        raise MinutiaeError("expected a structured array with x, y and theta; see nistitl.minutiae.DTYPE")
    if given.dtype == DTYPE:
        array = given
    else:
        array = empty(len(given))
        for name in given.dtype.names:
            if name in DTYPE.names:  # type: ignore[operator]
                array[name] = given[name]
    if not np.isfinite(array["x"]).all() or not np.isfinite(array["y"]).all() or not np.isfinite(array["theta"]).all():
        raise MinutiaeError("x, y and theta must be finite")
    index = array["index"]
    ascending = bool((np.diff(index) > 0).all())
    if (not ascending and len(np.unique(index)) < len(index)) or (len(index) and int(index.min()) < 1):
        raise MinutiaeError("each minutia has an index of its own, from 1")
    return array


def _own(
    record: MinutiaeFields, block: Block, array: Array, units: str, image: Surroundings | None
) -> tuple[Array, list[str]]:
    """The array in the block's units, and what the block cannot hold."""
    own = copied(array) if units == "own" else block.frame(record, image).to_own(array)
    return own, losses(own, block)


def losses(own: Array, block: Block) -> list[str]:
    """What a block cannot hold of an array in its own units; the array is left as the block will hold it."""
    lost = []
    letters = letters_of(own["type"])
    foreign = np.logical_and.reduce([letters != ord(common) for common in block.types.values()])
    if foreign.any():
        kinds = ", ".join(sorted(set(own["type"][foreign].tolist())))
        lost.append(f"the type of {int(foreign.sum())} minutiae ({kinds})")
    if block.name == "efs":
        if (own["quality"] >= 0).any():
            lost.append(f"the quality of {int((own['quality'] >= 0).sum())} minutiae")
        own["quality"] = -1
    else:
        for name, what in (("radius", "position uncertainty"), ("spread", "direction uncertainty")):
            if (known := ~np.isnan(own[name])).any():
                lost.append(f"the {what} of {int(known.sum())} minutiae")
            own[name] = np.nan
        lost += _clipped(own, block)
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
    return lost


def _clipped(own: Array, block: Block) -> list[str]:
    over = own["quality"] > block.quality[1]
    own["quality"][over] = block.quality[1]
    return [f"the quality of {int(over.sum())} minutiae above {block.quality[1]}"] if over.any() else []


def _still(counts: Array, own: Array) -> tuple[Array, int]:
    """The ridge counts whose minutiae are there, and how many are not; neighbours that are none stay."""
    center, neighbour = np.ascontiguousarray(counts["center"]), np.ascontiguousarray(counts["neighbour"])
    named = among(own["index"], neighbour) | (neighbour == _NONE) | (neighbour == 0)
    there = among(own["index"], center) & named
    if there.all():
        return counts, 0
    return counts[there], len(counts) - int(there.sum())


def held_counts(counts: Array, block: Block) -> tuple[Array, list[str]]:
    """The ridge counts that a block can hold, and what it cannot of the others."""
    lost = []
    if block.name == "iafis":
        own = counts["center"].astype(np.int64) * 256 + counts["sector"]
        first = np.zeros(len(counts), np.bool_)
        first[np.unique(own, return_index=True)[1]] = True
        held = first & (counts["sector"] >= 0) & (counts["sector"] < 8) & (counts["count"] < 100)
        if not held.all():
            lost.append(f"{int((~held).sum())} ridge counts that are not the one of an octant")
        return counts[held], lost
    for name in ("sector", "residual"):
        if block.name != "m1" and (block.name != "standard" or name != "residual"):
            continue
        if told := np.count_nonzero(counts[name] >= 0):
            lost.append(f"the {name} of {told} ridge counts")
    return counts, lost


# -- a new record -------------------------------------------------------------------------------


def record_from(
    minutiae: Array,
    name: str,
    ppi: float,
    width: int,
    height: int,
    counts: Array | None,
    lossy: bool,
    fields: dict[str, Any],
    left_out: Sequence[str] = (),
) -> MinutiaeFields:
    """A record of minutiae; see `Type9.from_minutiae`."""
    if name not in BLOCKS:
        raise MinutiaeError(f"there is no block {name!r}; blocks are {', '.join(BLOCKS)}")
    if not ppi > 0 or width < 1 or height < 1:
        raise MinutiaeError("expected the resolution, width and height of the image")
    block = BLOCKS[name]
    record: MinutiaeFields = cast("type[MinutiaeFields]", record_class(9))(FMT="S" if name == "standard" else "U")
    for mnemonic, value in _frame_fields(name, ppi, width, height, counts).items():
        setattr(record, mnemonic, value)
    for mnemonic, value in fields.items():
        setattr(record, mnemonic, value)
    units = getattr(minutiae, "units", "pixels")
    own, lost = _own(record, block, checked(minutiae), units, Surroundings(ppi, height))
    counts, more = (None, []) if counts is None else held_counts(counts, block)
    if (lost := [*lost, *more, *left_out]) and not lossy:
        raise MinutiaeError(f"the block {name} cannot hold {'; '.join(lost)}; lossy=True leaves it out")
    for number, content in block.fields(record, own, counts).items():
        if content is not None:
            record[number] = content
    return record


def _frame_fields(name: str, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
    """The fields that say how the block's coordinates lie in the image, and those a block must have.

    Those that nothing here can tell (finger, quality, product) say that they are not known.
    """
    counted = counts is not None and len(counts) > 0
    sector = int(counts["sector"].max()) if counts is not None and len(counts) else -1
    if name == "efs":
        size = [max(1, round(pixels * HUNDREDTHS / ppi)) for pixels in (width, height)]
        made: dict[str, Any] = {"ROI": items.RegionOfInterest(*size), "FPP": [items.FrictionRidgePosition(0)]}
        if sector >= 0:
            made["MRA"] = "OCTANT" if sector > 3 else "QUADRANT"
        return made
    if name == "m1":
        kind = items.CbeffInformation(_FORMAT_OWNER, _FORMAT_WITH_COUNTS if counted else _FORMAT_TYPE, "00000000")
        return {
            "CBI": kind, "CEI": items.CaptureEquipment("NONE", "0"), "FVW": 0, "FGP": 0, "FQD": [_NO_QUALITY],
            "HLL": width, "VLL": height, "SLC": 1, "THPS": round(ppi), "TVPS": round(ppi),
        }  # fmt: skip
    if name == "standard":
        return {"OFR": [_UNKNOWN_SYSTEM], "FGPT": 0, "FPC": [("T", "UN")]}
    return {}


# -- from block to block ------------------------------------------------------------------------


def convert(record: MinutiaeFields, to: str, of: str | None, ppi: float | None, height: int | None) -> list[str]:
    """Add a block made of another one of the record; see `Type9.convert_minutiae`."""
    source = block_named(record, of)
    if to not in BLOCKS:
        raise MinutiaeError(f"there is no block {to!r}; blocks are {', '.join(BLOCKS)}")
    image = surroundings(record, ppi, height)
    minutiae = minutiae_of(record, source.name, "pixels", ppi, height)
    counts = counts_of(record, source.name)
    if to == source.name:
        return []
    counts, gone = _still(counts, minutiae)
    counts = counts[np.isin(counts["neighbour"], minutiae["index"])] if to in ("m1", "efs") else counts
    block = BLOCKS[to]
    counts, uncounted = held_counts(counts, block)
    _prepare(record, to, image, counts)
    array, lost = scaled_quality(np.array(minutiae, DTYPE), source, block)
    own, more = _own(record, block, array, "pixels", image)
    for number, content in block.fields(record, own, counts).items():
        if content is not None:
            record[number] = content
    return [*lost, *more, *uncounted, *([f"{gone} ridge counts"] if gone else [])]


def _prepare(record: MinutiaeFields, to: str, image: Surroundings | None, counts: Array) -> None:
    """What a block needs beside its minutiae, where the record does not have it yet."""
    picture = image_of(record)
    width, height = (picture.HLL, picture.VLL) if picture is not None else (None, None)  # type: ignore[attr-defined]
    if image is None or not width or not height:
        raise MinutiaeError(f"the block {to} tells the size of the image: an image of the same IDC must be there")
    for mnemonic, value in _frame_fields(to, image.ppi, width, height, counts).items():
        if getattr(record, mnemonic) in (None, ()):
            setattr(record, mnemonic, value)


def scaled_quality(array: Array, source: Block, target: Block) -> tuple[Array, list[str]]:
    """Quality on the scale of another block; the numbers below each scale (manual, none) become none."""
    if source.quality == target.quality or target.quality == (0, 0) or source.quality == (0, 0):
        return array, []
    low, high = source.quality
    known = array["quality"] >= low
    span = (array["quality"][known] - low) / (high - low)
    lost = ["the exact quality, which is on another scale"] if known.any() else []
    array["quality"] = -1
    array["quality"][known] = np.rint(target.quality[0] + span * (target.quality[1] - target.quality[0]))
    return array, lost
