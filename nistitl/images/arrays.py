"""Around the libraries that decode and encode: what they are given, what they give, and what they raise."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, needing
from nistitl.base.text import without_quotations
from nistitl.images.errors import CutOff, ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.images.header import Header

    Image = NDArray[np.uint8] | NDArray[np.uint16]
    MaskedImage = np.ma.MaskedArray[Any, np.dtype[Any]]

MOST_BITS = 16  # of a component
WARNINGS = 2  # of the verbosity of imagecodecs: warnings, too, not what it is doing
_MOST_COMPONENTS = 4  # three colours and alpha


@contextmanager
def library(name: str) -> Iterator[None]:
    """Around the calls of another library: what it raises becomes ours, its absence says what to install."""
    try:
        with needing(name):
            yield
    except ITLError:
        raise
    except Exception as error:
        raise ImageError(f"{name}: {without_quotations(str(error)) or type(error).__name__}") from None


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What a decoder of imagecodecs warns of in this thread: it logs that, and prints nothing meanwhile."""
    said: list[str] = []
    thread = get_ident()

    def take(record: logging.LogRecord) -> bool:
        if record.thread != thread:
            return True
        said.append(without_quotations(record.getMessage().strip()))
        return False

    logger = logging.getLogger("imagecodecs")
    logger.addFilter(take)
    try:
        yield said
    finally:
        logger.removeFilter(take)


def check_header(header: Header, max_pixels: int) -> None:
    """Refuse what must not reach a library: too large, cut off, or of a kind that becomes no array."""
    if header.pixels > max_pixels:
        raise ImageError(f"{header.width} x {header.height} pixels are more than the limit of {max_pixels}")
    if header.samples > _MOST_COMPONENTS * max_pixels:
        raise ImageError(f"{header.samples} samples in all components are more than the limit of {max_pixels} pixels")
    if header.components not in (1, 3):
        raise ImageError(f"{header.codec}: images of {header.components} components are not decoded")
    if header.bits > MOST_BITS:
        raise ImageError(f"{header.codec}: images of {header.bits} bits are not decoded")
    if header.truncated:
        raise cut_off(header.codec)


def cut_off(codec: str, missing: str = "") -> CutOff:
    """The error of an image of which a part is missing."""
    ending = f": {missing}" if missing else ""
    return CutOff(f"{codec}: the codestream is cut off{ending}; pixels(truncated=True) gives what there is")


def without_end(codec: str) -> ImageError:
    """The error of a codestream that lacks its end marker, for those who mend nothing."""
    return ImageError(f"{codec}: the codestream has no end marker")


def checked(array: Any, header: Header) -> Image:
    """The array that a library gave, without alpha, if it is the image that the header describes."""
    import numpy as np

    if header.alpha:
        components = header.components + 1
        if array.shape != (header.height, header.width, components):
            raise ImageError(f"{header.codec}: the image is not what its header says")
        array = array[..., 0] if components == 2 else array[..., : components - 1]
    kind = np.uint8 if header.bits <= 8 else np.uint16
    if array.shape != header.shape or array.dtype != kind:
        raise ImageError(f"{header.codec}: the image is not what its header says")
    image: Image = np.ascontiguousarray(array)
    return image


def as_image(array: Any, codec: str, *, most_bits: int = MOST_BITS, colour: bool = True) -> Image:
    """An array to encode: uint8 or uint16 of (rows, columns) or (rows, columns, 3), if the codec can carry it."""
    with library(codec):
        import numpy as np

        image = np.ascontiguousarray(array)
    if image.dtype not in (np.uint8, np.uint16):
        raise ImageError(f"{codec}: pixels are uint8 or uint16, not {image.dtype}")
    if not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)) or 0 in image.shape:
        raise ImageError(f"{codec}: an image is (rows, columns) or (rows, columns, 3), not {image.shape}")
    if image.ndim == 3 and not colour:
        raise ImageError(f"{codec} carries gray images only")
    if image.itemsize * 8 > most_bits:
        raise ImageError(f"{codec} carries no more than {most_bits} bits a component")
    return image


def depth_of(image: Image, bits: int | None, codec: str) -> int:
    """Bits of a component to write: those asked for if every pixel fits, or those of the array."""
    stored = image.itemsize * 8
    depth = stored if bits is None else bits
    if not stored - 8 < depth <= stored:
        raise ImageError(f"{codec}: {depth} bits do not go with an array of {image.dtype}")
    if int(image.max()) >> depth:
        raise ImageError(f"{codec}: there are pixels of more than {depth} bits")
    return depth
