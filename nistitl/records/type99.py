"""Type-99: CBEFF biometric data."""

from __future__ import annotations

from nistitl.base.editions import E2007, E2011, E2015
from nistitl.declare.conditions import D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import One, Sets
from nistitl.declare.values import ANS, Data, H, N, U
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


@record(99, "CBEFF biometric data", clause="ANSI/NIST-ITL 1-2011, 8.24", since=E2007, ranges=(
    FieldRange(6, 99, "RES", "reserved", E2007),
    FieldRange(105, 199, "RES", "reserved", E2007),
    FieldRange(200, 900, "UDF", "User-defined fields", E2007),
    FieldRange(901, 901, "RES", "reserved", E2007),
))
class Type99(ImageRecord):
    """CBEFF biometric data. ANSI/NIST-ITL 1-2011, 8.24."""

    LEN: int | None = element(1, N(1), M, "Logical record length", unverified=True)
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    SRC: str | None = element(4, U(1), M, "Source agency")
    BCD: str | None = element(5, ANS(8, 15), M, "Biometric capture date", unverified=True, note="2007: YYYYMMDDHHMMSSZ")
    HDV: int | None = element(100, N(4, 4, "100, 101"), M, "CBEFF header version", unverified=True)
    BTY: str | None = element(101, H(8, 8, table="BTY"), M, "Biometric type", unverified=True)
    BDQ: tuple[QualityMetric, ...] = element(102, Sets(QualityMetric, 1, 9), O, "Biometric data quality", was={E2007: ANS(1)})
    BFO: str | None = element(103, H(4, 4), M, "BDB format owner", unverified=True, note="registered by IBIA")
    BFT: str | None = element(104, H(4, 4), M, "BDB format type", unverified=True, note="of the format owner")
    ANN: tuple[Annotation, ...] = element(902, Sets(Annotation), O, "Annotation information", since=E2011)
    DUI: str | None = element(903, ANS(13, 16), O, "Device unique identifier", since=E2011, note="M and 12 hex digits, or P and 12 to 15 characters")
    MMS: MakeModelSerial | None = element(904, One(MakeModelSerial), O, "Make/model/serial number", since=E2011, note="0 where an item is unknown")
    SAN: str | None = element(993, U(1, 125), O, "Source agency name", since=E2011)
    EFR: str | None = element(994, U(1, 200), D, "External file reference", since=E2015, note="never together with field 999")
    ASC: tuple[AssociatedContextLink, ...] = element(995, Sets(AssociatedContextLink, 1, 255), O, "Associated context", since=E2011, note="refers to 21.021 of a Type-21")
    HAS: str | None = element(996, H(64, 64), O, "Hash", since=E2011, note="SHA-256 of the content of field 999")
    SOR: tuple[SourceLink, ...] = element(997, Sets(SourceLink, 1, 255), O, "Source representation", since=E2011, note="refers to 20.021 of a Type-20")
    GEO: GeographicLocation | None = element(998, One(GeographicLocation), O, "Geographic sample acquisition location", since=E2011)
    DATA: memoryview | None = element(999, Data("B"), M, "Biometric data block", was={E2007: "BDB"}, unverified=True)
