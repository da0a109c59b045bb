"""What is kept between two validations: nothing by what a sender or caller chooses, and nothing that was edited."""

from __future__ import annotations

import gc
import os
import tracemalloc
from typing import TYPE_CHECKING

import pytest

import ebts_profiles
import nistitl
from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.codes import Table
from nistitl.model.dictionaries import dictionary_of_domain
from nistitl.profiles import ProfileError, TableProfile, overlaid
from nistitl.profiles.layer import Layer
from tests.support.minimal import minimal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nistitl import Transaction

TABLES = """\
[profile]
name = "base"
editions = ["0502"]
domains = ["BASE"]

[type2]
"2.018" = { mnemonic = 'NAM', name = 'Name', type = 'ANS', length = '3-30' }
"2.024" = { mnemonic = 'SEX', name = 'Sex', type = 'A', length = '1', codes = '@SEX' }

[codes.SEX]
title = 'Sex'
list = '''
F  Female
M  Male
'''

[tots]
AAA = { name = 'First' }

[records]
"*" = '1 2'

[mandatory]
AAA = 'NAM SEX'
"""
MANY = 150


@pytest.fixture
def base(tmp_path: Path) -> TableProfile:
    """A profile with a code list."""
    return TableProfile(written(tmp_path / "base.toml", TABLES))


