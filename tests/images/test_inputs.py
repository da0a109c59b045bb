"""Kinds of pictures that users have, and what comes out: the table of docs/images.md, each row written by hand."""

from __future__ import annotations

import io
import re
import struct
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import nistitl
from nistitl.images.advice import CodecAdvice
from nistitl.images.errors import ImageError
from nistitl.images.pictures import Picture, open_picture
from nistitl.images.registry import codec_named
from tests.support.pictures import (
    METRE,
    bmp,
    chunk,
    exif,
    gray_page,
    jfif,
    jp2_box,
    phys,
    png,
    saved,
    tiff,
    with_resolution,
)
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

np = pytest.importorskip("numpy", reason="numpy comes with ebtskit[images]")
PIL = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
ic = pytest.importorskip("imagecodecs", reason="imagecodecs comes with ebtskit[images]")

G = [[0, 60, 120, 255], [10, 200, 30, 90], [250, 5, 128, 64]]
ROWS = [bytes(row) for row in G]
INVERTED = [bytes([255, 195, 135, 0]), bytes([245, 55, 225, 165]), bytes([5, 250, 127, 191])]
TURNED_6 = [[250, 10, 0], [5, 200, 60], [128, 30, 120], [64, 90, 255]]
TURNED_8 = [[255, 90, 64], [120, 30, 128], [60, 200, 5], [0, 10, 250]]
BITS = [[255, 0, 255, 255], [0, 0, 255, 0], [255, 255, 0, 0]]
BIT_ROWS = [b"\xb0", b"\x20", b"\xc0"]
DEEP = [[0, 1000, 40000, 65535], [257, 514, 32768, 9]]
DEEP_ROWS = [struct.pack(">4H", *row) for row in DEEP]
C = [[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [10, 20, 30]]]
C_ROWS = [bytes([*left, *right]) for left, right in C]
C_GRAY = [[76, 150], [29, 18]]
ALPHA = [[255, 128], [0, 255]]
ON_WHITE = [[[255, 0, 0], [127, 255, 127]], [[255, 255, 255], [10, 20, 30]]]
DEEP_COLOUR = [[[65535, 0, 1], [2, 3, 4]]]
SIXTEENTHS = [[0, 17, 34, 255], [136, 153, 170, 187]]
FLAT = [[90] * 16] * 16


def u8(values: Any) -> Any:
    return np.array(values, np.uint8)


def u16(values: Any) -> Any:
    return np.array(values, np.uint16)


class Case(NamedTuple):
    """What a user has, how it is made here, what comes out in words and as pixels; options of `open_picture`."""

    what: str
    made: Callable[[], Any]
    out: str
    pixels: Any = None
    options: dict[str, Any] = {}
    near: int = 0


@cache
def ridges() -> Any:
    y, x = np.indices((100, 120))
    return (128 + 90 * np.sin(x / 2 + y / 3)).astype(np.uint8)


def rgba(alpha: Any = ALPHA) -> Any:
    return np.dstack([u8(C), u8(alpha)])


def colours(**options: Any) -> bytes:
    return saved(u8(C), "PNG", **options)


def jpeg(image: Any, **options: Any) -> bytes:
    return saved(image, "JPEG", quality=100, subsampling=0, **options)


def jp2(array: Any, **options: Any) -> bytes:
    return bytes(codec_named("JP2L").encode(array, **options))


def transparent_gif() -> bytes:
    picture = PIL.fromarray(u8(G)).convert("P")
    return saved(picture, "GIF", transparency=picture.getpixel((0, 0)))


def ihead() -> bytes:
    head = bytearray(288)
    for at, number in ((114, 4), (122, 3), (130, 8), (138, 500), (146, 0)):
        head[at - 8 : at] = str(number).encode().ljust(8, b"\0")
    return b"288".ljust(8, b"\0") + bytes(head) + b"".join(ROWS)


def rgb_page(rows: list[bytes], extra: int | None = None, planes: bool = False) -> tuple[dict[int, Any], bytes]:
    count = 3 if extra is None else 4
    tags: dict[int, Any] = {256: 2, 257: 2, 258: (8,) * count, 259: 1, 262: 2, 277: count, 284: 2 if planes else 1}
    return tags | ({} if extra is None else {338: extra}), b"".join(rows)


