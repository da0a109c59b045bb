"""What a codestream says of itself, read with no library: size, depth, colour, resolution, completeness.

Decoders believe the sizes a codestream claims and allocate them; so these readers come first, cost one
pass over the bytes at most, and end in a Header, in None (not a codestream known here) or in ImageError.
"""

from __future__ import annotations

import attrs

MAX_PIXELS = 100_000_000  # of an image that is decoded unless the caller allows more


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
    samples: int = 0  # of all components, alpha too, where they may be more than the pixels say

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.width * self.height

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array this becomes: (rows, columns) or (rows, columns, 3)."""
        return (self.height, self.width) if self.components == 1 else (self.height, self.width, self.components)
