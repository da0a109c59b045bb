"""Bits and bytes: stuffing, the windows a decoder looks through, and packing codes into bytes.

Codes are written most significant bit first. A coded run of bits is filled up with ones to a whole
byte, and then each byte `FF` is followed by a stuffed `00`, so that markers can be told from data.

Source: FBI IAFIS-IC-0110(V3), Annex B.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 16  # bits in a window: the longest code, and the longest extra bits


def stuff(data: bytes) -> bytes:
    """Coded bytes as they stand in a codestream."""
    return data.replace(b"\xff", b"\xff\x00")


def unstuff(data: bytes) -> bytes:
    """Coded bytes without the stuffing."""
    return data.replace(b"\xff\x00", b"\xff")


def windows(data: NDArray[np.uint8], into: NDArray[np.uint16] | None = None) -> NDArray[np.uint16]:
    """The sixteen bits that start at each bit position of all bytes but the last two, in order.

    Returns 8 * (len(data) - 2) numbers, kept `into` an array of as many rows of
    eight or more, if one is given.
    """
    whole = data.astype(np.uint32)
    three = (whole[:-2] << 16) | (whole[1:-1] << 8) | whole[2:]
    out = np.empty((len(three), 8), np.uint16) if into is None else into[: len(three)]
    for bit in range(8):
        np.right_shift(three, 8 - bit, out=out[:, bit], casting="unsafe")  # keeps the lower half
    return out.reshape(-1)


def pack(codes: NDArray[Any], lengths: NDArray[Any]) -> bytes:
    """Codes one after another, filled up with ones to a whole byte; not stuffed.

    `codes` are right-aligned, `lengths` count bits, 0 to 32 of them.
    """
    if not len(codes):
        return b""
    ends = np.cumsum(lengths, dtype=np.int64)
    total = int(ends[-1])
    starts = ends - lengths
    word = starts >> 5
    room = 64 - (starts & 31) - lengths  # each code lies within two words of 32 bits
    value = codes.astype(np.uint64) << room.astype(np.uint64)
    # No two codes share a bit, so that adding is joining; doubles hold sums below 2^53 exactly.
    words = np.bincount(word, value >> np.uint64(32), total // 32 + 2)
    words += np.bincount(word + 1, value & np.uint64(0xFFFFFFFF), total // 32 + 2)
    packed = bytearray(words.astype(">u4").tobytes()[: (total + 7) // 8])
    if total % 8:
        packed[-1] |= 0xFF >> (total % 8)
    return bytes(packed)
