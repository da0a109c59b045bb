"""Type-20: source representation."""

from __future__ import annotations

from nistitl.base.editions import E2007, E2011, E2013
from nistitl.declare.conditions import M_UP, O_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, item, items
from nistitl.declare.values import AN, ANS, A, Data, Digits, H, N, U
from nistitl.images.record import ImageRecord
from nistitl.model.record import record
from nistitl.records.shared import (
    Annotation,
    AssociatedContextLink,
    GeographicLocation,
    MakeModelSerial,
    TimeIndex,
)


@items
class AcquisitionSource(Items):
    """Acquisition source, 20.014."""

    AQT: int | None = item(N(1, 2, "0..31", table="AQT"), M_UP, "acquisition source type")
    A2D: str | None = item(U(1, 200), D, "analog to digital conversion")
    FDN: str | None = item(U(1, 200), D, "radio transmission format description")
    AQSC: str | None = item(U(1, 200), O_UP, "acquisition special characteristics")


@items
class FileFormat(Items):
    """Source representation format, 20.015."""

    FTY: str | None = item(U(3, 6, table="FTY", open=True), M_UP, "file type", note="file suffix")
    DEI: str | None = item(U(1, 1000), O_UP, "decoding instructions")


@items
class SourceSegment(Items):
    """Segments, 20.016."""

    RSP: int | None = item(N(1, 2, "1..99"), M_UP, "reference segment position")
    IPT: str | None = item(ANS(1, 15), M_UP, "internal file reference pointer")
    NOP: int | None = item(N(1, 2, "3..99"), O_UP, "number of points")
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), D, "point offsets", times=(0, None), pair=("HPO", "VPO"), note="as many as NOP")


@record(20, "Source representation", clause="ANSI/NIST-ITL 1-2011, 8.20", since=E2011, ranges=(
    FieldRange(23, 99, "RES", "reserved", E2011),
    FieldRange(100, 900, "UDF", "User-defined fields", E2011),
))
class Type20(ImageRecord):
    """Source representation. ANSI/NIST-ITL 1-2011, 8.20."""

    LEN: int | None = element(1, N(1, 8), M, "Logical record length")
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    CAR: str | None = element(3, A(1, 1, table="CAR"), M, "SRN cardinality", since=E2011)
    SRC: str | None = element(4, U(1), M, "Source agency")
    SRD: str | None = element(5, Digits(8, 14), O, "Source representation date", since=E2011, note="YYYYMMDDhhmm; dates alone occur")
    HLL: int | None = element(6, N(2, 5, "10..99999"), D, "Horizontal line length", was={E2007: N(2, 5, "10..65535")}, note="with an image, and only then")
    VLL: int | None = element(7, N(2, 5, "10..99999"), D, "Vertical line length", note="with an image, and only then")
    SLC: int | None = element(8, N(1, 1, "0..2", table="SLC"), D, "Scale units", note="with an image, and only then")
    THPS: int | None = element(9, N(1, 5, "1.."), D, "Transmitted horizontal pixel scale", was={E2007: "HPS"}, note="with an image, and only then")
    TVPS: int | None = element(10, N(1, 5, "1.."), D, "Transmitted vertical pixel scale", was={E2007: "VPS"}, note="equal to THPS when SLC is 1 or 2; with an image, and only then")
    CGA: str | None = element(11, AN(3, 5, table="CGA"), D, "Compression algorithm", since=E2011)
    BPX: int | None = element(12, N(1, 2, "8..99"), D, "Bits per pixel", since=E2011)
    CSP: str | None = element(13, A(3, 4, table="CSP"), D, "Color space", since=E2011)
    AQS: tuple[AcquisitionSource, ...] = element(14, Sets(AcquisitionSource, 1, 9), M, "Acquisition source", since=E2011)
    SFT: FileFormat | None = element(15, One(FileFormat), D, "Source representation format", since=E2011)
    SEG: tuple[SourceSegment, ...] = element(16, Sets(SourceSegment, 1, 99), O, "Segments", since=E2011)
    SHPS: int | None = element(17, N(1, 5, "1.."), D, "Scanned horizontal pixel scale", since=E2011)
    SVPS: int | None = element(18, N(1, 5, "1.."), D, "Scanned vertical pixel scale", since=E2011)
    TIX: tuple[TimeIndex, ...] = element(19, Sets(TimeIndex, 1, 99), D, "Time index", since=E2011)
    COM: str | None = element(20, U(1, 126), O, "Comment", since=E2011)
    SRN: int | None = element(21, N(1, 3, "1..255"), M, "Source representation number", since=E2011, note="once in a transaction")
    ICDR: str | None = element(22, ANS(3, 9), O, "Imagery capture date range estimate", since=E2013, unverified=True, note="Y, M, D and numbers")
    ANN: tuple[Annotation, ...] = element(902, Sets(Annotation), O, "Annotation information", since=E2011)
    DUI: str | None = element(903, ANS(13, 16), O, "Device unique identifier", since=E2011, note="M and 12 hex digits, or P and 12 to 15 characters")
    MMS: MakeModelSerial | None = element(904, One(MakeModelSerial), O, "Make/model/serial number", since=E2011, note="0 where an item is unknown")
    SAN: str | None = element(993, U(1, 125), O, "Source agency name", since=E2011)
    EFR: str | None = element(994, U(1, 200), D, "External file reference", since=E2011, note="never together with field 999")
    ASC: tuple[AssociatedContextLink, ...] = element(995, Sets(AssociatedContextLink, 1, 255), O, "Associated context", since=E2011, note="refers to 21.021 of a Type-21")
    HAS: str | None = element(996, H(64, 64), O, "Hash", since=E2011, note="SHA-256 of the content of field 999")
    GEO: GeographicLocation | None = element(998, One(GeographicLocation), O, "Geographic sample acquisition location", since=E2011)
    DATA: memoryview | None = element(999, Data(), D, "Source representation data", since=E2011, note="absent with field 994")
