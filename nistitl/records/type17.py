"""Type-17: iris image."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2007, E2011, E2013, E2015
from nistitl.declare.conditions import M_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, item, items
from nistitl.declare.values import AN, ANS, A, Data, Date, H, N
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    BoundaryPath,
    ExternalFile,
    EyelidPath,
    MakeModelSerial,
    Occlusion,
    QualityMetric,
    SourceLink,
)


@items
class ImageProperties(Items):
    """Image property code, 17.016."""

    IHO: int | None = item(N(1, 1, "0..2", table="IHO_IVO"), M_UP, "horizontal orientation code")
    IVO: int | None = item(N(1, 1, "0..2", table="IHO_IVO"), M_UP, "vertical orientation code")
    IST: int | None = item(N(1, 1, "0, 1", table="IST"), M_UP, "scan type", was={E2007: N(1, 1, "0..3", table="IST")})


@items
class Spectrum(Items):
    """Specified spectrum values, 17.027."""

    LOW: int | None = item(N(3, 4, "500.."), M_UP, "spectrum lower bound", note="a multiple of 10")
    HIG: int | None = item(N(3, 4, "510.."), M_UP, "spectrum upper bound", note="a multiple of 10, from LOW")


@record(17, "Iris image", clause="ANSI/NIST-ITL 1-2011, 8.17", since=E2007, ranges=(
    FieldRange(42, 199, "RES", "reserved", E2011),
    FieldRange(200, 900, "UDF", "User-defined fields", E2007),
))
class Type17(shared.EveryImage, ImageRecord):
    """Iris image. ANSI/NIST-ITL 1-2011, 8.17."""

    LEN: int | None = shared.UNBOUNDED_LEN(1)
    IDC: int | None = shared.IDC(2)
    ELR: int | None = element(3, N(1, 1, "0..2", table="ELR"), M, "Eye label", holds=TECHNICAL, was={E2007: "FID"})
    SRC: str | None = shared.SRC(4)
    ICD: date | None = element(5, Date(), M, "Iris capture date")
    HLL: int | None = shared.OptionalImage.HLL(6)
    VLL: int | None = shared.OptionalImage.VLL(7)
    SLC: int | None = shared.OptionalImage.SLC(8)
    THPS: int | None = shared.OptionalImage.THPS(9)
    TVPS: int | None = shared.OptionalImage.TVPS(10)
    CGA: str | None = shared.OptionalImage.CGA(11, value=shared.IRIS_ALGORITHM, was={E2015: shared.ALGORITHM, E2007: M}, note="no JPEG from 2011")
    BPX: int | None = shared.OptionalImage.BPX(12)
    CSP: str | None = element(13, A(3, 4, table="CSP"), D, "Color space", holds=TECHNICAL, was={E2007: M})
    RAE: str | None = element(14, H(1, 4), O, "Rotation angle of eye", unverified=True, note="65536 / 360 of a degree; FFFF: undefined")
    RAU: str | None = element(15, H(4, 4), O, "Rotation uncertainty", note="with RAE; FFFF: undefined")
    IPC: ImageProperties | None = element(16, One(ImageProperties), O, "Image property code")
    DUI: str | None = element(17, ANS(13, 16), O, "Device unique identifier", note="M and 12 hex digits, or P and 12 to 15 characters")
    GUI: str | None = element(18, AN(1, 16), O, "Global unique identifier", since=E2007, until=E2007, unverified=True)
    MMS: MakeModelSerial | None = element(19, One(MakeModelSerial), O, "Make/model/serial number")
    ECL: str | None = element(20, A(3, 3, table="EYECOLOR"), O, "Eye color")
    COM: str | None = shared.COM(21)
    SHPS: int | None = element(22, N(1, 5, "1.."), O, "Scanned horizontal pixel scale", holds=TECHNICAL)
    SVPS: int | None = element(23, N(1, 5, "1.."), O, "Scanned vertical pixel scale", holds=TECHNICAL)
    IQS: tuple[QualityMetric, ...] = element(24, Sets(QualityMetric, 1, 9), O, "Image quality score", since=E2007)
    EAS: str | None = element(25, A(3, 9, table="EAS"), O, "Effective acquisition spectrum", since=E2007, was={E2007: ("ALS", A(3, 5, one_of="NIR VIS OTHER"))})
    IRD: int | None = element(26, N(2, 4, "10..9999"), O, "Iris diameter", since=E2007, note="pixels")
    SSV: Spectrum | None = element(27, One(Spectrum), D, "Specified spectrum values", since=E2011, note="with EAS = DEFINED, and only then")
    DME: str | None = element(28, A(2, 2, table="DME"), O, "Damaged or missing eye", since=E2011)
    DMM: str | None = shared.DMM(30)
    IAP: int | None = element(31, N(2, 2, "10..12, 20, 30, 40", table="IAP"), O, "Subject acquisition profile - iris", since=E2011, was={E2013: N(2, 2, "20, 30, 40", table="IAP")})
    ISF: int | None = element(32, N(1, 1, table="ISF"), O, "Iris storage format", holds=TECHNICAL, since=E2011)
    IPB: BoundaryPath | None = element(33, One(BoundaryPath), O, "Iris pupil boundary", since=E2011)
    ISB: BoundaryPath | None = element(34, One(BoundaryPath), O, "Iris sclera boundary", since=E2011)
    UEB: EyelidPath | None = element(35, One(EyelidPath), O, "Upper eyelid boundary", since=E2011)
    LEB: EyelidPath | None = element(36, One(EyelidPath), O, "Lower eyelid boundary", since=E2011)
    NEO: tuple[Occlusion, ...] = element(37, Sets(Occlusion), O, "Non-eyelid occlusions", since=E2011)
    RAN: int | None = element(40, N(1, 5), O, "Range", since=E2011, unverified=True, note="centimetres")
    GAZ: int | None = element(41, N(1, 2, "0..90"), O, "Frontal gaze", since=E2011)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data("B"), D, "Iris image data", unverified=True, was={E2007: M}, note="absent only with DME or field 994 (from 2015)")
