"""Finger minutiae records, the templates that matchers speak: ANSI INCITS 378-2004 and ISO/IEC 19794-2:2005.

Both are a header, then views: four bytes, six for each minutia, and areas of extended data. INCITS has the product
and a length of two bytes (or two zeros and four bytes) in its header, and angles of two degrees; ISO a length of four
bytes and angles of 360/256 degrees. Bits that are reserved, and areas that are not known, are kept.
"""

from __future__ import annotations

import struct

import attrs

from nistitl.minutiae.arrays import CENTIMETRES, MinutiaeError
from nistitl.minutiae.view import FORMATS, INCITS, ISO, Format, View
from nistitl.minutiae.view_reading import read_view
from nistitl.minutiae.view_writing import nibble, view_bytes

__all__ = ["APPENDIX_F", "FORMATS", "INCITS", "ISO", "Format", "Template", "View", "known_format", "read_template"]

APPENDIX_F = 8  # of the certification of equipment
_MAGIC = b"FMR\0 20\0"
_MOST_BYTES = 0xFFFF  # of a length of two bytes


@attrs.frozen(slots=True, eq=False)
class Template:
    """A finger minutiae record: size of the image in pixels, resolution in pixels per cm, and the views.

    `equipment` and its `certification` (bit 3: appendix F) are 0 where they are not told; `product` is that of CBEFF,
    owner and type, which ISO does not have. `lost`: what the format could not hold of the record it was made of.
    """

    format: Format
    width: int
    height: int
    ppcm_x: int
    ppcm_y: int
    views: tuple[View, ...] = ()
    equipment: int = 0
    certification: int = 0
    product: int | None = None
    lost: tuple[str, ...] = ()
    _reserved: int = attrs.field(default=0, repr=False)
    _long: bool = attrs.field(default=False, repr=False)  # a length of six bytes where two would do

    @property
    def ppi(self) -> float | None:
        """Horizontal pixels per inch; None where the resolution is not told."""
        return self.ppcm_x * CENTIMETRES if self.ppcm_x else None

    def write(self) -> bytes:
        """The bytes; where nothing has changed, those it was read from. MinutiaeError for what the format cannot."""
        known_format(self.format)
        views = b"".join(view_bytes(view, self.format) for view in self.views)
        try:
            return self._header(len(views)) + views
        except struct.error as error:
            raise MinutiaeError(f"the header of the template cannot hold its numbers: {error}") from None

    __bytes__ = write

    def _header(self, behind: int) -> bytes:
        equipment = nibble(self.certification, "certification") << 12 | self.equipment
        if not 0 <= self.equipment <= 0xFFF:
            raise MinutiaeError(f"the capture equipment is 0 to 4095, not {self.equipment}")
        rest = struct.pack(
            ">HHHHHBB", equipment, self.width, self.height, self.ppcm_x, self.ppcm_y, len(self.views), self._reserved
        )
        if self.format == ISO:
            return _MAGIC + struct.pack(">I", 12 + len(rest) + behind) + rest
        rest = struct.pack(">I", self.product or 0) + rest
        length = 10 + len(rest) + behind
        if self._long or length > _MOST_BYTES:
            return _MAGIC + struct.pack(">HI", 0, length + 4) + rest
        return _MAGIC + struct.pack(">H", length) + rest


def known_format(form: str) -> Format:
    """The format of that name. MinutiaeError where there is none."""
    if form not in FORMATS:
        raise MinutiaeError(f"there is no format {form!r}; formats are {' and '.join(FORMATS)}")
    return form


def read_template(data: bytes) -> Template:
    """The template in these bytes, whichever of the two formats it is. MinutiaeError for anything else."""
    data = bytes(data)
    form, long, at = _framed(data)
    try:
        product = None
        if form == INCITS:
            (product,) = struct.unpack_from(">I", data, at)
            at += 4
        equipment, width, height, across, down, many, reserved = struct.unpack_from(">HHHHHBB", data, at)
        at += 12
        ppi = across * CENTIMETRES or None
        views = []
        for _ in range(many):
            view, at = read_view(data, at, form, ppi)
            views.append(view)
    except struct.error:
        raise MinutiaeError(f"the template ends in the middle, after {len(data)} bytes") from None
    if at != len(data):
        raise MinutiaeError(f"{len(data) - at} bytes follow the last view of the template")
    return Template(
        form, width, height, across, down, tuple(views), equipment & 0xFFF, equipment >> 12, product, (), reserved, long
    )  # fmt: skip


def _framed(data: bytes) -> tuple[Format, bool, int]:
    """The format, whether its length is the long one, and where the header goes on: by the length that is right."""
    if data[:8] != _MAGIC:
        raise MinutiaeError(
            "no template of INCITS 378-2004 or ISO/IEC 19794-2:2005: those begin with FMR and version 20"
        )
    short, iso, long = (int.from_bytes(data[at:end], "big") for at, end in ((8, 10), (8, 12), (10, 14)))
    if short == len(data):
        return INCITS, False, 10
    if iso == len(data):
        return ISO, False, 12
    if short == 0 and long == len(data):
        return INCITS, True, 14
    says = short or iso if short == 0 else short
    raise MinutiaeError(f"the template says it has {says} bytes, and has {len(data)}")
