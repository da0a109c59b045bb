"""PNG: chunks up to IEND. ISO/IEC 15948, clause 5."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.resolution import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

_METRE = 0.0254  # an inch
_GRAY, _RGB, _PALETTE, _GRAY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_COMPONENTS = {_GRAY: 1, _RGB: 3, _PALETTE: 3, _GRAY_ALPHA: 1, _RGB_ALPHA: 3}
_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_DEPTHS = {_GRAY: (1, 2, 4, 8, 16), _PALETTE: (1, 2, 4, 8)}


class Chunk(NamedTuple):
    """The name of a chunk, and where its content begins and ends."""

    name: bytes
    start: int
    end: int


def chunks(data: memoryview) -> Iterator[Chunk]:
    """Every chunk that is wholly there, up to IEND."""
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            return
        yield Chunk(name, at + 8, end)
        if name == b"IEND":
            return
        at = end + 4


def header(data: memoryview) -> Header:
    """The header of a PNG. A palette counts as the three components it becomes, gray below 8 bits as 8."""
    names: set[bytes] = set()
    ppi: tuple[float, float] | None = None
    first: Chunk | None = None
    for chunk in chunks(data):
        first = first or chunk
        names.add(chunk.name)
        if chunk.name == b"pHYs" and chunk.end - chunk.start == 9:
            across, down, unit = struct.unpack_from(">IIB", data, chunk.start)
            ppi = (across * _METRE, down * _METRE) if unit == 1 and across and down else None
    if first is None or first.name != b"IHDR" or first.end - first.start != 13:
        raise ImageError("PNG: there is no header chunk")
    width, height, depth, kind = struct.unpack_from(">IIBB", data, first.start)
    if kind not in _COMPONENTS or depth not in _DEPTHS.get(kind, (8, 16)):
        raise ImageError("PNG: a combination of depth and colour that does not exist")
    components = _COMPONENTS[kind]
    return Header(
        "PNG",
        width,
        height,
        max(depth, 8),
        components,
        "GRAY" if components == 1 else "SRGB" if b"sRGB" in names else "RGB",
        ppi,
        "lossless",
        truncated=b"IEND" not in names,
        palette=kind == _PALETTE,
        alpha=kind in (_GRAY_ALPHA, _RGB_ALPHA) or b"tRNS" in names,
    )


def without_extras(data: memoryview) -> bytes:
    """The PNG without the chunks that pixels do not need: libpng unpacks some and complains of others on stderr."""
    needed = [data[start - 8 : end + 4] for name, start, end in chunks(data) if name in _NEEDED]
    return b"".join([data[:8], *needed])


def with_ppi(data: bytes, ppi: float) -> bytes:
    """A PNG with a resolution, put behind its header chunk."""
    metre = whole(ppi / _METRE)
    if not 0 < metre < 1 << 31:
        raise ImageError("PNG: this resolution cannot be written")
    content = b"pHYs" + struct.pack(">IIB", metre, metre, 1)
    chunk = struct.pack(">I", 9) + content + struct.pack(">I", crc32(content))
    return data[:33] + chunk + data[33:]
