"""Tables that know less than all: no types at all, a list that may not be whole, sizes and lists that are not certain,
and what files carry before its edition."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.profiles import ProfileError
from nistitl.profiles.choice import named, proofread
from tests.support.layers import found, layer, profile, tenprint

ANY = """
[type2]
"2.018" = { mnemonic = "NAM", name = "Name", type = "U" }
"2.019" = { mnemonic = "AKA", name = "Alias", type = "U", occurs = "1-*" }
[mandatory]
"*" = 'NAM AKA?'
[records]
"*" = '14:2 10?:1-'
"""


def bare(tot: str = "ANY", prints: int = 2) -> nistitl.Transaction:
    """A transaction with a Type-2 of a name, as many Type-14 and a Type-15."""
    tx = tenprint()
    tx[1][0].TOT = tot
    for record in (*tx[14][prints:], *tx[2][1:]):
        tx.remove(record)
    text = tx[2][0]
    for key in [key for key in text.keys() if isinstance(key, int) and key > 2 and key != 18]:
        del text[key]
    return tx


# -- no types are listed --------------------------------------------------------------------------


@pytest.mark.parametrize("tot", ["ANY", "CAR", "X"])
def test_what_is_said_of_every_type_holds_where_none_is_listed(tmp_path: Path, tot: str) -> None:
    mine = profile(tmp_path, "closed = false\n" + ANY, parent=None)
    assert mine.tots == {} and mine.any_type is not None
    report = bare(tot).validate(mine)
    told = {(one.code, one.location.path, one.severity) for one in report if "mine" in one.clause}
    assert told == {("field-missing", "2.019", Severity.WARNING), ("records-few", "", Severity.WARNING)}
    assert "a transaction holds 0 records of Type-10" in report.to_text()
    tx = bare(tot, prints=1)
    del tx[2][0]["2.018"]
    errors = {(one.code, one.location.path) for one in tx.validate(mine).errors if "mine" in one.clause}
    assert errors == {("field-missing", "2.018"), ("records-few", "")}
    (tmp_path / "more").mkdir()
    closed = profile(tmp_path / "more", ANY, parent=None)
    tx[2][0]["2.020"] = "X"
    assert {"field-not-listed"} == {one.code for one in tx.validate(closed).errors if one.location.path == "2.020"}


def test_a_layer_on_top_that_lists_types_ends_it(tmp_path: Path) -> None:
    layer(tmp_path, ANY, "below", parent=None)
    top = profile(tmp_path, "[tots]\nANY = { name = 'Any' }\n", "top", parent="below.toml")
    assert top.any_type is None and top.types == (top.tots["ANY"],)
    assert {count.types for count in top.tots["ANY"].records} == {(14,), (10,)}
    assert named(str(tmp_path / "below.toml")).types[0].code == "*"


def test_it_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = layer(tmp_path, 'title = "Mine"\n' + ANY, parent=None)
    assert main(["profiles", "show", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Mine, every transaction type\n") and "Type-14" in out and "2.018" in out
    assert proofread(str(path)) == ([], [])


# -- what is not certain --------------------------------------------------------------------------


def test_a_size_that_is_not_certain_warns(tmp_path: Path) -> None:
    mine = profile(tmp_path, 'max_size = "1 kB?"\n')
    assert mine.max_size == 1000 and not mine.max_size_sure
    (told,) = tenprint().validate(mine).filter(code="size-exceeded")
    assert told.severity is Severity.WARNING


def test_types_that_may_not_be_all_warn(tmp_path: Path) -> None:
    for text, severity in (("", Severity.ERROR), ("complete = false\n", Severity.WARNING)):
        (told,) = tenprint("CARX").validate(profile(tmp_path, text)).filter(code="tot-unknown")
        assert told.severity is severity


def test_a_list_that_is_not_certain_does_not_hide_a_wrong_length(tmp_path: Path) -> None:
    text = "[codes.MINE]\nlist = 'N'\nsure = {}\n[type2]\n\"2.005\" = {{ codes = '@MINE' }}\n"
    sure, unsure = (profile(tmp_path, text.format(word), word) for word in ("true", "false"))
    assert found(tenprint(t2_005="Y"), sure) == found(tenprint(t2_005="Y"), unsure) == [("value-code", "2.005")]
    long = tenprint(t2_005="NN")
    assert [one.code for one in long.validate(sure).errors] == ["value-code"]
    assert [one.code for one in long.validate(unsure).errors] == ["value-length"]


# -- before its edition ---------------------------------------------------------------------------


def test_newer_fields_and_record_types_are_notes(tmp_path: Path) -> None:
    tx = tenprint()
    tx[1][0].VER = "0201"
    tx = nistitl.read(bytes(tx))
    names = {"": {"edition-older"}, 'newer = ["1.013", "1.014", "1.015", "1.017", "14"]\n': set[str]()}
    for text, errors in names.items():
        report = tx.validate(profile(tmp_path, text))
        strange = [one for one in report if one.code in ("edition-older", "field-edition", "record-edition")]
        assert {one.code for one in strange if one.severity is Severity.ERROR} == errors
        if text:
            assert {one.location.path for one in strange if one.code == "field-edition"} >= {"1.013"}
            assert {one.severity for one in strange} == {Severity.NOTE}


@pytest.mark.parametrize("word", ["1.13", "DOM", "14.", "", "140"])
def test_what_is_no_field_and_no_type_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(ProfileError, match="is no field such as"):
        profile(tmp_path, f"newer = ['{word}']\n").layer  # noqa: B018
