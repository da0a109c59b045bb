"""Type-13: friction-ridge latent image."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015, E2025
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, AS, A, Data, Date, H, N, Real, U
from nistitl.images.record import ImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared
from nistitl.records.shared import (
    ExternalFile,
    MakeModelSerial,
    PrintCoordinates,
    RidgeQualityComponents,
    SourceLink,
    SubjectCondition,
)


@items
class SearchPosition(Items):
    """Search position descriptors, 13.014."""

    PDF: int | None = item(N(1, 2, "0..10, 16, 17", table="FGP"), M_UP, "probable decimal finger position code")
    FIC: str | None = item(AN(3, 3, table="FIC"), M_UP, "finger image code")


@items
class RulerOrScaleOrForm(Items):
    """Ruler or scale presence, 13.018."""

    RSU: str | None = item(A(2, 4, table="RSU"), O_UP, "ruler or scale units")
    RSM: str | None = item(U(1, 50), O_UP, "ruler or scale make")
    RSO: str | None = item(U(1, 50), O_UP, "ruler or scale model")
    RSF: str | None = item(U(1, 50), O_UP, "standard fingerprint form number (alternative to the ruler items)", note="such as FD-249")


@items
class ResolutionMethod(Items):
    """Resolution method, 13.019."""

    MDR: str | None = item(AS(4, 9, table="REM"), M_UP, "method of determining resolution")
    KSL: Decimal | None = item(Real(1, 5), D, "scale length", unverified=True, note="with MDR = RULER or FORM")
    KSU: str | None = item(A(2, 2, one_of="IN MM"), D, "scale units")
    SXA: int | None = item(N(1, 5), D, "point A x", note="pixels")
    SYA: int | None = item(N(1, 5), D, "point A y", note="pixels")
    SXB: int | None = item(N(1, 5), D, "point B x", note="pixels")
    SYB: int | None = item(N(1, 5), D, "point B y", note="pixels")
    COM: str | None = item(U(1, 99), O_UP, "comment")


@items
class PositionQuality(Items):
    """Latent quality metric, 13.024."""

    FRMP: int | None = item(N(1, 2, table="FGP"), M_UP, "friction ridge metric position", holds=TECHNICAL)
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "1..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)
    QPV: str | None = item(U(1), O_UP, "algorithm product version", since=E2025)
    QCM: str | None = item(U(1), O_UP, "other information on the algorithm", since=E2025)
    QCK: str | None = item(H(64, 64), O_UP, "model of the algorithm", since=E2025, note="its SHA-256")


@record(13, "Friction-ridge latent image", clause="ANSI/NIST-ITL 1-2011, 8.13", since=E2000, ranges=(
    FieldRange(21, 23, "RES", "reserved", E2007),
    FieldRange(25, 45, "RES", "reserved", E2007),
    FieldRange(48, 199, "RES", "reserved", E2007),
    FieldRange(200, 900, "UDF", "User-defined fields", E2000),
    FieldRange(905, 992, "RES", "reserved", E2011),
))
class Type13(shared.EveryImage, ImageRecord):
    """Friction-ridge latent image. ANSI/NIST-ITL 1-2011, 8.13."""

    LEN: int | None = shared.LEN(1)
    IDC: int | None = shared.IDC(2)
    IMP: int | None = element(3, shared.IMPRESSION, M, "Impression type", holds=TECHNICAL, was={E2015: N(1, 2, "4..7, 12..15, 28, 29, 32..39", table="IMP")}, note="2015: 4, 28, 29")
    SRC: str | None = shared.SRC(4)
    LCD: date | None = element(5, Date(), M, "Latent capture date")
    HLL: int | None = shared.Image.HLL(6)
    VLL: int | None = shared.Image.VLL(7)
    SLC: int | None = shared.Image.SLC(8)
    THPS: int | None = shared.Image.THPS(9)
    TVPS: int | None = shared.Image.TVPS(10)
    CGA: str | None = shared.Image.CGA(11, value=shared.LATENT_ALGORITHM, was={E2015: shared.ALGORITHM}, note="lossless recommended")
    BPX: int | None = shared.Image.BPX(12)
    FGP: tuple[int, ...] = element(13, Values(N(1, 2, table="FGP"), 1, 6), M, "Friction ridge generalized position", holds=TECHNICAL)
    SPD: tuple[SearchPosition, ...] = element(14, Sets(SearchPosition, 1, 9), D, "Search position descriptors", since=E2007, note="with FGP 19 only")
    PPC: tuple[PrintCoordinates, ...] = element(15, Sets(PrintCoordinates, 1, 12), O, "Print position coordinates", since=E2007, note="with FGP 19 only")
    SHPS: int | None = shared.SHPS(16)
    SVPS: int | None = shared.SVPS(17)
    RSP: RulerOrScaleOrForm | None = element(18, One(RulerOrScaleOrForm), O, "Ruler or scale presence", since=E2013)
    REM: ResolutionMethod | None = element(19, One(ResolutionMethod), D, "Resolution method", since=E2013, note="where the resolution is not the device's own")
    COM: str | None = shared.COM(20)
    CSP: str | None = shared.CSP(21)
    LQM: tuple[PositionQuality, ...] = element(24, Sets(PositionQuality), O, "Latent quality metric", since=E2007, was={E2015: Sets(PositionQuality, 1, 9)})
    FQC: tuple[RidgeQualityComponents, ...] = shared.FQC(29)
    SUB: SubjectCondition | None = shared.SUB(46)
    CON: str | None = shared.CON(47)
    BRI: str | None = shared.BRI(199)
    FCT: int | None = shared.FCT(901)
    DUI: str | None = shared.DUI(903)
    MMS: MakeModelSerial | None = shared.MMS(904)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data(), D, "Latent friction ridge image", was={E2013: M}, note="from 2015 absent with field 994")
