"""Where codestream and record disagree, and whether the image decodes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import MissingDependency
from nistitl.base.findings import Finding, Location, Severity
from nistitl.images.algorithms import MEDIA, takes_later_names
from nistitl.images.arrays import check_header
from nistitl.images.claims import ANYTHING_TYPES, VECTOR, Claims, claims_of
from nistitl.images.codecs.none import length_of
from nistitl.images.codestream import as_named, decoded, header_claimed, most_pixels, settled_for
from nistitl.images.densities import densities_of
from nistitl.images.errors import CutOff, ImageError, UnknownMedia, WrongLength
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.registry import codec_named, codec_recognised, read_header
from nistitl.images.scale import contradictions, density_said
from nistitl.images.sides import orientation_of, sides_of
from nistitl.images.streams.exif import UPRIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.record import Record


UNSOUND = ("image-truncated", "image-damaged", "image-undecodable", "image-unchecked")
DAMAGE = (*UNSOUND, "image-end-missing", "image-data-size", "image-foreign", "image-wrapped")
_SURE = 4  # bytes of a signature, which uncompressed pixels do not begin with by chance
FORMAT = ("image-cga", "image-foreign", "image-wrapped", "image-size")


def damage(record: Record) -> list[Finding]:
    """What is wrong with the image itself, whatever the record says of it; by headers only where numpy is missing."""
    return [finding for finding in image_findings(record) if finding.code in DAMAGE]


def format_findings(record: Record) -> list[Finding]:
    """Whether the image is what the record names, begins where the data do, and is as large; by its header alone."""
    claims = claims_of(record)
    try:
        header = as_named(header_claimed(claims), claims.codec)
    except ImageError:
        return [*_foreign_findings(record, claims)]
    found = (*_format_findings(record, claims, header), *_size_findings(record, claims, header))
    return [finding for finding in found if finding.code in FORMAT]


def image_findings(record: Record, *, decode: bool = True, max_pixels: int | None = None) -> list[Finding]:
    """Where codestream and record disagree, and whether the image is whole; `decode=False` looks at headers only.

    Empty where there is no field for an image, or an empty one whose content may be anything.
    """
    claims = claims_of(record)
    if claims.data is None or (not len(claims.data) and claims.type in ANYTHING_TYPES):
        return []
    if not len(claims.data):
        return [_finding(record, claims, "image-truncated", "the field of the image holds no bytes", "DATA")]
    if claims.codec == VECTOR:
        return _vector_findings(record, claims)
    try:
        announced = header_claimed(claims)
        header, told = settled_for(claims, announced)
    except WrongLength as error:
        return [_length_finding(record, claims, error.asked, error.there)]
    except UnknownMedia as error:
        return [_finding(record, claims, "image-media", str(error), "TIF", severity=Severity.WARNING)]
    except ImageError as error:
        if _may_be_anything(claims):
            return []
        code = "image-truncated" if isinstance(error, CutOff) else "image-undecodable"
        return [*_foreign_findings(record, claims), _finding(record, claims, code, str(error), "DATA")]
    findings = [
        *disagreements(record, claims, header),
        *_resolution_findings(record, claims),
        *_orientation_findings(record, claims, header),
    ]
    if announced.codec != header.codec:  # coding passes are left out, which may have held nothing
        findings = [_doubted(finding) if finding.code == "image-cga" else finding for finding in findings]
    if not told and not header.truncated and claims.codec == announced.codec:
        message = "whether the codestream is lossless, as the record says, cannot be told"
        findings.append(_finding(record, claims, "image-cga", message, "CGA", severity=Severity.NOTE))
    if decode and not header.truncated and not _is_short(claims, header):
        findings += _decoding_findings(record, claims, header, max_pixels)
    return findings


def side_findings(record: Record) -> Iterator[Finding]:
    """What the codestream holds beside the image: a note a kind, with how often and how many bytes; never content."""
    claims = claims_of(record)
    try:
        header = header_claimed(claims)
    except ImageError:
        return
    sizes: dict[str, list[int]] = defaultdict(list)
    for kind, start, end in sides_of(claims.data or b"", header.codec):
        sizes[kind].append(end - start)
    for kind, found in sizes.items():
        message = f"beside its image the codestream holds {kind}"
        actual = f"{sum(found)} bytes" if len(found) == 1 else f"{sum(found)} bytes in {len(found)} places"
        yield _finding(record, claims, "image-side-information", message, "DATA", actual=actual, severity=Severity.NOTE)


def _orientation_findings(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    """EXIF that says that the image is to be turned, which readers of records do not do."""
    orientation = orientation_of(claims.data or b"", header.codec)
    if orientation != UPRIGHT:
        message = "EXIF says that the image is to be turned, and the record has no place for that"
        expected, actual = f"orientation {UPRIGHT}", f"orientation {orientation}"
        warn = Severity.WARNING
        yield _finding(record, claims, "image-orientation", message, "DATA", expected, actual, warn)


def _doubted(finding: Finding) -> Finding:
    return attrs.evolve(finding, severity=Severity.WARNING)


def _is_short(claims: Claims, header: Header) -> bool:
    """True for uncompressed pixels that are too few, which image-data-size has told."""
    return codec_named(header.codec).uncompressed and len(claims.data or b"") < length_of(header)


def _beyond(record: Record, claims: Claims, header: Header, most: int) -> Finding | None:
    """What is said of an image that is not decoded: it is far larger than the record claims."""
    if most == MAX_PIXELS or header.pixels <= most:
        return None
    message = "the codestream announces far more pixels than the record, and is not decoded"
    said = f"{claims.width} x {claims.height} pixels"
    return _finding(
        record, claims, "image-unchecked", message, "DATA", said, f"{header.width} x {header.height} pixels"
    )


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
    except MissingDependency as error:
        message = f"the image is not checked: {error}"
        return [_finding(record, claims, "image-package-missing", message, "DATA", severity=Severity.WARNING)]
    except ImageError as error:
        return [_finding(record, claims, "image-undecodable", str(error), "DATA")]
    return []


def _decoding_findings(record: Record, claims: Claims, header: Header, max_pixels: int | None) -> Iterator[Finding]:
    """What decoding finds; where the packages for it are not installed, that nothing was decoded."""
    try:
        yield from _pixel_findings(record, claims, header, max_pixels)
    except MissingDependency as error:
        message = f"the image is not checked: {error}"
        yield _finding(record, claims, "image-package-missing", message, "DATA", severity=Severity.WARNING)


def _pixel_findings(record: Record, claims: Claims, header: Header, max_pixels: int | None) -> Iterator[Finding]:
    """Decode strictly; what only then fails is data that do not hold together."""
    most = most_pixels(claims) if max_pixels is None else max_pixels
    if (beyond := _beyond(record, claims, header, most)) is not None:
        yield beyond
        return
    try:
        decoded(claims, header, most, strict=True)
    except ImageError as error:
        try:
            decoded(claims, header, most, strict=False)
            yield _finding(record, claims, "image-damaged", str(error), "DATA")
        except CutOff as cut:
            yield _finding(record, claims, "image-truncated", str(cut), "DATA")
        except ImageError as worse:
            yield _finding(record, claims, "image-undecodable", str(worse), "DATA")


def _end_findings(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    """Of a codestream without its end: whether that is all that is missing."""
    codec = codec_named(header.codec)
    try:
        check_header(attrs.evolve(header, truncated=False), most_pixels(claims))
        ended = codec.lacks_only_end(claims.data, header)
    except (ImageError, MissingDependency):
        ended = False
    if ended:
        message = "every pixel is there, and the end marker of the codestream is not"
        yield _finding(record, claims, "image-end-missing", message, "DATA", severity=Severity.WARNING)
    else:
        yield _finding(record, claims, "image-truncated", "the codestream has no end", "DATA")


def disagreements(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    """Where the record and the header of its codestream disagree."""
    yield from _format_findings(record, claims, header)
    yield from _size_findings(record, claims, header)
    yield from _depth_findings(record, claims, header)
    if header.truncated:
        yield from _end_findings(record, claims, header)


def _format_findings(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    name = "SRT" if claims.type == 8 else "CGA"
    if claims.wrapped:
        message = f"the image does not begin where the data do: it stands in {claims.wrapped}"
        if claims.wrappers[-1].startswith("base64") and record.origin[0].in_base64:
            times = "twice" if len(claims.wrappers) == 1 else f"{len(claims.wrappers) + 1} times"
            message += f", and the {record.origin[0].encoding.upper()} is base64 of that: it was encoded {times}"
        yield _finding(record, claims, "image-wrapped", message, "DATA", actual=claims.wrapped)
    there, other_process = codec_named(header.codec), header.process.startswith(("progressive", "arithmetic"))
    if claims.said == MEDIA:
        if claims.media and claims.media not in there.media_types:
            message = "the image is not of the media type that the record names"
            known = Severity.ERROR if claims.codec else Severity.WARNING
            yield _finding(record, claims, "image-cga", message, "TIF", header.codec, severity=known)
    elif there.foreign and claims.codec != header.codec and not (there.later_names and takes_later_names(record)):
        yield _foreign(record, claims, header.codec)
    elif (claims.codec or claims.said) and claims.codec != header.codec:
        message = "the codestream is not of the algorithm that the record names"
        if other_process:
            message += f", but JPEG of the {header.process} process"
        yield _finding(record, claims, "image-cga", message, name, header.codec, claims.said)
        return
    if other_process:
        message = f"the codestream is JPEG of the {header.process} process, not baseline"
        yield _finding(record, claims, "image-cga", message, name, severity=Severity.WARNING)


def _foreign_findings(record: Record, claims: Claims) -> Iterator[Finding]:
    """Of data whose header does not hold together: whether they begin as what no record may hold, and surely so."""
    codec = codec_recognised(claims.data or b"") if claims.said != MEDIA else None
    if codec is not None and codec.foreign and min(map(len, codec.signatures)) >= _SURE:
        yield _foreign(record, claims, codec.name)


def _foreign(record: Record, claims: Claims, codec: str) -> Finding:
    message = "the image is of a format that no record may hold"
    return _finding(record, claims, "image-foreign", message, "DATA", claims.codec, codec)


def _size_findings(record: Record, claims: Claims, header: Header) -> Iterator[Finding]:
    for name, said, there in (("HLL", claims.width, header.width), ("VLL", claims.height, header.height)):
        if said is not None and said != there:
            message = f"{name} is not the size of the image"
            yield _finding(record, claims, "image-size", message, name, str(there), str(said))
    if claims.data is None or not codec_named(header.codec).uncompressed:
        return
    asked = length_of(attrs.evolve(header, bits=1) if claims.bits == 1 else header)
    if len(claims.data) != asked:
        yield _length_finding(record, claims, asked, len(claims.data))


def _length_finding(record: Record, claims: Claims, asked: int, there: int) -> Finding:
    message = "uncompressed data are not as long as size and depth ask for"
    return _finding(record, claims, "image-data-size", message, "DATA", f"{asked} bytes", f"{there} bytes")


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


def _resolution_findings(record: Record, claims: Claims) -> Iterator[Finding]:
    """Where the codestream says another resolution than the record, which is believed; or one that no image has."""
    name, warn = "ISR" if record.binary else "THPS", Severity.WARNING
    told, said = densities_of(claims.data or b""), density_said(record)
    if said is not None and not said.plausible:
        message = "the record says a resolution that no image has"
        yield _finding(record, claims, "resolution-implausible", message, name, actual=str(said), severity=warn)
    for odd in told:
        if not odd.plausible:
            message = f"the codestream says a resolution that no image has ({odd.source})"
            yield _finding(record, claims, "resolution-implausible", message, "DATA", actual=str(odd), severity=warn)
    for density in contradictions(record, told):
        message = f"the codestream says another resolution than the record ({density.source})"
        yield _finding(record, claims, "image-resolution", message, name, str(density), str(said), warn)


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
    if mnemonic != "DATA" and not _told(record, number):
        actual = None
    return Finding(code, message, where, severity, expected, actual)


def _told(record: Record, number: int | None) -> bool:
    """True where what the record says may be told."""
    place = None if number is None else record.get(f"{record.type}.{number}")
    return place is not None and place.told
