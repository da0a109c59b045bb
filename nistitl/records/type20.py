"""Type-20: source representation."""

from __future__ import annotations

from nistitl.base.editions import E2011, E2015
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, item, items
from nistitl.declare.values import ANS, A, Data, Digits, N, U
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    ExternalFile,
    MakeModelSerial,
    TimeIndex,
)


@items
class AcquisitionSource(Items):
    """Acquisition source, 20.014."""

    AQT: int | None = item(N(1, 2, "0..31", table="AQT"), M_UP, "acquisition source type", holds=TECHNICAL)
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

    RSP: int | None = item(N(1, 2, "1..99"), M_UP, "reference segment position", holds=TECHNICAL)
    IPT: str | None = item(ANS(1, 15), M_UP, "internal file reference pointer")
    NOP: int | None = item(N(1, 2, "3..99"), O_UP, "number of points", holds=TECHNICAL)
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), D, "point offsets", times=(0, None), pair=("HPO", "VPO"), note="as many as NOP")


@record(20, "Source representation", clause="ANSI/NIST-ITL 1-2011, 8.20", since=E2011, ranges=(
    FieldRange(23, 99, "RES", "reserved", E2011),
    FieldRange(100, 900, "UDF", "User-defined fields", E2011),
))
class Type20(shared.EveryImage, ImageRecord):
    """Source representation. ANSI/NIST-ITL 1-2011, 8.20."""

    LEN: int | None = shared.LEN(1)
    IDC: int | None = shared.IDC(2)
    CAR: str | None = element(3, A(1, 1, table="CAR"), M, "SRN cardinality", holds=TECHNICAL, since=E2011)
    SRC: str | None = shared.SRC(4)
    SRD: str | None = element(5, Digits(8, 14), O, "Source representation date", since=E2011, note="YYYYMMDDhhmm; dates alone occur")
    HLL: int | None = shared.LaterImage.HLL(6)
    VLL: int | None = shared.LaterImage.VLL(7)
    SLC: int | None = shared.LaterImage.SLC(8)
    THPS: int | None = shared.LaterImage.THPS(9)
    TVPS: int | None = shared.LaterImage.TVPS(10)
    CGA: str | None = shared.LaterImage.CGA(11, value=shared.SOURCE_ALGORITHM, was={E2015: shared.ALGORITHM})
    BPX: int | None = shared.LaterImage.BPX(12)
    CSP: str | None = element(13, A(3, 4, table="CSP"), D, "Color space", holds=TECHNICAL, since=E2011)
    AQS: tuple[AcquisitionSource, ...] = element(14, Sets(AcquisitionSource, 1, 9), M, "Acquisition source", since=E2011)
    SFT: FileFormat | None = element(15, One(FileFormat), D, "Source representation format", since=E2011)
    SEG: tuple[SourceSegment, ...] = element(16, Sets(SourceSegment, 1, 99), O, "Segments", since=E2011)
    SHPS: int | None = element(17, N(1, 5, "1.."), D, "Scanned horizontal pixel scale", holds=TECHNICAL, since=E2011)
    SVPS: int | None = element(18, N(1, 5, "1.."), D, "Scanned vertical pixel scale", holds=TECHNICAL, since=E2011)
    TIX: tuple[TimeIndex, ...] = shared.TIX(19)
    COM: str | None = shared.COM(20, since=E2011)
    SRN: int | None = element(21, N(1, 3, "1..255"), M, "Source representation number", holds=TECHNICAL, since=E2011, note="once in a transaction")
    ICDR: str | None = shared.ICDR(22)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2011)
    DATA: memoryview | None = element(999, Data(), D, "Source representation data", since=E2011, note="absent with field 994")
