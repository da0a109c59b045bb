"""EXIF: the TIFF structure in which cameras keep what they know. CIPA DC-008, 4.6; TIFF 6.0, section 2."""

from __future__ import annotations

import struct

import attrs

HEAD = b"Exif\0\0"  # before it in JPEG
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION, _ACROSS, _DOWN, _UNIT = 274, 282, 283, 296
_SHORT, _RATIONAL = 3, 5
_PER_INCH = {2: 1.0, 3: 2.54}  # ResolutionUnit: inch, centimetre
_MOST_ENTRIES = 1000
_UPRIGHT = 1


@attrs.frozen(slots=True)
class Exif:
    """`orientation` 1 (upright) to 8; `density` across and down in pixels per inch, and its step; None: not said."""

    orientation: int = _UPRIGHT
    density: tuple[float, float, float] | None = None


def read(data: bytes) -> Exif:
    """What the first directory says; nothing where it is none or does not hold together."""
    order = _ORDERS.get(data[:4])
    if order is None:
        return Exif()
    found: dict[int, float] = {}
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(at + 2, at + 2 + 12 * min(count, _MOST_ENTRIES), 12):
            tag, kind = struct.unpack_from(f"{order}HH", data, entry)
            if kind == _SHORT:
                (found[tag],) = struct.unpack_from(f"{order}H", data, entry + 8)
            elif kind == _RATIONAL:
                (place,) = struct.unpack_from(f"{order}I", data, entry + 8)
                above, below = struct.unpack_from(f"{order}II", data, place)
                found[tag] = above / below if below else 0.0
    except struct.error:
        pass  # what stands before the end is as true as it was
    orientation = found.get(_ORIENTATION, _UPRIGHT)
    return Exif(int(orientation) if 1 <= orientation <= 8 else _UPRIGHT, _density(found))


def _density(found: dict[int, float]) -> tuple[float, float, float] | None:
    unit = _PER_INCH.get(int(found.get(_UNIT, 2)))
    across, down = found.get(_ACROSS, 0.0), found.get(_DOWN, 0.0)
    return (across * unit, down * unit, 0.0) if unit and across and down else None
