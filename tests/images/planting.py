"""Codestreams with a secret in every place of theirs that is not the image: one function a format, written by hand.

The places are found by walks of this file's own, so that what the library overlooks is planted all the same.
"""

from __future__ import annotations

import io
import struct
from random import Random
from string import ascii_letters
from typing import TYPE_CHECKING, Any
from zlib import compress, crc32, decompress

from nistitl.images.registry import codec_named
from tests.fuzz.codestreams import picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    Planted = Iterator[tuple[str, bytes]]

LENGTH = 24
ROWS, COLUMNS = 24, 30
APPLICATIONS = (  # number and beginning of what is known, and others
    (1, b"Exif\0\0II*\0\x08\0\0\0"), (1, b"http://ns.adobe.com/xap/1.0/\0"), (2, b"ICC_PROFILE\0\1\1"),
    (2, b"MPF\0"), (13, b"Photoshop 3.0\0"), (0, b"JFXX\0\x10"), (0, b"JFIF\0"),
    (0, b"JFIF\0\1\1\1\1\xf4\1\xf4\0\0"), (14, b"Adobe\0"), (14, b"Adobe\0\x64\0\0\0\0\1"),
    *((number, b"") for number in range(16)),
)  # fmt: skip


def canary(random: Random) -> bytes:
    """Letters that stand nowhere else."""
    return "".join(random.choices(ascii_letters, k=LENGTH)).encode()


def stands_in(secret: bytes, data: bytes) -> bool:
    """True where four letters of it that follow one another are there."""
    return any(secret[at : at + 4] in data for at in range(len(secret) - 3))


def encoded(name: str, colour: bool = False, **options: Any) -> bytes:
    rows, columns = (96, 112) if name == "WSQ20" else (ROWS, COLUMNS)
    return bytes(codec_named(name).encode(picture(rows, columns, colour), ppi=500, **options))


def saved(form: str, colour: bool = False, **options: Any) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    mode = options.pop("mode", None)
    image = Image.fromarray(picture(ROWS, COLUMNS, colour))
    (image.convert(mode) if mode else image).save(out, form, **options)
    return out.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def inserted(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + piece + data[at:]


# -- JPEG and WSQ -----------------------------------------------------------------------------


def markers(data: bytes, ends: bytes, starts_scan: int) -> Iterator[tuple[int, int, int]]:
    """Code of every segment, where its marker is and where it ends, coded data with it."""
    at = 2
    while data[at + 1] not in ends:
        code, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if code == starts_scan:
            while data[end] != 0xFF or data[end + 1] == 0 or 0xD0 <= data[end + 1] <= 0xD7:
                end += 1
        yield code, at, end
        at = end
    yield data[at + 1], at, at + 2


def jpeg(data: bytes, secret: bytes) -> Planted:
    """ITU-T T.81, annex B: a segment of every kind before every one that is there, what no segment holds, and more."""
    quantization = segment(0xDB, b"\3" + (secret * 3)[:64])
    huffman = segment(0xC4, b"\x13" + bytes(4) + b"\x0c" + bytes(11) + secret[:12])
    last = 0
    for code, at, end in markers(data, b"\xd9", 0xDA):
        for number, head in APPLICATIONS:
            what = f"APP{number} {head[:5]!r} before {code:02X}"
            yield what, inserted(data, at, segment(0xE0 + number, head + secret))
        for other in (0xFE, 0xF0, 0xF7, 0xFD, 0x02, 0xBF):
            yield f"{other:02X} before {code:02X}", inserted(data, at, segment(other, secret))
        if at > 2 and last != 0xDA:  # behind coded data nobody sees it
            yield f"nothing before {code:02X}", inserted(data, at, secret)
        last = code
        if code != 0xD9:
            yield f"filling before {code:02X}", inserted(data, at, b"\xff" * 7)
            yield f"table before {code:02X}", inserted(data, at, quantization)
            yield f"codes before {code:02X}", inserted(data, at, huffman)
            if b"\xff\xdd" not in data:
                yield f"interval before {code:02X}", inserted(data, at, segment(0xDD, b"\0\0" + secret))
        if code == 0xE0:
            yield "thumbnail", data[:at] + segment(0xE0, data[at + 4 : end - 2] + b"\2\4" + secret) + data[end:]
    yield "comment of NIST's", inserted(data, 2, segment(0xFE, b"NIST_COM 3\nPPI 500\nHISTORY " + secret))
    yield "in the name of NIST", inserted(data, 2, segment(0xFE, b"NIST_COM " + secret + b"\nPPI 500\n"))
    yield "the image once more", data + data + secret
    yield "behind", data + secret


def wsq(data: bytes, secret: bytes) -> Planted:
    """FBI IAFIS-IC-0110, annex B: the same."""
    last = 0
    for code, at, end in markers(data, b"\xa1", 0xA3):
        for other in (*range(0xA9, 0xB0), 0xA8):
            yield f"{other:02X} before {code:02X}", inserted(data, at, segment(other, secret))
        for head in (b"NIST_COM 3\nPPI 500\nHISTORY ", b"NIST_COM 2\nPPI ", b"PPI 500\n"):
            yield f"{head[:12]!r} before {code:02X}", inserted(data, at, segment(0xA8, head + secret))
        if code != 0xA1:
            if last != 0xA3:  # coded data it would be
                yield f"nothing before {code:02X}", inserted(data, at, secret)
            last = code
            yield f"filling before {code:02X}", inserted(data, at, b"\xff" * 7)
            codes = segment(0xA6, b"\7" + bytes(4) + b"\x0c" + bytes(11) + secret[:12])
            yield f"codes before {code:02X}", inserted(data, at, codes)
        if code in (0xA2, 0xA4, 0xA5, 0xA7):
            yield f"{code:02X} longer", data[:at] + segment(code, data[at + 4 : end] + secret) + data[end:]
        if code == 0xA5:
            last = end - 4 * 6
            yield "subbands that are none", data[:last] + secret[:24] + data[end:]
    yield "behind", data + secret


# -- PNG --------------------------------------------------------------------------------------

NAMES = (
    b"tEXt zTXt iTXt eXIf tIME iCCP sPLT hIST bKGD pHYs gAMA cHRM sRGB sBIT cICP mDCV cLLI oFFs pCAL sCAL gIFg gIFx "
    b"sTER acTL fcTL fdAT vpAg caBX jaNe JaNE"
).split()  # fmt: skip


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))


