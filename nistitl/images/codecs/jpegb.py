"""JPEGB: lossy JPEG, decoded by libjpeg-turbo (imagecodecs), encoded with Pillow, which writes the density."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import checked, library
from nistitl.images.codecs.jpeg import JpegCodec
from nistitl.images.streams import jpeg

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.images.header import Header


class Jpeg(JpegCodec):
    """CGA JPEGB, GCA 2. Baseline is what the standard asks for; progressive and 12 bit are read as well."""

    name = "JPEGB"
    lossless = False
    media_types = ("image/jpeg",)
    other_names = ("JPEG", "JPG")
    number = 2
    most_bits = 8

    def pixels(self, data: bytes, header: Header) -> Image:
        """Gray or RGB."""
        with library(self.name):
            from imagecodecs import jpeg8_decode

            return checked(jpeg8_decode(data), header)

    def encode(self, array: Any, *, ppi: float | None = None, quality: int = 90, subsampling: str = "4:4:4") -> bytes:
        """Baseline JPEG; `quality` 1 to 95, `subsampling` of colour 4:4:4, 4:2:2 or 4:2:0."""
        image = self.image(array)
        with library(self.name):
            from PIL import Image as pillow

            out = BytesIO()
            sampling = {"subsampling": subsampling} if image.ndim == 3 else {}
            pillow.fromarray(image).save(out, "JPEG", quality=quality, **sampling)
        data = out.getvalue()
        return data if ppi is None else jpeg.with_ppi(data, ppi, jpeg.header(memoryview(data)))


CODEC = Jpeg()
