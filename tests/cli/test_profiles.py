"""`nistitl profiles` and `nistitl new`: what a receiver takes, what changed, an empty transaction to fill in."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

import ebts_profiles
import nistitl
from nistitl.cli import main
from nistitl.declare.conditions import M
from nistitl.model.dictionaries import profile_names
from tests.support.cards import picture, saved
from tests.support.layers import layer
from tests.support.minimal import least


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_all_profiles_are_listed_with_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "profiles")
    assert {line.split()[0] for line in shown.splitlines()} >= {
        "fbi-ebts-9.1", "fbi-ebts-10.0", "fbi-ebts-11.2", "dod-ebts-1.2", "dod-ebts-4.1", "int-i-5.03", "int-i-6.0",
        "nato-stanag-4715",
    }  # fmt: skip
    assert all("not certified by" in line for line in shown.splitlines())
    assert {row["name"] for row in json.loads(said(capsys, "profiles", "--json"))} == set(profile_names())


def test_what_a_type_needs_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "profiles", "show", "fbi-ebts-10.0", "CAR")
    assert "answered by SRE" in shown
    assert re.search(r"^  Type-14 .* O +0 to 46 +\[fbi-ebts-10\.0\]$", shown, re.MULTILINE)
    assert re.search(r"^  2\.018 +NAM +Name +M +1 +AS 3\.\.50 ", shown, re.MULTILINE)
    assert re.search(r"^  2\.022 +DOB .* M +1 to 5 ", shown, re.MULTILINE)
    assert "2.037" not in shown  # RFP, which a CAR does not take


def test_a_list_that_is_not_closed_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "profiles", "show", "dod-ebts-1.2", "CAR")
    (marks,) = re.findall(r"^  2\.026 .*$", shown, re.MULTILINE)
    (place,) = re.findall(r"^  2\.020 .*$", shown, re.MULTILINE)
    assert "codes SMT_2010, others pass" in marks and "codes POB" in place and "others" not in place


def test_a_row_that_warns_is_not_certain_whatever_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    records = said(capsys, "profiles", "show", "pruem", "CPS")
    elements = said(capsys, "profiles", "show", "dod-ebts-4.1", "CAR")
    assert re.search(r"^  Type-4 .* 1 or more +not certain ", records, re.MULTILINE)  # by one source
    assert re.search(r"^  2\.055 +SLE .* M .* not certain ", elements, re.MULTILINE)
    assert "disagree" not in records + elements
    doubted = said(capsys, "profiles", "show", "fbi-ebts-11.2", "CVSO").splitlines()
    rows = [line for line in doubted if line.startswith("  2.") and ".*." not in line]
    assert len(rows) >= 30 and all("not certain" in line for line in rows)  # a type of one source, hints or not
    assert all("not certain" in line for line in doubted if line.startswith("  Type-"))


def test_what_changed_between_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "diff", "fbi-ebts-9.1", "fbi-ebts-10.0", "CAR"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "CAR: ~ 2.018 NAM: content AS 3..30 -> AS 3..50" in lines
    assert any(line.startswith("CAR: + Type-17") for line in lines)
    assert main(["profiles", "diff", "fbi-ebts-10.0", "fbi-ebts-10.0"]) == 0
    assert capsys.readouterr().out == "no difference\n"


@pytest.mark.parametrize(
    ("name", "tot"),
    [("fbi-ebts-10.0", "CAR"), ("fbi-ebts-10.0", "ERRT"), ("int-i-5.03", "SRE"), ("dod-ebts-4.1", "ERRT")],
)
def test_a_new_transaction_is_valid_once_it_is_filled_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, tot: str
) -> None:
    known = {one.name: one for one in (ebts_profiles.FBI_10_0, ebts_profiles.INT_I_5_03, ebts_profiles.DOD_4_1)}[name]
    filled = least(known, tot)
    card, out = tmp_path / "new.toml", tmp_path / "new.eft"
    said(capsys, "new", "--profile", name, "--tot", tot, "-o", str(card))
    text = card.read_text("utf-8").partition("[images]")[0]
    elements = {one.mnemonic: one for number, one in known.type2(tot).items() if number > 2}
    asked = {one.mnemonic for one in elements.values() if one.condition is M} - {"AMP"}
    assert asked <= set(re.findall(r"^(\w+) = ", text, re.MULTILINE))
    for line, mnemonic in re.findall(r'^((\w+) = (?:""|\[\["".*?\]\]))', text, re.MULTILINE):
        header = mnemonic in ("DAI", "ORI", "TCN", "TCR")
        number = {"DAI": 7, "ORI": 8, "TCN": 9, "TCR": 10}[mnemonic] if header else elements[mnemonic].number
        raw = filled[1 if header else 2][0].raw(number)
        first = bytes(raw or b"X").split(b"\x1e")[0].decode("latin-1")
        text = text.replace(line, f"{mnemonic} = {json.dumps([first.split(chr(31))] if '[[' in line else first)}")
    if tot == "CAR":  # which is about fingerprints
        saved(tmp_path / "print.png", picture())
        text = text.replace("[transaction]", '[transaction]\nprints = "some"') + '[images]\nR1 = "print.png"\n'
    card.write_text(text, "utf-8")
    assert main(["build", str(card), "-o", str(out), "--anyway"]) in (0, 1)
    wrong = nistitl.read(out).validate(name).errors
    assert {one.code for one in wrong} <= {"records-few"}, [one.message for one in wrong]
    assert main(["new", "--profile", name, "--tot", tot, "-o", str(card)]) == 2  # nothing is overwritten


def test_a_type_or_profile_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["new", "--profile", "fbi-ebts-10.0", "--tot", "CARR"],
        ["new", "--profile", "fbi", "--tot", "CAR"],
    ):
        assert main([*arguments, "-o", str(tmp_path / "x")]) == 2
        assert "nistitl:" in capsys.readouterr().err
    assert main(["profiles", "show", "fbi-ebts-10.0", "CARR"]) == 2
    assert not (tmp_path / "x").exists()


def test_a_code_list_is_explained_by_the_name_that_findings_give_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "fbi-ebts-11.2:TLI"]) == 0
    assert "4  Limited sharing, not with foreign agencies" in capsys.readouterr().out
    for unknown in ("fbi-ebts-11.2:NONE", "no-such-profile:TLI", ":TLI", "fbi-ebts-11.2:"):
        assert main(["explain", unknown]) == 2
        assert "nothing is known of" in capsys.readouterr().err


@pytest.mark.parametrize("layers", [["fbi-ebts-10.0"], ["{file}"], ["fbi-ebts-10.0", "--overlay", "{file}"]])
def test_the_commands_printed_for_long_lists_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], layers: list[str]
) -> None:
    rows = "\\n".join(f"{code}  Mark {code}" for code in range(100, 160))
    file = layer(tmp_path, f'[codes.SMT]\nlist = "{rows}"\n', name="of my own")
    name, *overlay = (word.format(file=file) for word in layers)
    shown = said(capsys, "profiles", "show", name, "CAR", *overlay)
    commands = re.findall(r"more: nistitl (.*)$", shown, re.MULTILINE)
    (marks,) = (shlex.split(command) for command in commands if command.startswith("explain SMT "))
    assert ("Mark 159" in said(capsys, *marks)) is ("{file}" in layers)


def test_a_profile_that_lists_no_types_speaks_of_every_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert re.search(r"^  Type-14 .* M +14 ", said(capsys, "profiles", "show", "gsat-3", "CAR"), re.MULTILINE)
    assert "CAR by gsat-3" in said(
        capsys, "new", "--profile", "gsat-3", "--tot", "CAR", "-o", str(tmp_path / "new.toml")
    )
    assert 'type = "CAR"' in (tmp_path / "new.toml").read_text("utf-8")


@pytest.mark.parametrize(("words", "told"), [
    (["fbi-ebts-9.1"], ["500 ppi +WSQ20, 0.75 bits a pixel +\\[codes: NIST", "face +JPEGB, else JP2, .*not certain"]),
    (["fbi-ebts-9.1", "CAR"], ["1000 ppi +JP2, 0.8 bits a pixel", "latent +PNG, else JPEGL", "iris +PNG"]),
    (["gsat-3"], ["500 ppi +WSQ20; not certain +\\[gsat-3: BSI TR-03122-3"]),
    (["pruem"], ["compressed: the profile does not say it, build asks for codec"]),
])  # fmt: skip
def test_how_images_are_compressed_is_shown_with_who_says_so(
    capsys: pytest.CaptureFixture[str], words: list[str], told: list[str]
) -> None:
    shown = said(capsys, "profiles", "show", *words)
    assert [one for one in told if not re.search(one, shown)] == []


def test_how_images_are_compressed_is_in_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["name"]: row["compression"] for row in json.loads(said(capsys, "profiles", "--json"))}
    shown = json.loads(said(capsys, "profiles", "show", "int-i-6.0", "SRE", "--json"))["compression"]
    assert shown == rows["int-i-6.0"] and shown["500 ppi"]["by"] == "WSQ20, 0.75 bits a pixel"
    assert rows["pruem"] == {} and list(rows["gsat-3"]) == ["500 ppi"]


def test_a_range_of_bit_rates_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = layer(tmp_path, '[compression]\n500 = { codec = "WSQ20", bitrate = 0.7, range = "0.5-0.75" }\n', name="own")
    assert "WSQ20, 0.7 bits a pixel (0.5 to 0.75)" in said(capsys, "profiles", "show", str(file))


def test_a_type_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare.toml"
    bare.write_text('[profile]\nname = "bare"\n[type2]\n"2.003" = { mnemonic = "ABC" }\n', "utf-8")
    for name, listed in (("nato-stanag-4715", "it has "), (str(bare), "it lists none")):
        for words in (["profiles", "show", name, "NIL"], ["profiles", "diff", name, name, "NIL"]):
            assert main(words) == 2
            assert f"has no transaction type 'NIL'; {listed}" in capsys.readouterr().err
        assert main(["new", "--profile", name, "--tot", "NIL", "-o", str(tmp_path / "none")]) == 2
        refused = capsys.readouterr().err.strip()
        assert "'NIL'" in refused and not refused.endswith("are")
    assert not (tmp_path / "none").exists()
