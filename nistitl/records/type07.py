"""Type-7: user-defined image."""

from __future__ import annotations

from nistitl.base.editions import E1993
from nistitl.declare.binary import Rest
from nistitl.declare.conditions import M
from nistitl.declare.element import element
from nistitl.images.record import BinaryImageRecord
from nistitl.model.kinds import record
from nistitl.records import shared


@record(7, "User-defined image", clause="ANSI/NIST-ITL 1-2011, 8.7", since=E1993)
class Type7(BinaryImageRecord):
    """User-defined image. ANSI/NIST-ITL 1-2011, 8.7."""

    LEN: int | None = shared.Binary.LEN(1, unverified=True)
    IDC: int | None = shared.Binary.IDC(2, unverified=True)
    UDF: memoryview | None = element(3, Rest(), M, "User-defined data (conventionally Type-4 layout)", unverified=True)
