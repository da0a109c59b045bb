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
    ],
)
def test_sections_are_refused(tmp_path: Path, text: str, told: str) -> None:
    assert told.replace("section polcy", "section 'polcy'") in refused(tmp_path, text + "\n")


def test_names_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="did you mean 'statistics'"):
        policy("statistic")
    with pytest.raises(PolicyError, match=r"none\.toml: cannot read"):
        policy(tmp_path / "none.toml")
