"""TIFF: the first page, written anew: the tags that say how it is to be read, and its strips or tiles.

TIFF 6.0, sections 2, 8 to 23; technical note 2 for JPEG in TIFF.
"""

from __future__ import annotations

import struct
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple
from zlib import compress, decompressobj

import attrs

from nistitl.images.arrays import library
from nistitl.images.cleaners import jpeg
from nistitl.images.cleaners.kept import BEHIND, PICTURES, UNUSED, Kept
from nistitl.images.errors import ImageError
from nistitl.images.sides import EXIF, OTHER, TEXT, TIFF_DIRECTORIES, TIFF_KINDS
from nistitl.images.streams import exif, tiff

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.images.streams.exif import Entry

_ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 2, 3, 4, 5, 7
_UNITS = {1: "B", _SHORT: "H", _LONG: "I"}
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _ROWS, _PLANES = 256, 257, 258, 259, 262, 277, 278, 284
_STRIPS, _STRIP_LENGTHS, _TILES, _TILE_LENGTHS, _TILE_WIDTH, _TILE_HEIGHT = 273, 279, 324, 325, 322, 323
_PLACES = {_STRIPS: _STRIP_LENGTHS, _TILES: _TILE_LENGTHS}
_PALETTE, _TABLES = 320, 347
_UNCOMPRESSED, _LZW, _JPEG, _DEFLATE, _OLD_DEFLATE, _PACKBITS = 1, 5, 7, 8, 32946, 32773
_REPACKED = (_LZW, _DEFLATE, _OLD_DEFLATE, _PACKBITS)  # as nothing else tells where they end; of facsimile nothing does
_COMPRESSIONS = (_UNCOMPRESSED, _JPEG, *_REPACKED)
_DEEPEST = 16  # bits, of palettes
_PLACED = (_STRIPS, _STRIP_LENGTHS, _TILES, _TILE_LENGTHS)
_HEADER, _ENTRY, _INLINE = 8, 12, 4  # bytes
_NOTHING = 128  # as the head of a run: less for bytes as they stand, more for one that is repeated


