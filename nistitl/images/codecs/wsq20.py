"""WSQ20: wavelet scalar quantisation, 8-bit gray at 500 pixels per inch. Our own: nistitl.images.wsq."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.arrays import check_header, checked, library
from nistitl.images.codec import FRICTION_RIDGE_TYPES, Codec
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.resolution import is_nominal, whole
from nistitl.images.streams import wsq as stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

_PPI = 500
_UNKNOWN = -1  # to NIST's software


class Wsq(Codec):
    """CGA WSQ20, GCA 1."""

    name = "WSQ20"
    lossless = False
    suffix = ".wsq"
    signatures = (b"\xff\xa0",)
    later_names = ("WSQ",)
    other_names = ("WSQ2", "WSQ31")
    number = 1
    most_bits = 8
    colour = False
    export_as = "wsq"

    def header(self, data: memoryview) -> Header:
        """The header, from the markers."""
        return stream.header(data)

    def advice(self, record_type: int, ppi: float) -> Iterator[str]:
        """It is for friction ridges at 500 pixels per inch."""
        if not is_nominal(ppi, _PPI):
            yield f"WSQ is for {_PPI} pixels per inch, this image has {ppi:g}"
        yield from super().advice(record_type, ppi)
        if record_type not in FRICTION_RIDGE_TYPES:
            yield "WSQ is for friction ridges"

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray pixels."""
        return self._pixels(data, header, max_pixels, strict=strict)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """Blurred for what is missing, which takes detail from the whole picture: no row is whole before all are."""
        try:
            return self._pixels(data, header, max_pixels), header.height
        except ImageError:
            return self._pixels(data, header, max_pixels, truncated=True), 0

    def lacks_only_end(self, data: Raw, header: Header) -> bool:
        """By decoding it."""
        try:
            self._pixels(data, header, header.pixels)
        except ImageError:
            return False
        return True

    def _pixels(
        self, data: Raw, header: Header, max_pixels: int, *, strict: bool = False, truncated: bool = False
    ) -> Image:
        check_header(attrs.evolve(header, truncated=False), max_pixels)
        with library(self.name):
            from nistitl.images import wsq

            image = wsq.decode(bytes(data), max_pixels=max_pixels, strict=strict, truncated=truncated)
            return checked(image, header)

    def encode(
        self,
        array: Any,
        *,
        ppi: float | None = None,
        bitrate: float = 0.75,
        comments: Any = None,
        software: int = 0,
        nistcom: bool = True,
    ) -> bytes:
        """WSQ at `bitrate` bits a pixel: 0.75 is about 15:1, 2.25 about 5:1."""
        image = self.image(array)
        density = _UNKNOWN if ppi is None else whole(ppi)
        with library(self.name):
            from nistitl.images import wsq

            return wsq.encode(
                image, bitrate=bitrate, ppi=density, comments=comments, software=software, nistcom=nistcom
            )


CODEC = Wsq()
