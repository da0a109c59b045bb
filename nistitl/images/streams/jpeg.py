"""JPEG codestreams: markers and lengths, scans stepped over, up to the end of image. ITU-T T.81, annex B."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.resolution import whole
from nistitl.images.streams import nistcom
from nistitl.wire.grammar import PADDING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")  # in a scan FF is followed by 00 or by a restart marker
_HALF = re.compile(rb"\xff[%s]+\Z" % re.escape(PADDING))  # of a marker, which nothing but padding follows
_EOI, _SOS, _DHT, _APP0, _APP14, _COM = 0xD9, 0xDA, 0xC4, 0xE0, 0xEE, 0xFE
_PROCESSES = {
    0xC0: "baseline",
    0xC1: "extended",
    0xC2: "progressive",
    0xC3: "lossless",
    0xC9: "arithmetic",
    0xCA: "arithmetic progressive",
}
FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, 0xC8, 0xCC}
_NBIS_ONLY = (5, 6)
_MOST_SCANS = 100  # each goes over the whole image; ten are usual
_INCH = {1: 1.0, 2: 2.54}  # JFIF density units to pixels per inch


class Segment(NamedTuple):
    """A marker, and where its content begins and ends."""

    marker: int
    start: int
    end: int


def segments(data: memoryview) -> Iterator[Segment]:
    """Every segment up to the end of image, which has no content; bytes between segments are stepped over."""
    at = 2
    while (match := _MARKER.search(data, at)) and not _HALF.match(data, match.start()):
        marker, at = data[match.end() - 1], match.end()
        if marker == _EOI:
            yield Segment(marker, at, at)
            return
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2:
            raise ImageError("JPEG: a segment with an impossible length")
        yield Segment(marker, at + 2, at + length)
        at += length


@attrs.define(slots=True)
class _Seen:
    """What the walk has come across."""

    frame: Header | None = None
    ids: bytes = b""
    density: tuple[float, float] | None = None
    comment: tuple[float, float] | None = None
    jfif: bool = False
    transform: int | None = None
    scans: int = 0
    ended: bool = False


def header(data: memoryview) -> Header:
    """The header of a JPEG codestream: JPEGL for the lossless process, JPEGB for all others."""
    seen = _Seen()
    try:
        for segment in segments(data):
            _look(data, segment, seen)
    except struct.error:
        seen.ended = False
    if seen.frame is None:
        raise ImageError("JPEG: there is no frame header")
    return attrs.evolve(
        seen.frame,
        colour=_colour(seen.frame, seen),
        ppi=seen.density or seen.comment,
        truncated=not seen.ended or not seen.scans,
    )


def _look(data: memoryview, segment: Segment, seen: _Seen) -> None:
    marker, start, end = segment
    if marker in FRAMES and seen.frame is None:
        bits, height, width, components = struct.unpack_from(">BHHB", data, start)
        if marker not in _PROCESSES:
            raise ImageError("JPEG: a coding process that nobody decodes")
        codec = "JPEGL" if marker == 0xC3 else "JPEGB"
        seen.frame = Header(codec, width, height, bits, components, process=_PROCESSES[marker])
        seen.ids = bytes(data[start + 6 : start + 6 + 3 * components : 3])
    elif marker == _APP0 and bytes(data[start : start + 5]) == b"JFIF\0" and not seen.jfif:
        seen.jfif = True
        seen.density = _density(*struct.unpack_from(">BHH", data, start + 7))
    elif marker == _APP14 and bytes(data[start : start + 5]) == b"Adobe" and end - start >= 12:
        seen.transform = data[start + 11]
    elif marker == _COM:
        seen.comment = seen.comment or nistcom.ppi_of(bytes(data[start:end]))
    elif marker == _SOS:
        seen.scans += 1
        if seen.scans > _MOST_SCANS:
            raise ImageError("JPEG: too many scans")
    seen.ended = marker == _EOI


def _density(units: int, across: int, down: int) -> tuple[float, float] | None:
    factor = _INCH.get(units)
    return (across * factor, down * factor) if factor and across and down else None


def _colour(frame: Header, seen: _Seen) -> str:
    """The colours by the rules that libjpeg goes by."""
    if frame.components != 3:
        return {1: "GRAY", 4: "CMYK"}.get(frame.components, "UNK")
    if frame.process == "lossless":
        return "RGB"
    if not seen.jfif and (seen.transform == 0 or (seen.transform is None and seen.ids == b"RGB")):
        return "RGB"
    return "YCC"


def with_table_classes(data: memoryview) -> bytes:
    """The codestream with every Huffman table of class 0, the only one that the lossless process knows.

    NBIS writes class 1 there and selects class 0, which no other decoder reads. Tables: T.81, B.2.4.2.
    """
    mended, nbis = bytearray(data), False
    for marker, start, end in segments(data):
        at = start
        while marker == _DHT and at + 17 <= min(end, len(data)):
            nbis |= data[at] > 0x0F
            mended[at] &= 0x0F
            at += 17 + sum(data[at + 1 : at + 17])
        if marker == _SOS and nbis and _predictor(data, start) in _NBIS_ONLY:
            raise ImageError("JPEGL: predictors 5 and 6 of NBIS are not those of the standard")
    return bytes(mended)


def ended(data: bytes) -> bytes:
    """A codestream that has no end of image with one, in the place of half of it."""
    rest = data.rstrip(PADDING)
    half = rest.endswith(b"\xff") and data[len(rest) : len(rest) + 1] != b"\0"  # which would be a byte of the image
    return (rest[:-1] if half else data) + bytes((0xFF, _EOI))


def _predictor(data: memoryview, start: int) -> int:
    at = start + 1 + 2 * data[start] if start < len(data) else start
    return data[at] if at < len(data) else 0


def with_ppi(data: bytes, ppi: float, frame: Header) -> bytes:
    """The codestream with a resolution: in its JFIF header, or where it has none in a NISTCOM comment.

    A JFIF header cannot be added to RGB: its three components are YCC.
    """
    dots = whole(ppi)
    if not 0 < dots <= 0xFFFF:
        raise ImageError("JPEG: this resolution cannot be written")
    view = memoryview(data)
    for marker, start, _ in segments(view):
        if marker == _APP0 and data[start : start + 5] == b"JFIF\0":
            return data[: start + 7] + struct.pack(">BHH", 1, dots, dots) + data[start + 12 :]
    comment = nistcom.of_image(frame, dots, lossy=False)
    return data[:2] + struct.pack(">BBH", 0xFF, _COM, len(comment) + 2) + comment + data[2:]
