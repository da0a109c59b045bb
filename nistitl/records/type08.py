"""Type-8: signature image."""

from __future__ import annotations

from nistitl.base.editions import E1993
from nistitl.declare.binary import Rest, Uint
from nistitl.declare.conditions import TECHNICAL, M
from nistitl.declare.element import element
from nistitl.images.record import BinaryImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared


@record(8, "Signature image", clause="ANSI/NIST-ITL 1-2011, 8.8", since=E1993)
class Type8(BinaryImageRecord):
    """Signature image. ANSI/NIST-ITL 1-2011, 8.8."""

    LEN: int | None = shared.Binary.LEN(1)
    IDC: int | None = shared.Binary.IDC(2)
    SIG: int | None = element(3, Uint(1, table="SIG"), M, "Signature type", holds=TECHNICAL)
    SRT: int | None = element(4, Uint(1, table="SRT"), M, "Signature representation type", holds=TECHNICAL)
    ISR: int | None = element(5, Uint(1, table="ISR_TYPE8"), M, "Image scanning resolution", holds=TECHNICAL)
    HLL: int | None = element(6, Uint(2, "0, 10..65535"), M, "Horizontal line length", holds=TECHNICAL)
    VLL: int | None = element(7, Uint(2, "0, 10..65535"), M, "Vertical line length", holds=TECHNICAL)
    DATA: memoryview | None = element(8, Rest(), M, "Signature image data")
