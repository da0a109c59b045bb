"""An answer beside its request: type, control number, the numbers that answers repeat; in every form of report."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path

import pytest

import nistitl
from ebts_profiles import ATF_EFORMS, DOD_1_2, FBI_8_001, FBI_9_1, FBI_10_0, FBI_11_2, INT_I_5_03, PRUEM
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.profiles import TableProfile
from tests.support.layers import profile
from tests.support.minimal import least
from tests.support.reference_profiles import REFERENCE, needs_reference

PAIR = ("pair-order", "pair-type", "pair-control-number", "pair-number")
PROFILES = {one.name: one for one in (FBI_8_001, FBI_9_1, FBI_10_0, FBI_11_2, DOD_1_2, INT_I_5_03)}
ASKING = ("submission", "request")
UNKNOWN = ("pair-number", "", Severity.NOTE)
Told = list[tuple[str, str, Severity]]


def made(
    tot: str, tcn: str = "TCN-1", tcr: str | None = None, ver: str = "0502", **text: object
) -> nistitl.Transaction:
    """A transaction with little more than what pairs are told by; `t9="X"` sets 2.009."""
    more = {} if tcr is None else {"TCR": tcr}
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN=tcn, VER=ver, DAT="20240102", **more)
    tx.records[0]["1.004"] = tot.encode()
    record = tx.append(nistitl.Type2())
    for name, value in text.items():
        record[f"2.{int(name[1:]):03d}"] = value
    return tx


def told(request: nistitl.Transaction, answer: nistitl.Transaction, by: object = FBI_10_0) -> Told:
    """What is said of the pair, but that a profile knows of no numbers that answers repeat."""
    report = answer.validate(by, request=request)  # type: ignore[arg-type]
    found = [(one.code, one.location.path, one.severity) for one in report if one.code in PAIR]
    return [one for one in found if one != UNKNOWN]


# -- types ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROFILES)
def test_every_type_with_every_answer_that_its_row_names_and_one_that_it_does_not(name: str) -> None:
    by, asked = PROFILES[name], 0
    for tot in by.tots.values():
        answers = (*tot.answers, *tot.delayed, *tot.errors)
        for code in answers:
            assert told(made(tot.code), made(code, "TCN-2", "TCN-1"), by) == [], (tot.code, code)
        others = [one.code for one in by.tots.values() if one.direction not in ASKING
                  and one.code not in answers and tot.code not in one.answers_to and tot.code != one.code
                  and one.code not in tot.answers_to]  # fmt: skip
        if answers and tot.direction in ASKING and others:
            severity = Severity.ERROR if tot.sure else Severity.WARNING
            assert told(made(tot.code), made(others[0], "TCN-2", "TCN-1"), by) == [("pair-type", "1.004", severity)]
            asked += 1
    assert asked > 3


@needs_reference
def test_answers_of_11_2_are_those_of_the_reference() -> None:
    """Each type with each answer and error of Table L-4, and with each other answer there is."""
    stated = json.loads((REFERENCE / "fbi" / "ebts11" / "ebts11_2_tots.json").read_text("utf-8"))["tots"]
    answers = {row["tot"]: {*(row.get("answers") or ()), *(row.get("errors") or ())} for row in stated}
    every, wrong, asked = {one for known in answers.values() for one in known}, [], 0
    for tot, known in answers.items():
        for code in every - {tot} if known else ():
            right = code in known or code in FBI_11_2.tots[tot].delayed
            found = told(made(tot), made(code, "TCN-2", "TCN-1"), FBI_11_2)
            if bool(found) is right and tot not in FBI_11_2.tots[code].answers_to:
                wrong.append(f"{tot} {code}: {found}")
            asked += 1
    assert wrong == [] and asked > 1000


def test_a_type_that_nothing_is_known_to_answer_is_a_note() -> None:
    none = next(tot for tot in FBI_10_0.tots.values() if not (tot.answers or tot.delayed or tot.errors))
    answer = made("SRE", "TCN-2", "TCN-1")
    for asked in (made(none.code), made("NONE")):
        assert told(asked, answer) in ([("pair-type", "1.004", Severity.NOTE)], [("pair-order", "", Severity.ERROR)])
    assert told(made("NONE"), answer) == [("pair-type", "1.004", Severity.NOTE)]
    assert told(made("CAR"), made("NONE", "TCN-2", "TCN-1")) == [("pair-type", "1.004", Severity.ERROR)]


def test_types_of_ones_own_answer_as_those_that_they_are_like(tmp_path: Path) -> None:
    mine = profile(
        tmp_path,
        """
