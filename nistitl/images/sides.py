"""What a codestream holds beside its image: cameras' notes, text, profiles, what follows its end. A function a format.

It is told by kind and size, never by content; names that anybody may give (of chunks, boxes, applications) are content.
What only says how the image is to be read (size, tables, resolution, colours, density) is not told, nor the name of the
library that wrote a JPEG 2000.
"""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from nistitl.images.claims import claims_of
from nistitl.images.codestream import header_claimed
from nistitl.images.errors import ImageError
from nistitl.images.streams import exif, foreign, jpeg, jpeg2000, nistcom, png, wsq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.model.record import Record
    from nistitl.wire.fields import Raw

EXIF, XMP, ICC, IPTC = "EXIF", "XMP", "an ICC profile", "IPTC or Photoshop data"
COMMENT, TEXT, TIME, XML = "a comment", "text", "a time", "XML"
THUMBNAIL, BEHIND = "a thumbnail", "bytes behind the end"
APPLICATION, OTHER = "data of an application", "other data"


class Side(NamedTuple):
    """A piece of side information: its kind, and where it is."""

    kind: str
    start: int
    end: int


def sides_of(data: Raw, codec: str) -> list[Side]:
    """Every piece of side information in a codestream of that codec, in its order, up to where it is damaged."""
    found: list[Side] = []
    reader = _READERS.get(codec)
    if reader is None:
        return found
    view = memoryview(data).cast("B")
    with suppress(ImageError, struct.error, IndexError):  # the damage has a finding of its own
        found.extend(side for side in reader(view) if side.start < min(side.end, len(view)))
    return [side._replace(end=min(side.end, len(view))) for side in found]


def orientation_of(data: Raw, codec: str) -> int:
    """How EXIF says that the image is to be turned: 1, as it is stored, to 8. CIPA DC-008, 4.6.4, Orientation."""
    if codec == "TIFF":
        return exif.read(bytes(data)).orientation
    told = [bytes(data[side.start : side.end]) for side in sides_of(data, codec) if side.kind == EXIF]
    read = [exif.read(one.removeprefix(exif.IN_JP2).removeprefix(exif.HEAD)).orientation for one in told]
    return next((one for one in read if one != exif.UPRIGHT), exif.UPRIGHT)


def orientation_stored(record: Record) -> int:
    """How the image of a record is to be turned as EXIF says; 1 where it says nothing, or there is no image."""
    claims = claims_of(record)
    try:
        return orientation_of(claims.data or b"", header_claimed(claims).codec)
    except ImageError:
        return exif.UPRIGHT


def _tail(data: memoryview, at: int) -> Side:
    return Side(BEHIND, at, len(data))


# -- JPEG and WSQ -----------------------------------------------------------------------------

_APP0, _APP15, _JPEG_COMMENT, _EOI = 0xE0, 0xEF, 0xFE, 0xD9
_RESERVED = (*range(0x02, 0xC0), *range(0xF0, 0xFE))
ADOBE, ADOBE_LENGTH = b"Adobe", 12  # which transformation the colours went through
JFIF, JFIF_LENGTH = b"JFIF\0", 14
_WSQ_EOI, _WSQ_COMMENT, _WSQ_RESERVED = 0xA1, 0xA8, range(0xA9, 0xB0)
_APPLICATIONS = {
    exif.HEAD: EXIF,
    b"http://ns.adobe.com/xap/1.0/\0": XMP,
    b"http://ns.adobe.com/xmp/extension/\0": XMP,
    b"ICC_PROFILE\0": ICC,
    b"Photoshop 3.0\0": IPTC,
    b"JFXX\0": THUMBNAIL,
    JFIF: THUMBNAIL,
}
_MOST_HEAD = max(map(len, _APPLICATIONS))


def _jpeg(data: memoryview) -> Iterator[Side]:
    """ITU-T T.81, B.2.4.5 and B.2.4.6; JFIF; EXIF."""
    for marker, start, end in jpeg.segments(data):
        if marker == _EOI:
            yield _tail(data, end)
        elif marker == _JPEG_COMMENT:
            yield from _comment(data, start, end)
        elif _APP0 <= marker <= _APP15:
            yield from _application(data, start, end)
        elif marker in _RESERVED:
            yield Side(OTHER, start, end)


