"""Formats that no record may hold and some do: BMP, TIFF, GIF, WebP, IHead. They are recognised, and decoded.

By Pillow, TIFF by imagecodecs, IHead by our own; none is written. A finding says that they are there (image-foreign),
except where the record says so itself, by 10.036 of 2025.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.arrays import WARNINGS, check_header, checked, complaints, library, without_end
from nistitl.images.codec import Codec
from nistitl.images.codecs.none import CODEC as UNCOMPRESSED
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.streams import exif, foreign, tiff

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

_RIFF = b"RIFF"


class Foreign(Codec):
    """A format that is read and not written."""

    lossless = True
    foreign = True
    tagged = False

    def __init__(
        self, name: str, suffix: str, signatures: tuple[bytes, ...], header: Callable[[memoryview], Header]
    ) -> None:
        self.name, self.suffix, self.signatures, self._header = name, suffix, signatures, header
        self.media_types = (f"image/{name.lower()}",)

    def header(self, data: memoryview) -> Header:
        """Size and kind of the first picture."""
        return self._header(data)

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray or RGB of 8 bits, gray of 16, as stored; palettes become one of them, transparency is dropped."""
        check_header(header, max_pixels)
        return self.pixels(data, header, strict)

    def pixels(self, data: Raw, header: Header, strict: bool) -> Image:
        """The pixels of a file that is whole; `strict` raises for what the library complains of."""
        with library(self.name):
            import numpy as np
            from PIL import Image as pillow

            with pillow.open(BytesIO(bytes(data)), formats=(self.name,)) as picture:
                if picture.size != (header.width, header.height):
                    raise ImageError(f"{self.name}: the image is not what its header says")
                if header.bits > 8:
                    return checked(np.asarray(picture).astype(np.uint16), header)
                return checked(np.asarray(picture.convert("L" if header.components == 1 else "RGB")), header)

    def encode(self, array: Any, *, ppi: float | None = None) -> bytes:
        """Refused: no record may hold it."""
        raise ImageError(f"{self.name} is read and not written: no record may hold it")


class Tiff(Foreign):
    """TIFF, by libtiff inside imagecodecs, which has no say in what goes to stderr; Pillow's has."""

    def pixels(self, data: Raw, header: Header, strict: bool) -> Image:
        """As of the others; pixels as they are stored, whatever the file says of how to turn them."""
        return checked(self.stored(data, header, strict), attrs.evolve(header, bits=max(header.bits, 8)))

    def stored(self, data: Raw, header: Header, strict: bool) -> Any:
        """The same with what there is of transparency, as one component more, of which colours are no multiple."""
        source = exif.upright(bytes(data))
        layout = tiff.samples(memoryview(source))
        with library(self.name), complaints() as said:
            from imagecodecs import tiff_decode

            array = tiff_decode(source, verbose=WARNINGS)  # which tells of damage, unlike the next
            if header.bits <= 8 and (layout.palette or not header.alpha):
                array = tiff_decode(source, asrgb=True, verbose=WARNINGS)
                array = array[..., 0] if header.components == 1 else array[..., : 4 if header.alpha else 3]
            else:
                array = _pixel_by_pixel(array, layout)
        if strict and said:
            raise ImageError(f"TIFF: the coded data are damaged: {said[0]}")
        return array


def _pixel_by_pixel(array: Any, layout: tiff.Samples) -> Any:
    """Samples as they are stored as pixels: black is zero, and their components stand together."""
    if layout.planes and array.ndim == 3:
        array = array.transpose(1, 2, 0)
    if layout.white_is_zero:
        last = slice(None, -1) if layout.header.alpha else slice(None)
        array = array.copy()
        array[..., last] = ~array[..., last]
    return array


class Gif(Foreign):
    """GIF, whose end is a byte of its own."""

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """As of the others, also where nothing but the end is missing."""
        if strict and header.truncated:
            raise without_end(self.name)
        if header.truncated and self.lacks_only_end(data, header):
            header = attrs.evolve(header, truncated=False)
        return super().decode(data, header, max_pixels)

    def lacks_only_end(self, data: Raw, header: Header) -> bool:
        """By the lengths of the blocks of the picture, and by decoding them."""
        if not foreign.gif_has_image(memoryview(data)):
            return False
        try:
            self.pixels(data, header, strict=False)
        except ImageError:
            return False
        return True


class WebP(Foreign):
    """WebP, which begins like a sound does."""

    def recognises(self, start: bytes) -> bool:
        """By the name behind the length."""
        return start[:4] == _RIFF and start[8:12] == b"WEBP"


class IHead(Foreign):
    """NIST's older raster files: uncompressed pixels behind a header."""

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray; of one bit black and white."""
        return UNCOMPRESSED.decode(data[foreign.IHEAD_LENGTH :], header, max_pixels, strict=strict)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """As of uncompressed pixels."""
        return UNCOMPRESSED.decode_cut(data[foreign.IHEAD_LENGTH :], header, max_pixels)


BMP = Foreign("BMP", ".bmp", (b"BM",), foreign.bmp)
TIFF = Tiff("TIFF", ".tif", tuple(tiff.SIGNATURES), tiff.header)
GIF = Gif("GIF", ".gif", (b"GIF87a", b"GIF89a"), foreign.gif)
WEBP = WebP("WEBP", ".webp", (_RIFF,), foreign.webp)
IHEAD = IHead("IHEAD", ".pct", (b"288\0", b"288 "), foreign.ihead)
