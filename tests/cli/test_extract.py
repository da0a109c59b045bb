"""`nistitl extract` with another resolution, gray, and the fingers of a slap one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.images.pictures import open_picture
from nistitl.images.resampling import halved
from nistitl.records.type14 import Segment, SegmentPath
from tests.support.samples import ROOT

np = pytest.importorskip("numpy", reason="numpy comes with ebtskit[images]")
pytest.importorskip("PIL", reason="pillow comes with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="imagecodecs comes with ebtskit[images]")

TENPRINT = ROOT / "fixtures" / "tenprint-type14.eft"
SLAP = "002-type-14-idc-1-plain-right-four-fingers"


def ridges(rows: int = 300, columns: int = 400) -> Any:
    y, x = np.indices((rows, columns))
    return (128 + 100 * np.sin(x / 4 + y / 7)).astype(np.uint8)


def written(folder: Path, *records: nistitl.Record) -> Path:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="C", NSR="19.69", NTR="19.69")
    tx.append(nistitl.Type2())
    for record in records:
        tx.append(record)
    tx.write(folder / "in.eft")
    return folder / "in.eft"


def run(path: Path, folder: Path, *options: str) -> int:
    return main(["extract", str(path), "-o", str(folder), *options])


def test_the_fingers_of_a_slap_are_files_of_their_own(tmp_path: Path, capsys: Any) -> None:
    image = ridges()
    slap = nistitl.Type14.from_image(
        image, codec="PNG", ppi=1000, FGP=13, IMP=0,
        SEG=(Segment(2, 10, 109, 20, 219), Segment(3, 120, 219, 0, 99), Segment(3, 0, 9, 0, 9)),
        ASEG=(SegmentPath(2, 3, ((10, 20), (109, 20), (10, 219))),),
    )  # fmt: skip
    path = written(tmp_path, slap)
    assert run(path, tmp_path / "out", "--segments", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    names = [
        "02-right-index-finger",
        "03-right-middle-finger",
        "03-right-middle-finger-again",
        "02-right-index-finger-path",
    ]
    assert [one["file"] for one in told] == [f"{SLAP}-{name}.png" for name in names]
    assert [(one["position"], one["ppi"]) for one in told] == [(2, 1000), (3, 1000), (3, 1000), (2, 1000)]
    first = open_picture(tmp_path / "out" / told[0]["file"])
    assert np.array_equal(first.pixels, image[20:220, 10:110]) and round(first.ppi or 0) == 1000
    outlined = open_picture(tmp_path / "out" / told[3]["file"]).pixels
    assert np.array_equal(outlined[0], image[20, 10:110]) and (outlined[-1, 1:] == 255).all()


def test_a_segment_at_another_resolution(tmp_path: Path, capsys: Any) -> None:
    image = ridges()
    slap = nistitl.Type14.from_image(image, codec="PNG", ppi=1000, FGP=13, IMP=0, SEG=(Segment(2, 10, 109, 20, 219),))
    assert run(written(tmp_path, slap), tmp_path / "out", "--segments", "--ppi", "500", "--as", "tiff") == 0
    name = capsys.readouterr().out.strip()
    assert name == f"{SLAP}-02-right-index-finger.tif"
    picture = open_picture(tmp_path / "out" / name)
    assert picture.ppi == 500 and np.array_equal(picture.pixels, halved(np.ascontiguousarray(image[20:220, 10:110])))


def test_prints_are_resampled_and_faces_are_not(tmp_path: Path, capsys: Any) -> None:
    colour = np.dstack([ridges(), ridges()[::-1], 255 - ridges()])
    path = written(
        tmp_path,
        nistitl.Type14.from_image(ridges(), codec="PNG", ppi=1000, FGP=2, IMP=0),
        nistitl.Type10.from_image(colour, codec="PNG"),
    )
    assert run(path, tmp_path / "out", "--ppi", "500", "--gray", "--json") == 0
    finger, face = json.loads(capsys.readouterr().out)
    assert (finger["ppi"], face["ppi"]) == (500, None)
    assert np.array_equal(open_picture(tmp_path / "out" / finger["file"]).pixels, halved(ridges()))
    assert np.array_equal(open_picture(tmp_path / "out" / face["file"]).pixels, open_picture(colour).gray().pixels)


def test_what_cannot_be_had_is_told_and_the_others_are_written(tmp_path: Path, capsys: Any) -> None:
    coarse = nistitl.Type14.from_image(ridges(), codec="PNG", ppi=300, FGP=1, IMP=0)
    slap = nistitl.Type14.from_image(ridges(), codec="PNG", ppi=500, FGP=13, IMP=0)
    path = written(tmp_path, coarse, slap)
    assert run(path, tmp_path / "out", "--ppi", "500", "--segments") == 1
    said = capsys.readouterr()
    assert "record 2, Type-14: 300 ppi has less detail than 500 ppi" in said.err
    assert "record 3, Type-14: there are no segments, so that it is written whole" in said.err
    assert said.out.split() == ["003-type-14-idc-2-plain-right-four-fingers.png"]


def test_nothing_is_done_to_a_codestream_as_it_stands(tmp_path: Path, capsys: Any) -> None:
    for option in (("--gray",), ("--ppi", "500"), ("--segments",)):
        assert run(TENPRINT, tmp_path / "out", "--as", "original", *option) == 2
        assert "--as original is the codestream as it stands" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    for wrong in ("abc", "0", "-500", "nan", "1e9"):
        assert run_refused(tmp_path, wrong) == 2
        assert "invalid resolution value" in capsys.readouterr().err


def run_refused(folder: Path, ppi: str) -> Any:
    with pytest.raises(SystemExit) as ended:
        run(TENPRINT, folder / "out", f"--ppi={ppi}")
    return ended.value.code
