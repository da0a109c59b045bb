"""Type-14: fingerprint image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015, E2025
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, ANS, A, Data, Date, H, N, U
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    ExternalFile,
    MakeModelSerial,
    PrintCoordinates,
    SourceLink,
    SubjectCondition,
)


@items
class PrintPosition(Items):
    """Print position descriptors, 14.014."""

    DFP: int | None = item(N(1, 2, "0..10, 16, 17", table="FGP"), M_UP, "decimal finger position code", note="0: unknown, in older editions")
    FIC: str | None = item(AN(3, 3, table="FIC"), M_UP, "finger image code")


@items
class Amputation(Items):
    """Amputated or bandaged, 14.018."""

    FRAP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge amputated or bandaged position")
    ABC: str | None = item(A(2, 2, table="AMPCD"), M_UP, "amputated or bandaged code")
    MDC: str | None = item(A(2, 2, table="MDC"), O_UP, "why the print is missing", since=E2025, note="not with ABC = SR")


@items
class Segment(Items):
    """Finger segment position, 14.021."""

    FRSP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge segment position", holds=TECHNICAL)
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", holds=TECHNICAL, note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", holds=TECHNICAL, note="above LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", holds=TECHNICAL, note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", holds=TECHNICAL, note="above TVC, up to VLL")


@items
class NfiqScore(Items):
    """NIST quality metric, 14.022."""

    FRNP: int | None = item(N(1, 2, "0..10, 16, 17", table="FGP"), M_UP, "friction ridge NIST quality position", holds=TECHNICAL)
    IQS: int | None = item(N(1, 3, "1..5, 254, 255", table="NQM_IQS"), M_UP, "NIST image quality score", holds=TECHNICAL)


@items
class SegmentQuality(Items):
    """Segmentation quality metric, 14.023."""

    FRQP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge segment quality position", holds=TECHNICAL)
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)
    QPV: str | None = item(U(1), O_UP, "algorithm product version", since=E2025)
    QCM: str | None = item(U(1), O_UP, "other information on the algorithm", since=E2025)


@items
class FingerQuality(Items):
    """Fingerprint quality metric, 14.024."""

    FRMP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge metric position", holds=TECHNICAL)
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)
    QPV: str | None = item(U(1), O_UP, "algorithm product version", since=E2025)
    QCM: str | None = item(U(1), O_UP, "other information on the algorithm", since=E2025)


@items
class FingerQualityComponents(Items):
    """Friction ridge quality components, 14.029."""

    FRP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge position", holds=TECHNICAL)
    QNQ: str | None = item(ANS(1), M_UP, "quality component")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)
    QPV: str | None = item(U(1), O_UP, "algorithm product version", since=E2025)
    QCM: str | None = item(U(1), O_UP, "other information on the algorithm", since=E2025)
    QCK: str | None = item(H(64, 64), O_UP, "model of the algorithm", since=E2025, note="its SHA-256")


@items
class SegmentPath(Items):
    """Alternate finger segment position(s), 14.025."""

    FRAS: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge alternate segment position")
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points", holds=TECHNICAL)
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(3, None), pair=("HPO", "VPO"), note="as many as NOP")


@record(14, "Fingerprint image", clause="ANSI/NIST-ITL 1-2011, 8.14", since=E2000, ranges=(
    FieldRange(32, 45, "RES", "reserved", E2011),
    FieldRange(48, 199, "RES", "reserved", E2007),
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
))
class Type14(shared.EveryImage, ImageRecord):
    """Fingerprint image. ANSI/NIST-ITL 1-2011, 8.14."""

    LEN: int | None = shared.LEN(1)
    IDC: int | None = shared.IDC(2)
    IMP: int | None = element(3, shared.IMPRESSION, D, "Impression type", holds=TECHNICAL, was={E2015: N(1, 2, table="IMP"), E2013: M}, note="from 2015 with an image, and only then")
    SRC: str | None = shared.SRC(4)
    FCD: date | None = element(5, Date(), M, "Fingerprint capture date", was={E2000: "TCD"})
    HLL: int | None = shared.OptionalImage.HLL(6)
    VLL: int | None = shared.OptionalImage.VLL(7)
    SLC: int | None = shared.OptionalImage.SLC(8)
    THPS: int | None = shared.OptionalImage.THPS(9)
    TVPS: int | None = shared.OptionalImage.TVPS(10)
    CGA: str | None = shared.OptionalImage.CGA(11, value=shared.RIDGE_ALGORITHM, was={E2015: shared.ALGORITHM, E2007: M})
    BPX: int | None = shared.OptionalImage.BPX(12)
    FGP: tuple[int, ...] = element(13, Values(N(1, 2, "0..19, 33, 36, 40..54", table="FGP"), 1, 1), M, "Friction ridge generalized position", holds=TECHNICAL, was={E2007: Values(N(1, 2, "0..19, 33, 36, 40..54", table="FGP"), 1, 6)})
    PPD: PrintPosition | None = element(14, One(PrintPosition), D, "Print position descriptors", since=E2007, note="with FGP = 19, and only then")
    PPC: tuple[PrintCoordinates, ...] = element(15, Sets(PrintCoordinates, 1, 12), D, "Print position coordinates", since=E2007, note="with FGP = 19 only")
    SHPS: int | None = shared.SHPS(16)
    SVPS: int | None = shared.SVPS(17)
    AMP: tuple[Amputation, ...] = element(18, Sets(Amputation, 1, 5), O, "Amputated or bandaged", since=E2007)
    CSP: str | None = shared.CSP(19)
    COM: str | None = shared.COM(20)
    SEG: tuple[Segment, ...] = element(21, Sets(Segment, 1, 5), D, "Finger segment position", since=E2007, note="several fingers in the image only")
    NQM: tuple[NfiqScore, ...] = element(22, Sets(NfiqScore, 1, 5), O, "NIST quality metric", since=E2007, legacy=E2025, note="NFIQ 1")
    SQM: tuple[SegmentQuality, ...] = element(23, Sets(SegmentQuality, 1, 5), O, "Segmentation quality metric", since=E2007, note="positions of SEG or ASEG")
    FQM: tuple[FingerQuality, ...] = element(24, Sets(FingerQuality), O, "Fingerprint quality metric", since=E2007, was={E2015: Sets(FingerQuality, 1, 45)})
    ASEG: tuple[SegmentPath, ...] = element(25, Sets(SegmentPath, 1, 5), O, "Alternate finger segment position(s)", since=E2007, note="one path a finger")
    SCF: int | None = element(26, N(1, 3, "1..255"), O, "Simultaneous capture", since=E2011)
    SIF: str | None = element(27, A(1, 1, one_of="Y"), D, "Stitched image flag", since=E2011, note="where the image is stitched, and only then")
    FQC: tuple[FingerQualityComponents, ...] = shared.FQC(29, value=Sets(FingerQualityComponents), note="single fingers")
    DMM: str | None = shared.DMM(30)
    FAP: int | None = element(31, N(2, 3, table="FAP"), O, "Subject acquisition profile - fingerprint", since=E2011)
    SUB: SubjectCondition | None = shared.SUB(46)
    CON: str | None = shared.CON(47)
    BRI: str | None = shared.BRI(199)
    FCT: int | None = shared.FCT(901)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data(), D, "Fingerprint image", was={E2007: M}, note="absent only with AMP (from 2011) or field 994 (from 2015)")
