"""Policies that are refused: file, line, and what may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from nistitl.exchange.policy import PolicyError, policy

HEAD = '[policy]\ntitle = "T"\n[records]\n"1 2 14" = "keep"\n[fields]\n'


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(PolicyError) as error:
        policy(path)
    return str(error.value)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('"@nmae" = "keep"', "line 6: [fields] @nmae: there is no kind 'nmae' (did you mean 'name'?)"),
        ('"2.NATT" = "keep"', "there is no field 'NATT' of Type-2 (did you mean 'NAT'?)"),
        ('"SRCC" = "keep"', "did you mean 'SRC'?"),
        ('"14.013" = "kep"', "line 6: [fields] 14.013: there is no action 'kep' (did you mean 'keep'?)"),
        ('"14.350" = "keep"', "no table declares this field"),
        ('"@date" = "round yaer"', "did you mean 'year'?"),
        ('"@name" = "shift"', "shift is for date, birth, not for @name"),
        ('"@date" = "keep years"', "takes no argument"),
        ('"13.LCD" = "keep"', "line 6: [fields] 13.LCD: 13.LCD: [records] does not keep Type-13"),
        ('"@date" = "keep"\n"@date @name" = "drop"', "line 7: [fields] @date: @date never takes effect: line 6"),
        ('"*" = "keep"\n"2.NAM" = "drop"', "line 7: [fields] 2.NAM: 2.NAM never takes effect: line 6"),
        ('"14.021" = "keep"\n"14.021.2" = "drop"', "14.021.2 never takes effect"),
        ('"2.NAM" = "pseudonym"', "need identity"),
        ('"@date" = 3', "expected text in quotes"),
        ('"14:3" = "keep"', "'14:3' is no field such as"),
        ('"14.021.9" = "keep"', "line 6: [fields] 14.021.9: 14.021.9: 14.021 has no item 9"),
        ('"14.013.1" = "keep"', "14.013 has no item 1"),
        ('"SEG.RHCX" = "keep"', "SEG has no item 'RHCX'"),
        ('"14.FGP" = "keep"\n"14.013" = "drop"', "line 7: [fields] 14.013: 14.013 never takes effect: line 6"),
        ('"14.013" = "keep"\n"14.FGP" = "drop"', "14.FGP never takes effect: line 6"),
        ('"FGP" = "keep"\n"14.013" = "drop"', "14.013 never takes effect: line 6 speaks of it before, by FGP"),
        ('"14.021" = "keep"\n"14.SEG.RHC" = "drop"', "14.SEG.RHC never takes effect"),
        ('"@image" = "blank"\n"14.999" = "keep"', "14.999 never takes effect: line 6 speaks of it before, by @image"),
        ('"14.005" = "blank"', "blank is for image, and 14.005 is of the kind date"),
        ('"14.013" = "shift"', "shift is for date, birth, and 14.013 is of the kind technical"),
        ('"2.NAM" = "synthetic"', "synthetic is for images, and Type-2 has none"),
    ],
)
def test_rows_are_refused(tmp_path: Path, row: str, told: str) -> None:
    message = refused(tmp_path, HEAD + row + "\n")
    assert message.startswith("mine.toml, line ") and told in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[polcy]\ntitle = "T"', "line 1: [polcy]: there is no section polcy"),
        ('[policy]\ntitel = "T"', "line 2: [policy] titel: there is no attribute 'titel' (did you mean 'title'?)"),
        ('[records]\n"2" = "keep"', 'a transaction has a Type-1: expected "1" = "keep"'),
        ('[records]\n"1 100" = "keep"', "line 2: [records] 1 100: '100' is no record type"),
        ('[records]\n"1" = "blank"', "of a record there is no action 'blank'; actions are keep, drop"),
        ('[records]\n"1 1" = "keep"', "1 stands in two rows"),
        ('[records]\n"1 10[IMTT=FACE]" = "keep"', "there is no field 'IMTT' of Type-10 (did you mean 'IMT'?)"),
        ('[records\n"1" = "keep"', "mine.toml: "),
        ('[records]\n"1 10[IMT=FACES]" = "keep"', "10.003 IMT: there is no code 'FACES' (did you mean 'FACE'?)"),
        ('[records]\n"1 77" = "keep"', "no table declares Type-77; what is not known is never kept"),
        ('title = "T"\n[records]\n"1" = "keep"', "line 1: [title]: it stands in no section; expected it below"),
    ],
)
def test_sections_are_refused(tmp_path: Path, text: str, told: str) -> None:
    assert told.replace("section polcy", "section 'polcy'") in refused(tmp_path, text + "\n")


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_an_empty_file_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(PolicyError, match=r"^mine\.toml, line 1: \[records\]: a transaction has a Type-1"):
        policy(path)


@pytest.mark.parametrize(
    "rows",
    [
        '"14.021.2" = "keep"\n"14.021" = "drop"',
        '"14.SEG.RHC" = "keep"\n"14.SEG" = "drop"',
        '"13.FGP" = "keep"\n"14.013" = "drop"',
        '"@measured" = "keep"\n"14.020" = "drop"',
        '"14.005" = "shift"\n"@date" = "keep"',
        '"14.SRC" = "pseudonym"',
    ],
)
def test_rows_that_leave_something_to_others_are_taken(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "mine.toml"
    head = HEAD.replace('"1 2 14"', '"1 2 13 14"').replace("[records]", 'identity = "FBI"\n[records]')
    path.write_text(head + rows + "\n")
    assert policy(path).fields


def test_names_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="did you mean 'statistics'"):
        policy("statistic")
    with pytest.raises(PolicyError, match=r"none\.toml: cannot read"):
        policy(tmp_path / "none.toml")
