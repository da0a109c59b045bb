"""Type-16: user-defined testing image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2000, E2007, E2013, E2015
from nistitl.declare.conditions import TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Sets
from nistitl.declare.values import A, Data, Date, U
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    ExternalFile,
    MakeModelSerial,
    QualityMetric,
    SourceLink,
)


@record(16, "User-defined testing image", clause="ANSI/NIST-ITL 1-2011, 8.16", since=E2000, ranges=(
    FieldRange(31, 199, "RES", "reserved", E2007),
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
))
class Type16(shared.EveryImage, ImageRecord):
    """User-defined testing image. ANSI/NIST-ITL 1-2011, 8.16."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    UDI: str | None = element(3, U(1), M, "User-defined image type", unverified=True)
    SRC: str | None = shared.SRC(4)
    UTD: date | None = element(5, Date(), M, "User-defined image test capture date", unverified=True, was={E2007: "UDT"})
    HLL: int | None = shared.Image.HLL(6)
    VLL: int | None = shared.Image.VLL(7)
    SLC: int | None = shared.Image.SLC(8)
    THPS: int | None = shared.Image.THPS(9)
    TVPS: int | None = shared.Image.TVPS(10)
    CGA: str | None = shared.Image.CGA(11, value=shared.TEST_ALGORITHM, was={E2015: shared.ALGORITHM}, unverified=True)
    BPX: int | None = shared.Image.BPX(12, unverified=True)
    CSP: str | None = element(13, A(3, 4, table="CSP"), D, "Color space", holds=TECHNICAL, since=E2000, unverified=True)
    SHPS: int | None = shared.SHPS(16)
    SVPS: int | None = shared.SVPS(17)
    COM: str | None = shared.COM(20, unverified=True)
    UQS: tuple[QualityMetric, ...] = element(24, Sets(QualityMetric, 1, 9), O, "User-defined image quality metric", since=E2007)
    DMM: str | None = shared.DMM(30)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data("B"), D, "Test data", was={E2013: M}, note="from 2015 absent with field 994")
