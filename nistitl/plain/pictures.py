"""`{ image = "name" }` and `{ png = "name" }` in a manifest: a picture as the image of its record.

It is encoded and described as the manifest says, by the piece that descriptions go by, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import StructureError
from nistitl.base.nearest import meant
from nistitl.images.claims import claims_of
from nistitl.images.codec import FRICTION_RIDGE_TYPES
from nistitl.images.densities import densities_of
from nistitl.images.fields import scale_fields
from nistitl.images.findings import disagreements
from nistitl.images.given import WISHES, Wishes
from nistitl.images.header import Header
from nistitl.images.orientation import turned, turned_densities
from nistitl.images.pictures import Picture, naming
from nistitl.images.registry import codec_named, codec_spelled, read_header
from nistitl.images.resolution import INCH, Density
from nistitl.images.scale import density_said, resolution_agreed, type_1_of
from nistitl.images.sides import orientation_of
from nistitl.images.streams.exif import UPRIGHT
from nistitl.model.context import NSR, NTR
from nistitl.plain.building import header_bytes
from nistitl.plain.deriving import Ready, coded_fields, ready
from nistitl.plain.spelling import content_bytes
from nistitl.plain.values import PlainField, PlainRecord, tag_number, tag_type
from nistitl.records import record_class
from nistitl.wire.charsets import UNDECLARED

if TYPE_CHECKING:
    from pathlib import Path

    from nistitl.images.arrays import Image
    from nistitl.model.record import Record

_SCALE = ("SLC", "THPS", "TVPS")
_DESCRIBING = ("HLL", "VLL", "CGA", "TIF", "SRT", "BPX", "CSP", "ISR", *_SCALE)
_CONTRADICTING = ("image-size", "image-bits", "image-colour")
_TYPE_1_SCALE = ("NSR", "NTR")
_LEAST_TOLD = 490.0  # pixels per inch
IMAGE_KEYS = ("image", "codec", "bitrate", "ppi", *WISHES)
_FLAGS = ("gray", "eight_bits", "upsample", "turn", "override_ppi")
_IMAGE_TYPES: dict[str, Any] = {
    "codec": str, "bitrate": (int, float), "ppi": (int, float), "page": int, "resample": (int, float),
    "background": int,
}  # fmt: skip
_NOWHERE = Density("nobody", 1, 1, ratio=True)  # of a picture whose record says the resolution


@attrs.frozen(slots=True, eq=False)
class Shown:
    """A picture of a manifest: its file, its pixels, how they are to be encoded, and what is not to be compared."""

    name: str
    made: Ready
    header: Header
    told: list[Density]
    codec: str | None = None
    bitrate: float | None = None
    override_ppi: bool = False
    tells_scale: bool = False  # in 1.011 and 1.012, where the manifest leaves them out


def png_shown(name: str, data: bytes, override_ppi: bool, turn: bool) -> Shown:
    """The pixels of `{ png = ... }`, which is a PNG, encoded by the algorithm that CGA or SRT names; StructureError."""
    header, image, told = _picture(name, data, turn)
    picture = Picture(image, header.codec, header.bits, told=tuple(told))
    return Shown(name, Ready(picture, _NOWHERE), header, told, override_ppi=override_ppi)


def image_shown(kind: int, name: str, path: Path, row: dict[str, Any], override_ppi: bool, turn: bool) -> Shown:
    """The pixels of `{ image = ... }`, any picture, gray where prints are; StructureError, ImageError."""
    for key in row:
        if key not in IMAGE_KEYS:
            raise StructureError(
                f"{name}: there is no {key!r}{meant(key, IMAGE_KEYS)}; there are {', '.join(IMAGE_KEYS)}"
            )
    for key, types in _IMAGE_TYPES.items():
        if key in row and (isinstance(row[key], bool) or not isinstance(row[key], types)):
            raise StructureError(f"{name}: {key} is a {type(row[key]).__name__}, which it cannot be")
    for key in _FLAGS:
        if not isinstance(row.get(key, False), bool):
            raise StructureError(f"{name}: {key} is true or false, without quotes")
    with naming(name):
        made = ready(path, _wishes(kind, row, override_ppi, turn), ppi=row.get("ppi"), needs_ppi=False)
    picture = made.picture
    colour = "RGB" if picture.colour else "GRAY"
    header = Header("PNG", picture.width, picture.height, picture.bits, 3 if picture.colour else 1, colour)
    given = picture.given
    told = list(picture.told) if given is None else [Density("ppi in the manifest", given, given)]
    return Shown(name, made, header, told, row.get("codec"), row.get("bitrate"), override_ppi, tells_scale=True)


def _wishes(kind: int, row: dict[str, Any], override_ppi: bool, turn: bool) -> Wishes:
    """What a row of the manifest wants of the pixels; prints become gray of 8 bits."""
    ridges = kind in FRICTION_RIDGE_TYPES
    return Wishes(
        override_ppi=override_ppi and "ppi" in row, turn=None if turn else False, page=row.get("page"),
        background=row.get("background"), gray=ridges or bool(row.get("gray")),
        eight_bits=ridges or bool(row.get("eight_bits")), resample=row.get("resample"),
        upsample=bool(row.get("upsample")),
    )  # fmt: skip


def add_picture(record: PlainRecord, first: PlainRecord, tag: str, shown: Shown) -> None:
    """Put a picture into a record, by the algorithm that is asked for, or that CGA or SRT names.

    Fields of the image that the record leaves out are filled in; of `first`, a Type-1, are 1.011 and 1.012.
    StructureError or ImageError where what the record says is not true of the picture, or it cannot hold that.
    """
    name, header, told, override_ppi = shown.name, shown.header, shown.told, shown.override_ppi
    kind = record_class(record.type)
    numbers = {element.mnemonic: number for number, element in kind.elements.items()}
    if "HLL" not in numbers:
        raise StructureError(
            f"Type-{record.type} does not describe an image, so that pixels of {name} could not be read; "
            f'{{ file = "{name}" }} puts the PNG there as it is'
        )
    if "DATA" in numbers and tag_number(tag) != numbers["DATA"]:
        raise StructureError(f"{tag} holds no image; that of Type-{record.type} is {record.type}.{numbers['DATA']:03d}")
    if shown.tells_scale and kind.binary and first.type == 1:
        _tell_scale(first, shown.made)
    described = _described(record, _DESCRIBING)
    described.context.told_by(_described(first, _TYPE_1_SCALE) if first.type == 1 else type_1_of(described))
    _compare(described, header, name)
    scale = _scale(described, told, name, override_ppi)
    for mnemonic, value in scale.items():
        setattr(described, mnemonic, value)
    codec = _codec(described, shown)
    density = density_said(described)
    fields = scale | coded_fields(shown.made, record.type, codec, shown.bitrate, density)
    if header.components * header.bits > 8 and "BPX" not in fields and not (header.bits == 8 and "CSP" in fields):
        raise StructureError(f"Type-{record.type} cannot tell that {name} is more than gray of 8 bits; save it as that")
    if "CSP" in fields:
        fields["CSP"] = header.colour
    own = [field.tag for field in record.fields if field.tagged and tag_type(field.tag) == record.type]
    said = {tag_number(tag) for tag in own}
    filled = {mnemonic: value for mnemonic, value in fields.items() if numbers[mnemonic] not in said}
    pixels = bytes(filled.pop("DATA"))
    record.fields += [
        PlainField(f"{record.type}.{numbers[mnemonic]:03d}", value, mnemonic) for mnemonic, value in filled.items()
    ]
    record.fields.append(PlainField(tag, pixels, told=tuple(told), override_ppi=override_ppi))
    if filled:
        record.fields.sort(key=lambda field: tag_number(field.tag) or 0)


def _picture(name: str, data: bytes, turn: bool) -> tuple[Header, Image, list[Density]]:
    """A PNG as it is to be seen: its header, its pixels, and what it says of their resolution."""
    header = read_header(data)
    if header is None or header.codec != "PNG":
        raise StructureError(f"{name} is no PNG")
    if header.alpha:
        raise StructureError(f"{name} has transparency, which no record can hold; save it without")
    orientation = orientation_of(data, header.codec) if turn else UPRIGHT
    image = turned(codec_named("PNG").decode(data, header), orientation)
    header = attrs.evolve(header, width=image.shape[1], height=image.shape[0], palette=False)
    return header, image, turned_densities(densities_of(data), orientation)


def _tell_scale(first: PlainRecord, made: Ready) -> None:
    """1.011 and 1.012 of a Type-1 that says neither: the resolution of a binary record, and the nominal one.

    Nothing where nobody tells that resolution, or where it is half of one, as Types 3 and 5 have it.
    """
    said = {tag_number(field.tag) for field in first.fields}
    across = made.density.across
    if made.density.ratio or across < _LEAST_TOLD or {NSR, NTR} & said:
        return
    native = 500.0 if made.ppi_class == 500 else across
    for number, ppi in ((NSR, native), (NTR, 500.0)):
        first.fields.append(PlainField(f"1.{number:03d}", f"{ppi / INCH:05.2f}"))
    first.fields.sort(key=lambda field: tag_number(field.tag) or 0)


def _described(plain: PlainRecord, names: tuple[str, ...]) -> Record:
    """A record of those fields alone."""
    record = record_class(plain.type)()
    for field in plain.fields:
        number = tag_number(field.tag) if field.tagged and tag_type(field.tag) == plain.type else None
        element = record.elements.get(number) if number is not None else None
        if number is None or element is None or element.mnemonic not in names:
            continue
        try:
            content: Any = field.content
            raw = header_bytes(element.value, content) if record.binary else content_bytes(content, UNDECLARED)
        except ValueError as error:
            raise StructureError(f"{field.tag} {element.mnemonic}: {error}") from None
        record.put(number, raw)
    return record


def _codec(described: Record, shown: Shown) -> str:
    """The algorithm that is asked for, or that the record names; uncompressed where nobody names one."""
    claims = claims_of(described)
    if claims.said is not None and claims.codec is None:
        number = claims.fields["SRT" if described.type == 8 else "CGA"]
        raise StructureError(f"{described.type}.{number:03d} names no algorithm that pixels of a PNG are encoded by")
    asked = None if shown.codec is None else codec_spelled(shown.codec)
    if shown.codec is not None and asked is None:
        raise StructureError(f"{shown.name}: no algorithm is called {shown.codec!r}; such as WSQ20, JP2, PNG")
    if asked is not None and claims.codec not in (None, asked.name):
        raise StructureError(f"{shown.name}: codec is {asked.name}, and the record says {claims.codec}; leave one out")
    return (shown.codec if asked is not None else None) or claims.codec or "NONE"


def _scale(described: Record, told: list[Density], name: str, override_ppi: bool) -> dict[str, int]:
    """The fields of the resolution that the record leaves out, by what the picture says. ImageError, StructureError."""
    numbers = {element.mnemonic: number for number, element in described.elements.items()}
    names = ("ISR",) if described.binary else _SCALE
    missing = [one for one in names if one in numbers and described.raw(numbers[one]) is None]
    if not missing:
        return {}
    if not any(one.plausible and not one.ratio for one in told):
        fields = ", ".join(f"{described.type}.{numbers[one]:03d} {one}" for one in missing)
        raise StructureError(f"{name} does not say its resolution, nor does the record: write {fields}")
    filled = scale_fields(described.type, resolution_agreed(told, override=override_ppi))
    return {one: filled[one] for one in missing}


def _compare(described: Record, header: Header, name: str) -> None:
    """StructureError where a field that is given is not true of the picture."""
    for finding in disagreements(described, claims_of(described), header):
        if finding.code in _CONTRADICTING:
            said = f", {finding.actual} in the manifest" if finding.actual else ""
            raise StructureError(
                f"{finding.location.path}: {finding.message}: {finding.expected} in {name}{said}; correct one of them, "
                "or leave the field out"
            )
