"""Nothing of what a codestream carries on the side is left of it, wherever it stood, and its pixels are the same."""

from __future__ import annotations

import io
import json
import struct
from base64 import b85decode
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.images.cleaning import Cleaned, cleaned, cleaned_of
from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.registry import codec_named, decode, read_header
from nistitl.images.sides import sides_of
from tests.fuzz.codestreams import damaged, picture
from tests.images import planting
from tests.images.planting import encoded, saved
from tests.images.test_reversible import FORMS, STYLES
from tests.images.test_sides import HELD, MANY
from tests.support.growing import counted

if TYPE_CHECKING:
    from collections.abc import Callable

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
codecs = pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
PIL = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

SECRET = planting.canary(Random(21))
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 3
WAVE = b"RIFF" + struct.pack("<I", 36 + 400) + b"WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0\x80>\0\0\2\0\x10\0data"
WAVE += struct.pack("<I", 400) + bytes(range(200)) * 2


def pillow(data: bytes) -> Any:
    with PIL.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def lossless_jpeg(data: bytes) -> Any:
    colours = {} if read_header(data).components == 1 else {"colorspace": "rgb", "outcolorspace": "rgb"}
    return codecs.jpeg8_decode(data, **colours)


def sound(data: bytes) -> Any:
    return data[data.index(b"data") :]


def frames(data: bytes) -> Any:
    return data


KINDS: dict[str, tuple[Callable[[bytes, bytes], planting.Planted], bytes, Callable[[bytes], Any]]] = {
    "JPEG": (planting.jpeg, encoded("JPEGB"), pillow),
    "JPEG, colour": (planting.jpeg, saved("JPEG", colour=True), pillow),
    "JPEG, progressive": (planting.jpeg, saved("JPEG", colour=True, progressive=True), pillow),
    "JPEG, restarts": (planting.jpeg, saved("JPEG", restart_marker_rows=1), pillow),
    "JPEG, lossless": (planting.jpeg, encoded("JPEGL"), lossless_jpeg),
    "JPEG, lossless, colour": (planting.jpeg, encoded("JPEGL", colour=True), lossless_jpeg),
    "WSQ": (planting.wsq, encoded("WSQ20"), decode),
    "PNG": (planting.png, encoded("PNG"), pillow),
    "PNG, colour": (planting.png, encoded("PNG", colour=True), pillow),
    "PNG, palette": (planting.png, saved("PNG", mode="P"), pillow),
    "JP2": (planting.jp2, encoded("JP2"), pillow),
    "JP2, colour": (planting.jp2, encoded("JP2", colour=True), pillow),
    "JP2, lossless": (planting.jp2, encoded("JP2L"), pillow),
    "JPEG 2000, bare": (planting.codestream, encoded("JP2L", boxes=False), pillow),
    "JPEG 2000, tiles": (planting.codestream, saved("JPEG2000", tile_size=(16, 16), no_jp2=True), pillow),
    "TIFF": (planting.tiff, saved("TIFF"), pillow),
    "TIFF, colour": (planting.tiff, saved("TIFF", colour=True), pillow),
    "TIFF, palette": (planting.tiff, saved("TIFF", mode="P"), pillow),
    "TIFF, bytes": (planting.tiff, saved("TIFF", compression="packbits"), pillow),
    "TIFF, LZW": (planting.tiff, saved("TIFF", compression="tiff_lzw"), pillow),
    "TIFF, deflate": (planting.tiff, saved("TIFF", compression="tiff_adobe_deflate"), pillow),
    "TIFF, JPEG": (planting.tiff, saved("TIFF", colour=True, compression="jpeg"), pillow),
    "GIF": (planting.gif, saved("GIF"), pillow),
    "WebP": (planting.webp, saved("WEBP", colour=True), pillow),
    "WebP, lossless": (planting.webp, saved("WEBP", colour=True, lossless=True), pillow),
    "BMP": (planting.bmp, saved("BMP"), pillow),
    "BMP, colour": (planting.bmp, saved("BMP", colour=True), pillow),
    "PNM": (planting.pnm, saved("PPM"), pillow),
    "WAV": (planting.wave, WAVE, sound),
    "MP3": (planting.mp3, MP3, frames),
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_left_wherever_it_is_planted(kind: str) -> None:
    plant, plain, read = KINDS[kind]
    right, met = read(plain), 0
    for where, data in plant(plain, SECRET):
        result = cleaned(data)
        assert not planting.stands_in(SECRET, result.data), where
        assert np.array_equal(read(result.data), right), where
        assert result.removed, where
        if met % 16 == 0:
            assert cleaned(result.data) == (result.data, ()), where
        met += 1
    assert met >= 3


def of_size(rows: int, columns: int, **options: Any) -> bytes:
    out = io.BytesIO()
    PIL.fromarray(picture(rows, columns)).save(out, "JPEG2000", **options)
    return out.getvalue()


@pytest.mark.parametrize("lossy", [True, False])
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_packets_in_any_order_stay_and_nothing_behind_them(form: dict[str, Any], lossy: bool) -> None:
    layers = {"quality_mode": "rates", "quality_layers": [40, 8]} if lossy else {}
    plain = of_size(170, 190, **form | {"no_jp2": True, "irreversible": lossy} | layers)
    clean = cleaned(plain).data
    before, after = (
        [part.partition(b"\xff\x93")[2] for part in one.split(b"\xff\x90\0\x0a")] for one in (plain, clean)
    )
    assert before == after and len(before) > 1
    for where, data in planting.codestream(plain, SECRET):
        if where.startswith("behind the packets"):
            assert planting.stands_in(SECRET, data) and cleaned(data).data == clean, where


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_styles_of_code_blocks_are_followed(style: tuple[str, bool]) -> None:
    plain = b85decode(STYLES[style])
    tile = plain.index(b"\xff\x90")
    if style[1]:
        assert cleaned(planting.in_tile(plain, tile, len(plain) - 2, SECRET)).data == cleaned(plain).data


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_there_before(kind: str) -> None:
    """Else the test above would find nothing of it in anything."""
    plant, plain, _ = KINDS[kind]
    planted = [data for _, data in plant(plain, SECRET)]
    assert sum(planting.stands_in(SECRET, data) for data in planted) > len(planted) * 3 // 4
    assert not planting.stands_in(SECRET, plain)


@pytest.mark.parametrize(("data", "kinds"), [row[1:] for row in HELD], ids=[row[0] for row in HELD])
def test_what_a_note_tells_of_goes(data: bytes, kinds: dict[str, Any]) -> None:
    result = cleaned(data)
    header = read_header(result.data)
    assert header is not None and sides_of(result.data, header.codec) == []
    assert bool(result.removed) or not kinds
    assert b"DOE" not in result.data and not any("DOE" in kind for kind in result.removed)


@pytest.mark.parametrize("name", ["JPEGB", "JPEGL", "PNG", "JP2", "JP2L", "WSQ20"])
def test_the_resolution_stays(name: str) -> None:
    data = encoded(name)
    assert densities_of(cleaned(data).data) == densities_of(data) != []


def test_what_a_comment_says_of_the_resolution_is_written_anew() -> None:
    said = b"NIST_COM 3\nPIX_WIDTH 19700101\nPPI 500\n"
    plain = bytes(codec_named("WSQ20").encode(picture(96, 112), nistcom=False, comments=[said]))
    result = cleaned(plain)
    assert b"PPI 500\n" in result.data and b"19700101" not in result.data and result.removed == ("comment",)
    assert b"PPI" not in cleaned(plain.replace(b"19700101\nPPI 500", b"1\nPPI 1970010155")).data, "no image has that"


def test_colours_that_a_profile_tells_become_those_that_have_a_number() -> None:
    planted = dict(planting.jp2(encoded("JP2", colour=True), SECRET))
    result = cleaned(planted["jp2h, profile"])
    assert b"colr\1\0\0\0\0\0\x10" in result.data and result.removed == ("ICC profile", "comment")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("WSQ", "JPEG 2000, tiles")])
