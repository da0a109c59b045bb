"""Type-22: non-photographic imagery."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2013
from nistitl.declare.conditions import M_UP, O_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, item, items
from nistitl.declare.values import AN, AS, NS, Data, Date, U
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    ExternalFile,
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
class Type22(shared.EveryImage, ImageRecord):
    """Non-photographic imagery. ANSI/NIST-ITL 1-2011, 8.22."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    ICD: date | None = element(3, Date(), O, "Imagery capture date", since=E2013, unverified=True)
    SRC: str | None = shared.SRC(4)
    ICDR: str | None = element(5, AN(3, 9), O, "Imagery capture date range estimate", since=E2013, unverified=True, note="Y, M, D and numbers")
    BIC: str | None = element(6, AS(3, 12, table="IMT"), M, "Body image code", since=E2013, unverified=True)
    COM: str | None = shared.COM(20, since=E2013, unverified=True)
    SUB: SubjectCondition | None = shared.SUB(46)
    CON: str | None = shared.CON(47)
    ITYP: str | None = element(101, AN(2, 8, table="ITYP"), M, "Non-photographic imagery type code", since=E2013, unverified=True)
    IFMT: str | None = element(102, U(1), M, "Non-photographic imagery data format code", since=E2013, unverified=True, note="file suffix, or DICOM")
    DRID: DentalRadiograph | None = element(103, One(DentalRadiograph), O, "Dental radiograph image data", since=E2013, note="X-rays of the mouth")
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    T2C: int | None = shared.T2C(992, unverified=True)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2013)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data("B"), D, "Imagery data block", since=E2013, unverified=True, note="absent with field 994")
