"""Type-5: low-resolution binary fingerprint image."""

from __future__ import annotations

from nistitl.base.editions import E1993, E2007
from nistitl.declare.binary import Rest, Slots, Uint
from nistitl.declare.conditions import M
from nistitl.declare.element import element
from nistitl.images.record import BinaryImageRecord
from nistitl.model.record import record


@record(5, "Low-resolution binary fingerprint image", clause="ANSI/NIST-ITL 1-2011, 8.5", since=E1993, until=E2007)
class Type5(BinaryImageRecord):
    """Low-resolution binary fingerprint image. ANSI/NIST-ITL 1-2011, 8.5."""

    LEN: int | None = element(1, Uint(4), M, "Logical record length")
    IDC: int | None = element(2, Uint(1, "0..255"), M, "Information designation character")
    IMP: int | None = element(3, Uint(1, table="IMP"), M, "Impression type")
    FGP: tuple[int, ...] = element(4, Slots(6, "0..14, 255", table="FGP"), M, "Friction ridge generalized (finger) position")
    ISR: int | None = element(5, Uint(1, table="ISR"), M, "Image scanning resolution")
    HLL: int | None = element(6, Uint(2, "10..65535"), M, "Horizontal line length")
    VLL: int | None = element(7, Uint(2, "10..65535"), M, "Vertical line length")
    CGA: int | None = element(8, Uint(1, "0, 1"), M, "Compression algorithm", was={E2007: "BCA"}, note="0 uncompressed, 1 facsimile (ANSI/EIA-538)")
    DATA: memoryview | None = element(9, Rest(), M, "Image data")
