"""`nistitl new` and `nistitl build`, as somebody with fourteen pictures and a form uses them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import nistitl
from nistitl.cli import main
from tests.support.cards import FINGERS, PERSON, picture, saved
from tests.support.samples import ROOT

Capture = pytest.CaptureFixture[str]
ATF = {"DAI": "WVIAFIS0Z", "ORI": "WVATF0800", "TCN": "SELF-20261129-1", "RFP": "Firearms", "CRI": "WVATF0800"}


def filled(card: Path, **values: str) -> None:
    """Fill in a description; what is empty and not given stays so."""
    text = card.read_text("utf-8")
    for key, value in values.items():
        text, count = re.subn(rf'^{key} = ""', f"{key} = {json.dumps(value)}", text, flags=re.MULTILINE)
        assert count == 1, key
    card.write_text(text, "utf-8")


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Of a flatbed scanner: pictures at 500, two at 600, one at 1000, one without resolution, one in colour."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in FINGERS:
        saved(folder / f"{name}.tif")
    for name, ppi, side in (("right-middle", 600, 120), ("left-thumb", 600, 120), ("right-index", 1000, 192)):
        saved(folder / f"{name}.tif", picture(side), ppi)
    (folder / "left-ring.tif").unlink()
    for name in ("right-little", "left-index"):
        (folder / f"{name}.tif").unlink()
    saved(folder / "right-little.png", ppi=None)
    saved(folder / "left-index.bmp", np.dstack([picture(), picture(), picture() // 2]))
    return folder


@pytest.mark.parametrize(("profile", "ver"), [("fbi-ebts-9.1", "0400"), ("atf-eforms", "0200")])
def test_a_self_submitter(tmp_path: Path, scans: Path, capsys: Capture, profile: str, ver: str) -> None:
    card, out = tmp_path / "card.toml", tmp_path / "out.eft"
    assert main(["new", "--profile", profile, "-o", str(card)]) == 0
    text = card.read_text("utf-8")
    given = {**PERSON, "DPR": f"{nistitl.api.date.today():%Y%m%d}", **ATF}
    filled(card, L4="amputated", **{name: value for name, value in given.items() if f'\n{name} = ""' in text})
    card.write_text(card.read_text("utf-8").replace('# folder = "scans"', 'folder = "scans"'), "utf-8")
    capsys.readouterr()
    assert main(["build", str(card), "-o", str(out)]) == 2 and not out.exists()
    told = capsys.readouterr().err
    assert "right-little.png: does not say its resolution: write ppi = 500" in told
    filled(card, R5="@")
    card.write_text(card.read_text("utf-8").replace('"@"', '{ file = "scans/right-little.png", ppi = 500 }'), "utf-8")
    assert main(["build", str(card), "-o", str(out)]) == 2
    told = capsys.readouterr().err
    assert (
        "right-middle.tif is of 600 ppi" in told and "left-thumb.tif is of 600 ppi" in told and "resample = 500" in told
    )
    assert main(["build", str(card), "-o", str(out), "--resample", "500"]) == 0
    told = capsys.readouterr()
    assert "right-index.tif: resampled from 1000 ppi to 500 ppi" in told.err and "left-index.bmp: gray" in told.err
    assert f"{out}: FAUF, {out.stat().st_size} bytes, 1 of Type-1, 1 of Type-2, 13 of Type-4" in told.out
    tx = nistitl.read(out)
    assert tx.VER == ver and {record.codec for record in tx.images()} == {"WSQ20"}
    assert {(record.HLL, record.array.ndim) for record in tx[4][:10]} <= {(96, 2), (100, 2)}
    report = tx.validate(profile, level=3)
    assert report.errors == () and report.warnings == (), report.to_text()


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path, scans: Path, capsys: Capture) -> None:
    card = tmp_path / "card.toml"
    main(["new", "-o", str(card)])
    filled(card, HGT="57", R1="scans/gone.tif", **{key: ATF[key] for key in ("DAI", "ORI")})
    capsys.readouterr()
    assert main(["build", str(card), "-o", str(tmp_path / "x.eft")]) == 2
    lines = capsys.readouterr().err.splitlines()
    missing = ("TCN: missing", "missing: RET (", "neither picture nor reason: 2 right")
    for words in (*missing, "HGT length is 2, expected 3", "gone.tif"):
        assert len([line for line in lines if words in line and "card.toml, line" in line]) == 1, words


def test_what_the_profile_refuses_is_not_written_unless_anyway(tmp_path: Path, capsys: Capture) -> None:
    card, out = tmp_path / "card.toml", tmp_path / "out.eft"
    main(["new", "--profile", "fbi-ebts-10.0", "-o", str(card)])
    filled(card, **PERSON, **{key: ATF[key] for key in ("DAI", "ORI", "TCN")})
    text = card.read_text("utf-8")
    for name in ("right-four", "left-four"):
        text = text.replace(
            f'\n{name} = ""', f"\n{name} = {json.dumps(saved(tmp_path / f'{name}.png', picture(96, wide=4)))}"
        )
    card.write_text(f'{text}\nthumbs = "left-four.png"\n', "utf-8")
    asked = ["build", str(card), "-o", str(out)]
    assert main(asked) == 1 and not out.exists()
    assert "SEG is missing" in capsys.readouterr().err
    assert main([*asked, "--anyway"]) == 1 and [record.type for record in nistitl.read(out)] == [1, 2, 14, 14, 14]


def test_json_tells_what_was_done(tmp_path: Path, capsys: Capture) -> None:
    card, out = tmp_path / "card.toml", tmp_path / "out.eft"
    main(["new", "--profile", "fbi-ebts-10.0", "-o", str(card)])
    filled(card, **PERSON, **{key: ATF[key] for key in ("DAI", "ORI", "TCN")})
    saved(tmp_path / "palm.png", np.dstack([picture(200)] * 3))
    saved(tmp_path / "R1.png")
    text = card.read_text("utf-8").replace("\n[demographics]", '\nprints = "some"\n\n[demographics]')
    card.write_text(text.replace('\nR1 = ""', '\nR1 = "R1.png"') + '\nright-palm = "palm.png"\n', "utf-8")
    capsys.readouterr()
    assert main(["build", str(card), "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == out.stat().st_size and told["notes"] == [
        "right-palm (palm.png): gray from colour by ITU-R BT.601"
    ]
    palm = nistitl.read(out)[15][0]
    assert (palm.FGP, palm.IMP, palm.CGA, palm.array.ndim) == (21, 0, "WSQ20", 2)


def test_new_needs_no_more_than_a_name_and_writes_over_nothing(tmp_path: Path, capsys: Capture) -> None:
    card = tmp_path / "card.toml"
    assert main(["new", "-o", str(card)]) == 0 and "FAUF by fbi-ebts-9.1" in capsys.readouterr().out
    text = card.read_text("utf-8")
    for words in (
        'NAM = ""',
        "2.027 Height; mandatory; AN 3; Three digits",
        "HAZ Hazel",
        'left-four = ""',
        "Source agency",
    ):
        assert (words in text) is (words != "Source agency"), words
    assert main(["new", "-o", str(card)]) == 2 and card.read_text("utf-8") == text
    assert main(["new", "-o", str(tmp_path)]) == 2 and "is a folder" in capsys.readouterr().err


def test_the_page_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/build.md: its description is written down as it stands, its Python is run."""
    page = (ROOT / "docs" / "build.md").read_text("utf-8")
    (tmp_path / "card.toml").write_text(re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[0], "utf-8")
    for name in FINGERS:
        saved(tmp_path / f"{name}.tif")
    monkeypatch.chdir(tmp_path)
    assert main(["build", "card.toml", "-o", "out.eft"]) == 0
    session: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        exec(block, session)
    tx = session["tx"]
    assert isinstance(tx, nistitl.Transaction) and len(tx[4]) == 13
    assert tx.validate("fbi-ebts-9.1", level=3).ok and nistitl.read("out.eft").findings == ()


