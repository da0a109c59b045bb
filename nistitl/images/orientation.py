"""Images that are stored lying: the turn that EXIF asks for, and pixels that are turned. CIPA DC-008, 4.6.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import library
from nistitl.images.errors import ImageError

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.images.resolution import Density

_FIRST_LYING = 5  # from this one on rows are columns
_STEPS = {1: (1, 1), 2: (1, -1), 3: (-1, -1), 4: (-1, 1), 5: (1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}
_PILLOW_MODES = ("L", "RGB", "I;16")  # whose values are those of the pixels


def turned(image: Image, orientation: int) -> Image:
    """The pixels as they are to be seen, of an image that is stored in one of the eight orientations."""
    import numpy as np

    picture: Any = image.swapaxes(0, 1) if orientation >= _FIRST_LYING else image
    down, across = _STEPS[orientation]
    return np.ascontiguousarray(picture[::down, ::across])


def turned_densities(told: list[Density], orientation: int) -> list[Density]:
    """What is told of the resolution, of the image when it is turned."""
    return [one.turned() for one in told] if orientation >= _FIRST_LYING else told


def pixels_given(image: Any, turn: bool | None) -> Any:
    """An array as it is; of a picture of Pillow the array, turned as its EXIF says unless `turn` is False."""
    if not hasattr(image, "getexif"):
        return image
    with library("Pillow"):
        import numpy as np
        from PIL import ImageOps

        if image.mode not in _PILLOW_MODES:
            raise ImageError(f"a picture of mode {image.mode} is no array of gray or RGB; convert it first")
        return np.asarray(image if turn is False else ImageOps.exif_transpose(image))


def refusal(orientation: int, what: str) -> ImageError:
    """The error of an image that is to be turned, where nobody said what is to be done."""
    return ImageError(f"EXIF says that the image is to be turned (orientation {orientation}): {what}")