def png(data: bytes, secret: bytes) -> Planted:
    """ISO/IEC 15948: a chunk of every name before every one that is there, and what is behind the lines."""
    at, begin, lines = 33, 0, b""
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        for other in NAMES:
            for content in (
                secret,
                *(secret[:size] for size in (9, 8, 6, 4)),
                compress(secret),
                b"XML:com.adobe.xmp\0" + secret,
            ):
                yield f"{other!r} of {len(content)} before {name!r}", inserted(data, at, chunk(other, content))
        if data[25] != 3:
            yield f"palette before {name!r}", inserted(data, at, chunk(b"PLTE", secret))
            yield (
                f"transparency before {name!r}",
                inserted(data, at, chunk(b"tRNS", secret[: 2 * 3 ** (data[25] == 2)])),
            )
        wrong = chunk(b"gAMA", struct.pack(">I", 45455))[:-4] + secret[:4]
        yield f"a sum that is none before {name!r}", inserted(data, at, wrong)
        if name == b"IDAT":
            begin, lines = begin or at, lines + data[at + 8 : at + 8 + length]
        at += 12 + length
    head, end = data[:begin], chunk(b"IEND", b"")
    yield "behind the stream", head + chunk(b"IDAT", lines + secret) + end
    yield "behind the stream, in a chunk", head + chunk(b"IDAT", lines) + chunk(b"IDAT", secret) + end
    yield "behind the lines", head + chunk(b"IDAT", compress(decompress(lines) + secret, 0)) + end
    yield "behind", data + secret


# -- JPEG 2000 --------------------------------------------------------------------------------

BOXES = (
    b"uuid xml asoc nlst lbl uinf ulst url jp2i free cref ftbl jpch jplh colr resc resd roid mdat jane bpcc cdef pclr "
    b"jP ftyp"
).split()  # fmt: skip
NEED_NOTHING = (0xFF55, 0xFF57, 0xFF58, 0xFF63, 0xFF64, 0xFF65, 0xFF6F)  # markers that no decoder needs


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name.ljust(4)) + content


def in_tile(data: bytes, tile: int, at: int, piece: bytes) -> bytes:
    """With a piece within a tile-part, whose length counts it."""
    planted = bytearray(inserted(data, at, piece))
    struct.pack_into(">I", planted, tile + 6, int.from_bytes(data[tile + 6 : tile + 10], "big") + len(piece))
    return bytes(planted)


