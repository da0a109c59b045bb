"""TIFF: its directories, one a page, and what the first of them says of the samples. TIFF 6.0, sections 2, 8 and 18."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import attrs

from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.streams import exif

if TYPE_CHECKING:
    from nistitl.wire.fields import Raw

SIGNATURES = {b"II*\0": "<", b"MM\0*": ">"}
_BIG = (b"II+\0", b"MM\0+")
_SUBFILE, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES = 254, 256, 257, 258, 262, 277
_PLANES, _EXTRA, _FORMAT = 284, 338, 339
_PLACES = (273, 279, 324, 325)  # of strips and their lengths, of tiles and theirs
_ASKED = (_SUBFILE, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES, _PLANES, _EXTRA, _FORMAT, *_PLACES)
_NUMBERS = {3: "H", 4: "I"}
_NO_PAGE = 0b101  # of NewSubfileType: a smaller copy of a page, a mask
_WHITE_IS_ZERO, _RGB, _PALETTE, _INKS, _YCC, _LAB = 0, 2, 3, 5, 6, 8
_COLOURS = (_RGB, _PALETTE, _YCC, _LAB)
_SAMPLES_OF = {_RGB: 3, _YCC: 3, _LAB: 3}  # 1 of all others
_SEPARATE, _ASSOCIATED = 2, 1  # of PlanarConfiguration, of ExtraSamples
_WHOLE_NUMBERS = (1, 4)  # of SampleFormat: from zero on, and not told
_MOST_PAGES = 1000


@attrs.frozen(slots=True)
class Samples:
    """How the samples of a page are stored."""

    header: Header
    white_is_zero: bool = False
    palette: bool = False
    planes: bool = False  # one plane after the other, not pixel by pixel
    premultiplied: bool = False  # by what they let through


def is_big(start: bytes) -> bool:
    """True for the first bytes of a BigTIFF, whose places take eight bytes."""
    return start[:4] in _BIG


def pages(data: Raw) -> list[int]:
    """Where the directory of every page is; smaller copies of a page and masks are none."""
    order = SIGNATURES[bytes(data[:4])]
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    found: dict[int, bool] = {}
    while at and at not in found and len(found) < _MOST_PAGES and at + 2 <= len(data):
        found[at] = not _numbers(data, order, at).get(_SUBFILE, (0,))[0] & _NO_PAGE
        (count,) = struct.unpack_from(f"{order}H", data, at)
        behind = at + 2 + 12 * count
        at = struct.unpack_from(f"{order}I", data, behind)[0] if behind + 4 <= len(data) else 0
    return [place for place, is_page in found.items() if is_page] or list(found)[:1]


def page_of(data: bytes, place: int) -> bytes:
    """The same file, its first directory the one at that place."""
    return data[:4] + struct.pack(f"{SIGNATURES[data[:4]]}I", place) + data[8:]


def header(data: memoryview) -> Header:
    """Size and kind of the first page."""
    return samples(data).header


def samples(data: memoryview) -> Samples:
    """How the first page is stored. ImageError for what is neither gray nor colours in whole numbers."""
    order = SIGNATURES[bytes(data[:4])]
    tags = _numbers(data, order)
    photometric, count = tags.get(_PHOTOMETRIC, (1,))[0], tags.get(_SAMPLES, (1,))[0]
    if photometric == _INKS:
        raise ImageError("TIFF: inks (CMYK) are not decoded; save it as gray or RGB")
    if not set(tags.get(_FORMAT, (1,))) <= set(_WHOLE_NUMBERS):
        raise ImageError("TIFF: samples that are signed, or no whole numbers, are not decoded; save it as 8 or 16 bits")
    more = count - _SAMPLES_OF.get(photometric, 1)
    if more not in (0, 1):
        raise ImageError(f"TIFF: images of {count} components are not decoded")
    colours = photometric in _COLOURS
    read = Header(
        "TIFF",
        tags.get(_WIDTH, (0,))[0],
        tags.get(_HEIGHT, (0,))[0],
        tags.get(_BITS, (1,))[0],
        3 if colours else 1,
        "RGB" if colours else "GRAY",
        truncated=any(
            start + length > len(data)
            for starts, lengths in (_PLACES[:2], _PLACES[2:])
            for start, length in zip(tags.get(starts, ()), tags.get(lengths, ()), strict=False)
        ),
        palette=photometric == _PALETTE,
        alpha=more == 1,
    )
    return Samples(
        read,
        photometric == _WHITE_IS_ZERO,
        photometric == _PALETTE,
        tags.get(_PLANES, (1,))[0] == _SEPARATE,
        tags.get(_EXTRA, (0,))[0] == _ASSOCIATED,
    )


def _numbers(data: Raw, order: str, at: int | None = None) -> dict[int, tuple[int, ...]]:
    """The whole numbers of a directory that are asked for here, by their tag."""
    found: dict[int, tuple[int, ...]] = {}
    for tag, kind, size, place in exif.directory(data, at):
        form = _NUMBERS.get(kind)
        if tag in _ASKED and tag not in found and form is not None and size:
            found[tag] = struct.unpack_from(f"{order}{size // struct.calcsize(form)}{form}", data, place)
    return found
