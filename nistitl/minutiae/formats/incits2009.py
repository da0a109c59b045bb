"""ANSI INCITS 378-2009 and its Amendment 1 of 2010: each view tells its size, its resolution and who rated it.

A header of 20 bytes instead of 21, with certification and equipment in two bytes as in 2004, is how NIST's library
reads drafts of 2007; such templates are about.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.formats.base import MAGIC, Head, Header, Reader, TemplateFormat, image_of_view, nibble
from nistitl.minutiae.meaning import Angles
from nistitl.minutiae.names import INCITS_2009, INCITS_2009_AM1
from nistitl.minutiae.view import NOT_TOLD, ViewImage

if TYPE_CHECKING:
    from nistitl.minutiae.view import TemplateFields, View

_HEADER = "BHBB"  # certification, equipment, views, reserved
_HEADER_OF_DRAFT = "HBB"
_HEAD = "BBBBHHHHHH"  # position, view, impression, quality, its vendor and algorithm, the image's size and resolution


class _Incits2009(TemplateFormat):
    name = INCITS_2009
    title = "ANSI INCITS 378-2009"
    version = b"030\0"
    units = 180
    core_angles = delta_angles = Angles.ALL
    most_deltas = 15
    lowest_quality = 0
    no_quality = NOT_TOLD
    unknown_quality = NOT_TOLD
    impressions = frozenset((0, 1, 2, 3, 8, 10, 11, *range(20, 30)))
    unknown_impression = 29
    holds_product = True
    image_by_view = True

    def read_header(self, reader: Reader) -> Header:
        length, product = reader.take("II")
        certification, equipment, views, reserved = reader.take(_HEADER)
        return Header(length, views, {
            "product": product, "certification": certification >> 4, "equipment": equipment, "reserved": reserved,
        })  # fmt: skip

    def read_head(self, reader: Reader, header: Header) -> Head:
        position, number, impression, quality, vendor, algorithm, *image = reader.take(_HEAD)
        (minutiae,) = reader.take("B")
        return Head(minutiae, {
            "position": position, "number": number, "impression": impression, "quality": quality,
            "algorithm": (vendor, algorithm), "image": ViewImage(*image),
        })  # fmt: skip

    def header(self, template: TemplateFields, behind: int) -> bytes:
        certification = nibble(template.certification, "certification") << 4
        rest = struct.pack(
            f">I{_HEADER}", template.product or 0, certification, template.equipment, len(template.views),
            template.reserved,
        )  # fmt: skip
        return MAGIC + self.version + struct.pack(">I", 12 + len(rest) + behind) + rest

    def head(self, template: TemplateFields, view: View, with_quality: bool) -> bytes:
        if view.qualities:
            raise MinutiaeError(f"{self.name} holds one quality of a finger: take the others out of qualities")
        image = image_of_view(template, view)
        number = nibble(view.number, "view number")
        return struct.pack(
            f">{_HEAD}", view.position, number, view.impression, view.quality, *view.algorithm, *image
        )  # fmt: skip


class _Amendment1(_Incits2009):
    name = INCITS_2009_AM1
    title = "ANSI INCITS 378-2009 with Amendment 1"
    version = b"035\0"
    fingers = frozenset((*range(11), 13, 14, 15, *range(40, 51)))


class _Draft(_Incits2009):
    title = "a draft of ANSI INCITS 378-2009"

    def read_header(self, reader: Reader) -> Header:
        length, product = reader.take("II")
        equipment, views, reserved = reader.take(_HEADER_OF_DRAFT)
        return Header(length, views, {
            "product": product, "certification": equipment >> 12, "equipment": equipment & 0xFFF, "reserved": reserved,
        })  # fmt: skip


FORMAT, AMENDMENT_1, DRAFT = _Incits2009(), _Amendment1(), _Draft()
