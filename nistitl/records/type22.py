"""Type-22: non-photographic imagery."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2011, E2013
from nistitl.declare.conditions import M_UP, O_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, item, items
from nistitl.declare.values import AN, ANS, AS, NS, Data, Date, H, N, U
from nistitl.images.record import ImageRecord
from nistitl.model.record import record
from nistitl.records.shared import (
    Annotation,
    AssociatedContextLink,
    GeographicLocation,
    MakeModelSerial,
    SourceLink,
    SubjectCondition,
)


@items
class DentalRadiograph(Items):
    """Dental radiograph image data, 22.103."""

    RGS: str | None = item(NS(3, 30), M_UP, "radiograph size (ADA code)", unverified=True)
    RIS: str | None = item(NS(3, 30), M_UP, "radiograph image series (ADA code)", unverified=True)
    RIIS: str | None = item(U(1), O_UP, "radiograph image series text", unverified=True)
    RIIT: str | None = item(U(1), O_UP, "radiograph image information text", unverified=True)


@record(22, "Non-photographic imagery", clause="ANSI/NIST-ITL 1-2011, 8.22", since=E2013, ranges=(
    FieldRange(7, 19, "RES", "reserved", E2013),
    FieldRange(21, 45, "RES", "reserved", E2013),
    FieldRange(48, 100, "RES", "reserved", E2013),
    FieldRange(104, 199, "RES", "reserved", E2013),
    FieldRange(200, 900, "UDF", "User-defined fields", E2013),
))
class Type22(ImageRecord):
    """Non-photographic imagery. ANSI/NIST-ITL 1-2011, 8.22."""

    LEN: int | None = element(1, N(1), M, "Logical record length", unverified=True)
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    ICD: date | None = element(3, Date(), O, "Imagery capture date", since=E2013, unverified=True)
    SRC: str | None = element(4, U(1), M, "Source agency")
    ICDR: str | None = element(5, AN(3, 9), O, "Imagery capture date range estimate", since=E2013, unverified=True, note="Y, M, D and numbers")
    BIC: str | None = element(6, AS(3, 12, table="IMT"), M, "Body image code", since=E2013, unverified=True)
    COM: str | None = element(20, U(1, 126), O, "Comment", since=E2013, unverified=True)
    SUB: SubjectCondition | None = element(46, One(SubjectCondition), O, "Image subject condition", since=E2013, note="SBSC and SBCC with SSC = D only")
    CON: str | None = element(47, U(1, 1000), O, "Capture organization name", since=E2013)
    ITYP: str | None = element(101, AN(2, 8, table="ITYP"), M, "Non-photographic imagery type code", since=E2013, unverified=True)
    IFMT: str | None = element(102, U(1), M, "Non-photographic imagery data format code", since=E2013, unverified=True, note="file suffix, or DICOM")
    DRID: DentalRadiograph | None = element(103, One(DentalRadiograph), O, "Dental radiograph image data", since=E2013, note="X-rays of the mouth")
    ANN: tuple[Annotation, ...] = element(902, Sets(Annotation), O, "Annotation information", since=E2011)
    DUI: str | None = element(903, ANS(13, 16), O, "Device unique identifier", since=E2011, note="M and 12 hex digits, or P and 12 to 15 characters")
    MMS: MakeModelSerial | None = element(904, One(MakeModelSerial), O, "Make/model/serial number", since=E2011, note="0 where an item is unknown")
    T2C: int | None = element(992, N(1, 2), O, "Type-2 record cross reference", since=E2013, unverified=True, note="IDC of a Type-2")
    SAN: str | None = element(993, U(1, 125), O, "Source agency name", since=E2011)
    EFR: str | None = element(994, U(1, 200), D, "External file reference", since=E2013, note="never together with field 999")
    ASC: tuple[AssociatedContextLink, ...] = element(995, Sets(AssociatedContextLink, 1, 255), O, "Associated context", since=E2011, note="refers to 21.021 of a Type-21")
    HAS: str | None = element(996, H(64, 64), O, "Hash", since=E2011, note="SHA-256 of the content of field 999")
    SOR: tuple[SourceLink, ...] = element(997, Sets(SourceLink, 1, 255), O, "Source representation", since=E2011, note="refers to 20.021 of a Type-20")
    GEO: GeographicLocation | None = element(998, One(GeographicLocation), O, "Geographic sample acquisition location", since=E2011)
    DATA: memoryview | None = element(999, Data("B"), D, "Imagery data block", since=E2013, unverified=True, note="absent with field 994")
