"""Rows of [type2] and [fields]: limits by transaction type, in binary records by value and name, and what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.profiles import ProfileError
from nistitl.profiles.choice import named
from nistitl.profiles.requirements import differences, element_lines
from nistitl.wire.grammar import US
from tests.support.layers import FBI, found, layer, profile, tenprint
from tests.support.samples import ROOT

CARD = ROOT / "fixtures" / "tenprint-type4.eft"  # HLL 480 and more, uncompressed
CARS = '[tots]\nCARS = { like = "CAR" }\n'


def card(**changes: object) -> nistitl.Transaction:
    tx = nistitl.read(CARD)
    for name, value in changes.items():
        setattr(tx[4][0], name, value)
    return tx


def beside(tx: nistitl.Transaction, mine: object) -> list[tuple[str, str]]:
    """What a layer finds that the FBI's does not, of record 2."""
    other = found(tx, FBI)
    return sorted({one for one in found(tx, mine) if one not in other})  # type: ignore[arg-type]


# -- by transaction type --------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["type2", "fields"])
def test_limits_differ_by_type(tmp_path: Path, section: str) -> None:
    path, short, long = ("2.041", "X" * 12, "X" * 40) if section == "type2" else ("14.004", "X" * 12, "X" * 20)
    rows = '[{ tots = "CARS", length = "-15" }, { length = "-30" }, { tots = "CAR NFUF", length = "-10" }]'
    mine = profile(tmp_path, f'{CARS}[{section}]\n"{path}" = {rows}\n')
    change = "t" + path.replace(".", "_")
    wrong = [("value-length", path)]
    for tot, text, expected in (
        ("CARS", short, []),
        ("CARS", long, wrong),
        ("CAR", short, wrong),
        ("NFUF", short, wrong),
    ):
        assert [one for one in found(tenprint(tot, **{change: text}), mine) if one[1] == path] == expected, (tot, text)
    assert [one for one in found(tenprint("CPNU", **{change: short}), mine) if one[1] == path] == []


def test_a_row_of_a_type_lies_on_that_of_every_type(tmp_path: Path) -> None:
    """Its open side is that of the row for every type, and a later layer that speaks of every type speaks of it too."""
    base = layer(tmp_path, CARS + '[type2]\n"2.041" = { tots = "CARS", length = "10-" }\n', "base")
    for text, tot, expected in (
        ("X" * 9, "CARS", 1),
        ("X" * 9, "CAR", 0),
        ("X" * 120, "CARS", 0),
        ("X" * 121, "CARS", 1),
    ):
        assert len(found(tenprint(tot, t2_041=text), base)) == expected
    above = profile(tmp_path, '[type2]\n"2.041" = { length = "5-20" }\n', parent=str(base))
    for text, tot, expected in (("X" * 9, "CARS", 0), ("X" * 21, "CARS", 1), ("X" * 21, "CAR", 1), ("X" * 4, "CAR", 1)):
        assert len(found(tenprint(tot, t2_041=text), above)) == expected


def test_own_rows_and_removed_ones(tmp_path: Path) -> None:
    mine = profile(
        tmp_path, CARS + '[fields]\n"14.011" = { tots = "own", codes = "WSQ20" }\n"14.012" = { removed = true }\n'
    )
    assert ("value-code", "14.011") in found(tenprint("CARS"), mine) and found(tenprint(), mine) == []
    assert "14.012" not in mine.layer.fields
    narrow = layer(tmp_path, CARS + '[fields]\n"14.011" = { codes = "WSQ20" }\n', "narrow")
    free = profile(tmp_path, '[fields]\n"14.011" = { tots = "CARS", removed = true }\n', parent=str(narrow))
    assert found(tenprint("CARS"), free) == [] and ("value-code", "14.011") in found(tenprint(), free)


def test_items_and_severity_by_type(tmp_path: Path) -> None:
    row = '"2.067.3" = [{ tots = "CARS", length = "3", sure = false }]'
    mine = profile(tmp_path, f"{CARS}[type2]\n{row}\n")
    assert [one.code for one in tenprint("CARS").validate(mine).warnings] == ["value-length"]
    assert tenprint("CARS").validate(mine).ok and found(tenprint(), mine) == []


@pytest.mark.parametrize(
    ("row", "tot", "changes", "expected"),
    [
        ('condition = "M"', "CAR", {"t2_008": None}, [("field-missing", "2.008")]),
        ('condition = "M", tots = "CARS"', "CAR", {}, []),
        ('condition = "M", tots = "own"', "CARS", {}, [("field-missing", "2.008")]),
        ('condition = "X"', "CAR", {"t2_008": "X"}, [("field-not-listed", "2.008")]),
        ('condition = "O"', "CARS", {"t2_008": "X"}, []),
    ],
)
def test_conditions_of_elements(
    tmp_path: Path, row: str, tot: str, changes: dict[str, object], expected: object
) -> None:
    changes = {name: value for name, value in changes.items() if value is not None}
    text = f'{CARS}[type2]\n"2.008" = {{ mnemonic = "OWNX", type = "AN", length = "1-9", {row} }}\n'
    assert found(tenprint(tot, **changes), profile(tmp_path, text)) == expected


