"""What a codestream says of its resolution, everywhere that it does: one function a format.

Of two places that differ none is better, so all are given. A codec of another package says it in its header.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nistitl.images.errors import ImageError
from nistitl.images.registry import codec_recognised, read_header
from nistitl.images.resolution import Density
from nistitl.images.streams import exif, jpeg, jpeg2000, nistcom, png, wsq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.wire.fields import Raw

_METRE = 0.0254  # an inch
_JFIF_UNITS = {1: 1.0, 2: 2.54}  # to pixels per inch
_BMP_HEADER = 40  # bytes, from which on it says a resolution
_BMP_INVENTED = {2834, 2835, 3779, 3780}  # pixels per metre: of screens
_APP0, _APP1, _JPEG_COMMENT, _WSQ_COMMENT = 0xE0, 0xE1, 0xFE, 0xA8


def densities_of(data: Raw) -> list[Density]:
    """Every statement of the resolution in a codestream, in its order; empty where it has none or is no codestream."""
    found: list[Density] = []
    view = memoryview(data).cast("B")
    codec = codec_recognised(view)
    reader = _READERS.get(codec.name) if codec is not None else None
    try:
        if reader is not None:
            found.extend(reader(view))
        elif (header := read_header(view)) is not None and header.ppi is not None:
            found.append(Density("its header", *header.ppi))
    except (ImageError, struct.error, IndexError):
        pass  # what came before the damage is told; the damage has a finding of its own
    return found


def _png(data: memoryview) -> Iterator[Density]:
    """ISO/IEC 15948, 11.3.5.3 pHYs; eXIf."""
    for name, start, end in png.chunks(data):
        if name == b"pHYs" and end - start == 9:
            across, down, unit = struct.unpack_from(">IIB", data, start)
            if across and down:
                yield _scaled("pHYs", across, down, _METRE if unit == 1 else None)
        elif name == b"eXIf":
            yield from _exif(bytes(data[start:end]))


def _jpeg(data: memoryview) -> Iterator[Density]:
    """JFIF, ISO/IEC 10918-5; EXIF; NIST's comment."""
    for marker, start, end in jpeg.segments(data):
        head = bytes(data[start : start + 6])
        if marker == _APP0 and head.startswith(b"JFIF\0"):
            units, across, down = struct.unpack_from(">BHH", data, start + 7)
            if (
                across and down and (units or across != down)
            ):  # without a unit, 1:1 is what writers put who know nothing
                yield _scaled("JFIF", across, down, _JFIF_UNITS.get(units))
        elif marker == _APP1 and head == exif.HEAD:
            yield from _exif(bytes(data[start + 6 : end]))
        elif marker == _JPEG_COMMENT:
            yield from _comment(bytes(data[start:end]))


def _wsq(data: memoryview) -> Iterator[Density]:
    """NIST's comment."""
    for marker, start, end in wsq.segments(data):
        if marker == _WSQ_COMMENT:
            yield from _comment(bytes(data[start:end]))


def _jpeg2000(data: memoryview) -> Iterator[Density]:
    """The resolution of capture; where that is not told, the one to show it in. ISO/IEC 15444-1, I.5.3.7."""
    if bytes(data[:2]) == jpeg2000.BARE[:2]:
        return
    told: dict[bytes, Density] = {}
    for name, start, end in jpeg2000.boxes(data, 0, len(data)):
        if name in (b"resc", b"resd") and (ppi := jpeg2000.resolution(data, start)) is not None:
            told[name] = Density("JP2 capture" if name == b"resc" else "JP2 display", *ppi)
        elif name == b"uuid" and bytes(data[start : start + 16]) == exif.IN_JP2:
            yield from _exif(bytes(data[start + 16 : end]))
    if told:
        yield told.get(b"resc") or told[b"resd"]


def _tiff(data: memoryview) -> Iterator[Density]:
    """The tags that EXIF has from it."""
    read = exif.read(bytes(data))
    if read.density is not None:
        yield Density("TIFF", *read.density)
    elif read.ratio is not None:
        yield Density("TIFF", *read.ratio, ratio=True)


def _bmp(data: memoryview) -> Iterator[Density]:
    """Pixels per metre, of a header that has them; not the 72 or 96 an inch that writers put who know nothing."""
    size, across, down = struct.unpack_from("<I20xii", data, 14)
    if size >= _BMP_HEADER and across > 0 and down > 0 and not {across, down} <= _BMP_INVENTED:
        yield _scaled("BMP", across, down, _METRE)


def _exif(data: bytes) -> Iterator[Density]:
    density = exif.read(data).density
    if density is not None:
        yield Density("EXIF", *density)


def _comment(text: bytes) -> Iterator[Density]:
    ppi = nistcom.ppi_of(text)
    if ppi is not None:
        yield Density("NISTCOM", *ppi)


def _scaled(source: str, across: int, down: int, unit: float | None) -> Density:
    """Of whole numbers in a unit; without one they are an aspect ratio."""
    if unit is None:
        return Density(source, across, down, ratio=True)
    return Density(source, across * unit, down * unit, step=unit)


_READERS: dict[str, Callable[[memoryview], Iterator[Density]]] = {
    "PNG": _png,
    "JPEGB": _jpeg,
    "JPEGL": _jpeg,
    "WSQ20": _wsq,
    "JP2": _jpeg2000,
    "JP2L": _jpeg2000,
    "TIFF": _tiff,
    "BMP": _bmp,
}
