"""Images that are stored lying: the turn that EXIF asks for, and pixels that are turned. CIPA DC-008, 4.6.4."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nistitl.images.alpha import gray_if_gray, laid_on
from nistitl.images.arrays import library
from nistitl.images.errors import ImageError
from nistitl.images.resolution import Density
from nistitl.images.streams.exif import UPRIGHT

if TYPE_CHECKING:
    from nistitl.images.arrays import Image

_FIRST_LYING = 5  # from this one on rows are columns
_STEPS = {1: (1, 1), 2: (1, -1), 3: (-1, -1), 4: (-1, 1), 5: (1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}
_ORIENTATION, _RESOLUTION = 274, 282  # tags of EXIF and TIFF
_INVENTED = ((1.0, 1.0), (72.0, 72.0))  # what Pillow says of a TIFF, of a JPEG with EXIF, that do not say it
_DPI_STEP = 1.0  # some formats round it to whole numbers
_PILLOW_MODES = {  # the mode that has the pixels, of each that has no more than gray or RGB
    "1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBX": "RGB", "LA": "L", "PA": "RGB", "RGBA": "RGB",
    "I;16": "I;16", "I;16L": "I;16L", "I;16B": "I;16B", "I": "I",
}  # fmt: skip
_MOST = 65535  # that a pixel of 16 bits may be


def turned(image: Image, orientation: int) -> Image:
    """The pixels as they are to be seen, of an image that is stored in one of the eight orientations."""
    import numpy as np

    picture: Any = image.swapaxes(0, 1) if orientation >= _FIRST_LYING else image
    down, across = _STEPS[orientation]
    return np.ascontiguousarray(picture[::down, ::across])


def turned_densities(told: list[Density], orientation: int) -> list[Density]:
    """What is told of the resolution, of the image when it is turned."""
    return [one.turned() for one in told] if orientation >= _FIRST_LYING else told


def pixels_given(image: Any, turn: bool | None, background: int | None = None) -> tuple[Image, int]:
    """The pixels of a picture of Pillow and their depth, turned as its EXIF says unless `turn` is False.

    Palettes become colours, or gray where they are grays. ImageError for modes that are neither gray nor RGB.
    """
    with library("Pillow"):
        import numpy as np
        from PIL import ImageOps

        shown = image if turn is False else ImageOps.exif_transpose(image)
        transparent = "transparency" in shown.info or "A" in shown.getbands()
        if shown.mode not in _PILLOW_MODES or (transparent and shown.mode.startswith("I")):
            raise ImageError(
                f"a picture of mode {shown.mode} is neither gray nor RGB of whole numbers; "
                "convert it first: image.convert('L') or image.convert('RGB')"
            )
        palette, wanted = shown.mode in ("P", "PA"), _PILLOW_MODES[shown.mode]
        alpha = np.asarray(shown.convert("RGBA"))[..., 3] if transparent else None
        pixels: Any = np.asarray(shown if wanted == shown.mode else shown.convert(wanted))
    if pixels.dtype.kind == "i" and not 0 <= int(pixels.min()) <= int(pixels.max()) <= _MOST:
        raise ImageError("a picture of mode I has pixels beyond 16 bits; scale them to 0 to 65535")
    if pixels.dtype != np.uint8:
        pixels = pixels.astype(np.uint16)
    if alpha is not None:
        pixels, _ = laid_on(pixels, alpha, background)
    pixels = gray_if_gray(pixels) if palette else pixels
    return np.ascontiguousarray(pixels), pixels.itemsize * 8


def densities_given(image: Any, turn: bool | None) -> list[Density]:
    """What a picture of Pillow says of its resolution, turned as its pixels are; nothing of an array."""
    if not hasattr(image, "getexif"):
        return []
    exif = image.getexif()
    orientation = UPRIGHT if turn is False else exif.get(_ORIENTATION, UPRIGHT)
    told: list[Density] = []
    with suppress(TypeError, ValueError):  # anything may stand there
        across, down = map(float, image.info.get("dpi", ()))
        stands = _RESOLUTION in exif or image.info.get("jfif_unit")
        if across and down and (stands or (across, down) not in _INVENTED):
            told.append(Density("Pillow's dpi", across, down, step=_DPI_STEP))
    return turned_densities(told, orientation if orientation in _STEPS else UPRIGHT)


def refusal(orientation: int, what: str) -> ImageError:
    """The error of an image that is to be turned, where nobody said what is to be done."""
    return ImageError(f"EXIF says that the image is to be turned (orientation {orientation}): {what}")
