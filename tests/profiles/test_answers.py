"""What the codes of answers mean: the FBI's table, how a text begins with one, and where people meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nistitl
from ebts_profiles import FBI_8_001, FBI_9_1, FBI_10_0, FBI_11_2
from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.profiles import ProfileError, answer_code
from nistitl.profiles.choice import named, proofread
from nistitl.profiles.profile import TableProfile
from tests.support.layers import layer, profile
from tests.support.minimal import least
from tests.support.reference_profiles import REFERENCE, needs_reference

FBI = {one.name: one for one in (FBI_8_001, FBI_9_1, FBI_10_0, FBI_11_2)}
PERSON = "PLANTED,PERSON 123456789"
STATE = """
[codes.ANSWERS]
add = 'K0001  The account of the agency is closed'
[codes.ANSWER_KINDS]
add = 'K  Ask the bureau.'
"""


def codes(by: TableProfile = FBI_10_0) -> dict[str, str]:
    """The shipped codes and what they mean."""
    return {row.code: row.meaning for row in by.dictionary.code_lists.table("ANSWERS").codes}


def answer(*texts: str, tot: str = "ERRT") -> nistitl.Transaction:
    """An answer whose MSG says this, a subfield a text."""
    tx = least(FBI_10_0, tot)
    tx[2][0]["2.060"] = [[text] for text in texts]
    return nistitl.read(bytes(tx))


def file(tmp_path: Path, *texts: str) -> str:
    path = tmp_path / "answer.eft"
    path.write_bytes(bytes(answer(*texts)))
    return str(path)


# -- the table ------------------------------------------------------------------------------------


@needs_reference
def test_the_table_has_the_codes_of_the_reference_in_other_words() -> None:
    stated = json.loads((REFERENCE / "fbi" / "ebts11" / "ebts11_error_codes.json").read_text("utf-8"))
    rows = {row["code"]: row for row in stated["codes"]}
    assert len(rows) == 237 and set(codes()) == set(rows)
    same = [code for code, row in rows.items() if codes()[code].casefold().rstrip(".") == row["meaning"].casefold()]
    assert same == []
    kinds = {row.code for row in FBI_10_0.dictionary.code_lists.table("ANSWER_KINDS").codes}
    assert set(stated["kinds"]) <= kinds
    for code, row in rows.items():
        found = answer_code(code)
        assert found is not None and found.meaning and found.advice, code
        assert code.startswith(row["kind"]), "advice goes by what a code begins with"


def test_advice_is_that_of_the_code_or_of_the_longest_kind() -> None:
    kinds = {row.code: row.meaning for row in FBI_10_0.dictionary.code_lists.table("ANSWER_KINDS").codes}
    assert set(kinds) - set(codes()) == {"A", "B", "E", "H", "IR", "L", "M", "R", "RB", "S", "W"}
    for code in codes():
        found = FBI_10_0.answer_code(code)
        kind = code.rstrip("0123456789")
        assert found is not None and found.advice == kinds.get(code, kinds[kind]), code


@pytest.mark.parametrize("name", FBI)
def test_every_version_of_the_fbi_tells_them(name: str) -> None:
    assert codes(FBI[name]) == codes()
    found = answer_code("L0139", name)
    assert found is not None and found == FBI[name].answer_code("L0139") == answer_code("L0139", FBI[name])
    assert "maintenance request" in found.meaning and str(found) == f"L0139: {found.meaning}. {found.advice}"


@pytest.mark.parametrize("code", ["", "L", "L01390", "L0139 ", "Z9999", "0", "l0139x", "ANSWERS", "L0139\x1f"])
def test_an_unknown_code_is_harmless(code: str) -> None:
    assert answer_code(code) is None and answer_code(code, "fbi-ebts-11.2") is None


# -- a text begins with one -----------------------------------------------------------------------

BEGINS = (
    "{}", "{}:text", "{}: text", "{} text", "{} - text", "{}-TEXT", "{}. Text", "[{}] text", "({}) text", " {}  text",
    '"{}" text', "{};text", "{},TEXT", "{}\ttext",
)  # fmt: skip


@pytest.mark.parametrize("form", BEGINS)
def test_each_code_is_seen_as_answers_spell_it(form: str) -> None:
    mine = FBI_10_0.dictionary.answers()[60]
    for code in codes():
        for spelled in (code, code.lower()):
            found = mine.leading(form.format(spelled))
            assert found is not None and found.code == code


@pytest.mark.parametrize("text", ["", "text L0139", "L01391: text", "XL0139", "L013 9", "L0139X", ":", "\x00", "Ł0139"])
def test_no_code_is_seen_where_none_begins_the_text(text: str) -> None:
    assert FBI_10_0.dictionary.answers()[60].leading(text) is None


# -- in reports -----------------------------------------------------------------------------------


@pytest.mark.parametrize("tot", ["ERRT", "SRE", "ERRA", "UULD"])
def test_a_note_tells_each_known_code_and_no_insert(tot: str) -> None:
    tx = answer(f"L0139: {PERSON}", f"Z9999 {PERSON}", f"E0002 {PERSON}", tot=tot)
    report = tx.validate(FBI_10_0)
    told = report.filter(code="answer-code")
    assert [(one.location.path, one.severity) for one in told] == [
        ("2.060.1", Severity.NOTE), ("2.060.3", Severity.NOTE)
    ]  # fmt: skip
    assert [one.message for one in told] == [f"MSG says {code}: {codes()[code]}" for code in ("L0139", "E0002")]
    assert [one.hint for one in told] == [found.advice for code in ("L0139", "E0002") if (found := answer_code(code))]
    assert all(one.actual is None for one in told)
    assert all("Table M-1" in one.clause for one in told)
    for form in (report.to_text(), report.to_json(), report.to_html(), report.to_junit()):
        assert codes()["L0139"] in form and codes()["E0002"] in form and "2.060" in form
        assert "PLANTED" not in form and "123456789" not in form and "Z9999" not in form
    assert told[0].hint in report.to_text() and told[0].hint in report.to_json() and told[0].hint in report.to_html()


def test_the_page_tells_it_beside_the_field_that_is_withheld() -> None:
    tx = answer(f"L0139: {PERSON}")
    tx.profile = "fbi-ebts-10.0"
    page = tx.validate(FBI_10_0).to_html()
    size = len(f"L0139: {PERSON}")
    assert f"&lt;{size} bytes&gt; ({answer_code('L0139')})" in page.replace("&#x27;", "'")


def test_without_a_profile_nothing_is_said() -> None:
    assert not answer("L0139: text").validate().filter(code="answer-code")


# -- at the command line --------------------------------------------------------------------------


def test_show_tells_it_beside_msg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = file(tmp_path, "L0139: text", "Z9999 text")
    for more in ([], ["2.060"], ["--html"], ["2.060", "--json"]):
        main(["show", name, *more, "--profile", "fbi-ebts-10.0"])
        assert f"{codes()['L0139']}. {FBI_10_0.answer_code('L0139').advice}" in capsys.readouterr().out  # type: ignore[union-attr]
    main(["show", name])
    assert codes()["L0139"] not in capsys.readouterr().out


def test_explain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = str(layer(tmp_path, STATE))
    assert main(["explain", "L0139"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"L0139 {codes()['L0139']}\n") and "what to do: Take the field out" in out
    assert "from: fbi-answers: EBTS 11.0" in out and all(name in out for name in FBI)
    assert main(["explain", "l0139", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["what"] == "L0139"
    for asked in (["fbi-ebts-9.1:L0139"], ["L0139", "--profile", "fbi-ebts-9.1"], ["L0139", "--profile", mine]):
        assert main(["explain", *asked]) == 0
        assert "what to do: Take the field out" in capsys.readouterr().out
    assert main(["explain", "K0001"]) == 2
    assert "nothing is known of 'K0001'" in capsys.readouterr().err
    assert main(["explain", "K0001", "--profile", mine]) == 0
    out = capsys.readouterr().out
    assert "The account of the agency is closed" in out and "what to do: Ask the bureau." in out and "mine" in out


# -- of one's own ---------------------------------------------------------------------------------


def test_a_state_adds_codes_of_its_own(tmp_path: Path) -> None:
    path = layer(tmp_path, STATE)
    tx = answer("K0001: text", "L0139: text")
    assert not tx.validate(FBI_10_0).filter(path="2.060.1")
    told = tx.validate(FBI_10_0, overlays=[path]).filter(code="answer-code")
    assert [one.location.path for one in told] == ["2.060.1", "2.060.2"] and told[0].hint == "Ask the bureau."
    assert proofread(str(path)) == ([], [])
    assert answer_code("K0001") is None
    found = answer_code("K0001", str(path))
    assert found is not None and found.advice == "Ask the bureau."


def test_a_list_of_ones_own_without_advice(tmp_path: Path) -> None:
    text = """