def test_the_usual_type_is_one_that_the_profile_lists(tmp_path: Path, capsys: Capture) -> None:
    card = tmp_path / "card.toml"
    assert main(["new", "--profile", "gsat-3", "-o", str(card)]) == 2 and not card.exists()
    assert "which transaction type of gsat-3? say --tot; no public source lists its types" in capsys.readouterr().err
    assert main(["new", "--profile", "nato-stanag-4715", "-o", str(card)]) == 2
    assert "say --tot; it has NDR, NDS, NER, NES" in capsys.readouterr().err
    assert main(["new", "--profile", "gsat-3", "--tot", "ID", "-o", str(card)]) == 0 and card.exists()


def test_set_says_how_the_profile_wants_a_value(tmp_path: Path, capsys: Capture) -> None:
    file = ROOT / "fixtures" / "tenprint-type14.eft"
    arguments = ["set", str(file), "2.027=57", "--profile", "fbi-ebts-10.0", "-o", str(tmp_path / "out.eft")]
    assert main(arguments) == 2
    assert "HGT length is 2, expected 3; Three digits, feet and inches: 507 for 5 feet 7" in capsys.readouterr().err


def test_a_profile_that_nobody_offers_says_which_is_meant(capsys: Capture) -> None:
    assert main(["validate", str(ROOT / "fixtures" / "tenprint-type14.eft"), "--profile", "fbi-ebts-9.2"]) == 2
    assert "no profile named 'fbi-ebts-9.2' (did you mean 'fbi-ebts-9.1'?)" in capsys.readouterr().err
