"""PNG: chunks up to IEND. ISO/IEC 15948, clause 5."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import adler32, compress, crc32, decompressobj, error

import attrs

from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.resolution import whole
from nistitl.images.streams.ends import STANDS_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

_METRE = 0.0254  # an inch
_MOST_STORED = 0xFFFF  # bytes of a block
_STEP = 256  # bytes that are unpacked at a time: what is damaged is lost with its step
_GRAY, _RGB, _PALETTE, _GRAY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_COMPONENTS = {_GRAY: 1, _RGB: 3, _PALETTE: 3, _GRAY_ALPHA: 1, _RGB_ALPHA: 3}
_SAMPLES = {_GRAY: 1, _PALETTE: 1, _RGB: 3, _GRAY_ALPHA: 2, _RGB_ALPHA: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_DEPTHS = {_GRAY: (1, 2, 4, 8, 16), _PALETTE: (1, 2, 4, 8)}


class Chunk(NamedTuple):
    """The name of a chunk, and where its content begins and ends."""

    name: bytes
    start: int
    end: int


def chunks(data: memoryview) -> Iterator[Chunk]:
    """Every chunk that is wholly there, up to IEND; one whose sum is wrong is padding in place of its last bytes."""
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            return
        if name == b"IEND" and crc32(name) != struct.unpack_from(">I", data, end)[0]:
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


@attrs.frozen(slots=True)
class Lines:
    """The lines of a PNG that is not interlaced, each behind the number of its filter, as far as they are there."""

    head: bytes  # signature and the chunks that tell of the image
    there: bytes
    length: int  # of one, in bytes
    height: int

    @property
    def rows(self) -> int:
        """How many are wholly there."""
        return len(self.there) // self.length

    def filled(self) -> bytes:
        """A PNG of these lines, and of black ones for what is missing."""
        there = self.there[: self.rows * self.length]
        packed = compress(there + bytes(self.length * self.height - len(there)), 1)
        return self.head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def lines(data: memoryview) -> Lines | None:
    """What can be had of damaged pixel data: up to where they end, or a chunk is not what its sum says.

    None where the PNG is interlaced, so that no line is whole before all are.
    """
    first = next(chunks(data))
    width, height, depth, kind, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, first.start)
    if interlaced:
        return None
    length = 1 + -(-width * _SAMPLES[kind] * depth // 8)
    head, at, inflate, there = bytes(data[:8]), 8, decompressobj(), bytearray()
    for name, start, end in chunks(data):
        sound = crc32(data[start - 4 : end]) == struct.unpack_from(">I", data, end)[0]
        at = end + 4
        if name == b"IDAT" and not (sound and _inflated(data[start:end], inflate, there, length * height)):
            break
        if name in _NEEDED[:3]:
            head += data[start - 8 : end + 4]
    else:
        if bytes(data[at + 4 : at + 8]) == b"IDAT":  # the chunk that the end is missing of
            _inflated(memoryview(bytes(data[at + 8 :]).rstrip(STANDS_IN)), inflate, there, length * height)
    return Lines(head, bytes(there), length, height)


def _inflated(data: memoryview, inflate: Any, there: bytearray, most: int) -> bool:
    """Add what compressed data hold, as far as they are sound; True where all of them are."""
    for at in range(0, len(data), _STEP):
        try:
            there += inflate.decompress(data[at : at + _STEP], most - len(there) + 1)
        except error:
            return False
        if len(there) > most:
            del there[most:]
            return True
    return True


def packed(data: memoryview) -> bytes:
    """The compressed lines; ImageError where a chunk of them is not what its sum says."""
    parts = []
    for name, start, end in chunks(data):
        if name == b"IDAT":
            if crc32(data[start - 4 : end]) != struct.unpack_from(">I", data, end)[0]:
                raise ImageError("PNG: a chunk of the image is not what its sum says")
            parts.append(data[start:end])
    return b"".join(parts)


def unpacked_size(data: memoryview) -> int:
    """How many bytes the lines take, each with the number of its filter. ISO/IEC 15948, 7.2, 8.2."""
    width, height, depth, kind, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, next(chunks(data)).start)
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    size = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            size += rows * (1 + -(-columns * _SAMPLES[kind] * depth // 8))
    return size


def unpacked(data: bytes, size: int) -> tuple[bytes, bool]:
    """The lines, and whether compressed data hold more than them; no more than their size is unpacked.

    Raises zlib.error.
    """
    inflate = decompressobj()
    there = inflate.decompress(data, size)
    return there, bool(inflate.decompress(inflate.unconsumed_tail, 1))


def stored(data: memoryview, unpacked: bytes) -> bytes:
    """The PNG of these lines, not compressed, without the chunks that pixels do not need.

    libpng would unpack some of those, and complain of others, or of lines too many, on stderr.
    """
    head = [data[start - 8 : end + 4] for name, start, end in chunks(data) if name in _NEEDED[:3]]
    return b"".join([data[:8], *head, *_chunk_of(_as_stored(unpacked)), chunk(b"IEND", b"")])


def _as_stored(data: bytes) -> list[Any]:
    """A stream of zlib that holds the data as they are, which zlib takes long to make. RFC 1950; RFC 1951, 3.2.4."""
    parts: list[Any] = [b"\x78\x01"]
    for at in range(0, len(data), _MOST_STORED):
        block = memoryview(data)[at : at + _MOST_STORED]
        parts += [struct.pack("<BHH", at + _MOST_STORED >= len(data), len(block), len(block) ^ 0xFFFF), block]
    return [*parts, struct.pack(">I", adler32(data))]


def _chunk_of(parts: list[Any]) -> list[Any]:
    """The chunk of the lines, in parts, none of which is copied."""
    check = crc32(b"IDAT")
    for part in parts:
        check = crc32(part, check)
    return [struct.pack(">I4s", sum(map(len, parts)), b"IDAT"), *parts, struct.pack(">I", check)]


def with_ppi(data: bytes, ppi: float) -> bytes:
    """A PNG with a resolution, put behind its header chunk."""
    metre = whole(ppi / _METRE)
    if not 0 < metre < 1 << 31:
        raise ImageError("PNG: this resolution cannot be written")
    content = struct.pack(">IIB", metre, metre, 1)
    return data[:33] + chunk(b"pHYs", content) + data[33:]


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))
