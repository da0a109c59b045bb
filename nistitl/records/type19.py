"""Type-19: plantar image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2007, E2011, E2013, E2015
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
class PlantarAmputation(Items):
    """Amputated or bandaged, 19.018."""

    FRAP: int | None = item(N(1, 2, "61, 62, 64..79", table="FGP"), M_UP, "friction ridge amputated or bandaged position")
    ABC: str | None = item(A(2, 2, table="AMPCD"), M_UP, "amputated or bandaged code")


@items
class ToeSegmentPath(Items):
    """Friction ridge - toe segment position(s), 19.019."""

    FRSP: int | None = item(N(1, 2, "64..73", table="FGP"), M_UP, "friction ridge segment position")
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points")
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(3, None), pair=("HPO", "VPO"), note="as many as NOP")


@items
class PlantarSegment(Items):
    """Plantar segment position, 19.021."""

    FRSP: int | None = item(N(2, 2, "63..79", table="FGP"), M_UP, "friction ridge segment position")
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", note="above LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", unverified=True, note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", unverified=True, note="above TVC, up to VLL")


@items
class PlantarQuality(Items):
    """Friction ridge - plantar print quality metric, 19.024."""

    FRMP: int | None = item(N(2, 2, "60..79", table="FGP"), M_UP, "friction ridge metric position", unverified=True)
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification")


@record(19, "Plantar image", clause="ANSI/NIST-ITL 1-2011, 8.19", since=E2011, ranges=(
    FieldRange(200, 900, "UDF", "User-defined fields", E2011),
))
class Type19(ImageRecord):
    """Plantar image. ANSI/NIST-ITL 1-2011, 8.19."""

    LEN: int | None = element(1, N(1), M, "Logical record length", unverified=True)
    IDC: int | None = element(2, N(1, 2, "0..99"), M, "Information designation character")
    IMP: int | None = element(3, N(1, 2, "0, 1, 4, 8, 24, 25, 28..31, 41, 42", table="IMP"), D, "Impression type", since=E2011, was={E2013: M}, unverified=True, note="before 2015: 28 to 31")
    SRC: str | None = element(4, U(1), M, "Source agency")
    PCD: date | None = element(5, Date(), M, "Plantar capture date", since=E2011, unverified=True)
    HLL: int | None = element(6, N(2, 5, "10..99999"), D, "Horizontal line length", was={E2007: N(2, 5, "10..65535")}, note="with an image, and only then")
    VLL: int | None = element(7, N(2, 5, "10..99999"), D, "Vertical line length", note="with an image, and only then")
    SLC: int | None = element(8, N(1, 1, "0..2", table="SLC"), D, "Scale units", note="with an image, and only then")
    THPS: int | None = element(9, N(1, 5, "1.."), D, "Transmitted horizontal pixel scale", was={E2007: "HPS"}, note="with an image, and only then")
    TVPS: int | None = element(10, N(1, 5, "1.."), D, "Transmitted vertical pixel scale", was={E2007: "VPS"}, note="equal to THPS when SLC is 1 or 2; with an image, and only then")
    CGA: str | None = element(11, AN(3, 5, table="CGA"), D, "Compression algorithm", since=E2011, unverified=True)
    BPX: int | None = element(12, N(1, 2, "8..99"), D, "Bits per pixel", since=E2011, unverified=True)
    FGP: int | None = element(13, N(2, 2, "60..79", table="FGP"), M, "Friction ridge (plantar) generalized position", since=E2011)
    SHPS: int | None = element(16, N(1, 5, "1.."), O, "Scanned horizontal pixel scale", since=E2007, note="from 2015 only with an image")
    SVPS: int | None = element(17, N(1, 5, "1.."), O, "Scanned vertical pixel scale", since=E2007)
    AMP: tuple[PlantarAmputation, ...] = element(18, Sets(PlantarAmputation, 1, 8), O, "Amputated or bandaged", since=E2011)
    FSP: tuple[ToeSegmentPath, ...] = element(19, Sets(ToeSegmentPath, 1, 5), O, "Friction ridge - toe segment position(s)", since=E2011)
    COM: str | None = element(20, U(1, 126), O, "Comment", since=E2011)
    SEG: tuple[PlantarSegment, ...] = element(21, Sets(PlantarSegment, 1, 17), O, "Plantar segment position", since=E2013)
    FQM: tuple[PlantarQuality, ...] = element(24, Sets(PlantarQuality, 1, 9), O, "Friction ridge - plantar print quality metric", since=E2011)
    DMM: str | None = element(30, A(7, 10, table="DMM"), O, "Device monitoring mode", since=E2007)
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
    DATA: memoryview | None = element(999, Data("B"), D, "Plantar image", since=E2011, unverified=True, note="absent only with AMP or field 994")
