"""What the two codecs of JPEG have in common: a codestream of either begins alike, and is checked alike."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import attrs

from nistitl.images.arrays import check_header, cut_off, library, without_end
from nistitl.images.codec import Codec
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.streams import jpeg
from nistitl.images.streams.jpegscan import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.arrays import Image
    from nistitl.images.streams.jpegscan import Walk
    from nistitl.wire.fields import Raw

_IRIS = 17


class JpegCodec(Codec):
    """JPEG, lossy or lossless; its header tells which. The library fills in what is missing and says nothing."""

    suffix = ".jpg"
    signatures = (b"\xff\xd8\xff",)

    def header(self, data: memoryview) -> Header:
        """The header, of either kind."""
        return jpeg.header(data)

    @abstractmethod
    def pixels(self, data: bytes, header: Header) -> Image:
        """The pixels of a codestream that has its end, as the library gives them."""

    def standard(self, data: Raw) -> bytes:
        """The codestream without what only one encoder writes."""
        return bytes(data)

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray, RGB, or three components as they are stored; CMYK is refused."""
        check_header(attrs.evolve(header, truncated=False), max_pixels)
        if strict and header.truncated:
            raise without_end(self.name)
        whole = self.standard(data)
        if strict or header.truncated:
            self._check(whole, header)
        return self.pixels(jpeg.ended(whole) if header.truncated else whole, header)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """Gray for what is missing; no row is known to be whole of progressive images, and of damage within."""
        check_header(attrs.evolve(header, truncated=False), max_pixels)
        whole = self.standard(data)
        image = self.pixels(jpeg.ended(whole) if header.truncated else whole, header)
        met = self._walk(whole)
        known = met is not None and (not met.fault or (met.cut and header.truncated))
        return image, met.rows if met is not None and known else 0

    def lacks_only_end(self, data: Raw, header: Header) -> bool:
        """By a walk through the coded data."""
        met = self._walk(self.standard(data))
        return met is not None and not met.fault

    def advice(self, record_type: int, ppi: float) -> Iterator[str]:
        """It is not for irises."""
        yield from super().advice(record_type, ppi)
        if record_type == _IRIS:
            yield "iris images are not compressed by JPEG"

    def _walk(self, data: bytes) -> Walk | None:
        with library(self.name):
            return walk(memoryview(data))

    def _check(self, data: bytes, header: Header) -> None:
        met = self._walk(data)
        if header.truncated and (met is None or met.cut):
            raise cut_off(self.name, f"{met.rows} of {header.height} rows are whole" if met else "")
        if met is not None and met.fault:
            raise ImageError(f"{self.name}: the coded data are damaged: {met.fault}")
