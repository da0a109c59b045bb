"""What stands in a codestream beside its image is told by kind and size, and nothing of it is printed."""

from __future__ import annotations

import io
import struct
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.images.findings import DAMAGE
from nistitl.images.registry import codec_named, read_header
from nistitl.images.sides import sides_of
from nistitl.images.streams import exif, nistcom
from tests.fuzz.codestreams import damaged
from tests.images.test_resolution import GRAY, app1, chunk, codestream, exif_data, jp2, jpeg, png, record_of, wsq
from tests.support.growing import counted

if TYPE_CHECKING:
    from collections.abc import Callable

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
PIL = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

SECRET = b"DOE,JANE 1970"  # what no finding may print
XMP = b"http://ns.adobe.com/xap/1.0/\0" + SECRET
EXIF = exif_data(500) + SECRET


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def in_jp2(*boxes: bytes, behind: bytes = b"") -> bytes:
    """A JP2 without comment: boxes before its codestream, bytes behind it."""
    plain = bare()
    head = jp2(None, None)
    at = head.index(b"jp2c") - 4
    return head[:at] + b"".join(boxes) + box(b"jp2c", plain) + behind


def bare(comment: bytes = b"", behind: bytes = b"") -> bytes:
    """A codestream without the comment of its encoder."""
    data = bytes(codec_named("JP2L").encode(GRAY, boxes=False))
    at = data.index(b"\xff\x64")
    (length,) = struct.unpack_from(">H", data, at + 2)
    own = b"\xff\x64" + struct.pack(">HH", len(comment) + 4, 1) + comment if comment else b""
    return data[:at] + own + data[at + 2 + length :] + behind


def profile_box() -> bytes:
    """The header box of a JP2 whose colours are those of an ICC profile."""
    head = jp2(None, None)
    at = head.index(b"colr") - 4
    (length,) = struct.unpack_from(">I", head, at)
    whole = head[:at] + box(b"colr", b"\2\0\0" + SECRET) + head[at + length :]
    start = whole.index(b"jp2h") - 4
    (size,) = struct.unpack_from(">I", whole, start)
    return whole[:start] + struct.pack(">I", size + 3 + 8 + len(SECRET) - length) + whole[start + 4 :]


