"""The tables of the DoD, INTERPOL and NATO: against their sources and the standard, and their named rules.

What a source states and a table does not, or states otherwise, stands in `departures_profiles.toml` with a reason;
one that is not listed fails, and one that no longer occurs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ebts_profiles
import nistitl
from ebts_profiles.dod import rules as dod
from ebts_profiles.interpol import rules as interpol
from ebts_profiles.nato import rules as nato
from fixtures.values import UTF8
from nistitl.base.ranges import Range
from nistitl.cli import main
from nistitl.codes import table
from nistitl.profiles.layer import code_rows
from nistitl.records import record_class
from nistitl.validation import RecordView, ValidationContext
from nistitl.validation.contents import ContentCheck
from nistitl.wire.grammar import US
from tests.support.minimal import edition_for, least, minimal, narrow, narrowed, part, record, told
from tests.support.narrower import NARROWER, narrower
from tests.support.reference_profiles import (
    DEPARTURES,
    deviations,
    needs_reference,
    official_codes,
    official_fields,
    whole_lists,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl import Transaction
    from nistitl.profiles import TableProfile

PROFILES = (
    ebts_profiles.DOD_1_2, ebts_profiles.DOD_4_1,
    ebts_profiles.INT_I_5_03, ebts_profiles.INT_I_6_0, ebts_profiles.NATO_4715,
)  # fmt: skip
TYPES = {"dod-ebts-1.2": 56, "dod-ebts-4.1": 18, "int-i-5.03": 23, "int-i-6.0": 6, "nato-stanag-4715": 11}

profiles = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)


# -- tables and sources -------------------------------------------------------------------------


@needs_reference
@profiles
def test_every_row_is_that_of_the_source(profile: TableProfile) -> None:
    listed = [
        (place, tuple(row["what"]), row.get("codes"))
        for row in DEPARTURES if row["profile"] == profile.name for place in row["places"]
    ]  # fmt: skip
    used, strangers = set(), []
    for place, what, source, ours in deviations(profile):
        matching = {
            row for row in listed
            if re.fullmatch(row[0], place) and what in row[1] and row[2] in (None, told_codes(source, ours))
        }  # fmt: skip
        used |= matching
        if not matching:
            strangers.append(f"{place} {what}: source {source!r}, table {ours!r}")
    assert not strangers, "\n".join(strangers[:50])
    assert not set(listed) - used, f"these departures are outdated: {set(listed) - used}"


# lists that the standard's own table has, but for codes that are listed with a reason
SPELLING = "the standard spells two of them otherwise: its table speaks"
OF_THE_STANDARD = {
    ("dod-ebts-4.1", "10.003"): "", ("dod-ebts-4.1", "10.042.3"): SPELLING, ("nato-stanag-4715", "10.042.3"): SPELLING,
    ("int-i-6.0", "10.040"): "INTERPOL's own table has PRCD CHIN and PRCD FACE, as the standard",
    ("int-i-5.03", "9.302.1"): "no field of the editions of this version",
    ("int-i-5.03", "13.024.1"): "the codes that the editions of this version have",
    ("nato-stanag-4715", "11.008.1"): "", ("nato-stanag-4715", "11.038.6"): "", ("nato-stanag-4715", "20.014.1"): "",
    ("nato-stanag-4715", "15.024.1"): "the standard's range says the same",
}  # fmt: skip


@needs_reference
@profiles
def test_every_list_that_was_cut_is_whole(profile: TableProfile) -> None:
    """A list is in a row of the profile, or the standard has it; where other values pass, none is checked."""
    rows = profile.layer.type2 | profile.layer.fields
    lists = whole_lists(profile.name)
    assert lists
    left = {path for path, stated in lists.items() if "codes" not in rows.get(path, {}) and not stated["open"]}
    left = {path for path in left if "values" not in rows.get(path, {})}
    assert left == {path for name, path in OF_THE_STANDARD if name == profile.name}
    for path in left:
        kind, number, *item = (int(part) for part in path.split("."))
        declared = record_class(kind).elements[number].in_edition(edition_for(profile))
        if not OF_THE_STANDARD[profile.name, path]:
            assert declared is not None
            table = part(declared.value, item[0] if item else None).code_table
            assert table is not None and all(code in table for code in lists[path]["codes"]), path
    for path in lists.keys() - left:
        row = rows.get(path, {})
        assert row.get("open", "codes" not in row) is lists[path]["open"] or "values" in row, path


@pytest.mark.parametrize(
    "path", sorted(Path(ebts_profiles.__file__).parent.rglob("*.toml")), ids=lambda path: path.stem
)
def test_the_check_for_authors_finds_no_error_in_ours(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "check", str(path)]) == 0, capsys.readouterr().out


@profiles
def test_every_code_fits_its_row(profile: TableProfile) -> None:
    for path, row in (profile.layer.type2 | profile.layer.fields).items():
        if row.get("codes"):
            named = row["codes"].startswith("@")
            codes = code_rows(profile.layer.codes[row["codes"][1:]]["list"]) if named else row["codes"].split()
            check = ContentCheck(narrow(profile, row), edition_for(profile))
            assert [code for code in codes if check.fault(code.encode(), UTF8)] == [], path


def told_codes(source: object, ours: object) -> str:
    """The codes of two lists that only one of them has, as a departure names them: + ours, - the source's."""
    both = (("-", source), ("+", ours))
    return ", ".join(f"{sign}{code}" for sign, codes in both if isinstance(codes, list) for code in codes)


