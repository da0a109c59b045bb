"""Everything about a profile can be looked up, with and without layers on top; commands take layers too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nistitl
from nistitl.cli import main
from tests.support.layers import FBI, TENPRINT, layer

ROWS = """[sources]
manual = "Manual of the state, 2026"
[tots]
CARS = { like = "CAR", name = "Ours" }
[type2]
"2.8001" = { mnemonic = "BKN", name = "Booking number", type = "ANS", length = "4-12", source = "manual" }
[mandatory]
own = "BKN"
[records]
own = "14:0-3 10[IMT=FACE]:1-"
[fields]
"14.011" = { tots = "own", codes = "PNG", source = "manual" }
[conditions]
male = { tots = "own", when = "SEX = M", needs = "BKN" }
[codes.EYE]
add = "VIO  Violet"
"""


@pytest.fixture
def overlay(tmp_path: Path) -> str:
    return str(layer(tmp_path, ROWS, parent=None))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("words", [("explain", "--profile", FBI, "2.031"), ("explain", f"{FBI}:2.031")])
def test_an_element_by_a_profile(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    shown = said(capsys, *words)
    assert f"{FBI}:2.031 EYE Eye color" in shown and "HAZ  Hazel" in shown and "mandatory in: AMN, CAR," in shown


@pytest.mark.parametrize("words", [("explain", f"{FBI}:EYE"), ("explain", "EYE", "--profile", FBI)])
def test_a_code_list_by_a_profile(capsys: pytest.CaptureFixture[str], overlay: str, words: tuple[str, ...]) -> None:
    shown = said(capsys, *words)
    assert "HAZ  Hazel" in shown and "used by: 2.031" in shown and "VIO" not in shown and f"from: {FBI}" in shown
    if "--profile" in words:
        laid = said(capsys, *words, "--overlay", overlay)
        assert "VIO  Violet" in laid and f"from: {FBI}, mine" in laid


def test_fields_types_and_conditions_by_a_profile(capsys: pytest.CaptureFixture[str], overlay: str) -> None:
    by = ("explain", "--profile", FBI, "--overlay", overlay)
    assert "from: mine: Manual of the state, 2026" in said(capsys, *by, "BKN")
    shown = said(capsys, *by, "14.011")
    assert "in CARS  codes PNG" in shown and "Compression algorithm" in shown
    assert "when: SEX = M" in said(capsys, *by, "male") and "like: CAR" in said(capsys, *by, "CARS")
    assert "of: IMA" in said(capsys, *by, "2.067.2") and "Impression type" in said(capsys, *by, "IMP")
    assert main([*by, "NOPE"]) == 2 and main(["explain", "BKN", "--overlay", overlay]) == 2


def test_a_type_is_shown_with_where_its_rows_come_from(capsys: pytest.CaptureFixture[str], overlay: str) -> None:
    shown = said(capsys, "profiles", "show", FBI, "CARS", "--overlay", overlay).splitlines()
    rows = {line.split()[0]: line for line in shown if line.strip()}
    assert "like CAR" in "\n".join(shown) and rows["2.8001"].endswith("[mine; mine: Manual of the state, 2026]")
    assert rows["14.011"].endswith("[mine: Manual of the state, 2026]") and "PNG" in rows["14.011"]
    assert "when SEX = M; needs BKN" in rows["male"] and rows["2.018"].endswith(f"[{FBI}]")
    assert any("Type-10 with IMT=FACE" in line and "1 or more" in line and line.endswith("[mine]") for line in shown)
    assert rows["VIO"].split() == ["VIO", "Violet"] and f"  EYE: EYE ({FBI}, mine)" in shown
    told = json.loads(said(capsys, "profiles", "show", FBI, "CARS", "--overlay", overlay, "--json"))
    assert told["conditions"][0]["origin"] == "mine" and told["codes"]["EYE"]["codes"]["VIO"] == "Violet"
    assert told["like"] == ["CAR"] and {"records", "elements", "fields"} <= set(told)
    assert main(["profiles", "show", FBI, "CARS"]) == 2


def test_show_set_and_new_take_layers(tmp_path: Path, capsys: pytest.CaptureFixture[str], overlay: str) -> None:
    out = str(tmp_path / "out.eft")
    by = ("--profile", FBI, "--overlay", overlay)
    said(capsys, "set", str(TENPRINT), "BKN=AB-12", "-o", out, *by)
    assert nistitl.read(out)[2][0]["2.8001"].text == "AB-12"
    assert "AB-12" in said(capsys, "show", out, "BKN", *by) and "Booking number" in said(capsys, "show", out, *by)
    assert main(["show", out, "BKN", "--profile", FBI]) != 0 and main(["show", out, "--overlay", overlay]) == 2
    said(capsys, "new", *by, "--tot", "CARS", "-o", str(tmp_path / "new.toml"))
    assert "Booking number" in (tmp_path / "new.toml").read_text() and "\nBKN = " in (tmp_path / "new.toml").read_text()
    tx = nistitl.read(out)
    tx.use_profile(FBI, [overlay])
    assert (tx.profile, tx[2][0].BKN, tx.copy()[2][0].BKN) == (FBI, "AB-12", "AB-12")
