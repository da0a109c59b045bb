"""WSQ20: wavelet scalar quantisation, 8-bit gray at 500 pixels per inch. Our own: nistitl.images.wsq."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.codecs import as_image, check_header, checked, library
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.streams import whole

if TYPE_CHECKING:
    from nistitl.images.codecs import Image
    from nistitl.wire.fields import Raw

_PPI = 500


class Wsq:
    """CGA WSQ20, GCA 1."""

    name = "WSQ20"
    lossless = False

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray pixels; what is missing of a cut codestream is decoded as if it were zero unless `strict`."""
        check_header(header if strict else attrs.evolve(header, truncated=False), max_pixels)
        with library(self.name):
            from nistitl.images import wsq

            return checked(wsq.decode(bytes(data), max_pixels=max_pixels, strict=strict), header)

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
        image = as_image(array, self.name, most_bits=8, colour=False)
        density = whole(_PPI if ppi is None else ppi)
        with library(self.name):
            from nistitl.images import wsq

            return wsq.encode(
                image, bitrate=bitrate, ppi=density, comments=comments, software=software, nistcom=nistcom
            )


CODEC = Wsq()
