"""Codecs: one module each, found by the name that CGA spells, ours by the same door as anybody's.

A codec is offered as an entry point of the group `nistitl.codecs`. Every decoder checks the header that
was read with our own code before it calls a library, and the array against that header afterwards;
whatever a library raises leaves here as ImageError.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.plugins import CODECS, find
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.wire.fields import Raw

    Image = NDArray[np.uint8] | NDArray[np.uint16]

_MOST_BITS = 16


class Codec(Protocol):
    """What an entry point of the group `nistitl.codecs` stands for."""

    name: str
    lossless: bool

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """The pixels: uint8 or uint16, C-contiguous, (rows, columns) or (rows, columns, 3); alpha is dropped.

        Raises ImageError above `max_pixels`, where the header is not the image, and (`strict`) where a decoder
        would mend.
        """

    def encode(self, array: Any, *, ppi: float | None = None) -> bytes:
        """The codestream of an array of that form, or ImageError; codecs take options of their own besides."""


def codec_named(name: str) -> Any:
    """The codec of a name (NONE, WSQ20, JPEGB, JPEGL, JP2, JP2L, PNG, FAX); encoders' options differ, hence Any."""
    point = find(CODECS, name)
    if point is None:
        raise ImageError(f"no codec of the name {name} is installed")
    return point.load()


def decode(data: Raw, *, max_pixels: int = MAX_PIXELS, strict: bool = False) -> Image:
    """The pixels of a codestream, whichever it is."""
    header = read_header(data)
    if header is None:
        raise ImageError("these bytes are no codestream that is known here")
    array: Image = codec_named(header.codec).decode(data, header, max_pixels, strict=strict)
    return array


@contextmanager
def library(name: str) -> Iterator[None]:
    """Around the calls of another library: what it raises becomes ours, its absence says what to install."""
    try:
        yield
    except ITLError:
        raise
    except ImportError as error:
        raise MissingDependency(f"{name} needs {error.name or error}: pip install 'ebtskit[images]'") from error
    except Exception as error:
        raise ImageError(f"{name}: {error or type(error).__name__}") from error


def check_header(header: Header, max_pixels: int) -> None:
    """Refuse what must not reach a library: too large, cut off, or of a kind that becomes no array."""
    if header.pixels > max_pixels:
        raise ImageError(f"{header.width} x {header.height} pixels are more than the limit of {max_pixels}")
    if header.components not in (1, 3):
        raise ImageError(f"{header.codec}: images of {header.components} components are not decoded")
    if header.bits > _MOST_BITS:
        raise ImageError(f"{header.codec}: images of {header.bits} bits are not decoded")
    if header.truncated:
        raise ImageError(f"{header.codec}: the codestream is cut off")


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


def as_image(array: Any, codec: str, *, most_bits: int = _MOST_BITS, colour: bool = True) -> Image:
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