[tots]
CARS = { like = "CAR" }
CART = { like = "CAR", answers = "SRES", errors = "ERRS" }
SRES = { like = "SRE" }
ERRS = { like = "ERRT" }
""",
    )
    for asked in ("CAR", "CARS", "CART"):
        for code in ("SRES", "ERRS"):
            assert told(made(asked), made(code, "TCN-2", "TCN-1"), mine) == []
    assert told(made("CART"), made("SRE", "TCN-2", "TCN-1"), mine) == [("pair-type", "1.004", Severity.ERROR)]


# -- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ver", ["0200", "0300", "0400", "0502"])
@pytest.mark.parametrize(
    ("tcr", "wrong"), [("TCN-1", False), ("TCN-1 ", True), (" TCN-1", True), ("TCN-2", True), ("tcn-1", True)]
)
def test_tcr_is_the_tcn_of_the_request(tcr: str, wrong: bool, ver: str) -> None:
    found = told(made("CAR", ver=ver), made("SRE", "TCN-9", tcr, ver=ver))
    assert found == ([("pair-control-number", "1.010", Severity.ERROR)] if wrong else [])


def test_a_number_that_is_missing_on_either_side() -> None:
    asked, answer = made("CAR"), made("SRE", "TCN-9")
    assert ("pair-control-number", "1.010", Severity.ERROR) in told(asked, answer)
    answer = made("SRE", "TCN-9", "TCN-1")
    del asked.records[0]["1.009"]
    assert told(asked, answer) == [("pair-control-number", "1.010", Severity.ERROR)]


@pytest.mark.parametrize("number", [9, 10, 11])
def test_numbers_that_answers_repeat(number: int) -> None:
    """OCA, CIN and CIX agree where both have them; an answer may repeat some of several."""
    values = ["11", "12"] if number == 11 else ["A\x1f11", "A\x1f12"] if number == 10 else ["11"]
    raw = "\x1e".join(values).encode()
    asked = made("CAR", **{f"t{number}": raw})
    for text in (raw, values[0].encode(), f"{values[-1]} ".encode()):
        assert told(asked, made("SRE", "TCN-9", "TCN-1", **{f"t{number}": text})) == []
    assert told(asked, made("SRE", "TCN-9", "TCN-1")) == [], "the answer has none"
    other = made("SRE", "TCN-9", "TCN-1", **{f"t{number}": b"99"})
    assert told(made("CAR"), other) == [], "the request has none"
    assert told(asked, other) == [("pair-number", f"2.{number:03d}", Severity.ERROR)]
    assert told(asked, other, FBI_11_2)[-1][:2] == ("pair-number", f"2.{number:03d}")


def test_numbers_are_compared_only_where_the_profile_says_so(tmp_path: Path) -> None:
    asked, answer = made("CPS", t9="A", t10="B", t11="C"), made("SRE", "TCN-9", "TCN-1", t9="X", t10="Y", t11="Z")
    assert told(asked, answer, INT_I_5_03) == [], "2.009 is another thing there"
    asked, answer = made("CAR", t8001="A"), made("SRE", "TCN-9", "TCN-1", t8001="B")
    text = '[type2]\n"2.8001" = { mnemonic = "BKN", name = "Booking", echoed = true }\n"2.009" = { echoed = false }\n'
    assert told(asked, answer, profile(tmp_path, text)) == [("pair-number", "2.8001", Severity.ERROR)]
    assert told(made("CAR", t9="A"), made("SRE", "T", "TCN-1", t9="B"), profile(tmp_path, text, "other")) == []


@pytest.mark.parametrize(("by", "asked", "known"), [
    (PRUEM, "CPS", False), (INT_I_5_03, "CPS", False), (DOD_1_2, "CAR", False), (FBI_10_0, "CAR", True),
    (ATF_EFORMS, "FAUF", True),
])  # fmt: skip
def test_a_profile_that_knows_of_no_numbers_that_answers_repeat_says_so(
    by: TableProfile, asked: str, known: bool
) -> None:
    report = made("SRE", "TCN-9", "TCN-1").validate(by, request=made(asked))
    told = [one for one in report if one.code == "pair-number"]
    assert [(one.severity, by.name in one.message) for one in told] == [(Severity.NOTE, True)] * (not known)


@pytest.mark.parametrize(("by", "asked", "severity"), [
    (PRUEM, "CPS", Severity.WARNING), (PRUEM, "MMS", Severity.WARNING), (ATF_EFORMS, "FAUF", Severity.ERROR),
])  # fmt: skip
def test_neighbours_judge_pairs_by_what_their_sources_say(by: TableProfile, asked: str, severity: Severity) -> None:
    """Prüm knows its six types by one source; what the FBI answers a FAUF with stands in EBTS 8.001."""
    errors = "ERR" if by is PRUEM else "ERRT"
    for code in ("SRE", errors):
        assert told(made(asked), made(code, "TCN-9", "TCN-1"), by) == []
    assert told(made(asked), made("SRL", "TCN-9", "TCN-1"), by) == [("pair-type", "1.004", severity)]


# -- order, profile, what is kept -----------------------------------------------------------------


@pytest.mark.parametrize("by", [None, "auto", "fbi-ebts-10.0", "fbi-ebts-9.1"])
def test_the_wrong_way_round_is_said_and_nothing_else(by: str | None) -> None:
    asked, answer = made("CAR", t9="A"), made("ERRT", "TCN-2", "TCN-7", t9="B")
    assert told(answer, asked, by) == [("pair-order", "", Severity.ERROR)]
    strange, other = made("XA", "TCN-1"), made("XB", "TCN-2", "TCN-1")
    assert told(other, strange, by) == [("pair-order", "", Severity.ERROR)], "by the control numbers"
    assert told(strange, other, by) == [("pair-type", "1.004", Severity.NOTE)]


def test_without_a_profile_the_request_chooses_one_for_the_pair() -> None:
    found = made("SRL", "TCN-2", "TCN-9", t9="B").validate(request=made("CAR", t9="A"))
    pair = [one for one in found if one.code in PAIR]
    assert [one.code for one in pair] == ["pair-type", "pair-control-number", "pair-number"]
    assert found.profile is None and "FBI EBTS" in pair[0].clause and "ERRT" in (pair[0].expected or "")


def test_no_value_is_told_and_the_request_is_let_go() -> None:
    secret = "PLANTED-1"
    asked, answer = made("CAR", secret, t9=secret), made("SRL", "PLANTED-2", "PLANTED-3", t9="PLANTED-4")
    report = answer.validate(FBI_10_0, request=asked)
    for one in report:
        assert one.code not in PAIR or "PLANTED" not in json.dumps(one.to_dict())
    kept = weakref.ref(asked.records[0])
    del asked
    gc.collect()
    assert kept() is None and report.tally()["failed"] >= 3


def test_xml_answers_traditional() -> None:
    asked = least(FBI_10_0, "CAR")
    answer = least(FBI_10_0, "SRE")
    answer.records[0]["1.010"] = asked.records[0]["1.009"].text
    xml = answer.convert("xml", vocabulary="niem2").transaction
    assert told(asked, xml) == []
    answer.records[0]["1.010"] = "OTHER"
    wrong = answer.convert("xml", vocabulary="niem2").transaction
    assert told(asked, wrong) == [("pair-control-number", "1.010", Severity.ERROR)]


# -- at the command line --------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A request, its answer, and the answer to another one."""
    names = []
    for name, tcr in (("asked", ""), ("answer", "x"), ("other", "OTHER-1")):
        tx: nistitl.Transaction = least(FBI_10_0, "ERRT" if tcr else "CAR")
        if tcr:
            tx.records[0]["1.010"] = tx.records[0]["1.009"].text if tcr == "x" else tcr
            tx.records[0]["1.009"] = "ANSWER-0000001"
        path = tmp_path / f"{name}.eft"
        path.write_bytes(bytes(tx))
        names.append(str(path))
    return names


