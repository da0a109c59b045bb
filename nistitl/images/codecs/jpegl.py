"""JPEGL: lossless JPEG (process 14, SOF3) of 2 to 16 bits, by libjpeg-turbo 3 (imagecodecs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import checked, depth_of, library
from nistitl.images.codecs.jpeg import JpegCodec
from nistitl.images.streams import jpeg

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.images.header import Header
    from nistitl.wire.fields import Raw

_AS_STORED: dict[str, Any] = {"colorspace": "rgb", "outcolorspace": "rgb"}  # lossless: no library may turn YCC into RGB
_AS_IT_IS: dict[str, Any] = {}


class JpegLossless(JpegCodec):
    """CGA JPEGL, GCA 3."""

    name = "JPEGL"
    lossless = True
    number = 3
    media_types = ("image/jpeg",)

    def pixels(self, data: bytes, header: Header) -> Image:
        """Gray or three components as they are stored."""
        with library(self.name):
            from imagecodecs import jpeg8_decode

            colours = _AS_STORED if header.components == 3 else _AS_IT_IS
            return checked(jpeg8_decode(data, **colours), header)

    def standard(self, data: Raw) -> bytes:
        """Tables that NBIS calls by another class are called by their own."""
        with library(self.name):
            return jpeg.with_table_classes(memoryview(data))

    def encode(self, array: Any, *, ppi: float | None = None, bits: int | None = None, predictor: int = 7) -> bytes:
        """Lossless JPEG; `bits` where pixels have fewer than their array, `predictor` 1 to 7 (T.81, table H.1)."""
        image = self.image(array)
        depth = depth_of(image, bits, self.name)
        with library(self.name):
            from imagecodecs import jpeg8_encode

            colours = _AS_STORED if image.ndim == 3 else _AS_IT_IS
            data = bytes(jpeg8_encode(image, lossless=True, predictor=predictor, bitspersample=depth, **colours))
        return data if ppi is None else jpeg.with_ppi(data, ppi, jpeg.header(memoryview(data)))


CODEC = JpegLossless()