def saved(form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    PIL.fromarray(GRAY).save(out, form, **options)
    return out.getvalue()


def tiff() -> bytes:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    tags[270], tags[315], tags[700], tags[34675], tags[65000] = "DOE", "JANE", SECRET, SECRET, SECRET
    tags.tagtype[700] = tags.tagtype[34675] = tags.tagtype[65000] = 7
    return saved("TIFF", tiffinfo=tags)


def gif() -> bytes:
    return saved("GIF", comment=SECRET) + SECRET


LONG = len(SECRET)
JFIF_THUMBNAIL = b"JFIF\0\1\1\1\1\xf4\1\xf4\1\1" + b"abc"
NISTCOM = b"NIST_COM 3\nPIX_WIDTH 112\nPPI 500\n"
HELD: list[tuple[str, bytes, dict[str, tuple[int, int]]]] = [
    ("JPEG, nothing", codestream("JPEGB", 500), {}),
    ("JPEG, NISTCOM", jpeg((1, 500, 500), segment(0xFE, NISTCOM)), {}),
    ("JPEG, Adobe", jpeg((1, 500, 500), segment(0xEE, b"Adobe\0d\0\0\0\0\0")), {}),
    ("JPEG, EXIF", jpeg((1, 500, 500), app1(EXIF)), {"EXIF": (len(EXIF) + 6, 1)}),
    ("JPEG, XMP", jpeg((1, 500, 500), segment(0xE1, XMP)), {"XMP": (len(XMP), 1)}),
    ("JPEG, ICC", jpeg((1, 500, 500), segment(0xE2, b"ICC_PROFILE\0\1\1" + SECRET)),
     {"an ICC profile": (LONG + 14, 1)}),
    ("JPEG, IPTC", jpeg((1, 500, 500), segment(0xED, b"Photoshop 3.0\0" + SECRET)),
     {"IPTC or Photoshop data": (LONG + 14, 1)}),
    ("JPEG, Adobe with more", jpeg((1, 500, 500), segment(0xEE, b"Adobe\0d\0\0\0\0\0" + SECRET)),
     {"data of an application": (LONG + 12, 1)}),
    ("JPEG, others", jpeg((1, 500, 500), segment(0xEB, SECRET), segment(0xE4, SECRET)),
     {"data of an application": (2 * LONG, 2)}),
    ("JPEG, comment", jpeg((1, 500, 500), segment(0xFE, SECRET)), {"a comment": (LONG, 1)}),
    ("JPEG, thumbnail", jpeg((1, 500, 500), segment(0xE0, JFIF_THUMBNAIL)), {"a thumbnail": (3, 1)}),
    ("JPEG, reserved", jpeg((1, 500, 500), segment(0xF3, SECRET)), {"other data": (LONG, 1)}),
    ("JPEG, behind", codestream("JPEGB", 500) + SECRET, {"bytes behind the end": (LONG, 1)}),
    ("lossless JPEG", codestream("JPEGL", 500) + SECRET, {"bytes behind the end": (LONG, 1)}),
    ("PNG, nothing", codestream("PNG", 500), {}),
    ("PNG, colour", png(chunk(b"gAMA", bytes(4)), chunk(b"cHRM", bytes(32))), {}),
    ("PNG, text", png(chunk(b"tEXt", b"A\0" + SECRET), chunk(b"zTXt", b"A\0\0"), chunk(b"iTXt", b"A\0\0\0\0\0")),
     {"text": (LONG + 2 + 3 + 6, 3)}),
    ("PNG, XMP", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0" + SECRET)), {"XMP": (LONG + 18, 1)}),
    ("PNG, EXIF", png(chunk(b"eXIf", EXIF)), {"EXIF": (len(EXIF), 1)}),
    ("PNG, time", png(chunk(b"tIME", bytes(7))), {"a time": (7, 1)}),
    ("PNG, ICC", png(chunk(b"iCCP", SECRET)), {"an ICC profile": (LONG, 1)}),
    ("PNG, whatever", png(chunk(b"jaNe", SECRET)), {"other data": (LONG, 1)}),
    ("PNG, behind", codestream("PNG", 500) + SECRET, {"bytes behind the end": (LONG, 1)}),
    ("WSQ, nothing", codestream("WSQ20", 500), {}),
    ("WSQ, comment", wsq(SECRET), {"a comment": (LONG, 1)}),
    ("WSQ, NISTCOM with more", wsq(NISTCOM + b"AGE 53\n"), {"a comment": (len(NISTCOM) + 7, 1)}),
    ("WSQ, NISTCOM with words", wsq(NISTCOM + b"COLORSPACE DOE\n"), {"a comment": (len(NISTCOM) + 15, 1)}),
    ("WSQ, reserved", codestream("WSQ20", 500)[:2] + segment(0xAD, SECRET) + codestream("WSQ20", 500)[2:],
     {"other data": (LONG, 1)}),
    ("WSQ, behind", codestream("WSQ20", 500) + SECRET, {"bytes behind the end": (LONG, 1)}),
    ("JP2, nothing", in_jp2(), {}),
    ("JP2, XML", in_jp2(box(b"xml ", SECRET)), {"XML": (LONG, 1)}),
    ("JP2, EXIF", in_jp2(box(b"uuid", exif.IN_JP2 + EXIF)), {"EXIF": (len(EXIF) + 16, 1)}),
    ("JP2, XMP", in_jp2(box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + SECRET)),
     {"XMP": (LONG + 16, 1)}),
    ("JP2, others", in_jp2(box(b"uuid", bytes(16) + SECRET), box(b"asoc", SECRET)), {"other data": (2 * LONG + 16, 2)}),
    ("JP2, behind the codestream", in_jp2(behind=box(b"xml ", SECRET) + box(b"jane", SECRET)),
     {"XML": (LONG, 1), "other data": (LONG, 1)}),
    ("JP2, behind the end", in_jp2(behind=SECRET), {"bytes behind the end": (LONG, 1)}),
    ("JP2, a few behind the end", in_jp2(behind=SECRET[:3]), {"bytes behind the end": (3, 1)}),
    ("bare, nothing", bare(), {}),
    ("bare, comment", bare(SECRET), {"a comment": (LONG, 1)}),
    ("bare, behind", bare(behind=SECRET), {"bytes behind the end": (LONG, 1)}),
    ("JP2, its encoder", codestream("JP2L", 500), {}),
    ("bare, its encoder", bare(b"Kakadu-v7.10.2"), {}),
    ("bare, more than its encoder", bare(b"Created by OpenJPEG version 2.5.4 for DOE"), {"a comment": (41, 1)}),
    ("bare, less than its encoder", bare(b"Creator: JasPer Version "), {"a comment": (24, 1)}),
    ("TIFF", tiff(), {"text": (len("DOE0JANE0"), 2), "XMP": (LONG, 1), "an ICC profile": (LONG, 1),
                      "other data": (LONG, 1)}),
    ("GIF", gif(), {"a comment": (LONG + 2, 1), "bytes behind the end": (LONG, 1)}),
    ("GIF, nothing", saved("GIF"), {}),
    ("BMP, nothing", saved("BMP"), {}),
    ("BMP", saved("BMP") + SECRET, {"bytes behind the end": (LONG, 1)}),
    ("PNM, nothing", saved("PPM"), {}),
    ("PNM", saved("PPM").replace(b"P5\n", b"P5\n#" + SECRET + b"\n"), {"a comment": (LONG + 1, 1)}),
    ("WebP, nothing", saved("WEBP", lossless=True), {}),
    ("WebP", saved("WEBP", lossless=True, exif=EXIF, xmp=SECRET, icc_profile=SECRET) + SECRET,
     {"an ICC profile": (LONG, 1), "EXIF": (len(EXIF), 1), "XMP": (LONG, 1), "bytes behind the end": (LONG, 1)}),
]  # fmt: skip
IDS = [row[0] for row in HELD]


def held(data: bytes) -> dict[str, tuple[int, int]]:
    header = read_header(data)
    assert header is not None
    sizes: dict[str, tuple[int, int]] = {}
    for kind, start, end in sides_of(data, header.codec):
        size, count = sizes.get(kind, (0, 0))
        sizes[kind] = size + end - start, count + 1
    return sizes


def notes(data: bytes) -> Any:
    """What level 3 says of a file with such an image."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(record_of(data))
    report = nistitl.read(bytes(tx)).validate(level=3)
    return [finding for finding in report if finding.code == "image-side-information"]


@pytest.mark.parametrize(("data", "kinds"), [row[1:] for row in HELD], ids=IDS)
def test_each_kind_is_a_note_at_level_3_with_its_size(data: bytes, kinds: dict[str, tuple[int, int]]) -> None:
    assert held(data) == kinds
    found = notes(data)
    assert [one.message.rpartition(" holds ")[2] for one in found] == list(kinds)
    said = [f"{size} bytes" if count == 1 else f"{size} bytes in {count} places" for size, count in kinds.values()]
    assert [one.actual for one in found] == said
    assert {(one.severity, one.location.path) for one in found} <= {(Severity.NOTE, "14.999")}
    shown = " ".join(one.to_text() for one in found)
    assert "DOE" not in shown and "jaNe" not in shown and "jane" not in shown


@pytest.mark.parametrize("told", [True, False], ids=["length", "to the end"])
@pytest.mark.parametrize("behind", [SECRET, b"\0" * 12, b"\0\0\0\x0cjunkabcd", in_jp2()], ids=range(4))
def test_what_follows_a_jp2_is_no_damage_of_it(behind: bytes, told: bool) -> None:
    """Text, padding, a box, the image once more; the box of the codestream may tell no length."""
    whole = in_jp2()
    at = whole.index(b"jp2c")
    record = record_of((whole if told else whole[: at - 4] + bytes(4) + whole[at:]) + behind)
    assert np.array_equal(record.array, GRAY)
    assert [one for one in record.image_findings() if one.code in DAMAGE] == []
    record.transcode("PNG")
    assert np.array_equal(record.array, GRAY)


@pytest.mark.parametrize("codec", ["JP2", "JP2L"])
def test_transcode_to_jpeg_2000_makes_an_image_alone(codec: str) -> None:
    record = record_of(in_jp2(box(b"xml ", SECRET)))
    record.transcode(codec)
    assert b"OpenJPEG" in bytes(record.DATA)
    assert notes(bytes(record.DATA)) == []


def test_uncompressed_pixels_hold_nothing_else() -> None:
    pixels = (b"BM" + bytes(200)).ljust(112 * 96, b"\1")
    record = nistitl.Type14(HLL=112, VLL=96, CGA="NONE", BPX=8, SLC=1, THPS=500, TVPS=500, DATA=pixels)
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(record)
    assert "image-side-information" not in [finding.code for finding in tx.validate(level=3)]


@pytest.mark.parametrize("data", [row[1] for row in HELD if row[2]], ids=[row[0] for row in HELD if row[2]])
def test_damage_raises_nothing_and_tells_no_more_than_there_is(data: bytes) -> None:
    header = read_header(data)
    assert header is not None
    random = Random(16)
    pieces = [data[:end] for end in range(0, len(data), 1 + len(data) // 60)]
    for one in [*pieces, *(damaged(data, random) for _ in range(60))]:
        for kind, start, end in sides_of(one, header.codec):
            assert 0 <= start < end <= len(one), kind


MANY: dict[str, Callable[[int], bytes]] = {
    "JPEGB": lambda count: jpeg((1, 500, 500), segment(0xE5, b"ab") * count),
    "PNG": lambda count: png(chunk(b"tEXt", b"ab") * count),
    "WSQ20": lambda count: b"\xff\xa0" + segment(0xA8, b"ab") * count,
    "JP2": lambda count: in_jp2(box(b"free", b"ab") * count),
    "JP2L": lambda count: b"\xff\x4f" + segment(0x64, b"\0\1ab") * count,
    "GIF": lambda count: saved("GIF")[:-1] + b"\x21\xfe\2ab\0" * count + b";",
    "WEBP": lambda count: saved("WEBP") + b"EXIF\2\0\0\0ab" * count,
}


@pytest.mark.parametrize("name", MANY)
def test_many_pieces_take_work_that_grows_with_them(name: str) -> None:
    with counted(at_most=1_000_000) as work:
        sides_of(MANY[name](500), name)
    few = work.lines
    with counted(at_most=1_000_000) as work:
        assert len(sides_of(MANY[name](2000), name)) >= (2000 if name != "WEBP" else 1)
    assert work.lines < 4.2 * few + 5_000


def test_the_comment_of_nist_is_technical_as_its_tools_write_it() -> None:
    whole = b"NIST_COM 9\nPIX_WIDTH 112\nPIX_HEIGHT 96\nPIX_DEPTH 8\nPPI -1\nLOSSY 1\nCOLORSPACE GRAY\n"
    whole += b"COMPRESSION WSQ\nWSQ_BITRATE 0.750000\n"
    assert nistcom.is_technical(whole) and nistcom.is_technical(whole.replace(b"\n", b"\r\n") + b"\0")
    for more in (b"AGE 53\n", b"SEX m\n", b"HISTORY tape 4\n", b"FACE_POS f\n", b"SD_ID 4\n", b"DOE\n", b"PPI DOE\n"):
        assert not nistcom.is_technical(whole + more)
    assert not nistcom.is_technical(whole + b"PPI " + b"5" * 41) and not nistcom.is_technical(b"PPI 500\n")
