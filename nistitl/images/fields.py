"""Fields of an image record made from an array, or read from a codestream that is there already.

What a codec cannot carry is an error. What it can but NIST advises against is a warning, CodecAdvice.
"""

from __future__ import annotations

from hashlib import sha256
from math import gcd
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from nistitl.base.editions import LATEST, Edition
from nistitl.images.advice import CodecAdvice as CodecAdvice
from nistitl.images.advice import advise
from nistitl.images.algorithms import MEDIA, MEDIA_TYPES, edition_of_record, named_in
from nistitl.images.claims import claims_of
from nistitl.images.codec import BILEVEL_TYPES, Codec
from nistitl.images.errors import ImageError
from nistitl.images.given import GRAY_TYPES, Wishes, check_options, coded, encoded
from nistitl.images.orientation import refusal
from nistitl.images.picture import sound_array_of
from nistitl.images.pictures import name_of, naming
from nistitl.images.registry import codec_named, codec_spelled, codecs
from nistitl.images.resolution import Density, is_nominal, whole
from nistitl.images.scale import (
    NOMINAL,
    contradictions,
    density_of,
    density_said,
    differing,
    ppi_to_write,
    tell_resolution,
)
from nistitl.images.sides import orientation_stored
from nistitl.images.streams.exif import UPRIGHT
from nistitl.model.kinds import record_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.images.header import Header
    from nistitl.images.pictures import Picture
    from nistitl.model.record import Record

_Made = TypeVar("_Made", bound="Record")

_BINARY_TYPES = (3, 4, 5, 6, 8)
_SIZED_TYPES = (10, 13, 14, 15, 16, 17, 19, 20)
_BARE_TYPES = (22, 99)  # which carry images and do not describe them
_LOW_TYPES = (3, 5)
_CSP = {"YCC": "RGB"}  # JPEG stores YCC of an RGB that nobody named
_PLAIN_BITS = 8  # of a pixel, above which CSP of friction ridges stands as of 2025
_MOST_PPI = 99999  # five digits
_STAYS = (
    "turn=False keeps the pixels as they are stored; for a record of the turned image use from_image(data, turn=True)"
)


def fields_from(
    image: Any,
    kind: type[Record] | int,
    codec: str | None = None,
    ppi: float | None = None,
    **options: Any,
) -> dict[str, Any]:
    """The fields that describe and hold an image, by mnemonic, for a record type: `Type14(**fields_from(...))`.

    `image` is what `open_picture` takes. The bytes of a file that a record may hold stay as they are where no other
    `codec` is asked for, and nothing that changes its pixels (`Wishes`); all else is encoded by `codec` with its
    options (bitrate, quality, ratio, bits, ...). `ppi` of a file is its own; another, given here or by fields, is
    refused unless `override_ppi`, as it is of a picture of Pillow with a `dpi`. A file taken as it is, whose EXIF asks
    for a turn is refused unless `turn` is True: decoded, turned and encoded anew, by its own codec where none is given;
    or False: taken as it lies. Options that are mnemonics of the record type are fields of it. Raises ImageError.
    """
    return described(image, record_class(kind) if isinstance(kind, int) else kind, codec, ppi, options).fields


def record_from(kind: type[_Made], image: Any, codec: str | None, ppi: float | None, **options: Any) -> _Made:
    """A record of the fields of `fields_from`; a binary one keeps the resolution, which its transaction has to tell."""
    made = described(image, kind, codec, ppi, options)
    record = kind(**made.fields)
    if record.binary:
        tell_resolution(record, made.density.across)
    return record


@attrs.frozen(slots=True, eq=False)
class Description:
    """The fields of an image by mnemonic, those that were given among them, its resolution, and what was encoded."""

    fields: dict[str, Any]
    given: dict[str, Any]
    density: Density
    picture: Picture | None


def described(
    image: Any,
    kind: type[Record],
    codec: str | None,
    ppi: float | None,
    options: dict[str, Any],
    edition: Edition | None = None,
    usual_density: Density | None = None,
) -> Description:
    """What describes and holds an image in a record of a type; `usual_density` where nobody says the resolution."""
    named = {element.mnemonic for element in kind.elements.values()}
    given = {name: options.pop(name) for name in list(options) if name in named}
    wishes = Wishes.taken_from(options)
    called = MEDIA if MEDIA in (codec, given.get("CGA")) else codec
    asked = None if codec is None or codec == MEDIA else _spelled(codec)
    _check_type(kind.type)
    if options:
        check_options(asked, options, named)
    made = coded(image, kind.type, asked, ppi, wishes, options, usual_density)
    with naming(name_of(image)):
        described = {
            **_image_fields(kind.type, made.header, called, edition),
            **scale_fields(kind.type, made.density),
        }
        advise(kind.type, made.header, None if made.density.ratio else made.density.across)
        usual = _usual(kind, made.header, edition or LATEST) | ({"TIF"} & described.keys())
        fields = {name: value for name, value in described.items() if name in usual} | {"DATA": made.data}
        fields |= processed_fields(kind, made.picture) | given
        if made.told and not wishes.override_ppi:
            _compare(made.told, kind.type, fields)
    return Description(fields, given, made.density, made.picture)


