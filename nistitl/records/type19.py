"""Type-19: plantar image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2011, E2013, E2015
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
    SourceLink,
    SubjectCondition,
)


@items
class PlantarAmputation(Items):
    """Amputated or bandaged, 19.018."""

    FRAP: int | None = item(N(1, 2, "61, 62, 64..79", table="FGP"), M_UP, "friction ridge amputated or bandaged position")
    ABC: str | None = item(A(2, 2, table="AMPCD"), M_UP, "amputated or bandaged code")


@items
class ToeSegmentPath(Items):
    """Friction ridge - toe segment position(s), 19.019."""

    FRSP: int | None = item(N(1, 2, "64..73", table="FGP"), M_UP, "friction ridge segment position", holds=TECHNICAL)
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points", holds=TECHNICAL)
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(3, None), pair=("HPO", "VPO"), note="as many as NOP")


@items
class PlantarSegment(Items):
    """Plantar segment position, 19.021."""

    FRSP: int | None = item(N(2, 2, "63..79", table="FGP"), M_UP, "friction ridge segment position", holds=TECHNICAL)
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", holds=TECHNICAL, note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", holds=TECHNICAL, note="above LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", holds=TECHNICAL, unverified=True, note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", holds=TECHNICAL, unverified=True, note="above TVC, up to VLL")


@items
class PlantarQuality(Items):
    """Friction ridge - plantar print quality metric, 19.024."""

    FRMP: int | None = item(N(2, 2, "60..79", table="FGP"), M_UP, "friction ridge metric position", holds=TECHNICAL, unverified=True)
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)


@record(19, "Plantar image", clause="ANSI/NIST-ITL 1-2011, 8.19", since=E2011, ranges=(
    FieldRange(200, 900, "UDF", "User-defined fields", E2011),
))
class Type19(shared.EveryImage, ImageRecord):
    """Plantar image. ANSI/NIST-ITL 1-2011, 8.19."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    IMP: int | None = element(3, shared.IMPRESSION, D, "Impression type", holds=TECHNICAL, since=E2011, was={E2015: N(1, 2, "0, 1, 4, 8, 24, 25, 28..31, 41, 42", table="IMP"), E2013: (M, N(1, 2, "28..31", table="IMP"))}, unverified=True)
    SRC: str | None = shared.SRC(4)
    PCD: date | None = element(5, Date(), M, "Plantar capture date", since=E2011, unverified=True)
    HLL: int | None = shared.LaterImage.HLL(6)
    VLL: int | None = shared.LaterImage.VLL(7)
    SLC: int | None = shared.LaterImage.SLC(8)
    THPS: int | None = shared.LaterImage.THPS(9)
    TVPS: int | None = shared.LaterImage.TVPS(10)
    CGA: str | None = shared.LaterImage.CGA(11, value=shared.RIDGE_ALGORITHM, was={E2015: shared.ALGORITHM}, unverified=True)
    BPX: int | None = shared.LaterImage.BPX(12, unverified=True)
    FGP: int | None = element(13, N(2, 2, "60..79", table="FGP"), M, "Friction ridge (plantar) generalized position", holds=TECHNICAL, since=E2011)
    SHPS: int | None = shared.SHPS(16)
    SVPS: int | None = shared.SVPS(17)
    AMP: tuple[PlantarAmputation, ...] = element(18, Sets(PlantarAmputation, 1, 8), O, "Amputated or bandaged", since=E2011)
    FSP: tuple[ToeSegmentPath, ...] = element(19, Sets(ToeSegmentPath, 1, 5), O, "Friction ridge - toe segment position(s)", since=E2011)
    COM: str | None = shared.COM(20, since=E2011)
    SEG: tuple[PlantarSegment, ...] = element(21, Sets(PlantarSegment, 1, 17), O, "Plantar segment position", since=E2013)
    FQM: tuple[PlantarQuality, ...] = element(24, Sets(PlantarQuality, 1, 9), O, "Friction ridge - plantar print quality metric", since=E2011)
    DMM: str | None = shared.DMM(30)
    SUB: SubjectCondition | None = shared.SUB(46)
    CON: str | None = shared.CON(47)
    FCT: int | None = shared.FCT(901)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data("B"), D, "Plantar image", since=E2011, unverified=True, note="absent only with AMP or field 994")
