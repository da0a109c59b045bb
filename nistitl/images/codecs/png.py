"""PNG, by libpng (imagecodecs; its other decoder, spng, fails on gray with alpha and on 16-bit gray)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import check_header, checked, library
from nistitl.images.codec import Codec
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.streams import png

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw


class Png(Codec):
    """CGA PNG, GCA 6."""

    name = "PNG"
    lossless = True
    suffix = ".png"
    signatures = (b"\x89PNG\r\n\x1a\n",)
    number = 6
    export_as = "png"

    def header(self, data: memoryview) -> Header:
        """The header, from the chunks."""
        return png.header(data)

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray or RGB: palettes become RGB, alpha is dropped, gray below 8 bits is spread over 0 to 255."""
        check_header(header, max_pixels)
        with library(self.name):
            from imagecodecs import png_decode

            return checked(png_decode(png.without_extras(memoryview(data))), header)

    def encode(self, array: Any, *, ppi: float | None = None, level: int = 6) -> bytes:
        """PNG of 8 or 16 bits; `level` 0 to 9, the effort."""
        image = self.image(array)
        with library(self.name):
            from imagecodecs import png_encode

            data = bytes(png_encode(image, level=level))
        return data if ppi is None else png.with_ppi(data, ppi)


CODEC = Png()
