"""Layers: what the loader refuses and how it says so, parents and children, overlays, and the choice of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ebts_profiles
from nistitl import Transaction
from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.model.dictionaries import profile as profile_named
from nistitl.profiles import ProfileError, TableProfile, overlaid
from nistitl.profiles.choice import _version
from nistitl.profiles.layer import ElementNeed
from nistitl.profiles.merging import code_rows
from nistitl.profiles.reading import read_layer
from nistitl.profiles.requirements import differences
from nistitl.profiles.spans import interval
from nistitl.wire.grammar import US
from tests.support.minimal import least, minimal, record

if TYPE_CHECKING:
    from pathlib import Path

    from nistitl.base.findings import Finding
    from nistitl.validation.report import Report

BASE = """\
[profile]
name = "base"
title = "Base"
editions = ["0502"]
domains = ["BASE"]

[type2]
"2.018" = { mnemonic = 'NAM', name = 'Name', type = 'ANS', length = '3-30' }
"2.022" = { mnemonic = 'DOB', name = 'Date of birth', date = 'ZCCYYMMDD', occurs = '1-5' }
"2.024" = { mnemonic = 'SEX', name = 'Sex', type = 'A', length = '1', codes = '@SEX' }
"2.067" = { mnemonic = 'IMA', name = 'Equipment' }
"2.067.1" = { mnemonic = 'MAK', name = 'Make', type = 'ANS', length = '1-25' }
"2.067.2" = { mnemonic = 'MODL', name = 'Model', type = 'ANS', length = '1-25', occurs = '0-1' }
"2.088" = { mnemonic = 'NOT', name = 'Note', type = 'ANS', length = '1-100' }

[codes.SEX]
list = '''
F  Female
M  Male
'''

[tots]
"*" = { service = 'Everything' }
AAA = { name = 'First', direction = 'request', answers = 'BBB' }
BBB = { name = 'Second', direction = 'response', answers_to = 'AAA' }

[records]
"*" = '1 2'
AAA = '10:0-3 14:0-12'

[mandatory]
AAA = 'NAM SEX'
BBB = 'NAM'

[optional]
"*" = 'NOT'
AAA = 'DOB:1-2 IMA'

[fields]
"14.011" = { mnemonic = 'CGA', codes = 'NONE PNG' }
"""


@pytest.fixture
def base(tmp_path: Path) -> TableProfile:
    """A profile of two transaction types."""
    return TableProfile(written(tmp_path, "base.toml", BASE))


def written(folder: Path, name: str, text: str) -> Path:
    """A table in a file."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def told(report: Report, *, notes: bool = False) -> list[str]:
    """The codes of what was found."""
    return [finding.code for finding in report.findings if notes or finding.severity is not Severity.NOTE]


def only_finding(report: Report) -> Finding:
    """The one finding."""
    found = [finding for finding in report.findings if finding.severity is not Severity.NOTE]
    assert len(found) == 1, found
    return found[0]


# -- what is refused ------------------------------------------------------------------------------

