"""`nistitl explain --edition`: a field as an edition has it, and what is known of one that is known in part."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from nistitl import Edition, Transaction
from nistitl.base.editions import EditionAdvice
from nistitl.cli import main
from nistitl.records.facts import facts_of
from tests.support.samples import ROOT

NEW = {"TOT": "CAR", "DAI": "XX0000000", "ORI": "YY0000000", "TCN": "T-1", "DAT": "20260101"}


def explained(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["explain", *words]) == 0
    return capsys.readouterr().out


def test_a_field_of_2025_with_grade_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(capsys, "14.011", "--edition", "0600")
    assert "editions: 0300 (2000) to 0600 (2025)" in said
    assert "values: NONE, WSQ, WSQ20, JPEGB, JPEGL, JP2, JP2L, PNG, PNM" in said and "MEDIA" not in said
    assert "certain, 14.011" in said and "INTERPOL's issue 60" in said and "not known: its text is not public" in said


def test_the_same_field_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "PNM" not in explained(capsys, "14.011", "--edition", "0502")
    usual = explained(capsys, "14.011")
    assert "values:" not in usual and "later: see --edition 0600" in usual and "0502 (2015)" in usual


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["14.029", "--edition", "0502"], ["in 0502: there is no such field", "0600 (2025) to 0600 (2025)"]),
        (["14.FQC", "--edition", "0600"], ["probable, 14.029", "nist4j", ".7 QCK"]),
        (["14.018.3", "--edition", "0600"], ["MDC", "Partial amputation", "probable, 14.018.3"]),
        (["10.TCL", "--edition", "0600"], ["10.043 TCL"]),
        (["10.048", "--edition", "0600"], ["in 0600: there is no such field", "PID and CID are deprecated"]),
        (["9.160", "--edition", "0600"], ["legacy: from 2025 on", "deprecated"]),
        (["14.013", "--edition", "0600"], ["no source speaks of it"]),
        (["14.033", "--edition", "0600"], ["no source speaks of it"]),
        (["14", "--edition", "0600"], ["14.029", "certain, 14.011"]),
        (["CGA", "--edition", "0600"], ["JPEG2", "MEDIA"]),
        (["0600"], ["ANSI/NIST-ITL 1-2025", "there is no JSON"]),
    ],
)
def test_what_is_known_of_2025(capsys: pytest.CaptureFixture[str], words: list[str], told: list[str]) -> None:
    said = explained(capsys, *words)
    assert [text for text in told if text not in said] == []


def test_items_and_codes_of_2025_are_not_of_2015(capsys: pytest.CaptureFixture[str]) -> None:
    assert "QPV" not in explained(capsys, "14.024", "--edition", "0502")
    assert "PNM" not in explained(capsys, "CGA", "--edition", "0502")
    assert main(["explain", "14.011", "--edition", "0999"]) == 2


def test_json_has_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    (said,) = json.loads(explained(capsys, "14.019", "--edition", "0600", "--json"))
    assert said["mnemonic"] == "CSP" and "probable, 14.019" in said["known of 0600"]


def test_the_page_has_every_fact_with_grade_and_source() -> None:
    page = (ROOT / "docs" / "edition-2025.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.partition("## What is known")[2].splitlines() if "|" in line]
    told = [(row[1], row[2], row[3]) for row in rows if len(row) == 4 and row[1] in ("certain", "probable")]
    assert told == [(fact.grade.value, fact.says, fact.source) for fact in facts_of(Edition.E2025)]
    assert "(docs/edition-2025.md)" in (ROOT / "README.md").read_text("utf-8")


# -- places as portals print them --------------------------------------------------------------------

HEIGHT = "2.027"
PRINTED = "'T2_HGT' 2.27.1.1 IDC:0"


@pytest.mark.parametrize("words", [
    ["T2_HGT"], ["'T2_HGT'"], ["2.27.1.1"], [PRINTED], PRINTED.split(), ["T2_HGT", "2.27.1.1", "IDC:0"],
    ["2.27.1.1", "IDC:0"], [f"Length is 2 must between 3-3 in Field {PRINTED}"], ["'T2_SOMETHING_ELSE' 2.27.1.1 IDC:0"],
])  # fmt: skip
def test_a_place_as_a_portal_prints_it(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """By a profile as the field is, whatever the shell took apart; without one by what each profile says."""
    (by_profile,) = json.loads(explained(capsys, *words, "--profile", "fbi-ebts-9.1", "--json"))
    assert (by_profile["mnemonic"], by_profile["characters"], "note" in by_profile) == ("HGT", "AN 3", True)
    (without,) = json.loads(explained(capsys, *words, "--json"))
    told = {name: text for names, text in without["by profile"].items() for name in names.split(", ")}
    assert told["atf-eforms"].startswith(f"{HEIGHT} HGT Height; AN 3")
    assert told["fbi-ebts-9.1"].startswith(f"{HEIGHT} HGT Height; AN 3; Three digits")


@pytest.mark.parametrize(("words", "mnemonic"), [
    (["2.84.3.2"], "AMPCD"), (["'T2_AMP' 2.84.3 IDC:0"], "AMP"), (["'T14_SEG' 14.21.2.3 IDC:4"], "RHC"),
    (["14.21.2.3"], "RHC"), (["T14_SEG"], "SEG"), (["1.4.1.1"], "TOT"), (["T1_TOT"], "TOT"), (["2.018.1"], "NAM"),
])  # fmt: skip
def test_subfields_and_items_of_a_place(capsys: pytest.CaptureFixture[str], words: list[str], mnemonic: str) -> None:
    """Subfield, then item; what a field without items holds is its only one."""
    (said,) = json.loads(explained(capsys, *words, "--profile", "fbi-ebts-9.1", "--json"))
    assert said["mnemonic"] == mnemonic
    if not words[0].startswith(("2.", "'T2")):
        assert json.loads(explained(capsys, *words, "--json"))[0]["mnemonic"] == mnemonic


@pytest.mark.parametrize("words", [["2.27.2.1"], ["2.27.1.2"], ["2.84.11.1"], ["2.84.0.1"], ["14.21.6.1"], ["1.4.1.2"]])
def test_no_place_is_explained_that_is_not_there(words: list[str]) -> None:
    assert main(["explain", *words, "--profile", "fbi-ebts-9.1"]) == 2


def test_two_places_stay_two(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(explained(capsys, "14.021", "T2_HGT", "2.27.1.1", "IDC:0", "--profile", "fbi-ebts-9.1", "--json"))
    assert [one["mnemonic"] for one in said] == ["SEG", "HGT"]


# -- transactions that are made -------------------------------------------------------------------


def test_a_transaction_of_2025_warns_once_and_is_made() -> None:
    with pytest.warns(EditionAdvice, match="VER 0600 .* is known in part") as told:
        tx = Transaction.new(VER="0600", **NEW)
    assert tx.edition is Edition.E2025 and len(told) == 1 and told[0].filename == __file__


@pytest.mark.parametrize("ver", ["0200", "0400", "0502"])
def test_others_do_not(ver: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Transaction.new(VER=ver, **NEW)


def test_new_prints_it_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["new", "--profile", "fbi-ebts-10.0", "--tot", "CAR", "-o"]
    assert main([*asked, str(tmp_path / "new"), "--ver", "0600"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith("nistitl: VER 0600 (ANSI/NIST-ITL 1-2025) is known in part")
    assert main([*asked, str(tmp_path / "old")]) == 0 and capsys.readouterr().err == ""


def test_no_clause_of_2011_is_named_for_what_came_in_2025(capsys: pytest.CaptureFixture[str]) -> None:
    for what in ("10.036", "10.036.1", "14.018.3"):
        assert "clause:" not in explained(capsys, what, "--edition", "0600"), what
    assert "clause: ANSI/NIST-ITL 1-2011, 8.14" in explained(capsys, "14.018.2")


def test_wsq20_is_the_same_in_the_codes_and_in_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(capsys, "14.011", "--edition", "0600")
    (code,) = (line for line in said.splitlines() if line.strip().startswith("WSQ20 "))
    assert code.endswith("as of 2025 v2.0")


@pytest.mark.parametrize(("word", "told"), [
    ("2025", ["0600 ANSI/NIST-ITL 1-2025", "known of 0600"]), ("2007", ["0400"]),
    ("gsat-3", ["gsat-3 GSAT 3", "it lists none", "profiles show gsat-3"]),
    ("fbi-ebts-8.001", ["NORAM", "FBI CJIS", " CAR, "]),
    ("L0139: field 2.009 of MRS. PRIVATE", ["L0139 ", "what to do"]), ("[l0139] text", ["L0139 ", "what to do"]),
    ("fbi-ebts-11.2:ANSWERS", ["used by: 2.060"]),
])  # fmt: skip
def test_years_profiles_and_whole_texts_of_answers(
    capsys: pytest.CaptureFixture[str], word: str, told: list[str]
) -> None:
    assert main(["explain", word]) == 0
    shown = capsys.readouterr().out
    assert all(one in shown for one in told) and "PRIVATE" not in shown


def test_a_profile_of_a_file_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[profile]\nname = "mine"\ntitle = "Mine"\nparent = "fbi-ebts-10.0"\n', "utf-8")
    for word, told in ((str(file), "mine Mine"), (f"{file}:EYE", "BLK")):
        assert main(["explain", word]) == 0
        assert told in capsys.readouterr().out
    assert main(["explain", f"{tmp_path}/none.toml:EYE"]) == 2
