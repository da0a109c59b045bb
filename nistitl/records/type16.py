"""Type-16: user-defined testing image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015
from nistitl.declare.conditions import D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import One, Sets
from nistitl.declare.values import AN, ANS, A, Data, Date, H, N, U
from nistitl.images.record import ImageRecord
from nistitl.model.record import record
from nistitl.records.shared import (
    Annotation,
    AssociatedContextLink,
    GeographicLocation,
    MakeModelSerial,
    QualityMetric,
    SourceLink,
)


@record(16, "User-defined testing image", clause="ANSI/NIST-ITL 1-2011, 8.16", since=E2000, ranges=(
    FieldRange(31, 199, "RES", "reserved", E2007),
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
))
class Type16(ImageRecord):
    """User-defined testing image. ANSI/NIST-ITL 1-2011, 8.16."""

    LEN: int | None = element(1, N(1), M, "Logical record length", unverified=True)
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    UDI: str | None = element(3, U(1), M, "User-defined image type", unverified=True)
    SRC: str | None = element(4, U(1), M, "Source agency")
    UTD: date | None = element(5, Date(), M, "User-defined image test capture date", unverified=True, was={E2007: "UDT"})
    HLL: int | None = element(6, N(2, 5, "10..99999"), M, "Horizontal line length", was={E2007: N(2, 5, "10..65535")})
    VLL: int | None = element(7, N(2, 5, "10..99999"), M, "Vertical line length", was={E2007: N(2, 5, "10..65535")})
    SLC: int | None = element(8, N(1, 1, "0..2", table="SLC"), M, "Scale units")
    THPS: int | None = element(9, N(1, 5, "1.."), M, "Transmitted horizontal pixel scale", was={E2007: "HPS"})
    TVPS: int | None = element(10, N(1, 5, "1.."), M, "Transmitted vertical pixel scale", was={E2007: "VPS"}, note="equal to THPS when SLC is 1 or 2")
    CGA: str | None = element(11, AN(3, 5, table="CGA"), M, "Compression algorithm", unverified=True)
    BPX: int | None = element(12, N(1, 2, "8..99"), M, "Bits per pixel", unverified=True)
    CSP: str | None = element(13, A(3, 4, table="CSP"), D, "Color space", since=E2000, unverified=True)
    SHPS: int | None = element(16, N(1, 5, "1.."), O, "Scanned horizontal pixel scale", since=E2007, note="from 2015 only with an image")
    SVPS: int | None = element(17, N(1, 5, "1.."), O, "Scanned vertical pixel scale", since=E2007)
    COM: str | None = element(20, U(1, 126), O, "Comment", unverified=True)
    UQS: tuple[QualityMetric, ...] = element(24, Sets(QualityMetric, 1, 9), O, "User-defined image quality metric", since=E2007)
    DMM: str | None = element(30, A(7, 10, table="DMM"), O, "Device monitoring mode", since=E2007)
    ANN: tuple[Annotation, ...] = element(902, Sets(Annotation), O, "Annotation information", since=E2011)
    DUI: str | None = element(903, ANS(13, 16), O, "Device unique identifier", since=E2011, note="M and 12 hex digits, or P and 12 to 15 characters")
    MMS: MakeModelSerial | None = element(904, One(MakeModelSerial), O, "Make/model/serial number", since=E2011, note="0 where an item is unknown")
    SAN: str | None = element(993, U(1, 125), O, "Source agency name", since=E2011)
    EFR: str | None = element(994, U(1, 200), D, "External file reference", since=E2015, note="never together with field 999")
    ASC: tuple[AssociatedContextLink, ...] = element(995, Sets(AssociatedContextLink, 1, 255), O, "Associated context", since=E2011, note="refers to 21.021 of a Type-21")
    HAS: str | None = element(996, H(64, 64), O, "Hash", since=E2011, note="SHA-256 of the content of field 999")
    SOR: tuple[SourceLink, ...] = element(997, Sets(SourceLink, 1, 255), O, "Source representation", since=E2011, note="refers to 20.021 of a Type-20")
    GEO: GeographicLocation | None = element(998, One(GeographicLocation), O, "Geographic sample acquisition location", since=E2011)
    DATA: memoryview | None = element(999, Data("B"), D, "Test data", was={E2013: M}, note="from 2015 absent with field 994")
