"""The report as a value, and as text, JSON, HTML and JUnit XML.

The text of three reports stands in `golden/`, compared byte for byte. After a change on purpose:
`NISTITL_GOLDEN=write pytest tests/pages/test_reports.py`, then read the difference.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

import nistitl
from nistitl.base.findings import Finding, Location, Severity
from nistitl.pages.renderer import Batch, Outcome
from nistitl.pages.report_html import HtmlRenderer
from nistitl.validation import Problem, RecordView, Rule, Rules, rule
from nistitl.validation.report import Report
from tests.support.rule_cases import STATEMENTS
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = ROOT / "tests" / "pages" / "golden"
FIXTURES = ROOT / "fixtures"
DAMAGED = {path: told for path, told in tomllib.loads((FIXTURES / "manifest.toml").read_text("utf-8")).items()
           if path.startswith("damaged/") and "error" not in told and "finding" in told
           and told["finding"] != "transfer-utf8"}  # fmt: skip
# (of a file of which every byte beyond ASCII is another nothing else can be right)
KEYS = {"format", "ok", "edition", "profile", "level", "counts", "assertions", "findings"}
FINDING_KEYS = {"code", "severity", "message", "path", "offset", "length", "record", "type", "idc", "field", "subfield",
                "item", "expected", "actual", "repair", "clause", "hint"}  # fmt: skip
EVIL = b"<script>alert(1)</script>\x1b[31m"


def invalid() -> nistitl.Transaction:
    """The small transaction with a wrong date, a code that is none, an item and a field missing, a name in Latin-1."""
    tx = nistitl.read(small_transaction())
    tx[2][0]["2.018"] = b"PLANTED,\xc3"
    tx[4][0]["4.003"] = b"\x09"
    tx[14][0]["14.005"] = b"20200230"
    tx[14][0]["14.021"] = b"2\x1f0\x1f10\x1f0\x1f20\x1e3\x1f11\x1f\x1f0\x1f20"
    del tx[14][0]["14.004"]
    return nistitl.read(bytes(tx))


def cut() -> nistitl.Transaction:
    """The small transaction, cut in its last image."""
    return nistitl.read(small_transaction()[:-500])


def older() -> nistitl.Transaction:
    """What 2007 did not have, and what its own table did not forbid."""
    tx = nistitl.read((FIXTURES / "records" / "type10-0400.an2").read_bytes())
    tx[10][0]["10.009"] = b"0"
    tx[10][0]["10.903"] = b"M00112233AABB"
    tx[10][0]["10.020"] = b"Q"
    return nistitl.read(bytes(tx))


MADE = {"invalid": invalid, "cut": cut, "older": older}


@pytest.fixture
def report() -> Report:
    return invalid().validate()


# -- the value --------------------------------------------------------------------------------


def test_what_a_report_counts(report: Report) -> None:
    assert not report.ok and not report
    assert len(report) == len(list(report)) == len(report.findings) == 5
    assert [finding.code for finding in report.errors] == ["value-code", "field-missing", "value-date", "item-missing"]
    assert [finding.code for finding in report.warnings] == ["text-undecodable"]
    assert report.notes == ()
    assert report.counts() == {"value-code": 1, "field-missing": 1, "value-date": 1, "item-missing": 1,
                               "text-undecodable": 1}  # fmt: skip
    assert report.summary() == "4 errors, 1 warning"
    assert (report.edition, report.level, report.profile) == (nistitl.Edition.E2015, 2, None)
    assert repr(report) == "<Report 0502, level 2: 4 errors, 1 warning>"
    good = nistitl.read(small_transaction()).validate(level=1)
    assert good.ok and good and good.summary() == "no findings" and good.findings == ()


def test_filter(report: Report) -> None:
    def codes(**by: Any) -> list[str]:
        return [finding.code for finding in report.filter(**by)]

    assert codes() == [finding.code for finding in report]
    assert codes(code="value-date") == ["value-date"]
    assert codes(severity=Severity.WARNING) == ["text-undecodable"]
    assert codes(type=4) == codes(record=2) == codes(path="4.003") == ["value-code"]
    assert codes(type=14, severity=Severity.ERROR) == ["field-missing", "value-date", "item-missing"]
    assert codes(path="14.021.2") == codes(path="14.021.2.3") == ["item-missing"]
    assert codes(path="14.021.1") == codes(path="14.02") == codes(type=1) == codes(code="nonsense") == []


def test_levels_and_rules() -> None:
    tx = nistitl.read(small_transaction())
    for level in (0, 4, "2", None):
        with pytest.raises(nistitl.ITLError):
            tx.validate(level=level)  # type: ignore[arg-type]


@rule("house-comment", types=(14,), clause="House rules, 1", starts="COM")
def house_comment(view: RecordView) -> Iterator[Problem]:
    """No comments in this house."""
    yield Problem("comments are not for this house", view.number("COM"), expected="no COM", hint="Remove it.")


@pytest.mark.parametrize("given", [house_comment, Rules("house", (house_comment,))], ids=["rule", "set"])
def test_rules_of_ones_own(given: Rule | Rules) -> None:
    tx = nistitl.read(small_transaction())
    found = tx.validate(rules=[given]).filter(code="house-comment")
    assert len(found) == 1 and tx.validate().filter(code="house-comment") == ()
    finding = found[0]
    assert (finding.clause, finding.hint, finding.expected) == ("House rules, 1", "Remove it.", "no COM")
    assert (finding.location.path, finding.location.record, finding.severity) == ("14.020", 3, Severity.ERROR)
    assert finding.actual is None, "a comment is people's text"
    assert tx.validate(rules=[given], values=True).filter(code="house-comment")[0].actual == "a comment"


def test_a_code_that_no_catalogue_has() -> None:
    finding = Finding("house-unheard-of", "never heard of it", Location(type=14, field=20))
    assert finding.hint == "" and finding.clause == ""
    assert finding.to_dict()["code"] == "house-unheard-of"


# -- renderings -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MADE))
def test_golden_text(name: str) -> None:
    text = MADE[name]().validate(level=3).to_text() + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("NISTITL_GOLDEN") == "write":
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes()


def test_json(report: Report) -> None:
    told = json.loads(report.to_json())
    assert told == report.to_dict() and set(told) == KEYS
    assert told["format"] == "nistitl-report-1" and told["assertions"] == report.tally()
    assert told["counts"] == {"error": 4, "warning": 1, "note": 0} and told["ok"] is False
    assert all(set(finding) <= FINDING_KEYS for finding in told["findings"])
    date = next(finding for finding in told["findings"] if finding["code"] == "value-date")
    data = bytes(report.transaction)
    assert (date["path"], date["severity"], date["record"]) == ("14.005", "error", 3) and "actual" not in date
    asked = invalid().validate(values=True).to_dict()["findings"]
    assert [one["actual"] for one in asked if one["code"] == "value-date"] == ["20200230"]
    assert data[date["offset"] : date["offset"] + date["length"]] == b"20200230"


def test_what_passed_is_listed_when_asked_for(report: Report) -> None:
    told = json.loads(report.to_json(passed=True))
    assert set(told) == KEYS | {"passed"} and len(told["passed"]) == report.tally()["passed"]
    row = {"clause": "ANSI/NIST-ITL 1-2011, 8.14; 14.003", "name": "14.003 IMP", "record": 3, "type": 14}
    assert row in told["passed"]
    assert not [one for one in told["passed"] if one["name"].startswith(("14.004", "14.005"))], "they failed"
    page = report.to_html(passed=True)
    assert "ANSI/NIST-ITL 1-2011, 8.14; 14.003" in page and "14.003 IMP" in page
    assert "14.003 IMP" not in report.to_html()


def test_html_names_what_was_checked_by_what(report: Report) -> None:
    page = Page(report.to_html("print & co.eft"))
    assert page.headings[1] == "print & co.eft"
    facts = dict(zip(page.cells[:12:2], page.cells[1:12:2], strict=True))
    assert facts["SHA-256"] == sha256(bytes(report.transaction)).hexdigest().upper()
    header = report.transaction[1][0]
    assert (facts["TCN"], facts["transaction date"]) == (header["1.009"].text, "2020-02-29") and facts["TCN"].isalnum()
    assert facts["checked by"] == report.checked_as and nistitl.__version__ in facts["checked with"]
    assert facts["assertions"] == report.tallied()


@pytest.mark.parametrize("told", ["DOE,JOHN", "DOE JOHN 2", "<b>1</b>", "NAME"])
def test_html_withholds_a_tcn_that_is_none(told: str) -> None:
    tx = nistitl.read(small_transaction())
    tx.records[0]["1.009"] = told
    facts = Page(tx.validate().to_html()).cells
    assert facts[facts.index("TCN") + 1] == f"<{len(told)} bytes>"
    facts = Page(tx.validate(values=True).to_html()).cells
    assert facts[facts.index("TCN") + 1] == told


def test_a_page_of_several_reports_has_one_anchor_each() -> None:
    outcomes = [Outcome("a", invalid().validate()), Outcome("b", invalid().validate()), Outcome("c", skipped="no file")]
    outcomes.append(Outcome("d", error=nistitl.ReadError("cannot read <it>")))
    batch = Batch(iter(outcomes), Severity.ERROR)
    page = Page("".join(HtmlRenderer().render_files(batch)))
    assert page.links and len(page.anchors) == len(set(page.anchors))
    assert [link for link in page.links if link.removeprefix("#") not in page.anchors] == []
    names = [heading for heading in page.headings if len(heading) == 1]
    assert names == ["a", "b", "c", "d"]
    assert "2 files, 2 with errors or worse; 1 unreadable; passed over: 1 no file" in page.cells


class Page(HTMLParser):
    """What a page is made of: its tags, the names in it and what leads to them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.headings: list[str] = []
        self.cells: list[str] = []
        self._inside: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("h1", "h2", "td"):
            self._inside = self.cells if tag == "td" else self.headings
            self._inside.append("")
        for name, value in attrs:
            if name == "id":
                self.anchors.append(value or "")
            elif name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in ("src", "href", "data", "action") or name.startswith("on"):
                self.loads.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h1", "h2", "td"):
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self._inside[-1] += data


