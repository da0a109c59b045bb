"""Drawings of features: each mark is where the feature is, and points where it points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import nistitl
from fixtures import latent
from nistitl.cli import main
from nistitl.minutiae import DTYPE, MinutiaeError
from nistitl.minutiae.names import LAYERS
from nistitl.pages.sheet import sections
from nistitl.records.type09 import QualityMapFormat, RegionOfInterest
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

LATENT = ROOT / "fixtures" / "latent.eft"
SIDE, PPI = 200, 500


def drawn(record: nistitl.Type9, *layers: str) -> NDArray[np.uint8]:
    """The layers of a record over white paper of 200 by 200 pixels at 500 ppi."""
    paper = nistitl.Type13(IDC=1, IMP=4, HLL=SIDE, VLL=SIDE, SLC=1, THPS=PPI, TVPS=PPI, CGA="NONE", BPX=8)
    paper.DATA = b"\xff" * SIDE * SIDE
    record.IDC = 1
    tx = nistitl.Transaction.new(TOT="LFFS", DAI="SYNTHETIC", ORI="SYNTHETIC", TCN="SYNTHETIC", VER="0502")
    tx.extend([paper, record])
    return np.asarray(record.plot(layers))


def one(x: float, y: float, theta: float, kind: str = "E") -> nistitl.Type9:
    minutiae = np.zeros(1, DTYPE)
    minutiae["x"], minutiae["y"], minutiae["theta"], minutiae["type"] = x, y, theta, kind
    minutiae["quality"], minutiae["radius"], minutiae["spread"], minutiae["index"] = -1, np.nan, np.nan, 1
    return nistitl.Type9.from_minutiae(minutiae, "efs", ppi=PPI, width=SIDE, height=SIDE)


def marked(picture: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not paper."""
    y, x = np.nonzero((picture != 255).any(axis=2))
    return int(x.min()), int(y.min()), int(x.max()), int(y.max())


@pytest.mark.parametrize(("theta", "side"), [(0, "right"), (90, "top"), (180, "left"), (270, "bottom")])
def test_a_direction_points_counterclockwise_from_the_right(theta: int, side: str) -> None:
    left, top, right, bottom = marked(drawn(one(120, 80, theta), "minutiae"))
    reach = {"left": 120 - left, "top": 80 - top, "right": right - 120, "bottom": bottom - 80}
    assert max(reach, key=lambda name: reach[name]) == side
    assert reach[side] == pytest.approx(0.06 * PPI, abs=2)
    assert all(reach[name] <= 7 for name in reach if name != side)  # the ring around the place


def test_the_kind_of_a_minutia_is_its_colour() -> None:
    red, blue = (drawn(one(100, 100, 0, kind), "minutiae")[100, 120] for kind in "EB")
    assert red[0] > red[2]
    assert blue[2] > blue[0]


def test_the_quality_map_lies_on_its_region_and_lets_the_ridges_through() -> None:
    record = nistitl.Type9(FMT="U", IMP=4)
    record.ROI = RegionOfInterest(508, 508, 254, 127)  # from pixel 50, 25
    record.RQM, record.RQF = ("13", "30"), QualityMapFormat(41, "UNC")  # cells of some 8 pixels
    picture = drawn(record, "quality")
    left, top, right, bottom = marked(picture)
    assert (left, top) == (50, 25)
    assert (right, bottom) == (left + 15, top + 15)
    red, green, black = picture[27, 52], picture[27, 64], picture[39, 64]
    assert red[0] > red[1] + 30
    assert green[1] > green[0] + 30
    assert 150 < black[0] < 250  # paper seen through a black veil
    assert black[0] == black[1] == black[2]


def test_cores_deltas_and_the_region_are_where_the_fixture_has_them() -> None:
    tx = nistitl.read(LATENT)
    record = tx[9][0]
    plain = np.asarray(record.plot(()))
    assert (plain[..., 0] == plain[..., 1]).all()
    for layer, (x, y) in {
        "cores": latent.place(latent.PATTERN.cores[0]),
        "deltas": latent.place(latent.PATTERN.deltas[0]),
        "roi": latent.CORNERS[0],
    }.items():
        changed = (np.asarray(record.plot([layer])) != plain).any(axis=2)
        assert changed[y - 12 : y + 13, x - 12 : x + 13].any(), layer


