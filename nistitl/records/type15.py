"""Type-15: palm print image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015
from nistitl.declare.conditions import M_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, item, items
from nistitl.declare.values import AN, ANS, A, Data, Date, H, N, U
from nistitl.images.record import ImageRecord
from nistitl.model.record import record
from nistitl.records.shared import (
    Annotation,
    AssociatedContextLink,
    GeographicLocation,
    MakeModelSerial,
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

    FRSP: int | None = item(N(2, 2, "22, 24..36, 81, 82, 85, 86", table="FGP"), M_UP, "friction ridge segment position")
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", note="above LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", note="above TVC, up to VLL")


@items
class PalmQuality(Items):
    """Palm quality metric, 15.024."""

    FRMP: int | None = item(N(1, 2, "20..38, 81..86", table="FGP"), M_UP, "friction ridge metric position")
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification")


@record(15, "Palm print image", clause="ANSI/NIST-ITL 1-2011, 8.15", since=E2000, ranges=(
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
))
class Type15(ImageRecord):
    """Palm print image. ANSI/NIST-ITL 1-2011, 8.15."""

    LEN: int | None = element(1, N(1, 8), M, "Logical record length")
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    IMP: int | None = element(3, N(1, 2, "0, 1, 8, 10, 11, 24, 25, 28, 29, 41, 42", table="IMP"), D, "Impression type", was={E2013: M}, note="before 2015: 10, 11, 28, 29")
    SRC: str | None = element(4, U(1), M, "Source agency")
    PCD: date | None = element(5, Date(), M, "Palm print capture date")
    HLL: int | None = element(6, N(2, 5, "10..99999"), D, "Horizontal line length", was={E2007: (M, N(2, 5, "10..65535"))}, note="with an image, and only then")
    VLL: int | None = element(7, N(2, 5, "10..99999"), D, "Vertical line length", was={E2007: (M, N(2, 5, "10..65535"))}, note="with an image, and only then")
    SLC: int | None = element(8, N(1, 1, "0..2", table="SLC"), D, "Scale units", was={E2007: M}, note="with an image, and only then")
    THPS: int | None = element(9, N(1, 5, "1.."), D, "Transmitted horizontal pixel scale", was={E2007: (M, "HPS")}, note="with an image, and only then")
    TVPS: int | None = element(10, N(1, 5, "1.."), D, "Transmitted vertical pixel scale", was={E2007: (M, "VPS")}, note="equal to THPS when SLC is 1 or 2; with an image, and only then")
    CGA: str | None = element(11, AN(3, 5, table="CGA"), D, "Compression algorithm", was={E2007: M})
    BPX: int | None = element(12, N(1, 2, "8..99"), D, "Bits per pixel", was={E2007: M})
    FGP: int | None = element(13, N(2, 2, "20..38, 81..86", table="FGP"), M, "Friction ridge generalized position", was={E2007: "PLP"})
    SHPS: int | None = element(16, N(1, 5, "1.."), O, "Scanned horizontal pixel scale", since=E2007, note="from 2015 only with an image")
    SVPS: int | None = element(17, N(1, 5, "1.."), O, "Scanned vertical pixel scale", since=E2007)
    AMP: tuple[PalmAmputation, ...] = element(18, Sets(PalmAmputation, 1, 9), O, "Amputated or bandaged", since=E2011)
    COM: str | None = element(20, U(1, 126), O, "Comment")
    SEG: tuple[PalmSegment, ...] = element(21, Sets(PalmSegment, 1, 17), O, "Palm segment position", since=E2013)
    PQM: tuple[PalmQuality, ...] = element(24, Sets(PalmQuality, 1, 9), O, "Palm quality metric", since=E2007)
    DMM: str | None = element(30, A(7, 10, table="DMM"), O, "Device monitoring mode", since=E2007)
    PAP: int | None = element(31, N(2, 3, table="PAP"), O, "Subject acquisition profile - palm print", since=E2015)
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
    DATA: memoryview | None = element(999, Data(), D, "Palm print image", was={E2007: M}, note="absent only with AMP or field 994 (from 2015)")
