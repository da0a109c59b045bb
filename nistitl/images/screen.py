"""An image of a record as a picture that can be drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.arrays import library

if TYPE_CHECKING:
    from PIL.Image import Image

    from nistitl.images.record import ImageRecord


def eight_bit_picture(record: ImageRecord) -> Image:
    """The whole image, grey or coloured; of deeper samples the upper eight bits that are used."""
    array = record.array
    if array.dtype.itemsize > 1:
        array = (array >> max(0, int(array.max()).bit_length() - 8)).astype("uint8")
    with library("the drawing"):
        from PIL import Image

        return Image.fromarray(array)