def test_a_layer_that_is_none_and_a_record_without_image_are_told() -> None:
    tx = nistitl.read(LATENT)
    record = tx[9][0]
    with pytest.raises(MinutiaeError, match="no layer is called pores"):
        record.plot(["pores"])
    with pytest.raises(MinutiaeError, match="nothing to draw over"):
        nistitl.Type9(IDC=7, FMT="U").plot()
    size = record.plot().size
    del tx
    assert record.plot().size == size  # it keeps its image


def test_the_sheet_shows_features_when_asked(tmp_path: Path) -> None:
    from PIL import Image

    def colours(*options: str) -> int:
        out = tmp_path / "sheet.png"
        assert main(["sheet", str(LATENT), "-o", str(out), *options]) == 0
        picture = np.asarray(Image.open(out).convert("RGB")).astype(int)
        return int((np.ptp(picture, axis=2) > 40).sum())

    assert colours() == 0
    assert colours("--minutiae") > 1000


@pytest.mark.parametrize("scale", [1, 2, 3.5])
def test_at_a_scale_marks_are_where_the_feature_is(scale: float) -> None:
    """The middle of pixel 50 is 50.5 pixels from the edge, at any scale; what is drawn grows with the picture."""
    record = one(50, 80, 90)
    drawn(record, "minutiae")
    picture = np.asarray(record.plot(["minutiae"], scale=scale))
    assert picture.shape[:2] == (round(SIDE * scale), round(SIDE * scale))
    left, top, right, bottom = marked(picture)
    assert (left + right) / 2 == pytest.approx(50.5 * scale - 0.5, abs=1)
    assert 80.5 * scale - top == pytest.approx(0.06 * PPI * scale, abs=2)
    assert bottom - 80.5 * scale <= 7 * scale


def test_the_quality_map_is_scaled_with_its_region() -> None:
    record = nistitl.Type9(FMT="U", IMP=4)
    record.ROI = RegionOfInterest(508, 508, 254, 127)
    record.RQM, record.RQF = ("13", "30"), QualityMapFormat(41, "UNC")
    drawn(record, "quality")
    picture = np.asarray(record.plot(["quality"], scale=3))
    left, top, right, bottom = marked(picture)
    assert (left, top) == (150, 75)
    assert right - left == pytest.approx(3 * 16, abs=2)
    assert bottom - top == pytest.approx(3 * 16, abs=2)


def test_numbers_stand_behind_their_minutia() -> None:
    """On the side that it does not point to, and nothing else changes."""
    for theta, ahead in ((0, "right"), (180, "left")):
        record = one(100, 100, theta)
        plain = drawn(record, "minutiae")
        numbered = np.asarray(record.plot(["minutiae"], numbers=True))
        left, top, right, bottom = marked(255 - (numbered != plain) * np.uint8(255))
        middle = (left + right) / 2
        assert (middle < 95) if ahead == "right" else (middle > 105)
        assert abs((top + bottom) / 2 - 100) < 4
        assert bottom - top <= 12
    assert (np.asarray(record.plot(["cores"], numbers=True)) == np.asarray(record.plot(["cores"]))).all()


def test_numbers_have_a_rim_and_lie_over_all_else_and_inside_the_picture() -> None:
    """On black paper the rim is seen; the number of a minutia at the edge is whole; a core does not cover one."""
    record = one(100, 100, 0)
    tx = nistitl.Transaction.new(TOT="LFFS", DAI="SYNTHETIC", ORI="SYNTHETIC", TCN="SYNTHETIC", VER="0502")
    paper = nistitl.Type13(IDC=1, IMP=4, HLL=SIDE, VLL=SIDE, SLC=1, THPS=PPI, TVPS=PPI, CGA="NONE", BPX=8)
    paper.DATA = bytes(SIDE * SIDE)
    record.IDC = 1
    tx.extend([paper, record])
    colours = np.asarray(record.plot(["minutiae"], numbers=True)).reshape(-1, 3)
    assert (colours > 150).all(axis=1).sum() > 10
    pixels = {}
    for x in (100, 1):
        edge = one(x, 100, 0)
        plain = drawn(edge, "minutiae")
        pixels[x] = int((np.asarray(edge.plot(["minutiae"], numbers=True)) != plain).any(axis=2).sum())
    assert pixels[1] > 0.6 * pixels[100]  # but for what lies on its own ring
    covered = one(100, 100, 0)
    plain = drawn(covered, "minutiae")
    bare = np.asarray(covered.plot(["minutiae"], numbers=True))
    covered.set_cores(np.array([(90.0, 100.0)], [("x", "f8"), ("y", "f8")]), ppi=PPI, height=SIDE)
    number = (bare != plain).any(axis=2) & (bare[..., 1] < 100)
    assert number.any()
    assert (np.asarray(covered.plot(["minutiae", "cores"], numbers=True))[number][:, 1] < 110).all()