def _application(data: memoryview, start: int, end: int) -> Iterator[Side]:
    head = bytes(data[start : min(end, start + _MOST_HEAD)])
    if head.startswith(JFIF):
        yield Side(THUMBNAIL, start + JFIF_LENGTH, end)
    elif not (head.startswith(ADOBE) and end - start == ADOBE_LENGTH):
        yield Side(kind_of_application(head), start, end)


def kind_of_application(content: Raw) -> str:
    """What an APPn segment of JPEG holds, by how it begins."""
    head = bytes(content[:_MOST_HEAD])
    return next((kind for name, kind in _APPLICATIONS.items() if head.startswith(name)), APPLICATION)


def _comment(data: memoryview, start: int, end: int) -> Iterator[Side]:
    """A comment, unless it is NIST's and says what the image is like."""
    if not nistcom.is_technical(bytes(data[start:end])):
        yield Side(COMMENT, start, end)


def _wsq(data: memoryview) -> Iterator[Side]:
    """FBI IAFIS-IC-0110, 3.1."""
    for marker, start, end in wsq.segments(data):
        if marker == _WSQ_EOI:
            yield _tail(data, end)
        elif marker == _WSQ_COMMENT:
            yield from _comment(data, start, end)
        elif marker in _WSQ_RESERVED:
            yield Side(OTHER, start, end)


# -- PNG and WebP -----------------------------------------------------------------------------

_PNG_IMAGE = b"IHDR PLTE IDAT tRNS gAMA cHRM sRGB sBIT bKGD hIST pHYs cICP mDCV mDCv cLLI cLLi".split()
PNG_KINDS = {b"eXIf": EXIF, b"iCCP": ICC, b"tIME": TIME, b"tEXt": TEXT, b"zTXt": TEXT, b"iTXt": TEXT}
XMP_IN_PNG = b"XML:com.adobe.xmp\0"
_WEBP_IMAGE = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH")
WEBP_KINDS = {b"EXIF": EXIF, b"XMP ": XMP, b"ICCP": ICC}


def _png(data: memoryview) -> Iterator[Side]:
    """ISO/IEC 15948, clause 11.3."""
    for name, start, end in png.chunks(data):
        if name == b"IEND":
            yield _tail(data, end + 4)
        elif bytes(data[start : start + len(XMP_IN_PNG)]) == XMP_IN_PNG:
            yield Side(XMP, start, end)
        elif name not in _PNG_IMAGE:
            yield Side(PNG_KINDS.get(name, OTHER), start, end)


def _webp(data: memoryview) -> Iterator[Side]:
    """WebP container specification: chunks, padded to an even length, in a file of a length that is told."""
    (size,) = struct.unpack_from("<I", data, 4)
    at, stop = 12, min(8 + size, len(data))
    while at + 8 <= stop:
        name, length = struct.unpack_from("<4sI", data, at)
        if name not in _WEBP_IMAGE:
            yield Side(WEBP_KINDS.get(name, OTHER), at + 8, at + 8 + length)
        at += 8 + length + length % 2
    yield _tail(data, stop)


# -- JPEG 2000 --------------------------------------------------------------------------------

_JP2_IMAGE = b"jP  |ftyp|jp2h|ihdr|bpcc|pclr|cmap|cdef|res |resc|resd".split(b"|")
_PROFILES = (2, 3)  # METH of a colour specification box
_METH_LENGTH = 3
_XMP_IN_JP2 = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
UUIDS = {exif.IN_JP2: EXIF, _XMP_IN_JP2: XMP}
_COM, _EOC = 0xFF64, 0xFFD9
# what libraries write of themselves into each codestream, and nothing else
_ENCODER = re.compile(rb"(?:Created by OpenJPEG version |Kakadu-v|Creator: JasPer Version )[0-9.]{1,16}")


