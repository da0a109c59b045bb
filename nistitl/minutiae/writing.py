"""From arrays to a Type-9: into a block that is there, into a new record, from block to block."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np

from nistitl.minutiae import given
from nistitl.minutiae.arrays import MinutiaeError, checked, checked_counts, copied, letters_of
from nistitl.minutiae.blocks.base import ImageGeometry
from nistitl.minutiae.features import Features, Finger
from nistitl.minutiae.holding import (
    NO_NEIGHBOUR,
    NO_ONE,
    NO_RIDGES,
    held,
    held_finger,
    lone,
    taken_for_none,
    told_lone,
)
from nistitl.minutiae.image import geometry_of, whole_geometry
from nistitl.minutiae.meaning import NO_SCALE, PERCENT
from nistitl.minutiae.reading import features_of, of_known, own_minutiae, told_counts
from nistitl.minutiae.selection import block_named, block_or_richest, blocks_of, with_minutiae
from nistitl.minutiae.statements import in_percent, labelled

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.meaning import Meaning

    R = TypeVar("R", bound=MinutiaeFields)

_LEN = 1  # follows every edit by itself


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
    label = getattr(minutiae, "block", "")
    block = block_or_richest(record, label if name is None and label in blocks_of(record) else name)
    own, lost = _in_own_units(record, block, minutiae, geometry_of(record, ppi, height))
    if counts is not None:
        counts = _given_counts(record, block, counts, own)
    elif record.raw(block.field):
        counts, gone = _standing_counts(record, block, own)
        lost += [f"{gone} ridge counts of minutiae that are no longer there"] if gone else []
    if counts is not None:
        counts, uncounted = _held_counts(record, block, counts, own["index"])
        lost += uncounted
    naming, unnamed = block.renumbered(record, own)
    _put(record, block, own, counts)
    set_fields(record, naming)
    return lost + unnamed


def _put(record: MinutiaeFields, block: FeatureBlock, own: Array, counts: Array | None) -> None:
    """Write minutiae and ridge counts in a block's own units."""
    for number, content in block.fields(record, own, counts).items():
        if content is not None:
            record[number] = content
        elif number in record:
            del record[number]


def set_fields(record: MinutiaeFields, fields: Mapping[str, Any]) -> None:
    """Set fields by mnemonic; those of an empty value go."""
    for mnemonic, value in fields.items():
        if value is not None and not (isinstance(value, (tuple, list)) and not value):
            setattr(record, mnemonic, value)
        elif mnemonic in present(record):
            delattr(record, mnemonic)


def _in_own_units(
    record: MinutiaeFields, block: FeatureBlock, minutiae: Array, image: ImageGeometry | None
) -> tuple[Array, list[str]]:
    """The array in the block's units and on its scale as it can hold it, and what it cannot hold.

    An array says of itself in which units, at which resolution and on whose scale of quality it is.
    """
    array, label, units = checked(minutiae), getattr(minutiae, "block", ""), getattr(minutiae, "units", "pixels")
    if units == "own":
        if label not in ("", block.name):
            raise MinutiaeError(f"the array is in units of the block {label}, not of {block.name}: take it in pixels")
        own = copied(array)
    else:
        own = block.frame(record, at_resolution_of(minutiae, image)).to_own(array)
    lost = list[str]()
    if label not in ("", block.name) and (meaning := blocks_of(record).get(label) or labelled(label)) is not None:
        own["quality"] = in_percent(own["quality"], meaning)
        if block.quality != NO_SCALE:
            lost = _lost_above(own, max(PERCENT))
            own["quality"] = block.of_percent(own["quality"])
    return own, [*lost, *fit(own, block)]


def at_resolution_of(minutiae: Array, image: ImageGeometry | None) -> ImageGeometry | None:
    """The image as large as it is at the resolution that an array of pixels says it has."""
    ppi = getattr(minutiae, "ppi", None)
    if ppi is None or image is None or ppi == image.ppi:
        return image if ppi is None or image is not None else ImageGeometry(ppi)
    return ImageGeometry(ppi, None if image.height is None else image.height * ppi / image.ppi)


def _held_counts(record: MinutiaeFields, block: FeatureBlock, counts: Array, index: Array) -> tuple[Array, list[str]]:
    """The ridge counts that the block can hold, and what it cannot of the others: one that says none is none."""
    lost = list[str]()
    if block.most >= NO_NEIGHBOUR and block.tells_lone(record):
        taken = taken_for_none(counts, index)
        if many := int(np.count_nonzero(taken)):
            counts = counts[~taken]
            lost = [f"{many} ridge counts of {NO_RIDGES} to minutia {NO_NEIGHBOUR}, which say that there is none"]
    held_ones, unheld = block.held_counts(record, counts)
    return held_ones, lost + unheld


def _standing_counts(record: MinutiaeFields, block: FeatureBlock, own: Array) -> tuple[Array, int]:
    """The ridge counts of the block as it is between minutiae that stay, and how many are of others."""
    counts = told_counts(record, block)
    if taken_for_none(counts, own["index"]).any():  # they said so as long as no minutia was named like that
        counts = counts[~lone(counts, own_minutiae(record, block)["index"])]
    return of_known(counts, own)


