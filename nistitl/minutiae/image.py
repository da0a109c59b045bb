"""The image that features are of: the record that holds it, its size and its resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.registry import read_header
from nistitl.images.scale import density_said
from nistitl.minutiae import given
from nistitl.minutiae.blocks.base import ImageGeometry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.record import ImageRecord
    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.items import MinutiaeFields

_IMAGES = (13, 14, 15, 4, 19)  # record types: the latent itself before prints


def image_of(record: MinutiaeFields) -> ImageRecord | None:
    """The record of the image; see `Type9.image_record`."""
    images: Iterator[Any] = (image for kind in _IMAGES for image in record.with_idc(kind))
    return next(images, None)


def geometry_of(record: MinutiaeFields, ppi: float | None = None, height: int | None = None) -> ImageGeometry | None:
    """Resolution of the image and its height at it: as given, else of the record of the same IDC; None for neither.

    MinutiaeError for a resolution or a height that is not above 0.
    """
    height = None if height is None else given.pixels("height", height)
    image = image_of(record) if ppi is None or height is None else None
    own = _resolution(image)
    if (told := _square(ppi) or own) is None:
        return None
    if height is not None:
        return ImageGeometry(told.across, height, told.other_down)
    rows = size_of(image)[1]
    tall = rows if rows is None or own is None else rows * told.down / own.down
    return ImageGeometry(told.across, tall, told.other_down)


def whole_geometry(
    record: MinutiaeFields, block: FeatureBlock, ppi: float | None, width: int | None, height: int | None
) -> tuple[ImageGeometry | None, int | None]:
    """The image and its width, each as given, else of the record of the same IDC, else as the block says.

    The size is that at the resolution that counts. MinutiaeError for a resolution or a size that is not above 0.
    """
    width = None if width is None else given.pixels("width", width)
    height = None if height is None else given.pixels("height", height)
    image = image_of(record)
    own = _resolution(image) or block.resolution(record)
    columns, rows = block.image_size(record) if image is None else size_of(image)
    if (told := _square(ppi) or own) is None:
        return None, width
    scale = (told.across / own.across, told.down / own.down) if own is not None else (1, 1)
    height = height or (rows and round(rows * scale[1]))
    return ImageGeometry(told.across, height, told.other_down), width or (columns and round(columns * scale[0]))


def _square(ppi: float | None) -> ImageGeometry | None:
    return None if ppi is None else ImageGeometry(given.resolution(ppi))


def _resolution(image: ImageRecord | None) -> ImageGeometry | None:
    """The resolution that the record of an image says; None for an aspect ratio, or nothing."""
    said = density_said(image) if image is not None else None
    if said is None or said.ratio:
        return None
    return ImageGeometry(said.across, None, None if said.down == said.across else said.down)


def size_of(image: Any) -> tuple[int | None, int | None]:
    """Width and height that the image has; those which its record says where the codestream tells none."""
    if image is None:
        return None, None
    header = read_header(image.DATA) if image.DATA is not None else None
    return (header.width, header.height) if header is not None else (image.HLL, image.VLL)
