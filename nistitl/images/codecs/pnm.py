"""PNM: portable anymaps, of bits, gray or RGB, as text or as bytes (P1 to P6). A record may hold one as of 2025.

Written as P5 or P6. The samples of a map whose greatest value is another than 255 or 65535 are spread over that range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import check_header, checked, cut_off, library
from nistitl.images.codec import Codec
from nistitl.images.codecs.none import bilevel
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.streams.foreign import PnmLayout, pnm, pnm_layout

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

_SPACES = (b" ", b"\n", b"\r", b"\t")
_BITS, _TEXT = (1, 4), (1, 2, 3)  # kinds of map


class PortableAnymap(Codec):
    """CGA PNM of 2025; where a record of an older edition holds one it is decoded, and told."""

    name = "PNM"
    later_names = ("PNM",)
    media_types = ("image/x-portable-anymap", "image/x-portable-graymap", "image/x-portable-pixmap")
    lossless = True
    suffix = ".pnm"
    signatures = tuple(b"P%d" % kind + end for kind in range(1, 7) for end in _SPACES)
    tagged = False
    foreign = True

    def header(self, data: memoryview) -> Header:
        """Size and kind of the first map."""
        return pnm(data)

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray or RGB, of 8 bits or 16; maps of bits are 0 (black) and 255."""
        check_header(header, max_pixels)
        layout = pnm_layout(memoryview(data).cast("B"))
        with library(self.name):
            samples = _text_samples(data, header, layout) if layout.kind in _TEXT else _samples(data, header, layout)
            if len(samples) < header.height * _row(header, layout):
                whole = len(samples) // _row(header, layout)
                raise cut_off(self.name, f"{whole} of {header.height} rows are there")
            return checked(_image(samples, header, layout), header)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """Zeros for what is missing of a map of bytes."""
        check_header(header, max_pixels)
        layout = pnm_layout(memoryview(data).cast("B"))
        asked = layout.start + header.height * _row(header, layout) * layout.width
        if layout.kind in _TEXT or len(data) >= asked:
            return self.decode(data, header, max_pixels), header.height
        rows = max(len(data) - layout.start, 0) // (_row(header, layout) * layout.width)
        return self.decode(bytes(data) + bytes(asked - len(data)), header, max_pixels), rows

    def encode(self, array: Any, *, ppi: float | None = None) -> bytes:
        """P5 of gray, P6 of colour; 16 bits take two bytes, the higher first. The resolution has no place in it."""
        image = self.image(array)
        kind, most = 5 if image.ndim == 2 else 6, 255 if image.itemsize == 1 else 65535
        pixels: bytes = image.astype(image.dtype.newbyteorder(">")).tobytes()
        return b"P%d\n%d %d\n%d\n" % (kind, image.shape[1], image.shape[0], most) + pixels


def _row(header: Header, layout: PnmLayout) -> int:
    """How many samples a row has, of bits packed how many bytes."""
    if layout.kind == 4:
        return -(-header.width // 8)
    return header.width * header.components


def _samples(data: Raw, header: Header, layout: PnmLayout) -> Any:
    """The samples of a map of bytes, as far as they are there."""
    import numpy as np

    count = header.height * _row(header, layout) * layout.width
    held = bytes(data[layout.start : layout.start + count])
    return np.frombuffer(held[: len(held) // layout.width * layout.width], np.uint8 if layout.width == 1 else ">u2")


def _text_samples(data: Raw, header: Header, layout: PnmLayout) -> Any:
    """The samples of a map of text, as far as they are there."""
    import numpy as np

    count, text = header.height * _row(header, layout), bytes(data[layout.start :])
    if layout.kind == 1:
        held = text.translate(None, b" \t\r\n")[:count]
        return np.frombuffer(held, np.uint8) - ord("0")
    words = text.split(None, count)[:count]
    if not all(word.isdigit() and len(word) <= 5 for word in words):
        raise ImageError("PNM: there are samples that are no numbers")
    return np.array([int(word) for word in words], np.uint32)


def _image(samples: Any, header: Header, layout: PnmLayout) -> Image:
    import numpy as np

    if layout.kind in _BITS:
        bits = samples.reshape(header.height, -1)
        return bilevel(np.unpackbits(bits, axis=1)[:, : header.width] if layout.kind == 4 else bits)
    most, whole = layout.most, 255 if header.bits == 8 else 65535
    if int(samples.max()) > most:
        raise ImageError("PNM: there are samples above the greatest value")
    wide = samples if most == whole else (samples.astype(np.uint32) * whole + most // 2) // most
    image: Image = wide.astype(np.uint8 if header.bits == 8 else np.uint16).reshape(header.shape)
    return image


CODEC = PortableAnymap()
