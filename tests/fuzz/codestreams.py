"""Damaged codestreams: whatever the bytes, decoding succeeds or raises ImageError, and stays within its limit."""

from __future__ import annotations

import struct
from random import Random
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import MissingDependency
from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.registry import codec_named, decode, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

CODECS = ("WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG", "FAX", "NONE")
LIMIT = 1 << 16  # pixels
ROWS, COLUMNS = 48, 56
INTERESTING = (0, 1, 0x7F, 0x80, 0xFF)


def picture(rows: int = ROWS, columns: int = COLUMNS, colour: bool = False, wide: bool = False) -> Any:
    """A smooth picture with some noise, the same every time."""
    import numpy as np

    down, across = np.mgrid[:rows, :columns]
    noise = np.random.default_rng(rows * columns).integers(0, 16, (rows, columns))
    gray = (112 + 100 * np.sin(down / 3 + across / 5)).astype(np.int64) + noise
    image = np.stack((gray, gray[::-1], gray[:, ::-1]), axis=2) if colour else gray
    return (image * 257).astype(np.uint16) if wide else image.astype(np.uint8)


def seeds(name: str) -> list[bytes]:
    """Codestreams of a codec, of every kind that it writes."""
    codec = codec_named(name)
    if name == "WSQ20":
        return [codec.encode(picture(96, 96), ppi=500)]
    if name == "FAX":
        return [codec.encode((picture() > 128).astype("u1") * 255)]
    kinds = [(False, False), (True, False)]
    if codec.lossless:
        kinds += [(False, True), (True, True)]
    made = [codec.encode(picture(colour=colour, wide=wide), ppi=500) for colour, wide in kinds]
    if name.startswith("JP2"):
        made.append(codec.encode(picture(), boxes=False))
    return made


def mutations(data: bytes, count: int, random: Random) -> Iterator[bytes]:
    """Damaged versions: bytes and numbers changed, most of them near the beginning; cut, doubled, filled in."""
    for _ in range(count):
        yield damaged(data, random)


def damaged(data: bytes, random: Random) -> bytes:
    """One damaged version."""
    broken = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        _damage(broken, random)
    return bytes(broken)


def _damage(data: bytearray, random: Random) -> None:
    if len(data) < 8:
        return
    near = random.random() < 0.6
    at = random.randrange(min(len(data), 200) if near else len(data))
    kind = random.randrange(8)
    if kind < 3:
        data[at] = random.choice((*INTERESTING, random.randrange(256), data[at] ^ 1 << random.randrange(8)))
    elif kind == 3:
        number = random.choice((0, 1, 2, 0x7FFF, 0xFFFF, random.randrange(1 << 16)))
        struct.pack_into(">H", data, min(at, len(data) - 2), number)
    elif kind == 4:
        number = random.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, random.randrange(1 << 32)))
        struct.pack_into(">I", data, min(at, len(data) - 4), number)
    elif kind == 5:
        del data[at : at + random.choice((1, 2, 16, len(data)))]
    elif kind == 6:
        data[at:at] = data[at : at + random.choice((1, 4, 64))]
    else:
        start = random.randrange(len(data))
        data[at : at + 16] = data[start : start + 16]


def check(name: str, data: bytes) -> str:
    """The invariant; what became of the bytes: decoded, or the kind of error."""
    try:
        if name in ("FAX", "NONE"):
            header = Header(name, COLUMNS, ROWS, 1 if name == "FAX" else 8, 1)
            array = codec_named(name).decode(data, header, LIMIT)
        else:
            header = read_header(data)  # type: ignore[assignment]
            array = decode(data, max_pixels=LIMIT)
    except (ImageError, MissingDependency) as error:
        return type(error).__name__
    assert array.shape == header.shape and array.flags.c_contiguous and array.size <= 3 * LIMIT
    return "decoded"
