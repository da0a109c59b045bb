"""JPEG 2000: the boxes of a JP2 file and the markers of a codestream. ISO/IEC 15444-1, annexes A and I."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.resolution import whole
from nistitl.images.streams.ends import STANDS_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

BARE = b"\xff\x4f\xff\x51"  # a codestream without boxes
SIGNATURES = (b"\x00\x00\x00\x0cjP  \r\n\x87\n", BARE)
_METRE = 0.0254  # an inch
_SOC, _SIZ, _COD, _SOT, _SOD, _EOC = 0xFF4F, 0xFF51, 0xFF52, 0xFF90, 0xFF93, 0xFFD9
_COLOURS = {12: "CMYK", 16: "SRGB", 17: "GRAY", 18: "SYCC"}
_TRANSFORMS = {0: ("JP2", "9-7"), 1: ("JP2L", "5-3")}
_SUPERBOXES = (b"jp2h", b"res ")
_DEPTH = 3  # of boxes in boxes
_SOT_LENGTH = 14  # of a tile-part without data
_MOST_FILLED = 64  # times the codestream: what a tile-part that is cut may have had


class Box(NamedTuple):
    """The name of a box, and where its content begins and ends."""

    name: bytes
    start: int
    end: int


def boxes(data: memoryview, start: int, end: int, depth: int = 0) -> Iterator[Box]:
    """Every box, those within header and resolution boxes too, up to the codestream."""
    while start + 8 <= end:
        length, name = struct.unpack_from(">I4s", data, start)
        content = start + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, content)
            content += 8
        stop = start + length if length else end
        if stop < content or (stop > end and name != b"jp2c"):
            raise ImageError("JP2: a box with an impossible length")
        yield Box(name, content, min(stop, end))
        if name == b"jp2c":
            return
        if name in _SUPERBOXES and depth < _DEPTH:
            yield from boxes(data, content, stop, depth + 1)
        start = stop


def segments(data: memoryview, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the content of every segment in the headers of a codestream and of its tile-parts.

    At last the end of codestream, which has no content. A.2, A.4.
    """
    at, stop = start + 2, 0
    while at + 2 <= end:
        (marker,) = struct.unpack_from(">H", data, at)
        if marker == _EOC:
            yield marker, at + 2, at + 2
            return
        if marker == _SOD:
            at = _behind(data, at, stop, end)
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker < 0xFF00 or length < 2:
            raise ImageError("JPEG 2000: a marker segment with an impossible length")
        if marker == _SOT:
            (size,) = struct.unpack_from(">I", data, at + 6)
            stop = at + size if size else 0
        yield marker, at + 4, at + 2 + length
        at += 2 + length


def _behind(data: memoryview, at: int, stop: int, end: int) -> int:
    """Where the data of a tile-part end; where no length is told that is the end of codestream, which none contain."""
    behind = stop or bytes(data[at:end]).find(b"\xff\xd9") + at
    if behind <= at:
        raise ImageError("JPEG 2000: a tile-part with an impossible length")
    return behind


class Mended(NamedTuple):
    """A codestream that a decoder takes, how many rows of it are whole, and whether only its end was missing."""

    data: bytes
    rows: int
    only_end: bool


@attrs.define(slots=True)
class _Seen:
    """What the boxes say."""

    stream: Box | None = None
    colour: str | None = None
    capture: tuple[float, float] | None = None
    display: tuple[float, float] | None = None
    palette: tuple[int, int] | None = None  # components, bits
    alpha: bool = False


def header(data: memoryview) -> Header:
    """The header of JPEG 2000, in boxes or bare: JP2L for the reversible 5-3 transformation, JP2 for 9-7."""
    if bytes(data[:2]) == b"\xff\x4f":
        return _codestream(data, 0, len(data))
    seen = _Seen()
    for box in boxes(data, 0, len(data)):
        _look(data, box, seen)
    if seen.stream is None:
        raise ImageError("JP2: there is no codestream")
    bare = _codestream(data, seen.stream.start, seen.stream.end)
    components, bits = seen.palette or (bare.components - seen.alpha, bare.bits)
    return attrs.evolve(
        bare,
        components=components,
        bits=bits,
        colour=seen.colour or _usual_colour(components),
        ppi=seen.capture or seen.display,
        palette=seen.palette is not None,
        alpha=seen.alpha,
    )


