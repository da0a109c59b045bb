"""Type-14: fingerprint image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015
from nistitl.declare.conditions import M_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, ANS, A, Data, Date, H, N, U
from nistitl.images.record import ImageRecord
from nistitl.model.record import record
from nistitl.records.shared import (
    Annotation,
    AssociatedContextLink,
    GeographicLocation,
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


@items
class Segment(Items):
    """Finger segment position, 14.021."""

    FRSP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge segment position")
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", note="above LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", note="above TVC, up to VLL")


@items
class NfiqScore(Items):
    """NIST quality metric, 14.022."""

    FRNP: int | None = item(N(1, 2, "0..10, 16, 17", table="FGP"), M_UP, "friction ridge NIST quality position")
    IQS: int | None = item(N(1, 3, "1..5, 254, 255", table="NQM_IQS"), M_UP, "NIST image quality score")


@items
class SegmentQuality(Items):
    """Segmentation quality metric, 14.023."""

    FRQP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge segment quality position")
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification")


@items
class FingerQuality(Items):
    """Fingerprint quality metric, 14.024."""

    FRMP: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge metric position")
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification")


@items
class SegmentPath(Items):
    """Alternate finger segment position(s), 14.025."""

    FRAS: int | None = item(N(1, 2, "1..10, 16, 17", table="FGP"), M_UP, "friction ridge alternate segment position")
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points")
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(3, None), pair=("HPO", "VPO"), note="as many as NOP")


@record(14, "Fingerprint image", clause="ANSI/NIST-ITL 1-2011, 8.14", since=E2000, ranges=(
    FieldRange(32, 45, "RES", "reserved", E2011),
    FieldRange(48, 199, "RES", "reserved", E2007),
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
))
class Type14(ImageRecord):
    """Fingerprint image. ANSI/NIST-ITL 1-2011, 8.14."""

    LEN: int | None = element(1, N(1, 8), M, "Logical record length")
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    IMP: int | None = element(3, N(1, 2, table="IMP"), D, "Impression type", was={E2013: M}, note="from 2015 with an image, and only then")
    SRC: str | None = element(4, U(1), M, "Source agency")
    FCD: date | None = element(5, Date(), M, "Fingerprint capture date", was={E2000: "TCD"})
    HLL: int | None = element(6, N(2, 5, "10..99999"), D, "Horizontal line length", was={E2007: (M, N(2, 5, "10..65535"))}, note="with an image, and only then")
    VLL: int | None = element(7, N(2, 5, "10..99999"), D, "Vertical line length", was={E2007: (M, N(2, 5, "10..65535"))}, note="with an image, and only then")
    SLC: int | None = element(8, N(1, 1, "0..2", table="SLC"), D, "Scale units", was={E2007: M}, note="with an image, and only then")
    THPS: int | None = element(9, N(1, 5, "1.."), D, "Transmitted horizontal pixel scale", was={E2007: (M, "HPS")}, note="with an image, and only then")
    TVPS: int | None = element(10, N(1, 5, "1.."), D, "Transmitted vertical pixel scale", was={E2007: (M, "VPS")}, note="equal to THPS when SLC is 1 or 2; with an image, and only then")
    CGA: str | None = element(11, AN(3, 5, table="CGA"), D, "Compression algorithm", was={E2007: M})
    BPX: int | None = element(12, N(1, 2, "8..99"), D, "Bits per pixel", was={E2007: M})
    FGP: tuple[int, ...] = element(13, Values(N(1, 2, "0..19, 33, 36, 40..54", table="FGP"), 1, 1), M, "Friction ridge generalized position", was={E2007: Values(N(1, 2, table="FGP"), 1, 6)})
    PPD: PrintPosition | None = element(14, One(PrintPosition), D, "Print position descriptors", since=E2007, note="with FGP = 19, and only then")
    PPC: tuple[PrintCoordinates, ...] = element(15, Sets(PrintCoordinates, 1, 12), D, "Print position coordinates", since=E2007, note="with FGP = 19 only")
    SHPS: int | None = element(16, N(1, 5, "1.."), O, "Scanned horizontal pixel scale", since=E2007, note="from 2015 only with an image")
    SVPS: int | None = element(17, N(1, 5, "1.."), O, "Scanned vertical pixel scale", since=E2007)
    AMP: tuple[Amputation, ...] = element(18, Sets(Amputation, 1, 5), O, "Amputated or bandaged", since=E2007)
    COM: str | None = element(20, U(1, 126), O, "Comment")
    SEG: tuple[Segment, ...] = element(21, Sets(Segment, 1, 5), D, "Finger segment position", since=E2007, note="several fingers in the image only")
    NQM: tuple[NfiqScore, ...] = element(22, Sets(NfiqScore, 1, 5), O, "NIST quality metric", since=E2007, note="NFIQ 1")
    SQM: tuple[SegmentQuality, ...] = element(23, Sets(SegmentQuality, 1, 5), O, "Segmentation quality metric", since=E2007, note="positions of SEG or ASEG")
    FQM: tuple[FingerQuality, ...] = element(24, Sets(FingerQuality, 1, 45), O, "Fingerprint quality metric", since=E2007)
    ASEG: tuple[SegmentPath, ...] = element(25, Sets(SegmentPath, 1, 5), O, "Alternate finger segment position(s)", since=E2007, note="one path a finger")
    SCF: int | None = element(26, N(1, 3, "1..255"), O, "Simultaneous capture", since=E2011)
    SIF: str | None = element(27, A(1, 1, one_of="Y"), D, "Stitched image flag", since=E2011, note="where the image is stitched, and only then")
    DMM: str | None = element(30, A(7, 10, table="DMM"), O, "Device monitoring mode", since=E2007)
    FAP: int | None = element(31, N(2, 3, table="FAP"), O, "Subject acquisition profile - fingerprint", since=E2011)
    SUB: SubjectCondition | None = element(46, One(SubjectCondition), O, "Image subject condition", since=E2013, note="SBSC and SBCC with SSC = D only")
    CON: str | None = element(47, U(1, 1000), O, "Capture organization name", since=E2013)
    FCT: int | None = element(901, N(1, 2, table="FCT"), O, "Friction ridge capture technology", since=E2015)
    ANN: tuple[Annotation, ...] = element(902, Sets(Annotation), O, "Annotation information", since=E2011)
    DUI: str | None = element(903, ANS(13, 16), O, "Device unique identifier", since=E2011, note="M and 12 hex digits, or P and 12 to 15 characters")
    MMS: MakeModelSerial | None = element(904, One(MakeModelSerial), O, "Make/model/serial number", since=E2011, note="0 where an item is unknown")
    SAN: str | None = element(993, U(1, 125), O, "Source agency name", since=E2011)
    EFR: str | None = element(994, U(1, 200), D, "External file reference", since=E2015, note="never together with field 999")
    ASC: tuple[AssociatedContextLink, ...] = element(995, Sets(AssociatedContextLink, 1, 255), O, "Associated context", since=E2011, note="refers to 21.021 of a Type-21")
    HAS: str | None = element(996, H(64, 64), O, "Hash", since=E2011, note="SHA-256 of the content of field 999")
    SOR: tuple[SourceLink, ...] = element(997, Sets(SourceLink, 1, 255), O, "Source representation", since=E2011, note="refers to 20.021 of a Type-20")
    GEO: GeographicLocation | None = element(998, One(GeographicLocation), O, "Geographic sample acquisition location", since=E2011)
    DATA: memoryview | None = element(999, Data(), D, "Fingerprint image", was={E2007: M}, note="absent only with AMP (from 2011) or field 994 (from 2015)")
