"""Level 1, one kind of fault at a time: what is reported, how much it matters, and what a finding shows."""

from __future__ import annotations

import pytest

import nistitl
from nistitl import Edition
from nistitl.base.findings import Severity
from nistitl.declare.conditions import M_UP, M
from nistitl.declare.element import Element
from nistitl.declare.items import Items, One, item, items
from nistitl.declare.values import N
from nistitl.validation import Problem, rule
from nistitl.validation.contents import FieldCheck
from nistitl.wire.charsets import ASCII
from tests.support.rule_cases import FIXTURES, changed, content

FBI = "fbi-ebts-10.0"


def reported(base: str, path: str, text: str | None = None, at: int = 2, ver: str | None = None) -> list[str]:
    """The codes, and below errors the severities, that level 1 reports of a field that holds this text."""
    rows = [] if text is None else [(at, path, text)]
    tx = changed(base, [*rows, *([(0, "VER", ver)] if ver else [])])
    number = tx.records[at].number_of(path) if not path[0].isdigit() else int(path.partition(".")[2])
    findings = tx.validate(level=1).filter(record=at, path=f"{tx.records[at].type}.{number:03d}")
    return [f.code if f.severity is Severity.ERROR else f"{f.code} {f.severity.name.lower()}" for f in findings]


@pytest.mark.parametrize(
    ("slots", "codes"),
    [
        (b"\x01\x02\xff\xff\xff\xff", []),
        (b"\x01\xff\x02\xff\xff\xff", ["value-characters"]),
        (b"\xff\xff\xff\xff\xff\xff", ["value-characters"]),
        (b"\x01\x50\xff\xff\xff\xff", ["value-range"]),
    ],
)
def test_unused_position_slots_stand_at_the_end(slots: bytes, codes: list[str]) -> None:
    tx = nistitl.read(content("type04-0502"))
    tx.records[2]["FGP"] = slots
    findings = nistitl.read(bytes(tx)).validate(level=1).filter(record=2, path="4.004")
    assert [finding.code for finding in findings] == codes


def test_a_reserved_code_is_no_code() -> None:
    assert reported("type14-0502", "FCT", "8") == ["value-code"]
    assert reported("type14-0502", "FCT", "7") == []


@pytest.mark.parametrize(("ver", "codes"), [("0501", []), ("0502", ["code-legacy note"])])
def test_a_code_is_legacy_from_its_edition_on(ver: str, codes: list[str]) -> None:
    """IMP 2, nonlive-scan plain, is not for new data from 2015 on."""
    assert reported("type14-0501", "IMP", "2", ver=ver) == codes


@pytest.mark.parametrize(("text", "codes"), [("2", []), ("02", []), ("002", ["value-length"])])
def test_a_code_that_is_a_number_has_no_more_digits_than_its_field(text: str, codes: list[str]) -> None:
    assert reported("type14-0502", "FGP", text, at=4) == codes


def test_an_item_that_repeats_has_a_most_and_a_least() -> None:
    @items
    class Readings(Items):
        NAME: int | None = item(N(1, 3), M_UP, "name")
        VALUES: tuple[int, ...] = item(N(1, 3), M_UP, "values", times=(2, 3))

    check = FieldCheck(Element(200, One(Readings), M, "readings", "RDS"), Edition.E2015)

    def codes(text: bytes) -> list[tuple[str, int | None]]:
        return [(fault.code, fault.item) for fault in check.faults(text, ASCII)]

    assert codes(b"1\x1f5\x1f6") == codes(b"1\x1f5\x1f6\x1f7") == []
    assert codes(b"1\x1f5") == codes(b"1\x1f5\x1f6\x1f7\x1f8") == [("item-count", 2)]


@pytest.mark.parametrize(("base", "codes"), [("type10-0201", ["field-undefined warning"]), ("type10-0300", [])])
def test_user_defined_fields_stand_in_the_editions_that_have_them(base: str, codes: list[str]) -> None:
    assert reported(base, "10.200", "mine") == codes


