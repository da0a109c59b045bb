"""The first edition: ANSI INCITS 378-2004 and ISO/IEC 19794-2:2005.

One size and resolution for all views. INCITS has the product and a length of two bytes (or two zeros and four bytes)
in its header, and angles of two degrees; ISO a length of four bytes and angles of 360/256 degrees.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.formats.base import MAGIC, Head, Header, Reader, TemplateFormat, image_of_view, nibble
from nistitl.minutiae.meaning import Angles
from nistitl.minutiae.names import INCITS, ISO
from nistitl.minutiae.view import ViewImage

if TYPE_CHECKING:
    from nistitl.minutiae.view import TemplateFields, View

_MOST_BYTES = 0xFFFF  # of a length of two bytes
_HEADER = "HHHHHBB"  # equipment, width, height, pixels per cm across and down, views, reserved


class _First(TemplateFormat):
    version = b" 20\0"
    most_deltas = 63
    quality_needs_algorithm = None
    lowest_quality = 1
    no_quality = 0
    impressions = frozenset((0, 1, 2, 3, 8, 9))
    image_by_view = False

    def read_head(self, reader: Reader, header: Header) -> Head:
        position, both, quality, minutiae = reader.take("BBBB")
        return Head(
            minutiae, {"position": position, "number": both >> 4, "impression": both & 15, "quality": quality}
        )  # fmt: skip

    def head(self, template: TemplateFields, view: View, with_quality: bool) -> bytes:
        own = image_of_view(template, view)
        if own != ViewImage(template.width, template.height, template.ppcm_x, template.ppcm_y):
            raise MinutiaeError(
                f"{self.name} tells one size and resolution for all views: write views of other images by themselves"
            )
        both = nibble(view.number, "view number") << 4 | nibble(view.impression, "impression type")
        return struct.pack(">BBB", view.position, both, view.quality)

    def _read_rest(self, reader: Reader, length: int, fields: dict[str, Any]) -> Header:
        equipment, width, height, across, down, views, reserved = reader.take(_HEADER)
        own = {
            "equipment": equipment & 0xFFF, "certification": equipment >> 12, "width": width, "height": height,
            "ppcm_x": across, "ppcm_y": down, "reserved": reserved,
        }  # fmt: skip
        return Header(length, views, fields | own)

    def _rest(self, template: TemplateFields) -> bytes:
        if not 0 <= template.equipment <= 0xFFF:
            raise MinutiaeError(f"the capture equipment is 0 to 4095, not {template.equipment}")
        equipment = nibble(template.certification, "certification") << 12 | template.equipment
        image = (template.width, template.height, template.ppcm_x, template.ppcm_y)
        return struct.pack(f">{_HEADER}", equipment, *image, len(template.views), template.reserved)


class _Incits2004(_First):
    name = INCITS
    title = "ANSI INCITS 378-2004"
    units = 180
    core_angles = delta_angles = Angles.ALL
    holds_product = True

    def read_header(self, reader: Reader) -> Header:
        (length,) = reader.take("H")
        if long := length == 0:
            (length,) = reader.take("I")
        (product,) = reader.take("I")
        return self._read_rest(reader, length, {"product": product, "long": long})

    def header(self, template: TemplateFields, behind: int) -> bytes:
        rest = struct.pack(">I", template.product or 0) + self._rest(template)
        length = 10 + len(rest) + behind
        if template.long or length > _MOST_BYTES:
            return MAGIC + self.version + struct.pack(">HI", 0, length + 4) + rest
        return MAGIC + self.version + struct.pack(">H", length) + rest


class _Iso2005(_First):
    name = ISO
    title = "ISO/IEC 19794-2:2005"
    units = 256
    core_angles = delta_angles = Angles.WHOLE
    holds_product = False

    def read_header(self, reader: Reader) -> Header:
        (length,) = reader.take("I")
        return self._read_rest(reader, length, {})

    def header(self, template: TemplateFields, behind: int) -> bytes:
        rest = self._rest(template)
        return MAGIC + self.version + struct.pack(">I", 12 + len(rest) + behind) + rest


INCITS_2004, ISO_2005 = _Incits2004(), _Iso2005()
