"""What a report says was checked: an assertion a field and a rule, and what became of each."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.base.findings import Finding, Location, Severity
from nistitl.validation import Problem, RecordView, ValidationContext, rule
from nistitl.validation.assertions import Verdict
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.validation.report import Report

FILES = sorted(
    str(path.relative_to(ROOT / "fixtures"))
    for folder in (".", "damaged", "records")
    for path in (ROOT / "fixtures" / folder).glob("*")
    if path.suffix in (".an2", ".eft", ".xml")
)


def verdicts(report: Report, record: int | None) -> dict[str, Verdict]:
    """The verdicts of one record, by field path or rule."""
    return {one.name.split()[0]: one.verdict for one in report.assertions if one.record == record}


def test_fields_pass_fail_or_are_not_there() -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.005"] = b"20200230"
    tx[14][0]["14.050"] = b"reserved"
    del tx[14][0]["14.004"]
    found = verdicts(tx.validate(level=1), 3)
    assert found["14.003"] == Verdict.PASSED and found["structure"] == Verdict.PASSED
    assert found["14.005"] == Verdict.FAILED
    assert found["14.004"] == Verdict.FAILED, "it is missing"
    assert found["14.050"] == Verdict.FAILED, "no table has it"
    assert found["14.022"] == Verdict.NOT_APPLICABLE


def test_what_framing_made_doubtful_was_not_checked() -> None:
    data = small_transaction()
    at = data.index(b"14.001:")
    broken = data[:at] + data[at:].replace(b"14.001:", b"14.001:9", 1)
    report = nistitl.read(broken).validate(level=1)
    assert report.errors
    found = verdicts(report, 3)
    assert (found["structure"], found["14.001"]) == (Verdict.FAILED, Verdict.NOT_CHECKED)


@rule("fits", types=(14,), clause="House rules, 2", reads="FCD", starts="FCD")
def fits(view: RecordView) -> Iterator[Problem]:
    """A day of this house."""
    if view.value("FCD").year < 2000:
        yield Problem("before our time", view.number("FCD"))


@rule("advice", types=(14,), clause="House rules, 3", severity=Severity.WARNING)
def advice(view: RecordView) -> Iterator[Problem]:
    """It always warns."""
    yield Problem("we would not", view.number("IMP"))


@rule("remark", types=(14,), clause="House rules, 4")
def remark(view: RecordView) -> Iterator[Finding]:
    """It only tells."""
    yield Finding("house-remark", "told", Location(type=14, field=3), Severity.NOTE)


@rule("blind", types=(14,), clause="House rules, 5")
def blind(view: RecordView) -> Iterator[Finding]:
    """It cannot look."""
    yield Finding("image-package-missing", "no eyes", Location(type=14, field=999), Severity.WARNING)


@rule("whole", clause="House rules, 6")
def whole(context: ValidationContext) -> Iterator[Problem]:
    """It is about the transaction, and says so at a record."""
    yield Problem("not here", record=3)


@rule("deep", types=(14,), clause="House rules, 7", level=3)
def deep(view: RecordView) -> Iterator[Problem]:
    """It never finds anything."""
    yield from ()


RULES = (fits, advice, remark, blind, whole, deep)


def test_rules_pass_warn_fail_or_were_not_asked() -> None:
    tx = nistitl.read(small_transaction())
    found = verdicts(tx.validate(rules=RULES), 3)
    assert {name: found[name] for name in ("fits", "advice", "remark", "blind", "deep")} == {
        "fits": Verdict.PASSED, "advice": Verdict.WARNED, "remark": Verdict.PASSED, "blind": Verdict.NOT_CHECKED,
        "deep": Verdict.NOT_CHECKED,
    }  # fmt: skip
    assert verdicts(tx.validate(rules=RULES), None)["whole"] == Verdict.FAILED and "whole" not in found
    assert verdicts(tx.validate(rules=RULES, level=3), 3)["deep"] == Verdict.PASSED
    tx[14][0]["14.005"] = b"20200230"
    assert verdicts(tx.validate(rules=RULES), 3)["fits"] == Verdict.NOT_CHECKED, "the date it reads is none"
    tx[14][0]["14.005"] = b"19990101"
    assert verdicts(tx.validate(rules=RULES), 3)["fits"] == Verdict.FAILED
    del tx[14][0]["14.005"]
    assert verdicts(tx.validate(rules=RULES), 3)["fits"] == Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("path", FILES)
def test_a_report_is_as_good_as_its_assertions(path: str) -> None:
    """Nothing fails or warns without an assertion that says so, and none does where nothing was found."""
    try:
        tx = nistitl.read(ROOT / "fixtures" / path)
    except nistitl.ITLError:
        return
    for profile in (None, "fbi-ebts-10.0"):
        report = tx.validate(profile, level=3)
        tally = report.tally()
        assert bool(tally["failed"]) == bool(report.errors)
        by_warning = [f for f in report.warnings if f.code != "image-package-missing"]
        assert bool(tally["warned"]) <= bool(by_warning)
        assert not by_warning or tally["warned"] or tally["failed"]
        assert sum(tally.values()) == len(list(report.assertions)) > len(tx)
        assert tally["passed"] == len(list(report.passed()))


def test_assertions_travel_and_stay_when_the_transaction_is_edited() -> None:
    tx = nistitl.read(small_transaction())
    report = tx.validate(rules=RULES[1:1])
    before = list(report.assertions)
    tx[14][0]["14.005"] = b"20200230"
    del tx[14][0]["14.004"]
    tx[14][0]["14.022"] = b"1"
    assert list(report.assertions) == before
    travelled = pickle.loads(pickle.dumps(report))
    assert list(travelled.assertions) == before and travelled.tally() == report.tally()


def test_a_report_that_checked_nothing_says_so() -> None:
    report = nistitl.Transaction([]).validate()
    assert report.tallied() == "nothing was checked" and "nothing was checked" in report.to_text()
    assert not any(count for verdict, count in report.tally().items() if verdict in ("passed", "failed", "warned"))
    checked = nistitl.read(small_transaction()).validate()
    assert checked.tallied() == "{passed} assertions passed, {warned} warned, {failed} failed, {not applicable} not " \
        "applicable, {not checked} not checked".format(**checked.tally())  # fmt: skip
