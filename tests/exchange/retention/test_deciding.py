"""What is due in a transaction at a moment: by whom it is about, what it holds and which dates it states."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from nistitl.exchange.retention.deciding import CAPTURED, Decision, decide
from nistitl.exchange.retention.periods import moment
from nistitl.exchange.retention.policy import retention_policy
from nistitl.records import record_class
from tests.exchange.retention.files import NAME, photo, policy, transaction

HEAD = '[policy]\nnames = "fbi-ebts-10.0"\ndate-only = "start"\n'


def rule(
    what: str = "transaction", more: str = "", keep: str = "10 days", after: str = "capture", name: str = "one"
) -> str:
    return f'[rules.{name}]\nwhat = "{what}"\nkeep = "{keep}"\nafter = "{after}"\nthen = "delete"\n{more}\n'


def decided(folder: Path, text: str, data: bytes, now: str) -> Decision:
    tx = nistitl.read(data)
    return decide(tx, policy(folder, text), moment(now))


def due(folder: Path, text: str, data: bytes, now: str) -> list[tuple[str, list[int]]]:
    decision = decided(folder, text, data, now)
    assert decision.doubts == ()
    return [(one.rule.name, [record.type for record in one.records]) for one in decision.due]


def doubt(folder: Path, text: str, data: bytes, now: str = "2026-06-01T00:00Z") -> str:
    decision = decided(folder, text, data, now)
    assert decision.due == () and len(decision.doubts) == 1
    assert NAME not in decision.doubts[0].why
    return decision.doubts[0].why


def test_the_table_of_capture_dates_is_that_of_the_declarations() -> None:
    said = {
        kind: [
            number for number, element in record_class(kind).elements.items()
            if element.name.endswith("apture date") or element.name == "Sample collection date"
        ]
        for kind in (*range(3, 23), 98, 99)
    }  # fmt: skip
    assert {kind: numbers[0] for kind, numbers in said.items() if numbers} == CAPTURED


# -- gate-photos --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ctz", "category", "last", "first"),
    [
        ("US", None, "2026-01-01T11:59:59Z", "2026-01-01T12:00:00Z"),
        ("MM", "EXEMPT", "2026-01-01T11:59:59Z", "2026-01-01T12:00:00Z"),
        ("US", "EXEMPT", "2026-01-01T11:59:59Z", "2026-01-01T12:00:00Z"),
        ("MM", None, "2026-01-14T23:59:59Z", "2026-01-15T00:00:00Z"),
        (None, None, "2026-01-14T23:59:59Z", "2026-01-15T00:00:00Z"),
        ("MM", "CREW", "2026-01-14T23:59:59Z", "2026-01-15T00:00:00Z"),
    ],
)
def test_gate_photos_go_after_12_hours_or_14_days(ctz: str | None, category: str | None, last: str, first: str) -> None:
    text = {word: value for word, value in (("ctz", ctz), ("category", category)) if value}
    tx = nistitl.read(transaction("20260101", **text))
    gate = retention_policy("gate-photos")
    assert decide(tx, gate, moment(last)) == Decision()
    decision = decide(tx, gate, moment(first))
    assert [record.type for one in decision.due for record in one.records] == [10] and decision.doubts == ()


def test_a_moment_in_utc_counts_before_the_day(tmp_path: Path) -> None:
    data = transaction("20260102", "20260101233000Z", ctz="US")
    gate = retention_policy("gate-photos")
    assert decide(nistitl.read(data), gate, moment("2026-01-02T11:29:59Z")).due == ()
    assert len(decide(nistitl.read(data), gate, moment("2026-01-02T11:30:00Z")).due) == 1
    apart = transaction("20260105", "20260101233000Z", ctz="US")
    assert "10.005 and 10.998.1 UTE state other days" in doubt(tmp_path, HEAD + rule("faces"), apart)


@pytest.mark.parametrize("ctz", ["us", "U5", "USA"])
def test_a_citizenship_that_is_none_decides_nothing(ctz: str) -> None:
    data = transaction("20260101", ctz="MM").replace(b"2.021:MM", b"2.021:" + ctz.encode())
    data = data.replace(b"2.021:", b"2.021:")  # LEN of another length is a fault of framing, told as such
    for now in ("2026-01-01T12:00Z", "2027-01-01T00:00Z"):
        decision = decide(nistitl.read(data), retention_policy("gate-photos"), moment(now))
        assert decision.due == () and len(decision.doubts) == 1 and ctz not in decision.doubts[0].why


def test_partner_no_keep_goes_by_gmt_then_dat() -> None:
    keep = retention_policy("partner-no-keep")
    for data, last, first in (
        (transaction(gmt="20260102101112Z"), "2026-01-02T10:11:11Z", "2026-01-02T10:11:12Z"),
        (transaction(), "2026-01-01T23:59:59Z", "2026-01-02T00:00:00Z"),
    ):
        assert decide(nistitl.read(data), keep, moment(last)).due == ()
        assert [one.rule.what for one in decide(nistitl.read(data), keep, moment(first)).due] == ["transaction"]


# -- what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "types"),
    [("transaction", [1, 2, 10, 14, 9]), ("images", [10, 14]), ("faces", [10]), ("minutiae", [9]), ("text", [2])],
)
def test_each_what_is_its_records(tmp_path: Path, what: str, types: list[int]) -> None:
    tx = nistitl.read(transaction("20260101", fcd="20260101"))
    tx.append(nistitl.Type9(IMP=0))
    data = bytes(tx)
    assert due(tmp_path, HEAD + rule(what), data, "2026-01-10T23:59:59Z") == []
    assert due(tmp_path, HEAD + rule(what), data, "2026-01-11T00:00:00Z") == [("one", types)]


def test_each_image_goes_by_its_own_date(tmp_path: Path) -> None:
    data = transaction("20260101", fcd="20260105")
    assert due(tmp_path, HEAD + rule("images"), data, "2026-01-12T00:00Z") == [("one", [10])]
    assert due(tmp_path, HEAD + rule("images"), data, "2026-01-15T00:00Z") == [("one", [10, 14])]


def test_only_faces_are_faces(tmp_path: Path) -> None:
    assert due(tmp_path, HEAD + rule("faces"), transaction(imt="TATTOO"), "2027-01-01T00:00Z") == []
    unsaid = nistitl.read(transaction())
    del unsaid[10][0]["10.003"]
    assert "10.003 IMT does not say" in doubt(tmp_path, HEAD + rule("faces"), bytes(unsaid))


def test_types_tots_and_profiles_say_for_whom(tmp_path: Path) -> None:
    data, now = transaction("20260101", fcd="20260101"), "2027-01-01T00:00Z"
    assert due(tmp_path, HEAD + rule("images", "types = [14]"), data, now) == [("one", [14])]
    assert due(tmp_path, HEAD + rule(more="types = [17]"), data, now) == []
    assert due(tmp_path, HEAD + rule(more='tots = "CNA NFUF"'), data, now) == []
    assert len(due(tmp_path, HEAD + rule(more='tots = "CNA CAR"'), data, now)) == 1
    tx = nistitl.read(data)
    tx[1][0]["1.013"] = [["NORAM", "EBTS 10.0"]]
    assert len(due(tmp_path, HEAD + rule(more='profile = "fbi-ebts-10.0"'), bytes(tx), now)) == 1
    assert due(tmp_path, HEAD + rule(more='profile = "int-i-6.0"'), bytes(tx), now) == []


def test_conditions_ask_the_record_itself_or_any_other(tmp_path: Path) -> None:
    tx = nistitl.read(transaction("20260101", ctz="US"))
    tx.append(photo("20260101", imt="SCAR"))
    data, now = bytes(tx), "2027-01-01T00:00Z"
    found = decided(tmp_path, HEAD + rule("images", 'when = "10.003 = SCAR and CTZ = US"'), data, now).due
    assert [[record.idc for record in one.records] for one in found] == [[2]]
    assert due(tmp_path, HEAD + rule("images", 'when = "10.003 = SCAR and CTZ = MM"'), data, now) == []
    assert due(tmp_path, HEAD + rule("images", 'unless = "10.003 = SCAR"'), data, now) == [("one", [10])]


def test_the_first_rule_that_fits_decides_for_its_what(tmp_path: Path) -> None:
    first = rule(more='when = "CTZ = US"', keep="1 year", name="citizens")
    text = HEAD + first + rule(keep="1 day", name="others") + rule("faces", keep="2 days", name="photos")
    assert due(tmp_path, text, transaction(ctz="US"), "2026-02-01T00:00Z") == [("photos", [10])]
    assert due(tmp_path, text, transaction(ctz="MM"), "2026-02-01T00:00Z") == [("others", [1, 2, 10]), ("photos", [10])]


# -- dates that do not tell ---------------------------------------------------------------------------


def test_a_date_without_time_counts_from_its_start_or_end_as_the_policy_says(tmp_path: Path) -> None:
    plain = HEAD.replace('date-only = "start"\n', "")
    assert "has no time, and date-only does not say" in doubt(tmp_path, plain + rule(), transaction())
    assert "has no time" in doubt(tmp_path, plain + rule(), transaction(), "2025-01-01T00:00Z")
    text = plain + rule(more='date-only = "end"')
    assert due(tmp_path, text, transaction(), "2026-01-11T23:59:59Z") == []
    assert len(due(tmp_path, text, transaction(), "2026-01-12T00:00:00Z")) == 1
    assert len(due(tmp_path, plain + rule(), transaction("20260101", "20260101000000Z"), "2026-01-11T00:00Z")) == 1


def test_where_no_date_can_be_read_it_is_told(tmp_path: Path) -> None:
    text = HEAD + rule("images")
    wrong = transaction("20260101").replace(b"10.005:20260101", b"10.005:2026O101")
    assert doubt(tmp_path, text, wrong) == "10.005 holds no date that can be read"
    wrong = transaction("20260101").replace(b"10.005:20260101", b"10.005:20260230")
    assert doubt(tmp_path, text, wrong) == "10.005 holds no date that can be read"
    without = nistitl.read(transaction())
    del without[10][0]["10.005"]
    assert doubt(tmp_path, text, bytes(without)) == "there is no date of capture (in its record)"
    assert doubt(tmp_path, HEAD + rule(), transaction(None)) == "there is no date of capture (in its record)"
    some = nistitl.read(transaction(fcd="20260101"))
    del some[14][0]["14.005"]
    assert doubt(tmp_path, HEAD + rule(), bytes(some)) == "a record of Type-14 states no date of capture"


def test_a_second_occurrence_of_a_date_decides_nothing(tmp_path: Path) -> None:
    tx = nistitl.read(transaction())
    twice = bytes(tx[10][0])
    data = bytes(tx).replace(b"10.004:ORI\x1d", b"10.005:ORI\x1d")
    assert twice and "cannot be read without doubt" in doubt(tmp_path, HEAD + rule("images"), data)


def test_an_image_without_a_date_of_its_own_goes_by_the_next_place(tmp_path: Path) -> None:
    tx = nistitl.read(transaction("20260101", dpr="20251231"))
    tx.append(nistitl.Type4(IMP=1, FGP=2, ISR=0, HLL=10, VLL=10, CGA=0, DATA=bytes(100)))
    text = HEAD + '[dates]\ncapture = ["record", "2.038"]\n' + rule("images")
    assert due(tmp_path, text, bytes(tx), "2026-01-10T00:00Z") == [("one", [4])]
    assert due(tmp_path, text, bytes(tx), "2026-01-11T00:00Z") == [("one", [10, 4])]
    assert doubt(tmp_path, HEAD + rule("images", "types = [4]"), bytes(tx)).startswith("there is no date of capture")


def test_dates_that_differ_need_a_word(tmp_path: Path) -> None:
    data, between = transaction("20260101", fcd="20260105"), "2026-01-12T00:00Z"
    assert "of-several does not say" in doubt(tmp_path, HEAD + rule(), data, between)
    assert due(tmp_path, HEAD + rule(more='of-several = "last"'), data, between) == []
    assert len(due(tmp_path, HEAD + rule(more='of-several = "first"'), data, between)) == 1
    assert len(due(tmp_path, HEAD + rule(), data, "2026-01-15T00:00Z")) == 1


def test_a_date_of_several_subfields_counts_by_each(tmp_path: Path) -> None:
    tx = nistitl.read(transaction())
    tx[2][0]["2.038"] = b"20260101\x1e20260105"
    text = HEAD + '[dates]\nverification = ["2.038"]\n' + rule(after="verification")
    assert "of-several" in doubt(tmp_path, text, bytes(tx), "2026-01-12T00:00Z")


# -- files that are in doubt as a whole ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data + data, "transaction-follows"),
        (lambda data: data[:-9], "record-cut"),
        (lambda data: data + b"DOE,JOHN", "bytes that belong to no record"),
        (lambda data: data.replace(b"1.003:1\x1f2", b"1.003:1\x1f1"), "cnt-"),
    ],
)
def test_what_is_not_read_as_a_whole_is_in_doubt(tmp_path: Path, change: object, said: str) -> None:
    assert callable(change)
    why = doubt(tmp_path, HEAD + rule(), change(transaction()))
    assert said in why and "DOE" not in why


@pytest.mark.parametrize("padding", [b"\n", b"\r\n", b"\0" * 512])
def test_padding_is_no_doubt(tmp_path: Path, padding: bytes) -> None:
    assert len(due(tmp_path, HEAD + rule(), transaction() + padding, "2027-01-01T00:00Z")) == 1


def test_xml_is_decided_alike(tmp_path: Path) -> None:
    xml = bytes(nistitl.read(transaction("20260101", "20260101101010Z", ctz="US")).convert("xml").transaction)
    text = HEAD + rule("faces", 'when = "CTZ = US"')
    assert due(tmp_path, text, xml, "2026-01-11T10:10:09Z") == []
    assert due(tmp_path, text, xml, "2026-01-11T10:10:10Z") == [("one", [10])]