@attrs.frozen(slots=True)
class _Page:
    """The tags of a page that are whole numbers."""

    numbers: dict[int, tuple[int, ...]]

    def one(self, tag: int, default: int) -> int:
        return (self.numbers.get(tag) or (default,))[0]

    @property
    def samples(self) -> int:
        return self.one(_SAMPLES, 1)

    @property
    def pieces(self) -> int:
        """How many strips or tiles there are."""
        width, height = self.one(_WIDTH, 0), self.one(_HEIGHT, 0)
        planes = self.samples if self.one(_PLANES, 1) == 2 else 1
        if _TILES in self.numbers:
            across, down = max(self.one(_TILE_WIDTH, 1), 1), max(self.one(_TILE_HEIGHT, 1), 1)
            return -(-width // across) * -(-height // down) * planes
        return -(-height // max(self.one(_ROWS, height), 1)) * planes

    def length(self, piece: int) -> int:
        """How many bytes an uncompressed strip or tile takes."""
        samples = 1 if self.one(_PLANES, 1) == 2 else self.samples
        bits = self.one(_BITS, 1) * samples
        if _TILES in self.numbers:
            return -(-self.one(_TILE_WIDTH, 0) * bits // 8) * self.one(_TILE_HEIGHT, 0)
        height = self.one(_HEIGHT, 0)
        rows = max(min(self.one(_ROWS, height), height), 1)
        left = height - piece % max(-(-height // rows), 1) * rows
        return -(-self.one(_WIDTH, 0) * bits // 8) * min(rows, left)


def _just(count: int) -> Callable[[_Page], int]:
    return lambda page: count


_KEPT: dict[int, Callable[[_Page], int]] = {  # how many values a tag may have
    **dict.fromkeys((254, 255, _WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, 266, 274, _SAMPLES, _ROWS), _just(1)),
    **dict.fromkeys((282, 283, _PLANES, 292, 293, 296, 317, _TILE_WIDTH, _TILE_HEIGHT, 531), _just(1)),
    **dict.fromkeys((_BITS, 338, 339), lambda page: page.samples),
    **dict.fromkeys(_PLACED, lambda page: page.pieces),
    _PALETTE: lambda page: 3 << min(page.one(_BITS, 1), _DEEPEST),
    529: _just(3), 530: _just(2), 532: _just(6),
    _TABLES: _just(1 << 16),
}  # fmt: skip
_KINDS = {282: (_RATIONAL,), 283: (_RATIONAL,), 529: (_RATIONAL,), 532: (_RATIONAL,), _TABLES: (1, _UNDEFINED)}
_WHOLE = (1, _SHORT, _LONG)  # of all others


def clean(data: memoryview, kept: Kept) -> None:
    """Keep the first page; ImageError where its data overlap, or are compressed in a way that cannot be looked into."""
    order = tiff.SIGNATURES[bytes(data[:4])]
    entries: dict[int, Entry] = {}
    for entry in exif.directory(data):
        if entry.tag in _KEPT and entry.tag not in entries and entry.kind in _KINDS.get(entry.tag, _WHOLE):
            entries[entry.tag] = entry
        else:
            kept.drop(_kind(entry))
    page = _Page({tag: _numbers(data, order, entry) for tag, entry in entries.items() if entry.kind in _UNITS})
    if page.one(_COMPRESSION, 1) not in _COMPRESSIONS:
        raise ImageError("TIFF: data compressed in this way cannot be cleaned")
    places = _TILES if _TILES in entries else _STRIPS
    if places not in entries or _PLACES[places] not in entries:
        raise ImageError("TIFF: the file does not tell where its data are, or how many")
    tables = _tables(data, entries.get(_TABLES))
    pieces = _pieces(data, page, places, tables, kept)
    values = [
        _value(data, entry, page, order, kept) for _, entry in sorted(entries.items()) if entry.tag not in _PLACED
    ]
    lengths = [len(piece) for piece in pieces]
    starts = list(accumulate((length + length % 2 for length in lengths), initial=_HEADER))
    for tag, numbers in ((places, starts[:-1]), (_PLACES[places], lengths)):
        values.append(_Value(tag, _LONG, len(numbers), struct.pack(f"{order}{len(numbers)}I", *numbers)))
    kept.keep(data[:4], struct.pack(f"{order}I", starts[-1]))
    kept.keep(*(piece + bytes(len(piece) % 2) for piece in pieces))
    kept.keep(_directory(order, sorted(values), starts[-1]))
    if len(tiff.pages(data)) > 1:
        kept.drop(PICTURES)


class _Value(NamedTuple):
    """A tag, its type, how many values it has, and their bytes."""

    tag: int
    kind: int
    many: int
    content: bytes


def _value(data: memoryview, entry: Entry, page: _Page, order: str, kept: Kept) -> _Value:
    """The values of a tag, as many as it may have."""
    content = data[entry.place : entry.place + entry.size]
    if entry.tag == _TABLES:
        inner = Kept()
        jpeg.clean_tables(content, inner)
        kept.wrap(inner, lambda held: b"")
        return _Value(entry.tag, _UNDEFINED, len(inner.data), inner.data)
    if entry.tag == _COMPRESSION and page.one(_COMPRESSION, 1) in _REPACKED:
        return _Value(entry.tag, _SHORT, 1, struct.pack(f"{order}H", _DEFLATE))
    size = exif.SIZES.get(entry.kind, 1)
    values = bytes(kept.within(content, _KEPT[entry.tag](page) * size, OTHER))
    return _Value(entry.tag, entry.kind, len(values) // size, values)


def _directory(order: str, values: list[_Value], at: int) -> bytes:
    """A directory at that place, and behind it the values that do not fit into it."""
    entries, behind = [], b""
    at += 2 + _ENTRY * len(values) + 4
    for tag, kind, count, content in values:
        place = content.ljust(_INLINE, b"\0")
        if len(content) > _INLINE:
            place = struct.pack(f"{order}I", at + len(behind))
            behind += content + bytes(len(content) % 2)
        entries.append(struct.pack(f"{order}HHI", tag, kind, count) + place)
    return struct.pack(f"{order}H", len(values)) + b"".join(entries) + bytes(4) + behind


def _kind(entry: Entry) -> str:
    if entry.tag in TIFF_DIRECTORIES:
        return EXIF
    return TIFF_KINDS.get(entry.tag, TEXT if entry.kind == _ASCII else OTHER)


def _numbers(data: memoryview, order: str, entry: Entry) -> tuple[int, ...]:
    form = _UNITS[entry.kind]
    return struct.unpack_from(f"{order}{entry.size // struct.calcsize(form)}{form}", data, entry.place)


def _tables(data: memoryview, entry: Entry | None) -> bytes:
    """The tables that strips of JPEG have in common, as segments."""
    inner = Kept()
    if entry is not None:
        jpeg.clean_tables(data[entry.place : entry.place + entry.size], inner)
    return inner.data[2:-2]


def _pieces(data: memoryview, page: _Page, places: int, tables: bytes, kept: Kept) -> list[bytes]:
    """Strips or tiles, as many as there are, none longer than it may be."""
    starts, lengths = page.numbers[places], page.numbers[_PLACES[places]]
    kept.drop(UNUSED, bytes(max(len(starts) - page.pieces, 0)))
    if len(starts) < page.pieces or len(lengths) < page.pieces or sum(lengths[: page.pieces]) > len(data):
        raise ImageError("TIFF: strips or tiles are missing, or overlap")
    found = []
    for number, (start, length) in enumerate(zip(starts[: page.pieces], lengths, strict=False)):
        if start + length > len(data):
            raise ImageError("TIFF: a strip or tile is not all there")
        found.append(_piece(data[start : start + length], page, number, tables, kept))
    return found


def _piece(piece: memoryview, page: _Page, number: int, tables: bytes, kept: Kept) -> bytes:
    compression, length = page.one(_COMPRESSION, 1), page.length(number)
    if compression == _UNCOMPRESSED:
        return bytes(kept.within(piece, length, BEHIND))
    if compression == _JPEG:
        inner = Kept()
        jpeg.clean(piece, inner, tables)
        kept.wrap(inner, lambda held: b"")
        return inner.data
    unpacked = _unpacked(bytes(piece), compression, length)
    kept.drop(BEHIND, b"" if len(unpacked) == length else b"?")
    return compress(unpacked[:length])


def _unpacked(piece: bytes, compression: int, length: int) -> bytes:
    """The samples of a strip or tile; of deflated ones a byte more where there is one."""
    with library("TIFF"):
        if compression in (_DEFLATE, _OLD_DEFLATE):
            unpacked = decompressobj().decompress(piece, length + 1)
        elif compression == _LZW:
            from imagecodecs import lzw_decode

            unpacked = bytes(lzw_decode(piece, out=length))
        else:
            unpacked = _of_runs(piece, length)
    if len(unpacked) < length:
        raise ImageError("TIFF: a strip or tile is not all there")
    return unpacked


def _of_runs(piece: bytes, length: int) -> bytes:
    """So many bytes of runs, or what there is. TIFF 6.0, section 9."""
    found, at = bytearray(), 0
    while len(found) < length and at < len(piece):
        head = piece[at]
        if head < _NOTHING:
            found += piece[at + 1 : at + 2 + head]
        elif head > _NOTHING:
            found += piece[at + 1 : at + 2] * (257 - head)
        at += head + 2 if head < _NOTHING else 2 if head > _NOTHING else 1
    return bytes(found)
