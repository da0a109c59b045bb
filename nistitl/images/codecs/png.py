"""PNG, by libpng (imagecodecs; its other decoder, spng, fails on gray with alpha and on 16-bit gray)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import adler32

import attrs

from nistitl.images.arrays import check_header, checked, cut_off, library, without_end
from nistitl.images.codec import Codec
from nistitl.images.errors import ImageError
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
    media_types = ("image/png",)
    export_as = "png"

    def header(self, data: memoryview) -> Header:
        """The header, from the chunks."""
        return png.header(data)

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray or RGB: palettes become RGB, alpha is dropped, gray below 8 bits is spread over 0 to 255."""
        check_header(attrs.evolve(header, truncated=False), max_pixels)
        if not header.truncated:
            return self._pixels(self._stored(memoryview(data), strict), header)
        lines = png.lines(memoryview(data))
        if strict or lines is None or lines.rows < header.height:
            missing = "" if lines is None else f"{lines.rows} of {header.height} rows are whole"
            raise without_end(self.name) if strict else cut_off(self.name, missing)
        return self._pixels(lines.filled(), header)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """Black for what is missing; of interlaced images nothing can be had."""
        try:
            return self.decode(data, header, max_pixels), header.height
        except ImageError:
            check_header(attrs.evolve(header, truncated=False), max_pixels)
            lines = png.lines(memoryview(data))
            if lines is None or not lines.rows:
                raise
            return self._pixels(lines.filled(), header), lines.rows

    def lacks_only_end(self, data: Raw, header: Header) -> bool:
        """By unpacking the pixels."""
        lines = png.lines(memoryview(data))
        return lines is not None and lines.rows == header.height

    def _stored(self, data: memoryview, strict: bool) -> bytes:
        """The same picture without what libpng would complain of; `strict` raises for data that are too many."""
        packed, size = png.packed(data), png.unpacked_size(data)
        with library(self.name):
            from imagecodecs import DeflateError, deflate_decode

            try:
                lines, more = bytes(deflate_decode(packed, out=size)), False
            except DeflateError:  # it is quick, and does not tell what is wrong
                lines, more = png.unpacked(packed, size)
        if len(lines) < size:
            raise ImageError("PNG: there are too few data for the image")
        if strict and (more or packed[-4:] != adler32(lines).to_bytes(4, "big")):
            raise ImageError("PNG: the coded data are damaged: there are more data than the image has")
        return png.stored(data, lines)

    def _pixels(self, data: bytes, header: Header) -> Image:
        with library(self.name):
            from imagecodecs import png_decode

            return checked(png_decode(data), header)

    def encode(self, array: Any, *, ppi: float | None = None, level: int = 6) -> bytes:
        """PNG of 8 or 16 bits; `level` 0 to 9, the effort."""
        image = self.image(array)
        with library(self.name):
            from imagecodecs import png_encode

            data = bytes(png_encode(image, level=level))
        return data if ppi is None else png.with_ppi(data, ppi)


CODEC = Png()
