"""BMP, GIF, WebP, PNM and IHead: the first picture of each, written anew from what a decoder needs."""

from __future__ import annotations

import re
import struct

from nistitl.images.cleaners.kept import BEHIND, FILLING, PICTURES, Kept
from nistitl.images.codecs.none import length_of
from nistitl.images.errors import ImageError
from nistitl.images.sides import COMMENT, GIF_KINDS, OTHER, TEXT, WEBP_KINDS
from nistitl.images.streams import foreign

# -- BMP ------------------------------------------------------------------------------------------

_FILE_HEADER, _INFO, _MASKED, _V4, _LONGEST = 14, 40, 56, 108, 124  # lengths of headers
_PLAIN, _FIELDS, _ALPHA_FIELDS = 0, 3, 6  # of compression
_MASKS = {_FIELDS: 12, _ALPHA_FIELDS: 16}  # bytes behind the shortest header
_OF_SCREENS = b"BGRs"  # colours: sRGB
_MOST_PALETTE = 8  # bits


def clean_bmp(data: memoryview, kept: Kept) -> None:
    """Header, palette and rows; ImageError where they are compressed."""
    start, size, width, height, _, bits, compression = struct.unpack_from("<IIiiHHI", data, 10)
    if compression not in (_PLAIN, *_MASKS) or size > _LONGEST or bits not in (1, 4, 8, 16, 24, 32):
        raise ImageError("BMP: data compressed in this way cannot be cleaned")
    (colours,) = struct.unpack_from("<I", data, _FILE_HEADER + 32)
    masks = _MASKS.get(compression, 0) if size == _INFO else 0
    at = _FILE_HEADER + size + masks
    entries = min(colours or 1 << bits, 1 << bits) if bits <= _MOST_PALETTE else 0
    palette = bytearray(data[at : at + 4 * entries])
    step, used = -(-abs(width) * bits // 32) * 4, abs(width) * bits
    rows = bytearray(data[start : start + step * abs(height)])
    if len(rows) < step * abs(height) or len(palette) < 4 * entries:
        raise ImageError("BMP: rows or colours are missing")
    palette[3::4] = bytes(entries)
    _clear_filling(rows, step, used, bits, compression)
    begin = at + len(palette)
    header = _bmp_header(bytes(data[_FILE_HEADER:at]), size, len(rows), entries)
    kept.keep(struct.pack("<2sIII", b"BM", begin + len(rows), 0, begin), header, bytes(palette), bytes(rows))
    kept.drop(BEHIND, data[start + len(rows) :])
    kept.drop(OTHER, b"" if header == data[_FILE_HEADER:at] and not any(data[6:10]) and start <= begin else b"?")
    kept.drop(FILLING, b"" if rows == data[start : start + len(rows)] and palette == data[at:begin] else b"?")


def _bmp_header(header: bytes, size: int, length: int, entries: int) -> bytes:
    """The same without a profile and its name, of as many colours as there are."""
    mended = bytearray(header)
    told, colours, important = struct.unpack_from("<I8xII", mended, 20)
    struct.pack_into("<I", mended, 20, told and length)
    struct.pack_into("<II", mended, 32, colours and entries, min(important, entries))
    if size > _MASKED:
        mended[_MASKED:size] = bytes(size - _MASKED)
    if size >= _V4:
        mended[_MASKED : _MASKED + 4] = _OF_SCREENS
    return bytes(mended)


def _clear_filling(rows: bytearray, step: int, used: int, bits: int, compression: int) -> None:
    """Zeros for the bytes that fill up a row, and for those of a pixel that no colour takes."""
    if bits == 32 and compression == _PLAIN:
        rows[3::4] = bytes(len(rows) // 4)
    rest = step - -(-used // 8)
    for at in range(step - rest, len(rows), step) if rest else ():
        rows[at : at + rest] = bytes(rest)


# -- GIF ------------------------------------------------------------------------------------------

_EXTENSION, _PICTURE, _TRAILER, _CONTROL = 0x21, 0x2C, 0x3B, 0xF9
_SCREEN = 13  # bytes of signature and screen


def clean_gif(data: memoryview, kept: Kept) -> None:
    """The screen, the first picture and what is transparent in it. GIF89a, appendix B."""
    at = _SCREEN + foreign.palette_length(data[10])
    kept.keep(data[:at])
    control, pictures = b"", 0
    while data[at] != _TRAILER:
        if data[at] not in (_EXTENSION, _PICTURE):
            raise ImageError("GIF: there is something else than a block")
        is_picture = data[at] == _PICTURE
        start = at + (11 + foreign.palette_length(data[at + 9]) if is_picture else 2)
        end = _blocks_end(data, start)
        if is_picture:
            pictures += 1
            if pictures == 1:
                kept.keep(control, data[at:end])
            kept.drop(PICTURES, b"" if pictures == 1 else b"?")
        elif data[at + 1] == _CONTROL and end - start == 6 and data[start] == 4 and not control:
            packed, transparent = data[start + 1] & 1, data[start + 4]
            control = bytes((_EXTENSION, _CONTROL, 4, packed, 0, 0, transparent if packed else 0, 0))
            kept.drop(OTHER, b"" if control == data[at:end] else b"?")
        else:
            kept.drop(GIF_KINDS.get(data[at + 1], OTHER))
        at = end
    kept.keep(bytes((_TRAILER,)))
    kept.drop(BEHIND, data[at + 1 :])


def _blocks_end(data: memoryview, at: int) -> int:
    """Where sub-blocks of 255 bytes at most end."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


# -- WebP -----------------------------------------------------------------------------------------

_EXTENDED, _LOSSY, _LOSSLESS, _ALPHA = b"VP8X", b"VP8 ", b"VP8L", b"ALPH"
_IS_ALPHA, _ANIMATED = 0x10, 0x02
_EXTENDED_LENGTH = 10


def clean_webp(data: memoryview, kept: Kept) -> None:
    """Picture and transparency; ImageError where there are several pictures. WebP container specification."""
    (size,) = struct.unpack_from("<I", data, 4)
    if 8 + size > len(data):
        raise ImageError("WebP: the file ends before the picture does")
    at, stop, met, inner = 12, 8 + size, set[bytes](), Kept()
    while at + 8 <= stop:
        name, length = struct.unpack_from("<4sI", data, at)
        content = data[at + 8 : min(at + 8 + length, stop)]
        at += 8 + length + length % 2
        if name in (_EXTENDED, _LOSSY, _LOSSLESS, _ALPHA) and name not in met and not met & {_LOSSY, _LOSSLESS}:
            _keep_webp(name, content, inner)
        else:
            inner.drop(WEBP_KINDS.get(name, OTHER))
        met.add(name)
    if not met & {_LOSSY, _LOSSLESS}:
        raise ImageError("WebP: there is no picture, or more than one")
    kept.wrap(inner, lambda held: struct.pack("<4sI4s", b"RIFF", len(held) + 4, b"WEBP") + held)
    kept.drop(BEHIND, data[stop:])


def _keep_webp(name: bytes, content: memoryview, kept: Kept) -> None:
    plain = bytes(content)
    if name == _EXTENDED:
        if plain[0] & _ANIMATED:
            raise ImageError("WebP: an animation cannot be cleaned")
        plain = bytes((plain[0] & _IS_ALPHA, 0, 0, 0)) + plain[4:_EXTENDED_LENGTH]
    kept.keep(struct.pack("<4sI", name, len(plain)), plain, bytes(len(plain) % 2))


# -- PNM and IHead --------------------------------------------------------------------------------

_BITS_AS_TEXT = 1
_LINE = 70  # characters of text
_NOT_BITS, _MOST_DIGITS = re.compile(rb"[^01]"), 5


def clean_pnm(data: memoryview, kept: Kept) -> None:
    """The header without comments, and the samples."""
    layout, header = foreign.pnm_layout(data), foreign.pnm(data)
    greatest = b"" if layout.kind in (1, 4) else b"%d\n" % layout.most
    kept.keep(b"P%d\n%d %d\n" % (layout.kind, header.width, header.height), greatest)
    if foreign.pnm_comments(data):
        kept.drop(COMMENT)
    count = header.pixels * header.components
    if layout.kind <= 3:
        _keep_text(bytes(data[layout.start :]), count, layout.kind == _BITS_AS_TEXT, kept)
    else:
        length = -(-header.width // 8) * header.height if layout.kind == 4 else count * layout.width
        kept.keep(kept.within(data[layout.start :], length, BEHIND))


def _keep_text(text: bytes, count: int, bits: bool, kept: Kept) -> None:
    """So many samples, a line of text for some of them."""
    if bits:
        digits = text.translate(None, b" \t\r\n")
        words, behind = [digits[at : at + _LINE] for at in range(0, min(count, len(digits)), _LINE)], digits[count:]
        words = [*words[:-1], words[-1][: (count - 1) % _LINE + 1]] if words else []
    else:
        words = text.split(None, count)
        behind = b"".join(words[count:])
        words = words[:count]
    if any(_NOT_BITS.search(word) if bits else not word.isdigit() or len(word) > _MOST_DIGITS for word in words):
        raise ImageError("PNM: there are samples that are no numbers")
    kept.drop(BEHIND, behind)
    kept.keep(b"\n".join(words), b"\n")


_HEAD, _ID, _CREATED, _NUMBERS, _PARENT = 8, 80, 26, 64, 288


def clean_ihead(data: memoryview, kept: Kept) -> None:
    """The numbers of the header, and the pixels."""
    length = length_of(foreign.ihead(data))
    begin = _HEAD + _ID + _CREATED
    numbers = b"".join(_number(data[at : at + 8]) for at in range(begin, begin + _NUMBERS, 8))
    rest = begin + _NUMBERS
    marks = bytes(data[rest : rest + 2]) + b"".join(_number(data[at : at + 8]) for at in (rest + 2, rest + 10))
    marks += bytes(data[rest + 18 : rest + 22])
    header = bytes(data[:3]) + bytes(_HEAD - 3 + _ID + _CREATED) + numbers + marks
    header = header.ljust(foreign.IHEAD_LENGTH, b"\0")
    kept.drop(TEXT, b"" if header == data[: len(header)] else b"?")
    kept.keep(header, kept.within(data[len(header) :], length, BEHIND))


def _number(text: memoryview) -> bytes:
    """A number in text, without what stands behind it."""
    digits = bytes(text).split(b"\0")[0].strip()
    return (digits if digits.isdigit() else b"").ljust(8, b"\0")
