"""Images as of 2025: PNM, WSQ and JPEG2 by their names there, MEDIA by 10.036; by every door."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl import Severity, Transaction, Type10, Type14
from nistitl.base.editions import EditionAdvice
from nistitl.cli import CLEAN, FOUND, main
from nistitl.images.errors import CutOff, ImageError
from nistitl.images.registry import codec_named, decode
from tests.fuzz.codestreams import picture
from tests.support.rule_cases import STATEMENTS

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
Image = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

USUAL = {"edition-unchecked", *STATEMENTS}


def header(ver: str) -> Transaction:
    if ver == "0600":
        with pytest.warns(EditionAdvice, match="0600"):
            return Transaction.new(VER=ver, TOT="CAR", DAI="XX0000000", ORI="YY0000000", TCN="T-1", DAT="20260101")
    return Transaction.new(VER=ver, TOT="CAR", DAI="XX0000000", ORI="YY0000000", TCN="T-1", DAT="20260101")


def of(record: Any, ver: str = "0600") -> Transaction:
    """A transaction of that one image, as read."""
    tx = header(ver)
    tx.append(nistitl.record_class(2)(IDC=0))
    tx.append(record)
    return nistitl.read(bytes(tx))


def finger(image: Any, codec: str | None, **more: Any) -> Any:
    fields = {"FGP": (2,), "IMP": 1, "SRC": "YY0000000", "FCD": "20260101", "ppi": 500} | more
    return Type14.from_image(image, codec=codec, **fields)


def face(image: Any, codec: str | None, **more: Any) -> Any:
    fields = {"IMT": "FACE", "SAP": 1, "SRC": "YY0000000", "PHD": "20260101", "ppi": 500} | more
    return Type10.from_image(image, codec=codec, **fields)


def codes(tx: Transaction, level: int = 3) -> list[str]:
    return [f.code for f in tx.validate(level=level) if f.code not in USUAL]


# -- portable anymaps -----------------------------------------------------------------------------


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("colour", [False, True])
def test_pnm_gives_back_every_pixel(deep: bool, colour: bool) -> None:
    image = picture(31, 17, colour, deep)
    data = codec_named("PNM").encode(image)
    assert data.startswith(b"P6" if colour else b"P5") and np.array_equal(decode(data), image)
    assert decode(data).dtype == image.dtype


@pytest.mark.parametrize(
    ("data", "pixels"),
    [
        (b"P1\n# a comment\n3 2\n101\n0 1 0", [[0, 255, 0], [255, 0, 255]]),
        (b"P2 3 1 15 0 7 15", [[0, 119, 255]]),
        (b"P3\n1 1\n255\n1 2 3\n", [[[1, 2, 3]]]),
        (b"P4\n9 1\n\xa0\x80", [[0, 255, 0, 255, 255, 255, 255, 255, 0]]),
        (b"P5\n2 1\n1023\n\x03\xff\x00\x00", [[65535, 0]]),
        (b"P6\n1 1\n3\n\x03\x01\x00", [[[255, 85, 0]]]),
    ],
)
def test_every_kind_of_map_is_decoded(data: bytes, pixels: Any) -> None:
    assert decode(data).tolist() == pixels


def test_what_pillow_writes_is_what_we_read() -> None:
    for image in (picture(20, 30), picture(20, 30, colour=True)):
        out = io.BytesIO()
        Image.fromarray(image).save(out, "PPM")
        assert np.array_equal(decode(out.getvalue()), image)


@pytest.mark.parametrize("data", [b"P5\n2 2\n255\n\1\2\3", b"P2 2 2 255 1 2 3", b"P4\n9 2\n\1\2\3", b"P1 2 2 1 0 1"])
def test_a_map_that_is_cut_is_told(data: bytes) -> None:
    with pytest.raises(CutOff):
        decode(data)


@pytest.mark.parametrize(
    "data", [b"P5\n2 2\n", b"P5\n1 1\n0\n\0", b"P5\n1 1\n9\n\x0a", b"P2 1 1 9 x", b"P5\n1 1\n99999\n\0"]
)
def test_a_map_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError, match="PNM"):
        decode(data)


def test_the_rows_of_a_cut_map_are_had() -> None:
    image = picture(16, 16)
    tx = of(finger(image, "PNM"))
    record = tx[14][0]
    record.DATA = bytes(record.DATA)[:-33]
    shown = record.pixels(truncated=True)
    assert np.array_equal(shown.data[:13], image[:13]) and shown.mask[13:].all() and not shown.mask[:13].any()


# -- the names of 2025 ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "codec", "cga", "found"),
    [
        (finger, "PNM", "PNM", "PNM"),
        (finger, "WSQ", "WSQ", "WSQ20"),
        (finger, "WSQ20", "WSQ20", "WSQ20"),
        (face, "PNM", "PNM", "PNM"),
        (face, "JPEG2", "JPEG2", "JP2"),
    ],
)
def test_a_codec_is_written_by_the_name_that_was_asked_for(make: Any, codec: str, cga: str, found: str) -> None:
    image = picture(96, 96, make is face)
    tx = of(make(image, codec))
    record = tx[10 if make is face else 14][0]
    assert (record.CGA, record.codec) == (cga, found) and codes(tx) == []
    lossless = codec == "PNM"
    assert np.array_equal(record.array, image) if lossless else np.abs(record.array.astype(int) - image).mean() < 9
    again = type(record).from_image(bytes(record.DATA), codec, ppi=500)
    assert again.CGA == cga and bytes(again.DATA) == bytes(record.DATA)


@pytest.mark.parametrize(
    ("make", "codec", "code"),
    [(finger, "PNM", "value-code"), (finger, "WSQ", "cga-wsq"), (face, "JPEG2", "value-code")],
)
def test_before_2025_the_names_are_told(make: Any, codec: str, code: str) -> None:
    assert codes(of(make(picture(96, 96), codec), "0502")) == [code]


def test_no_name_of_2025_is_written_unasked() -> None:
    data = codec_named("PNM").encode(picture(96, 96))
    with pytest.raises(ImageError, match="not PNM"):
        finger(data, None)
    assert finger(codec_named("WSQ20").encode(picture(96, 96), ppi=500), None).CGA == "WSQ20"
    assert "CSP" not in {place.mnemonic for place in finger(picture(96, 96, True), "PNG").fields()}


def test_transcode_takes_the_name_of_the_edition() -> None:
    tx = of(face(picture(96, 96, True), "PNG"))
    record = tx[10][0]
    record.transcode("JP2")
    assert record.CGA == "JPEG2" and codes(nistitl.read(bytes(tx))) == []
    record.transcode("PNM")
    assert record.CGA == "PNM" and codes(nistitl.read(bytes(tx))) == []
    old = of(finger(picture(96, 96), "PNG"), "0502")
    old[14][0].transcode("WSQ")
    assert old[14][0].CGA == "WSQ20"


def test_a_print_of_more_than_8_bits_gets_its_colour_space() -> None:
    tx = of(finger(picture(96, 96), "PNG"))
    tx[14][0].transcode("PNG")
    assert tx[14][0].CSP is None
    deep = of(finger(picture(96, 96, wide=True), "PNG"))
    assert codes(deep, 2) == ["field-required"]
    deep[14][0].transcode("PNM")
    assert deep[14][0].CSP == "GRAY" and codes(nistitl.read(bytes(deep))) == []


def test_a_map_that_its_record_calls_otherwise() -> None:
    data = codec_named("PNM").encode(picture(96, 96))
    for ver, code in (("0600", "image-cga"), ("0502", "image-foreign")):
        tx = of(finger(picture(96, 96), "PNG"), ver)
        tx[14][0].DATA = data
        found = nistitl.read(bytes(tx))
        assert code in codes(found, 1) and np.array_equal(found[14][0].array, picture(96, 96))


# -- media types ----------------------------------------------------------------------------------


def media(media_type: str, data: bytes) -> Transaction:
    tx = of(face(picture(96, 96, True), "PNG"))
    record = tx[10][0]
    record["10.011"], record["10.036"], record.DATA = "MEDIA", [[media_type]], data
    return nistitl.read(bytes(tx))


def tiff() -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture(96, 96, True)).save(out, "TIFF", dpi=(500, 500))
    return out.getvalue()


def test_media_is_decoded_where_its_type_is_one_of_ours() -> None:
    image = picture(96, 96, True)
    for media_type, data in (
        ("image/png", codec_named("PNG").encode(image)),
        ("image/tiff", tiff()),
        ("image/x-portable-pixmap", codec_named("PNM").encode(image)),
        ("IMAGE/PNG; a=b", codec_named("PNG").encode(image)),
    ):
        tx = media(media_type, data)
        assert np.array_equal(tx[10][0].array, image) and codes(tx) == [], media_type


def test_media_of_a_type_that_is_not_ours_is_told_and_kept() -> None:
    data = b"\0\0\0\x18ftypheic" + bytes(100)
    tx = media("image/heic", data)
    (found,) = (f for f in tx.validate(level=3) if f.code not in USUAL)
    assert (found.code, found.severity, found.location.path) == ("image-media", Severity.WARNING, "10.036")
    with pytest.raises(ImageError, match="media type"):
        _ = tx[10][0].array
    assert bytes(tx[10][0].DATA) == data and bytes(nistitl.read(bytes(tx))) == bytes(tx)


def test_media_that_is_something_else_than_its_type() -> None:
    png = codec_named("PNG").encode(picture(96, 96, True))
    for media_type, severity in (("image/jpeg", Severity.ERROR), ("image/heic", Severity.WARNING)):
        tx = media(media_type, png)
        assert ("image-cga", severity) in [(f.code, f.severity) for f in tx.validate(level=1)]
        assert tx[10][0].codec == "PNG"


def test_a_file_is_taken_as_media() -> None:
    record = face(tiff(), "MEDIA")
    assert (record.CGA, record.TIF.FTY, record.HLL) == ("MEDIA", "image/tiff", 96)
    tx = of(record)
    assert codes(tx) == []
    tx[10][0].transcode("PNG")
    assert tx[10][0].CGA == "PNG" and tx[10][0].TIF is None and codes(nistitl.read(bytes(tx))) == []
    with pytest.raises(ImageError):
        finger(tiff(), "MEDIA")


@pytest.mark.parametrize("kind", [16, 20])
def test_types_without_10_036_take_a_file_as_media(kind: int) -> None:
    tx = of(nistitl.record_class(kind).from_image(tiff(), codec="MEDIA", ppi=500))
    record = tx[kind][0]
    assert (record.CGA, record.codec, record.array.shape) == ("MEDIA", "TIFF", (96, 96, 3))
    assert not {code for code in codes(tx) if code.startswith(("image", "value"))}


def test_what_is_never_media_says_so() -> None:
    for data in (tiff(), codec_named("PNG").encode(picture(96, 96, True))):
        with pytest.raises(ImageError, match="CGA of Type-14 is never MEDIA, that of Types 10, 16, 20 is"):
            finger(data, "MEDIA")
    with pytest.raises(ImageError, match="WSQ20 has no media type"):
        face(codec_named("WSQ20").encode(picture(96, 96, False), ppi=500), "MEDIA")


def test_a_codec_that_nobody_knows_is_answered_with_all_names() -> None:
    (record,) = of(face(tiff(), "MEDIA"))[10]
    with pytest.raises(ImageError, match="MEDIA is no codec to encode by"):
        record.transcode("MEDIA")
    with pytest.raises(ImageError, match="known: ") as caught:
        record.transcode("H264")
    assert {"NONE", "WSQ20", "WSQ", "JP2", "JPEG2", "PNM"} <= set(str(caught.value).partition("known: ")[2].split(", "))


@pytest.mark.parametrize(
    ("kind", "media_type", "suffix", "data"),
    [
        (10, "application/pdf", ".pdf", b"of no signature"), (10, "video/MP4", ".mp4", b"of no signature"),
        (10, "x/y", ".pdf", b"%PDF-1.4 synthetic"), (20, "", ".pdf", b"%PDF-1.4 synthetic"),
        (10, "x/y", ".raw", b"of no signature"), (20, "", ".raw", b"of no signature"),
    ],
)  # fmt: skip
def test_media_that_is_no_picture_is_extracted_as_it_is(
    kind: int, media_type: str, suffix: str, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tx = header("0600")
    tx.append(nistitl.record_class(kind)(CGA="MEDIA", DATA=data, HLL=96, VLL=96, SLC=1, THPS=500, TVPS=500))
    if media_type:
        tx[kind][0]["10.036"] = [[media_type]]
    tx.write(tmp_path / "in.an2")
    main(["extract", str(tmp_path / "in.an2"), "-o", str(tmp_path / "images"), "--as", "original"])
    (file,) = (tmp_path / "images").iterdir()
    assert file.suffix == suffix and file.read_bytes() == data
    assert main(["extract", str(tmp_path / "in.an2"), "-o", str(tmp_path / "png"), "--as", "png"]) == FOUND
    assert f"record 1, Type-{kind}: the image is" in capsys.readouterr().err and not [*(tmp_path / "png").iterdir()]


# -- the other doors ------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["PNM", "WSQ", "JPEG2", "MEDIA"])
def test_every_door_takes_them(codec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = tiff() if codec == "MEDIA" else picture(96, 96, codec == "JPEG2")
    tx = of(face(image, codec) if codec in ("JPEG2", "MEDIA") else finger(image, codec))
    source, folder, packed = tmp_path / "in.an2", tmp_path / "out", tmp_path / "packed.an2"
    tx.write(source)
    assert main(["extract", str(source), "-o", str(tmp_path / "images")]) == CLEAN
    assert main(["sheet", str(source), "-o", str(tmp_path / "sheet.png")]) == CLEAN
    assert main(["info", str(source)]) == CLEAN and codec in capsys.readouterr().out
    assert main(["unpack", str(source), str(folder)]) == CLEAN
    assert main(["pack", str(folder), str(packed)]) == CLEAN
    assert packed.read_bytes() == source.read_bytes()
    (name,) = (tmp_path / "images").iterdir()
    assert np.array_equal(np.asarray(Image.open(name)), tx.images()[0].array)


@pytest.mark.parametrize(("codec", "kind"), [("PNM", 14), ("WSQ", 14), ("JPEG2", 10), ("MEDIA", 10)])
def test_pack_encodes_a_png_by_the_name(codec: str, kind: int, tmp_path: Path) -> None:
    image = picture(96, 96, kind == 10)
    given = codec_named("PNG").encode(image) if codec == "MEDIA" else image
    tx = of(face(given, codec) if kind == 10 else finger(given, codec))
    folder = tmp_path / "out"
    source = tmp_path / "in.an2"
    tx.write(source)
    assert main(["unpack", str(source), str(folder)]) == CLEAN
    manifest = folder / "transaction.toml"
    text = manifest.read_text("utf-8")
    (line,) = (row for row in text.splitlines() if f"{kind}.999" in row)
    png = codec_named("PNG").encode(tx[kind][0].array, ppi=500)
    (folder / "new.png").write_bytes(png)
    key = line.partition("=")[0]
    manifest.write_text(text.replace(line, f'{key}= {{ png = "new.png" }}'), "utf-8")
    assert main(["pack", str(folder), str(tmp_path / "packed.an2")]) == CLEAN
    packed = nistitl.read(tmp_path / "packed.an2")
    assert packed[kind][0].CGA == codec and codes(packed) == []
