"""What a record says of its image: algorithm, size, depth, colour, resolution. Nothing of it is believed yet."""

from __future__ import annotations

import re
import struct
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING

import attrs

from nistitl.images.algorithms import MEDIA
from nistitl.images.codec import BILEVEL_TYPES
from nistitl.images.codecs.none import CODEC, length_of
from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.registry import codec_claimed, codec_named, codec_of_media, codec_recognised, read_header

if TYPE_CHECKING:
    from nistitl.model.record import Record
    from nistitl.wire.fields import Raw

VECTOR = "VECTOR"  # what codec_of says of a signature that is no picture
_VECTOR_NUMBER = 2  # SRT
ANYTHING_TYPES = (7, 20, 21, 22, 99)  # what they hold need not be an image

_SIGNATURE = 8  # the record type
_ASKED = ("DATA", "SRT", "CGA", "HLL", "VLL", "BPX", "CSP", "ISR")
_LOOKED_AT, _DECODED = 256, 48  # bytes at the beginning; of base64 without its blanks, whole groups of four
_BLANKS = b"\r\n \t\0"
_NULS_OF_SIGNATURES = 3  # JPEG 2000 in boxes begins with as many
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{48,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-f]{48}|[0-9A-F]{48})")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_GRAY = "GRAY"
_UNKNOWN_COLOURS = ("UNK", "UNKNOWN")
BLANKS = "line ends or blanks"  # a wrapper
_WRAPPERS = 4  # one in another
_IN = ", in "  # between them
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
    media: str = ""  # where CGA says MEDIA: the media type that 10.036 names
    wrapped: str = ""  # in what the codestream was found, where it does not begin where the data do

    @property
    def wrappers(self) -> list[str]:
        """In what the codestream was found, one in another, the outermost last."""
        return self.wrapped.split(_IN) if self.wrapped else []

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
    media = _media_type(record) if said == MEDIA else ""
    return _found(
        Claims(
            record.type,
            value.get("DATA"),
            _codec(record.type, said) if said != MEDIA else _codec_of_media(media),
            None if said is None else str(said),
            value.get("HLL"),
            value.get("VLL"),
            value.get("BPX", _depth(record)),
            value.get("CSP"),
            value.get("ISR"),
            fields,
            media,
        )
    )


def _media_type(record: Record) -> str:
    """The media type that 10.036 names, without its parameters; empty where it names none."""
    named = getattr(record, "TIF", None) if "TIF" in record.mnemonics() else None
    text = named.FTY if named is not None else None
    return text.partition(";")[0].strip().lower() if text else ""


def _codec_of_media(media_type: str) -> str | None:
    codec = codec_of_media(media_type)
    return codec.name if codec is not None else None


def unwrapped(data: memoryview) -> tuple[memoryview, list[str]]:
    """The bytes from where a codestream begins in them, and in what it was found, the outermost last."""
    claims = _found(Claims(7, data))
    return memoryview(claims.data or b"").cast("B"), claims.wrappers


def _found(claims: Claims, most: int = _WRAPPERS) -> Claims:
    """The claims with the data from where the image begins in them: behind line ends, in base64, in both."""
    data = claims.data
    if data is None or claims.codec == VECTOR or (claims.codec == CODEC.name and _has_size(claims, data)):
        return claims
    start = bytes(data[:_LOOKED_AT])
    if not start or codec_recognised(start):
        return claims
    blank = len(start) - len(start.lstrip(_BLANKS))
    for at in range(max(blank - _NULS_OF_SIGNATURES, 1), blank + 1):
        if _begins(data[at:]):
            return attrs.evolve(claims, data=data[at:], wrapped=BLANKS)
    if _HEX.match(compact := start.translate(None, _BLANKS)):
        return _from_hex(claims, bytes(data), "hexadecimal digits", most)
    if _HEX.match(b2a_base64(start[:_DECODED], newline=False)):
        return _from_hex(claims, b2a_base64(data), "hexadecimal digits that were taken for base64", most)
    if _BASE64.match(compact):
        return _from_base64(claims, data, most)
    return claims


def _from_base64(claims: Claims, data: Raw, most: int) -> Claims:
    """The claims with the bytes that base-64 text stands for, if these are an image."""
    text = bytes(data).translate(None, _BLANKS)
    try:
        content, whole = a2b_base64(text, strict_mode=True), True
    except ValueError:
        text = _NOT_BASE64.sub(b"", text)
        content, whole = a2b_base64(text[: len(text) // 4 * 4]), False
    return _opened(claims, content, "base64" if whole else "base64 that is cut off or damaged", most, whole)


def _from_hex(claims: Claims, text: bytes, wrapped: str, most: int) -> Claims:
    """The claims with the bytes that hexadecimal digits stand for, if these are an image."""
    digits = text.translate(None, _BLANKS)
    try:
        content, whole = bytes.fromhex(digits.decode("ascii")), True
    except ValueError:
        digits = _NOT_HEX.sub(b"", digits)
        content, whole = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")), False
    return _opened(claims, content, wrapped if whole else f"{wrapped}, cut off or damaged", most, whole)


def _opened(claims: Claims, content: bytes, wrapped: str, most: int, whole: bool) -> Claims:
    """The claims with what text stood for, if that is an image, or wraps one again.

    What begins as a codestream is one. Of what does not, all of the text has to be such, and it has to be a facsimile
    as the record says, or pixels, as many as it says.
    """
    opened = attrs.evolve(claims, data=content, wrapped=wrapped)
    if codec_recognised(content):
        return opened
    inner = _found(opened, most - 1) if most > 1 else opened
    if inner is not opened:
        return attrs.evolve(inner, wrapped=f"{inner.wrapped}{_IN}{wrapped}")
    return opened if whole and (_has_no_signature(claims.codec) or _has_size(claims, content)) else claims


def _has_no_signature(name: str | None) -> bool:
    """True of a codec whose codestreams nothing but the record tells."""
    codec = codec_named(name) if name is not None else None
    return codec is not None and not codec.signatures and not codec.uncompressed


def _has_size(claims: Claims, data: Raw) -> bool:
    """True where uncompressed pixels, as the claims describe them, take as many bytes."""
    return (header := geometry(attrs.evolve(claims, data=data))) is not None and len(data) == length_of(header)


def _begins(data: Raw) -> bool:
    """True where a codestream begins that goes on like one."""
    try:
        return read_header(data) is not None
    except ImageError:
        return False


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
    bare = _found(Claims(7, data, fields={"DATA": fields["UDF"]}))
    if data is None or bare.wrapped or len(data) <= _TYPE_7.size or _begins(data):
        return bare
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
        return [(1, 1), (8, 1), (8, 3)]  # a byte a pixel, or three, is wrong and occurs
    if claims.bits is None:
        likely = [(8, 3), (8, 1), (16, 3), (16, 1)]
        return sorted(likely, key=lambda pair: (pair[1] == 1) != bool(claims.gray))
    if claims.bits % 3 == 0 and claims.bits >= 24:
        return [(claims.bits // 3, 3)]
    said = (max(claims.bits, 8), 1)
    return [said] if claims.gray or claims.colour is None else [said, (said[0], 3)]