def _jpeg2000(data: memoryview) -> Iterator[Side]:
    """ISO/IEC 15444-1, annex I and A.9.2."""
    if bytes(data[:2]) == jpeg2000.BARE[:2]:
        yield from _codestream(data, 0, len(data))
        return
    at, ended = 0, False
    try:
        while at + 8 <= len(data):  # a walk ends behind the codestream, and boxes may follow
            for box in jpeg2000.boxes(data, at, len(data)):
                at, ended = max(at, box.end), ended or box.name == b"jp2c"
                yield from _box(data, box)
    except (ImageError, struct.error):  # what follows the codestream may be no boxes
        if not ended:
            raise
    yield _tail(data, at)


def _box(data: memoryview, box: jpeg2000.Box) -> Iterator[Side]:
    name, start, end = box
    if name == b"jp2c":
        yield from _codestream(data, start, end)
    elif name == b"colr":
        if data[start] in _PROFILES:
            yield Side(ICC, start + _METH_LENGTH, end)
    elif name == b"uuid":
        yield Side(UUIDS.get(bytes(data[start : start + 16]), OTHER), start, end)
    elif name not in _JP2_IMAGE:
        yield Side(XML if name == b"xml " else OTHER, start, end)


def _codestream(data: memoryview, start: int, end: int) -> Iterator[Side]:
    for marker, begin, stop in jpeg2000.segments(data, start, end):
        if marker == _COM:
            text = begin + 2  # behind what says whether it is text
            if not _ENCODER.fullmatch(data[text:stop]):
                yield Side(COMMENT, text, stop)
        elif marker == _EOC:
            yield Side(BEHIND, stop, end)


# -- formats that no record may hold ----------------------------------------------------------

GIF_KINDS = {0xFE: COMMENT, 0x01: TEXT, 0xFF: APPLICATION}
TIFF_KINDS = {700: XMP, 33723: IPTC, 34377: IPTC, 34675: ICC}
TIFF_DIRECTORIES = (34665, 34853)  # of EXIF: pointers
_ASCII, _PRIVATE = 2, 32768  # type of a value, first tag that anybody may have


def _gif(data: memoryview) -> Iterator[Side]:
    """GIF89a, appendix B: blocks of sub-blocks of 255 bytes at most."""
    at = 13 + foreign.palette_length(data[10])
    while data[at] != 0x3B:
        if data[at] == 0x21:
            start, kind = at + 2, GIF_KINDS.get(data[at + 1])
        else:
            start, kind = at + 10 + foreign.palette_length(data[at + 9]) + 1, None
        at = start
        while data[at]:
            at += 1 + data[at]
        at += 1
        if kind is not None:
            yield Side(kind, start, at)
    yield _tail(data, at + 1)


def _tiff(data: memoryview) -> Iterator[Side]:
    """TIFF 6.0, section 2; private tags."""
    for tag, kind, size, place in exif.directory(data):
        if tag in TIFF_DIRECTORIES:
            at, entries = exif.pointed_to(data, place)
            yield Side(EXIF, at, at + 2 + 12 * entries)
        elif tag in TIFF_KINDS or kind == _ASCII or tag >= _PRIVATE:
            yield Side(TIFF_KINDS.get(tag, TEXT if kind == _ASCII else OTHER), place, place + size)


def _bmp(data: memoryview) -> Iterator[Side]:
    """What follows the length that the file says of itself."""
    size, _, pixels = struct.unpack_from("<III", data, 2)
    if size > pixels:
        yield _tail(data, size)


def _pnm(data: memoryview) -> Iterator[Side]:
    """Comments in the header."""
    yield from (Side(COMMENT, start, end) for start, end in foreign.pnm_comments(data))


_READERS: dict[str, Callable[[memoryview], Iterator[Side]]] = {
    "JPEGB": _jpeg,
    "JPEGL": _jpeg,
    "WSQ20": _wsq,
    "PNG": _png,
    "JP2": _jpeg2000,
    "JP2L": _jpeg2000,
    "WEBP": _webp,
    "GIF": _gif,
    "TIFF": _tiff,
    "BMP": _bmp,
    "PNM": _pnm,
}
