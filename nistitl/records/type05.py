"""Type-5: low-resolution binary fingerprint image."""

from __future__ import annotations

from nistitl.base.editions import E1993, E2007
from nistitl.images.record import BinaryImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared


@record(5, "Low-resolution binary fingerprint image", clause="ANSI/NIST-ITL 1-2011, 8.5", since=E1993, until=E2007)
class Type5(BinaryImageRecord):
    """Low-resolution binary fingerprint image. ANSI/NIST-ITL 1-2011, 8.5."""

    LEN: int | None = shared.Binary.LEN(1)
    IDC: int | None = shared.Binary.OLD_IDC(2)
    IMP: int | None = shared.Binary.IMP(3)
    FGP: tuple[int, ...] = shared.Binary.FGP(4)
    ISR: int | None = shared.Binary.ISR(5)
    HLL: int | None = shared.Binary.HLL(6)
    VLL: int | None = shared.Binary.VLL(7)
    CGA: int | None = shared.Binary.BCA(8)
    DATA: memoryview | None = shared.Binary.DATA(9)
