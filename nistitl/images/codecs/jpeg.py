"""What the two codecs of JPEG have in common: a codestream of either begins alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.codec import Codec
from nistitl.images.streams import jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.header import Header

_IRIS = 17


class JpegCodec(Codec):
    """JPEG, lossy or lossless; its header tells which."""

    suffix = ".jpg"
    signatures = (b"\xff\xd8\xff",)

    def header(self, data: memoryview) -> Header:
        """The header, of either kind."""
        return jpeg.header(data)

    def advice(self, record_type: int, ppi: float) -> Iterator[str]:
        """It is not for irises."""
        yield from super().advice(record_type, ppi)
        if record_type == _IRIS:
            yield "iris images are not compressed by JPEG"