@pytest.mark.parametrize("form", ["text", "json", "html", "junit"])
def test_validate_pair(files: list[str], capsys: pytest.CaptureFixture[str], form: str) -> None:
    asked, answer, other = files
    common = ["--pair", "--format", form, "--profile", "fbi-ebts-10.0"]
    assert main(["validate", asked, answer, *common]) == 0
    assert "pair-" not in capsys.readouterr().out
    assert main(["validate", asked, other, *common]) == 1
    out = capsys.readouterr().out
    assert "pair-control-number" in out and "OTHER-1" not in out and "pair-type" not in out
    assert main(["validate", answer, asked, *common]) == 1
    out = capsys.readouterr().out
    assert "pair-order" in out and "pair-control-number" not in out


def test_other_than_two_files_are_refused(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for given, why in (
        (files[:1], "1 given"), (files, "3 given"), ([files[0], str(tmp_path)], "2 given, 1 of them a folder"),
        (["-", "-"], "standard input can be one of them only"),
    ):  # fmt: skip
        assert main(["validate", *given, "--pair"]) == 2
        told = capsys.readouterr()
        assert told.out == "" and told.err.startswith("nistitl: --pair takes two files") and why in told.err
    (tmp_path / "none.eft").write_bytes(b"none")
    assert main(["validate", str(tmp_path / "none.eft"), files[1], "--pair"]) == 2
    assert "pair-" not in capsys.readouterr().out