def fields_anew(
    record: Record, codec: str, *, override_ppi: bool = False, turn: bool | None = None, **options: Any
) -> dict[str, Any]:
    """The fields that change when the image of a record is encoded by another codec. Raises ImageError.

    The record says the resolution, before and after; a codestream of another one is refused unless `override_ppi`.
    Pixels stay as they are stored; where EXIF asks for a turn, which is lost, that is refused unless `turn` is False.
    """
    orientation = orientation_stored(record)
    if orientation != UPRIGHT and turn is not False:
        raise refusal(orientation, _STAYS)
    said = density_said(record)
    for density in () if override_ppi else contradictions(record):
        raise ImageError(f"{differing(density, said)}; override_ppi=True keeps what the record says")
    edition = edition_of_record(record)
    fields = fields_of_pixels(sound_array_of(record), record.type, codec, said, edition=edition, **options)
    if claims_of(record).said == MEDIA:
        fields |= dict.fromkeys({"TIF"} & record.mnemonics())
    return fields | hash_anew(record, fields["DATA"])


def fields_of_pixels(
    array: Any, kind: int, codec: str, said: Density | None, *, edition: Edition | None = None, **options: Any
) -> dict[str, Any]:
    """The image, its size, depth, colour and algorithm, of an array for a record that says the resolution itself.

    `edition` is that of its transaction, if known. Raises ImageError for what codec or record type cannot hold.
    """
    _check_type(kind)
    data, header = encoded(array, kind, _spelled(codec), ppi_to_write(said), options)
    if said is not None and not said.ratio:
        advise(kind, header, said.across)
    usual = _usual(record_class(kind), header, edition or LATEST)
    described = _image_fields(kind, header, codec, edition)
    return {name: value for name, value in described.items() if name in usual} | {"DATA": data}


def _usual(kind: type[Record], header: Header, edition: Edition) -> set[str]:
    """The fields that describe an image in an edition: the colour space of friction ridges where it is not 8 bits."""
    rows = [row for row in kind.elements.values() if row.in_edition(edition) is not None]
    plain = header.bits * header.components <= _PLAIN_BITS
    return {row.mnemonic for row in rows if row.since <= LATEST or not plain}


def _check_type(kind: int) -> None:
    if kind not in (*_BINARY_TYPES, *_SIZED_TYPES, *_BARE_TYPES):
        raise ImageError(f"Type-{kind} records are not made from images")


def hash_anew(record: Record, data: bytes) -> dict[str, str]:
    """HAS for data that come in place of those of a record; nothing where it has none, or one that was wrong."""
    return {"HAS": sha256(data).hexdigest().upper()} if _hash_is_right(record) else {}


def _hash_is_right(record: Record) -> bool:
    """True where HAS is the SHA-256 of the data as they stand. ANSI/NIST-ITL 1-2011, xx.996."""
    said = getattr(record, "HAS") if "HAS" in record.mnemonics() else None  # noqa: B009
    return said is not None and sha256(record.raw(record.data_field or 0) or b"").hexdigest() == said.lower()


def _spelled(name: str) -> Codec:
    codec = codec_spelled(str(name))
    if codec is None and name == MEDIA:
        raise ImageError("MEDIA is no codec to encode by: from_image takes a file as it is; name the codec it is to be")
    if codec is None:
        known = ", ".join(name for codec in codecs() for name in (codec.name, *codec.later_names))
        raise ImageError(f"no codec of that name is known: {known}")
    return codec


def _compare(told: Iterable[Density], kind: int, fields: dict[str, Any]) -> None:
    """What the fields say, which may have been given, with what the codestream says; ImageError."""
    if kind in _BINARY_TYPES:
        nominal = NOMINAL / 2 if kind in _LOW_TYPES else NOMINAL
        said = Density("ISR 0", nominal, nominal) if fields.get("ISR") == 0 else None
    else:
        said = density_of(fields.get("SLC"), fields.get("THPS"), fields.get("TVPS"))
    if said is None:
        return
    for one in told:
        if one.plausible and not one.agrees(said):
            raise ImageError(f"{differing(one, said)}; override_ppi=True keeps the fields")
    if not said.ratio and not said.square:
        raise ImageError(f"SLC {fields.get('SLC')} is for square pixels, and these are of {said}; SLC=0 keeps them")


