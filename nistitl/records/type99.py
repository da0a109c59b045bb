"""Type-99: CBEFF biometric data."""

from __future__ import annotations

from nistitl.base.editions import E2007, E2013, E2015
from nistitl.declare.conditions import TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Sets
from nistitl.declare.values import ANS, Data, Digits, GreenwichTime, H, N
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    ExternalFile,
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
class Type99(shared.EveryImage, ImageRecord):
    """CBEFF biometric data. ANSI/NIST-ITL 1-2011, 8.24."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    SRC: str | None = shared.SRC(4)
    BCD: str | None = element(5, Digits(8, 8), M, "Biometric capture date", unverified=True, was={E2007: GreenwichTime()}, note="YYYYMMDD")
    HDV: int | None = element(100, N(4, 4, "100, 101"), M, "CBEFF header version", holds=TECHNICAL, unverified=True)
    BTY: str | None = element(101, H(8, 8, table="BTY"), M, "Biometric type", holds=TECHNICAL, unverified=True)
    BDQ: tuple[QualityMetric, ...] = element(102, Sets(QualityMetric, 1, 9), O, "Biometric data quality", was={E2007: ANS(1)})
    BFO: str | None = element(103, H(4, 4), M, "BDB format owner", holds=TECHNICAL, unverified=True, note="registered by IBIA")
    BFT: str | None = element(104, H(4, 4), M, "BDB format type", holds=TECHNICAL, unverified=True, note="of the format owner")
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data("B"), D, "Biometric data block", was={E2007: "BDB", E2013: M}, unverified=True, note="never together with field 994")
