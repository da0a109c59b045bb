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
    assert "not in csv: 1 cores" in out.err


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
    assert "not in " + form + ": the type of" in capsys.readouterr().err
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