@pytest.mark.parametrize(
    ("field", "block"),
    [(5, "9.006"), (126, "9.128"), (300, "9.302")],
)
def test_a_block_of_minutiae_that_was_begun_lacks_what_is_mandatory_in_it(field: int, block: str) -> None:
    tx = changed("type09-0502", ())
    at = next(n for n, record in enumerate(tx) if record.type == 9 and field in record and block in record)
    del tx.records[at][field]
    missing = nistitl.read(bytes(tx)).validate(level=1).filter(code="field-missing", record=at)
    assert [finding.location.path for finding in missing] == [f"9.{field:03d}"]


def test_a_code_that_a_list_of_many_sources_lacks_warns() -> None:
    assert reported("type13-0502", "SUB", "Q") == ["value-code warning"]
    assert reported("type10-0502", "SHC", "QQQ", at=3) == ["value-code"]


@pytest.mark.parametrize(("path", "text"), [("COM", "one\x1ftwo"), ("THPS", "500\x1f500"), ("SRC", "A\x1eB")])
def test_a_single_value_is_one(path: str, text: str) -> None:
    assert reported("type14-0502", path, text) == ["item-many"]


# -- editions below 0500 ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "one", "code"),
    [
        ("SEG", "2\x1f1\x1f5\x1f1\x1f5", "subfields-many warning"),  # the table of then has no most
        ("NQM", "2\x1f1", "subfields-many"),  # four
    ],
)
def test_too_many_subfields_are_an_error_where_the_older_table_says_so(path: str, one: str, code: str) -> None:
    assert code in reported("type14-0400", path, "\x1e".join([one] * 6))


# -- record types -------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "last", "gone"), [(3, "0400", "0500"), (5, "0400", "0500"), (6, "0400", "0500")])
def test_a_record_type_stands_to_its_last_edition(number: int, last: str, gone: str) -> None:
    base = f"type{number:02d}-{last}"
    assert changed(base, ()).validate(level=1).filter(code="record-edition") == ()
    tx = changed(base, [(0, "VER", gone)])
    findings = tx.validate(level=1).filter(code="record-edition", severity=Severity.ERROR)
    assert [finding.location.type for finding in findings] == [number] * len(tx[number])


# -- what is reported, and what is shown ----------------------------------------------------------


def test_the_same_thing_is_reported_of_a_place_once() -> None:
    @rule("twice", types=(14,), clause="house style")
    def twice(view: object) -> list[Problem]:
        return [Problem("once", 3), Problem("and again", 3), Problem("elsewhere", 13)]

    tx = nistitl.read(content("type14-0502"))
    report = tx.validate(rules=[twice]).filter(code="twice", record=2)
    assert [(f.location.path, f.message) for f in report] == [("14.003", "once"), ("14.013", "elsewhere")]


def test_rules_look_at_a_field_that_only_ends_in_a_separator() -> None:
    segments = changed("type14-0502", ()).records[2]["SEG"].text
    report = changed("type14-0502", [(2, "SEG", f"{segments}\x1e"), (2, "SEG.1.3", "999")]).validate()
    assert [f.code for f in report.filter(path="14.021")] == ["coordinate-outside", "separator-trailing"]


@pytest.mark.parametrize(("values", "actual"), [(False, None), (True, "Q")])
def test_codes_of_a_type_2_are_shown_only_when_asked_for(values: bool, actual: str | None) -> None:
    """Who SEX is said to be is a person's, though it is a code."""
    tx = changed("tenprint-type14", [(1, "2.024", "Q")])
    (finding,) = tx.validate(FBI, values=values).filter(path="2.024")
    assert (finding.code, finding.actual) == ("value-code", actual)


@pytest.mark.parametrize("values", [False, True])
def test_codes_of_other_records_are_shown_and_text_is_when_asked_for(values: bool) -> None:
    report = changed("type14-0502", [(2, "IMP", "99"), (2, "DUI", "ABC")]).validate(level=1, values=values)
    assert [f.actual for f in report.filter(path="14.003")] == ["99"]
    assert [f.actual for f in report.filter(path="14.903")] == ["ABC" if values else None]


# -- doubts, VER, record types --------------------------------------------------------------------