def test_the_sheet_draws_layers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    def pixels(*options: str) -> NDArray[np.uint8]:
        out = tmp_path / "sheet.png"
        assert main(["sheet", str(LATENT), "-o", str(out), "--scale", "1", *options]) == 0
        return np.asarray(Image.open(out).convert("RGB"))

    plain, everything = pixels(), pixels("--minutiae")
    seen = {layer: int((pixels("--layers", layer) != plain).sum()) for layer in LAYERS}
    assert all(0 < seen[layer] < int((everything != plain).sum()) for layer in LAYERS)
    assert (pixels("--layers", "quality, roi,minutiae,cores,deltas") == everything).all()
    assert (pixels("--minutiae", "--layers", "") == plain).all()
    assert main(["sheet", str(LATENT), "-o", str(tmp_path / "a.png"), "--layers", "pores"]) == 2
    assert "no layer is called pores; there are quality, roi" in capsys.readouterr().err


def test_an_image_whose_features_cannot_be_drawn_is_shown() -> None:
    tx = nistitl.read(LATENT)
    tx[9][0][331] = b"a\x1fb\x1fc\x1fE"
    (section,) = sections(tx, minutiae=True)
    (cell,) = section.rows[0]
    assert cell.picture is not None
    assert any(line.startswith("features not drawn: 9.331 does not decode") for line in cell.lines)


def test_what_is_no_scale() -> None:
    record = nistitl.read(LATENT)[9][0]
    for scale in (0, -1, float("nan"), float("inf")):
        with pytest.raises(MinutiaeError, match="expected a number above 0"):
            record.plot(scale=scale)
    with pytest.raises(MinutiaeError, match="more than"):
        record.plot(scale=1e4)


def test_the_minutiae_of_the_latent_are_drawn_on_the_ends_of_its_ridges() -> None:
    """At three times its size every ring lies on what it marks: in an ending's ring there is ridge and paper."""
    tx = nistitl.read(LATENT)
    record = tx[9][0]
    plain, over = (np.asarray(record.plot(layers, scale=3)) for layers in ((), ("minutiae",)))
    changed = (plain != over).any(axis=2)
    for minutia in record.minutiae():
        x, y = round((float(minutia["x"]) + 0.5) * 3), round((float(minutia["y"]) + 0.5) * 3)
        assert changed[y - 36 : y + 37, x - 36 : x + 37].any()
        around = plain[y - 24 : y + 25, x - 24 : x + 25]
        assert around.min() < 100
        assert around.max() > 200


@pytest.mark.parametrize("suffix", [".png", ".html"])
def test_the_sheet_at_a_scale(tmp_path: Path, suffix: str) -> None:
    import base64
    import io
    import re

    from PIL import Image

    out = tmp_path / f"sheet{suffix}"
    sizes = {}
    for scale in ("1", "4"):
        assert main(["sheet", str(LATENT), "-o", str(out), "--minutiae", "--scale", scale, "--numbers"]) == 0
        data = out.read_bytes()
        if suffix == ".html":
            data = base64.b64decode(re.findall(rb"base64,([^\"]+)", data)[0])
        sizes[scale] = Image.open(io.BytesIO(data)).size
    if suffix == ".html":
        assert sizes == {"1": (400, 400), "4": (1600, 1600)}
    else:
        assert sizes["4"][0] >= 1600
        assert sizes["4"][1] - sizes["1"][1] == 1200
    assert main(["sheet", str(LATENT), "-o", str(out), "--scale", "0"]) == 2