def _look(data: memoryview, box: Box, seen: _Seen) -> None:
    name, start, end = box
    if name == b"jp2c":
        seen.stream = box
    elif name == b"colr" and data[start] == 1 and seen.colour is None:
        seen.colour = _COLOURS.get(struct.unpack_from(">I", data, start + 3)[0], "UNK")
    elif name == b"resc":
        seen.capture = resolution(data, start)
    elif name == b"resd":
        seen.display = resolution(data, start)
    elif name == b"pclr":
        _, columns, depth = struct.unpack_from(">HBB", data, start)
        seen.palette = columns, (depth & 0x7F) + 1
    elif name == b"cdef":
        kinds = bytes(data[start + 2 : end])
        seen.alpha = any(kinds[at : at + 2] in (b"\0\1", b"\0\2") for at in range(2, len(kinds), 6))


def resolution(data: memoryview, start: int) -> tuple[float, float] | None:
    """Pixels per inch of a resolution box: vertical before horizontal. I.5.3.7."""
    down, under_down, across, under_across, tens_down, tens_across = struct.unpack_from(">HHHHbb", data, start)
    if not (down and across and under_down and under_across):
        return None
    return across / under_across * 10.0**tens_across * _METRE, down / under_down * 10.0**tens_down * _METRE


def _usual_colour(components: int) -> str:
    return {1: "GRAY", 3: "RGB"}.get(components, "UNK")


