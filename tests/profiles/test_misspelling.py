"""What a layer names and is not there is refused, with file, line and what may be meant; what is idle is warned of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ebts_profiles
from nistitl.cli import main
from nistitl.profiles import ProfileError, TableProfile
from nistitl.profiles.choice import proofread
from nistitl.profiles.fitting import told
from nistitl.profiles.layer import NOTHING
from nistitl.profiles.profile import overlaid
from nistitl.profiles.tables import lineage, stacked
from tests.support.layers import FBI, found, layer, profile, tenprint

OURS = [one for one in vars(ebts_profiles).values() if isinstance(one, TableProfile)]
CARS = "[tots]\nCARS = { like = 'CAR' }\n"
# rows, the line of the fault, what is told
MISSPELT = {
    "type of mandatory": ("[mandatory]\nCARX = 'RFP'", 5, "no transaction type 'CARX' (did you mean 'CAR'?)"),
    "type of records": ("[records]\n\"CAR car\" = '14:0-3'", 5, "no transaction type 'car' (did you mean 'CAR'?)"),
    "type of tots": ("[fields]\n\"14.011\" = { tots = 'CARX', codes = 'PNG' }", 5, "'CARX' (did you mean 'CAR'?)"),
    "type of a list": ("[type2]\n\"2.009\" = [{ tots = 'CAR' }, { tots = 'CARX' }]", 5, "'CARX' (did you mean 'CAR'?)"),
    "type to remove": ("[tots]\nCARX = { removed = true }", 5, "no transaction type to remove 'CARX'"),
    "own of none": (
        "[mandatory]\nown = 'RFP'",
        5,
        "own stands for the types that this layer adds in [tots]; it adds none",
    ),
    "section": ("[mandatry]\nCAR = 'RFP'", 4, "no section 'mandatry' (did you mean 'mandatory'?)"),
    "attribute": ("[fields]\n\"14.011\" = { code = 'PNG' }", 5, "no attribute 'code' (did you mean 'codes'?)"),
    "head": ("domain = ['X']", 1, "no attribute 'domain' (did you mean 'domains'?)"),
    "element": ("[mandatory]\nCAR = 'NAMM'", 5, "no element 'NAMM' in [type2]"),
    "element close": ("[optional]\nCAR = 'DOBX'", 5, "(did you mean 'DOB'?)"),
    "element to forbid": ("[forbidden]\nCAR = 'CIN'", 5, "CIN is no element of CAR below"),
    "element to forbid of own": (CARS + "[forbidden]\nCARS = 'CIN'", 7, "CIN is no element of CARS below"),
    "element to remove": ('[type2]\n"2.8001" = { removed = true }', 5, "no element 2.8001 to remove"),
    "item of nothing": ('[type2]\n"2.8001.1" = { mnemonic = "X" }', 5, "no row 2.8001 of which this is an item"),
    "item with a gap": ('[type2]\n"2.067.5" = { mnemonic = "X" }', 5, "item 4 of 2.067 is not there"),
    "mnemonic": ('[type2]\n"2.8001" = { mnemonic = "NAM" }', 5, "NAM is the mnemonic of 2.018"),
    "mnemonic twice": ('[type2]\n"2.8001" = { mnemonic = "X1" }\n"2.8002" = { mnemonic = "X1" }', 6, "of 2.8001"),
    "mnemonic with a blank": ('[type2]\n"2.8001" = { mnemonic = "B N" }', 5, "'B N' is no mnemonic"),
    "field": ("[fields]\n\"14.0111\" = { codes = 'X' }", 5, "no field '14.0111' (did you mean '14.011'?)"),
    "field to remove": ('[fields]\n"14.020" = { removed = true }', 5, "no row below to remove"),
    "code list": ("[fields]\n\"14.011\" = { codes = '@NOLIST' }", 5, "no code list 'NOLIST'"),
    "code list close": ("[type2]\n\"2.031\" = { codes = '@EYES' }", 5, "no code list 'EYES' (did you mean 'EYE'?)"),
    "list to change": ("[codes.EYES]\nadd = 'VIO  x'", 4, "no code list 'EYES' (did you mean 'EYE'?)"),
    "code to remove": ("[codes.EYE]\nremove = 'PNC'", 4, "no code to remove 'PNC' (did you mean 'PNK'?)"),
    "code without text": ("[codes.EYE]\nadd = 'VIO Violet'", 4, "'VIO Violet' has no two blanks between code and text"),
    "values": ("[fields]\n\"14.020\" = { values = 'Y N' }", 5, "the values 'Y N' are no numbers"),
    "values backwards": ("[fields]\n\"14.006\" = { values = '9..3' }", 5, "end before they begin"),
    "answers": ("[tots]\nX1 = { answers = 'NOPE' }", 5, "answers: there is no transaction type 'NOPE'"),
    "errors": (
        "[tots]\nX1 = { errors = 'ERRTT' }",
        5,
        "errors: there is no transaction type 'ERRTT' (did you mean 'ERRT'?)",
    ),
    "direction": (
        "[tots]\nX1 = { direction = 'submision' }",
        5,
        "no direction 'submision' (did you mean 'submission'?)",
    ),
    "name of a type": ('[tots]\n"X 1" = {}', 5, "expected one transaction type"),
    "edition": ("editions = ['0502', '0503']", 1, "there is no edition '0503' (did you mean '0502'?)"),
    "rules": ("rules = ['my_rules']", 4, "'my_rules' is no rule set; expected such as my_state.rules:RULES"),
    "rules to remove": (
        "remove_rules = ['ebts_profiles.fbi.rules:RULE']",
        4,
        "is not below (did you mean 'ebts_profiles",
    ),
    "domain to remove": ("remove_domains = ['NORM']", 4, "'NORM' is not below (did you mean 'NORAM'?)"),
    "condition to remove": ("[conditions]\nx = { removed = true }", 5, "no condition to remove 'x'"),
}


@pytest.mark.parametrize(("rows", "line", "message"), MISSPELT.values(), ids=MISSPELT)
def test_what_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: str, line: int, message: str
) -> None:
    path = layer(tmp_path, rows + "\n")
    with pytest.raises(ProfileError) as caught:
        tenprint().validate(str(path))
    assert message in str(caught.value) and f"mine.toml, line {line}: " in str(caught.value)
    assert main(["profiles", "check", str(path)]) == 1
    assert message in capsys.readouterr().out
    overlay = layer(tmp_path, rows + "\n", parent=None)
    with pytest.raises(ProfileError) as caught:
        tenprint().validate(FBI, overlays=[overlay])
    assert message in str(caught.value)
    assert main(["profiles", "check", str(overlay), "--on", FBI]) == 1


def test_an_overlay_whose_parent_is_elsewhere_is_refused(tmp_path: Path) -> None:
    overlay = layer(tmp_path, "max_size = 10\n", parent="dod-ebts-4.1")
    with pytest.raises(ProfileError, match=r"mine\.toml, line 3: \[profile\] parent: .*'dod-ebts-4\.1' is not under"):
        overlaid(ebts_profiles.FBI_10_0, overlay)
    assert found(tenprint(), ebts_profiles.FBI_11_2, layer(tmp_path, "max_size = 10\n")) != []  # 10.0 is under 11.2
    first = layer(tmp_path, CARS, "first")
    second = layer(tmp_path, "[records]\nCARS = '14:none'\n", "second", str(first))
    assert "record-not-listed" in dict(found(tenprint("CARS"), FBI, first, second))


def test_codes_with_blanks_are_removed(tmp_path: Path) -> None:
    base = layer(tmp_path, "[codes.SIDE]\nlist = '''\nR EAR  Right\nL EAR  Left\nNOSE  Nose\nCHIN  Chin\n'''\n", "base")
    for remove, left in (("R EAR", "L EAR|NOSE|CHIN"), ("NOSE CHIN", "R EAR|L EAR"), ("R EAR\\nCHIN", "L EAR|NOSE")):
        text = f'[codes.SIDE]\nremove = "{remove}"\n'
        codes = profile(tmp_path, text, parent=str(base)).dictionary.code_lists.table("SIDE").codes
        assert "|".join(code.code for code in codes) == left
    bare = profile(tmp_path, "[codes.SIDE]\nadd = 'R LEG  '\n", parent=str(base))
    assert bare.dictionary.code_lists.table("SIDE").get("R LEG") is not None


@pytest.mark.parametrize("ours", OURS, ids=lambda one: str(one.name))
def test_our_own_tables_name_what_is_there(ours: TableProfile) -> None:
    """They are not looked at when they are read: this looks. Codes alone may hold blanks there."""
    child, *below = lineage(ours.path)
    assert [one for one in told(child, stacked(below) if below else NOTHING) if "two blanks" not in one] == []


# -- what cannot take effect ----------------------------------------------------------------------------

IDLE = {
    "values of letters": ('[type2]\n"2.027" = { values = "300.." }', 5, "values holds for numbers only: type AN"),
    "values of texts": ('[fields]\n"14.004" = { values = "1.." }', 5, "values holds for numbers only"),
    "length of a date": ('[type2]\n"2.022" = { length = "8" }', 5, "length cannot take effect: the element is a date"),
    "element of items": ('[type2]\n"2.067" = { length = "9" }', 5, "the element is made of items"),
    "field of items": ('[fields]\n"14.021" = { length = "9" }', 5, "speaks of whole subfields"),
    "span of words": ('[type2]\n"2.014" = { length = "9-" }', 5, "FBI has one of its own there"),
    "element of no type": ('[type2]\n"2.8001" = { mnemonic = "BKN" }', 5, "BKN is listed by no transaction type"),
    "element without name": ('[type2]\n"2.8001" = { name = "Booking" }', 5, "has no mnemonic"),
    "code of no standard": ('[fields]\n"14.011" = { codes = "PNG XYZ" }', 5, "XYZ: the standard's own list does not"),
    "list of nobody": ("[codes.MINE]\nlist = 'A  B'", 4, "no row asks for codes = '@MINE'"),
    "type of nothing": ("[tots]\nNEW = {}", 5, "nothing is asked of it"),
    "record of no type": ('[fields]\n"20.003" = { condition = "M" }', 5, "no transaction type takes a Type-20"),
    "condition": (
        "[conditions]\nx = { tots = 'CAR', when = 'CIN present', needs = 'NAM' }",
        5,
        "CIN is no element of CAR",
    ),
    "face of none": ("[records]\nCAR = '10:none 10[IMT=FACE]:1-'", 5, "Type-10 is asked for by a value, and none"),
}


@pytest.mark.parametrize(("rows", "line", "message"), IDLE.values(), ids=IDLE)
def test_what_cannot_take_effect_is_warned_of(tmp_path: Path, rows: str, line: int, message: str) -> None:
    misspelt, doubts = proofread(str(layer(tmp_path, rows + "\n")))
    assert misspelt == [] and len(doubts) == 1
    assert message in doubts[0] and doubts[0].startswith(f"mine.toml, line {line}: ")


def test_what_takes_effect_is_not_warned_of(tmp_path: Path) -> None:
    rows = (
        '[type2]\n"2.041" = { length = "10-" }\n"2.8001" = { mnemonic = "BKN", type = "N", values = "1..9" }\n'
        "[optional]\nCARS = 'BKN'\n[fields]\n\"14.011\" = { codes = 'PNG' }\n\"14.006\" = { values = '500..1000' }\n"
        "\"4.006\" = { values = '500..1000' }\n[conditions]\nx = { tots = 'own', when = 'BKN = 1', needs = 'SOC' }\n"
    )
    assert proofread(str(layer(tmp_path, CARS + rows))) == ([], [])


def test_the_command_and_its_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = layer(tmp_path, CARS, "good")
    assert main(["profiles", "check", str(good)]) == 0
    assert capsys.readouterr().out.strip().endswith("good.toml: nothing is misspelt, everything takes effect")
    warned = layer(tmp_path, '[type2]\n"2.027" = { values = "300.." }\n', "warned")
    assert main(["profiles", "check", str(warned)]) == 0 and capsys.readouterr().out.startswith(
        "warning warned.toml, line 5"
    )
    two = layer(tmp_path, "[mandatory]\nCARX = 'NAM'\nCAR = 'NAMX'\n", "two")
    assert main(["profiles", "check", "--json", str(two)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one.split(": ")[0] for one in told["errors"]] == ["two.toml, line 5", "two.toml, line 6"] and not told[
        "warnings"
    ]
    (tmp_path / "broken.toml").write_text("[profile\n")
    assert main(["profiles", "check", str(tmp_path / "broken.toml")]) == 1 and "line 1" in capsys.readouterr().out
    assert main(["profiles", "check", str(tmp_path / "none.toml")]) == 2
    unloadable = layer(tmp_path, 'rules = ["no_such_module:RULES"]\n', "unloadable")
    assert main(["profiles", "check", str(unloadable)]) == 1 and "cannot be loaded" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("parent", "message"),
    [
        ("fbi-ebts-10.1", "there is no profile 'fbi-ebts-10.1' (did you mean 'fbi-ebts-10.0'?); profiles are "),
        ("stat.toml", "there is no file 'stat.toml' beside this one"),
    ],
)
def test_a_parent_that_is_not_there_is_told_where_it_is_named(tmp_path: Path, parent: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'[profile]\nname = "mine"\nparent = "{parent}"\n')
    with pytest.raises(ProfileError) as refused:
        TableProfile(path).tots  # noqa: B018
    assert str(refused.value).startswith("mine.toml, line 3: [profile] parent: ") and message in str(refused.value)


def test_a_layer_without_parent_is_told_to_say_on_what_it_lies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[tots]\nCARS = { like = 'CAR' }\n")
    assert main(["profiles", "check", str(path)]) == 1
    assert "names no parent" in capsys.readouterr().out and main(["profiles", "check", str(path), "--on", FBI]) == 0