@needs_reference
@profiles
def test_what_a_source_narrows_has_a_row_or_a_reason(profile: TableProfile) -> None:
    """The other way round: every field of the rule file that is narrower than the standard's."""
    rows = [row for row in NARROWER if profile.name in row["profiles"].split()]
    used, strangers = set(), []
    for path, what in narrower(profile):
        matching = {row["why"] for row in rows if row["what"] == what and re.fullmatch(row["places"], path)}
        used |= matching
        if not matching:
            strangers.append(f"{path} {what}")
    assert not strangers, "\n".join(strangers)
    assert {row["why"] for row in rows} == used


@profiles
def test_every_transaction_type_is_there(profile: TableProfile) -> None:
    assert len(profile.tots) == TYPES[profile.name]
    assert all(tot.name and tot.service and tot.records for tot in profile.tots.values())
    known = set(profile.tots)
    for tot in profile.tots.values():
        assert known.issuperset({*tot.answers, *tot.errors, *tot.answers_to}), tot.code


@profiles
def test_every_element_has_a_name(profile: TableProfile) -> None:
    for number in profile.dictionary.numbers():
        element = profile.dictionary.by_number(number)
        assert element is not None and element.name and element.mnemonic.isidentifier(), number
        assert profile.dictionary.by_mnemonic(element.mnemonic) is element


@profiles
def test_every_row_of_fields_is_narrower_than_the_standard(profile: TableProfile) -> None:
    rules = {rule.name: rule for rule in profile.rules}
    edition = edition_for(profile)
    for path, row in profile.layer.fields.items():
        kind, number = (int(part) for part in path.split(".")[:2])
        listed = [tot for tot in profile.tots.values() if any(kind in count.types for count in tot.records)]
        assert listed, f"{path}: no transaction type has Type-{kind}"
        tx = minimal(profile, row.get("tots", listed[0].code).split()[0])
        for code, raw in narrowed(profile, path):
            one = record_class(kind)()
            if raw or code == "field-not-accepted":
                one[number] = raw or b"x"
            found = [*rules[f"{profile.name} {path}"].check(RecordView(one, 1, ValidationContext(tx, edition)))]
            assert code in [problem.code for problem in found], (path, code, raw, found)


# items of the official table of INT-I 6, in XML alone: 2.007-A is 2.007.1; those of 2.064 stand in its own order there
COMPOSED = re.compile(r"02\.(?P<field>007|01\d|063|074)-(?P<letter>[A-E])")


