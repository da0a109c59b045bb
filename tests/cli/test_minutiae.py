"""`nistitl minutiae` and `nistitl info --features`."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import nistitl
from nistitl.cli import main
from nistitl.minutiae import DTYPE, read_template, read_xyt
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LATENT = str(ROOT / "fixtures/latent.eft")


@pytest.fixture
def two(tmp_path: Path) -> str:
    """Two Type-9 of different IDC; the second is of a rolled print, its minutiae in the block of INCITS 378."""
    tx = nistitl.read(LATENT)
    features = tx[9][0]
    array = np.array(features.minutiae(), DTYPE)  # of no block: its quality is in percent
    array["radius"] = array["spread"] = float("nan")
    array["quality"] = 40
    array["type"] = "E"
    record = nistitl.Type9.from_minutiae(array, "m1", ppi=500, width=400, height=400, IDC=7, IMP=1, FGP=3)
    tx.append(record)
    tx.write(tmp_path / "two.eft")
    return str(tmp_path / "two.eft")


def test_csv_of_all(two: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["minutiae", two])
    out = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(out.out)))
    tx = nistitl.read(two)
    assert {row["idc"] for row in rows} == {str(record.idc) for record in tx[9]}
    assert len(rows) == sum(len(record.minutiae()) for record in tx[9])
    assert status == 1
    assert [row["ppi"] for row in rows[::50]] == ["1000", "500"]
    assert {row["origin"] for row in rows} == {"top left of the image"}
    told = out.err.splitlines()
    assert "not in csv: IDC 1, block efs: 9.320 COR: 1 core" in told
    assert "not in csv: IDC 1, block efs: 9.308 RQM" in told
    assert "not in csv: IDC 7, block m1: 9.134 FGP" in told


def test_what_has_no_minutiae_is_told(two: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tx = nistitl.read(two)
    bare = nistitl.Type9(IDC=9, IMP=4, FMT="U")
    bare[105] = b"x"
    tx.append(bare)
    tx.write(tmp_path / "three.eft")
    assert main(["minutiae", str(tmp_path / "three.eft"), "--as", "json"]) == 1
    out = capsys.readouterr()
    assert [one["idc"] for one in json.loads(out.out)] == [1, 7]
    assert "not in json: IDC 9, no minutiae of a public block: it is left out" in out.err
    assert main(["minutiae", str(tmp_path / "three.eft"), "--as", "json", "--block", "efs"]) == 1
    out = capsys.readouterr()
    assert [one["idc"] for one in json.loads(out.out)] == [1]
    assert "not in json: IDC 7, no minutiae of efs: it is left out" in out.err


def test_a_block_that_is_none(two: str, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("csv", "json"):
        assert main(["minutiae", two, "--as", form, "--block", "ef"]) == 2
        assert "there is no block 'ef'; blocks are efs, m1" in capsys.readouterr().err


def test_the_block_that_is_meant_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Cores are of the block that is written, not of a richer one; other blocks are named."""
    tx = nistitl.read(LATENT)
    tx[9][0].convert_minutiae("standard")
    tx[9][0].set_cores(np.array([(10.0, 20.0), (30.0, 40.0)], [("x", "f8"), ("y", "f8")]), "standard")
    tx.write(tmp_path / "both.eft")
    command = ["minutiae", str(tmp_path / "both.eft"), "--block", "standard"]
    assert main(command) == 1
    told = capsys.readouterr().err.splitlines()
    assert "IDC 1: of block standard; --block chooses efs" in told
    assert "not in csv: IDC 1, block standard: 9.008 CRP: 2 cores" in told
    assert not any("block efs" in one for one in told)
    assert main([*command, "--as", "xyt"]) == 1
    assert "not in xyt: IDC 1, block standard: 9.008 CRP: 2 cores" in capsys.readouterr().err
    main([*command, "--as", "json", "--units", "own"])
    (found,) = json.loads(capsys.readouterr().out)
    assert (len(found["cores"]), found["others"], found["field"]) == (2, ["efs"], "9.012 MRCT")
    assert (found["unit"], found["origin"], found["theta"]) == (
        "0.01 mm", "bottom left of the image", "degrees, out of the ridge",
    )  # fmt: skip
    assert found["quality"] == {"worst": 63, "best": 2}


def test_json_of_one(two: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["minutiae", two, "--as", "json", "--idc", "7", "--block", "m1"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["idc"], found["block"], len(found["minutiae"])) == (7, "m1", len(nistitl.read(two)[9][1].minutiae()))
    assert found["minutiae"][0]["quality"] == 40
    assert main(["minutiae", two, "--as", "json", "--idc", "7", "--units", "own"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["units"] == "own"


@pytest.mark.parametrize("form", ["xyt", "xyt-m1"])
def test_xyt(two: str, form: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "a.xyt"
    assert main(["minutiae", two, "--as", form, "--idc", "7", "--height", "400", "-o", str(out)]) == 1
    assert f"not in {form}: IDC 7, block m1: 9.137 FMD: the type of" in capsys.readouterr().err
    there = nistitl.read(two)[9][1].minutiae()
    found = read_xyt(out, form, height=400)  # type: ignore[arg-type]
    assert abs(found["x"] - there["x"]).max() <= 0.5
    assert abs(found["y"] - there["y"]).max() <= 0.5
    assert found["quality"].tolist() == [40] * len(there)


def test_a_template(two: str, tmp_path: Path) -> None:
    for form in ("incits-378-2004", "incits-378-2009", "incits-378-2009-am1", "iso-19794-2-2005", "iso-19794-2-2011"):
        out = tmp_path / f"{form}.fmr"
        command = ["minutiae", two, "--as", form, "--idc", "7", "-o", str(out), "--quality", "60", "--impression", "3"]
        assert main(command) in (0, 1)
        template = read_template(out, "strict")
        view = template.views[0]
        assert (template.format, view.position, view.impression, view.quality) == (form, 3, 3, 60)
        assert len(view.minutiae) == len(nistitl.read(two)[9][1].minutiae())


def test_one_finger_must_be_chosen(two: str, capsys: pytest.CaptureFixture[str]) -> None:
    idc = nistitl.read(two)[9][0].idc
    for form in ("xyt", "incits-378-2009"):
        assert main(["minutiae", two, "--as", form]) == 2
        assert f"there are Type-9 of IDC {idc}, 7: choose one with --idc" in capsys.readouterr().err
    assert main(["minutiae", two, "--idc", "9"]) == 2
    assert f"no Type-9 has IDC 9; there are {idc}, 7" in capsys.readouterr().err
    assert main(["minutiae", str(ROOT / "fixtures/tenprint-type14.eft")]) == 2
    assert "no Type-9" in capsys.readouterr().err


def test_features_of_a_file(two: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--features", two]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "features of 2 prints" in lines[0]
    assert lines[2].split()[1:6] == ["9", "1", "EFS", "efs", "yes"]
    assert lines[3].split()[1:6] == ["9", "7", "EFS", "m1", "no"]
    assert main(["info", "--features", "--json", two]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [one["reach"] for one in found["features"]] == ["EFS", "EFS"]
    assert all(one["follows"] for one in found["features"])
    assert main(["info", "--features", str(ROOT / "fixtures/tenprint-type14.eft")]) == 0
    assert "no features of prints" in capsys.readouterr().out