def codestream(data: bytes, secret: bytes) -> Planted:
    """ISO/IEC 15444-1, annex A: marker segments before every one of the headers, those of tile-parts too."""
    at, tile = 2, 0
    while data[at : at + 2] != b"\xff\xd9":
        code, length = struct.unpack_from(">HH", data, at)
        if code == 0xFF93:
            at = tile + int.from_bytes(data[tile + 6 : tile + 10], "big")
            yield f"behind the packets of the tile-part at {tile}", in_tile(data, tile, at, secret)
            continue
        for other in NEED_NOTHING if code != 0xFF51 else ():
            for content in (secret, b"\0\1" + secret, b"\0\0" + secret):
                piece = struct.pack(">HH", other, len(content) + 2) + content
                inside = tile and code != 0xFF90
                planted = in_tile(data, tile, at, piece) if inside else inserted(data, at, piece)
                yield f"{other:04X} before {code:04X}", planted
        tile = at if code == 0xFF90 else tile
        at += 2 + length
        if code == 0xFF90:  # where coded data follow at once
            piece = struct.pack(">HH", 0xFF64, len(secret) + 4) + b"\0\1" + secret
            yield "comment of a tile-part", in_tile(data, tile, at, piece)
    yield "behind", data + secret


def jp2(data: bytes, secret: bytes) -> Planted:
    """ISO/IEC 15444-1, annex I: boxes before every one that is there, in the header box, in that of resolutions."""
    at = 0
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        for other in BOXES if at else ():
            for content in (
                secret,
                bytes(16) + secret,
                box(b"lbl", secret),
                bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + secret,
            ):
                yield f"{other!r} before {name!r}", inserted(data, at, box(other, content))
        if name == b"ftyp":
            yield "brands", data[:at] + box(name, data[at + 8 : at + 12] + secret) + data[at + length :]
        if name == b"jp2h":
            head, rest = data[:at], data[at + length :]
            for what, content in in_header(data[at + 8 : at + length], secret):
                yield f"jp2h, {what}", head + box(name, content) + rest
        if name == b"jp2c":
            for what, content in codestream(data[at + 8 : at + length], secret):
                yield f"jp2c, {what}", data[:at] + box(name, content)
            yield "behind a box that tells no length", data[:at] + struct.pack(">I", 0) + data[at + 4 :] + secret
        at += length
    yield "a box behind", data + box(b"xml", secret)
    yield "behind", data + secret


def in_header(data: bytes, secret: bytes) -> Planted:
    at = 0
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        for other in BOXES if at else ():
            if other not in (b"colr", b"bpcc", b"cdef", b"pclr"):
                yield f"{other!r} before {name!r}", inserted(data, at, box(other, secret))
        if name in (b"colr", b"res "):
            yield (
                f"{name!r} longer",
                data[:at] + box(name, data[at + 8 : at + length] + box(b"jane", secret)) + data[at + length :],
            )
        if name == b"colr":
            yield "profile", data[:at] + box(name, b"\2\0\0" + secret) + data[at + length :]
            yield "profile of any kind", data[:at] + box(name, b"\3\0\0" + secret) + data[at + length :]
            yield "vendor's colours", data[:at] + box(name, b"\4\0\0" + secret) + data[at + length :]
            yield "colours twice", inserted(data, at + length, box(name, b"\2\0\0" + secret))
        at += length


# -- others -----------------------------------------------------------------------------------


def pixels(data: bytes, secret: bytes) -> Planted:
    """Pixels alone: behind them, and behind what fills up."""
    yield "behind", data + secret
    yield "behind zeros", data + bytes(64) + secret


def gif(data: bytes, secret: bytes) -> Planted:
    """GIF89a: extensions before the picture and behind it."""
    blocks = bytes((len(secret),)) + secret + b"\0"
    start = 13 + 3 * (2 << (data[10] & 7))
    for at in (start, len(data) - 1):
        for label in (0xFE, 0x01, 0xFF, 0xF9, 0x42):
            yield f"{label:02X} at {at}", inserted(data, at, bytes((0x21, label)) + blocks)
        yield f"application at {at}", inserted(data, at, b"\x21\xff\x0bNETSCAPE2.0" + blocks)
    yield "behind", data + secret