@needs_reference
def test_items_of_the_xml_form_are_those_of_the_official_table() -> None:
    """Row by row: mnemonic, type, length, how often, and the form without items beside them."""
    rows, compared = INT_6.layer.type2, set()
    for stated in official_fields():
        if match := COMPOSED.fullmatch(stated["id"]):
            path = f"2.{match['field']}.{'ABCDE'.index(match['letter']) + 1}"
            low, high = stated["len"]
            ours, length = rows[path], low if low == high else f"{low}-{high}"
            told = (stated["mnemonic"], stated["char_type"], length, "-".join(stated["occ"]).replace("1-1", "1"))
            assert (ours["mnemonic"], ours["type"], ours["length"], ours.get("occurs", "1")) == told, path
            assert stated["special"].strip("[]") == ours.get("special", ""), path
            assert rows[path.rpartition(".")[0]]["single"], path
            compared.add(path)
    singles = {path for path, row in rows.items() if row.get("single")}
    assert {path for path in rows if path.rpartition(".")[0] in singles - {"2.091"}} == compared
    assert len(compared) == 23


@needs_reference
def test_code_lists_of_the_official_table() -> None:
    """Of the XML form, by the names that INTERPOL gives them."""
    profile, tables = INT_6, official_codes()
    named = {"ERR": "2.074.1", "RDM": "2.094", "CIV": "2.095", "SEX": "2.039", "OTY": "2.021", "TOT": "2.064.1"}
    for name, path in named.items():
        row = profile.layer.type2[path]
        assert set(code_rows(profile.layer.codes[row["codes"][1:]]["list"])) == set(tables[name]), name
    positions = Range(profile.layer.type2["2.077.1"]["values"])
    assert {number for number in range(100) if number in positions} == {int(code) for code in tables["FGP"]}
    for name in ("FCT", "IMP", "CGA"):  # the standard's own hold all of them
        assert all(code in table(name) for code in tables[name] if (name, code) != ("FCT", "8")), name  # reserved


@pytest.mark.parametrize(
    ("raw", "told_of"),
    [
        (b"AZ-1", []),
        (b"DEU\x1fAZ-1", []),
        (b"\x1fAZ-1", []),
        (b"x" * 37, [("value-length", "2.007")]),
        (b"DE\x1fAZ-1", [("value-length", "2.007.1.1")]),
        (b"DEU\x1f" + b"x" * 33, [("value-length", "2.007.1.2")]),
        (b"DEU\x1fAZ-1\x1fx", [("item-many", "2.007.1.3")]),
    ],
)
def test_both_forms_of_a_field_of_int_i_6_pass(raw: bytes, told_of: list[tuple[str, str]]) -> None:
    assert [*told(edited(INT_6, "MPS", {7: raw}), INT_6)] == told_of


def test_countries_of_agencies_stand_in_xml_only() -> None:
    tx = least(INT_6, "CPS")
    assert tx.header is not None
    tx.header[17] = b"INTERPOL\x1fBKA\x1fXPO\x1fDEU"
    assert [*told(tx, INT_6)] == [("item-many", "1.017.1.3")]
    tx.profile = INT_6.name
    xml = tx.convert("xml").transaction
    assert xml.header is not None and xml.header.ANM is not None
    assert (xml.header.ANM.DAC, xml.header.ANM.OAC) == ("XPO", "DEU")
    assert "item-many" not in {code for code, _ in told(xml, INT_6)}
    xml.header[17] = b"INTERPOL\x1fBKA\x1fXP\x1fDEU"
    assert ("value-length", "1.017.1.3") in told(xml, INT_6)


# -- named rules ----------------------------------------------------------------------------------

Edit = dict[int, bytes]
DOD_1, DOD_4, INT_5, INT_6, NATO = PROFILES