REFUSED = {
    "section": ('[tpye2]\n"2.018" = { mnemonic = "NAM" }', 1, "[tpye2]", "sections are profile, sources, type2"),
    "attribute": ('[type2]\n\n"2.018" = { mnemonc = "NAM" }', 3, "'mnemonc'", "attributes are mnemonic, name"),
    "attribute of a type": ("[tots]\nCAR = { nmae = 'x' }", 2, "'nmae'", "attributes are name, direction"),
    "attribute of the head": ('[profile]\nnaem = "x"', 1, "'naem'", "attributes are name, title"),
    "type of a value": ('[type2]\n"2.018" = { length = 3 }', 2, "length is a number", "expected text in quotes"),
    "type of a flag": ('[type2]\n"2.018" = { sure = "no" }', 2, "sure is text in quotes", "expected true or false"),
    "type of the head": ('[profile]\neditions = "0502"', 1, "editions is text in quotes", "expected a list"),
    "row": ('[type2]\n"2.018" = "NAM"', 2, "[type2] 2.018", "expected a row of attributes in braces"),
    "words": ("[mandatory]\nCAR = ['NAM']", 2, "[mandatory] CAR", "expected words in quotes"),
    "path of an element": ('[type2]\n"18" = { mnemonic = "NAM" }', 2, "[type2] 18", "a path such as 2.018"),
    "path of another type": ('[type2]\n"14.011" = {}', 2, "[type2] 14.011", "a path such as 2.018"),
    "path of a field": ('[fields]\n"CGA" = {}', 2, "[fields] CGA", "a path such as"),
    "characters": ('[type2]\n"2.018" = { type = "Q" }', 2, "'Q'", "types are A, N, AN"),
    "date": ('[type2]\n"2.018" = { date = "DDMMYY" }', 2, "'DDMMYY'", "forms are CCYYMMDD"),
    "condition": ('[fields]\n"14.011" = { condition = "Z" }', 2, "'Z'", "conditions are M, O, C and X"),
    "span": ('[type2]\n"2.018" = { length = "3..9" }', 2, "'3..9'", "no span such as 3-50, 9 or 1-"),
    "span backwards": ('[type2]\n"2.018" = { occurs = "9-3" }', 2, "'9-3'", "ends before it begins"),
    "count": ("[records]\nCAR = '1 2 14=3'", 2, "'14=3'", "no count such as 14:0-46"),
    "count backwards": ("[records]\nCAR = '14:9-3'", 2, "'9-3'", "ends before it begins"),
    "element": ("[mandatory]\nCAR = 'NAM DOB=1'", 2, "'DOB=1'", "no element such as NAM, DOB:1-5"),
    "element twice": ("[mandatory]\nCAR = 'NAM'\n[optional]\nCAR = 'NAM'", 4, "NAM stands twice", ""),
    "pattern": ('[type2]\n"2.018" = { pattern = "(" }', 2, "the pattern is none", ""),
    "row after a longer one": ("[records]\nFISR = '1'\nFIS = 'x'", 3, "'x'", "no count"),
    "row in a table of its own": ('[type2."2.018"]\nlength = 3', 1, "length is a number", "expected text in quotes"),
    "syntax": ('[type2]\n"2.018" = { mnemonic = }', 2, "line 2", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "what", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, line: int, what: str, expected: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read_layer(written(tmp_path, "mine.toml", text))
    message = str(caught.value)
    assert message.startswith("mine.toml") and f"line {line}" in message
    assert what in message and expected in message


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"none\.toml: cannot read"):
        read_layer(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"[profile]\nname = '\xe9'")
    with pytest.raises(ProfileError, match=r"latin\.toml: cannot read"):
        read_layer(tmp_path / "latin.toml")


def test_an_element_that_no_row_has_is_refused(tmp_path: Path) -> None:
    profile = TableProfile(written(tmp_path, "mine.toml", "[tots]\nCAR = {}\n[mandatory]\nCAR = 'NAM'"))
    with pytest.raises(ProfileError, match=r"mine\.toml, line 4: \[mandatory\] CAR: there is no element 'NAM' in"):
        _ = profile.tots


@pytest.mark.parametrize("target", ["no.such.module:RULES", "ebts_profiles.nato.rules:NONE"])
def test_named_rules_that_cannot_be_loaded_are_refused(tmp_path: Path, target: str) -> None:
    profile = TableProfile(written(tmp_path, "mine.toml", f'[profile]\nrules = ["{target}"]'))
    with pytest.raises(ProfileError, match=r"mine\.toml: the rules .* cannot be loaded"):
        _ = profile.rules


def test_a_parent_that_is_not_there_is_refused(tmp_path: Path) -> None:
    profile = TableProfile(written(tmp_path, "mine.toml", '[profile]\nparent = "other.toml"'))
    with pytest.raises(ProfileError, match=r"mine\.toml, line 2: .*no file 'other\.toml' beside"):
        _ = profile.layer


def test_spans_and_code_rows_are_read() -> None:
    assert (interval("3-50"), interval("9"), interval("1-")) == ((3, 50), (9, 9), (1, None))
    assert code_rows("A  Alpha\nB\tBeta\nC D  Gamma\n\nE") == {"A": "Alpha", "B": "Beta", "C D": "Gamma", "E": ""}


# -- parents and children ---------------------------------------------------------------------------


def child(tmp_path: Path, text: str) -> TableProfile:
    """A child of the base."""
    written(tmp_path, "base.toml", BASE)
    return TableProfile(written(tmp_path, "child.toml", f'[profile]\nname = "child"\nparent = "base.toml"\n{text}'))


def test_a_child_has_what_its_parent_has(tmp_path: Path) -> None:
    made = child(tmp_path, "")
    assert (made.name, made.title, [edition.ver for edition in made.editions]) == ("child", "Base", ["0502"])
    assert set(made.tots) == {"AAA", "BBB"} and made.dictionary.mnemonics() == {"NAM", "DOB", "SEX", "IMA", "NOT"}


def test_attributes_of_a_row_are_changed_one_by_one(tmp_path: Path) -> None:
    made = child(tmp_path, "[type2]\n\"2.018\" = { length = '1-50' }\n[tots]\nAAA = { answers = '' }")
    row = made.layer.type2["2.018"]
    assert row["length"] == "1-50" and row["mnemonic"] == "NAM"
    assert made.tots["AAA"].answers == () and made.tots["AAA"].name == "First"


def test_rows_are_taken_out(tmp_path: Path) -> None:
    made = child(tmp_path, '[tots]\nBBB = { removed = true }\n[fields]\n"14.011" = { removed = true }')
    assert set(made.tots) == {"AAA"} and not made.layer.fields


def test_codes_are_added_and_removed(tmp_path: Path) -> None:
    made = child(tmp_path, "[codes.SEX]\nadd = 'X  Unknown'\nremove = 'F'")
    assert code_rows(made.layer.codes["SEX"]["list"]) == {"M": "Male", "X": "Unknown"}


def test_a_list_of_codes_is_replaced(tmp_path: Path) -> None:
    made = child(tmp_path, "[codes.SEX]\nlist = 'U  Unknown'")
    assert code_rows(made.layer.codes["SEX"]["list"]) == {"U": "Unknown"}


def test_words_change_one_by_one_and_keep_their_counts(tmp_path: Path) -> None:
    made = child(tmp_path, "[mandatory]\nAAA = 'DOB'")
    needs = made.tots["AAA"].needs
    assert needs["DOB"] == ElementNeed("M", (1, 2), None, True) and needs["NAM"].condition == "M"
    assert made.tots["BBB"].needs.keys() == {"NAM", "NOT"}


def test_a_child_speaks_for_every_type(tmp_path: Path) -> None:
    made = child(tmp_path, "[optional]\n\"*\" = 'NAM:1:5-9'")
    assert {tot.code: tot.needs["NAM"].condition for tot in made.tots.values()} == {"AAA": "O", "BBB": "O"}
    element = made.type2("BBB")[18]
    assert (element.value.min_len, element.value.max_len) == (5, 9)


def test_a_child_that_speaks_for_every_type_keeps_their_counts(tmp_path: Path) -> None:
    written(tmp_path, "base.toml", BASE.replace("\"*\" = 'NOT'", "\"*\" = 'NOT:1:5-50'"))
    text = '[profile]\nparent = "base.toml"\n[mandatory]\n"*" = \'NOT\''
    made = TableProfile(written(tmp_path, "child.toml", text))
    assert {tot.needs["NOT"] for tot in made.tots.values()} == {ElementNeed("M", (1, 1), (5, 50), True)}


def test_an_element_is_forbidden(tmp_path: Path) -> None:
    made = child(tmp_path, "[forbidden]\nAAA = 'DOB'\n\"*\" = 'NOT'")
    assert set(made.tots["AAA"].needs) == {"NAM", "SEX", "IMA"} and set(made.tots["BBB"].needs) == {"NAM"}


def test_counts_of_records_change_one_by_one(tmp_path: Path) -> None:
    made = child(tmp_path, "[records]\nAAA = '14:0-3 10:none'")
    counts = {count.types: (count.least, count.most) for count in made.tots["AAA"].records}
    assert counts.pop((10,), (0, 0)) == (0, 0)
    assert counts == {(1,): (1, 1), (2,): (1, 1), (14,): (0, 3)}


def test_a_grandchild_comes_last(tmp_path: Path) -> None:
    child(tmp_path, "[type2]\n\"2.018\" = { length = '1-50' }\n")
    text = '[profile]\nparent = "child.toml"\n[type2]\n"2.018" = { length = \'1-60\' }'
    made = TableProfile(written(tmp_path, "grandchild.toml", text))
    assert made.layer.type2["2.018"]["length"] == "1-60"


# -- overlays ---------------------------------------------------------------------------------------


def laid(base: TableProfile, tmp_path: Path, text: str) -> TableProfile:
    """The base with an overlay."""
    return overlaid(base, written(tmp_path, "mine.toml", text))


def with_prints(profile: TableProfile, count: int) -> Transaction:
    """An AAA with so many Type-14."""
    tx = minimal(profile, "AAA")
    for at in range(count):
        tx.append(record(profile, "AAA", 14, at + 1))
    return tx


def test_an_overlay_adds_a_field(base: TableProfile, tmp_path: Path) -> None:
    text = "[type2]\n\"2.901\" = { mnemonic = 'OWN', name = 'Own', type = 'N', length = '4' }\n[mandatory]\nAAA = 'OWN'"
    made = laid(base, tmp_path, text)
    tx = minimal(base, "AAA")
    assert made.name == "base + mine"
    assert only_finding(tx.validate(made)).location.field == 901
    tx[2][0][901] = "12345"
    assert told(tx.validate(made)) == ["value-length"]
    tx[2][0][901] = "1234"
    assert not told(tx.validate(made))


def test_an_overlay_makes_a_field_mandatory(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[mandatory]\nAAA = 'DOB'")
    found = only_finding(minimal(base, "AAA").validate(made))
    assert (found.code, found.location.field, found.severity) == ("field-missing", 22, Severity.ERROR)


def test_an_overlay_that_is_unsure_warns(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[mandatory]\nAAA = 'DOB?'")
    assert only_finding(minimal(base, "AAA").validate(made)).severity is Severity.WARNING
    made = laid(base, tmp_path, "[type2]\n\"2.018\" = { length = '3-5', sure = false }")
    tx = minimal(base, "AAA")
    tx[2][0][18] = "SYNTHETIC"
    assert only_finding(tx.validate(made)).severity is Severity.WARNING
    made = laid(base, tmp_path, "[fields]\n\"14.011\" = { codes = 'PNG', sure = false }")
    assert only_finding(with_prints(base, 1).validate(made)).severity is Severity.WARNING
    made = laid(base, tmp_path, "[records]\nAAA = '14?:0-1'")
    assert only_finding(with_prints(base, 2).validate(made)).severity is Severity.WARNING


def test_an_overlay_tightens_and_loosens_counts(base: TableProfile, tmp_path: Path) -> None:
    tight = laid(base, tmp_path, "[records]\nAAA = '14:0-3'")
    four = with_prints(base, 4)
    assert not told(four.validate(base)) and not told(with_prints(base, 3).validate(tight))
    found = only_finding(four.validate(tight))
    assert (found.code, found.location.record) == ("records-many", 5)  # the first that is too many
    loose = laid(base, tmp_path, "[records]\nAAA = '14:0-20'")
    many = with_prints(base, 13)
    assert told(many.validate(base)) == ["records-many"] and not told(many.validate(loose))
    asked = laid(base, tmp_path, "[records]\nAAA = '14:2-'")
    assert told(with_prints(base, 1).validate(asked)) == ["records-few"]


def test_an_overlay_forbids_records(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[records]\nAAA = '14:none'")
    assert told(with_prints(base, 1).validate(made)) == ["record-not-listed"]


def test_types_share_a_count(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[records]\nAAA = '14:none 14+15:1-2'")
    assert told(minimal(base, "AAA").validate(made)) == ["records-few"]


def test_an_overlay_adds_a_code(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[profile]\nname = 'mine'\n[codes.SEX]\nadd = 'X  Unknown'")
    tx = minimal(base, "AAA")
    tx[2][0][24] = "X"
    assert told(tx.validate(base)) == ["value-code"]
    assert not told(tx.validate(made))
    assert told(tx.validate(base)) == ["value-code"]


def test_overlays_of_one_name_keep_their_codes_apart(base: TableProfile, tmp_path: Path) -> None:
    made = []
    for code in "XY":
        (tmp_path / code).mkdir()
        made.append(overlaid(base, written(tmp_path / code, "mine.toml", f"[codes.SEX]\nadd = '{code}  Other'")))
    for code, mine, other in (("X", *made), ("Y", *reversed(made))):
        tx = minimal(base, "AAA")
        tx[2][0][24] = code
        assert not told(tx.validate(mine)) and told(tx.validate(other)) == ["value-code"]


def test_an_overlay_narrows_a_field_of_another_type(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[fields]\n\"14.011\" = { codes = 'PNG' }\n\"14.020\" = { condition = 'M' }")
    assert sorted(told(with_prints(base, 1).validate(made))) == ["field-missing", "value-code"]
    made = laid(base, tmp_path, "[fields]\n\"14.004\" = { condition = 'X' }")
    assert told(with_prints(base, 1).validate(made)) == ["field-not-accepted"]
    made = laid(base, tmp_path, "[fields]\n\"14.004\" = { length = '3', tots = 'BBB' }")
    assert not told(with_prints(base, 1).validate(made))


def test_an_overlay_limits_the_size(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[profile]\nmax_size = 1000")
    assert told(with_prints(base, 1).validate(made)) == ["size-exceeded"]
    assert not told(minimal(base, "AAA").validate(made))


def test_a_profile_that_is_not_closed_takes_other_elements(base: TableProfile, tmp_path: Path) -> None:
    made = laid(base, tmp_path, "[profile]\nclosed = false")
    tx = minimal(base, "AAA")
    tx[2][0][999] = "anything"
    assert not told(tx.validate(made))


def test_overlays_lie_on_one_another(base: TableProfile, tmp_path: Path) -> None:
    first = written(tmp_path, "one.toml", "[records]\nAAA = '14:0-3'")
    second = written(tmp_path, "two.toml", "[records]\nAAA = '14:0-5'")
    assert told(with_prints(base, 4).validate(overlaid(base, first))) == ["records-many"]
    assert not told(with_prints(base, 4).validate(overlaid(base, first, second)))


def test_an_overlay_by_its_path(tmp_path: Path) -> None:
    overlay = written(tmp_path, "mine.toml", "[records]\nCAR = '14:1-3'\n[mandatory]\nCAR = 'RET'")
    tx = least(ebts_profiles.DOD_4_1, "CAR")
    assert not told(tx.validate("dod-ebts-4.1"))
    report = tx.validate("dod-ebts-4.1", overlays=[overlay])
    assert sorted(told(report)) == ["field-missing", "records-few"]
    assert report.profile == "dod-ebts-4.1 + mine"


# -- what differs ---------------------------------------------------------------------------------------


def test_differences_tell_how_often_an_element_stands(base: TableProfile, tmp_path: Path) -> None:
    made = child(tmp_path, "[optional]\nAAA = 'DOB:1-3'\n[records]\nAAA = '14:1-12'")
    assert list(differences(base, made, "AAA")) == [
        "AAA: ~ Type-14 : condition O -> M; occurs 0 to 12 -> 1 to 12",
        "AAA: ~ 2.022 DOB: occurs 1 to 2 -> 1 to 3",
    ]


# -- which profile ------------------------------------------------------------------------------------


def test_a_profile_of_ones_own_by_its_path(base: TableProfile) -> None:
    tx = minimal(base, "AAA")
    report = tx.validate(str(base.path))
    assert report.profile == "base" and not told(report)
    del tx[2][0][18]
    assert told(tx.validate(str(base.path))) == ["field-missing"]


def test_no_profile_of_that_name() -> None:
    with pytest.raises(ITLError):
        least(ebts_profiles.DOD_4_1, "CAR").validate("no-such-profile")
    with pytest.raises(ITLError, match=r"none\.toml"):
        least(ebts_profiles.DOD_4_1, "CAR").validate("none.toml")


def test_an_overlay_without_a_profile_is_refused(tmp_path: Path) -> None:
    overlay = written(tmp_path, "mine.toml", "")
    with pytest.raises(ITLError, match="an overlay lies on a profile"):
        least(ebts_profiles.DOD_4_1, "CAR").validate(overlays=[overlay])


def spoken(domain: bytes | None, ver: str, tot: str) -> Transaction:
    """A transaction that says this of itself."""
    tx = Transaction.new(TOT=tot, DAI="XX0000000", ORI="YY0000000", TCN="SYNTHETIC-1", DAT="20240315", VER=ver)
    header = tx.header
    assert header is not None
    if domain is not None:
        header[13] = domain
    return tx


def note(tx: Transaction, code: str) -> str:
    """What the note about the choice says."""
    (found,) = [finding for finding in tx.validate("auto").findings if finding.code == code]
    assert found.severity is Severity.NOTE
    return found.message


CHOICES = (
    (b"INT-I" + US + b"5.03", "0400", "CPS", "int-i-5.03", ("1.013 DOM", "the version in 1.013 DOM", "1.002 VER")),
    (b"INT-I" + US + b"06.00", "0502", "CPS", "int-i-6.0", ("1.004 TOT", "1.013 DOM", "the version")),
    (b"INT-I", "0400", "DBS", "int-i-5.03", ("1.004 TOT", "1.013 DOM", "1.002 VER")),
    (b"INT-I", "0502", "CPS", "int-i-6.0", ("1.004 TOT", "1.013 DOM", "1.002 VER")),
    (b"DoD EBTS" + US + b"4.1", "0502", "CAR", "dod-ebts-4.1", ("1.004 TOT", "1.013 DOM", "the version")),
    (b"EBTS" + US + b"1.1", "0300", "TPRS", "dod-ebts-1.2", ("1.004 TOT", "1.013 DOM", "1.002 VER")),
    (b"NATO STANAG 4715" + US + b"ED2", "0502", "NES", "nato-stanag-4715", ("1.013 DOM", "the version in 1.013 DOM")),
    (b"NATO STANAG 4715" + US + b"2.0", "0502", "NES", "nato-stanag-4715", ("1.004 TOT", "1.013 DOM")),
)


@pytest.mark.parametrize(("domain", "ver", "tot", "name", "reasons"), CHOICES)
def test_the_profile_that_a_transaction_speaks_for(
    domain: bytes, ver: str, tot: str, name: str, reasons: tuple[str, ...]
) -> None:
    tx = spoken(domain, ver, tot)
    message = note(tx, "profile-chosen")
    assert message.startswith(f"checked as {name}: ")
    assert all(reason in message for reason in reasons)
    assert tx.validate("auto").profile == name


needs_fbi = pytest.mark.skipif(not ebts_profiles.FBI_11_2.path.is_file(), reason="the tables of the FBI are not there")


@needs_fbi
@pytest.mark.parametrize("domain", [b"NORAM" + US + b"11.2", None])
def test_noram_is_the_fbi(domain: bytes | None) -> None:
    message = note(spoken(domain, "0500", "CAR"), "profile-chosen")
    assert message.startswith("checked as fbi-ebts-") and "1.004 TOT" in message
    assert ("1.013 DOM" in message) is (domain is not None)


def test_the_newest_of_equals_is_chosen() -> None:
    names = ["fbi-ebts-10.0", "fbi-ebts-9.1", "fbi-ebts-11.2"]
    assert sorted(names, key=_version) == ["fbi-ebts-9.1", "fbi-ebts-10.0", "fbi-ebts-11.2"]


def test_a_domain_that_no_profile_claims() -> None:
    assert "no installed profile" in note(spoken(b"ELSEWHERE", "0502", "CAR"), "profile-none")
    assert spoken(b"ELSEWHERE", "0502", "CAR").validate("auto").profile is None


def test_another_domain_is_a_warning_where_the_profile_was_named() -> None:
    tx = least(ebts_profiles.DOD_4_1, "CAR")
    header = tx.header
    assert header is not None
    header[13] = b"ELSEWHERE" + US + b"1"
    found = only_finding(tx.validate("dod-ebts-4.1"))
    assert (found.code, found.severity) == ("profile-domain", Severity.WARNING)


def test_another_edition_and_another_type_are_errors() -> None:
    tx = least(ebts_profiles.DOD_4_1, "CAR")
    header = tx.header
    assert header is not None
    header.TOT = "ZZZ"
    assert "tot-unknown" in told(tx.validate("dod-ebts-4.1"))
    header.TOT, header.VER = "CAR", "0400"
    assert "profile-edition" in told(tx.validate("dod-ebts-4.1"))


def test_profiles_are_known_by_name() -> None:
    for profile in (ebts_profiles.DOD_1_2, ebts_profiles.INT_I_6_0, ebts_profiles.NATO_4715):
        assert profile_named(profile.name) is profile
