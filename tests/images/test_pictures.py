"""Images as users meet them: arrays of records, new records of arrays, files, and the sheet."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.pages.sheet import sheet_html
from tests.support.samples import ROOT

np = pytest.importorskip("numpy", reason="numpy comes with ebtskit[images]")
Image = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="imagecodecs comes with ebtskit[images]")

FIXTURES = ROOT / "fixtures"
TENPRINT = FIXTURES / "tenprint-type14.eft"


@pytest.fixture
def tx() -> nistitl.Transaction:
    return nistitl.read(TENPRINT)


def test_arrays_of_a_tenprint(tx: nistitl.Transaction) -> None:
    images = tx.images()
    assert len(images) == 14 and all(record.codec == "PNG" and record.ppi == 500 for record in images)
    for record in images:
        array = record.array
        assert array.shape == (record["VLL"].value, record["HLL"].value) and array.dtype == np.uint8
        assert array.min() < 60 and array.max() > 200
        assert record.image_findings() == ()


def test_segments_are_views_of_the_slap(tx: nistitl.Transaction) -> None:
    slap = tx[14][12]
    crops = slap.segments()
    assert [crop.position for crop in crops] == [2, 3, 4, 5]
    for crop, segment in zip(crops, slap.SEG, strict=True):
        left, top, right, bottom = crop.box
        assert (left, top) == (segment.LHC, segment.TVC)
        assert crop.array.shape == (bottom - top, right - left) and crop.array.min() < 60


@pytest.mark.parametrize("codec", ["PNG", "NONE", "JP2L", "JPEGL", "WSQ20", "JPEGB", "JP2"])
def test_from_image_and_back(tx: nistitl.Transaction, codec: str) -> None:
    array = tx[14][0].array
    record = nistitl.Type14.from_image(array, codec=codec, ppi=500, FGP=1, IMP=1, SRC="ORI", FCD="20240315")
    assert (record.HLL, record.VLL, record.SLC, record.THPS, record.TVPS, record.CGA, record.BPX) == (
        400, 400, 1, 500, 500, codec, 8,
    )  # fmt: skip
    made = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    made.append(record)
    again = nistitl.read(bytes(made), policy="strict")[14][0]
    assert again.codec == codec and again.image_findings() == ()
    difference = np.abs(again.array.astype(int) - array.astype(int))
    lossy = codec in ("WSQ20", "JPEGB", "JP2")
    assert difference.mean() < 12 if lossy else difference.max() == 0


def test_from_a_codestream_nothing_is_encoded_again(tx: nistitl.Transaction) -> None:
    data = bytes(tx[14][0]["DATA"].raw)
    record = nistitl.Type14.from_image(data, FGP=1)
    assert bytes(record["DATA"].raw) == data and (record.HLL, record.CGA, record.THPS) == (400, "PNG", 500)


def test_binary_records_of_images(tx: nistitl.Transaction) -> None:
    made = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C", NSR="19.69", NTR="19.69")
    record = made.append(nistitl.Type4.from_image(tx[14][0].array, codec="WSQ20", ppi=500, FGP=1, IMP=1))
    again = nistitl.read(bytes(made), policy="strict")[4][0]
    assert again.codec == "WSQ20" and again.CGA == 1 and round(again.ppi or 0) == 500
    assert again.array.shape == (400, 400) and record.has_image
    alone = nistitl.read(bytes(made))[4][0]  # whose transaction is gone
    assert round(alone.ppi or 0) == 500


def test_transcode_changes_the_image_and_its_fields(tx: nistitl.Transaction) -> None:
    record = tx[14][1]
    before, array = bytes(record["14.021"].raw) if "14.021" in record else b"", record.array
    record.transcode("JP2L")
    again = nistitl.read(bytes(tx), policy="strict")[14][1]
    assert (again.CGA, again.codec, again.THPS, again.FGP) == ("JP2L", "JP2L", 500, (2,))
    assert np.array_equal(again.array, array) and (bytes(again["14.021"].raw) if before else b"") == before
    assert bytes(nistitl.read(bytes(tx))[14][2]) == bytes(nistitl.read(TENPRINT)[14][2])


def test_lies_of_a_record_are_found_and_strict_refuses(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    record.CGA, record.HLL, record.BPX = "WSQ20", 401, 12
    codes = {finding.code for finding in record.image_findings()}
    assert codes == {"image-cga", "image-size", "image-bits"}
    assert record.array.shape == (400, 400), "what the codestream says counts"
    with pytest.raises(nistitl.ITLError):
        _ = nistitl.read(bytes(tx), policy="strict")[14][0].array


def test_a_pixel_limit(tx: nistitl.Transaction) -> None:
    with pytest.raises(nistitl.ITLError, match="pixel"):
        tx[14][0].pixels(max_pixels=400 * 399)


@pytest.mark.parametrize("form", ["png", "tiff", "raw", "wsq", "jp2", "original"])
def test_extract(form: str, tx: nistitl.Transaction, tmp_path: Path, capsys: Any) -> None:
    assert main(["extract", str(TENPRINT), "-o", str(tmp_path), "--as", form]) == 0
    names = capsys.readouterr().out.split()
    assert len(names) == 14 and sorted(names) == sorted(path.name for path in tmp_path.iterdir())
    first = (tmp_path / names[0]).read_bytes()
    assert names[0].startswith("002-type-14-idc-1-right-thumb.")
    array = tx[14][0].array
    if form in ("png", "tiff", "original"):
        with Image.open(io.BytesIO(first)) as image:
            assert np.array_equal(np.asarray(image), array)
            assert tuple(round(float(x)) for x in image.info["dpi"]) == (500, 500)
    elif form == "raw":
        assert first == array.tobytes()
    else:
        from nistitl.images.registry import read_header

        header = read_header(first)
        assert header is not None and (header.codec, header.width) == ("WSQ20" if form == "wsq" else "JP2L", 400)


def test_extract_goes_on_after_an_image_that_does_not_decode(tmp_path: Path, capsys: Any) -> None:
    tx = nistitl.read(TENPRINT)
    tx[14][0].DATA = b"no image at all"  # type: ignore[assignment]
    tx.write(tmp_path / "bad.eft")
    assert main(["extract", str(tmp_path / "bad.eft"), "-o", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert len(told.out.split()) == 13 and "record 2" in told.err


@pytest.mark.parametrize("arguments", [("extract", "out"), ("sheet", "out.html"), ("sheet", "out.png")])
def test_findings_of_the_file_are_told(arguments: tuple[str, str], tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "bad.eft").write_bytes(TENPRINT.read_bytes() + b"rest")
    assert main([arguments[0], str(tmp_path / "bad.eft"), "-o", str(tmp_path / arguments[1])]) == 1
    assert "bytes-after" in capsys.readouterr().err
    assert (tmp_path / arguments[1]).exists()


def test_sheet_as_png(tmp_path: Path) -> None:
    assert main(["sheet", str(TENPRINT), "-o", str(tmp_path / "a.png")]) == 0
    assert main(["sheet", str(TENPRINT), "-o", str(tmp_path / "b.png"), "--segments"]) == 0
    with Image.open(tmp_path / "a.png") as plain, Image.open(tmp_path / "b.png") as boxed:
        assert plain.size == boxed.size and plain.size[0] > 1000
        red = np.asarray(boxed).astype(int)
        assert ((red[..., 0] - red[..., 1]) > 120).sum() > 500, "boxes are drawn when asked"
        grey = np.asarray(plain).astype(int)
        assert np.abs(grey[..., 0] - grey[..., 1]).max() == 0, "and only then"


def test_sheet_as_html(tmp_path: Path) -> None:
    tx = nistitl.read(TENPRINT)
    assert tx.header is not None
    tx.header["1.004"] = b"<script>"
    tx.remove(tx[14][4])
    tx[14][8]["14.018"] = [["5", "XX"]]
    tx.write(tmp_path / "a.eft")
    assert main(["sheet", str(tmp_path / "a.eft"), "-o", str(tmp_path / "a.html")]) == 0
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert page.count("data:image/png;base64,") == 13 and "http" not in page.replace("http-equiv", "")
    assert "5 Right little finger" in page and "Partial print due to amputation" in page
    order = [page.index(f"<figcaption>{n} ") for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 12, 11, 13)]
    assert order == sorted(order)


def test_sheet_names_nobody(tx: nistitl.Transaction, tmp_path: Path) -> None:
    assert "SYNTHETIC" not in sheet_html(tx)
    assert main(["sheet", str(TENPRINT), "-o", str(tmp_path / "a.gif")]) == 2
    assert list(tmp_path.iterdir()) == []


def test_json_of_extract(tmp_path: Path, capsys: Any) -> None:
    main(["extract", str(TENPRINT), "-o", str(tmp_path), "--as", "original", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (
        told[0]["record"] == 2
        and told[0]["ppi"] == 500
        and told[0]["bytes"] == (tmp_path / told[0]["file"]).stat().st_size
    )


# -- the sheet: amputations, demographics, true scale ------------------------------------------------


def type_4_tenprint(tmp_path: Path) -> nistitl.Transaction:
    """The tenprint of Type-4 without its left ring finger, which Type-2 says is amputated."""
    tx = nistitl.read(TENPRINT.with_name("tenprint-type4.eft"))
    tx.remove(tx[4][8])
    tx[2][0]["2.084"] = [["09", "XX"]]
    tx[2][0]["2.018"] = "<b>PLANTED,NAME</b>"
    return tx


def test_the_sheet_says_amputations_of_type_2(tmp_path: Path) -> None:
    page = sheet_html(type_4_tenprint(tmp_path))
    gone = page.split("<figcaption>9 Left ring finger")[0].rpartition("<figure")[2]
    assert "XX: Amputation" in gone
    slap = page.split("<figcaption>14 ")[1].partition("</figcaption>")[0]
    assert "9 Left ring finger: XX: Amputation" in slap and "PLANTED" not in page


def test_the_sheet_shows_demographics_when_asked(tmp_path: Path) -> None:
    tx = type_4_tenprint(tmp_path)
    page = sheet_html(tx, values=True)
    assert '">2.018</td>' in page and ">NAM</td>" in page and "&lt;b&gt;PLANTED,NAME&lt;/b&gt;" in page
    assert tx.profile is None
    tx.write(tmp_path / "a.eft")
    for name in ("a.html", "a.png", "b.png"):
        options = [] if name == "b.png" else ["--values"]
        assert main(["sheet", str(tmp_path / "a.eft"), "-o", str(tmp_path / name), *options]) == 0
    assert "PLANTED" in (tmp_path / "a.html").read_text("utf-8")
    with Image.open(tmp_path / "a.png") as told, Image.open(tmp_path / "b.png") as plain:
        more = told.height - plain.height
        assert more > 16 * 20 and told.width == plain.width, "a line a field"
        assert (np.asarray(told)[:more].min(axis=(1, 2)) < 80).sum() > 100
        assert (np.asarray(told)[more + 20 :] == np.asarray(plain)[20:]).all(), "and the images below, as they were"


def test_letters_that_a_png_lacks_are_escapes() -> None:
    from nistitl.pages.sheet import value_lines

    tx = nistitl.read(TENPRINT)
    tx[2][0]["2.018"] = "ИВАНОВ,É".encode()
    (line,) = [line for line in value_lines(tx) if line.startswith("2.018")]
    assert line == "2.018 NAM: \\u0418\\u0412\\u0410\\u041d\\u041e\\u0412,É"


def test_the_sheet_at_true_scale(tmp_path: Path, capsys: Any) -> None:
    tx = nistitl.read(TENPRINT)
    tx[14][1].THPS, tx[14][1].TVPS = 1000, 500
    tx[14][2].SLC, tx[14][2].THPS, tx[14][2].TVPS = 0, 1, 1
    page = sheet_html(tx, true_scale=True)
    sizes = re.findall(r'style="width: ([\d.]+)in; height: ([\d.]+)in" src="data:image/png;base64,([^"]+)"', page)
    assert [(float(width), float(height)) for width, height, _ in sizes[:2]] == [(0.8, 0.8), (0.4, 0.8)]
    assert len(sizes) == 13 and page.count("not to scale") == 1
    with Image.open(io.BytesIO(base64.b64decode(sizes[-1][2]))) as slap:
        assert slap.size == (1160, 448), "every pixel"
    assert 'width: 4in">4 inches' in page and 'width: 100mm">100 mm' in page
    source, target = str(TENPRINT), str(tmp_path / "a.html")
    assert main(["sheet", source, "-o", target, "--true-scale"]) == 0
    assert "0.8000in" in (tmp_path / "a.html").read_text("utf-8")
    assert main(["sheet", source, "-o", target, "--true-scale", "--scale", "2"]) == 2
    assert main(["sheet", source, "-o", str(tmp_path / "a.png"), "--true-scale"]) == 2
    assert "write the sheet as .html, or a card" in capsys.readouterr().err and not (tmp_path / "a.png").exists()