def warned(base: str, rows: list[tuple[int, str, str]], path: str) -> list[str]:
    return [f"{f.code} {f.severity.name.lower()}" for f in changed(base, rows).validate().filter(path=path)]


def test_only_an_error_keeps_rules_from_looking_at_a_field() -> None:
    """Below 0500 a value that only the newer tables refuse warns; what a rule has to say of it is still said."""
    assert warned("type14-0300", [(2, "TVPS", "0")], "14.010") == ["value-range warning", "pixels-square error"]
    assert warned("type14-0300", [(2, "TVPS", "five")], "14.010") == ["value-characters error"]


@pytest.mark.parametrize("ver", ["0600", "0700"])
def test_a_note_on_VER_swallows_no_error(ver: str) -> None:
    report = changed("tenprint-type14", [(0, "VER", ver)]).validate("fbi-ebts-9.1")
    code = "profile-edition" if ver == "0600" else "edition-unknown"
    assert [f.code for f in report.filter(path="1.002", severity=Severity.ERROR)] == [code]


def test_of_one_code_at_one_place_the_most_severe_is_told() -> None:
    @rule("first", types=(14,), clause="house style", code="told", severity=Severity.WARNING)
    def first(view: object) -> list[Problem]:
        return [Problem("a warning", 3)]

    @rule("second", types=(14,), clause="house style", code="told")
    def second(view: object) -> list[Problem]:
        return [Problem("an error", 3), Problem("another", 3)]

    report = nistitl.read(content("type14-0502")).validate(rules=[first, second]).filter(code="told", record=2)
    assert [(f.message, f.severity) for f in report] == [("an error", Severity.ERROR)]


def test_many_warnings_on_one_field_make_no_error() -> None:
    def more(base: str, field: str, one: str) -> set[Severity]:
        report = changed(base, [(2, field, "\x1e".join([one] * 150))]).validate(level=1)
        return {f.severity for f in report.filter(code="faults-more")}

    assert more("type11-0502", "ANN", "x") == {Severity.ERROR}
    assert more("type11-0502", "RDD", "1\x1f1\x1f-1\x1f1") == {Severity.WARNING}  # limits that no source confirms


@pytest.mark.parametrize("ver", ["", "9999", "0503", "INVALID", "0450"])
def test_a_VER_of_no_edition_is_one_error_and_2015_judges(ver: str) -> None:
    report = changed("tenprint-type14", [(0, "VER", ver)]).validate()
    assert [(f.code, f.location.path) for f in report.errors] == [("edition-unknown", "1.002")]
    assert report.edition is Edition.E2015


@pytest.mark.parametrize(("ver", "record"), [("0200", True), ("0300", False), ("0400", False), ("0501", False)])
def test_a_VER_that_is_too_old_is_one_error_that_lists_the_fields(ver: str, record: bool) -> None:
    report = changed("tenprint-type14", [(0, "VER", ver)]).validate()
    (found,) = report.errors
    assert (found.code, found.location.path, found.expected) == ("edition-older", "1.002", "0502")
    assert "14.901" in found.message and ("Type-14," in found.message) is record
    assert report.edition.ver == ver


def test_one_field_of_a_later_edition_is_told_where_it_stands() -> None:
    report = changed("type14-0400", [(2, "DUI", "M00112233AABB")]).validate()
    assert [(f.code, f.location.path) for f in report.errors] == [("field-edition", "14.903")]


def test_fields_that_no_later_edition_has_are_told_where_they_stand() -> None:
    """17.018 GUI ended with 2007."""
    rows = [(0, "VER", "0500"), (2, "17.046", "A"), (2, "17.994", "https://example.org")]
    codes = [(f.code, f.location.path) for f in changed("type17-0400", rows).validate().errors]
    assert ("field-edition", "17.018") in codes and "edition-older" not in dict(codes)


@pytest.mark.parametrize(
    ("ver", "severity"), [("0200", Severity.ERROR), ("0502", Severity.ERROR), ("0600", Severity.WARNING)]
)
def test_a_record_type_of_no_edition_is_told_and_carried(ver: str, severity: Severity) -> None:
    tx = changed("type57-0502", [(0, "VER", ver)])
    assert {f.severity for f in tx.validate().filter(code="record-edition", type=57)} == {severity}
    assert len(tx[57]) and bytes(nistitl.read(bytes(tx))) == bytes(tx)