def webp(data: bytes, secret: bytes) -> Planted:
    """WebP: chunks before the picture and behind it."""
    for at in (12, len(data)):
        for name in (b"EXIF", b"XMP ", b"ICCP", b"jane", b"ALPH"[::-1]):
            whole = bytearray(inserted(data, at, struct.pack("<4sI", name, len(secret)) + secret))
            struct.pack_into("<I", whole, 4, len(whole) - 8)
            yield f"{name!r} at {at}", bytes(whole)
    yield "behind", data + secret


def bmp(data: bytes, secret: bytes) -> Planted:
    """Windows bitmaps: between header and rows, what fills up rows, what is reserved."""
    (start,) = struct.unpack_from("<I", data, 10)
    moved = bytearray(inserted(data, start, secret))
    struct.pack_into("<I", moved, 10, start + len(secret))
    yield "before the rows", bytes(moved)
    yield "reserved", data[:6] + secret[:4] + data[10:]
    yield "behind", data + secret
    yield "sizes", data[:2] + secret[:4] + data[6:]


def pnm(data: bytes, secret: bytes) -> Planted:
    """Comments; behind the samples."""
    for at in (3, data.index(b" ", 3) + 1):
        yield f"comment at {at}", inserted(data, at, b"# " + secret + b"\n")
    yield "behind", data + secret


def tiff(data: bytes, secret: bytes) -> Planted:
    """TIFF 6.0: tags of text and others, in a directory behind the file; behind the strips; before the directory."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    entries = data[at + 2 : at + 2 + 12 * count]
    body = data + bytes(len(data) % 2)
    for tag, kind in ((270, 2), (305, 2), (306, 2), (315, 2), (316, 2), (700, 1), (33432, 2), (34675, 7), (34377, 7),
                      (65000, 7), (330, 4), (301, 3), (34665, 4), (258, 2), (273, 2)):  # fmt: skip
        place = len(body)
        size = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}[kind]
        more = struct.pack(f"{order}HHII", tag, kind, len(secret) // size, place)
        directory = struct.pack(f"{order}H", count + 1) + entries + more + bytes(4)
        yield f"tag {tag}", body[:4] + struct.pack(f"{order}I", place + len(secret)) + body[8:] + secret + directory
    yield "behind", data + secret
    yield from behind_strips(data, secret, order, at, count)
    again = struct.pack(f"{order}H", count) + entries + struct.pack(f"{order}I", len(body) + 2 + 12 * count + 4)
    yield (
        "another page",
        body[:4] + struct.pack(f"{order}I", len(body)) + body[8:] + again + again[:-4] + bytes(4) + secret,
    )


def behind_strips(data: bytes, secret: bytes, order: str, at: int, count: int) -> Planted:
    """The only strip moved behind the file, with more behind its data than it needs."""
    entries = {struct.unpack_from(f"{order}H", data, e)[0]: e for e in range(at + 2, at + 2 + 12 * count, 12)}
    strips, lengths = entries[273], entries[279]
    many, start = struct.unpack_from(f"{order}II", data, strips + 4)
    kind, _, wide = struct.unpack_from(f"{order}HII", data, lengths + 2)
    length = wide if kind == 4 else struct.unpack_from(f"{order}H", data, lengths + 8)[0]
    if many == 1:
        whole = data + bytes(len(data) % 2)
        moved = bytearray(whole + data[start : start + length] + secret)
        struct.pack_into(f"{order}HII", moved, strips + 2, 4, 1, len(whole))
        struct.pack_into(f"{order}HII", moved, lengths + 2, 4, 1, length + len(secret))
        yield "behind the data of a strip", bytes(moved)


def wave(data: bytes, secret: bytes) -> Planted:
    """RIFF: chunks before the samples and behind them."""
    for at in (12, 36, len(data)):
        for name in (b"LIST", b"bext", b"iXML", b"id3 ", b"jane", b"fact"):
            content = b"INFOIART" + struct.pack("<I", len(secret)) + secret
            whole = bytearray(inserted(data, at, struct.pack("<4sI", name, len(content)) + content))
            struct.pack_into("<I", whole, 4, len(whole) - 8)
            yield f"{name!r} at {at}", bytes(whole)
    yield "behind", data + secret


def mp3(data: bytes, secret: bytes) -> Planted:
    """ID3: before and behind."""
    tag = b"ID3\4\0\0" + bytes((0, 0, 0, len(secret))) + secret
    yield "before", tag + data
    yield "twice", tag + tag + data
    yield "behind", data + b"TAG" + secret.ljust(125, b"\0")
    yield "encoder", data[:4] + (bytes(32) + b"Info" + secret).ljust(len(data) // 3 - 4, b"\0") + data
