"""Type-9: minutiae data."""

from __future__ import annotations

from nistitl.base.editions import E1993, E2000, E2007, E2011, E2013, E2015, E2025
from nistitl.declare.conditions import TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import One, Sets, Values
from nistitl.declare.values import AN, ANS, A, Base64, Digits, N, Path, Points, U

# isort: off
from nistitl.minutiae.items import (
    AnalysisAssessment as AnalysisAssessment,
    AreaOfCorrespondence as AreaOfCorrespondence,
    CaptureEquipment as CaptureEquipment,
    CbeffInformation as CbeffInformation,
    CenterPoint as CenterPoint,
    Characterization as Characterization,
    ComparisonDetermination as ComparisonDetermination,
    CoreDeltaRidgeCount as CoreDeltaRidgeCount,
    CorrespondingFeature as CorrespondingFeature,
    Crease as Crease,
    DetectionMethod as DetectionMethod,
    DistinctiveFeature as DistinctiveFeature,
    Dot as Dot,
    EfsCore as EfsCore,
    EfsDelta as EfsDelta,
    EfsMinutia as EfsMinutia,
    EfsPattern as EfsPattern,
    EfsRidgeCount as EfsRidgeCount,
    EvidenceOfFraud as EvidenceOfFraud,
    FeatureColor as FeatureColor,
    FlowMapFormat as FlowMapFormat,
    FrictionRidgePosition as FrictionRidgePosition,
    GrowthOrShrinkage as GrowthOrShrinkage,
    IafisCore as IafisCore,
    IafisDelta as IafisDelta,
    IafisMinutia as IafisMinutia,
    IafisPattern as IafisPattern,
    IncipientRidge as IncipientRidge,
    LocalQualityIssue as LocalQualityIssue,
    M1Core as M1Core,
    M1Delta as M1Delta,
    M1DeltaAngles as M1DeltaAngles,
    M1Minutia as M1Minutia,
    M1Quality as M1Quality,
    M1RidgeCount as M1RidgeCount,
    M1RidgeCountMethod as M1RidgeCountMethod,
    Matrix as Matrix,
    Orientation as Orientation,
    PatternClassification as PatternClassification,
    Pore as Pore,
    ProcessingAlgorithm as ProcessingAlgorithm,
    QualityMapFormat as QualityMapFormat,
    ReadingSystem as ReadingSystem,
    RegionOfInterest as RegionOfInterest,
    RelativeRotation as RelativeRotation,
    RidgeCountConfidence as RidgeCountConfidence,
    RidgeEdge as RidgeEdge,
    StandardMinutia as StandardMinutia,
    Substrate as Substrate,
    SystemOrDevice as SystemOrDevice,
    TemporaryLine as TemporaryLine,
    WavelengthMapFormat as WavelengthMapFormat,
)
# isort: on
from nistitl.minutiae.record import MinutiaeRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import Annotation, MakeModelSerial, QualityMetric


