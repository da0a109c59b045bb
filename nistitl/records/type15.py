"""Type-15: palm print image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015
from nistitl.declare.conditions import M_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, Sets, item, items
from nistitl.declare.values import A, Data, Date, H, N
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    ExternalFile,
    MakeModelSerial,
    RidgeQualityComponents,
    SourceLink,
    SubjectCondition,
)


@items
class PalmAmputation(Items):
    """Amputated or bandaged, 15.018."""

    FRAP: int | None = item(N(2, 2, "20..38, 81..86", table="FGP"), M_UP, "friction ridge amputated or bandaged position")
    ABC: str | None = item(A(2, 2, table="AMPCD"), M_UP, "amputated or bandaged code")


@items
class PalmSegment(Items):
    """Palm segment position, 15.021."""

    FRSP: int | None = item(N(2, 2, "22, 24..36, 81, 82, 85, 86", table="FGP"), M_UP, "friction ridge segment position", holds=TECHNICAL)
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", holds=TECHNICAL, note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", holds=TECHNICAL, note="above LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", holds=TECHNICAL, note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", holds=TECHNICAL, note="above TVC, up to VLL")


@items
class PalmQuality(Items):
    """Palm quality metric, 15.024."""

    FRMP: int | None = item(N(1, 2, "20..38, 81..86", table="FGP"), M_UP, "friction ridge metric position", holds=TECHNICAL)
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)


@record(15, "Palm print image", clause="ANSI/NIST-ITL 1-2011, 8.15", since=E2000, ranges=(
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
))
class Type15(shared.EveryImage, ImageRecord):
    """Palm print image. ANSI/NIST-ITL 1-2011, 8.15."""

    LEN: int | None = shared.LEN(1)
    IDC: int | None = shared.IDC(2)
    IMP: int | None = element(3, shared.IMPRESSION, D, "Impression type", holds=TECHNICAL, was={E2015: N(1, 2, "0, 1, 8, 10, 11, 24, 25, 28, 29, 41, 42", table="IMP"), E2013: (M, N(2, 2, "10, 11, 28, 29", table="IMP"))})
    SRC: str | None = shared.SRC(4)
    PCD: date | None = element(5, Date(), M, "Palm print capture date")
    HLL: int | None = shared.OptionalImage.HLL(6)
    VLL: int | None = shared.OptionalImage.VLL(7)
    SLC: int | None = shared.OptionalImage.SLC(8)
    THPS: int | None = shared.OptionalImage.THPS(9)
    TVPS: int | None = shared.OptionalImage.TVPS(10)
    CGA: str | None = shared.OptionalImage.CGA(11, value=shared.RIDGE_ALGORITHM, was={E2015: shared.ALGORITHM, E2007: M})
    BPX: int | None = shared.OptionalImage.BPX(12)
    FGP: int | None = element(13, N(2, 2, "20..38, 81..86", table="FGP"), M, "Friction ridge generalized position", holds=TECHNICAL, was={E2007: "PLP"})
    CSP: str | None = shared.CSP(15)
    SHPS: int | None = shared.SHPS(16)
    SVPS: int | None = shared.SVPS(17)
    AMP: tuple[PalmAmputation, ...] = element(18, Sets(PalmAmputation, 1, 9), O, "Amputated or bandaged", since=E2011)
    COM: str | None = shared.COM(20)
    SEG: tuple[PalmSegment, ...] = element(21, Sets(PalmSegment, 1, 17), O, "Palm segment position", since=E2013)
    PQM: tuple[PalmQuality, ...] = element(24, Sets(PalmQuality, 1, 9), O, "Palm quality metric", since=E2007)
    FQC: tuple[RidgeQualityComponents, ...] = shared.FQC(29)
    DMM: str | None = shared.DMM(30)
    PAP: int | None = element(31, N(2, 3, table="PAP"), O, "Subject acquisition profile - palm print", since=E2015)
    SUB: SubjectCondition | None = shared.SUB(46)
    CON: str | None = shared.CON(47)
    BRI: str | None = shared.BRI(199)
    FCT: int | None = shared.FCT(901)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data(), D, "Palm print image", was={E2007: M}, note="absent only with AMP or field 994 (from 2015)")
