"""NONE: uncompressed pixels. The bytes say nothing of themselves; the header is made from the record.

More than 8 bits take two bytes, the higher first. Rows of 1 bit begin at a byte, 1 is black.
Colour: NBIS writes three planes, others pixel by pixel, and no field says which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.arrays import check_header, checked, cut_off, library
from nistitl.images.codec import Codec
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.wire.grammar import PADDING

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

_ENOUGH = 1024  # pixels from which rows can be told from noise
_CLEARLY = 0.9


class Uncompressed(Codec):
    """CGA NONE, GCA 0."""

    name = "NONE"
    lossless = True
    suffix = ".raw"
    other_names = ("", "UNCOMPRESSED", "RAW")
    number = 0
    bilevel_number = 0
    uncompressed = True

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Pixels of a geometry; ImageError when the bytes are not as many, or more than padding follows."""
        check_header(header, max_pixels)
        asked = length_of(header)
        if len(data) < asked:
            rows = len(data) // length_of(attrs.evolve(header, height=1))
            raise cut_off(self.name, f"{len(data)} of {asked} bytes, {rows} of {header.height} rows are there")
        if not is_padding(data[asked:]):
            raise ImageError(f"uncompressed: {len(data)} bytes where the geometry asks for {asked}")
        data = data[:asked]
        with library(self.name):
            import numpy as np

            if header.bits == 1:
                packed: Any = np.frombuffer(data, np.uint8).reshape(header.height, -1)
                return bilevel(np.unpackbits(packed, axis=1)[:, : header.width])
            flat: Any = np.frombuffer(data, np.uint8 if header.bits <= 8 else np.dtype(">u2"))
            if header.components > 1 and _is_planar(flat, header):
                array = flat.reshape(header.components, header.height, header.width).transpose(1, 2, 0)
            else:
                array = flat.reshape(header.shape)
            return checked(array.astype(array.dtype.newbyteorder("=")), header)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """Zeros for what is missing; of planes, which need the last one, no row is whole before all are."""
        check_header(header, max_pixels)
        there = bytes(data[: length_of(header)])
        image = self.decode(there + bytes(length_of(header) - len(there)), header, max_pixels)
        if len(there) == length_of(header):
            return image, header.height
        if header.components > 1 and header.planar is not False:
            return image, 0
        return image, len(there) // length_of(attrs.evolve(header, height=1))

    def encode(self, array: Any, *, ppi: float | None = None, bits: int | None = None, planar: bool = False) -> bytes:
        """The pixels as bytes; `bits=1` packs an image of 0 and 255, `planar` writes plane after plane."""
        image = self.image(array)
        import numpy as np

        if bits == 1:
            return np.packbits(blacks(image, self.name), axis=1).tobytes()
        if planar and image.ndim == 3:
            image = image.transpose(2, 0, 1)
        return image.astype(image.dtype.newbyteorder(">")).tobytes()


def length_of(header: Header) -> int:
    """How many bytes uncompressed pixels of this geometry take."""
    if header.bits == 1:
        return -(-header.width // 8) * header.height
    return header.pixels * header.components * -(-header.bits // 8)


def is_padding(data: Raw) -> bool:
    """True for what writers fill a record up with: NUL, blank, CR, LF, Ctrl-Z, FS; or nothing."""
    return not bytes(data).strip(PADDING)


def bilevel(black: Any) -> Image:
    """The image, 0 and 255, of an array that is 1 where it is black."""
    import numpy as np

    image: Image = np.where(black != 0, np.uint8(0), np.uint8(255))
    return image


def blacks(image: Image, codec: str) -> Any:
    """1 where an image of 0 and 255 is black; ImageError when it has other values."""
    if image.ndim != 2 or image.itemsize != 1 or not ((image == 0) | (image == 255)).all():
        raise ImageError(f"{codec}: images of one bit are made of 0 and 255")
    return (image == 0).astype("u1")


def _is_planar(flat: Any, header: Header) -> bool:
    """True when colour stands plane by plane: as said, or by which reading has neighbouring rows more alike.

    Where that is not clear the pixels are taken one by one.
    """
    if header.planar is not None or header.pixels < _ENOUGH or header.height < 8:
        return bool(header.planar)
    step = header.width
    return bool(_roughness(flat, step) < _CLEARLY * _roughness(flat, step * header.components))


def _roughness(flat: Any, distance: int) -> float:
    """The mean difference of samples at a distance, from some ten thousand of them."""
    import numpy as np

    at = np.arange(0, flat.size - distance, max(1, flat.size // 20_011))
    return float(np.abs(flat[at].astype(np.int32) - flat[at + distance]).mean())


CODEC = Uncompressed()