def test_a_codestream_that_holds_nothing_else_stays_as_it_is(kind: str) -> None:
    once = cleaned(KINDS[kind][1]).data
    assert cleaned(once) == Cleaned(once, ())
    if "JP" not in kind and "TIFF" not in kind:
        assert once == KINDS[kind][1]


def test_transparency_and_depth_stay() -> None:
    with_alpha = io.BytesIO()
    image = np.dstack([picture(40, 50, colour=True), picture(40, 50)])
    for form in ("PNG", "WEBP", "TIFF"):
        with_alpha = io.BytesIO()
        PIL.fromarray(image).save(with_alpha, form, **({"lossless": True} if form == "WEBP" else {}))
        data = with_alpha.getvalue()
        assert np.array_equal(pillow(cleaned(data).data), pillow(data))
    wide = bytes(codec_named("PNG").encode(picture(40, 50, wide=True)))
    assert np.array_equal(decode(cleaned(wide).data), picture(40, 50, wide=True))


def test_wrappers_go_with_the_rest() -> None:
    from base64 import b64encode

    plain = encoded("PNG")
    assert cleaned(b"\r\n" + plain) == (plain, ("bytes before the image",))
    assert cleaned(b64encode(plain)) == (plain, ("base64",))


CODED = {
    **{kind: (KINDS[kind][1], b"\xd9", 0xDA) for kind in KINDS if kind.startswith("JPEG") and "2000" not in kind},
    "WSQ": (KINDS["WSQ"][1], b"\xa1", 0xA3),
}