def test_conditions_of_fields_and_their_items(tmp_path: Path) -> None:
    for row, expected in (
        ('"14.026" = { condition = "M" }', "field-missing"), ('"14.020" = { condition = "X" }', "field-not-accepted"),
        ('"14.022.2" = { condition = "X" }', "field-not-accepted"), ('"14.022.2" = { condition = "M" }', None),
        ('"1.017" = { condition = "M" }', None), ('"4.006" = { condition = "X" }', None),
    ):  # fmt: skip
        codes = {code for code, _ in found(tenprint(), profile(tmp_path, f"[fields]\n{row}\n"))}
        assert codes == ({expected} if expected else set()), row
    one = tenprint(t14_022=[("1", "2"), ("1", "2")])
    one[14][0][22] = b"1\x1f"
    assert ("item-missing", "14.022.1.2") in found(
        one, profile(tmp_path, '[fields]\n"14.022.2" = { condition = "M" }\n')
    )


# -- binary records ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "good", "bad"),
    [
        ('"4.006" = { values = "500..1000" }', {"HLL": 500}, {"HLL": 499}),
        ('"4.006" = { values = "500..1000" }', {"HLL": 1000}, {"HLL": 1001}),
        ('"4.008" = { codes = "WSQ20 PNG" }', {"CGA": 1}, {"CGA": 2}),
        ('"4.008" = { codes = "WSQ20 PNG" }', {"CGA": 6}, {"CGA": 0}),
        ('"4.008" = { codes = "1 6" }', {"CGA": 6}, {"CGA": 4}),
        ('"4.008" = { codes = "@MINE" }', {"CGA": 6}, {"CGA": 1}),
        ('"4.004" = { codes = "1 2 3" }', {"FGP": (1, 2)}, {"FGP": (1, 4)}),
        ('"4.004" = { values = "1..10" }', {"FGP": 10}, {"FGP": 13}),
        ('"4.004" = { occurs = "1" }', {"FGP": 1}, {"FGP": (1, 2)}),
        ('"4.003" = { values = "0..3" }', {"IMP": 3}, {"IMP": 4}),
        ('"4.006" = { tots = "NFUF", values = "9" }', {"HLL": 500}, None),
        ('"4.006" = { condition = "X" }', None, {"HLL": 500}),
    ],
)
def test_binary_fields_are_compared_by_value(
    tmp_path: Path, row: str, good: dict[str, object] | None, bad: dict[str, object] | None
) -> None:
    mine = profile(tmp_path, f"[codes.MINE]\nlist = 'PNG  Portable'\n[fields]\n{row}\n")
    path = row[1:6]

    def told(changes: dict[str, object]) -> int:
        tx = card(**changes)
        for one in tx[4][1:]:
            tx.remove(one)
        return len([where for _, where in beside(tx, mine) if where == path])

    assert good is None or told(good) == 0
    assert bad is None or told(bad) == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('"4.006" = { length = "3" }', "length says nothing of a binary field"),
        ('"4.008" = { codes = "PGN" }', "(did you mean 'PNG'?)"),
        ('"4.006" = { pattern = "5.." }', "pattern says nothing"),
        ('"4.004.1" = { values = "1" }', "no items"),
        ('"4.009" = { values = "1" }', "this field is data"),
        ('"14.999" = { length = "3" }', "length says nothing of image data"),
        ('"4.010" = { values = "1" }', "there is no field '4.010'"),
        ('"2.018" = { length = "3" }', "Type-2 stands in [type2]"),
        ('"14.021.9" = { values = "1" }', "has 5 items"),
        ('"14.011" = [{ length = "3" }, { codes = "PNG" }]', "several rows name no"),
    ],
)
def test_rows_that_say_nothing_are_refused(tmp_path: Path, row: str, expected: str) -> None:
    with pytest.raises(ProfileError) as caught:
        profile(tmp_path, f"[fields]\n{row}\n")
    assert expected in str(caught.value) and "mine.toml, line 5: [fields]" in str(caught.value)


def test_a_subfield_excuses_records_of_its_types_alone(tmp_path: Path) -> None:
    mine = profile(tmp_path, '[type2]\n"2.084" = { excuses = "14:2" }\n[records]\nCAR = "1 2 10:3- 14:19-"\n')
    (faces, prints), fewer = (
        [one.message for one in tenprint(**amputated).validate(mine).filter(code="records-few")]
        for amputated in ({}, {"t2_084": US.join([b"01", b"XX"])})
    )
    assert "of Type-10, at least 3 must" in faces and "of Type-14, at least 19 must" in prints
    assert fewer == [faces, prints.replace("at least 19", "at least 17")]


@pytest.mark.parametrize("text", ["14:2 fingers", "14", "14:", ":2", "4 14:2", "4+:2"])
def test_what_is_no_number_of_records_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProfileError, match="is no number of records such as 4"):
        profile(tmp_path, f'[type2]\n"2.084" = {{ excuses = "{text}" }}\n')


# -- what is said ------------------------------------------------------------------------------------