def edited(profile: TableProfile, tot: str, edit: Edit, *types: int) -> Transaction:
    """The least transaction with other contents of the Type-2 and more records."""
    tx = least(profile, tot)
    (text,) = tx[2]
    for number, raw in edit.items():
        if raw:
            text[number] = raw
        elif text.raw(number) is not None:
            del text[number]
    for kind in types:
        tx.append(record(profile, tot, kind, len(tx) - 1))
    return tx


def spoiled(profile: TableProfile, tot: str, field: str, raw: bytes) -> Transaction:
    """The least transaction with another content of a field of the Type-1."""
    tx = least(profile, tot)
    header = tx.header
    assert header is not None
    header[header.number_of(field)] = raw
    return tx


def case(
    name: str, profile: TableProfile, code: str, passes: Callable[[], Transaction], fails: Callable[[], Transaction]
) -> object:
    """One rule: what passes, what violates it and nothing else, and the finding."""
    return pytest.param(profile, code, passes, fails, id=f"{profile.name} {name}")


NAMED = (
    case("notification-address", DOD_1, "item-required",
         lambda: edited(DOD_1, "CAR", {353: US.join((b"2", b"someone@example.org"))}),
         lambda: edited(DOD_1, "CAR", {353: b"2"})),
    case("domain-version", DOD_4, "item-required",
         lambda: spoiled(DOD_4, "CAR", "DOM", US.join((b"DoD EBTS", b"4.1"))),
         lambda: spoiled(DOD_4, "CAR", "DOM", b"DoD EBTS")),
    *(case("date-after", profile, "date-after",
           lambda profile=profile, edit=edit: edited(profile, "CAR", {number: raw.replace(b"16", b"15", 1)
                                                                      for number, raw in edit.items()}),
           lambda profile=profile, edit=edit: edited(profile, "CAR", edit))
      for profile in (DOD_1, DOD_4)
      for edit in ({45: b"20240316"}, {47: b"20240301\x1fA\x1e20240316\x1fB"})),
    *(case("sentence-date", profile, "element-needs",
           lambda profile=profile: edited(profile, "CAR", {54: b"20240301", 55: b"PAROLE"}),
           lambda profile=profile: edited(profile, "CAR", {54: b"", 55: b"PAROLE"}))
      for profile in (DOD_1, DOD_4)),
    *(case("equipment", profile, "item-needs",
           lambda profile=profile, tot=tot: edited(profile, tot, {67: b"A\x1fB\x1fC"}),
           lambda profile=profile, tot=tot, raw=raw: edited(profile, tot, {67: raw}))
      for profile, tot in ((DOD_1, "CAR"), (DOD_4, "FIDR"))
      for raw in (b"A\x1fB", b"\x1fB\x1fC")),
    case("control-letter", INT_5, "interpol-control-letter",
         lambda: spoiled(INT_5, "DBS", "TCN", b"2400000001" + interpol.check_letter("2400000001").encode()),
         lambda: spoiled(INT_5, "DBS", "TCN", b"2400000001X")),
    case("control-letter", INT_6, "interpol-control-letter",
         lambda: spoiled(INT_6, "MPS", "TCN", b"19125458357684J"),
         lambda: spoiled(INT_6, "MPS", "TCN", b"19125458357684H")),
    case("one-reference", INT_6, "fields-exclude",
         lambda: edited(INT_6, "CPS", {10: b"", 11: b"R1"}),
         lambda: edited(INT_6, "CPS", {10: b"R1", 11: b"R1"})),
    case("one-birth", INT_6, "fields-exclude",
         lambda: edited(INT_6, "CPS", {35: b"19700101"}),
         lambda: edited(INT_6, "CPS", {35: b"19700101", 36: b"19690101*19710101"})),
    case("one-reference", INT_5, "fields-exclude",
         lambda: edited(INT_5, "CPS", {10: b"R1"}),
         lambda: edited(INT_5, "CPS", {10: b"R1", 11: b"R1"})),
    case("one-birth", INT_5, "fields-exclude",
         lambda: edited(INT_5, "CPS", {36: b"19690101*19710101"}),
         lambda: edited(INT_5, "CPS", {35: b"19700101", 36: b"19690101*19710101"})),
    case("reference-needed", INT_6, "field-required",
         lambda: edited(INT_6, "NPS", {10: b"R1"}),
         lambda: edited(INT_6, "NPS", {10: b""})),
    case("case", INT_5, "field-required",
         lambda: edited(INT_5, "MPS", {}),
         lambda: edited(INT_5, "MPS", {9: b""})),
    case("reason", INT_6, "field-not-allowed",
         lambda: edited(INT_6, "NPS", {95: b"CIT"}),
         lambda: edited(INT_6, "NPS", {54: b"theft"})),
    case("reason", INT_6, "field-not-allowed",
         lambda: edited(INT_6, "CPS", {54: b"theft"}),
         lambda: edited(INT_6, "CPS", {95: b"CIT"})),
    case("latent-pair", NATO, "fields-together",
         lambda: edited(NATO, "NPS", {101: b"DEU\x1fL1"}, 13),
         lambda: edited(NATO, "NPS", {}, 13)),
    case("latent-pair", NATO, "fields-together",
         lambda: edited(NATO, "NPS", {101: b"DEU\x1fL1"}, 13),
         lambda: edited(NATO, "NPS", {101: b"DEU\x1fL1"})),
    *(case("latent-alone", NATO, "nato-latent-alone",
           lambda kind=kind: edited(NATO, "NPS", {}, kind),
           lambda kind=kind: edited(NATO, "NPS", {101: b"DEU\x1fL1"}, 13, kind))
      for kind in (10, 11, 14, 15, 17, 18)),
    case("ping-name", NATO, "field-required",
         lambda: edited(NATO, "NPS", {101: b"DEU\x1fL1", 200: b""}, 13),
         lambda: edited(NATO, "NPS", {200: b""})),
)  # fmt: skip