@record(9, "Minutiae data", clause="ANSI/NIST-ITL 1-2011, 8.9", since=E1993, ranges=(
    FieldRange(13, 30, "FBI", "FBI/IAFIS feature set"),
    FieldRange(31, 55, "COGENT", "Cogent feature set", E2000),
    FieldRange(56, 70, "MOTOROLA", "Motorola feature set", E2000),
    FieldRange(71, 99, "MORPHO", "Sagem/MorphoTrak feature set", E2000),
    FieldRange(100, 125, "NEC", "NEC feature set", E2000),
    FieldRange(142, 150, "RES", "reserved inside INCITS 378 block", E2007),
    FieldRange(151, 175, "L1", "Identix / L-1 feature set", E2007, legacy=E2025),
    FieldRange(180, 225, "OFS", "Other feature sets - user-defined fields", E2011),
    FieldRange(226, 299, "RES", "reserved", E2011),
    FieldRange(304, 306, "RES", "reserved", E2011),
    FieldRange(328, 330, "RES", "reserved", E2011),
    FieldRange(336, 339, "RES", "reserved", E2011),
    FieldRange(358, 359, "RES", "reserved", E2011),
    FieldRange(364, 371, "RES", "reserved", E2011),
    FieldRange(374, 379, "RES", "reserved", E2011),
    FieldRange(382, 399, "RES", "reserved", E2011),
    FieldRange(400, 900, "RES", "reserved", E2011),
))
class Type9(MinutiaeRecord):
    """Minutiae data. ANSI/NIST-ITL 1-2011, 8.9."""

    feature_blocks = (  # with minutiae, the richest first
        "nistitl.minutiae.blocks.efs:EFS",
        "nistitl.minutiae.blocks.m1:M1",
        "nistitl.minutiae.blocks.iafis:IAFIS",
        "nistitl.minutiae.blocks.standard:STANDARD",
    )

    LEN: int | None = shared.LEN(1)
    IDC: int | None = shared.IDC(2)
    IMP: int | None = element(3, shared.IMPRESSION, D, "Impression type", holds=TECHNICAL, was={E2015: N(1, 2, table="IMP"), E2013: M})
    FMT: str | None = element(4, A(1, 1, table="FMT"), M, "Minutiae format", holds=TECHNICAL, note="S legacy from 2011")
    OFR: ReadingSystem | None = element(5, One(ReadingSystem), M, "Originating fingerprint reading system", legacy=E2011, block="standard", note="only with FMT = S")
    FGPT: tuple[int, ...] = element(6, Values(N(1, 2, table="FGP")), M, "Finger position", holds=TECHNICAL, legacy=E2011, block="standard", note="only with FMT = S")
    FPC: tuple[PatternClassification, ...] = element(7, Sets(PatternClassification), M, "Fingerprint pattern classification", legacy=E2011, block="standard", note="only with FMT = S")
    CRP: tuple[str, ...] = element(8, Values(Digits(8, 8)), O, "Core position", legacy=E2011, block="standard", note="XXXXYYYY in 0.01 mm; only with FMT = S")
    DLT: tuple[str, ...] = element(9, Values(Digits(8, 8)), O, "Delta position", legacy=E2011, block="standard", note="XXXXYYYY in 0.01 mm; only with FMT = S")
    MINT: int | None = element(10, N(1, 5), M, "Number of minutiae", holds=TECHNICAL, legacy=E2011, block="standard", note="number of subfields of 9.012")
    RDG: int | None = element(11, N(1, 1, "0, 1"), M, "Minutiae ridge count indicator", holds=TECHNICAL, legacy=E2011, block="standard", note="1: ridge counts are there")
    MRCT: tuple[StandardMinutia, ...] = element(12, Sets(StandardMinutia), M, "Minutiae and ridge count data", legacy=E2011, block="standard", note="only with FMT = S; one subfield a minutia")
    FGN: int | None = element(14, N(2, 2, "0..10"), O, "IAFIS finger number", holds=TECHNICAL, block="iafis", note="of the FBI's EFTS")
    NMN: int | None = element(15, N(1, 3, "1..254"), O, "IAFIS number of minutiae", holds=TECHNICAL, block="iafis", unverified=True, note="of the FBI's EFTS")
    FCP: Characterization | None = element(16, One(Characterization), O, "IAFIS fingerprint characterization process", block="iafis", note="of the FBI's EFTS")
    APC: tuple[IafisPattern, ...] = element(17, Sets(IafisPattern, 1, 3), O, "IAFIS AFIS/FBI pattern classification", block="iafis", note="of the FBI's EFTS")
    ROV: tuple[str, ...] = element(18, Values(Digits(8, 8)), O, "IAFIS region of value polygon", block="iafis", unverified=True, note="XXXXYYYY, one subfield a vertex; of the FBI's EFTS")
    COF: str | None = element(19, ANS(1), O, "IAFIS coordinate offset", block="iafis", note="of the FBI's EFTS")
    ORN: int | None = element(20, N(1, 3), O, "IAFIS orientation uncertainty", block="iafis", note="of the FBI's EFTS")
    CRA: tuple[IafisCore, ...] = element(21, Sets(IafisCore, 1, 2), O, "IAFIS core attributes", block="iafis", note="of the FBI's EFTS")
    DLA: tuple[IafisDelta, ...] = element(22, Sets(IafisDelta, 1, 2), O, "IAFIS delta attributes", block="iafis", note="of the FBI's EFTS")
    MAT: tuple[IafisMinutia, ...] = element(23, Sets(IafisMinutia, 1, 254), O, "IAFIS minutiae and ridge count data", block="iafis", note="of the FBI's EFTS")
    CBI: CbeffInformation | None = element(126, One(CbeffInformation), M, "M1 CBEFF information", since=E2007, block="m1")
    CEI: CaptureEquipment | None = element(127, One(CaptureEquipment), M, "M1 capture equipment identification", since=E2007, block="m1")
    HLL: int | None = element(128, N(2, 5, "10..65535"), M, "M1 horizontal line length", holds=TECHNICAL, since=E2007, block="m1")
    VLL: int | None = element(129, N(2, 5, "10..65535"), M, "M1 vertical line length", holds=TECHNICAL, since=E2007, block="m1")
    SLC: int | None = element(130, N(1, 1, "1, 2"), M, "M1 scale units", holds=TECHNICAL, since=E2007, block="m1")
    THPS: int | None = element(131, N(1, 5, "1.."), M, "M1 transmitted horizontal pixel scale", holds=TECHNICAL, since=E2007, was={E2007: "HPS"}, block="m1")
    TVPS: int | None = element(132, N(1, 5, "1.."), M, "M1 transmitted vertical pixel scale", holds=TECHNICAL, since=E2007, was={E2007: "VPS"}, block="m1")
    FVW: int | None = element(133, N(1, 2, "0..15"), M, "M1 finger view", holds=TECHNICAL, since=E2007, block="m1")
    FGP: int | None = element(134, N(1, 2, "0..10"), M, "M1 friction ridge generalized position", holds=TECHNICAL, since=E2007, block="m1", note="INCITS 378 codes")
    FQD: tuple[M1Quality, ...] = element(135, Sets(M1Quality, 1, 9), M, "M1 friction ridge quality data", since=E2007, block="m1")
    NOM: int | None = element(136, N(1, 4, "0..9999"), M, "M1 number of minutiae", holds=TECHNICAL, since=E2007, block="m1")
    FMD: tuple[M1Minutia, ...] = element(137, Sets(M1Minutia, 1, 9999), D, "M1 finger minutiae data", since=E2007, block="m1", note="one subfield a minutia")
    RCI: tuple[M1RidgeCountMethod | M1RidgeCount, ...] = element(138, Sets(M1RidgeCount, 1, 79993, first=M1RidgeCountMethod), O, "M1 ridge count information", since=E2007, block="m1", note="the first subfield tells the method, the others the counts")
    CIN: tuple[M1Core, ...] = element(139, Sets(M1Core, 1, 9), O, "M1 core information", since=E2007, block="m1")
    DIN: tuple[M1Delta, ...] = element(140, Sets(M1Delta, 1, 9), O, "M1 delta information", since=E2007, block="m1")
    ADA: tuple[M1DeltaAngles, ...] = element(141, Sets(M1DeltaAngles, 1, 9), O, "M1 additional delta angles", since=E2007, block="m1", note="one subfield a delta of 9.140")
    OOD: str | None = element(176, U(1, 40), M, "Other feature sets - owner or developer", since=E2011, block="other")
    PAG: ProcessingAlgorithm | None = element(177, One(ProcessingAlgorithm), M, "Other feature sets - processing algorithm", since=E2011, block="other")
    SOD: SystemOrDevice | None = element(178, One(SystemOrDevice), O, "Other feature sets - system or device", since=E2011, block="other")
    DTX: str | None = element(179, U(1, 1000), M, "Other feature sets - contact information", since=E2011, block="other")
    ROI: RegionOfInterest | None = element(300, One(RegionOfInterest), M, "EFS region of interest", since=E2011, block="efs", note="0.01 mm")
    ORT: Orientation | None = element(301, One(Orientation), O, "EFS orientation", since=E2011, block="efs")
    FPP: tuple[FrictionRidgePosition, ...] = element(302, Sets(FrictionRidgePosition, 1, 20), M, "EFS finger - palm - plantar position", since=E2011, block="efs")
    FSP: tuple[int, ...] = element(303, Values(N(1, 2, table="FSP"), 1, 9), O, "EFS feature set profile", holds=TECHNICAL, since=E2011, block="efs")
    PAT: tuple[EfsPattern, ...] = element(307, Sets(EfsPattern, 1, 7), D, "EFS pattern classification", since=E2011, block="efs", note="fingers only")
    RQM: tuple[str, ...] = element(308, Values(AN(1, 50000), 1, 50001), O, "EFS ridge quality/confidence map", since=E2011, block="efs", note="a row of quality codes, plain or run-length")
    RQF: QualityMapFormat | None = element(309, One(QualityMapFormat), D, "EFS ridge quality map format", since=E2011, block="efs", note="with 9.308")
    RFM: tuple[str, ...] = element(310, Values(Base64(1, 100000), 1, 50001), O, "EFS ridge flow map", since=E2011, block="efs", note="a row of angles, two hex digits a cell, or base-64")
    RFF: FlowMapFormat | None = element(311, One(FlowMapFormat), D, "EFS ridge flow map format", since=E2011, block="efs", note="with 9.310")
    RWM: tuple[str, ...] = element(312, Values(AN(1, 100000), 1, 50001), O, "EFS ridge wavelength map", since=E2011, block="efs", note="a row of wavelengths, two digits a cell, XX where unknown")
    RWF: WavelengthMapFormat | None = element(313, One(WavelengthMapFormat), D, "EFS ridge wavelength map format", since=E2011, block="efs", note="with 9.312")
    TRV: str | None = element(314, A(1, 1, table="TRV"), O, "EFS tonal reversal", since=E2011, block="efs")
    PLR: str | None = element(315, A(1, 1, table="PLR"), O, "EFS possible lateral reversal", since=E2011, block="efs")
    FQM: tuple[QualityMetric, ...] = element(316, Sets(QualityMetric, 1, 9), O, "EFS friction ridge quality metric", since=E2011, block="efs")
    PGS: GrowthOrShrinkage | None = element(317, One(GrowthOrShrinkage), O, "EFS possible growth or shrinkage", since=E2011, block="efs")
    COR: tuple[EfsCore, ...] = element(320, Sets(EfsCore), D, "EFS cores", since=E2011, block="efs", note="never with 9.325")
    DEL: tuple[EfsDelta, ...] = element(321, Sets(EfsDelta), D, "EFS deltas", since=E2011, block="efs", note="never with 9.326")
    CDR: tuple[CoreDeltaRidgeCount, ...] = element(322, Sets(CoreDeltaRidgeCount, 1, 255), O, "EFS core delta ridge counts", since=E2011, block="efs")
    CPR: tuple[CenterPoint, ...] = element(323, Sets(CenterPoint, 1, 3), O, "EFS center point of reference", since=E2011, block="efs", note="may lie outside the region of interest")
    DIS: tuple[DistinctiveFeature, ...] = element(324, Sets(DistinctiveFeature, 1, 99), D, "EFS distinctive features", since=E2011, block="efs", note="never with 9.327")
    NCOR: str | None = element(325, A(1, 1, one_of="Y"), D, "EFS no cores present", since=E2011, block="efs")
    NDEL: str | None = element(326, A(1, 1, one_of="Y"), D, "EFS no deltas present", since=E2011, block="efs")
    NDIS: str | None = element(327, A(1, 1, one_of="Y"), D, "EFS no distinctive features present", since=E2011, block="efs")
    MIN: tuple[EfsMinutia, ...] = element(331, Sets(EfsMinutia, 1, 999), D, "EFS minutiae", since=E2011, block="efs", note="never with 9.334")
    MRA: str | None = element(332, AN(5, 8, table="MRA"), D, "EFS minutiae ridge count algorithm", since=E2011, block="efs")
    MRC: tuple[EfsRidgeCount, ...] = element(333, Sets(EfsRidgeCount, 1, 7992), O, "EFS minutiae ridge counts", since=E2011, block="efs")
    NMIN: str | None = element(334, A(1, 1, one_of="Y"), D, "EFS no minutiae present", since=E2011, block="efs")
    RCC: tuple[RidgeCountConfidence, ...] = element(335, Sets(RidgeCountConfidence, 1, 7992), O, "EFS minutiae ridge count confidence", since=E2011, block="efs")
    DOT: tuple[Dot, ...] = element(340, Sets(Dot, 1, 999), D, "EFS dots", since=E2011, block="efs", note="never with 9.346")
    INR: tuple[IncipientRidge, ...] = element(341, Sets(IncipientRidge, 1, 999), D, "EFS incipient ridges", since=E2011, block="efs", note="never with 9.347")
    CLD: tuple[Crease, ...] = element(342, Sets(Crease, 1, 999), D, "EFS creases and linear discontinuities", since=E2011, block="efs", note="never with 9.348")
    REF: tuple[RidgeEdge, ...] = element(343, Sets(RidgeEdge, 1, 999), D, "EFS ridge edge features", since=E2011, block="efs", note="never with 9.349")
    NPOR: str | None = element(344, A(1, 1, one_of="Y"), D, "EFS no pores present", since=E2011, block="efs")
    POR: tuple[Pore, ...] = element(345, Sets(Pore, 1, 9999), O, "EFS pores", since=E2011, block="efs", note="never with 9.344")
    NDOT: str | None = element(346, A(1, 1, one_of="Y"), D, "EFS no dots present", since=E2011, block="efs")
    NINR: str | None = element(347, A(1, 1, one_of="Y"), D, "EFS no incipient ridges present", since=E2011, block="efs")
    NCLD: str | None = element(348, A(1, 1, one_of="Y"), D, "EFS no creases present", since=E2011, block="efs")
    NREF: str | None = element(349, A(1, 1, one_of="Y"), D, "EFS no ridge edge features present", since=E2011, block="efs")
    MFD: tuple[DetectionMethod, ...] = element(350, Sets(DetectionMethod, 1, 99), O, "EFS method of feature detection", since=E2011, block="efs")
    COM: str | None = element(351, U(1, 126), O, "EFS comments", since=E2011, block="efs")
    LPM: tuple[str, ...] = element(352, Values(AN(3, 3, table="LPM"), 1, 9), O, "EFS latent processing method", since=E2011, block="efs")
    EAA: AnalysisAssessment | None = element(353, One(AnalysisAssessment), O, "EFS examiner analysis assessment", since=E2011, block="efs")
    EOF: tuple[EvidenceOfFraud, ...] = element(354, Sets(EvidenceOfFraud, 1, 4), O, "EFS evidence of fraud", since=E2011, block="efs")
    LSB: tuple[Substrate, ...] = element(355, Sets(Substrate, 1, 3), O, "EFS latent substrate", since=E2011, block="efs")
    LMT: tuple[Matrix, ...] = element(356, Sets(Matrix, 1, 3), O, "EFS latent matrix", since=E2011, block="efs")
    LQI: tuple[LocalQualityIssue, ...] = element(357, Sets(LocalQualityIssue), O, "EFS local quality issues", since=E2011, block="efs")
    AOC: tuple[AreaOfCorrespondence, ...] = element(360, Sets(AreaOfCorrespondence), O, "EFS area of correspondence", since=E2011, block="efs")
    CPF: tuple[CorrespondingFeature, ...] = element(361, Sets(CorrespondingFeature), O, "EFS corresponding points or features", since=E2011, block="efs")
    ECD: tuple[ComparisonDetermination, ...] = element(362, Sets(ComparisonDetermination), O, "EFS examiner comparison determination", since=E2011, block="efs")
    RRC: tuple[RelativeRotation, ...] = element(363, Sets(RelativeRotation), O, "EFS relative rotation of corresponding print", since=E2011, block="efs")
    SIM: str | None = element(372, Base64(8), O, "EFS skeletonized image", since=E2011, block="efs", note="a PNG of one bit, of the size of the region of interest")
    RPS: tuple[Path, ...] = element(373, Values(Points(11, 1188, 2)), O, "EFS ridge path segments", since=E2011, block="efs")
    TPL: tuple[TemporaryLine, ...] = element(380, Sets(TemporaryLine, 1, 999), O, "EFS temporary lines", since=E2011, block="efs")
    FCC: tuple[FeatureColor, ...] = element(381, Sets(FeatureColor, 1, 999), O, "EFS feature color - comment", since=E2011, block="efs")
    ULA: tuple[str, ...] = element(901, Values(ANS(22, 300)), O, "Universal latent workstation annotation information", since=E2011, note="FBI Universal Latent Workstation")
    ANN: tuple[Annotation, ...] = shared.ANN(902)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    FCT: int | None = shared.FCT(905, since=E2025, unverified=True)