def evil() -> nistitl.Transaction:
    """Markup and control characters in a Type-2 field, in a free text and in a code."""
    tx = nistitl.read(small_transaction())
    tx[2][0]["2.018"] = EVIL
    tx[14][0]["14.020"] = EVIL * 20
    tx[14][0]["14.011"] = b"<b>\x07"
    return nistitl.read(bytes(tx))


@pytest.mark.parametrize("make", [invalid, cut, older, evil])
def test_html_is_one_page_that_needs_nothing(make: Any) -> None:
    text = make().validate(level=3, values=True).to_html()
    page = Page(text)
    assert text.startswith("<!DOCTYPE html>")
    assert page.loads == [] and not page.tags & {"script", "link", "iframe", "img", "object", "b"}
    assert re.findall(r"https?:|url\(|@import", text) == []
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f]", text) == []
    assert page.links and [link for link in page.links if link.removeprefix("#") not in page.anchors] == []
    assert len(page.anchors) == len(set(page.anchors))


def test_a_page_is_made_for_a_telephone_and_for_paper(report: Report) -> None:
    """A narrow screen gets rows as blocks, each cell with the name of its column; that they read well was looked at."""
    text = report.to_html()
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text
    assert "@media (max-width: 48em)" in text and "@media print" in text
    assert '<td data-column="what to do">' in text and "content: attr(data-column)" in text


