"""PNG: the chunks that say how the image is to be read, each no longer and no stranger than it may be.

ISO/IEC 15948, clauses 5 and 11.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from zlib import compress, crc32, decompressobj, error

from nistitl.images.cleaners.kept import BEHIND, UNUSED, Kept
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS
from nistitl.images.sides import OTHER, PNG_KINDS, XMP, XMP_IN_PNG
from nistitl.images.streams import png

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADER, _KIND, _PALETTE = 13, 25, 3  # length of the header chunk, where the kind of colour is, one of them
_STEP = 1 << 16  # bytes that are looked at in one go
_MOST_DOTS = 1_000_000  # an inch; in metres: of a resolution that an image may have
_METRE = 0.0254
_PARTS = 100_000  # of a chromaticity, of a gamma
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")


def _is_density(content: bytes) -> bool:
    across, down, unit = struct.unpack(">IIB", content)
    return bool(max(across, down) * _METRE <= _MOST_DOTS and unit <= 1)


def _is_gamma(content: bytes) -> bool:
    return int.from_bytes(content, "big") <= 100 * _PARTS


def _are_chromaticities(content: bytes) -> bool:
    return bool(max(struct.unpack(">8I", content)) <= 2 * _PARTS)


_NUMBERS: dict[bytes, tuple[tuple[int, ...], Callable[[bytes], bool]]] = {  # lengths, and what they may be
    b"pHYs": ((9,), _is_density),
    b"gAMA": ((4,), _is_gamma),
    b"cHRM": ((32,), _are_chromaticities),
    b"sRGB": ((1,), lambda content: content[0] <= 3),
    b"sBIT": ((1, 2, 3, 4), lambda content: max(content) <= 16),
    b"cICP": ((4,), lambda content: max(content) < 32),
}
_TRANSPARENT = {0: (2,), 2: (6,)}  # lengths of tRNS by kind of colour


def clean(data: memoryview, kept: Kept) -> None:
    """Keep the chunks of the image; ImageError where one of them is damaged, or the end is missing."""
    found = list(png.chunks(data))
    if not found or found[-1].name != b"IEND":
        raise ImageError("PNG: there is no end of image, so nobody can tell where it is")
    if png.header(data).pixels > MAX_PIXELS:
        raise ImageError(f"PNG: there are more pixels than the limit of {MAX_PIXELS}")
    kept.keep(data[:8])
    met: dict[bytes, int] = {}
    for chunk in found:
        sound = crc32(data[chunk.start - 4 : chunk.end]) == int.from_bytes(data[chunk.end : chunk.end + 4], "big")
        if chunk.name in _CRITICAL:
            if not sound:
                raise ImageError("PNG: a chunk of the image is not what its sum says")
            _keep_critical(data, chunk, found[0], met, kept)
        else:
            content = bytes(data[chunk.start : chunk.end])
            if sound and chunk.name not in met and b"IDAT" not in met and _is_allowed(chunk.name, content, data, met):
                kept.keep(png.chunk(chunk.name, content))
            else:
                kept.drop(XMP if content.startswith(XMP_IN_PNG) else PNG_KINDS.get(chunk.name, OTHER))
        met.setdefault(chunk.name, chunk.end - chunk.start)
    kept.drop(BEHIND, data[found[-1].end + 4 :])


def _keep_critical(data: memoryview, chunk: png.Chunk, first: png.Chunk, met: dict[bytes, int], kept: Kept) -> None:
    name, content = chunk.name, data[chunk.start : chunk.end]
    if name == b"IDAT":
        if name not in met:
            _keep_lines(data, kept)
    elif name == b"IHDR" and chunk == first:
        kept.keep(png.chunk(name, bytes(kept.within(content, _HEADER, OTHER))))
    elif name == b"PLTE" and data[_KIND] == _PALETTE and name not in met:
        depth = min(data[_KIND - 1], 8)
        kept.keep(png.chunk(name, bytes(kept.within(content, 3 << depth, UNUSED))))
    elif name == b"IEND":
        kept.keep(png.chunk(name, b""))
        kept.drop(OTHER, content)
    else:
        kept.drop(UNUSED)


def _is_allowed(name: bytes, content: bytes, data: memoryview, met: dict[bytes, int]) -> bool:
    """True for transparency, density and colours that are what they may be."""
    if name == b"tRNS":
        kind = data[_KIND]
        if kind == _PALETTE:
            return 3 * len(content) <= met.get(b"PLTE", 0)
        samples = range(0, len(content) - 1, 2)
        most = max((int.from_bytes(content[at : at + 2], "big") for at in samples), default=0)
        return len(content) in _TRANSPARENT.get(kind, ()) and most >> data[_KIND - 1] == 0
    lengths, may_be = _NUMBERS.get(name, ((), bool))
    return len(content) in lengths and may_be(content)


def _keep_lines(data: memoryview, kept: Kept) -> None:
    """The compressed lines as they are; without what is behind them, in the stream or in the lines."""
    packed, size = png.packed(data), png.unpacked_size(data)
    length, behind = _measured(packed, size)
    if length < size:
        raise ImageError("PNG: there are too few data for the image")
    if length > size:
        packed, behind = compress(png.unpacked(packed, size)[0]), b"?"
    elif behind:
        packed = packed[: len(packed) - len(behind)]
    kept.drop(BEHIND, behind)
    if behind:
        kept.keep(png.chunk(b"IDAT", packed))
    else:
        for name, start, end in png.chunks(data):
            if name == b"IDAT":
                kept.keep(data[start - 8 : end + 4])


def _measured(packed: bytes, size: int) -> tuple[int, bytes]:
    """How many bytes a compressed stream holds, counted to one more than the size, and what stands behind it."""
    inflate, length = decompressobj(), 0
    try:
        for at in range(0, len(packed), _STEP):
            rest = packed[at : at + _STEP]
            while rest and not inflate.eof and length <= size:
                length += len(inflate.decompress(rest, min(_STEP, size + 1 - length)))
                rest = inflate.unconsumed_tail
            if inflate.eof or length > size:
                return length, inflate.unused_data + packed[at + _STEP :]
    except error:
        pass
    raise ImageError("PNG: the coded data are damaged")