def _check(kind: int, header: Header, name: str | int | None) -> None:
    """What the record type cannot hold."""
    if name is None:
        fitting = " or ".join(codec.name for codec in codecs() if codec.spelling(kind) is not None)
        images = "bilevel images" if kind in BILEVEL_TYPES else "images"
        raise ImageError(
            f"Type-{kind} holds {images}, {fitting}, not {header.codec}; codec= names the one to encode it by"
        )
    if kind in GRAY_TYPES and (header.components, header.bits) != (1, 8):
        raise ImageError(f"Type-{kind} holds gray images of 8 bits")


def _image_fields(
    kind: int, header: Header, called: str | None = None, edition: Edition | None = None
) -> dict[str, Any]:
    """Size, depth, colour and algorithm, if the record type can hold such an image; ImageError.

    `called` is how somebody names the algorithm.
    """
    codec = codec_named(header.codec)
    by_media = called == MEDIA
    if by_media and kind not in MEDIA_TYPES:
        types = ", ".join(map(str, MEDIA_TYPES))
        raise ImageError(f"CGA of Type-{kind} is never MEDIA, that of Types {types} is; name the codec, or none")
    if by_media and not codec.media_types:
        raise ImageError(f"{header.codec} has no media type that MEDIA could stand for; leave codec out")
    algorithm = MEDIA if by_media else named_in(codec, kind, called, edition)
    _check(kind, header, algorithm)
    if kind in _BARE_TYPES and codec.uncompressed:
        raise ImageError(f"Type-{kind} does not tell the size of uncompressed pixels; encode them, as PNG for example")
    size = {"HLL": header.width, "VLL": header.height}
    if kind in _BARE_TYPES:
        return {}
    if kind in _BINARY_TYPES:
        return {**size, "SRT" if kind == 8 else "CGA": algorithm}
    depth = header.bits * header.components
    named = by_media and any(element.mnemonic == "TIF" for element in record_class(kind).elements.values())
    media = {"TIF": [codec.media_types[0]]} if named else {}  # Types 16 and 20 have no such field
    return {**size, "CGA": algorithm, "BPX": depth, "CSP": _CSP.get(header.colour, header.colour), **media}


def scale_fields(kind: int, density: Density) -> dict[str, int]:
    """ISR; or SLC, THPS and TVPS, per inch, or where pixels are not square as an aspect ratio; ImageError."""
    if kind in _BARE_TYPES:
        return {}
    if kind in _BINARY_TYPES and not density.square:
        raise ImageError(f"Type-{kind} holds square pixels, and these are of {density}; resample the image")
    if kind in _BINARY_TYPES:
        return {"ISR": _isr(kind, density.across)}
    if density.ratio:
        return {"SLC": 0, **_ratio(density)}
    across = whole(density.across)
    down = across if density.square else whole(density.down)
    if not (1 <= across <= _MOST_PPI and 1 <= down <= _MOST_PPI):
        raise ImageError("the resolution does not fit THPS and TVPS")
    return {"SLC": 1 if density.square else 0, "THPS": across, "TVPS": down}


def _ratio(density: Density) -> dict[str, int]:
    """An aspect ratio in whole numbers, as small as they can be; thousandths where it is none of them."""
    across, down = density.across, density.down
    if density.square:
        across = down = 1
    elif across != int(across) or down != int(down):
        across, down = round(across / down * 1000), 1000
    most = gcd(int(across), int(down))
    return {"THPS": int(across) // most, "TVPS": int(down) // most}


def processed_fields(kind: type[Record], picture: Picture | None) -> dict[str, Any]:
    """Where a record type tells that its image has another resolution than it was scanned at.

    SHPS and SVPS, the one that it was scanned at, per inch as THPS; DOWNSAMPLE in ITX of Type-10.
    """
    scanned = picture.scanned if picture is not None else None
    if scanned is None:
        return {}
    told = {"SHPS": whole(scanned.across), "SVPS": whole(scanned.down), "ITX": ("DOWNSAMPLE",)}
    names = {element.mnemonic for element in kind.elements.values()}
    return {name: value for name, value in told.items() if name in names}


def _isr(kind: int, ppi: float) -> int:
    """0 for the nominal resolution, half of it in Types 3 and 5; 1 for the native one."""
    return int(not is_nominal(ppi * 2 if kind in _LOW_TYPES else ppi, 500))