def _given_counts(record: MinutiaeFields, block: FeatureBlock, given_counts: Array, own: Array) -> Array:
    """Ridge counts as a caller gives them, those that say that there is no neighbour as the block is to tell it.

    MinutiaeError for minutiae that are not there, and for what may mean one of two things.
    """
    counts, index = checked_counts(given_counts), own["index"]
    if strangers := of_known(counts, own)[1]:
        raise MinutiaeError(f"{strangers} ridge counts name minutiae that the array does not have")
    if not block.holds_lone_counts:
        return counts[~none] if (none := lone(counts, index)).any() else counts
    if not block.tells_lone(record):
        return counts
    if many := int(np.count_nonzero(taken_for_none(counts, index))):
        raise MinutiaeError(
            f"{many} ridge counts of {NO_RIDGES} to minutia {NO_NEIGHBOUR} may say that there is no neighbour, as "
            f"9.{block.field:03d} spells it: give {NO_ONE} as the neighbour where there is none, and another index to "
            "that minutia where it is meant"
        )
    return told_lone(counts, index)


# -- what a block can hold ----------------------------------------------------------------------


def fit(own: Array, block: Meaning) -> list[str]:
    """Make an array in a block's own units, in place, what the block can hold; list what it cannot.

    MinutiaeError where a minutia lies where the block has no coordinates, and for too many minutiae.
    """
    lost = _lost_types(own, block)
    if block.quality == NO_SCALE:
        if (known := int((own["quality"] >= 0).sum())) > 0:
            lost.append(f"the quality of {known} minutiae")
        own["quality"] = -1
    lost += _lost_uncertainty(own, block)
    if block.quality != NO_SCALE:
        lost += _lost_above(own, max(block.quality))
    _require_room(own, block)
    return lost


def _lost_types(own: Array, block: Meaning) -> list[str]:
    letters = letters_of(own["type"])
    foreign = np.logical_and.reduce([letters != ord(common) for common in block.types.values()])
    if not foreign.any():
        return []
    kinds = ", ".join(sorted(set(own["type"][foreign].tolist())))
    return [f"the type of {int(foreign.sum())} minutiae ({kinds})"]


def _lost_uncertainty(own: Array, block: Meaning) -> list[str]:
    lost = []
    for name, what, most in zip(("radius", "spread"), ("position", "direction"), block.most_uncertainty, strict=True):
        over = own[name] > most if block.holds_uncertainty else ~np.isnan(own[name])
        if over.any():
            above = f" above {most}" if block.holds_uncertainty else ""
            lost.append(f"the {what} uncertainty of {int(over.sum())} minutiae{above}")
            own[name][over] = most if block.holds_uncertainty else np.nan
    return lost


def _lost_above(own: Array, highest: int) -> list[str]:
    over = own["quality"] > highest
    own["quality"][over] = highest
    return [f"the quality of {int(over.sum())} minutiae above {highest}"] if over.any() else []


def _require_room(own: Array, block: Meaning) -> None:
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
) -> R:
    """A record of minutiae; see `Type9.from_minutiae`."""
    block = block_named(kind, name)
    ppi, width, height = given.resolution(ppi), given.pixels("width", width), given.pixels("height", height)
    counts = None if counts is None else checked_counts(counts)
    record = kind(FMT=block.format)
    for mnemonic, value in {**block.fields_beside(ppi, width, height, counts), **fields}.items():
        setattr(record, mnemonic, value)
    _require_counting(record, block, counts)
    own, lost = _in_own_units(record, block, minutiae, ImageGeometry(ppi, height))
    counts = None if counts is None else _given_counts(record, block, counts, own)
    counts, uncounted = (None, []) if counts is None else _held_counts(record, block, counts, own["index"])
    require_held(name, [*lost, *uncounted], lossy)
    _put(record, block, own, counts)
    return record


def tell_positions(record: MinutiaeFields, positions: Sequence[int]) -> None:
    """Have the block with minutiae, where it tells no finger, tell these positions as far as it can hold them."""
    for block in map(blocks_of(record).__getitem__, with_minutiae(record)):
        finger = block.finger(record)
        if not any(finger.codes):
            told, _ = held_finger(attrs.evolve(finger, codes=tuple(positions)), block)
            mnemonic = record.elements[block.finger_fields["codes"]].mnemonic
            setattr(record, mnemonic, block.fields_of_finger(told)[mnemonic])


def _require_counting(record: MinutiaeFields, block: FeatureBlock, counts: Array | None) -> None:
    """MinutiaeError for ridge counts where a field has to say what they refer to and does not: no array tells it."""
    mnemonic, codes = block.counting_codes
    if mnemonic and counts is not None and len(counts) and getattr(record, mnemonic) is None:
        quoted = [f'"{code}"' for code in codes]
        raise MinutiaeError(
            f"no array tells to which neighbours the ridge counts of {block.name} are: give {mnemonic}, which is "
            f"{', '.join(quoted[:-1])} or {quoted[-1]}"
        )


