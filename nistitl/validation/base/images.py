"""Rules about images: which fields stand with one, scale and resolution, what a record type may carry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015, E2025
from nistitl.base.findings import Severity
from nistitl.images.codec import NOT_FOR_NEW_RIDGES
from nistitl.images.resolution import PER_INCH
from nistitl.validation.rules import Problem, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.validation.context import RecordView

SCALED = (10, 13, 14, 15, 16, 17, 19, 20)
RIDGES = (13, 14, 15)
_DESCRIBED = ("HLL", "VLL", "SLC", "THPS", "TVPS", "CGA", "BPX")
_WITH_IMAGE_FROM_2015 = ("IMP", "SHPS", "SVPS")
_EXPLAINED = {14: "AMP", 15: "AMP", 19: "AMP", 17: "DME"}
_LOSSY = ("WSQ20", "JPEGB", "JP2")
_NOMINAL = 0.02  # by which a resolution may differ from its class


def _described(view: RecordView) -> tuple[str, ...]:
    return (*_DESCRIBED, "CSP") if view.record.type == 17 else _DESCRIBED


def _has_image(view: RecordView) -> bool:
    return view.has("DATA") or view.has("EFR")


@rule(
    "image-field-missing", types=(14, 15, 17, 19), since=E2011, asked=E2000,
    clause="8.14, 8.15, 8.17, 8.19; xx.006 to xx.013",
)  # fmt: skip
def described(view: RecordView) -> Iterator[Problem]:
    """With an image stand the fields that describe it."""
    if view.has("DATA"):
        for name in _described(view):
            number = view.number(name)
            if not view.present(number):
                yield Problem(f"{name} is missing: it must stand with an image", number)


@rule("image-field-alone", types=(14, 15, 17, 19), since=E2011, clause="8.14, 8.15, 8.17, 8.19; xx.006 to xx.013")
def alone(view: RecordView) -> Iterator[Problem]:
    """Without an image none of these fields stands; reported once a record."""
    if not _has_image(view):
        later = _WITH_IMAGE_FROM_2015 if view.edition >= E2015 else ()
        there = [name for name in (*_described(view), *later) if name in view.record.mnemonics() and view.has(name)]
        if there:
            message = f"{', '.join(there)} without an image"
            yield Problem(message, view.number(there[0]), expected="no description of an image that is not there")


@rule(
    "impression-missing", types=(14, 15, 19), starts="DATA", since=E2015, asked=E2000,
    clause="8.14, 8.15, 8.19; xx.003",
)  # fmt: skip
def impression(view: RecordView) -> Iterator[Problem]:
    """From 2015 IMP stands with an image."""
    if not view.has("IMP"):
        yield Problem("IMP is missing: it must stand with an image", 3)


@rule("image-missing", types=(14, 15, 17, 19), since=E2011, asked=E2000, clause="8.14, 8.15, 8.17, 8.19; xx.999")
def explained(view: RecordView) -> Iterator[Problem]:
    """A record without an image says why."""
    reason = _EXPLAINED[view.record.type]
    if not _has_image(view) and not view.has(reason):
        yield Problem(f"DATA is missing and {reason} does not say why", 999, expected=f"an image, EFR or {reason}")


@rule("content-missing", types=(10, 13, 16, 20, 21, 22, 99), since=E2011, asked=E2000, clause="xx.994, xx.999")
def content(view: RecordView) -> Iterator[Problem]:
    """Exactly one of EFR and DATA stands where the edition leaves the choice."""
    since = {10: E2013, 20: E2011, 21: E2011, 22: E2013}.get(view.record.type, E2015)
    if view.edition >= since and not _has_image(view):
        severity = Severity.WARNING if view.record.type == 99 else None  # no source confirms its 994
        yield Problem("neither DATA nor EFR is there", 999, expected="one of the two", severity=severity)


@rule("pixels-square", types=SCALED, starts="SLC", reads="SLC THPS TVPS", firm=True, clause="xx.008 to xx.010")
def square(view: RecordView) -> Iterator[Problem]:
    """Where the scale is per inch or centimetre, pixels are square."""
    across, down = view.value("THPS"), view.value("TVPS")
    if view.value("SLC") in PER_INCH and across is not None and down is not None and across != down:
        yield Problem("TVPS is not THPS although SLC gives a resolution", view.number("TVPS"), expected=str(across))


@rule("scan-square", types=SCALED, starts="SHPS", reads="SLC SHPS SVPS", since=E2007, clause="xx.008, xx.016, xx.017")
def scanned_square(view: RecordView) -> Iterator[Problem]:
    """Where the scale is per inch or centimetre, the scan had square pixels."""
    across, down = view.value("SHPS"), view.value("SVPS")
    if view.value("SLC") in PER_INCH and across is not None and down is not None and across != down:
        yield Problem("SVPS is not SHPS although SLC gives a resolution", view.number("SVPS"), expected=str(across))


def ppi_of(view: RecordView) -> float | None:
    """Pixels per inch as SLC and THPS say."""
    scale, pixels = view.value("SLC"), view.value("THPS")
    return None if scale not in PER_INCH or pixels is None else pixels * PER_INCH[scale]


@rule("resolution-low", types=RIDGES, starts="THPS", reads="SLC THPS", clause="8.13, 8.14, 8.15; xx.009")
def low(view: RecordView) -> Iterator[Problem]:
    """Friction ridge images have 500 pixels per inch at the least, within two per cent."""
    ppi = ppi_of(view)
    if ppi is not None and ppi < 490:
        expected = "490 pixels per inch or more"
        yield Problem("THPS is below the resolution of friction ridge images", view.number("THPS"), expected=expected)


@rule(
    "resolution-class", types=RIDGES, starts="THPS", reads="SLC THPS", severity=Severity.WARNING,
    since=E2011, clause="8.13, 8.14, 8.15; xx.009",
)  # fmt: skip
def resolution_class(view: RecordView) -> Iterator[Problem]:
    """Friction ridge images are of the 500 or the 1000 class."""
    ppi = ppi_of(view)
    if ppi is not None and ppi >= 490 and not 490 <= ppi <= 510.5 and not 990 <= ppi <= 1010:
        expected = "490 to 510 or 990 to 1010 pixels per inch"
        yield Problem("THPS is of neither resolution class", view.number("THPS"), expected=expected)


@rule(
    "cga-wsq", types=SCALED, starts="CGA", reads="CGA", severity=Severity.WARNING, until=E2015, clause="xx.011",
)  # fmt: skip
def cga_wsq(view: RecordView) -> Iterator[Problem]:
    """Before 2025 WSQ is called WSQ20."""
    if view.value("CGA") == "WSQ":
        yield Problem("CGA is WSQ, a name that editions before 2025 do not have", view.number("CGA"), expected="WSQ20")


@rule("iris-jpeg", types=(17,), starts="CGA", reads="CGA", since=E2011, clause="8.17; 17.011")
def iris_jpeg(view: RecordView) -> Iterator[Problem]:
    """Irises are not compressed with JPEG."""
    if view.value("CGA") in ("JPEGB", "JPEGL", "WSQ20"):
        yield Problem("irises are not compressed this way", 11, expected="NONE, PNG, JP2 or JP2L")


@rule(
    "ridge-jpeg", types=RIDGES, starts="CGA", reads="CGA", severity=Severity.WARNING, since=E2011, until=E2015,
    clause="8.13, 8.14, 8.15; xx.011",
)  # fmt: skip
def ridge_jpeg(view: RecordView) -> Iterator[Problem]:
    """Up to 2015 JPEG is not for new friction ridge images."""
    if view.value("CGA") in NOT_FOR_NEW_RIDGES:
        yield Problem("JPEG is not for new friction ridge images", 11, expected="WSQ20, JP2, JP2L, PNG or NONE")


@rule(
    "latent-lossy", types=(13,), starts="CGA", reads="CGA", severity=Severity.WARNING, since=E2011,
    clause="8.13; 13.011",
)  # fmt: skip
def latent_lossy(view: RecordView) -> Iterator[Problem]:
    """Latents are kept without loss."""
    if view.value("CGA") in _LOSSY and view.value("CGA") != "JPEGB":
        yield Problem("latents should be compressed without loss", 11, expected="NONE, PNG, JP2L or JPEGL")


@rule(
    "wsq-resolution", types=RIDGES, starts="CGA", reads="CGA SLC THPS", severity=Severity.WARNING,
    clause="8.13, 8.14, 8.15; xx.011",
)  # fmt: skip
def wsq_resolution(view: RecordView) -> Iterator[Problem]:
    """WSQ is for images of the 500 class."""
    ppi = ppi_of(view)
    if view.value("CGA") == "WSQ20" and ppi is not None and ppi > 600:
        yield Problem("WSQ is for 500 pixels per inch", 11, expected="JP2 or JP2L")


_CLASSES = {"WSQ": 500, "JPEGL": 500, "JP2": 1000}  # 14.011 as of 2025: pixels per inch that a code is for


@rule("cga-resolution", types=(14,), starts="CGA", reads="CGA SLC THPS", since=E2025, clause="8.14; 14.011")
def cga_resolution(view: RecordView) -> Iterator[Problem]:
    """As of 2025 some algorithms are for one class of resolution only."""
    ppi, wanted = ppi_of(view), _CLASSES.get(view.value("CGA"))
    if wanted is not None and ppi is not None and abs(ppi - wanted) > wanted * _NOMINAL:
        yield Problem(f"CGA is for images of {wanted} pixels per inch only", 11, expected=f"{wanted} pixels per inch")


@rule(
    "wsq-depth", types=RIDGES, starts="CGA", reads="CGA BPX", severity=Severity.WARNING,
    clause="8.13, 8.14, 8.15; xx.011, xx.012",
)  # fmt: skip
def wsq_depth(view: RecordView) -> Iterator[Problem]:
    """WSQ is for eight bits."""
    if view.value("CGA") in ("WSQ20", "WSQ") and view.value("BPX") not in (8, None):
        yield Problem("WSQ is for images of eight bits", view.number("BPX"), expected="8")


_LEAST_SIZES = {
    30: (480, 600),
    32: (480, 600),
    40: (768, 1024),
    42: (768, 1024),
    50: (1200, 1600),
    51: (2400, 3200),
    52: (2400, 3200),
}


@rule(
    "face-small", types=(10,), starts="SAP", reads="SAP HLL VLL", severity=Severity.WARNING, since=E2007,
    clause="8.10; 10.013",
)  # fmt: skip
def face_small(view: RecordView) -> Iterator[Problem]:
    """A subject acquisition profile asks for a least size of the image."""
    least = _LEAST_SIZES.get(view.value("SAP"))
    width, height = view.value("HLL"), view.value("VLL")
    if least and width and height and (width < least[0] or height < least[1]):
        yield Problem("the image is smaller than its SAP asks for", 6, expected=f"{least[0]} x {least[1]} or more")


_MEDIA_TYPE = re.compile(r"[A-Za-z]+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*(;.*)?")  # RFC 6838, 4.2


@rule("media-type", types=(10,), starts="TIF", reads="TIF", since=E2025, clause="8.10; 10.036")
def media_type(view: RecordView) -> Iterator[Problem]:
    """As of 2025 the type of an image of another format is one of IANA's registry."""
    for place, one in view.subfields("TIF"):
        if one.FTY is not None and _MEDIA_TYPE.fullmatch(one.FTY) is None:
            yield Problem("TIF: FTY is no media type", 36, place, 1, expected="a type of IANA's registry, as image/png")


RULES = (
    described, alone, impression, explained, content, square, scanned_square, low,
    resolution_class,
    cga_wsq, iris_jpeg, ridge_jpeg, latent_lossy, wsq_resolution, cga_resolution, wsq_depth, media_type, face_small,
)  # fmt: skip