def written(path: Path, text: str) -> Path:
    """A table in a file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def codes(tx: Transaction, profile: TableProfile | str, *overlays: Path) -> list[str]:
    """The codes of the errors and warnings."""
    found = tx.validate(profile, overlays=overlays).findings
    return [finding.code for finding in found if finding.severity is not Severity.NOTE]


def kept(action: Callable[[int], object]) -> int:
    """How many bytes are held for each of many calls that differ, after the first few."""
    for turn in range(20):
        action(turn)
    gc.collect()
    tracemalloc.start()
    try:
        for turn in range(20, 20 + MANY):
            action(turn)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] // MANY
    finally:
        tracemalloc.stop()


def living(kind: type) -> int:
    """How many objects of a type there are."""
    gc.collect()
    return sum(isinstance(one, kind) for one in gc.get_objects())


# -- what a file says of itself -----------------------------------------------------------------------


def test_no_transaction_type_that_is_unknown_is_kept() -> None:
    tx = minimal(ebts_profiles.DOD_4_1, "CAR")

    def validate(turn: int) -> None:
        tx[1][0][4] = "Z" + chr(65 + turn // 26) + chr(65 + turn % 26)
        assert "tot-unknown" in codes(tx, ebts_profiles.DOD_4_1)

    assert kept(validate) < 1000  # each cost 145 KiB


def test_elements_of_unknown_types_are_checked_by_the_whole_dictionary(base: TableProfile) -> None:
    tx = minimal(base, "AAA")
    for tot in ("XXX", "YYY"):
        tx[1][0]["1.004"] = tot
        tx[2][0][24] = "F"
        assert codes(tx, base) == ["tot-unknown"]
        tx[2][0][24] = "Q"
        assert codes(tx, base) == ["tot-unknown", "value-code"]


def test_no_domain_is_kept() -> None:
    tx = minimal(ebts_profiles.DOD_4_1, "CAR")

    def ask(turn: int) -> None:
        tx[1][0]["1.013"] = b"DOMAIN%d" % turn + b"X" * 10_000
        mnemonics = nistitl.read(bytes(tx))[2][0].mnemonics()
        assert mnemonics == {"LEN", "IDC"}

    assert kept(ask) < 1000  # each cost its own length and more


@pytest.mark.parametrize("domain", ["DoD EBTS", "NATO", "NATO STANAG 4715", "EBTS"])
def test_a_domain_that_one_profile_claims_gives_its_dictionary(domain: str) -> None:
    dictionary = dictionary_of_domain(domain)
    assert dictionary is not None
    profiles = [one for one in vars(ebts_profiles).values() if isinstance(one, TableProfile)]
    (claimant,) = [one for one in profiles if domain in one.domains]
    assert dictionary is claimant.dictionary


@pytest.mark.parametrize("domain", ["NORAM", "INT-I", "ELSEWHERE", ""])
def test_a_domain_that_several_or_none_claim_gives_no_dictionary(domain: str) -> None:
    assert dictionary_of_domain(domain) is None


def test_no_name_of_a_profile_is_kept() -> None:
    tx = minimal(ebts_profiles.DOD_4_1, "CAR")

    def ask(turn: int) -> None:
        with pytest.raises(ITLError, match="no profile named"):
            tx.validate(f"profile-{turn}-" + "x" * 10_000)

    assert kept(ask) < 1000


# -- files that are edited ------------------------------------------------------------------------------


def edited(path: Path, old: str, new: str) -> None:
    """Change a file so that nothing but its content tells: neither size nor time."""
    before, text = path.stat(), path.read_text("utf-8")
    assert len(old) == len(new) and old in text
    path.write_text(text.replace(old, new), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (before.st_size, before.st_mtime_ns, before.st_ino) == (after.st_size, after.st_mtime_ns, after.st_ino)


def test_an_edit_of_an_overlay_counts_at_once(base: TableProfile, tmp_path: Path) -> None:
    overlay = written(tmp_path / "mine.toml", "[type2]\n\"2.018\" = { length = '3-30' }")
    tx = minimal(base, "AAA")
    tx[2][0][18] = "SYNTHETIC"
    assert codes(tx, base, overlay) == []
    edited(overlay, "3-30", "3-05")
    assert codes(tx, base, overlay) == ["value-length"]
    edited(overlay, "3-05", "3-30")
    assert codes(tx, base, overlay) == []


def test_an_edit_of_a_profile_and_of_its_parent_counts_at_once(tmp_path: Path) -> None:
    parent = written(tmp_path / "base.toml", TABLES)
    child = written(tmp_path / "child.toml", "[profile]\nparent = 'base.toml'\n[mandatory]\nAAA = 'NAM:1:3-20'")
    tx = minimal(TableProfile(child), "AAA")
    tx[2][0][18] = "SYNTHETIC"
    assert codes(tx, str(child)) == []
    edited(parent, "F  Female\nM  Male", "Q  Female\nR  Male")
    assert codes(tx, str(child)) == ["value-code"]
    edited(child, "3-20", "3-05")
    assert codes(tx, str(child)) == ["value-length", "value-code"]


def test_what_was_not_edited_is_not_made_again(base: TableProfile, tmp_path: Path) -> None:
    overlay = written(tmp_path / "mine.toml", "[mandatory]\nAAA = 'NAM:1:3-9'")
    tx = minimal(base, "AAA")
    codes(tx, str(base.path), overlay)
    there = living(TableProfile)
    for _ in range(5):
        codes(tx, str(base.path), overlay)
    assert living(TableProfile) == there


def test_an_overlay_that_was_taken_away_is_told(base: TableProfile, tmp_path: Path) -> None:
    overlay = written(tmp_path / "mine.toml", "")
    assert codes(minimal(base, "AAA"), base, overlay) == []
    overlay.unlink()
    with pytest.raises(ProfileError, match=r"mine\.toml: cannot read"):
        codes(minimal(base, "AAA"), base, overlay)


# -- many profiles in one process -----------------------------------------------------------------------


def test_five_hundred_overlays_are_not_all_kept(base: TableProfile, tmp_path: Path) -> None:
    tx = minimal(base, "AAA")
    overlay = tmp_path / "mine.toml"
    before = living(TableProfile), living(Layer)
    for turn in range(500):
        written(overlay, f"[codes.SEX]\nadd = 'X{turn}  Other'")
        assert codes(tx, base, overlay) == []
    assert living(TableProfile) < before[0] + 50
    assert living(Layer) < before[1] + 100


def test_a_profile_that_nobody_holds_is_gone_with_its_code_lists(tmp_path: Path) -> None:
    there = living(Table)
    for turn in range(20):
        tables = TABLES.replace("F  Female", f"{turn}  Own")
        profile = TableProfile(written(tmp_path / "base.toml", tables))
        assert str(turn) in profile.dictionary.code_lists.table("SEX")
    assert living(Table) == there + 1
    del profile
    assert living(Table) == there


# -- code lists -------------------------------------------------------------------------------------------


def test_profiles_of_one_name_have_their_own_lists_by_the_same_name(tmp_path: Path) -> None:
    profiles = {
        code: TableProfile(written(tmp_path / code / "base.toml", TABLES.replace("F  Female", f"{code}  Own")))
        for code in "XY"
    }
    for code, profile in profiles.items():
        tx = minimal(profile, "AAA")
        tx[2][0][24] = code
        assert codes(tx, profile) == []
        tx[2][0][24] = "Q"
        (finding,) = tx.validate(profile).findings
        assert finding.expected == "a code of base:SEX"
        element = profile.dictionary.by_mnemonic("SEX")
        assert element is not None and element.value.table == "base:SEX"
        assert element.value.code_table is profile.dictionary.code_lists.table("SEX")
        assert [row.code for row in profile.dictionary.code_lists.table("SEX").codes] == [code, "M"]


def test_lists_of_an_overlay_are_named_after_both(base: TableProfile, tmp_path: Path) -> None:
    overlay = written(tmp_path / "mine.toml", "[codes.SEX]\nadd = 'X  Other'")
    profile = overlaid(base, overlay)
    tx = minimal(base, "AAA")
    tx[2][0][24] = "Q"
    (finding,) = tx.validate(profile).findings
    assert finding.expected == "a code of base + mine:SEX"


def test_what_a_code_of_a_profile_means_is_told(base: TableProfile) -> None:
    tx = minimal(base, "AAA")
    tx.profile = str(base.path)
    tx[2][0][24] = "F"
    place = tx[2][0]["SEX"]
    assert (place.table, place.meaning) == ("base:SEX", "Female")


def test_a_list_that_repeats_is_asked_by_every_subfield(tmp_path: Path) -> None:
    tables = TABLES.replace("codes = '@SEX'", "codes = '@SEX', occurs = '1-3'").replace("NAM SEX", "NAM SEX:1-3")
    profile = TableProfile(written(tmp_path / "base.toml", tables))
    tx = minimal(profile, "AAA")
    tx[2][0][24] = b"F\x1eM\x1eQ"
    (finding,) = tx.validate(profile).findings
    assert (finding.code, finding.location.subfield) == ("value-code", 3)
    tx.profile = str(profile.path)
    assert tx[2][0]["SEX.2"].meaning == "Male"
    assert tx[2][0]["SEX"].meaning_of(("F", "M")) == "Female, Male"


def test_a_row_that_asks_for_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    profile = TableProfile(written(tmp_path / "base.toml", TABLES.replace("'@SEX'", "'@NONE'")))
    with pytest.raises(
        ProfileError, match=r"base\.toml, line 8: \[type2\] 2\.024: codes: there is no code list 'NONE'"
    ):
        minimal(profile, "AAA")
