"""Headers of picture files that no record may hold and some do: size and kind, of the first picture in each.

BMP, GIF, PNM, TIFF and WebP as their makers describe them; IHead is the header of NIST's older raster files, 288 bytes
of text behind their number.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.wire.grammar import PADDING

IHEAD_LENGTH = 8 + 288
_PNM = re.compile(
    rb"P([1-6])" + rb"(?:\s|#[^\n]{0,80}\n){1,20}(\d{1,7})" * 2 + rb"(?:(?:\s|#[^\n]{0,80}\n){1,20}(\d{1,5}))?"
)
_PNM_HEADER = 4000  # bytes that it fits into
_EXTENSION, _PICTURE, _TRAILER = 0x21, 0x2C, 0x3B  # of GIF89a, appendix B


def bmp(data: memoryview) -> Header:
    """Windows bitmaps: gray where the palette is."""
    offset, size, width, height, _, bits = struct.unpack_from("<I I i i H H", data, 10)
    if size < 40:
        raise ImageError("BMP: a header of another kind")
    (colours,) = struct.unpack_from("<I", data, 46)
    end = min(offset, 14 + size + 4 * (colours or 1 << min(bits, 8)))
    gray = bits <= 8 and _is_gray(bytes(data[14 + size : end]), 4)
    return _header("BMP", width, abs(height), 8, gray)


def gif(data: memoryview) -> Header:
    """GIF: gray where the palette is."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    palette = bytes(data[13 : 13 + palette_length(flags)])
    return _header("GIF", width, height, 8, _is_gray(palette, 3), truncated=not _gif_ends(data)[1])


def gif_has_image(data: memoryview) -> bool:
    """True where the blocks of the first picture are there up to the last, which does not stand in padding."""
    return 0 < _gif_ends(data)[0] <= len(bytes(data).rstrip(PADDING)) + 1


def _gif_ends(data: memoryview) -> tuple[int, bool]:
    """Where the blocks of the first picture end, 0 where they do not, and whether the end of the file is there."""
    at, image = 13 + palette_length(data[10]), 0
    while at < len(data) and data[at] in (_EXTENSION, _PICTURE):
        picture = data[at] == _PICTURE
        at += (11 + palette_length(data[at + 9] if at + 9 < len(data) else 0)) if picture else 2
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
        if picture and at <= len(data):
            image = image or at
    return image, at < len(data) and data[at] == _TRAILER


def palette_length(flags: int) -> int:
    """How many bytes a palette of GIF takes, by the flags that say whether there is one."""
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def pnm(data: memoryview) -> Header:
    """PBM, PGM and PPM, as text or as bytes."""
    match = _PNM.match(bytes(data[:_PNM_HEADER]))
    if match is None:
        raise ImageError("PNM: there is no size")
    kind, width, height = (int(match[number]) for number in (1, 2, 3))
    deep = kind not in (1, 4) and int(match[4] or 0) > 255
    return _header("PNM", width, height, 16 if deep else 8, kind % 3 != 0)


class PnmLayout(NamedTuple):
    """How the samples of a portable anymap lie: its kind, 1 to 6, where they begin, the greatest value, their bytes."""

    kind: int
    start: int
    most: int
    width: int


def pnm_layout(data: memoryview) -> PnmLayout:
    """Where the samples of a PBM, PGM or PPM begin, and what they are."""
    match = _PNM.match(bytes(data[:_PNM_HEADER]))
    if match is None:
        raise ImageError("PNM: there is no size")
    kind = int(match[1])
    if kind in (1, 4):
        return PnmLayout(kind, match.end(3) + 1, 1, 1)
    if match[4] is None or not 0 < int(match[4]) < 65536:
        raise ImageError("PNM: there is no greatest value")
    most = int(match[4])
    return PnmLayout(kind, match.end(4) + 1, most, 1 if most < 256 else 2)


def pnm_comments(data: memoryview) -> list[tuple[int, int]]:
    """Where the comments in the header of a PBM, PGM or PPM are."""
    match = _PNM.match(bytes(data[:_PNM_HEADER]))
    return [] if match is None else [comment.span() for comment in re.finditer(rb"#[^\n]*", match[0])]


def webp(data: memoryview) -> Header:
    """WebP: lossy, lossless and extended."""
    kind = bytes(data[12:16])
    if kind == b"VP8 ":
        width, height = (number & 0x3FFF for number in struct.unpack_from("<HH", data, 26))
    elif kind == b"VP8L":
        (number,) = struct.unpack_from("<I", data, 21)
        width, height = (number & 0x3FFF) + 1, (number >> 14 & 0x3FFF) + 1
    elif kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    else:
        raise ImageError("WebP: there is no picture")
    return _header("WEBP", width, height, 8, gray=False)


def ihead(data: memoryview) -> Header:
    """NIST's IHead, uncompressed, of 1 or 8 bits."""
    numbers = [bytes(data[at : at + 8]).split(b"\0")[0].strip() for at in (114, 122, 130, 138, 146)]
    if not all(number.isdigit() for number in numbers):
        raise ImageError("IHead: there is no size")
    width, height, bits, ppi, compression = map(int, numbers)
    if compression or bits not in (1, 8):
        raise ImageError("IHead: only uncompressed images of 1 or 8 bits are decoded")
    return Header("IHEAD", width, height, bits, 1, ppi=(float(ppi), float(ppi)) if ppi else None)


def _header(codec: str, width: int, height: int, bits: int, gray: bool, truncated: bool = False) -> Header:
    return Header(codec, width, height, bits, 1 if gray else 3, "GRAY" if gray else "RGB", truncated=truncated)


def _is_gray(palette: bytes, step: int) -> bool:
    """True for a palette, in entries of so many bytes, of grays alone."""
    return len(palette) >= step and palette[0::step] == palette[1::step] == palette[2::step]
