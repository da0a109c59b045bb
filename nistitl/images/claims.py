"""What a record says of its image: algorithm, size, depth, colour, resolution. Nothing of it is believed yet."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import attrs

from nistitl.images.codec import BILEVEL_TYPES
from nistitl.images.codecs.none import CODEC, length_of
from nistitl.images.header import Header
from nistitl.images.registry import codec_claimed

if TYPE_CHECKING:
    from nistitl.model.record import Record
    from nistitl.wire.fields import Raw

VECTOR = "VECTOR"  # what codec_of says of a signature that is no picture
_VECTOR_NUMBER = 2  # SRT
ANYTHING_TYPES = (7, 20, 21, 22, 99)  # what they hold need not be an image

_SIGNATURE = 8  # the record type
_ASKED = ("DATA", "SRT", "CGA", "HLL", "VLL", "BPX", "CSP", "ISR")
_GRAY = "GRAY"
_UNKNOWN_COLOURS = ("UNK", "UNKNOWN")
_TYPE_7 = struct.Struct(">7sBHHB")  # conventionally that of Type-4, behind the IDC


@attrs.frozen(slots=True)
class Claims:
    """The fields of an image record that speak of the image, whatever they are called there."""

    type: int
    data: Raw | None
    codec: str | None = None  # as one of our names
    said: str | None = None  # as CGA spells it
    width: int | None = None
    height: int | None = None
    bits: int | None = None  # of a pixel, all components
    colour: str | None = None
    native: int | None = None  # ISR of binary records
    fields: dict[str, int] = attrs.field(factory=dict)  # the number of each field, by mnemonic

    @property
    def gray(self) -> bool | None:
        """True and False as CSP says, None when it says nothing."""
        if not self.colour or self.colour.upper() in _UNKNOWN_COLOURS:
            return None
        return self.colour.upper() == _GRAY


def claims_of(record: Record) -> Claims:
    """What a record says of its image."""
    fields = {element.mnemonic: number for number, element in record.elements.items()}
    if record.type == 7:
        return _type_7(getattr(record, "UDF", None), fields)
    value = {name: getattr(record, name) for name in _ASKED if name in record.mnemonics()}
    said = value.get("SRT", value.get("CGA"))
    return Claims(
        record.type,
        value.get("DATA"),
        _codec(record.type, said),
        None if said is None else str(said),
        value.get("HLL"),
        value.get("VLL"),
        value.get("BPX", _depth(record)),
        value.get("CSP"),
        value.get("ISR"),
        fields,
    )


def _codec(record_type: int, said: str | int | None) -> str | None:
    if said is None:
        return None
    if record_type == _SIGNATURE and said == _VECTOR_NUMBER:
        return VECTOR
    codec = codec_claimed(record_type, said)
    return codec.name if codec is not None else None


def _depth(record: Record) -> int | None:
    """The depth where the record type fixes it."""
    if record.type in BILEVEL_TYPES:
        return 1
    return 8 if record.binary else None


def _type_7(data: Raw | None, fields: dict[str, int]) -> Claims:
    """Type-7 read as if it had the layout of Type-4; its user-defined content may be anything."""
    if data is None or len(data) <= _TYPE_7.size:
        return Claims(7, data)
    _, native, width, height, number = _TYPE_7.unpack_from(data)
    image = memoryview(data)[_TYPE_7.size :]
    fields = dict.fromkeys(("DATA", "CGA", "HLL", "VLL"), fields["UDF"])
    return Claims(7, image, _codec(7, number), str(number), width, height, 8, None, native, fields)


def geometry(claims: Claims) -> Header | None:
    """The image as the record describes it, for data that say nothing themselves; None when it does not.

    Where the description allows more than one depth or number of components, the length of the data decides.
    """
    if not claims.width or not claims.height or claims.data is None:
        return None
    readings = [
        Header(CODEC.name, claims.width, claims.height, bits, components, "GRAY" if components == 1 else "RGB")
        for bits, components in _depths(claims)
    ]
    return next((header for header in readings if length_of(header) == len(claims.data)), readings[0])


def _depths(claims: Claims) -> list[tuple[int, int]]:
    """Bits and components that the claims may mean, the likeliest first."""
    if claims.bits == 1:
        return [(1, 1), (8, 1)]  # a byte a pixel is wrong and occurs
    if claims.bits is None:
        likely = [(8, 3), (8, 1), (16, 3), (16, 1)]
        return sorted(likely, key=lambda pair: (pair[1] == 1) != bool(claims.gray))
    if claims.bits % 3 == 0 and claims.bits >= 24:
        return [(claims.bits // 3, 3)]
    said = (max(claims.bits, 8), 1)
    return [said] if claims.gray or claims.colour is None else [said, (said[0], 3)]