def told(tmp_path: Path, text: str, **changes: object) -> tuple[str, str | None]:
    (one,) = tenprint(**changes).validate(profile(tmp_path, text)).errors[:1]
    return one.message, one.hint


def test_a_row_says_its_own_sentence(tmp_path: Path) -> None:
    says = 'says = "OCA is upper case letters and digits"'
    assert told(tmp_path, f'[type2]\n"2.009" = {{ pattern = "[A-Z0-9]+", {says} }}\n', t2_009="a1")[0] == says[8:-1]
    assert told(tmp_path, f'[fields]\n"14.011" = {{ codes = "WSQ20", {says} }}\n')[0] == says[8:-1]
    assert told(tmp_path, f'[type2]\n"2.067.3" = {{ length = "3", {says} }}\n')[0] == says[8:-1]


def test_the_hint_below_is_not_told_of_ones_own_form(tmp_path: Path) -> None:
    message, hint = told(tmp_path, '[type2]\n"2.009" = { pattern = "[A-Z0-9]+" }\n', t2_009="a1")
    assert message == "OCA is not written as it must be" and "blank" not in (hint or "")
    assert told(tmp_path, '[type2]\n"2.009" = { pattern = "[A-Z0-9]+", hint = "Ours." }\n', t2_009="a1")[1] == "Ours."
    assert "blank" in (told(tmp_path, "", t2_009="a.1")[1] or "")


def test_findings_of_codes_say_where_the_list_is(tmp_path: Path) -> None:
    (one,) = tenprint(t2_031="VIO").validate(FBI).errors
    assert (one.hint or "").endswith("nistitl explain fbi-ebts-10.0:EYE lists the codes.")
    assert "with --profile and --overlay as here" in (told(tmp_path, "", t2_031="VIO")[1] or "")
    text = '[codes.MINE]\nlist = \'WSQ20  Wavelet\'\n[fields]\n"14.011" = { codes = "@MINE" }\n'
    assert "nistitl explain MINE" in (told(tmp_path, text)[1] or "")


def test_narrowings_are_told_and_shown(tmp_path: Path) -> None:
    mine = profile(tmp_path, '[type2]\n"2.009" = { pattern = "[A-Z0-9]+" }\n"2.029" = { values = "60..400" }\n')
    (one,) = tenprint(t2_009="a1").validate(mine).errors
    assert one.expected == "ANS 1..20 of the form [A-Z0-9]+"
    shown = {line.path: line.content for line in element_lines(mine, mine.tots["CAR"])}
    assert (shown["2.009"], shown["2.029"]) == ("ANS 1..20 of the form [A-Z0-9]+", "N 3 60..400")
    assert list(differences(named(FBI), mine, "CAR")) == [
        "CAR: ~ 2.029 WGT: content N 3 -> N 3 60..400",
        r"CAR: ~ 2.009 OCA: content ANS 1..20 of the form (?! )[^.]* -> ANS 1..20 of the form [A-Z0-9]+",
    ]


def test_words_that_are_whole_take_nothing_from_below(tmp_path: Path) -> None:
    """Elements and names of types come from the parent, what the types hold does not; layers on top add to it."""
    base = 'whole = true\n[records]\nCAR = "14:1-3"\n[mandatory]\nCAR = "NAM"\n[expected]\nCAR = "DOB"\n'
    mine = profile(tmp_path, base, "base")
    assert mine.tots["CAR"].name == named(FBI).tots["CAR"].name and mine.tots["CNA"].needs == {}
    assert set(mine.tots["CAR"].needs) == {"NAM", "DOB"}
    assert [(one.types, one.least, one.most) for one in mine.tots["CAR"].records] == [((14,), 1, 3)]
    assert mine.layer.origin("needs", "CAR", "NAM") == ("base",)
    above = profile(tmp_path, '[optional]\nCAR = "AKA"\n', "above", str(mine.path))
    assert set(above.tots["CAR"].needs) == {"NAM", "DOB", "AKA"}


@pytest.mark.parametrize(("head", "severity"), [("", Severity.ERROR), ("unlisted_warn = true\n", Severity.WARNING)])
def test_elements_that_a_type_does_not_list(tmp_path: Path, head: str, severity: Severity) -> None:
    mine = layer(tmp_path, head + '[forbidden]\nCAR = "EYE"\n')
    found = [one for one in tenprint().validate(str(mine)).findings if one.code == "field-not-listed"]
    assert [(one.severity, one.location.path) for one in found] == [(severity, "2.031")]


def test_an_expected_element_that_is_missing_warns(tmp_path: Path) -> None:
    """How often it stands is certain."""
    mine = layer(tmp_path, '[expected]\nCAR = "AKA:1-2"\n')
    found = [(one.code, one.severity, one.location.path) for one in tenprint(t2_019=None).validate(str(mine)).findings]
    assert ("field-missing", Severity.WARNING, "2.019") in found
    many = tenprint(t2_019=b"A,B\x1eC,D\x1eE,F").validate(str(mine)).findings
    assert ("subfields-many", Severity.ERROR) in [(one.code, one.severity) for one in many]
