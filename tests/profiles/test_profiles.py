"""Every profile of `ebts_profiles`: the least valid transaction of each type, and each single violation of its tables.

Exactly the finding of the row that is broken must come. Sources and named rules: test_profiles_fbi.py and
test_profiles_other.py.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ebts_profiles
import nistitl
from ebts_profiles import (
    DOD_1_2,
    DOD_4_1,
    FBI_8_001,
    FBI_9_1,
    FBI_10_0,
    FBI_11_2,
    INT_I_5_03,
    INT_I_6_0,
    NATO_4715,
)
from nistitl.base.findings import Severity
from nistitl.profiles.reading import read_layer
from tests.support.minimal import least, strangers, told, violations
from tests.support.reference_profiles import REFERENCE, needs_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.profiles import TableProfile

PROFILES = (FBI_8_001, FBI_9_1, FBI_10_0, FBI_11_2, DOD_1_2, DOD_4_1, INT_I_5_03, INT_I_6_0, NATO_4715)
COMMON = set(read_layer(Path(ebts_profiles.__file__).parent / "common" / "codes.toml").codes)
# the types of the FBI that the reference recommends; of the others every type is tried
NAMES = """
    CAR CNA CPDR CPNU FANC FAUF NFUF NFUE MAP NNDR FNDR FDSP DEK DEU MPR AMN RPIS SRE ERRT RPISR
    LFS LFIS LFFS TPIS TPRS SRL SRT TPRR LSR ULM UULD ERRL ULD ULDR
    IRQ IRR ISR FIS FISR CPR PRR CPD PDR FRS TXTSRCH SRB ERRB IIDS ERRI ERRA
    RBSCRM RBSCVL RBSR RBMNT RBMNTR RBN RBRN DSPE DSPR
"""
RECOMMENDED = NAMES.split()
# at the least so many violations of a profile's tables, and so many elements that a type does not list
VIOLATIONS = {
    "fbi-ebts-8.001": 5_600, "fbi-ebts-9.1": 4_400, "fbi-ebts-10.0": 6_690, "fbi-ebts-11.2": 6_690,
    "dod-ebts-1.2": 7_200, "dod-ebts-4.1": 6_850, "int-i-5.03": 6_900, "int-i-6.0": 900, "nato-stanag-4715": 2_280,
}  # fmt: skip
STRANGERS = 29_300
# without a Type-2, CNT of a Type-1 that is alone tells, too, and a condition that asks for one of two elements
ALONE = ("value-range", "1.003.1.2"), ("condition-one-of", "")

profiles = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)


def tried(profile: TableProfile) -> Iterator[str]:
    """The types of a profile that are tried."""
    yield from (tot for tot in profile.tots if tot in RECOMMENDED or not profile.name.startswith("fbi"))


@needs_reference
def test_the_recommended_types_are_tried() -> None:
    """The list here is that of the reference."""
    stated = json.loads((REFERENCE / "fbi" / "tots.json").read_text("utf-8"))["recommended_minimum"]
    assert [tot for name, types in stated.items() if name != "provenance" for tot in types] == RECOMMENDED


@profiles
def test_the_least_transaction_is_clean(profile: TableProfile) -> None:
    """What the tables ask for passes level 2 without error and warning, as made and as read again."""
    for tot in tried(profile):
        tx = least(profile, tot)
        assert told(tx, profile) == told(nistitl.read(bytes(tx)), profile) == {}, tot


@profiles
def test_each_violation_is_told_once(profile: TableProfile) -> None:
    """Each row broken gives its own finding at its place and no other, but errors of rules where it only warns."""
    count, wrong = 0, []
    for tot in tried(profile):
        sound = None
        for one in violations(profile, least(profile, tot)):
            if one.sound is not sound:
                sound, before = one.sound, told(one.sound, profile)
            new = told(one.broken, profile) - before
            if not one.broken[2]:
                new -= Counter(dict.fromkeys(ALONE, 1))
            if new.total() > 1:
                errors = told(one.broken, profile, Severity.ERROR)
                new -= Counter() if any(code == one.code for code, _ in errors) else errors
            ((code, path), *_) = new or {("nothing", ""): 1}
            if new.total() != 1 or code != one.code or not f"{path}.".startswith(f"{one.place}."):
                wrong.append(f"{one.label}: expected {one.code}, found {dict(new)}")
            count += 1
    assert not wrong, "\n".join(wrong[:30])
    assert count >= VIOLATIONS[profile.name]


def test_an_element_that_a_type_does_not_list_gives_a_finding() -> None:
    count = 0
    for profile in PROFILES:
        for tot in tried(profile):
            tx, others = strangers(profile, least(profile, tot))
            found = {path for code, path in told(tx, profile) if code == "field-not-listed"}
            assert found == {f"2.{number:03d}" for number in others if profile.tots[tot].needs}, (profile.name, tot)
            count += len(found)
    assert count >= STRANGERS


@profiles
def test_code_lists_are_used(profile: TableProfile) -> None:
    """Every list that a row names is there, and every list of its own file is named."""
    rows = [*profile.layer.type2.values(), *profile.layer.fields.values()]
    named = {row["codes"][1:] for row in rows if row.get("codes", "").startswith("@")}
    assert set(read_layer(profile.path).codes) <= named <= set(profile.layer.codes)


def test_lists_of_several_profiles_are_used() -> None:
    rows = [row for one in PROFILES for row in (*one.layer.type2.values(), *one.layer.fields.values())]
    assert {f"@{name}" for name in COMMON} <= {row.get("codes") for row in rows}
