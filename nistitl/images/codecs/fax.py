"""FAX: facsimile group 4 (ITU-T T.6, ANSI/EIA-538) of bilevel images in Types 5, 6 and 8. Legacy.

The bytes say nothing of their size; the header is made from the record. The decoder gives white rows
for whatever is missing, so the end-of-block code at the end is asked for.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import check_header, checked, cut_off, library
from nistitl.images.codec import Codec
from nistitl.images.codecs.none import bilevel, blacks
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

_END_OF_BLOCK = 0x001001  # 24 bits
_TAIL = 64  # bytes: padding may follow the end of block
_STRIP_OFFSET, _STRIP_LENGTH, _ROWS_IN_STRIP = 273, 279, 278


class Facsimile(Codec):
    """Compression 1 of the bilevel record types."""

    name = "FAX"
    lossless = True
    suffix = ".g4"
    bilevel_number = 1
    tagged = False
    most_bits = 1
    colour = False

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """An image of 0 (black) and 255."""
        check_header(header, max_pixels)
        if not _ends(bytes(data[-_TAIL:])):
            raise cut_off(self.name)
        return self._pixels(data, header)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """White for what is missing; the rows above the last one with ink are whole."""
        check_header(header, max_pixels)
        image = self._pixels(data, header)
        if _ends(bytes(data[-_TAIL:])):
            return image, header.height
        inked = (image == 0).any(axis=1).nonzero()[0]
        return image, int(inked[-1]) if len(inked) else 0

    def _pixels(self, data: Raw, header: Header) -> Image:
        if header.height > 8 * len(data):  # the shortest row is a bit
            raise ImageError(f"FAX: {len(data)} bytes are too few for {header.height} rows")
        with library(self.name):
            from imagecodecs import ccittfax4_decode

            return checked(bilevel(ccittfax4_decode(bytes(data), header.height, header.width)), header)

    def encode(self, array: Any, *, ppi: float | None = None) -> bytes:
        """Group 4 of an image of 0 and 255: the one strip of a TIFF."""
        image = self.image(array)
        with library(self.name):
            from PIL import Image as pillow

            out = BytesIO()
            picture = pillow.fromarray(blacks(image, self.name) * 255).convert("1", dither=pillow.Dither.NONE)
            picture.save(out, "TIFF", compression="group4", tiffinfo={_ROWS_IN_STRIP: image.shape[0]})
            with pillow.open(out) as tiff:
                tags = tiff.tag_v2  # type: ignore[attr-defined]
                (start,), (length,) = tags[_STRIP_OFFSET], tags[_STRIP_LENGTH]
        return out.getvalue()[start : start + length]


def _ends(tail: bytes) -> bool:
    """True when the last one in the bits is that of an end of block."""
    bits = int.from_bytes(tail, "big")
    if not bits:
        return False
    while not bits & 1:
        bits >>= 1
    return bits & 0xFFFFFF == _END_OF_BLOCK


CODEC = Facsimile()
