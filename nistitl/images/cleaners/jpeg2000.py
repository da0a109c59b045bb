"""JPEG 2000: boxes that say how the image is to be read, markers of its codestream that a decoder needs.

ISO/IEC 15444-1, annexes A and I. Pointers into the codestream (TLM, PLM, PLT) go, as what they tell can be counted.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from nistitl.images.cleaners.kept import BEHIND, Kept
from nistitl.images.errors import ImageError
from nistitl.images.sides import COMMENT, ICC, OTHER, UUIDS, XML
from nistitl.images.streams import jpeg2000
from nistitl.images.streams.packets import packet_lengths

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.wire.fields import Raw

_SOT, _EOC, _COM = 0xFF90, 0xFFD9, 0xFF64
_SOD = b"\xff\x93"
_SIZ, _CAP, _COD, _COC, _RGN, _QCD, _QCC, _POC, _PPM, _PPT = (
    0xFF51, 0xFF50, 0xFF52, 0xFF53, 0xFF5E, 0xFF5C, 0xFF5D, 0xFF5F, 0xFF60, 0xFF61,
)  # fmt: skip
_TWO_BYTES = 257  # components, from which on the number of one takes two bytes
_PRECINCTS = 1  # of Scod and Scoc: they are told


class _Seen(NamedTuple):
    """Of a codestream: how many bytes the number of a component takes, and the most decompositions of one."""

    number: int
    levels: int


def clean(data: memoryview, kept: Kept) -> None:
    """Keep the image, in boxes or bare; ImageError where it has no end."""
    if bytes(data[:2]) == jpeg2000.BARE[:2]:
        _clean_codestream(data, 0, len(data), kept)
    else:
        _clean_boxes(data, kept)


# -- boxes ----------------------------------------------------------------------------------------

_FLAT = 9  # of boxes: so deep that none is looked into
_ENUMERATED, _COLOUR_LENGTH, _RATIO_LENGTH = 1, 7, 10
_COLOURS = {1: 17, 3: 16, 4: 12}  # by components: gray, sRGB, CMYK
_BRANDS = (b"jp2 ", b"jpx ", b"jph ")
_HEADER_BOXES = (b"ihdr", b"bpcc", b"pclr", b"cmap", b"cdef", b"colr", b"res ")


def _clean_boxes(data: memoryview, kept: Kept) -> None:
    """The signature, the type, the header box and the first codestream. I.2.2."""
    met: set[bytes] = set()
    for name, start, end in jpeg2000.boxes(data, 0, len(data), _FLAT):
        content, inner = data[start:end], Kept()
        if name == b"jp2c":
            _clean_codestream(data, start, end, inner)
            kept.wrap(inner, lambda held: _box(b"jp2c", held))
            kept.drop(BEHIND, data[end:])
            return
        if name == b"jP  " and name not in met:
            kept.keep(_box(name, kept.within(content, 4, OTHER)))
        elif name == b"ftyp" and name not in met:
            plain = _brands(bytes(content))
            kept.drop(OTHER, b"" if content == plain else b"?")
            kept.keep(_box(name, plain))
        elif name == b"jp2h" and name not in met:
            _clean_header(data, start, end, inner)
            kept.wrap(inner, lambda held: _box(b"jp2h", held))
        else:
            kept.drop(_kind(name, content))
        met.add(name)
    raise ImageError("JP2: there is no codestream")


def _kind(name: bytes, content: memoryview) -> str:
    if name == b"uuid":
        return UUIDS.get(bytes(content[:16]), OTHER)
    return XML if name == b"xml " else OTHER


def _brands(content: bytes) -> bytes:
    """What a file type box says that is known here. I.5.2."""
    brands = [content[at : at + 4] for at in range(8, len(content), 4)]
    told = [brand for brand in _BRANDS if brand in brands] or [b"jp2 "]
    return (content[:4] if content[:4] in _BRANDS else b"jp2 ") + bytes(4) + b"".join(told)


def _clean_header(data: memoryview, start: int, end: int, kept: Kept) -> None:
    """The boxes that say how components become colours, the first of each name. I.5.3."""
    first: dict[bytes, memoryview] = {}
    for name, begin, stop in jpeg2000.boxes(data, start, end, _FLAT):
        if name not in _HEADER_BOXES or name in first:
            kept.drop(_kind(name, data[begin:stop]))
            continue
        content = first[name] = data[begin:stop]
        if name == b"colr":
            _keep_colour(data, content, kept)
        elif name == b"res ":
            inner = Kept()
            _clean_resolution(data, begin, stop, inner)
            kept.wrap(inner, lambda held: _box(b"res ", held))
        else:
            kept.keep(_box(name, kept.within(content, _length(name, first), OTHER)))


def _length(name: bytes, first: dict[bytes, memoryview]) -> int:
    """How long the content of a box is, by what it and others say."""
    content, columns = first[name], first[b"pclr"][2] if b"pclr" in first else 0
    if name == b"bpcc":
        return int.from_bytes(first[b"ihdr"][8:10], "big") if b"ihdr" in first else 0
    if name == b"pclr":
        widths = ((depth & 0x7F) // 8 + 1 for depth in content[3 : 3 + columns])
        return 3 + columns + int.from_bytes(content[:2], "big") * sum(widths)
    if name == b"cmap":
        return 4 * columns
    return 14 if name == b"ihdr" else 2 + 6 * int.from_bytes(content[:2], "big")


def _keep_colour(data: memoryview, content: memoryview, kept: Kept) -> None:
    """Colours that have a number; in the place of a profile those that its number of components usually has."""
    if content[0] == _ENUMERATED:
        kept.keep(_box(b"colr", kept.within(content, _COLOUR_LENGTH, OTHER)))
        return
    components = jpeg2000.header(data).components
    if components not in _COLOURS:
        raise ImageError("JP2: nothing but a profile tells the colours")
    kept.drop(ICC)
    kept.keep(_box(b"colr", struct.pack(">BBBI", _ENUMERATED, 0, 0, _COLOURS[components])))


def _clean_resolution(data: memoryview, start: int, end: int, kept: Kept) -> None:
    """The resolutions of capture and to show it in. I.5.3.7."""
    for name, begin, stop in jpeg2000.boxes(data, start, end, _FLAT):
        if name in (b"resc", b"resd"):
            kept.keep(_box(name, kept.within(data[begin:stop], _RATIO_LENGTH, OTHER)))
        else:
            kept.drop(OTHER)


def _box(name: bytes, content: Raw) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + bytes(content)


# -- the codestream -------------------------------------------------------------------------------


def _clean_codestream(data: memoryview, start: int, end: int, kept: Kept) -> None:
    """The markers that a decoder needs, and the packets."""
    markers = Kept()
    _clean_markers(data, start, end, markers)
    kept.wrap(markers, lambda held: b"")
    _cut_packets(memoryview(markers.data), kept)


def _cut_packets(data: memoryview, kept: Kept) -> None:
    """A codestream of nothing else, without what stands behind the packets of its tiles. A.4.2."""
    left = packet_lengths(data, 0, len(data))
    if left is None:
        raise ImageError("JPEG 2000: nobody can tell where the coded data end, as its packets are not followed here")
    part, tile = kept, 0
    kept.keep(data[:2])
    for (marker, begin, stop), following in pairwise(jpeg2000.segments(data, 0, len(data))):
        if marker == _SOT:
            part, tile = Kept(), int.from_bytes(data[begin : begin + 2], "big")
        part.keep(data[begin - 4 : stop])
        if len(coded := data[stop : _begin(following)]):
            packets = part.within(coded[2:], left.get(tile, 0), BEHIND)
            left[tile] = left.get(tile, 0) - len(packets)
            part.keep(_SOD, packets)
            kept.wrap(part, _with_length)
            part = kept
    kept.keep(data[-2:])


def _clean_markers(data: memoryview, start: int, end: int, kept: Kept) -> None:
    """The markers that a decoder needs, and what is coded, whatever it is. A.4 to A.6."""
    found = list(jpeg2000.segments(data, start, end))
    if not found or found[-1][0] != _EOC:
        raise ImageError("JPEG 2000: there is no end of codestream, so nobody can tell where it is")
    seen = _look(data, found)
    kept.keep(data[start : start + 2])
    part: Kept | None = None
    for (marker, begin, stop), following in pairwise(found):
        where = part or kept
        if marker == _SOT:
            part = Kept()
            part.keep(struct.pack(">HH", marker, 10), part.within(data[begin:stop], 8, OTHER))
        elif marker in _NEEDED:
            content = where.within(data[begin:stop], _NEEDED[marker](data[begin:stop], seen), OTHER)
            where.keep(struct.pack(">HH", marker, len(content) + 2), content)
        else:
            where.drop(COMMENT if marker == _COM else OTHER)
        coded = data[stop : _begin(following)]
        if len(coded):
            if part is None or bytes(coded[:2]) != _SOD:
                raise ImageError("JPEG 2000: there are bytes between the markers")
            part.keep(coded)
            kept.wrap(part, _with_length)
            part = None
    if part is not None:
        raise ImageError("JPEG 2000: a tile-part without data")
    kept.keep(data[found[-1][1] - 2 : found[-1][1]])
    kept.drop(BEHIND, data[found[-1][1] : end])


def _begin(segment: tuple[int, int, int]) -> int:
    """Where the marker of a segment is."""
    return segment[1] - (2 if segment[0] == _EOC else 4)


def _with_length(part: bytes) -> bytes:
    """A tile-part that tells its length, if it told one. A.4.2."""
    length = struct.pack(">I", len(part)) if part[6:10] != bytes(4) else bytes(4)
    return part[:6] + length + part[10:]


def _look(data: memoryview, found: list[tuple[int, int, int]]) -> _Seen:
    number, levels = 1, 0
    for marker, begin, _ in found:
        if marker == _SIZ:
            number = 1 if int.from_bytes(data[begin + 34 : begin + 36], "big") < _TWO_BYTES else 2
        elif marker == _COD:
            levels = max(levels, data[begin + 5])
        elif marker == _COC:
            levels = max(levels, data[begin + number + 1])
    return _Seen(number, levels)


def _coding(content: memoryview, before: int, style: int) -> int:
    """The length of a coding style, whose parameters stand behind so many bytes. A.6.1, A.6.2."""
    return before + 5 + (content[before] + 1 if style & _PRECINCTS else 0)


def _steps(content: memoryview, before: int, seen: _Seen) -> int:
    """The length of a quantization, whose style stands behind so many bytes. A.6.4, A.6.5."""
    bands = 3 * seen.levels + 1
    return before + 1 + {0: bands, 1: 2}.get(content[before] & 31, 2 * bands)


_NEEDED: dict[int, Callable[[memoryview, _Seen], int]] = {  # the length of the content of each
    _SIZ: lambda content, seen: 36 + 3 * int.from_bytes(content[34:36], "big"),
    _CAP: lambda content, seen: 4 + 2 * int.from_bytes(content[:4], "big").bit_count(),
    _COD: lambda content, seen: _coding(content, 5, content[0]),
    _COC: lambda content, seen: _coding(content, seen.number + 1, content[seen.number]),
    _RGN: lambda content, seen: seen.number + 2,
    _QCD: lambda content, seen: _steps(content, 0, seen),
    _QCC: lambda content, seen: _steps(content, seen.number, seen),
    _POC: lambda content, seen: len(content) // (5 + 2 * seen.number) * (5 + 2 * seen.number),
    _PPM: lambda content, seen: len(content),  # packet headers are coded data
    _PPT: lambda content, seen: len(content),
}
