"""Item classes that more than one record type uses."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from nistitl.declare.conditions import M_UP, O_UP, D
from nistitl.declare.items import Items, item, items
from nistitl.declare.values import AN, NS, A, GreenwichTime, H, Joined, N, Real, U


@items
class QualityMetric(Items):
    """EFS friction ridge quality metric: 9.316, 10.024, 16.024, 17.024, 99.102."""

    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value")
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification")


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
    NOP: int | None = item(N(1, 2, "2..99"), M_UP, "number of points")
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(2, None), pair=("HPO", "VPO"), note="as many as NOP")


@items
class Occlusion(Items):
    """Occlusions: 10.045, 17.037."""

    OCY: str | None = item(A(1, 1, table="OCY"), M_UP, "occlusion opacity")
    OCT: str | None = item(A(1, 1, table="OCT"), M_UP, "occlusion type")
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points")
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

    ACN: int | None = item(N(1, 3, "1..255"), M_UP, "associated context number")
    ASP: int | None = item(N(1, 2, "1..99"), O_UP, "associated segment position")


@items
class SourceLink(Items):
    """Source representation: 10.997, 11.997, 13.997, 14.997, 15.997, 16.997, 17.997, 19.997, 22.997, 99.997."""

    SRN: int | None = item(N(1, 3, "1..255"), M_UP, "source representation number")
    RSP: int | None = item(N(1, 2, "1..99"), O_UP, "reference segment position")


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

    FVC: str | None = item(AN(2, 3, one_of="NA FV1 FV2 FV3 FV4 TIP TPP"), M_UP, "full finger view", note="TPP from 2015")
    LOS: str | None = item(A(2, 3, one_of="NA PRX DST MED"), M_UP, "location of a segment")
    LHC: int | None = item(N(1, 5, "0.."), M_UP, "left horizontal coordinate", note="below HLL")
    RHC: int | None = item(N(1, 5), M_UP, "right horizontal coordinate", note="from LHC, up to HLL")
    TVC: int | None = item(N(1, 5, "0.."), M_UP, "top vertical coordinate", note="below VLL")
    BVC: int | None = item(N(1, 5), M_UP, "bottom vertical coordinate", note="from TVC, up to VLL")


@items
class EyelidPath(Items):
    """Upper eyelid boundary: 17.035, 17.036."""

    BYC: str | None = item(A(1, 1, table="BYC"), M_UP, "boundary code")
    NOP: int | None = item(N(1, 2, "3..99"), M_UP, "number of points")
    points: tuple[tuple[int, int], ...] = item(N(1, 5, "0.."), M_UP, "point offsets", times=(3, None), pair=("HPO", "VPO"), note="as many as NOP")


@items
class TimeIndex(Items):
    """Time index: 20.019, 21.019."""

    TIS: str | None = item(NS(12, 12), M_UP, "time index start", note="hh:mm:ss.sss")
    TIE: str | None = item(NS(12, 12), M_UP, "time index end", note="hh:mm:ss.sss, after TIS")