def test_strict_transactions_are_validated_without_raising() -> None:
    tx = changed("type14-0400", [(2, "SEG.1.2", "abc"), (2, "FCD", "20241315")])
    strict = nistitl.read(bytes(tx), policy="strict").validate()
    assert [f.to_text() for f in strict] == [f.to_text() for f in tx.validate()]


@pytest.mark.parametrize(
    ("base", "at", "path", "text", "codes"),
    [
        ("type01-0502", 0, "TOT", "C R", ["value-characters"]),
        ("type15-0502", 2, "15.998.1.10", "1 S", ["value-characters"]),
        ("type10-0502", 3, "10.023", "ANALOG VIDEO", []),
        ("type10-0502", 3, "10.023", "ANALOG  VIDEO", ["value-code"]),
    ],
)
def test_types_A_and_AN_take_no_blanks(base: str, at: int, path: str, text: str, codes: list[str]) -> None:
    report = changed(base, [(at, path, text)]).validate(level=1)
    assert [f.code for f in report.errors] == codes


@pytest.mark.parametrize(
    ("base", "path", "text", "codes"),
    [
        ("type14-0502", "NQM", "2\x1f150", ["value-range"]),
        ("type11-0502", "AOD", "9", ["value-range"]),
        ("type18-0502", "NAL", "7", ["value-range"]),
        ("type17-0502", "IAP", "15", ["value-range"]),
        ("type17-0502", "IAP", "20", []),
    ],
)
def test_what_list_and_range_forbid_is_told_by_the_surer(base: str, path: str, text: str, codes: list[str]) -> None:
    assert reported(base, path, text) == codes


def test_a_legacy_code_is_one_note_a_transaction() -> None:
    tx = changed("tenprint-type14", [(at, "IMP", "3") for at in range(2, 12)])
    notes = tx.validate().filter(code="code-legacy")
    assert [(f.severity, f.location.record) for f in notes] == [(Severity.NOTE, 2)]
    assert "replace" not in notes[0].hint


@pytest.mark.parametrize(
    ("points", "items"),
    [
        ("3\x1f1\x1f1\x1f5\x1f5\x1f9\x1f9", []),
        ("3\x1f1\x1f1\x1f5\x1f5\x1f9\x1f", [8]),  # the last y is empty
        ("3\x1f1\x1f1\x1f5\x1f5\x1f9", [8]),  # or not there
        ("3\x1f1\x1f1\x1f\x1f5\x1f9\x1f9", [5]),
        ("4\x1f1\x1f1\x1f5\x1f5\x1f9\x1f9\x1f7", [10]),
        ("3\x1f1\x1f1\x1f5\x1f5\x1f9\x1f9\x1f\x1f", []),  # separators of a point that was not written
    ],
)
def test_a_path_is_made_of_whole_points(points: str, items: list[int]) -> None:
    report = changed("type14-0502", [(2, "ASEG", f"2\x1f{points}")]).validate().filter(path="14.025")
    assert [(f.code, f.location.item) for f in report] == [("item-missing", at) for at in items]


@pytest.mark.parametrize(
    ("base", "at", "path", "text", "since"),
    [
        ("type14", 2, "AMP", "9\x1fSR", "0502"),
        ("type14", 2, "FAP", "145", "0502"),
        ("type10", 2, "IMT", "LIP", "0501"),
        ("type10", 2, "IMT", "HEAD", "0501"),
        ("type10", 2, "IMT", "CHEST", "0500"),
        ("type13", 2, "SPD.1.2", "TPP", "0502"),
        ("type13", 2, "PPC.1.1", "TPP", "0502"),
        ("type17", 2, "IAP", "11", "0502"),
    ],
)
def test_codes_are_those_of_their_editions(base: str, at: int, path: str, text: str, since: str) -> None:
    for ver in ("0400", "0500", "0501", "0502"):
        tx = changed(f"{base}-{ver}", ())
        record, field = tx.records[at], path.partition(".")[0]
        if field not in record:
            continue
        record[path] = text.encode()
        number = record.number_of(field)
        found = nistitl.read(bytes(tx)).validate(level=1).filter(record=at, path=f"{record.type}.{number:03d}")
        told = [f.code for f in found if f.severity > Severity.NOTE]
        assert bool(told) is (ver < since), (ver, told)


