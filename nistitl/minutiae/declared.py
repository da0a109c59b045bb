"""The fields of Type-9 that features are made of. Type9 declares them; mypy compares the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.model.record import Record

if TYPE_CHECKING:
    from nistitl.minutiae.items import (
        CaptureEquipment,
        CbeffInformation,
        EfsCore,
        EfsDelta,
        FlowMapFormat,
        FrictionRidgePosition,
        IafisCore,
        IafisDelta,
        M1Core,
        M1Delta,
        M1DeltaAngles,
        M1Quality,
        M1RidgeCount,
        M1RidgeCountMethod,
        QualityMapFormat,
        RegionOfInterest,
    )


class MinutiaeFields(Record):
    """A record with minutiae, as the functions of this package take it."""

    if not TYPE_CHECKING:
        __slots__ = ()
    else:
        ADA: tuple[M1DeltaAngles, ...]
        CBI: CbeffInformation | None
        CEI: CaptureEquipment | None
        CIN: tuple[M1Core, ...]
        COR: tuple[EfsCore, ...]
        CRA: tuple[IafisCore, ...]
        CRP: tuple[str, ...]
        DEL: tuple[EfsDelta, ...]
        DIN: tuple[M1Delta, ...]
        DLA: tuple[IafisDelta, ...]
        DLT: tuple[str, ...]
        FGN: int | None
        FGP: int | None
        FGPT: tuple[int, ...]
        FPP: tuple[FrictionRidgePosition, ...]
        FQD: tuple[M1Quality, ...]
        FVW: int | None
        HLL: int | None
        IMP: int | None
        MRA: str | None
        OOD: str | None
        RCI: tuple[M1RidgeCountMethod | M1RidgeCount, ...]
        RFF: FlowMapFormat | None
        RFM: tuple[str, ...]
        ROI: RegionOfInterest | None
        RQF: QualityMapFormat | None
        RQM: tuple[str, ...]
        RWM: tuple[str, ...]
        SLC: int | None
        THPS: int | None
        VLL: int | None
