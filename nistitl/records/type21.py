"""Type-21: associated context."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2011, E2013
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, item, items
from nistitl.declare.values import ANS, Data, Date, N, U
from nistitl.model.kinds import record
from nistitl.model.record import Record
from nistitl.records import shared
from nistitl.records.shared import Annotation, ExternalFile, GeographicLocation, SubjectCondition, TimeIndex


@items
class MedicalDevice(Items):
    """Medical device information, 21.006."""

    TYP: str | None = item(U(1), O_UP, "device type", unverified=True)
    MFG: str | None = item(U(1), O_UP, "manufacturer", unverified=True)
    MAK: str | None = item(U(1, 50), O_UP, "make", unverified=True)
    MOD: str | None = item(U(1, 50), O_UP, "model", unverified=True)
    SER: str | None = item(U(1, 50), O_UP, "serial number", unverified=True)
    COM: str | None = item(U(1), O_UP, "comment")


@items
class ContextFormat(Items):
    """Associated context format, 21.015."""

    FTY: str | None = item(U(3, 6), M_UP, "file type", note="file suffix")
    DEI: str | None = item(U(1, 1000), O_UP, "decoding instructions")


@items
class ContextSegment(Items):
    """Segments, 21.016."""

    ASP: int | None = item(N(1, 2, "1..99"), M_UP, "associated segment position", holds=TECHNICAL)
    IPT: str | None = item(ANS(1, 15), M_UP, "internal file reference pointer")
    NOP: int | None = item(N(1, 2, "3..99"), O_UP, "number of points", holds=TECHNICAL)
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), D, "point offsets", times=(0, None), pair=("HPO", "VPO"), note="as many as NOP")


@record(21, "Associated context", clause="ANSI/NIST-ITL 1-2011, 8.21", since=E2011, ranges=(
    FieldRange(7, 14, "RES", "reserved", E2011),
    FieldRange(17, 18, "RES", "reserved", E2011),
    FieldRange(48, 99, "RES", "reserved", E2011),
    FieldRange(100, 900, "UDF", "User-defined fields", E2011),
))
class Type21(Record):
    """Associated context. ANSI/NIST-ITL 1-2011, 8.21."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    SRC: str | None = shared.SRC(4)
    ACD: date | None = element(5, Date(), O, "Associated context date", since=E2011)
    MDI: MedicalDevice | None = element(6, One(MedicalDevice), O, "Medical device information", since=E2013)
    AFT: ContextFormat | None = element(15, One(ContextFormat), M, "Associated context format", since=E2011)
    SEG: tuple[ContextSegment, ...] = element(16, Sets(ContextSegment, 1, 99), O, "Segments", since=E2011)
    TIX: tuple[TimeIndex, ...] = shared.TIX(19)
    COM: str | None = shared.COM(20, since=E2011)
    ACN: int | None = element(21, N(1, 3, "1..255"), M, "Associated context number", holds=TECHNICAL, since=E2011)
    ICDR: str | None = shared.ICDR(22)
    SUB: SubjectCondition | None = shared.SUB(46)
    CON: str | None = shared.CON(47)
    ANN: tuple[Annotation, ...] = shared.ANN(902)
    SAN: str | None = shared.SAN(993)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2011)
    HAS: str | None = shared.HAS(996)
    GEO: GeographicLocation | None = shared.GEO(998)
    DATA: memoryview | None = element(999, Data("B"), D, "Associated context data", since=E2011, note="absent with field 994")
