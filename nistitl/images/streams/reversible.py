"""Whether a JPEG 2000 codestream keeps all that its encoder had.

The 5-3 transformation is reversible only as long as no coding pass is left out, which rate control does without a
mark. ISO/IEC 15444-1, annexes A and B.
"""

from __future__ import annotations

import struct

from nistitl.images.streams.jpeg2000 import boxes
from nistitl.images.streams.packets import Main, Untold, Visits, read_header, tile_count, tile_packets, walk


def is_reversible(codestream: memoryview) -> bool | None:
    """True when no coding pass of a codestream (in boxes or bare) is left out and it is of the 5-3 transformation.

    False when one is, or the transformation or a quantization loses anything; None where it cannot be told: packet
    headers elsewhere (PPM, PPT), regions of interest, changes of progression, coding of a tile of its own,
    high throughput, data that end early or do not hold together; and a band of which nothing is there, as nobody
    knows whether it was dropped or all zeros, as those of one colour are. Where others of its band are there, a code
    block of which nothing is there counts as one of zeros: rate control that drops some cuts others.
    """
    main = Main()
    try:
        start, end = 0, len(codestream)
        if bytes(codestream[:2]) != b"\xff\x4f":
            start, end = next((box.start, box.end) for box in boxes(codestream, 0, end) if box.name == b"jp2c")
        at = read_header(main, codestream, start + 2, end)
        return False if main.loses else _is_whole(main, codestream, at, end)
    except (Untold, StopIteration, struct.error, IndexError, ValueError, ZeroDivisionError):
        return False if main.loses else None


def _is_whole(main: Main, data: memoryview, at: int, end: int) -> bool | None:
    """True when every block of every tile is whole; None where of a band nothing is there."""
    tiles, visits = tile_packets(data, at, end), Visits(len(data))
    met: dict[tuple[int, int, int], bool] = {}
    for tile, packets in tiles.items():
        precincts, _ = walk(main, tile, packets, visits)
        for precinct in precincts:
            for band in precinct.bands:
                if any(block.passes < block.whole for block in band.blocks.values()):
                    return False
                name = precinct.component, precinct.resolution, band.place
                met[name] = met.get(name, False) or bool(band.blocks)
    return True if len(tiles) == tile_count(main) and all(met.values()) else None
