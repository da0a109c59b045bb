"""What a codestream says of itself, read with no library: size, depth, colour, resolution, completeness.

Decoders believe the sizes a codestream claims and allocate them; so these readers come first, cost one
pass over the bytes at most, and end in a Header, in None (not a codestream known here) or in ImageError.
"""

from __future__ import annotations

import struct
from importlib import import_module
from typing import TYPE_CHECKING

import attrs

from nistitl.images.errors import ImageError

if TYPE_CHECKING:
    from nistitl.wire.fields import Raw

MAX_PIXELS = 100_000_000  # of an image that is decoded unless the caller allows more

_SIGNATURES = (
    (b"\xff\xa0", "wsq"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jpeg2000"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"\x89PNG\r\n\x1a\n", "png"),
)


@attrs.frozen(slots=True)
class Header:
    """Size and kind of an image. `bits` are those of one component, `components` those of colour, without alpha.

    `ppi` is horizontal and vertical pixels per inch as the codestream says, which is never better than the record.
    `colour`: GRAY, RGB, SRGB, YCC, SYCC, CMYK or UNK, as stored; arrays are gray or RGB.
    """

    codec: str
    width: int
    height: int
    bits: int
    components: int
    colour: str = "GRAY"
    ppi: tuple[float, float] | None = None
    process: str = ""  # baseline, extended, progressive, lossless; 5-3, 9-7
    truncated: bool = False
    palette: bool = False
    alpha: bool = False
    planar: bool | None = None  # of uncompressed colour: one plane after the other; None: not known

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.width * self.height

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array this becomes: (rows, columns) or (rows, columns, 3)."""
        return (self.height, self.width) if self.components == 1 else (self.height, self.width, self.components)


def read_header(data: Raw) -> Header | None:
    """The header of a WSQ, JPEG, JPEG 2000 or PNG codestream, None when the bytes begin like none of them.

    Raises ImageError when they begin like one and do not go on like it.
    """
    view = memoryview(data).cast("B")
    start = bytes(view[:12])
    name = next((name for signature, name in _SIGNATURES if start.startswith(signature)), None)
    if name is None:
        return None
    try:
        header: Header = import_module(f"nistitl.images.streams.{name}").header(view)
    except (struct.error, IndexError):
        raise ImageError("the codestream ends inside its header") from None
    if not (header.width and header.height and header.bits and header.components):
        raise ImageError("the codestream says that the image has no pixels")
    return header