def test_html_shows_what_it_escapes() -> None:
    report = evil().validate(values=True)
    text = report.to_html()
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m") > 2
    assert {finding.location.path for finding in report.errors} >= {"14.011"}


@pytest.mark.parametrize("make", [invalid, cut, older, evil])
def test_junit_is_xml_with_a_case_a_record(make: Any) -> None:
    tx = make()
    report = tx.validate(level=3, values=True)
    suite = ElementTree.fromstring(report.to_junit("a\x07<b>\x1b"))
    cases = suite.findall("testcase")
    assert [case.get("name", "").split()[:3] for case in cases] == [
        ["record", str(at), f"Type-{record.type}"] for at, record in enumerate(tx)
    ]
    assert suite.get("name") == "a\\x07<b>\\x1b" and suite.get("tests") == str(len(tx))
    failed = [at for at, case in enumerate(cases) if case.find("failure") is not None]
    assert failed == sorted({finding.location.record for finding in report.errors})
    assert suite.get("failures") == str(len(failed)) and failed


def test_junit_has_a_case_for_what_belongs_to_no_record() -> None:
    suite = ElementTree.fromstring(nistitl.read(small_transaction() + b"\n").validate().to_junit())
    assert suite.get("tests") == "5" and suite.findall("testcase")[-1].get("name") == "transaction"


