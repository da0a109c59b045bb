"""From a Type-9 to arrays: which block, in which image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.header import read_header
from nistitl.minutiae.arrays import Minutiae, MinutiaeError
from nistitl.minutiae.blocks import BLOCKS, Block, Surroundings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nistitl.images.record import ImageRecord
    from nistitl.minutiae.declared import MinutiaeFields


def blocks_of(record: MinutiaeFields) -> tuple[str, ...]:
    """The blocks that hold minutiae, the richest first."""
    return tuple(name for name, block in BLOCKS.items() if record.raw(block.field))


def block_named(record: MinutiaeFields, name: str | None) -> Block:
    """The block of that name, or the richest that holds minutiae."""
    if name is None:
        there = blocks_of(record)
        if not there:
            raise MinutiaeError("the record holds no minutiae of a public block")
        name = there[0]
    if name not in BLOCKS:
        raise MinutiaeError(f"there is no block {name!r}; blocks are {', '.join(BLOCKS)}")
    return BLOCKS[name]


def minutiae_of(
    record: MinutiaeFields, name: str | None, units: str, ppi: float | None, height: int | None
) -> Minutiae:
    """The minutiae of a block; see `Type9.minutiae`."""
    if units not in ("pixels", "own"):
        raise MinutiaeError(f"there are no units {units!r}; units are pixels and own")
    block = block_named(record, name)
    own = own_minutiae(record, block)
    if units == "own":
        return Minutiae(own, block.name, "own", None)
    image = surroundings(record, ppi, height)
    pixels = block.frame(record, image).to_pixels(own)
    return Minutiae(pixels, block.name, "pixels", image.ppi if image is not None else None)


def own_minutiae(record: MinutiaeFields, block: Block) -> NDArray[Any]:
    """The minutiae of a block in its own units. MinutiaeError for a field that is not numbers where it must be."""
    raw = bytes(record.raw(block.field) or b"")
    if not raw:
        raise MinutiaeError(f"the record holds no minutiae of the block {block.name}")
    try:
        return block.minutiae(raw)
    except (ValueError, OverflowError) as error:
        raise MinutiaeError(f"9.{block.field:03d} does not decode: {error}") from None


def counts_of(record: MinutiaeFields, name: str | None) -> NDArray[Any]:
    """The ridge counts of a block; see `Type9.ridge_counts`."""
    block = block_named(record, name)
    try:
        return block.counts(record)
    except (ValueError, OverflowError) as error:
        raise MinutiaeError(f"the ridge counts of {block.name} do not decode: {error}") from None


_IMAGES = (13, 14, 15, 4, 19)


def image_of(record: MinutiaeFields) -> ImageRecord | None:
    """The record of the image; see `Type9.image_record`."""
    reference = record.context.owner
    if reference is None:
        return None
    owner = reference()
    if owner is None:
        raise MinutiaeError("the transaction of this record is gone, and the image with it: keep it in a variable")
    same: list[Any] = [one for one in owner if one.type in _IMAGES and one.idc == record.idc]
    return min(same, key=lambda one: _IMAGES.index(one.type), default=None)


def surroundings(record: MinutiaeFields, ppi: float | None, height: int | None) -> Surroundings | None:
    """Resolution and height of the image: as given, else of the record of the same IDC; None where neither tells."""
    image = image_of(record) if ppi is None or height is None else None
    if ppi is None:
        ppi = image.ppi if image is not None else None
    if ppi is None:
        return None
    if not ppi > 0:
        raise MinutiaeError(f"a resolution of {ppi} pixels per inch is none")
    return Surroundings(ppi, height if height is not None else size_of(image)[1])


def size_of(image: Any) -> tuple[int | None, int | None]:
    """Width and height that the image has; those which its record says where the codestream tells none."""
    if image is None:
        return None, None
    header = read_header(image.DATA) if image.DATA is not None else None
    return (header.width, header.height) if header is not None else (image.HLL, image.VLL)
