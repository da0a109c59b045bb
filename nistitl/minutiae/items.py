"""The items of the fields of Type-9, by block, and the fields that features are read from and written to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from nistitl.base.editions import E2007
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D
from nistitl.declare.items import RIDGE_RECORDS, Items, item, items
from nistitl.declare.values import (
    AN,
    ANS,
    AS,
    NS,
    A,
    Digits,
    GreenwichTime,
    H,
    N,
    Path,
    Points,
    Signed,
    U,
)
from nistitl.model.kin import ExplainedRecord


@items
class ReadingSystem(Items):
    """Originating fingerprint reading system, 9.005."""

    SNM: str | None = item(ANS(1), M_UP, "name of originating system")
    MET: str | None = item(A(1, 1, table="OFR_METHOD"), M_UP, "coding method")
    SUB: str | None = item(ANS(1, 2), O_UP, "subsystem/equipment identification")


@items
class PatternClassification(Items):
    """Fingerprint pattern classification, 9.007."""

    SRC: str | None = item(A(1, 1, table="PCS"), M_UP, "pattern code source")
    FPC: tuple[str, ...] = item(ANS(1, table="FPC", open=True), M_UP, "pattern classification code", times=(1, None), note="two letters of the table with SRC = T, free text with U")


@items
class StandardMinutia(Items):
    """Minutiae and ridge count data, 9.012."""

    IDX: int | None = item(N(1, 3, "1.."), M_UP, "index number")
    XYT: str | None = item(Digits(1, 13), M_UP, "X, Y, theta", note="XXXXYYYYTTT, 0.01 mm and degrees")
    QMS: int | None = item(N(1, 2, "0..63"), O_UP, "quality measure", note="0 manual, 1 none available, 2 to 63 quality")
    MTC: str | None = item(A(1, 1, table="MINUTIA_TYPE_STD"), O_UP, "minutia type")
    RCD: tuple[str, ...] = item(NS(3, 8), O_UP, "ridge count data (repeats: index,count)", times=(0, None), note="index, count")


@items
class Characterization(Items):
    """IAFIS fingerprint characterization process, 9.016."""

    VEN: str | None = item(ANS(1), M_UP, "vendor/equipment", unverified=True)
    VID: str | None = item(ANS(1), M_UP, "version identifier", unverified=True)
    MET: str | None = item(ANS(1), M_UP, "method", unverified=True)


@items
class IafisPattern(Items):
    """IAFIS AFIS/FBI pattern classification, 9.017."""

    APC: str | None = item(A(2, 2, one_of="AU WU RS LS SR XX UC"), M_UP, "pattern class")
    RCN1: int | None = item(N(1, 2), O_UP, "ridge count 1", note="31: unknown")
    RCN2: int | None = item(N(1, 2), O_UP, "ridge count 2", note="31: unknown")


@items
class IafisCore(Items):
    """IAFIS core attributes, 9.021."""

    XYM: str | None = item(Digits(8, 8), M_UP, "XXXXYYYY", note="XXXXYYYY")
    DID: int | None = item(N(3, 3), M_UP, "direction")
    PUM: int | None = item(N(1, 4), M_UP, "position uncertainty", unverified=True)


@items
class IafisDelta(Items):
    """IAFIS delta attributes, 9.022."""

    XYM: str | None = item(Digits(8, 8), M_UP, "XXXXYYYY", unverified=True, note="XXXXYYYY")
    DID1: int | None = item(N(3, 3), M_UP, "direction up")
    DID2: int | None = item(N(3, 3), M_UP, "direction left")
    DID3: int | None = item(N(3, 3), M_UP, "direction right")
    PUM: int | None = item(N(1, 4), M_UP, "position uncertainty", unverified=True)


@items
class IafisMinutia(Items):
    """IAFIS minutiae and ridge count data, 9.023."""

    MDX: int | None = item(N(3, 3), M_UP, "minutia index")
    XYT: str | None = item(Digits(11, 11), M_UP, "XXXXYYYYTTT", note="XXXXYYYYTTT")
    QMS: int | None = item(N(2, 2), M_UP, "quality")
    MNT: str | None = item(A(1, 1, table="MINUTIA_TYPE_IAFIS"), O_UP, "minutia type")
    MRO: tuple[str, ...] = item(Digits(5, 5), O_UP, "up to 8 octant neighbours 'iiirr' (index 3 digits + ridge count 2 digits)", times=(0, 8), note="index and ridge count of an octant neighbour; 25515: none")
    RSO: str | None = item(Digits(8, 8), O_UP, "octant residuals", unverified=True, note="one bit an octant")


@items
class CbeffInformation(Items):
    """M1 CBEFF information, 9.126."""

    CFO: int | None = item(N(2, 2, "27"), M_UP, "CBEFF format owner", holds=TECHNICAL)
    CFT: int | None = item(N(3, 3, "513, 514, 515"), M_UP, "CBEFF format type", holds=TECHNICAL)
    CPI: str | None = item(H(8, 8), M_UP, "CBEFF product identifier", unverified=True, was={E2007: ANS(1)})


@items
class CaptureEquipment(Items):
    """M1 capture equipment identification, 9.127."""

    AFS: str | None = item(A(4, 4, table="APPF"), M_UP, "Appendix F (EFTS IQS) status")
    CID: str | None = item(U(1, 30), M_UP, "capture equipment identification", note="0: not reported")


@items
class M1Quality(Items):
    """M1 friction ridge quality data, 9.135."""

    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), O_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), O_UP, "algorithm product identification", holds=TECHNICAL)


@items
class M1Minutia(Items):
    """M1 finger minutiae data, 9.137."""

    MAN: int | None = item(N(1, 4, "1..9999"), M_UP, "minutia index number")
    MXC: int | None = item(N(1, 5), M_UP, "x coordinate", note="pixels")
    MYC: int | None = item(N(1, 5), M_UP, "y coordinate", note="pixels")
    MAV: int | None = item(N(1, 3, "0..179"), M_UP, "minutia angle")
    M1M: int | None = item(N(1, 1, table="M1_MTY"), M_UP, "minutia type")
    QOM: int | None = item(N(1, 3, "0..100"), M_UP, "quality of minutia", note="0: none")


@items
class M1RidgeCountMethod(Items):
    """The first subfield of 9.138: how ridges were counted."""

    REM: int | None = item(N(1, 1, "0..2", table="M1_REM"), M_UP, "ridge count extraction method")
    FI1: int | None = item(N(1, 1, "0"), M_UP, "filler 1")
    FI2: int | None = item(N(1, 1, "0"), M_UP, "filler 2")


@items
class M1RidgeCount(Items):
    """Every other subfield of 9.138: the ridges between two minutiae."""

    CMI: int | None = item(N(1, 4, "1.."), M_UP, "center minutia index number", note="up to NOM")
    NMN: int | None = item(N(1, 4, "1.."), M_UP, "neighbouring minutia index number", holds=TECHNICAL, note="up to NOM")
    NRC: int | None = item(N(1, 2, "0..99"), M_UP, "number of ridges crossed")


@items
class M1Core(Items):
    """M1 core information, 9.139."""

    XCC: int | None = item(N(1, 5), M_UP, "x coordinate", note="pixels")
    YCC: int | None = item(N(1, 5), M_UP, "y coordinate", note="pixels")
    ANGC: int | None = item(N(1, 3, "0..179"), M_UP, "core angle")


@items
class M1Delta(Items):
    """M1 delta information, 9.140."""

    XCD: int | None = item(N(1, 5), M_UP, "x coordinate", note="pixels")
    YCD: int | None = item(N(1, 5), M_UP, "y coordinate", note="pixels")
    ANG1: int | None = item(N(1, 3, "0..179"), M_UP, "delta angle 1")


@items
class M1DeltaAngles(Items):
    """M1 additional delta angles, 9.141."""

    ANG2: int | None = item(N(1, 3, "0..179"), M_UP, "delta angle 2")
    ANG3: int | None = item(N(1, 3, "0..179"), M_UP, "delta angle 3")


@items
class ProcessingAlgorithm(Items):
    """Other feature sets - processing algorithm, 9.177."""

    PAN: str | None = item(U(1, 100), M_UP, "name of algorithm")
    PAV: str | None = item(U(1, 100), O_UP, "version of algorithm")


@items
class SystemOrDevice(Items):
    """Other feature sets - system or device, 9.178."""

    OFN: str | None = item(U(1, 100), M_UP, "name of system")
    OFV: str | None = item(U(1, 100), O_UP, "version of system")


@items
class RegionOfInterest(Items):
    """EFS region of interest, 9.300."""

    EWI: int | None = item(N(1, 5, "1..50000"), M_UP, "ROI width")
    EHI: int | None = item(N(1, 5, "1..50000"), M_UP, "ROI height")
    EHO: int | None = item(N(1, 5, "0..49999"), O_UP, "ROI horizontal offset", note="below the width of the image")
    EVO: int | None = item(N(1, 5, "0..49999"), O_UP, "ROI vertical offset")
    ROP: Path | None = item(Points(1, 1188), O_UP, "ROI polygon")


@items
class Orientation(Items):
    """EFS orientation, 9.301."""

    EOD: int | None = item(Signed(1, 4, "-179..180"), M_UP, "direction", note="0 where absent")
    EUC: int | None = item(N(1, 3, "0..180"), O_UP, "uncertainty", note="15 where absent; 180: undetermined")


@items
class FrictionRidgePosition(Items):
    """EFS finger - palm - plantar position, 9.302."""

    FGP: int | None = item(N(1, 2, table="FGP"), M_UP, "friction ridge generalized position", holds=TECHNICAL)
    FSM: str | None = item(A(3, 3, table="FSM"), O_UP, "segment", note="UNK occurs")
    OCF: str | None = item(A(1, 1, table="OCF"), O_UP, "off-center fingerprint position")
    SGP: Path | None = item(Points(11, 1188), O_UP, "segment polygon")


@items
class EfsPattern(Items):
    """EFS pattern classification, 9.307."""

    GCF: str | None = item(A(2, 2, table="PAT_GCF"), M_UP, "general class")
    SUB: str | None = item(A(2, 2, table="PAT_SUB"), D, "subclass")
    WDR: str | None = item(A(1, 1, table="PAT_WDR"), D, "whorl-delta relationship")


@items
class QualityMapFormat(Items):
    """EFS ridge quality map format, 9.309."""

    GSZ: int | None = item(N(1, 2), M_UP, "grid size", holds=TECHNICAL, note="0.01 mm")
    RDF: str | None = item(A(3, 3, table="RQF_RDF"), M_UP, "data format", holds=TECHNICAL)


@items
class FlowMapFormat(Items):
    """EFS ridge flow map format, 9.311."""

    SFQ: int | None = item(N(1, 2), M_UP, "sampling frequency", holds=TECHNICAL)
    RDF: str | None = item(AN(3, 3, table="RFF_RDF"), M_UP, "data format")


@items
class WavelengthMapFormat(Items):
    """EFS ridge wavelength map format, 9.313."""

    FWS: int | None = item(N(1, 2), M_UP, "sampling frequency", holds=TECHNICAL)
    FDF: str | None = item(A(3, 3, one_of="UNC"), M_UP, "data format", holds=TECHNICAL)


@items
class GrowthOrShrinkage(Items):
    """EFS possible growth or shrinkage, 9.317."""

    TGS: str | None = item(A(1, 1, table="PGS"), M_UP, "type")
    CGS: str | None = item(U(1, 1000), O_UP, "comment")


@items
class EfsCore(Items):
    """EFS cores, 9.320."""

    CXC: int | None = item(N(1, 5, "0.."), M_UP, "x coordinate", note="up to EWI")
    CYC: int | None = item(N(1, 5, "0.."), M_UP, "y coordinate", note="up to EHI")
    CDI: int | None = item(Signed(1, 4, "0..359"), O_UP, "direction")
    RPU: int | None = item(N(1, 3), O_UP, "radius of position uncertainty", note="0.01 mm")
    DUY: int | None = item(N(1, 3, "0..180"), O_UP, "direction uncertainty")


@items
class EfsDelta(Items):
    """EFS deltas, 9.321."""

    DXC: int | None = item(N(1, 5), M_UP, "x coordinate")
    DYC: int | None = item(N(1, 5), M_UP, "y coordinate")
    DUP: int | None = item(N(1, 3, "0..359"), O_UP, "direction up")
    DLF: int | None = item(N(1, 3, "0..359"), O_UP, "direction left")
    DRT: int | None = item(N(1, 3, "0..359"), O_UP, "direction right")
    DTP: str | None = item(AN(1, 3, table="DELTA_TYPE"), O_UP, "type")
    RPU: int | None = item(N(1, 3), O_UP, "radius of position uncertainty")
    DUU: int | None = item(N(1, 3, "0..180"), O_UP, "direction uncertainty up")
    DUL: int | None = item(N(1, 3, "0..180"), O_UP, "direction uncertainty left")
    DUR: int | None = item(N(1, 3, "0..180"), O_UP, "direction uncertainty right")


@items
class CoreDeltaRidgeCount(Items):
    """EFS core delta ridge counts, 9.322."""

    CIX: str | None = item(AN(1, 2), M_UP, "core index", note="index of a subfield of 9.320, or L, R, A")
    DIX: str | None = item(AN(1, 2), M_UP, "delta index", note="index of a subfield of 9.321, or L, R")
    MNRC: int | None = item(N(1, 2, "0..99"), M_UP, "minimum ridge count")
    MXRC: int | None = item(N(1, 2, "0..99"), O_UP, "maximum ridge count")


@items
class CenterPoint(Items):
    """EFS center point of reference, 9.323."""

    CPM: str | None = item(AN(1, 1, table="CPM"), M_UP, "method")
    PXC: int | None = item(Signed(1, 5), M_UP, "x coordinate")
    PYC: int | None = item(Signed(1, 5), M_UP, "y coordinate")
    CRU: int | None = item(N(1, 3), O_UP, "radius of position uncertainty")


@items
class DistinctiveFeature(Items):
    """EFS distinctive features, 9.324."""

    DIT: str | None = item(A(4, 9, table="DIT"), M_UP, "type")
    DFP: Path | None = item(Points(11, 1188), O_UP, "polygon")
    DFC: str | None = item(U(1, 1000), O_UP, "comment")


@items
class EfsMinutia(Items):
    """EFS minutiae, 9.331."""

    MXC: int | None = item(N(1, 5, "0.."), M_UP, "x coordinate", note="up to EWI")
    MYC: int | None = item(N(1, 5, "0.."), M_UP, "y coordinate", note="up to EHI")
    MTD: int | None = item(N(1, 3, "0..359"), M_UP, "theta")
    MTY: str | None = item(A(1, 1, table="MTY"), M_UP, "type")
    MRU: int | None = item(N(1, 3), O_UP, "radius of position uncertainty")
    MDU: int | None = item(N(1, 3, "0..180"), O_UP, "direction uncertainty")


@items
class EfsRidgeCount(Items):
    """EFS minutiae ridge counts, 9.333."""

    MIA: int | None = item(N(1, 4, "1.."), M_UP, "minutia index A (center)")
    MIB: int | None = item(N(1, 4, "1.."), M_UP, "minutia index B (neighbour)")
    MIR: int | None = item(N(1, 2, "0.."), M_UP, "ridge count")
    MRN: int | None = item(N(1, 1, "0..7"), O_UP, "reference number (octant/quadrant)")
    MRS: int | None = item(N(1, 1, "0, 1", table="MRS"), O_UP, "residual")


@items
class RidgeCountConfidence(Items):
    """EFS minutiae ridge count confidence, 9.335."""

    ACX: int | None = item(N(1, 5), M_UP, "point A x coordinate")
    ACY: int | None = item(N(1, 5), M_UP, "point A y coordinate")
    BCX: int | None = item(N(1, 5), M_UP, "point B x coordinate")
    BCY: int | None = item(N(1, 5), M_UP, "point B y coordinate")
    MORC: str | None = item(A(1, 1, table="MORC"), M_UP, "method of ridge counting")
    MCV: int | None = item(N(1, 2, "0..99"), M_UP, "confidence value")


@items
class Dot(Items):
    """EFS dots, 9.340."""

    DOX: int | None = item(N(1, 5), M_UP, "x coordinate")
    DOY: int | None = item(N(1, 5), M_UP, "y coordinate")
    DOL: int | None = item(N(1, 2), O_UP, "dot length")


@items
class IncipientRidge(Items):
    """EFS incipient ridges, 9.341."""

    X1C: int | None = item(N(1, 5), M_UP, "x1")
    Y1C: int | None = item(N(1, 5), M_UP, "y1")
    X2C: int | None = item(N(1, 5), M_UP, "x2")
    Y2C: int | None = item(N(1, 5), M_UP, "y2")


@items
class Crease(Items):
    """EFS creases and linear discontinuities, 9.342."""

    X1D: int | None = item(N(1, 5), M_UP, "x1")
    Y1D: int | None = item(N(1, 5), M_UP, "y1")
    X2D: int | None = item(N(1, 5), M_UP, "x2")
    Y2D: int | None = item(N(1, 5), M_UP, "y2")
    TPD: str | None = item(AN(2, 5, table="CREASE"), M_UP, "type")


@items
class RidgeEdge(Items):
    """EFS ridge edge features, 9.343."""

    CLX: int | None = item(N(1, 5, "0.."), M_UP, "x coordinate", note="up to EWI")
    CLY: int | None = item(N(1, 5, "0.."), M_UP, "y coordinate", note="up to EHI")
    CLT: str | None = item(A(1, 1, table="REF_CLT"), M_UP, "type")


@items
class Pore(Items):
    """EFS pores, 9.345."""

    POX: int | None = item(N(1, 5, "0.."), M_UP, "x coordinate", note="up to EWI")
    POY: int | None = item(N(1, 5, "0.."), M_UP, "y coordinate", note="up to EHI")


@items
class DetectionMethod(Items):
    """EFS method of feature detection, 9.350."""

    FIE: str | None = item(ANS(3, 999), M_UP, "field", note="ALL, or field numbers joined by commas")
    FME: str | None = item(A(3, 4, table="FME"), M_UP, "method")
    FAV: str | None = item(U(1, 40), D, "algorithm vendor")
    FAL: str | None = item(U(1, 40), D, "algorithm")
    ESN: str | None = item(U(1, 40), D, "examiner surname")
    EGN: str | None = item(U(1, 40), D, "examiner given name")
    EAF: str | None = item(U(1, 99), D, "examiner affiliation")
    EMT: datetime | None = item(GreenwichTime(), O_UP, "date and time (GMT)")
    NTS: str | None = item(U(1, 99), O_UP, "notes")


@items
class AnalysisAssessment(Items):
    """EFS examiner analysis assessment, 9.353."""

    AAV: str | None = item(A(5, 8, table="AAV"), M_UP, "value assessment code")
    ALN: str | None = item(U(1, 40), M_UP, "examiner last name (surname)")
    AFN: str | None = item(U(1, 40), M_UP, "examiner first name")
    AAF: str | None = item(U(1, 99), M_UP, "examiner affiliation")
    AMT: datetime | None = item(GreenwichTime("AN"), M_UP, "date and time (GMT)")
    ACM: str | None = item(U(1, 200), O_UP, "comment")
    CXF: str | None = item(A(7, 7, one_of="COMPLEX"), O_UP, "analysis complexity flag")


@items
class EvidenceOfFraud(Items):
    """EFS evidence of fraud, 9.354."""

    FRA: str | None = item(A(3, 3, table="EOF"), M_UP, "type of fraud")
    CFD: str | None = item(U(1, 200), O_UP, "comment")


@items
class Substrate(Items):
    """EFS latent substrate, 9.355."""

    CLS: str | None = item(AN(2, 2, table="LSB"), M_UP, "code")
    OSD: str | None = item(U(1, 1000), O_UP, "comment (object/surface description)")


@items
class Matrix(Items):
    """EFS latent matrix, 9.356."""

    TOM: int | None = item(N(1, 2, table="LMT"), M_UP, "type")
    CLA: str | None = item(U(1, 1000), O_UP, "comment")


@items
class LocalQualityIssue(Items):
    """EFS local quality issues, 9.357."""

    LQT: str | None = item(A(4, 10, table="LQT"), M_UP, "type")
    LQP: Path | None = item(Points(11, 1188), M_UP, "polygon")
    LQC: str | None = item(U(1, 1000), O_UP, "comment")


@items
class AreaOfCorrespondence(Items):
    """EFS area of correspondence, 9.360."""

    CIR: int | None = item(N(1, 2, "0..99"), M_UP, "comparison impression reference (IDC)", holds=TECHNICAL, idc_of=RIDGE_RECORDS)
    AOP: Path | None = item(Points(11, 1188), M_UP, "polygon (corresponding area)")
    CAC: str | None = item(U(1, 1000), O_UP, "comment")


@items
class CorrespondingFeature(Items):
    """EFS corresponding points or features, 9.361."""

    COL: str | None = item(AN(1, 3), M_UP, "label")
    TOC: str | None = item(A(1, 2, table="CPF_TYPE"), M_UP, "type of correspondence")
    CFN: int | None = item(N(3, 3, table="CPF_FIELD"), D, "corresponding field number")
    FOC: int | None = item(N(1, 3, "1.."), D, "corresponding field occurrence", note="place of the subfield")
    CXC: int | None = item(N(1, 5), D, "x coordinate")
    CYC: int | None = item(N(1, 5), D, "y coordinate")
    COC: str | None = item(U(1, 1000), O_UP, "comment")


@items
class ComparisonDetermination(Items):
    """EFS examiner comparison determination, 9.362."""

    EDC: int | None = item(N(1, 2, "0..99"), M_UP, "comparison impression reference (IDC)", holds=TECHNICAL, idc_of=RIDGE_RECORDS)
    EDE: str | None = item(AS(4, 6, table="ECD"), M_UP, "determination")
    WIP: str | None = item(A(5, 11, table="WIP"), M_UP, "work in progress")
    ELN: str | None = item(U(1, 40), M_UP, "examiner last name")
    EFN: str | None = item(U(1, 40), M_UP, "examiner first name")
    EAF: str | None = item(U(1, 99), M_UP, "examiner affiliation")
    DTG: datetime | None = item(GreenwichTime("AN"), M_UP, "date and time (GMT)")
    CZZ: str | None = item(U(1, 200), O_UP, "comment")
    CCF: str | None = item(A(7, 7, one_of="COMPLEX"), O_UP, "complex comparison flag")


@items
class RelativeRotation(Items):
    """EFS relative rotation of corresponding print, 9.363."""

    RIR: int | None = item(N(1, 2, "0..99"), M_UP, "comparison impression reference (IDC)", holds=TECHNICAL, idc_of=RIDGE_RECORDS)
    ROR: int | None = item(Signed(1, 4, "-179..180"), M_UP, "relative overall rotation")


@items
class TemporaryLine(Items):
    """EFS temporary lines, 9.380."""

    TXA: int | None = item(N(1, 5), M_UP, "x1")
    TYA: int | None = item(N(1, 5), M_UP, "y1")
    TXB: int | None = item(N(1, 5), M_UP, "x2")
    TYB: int | None = item(N(1, 5), M_UP, "y2")
    TLC: str | None = item(H(6, 6), M_UP, "line color", note="RRGGBB")
    TLT: int | None = item(N(1, 2), M_UP, "line thickness", note="0.01 mm")


@items
class FeatureColor(Items):
    """EFS feature color - comment, 9.381."""

    FTF: int | None = item(N(3, 3, table="FCC_FIELD"), M_UP, "field number")
    FTO: int | None = item(N(1, 4, "1.."), M_UP, "field occurrence", unverified=True, note="place of the subfield")
    FTC: str | None = item(H(6, 6), D, "feature color", note="RRGGBB")
    COM: str | None = item(U(1, 200), D, "comment", unverified=True)


class MinutiaeFields(ExplainedRecord):
    """A record with features, as the functions of this package take it: the fields that they ask for, and its blocks.

    The record type declares these fields; mypy compares both.
    """

    feature_blocks: ClassVar[tuple[str, ...]] = ()  # "module:object" of every block it can hold, the richest first
    explained_by = frozenset((4, 13, 14, 15, 19))  # types of the image that the features are of

    if not TYPE_CHECKING:
        __slots__ = ()
    else:
        ADA: tuple[M1DeltaAngles, ...]
        APC: tuple[IafisPattern, ...]
        CBI: CbeffInformation | None
        CEI: CaptureEquipment | None
        CDR: tuple[CoreDeltaRidgeCount, ...]
        CIN: tuple[M1Core, ...]
        COR: tuple[EfsCore, ...]
        CRA: tuple[IafisCore, ...]
        CRP: tuple[str, ...]
        DEL: tuple[EfsDelta, ...]
        DIN: tuple[M1Delta, ...]
        DLA: tuple[IafisDelta, ...]
        CPF: tuple[CorrespondingFeature, ...]
        DLT: tuple[str, ...]
        FCC: tuple[FeatureColor, ...]
        FCP: Characterization | None
        FGN: int | None
        FGP: int | None
        FGPT: tuple[int, ...]
        FMT: str | None
        FPC: tuple[PatternClassification, ...]
        FPP: tuple[FrictionRidgePosition, ...]
        FQD: tuple[M1Quality, ...]
        FQM: tuple[Any, ...]
        FVW: int | None
        HLL: int | None
        IMP: int | None
        MFD: tuple[DetectionMethod, ...]
        MRA: str | None
        OFR: ReadingSystem | None
        OOD: str | None
        PAT: tuple[EfsPattern, ...]
        RCI: tuple[M1RidgeCountMethod | M1RidgeCount, ...]
        RFF: FlowMapFormat | None
        RFM: tuple[str, ...]
        ROI: RegionOfInterest | None
        RQF: QualityMapFormat | None
        RQM: tuple[str, ...]
        RWM: tuple[str, ...]
        SLC: int | None
        THPS: int | None
        TVPS: int | None
        VLL: int | None