# -- odd transactions -------------------------------------------------------------------------


def rendered(tx: nistitl.Transaction) -> Report:
    """The report of level 3, after every level and rendering has been made."""
    for level in (1, 2, 3):
        report = tx.validate(level=level)
        assert report.to_text() and report.to_json() and report.to_html() and report.to_junit()
    return report


def test_strict_edited_new_and_empty_transactions() -> None:
    assert rendered(nistitl.read(small_transaction(), policy="strict")).ok
    assert rendered(nistitl.Transaction([])).findings == ()
    new = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1")
    assert [finding.code for finding in rendered(new)] == ["value-range"], "CNT counts no record"
    new.append(nistitl.Type2())
    assert rendered(new).ok


def test_edits_are_told_where_they_stand_now() -> None:
    tx = nistitl.read(small_transaction(), policy="strict")
    tx[14][0]["14.005"] = b"20209999"
    tx[14][0]["14.024"] = b"11\x1f1\x1f0000\x1f1"
    found = rendered(tx).errors
    written = bytes(tx)
    assert [(f.code, f.location.path, f.location.offset) for f in found] == [
        ("value-date", "14.005", written.index(b"20209999")),
        ("value-range", "14.024.1.1", written.index(b"11\x1f1\x1f0000")),
    ]


@pytest.mark.parametrize(
    ("ver", "edition", "code"),
    [
        (b"0301", "0502", "edition-unknown"),
        (b"9999", "0502", "edition-unknown"),
        (b"0000", "0502", "edition-unknown"),
        (b"", "0502", "edition-unknown"),
        (None, "0502", "field-missing"),
        (b"0600", "0600", "edition-unchecked"),
    ],
)
def test_a_ver_that_names_no_wholly_known_edition(ver: bytes | None, edition: str, code: str) -> None:
    tx = nistitl.read((FIXTURES / "records" / "type04-0300.an2").read_bytes())
    if ver is None:
        del tx.records[0]["1.002"]
    else:
        tx.records[0]["1.002"] = ver
    for made in (tx, nistitl.read(bytes(tx))):
        report = rendered(made)
        assert report.edition.ver == edition
        assert [finding.code for finding in report.filter(path="1.002")] == [code]


def test_ver_0600_says_once_what_it_is_checked_by() -> None:
    report = rendered(nistitl.read(FIXTURES / "records" / "type09-0600.an2"))
    assert len(report.filter(code="edition-unchecked")) == 1
    assert [f.code for f in report if "2015" in f.hint] == ["edition-unchecked"]


# -- one defect, one finding ------------------------------------------------------------------

ALIKE = {  # what framing or decoding calls it, and what validation does
    "value-undecodable": {"value-date", "value-characters", "value-length"},
    "separator-missing": {"separator-missing"},
}


@pytest.mark.parametrize("path", sorted(DAMAGED))
def test_one_defect_is_one_finding(path: str) -> None:
    tx = nistitl.read((FIXTURES / path).read_bytes())
    expected = DAMAGED[path]["finding"]
    found = [finding for finding in rendered(tx) if finding.code not in STATEMENTS]
    assert [finding.code for finding in found][1:] == []
    assert found[0].code in ALIKE.get(expected, {expected}), found[0].to_text()


def test_a_swapped_record_is_told_by_cnt_alone() -> None:
    """Two sides of one defect: CNT names a record that is not in its place, and there is one that it does not name."""
    raw = [bytes(record) for record in nistitl.read(FIXTURES / "records" / "type22-0502.an2")]
    report = nistitl.read(b"".join([raw[0], raw[2], raw[1], *raw[3:]])).validate(level=3)
    found = [finding.code for finding in report if finding.code not in STATEMENTS]
    assert found == ["cnt-missing-record", "cnt-extra-record"], report.to_text()


def test_a_tag_behind_digits_is_one_finding() -> None:
    """A lost GS that nobody can mend: 14.009 is wrong, and 14.010 is not missing besides."""
    tx = nistitl.read((FIXTURES / "damaged" / "gs-missing-after-digits.an2").read_bytes())
    found = [(f.code, f.location.path) for f in tx.validate(level=3) if f.code not in STATEMENTS]
    assert found == [("value-characters", "14.009")]
