"""Files of pictures as users have them, made here: by struct and zlib, where Pillow would not write such a one."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

METRE = 19685  # pixels: 500 an inch


def saved(image: Any, form: str, **options: Any) -> bytes:
    """A picture of Pillow, or an array, as a file."""
    from PIL import Image

    out = BytesIO()
    picture = image if hasattr(image, "save") else Image.fromarray(image)
    picture.save(out, form, **options)
    return out.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, depth: int, kind: int, lines: list[bytes], *chunks: bytes) -> bytes:
    """A PNG of lines that are packed already; chunks come before the pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(lines), depth, kind, 0, 0, 0))
    packed = zlib.compress(b"".join(b"\0" + line for line in lines))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def phys(across: int = METRE, down: int = METRE, unit: int = 1) -> bytes:
    return chunk(b"pHYs", struct.pack(">IIB", across, down, unit))


def directory(order: str, at: int, tags: dict[int, Any], following: int = 0) -> bytes:
    """A directory of TIFF that stands at a place: whole numbers, tuples of them, and fractions as floats."""
    head, tail = struct.pack(f"{order}H", len(tags)), b""
    free = at + 2 + 12 * len(tags) + 4
    for tag, value in sorted(tags.items()):
        if isinstance(value, float):
            kind, count, content = 5, 1, struct.pack(f"{order}II", round(value * 1000), 1000)
        else:
            numbers = value if isinstance(value, tuple) else (value,)
            kind, count = (3, len(numbers)) if max(numbers) < 65536 else (4, len(numbers))
            content = struct.pack(f"{order}{count}{'H' if kind == 3 else 'I'}", *numbers)
        if len(content) <= 4:
            place = content.ljust(4, b"\0")
        else:
            place, tail = struct.pack(f"{order}I", free + len(tail)), tail + content + b"\0" * (len(content) % 2)
        head += struct.pack(f"{order}HHI", tag, kind, count) + place
    return head + struct.pack(f"{order}I", following) + tail


def tiff(*pages: tuple[dict[int, Any], bytes], order: str = "<") -> bytes:
    """A TIFF of pages: tags, and the one strip of each."""
    out = b"II*\0\0\0\0\0" if order == "<" else b"MM\0*\0\0\0\0"
    link = 4
    for tags, strip in pages:
        strip_at = len(out)
        out += strip + b"\0" * (len(strip) % 2)
        whole = tags | {273: strip_at, 278: tags[257], 279: len(strip)}
        out = out[:link] + struct.pack(f"{order}I", len(out)) + out[link + 4 :]
        link = len(out) + 2 + 12 * len(whole)
        out += directory(order, len(out), whole)
    return out


def gray_page(width: int, rows: list[bytes], bits: int = 8, zero: int = 1, **more: Any) -> tuple[dict[int, Any], bytes]:
    """A page of gray; `zero` 1: zero is black. Other tags as `t282=500.0`."""
    tags = {256: width, 257: len(rows), 258: bits, 259: 1, 262: zero, 277: 1}
    return tags | {int(name[1:]): value for name, value in more.items()}, b"".join(rows)


def bmp(width: int, height: int, bits: int, lines: list[bytes], palette: bytes = b"", per_metre: int = METRE) -> bytes:
    """A BMP of lines as they are stored, from the bottom to the top, or (height below zero) from the top."""
    pixels = b"".join(line + b"\0" * (-len(line) % 4) for line in lines)
    at = 54 + len(palette)
    colours = len(palette) // 4
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, len(pixels), per_metre, per_metre, colours, 0)
    return b"BM" + struct.pack("<IHHI", at + len(pixels), 0, 0, at) + head + palette + pixels


def jp2_box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def with_resolution(data: bytes, *told: tuple[bytes, int]) -> bytes:
    """A JP2 with a box of resolutions, each by its name and in pixels per metre."""
    at = data.index(b"jp2h") - 4
    (length,) = struct.unpack_from(">I", data, at)
    boxes = b"".join(jp2_box(name, struct.pack(">HHHHbb", metre, 1, metre, 1, 0, 0)) for name, metre in told)
    header = jp2_box(b"jp2h", data[at + 8 : at + length] + jp2_box(b"res ", boxes))
    return data[:at] + header + data[at + length :]


def jfif(data: bytes, unit: int, across: int, down: int) -> bytes:
    """A JPEG with what JFIF says of the resolution."""
    at = data.index(b"JFIF\0") + 7
    return data[:at] + struct.pack(">BHH", unit, across, down) + data[at + 5 :]


def exif(orientation: int) -> bytes:
    """EXIF that says an orientation and nothing else."""
    return b"II*\0\x08\0\0\0" + directory("<", 8, {274: orientation})