def planes() -> bytes:
    tags, _ = rgb_page([], planes=True)
    strips = [bytes(row[at] for line in C for row in line) for at in range(3)]
    data = b"II*\0\0\0\0\0" + b"".join(strips)
    whole = tags | {273: (8, 12, 16), 278: 2, 279: (4, 4, 4)}
    from tests.support.pictures import directory

    return data[:4] + struct.pack("<I", len(data)) + data[8:] + directory("<", len(data), whole)


INCH = {"t282": 500.0, "t283": 500.0, "t296": 2}
PALETTE = b"".join(bytes(colour) for line in C for colour in line)
SMALLER = ({254: 1, 256: 1, 257: 1, 258: 8, 259: 1, 262: 1, 277: 1}, b"\x07")

CASES = [
    Case("PNG, gray of 8 bits, 19685 pixels per metre", lambda: png(4, 8, 0, ROWS, phys()), "gray 8, 500 ppi", u8(G)),
    Case("PNG, gray of 1 bit", lambda: png(4, 1, 0, BIT_ROWS), "gray 8, no resolution", u8(BITS)),
    Case(
        "PNG, gray of 4 bits", lambda: png(4, 4, 0, [b"\x01\x2f", b"\x89\xab"]), "gray 8, no resolution", u8(SIXTEENTHS)
    ),
    Case("PNG, gray of 16 bits", lambda: png(4, 16, 0, DEEP_ROWS, phys()), "gray 16, 500 ppi", u16(DEEP)),
    Case(
        "PNG, RGB of 8 bits, no unit, 2 to 1",
        lambda: png(2, 8, 2, C_ROWS, phys(2, 1, 0)),
        "RGB 8, pixels of 2 to 1",
        u8(C),
    ),
    Case(
        "PNG, RGB of 16 bits",
        lambda: png(2, 16, 2, [struct.pack(">6H", 65535, 0, 1, 2, 3, 4)]),
        "RGB 16, no resolution",
        u16(DEEP_COLOUR),
    ),
    Case(
        "PNG, palette of colours",
        lambda: png(2, 8, 3, [b"\0\1", b"\2\3"], chunk(b"PLTE", PALETTE)),
        "RGB 8, no resolution",
        u8(C),
    ),
    Case(
        "PNG, palette of grays",
        lambda: png(2, 8, 3, [b"\0\1", b"\1\0"], chunk(b"PLTE", b"\x09" * 3 + b"\xf0" * 3)),
        "gray 8, no resolution",
        u8([[9, 240], [240, 9]]),
    ),
    Case(
        "PNG, gray with alpha that hides nothing",
        lambda: png(2, 8, 4, [b"\x07\xff\x08\xff"]),
        "gray 8, no resolution",
        u8([[7, 8]]),
    ),
    Case(
        "PNG, RGB with alpha that hides something",
        lambda: saved(rgba(), "PNG"),
        "refused: has transparency; background=255 lays it on white, 0 on black",
    ),
    Case(
        "the same with `background=255`",
        lambda: saved(rgba(), "PNG"),
        "RGB 8, no resolution; laid on a background of 255",
        u8(ON_WHITE),
        {"background": 255},
    ),
    Case(
        "PNG, EXIF orientation 6, 600 by 300 ppi",
        lambda: png(4, 8, 0, ROWS, phys(23622, 11811), chunk(b"eXIf", exif(6))),
        "gray 8, 300 x 600 ppi; turned as EXIF orientation 6 asks",
        u8(TURNED_6),
    ),
    Case(
        "the same with `turn=False`",
        lambda: png(4, 8, 0, ROWS, phys(23622, 11811), chunk(b"eXIf", exif(6))),
        "gray 8, 600 x 300 ppi",
        u8(G),
        {"turn": False},
    ),
    Case(
        "PNG, animated",
        lambda: saved(u8(G), "PNG", save_all=True, append_images=[PIL.fromarray(u8(G) // 2)]),
        "refused: 2 pictures, an animation; save the one that is meant as PNG",
    ),
    Case("PNG, cut off", lambda: colours()[:-20], "refused: the file ends before the picture does"),
    Case("TIFF, gray of 8 bits, 500 an inch", lambda: tiff(gray_page(4, ROWS, **INCH)), "gray 8, 500 ppi", u8(G)),
    Case(
        "TIFF, big-endian, 197 a centimetre",
        lambda: tiff(gray_page(4, ROWS, t282=197.0, t283=197.0, t296=3), order=">"),
        "gray 8, 500.4 ppi",
        u8(G),
    ),
    Case(
        "TIFF, no unit, 500 and 500",
        lambda: tiff(gray_page(4, ROWS, t282=500.0, t283=500.0, t296=1)),
        "gray 8, no resolution",
        u8(G),
    ),
    Case(
        "TIFF, no unit, 2 to 1",
        lambda: tiff(gray_page(4, ROWS, t282=2.0, t283=1.0, t296=1)),
        "gray 8, pixels of 2 to 1",
        u8(G),
    ),
    Case("TIFF, no resolution, `ppi=500`", lambda: tiff(gray_page(4, ROWS)), "gray 8, 500 ppi", u8(G), {"ppi": 500}),
    Case("TIFF, 1 bit", lambda: tiff(gray_page(4, BIT_ROWS, bits=1, **INCH)), "gray 8, 500 ppi", u8(BITS)),
    Case(
        "TIFF, facsimile group 4",
        lambda: saved(PIL.fromarray(u8(BITS)).convert("1"), "TIFF", compression="group4"),
        "gray 8, no resolution",
        u8(BITS),
    ),
    Case(
        "TIFF, gray of 4 bits",
        lambda: tiff(gray_page(4, [b"\x01\x2f", b"\x89\xab"], bits=4)),
        "gray 8, no resolution",
        u8(SIXTEENTHS),
    ),
    Case("TIFF, zero is white", lambda: tiff(gray_page(4, INVERTED, zero=0)), "gray 8, no resolution", u8(G)),
    Case(
        "TIFF, 16 bits",
        lambda: tiff(gray_page(4, DEEP_ROWS, bits=16, **INCH), order=">"),
        "gray 16, 500 ppi",
        u16(DEEP),
    ),
    Case(
        "TIFF, 16 bits, zero is white",
        lambda: tiff(gray_page(4, [row.tobytes() for row in 65535 - u16(DEEP)], bits=16, zero=0)),
        "gray 16, no resolution",
        u16(DEEP),
    ),
    Case("TIFF, RGB, pixel by pixel", lambda: tiff(rgb_page(C_ROWS)), "RGB 8, no resolution", u8(C)),
    Case("TIFF, RGB, plane by plane", planes, "RGB 8, no resolution", u8(C)),
    Case(
        "TIFF, palette",
        lambda: saved(PIL.fromarray(u8(C)).convert("P", palette=PIL.Palette.ADAPTIVE), "TIFF"),
        "RGB 8, no resolution",
        u8(C),
    ),
    Case("TIFF, RGB with alpha that hides something", lambda: saved(rgba(), "TIFF"), "refused: has transparency"),
    Case(
        "TIFF, gray with alpha, `background=0`",
        lambda: saved(np.dstack([u8([[200, 200]]), u8([[255, 51]])]), "TIFF"),
        "gray 8, no resolution; laid on a background of 0",
        u8([[200, 40]]),
        {"background": 0},
    ),
    Case(
        "TIFF, inks (CMYK)",
        lambda: saved(PIL.new("CMYK", (4, 3)), "TIFF"),
        "refused: inks (CMYK) are not decoded; save it as gray or RGB",
    ),
    Case(
        "TIFF, floating-point numbers",
        lambda: saved(PIL.new("F", (4, 3)), "TIFF"),
        "refused: signed, or no whole numbers",
    ),
    Case(
        "TIFF, orientation 8",
        lambda: tiff(gray_page(4, ROWS, t274=8, **INCH)),
        "gray 8, 500 ppi; turned as EXIF orientation 8 asks",
        u8(TURNED_8),
    ),
    Case(
        "TIFF, three pages",
        lambda: tiff(*[gray_page(4, ROWS)] * 3),
        "refused: the file has 3 pages; say which one is meant: page=1 to page=3",
    ),
    Case(
        "the same with `page=2`",
        lambda: tiff(gray_page(4, INVERTED), gray_page(4, ROWS, **INCH), gray_page(4, INVERTED)),
        "gray 8, 500 ppi",
        u8(G),
        {"page": 2},
    ),
    Case(
        "the same with `page=4`",
        lambda: tiff(*[gray_page(4, ROWS)] * 3),
        "refused: there is no page 4: the file has 3 pages",
        None,
        {"page": 4},
    ),
    Case("TIFF, a page and its thumbnail", lambda: tiff(gray_page(4, ROWS, **INCH), SMALLER), "gray 8, 500 ppi", u8(G)),
    Case("BigTIFF", lambda: b"II+\0" + bytes(40), "refused: a BigTIFF: save it as TIFF"),
    Case(
        "BMP, palette of 256 grays, 19685 pixels per metre",
        lambda: bmp(4, 3, 8, ROWS[::-1], _grays()),
        "gray 8, 500 ppi",
        u8(G),
    ),
    Case("BMP, from the top to the bottom", lambda: bmp(4, -3, 8, ROWS, _grays()), "gray 8, 500 ppi", u8(G)),
    Case(
        "BMP, 24 bits, 96 an inch as of a screen",
        lambda: bmp(2, 2, 24, [row[::-1][3:] + row[::-1][:3] for row in C_ROWS[::-1]], per_metre=3780),
        "RGB 8, no resolution",
        u8(C),
    ),
    Case(
        "BMP, 1 bit",
        lambda: bmp(4, 3, 1, BIT_ROWS[::-1], bytes(4) + b"\xff\xff\xff\0", 0),
        "gray 8, no resolution",
        u8(BITS),
    ),
    Case("JPEG, gray, JFIF 500 an inch", lambda: jfif(jpeg(u8(FLAT)), 1, 500, 500), "gray 8, 500 ppi", u8(FLAT), {}, 1),
    Case(
        "JPEG, RGB, JFIF 197 a centimetre",
        lambda: jfif(jpeg(u8([[C[1][1]] * 16] * 16)), 2, 197, 197),
        "RGB 8, 500.4 ppi",
        u8([[C[1][1]] * 16] * 16),
        {},
        2,
    ),
    Case(
        "JPEG, JFIF without a unit, 1 to 1",
        lambda: jfif(jpeg(u8(FLAT)), 0, 1, 1),
        "gray 8, no resolution",
        u8(FLAT),
        {},
        1,
    ),
    Case(
        "JPEG, JFIF without a unit, 1 to 2",
        lambda: jfif(jpeg(u8(FLAT)), 0, 1, 2),
        "gray 8, pixels of 1 to 2",
        u8(FLAT),
        {},
        1,
    ),
    Case(
        "JPEG, EXIF orientation 6",
        lambda: jpeg(u8([[10] * 16 + [240] * 16] * 16), exif=_exif_of_pillow(6)),
        "gray 8, no resolution; turned as EXIF orientation 6 asks",
        u8([[10] * 16] * 16 + [[240] * 16] * 16),
        {},
        2,
    ),
    Case(
        "JPEG, inks (CMYK)",
        lambda: jpeg(PIL.new("CMYK", (8, 8))),
        "refused: 4 components, as of inks (CMYK); save it as gray or RGB",
    ),
    Case(
        "JPEG, lossless, 12 bits",
        lambda: bytes(codec_named("JPEGL").encode(u16([[0, 4095, 7, 8]] * 2), bits=12)),
        "gray 12, no resolution",
        u16([[0, 4095, 7, 8]] * 2),
    ),
    Case(
        "JPEG 2000, resolution of capture 19685, to show 2835",
        lambda: with_resolution(jp2(u8(G)), (b"resd", 2835), (b"resc", METRE)),
        "gray 8, 500 ppi",
        u8(G),
    ),
    Case(
        "JPEG 2000, resolution to show 19685",
        lambda: with_resolution(jp2(u8(G)), (b"resd", METRE)),
        "gray 8, 500 ppi",
        u8(G),
    ),
    Case("JPEG 2000, a bare codestream", lambda: jp2(u8(G), boxes=False), "gray 8, no resolution", u8(G)),
    Case("JPEG 2000, 16 bits", lambda: jp2(u16(DEEP)), "gray 16, no resolution", u16(DEEP)),
    Case("JPEG 2000, RGB", lambda: jp2(u8(C)), "RGB 8, no resolution", u8(C)),
    Case("PGM, bytes", lambda: b"P5 4 3 255\n" + b"".join(ROWS), "gray 8, no resolution", u8(G)),
    Case("PGM, text", lambda: b"P2\n# by hand\n2 1\n9\n0 9\n", "gray 8, no resolution", u8([[0, 255]])),
    Case(
        "PGM, greatest value 65535",
        lambda: b"P5 4 2 65535\n" + b"".join(DEEP_ROWS),
        "gray 16, no resolution",
        u16(DEEP),
    ),
    Case(
        "PBM", lambda: b"P4 4 3\n" + bytes(255 - row[0] & 0xF0 for row in BIT_ROWS), "gray 8, no resolution", u8(BITS)
    ),
    Case("PPM", lambda: b"P6 2 2 255\n" + b"".join(C_ROWS), "RGB 8, no resolution", u8(C)),
    Case("PAM", lambda: b"P7\nWIDTH 4\n", "refused: a portable arbitrary map: save it as PGM or PNG"),
    Case(
        "WSQ, NISTCOM 500",
        lambda: bytes(codec_named("WSQ20").encode(ridges(), ppi=500, bitrate=2.0)),
        "gray 8, 500 ppi",
        "ridges",
        {},
        40,
    ),
    Case("GIF, gray", lambda: saved(PIL.fromarray(u8(G)), "GIF"), "gray 8, no resolution", u8(G)),
    Case(
        "GIF, animated",
        lambda: saved(PIL.fromarray(u8(G)), "GIF", save_all=True, append_images=[PIL.new("L", (4, 3), 9)]),
        "refused: 2 pictures, an animation",
    ),
    Case("GIF, transparent", transparent_gif, "refused: has transparency"),
    Case("WebP, lossless", lambda: saved(u8(C), "WEBP", lossless=True), "RGB 8, no resolution", u8(C)),
    Case("IHead", ihead, "gray 8, 500 ppi", u8(G)),
    Case("PDF", lambda: b"%PDF-1.7\n", "refused: a PDF: draw its pages first, for example by pdftoppm -r 500 -gray"),
    Case(
        "HEIF",
        lambda: jp2_box(b"ftyp", b"heic" + bytes(8)),
        "refused: a HEIF or AVIF picture, or a film: save it as PNG or TIFF",
    ),
    Case(
        "a transaction",
        lambda: b"1.001:20\x1d1.002:0500\x1c",
        "refused: a transaction: nistitl extract FILE -o DIR writes its images",
    ),
    Case("an empty file", lambda: b"", "refused: the file is empty"),
    Case("text", lambda: b"not a picture", "refused: no picture that is known here"),
    Case("array, uint8", lambda: u8(G), "gray 8, no resolution", u8(G)),
    Case("array, uint16, big-endian", lambda: u16(DEEP).astype(">u2"), "gray 16, no resolution", u16(DEEP)),
    Case("array, bool: True is white", lambda: u8(BITS) > 0, "gray 8, no resolution", u8(BITS)),
    Case("array, (rows, columns, 1)", lambda: u8(G)[..., None], "gray 8, no resolution", u8(G)),
    Case(
        "array, (rows, columns, 3), every second column",
        lambda: np.repeat(u8(C), 2, axis=1)[:, ::2],
        "RGB 8, no resolution",
        u8(C),
    ),
    Case(
        "array, (rows, columns, 4)",
        rgba,
        "refused: has transparency, or is of inks; give gray (array[..., 0]) or red, green and blue (array[..., :3])",
    ),
    Case(
        "array, floating-point numbers",
        lambda: u8(G) / 255,
        "refused: pixels are uint8, uint16 or bool, not float64; scale them to 0 to 255 and round them",
    ),
    Case("array, masked", lambda: np.ma.MaskedArray(u8(G), u8(G) > 250), "refused: pixels are masked"),
    Case("Pillow, mode 1", lambda: PIL.fromarray(u8(BITS)).convert("1"), "gray 8, no resolution", u8(BITS)),
    Case(
        "Pillow, mode P",
        lambda: PIL.fromarray(u8(C)).convert("P", palette=PIL.Palette.ADAPTIVE),
        "RGB 8, no resolution",
        u8(C),
    ),
    Case("Pillow, mode I;16", lambda: PIL.fromarray(u16(DEEP)), "gray 16, no resolution", u16(DEEP)),
    Case("Pillow, mode RGBA that hides something", lambda: PIL.fromarray(rgba()), "refused: has transparency"),
    Case(
        "Pillow, mode CMYK",
        lambda: PIL.new("CMYK", (4, 3)),
        "refused: a picture of mode CMYK is neither gray nor RGB of whole numbers; convert it first",
    ),
    Case("Pillow, mode F", lambda: PIL.new("F", (4, 3)), "refused: a picture of mode F is neither gray nor RGB"),
]
BEGIN, END = "<!-- kinds of pictures: held by tests/images/test_inputs.py -->", "<!-- end of kinds -->"


def _grays() -> bytes:
    return b"".join(bytes([level, level, level, 0]) for level in range(256))


def _exif_of_pillow(orientation: int) -> Any:
    told = PIL.Exif()
    told[274] = orientation
    return told


def described(picture: Picture) -> str:
    """What comes out, in the words of the table."""
    kind = "RGB" if picture.pixels.ndim == 3 else "gray"
    said = picture.density
    return "; ".join([f"{kind} {picture.bits}, {said if said is not None else 'no resolution'}", *picture.done])


@pytest.mark.parametrize("case", CASES, ids=lambda case: re.sub(r"\W+", "-", case.what))
def test_what_comes_out(case: Case) -> None:
    if case.out.startswith("refused: "):
        with pytest.raises(ImageError, match=re.escape(case.out.removeprefix("refused: "))):
            open_picture(case.made(), **case.options)
        return
    picture = open_picture(case.made(), **case.options)
    wanted = ridges() if isinstance(case.pixels, str) else case.pixels
    assert described(picture) == case.out
    assert picture.pixels.dtype == wanted.dtype and picture.pixels.shape == wanted.shape
    assert np.abs(picture.pixels.astype(int) - wanted.astype(int)).max() <= case.near
    assert picture.pixels.flags["C_CONTIGUOUS"]


def test_there_are_forty_kinds_and_the_page_has_them() -> None:
    assert len({case.what for case in CASES if not case.what.startswith("the same")}) >= 40
    rows = [f"| {case.what} | {case.out} |" for case in CASES]
    page = (ROOT / "docs" / "images.md").read_text("utf-8")
    table = page.partition(BEGIN)[2].partition(END)[0].strip().splitlines()
    assert table == ["| what a user has | what comes out |", "|---|---|", *rows]


def test_paths_files_and_bytes_are_the_same(tmp_path: Path) -> None:
    data = png(4, 8, 0, ROWS, phys())
    path = tmp_path / "thumb.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        sources = [str(path), path, file, data, bytearray(data), memoryview(data), io.BytesIO(data)]
        pictures = [open_picture(source) for source in sources]
    assert all(np.array_equal(picture.pixels, u8(G)) and picture.ppi == pictures[0].ppi for picture in pictures)
    assert open_picture(u8(G), ppi=np.int64(500)).ppi == open_picture(u8(G), ppi=np.float32(500)).ppi == 500
    assert open_picture(pictures[0]) is pictures[0] and open_picture(pictures[0], ppi=500).given == 500


def test_errors_name_the_file_and_say_what_to_do(tmp_path: Path) -> None:
    pages = tmp_path / "pages.tif"
    pages.write_bytes(tiff(*[gray_page(4, ROWS)] * 2))
    colour = tmp_path / "colour.png"
    colour.write_bytes(colours(dpi=(500, 500)))
    deep = tmp_path / "deep.png"
    deep.write_bytes(png(4, 16, 0, DEEP_ROWS, phys()))
    bare = tmp_path / "bare.bmp"
    bare.write_bytes(bmp(4, 3, 8, ROWS, _grays()))
    for path, options, said in [
        (pages, {"codec": "PNG"}, "page=1 to page=2"),
        (pages, {"codec": "PNG", "page": 1}, "does not say its resolution; give ppi"),
        (colour, {"codec": "WSQ20"}, "WSQ20 carries gray images only, and this one is RGB; gray=True"),
        (deep, {"codec": "WSQ20"}, "no more than 8 bits a component, and this one has 16; eight_bits=True"),
        (bare, {}, "not BMP; codec= names the one to encode it by"),
        (tmp_path / "none.png", {}, "cannot be read: No such file"),
        (tmp_path, {}, "cannot be read: "),
    ]:
        with pytest.raises(ImageError, match=re.escape(said)) as caught:
            nistitl.Type14.from_image(path, FGP=2, IMP=0, **options)
        assert str(caught.value).startswith(f"{path}: ") and str(caught.value).count(str(path)) == 1
    with pytest.raises(ImageError, match=r"Type-4 carries gray images only.*gray=True"):
        nistitl.Type4.from_image(colour, codec="JP2L", FGP=2, IMP=0)


def test_gray_is_what_pillow_makes_of_colour() -> None:
    assert np.array_equal(open_picture(u8(C)).gray().pixels, u8(C_GRAY))
    levels = np.arange(0, 256, 5)
    every = u8(np.stack(np.meshgrid(levels, levels, levels), -1).reshape(52, -1, 3))
    gray = open_picture(every).gray()
    assert np.array_equal(gray.pixels, np.asarray(PIL.fromarray(every).convert("L")))
    assert gray.done == ("gray from colour by ITU-R BT.601",) and gray.gray() is gray
    white = open_picture(np.full((2, 2, 3), 65535, np.uint16)).gray()
    assert (white.pixels == 65535).all(), "of 16 bits by the same formula"


def test_deep_samples_are_divided_only_where_somebody_says_so() -> None:
    picture = open_picture(u16([[0, 128, 129, 257, 65535]]))
    assert picture.eight_bits().pixels.tolist() == [[0, 0, 1, 1, 255]]
    twelve = open_picture(bytes(codec_named("JPEGL").encode(u16([[0, 4095, 2048, 8]] * 2), bits=12)))
    assert twelve.eight_bits().pixels.tolist() == [[0, 255, 128, 0]] * 2 and twelve.eight_bits().bits == 8


def test_a_path_becomes_a_record_by_another_codec_and_by_its_own(tmp_path: Path) -> None:
    path = tmp_path / "thumb.tif"
    path.write_bytes(saved(ridges(), "TIFF", dpi=(500, 500)))
    record = nistitl.Type14.from_image(str(path), codec="WSQ20", FGP=1, IMP=3)
    assert (record.CGA, record.THPS, record.HLL, record.VLL, record.FGP) == ("WSQ20", 500, 120, 100, (1,))
    whole = tmp_path / "thumb.png"
    whole.write_bytes(png(12, 8, 0, [row * 3 for row in ROWS * 4], phys()))
    assert bytes(nistitl.Type14.from_image(whole, FGP=1).DATA or b"") == whole.read_bytes()
    lying = tmp_path / "lying.png"
    high = [row * 3 for row in ROWS * 4]  # 12 columns and 12 rows, as a record has at least
    lying.write_bytes(png(12, 8, 0, high, phys(), chunk(b"eXIf", exif(6))))
    with pytest.raises(ImageError, match=r"lying.png: EXIF .*turn=True"):
        nistitl.Type14.from_image(lying, FGP=1)
    turned = nistitl.Type14.from_image(lying, codec="JP2L", FGP=1)
    assert np.array_equal(turned.array, np.tile(u8(TURNED_6), (3, 4))), "what is encoded anew is the right way up"


@pytest.mark.parametrize("kind", [10, 16, 17, 20])
def test_faces_and_irises_need_no_resolution(kind: int, tmp_path: Path) -> None:
    cls: Any = nistitl.record_class(kind)
    path = tmp_path / "face.jpg"
    path.write_bytes(jfif(jpeg(u8(FLAT)), 0, 1, 1))
    oblong = png(16, 8, 0, [bytes(row) for row in FLAT], phys(4, 2, 0))
    for record, scale in [
        (cls.from_image(u8(FLAT), codec="PNG"), (0, 1, 1)),
        (cls.from_image(path), (0, 1, 1)),
        (cls.from_image(oblong), (0, 2, 1)),
        (cls.from_image(open_picture(oblong), codec="JPEGL"), (0, 2, 1)),
        (cls.from_image(u8(FLAT), codec="PNG", ppi=300), (1, 300, 300)),
    ]:
        assert (record.SLC, record.THPS, record.TVPS) == scale and record.image_findings() == ()
        assert (record.ppi is None) == (scale[0] == 0)
    with pytest.raises(ImageError, match="give codec and ppi"):
        nistitl.Type14.from_image(u8(G), codec="PNG")


def test_a_picture_larger_than_allowed_is_refused_before_it_is_decoded() -> None:
    huge = png(60000, 8, 0, [b""] * 3, phys()).replace(struct.pack(">II", 60000, 3), struct.pack(">II", 60000, 60000))
    with pytest.raises(ImageError, match="more than the limit"):
        open_picture(huge)
    with pytest.raises(ImageError, match="more than the limit of 11"):
        open_picture(png(4, 8, 0, ROWS), max_pixels=11)


def test_a_tiff_whose_directories_go_round_ends() -> None:
    data = bytearray(tiff(gray_page(4, ROWS)))
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    struct.pack_into("<I", data, at + 2 + 12 * count, at)
    assert np.array_equal(open_picture(bytes(data)).pixels, u8(G))


def test_a_page_is_had_whatever_the_others_are() -> None:
    inks = {256: 1, 257: 1, 258: (8, 8, 8, 8), 259: 1, 262: 5, 277: 4}, b"\0\0\0\0"
    pages = tiff(inks, gray_page(4, ROWS, **INCH))
    assert np.array_equal(open_picture(pages, page=2).pixels, u8(G))
    with pytest.raises(ImageError, match="inks"):
        open_picture(pages, page=1)
    for page in (0, -1, 3):
        with pytest.raises(ImageError, match=f"there is no page {page}"):
            open_picture(pages, page=page)


def test_what_is_asked_for_is_done_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "colour.png"
    path.write_bytes(saved(np.dstack([ridges()] * 3), "PNG", dpi=(500, 500)))
    gray = nistitl.Type14.from_image(path, gray=True, FGP=1)
    assert gray.CGA == "PNG" and gray.BPX == 8 and np.array_equal(gray.array, ridges()), "by the codec that it was"
    assert bytes(nistitl.Type14.from_image(path, FGP=1).DATA or b"") == path.read_bytes()
    with pytest.raises(ImageError, match="no page 0"):
        nistitl.Type14.from_image(path, page=0, FGP=1)
    with pytest.raises(ImageError, match="1 pixel per inch or more"):
        nistitl.Type14.from_image(path, resample=0, FGP=1)
    with pytest.raises(ImageError, match="page and background go with its file"):
        open_picture(open_picture(path), page=1)
    for background in (-1, 256):
        with pytest.raises(ImageError, match=r"from 0 \(black\) to 255"):
            open_picture(path, background=background)


@pytest.mark.parametrize("at", range(0, 140, 7))
def test_a_tiff_that_ends_anywhere_is_refused(at: int) -> None:
    whole = tiff(gray_page(4, ROWS, **INCH), gray_page(4, ROWS))
    with pytest.raises(ImageError):
        open_picture(whole[:at], page=1)


def test_lossy_after_lossy_is_told(tmp_path: Path) -> None:
    path = tmp_path / "thumb.jpg"
    path.write_bytes(jfif(jpeg(ridges()), 1, 500, 500))
    with pytest.warns(CodecAdvice, match="compressed with loss before, by JPEGB"):
        record = nistitl.Type14.from_image(path, codec="WSQ20", FGP=1, IMP=3)
    assert record.CGA == "WSQ20" and record.THPS == 500
    with pytest.raises(ImageError, match=r"the codestream is JPEGB, not WSQ20; .*open_picture\(data\)"):
        nistitl.Type14.from_image(path.read_bytes(), codec="WSQ20", FGP=1, IMP=3)
    again = nistitl.Type14.from_image(open_picture(path.read_bytes()), codec="WSQ20", FGP=1, IMP=3)
    assert again.CGA == "WSQ20" and again.THPS == 500


def test_depths_between_8_and_16_stay_what_they_are() -> None:
    twelve = tiff(gray_page(16, [b"\x00\x0f\xff" * 8] * 16, bits=12, **INCH))
    wanted = u16([[0, 4095] * 8] * 16)
    picture = open_picture(twelve)
    assert (picture.bits, picture.pixels.tolist()) == (12, wanted.tolist())
    for codec in ("JP2L", "JPEGL"):
        record = nistitl.Type14.from_image(picture, codec=codec, FGP=1)
        assert record.BPX == 12 and np.array_equal(record.array, wanted)
    for codec in ("PNG", "NONE"):
        with pytest.raises(ImageError, match=r"has 12; JP2L and JPEGL carry them, eight_bits=True divides them"):
            nistitl.Type14.from_image(picture, codec=codec, FGP=1)
    assert nistitl.Type14.from_image(picture, codec="PNG", eight_bits=True, FGP=1).array.max() == 255


@pytest.mark.parametrize(
    ("image", "options", "said"),
    [
        (None, {}, "a picture is a path, a file, its bytes, an array or a picture of Pillow, not NoneType"),
        (5, {}, "not int"),
        (G, {}, "pixels are uint8, uint16 or bool, not int64"),
        ("array", {"ppi": "500"}, "ppi is a number, not str"),
        ("array", {"ppi": -5}, "does not fit THPS"),
        ("array", {"page": "1"}, "page is a number, not str"),
        ("array", {"resample": "500"}, "resample is a number, not str"),
        ("array", {"background": "white"}, "background is a number, not str"),
        ("array", {"codec": 1.5}, "no codec of that name"),
        ("array", {"grey": True}, "did you mean 'gray'"),
        ("array", {"dpi": 500}, "did you mean 'ppi'"),
        ("array", {"fgp": 2}, "did you mean 'FGP'"),
        ("array", {"FPG": 2}, "did you mean 'FGP'"),
        ("array", {"bitrate": 0.75}, "options of PNG are level"),
    ],
)
def test_what_is_no_picture_and_no_option_is_an_error_of_our_own(
    image: Any, options: dict[str, Any], said: str
) -> None:
    picture = u8(FLAT) if isinstance(image, str) else image
    with pytest.raises(ImageError, match=re.escape(said)):
        nistitl.Type14.from_image(picture, **({"codec": "PNG", "ppi": 500} | options))