@pytest.mark.parametrize(("profile", "code", "passes", "fails"), NAMED)
def test_a_named_rule(
    profile: TableProfile, code: str, passes: Callable[[], Transaction], fails: Callable[[], Transaction]
) -> None:
    assert not told(passes(), profile)
    found = told(fails(), profile)
    assert [place[0] for place in found.elements()] == [code], found


def test_addresses_that_are_separators_only_are_none() -> None:
    found = edited(DOD_1, "CAR", {353: b"2\x1f\x1f"}).validate(DOD_1).errors
    assert [(one.code, one.location.path) for one in found] == [("item-required", "2.353.1.2")]


def test_every_named_rule_has_a_case() -> None:
    lists = (dod.V1_2, dod.V4_1, interpol.V5_03, interpol.V6_0, nato.RULES)
    names = {rule.name.partition("-")[2] for rules in lists for rule in rules}
    assert {str(param.id).partition(" ")[2] for param in NAMED} == names


def test_the_official_control_numbers_have_their_letters() -> None:
    assert (interpol.check_letter("19125458357684"), interpol.check_letter("19125458357683")) == ("J", "H")


# -- samples ------------------------------------------------------------------------------------

JNBIS = "mhshams__jnbis/ansi/references/rec01_rec02_rec16.nst.an2"
LEFT = {
    "tot-unknown 1.004": "TOT is ABC, a placeholder",
    "value-length 1.009": "a control number of twelve characters, where INTERPOL has eleven",
    "value-characters 2.003": "32 characters, where the version of the system has four digits",
}


def test_the_one_traditional_sample_of_interpol_has_the_errors_that_are_listed(corpus: Path) -> None:
    tx = nistitl.read(corpus / JNBIS)
    assert tx.header is not None and tx.header.DOM is not None and tx.header.DOM.DNM == "INT-I"
    plain = {(one.code, one.location.path) for one in tx.validate().errors}
    more = {(one.code, one.location.path) for one in tx.validate("int-i-5.03").errors} - plain
    assert {f"{code} {path}" for code, path in more} == set(LEFT)