@pytest.mark.parametrize(("ver", "codes"), [("0400", []), ("0500", ["value-range"]), ("0502", ["value-range"])])
def test_interlaced_scans_ended_with_2007(ver: str, codes: list[str]) -> None:
    tx = changed(f"type17-{ver}", ())
    tx.records[2]["IPC"] = b"1\x1f1\x1f2"
    found = nistitl.read(bytes(tx)).validate(level=1).filter(record=2, path="17.016")
    assert [f.code for f in found] == codes


@pytest.mark.parametrize(
    ("base", "path", "text", "told"),
    [
        ("type15", "IMP", "1", {"0300": "warning", "0400": "warning", "0500": "error", "0501": "error"}),
        ("type15", "IMP", "10", {"0502": "note"}),
        ("type19", "IMP", "24", {"0500": "warning", "0501": "warning"}),
        ("type13", "IMP", "5", {"0502": "note"}),
        ("type15", "FGP", "38", {"0300": "error", "0400": "error"}),
        ("type15", "FGP", "36", {"0300": "warning"}),  # the list dates it at 2007, the field takes it in 2000
        ("type15", "FGP", "86", {"0300": "error", "0400": "error", "0500": "error"}),
        ("type14", "FGP", "21", dict.fromkeys(("0300", "0400", "0500", "0501", "0502"), "error")),
        ("type10", "SRC", "A" * 36, {}),
        ("type14", "SRC", "A" * 37, {"0400": "error"}),
        ("type16", "SRC", "BUREAU OF TESTS", {"0400": "warning"}),
        ("type99", "BCD", "20240315", {"0400": "warning"}),
        ("type99", "BCD", "20240315123045Z", dict.fromkeys(("0500", "0501", "0502"), "warning")),
        ("type10", "SPA", "1\x1f2\x1f3\x1f4", {"0201": "warning", "0300": "warning"}),
        ("type10", "POA", "15", dict.fromkeys(("0500", "0501", "0502"), "note")),
        ("type09", "CBI", "27\x1f513\x1fRidge One", dict.fromkeys(("0500", "0501", "0502"), "warning")),
        ("type09", "CBI", "27\x1f513\x1f00FE0001", {}),
    ],
)
def test_contents_are_those_of_their_editions(base: str, path: str, text: str, told: dict[str, str]) -> None:
    for _ in range(2):  # what was good before is told of again
        assert levels(base, path, text) == told


def levels(base: str, path: str, text: str) -> dict[str, str]:
    """How much a content matters in each edition, of those where it is told of."""
    found = {}
    for ver in ("0201", "0300", "0400", "0500", "0501", "0502"):
        if not (FIXTURES / "records" / f"{base}-{ver}.an2").is_file():
            continue
        tx = changed(f"{base}-{ver}", ())
        at = next((at for at, one in enumerate(tx.records) if at > 1 and path in one), None)
        if at is None:
            continue
        record = tx.records[at]
        record[path] = text.encode()
        number = f"{record.type}.{record.number_of(path):03d}"
        for finding in nistitl.read(bytes(tx)).validate(level=1).filter(record=at, path=number):
            found[ver] = finding.severity.name.lower()
    return found


def test_a_hint_spells_no_value_that_may_not_be_told() -> None:
    """A code in lower case is named as it should be only where the value itself may be."""
    tx = nistitl.read(FIXTURES / "tenprint-type14.eft")
    tx[2][0].put(31, b"blu")
    told = tx.validate("fbi-ebts-10.0").filter(path="2.031")
    assert [finding.code for finding in told] == ["value-code"]
    assert "Write" not in told[0].hint and "explain" in told[0].hint
    asked = tx.validate("fbi-ebts-10.0", values=True).filter(path="2.031")
    assert "Write BLU." in asked[0].hint
