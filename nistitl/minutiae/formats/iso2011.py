"""ISO/IEC 19794-2:2011: each view behind its length, with its device, date, qualities, certificates and image."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nistitl.minutiae.formats.base import MAGIC, Head, Header, Reader, TemplateFormat, image_of_view, nibble
from nistitl.minutiae.meaning import Angles
from nistitl.minutiae.names import ISO_2011
from nistitl.minutiae.view import NOT_TOLD, Capture, Certificate, Quality, ViewImage

if TYPE_CHECKING:
    from nistitl.minutiae.view import TemplateFields, View

_DEVICE = "9sBHH"  # date, technology, vendor, device
_FINGER = "BBHHBHHB"  # position, view, resolution across and down, impression, width, height, flags
_WITH_QUALITY, _WITHOUT_QUALITY = 6, 5  # bytes of a minutia, in the upper half of the flags


class _Iso2011(TemplateFormat):
    name = ISO_2011
    title = "ISO/IEC 19794-2:2011"
    version = b"030\0"
    units = 256
    core_angles = delta_angles = Angles.WHOLE
    most_deltas = 15
    most_views = 0xFFFF
    lowest_quality = 0
    no_quality = NOT_TOLD
    unknown_quality = NOT_TOLD
    impressions = frozenset((*range(10), 24, 28, 29))
    unknown_impression = 29
    holds_product = False
    finger_qualities = 9
    image_by_view = True

    def read_header(self, reader: Reader) -> Header:
        length, views, certified = reader.take("IHB")
        return Header(length, views, {}, bool(certified))

    def read_head(self, reader: Reader, header: Header) -> Head:
        (length,) = reader.take("I")
        capture = Capture(*reader.take(_DEVICE))
        qualities = [Quality(*reader.take("BHH")) for _ in range(*reader.take("B"))]
        certificates: tuple[Certificate, ...] = ()
        if header.certified:
            certificates = tuple(Certificate(*reader.take("HB")) for _ in range(*reader.take("B")))
        position, number, across, down, impression, width, height, flags = reader.take(_FINGER)
        (minutiae,) = reader.take("B")
        first = qualities[0] if qualities else Quality(NOT_TOLD)
        fields = {
            "position": position, "number": number, "impression": impression, "quality": first.value,
            "algorithm": first[1:], "qualities": tuple(qualities[1:]), "capture": capture,
            "certificates": certificates, "image": ViewImage(width, height, across, down), "ending": flags & 15,
        }  # fmt: skip
        each = flags >> 4 if flags >> 4 in (_WITH_QUALITY, _WITHOUT_QUALITY) else _WITH_QUALITY
        return Head(minutiae, fields, each, length)

    def header(self, template: TemplateFields, behind: int) -> bytes:
        rest = struct.pack(">HB", len(template.views), _certified(template))
        return MAGIC + self.version + struct.pack(">I", 12 + len(rest) + behind) + rest

    def head(self, template: TemplateFields, view: View, with_quality: bool) -> bytes:
        capture = view.capture or Capture(device=template.equipment)
        content = struct.pack(f">{_DEVICE}", capture.date, capture.technology, capture.vendor, capture.device)
        qualities = [Quality(view.quality, *view.algorithm), *view.qualities]
        if qualities == [Quality(NOT_TOLD)]:
            qualities = []
        content += struct.pack(">B", len(qualities)) + b"".join(struct.pack(">BHH", *one) for one in qualities)
        if _certified(template):
            content += struct.pack(">B", len(view.certificates))
            content += b"".join(struct.pack(">HB", *one) for one in view.certificates)
        image = image_of_view(template, view)
        each = _WITH_QUALITY if with_quality else _WITHOUT_QUALITY
        return content + struct.pack(
            f">{_FINGER}", view.position, nibble(view.number, "view number"), image.ppcm_x, image.ppcm_y,
            view.impression, image.width, image.height, each << 4 | nibble(view.ending, "type of ridge endings"),
        )  # fmt: skip

    def framed(self, view: bytes) -> bytes:
        return struct.pack(">I", 4 + len(view)) + view

    def writes_quality(self, view: View) -> bool:
        source = view.source
        short = source is not None and source.format == self.name and len(source.minutiae) == 5 * len(view.minutiae)
        return not short or bool((view.minutiae["quality"] >= 0).any())


def _certified(template: TemplateFields) -> bool:
    return any(view.certificates for view in template.views)


FORMAT = _Iso2011()