def require_held(name: str, lost: Sequence[str], lossy: bool) -> None:
    """MinutiaeError for what a block cannot hold, unless it may be left out."""
    if lost and not lossy:
        raise MinutiaeError(f"the block {name} cannot hold {'; '.join(lost)}; lossy=True leaves it out")


# -- from block to block ------------------------------------------------------------------------


def convert(
    record: MinutiaeFields, to: str, of: str | None, ppi: float | None, width: int | None, height: int | None
) -> list[str]:
    """Add a block made of another one of the record; see `Type9.convert_minutiae`."""
    source = block_or_richest(record, of)
    target = block_named(record, to)
    image, width = whole_geometry(record, source, ppi, width, height)
    features, lost = features_of(record, source, image)
    if target is source:
        return []
    rows = image.height if image is not None else None
    if image is None or (target.tells_size and not (width and rows)):
        raise MinutiaeError(
            f"the block {target.name} tells resolution and size of the image, which nothing here does: give ppi, width "
            "and height, or an image of the same IDC"
        )
    keep = () if record.raw(target.field) else present(record)
    beside = target.fields_beside(image.ppi, width or 0, round(rows or 0), None)
    with _whole_or_not_at_all(record):
        lost += _contradictions(record, target, features, image, keep)
        set_fields(record, {k: v for k, v in beside.items() if k not in keep})
        lost += put_features(record, target, features, image, keep)
        if target.format != "U" or record.FMT is None:
            record.FMT = target.format
    return lost


def _contradictions(
    record: MinutiaeFields, block: FeatureBlock, features: Features, image: ImageGeometry, keep: Container[str]
) -> list[str]:
    """Fields beside a block that say otherwise and stay, as `keep` has them; and what others said that goes."""
    frame, numbers = block.frame(record, image), {one.mnemonic: at for at, one in type(record).elements.items()}
    nothing = attrs.evolve(features, cores=features.cores[:0], deltas=features.deltas[:0], finger=Finger())
    silent = block.fields_of_finger(Finger()) | block.fields_of_points(nothing, frame)
    there = [name for name in silent if name in numbers and record.raw(numbers[name])]
    if not there:
        return []
    blank, full = record.copy(), record.copy()
    set_fields(blank, silent)
    put_features(full, block, features, image, ())
    lost = []
    for name in there:
        before, said, unsaid = (bytes(one.raw(numbers[name]) or b"") for one in (record, full, blank))
        if name in keep and said not in (before, unsaid):
            lost.append(f"9.{numbers[name]:03d} {name}, which stays as it is and says otherwise")
        elif name not in keep and said == unsaid != before:
            lost.append(f"what 9.{numbers[name]:03d} {name} said before")
    return lost


@contextmanager
def _whole_or_not_at_all(record: MinutiaeFields) -> Iterator[None]:
    """A change of several fields: an error leaves all of them as they were."""
    there = record.keys()
    before = {key: record.raw(key) for key in there if key != _LEN}
    try:
        yield
    except Exception:
        for key in dict.fromkeys((*there, *record.keys())):
            if key != _LEN and record.raw(key) != before.get(key):
                record.put(key, before.get(key))
        raise


def put_features(
    record: MinutiaeFields, block: FeatureBlock, features: Features, image: ImageGeometry, keep: Container[str]
) -> list[str]:
    """Write a block with what it can hold of features; list what it cannot. Fields of `keep` stay as they are."""
    finger, lost = held_finger(features.finger, block)
    set_fields(record, {k: v for k, v in block.fields_of_finger(finger).items() if k not in keep})
    features, unheld = held(features, block, block.held_countings(record))
    frame = block.frame(record, image)
    own, misfit = _in_own_units(record, block, features.minutiae, image)
    own["quality"] = np.where(features.facts >= 0, features.facts, own["quality"])
    if block.no_quality is not None:
        own["quality"][own["quality"] < 0] = block.no_quality
    if not block.tells_lone(record):
        features = attrs.evolve(features, counts=features.counts[features.counts["neighbour"] != NO_ONE])
    counts, uncounted = _held_counts(record, block, features.counts, own["index"])
    features = attrs.evolve(features, counts=counts, finger=finger)
    set_fields(record, {k: v for k, v in block.fields_of_points(features, frame).items() if k not in keep})
    if len(counts):
        set_fields(record, block.fields_of_counting(features.counting))
    naming, unnamed = block.renumbered(record, own[:0])
    _put(record, block, own, block.new_counts(own, counts))
    set_fields(record, naming)
    return [*lost, *unheld, *misfit, *uncounted, *unnamed]


def present(record: MinutiaeFields) -> frozenset[str]:
    """The mnemonics of the fields that a record has."""
    return frozenset(one.mnemonic for number, one in type(record).elements.items() if number in record)
