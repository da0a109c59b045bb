"""The image of a record: pixels, codestream, resolution, segments, and where codestream and record disagree.

The codestream is decoded for what it is; what the record says of it is compared, and believed only where
the bytes say nothing themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.findings import Finding, Location, Severity
from nistitl.images.arrays import library
from nistitl.images.claims import ANYTHING_TYPES, VECTOR, Claims, claims_of, geometry
from nistitl.images.codecs.none import bilevel, length_of
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.registry import codec_named, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.images.arrays import Image
    from nistitl.model.record import Record

_AGAIN = re.compile(rb"[^\x1d]*\x1d\d{2}\.999:")
_INCH = 25.4  # millimetres
_PER_INCH = {1: 1.0, 2: 2.54}  # SLC: pixels per inch, per centimetre
_NOMINAL = 500.0
_LOW_TYPES = (3, 5)
_MOST_COVERED = 64  # times the image: what the masks of its polygons may hold together
_HIGH_FROM = 375.0  # pixels per inch: a nominal resolution above is that of the high-resolution types


# -- what it is -----------------------------------------------------------------------------------


def header_of(record: Record) -> Header:
    """Size and kind of the image as its codestream says, as the record says where the bytes say nothing.

    Raises ImageError when there is no image, or nothing known here.
    """
    return _header(claims_of(record))


def codec_of(record: Record) -> str:
    """What the codestream is: NONE, WSQ20, JPEGB, JPEGL, JP2, JP2L, PNG, FAX, or VECTOR for signatures drawn.

    Where the bytes do not tell it is what the record says, empty when that says nothing either.
    """
    claims = claims_of(record)
    if claims.codec == VECTOR:
        return VECTOR
    try:
        return _header(claims).codec
    except ImageError:
        return claims.codec or ""


def _header(claims: Claims) -> Header:
    if claims.data is None or not len(claims.data):
        raise ImageError("the record has no image")
    if claims.codec == VECTOR:
        raise ImageError("a vector signature is no picture; nistitl.images.strokes reads it")
    raw = geometry(claims)
    codec = None if claims.codec is None else codec_named(claims.codec)
    if raw and codec and not codec.signatures and not codec.uncompressed:
        return attrs.evolve(raw, codec=codec.name)
    exact = raw is not None and len(claims.data) == length_of(raw)
    if raw and exact and (codec is None or codec.uncompressed):
        return raw  # uncompressed pixels may begin like anything
    found = read_header(claims.data)
    if found:
        return found
    if raw and (exact or (codec and codec.uncompressed and claims.type != 7)):
        return raw
    if _AGAIN.match(bytes(claims.data[:64])):
        raise ImageError("the image is behind another tag of its own field")
    raise ImageError("the image is no codestream that is known here")


# -- pixels ---------------------------------------------------------------------------------------


def array_of(record: Record, max_pixels: int = MAX_PIXELS, strict: bool = False, planar: bool | None = None) -> Image:
    """The pixels: uint8 or uint16, (rows, columns) or (rows, columns, 3).

    `strict` raises where codestream and record disagree. Of uncompressed data that are too short the whole rows
    are given; `planar` says how uncompressed colour is stored, which no field does. Raises ImageError.
    """
    claims = claims_of(record)
    if claims.codec == VECTOR and claims.data is not None:
        from nistitl.images.strokes import draw, strokes

        return draw(strokes(claims.data), max_pixels=max_pixels)
    header = _header(claims)
    if strict:
        for finding in _disagreements(record, claims, header):
            if finding.severity >= Severity.ERROR:
                raise ImageError.of(finding)
    return _decoded(claims, header, max_pixels, strict, planar)


def _decoded(claims: Claims, header: Header, max_pixels: int, strict: bool, planar: bool | None = None) -> Image:
    data = claims.data
    assert data is not None
    codec = codec_named(header.codec)
    if codec.uncompressed:
        header = attrs.evolve(_rows_there(header, len(data)), planar=planar)
        data = data[: length_of(header)]
    array: Image = codec.decode(data, header, max_pixels, strict=strict)
    return bilevel(array) if claims.bits == 1 and header.bits > 1 else array


def _rows_there(header: Header, length: int) -> Header:
    """The header with as many rows as there are bytes for."""
    rows = min(header.height, length // length_of(attrs.evolve(header, height=1)))
    if not rows:
        raise ImageError("uncompressed: there is not a single row")
    return attrs.evolve(header, height=rows)


# -- resolution -----------------------------------------------------------------------------------


def ppi_of(record: Record, header: Any = None) -> float | None:
    """Horizontal pixels per inch as the record says; None where it does not, or gives an aspect ratio only.

    Binary types: ISR 1 is the native resolution of the Type-1 `header` (1.011 NSR), 0 the nominal one (1.012
    NTR), 500 where the header has none. Types 3 and 5 have half of either; files with nothing finer carry an
    NTR of 9.84, which is that half already.
    """
    if not record.binary:
        scale, pixels = _value(record, "SLC"), _value(record, "THPS")
        return pixels * _PER_INCH[scale] if pixels and scale in _PER_INCH else None
    native = claims_of(record).native
    if native not in (0, 1):
        return None
    said = header and (header.NSR if native else header.NTR)
    ppi = float(said) * _INCH if said else None if native else _NOMINAL
    if ppi and record.type in _LOW_TYPES and (native or ppi > _HIGH_FROM):
        ppi /= 2
    return ppi


def _value(record: Record, name: str) -> Any:
    return getattr(record, name) if name in record.mnemonics() else None


# -- findings -------------------------------------------------------------------------------------


def image_findings(record: Record, *, decode: bool = True, max_pixels: int = MAX_PIXELS) -> list[Finding]:
    """Where codestream and record disagree, and whether the image decodes; `decode=False` looks at headers only."""
    claims = claims_of(record)
    if claims.data is None or not len(claims.data):
        return []
    if claims.codec == VECTOR:
        return _vector_findings(record, claims)
    try:
        header = _header(claims)
    except ImageError as error:
        if _may_be_anything(claims):
            return []
        return [_finding(record, claims, "image-undecodable", str(error), "DATA")]
    found = list(_disagreements(record, claims, header))
    if decode and not header.truncated:
        found += _pixel_findings(record, claims, header, max_pixels)
    return found


def _may_be_anything(claims: Claims) -> bool:
    """True when nobody says that this is an image: neither record nor bytes."""
    if claims.type not in ANYTHING_TYPES or (claims.codec is not None and claims.type != 7):
        return False
    try:
        return read_header(claims.data or b"") is None
    except ImageError:
        return False


def _vector_findings(record: Record, claims: Claims) -> list[Finding]:
    from nistitl.images.strokes import strokes

    try:
        strokes(claims.data or b"")
    except ImageError as error:
        return [_finding(record, claims, "image-undecodable", str(error), "DATA")]
    return []


def _pixel_findings(record: Record, claims: Claims, header: Header, max_pixels: int) -> Iterator[Finding]:
    """Decode strictly; what only then fails is data that lack their end."""
    try:
        _decoded(claims, header, max_pixels, strict=True)
    except ImageError as error:
        try:
            _decoded(claims, header, max_pixels, strict=False)
            yield _finding(record, claims, "image-truncated", str(error), "DATA")
        except ImageError as worse:
            yield _finding(record, claims, "image-undecodable", str(worse), "DATA")


def _disagreements(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    """What the headers alone tell."""
    name = "SRT" if claims.type == 8 else "CGA"
    if (claims.codec or claims.said) and claims.codec != header.codec:
        message = "the codestream is not of the algorithm that the record names"
        yield _finding(record, claims, "image-cga", message, name, header.codec, claims.said)
    if header.process.startswith(("progressive", "arithmetic")):
        message = f"the codestream is JPEG of the {header.process} process, not baseline"
        yield _finding(record, claims, "image-cga", message, name, severity=Severity.WARNING)
    yield from _size_findings(record, claims, header)
    yield from _depth_findings(record, claims, header)
    if header.truncated:
        yield _finding(record, claims, "image-truncated", "the codestream has no end", "DATA")


def _size_findings(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    for name, said, there in (("HLL", claims.width, header.width), ("VLL", claims.height, header.height)):
        if said is not None and said != there:
            message = f"{name} is not the size of the image"
            yield _finding(record, claims, "image-size", message, name, str(there), str(said))
    if claims.data is None or not codec_named(header.codec).uncompressed:
        return
    asked = length_of(attrs.evolve(header, bits=1) if claims.bits == 1 else header)
    if len(claims.data) != asked:
        message = "uncompressed data are not as long as size and depth ask for"
        expected, actual = f"{asked} bytes", f"{len(claims.data)} bytes"
        yield _finding(record, claims, "image-data-size", message, "DATA", expected, actual)


def _depth_findings(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    bits = header.bits * header.components
    if claims.bits is not None and "BPX" in claims.fields and not header.palette and claims.bits != bits:
        message = "BPX is not the depth of the image"
        warn = Severity.WARNING
        yield _finding(record, claims, "image-bits", message, "BPX", str(bits), str(claims.bits), warn)
    if claims.gray is not None and claims.gray != (header.components == 1):
        message = "CSP is not the colour of the image"
        warn = Severity.WARNING
        yield _finding(record, claims, "image-colour", message, "CSP", header.colour, claims.colour, warn)
    if header.alpha:
        message = "the image has an alpha channel, which is dropped"
        yield _finding(record, claims, "image-colour", message, "DATA", severity=Severity.WARNING)


def _finding(
    record: Record,
    claims: Claims,
    code: str,
    message: str,
    mnemonic: str,
    expected: str | None = None,
    actual: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    number = claims.fields.get(mnemonic)
    span = None if number is None or record.edited else record.span(number, None, None)
    offset, length = span or (None, None)
    where = Location(offset, length, None, record.type, record.idc, number)
    return Finding(code, message, where, severity, expected, actual)


# -- segments -------------------------------------------------------------------------------------


@attrs.frozen(slots=True, eq=False)
class Crop:
    """One finger, palm or part in an image of several.

    `array` is a view of the image and `box` its place: left, top, right, bottom, the last two exclusive. `mask`
    is True within the polygon where there is one. `code` is the amputation code of that position; positions that
    have a code and no segment come with no array.
    """

    position: int | None
    array: Image | None = None
    code: str | None = None
    box: tuple[int, int, int, int] | None = None
    mask: NDArray[np.bool_] | None = None


def segments_of(record: Record, array: Image | None = None) -> list[Crop]:
    """The segments by SEG (boxes), then by ASEG and other paths (polygons), clipped to the image.

    Coordinates count pixels from 0 at the top left, the right and bottom ones included. `array` saves decoding
    once more. Raises ImageError when there are segments and the image does not decode, and where polygons lie on
    each other more than 64 times.
    """
    codes = {item.FRAP: item.ABC for item in _value(record, "AMP") or ()}
    items = [item for name in ("SEG", "ASEG", "FSP") for item in _value(record, name) or ()]
    image = array_of(record) if array is None and items and _value(record, "DATA") else array
    crops = [] if image is None else list(_crops(items, image, codes))
    told = {crop.position for crop in crops}
    return [*crops, *(Crop(position, None, code) for position, code in codes.items() if position not in told)]


def _crops(items: list[Any], image: Image, codes: dict[int | None, str | None]) -> Iterator[Crop]:
    room = _MOST_COVERED * image.shape[0] * image.shape[1]
    for item in items:
        crop = _crop(item, image, codes)
        if crop is None:
            continue
        room -= crop.mask.size if crop.mask is not None else 0
        if room < 0:
            raise ImageError(f"the polygons of the segments cover the image more than {_MOST_COVERED} times")
        yield crop


def points_of(item: Any) -> list[tuple[int, int]]:
    """The polygon of a segment, empty where it is none; pairs of which a half is missing are no points."""
    points = [point for point in getattr(item, "points", None) or () if len(point) == 2 and None not in point]
    return points if len(points) > 2 else []


def _crop(item: Any, image: Image, codes: dict[int | None, str | None]) -> Crop | None:
    position = next((getattr(item, name) for name in ("FRSP", "FRAS", "RSP") if hasattr(item, name)), None)
    points = points_of(item)
    box = _box(points) if points else _corners(item)
    if box is None:
        return None
    height, width = image.shape[:2]
    left, top, right, bottom = box
    left, top, right, bottom = max(left, 0), max(top, 0), min(right + 1, width), min(bottom + 1, height)
    if left >= right or top >= bottom:
        return None
    part: Any = image[top:bottom, left:right]
    mask = _mask(points, (left, top, right, bottom)) if points else None
    return Crop(position, part, codes.get(position), (left, top, right, bottom), mask)


def _corners(item: Any) -> tuple[int, int, int, int] | None:
    sides = [getattr(item, name, None) for name in ("LHC", "TVC", "RHC", "BVC")]
    return None if None in sides else tuple(sides)  # type: ignore[return-value]


def _box(points: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _mask(points: list[tuple[int, int]], box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """True inside the polygon and on its outline."""
    left, top, right, bottom = box
    with library("polygons"):
        import numpy as np
        from PIL import Image, ImageDraw

        picture = Image.new("1", (right - left, bottom - top))
        ImageDraw.Draw(picture).polygon([(x - left, y - top) for x, y in points], fill=1, outline=1)
        return np.array(picture, dtype=np.bool_)
