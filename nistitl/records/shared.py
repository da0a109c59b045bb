"""What more than one record type uses: item classes, and the rows of the standard's tables that are the same."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015, E2025
from nistitl.declare.binary import Rest, Slots, Uint
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldGroup, common
from nistitl.declare.items import Either, Items, One, Sets, item, items
from nistitl.declare.values import AN, ANS, NS, A, GreenwichTime, H, Joined, N, Real, U


@items
class QualityMetric(Items):
    """EFS friction ridge quality metric: 9.316, 10.024, 16.024, 17.024, 99.102."""

    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)


@items
class Annotation(Items):
    """Annotation information: 9.902, 10.902, 11.902, 12.902, 13.902, 14.902, 15.902, 16.902, 17.902, 18.902, 19.902, 20.902, 21.902, 22.902, 99.902."""

    GMT: datetime | None = item(GreenwichTime(), M_UP, "Greenwich mean time")
    NAV: str | None = item(U(1, 64), M_UP, "processing algorithm name / version")
    OWN: str | None = item(U(1, 64), M_UP, "algorithm owner")
    PRO: str | None = item(U(1, 255), M_UP, "process description")


@items
class MakeModelSerial(Items):
    """Make/model/serial number: 9.904, 10.904, 13.904, 14.904, 15.904, 16.904, 17.019, 19.904, 20.904, 22.904, 99.904."""

    MAK: str | None = item(U(1, 50), M_UP, "make")
    MOD: str | None = item(U(1, 50), M_UP, "model")
    SER: str | None = item(U(1, 50), M_UP, "serial number")


@items
class BoundaryPath(Items):
    """Face image path coordinates in full image: 10.015, 17.033, 17.034."""

    BYC: str | None = item(A(1, 1, table="BYC"), M_UP, "boundary code")
    NOP: int | None = item(N(1, 2, "2..99"), M_UP, "number of points", holds=TECHNICAL)
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(2, None), pair=("HPO", "VPO"), note="as many as NOP")


@items
class Occlusion(Items):
    """Occlusions: 10.045, 17.037."""

    OCY: str | None = item(A(1, 1, table="OCY"), M_UP, "occlusion opacity")
    OCT: str | None = item(A(1, 1, table="OCT"), M_UP, "occlusion type")
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points", holds=TECHNICAL)
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(3, None), pair=("HPO", "VPO"), note="as many as NOP")


@items
class SubjectCondition(Items):
    """Image subject condition: 10.046, 13.046, 14.046, 15.046, 19.046, 21.046, 22.046."""

    SSC: str | None = item(A(1, 1, table="SUB_SSC"), M_UP, "subject current status code")
    SBSC: int | None = item(N(1, 1, table="SUB_SBSC"), D, "subject body status code")
    SBCC: int | None = item(N(1, 1, table="SUB_SBCC"), D, "subject body class code")


@items
class AssociatedContextLink(Items):
    """Associated context: 10.995, 11.995, 12.995, 13.995, 14.995, 15.995, 16.995, 17.995, 18.995, 19.995, 20.995, 22.995, 99.995."""

    ACN: int | None = item(N(1, 3, "1..255"), M_UP, "associated context number", holds=TECHNICAL)
    ASP: int | None = item(N(1, 2, "1..99"), O_UP, "associated segment position", holds=TECHNICAL)


@items
class SourceLink(Items):
    """Source representation: 10.997, 11.997, 13.997, 14.997, 15.997, 16.997, 17.997, 19.997, 22.997, 99.997."""

    SRN: int | None = item(N(1, 3, "1..255"), M_UP, "source representation number", holds=TECHNICAL)
    RSP: int | None = item(N(1, 2, "1..99"), O_UP, "reference segment position", holds=TECHNICAL)


@items
class GeographicLocation(Items):
    """Geographic sample acquisition location: 10.998, 12.998, 13.998, 14.998, 15.998, 16.998, 17.998, 18.998, 19.998, 20.998, 21.998, 22.998, 99.998."""

    UTE: datetime | None = item(GreenwichTime(), O_UP, "coordinate universal time entry")
    LTD: Decimal | None = item(Real(1, 9, "-90..90"), D, "latitude degree value", note="with LGD")
    LTM: Decimal | None = item(Real(1, 8, "0..60"), D, "latitude minute value", note="below 60; with integral LTD only")
    LTS: Decimal | None = item(Real(1, 8, "0..60"), D, "latitude second value", note="below 60; with integral LTM only")
    LGD: Decimal | None = item(Real(1, 10, "-180..180"), D, "longitude degree value", note="with LTD")
    LGM: Decimal | None = item(Real(1, 8, "0..60"), D, "longitude minute value", note="below 60; with integral LGD only")
    LGS: Decimal | None = item(Real(1, 8, "0..60"), D, "longitude second value", note="below 60; with integral LGM only")
    ELE: Decimal | None = item(Real(1, 8, "-422.000..8848.000"), O_UP, "elevation")
    GDC: str | None = item(AN(3, 6, table="GDC"), O_UP, "geodetic datum code")
    GCM: str | None = item(AN(2, 3), D, "geographic coordinate UTM zone", note="zone and band, such as 17S")
    GCE: int | None = item(N(1, 6), D, "geographic coordinate UTM easting")
    GCN: int | None = item(N(1, 8), D, "geographic coordinate UTM northing")
    GRT: str | None = item(U(1, 150), O_UP, "geographic reference text")
    OSI: str | None = item(U(1, 10, table="OSI", open=True), O_UP, "geographic coordinate other system identifier")
    OCV: str | None = item(U(1, 126), D, "geographic coordinate other system value", note="with OSI, and only then")


@items
class DiaryEntry(Items):
    """Redaction diary: 11.022, 11.024."""

    SID: int | None = item(N(1, 6, "1..600000"), M_UP, "segment identifier", note="once in a diary")
    TRK: tuple[int, ...] | None = item(Joined(N(1, 5), "|", 1), O_UP, "track and channel number list", note="numbers to 9999")
    RST: int | None = item(N(1, 11), M_UP, "relative start time", unverified=True, note="microseconds")
    RET: int | None = item(N(1, 11), M_UP, "relative end time", unverified=True, note="microseconds, after RST")
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@items
class VocalContent(Items):
    """Vocal content: 11.025, 11.027."""

    DII: int | None = item(N(1, 1, table="DII"), M_UP, "diarization indicator")
    DAU: str | None = item(U(1, 300), O_UP, "diarization authority")
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@items
class PrintCoordinates(Items):
    """Print position coordinates: 13.015, 14.015."""

    FVC: str | None = item(AN(2, 3, one_of="NA FV1 FV2 FV3 FV4 TIP TPP"), M_UP, "full finger view", holds=TECHNICAL, was={E2013: AN(2, 3, one_of="NA FV1 FV2 FV3 FV4 TIP")})
    LOS: str | None = item(A(2, 3, one_of="NA PRX DST MED"), M_UP, "location of a segment", holds=TECHNICAL)
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", holds=TECHNICAL, note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", holds=TECHNICAL, note="from LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", holds=TECHNICAL, note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", holds=TECHNICAL, note="from TVC, up to VLL")


@items
class EyelidPath(Items):
    """Upper eyelid boundary: 17.035, 17.036."""

    BYC: str | None = item(A(1, 1, table="BYC"), M_UP, "boundary code")
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points", holds=TECHNICAL)
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(3, None), pair=("HPO", "VPO"), note="as many as NOP")


@items
class TimeIndex(Items):
    """Time index: 20.019, 21.019."""

    TIS: str | None = item(NS(12, 12), M_UP, "time index start", note="hh:mm:ss.sss")
    TIE: str | None = item(NS(12, 12), M_UP, "time index end", note="hh:mm:ss.sss, after TIS")


# What the edition of 2025 brought; records/known/0600.tsv says from whom each is known.


@items
class QualityComponents(Items):
    """Image quality components, 10.035."""

    QNQ: str | None = item(ANS(1), M_UP, "quality component")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)
    QPV: str | None = item(U(1), O_UP, "algorithm product version", since=E2025)
    QCM: str | None = item(U(1), O_UP, "other information on the algorithm", since=E2025)
    QCK: str | None = item(H(64, 64), O_UP, "model of the algorithm", since=E2025, note="its SHA-256")


@items
class RidgeQualityComponents(Items):
    """Friction ridge quality components: 13.029, 15.029."""

    FRP: int | None = item(N(1, 2, "1..99", table="FGP"), M_UP, "friction ridge position", holds=TECHNICAL)
    QNQ: str | None = item(ANS(1), M_UP, "quality component")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)
    QPV: str | None = item(U(1), O_UP, "algorithm product version", since=E2025)
    QCM: str | None = item(U(1), O_UP, "other information on the algorithm", since=E2025)
    QCK: str | None = item(H(64, 64), O_UP, "model of the algorithm", since=E2025, note="its SHA-256")


@items
class ExternalFile(Items):
    """External file reference, xx.994."""

    EFL: str | None = item(U(1), M_UP, "location of the file")
    EFF: str | None = item(U(1, 50), O_UP, "format of the file")


# Fields that several record types have. Each type says the number it has there, and what is different there.

LEN = common(N(1, 8), M, "Logical record length", holds=TECHNICAL)
UNBOUNDED_LEN = common(N(1), M, "Logical record length", holds=TECHNICAL)
IDC = common(N(1, 2, "0..99"), M, "Information designation character", holds=TECHNICAL)
SRC = common(U(1), M, "Source agency", was={E2000: U(1), E2007: AN(1, 36)})
SHPS = common(N(1, 5, "1.."), O, "Scanned horizontal pixel scale", holds=TECHNICAL, since=E2007, note="from 2015 only with an image")
SVPS = common(N(1, 5, "1.."), O, "Scanned vertical pixel scale", holds=TECHNICAL, since=E2007)
TIX = common(Sets(TimeIndex, 1, 99), D, "Time index", since=E2011)
COM = common(U(1, 126), O, "Comment")
ICDR = common(ANS(3, 9), O, "Imagery capture date range estimate", since=E2013, unverified=True, note="Y, M, D and numbers")
DMM = common(A(7, 10, table="DMM"), O, "Device monitoring mode", since=E2007)
SUB = common(One(SubjectCondition), O, "Image subject condition", since=E2013, note="SBSC and SBCC with SSC = D only")
CON = common(U(1, 1000), O, "Capture organization name", since=E2013)
FCT = common(N(1, 2, table="FCT"), O, "Friction ridge capture technology", holds=TECHNICAL, since=E2015)
ANN = common(Sets(Annotation), O, "Annotation information", since=E2011)
DUI = common(ANS(13, 16), O, "Device unique identifier", since=E2011, note="M and 12 hex digits, or P and 12 to 15 characters")
MMS = common(One(MakeModelSerial), O, "Make/model/serial number", since=E2011, note="0 where an item is unknown")
T2C = common(N(1, 2), O, "Type-2 record cross reference", holds=TECHNICAL, since=E2013, note="IDC of a Type-2", idc_of=(2,))
SAN = common(U(1, 125), O, "Source agency name", since=E2011)
EFR = common(Either(ExternalFile, U(1), 1, 1), D, "External file reference", was={E2015: U(1, 200)}, note="never together with field 999")
ASC = common(Sets(AssociatedContextLink, 1, 255), O, "Associated context", since=E2011, note="refers to 21.021 of a Type-21")
HAS = common(H(64, 64), O, "Hash", since=E2011, note="SHA-256 of the content of field 999")
SOR = common(Sets(SourceLink, 1, 255), O, "Source representation", since=E2011, note="refers to 20.021 of a Type-20")
BRI = common(U(1), O, "Biometric record identifier", since=E2025)
CSP = common(A(3, 4, table="CSP"), D, "Color space", holds=TECHNICAL, since=E2025, note="where BPX is above 8")
FQC = common(Sets(RidgeQualityComponents), O, "Friction ridge quality components", since=E2025)
GEO = common(One(GeographicLocation), O, "Geographic sample acquisition location", since=E2011)


# what CGA and IMP may be as of 2025, by record type
ALGORITHM = AN(3, 5, table="CGA")  # up to 2015, of every type
RIDGE_ALGORITHM = AN(3, 5, table="CGA", one_of="NONE WSQ WSQ20 JPEGB JPEGL JP2 JP2L PNG PNM")  # Types 14, 15 and 19
LATENT_ALGORITHM = AN(3, 5, table="CGA", one_of="NONE WSQ20 JPEGL JP2L PNG PNM")
FACE_ALGORITHM = AN(3, 5, table="CGA", one_of="NONE JPEGB JPEGL JPEG2 JP2L PNG PNM MEDIA")
TEST_ALGORITHM = AN(3, 5, table="CGA", one_of="NONE WSQ WSQ20 JPEGB JPEGL JPEG2 JP2L PNG PNM MEDIA")
IRIS_ALGORITHM = AN(3, 5, table="CGA", one_of="NONE JPEGB JPEGL JP2 JP2L PNG PNM")
SOURCE_ALGORITHM = AN(3, 5, table="CGA", one_of="NONE WSQ WSQ20 JPEGB JPEGL JP2 JP2L PNG PNM MEDIA")
IMPRESSION = N(1, 2, "0, 1, 4, 8, 28, 29, 43", table="IMP")


class EveryImage(FieldGroup):
    """Fields that every tagged record type with an image has, in the same words."""

    __slots__ = ()

    ANN: tuple[Annotation, ...] = ANN(902)
    SAN: str | None = SAN(993)
    ASC: tuple[AssociatedContextLink, ...] = ASC(995)
    HAS: str | None = HAS(996)
    GEO: GeographicLocation | None = GEO(998)


class Binary:
    """Fields of records of fixed layout: Types 3 to 8."""

    LEN = common(Uint(4), M, "Logical record length", holds=TECHNICAL)
    IDC = common(Uint(1, "0..99"), M, "Information designation character", holds=TECHNICAL, was={E2007: Uint(1, "0..255")})
    OLD_IDC = common(Uint(1, "0..255"), M, "Information designation character", holds=TECHNICAL)  # of types that ended with 2007
    IMP = common(Uint(1, "0, 1, 4, 8, 28, 29, 43", table="IMP"), M, "Impression type", holds=TECHNICAL, was={E2015: Uint(1, table="IMP")})
    FGP = common(Slots(6, "0..14, 255", table="FGP"), M, "Friction ridge generalized (finger) position", holds=TECHNICAL)
    ISR = common(Uint(1, table="ISR"), M, "Image scanning resolution", holds=TECHNICAL)
    HLL = common(Uint(2, "10..65535"), M, "Horizontal line length", holds=TECHNICAL)
    VLL = common(Uint(2, "10..65535"), M, "Vertical line length", holds=TECHNICAL)
    GCA = common(Uint(1, table="CGA_BINARY"), M, "Compression algorithm", holds=TECHNICAL, was={E2007: "GCA"})
    BCA = common(Uint(1, "0, 1"), M, "Compression algorithm", holds=TECHNICAL, was={E2007: "BCA"}, note="0 uncompressed, 1 facsimile (ANSI/EIA-538)")
    DATA = common(Rest(), M, "Image data")


class Image:
    """Size, resolution and codec of an image that the record always has: Types 10, 13 and 16."""

    HLL = common(N(2, 5, "10..99999"), M, "Horizontal line length", holds=TECHNICAL, was={E2007: N(2, 5, "10..65535")})
    VLL = common(N(2, 5, "10..99999"), M, "Vertical line length", holds=TECHNICAL, was={E2007: N(2, 5, "10..65535")})
    SLC = common(N(1, 1, "0..2", table="SLC"), M, "Scale units", holds=TECHNICAL)
    THPS = common(N(1, 5, "1.."), M, "Transmitted horizontal pixel scale", holds=TECHNICAL, was={E2007: "HPS"})
    TVPS = common(N(1, 5, "1.."), M, "Transmitted vertical pixel scale", holds=TECHNICAL, was={E2007: "VPS"}, note="equal to THPS when SLC is 1 or 2")
    CGA = common(ALGORITHM, M, "Compression algorithm", holds=TECHNICAL)
    BPX = common(N(1, 2, "8..99"), M, "Bits per pixel", holds=TECHNICAL)


class OptionalImage:
    """Size, resolution and codec of an image that may be absent from 2011 on: Types 14, 15 and 17."""

    HLL = common(N(2, 5, "10..99999"), D, "Horizontal line length", holds=TECHNICAL, was={E2007: (M, N(2, 5, "10..65535"))}, note="with an image, and only then")
    VLL = common(N(2, 5, "10..99999"), D, "Vertical line length", holds=TECHNICAL, was={E2007: (M, N(2, 5, "10..65535"))}, note="with an image, and only then")
    SLC = common(N(1, 1, "0..2", table="SLC"), D, "Scale units", holds=TECHNICAL, was={E2007: M}, note="with an image, and only then")
    THPS = common(N(1, 5, "1.."), D, "Transmitted horizontal pixel scale", holds=TECHNICAL, was={E2007: (M, "HPS")}, note="with an image, and only then")
    TVPS = common(N(1, 5, "1.."), D, "Transmitted vertical pixel scale", holds=TECHNICAL, was={E2007: (M, "VPS")}, note="equal to THPS when SLC is 1 or 2; with an image, and only then")
    CGA = common(ALGORITHM, D, "Compression algorithm", holds=TECHNICAL, was={E2007: M})
    BPX = common(N(1, 2, "8..99"), D, "Bits per pixel", holds=TECHNICAL, was={E2007: M})


class LaterImage:
    """Size, resolution and codec of an image that may be absent, in record types new in 2011: Types 19 and 20."""

    HLL = common(N(2, 5, "10..99999"), D, "Horizontal line length", holds=TECHNICAL, was={E2007: N(2, 5, "10..65535")}, note="with an image, and only then")
    VLL = common(N(2, 5, "10..99999"), D, "Vertical line length", holds=TECHNICAL, note="with an image, and only then")
    SLC = common(N(1, 1, "0..2", table="SLC"), D, "Scale units", holds=TECHNICAL, note="with an image, and only then")
    THPS = common(N(1, 5, "1.."), D, "Transmitted horizontal pixel scale", holds=TECHNICAL, was={E2007: "HPS"}, note="with an image, and only then")
    TVPS = common(N(1, 5, "1.."), D, "Transmitted vertical pixel scale", holds=TECHNICAL, was={E2007: "VPS"}, note="equal to THPS when SLC is 1 or 2; with an image, and only then")
    CGA = common(ALGORITHM, D, "Compression algorithm", holds=TECHNICAL, since=E2011)
    BPX = common(N(1, 2, "8..99"), D, "Bits per pixel", holds=TECHNICAL, since=E2011)
