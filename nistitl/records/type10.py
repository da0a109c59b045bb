"""Type-10: facial, other body part and smt image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E1997, E2000, E2007, E2011, E2013, E2015, E2025
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, ANS, AS, A, Data, Date, Joined, N, Signed, U
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    BoundaryPath,
    ExternalFile,
    MakeModelSerial,
    Occlusion,
    QualityComponents,
    QualityMetric,
    SourceLink,
    SubjectCondition,
)


@items
class FaceBox(Items):
    """Face image bounding box coordinates in full image, 10.014."""

    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", holds=TECHNICAL, note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", holds=TECHNICAL, note="above LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", holds=TECHNICAL, note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", holds=TECHNICAL, note="above TVC, up to VLL")
    BBC: str | None = item(A(1, 1, table="BBC"), O_UP, "head position code")


@items
class Distortion(Items):
    """Distortion, 10.018."""

    IDK: str | None = item(A(6, 10, table="DIST_IDK"), M_UP, "distortion code")
    IDM: str | None = item(A(1, 1, table="DIST_IDM"), M_UP, "distortion measurement code")
    DSC: str | None = item(A(4, 8, table="DIST_DSC"), M_UP, "distortion severity code")


@items
class PhotoAttribute(Items):
    """Photo description (photo attributes), 10.022."""

    PXS: str | None = item(A(3, 20, table="PXS"), M_UP, "photo attribute code")
    PXT: str | None = item(U(1, 20), O_UP, "attribute text", unverified=True)


@items
class PhotoSource(Items):
    """Photo acquisition source, 10.023."""

    PAC: str | None = item(AN(5, 14, table="PAS"), M_UP, "photo attribute code")
    VSD: str | None = item(U(1, 64), D, "vendor-specific description", note="with PAC = VENDOR only")


@items
class PoseAngles(Items):
    """Subject pose angles, 10.025."""

    YAW: int | None = item(Signed(1, 4, "-180..180"), M_UP, "yaw angle")
    PIT: int | None = item(Signed(1, 3, "-90..90"), M_UP, "pitch angle")
    ROL: int | None = item(Signed(1, 4, "-180..180"), M_UP, "roll angle")
    YAWU: int | None = item(N(1, 2, "0..90"), O_UP, "uncertainty for yaw", since=E2007)
    PITU: int | None = item(N(1, 2, "0..90"), O_UP, "uncertainty for pitch", since=E2007)
    ROLU: int | None = item(N(1, 2, "0..90"), O_UP, "uncertainty for roll", since=E2007)


@items
class FeaturePoint2D(Items):
    """2D facial feature points, 10.029."""

    FPT: int | None = item(N(1, 1, table="FPT"), M_UP, "feature point type")
    FPC: str | None = item(ANS(1, 5), M_UP, "feature point code", note="MPEG4 feature point with FPT = 1, anthropometric landmark with 2")
    HCX: int | None = item(N(1, 5, "1.."), M_UP, "x coordinate", note="up to HLL")
    HCY: int | None = item(N(1, 5, "1.."), M_UP, "y coordinate", note="up to VLL")


@items
class FeaturePoint3D(Items):
    """3D facial feature points, 10.032."""

    FPT: int | None = item(N(1, 1, table="FPT"), M_UP, "feature point type")
    FPC: str | None = item(ANS(1, 5), M_UP, "feature point code", note="MPEG4 feature point with FPT = 1, anthropometric landmark with 2")
    HCX: int | None = item(N(1, 5), M_UP, "x coordinate")
    HCY: int | None = item(N(1, 5), M_UP, "y coordinate")
    HCZ: int | None = item(N(1, 5), M_UP, "z coordinate")


@items
class FeatureContour(Items):
    """Feature contours, 10.033."""

    FCC: str | None = item(A(4, 14, table="FCC"), M_UP, "feature contour code")
    NOP: int | None = item(N(1, 2, "2..99"), M_UP, "number of points", holds=TECHNICAL, was={E2015: N(1, 2, "3..99")})
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0..99999"), M_UP, "point offsets", times=(2, None), pair=("HPO", "VPO"), was={E2015: N(1, 5, "0..")}, note="as many as NOP")


@items
class MediaFormat(Items):
    """Image format, 10.036."""

    FTY: str | None = item(U(3, 127, tolerated=(1, None)), M_UP, "media type", note="of the registry of IANA, such as image/png")
    DEI: str | None = item(U(1, 1000), O_UP, "decoding instructions")


@items
class Size(Items):
    """SMT size or size of injury or identifying characteristic, 10.041."""

    HGT: int | None = item(N(1, 3, "1..999"), M_UP, "height")
    WID: int | None = item(N(1, 3, "1..999"), M_UP, "width")


@items
class SmtDescriptor(Items):
    """SMT descriptors, 10.042."""

    SMI: str | None = item(A(3, 9, table="SMI"), M_UP, "SMT code indicator")
    TAC: str | None = item(A(4, 8, table="TAC"), D, "tattoo class", note="with IMT = TATTOO only")
    TSC: str | None = item(A(3, 9, table="TSC"), D, "tattoo subclass", note="with IMT = TATTOO only")
    TDS: str | None = item(U(1, 256), O_UP, "tattoo/SMT description")


@items
class TattooColors(Items):
    """Tattoo color, 10.043."""

    TC1: str | None = item(A(3, 7, table="TATTOO_COLOR"), M_UP, "tattoo color code 1")
    TC2: str | None = item(A(3, 7, table="TATTOO_COLOR"), O_UP, "tattoo color code 2")
    TC3: str | None = item(A(3, 7, table="TATTOO_COLOR"), O_UP, "tattoo color code 3")
    TC4: str | None = item(A(3, 7, table="TATTOO_COLOR"), O_UP, "tattoo color code 4")
    TC5: str | None = item(A(3, 7, table="TATTOO_COLOR"), O_UP, "tattoo color code 5")
    TC6: str | None = item(A(3, 7, table="TATTOO_COLOR"), O_UP, "tattoo color code 6")


@items
class PatternedInjury(Items):
    """Suspected patterned injury detail, 10.048."""

    PARC: str | None = item(U(1, 30), O_UP, "reference code (ANSI/ADA 1077)")
    PADT: str | None = item(U(1), O_UP, "additional descriptive text")


@items
class Cheiloscopy(Items):
    """Cheiloscopic image data, 10.049."""

    LPW: int | None = item(N(1, 4), O_UP, "lip print width", note="millimetres")
    LPH: int | None = item(N(1, 4), O_UP, "lip print height", note="millimetres")
    PHW: int | None = item(N(1, 4), O_UP, "philtrum width", note="millimetres")
    PHH: int | None = item(N(1, 4), O_UP, "philtrum height", note="millimetres")
    ULCL: tuple[str, ...] | None = item(Joined(AS(1, 3, table="LIP_PRINT"), "|", 1, 18, char_type="AS"), O_UP, "upper lip print characterization code list")
    LLCL: tuple[str, ...] | None = item(Joined(AS(1, 3, table="LIP_PRINT"), "|", 1, 18, char_type="AS"), O_UP, "lower lip print characterization code list")
    LCLD: str | None = item(A(1, 1, table="LIP_CONTACT"), O_UP, "lip contact line descriptor")
    LPCT: str | None = item(U(1), O_UP, "lip characterization descriptive text")
    LPPL: tuple[int, ...] | None = item(Joined(N(1, 2, table="LIP_PATH"), "|", 1, 50), O_UP, "lip pathologies and peculiarities code list")
    LPPT: str | None = item(U(1), O_UP, "lip pathologies descriptive text")
    LPSL: tuple[int, ...] | None = item(Joined(N(1, 1, table="LIP_SURFACE"), "|", 1, 7), O_UP, "lip print surface list")
    LPST: str | None = item(U(1), O_UP, "lip print surface descriptive text")
    LPMC: int | None = item(N(1, 1, table="LIP_MEDIUM"), O_UP, "lip print medium code")
    LPMT: str | None = item(U(1), O_UP, "lip print medium descriptive text")
    FHDT: str | None = item(U(1), O_UP, "facial hair descriptive text")
    LPDT: str | None = item(U(1), O_UP, "lip position and tension descriptive text")
    LPAT: str | None = item(U(1), O_UP, "lip print additional descriptive text")
    LPCD: str | None = item(U(1), O_UP, "lip print comparison descriptive text")


@items
class DentalView(Items):
    """Dental visual image data information, 10.050."""

    VIVC: str | None = item(A(3, 4, table="VIVC"), M_UP, "image view code")
    VIDT: str | None = item(U(1), O_UP, "additional descriptive text")
    VICD: str | None = item(U(1), O_UP, "comparison descriptive text")


@items
class RulerOrScale(Items):
    """Ruler or scale presence, 10.051."""

    RSU: str | None = item(A(2, 4, table="RSU"), M_UP, "ruler or scale units")
    RSM: str | None = item(U(1, 50), O_UP, "ruler or scale make")
    RSO: str | None = item(U(1, 50), O_UP, "ruler or scale model")


@record(10, "Facial, other body part and SMT image", clause="ANSI/NIST-ITL 1-2011, 8.10", since=E1997, ranges=(
    FieldRange(52, 199, "RES", "reserved", E2013),
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
    FieldRange(901, 901, "RES", "reserved", E2011),
))
class Type10(shared.EveryImage, ImageRecord):
    """Facial, other body part and SMT image. ANSI/NIST-ITL 1-2011, 8.10."""

    LEN: int | None = shared.LEN(1)
    IDC: int | None = shared.IDC(2)
    IMT: str | None = element(3, AS(3, 11, table="IMT"), M, "Image type")
    SRC: str | None = shared.SRC(4)
    PHD: date | None = element(5, Date(), M, "Photo capture date")
    HLL: int | None = shared.Image.HLL(6)
    VLL: int | None = shared.Image.VLL(7)
    SLC: int | None = shared.Image.SLC(8)
    THPS: int | None = shared.Image.THPS(9)
    TVPS: int | None = shared.Image.TVPS(10)
    CGA: str | None = shared.Image.CGA(11, value=shared.FACE_ALGORITHM, was={E2015: shared.ALGORITHM})
    CSP: str | None = element(12, A(3, 4, table="CSP"), M, "Color space", holds=TECHNICAL)
    SAP: int | None = element(13, N(1, 2, table="SAP"), D, "Subject acquisition profile", holds=TECHNICAL, since=E2007, note="with IMT = FACE")
    FIP: FaceBox | None = element(14, One(FaceBox), D, "Face image bounding box coordinates in full image", since=E2011, note="with IMT = FACE only")
    FPFI: BoundaryPath | None = element(15, One(BoundaryPath), D, "Face image path coordinates in full image", since=E2011, note="with IMT = FACE only")
    SHPS: int | None = shared.SHPS(16)
    SVPS: int | None = shared.SVPS(17)
    DIST: Distortion | None = element(18, One(Distortion), O, "Distortion", since=E2011, note="with IMT = FACE only")
    LAF: tuple[str, ...] = element(19, Values(A(1, 1, table="LAF"), 1, 3), O, "Lighting artifacts", since=E2011, note="with IMT = FACE only")
    POS: str | None = element(20, A(1, 1, table="POS"), O, "Subject pose", holds=TECHNICAL, since=E1997, note="with IMT = FACE only")
    POA: int | None = element(21, Signed(1, 4, "-180..180"), D, "Pose offset angle", since=E1997, legacy=E2011, note="with POS = A only")
    PXS: tuple[PhotoAttribute, ...] = element(22, Sets(PhotoAttribute, 1, 9), O, "Photo description (photo attributes)", since=E1997, legacy=E2011)
    PAS: PhotoSource | None = element(23, One(PhotoSource), D, "Photo acquisition source", since=E1997, note="with SAP 40, 50 or 51")
    SQS: tuple[QualityMetric, ...] = element(24, Sets(QualityMetric, 1, 9), O, "Subject quality score", since=E1997, was={E2000: N(1, 4)}, note="with IMT = FACE only")
    SPA: PoseAngles | None = element(25, One(PoseAngles), D, "Subject pose angles", since=E1997, note="with POS = D")
    SXS: tuple[str, ...] = element(26, Values(AS(3, 20, table="SXS", open=True), 1, 50), D, "Subject facial description", since=E1997, note="with SAP 40, 50 or 51; the table or free text")
    SEC: str | None = element(27, A(3, 3, table="EYECOLOR"), D, "Subject eye color", since=E1997, note="with SAP 40, 50 or 51")
    SHC: tuple[str, ...] = element(28, Values(A(3, 3, table="HAIRCOLOR"), 1, 2), D, "Subject hair color", since=E1997, note="with SAP 40, 50 or 51")
    FFP: tuple[FeaturePoint2D, ...] = element(29, Sets(FeaturePoint2D, 1, 88), D, "2D facial feature points", since=E2007, was={E2007: "SFP"}, note="with IMT = FACE only")
    DMM: str | None = shared.DMM(30)
    TMC: int | None = element(31, N(1, 3, "1..5, 100..999", table="TMC"), O, "Tiered markup collection", since=E2011, note="100 to 999 user-defined")
    _3DF: tuple[FeaturePoint3D, ...] = element(32, Sets(FeaturePoint3D, 1, 88), D, "3D facial feature points", since=E2011, note="with IMT = FACE only")
    FEC: tuple[FeatureContour, ...] = element(33, Sets(FeatureContour, 1, 12), O, "Feature contours", since=E2011, note="with IMT = FACE only; an open path")
    ICDR: str | None = element(34, ANS(3, 9), O, "Image capture date range estimate", since=E2013, note="Y, M, D and numbers, such as Y1M10D05")
    FSB: QualityComponents | None = element(35, One(QualityComponents), O, "Image quality components of face, scar or body", since=E2025)
    TIF: MediaFormat | None = element(36, One(MediaFormat), D, "Image format", since=E2025, note="with CGA = MEDIA")
    COM: str | None = shared.COM(38, since=E2000)
    T10: int | None = element(39, N(1, 3, "1..255"), O, "Type-10 reference number", since=E2011)
    SMT: tuple[str, ...] = element(40, Values(ANS(3, 10, table="NCIC_SMT"), 1, 3), D, "NCIC SMT code", since=E1997, note="with IMT = SCAR, MARK or TATTOO only; before 2011 mandatory then")
    SMS: Size | None = element(41, One(Size), O, "SMT size or size of injury or identifying characteristic", since=E1997, note="centimetres")
    SMD: tuple[SmtDescriptor, ...] = element(42, Sets(SmtDescriptor, 1, 9), D, "SMT descriptors", since=E1997, note="with IMT = SCAR, MARK or TATTOO only")
    COL: tuple[TattooColors, ...] = element(43, Sets(TattooColors, 1, 9), O, "Tattoo color", since=E1997, renamed={E2025: "TCL"}, note="one subfield for each of 10.042")
    ITX: tuple[str, ...] = element(44, Values(A(3, 11, table="ITX"), 1, 18), D, "Image transform", since=E2011)
    OCC: tuple[Occlusion, ...] = element(45, Sets(Occlusion, 1, 16), O, "Occlusions", since=E2011, note="with IMT = FACE only")
    SUB: SubjectCondition | None = shared.SUB(46)
    CON: str | None = shared.CON(47)
    PID: tuple[PatternedInjury, ...] = element(48, Sets(PatternedInjury), O, "Suspected patterned injury detail", since=E2013, until=E2015)
    CID: Cheiloscopy | None = element(49, One(Cheiloscopy), O, "Cheiloscopic image data", since=E2013, until=E2015, note="with IMT = LIP only")
    VID: DentalView | None = element(50, One(DentalView), O, "Dental visual image data information", since=E2013, note="with IMT = EXTRAORAL or INTRAORAL only")
    RSP: RulerOrScale | None = element(51, One(RulerOrScale), O, "Ruler or scale presence", since=E2013)
    BRI: str | None = shared.BRI(199)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    T2C: int | None = shared.T2C(992)
    EFR: ExternalFile | str | None = shared.EFR(994, condition=O, since=E2013)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data(), D, "Body part image", was={E2011: M}, note="absent with field 994")
