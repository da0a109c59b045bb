"""What stands behind the data of a codestream whose end marker is not there: half of it, padding, or nothing."""

from __future__ import annotations

from nistitl.wire.grammar import PADDING

_MARKER = b"\xff"  # how one begins
STANDS_IN = PADDING + _MARKER  # what a last byte of data may be that was cut off, with something else in its place


def holds_all(coded: bytes, bits: int) -> bool:
    """True where the first bits are the data, and nothing follows but FF, of a marker, and padding.

    False, too, where the last of them look like padding or a marker: these may stand in the place of data that were
    cut off.
    """
    used = -(-bits // 8)
    return coded[used - 1 : used] not in STANDS_IN and not coded[used:].lstrip(_MARKER).strip(PADDING)
