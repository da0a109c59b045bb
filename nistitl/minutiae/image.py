"""The image that features are of: the record that holds it, its size and its resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.registry import read_header
from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.blocks.base import ImageGeometry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.record import ImageRecord
    from nistitl.minutiae.items import MinutiaeFields

_IMAGES = (13, 14, 15, 4, 19)  # record types: the latent itself before prints


def image_of(record: MinutiaeFields) -> ImageRecord | None:
    """The record of the image; see `Type9.image_record`."""
    images: Iterator[Any] = (image for kind in _IMAGES for image in record.with_idc(kind))
    return next(images, None)


def geometry_of(record: MinutiaeFields, ppi: float | None = None, height: int | None = None) -> ImageGeometry | None:
    """Resolution of the image and its height at it: as given, else of the record of the same IDC; None for neither.

    MinutiaeError for a resolution that is not above 0.
    """
    image = image_of(record) if ppi is None or height is None else None
    own = image.ppi if image is not None else None
    ppi = own if ppi is None else ppi
    if ppi is None:
        return None
    if not ppi > 0:
        raise MinutiaeError(f"a resolution of {ppi} pixels per inch is none")
    if height is not None:
        return ImageGeometry(ppi, height)
    rows = size_of(image)[1]
    return ImageGeometry(ppi, rows if rows is None or own is None else rows * ppi / own)


def size_of(image: Any) -> tuple[int | None, int | None]:
    """Width and height that the image has; those which its record says where the codestream tells none."""
    if image is None:
        return None, None
    header = read_header(image.DATA) if image.DATA is not None else None
    return (header.width, header.height) if header is not None else (image.HLL, image.VLL)