[type2]
"2.8001" = { mnemonic = "STS", name = "Status", answers = "@STATUS" }
[codes.STATUS]
list = '''
10  Received
ab-1  In hand
'''
[optional]
SRE = 'STS'
"""
    mine = profile(tmp_path, text)
    assert mine.answer_code("10") == ("10", "Received", "") and mine.answer_code("ab-1") == ("ab-1", "In hand", "")
    tx = least(FBI_10_0, "SRE")
    tx[2][0]["2.8001"] = "ab-1: by the clerk"
    (told,) = tx.validate(mine).filter(code="answer-code")
    assert told.message == "STS says ab-1: In hand" and told.hint == "nistitl explain CODE says the same."


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('answers = "ANSWERS"', "'ANSWERS' is no list; expected such as @ANSWERS"),
        ('answers = "@ANSWER"', "answers: there is no code list 'ANSWER' (did you mean 'ANSWERS'?)"),
        ('advice = "@ADVICE"', "advice: there is no code list 'ADVICE'"),
    ],
)
def test_a_list_that_is_not_there_is_refused(tmp_path: Path, row: str, why: str) -> None:
    path = layer(tmp_path, f'[type2]\n"2.060" = {{ {row} }}\n')
    with pytest.raises(ProfileError) as told:
        named(str(path)).layer  # noqa: B018
    assert "line 5: [type2] 2.060: " in str(told.value) and why in str(told.value)


@pytest.mark.parametrize("code", [1, None, b"L0139", ["L0139"]])
@pytest.mark.parametrize("profile", [None, "fbi-ebts-11.2"])
def test_a_code_that_is_no_text_is_our_own_error(code: object, profile: str | None) -> None:
    with pytest.raises(ITLError, match="a code of an answer is a text"):
        answer_code(code, profile)  # type: ignore[arg-type]