@pytest.mark.parametrize("kind", CODED)
def test_what_stands_behind_coded_data_is_no_part_of_them(kind: str) -> None:
    """Decoders read over it."""
    data, ends, starts_scan = CODED[kind]
    last = met = 0
    for code, at, _ in planting.markers(data, ends, starts_scan):
        if last == starts_scan:
            for piece in (SECRET, SECRET[:3], b"\0"):
                with pytest.raises(ImageError):
                    cleaned(planting.inserted(data, at, piece))
            met += 1
        last = code
    assert met >= 1


@pytest.mark.parametrize("form", ["group3", "group4", "tiff_ccitt"])
def test_facsimile_whose_end_nothing_tells_is_refused(form: str) -> None:
    with pytest.raises(ImageError):
        cleaned(saved("TIFF", mode="1", compression=form))


@pytest.mark.parametrize(
    "data", [b"", b"JANE DOE", b"%PDF-1.7", b"\xff\xd8\xff", b"ID3", b"RIFF\0\0\0\0WAVE", bytes(99)]
)
def test_what_is_not_known_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        cleaned(data)


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_whose_end_is_missing_is_refused(kind: str) -> None:
    """Nobody can tell what of the rest is the image."""
    data = KINDS[kind][1]
    with pytest.raises(ImageError):
        cleaned(data[: len(data) * 3 // 4 - 1] if kind != "MP3" else data[:500])


@pytest.mark.parametrize("kind", KINDS)
def test_damage_gives_an_image_or_an_error_of_ours(kind: str) -> None:
    random = Random(21)
    for _ in range(60):
        data = damaged(KINDS[kind][1], random)
        try:
            result = cleaned(data)
        except ImageError:
            continue
        assert cleaned(result.data) == (result.data, ())


@pytest.mark.parametrize("name", MANY)
def test_many_pieces_take_work_that_grows_with_them(name: str) -> None:
    def work(count: int) -> int:
        with counted(at_most=3_000_000) as done, suppress(ImageError):
            cleaned(MANY[name](count))
        return done.lines

    work(10)
    few, many = work(500), work(2000)
    assert many < 4.2 * few + 20_000


def test_headers_that_cannot_be_are_refused() -> None:
    """A kind of colour that there is not, a tag of bytes: they raised KeyError."""
    plain = encoded("PNG")
    with pytest.raises(ImageError):
        cleaned(plain[:8] + planting.chunk(b"IHDR", plain[16:25] + b"\xac" + plain[26:29]) + plain[33:])
    tags = saved("TIFF", mode="P")
    order = "<" if tags[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", tags, 4)
    (count,) = struct.unpack_from(f"{order}H", tags, at)
    for place in range(at + 2, at + 2 + 12 * count, 12):
        with suppress(ImageError):
            cleaned(tags[: place + 2] + struct.pack(f"{order}H", 1) + tags[place + 4 :])


def test_strips_that_overlap_are_refused() -> None:
    """Written one behind the other they would take any memory."""
    data = saved("TIFF", tiffinfo={278: 1})
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, many, place = struct.unpack_from(f"{order}HHII", data, entry)
        if tag == 279:
            form = {3: "H", 4: "I"}[kind]
            whole = bytearray(data)
            struct.pack_into(f"{order}{many}{form}", whole, place, *[len(data) - 400] * many)
    with pytest.raises(ImageError, match="overlap"):
        cleaned(bytes(whole))


def test_pixels_of_a_record_end_where_they_do() -> None:
    pixels = picture(96, 112).tobytes()
    record = nistitl.Type14(HLL=112, VLL=96, CGA="NONE", BPX=8, SLC=1, THPS=500, TVPS=500, DATA=pixels + b"\r\n \0")
    assert cleaned_of(record) == (pixels, ("bytes behind the image",))
    record.DATA = pixels + SECRET
    with pytest.raises(ImageError):
        cleaned_of(record)
    record.CGA, record.DATA = "PNG", encoded("PNG") + SECRET
    assert cleaned_of(record) == (encoded("PNG"), ("bytes behind the image",))


def test_images_of_real_files_lose_what_is_beside_them_and_no_pixel(corpus: Path) -> None:
    rows = json.loads((corpus / "INDEX.json").read_text("utf-8"))
    met: dict[str, int] = {}
    for row in rows:
        path = corpus / row["file"]
        if row["validity"] != "valid" or path.stat().st_size > 1_000_000:
            continue
        try:
            tx = nistitl.read(path)
        except nistitl.ITLError:
            continue
        for record in tx.images():
            codec = record.codec
            if not record.has_image or met.get(codec, 0) >= 6:
                continue
            try:
                pixels = record.array
            except nistitl.ITLError:
                continue
            result = cleaned_of(record)
            met[codec] = met.get(codec, 0) + 1
            if codec not in ("NONE", "FAX"):
                assert np.array_equal(decode(result.data), pixels)
    assert {"WSQ20", "JPEGB", "PNG"} <= set(met)
