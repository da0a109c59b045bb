"""What is known of the edition of 2025: of each fact a transaction that passes and one that does not, a line each.

The lines are made by hand from the reference (`standard/edition_2025.json`), whose rows they name; where it is there,
each of its rows has a line of the severity that its grade asks for, or is listed with a reason. A transaction is a
sound fixture with changes: what passes is told nothing, what does not is told the one thing that the line says.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

import nistitl
from nistitl import Edition, Severity
from nistitl.base.editions import LATEST
from nistitl.declare.items import Sets
from nistitl.records import DECLARED, record_class
from nistitl.records.facts import Grade, facts_at, facts_of
from tests.support.rule_cases import STATEMENTS, changed
from tests.support.samples import REFERENCE

FACTS = REFERENCE / "standard" / "edition_2025.json"
US, RS = "\x1f", "\x1e"
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
SHA = "A" * 64
NEWEST = [(0, "VER", "0600")]  # for a fixture of 2015


def items(*texts: str) -> str:
    """A subfield of these items."""
    return US.join(texts)


def many(subfield: str, count: int) -> str:
    """A subfield so many times."""
    return RS.join([subfield] * count)


def wide(record: int, field: str, *rest: Any) -> list[Any]:
    """A record without an image that says to be of 16 bits, with a colour space; then what else is changed."""
    return [(record, "BPX", "16"), (record, field, "GRAY"), *rest]


class Line(NamedTuple):
    """What passes, and what does not; `fact` is the row of the reference by what it is about."""

    fact: str
    base: str  # the fixture
    good: list[Any]  # changes of it, as in rule_cases.toml
    bad: list[Any]  # further changes
    finding: tuple[str, str, Severity]  # code, path and severity of what is told then
    also: tuple[tuple[str, str, Severity], ...] = ()  # what goes with it


SCALE = [(5, "SLC", "1"), (5, "THPS", "500"), (5, "TVPS", "500")]
CGA, IMP, CSP = "CGA", "xx.003 IMP", "13.021, 14.019, 15.015 CSP"
FQC, METRICS = "13.029, 14.029, 15.029 FQC", "13.024 LQM, 14.023 SQM, 14.024 FQM"
QUALITY = items("2", "80", "00FE", "1")
COMPONENT = items("Contrast", "00FE", "1", "2.0", "a note", SHA)
LINES = [
    Line("10.011", "type10-0600", [(9, "CGA", "JPEG2")], [(9, "CGA", "JP2")], ("value-code", "10.011", ERROR)),
    Line("10.011", "type10-0600", [(9, "CGA", "PNM")], [(9, "CGA", "WSQ")], ("value-code", "10.011", ERROR)),
    Line("14.011", "type14-0600", [(5, "CGA", "PNM")], [(5, "CGA", "JPEG2")], ("value-code", "14.011", ERROR)),
    Line("14.011", "type14-0600", [(5, "CGA", "JPEGB")], [(5, "CGA", "MEDIA")], ("value-code", "14.011", ERROR)),
    Line("14.011", "type14-0600", [*SCALE, (5, "CGA", "WSQ")], [(5, "THPS", "1000"), (5, "TVPS", "1000")], ("cga-resolution", "14.011", ERROR)),
    Line("14.011", "type14-0600", [*SCALE, (5, "CGA", "JPEGL")], [(5, "THPS", "1000"), (5, "TVPS", "1000")], ("cga-resolution", "14.011", ERROR)),
    Line("14.011", "type14-0600", [*SCALE, (5, "CGA", "JP2L")], [(5, "CGA", "JP2")], ("cga-resolution", "14.011", ERROR)),
    Line("14.011", "type14-0600", [(5, "IMP", "1"), (5, "CGA", "WSQ20")], [(5, "IMP", "0")], ("value-not-allowed", "14.011", ERROR)),
    Line(CGA, "type13-0600", [(3, "CGA", "PNM")], [(3, "CGA", "WSQ")], ("value-code", "13.011", WARNING)),
    Line(CGA, "type13-0600", [(3, "CGA", "JP2L")], [(3, "CGA", "JP2")], ("value-code", "13.011", WARNING)),
    Line(CGA, "type15-0600", [(3, "CGA", "WSQ")], [(3, "CGA", "JPEG2")], ("value-code", "15.011", WARNING)),
    Line(CGA, "type16-0502", [*NEWEST, (3, "CGA", "JPEG2")], [(3, "CGA", "JP2")], ("value-code", "16.011", WARNING)),
    Line(CGA, "type17-0502", [*NEWEST, (3, "CGA", "PNM")], [(3, "CGA", "WSQ")], ("value-code", "17.011", WARNING)),
    Line(CGA, "type19-0502", [*NEWEST, (3, "CGA", "WSQ")], [(3, "CGA", "MEDIA")], ("value-code", "19.011", WARNING)),
    Line("10.036", "type10-0600", [(9, "CGA", "MEDIA"), (9, "TIF", "image/heic")], [(9, "TIF",)], ("field-required", "10.036", WARNING)),
    Line("10.036", "type10-0600", [(2, "TIF", items("image/png", "x" * 1000))], [(2, "TIF", items("image/png", "x" * 1001))], ("value-length", "10.036.1.2", WARNING)),
    Line("10.036", "type10-0600", [(2, "TIF", "image/" + "x" * 121)], [(2, "TIF", "image/" + "x" * 122)], ("value-length", "10.036.1.1", WARNING)),
    Line("10.036", "type10-0600", [(2, "TIF", "image/svg+xml")], [(2, "TIF", "PNG")], ("media-type", "10.036.1.1", ERROR)),
    Line(IMP, "type14-0600", [(2, "IMP", "43")], [(2, "IMP", "24")], ("value-range", "14.003", WARNING)),
    Line(IMP, "type13-0600", [(2, "IMP", "43")], [(2, "IMP", "42")], ("value-range", "13.003", WARNING)),
    Line(IMP, "type15-0600", [(2, "IMP", "43")], [(2, "IMP", "25")], ("value-range", "15.003", WARNING)),
    Line(IMP, "type19-0502", [*NEWEST, (2, "IMP", "43")], [(2, "IMP", "41")], ("value-range", "19.003", WARNING)),
    Line(IMP, "type09-0600", [(2, "IMP", "43")], [(2, "IMP", "44")], ("value-code", "9.003", WARNING)),
    Line(IMP, "type04-0502", [*NEWEST, (2, "IMP", "\x2b")], [(2, "IMP", "\x18")], ("value-range", "4.003", WARNING)),
    Line("xx.901 FCT", "type14-0600", [(2, "IMP", "43")], [(2, "FCT",)], ("field-required", "14.901", WARNING)),
    Line("xx.901 FCT", "type13-0600", [(2, "FCT", "17")], [(2, "FCT", "18")], ("code-legacy", "13.901", WARNING)),
    Line("9.905 FCT", "type09-0600", [(2, "FCT", "17")], [(2, "FCT", "99")], ("value-code", "9.905", WARNING)),
    Line("10.033 FEC.NOP", "type10-0600", [(2, "FEC", items("chin", "2", "8", "26", "16", "30"))], [(2, "FEC", items("chin", "1", "8", "26"))], ("value-range", "10.033.1.2", WARNING), (("item-count", "10.033.1.3", WARNING),)),
    Line("10.035 FSB", "type10-0600", [(2, "FSB", COMPONENT)], [(2, "FSB", items("Contrast", "00FE", "0"))], ("value-range", "10.035.1.3", WARNING)),
    Line("10.035 FSB", "type10-0600", [(2, "FSB", items("Contrast", "00FE", "1"))], [(2, "FSB", many(items("Contrast", "00FE", "1"), 2))], ("subfields-many", "10.035.2", WARNING)),
    Line("10.037", "type10-0600", [], [(2, "10.037", "x")], ("field-undefined", "10.037", WARNING)),
    Line("10.048 PID, 10.049 CID", "type10-0600", [], [(8, "PID", "1")], ("field-edition", "10.048", WARNING)),
    Line("10.048 PID, 10.049 CID", "type10-0600", [], [(6, "CID", items("40", "10"))], ("field-edition", "10.049", WARNING)),
    Line(CSP, "type14-0600", wide(5, "CSP"), [(5, "CSP",)], ("field-required", "14.019", WARNING)),
    Line(CSP, "type13-0600", wide(3, "CSP"), [(3, "CSP",)], ("field-required", "13.021", WARNING)),
    Line(CSP, "type15-0600", wide(3, "CSP", (3, "CSP", "YCC")), [(3, "CSP", "CMYK")], ("value-code", "15.015", WARNING)),
    Line(FQC, "type14-0600", [(2, "FQC", many(items("2", COMPONENT), 60))], [(2, "FQC", items("13", COMPONENT))], ("value-range", "14.029.1.1", WARNING)),
    Line(FQC, "type13-0600", [(2, "FQC", items("19", COMPONENT))], [(2, "FQC", items("0", COMPONENT))], ("value-range", "13.029.1.1", WARNING)),
    Line(FQC, "type15-0600", [(2, "FQC", items("21", "Contrast", "00FE", "1"))], [(2, "FQC", items("21", "Contrast", "00FE"))], ("item-missing", "15.029.1.4", WARNING)),
    *(
        Line("xx.199 BRI", f"type{kind}-0600", [(2, f"{kind}.199", "a" * 300)], [(2, f"{kind}.199", items("a", "b"))], ("item-many", f"{kind}.199", WARNING))
        for kind in (10, 13, 14, 15)
    ),
    Line("QPV, QCM, QCK", "type13-0600", [(2, "LQM", items(QUALITY, "2.0", "a note", SHA))], [(2, "LQM", items(QUALITY, "2.0", "a note", "A" * 63))], ("value-length", "13.024.1.7", ERROR)),
    Line("QPV, QCM, QCK", "type10-0600", [(2, "FSB", COMPONENT)], [(2, "FSB", items("Contrast", "00FE", "1", "2.0", "a note", "X" * 64))], ("value-characters", "10.035.1.6", ERROR)),
    Line(METRICS, "type13-0600", [(2, "LQM", many(QUALITY, 10))], [(2, "LQM", items(QUALITY, "2.0", "a note", SHA, "more"))], ("item-many", "13.024.1.8", WARNING)),
    Line(METRICS, "type14-0600", [(2, "FQM", many(QUALITY, 46))], [(2, "FQM", items(QUALITY, "2.0", "a note", SHA))], ("item-many", "14.024.1.7", WARNING)),
    Line(METRICS, "type14-0600", [(2, "SQM", items(QUALITY, "2.0", "a note"))], [(2, "SQM", items(QUALITY, "2.0", "a note", SHA))], ("item-many", "14.023.1.7", WARNING)),
    Line("14.018 AMP", "type14-0600", [(4, "AMP", items("3", "XX", "FA"))], [(4, "AMP", items("3", "XX", "ZZ"))], ("value-code", "14.018.1.3", WARNING)),
    Line("14.018 AMP", "type14-0600", [(4, "AMP", items("3", "UP", "BM"))], [(2, "AMP", items("1", "SR", "PA"))], ("item-not-allowed", "14.018.1.3", WARNING)),
    Line("14.022 NQM", "type14-0600", [], [(2, "NQM", items("2", "1"))], ("field-legacy", "14.022", WARNING)),
    Line("994 EFR", "type14-0600", [(5, "EFR", items("https://example.org/1", "image/png"))], [(5, "EFR", items("https://example.org/1", "x" * 51))], ("value-length", "14.994.1.2", WARNING)),
    Line("994 EFR", "type18-0502", [*NEWEST, (3, "EFR", items("https://example.org/1", "x" * 50))], [(3, "EFR", items("https://example.org/1", "x", "y"))], ("item-many", "18.994.1.3", WARNING)),
    Line("994 EFR", "type13-0600", [(3, "EFR", "https://example.org/" + "x" * 300)], [(2, "EFR", "https://example.org/")], ("fields-exclude", "13.994", ERROR)),  # as 2011 to 2015 have it
    Line("9.151-9.175", "type09-0600", [(2, "9.176", "Synthetic")], [(2, "9.151", "x"), (2, "9.152", "x")], ("field-legacy", "9.151", WARNING)),
    Line("record types", "type10-0600", [], [("add", 23)], ("record-edition", "", WARNING)),
]  # fmt: skip
# rows of the reference that no transaction can show
UNSHOWN = {
    "10.043": "a mnemonic is a name for people: see test_a_field_has_the_mnemonic_of_its_edition",
    "encodings": "there is no encoding to fail; what XML cannot say is told, see tests/xml/test_edition_2025.py",
}


def transaction(base: str, rows: list[Any]) -> nistitl.Transaction:
    """The fixture with these changes, as it is read when written."""
    tx = changed(base, [row for row in rows if row[0] != "add"])
    for row in rows:
        if row[0] == "add":
            tx.append(record_class(row[1])())
    return nistitl.read(bytes(tx))


def told(tx: nistitl.Transaction, level: int = 2) -> list[tuple[str, str, Severity]]:
    """What validation says beside what it says of every file of 0600, notes on what is legacy since 2011 aside."""
    usual = {"edition-unchecked", *STATEMENTS}
    rows = [f for f in tx.validate(level=level) if f.code not in usual]
    return [(f.code, f.location.path, f.severity) for f in rows if (f.code, f.severity) != ("field-legacy", NOTE)]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.fact}: {line.finding[1]} {line.finding[0]}")
def test_each_fact_takes_one_transaction_and_refuses_another(line: Line) -> None:
    assert told(transaction(line.base, line.good)) == []
    assert told(transaction(line.base, [*line.good, *line.bad])) == [line.finding, *line.also]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.fact}: {line.finding[1]} {line.finding[0]}")
def test_before_2025_each_is_told_as_of_a_later_edition(line: Line) -> None:
    """What passes under 0600 and is new there does not pass under 0502."""
    tx = transaction(line.base, line.good)
    tx.records[0]["VER"] = b"0502"
    found = nistitl.read(bytes(tx)).validate(level=2)
    new = [row for row in line.good if row not in NEWEST]
    same = {"NONE", "JP2L", "JPEGB", "JPEGL", "WSQ20", "17", "1"}  # codes that 2015 has, too
    if new and not {row[-1] for row in new} & same:
        assert {f.code for f in found} & {
            "edition-older",
            "field-edition",
            "value-code",
            "value-range",
            "value-length",
            "item-many",
            "cga-wsq",
            "subfields-many",
        }


@pytest.mark.skipif(not FACTS.is_file(), reason=f"the reference is not there: {FACTS}")
def test_every_row_of_the_reference_has_its_lines() -> None:
    rows = {row["where"]: row["grade"] for row in json.loads(FACTS.read_text("utf-8"))["facts"]}
    lines: dict[str, set[Severity]] = {}
    for line in LINES:
        lines.setdefault(line.fact, set()).add(line.finding[2])
    assert sorted(rows) == sorted({*lines, *UNSHOWN})
    for where, severities in lines.items():
        asked = {Grade(word).severity for word in ("certain", "probable") if word in rows[where]}
        assert severities & asked, f"{where} is {rows[where]}"
        assert where == "994 EFR" or severities <= asked, f"{where} is {rows[where]}"


# -- what stays an error, what is a note -----------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "bad", "finding"),
    [
        ("type14-0600", [(2, "FGP",)], ("field-missing", "14.013")),
        ("type14-0600", [(2, "SRC",)], ("field-missing", "14.004")),
        ("type14-0600", [(2, "HLL",)], ("image-field-missing", "14.006")),
        ("type14-0600", [(5, "EFR",)], ("image-missing", "14.999")),
        ("type14-0600", [(2, "FCD", "20261399")], ("value-date", "14.005")),
        ("type14-0600", [(2, "FCD", "")], ("field-empty", "14.005")),
        ("type14-0600", [(2, "THPS", "0")], ("value-range", "14.009")),
        ("type14-0600", [(2, "TVPS", "499")], ("pixels-square", "14.010")),
        ("type14-0600", [(2, "FQM", items("2", "300", "00FE", "1"))], ("value-code", "14.024.1.2")),
        ("type14-0600", [(2, "FGP", "99")], ("value-code", "14.013.1")),
        ("type14-0600", [(2, "FGP", "77")], ("value-range", "14.013.1")),  # of feet: older editions have no such code
        ("type14-0600", [(2, "FGP", "31")], ("value-range", "14.013.1")),  # of palms
        ("type15-0600", [(2, "FGP", "77")], ("value-range", "15.013")),
        ("type14-0600", [(2, "SEG", items("2", "9", "4", "4", "28"))], ("values-order", "14.021.1.3")),
        ("type14-0600", [(2, "SLC", "x")], ("value-characters", "14.008")),
        ("type14-0600", [(2, "HLL", "abcdef")], ("value-characters", "14.006")),  # both too long and no number
        ("type14-0600", [(5, "BPX", "XX8")], ("value-characters", "14.012")),
        ("type14-0600", [(2, "SEG", items("2", "abcdef", "4", "4", "28"))], ("value-characters", "14.021.1.2")),
        ("type14-0600", [(0, "NSR", "xx")], ("value-characters", "1.011")),
        ("type14-0600", [(0, "PRY", "XX")], ("value-characters", "1.006")),
        ("type10-0600", [(2, "SPA", items("12345x", "1", "1"))], ("value-characters", "10.025.1.1")),
        ("type10-0600", [(2, "PHD",)], ("field-missing", "10.005")),
    ],
)  # fmt: skip
def test_what_all_editions_since_2000_ask_for_is_an_error(base: str, bad: Any, finding: tuple[str, str]) -> None:
    tx = transaction(base, bad)
    assert (*finding, ERROR) in told(tx)
    assert not tx.validate().ok


def test_framing_and_codestreams_are_judged_as_ever() -> None:
    data = bytes(transaction("type14-0600", []))
    assert not nistitl.read(data[:-200]).validate().ok
    broken = transaction("type14-0600", [(2, "HAS", "0" * 64)])
    assert ("hash-wrong", "14.996", ERROR) in told(broken, level=3)
    assert ("image-data-size", "14.999", ERROR) in told(transaction("type14-0600", [(2, "cut", "100")]), level=3)


@pytest.mark.parametrize(
    ("base", "bad", "finding"),
    [
        ("type14-0600", [(2, "14.033", "x")], ("field-undefined", "14.033")),
        ("type14-0600", [(2, "COM", "x" * 127)], ("value-length", "14.020")),
        ("type14-0600", [(2, "HLL", "0" * 20 + "96")], ("value-length", "14.006")),  # a number, however long
        ("type14-0600", [(3, "PPD", items("2", "EJI", "x"))], ("item-many", "14.014.1.3")),
        ("type14-0600", [(2, "DMM", "REMOTELY")], ("value-code", "14.030")),
        ("type10-0600", [(2, "SQS", many(items("80", "00FE", "1"), 10))], ("subfields-many", "10.024.10")),
        ("type10-0600", [(2, "10.052", "x")], ("field-undefined", "10.052")),
        ("type10-0600", [(9, "IMT", "DRONE")], ("value-code", "10.003")),
    ],
)  # fmt: skip
def test_what_only_the_tables_of_2015_forbid_is_a_note(base: str, bad: Any, finding: tuple[str, str]) -> None:
    assert told(transaction(base, bad)) == [(*finding, NOTE)]


# -- the table of facts ---------------------------------------------------------------------------


def test_what_2025_declares_anew_is_a_fact_with_a_source() -> None:
    """No field or item of 2025 without a row that says who knows it."""
    new = Edition.E2025
    for kind in DECLARED:
        for number, element in record_class(kind).elements.items():
            now, before = element.in_edition(new), element.in_edition(LATEST)
            changed = (now is None) != (before is None) or element.legacy == new or bool(element.renamed)
            changed |= max(element.was, default=Edition.E1993) == LATEST
            if changed:
                assert facts_at(new, kind, number), f"{kind}.{number:03d}"
            rows = element.value.items.items if isinstance(element.value, Sets) else ()
            for at, row in enumerate(rows, 1):
                if row.since == new and before is not None:
                    assert facts_at(new, kind, number, at), f"{kind}.{number:03d}.{at}"


def test_facts_name_fields_that_there_are() -> None:
    for fact in facts_of(Edition.E2025):
        assert fact.source and fact.says
        for path in fact.paths:
            kind, *rest = path.split(".")
            if kind.isdigit() and path != "10.037":
                known = record_class(int(kind))
                assert int(rest[0]) in known.elements or any(int(rest[0]) in block for block in known.ranges)


def test_editions_whose_tables_are_known_have_no_facts() -> None:
    assert all(facts_of(edition) == () for edition in Edition if edition.checked)


def test_a_field_has_the_mnemonic_of_its_edition() -> None:
    element = record_class(10).elements[43]
    names = [had.mnemonic for edition in (LATEST, Edition.E2025) if (had := element.in_edition(edition))]
    assert names == ["COL", "TCL"]