def _codestream(data: memoryview, start: int, end: int) -> Header:
    """The main header of a codestream and the lengths of its tile-parts. A.4, A.5."""
    soc, siz, length = struct.unpack_from(">HHH", data, start)
    if soc != _SOC or siz != _SIZ:
        raise ImageError("JPEG 2000: the codestream does not begin like one")
    size = struct.unpack_from(">2x8IH", data, start + 6)
    width, height, left, top, components = size[0], size[1], size[2], size[3], size[8]
    if length != 38 + 3 * components or left >= width or top >= height:
        raise ImageError("JPEG 2000: the sizes contradict each other")
    depths = bytes(data[start + 42 : start + 42 + 3 * components])
    if len(depths) != 3 * components:
        raise ImageError("JPEG 2000: the codestream ends inside its header")
    if any(depth & 0x80 for depth in depths[::3]):
        raise ImageError("JPEG 2000: signed components are no image")
    across, down = depths[1], depths[2]
    if not across or not down:
        raise ImageError("JPEG 2000: the sizes contradict each other")
    (codec, process), tiles = _coding(data, start + 4 + length, end)
    return Header(
        codec,
        -(-width // across) - -(-left // across),
        -(-height // down) - -(-top // down),
        max(depths[::3]) + 1,
        components,
        _usual_colour(components),
        process=process,
        truncated=not _complete(data, tiles, end),
        samples=sum(_samples(size, depths[at + 1], depths[at + 2]) for at in range(0, len(depths), 3)),
    )


def _samples(size: tuple[int, ...], across: int, down: int) -> int:
    """How many samples a component has, by the distances of its samples. B.2."""
    width, height, left, top = size[:4]
    if not across or not down:
        raise ImageError("JPEG 2000: the sizes contradict each other")
    return (-(-width // across) - -(-left // across)) * (-(-height // down) - -(-top // down))


def _coding(data: memoryview, at: int, end: int) -> tuple[tuple[str, str], int]:
    """Codec and transformation of the main header, and where the first tile-part begins."""
    transform: tuple[str, str] | None = None
    while at + 4 <= end:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker == _SOT:
            break
        if marker == _COD:
            transform = _TRANSFORMS.get(data[at + 13])
        if marker < 0xFF00 or length < 2:
            raise ImageError("JPEG 2000: a marker segment with an impossible length")
        at += 2 + length
    if transform is None:
        raise ImageError("JPEG 2000: the codestream does not say how it is coded")
    return transform, at


def _complete(data: memoryview, at: int, end: int) -> bool:
    """True when every tile-part has its length and the end of codestream follows."""
    while at + 12 <= end and bytes(data[at : at + 2]) == b"\xff\x90":
        (length,) = struct.unpack_from(">I", data, at + 6)
        if not length:
            return bytes(data[end - 2 : end]) == b"\xff\xd9"
        if length < 14:
            return False
        at += length
    return at + 2 <= end and bytes(data[at : at + 2]) == b"\xff\xd9"


def image_of(data: memoryview) -> memoryview:
    """A whole file up to the end of its codestream; what follows that is no image, and may be no boxes. I.4, A.4.4."""
    if bytes(data[:2]) == BARE[:2]:
        return data
    _, start, end = next(box for box in boxes(data, 0, len(data)) if box.name == b"jp2c")
    if bytes(data[start - 8 : start]) != b"\0\0\0\0jp2c":  # else the box tells no length
        return data[:end]
    return data[: next((stop for marker, _, stop in segments(data, start, end) if marker == _EOC), end)]


def mended(data: memoryview) -> Mended:
    """The codestream with every tile-part of the length that it announces, zeros for what is missing, and its end.

    Zeros are packets without content to a decoder. A.4.2, B.10.
    """
    start, end = 0, len(data)
    if bytes(data[:2]) != b"\xff\x4f":
        start, end = next((box.start, box.end) for box in boxes(data, 0, len(data)) if box.name == b"jp2c")
    (length,) = struct.unpack_from(">H", data, start + 4)
    _, at = _coding(data, start + 4 + length, end)
    whole, stop = _tiles(data, at, end)
    rows, tiles = _rows(data, start, whole)
    filled = bytes(data[: min(stop, end)]) + bytes(max(0, stop - end)) + b"\xff\xd9"
    return Mended(filled, rows, len(whole) == tiles and stop <= end)


def _tiles(data: memoryview, at: int, end: int) -> tuple[set[int], int]:
    """The tiles all of whose parts are there, and where the last part ends, which may be beyond the data. A.4.2.

    Not there is what does not tell its length, and at the end what looks like padding or a marker that
    stands in its place; no packet ends in FF. B.10.1, D.4.1.
    """
    whole: set[int] = set()
    tile = 0
    while at + 12 <= end and bytes(data[at : at + 2]) == b"\xff\x90":
        tile, length, part, parts = struct.unpack_from(">HIBB", data, at + 4)
        stop = at + length if length else end + len(data)  # as much again, where no length is told
        if stop < at + _SOT_LENGTH or stop > len(data) * _MOST_FILLED:
            break
        at = stop
        if stop > end:
            break
        if part + 1 == max(parts, 1):
            whole.add(tile)
    if bytes(data[at - 1 : at]) in STANDS_IN:
        whole.discard(tile)
    return whole, at


def _rows(data: memoryview, start: int, whole: set[int]) -> tuple[int, int]:
    """Rows of the image down to the first tile that is not whole, and how many tiles it has. B.3."""
    width, height, _, top, tile_width, tile_height, tile_left, tile_top = struct.unpack_from(">8I", data, start + 8)
    if not tile_width or not tile_height:
        raise ImageError("JPEG 2000: the sizes contradict each other")
    across, down = -(-(width - tile_left) // tile_width), -(-(height - tile_top) // tile_height)
    first = next(tile for tile in range(len(whole) + 1) if tile not in whole)
    rows = min(height, tile_top + first // max(across, 1) * tile_height) - top
    return max(0, -(-rows // data[start + 44])), across * down


def with_ppi(data: bytes, ppi: float) -> bytes:
    """A JP2 file with a capture resolution at the end of its header box, to a hundredth of a pixel. I.5.3.7."""
    metre = _sixteen_bits(Fraction(whole(ppi * 100), 25400))  # ten thousands of pixels
    ratio = struct.pack(">HH", metre.numerator, metre.denominator)
    resolution = _box(b"res ", _box(b"resc", ratio + ratio + b"\4\4"))
    for name, start, end in boxes(memoryview(data), 0, len(data)):
        if name == b"jp2h":
            return data[: start - 8] + _box(b"jp2h", data[start:end] + resolution) + data[end:]
    raise ImageError("JPEG 2000: a bare codestream cannot carry a resolution")


def _sixteen_bits(value: Fraction) -> Fraction:
    """The nearest fraction of two 16-bit numbers."""
    if value > 0:
        value = value.limit_denominator(min(0xFFFF, max(1, int(0xFFFF / value))))
    if not 0 < value.numerator <= 0xFFFF:
        raise ImageError("JPEG 2000: this resolution cannot be written")
    return value


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content
