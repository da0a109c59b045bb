"""Type-13: friction-ridge latent image."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015
from nistitl.declare.conditions import M_UP, O_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, ANS, AS, A, Data, Date, H, N, Real, U
from nistitl.images.record import ImageRecord
from nistitl.model.record import record
from nistitl.records.shared import (
    Annotation,
    AssociatedContextLink,
    GeographicLocation,
    MakeModelSerial,
    PrintCoordinates,
    SourceLink,
    SubjectCondition,
)


@items
class SearchPosition(Items):
    """Search position descriptors, 13.014."""

    PDF: int | None = item(N(1, 2, "0..10, 16, 17", table="FGP"), M_UP, "probable decimal finger position code")
    FIC: str | None = item(AN(3, 3, table="FIC"), M_UP, "finger image code")


@items
class RulerOrScaleOrForm(Items):
    """Ruler or scale presence, 13.018."""

    RSU: str | None = item(A(2, 4, table="RSU"), O_UP, "ruler or scale units")
    RSM: str | None = item(U(1, 50), O_UP, "ruler or scale make")
    RSO: str | None = item(U(1, 50), O_UP, "ruler or scale model")
    RSF: str | None = item(U(1, 50), O_UP, "standard fingerprint form number (alternative to the ruler items)", note="such as FD-249")


@items
class ResolutionMethod(Items):
    """Resolution method, 13.019."""

    MDR: str | None = item(AS(4, 9, table="REM"), M_UP, "method of determining resolution")
    KSL: Decimal | None = item(Real(1, 5), D, "scale length", unverified=True, note="with MDR = RULER or FORM")
    KSU: str | None = item(A(2, 2, one_of="IN MM"), D, "scale units")
    SXA: int | None = item(N(1, 5), D, "point A x", note="pixels")
    SYA: int | None = item(N(1, 5), D, "point A y", note="pixels")
    SXB: int | None = item(N(1, 5), D, "point B x", note="pixels")
    SYB: int | None = item(N(1, 5), D, "point B y", note="pixels")
    COM: str | None = item(U(1, 99), O_UP, "comment")


@items
class PositionQuality(Items):
    """Latent quality metric, 13.024."""

    FRMP: int | None = item(N(1, 2, table="FGP"), M_UP, "friction ridge metric position")
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification")


@record(13, "Friction-ridge latent image", clause="ANSI/NIST-ITL 1-2011, 8.13", since=E2000, ranges=(
    FieldRange(21, 23, "RES", "reserved", E2007),
    FieldRange(25, 45, "RES", "reserved", E2007),
    FieldRange(48, 199, "RES", "reserved", E2007),
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
    FieldRange(905, 992, "RES", "reserved", E2011),
))
class Type13(ImageRecord):
    """Friction-ridge latent image. ANSI/NIST-ITL 1-2011, 8.13."""

    LEN: int | None = element(1, N(1, 8), M, "Logical record length")
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    IMP: int | None = element(3, N(1, 2, "4..7, 12..15, 28, 29, 32..39", table="IMP"), M, "Impression type", note="2015: 4, 28, 29")
    SRC: str | None = element(4, U(1), M, "Source agency")
    LCD: date | None = element(5, Date(), M, "Latent capture date")
    HLL: int | None = element(6, N(2, 5, "10..99999"), M, "Horizontal line length", was={E2007: N(2, 5, "10..65535")})
    VLL: int | None = element(7, N(2, 5, "10..99999"), M, "Vertical line length", was={E2007: N(2, 5, "10..65535")})
    SLC: int | None = element(8, N(1, 1, "0..2", table="SLC"), M, "Scale units")
    THPS: int | None = element(9, N(1, 5, "1.."), M, "Transmitted horizontal pixel scale", was={E2007: "HPS"})
    TVPS: int | None = element(10, N(1, 5, "1.."), M, "Transmitted vertical pixel scale", was={E2007: "VPS"}, note="equal to THPS when SLC is 1 or 2")
    CGA: str | None = element(11, AN(3, 5, table="CGA"), M, "Compression algorithm", note="lossless recommended")
    BPX: int | None = element(12, N(1, 2, "8..99"), M, "Bits per pixel")
    FGP: tuple[int, ...] = element(13, Values(N(1, 2, table="FGP"), 1, 6), M, "Friction ridge generalized position")
    SPD: tuple[SearchPosition, ...] = element(14, Sets(SearchPosition, 1, 9), D, "Search position descriptors", since=E2007, note="with FGP 19 only")
    PPC: tuple[PrintCoordinates, ...] = element(15, Sets(PrintCoordinates, 1, 12), O, "Print position coordinates", since=E2007, note="with FGP 19 only")
    SHPS: int | None = element(16, N(1, 5, "1.."), O, "Scanned horizontal pixel scale", since=E2007, note="from 2015 only with an image")
    SVPS: int | None = element(17, N(1, 5, "1.."), O, "Scanned vertical pixel scale", since=E2007)
    RSP: RulerOrScaleOrForm | None = element(18, One(RulerOrScaleOrForm), O, "Ruler or scale presence", since=E2013)
    REM: ResolutionMethod | None = element(19, One(ResolutionMethod), D, "Resolution method", since=E2013, note="where the resolution is not the device's own")
    COM: str | None = element(20, U(1, 126), O, "Comment")
    LQM: tuple[PositionQuality, ...] = element(24, Sets(PositionQuality, 1, 9), O, "Latent quality metric", since=E2007)
    SUB: SubjectCondition | None = element(46, One(SubjectCondition), O, "Image subject condition", since=E2013, note="SBSC and SBCC with SSC = D only")
    CON: str | None = element(47, U(1, 1000), O, "Capture organization name", since=E2013)
    FCT: int | None = element(901, N(1, 2, table="FCT"), O, "Friction ridge capture technology", since=E2015)
    ANN: tuple[Annotation, ...] = element(902, Sets(Annotation), O, "Annotation information", since=E2011)
    DUI: str | None = element(903, ANS(13, 16), O, "Device unique identifier", since=E2011, note="M and 12 hex digits, or P and 12 to 15 characters")
    MMS: MakeModelSerial | None = element(904, One(MakeModelSerial), O, "Make/model/serial number", since=E2011, note="0 where an item is unknown")
    SAN: str | None = element(993, U(1, 125), O, "Source agency name", since=E2011)
    EFR: str | None = element(994, U(1, 200), D, "External file reference", since=E2015, note="never together with field 999")
    ASC: tuple[AssociatedContextLink, ...] = element(995, Sets(AssociatedContextLink, 1, 255), O, "Associated context", since=E2011, note="refers to 21.021 of a Type-21")
    HAS: str | None = element(996, H(64, 64), O, "Hash", since=E2011, note="SHA-256 of the content of field 999")
    SOR: tuple[SourceLink, ...] = element(997, Sets(SourceLink, 1, 255), O, "Source representation", since=E2011, note="refers to 20.021 of a Type-20")
    GEO: GeographicLocation | None = element(998, One(GeographicLocation), O, "Geographic sample acquisition location", since=E2011)
    DATA: memoryview | None = element(999, Data(), D, "Latent friction ridge image", was={E2013: M}, note="from 2015 absent with field 994")
