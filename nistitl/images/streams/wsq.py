"""WSQ codestreams: markers and lengths, up to the end of image. FBI IAFIS-IC-0110, 3.1."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.streams import nistcom

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(rb"\xff[\xa1-\xaf]")  # in coded data FF is followed by 00, or by a restart marker
_EOI, _SOF, _COM = 0xA1, 0xA2, 0xA8


def segments(data: memoryview) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the content of every segment; the end of image has none."""
    at = 2
    while match := _MARKER.search(data, at):
        marker, at = data[match.end() - 1], match.end()
        if marker == _EOI:
            yield marker, at, at
            return
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2:
            raise ImageError("WSQ: a segment with an impossible length")
        yield marker, at + 2, at + length
        at += length


def header(data: memoryview) -> Header:
    """The header of a WSQ codestream."""
    frame: tuple[int, int] | None = None
    ppi: tuple[float, float] | None = None
    ended = False
    try:
        for marker, start, end in segments(data):
            if marker == _SOF and frame is None:
                frame = struct.unpack_from(">HH", data, start + 2)
            elif marker == _COM:
                ppi = ppi or nistcom.ppi_of(bytes(data[start:end]))
            ended = marker == _EOI
    except struct.error:
        ended = False
    if frame is None:
        raise ImageError("WSQ: there is no frame header")
    return Header("WSQ20", frame[1], frame[0], 8, 1, ppi=ppi, truncated=not ended)
