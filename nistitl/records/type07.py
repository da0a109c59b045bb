"""Type-7: user-defined image."""

from __future__ import annotations

from nistitl.base.editions import E1993, E2007
from nistitl.declare.binary import Rest, Uint
from nistitl.declare.conditions import M
from nistitl.declare.element import element
from nistitl.images.record import BinaryImageRecord
from nistitl.model.record import record


@record(7, "User-defined image", clause="ANSI/NIST-ITL 1-2011, 8.7", since=E1993)
class Type7(BinaryImageRecord):
    """User-defined image. ANSI/NIST-ITL 1-2011, 8.7."""

    LEN: int | None = element(1, Uint(4), M, "Logical record length", unverified=True)
    IDC: int | None = element(2, Uint(1, "0..99"), M, "Information designation character", was={E2007: Uint(1, "0..255")}, unverified=True)
    UDF: memoryview | None = element(3, Rest(), M, "User-defined data (conventionally Type-4 layout)", unverified=True)
