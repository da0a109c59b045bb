"""Rows of [conditions]: what they compare, of which record, and what they ask for; records counted by a value."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.profiles import ProfileError
from nistitl.profiles.comparisons import Comparison, comparisons
from tests.support.layers import found, layer, profile, tenprint
from tests.support.minimal import record

OWN = """
[type2]
"2.8001" = { mnemonic = "BKN", name = "Booking number", type = "ANS", length = "4-12", special = "-" }
"2.8003" = { mnemonic = "JUV", name = "Juvenile", type = "A", length = "1", codes = "Y N" }
"2.8004" = { mnemonic = "GDN", name = "Guardian", type = "ANS", length = "1-50" }
"2.8005" = { mnemonic = "AGE", name = "Age", type = "N", length = "1-3" }
[optional]
"CAR NFUF" = "BKN JUV GDN AGE"
[conditions]
"""
NEEDS = ("condition-needs", "2.8004")
FORBIDS = ("condition-forbids", "2.8004")


def told(tmp_path: Path, row: str, **changes: object) -> list[tuple[str, str]]:
    """What a tenprint gets by one condition."""
    return found(tenprint(**changes), profile(tmp_path, f"{OWN}only = {{ {row} }}\n"))


Y, N, NAME = {"t2_8003": "Y"}, {"t2_8003": "N"}, {"t2_8004": "DOE,JANE"}


@pytest.mark.parametrize(
    ("when", "changes", "holds"),
    [
        ("JUV = Y", Y, True),
        ("JUV = Y", N, False),
        ("JUV = Y", {}, False),
        ("2.8003 = Y", Y, True),
        ("2.JUV = Y", Y, True),
        ("JUV = N|Y", Y, True),
        ("JUV != Y", N, True),
        ("JUV != Y", Y, False),
        ("JUV != Y", {}, True),
        ("JUV in N Y", Y, True),
        ("JUV in N", Y, False),
        ("JUV present", Y, True),
        ("JUV present", {}, False),
        ("JUV absent", {}, True),
        ("JUV absent", Y, False),
        ("AGE < 18", {"t2_8005": "17"}, True),
        ("AGE < 18", {"t2_8005": "18"}, False),
        ("AGE < 18", {}, False),
        ("AGE <= 18", {"t2_8005": "018"}, True),
        ("AGE > 9", {"t2_8005": "10"}, True),
        ("AGE >= 18", {"t2_8005": "17"}, False),
        ("AGE = 9", {"t2_8005": "009"}, True),
        ("DOB < 20000101", {}, True),
        ("DOB > 1.005", {}, False),
        ("DOB < 1.DAT", {}, True),
        ("JUV = Y and AGE < 18", {**Y, "t2_8005": "17"}, True),
        ("JUV = Y and AGE < 18", {**Y, "t2_8005": "19"}, False),
        ("14.013 = 13", {}, True),
        ("14.FGP = 12", {}, True),
        ("14.013 = 19", {}, False),
        ("14.013 absent", {}, False),
        ("10.IMT = FACE", {}, False),
        ("10.IMT absent", {}, True),
        ("10.IMT != FACE", {}, True),
        ("10.003 present", {}, False),
        ("1.004 = CAR", {}, True),
        ("1.013.1 = NORAM", {}, True),
        ("2.084.1 present", {}, False),
        ("2.067.2 present", {"t2_067": [("MAKER", "MODEL", "SERIAL")]}, True),
    ],
)
def test_what_is_compared(tmp_path: Path, when: str, changes: dict[str, object], holds: bool) -> None:
    assert told(tmp_path, f'when = "{when}", needs = "GDN"', **changes) == ([NEEDS] if holds else [])
    assert told(tmp_path, f'unless = "{when}", needs = "GDN"', **changes) == ([] if holds else [NEEDS])
    assert told(tmp_path, f'when = "{when}", forbids = "GDN"', **changes, **NAME) == ([FORBIDS] if holds else [])
    assert told(tmp_path, f'when = "{when}", needs = "GDN"', **changes, **NAME) == []


def test_one_of(tmp_path: Path) -> None:
    row = 'when = "JUV = Y", one_of = "BKN GDN"'
    assert told(tmp_path, row, **Y) == [("condition-one-of", "2.8001")]
    assert (
        told(tmp_path, row, **Y, **NAME) == told(tmp_path, row, **Y, t2_8001="AB-12") == told(tmp_path, row, **N) == []
    )


def test_a_condition_without_when_always_asks(tmp_path: Path) -> None:
    assert told(tmp_path, 'needs = "GDN"') == [NEEDS] and told(tmp_path, 'needs = "GDN"', **NAME) == []


def test_conditions_of_some_types(tmp_path: Path) -> None:
    for tots, expected in (("CAR", [NEEDS]), ("NFUF", []), ("* ", [NEEDS]), ("NFUF CAR", [NEEDS])):
        assert told(tmp_path, f'tots = "{tots}", needs = "GDN"') == expected
    own = f'{OWN}only = {{ tots = "own", needs = "GDN" }}\n[tots]\nCARS = {{ like = "CAR" }}\n'
    assert (
        found(tenprint("CARS"), profile(tmp_path, own)) == [NEEDS] and found(tenprint(), profile(tmp_path, own)) == []
    )


def test_what_was_found_wrong_says_nothing(tmp_path: Path) -> None:
    row = 'when = "JUV = Y", needs = "GDN"'
    assert told(tmp_path, row, t2_8003="X") == [("value-code", "2.8003")]
    assert told(tmp_path, row.replace("when", "unless"), t2_8003="X") == [("value-code", "2.8003")]


def test_the_subject_is_the_record_of_the_fields(tmp_path: Path) -> None:
    """Each Type-14 that shows finger 1 or 2 needs 14.020; what Type-2 says holds for all of them."""
    mine = profile(tmp_path, f'{OWN}only = {{ when = "14.013 in 1 02 and SEX = M", needs = "14.026" }}\n')
    report = tenprint(t2_024="M").validate(mine)
    assert [(one.code, one.location.path, one.location.record) for one in report.errors] == [
        ("condition-needs", "14.026", 2), ("condition-needs", "14.026", 3),
    ]  # fmt: skip
    assert found(tenprint(t2_024="F"), mine) == []


def test_a_record_that_is_not_there_lacks_its_fields(tmp_path: Path) -> None:
    assert told(tmp_path, 'when = "JUV = Y", needs = "10.004"', **Y) == [("condition-needs", "")]
    assert told(tmp_path, 'when = "10.003 = FACE", needs = "10.004"') == []
    assert told(tmp_path, 'when = "JUV = Y", forbids = "10.004"', **Y) == []


def test_what_is_told(tmp_path: Path) -> None:
    mine = profile(
        tmp_path, f'{OWN}guardian = {{ when = "JUV = Y", needs = "GDN", source = "manual", sure = false }}\n'
    )
    (told,) = tenprint(**Y).validate(mine).warnings
    assert told.message == "GDN is missing when JUV = Y" and told.severity is Severity.WARNING
    assert "condition guardian" in (told.clause or "") and (told.clause or "").endswith("manual")
    says = 'says = "Name the guardian of a juvenile", hint = "See page 3."'
    (told,) = (
        tenprint(**Y).validate(profile(tmp_path, f'{OWN}g = {{ when = "JUV = Y", needs = "GDN", {says} }}\n')).errors
    )
    assert (told.message, told.hint) == ("Name the guardian of a juvenile", "See page 3.")


def test_a_condition_is_changed_and_removed_by_name(tmp_path: Path) -> None:
    base = layer(tmp_path, f'{OWN}g = {{ when = "JUV = Y", needs = "GDN" }}\n', "base")
    assert found(tenprint(**Y), profile(tmp_path, '[conditions]\ng = { when = "JUV = N" }\n', parent=str(base))) == []
    assert found(tenprint(**N), profile(tmp_path, '[conditions]\ng = { when = "JUV = N" }\n', parent=str(base))) == [
        NEEDS
    ]
    assert found(tenprint(**Y), profile(tmp_path, "[conditions]\ng = { removed = true }\n", parent=str(base))) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('when = "JUV == Y", needs = "GDN"', "there is no code"),
        ('when = "JUV is Y", needs = "GDN"', "is no comparison such as"),
        ('when = "JUW = Y", needs = "GDN"', "'JUW' in [type2] (did you mean 'JUV'?)"),
        ('when = "JUV = M", needs = "GDN"', "there is no code 'M'"),
        ('when = "JUV = Y"', "expected one of needs, forbids"),
        ('needs = "GDN", forbids = "BKN"', "there are 2"),
        ('needs = "GDN 10.004"', "of several record types"),
        ('needs = "14.0133"', "there is no field '14.0133' (did you mean '14.013'?)"),
        ('needs = "14.FPG"', "(did you mean 'FGP'?)"),
        ('needs = "GDX"', "(did you mean 'GDN'?)"),
        ('tots = "CARX", needs = "GDN"', "(did you mean 'CAR'?)"),
        ('tots = "own", needs = "GDN"', "it adds none"),
        ('wen = "JUV = Y", needs = "GDN"', "(did you mean 'when'?)"),
        ('when = "AGE < young", needs = "GDN"', "there is no element 'young'"),
        ('when = "JUV present Y", needs = "GDN"', "nothing after it"),
        ('when = "JUV =", needs = "GDN"', "a value after it"),
        ('needs = ""', "names no field"),
        ('when = "4.008 = PNX", needs = "GDN"', "names are NONE, WSQ20"),
        ('when = "2.067.9 present", needs = "GDN"', "has 3 items"),
    ],
)
def test_a_condition_that_cannot_be_is_refused(tmp_path: Path, row: str, expected: str) -> None:
    with pytest.raises(ProfileError) as caught:
        profile(tmp_path, f"{OWN}only = {{ {row} }}\n")
    assert expected in str(caught.value) and "line 13: [conditions] only" in str(caught.value)


def test_comparisons_are_read() -> None:
    assert comparisons("JUV = Y  and 14.013 in ART R EAR|SC L ARM") == (
        Comparison("JUV", "=", ("Y",)), Comparison("14.013", "in", ("ART R EAR", "SC L ARM")),
    )  # fmt: skip


# -- binary records ----------------------------------------------------------------------------------


def test_conditions_of_binary_records(tmp_path: Path) -> None:
    card = Path("fixtures/tenprint-type4.eft")
    tx = nistitl.read(Path(__file__).parents[2] / card)
    told = [one.value for one in tx[4][0].fields()]
    assert told
    before = set(found(tx, "fbi-ebts-10.0"))
    compared = (
        ("4.004 = 1", True), ("4.FGP in 2 3", True), ("4.008 = WSQ20", False), ("4.008 != WSQ20", True),
        ("4.006 > 10", True), ("4.006 < 10", False), ("4.004 = 77", False),
    )  # fmt: skip
    for when, holds in compared:
        mine = profile(tmp_path, f'{OWN}only = {{ when = "{when}", needs = "GDN" }}\n')
        assert (NEEDS in set(found(tx, mine)) - before) is holds, when


# -- records counted by a value -----------------------------------------------------------------------


def with_faces(tot: str, *kinds: str) -> nistitl.Transaction:
    tx = tenprint(tot)
    for at, kind in enumerate(kinds):
        tx.append(record(profile_of_fbi(), "CAR", 10, 20 + at, IMT=kind, **({} if kind == "FACE" else {"SAP": None})))
    return tx


def profile_of_fbi() -> object:
    from ebts_profiles import FBI_10_0

    return FBI_10_0


@pytest.mark.parametrize(
    ("count", "kinds", "codes"),
    [
        ("10[IMT=FACE]:1-", (), {"records-few"}), ("10[IMT=FACE]:1-", ("FACE",), set()),
        ("10[IMT=FACE]:1-", ("TATTOO",), {"records-few"}), ("10[10.003=FACE|TATTOO]:2", ("TATTOO", "FACE"), set()),
        ("10[IMT=FACE]:none", ("FACE",), {"records-many"}), ("10[IMT=FACE]:none", ("TATTOO",), set()),
        ("10[IMT=FACE]:0-1", ("FACE", "FACE"), {"records-many"}), ("14[FGP=1|2|3]:3", (), set()),
        ("14[FGP=1]:2-", (), {"records-few"}), ("10:none", ("FACE",), {"record-not-listed"}),
    ],
)  # fmt: skip
def test_records_are_counted_by_a_value(tmp_path: Path, count: str, kinds: tuple[str, ...], codes: set[str]) -> None:
    mine = profile(tmp_path, f'[records]\nCAR = "{count}"\n')
    counted = {"records-few", "records-many", "record-not-listed"}
    assert {code for code, _ in found(with_faces("CAR", *kinds), mine)} & counted == codes


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ("10[IMTT=FACE]:1-", "(did you mean 'IMT'?)"),
        ("10[IMT=FAZE]:1-", "there is no code 'FAZE' (did you mean 'FACE'?)"),
        ("10[IMT]:1", "is no comparison"),
        ("10[IMT present]:1", "counted by a value"),
        ("10[14.013=1]:1", "no field of Type-10"),
    ],
)
def test_a_count_by_a_value_that_cannot_be_is_refused(tmp_path: Path, count: str, expected: str) -> None:
    with pytest.raises(ProfileError) as caught:
        profile(tmp_path, f'[records]\nCAR = "{count}"\n')
    assert expected in str(caught.value) and "line 5: [records] CAR" in str(caught.value)
