"""EXIF that asks for a turn is told, and nothing is stored that lies on its side unless somebody says so."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.images.errors import ImageError
from nistitl.images.export import exported
from nistitl.images.orientation import turned
from nistitl.images.registry import codec_named, decode
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.fuzz.codestreams import picture
from tests.images.test_resolution import TYPE_14, app1, chunk, exif_data, folder_of, phys, record_of, transaction
from tests.images.test_sides import box, in_jp2

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
PIL = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")
from PIL import ImageOps  # noqa: E402

ORIENTATIONS = range(1, 9)
GRAY, COLOUR = picture(96, 112), picture(96, 112, colour=True)
PROMISED = {"FGP": 2, "IMP": 1}


def png(orientation: int, pixels: Any = GRAY, across: int = 500, down: int = 500) -> bytes:
    plain = bytes(codec_named("PNG").encode(pixels))
    return plain[:33] + phys(round(across / 0.0254), round(down / 0.0254)) + lying(orientation) + plain[33:]


def lying(orientation: int) -> bytes:
    """EXIF in PNG that says nothing of the resolution."""
    return chunk(b"eXIf", exif_data(0, 1, ">", orientation))


def jpeg(orientation: int, pixels: Any = GRAY) -> bytes:
    plain = bytes(codec_named("JPEGB").encode(pixels, ppi=500))
    return plain[:20] + app1(exif_data(500, 2, "<", orientation)) + plain[20:]


def tiff(orientation: int) -> bytes:
    out = io.BytesIO()
    PIL.fromarray(GRAY).save(out, "TIFF", tiffinfo={274: orientation}, dpi=(500, 500))
    return out.getvalue()


def seen(data: bytes) -> Any:
    """The pixels as Pillow shows them."""
    with PIL.open(io.BytesIO(data)) as shown:
        return np.asarray(ImageOps.exif_transpose(shown))


def told(record: Any) -> list[str]:
    return [finding.code for finding in record.image_findings()]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_pixels_are_turned_as_pillow_turns_them(orientation: int, pixels: Any) -> None:
    data = png(orientation, pixels)
    upright = turned(pixels, orientation)
    assert np.array_equal(upright, seen(data)) and upright.flags["C_CONTIGUOUS"]
    record = nistitl.Type10.from_image(data, turn=True)
    assert np.array_equal(record.array, upright) and told(record) == []
    assert (record.HLL, record.VLL) == upright.shape[1::-1]
    assert (record.DATA == data) is (orientation == 1), "what is not to be turned is taken as it is"


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_jpeg_is_turned_and_encoded_as_asked(orientation: int) -> None:
    data = jpeg(orientation, COLOUR)
    coded = nistitl.Type10.from_image(data, turn=True, quality=95)
    assert coded.CGA == "JPEGB" and coded.array.shape == seen(data).shape and told(coded) == []
    assert np.abs(coded.array.astype(int) - seen(data).astype(int)).mean() < 4
    if orientation > 1:
        exact = nistitl.Type10.from_image(data, "PNG", turn=True)
        assert np.array_equal(exact.array, turned(decode(data), orientation)) and exact.THPS == 500


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("made", [png, jpeg], ids=["PNG", "JPEG"])
def test_a_codestream_that_lies_is_refused_unless_somebody_says_what_to_do(made: Any, orientation: int) -> None:
    data = made(orientation)
    with pytest.raises(ImageError, match=rf"orientation {orientation}\).*turn=True.*turn=False"):
        nistitl.Type14.from_image(data, **PROMISED)
    kept = nistitl.Type14.from_image(data, **PROMISED, turn=False)
    assert kept.DATA == data and told(kept) == ["image-orientation"]


def test_the_resolution_is_turned_with_the_pixels() -> None:
    for orientation in ORIENTATIONS:
        data = png(orientation, across=600, down=300)
        record = nistitl.Type14.from_image(data, **PROMISED, turn=True)
        assert (record.THPS, record.TVPS) == ((300, 600) if orientation > 4 else (600, 300)), orientation
    with pytest.raises(ImageError, match="300 x 600 ppi"):
        nistitl.Type14.from_image(data, **PROMISED, turn=True, SLC=1, THPS=600, TVPS=300)


def test_what_cannot_be_turned_whole_is_refused() -> None:
    with pytest.raises(ImageError, match="transparency"):
        nistitl.Type10.from_image(png_with_alpha(6), turn=True)
    with pytest.raises(ImageError, match="quality cannot be obeyed"):
        nistitl.Type10.from_image(jpeg(6), turn=False, quality=50)
    with pytest.raises(ImageError, match="the codestream is JPEGB, not PNG"):
        nistitl.Type10.from_image(jpeg(1), "PNG", turn=True)
    whole = jpeg(6)
    with pytest.raises(ImageError):
        nistitl.Type10.from_image(whole[: len(whole) // 2], turn=True)


def png_with_alpha(orientation: int) -> bytes:
    out = io.BytesIO()
    PIL.fromarray(np.dstack((COLOUR, GRAY))).save(out, "PNG", dpi=(500, 500))
    data = out.getvalue()
    return data[:33] + lying(orientation) + data[33:]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_picture_of_pillow_is_turned(orientation: int) -> None:
    for data in (png(orientation), jpeg(orientation), tiff(orientation)):
        with PIL.open(io.BytesIO(data)) as shown:
            record = nistitl.Type14.from_image(shown, "PNG", ppi=500, **PROMISED)
        assert np.array_equal(record.array, seen(data))
    with PIL.open(io.BytesIO(png(orientation))) as shown:
        record = nistitl.Type14.from_image(shown, "NONE", ppi=500, turn=False, **PROMISED)
    assert np.array_equal(record.array, GRAY)
    palette = nistitl.Type14.from_image(PIL.fromarray(GRAY).convert("P"), "PNG", ppi=500, **PROMISED)
    assert np.array_equal(palette.array, GRAY), "a palette of grays is gray"
    with pytest.raises(ImageError, match=r"mode CMYK.*convert\('L'\)"):
        nistitl.Type14.from_image(PIL.fromarray(COLOUR).convert("CMYK"), "PNG", ppi=500, **PROMISED)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_record_shows_what_it_stores_and_says_that_it_lies(orientation: int) -> None:
    jp2 = in_jp2(box(b"uuid", b"JpgTiffExif->JP2" + exif_data(500, 2, "<", orientation)))
    for made in (png, jpeg, tiff, lambda _: jp2):
        data = made(orientation)
        record = record_of(data)
        assert np.array_equal(record.array, decode(jpeg(1)) if made is jpeg else GRAY)
        found = [one for one in record.image_findings() if one.code == "image-orientation"]
        assert [(one.severity, one.actual) for one in found] == (
            [] if orientation == 1 else [(Severity.WARNING, f"orientation {orientation}")]
        )
        level_3 = transaction(record).validate(level=3)
        assert [one.code for one in level_3].count("image-orientation") == int(orientation > 1)
        assert np.array_equal(decode(exported(record, "png")[0]), record.array), "extract writes what is stored"


@pytest.mark.parametrize("made", [png, jpeg, tiff], ids=["PNG", "JPEG", "TIFF"])
def test_transcode_loses_no_turn_unless_told(made: Any) -> None:
    record = record_of(made(6))
    before = record.array
    for turn in ({}, {"turn": True}):
        with pytest.raises(ImageError, match=r"orientation 6\).*turn=False.*from_image"):
            record.transcode("PNG", **turn)
    record.transcode("PNG", turn=False)
    assert np.array_equal(record.array, before) and "image-orientation" not in told(record)
    upright = record_of(made(1))
    upright.transcode("PNG")
    assert np.array_equal(upright.array, before)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_pack_turns_pixels_and_unpack_says_what_lay_before(tmp_path: Path, orientation: int) -> None:
    data = png(orientation)
    packed = nistitl.read(pack(folder_of(tmp_path, data, TYPE_14)))[14][0]
    assert np.array_equal(packed.array, seen(data)) and (packed.HLL, packed.VLL) == seen(data).shape[::-1]
    kept = nistitl.read(pack(folder_of(tmp_path, data, TYPE_14, override=", turn = false")))[14][0]
    assert np.array_equal(kept.array, GRAY)
    before = bytes(transaction(record_of(data)))
    unpack(nistitl.read(before), tmp_path / "again")
    assert (tmp_path / "again" / MANIFEST).read_text("utf-8").count("turn = false }") == int(orientation > 1)
    assert pack(tmp_path / "again") == before
    folder_of(tmp_path, data, TYPE_14, "file")
    if orientation > 1:
        with pytest.raises(nistitl.StructureError, match=rf"record 1 \(Type-14\): .*orientation {orientation}\)"):
            pack(tmp_path)
    else:
        assert pack(tmp_path)


def test_the_resolution_of_a_turned_png_is_compared_as_turned(tmp_path: Path) -> None:
    row = TYPE_14 | {"fields": '"14.008" = "0", "14.009" = "300", "14.010" = "600"'}
    for orientation, sound in ((6, True), (3, False)):
        data = png(orientation, across=600, down=300)
        if sound:
            assert pack(folder_of(tmp_path, data, row))
        else:
            with pytest.raises(nistitl.StructureError, match="600 x 300"):
                pack(folder_of(tmp_path, data, row))
