"""EXIF: the TIFF structure in which cameras keep what they know. CIPA DC-008, 4.6; TIFF 6.0, section 2."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.wire.fields import Raw

HEAD = b"Exif\0\0"  # before it in JPEG
IN_JP2 = b"JpgTiffExif->JP2"  # the UUID of its box
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION, _ACROSS, _DOWN, _UNIT = 274, 282, 283, 296
_SHORT, _RATIONAL = 3, 5
SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes of one value, by type; 1 of all others
_INLINE = 4  # bytes, that stand in the entry itself
_PER_INCH = {2: 1.0, 3: 2.54}  # ResolutionUnit: inch, centimetre
_NO_UNIT = 1
_MOST_ENTRIES = 1000
UPRIGHT = 1


class Entry(NamedTuple):
    """The tag and type of a value, how many bytes it takes, and where they are."""

    tag: int
    kind: int
    size: int
    place: int


@attrs.frozen(slots=True)
class Exif:
    """`orientation` 1 (upright) to 8; `density` across and down in pixels per inch, and its step; None: not said.

    `ratio`, where no unit is said and the pixels are not square: what they are across to down.
    """

    orientation: int = UPRIGHT
    density: tuple[float, float, float] | None = None
    ratio: tuple[float, float] | None = None


def read(data: bytes) -> Exif:
    """What the first directory says; nothing where it is none or does not hold together."""
    order = _ORDERS.get(data[:4], "")
    found: dict[int, float] = {}
    try:
        for tag, kind, _, place in directory(data):
            if kind == _SHORT:
                (found[tag],) = struct.unpack_from(f"{order}H", data, place)
            elif kind == _RATIONAL:
                above, below = struct.unpack_from(f"{order}II", data, place)
                found[tag] = above / below if below else 0.0
    except struct.error:
        pass  # what stands before the end is as true as it was
    orientation = found.get(_ORIENTATION, UPRIGHT)
    return Exif(int(orientation) if 1 <= orientation <= 8 else UPRIGHT, _density(found), _ratio(found))


def directory(data: Raw, at: int | None = None) -> Iterator[Entry]:
    """The entries of the first directory, or of the one there; none where there is none.

    struct.error where the data end in it.
    """
    order = _ORDERS.get(bytes(data[:4]))
    if order is None:
        return
    if at is None:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for place in range(at + 2, at + 2 + 12 * min(count, _MOST_ENTRIES), 12):
        tag, kind, many = struct.unpack_from(f"{order}HHI", data, place)
        size = many * SIZES.get(kind, 1)
        (elsewhere,) = struct.unpack_from(f"{order}I", data, place + 8)
        yield Entry(tag, kind, size, elsewhere if size > _INLINE else place + 8)


def pointed_to(data: Raw, place: int) -> tuple[int, int]:
    """Where the directory is that a value points to, and how many entries it has."""
    order = _ORDERS[bytes(data[:4])]
    (at,) = struct.unpack_from(f"{order}I", data, place)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    return at, count


def upright(data: bytes) -> bytes:
    """The same with the orientation of an image that is not to be turned."""
    order, mended = _ORDERS.get(data[:4]), bytearray(data)
    with suppress(struct.error):
        for tag, kind, _, place in directory(data):
            if (tag, kind) == (_ORIENTATION, _SHORT):
                struct.pack_into(f"{order}H", mended, place, UPRIGHT)
    return bytes(mended)


def _density(found: dict[int, float]) -> tuple[float, float, float] | None:
    unit = _PER_INCH.get(int(found.get(_UNIT, 2)))
    across, down = found.get(_ACROSS, 0.0), found.get(_DOWN, 0.0)
    return (across * unit, down * unit, 0.0) if unit and across and down else None


def _ratio(found: dict[int, float]) -> tuple[float, float] | None:
    across, down = found.get(_ACROSS, 0.0), found.get(_DOWN, 0.0)
    return (across, down) if found.get(_UNIT) == _NO_UNIT and across and down and across != down else None
