"""The FBI's tables carry every fact of the reference, and its named rules hold.

The reference (`fbi/*.json`) is walked row by row, as in test_reference_fields.py; whatever differs from a table on
purpose stands in `departures_fbi.toml` with its reason. What the tables forbid is tried in test_profiles.py.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

import nistitl
from ebts_profiles import FBI_9_1, FBI_10_0, FBI_11_2
from ebts_profiles.fbi.rules import RESPONSES, RULES, RULES_9_1, RULES_11_2, WITH_AMP
from nistitl import Severity
from nistitl.base.findings import catalogue
from nistitl.base.ranges import Range
from nistitl.declare.values import Text
from nistitl.profiles.dictionary import value_of
from nistitl.profiles.merging import EVERY, code_rows
from tests.support.minimal import least, minimal, record, told
from tests.support.reference_profiles import REFERENCE, needs_reference, whole_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl import Record, Transaction
    from nistitl.declare.values import Value
    from nistitl.profiles import TableProfile
    from nistitl.profiles.layer import ElementNeed, Layer, RecordCount

HERE = Path(__file__).parent
DEPARTURES = tomllib.loads((HERE / "departures_fbi.toml").read_text("utf-8"))["row"]
PROFILES = {"9.1": FBI_9_1, "10.0": FBI_10_0, "11.2": FBI_11_2}
SEEN = {"9.1": {"9.1"}, "10.0": {"10.0(verif)", "10.0.2(xsd)"}, "11.2": {"11.2(xsd)"}}
OLD = ("2.050", "2.052")

versions = pytest.mark.parametrize("version", PROFILES)
older = pytest.mark.parametrize("version", ["9.1", "10.0"])  # 11.2 has a reference of its own: test_ebts_reference.py

Row = dict[str, Any]


@cache
def reference(name: str) -> Any:
    """One file of the reference."""
    return json.loads((REFERENCE / "fbi" / f"{name}.json").read_text("utf-8"))


def types_of(version: str) -> dict[str, Row]:
    """The transaction types of a version, as the reference has seen them."""
    return {row["tot"]: row for row in reference("tots")["tots"] if SEEN[version] & set(row["seen_in"])}


def elements() -> dict[str, Row]:
    """The Type-2 elements of the reference by number."""
    return {row["number"]: row for row in reference("type2_elements")["elements"]}


@attrs.frozen
class Deviation:
    """One fact that reference and table state differently."""

    path: str
    what: str
    reference: str
    declared: str


def differ(path: str, what: str, theirs: object, ours: object) -> Iterator[Deviation]:
    """A deviation, when the two are not the same in writing; None is written as nothing."""
    stated, declared = ("" if one is None else str(one) for one in (theirs, ours))
    if stated != declared:
        yield Deviation(path, what, stated, declared)


def span(low: int | None, high: int | None) -> str:
    """Least and most as the tables write them."""
    if low is None and high is None:
        return ""
    return str(low) if low == high else f"{low}-{'' if high is None else high}"


# -- elements -----------------------------------------------------------------------------------


def canonical(codes: Iterable[str]) -> str:
    """Codes in order, numbers as numbers."""
    return " ".join(sorted({str(int(code)) if code.isdigit() else code for code in codes}))


def declared_codes(profile: TableProfile, row: Row) -> str:
    """The codes of a row, from its list where it names one."""
    codes = row.get("codes", "")
    if codes.startswith("@"):
        return canonical(code_rows(profile.layer.codes[codes[1:]]["list"]))
    return canonical(codes.split())


def stated_codes(path: str, row: Row, version: str) -> str:
    """The closed list of an element of the reference."""
    lists, codes = reference("codes")["lists"], row.get("codes")
    if version == "9.1" and path in whole_lists("fbi-ebts-9.1"):
        return canonical(whole_lists("fbi-ebts-9.1")[path]["codes"])
    if codes == "file://T2_SMT.txt" or row.get("code_file"):
        name = re.search(r"T2_(\w+)\.txt", str(codes or row["code_file"]))
        assert name
        return canonical(lists[name[1]]["values"])
    return canonical(codes or ())


def compare_element(profile: TableProfile, path: str, stated: Row, version: str) -> Iterator[Deviation]:
    """An element or item: what it is called, what it holds."""
    row = profile.layer.type2.get(path)
    if row is None:
        yield Deviation(path, "element", stated["mnemonic"], "")
        return
    item = path.count(".") == 2
    length, declared = span(stated.get("min_len"), stated.get("max_len")), row.get("length")
    occurs = span(max(stated.get("occ_min") or 1, 1) if "occ_max" in stated else None, stated.get("occ_max"))
    yield from differ(path, "mnemonic", stated["mnemonic"], row["mnemonic"])
    yield from differ(path, "type", stated.get("char_type"), row.get("type"))
    yield from differ(path, "length", length, declared)
    yield from differ(path, "occurs", occurs or "1", row.get("occurs", "1"))
    yield from differ(path, "special", stated.get("special_chars"), row.get("special"))
    yield from differ(path, "codes", stated_codes(path, stated, version), declared_codes(profile, row))
    yield from differ(path, "date", stated.get("date"), row.get("date"))
    if not item:
        theirs = [one["mnemonic"] for one in stated.get("items", ())]
        ours = [one["mnemonic"] for key, one in profile.layer.type2.items() if key.startswith(f"{path}.")]
        yield from differ(path, "items", " ".join(theirs), " ".join(ours))
        for one in stated.get("items", ()):
            yield from compare_element(profile, f"{path}.{one['item']}", one, version)


def compare_elements(version: str) -> Iterator[Deviation]:
    """All elements of 10.0; of 9.1 those that its own file has."""
    for path, row in elements().items():
        if version == "10.0":
            yield from compare_element(FBI_10_0, path, row, version)
        elif version == "9.1" and "S02" in row["provenance"]:
            older = {name: value for name, value in row.items() if name != "items"} | row.get("differs_in_9_1", {})
            found = compare_element(FBI_9_1, path, older, version)
            yield from (one for one in found if one.what != "items")


# -- transaction types --------------------------------------------------------------------------


def words(stated: list[str] | None, known: Iterable[str]) -> str:
    """The types among the answers that the version has."""
    first = [re.split("[ /]", text)[0] for text in stated or ()]
    return " ".join(sorted(word for word in first if word in known))


def compare_types(version: str) -> Iterator[Deviation]:
    """Names, directions and answers."""
    profile, stated = PROFILES[version], types_of(version)
    yield from differ(version, "types", " ".join(sorted(stated)), " ".join(sorted(profile.tots)))
    for code, row in stated.items():
        ours = profile.tots[code]
        yield from differ(code, "name", row["name"], ours.name)
        yield from differ(code, "direction", row["direction"], ours.direction)
        for what, key in (
            ("answers", "expected_responses"),
            ("delayed", "delayed_responses"),
            ("errors", "error_response"),
        ):
            yield from differ(code, what, words(row.get(key), stated), " ".join(sorted(getattr(ours, what))))
        yield from differ(code, "answers_to", words(row.get("responds_to"), stated), " ".join(sorted(ours.answers_to)))
        yield from differ(code, "sure", version == "9.1" or "10.0.2x" in row["provenance"], ours.sure)


# -- counts of records --------------------------------------------------------------------------

Limits = dict[str, str]  # record types -> count, with ? where it is not certain


def bounds(text: str) -> tuple[int, float]:
    """Least and most of a count; `x` is any number."""
    if text == "x":
        return 0, float("inf")
    low, _, high = text.partition(" ")[0].partition("-")
    return int(low), int(high or low)


def joined(one: str | None, other: str | None, kind: str) -> tuple[tuple[int, float], bool]:
    """The wider of two counts of a record type, and whether both say the same."""
    if one is None or other is None:
        low, high = bounds(one or other or "")
        return (low if kind in ("1", "2") else 0, high), False
    (low, high), (least, most) = bounds(one), bounds(other)
    return (min(low, least), max(high, most)), (low, high) == (least, most)


def stated_counts(code: str, row: Row, version: str) -> Limits:
    """How many records of each type the reference counts."""
    sources = {name: one.get("records") for name, one in row["records"].items()}
    file, contracts = sources.get("10.0"), sources.get("10.0.2_xml")
    if version == "9.1":
        return {{"414": "4+14", "713": "7+13"}.get(kind, kind): text for kind, text in sources["9.1"].items()}
    if file is None and contracts is None:
        guessed = sources.get("11.2_xml") or sources.get("10.0_memory") or {}
        counts = {kind: marked(*bounds(text), kind == "1") for kind, text in guessed.items()}
        return counts or dict(row["records_recommended"])
    if file is None or contracts is None:
        return {kind: marked(*bounds(text), True) for kind, text in (file or contracts or {}).items()}
    kinds = {*file, *contracts}
    both = {kind: joined(file.get(kind), contracts.get(kind), kind) for kind in kinds}
    return {kind: marked(*limits, same) for kind, (limits, same) in both.items()}


def marked(low: float, high: float, sure: bool) -> str:
    """A count as text."""
    text = f"{low}" if low == high else f"{low}-" if high == float("inf") else f"{low}-{high}"
    return text if sure else text + "?"


def shown(counts: tuple[RecordCount, ...]) -> Limits:
    """The counts of a table as the reference writes them."""
    return {
        "+".join(map(str, one.types)): marked(one.least, float("inf") if one.most is None else one.most, one.sure)
        for one in counts
    }


def compare_counts(version: str) -> Iterator[Deviation]:
    """Counts of records, type by type."""
    for code, row in types_of(version).items():
        theirs, ours = stated_counts(code, row, version), shown(PROFILES[version].tots[code].records)
        for kind in sorted({*theirs, *ours}):
            yield from differ(code, f"Type-{kind}", theirs.get(kind), ours.get(kind))


# -- elements of transaction types --------------------------------------------------------------

XML = re.compile(r"([MO])\((\d+)\.\.(\d+)\)")


def stated_need(code: str, row: Row, number: str, said: Row, element: Row) -> str:
    """Condition and most subfields; of two sources that disagree the weaker demand and the wider count."""
    condition, most, sure = said["req"], said["max"], True
    both = {"10.0v", "10.0.2x"} <= set(row["provenance"])
    if "xml" in said:
        match = XML.fullmatch(said["xml"])
        assert match
        sure, condition = False, "M" if condition == match[1] == "M" else "O"
        most = max(most, int(match[3]))
    elif both and said["from"] in (["10.0v"], ["10.0.2x"]):
        condition, sure = "O", False
    for rule in element.get("tot_rules") or ():
        for key in ("mandatory_in", "optional_in"):
            if (
                "xml" not in said
                and code in rule.get(key, ())
                and (key[0].upper(), rule["occ_max"]) != (said["req"], said["max"])
            ):
                condition, sure = ("O" if key[0] == "o" else condition), False
    if "condition" in said and condition == "O":
        condition = "C"
    return f"{condition} {'' if most is None else most}{'' if sure else '?'}"


def declared_need(profile: TableProfile, need: ElementNeed, path: str) -> str:
    """The same from the table; the count is the dictionary's where the word has none."""
    most = span_of(profile, path) if need.occurs is None else need.occurs[1]
    return f"{need.condition} {'' if most is None else most}{'' if need.sure else '?'}"


def span_of(profile: TableProfile, path: str) -> int | None:
    """How many subfields the dictionary lets an element have."""
    text = profile.layer.type2[path].get("occurs", "1").rpartition("-")[2]
    return int(text) if text else None


@cache
def differences() -> dict[tuple[str, str], tuple[str, ...]]:
    """What the 9.1 file says otherwise than the profile that was made without it: its word, DoD's 1.2 and 10.0's."""
    lines = (REFERENCE / "fbi" / "ebts9_1_differences.txt").read_text("utf-8").splitlines()
    rows = [ast.literal_eval(line) for line in lines if line.startswith("('")]
    return {(tot, f"2.{number:03d}"): (said, dod, fbi) for tot, number, _, said, _, dod, fbi in rows}


def compare_needs_9_1() -> Iterator[Deviation]:
    """Which elements 9.1 asks for; certain where DoD 1.2 or FBI 10.0 says the same, or nobody otherwise."""
    stated = {code: row["elements"] for code, row in reference("ebts9_1_elements")["tots"].items() if code.isalpha()}
    yield from differ("9.1", "types", " ".join(sorted(stated)), " ".join(sorted(FBI_9_1.tots)))
    assert len(differences()) == 195
    for code, rows in stated.items():
        numbers = FBI_9_1.dictionary.number_of
        ours = {f"2.{numbers(name):03d}": need for name, need in FBI_9_1.tots[code].needs.items()}
        doubted = {f"2.{number:03d}" for number in FBI_9_1.doubted(code)}
        strangers = {path for tot, path in differences() if tot == code}
        for path in sorted({*rows, *ours, *doubted, *strangers} - {"2.001", "2.002"}):
            said, *others = differences().get((code, path), ("", ""))
            theirs = rows[path]["cond"] if path in rows else "-"
            sure = theirs in others or not said
            assert said in ("", theirs) or (code, path) == ("EHRR", "2.075")  # a misspelled header, read since
            need = ours.get(path)
            mine = "-" if need is None else "M" if need.condition == "M" else "O"
            certain = path not in doubted if need is None else need.sure
            yield from differ(f"{code} {path}", "need", f"{theirs} {sure}", f"{mine} {certain}")


def compare_needs(version: str) -> Iterator[Deviation]:
    """Which elements a type asks for."""
    if version == "9.1":
        yield from compare_needs_9_1()
        return
    profile, known = PROFILES[version], elements()
    for code, row in types_of(version).items():
        needs = profile.tots[code].needs
        stated = {path: said for path, said in row["type2"].items() if path not in ("2.001", "2.002")}
        if code == "SRE":
            stated = {path: said for path, said in stated.items() if said["from"] != ["11.2x"]}
        ours = {f"2.{profile.dictionary.number_of(name):03d}": need for name, need in needs.items()}
        for path in sorted({*stated, *ours}):
            said = stated_need(code, row, path, stated[path], known[path]) if path in stated else None
            mine = declared_need(profile, ours[path], path) if path in ours else None
            yield from differ(f"{code} {path}", "need", said, mine)
        for name, need in needs.items():
            if name == "FBI" and version == "10.0":
                lengths = [(r["min_len"], r["max_len"]) for r in known["2.014"]["tot_rules"]
                           if code in r.get("mandatory_in", ()) or code in r.get("optional_in", ())]  # fmt: skip
                mine = need.length or (1, 50)
                yield from differ(f"{code} 2.014", "length", lengths[0] if lengths else mine, mine)


# -- other record types -------------------------------------------------------------------------


def stated_fields() -> dict[str, Row]:
    """Fields and items of other record types, `14.321.2` for an item; of two rows the one with codes."""
    rows: dict[str, Row] = {}
    for kind in reference("records")["records"].values():
        for row in kind.get("fields", ()):
            path = row["number"] + (f".{row['item']}" if "item" in row else "")
            if path not in rows or "codes" in row:
                rows[path] = row
    return rows


def compare_fields(version: str) -> Iterator[Deviation]:
    """Types, lengths and codes of the fields that 10.0 narrows; what a row leaves out is the standard's."""
    if version != "10.0":
        return
    stated = stated_fields()
    for path, row in FBI_10_0.layer.fields.items():
        theirs = stated[path]
        if "length" in row:
            yield from differ(path, "length", span(theirs.get("min_len"), theirs.get("max_len")), row["length"])
        if "type" in row:
            yield from differ(path, "type", theirs["type"], row["type"])
        if "occurs" in row:
            yield from differ(path, "occurs", span(theirs["occ_min"], theirs["occ_max"]), row["occurs"])
        codes = theirs.get("codes") or theirs.get("suggested") or ()
        if "values" in row:
            within = Range(row["values"])
            ours = [str(number) for number in range(256) if number in within]
            yield from differ(path, "codes", canonical(codes), canonical(ours))
        elif "codes" in row:
            yield from differ(path, "codes", canonical(codes), declared_codes(FBI_10_0, row))


# -- tests of the tables ------------------------------------------------------------------------

COMPARED = {
    "elements": compare_elements, "types": compare_types, "counts": compare_counts, "needs": compare_needs,
    "fields": compare_fields,
}  # fmt: skip


def listing(deviations: Iterable[Deviation]) -> str:
    """Deviations for reading."""
    return "\n".join(f"{d.path} {d.what}: reference {d.reference!r}, table {d.declared!r}" for d in deviations)


@needs_reference
@older
@pytest.mark.parametrize("table", COMPARED)
def test_tables_are_the_reference(table: str, version: str) -> None:
    """Each deviation is a listed departure, and each listed departure occurs."""
    found = set(COMPARED[table](version))
    listed = {
        Deviation(path, row["what"], row["reference"], row["declared"])
        for row in DEPARTURES
        for path in row["path"].split("; ")
        if row["table"] == table and version in row["versions"].split()
    }
    unlisted, gone = sorted(found - listed, key=str), sorted(listed - found, key=str)
    assert not unlisted, f"{len(unlisted)} deviations nobody has reviewed:\n{listing(unlisted)}"
    assert not gone, f"{len(gone)} listed departures no longer occur:\n{listing(gone)}"


@needs_reference
def test_every_transaction_type_is_in_a_table() -> None:
    """The three tables together have all 133 types."""
    mine = {code for profile in PROFILES.values() for code in profile.tots}
    assert mine == {row["tot"] for row in reference("tots")["tots"]} and len(mine) == 133


def test_departures_have_reasons() -> None:
    """Each departure says why, and none is listed twice."""
    assert all(row["why"] for row in DEPARTURES)
    keys = [
        (row["table"], path, row["what"], version)
        for row in DEPARTURES
        for path in row["path"].split("; ")
        for version in row["versions"].split()
    ]
    assert len(keys) == len(set(keys))


def codes_of(layer: Layer, row: Row) -> list[str]:
    """The codes of a row, as they are spelled."""
    named = row["codes"].startswith("@")
    return list(code_rows(layer.codes[row["codes"][1:]]["list"])) if named else row["codes"].split()


def fits(value: Value, code: str) -> bool:
    """True where a code has the length and the characters of its element."""
    limited = value.min_len is None or value.max_len is None or value.min_len <= len(code) <= value.max_len
    return limited and (not isinstance(value, Text) or value.holds_only_its_characters(code))


@versions
def test_tables_hold_together(version: str) -> None:
    """Sources are named, answers are types, codes fit their rows, mnemonics name the present tag."""
    layer = PROFILES[version].layer
    assert PROFILES[version].dictionary.name == PROFILES[version].name
    rows = [*layer.type2.values(), *layer.fields.values()]
    assert {row["source"] for row in (*rows, *layer.tots.values()) if "source" in row} <= set(layer.sources)
    known = {code for profile in PROFILES.values() for code in profile.tots}
    for code, row in layer.tots.items():
        words = " ".join(row.get(key, "") for key in ("answers", "delayed", "errors", "answers_to")).split()
        assert code == EVERY or set(words) <= known
    for row in rows:
        if row.get("codes"):
            value = value_of({**row, "type": row.get("type", "U")}, PROFILES[version].dictionary.code_lists, None)
            codes = [one.zfill(value.min_len or 1) if one.isdigit() else one for one in codes_of(layer, row)]
            assert [one for one in codes if not fits(value, one)] == [], row
    dictionary = PROFILES[version].dictionary
    assert (dictionary.number_of("RBR"), dictionary.number_of("CSL")) == (2020, 51)
    assert (dictionary.number_of("RBR@2.052"), dictionary.number_of("CSL@2.050")) == (52, 50)


def test_rules_speak_of_the_types_of_the_tables() -> None:
    """The rules' own lists of types are those of the tables."""
    types = {code: tot for profile in PROFILES.values() for code, tot in profile.tots.items()}
    assert RESPONSES == {code for code, tot in types.items() if tot.direction in ("response", "error response")}
    asked = {code for code, tot in types.items() if "AMP" in tot.needs and tot.needs["AMP"].condition == "C"}
    assert asked == WITH_AMP


# -- named rules --------------------------------------------------------------------------------

US = b"\x1f"
COURT = b"20240301\x1fA\x1fB"
CUSTODY = {"DOA": b"20240301", "SSD": b"20240301", "SLE": b"PAROLE", "CSL": COURT, "OCA": b"A1"}
# rule, type, what passes, what violates it: elements of Type-2
CASES: list[tuple[str, str, dict[str, bytes], dict[str, bytes]]] = [
    ("name-form", "CAR", {"NAM": b"SYNTHETIC-MADE,PERSON A"}, {"NAM": b"SYNTHETIC ,PERSON"}),
    ("name-form", "CAR", {"NAM": b"UNKNOWN AMNESIA,XX"}, {"NAM": b"SYNTHETIC,PERSON  A"}),
    ("name-form", "CAR", {"AKA": b"GENERATED,PERSON 2"}, {"AKA": b"GENERATED-,PERSON"}),
    ("name-comma", "CAR", {"NAM": b"SYNTHETIC,PERSON"}, {"NAM": b"SYNTHETIC"}),
    ("height-form", "CAR", {"HGT": b"507"}, {"HGT": b"570"}),
    ("height-form", "CAR", {"HGT": b"000"}, {"HGT": b"057"}),
    ("height-form", "CAR", {"HGT": b"N95"}, {"HGT": b"N96"}),
    ("height-form", "CAR", {"HGT": b"711"}, {"HGT": b"800"}),
    ("height-form", "LFIS", {"HTR": b"504510"}, {"HTR": b"504570"}),
    ("weight-form", "CAR", {"WGT": b"050"}, {"WGT": b"049"}),
    ("weight-form", "CAR", {"WGT": b"499"}, {"WGT": b"500"}),
    ("weight-form", "AMN", {"WGT": b"030"}, {"WGT": b"501"}),
    ("weight-form", "LFIS", {"WTR": b"140180"}, {"WTR": b"140900"}),
    ("range-order", "LFIS", {"WTR": b"140180"}, {"WTR": b"180140"}),
    ("range-order", "LFIS", {"HTR": b"504N70"}, {"HTR": b"N70504"}),
    ("range-order", "LFIS", {"AGR": b"2535"}, {"AGR": b"3525"}),
    ("mnu-code", "CAR", {"MNU": b"PP-A1234"}, {"MNU": b"QQ-A1234"}),
    ("mnu-code", "CAR", {"MNU": b"AF-1234"}, {"MNU": b"AF-A1234"}),
    ("sid-state", "CAR", {"SID": b"NY1234567"}, {"SID": b"QQ1234567"}),
    ("sid-state", "CAR", {"SID": b"NF1234567"}, {"SID": b"NG1234567"}),
    ("fpc-form", "LSR", {"FPC": b"AATT0149517799PIXOAC"}, {"FPC": b"AATT0150517799PIXOAC"}),
    ("retention-code", "CNA", {"RET": b"Y"}, {"RET": b"N"}),
    ("date-after", "CAR", {"DOB": b"20240316"}, {"DOB": b"20240317"}),
    ("date-after", "CAR", {"DOA": b"20240315"}, {"DOA": b"20240316"}),
    ("date-after", "CAR", {"ASL": b"20240315\x1fX"}, {"ASL": b"20240316\x1fX"}),
    ("date-after", "FAUF", {"DPR": b"20240315"}, {"DPR": b"20240316"}),
    ("date-before", "CAR", CUSTODY, CUSTODY | {"SSD": b"20240229"}),
    ("date-before", "SRNR", CUSTODY | {"SED": b"20240302"}, CUSTODY | {"SED": b"20240229"}),
    ("element-needs", "CAR", {"SSD": b""}, {"SSD": b"20240301", "OCA": b"A1"}),
    ("element-needs", "CAR", CUSTODY, CUSTODY | {"OCA": b""}),
    ("element-needs", "CAR", {"CSL": COURT}, {"CSL": COURT, "SLE": b"PAROLE", "OCA": b"A1"}),
    ("element-needs", "SRB", {"CIN": b"A\x1fB", "CIX": b"01"}, {"CIN": b"A\x1fB"}),
    ("element-needs", "SRB", {"CIN": b"A\x1fB", "CIX": b"01"}, {"CIX": b"01"}),
    ("element-needs", "LSR", {"LCN": b"AB-12345678", "LCX": b"00001"}, {"LCX": b"00001"}),
    ("element-needs", "ULM", {"FBI": b"123", "BSI": b"1234"}, {"BSI": b"1234"}),
    ("element-needs", "SPMNT", {"TLI": b"1", "POC": b"SYNTHETIC,PERSON\x1f1"}, {"POC": b"SYNTHETIC,PERSON\x1f1"}),
    ("item-needs", "CAR", {"CSL": COURT}, {"CSL": b"20240301\x1fA"}),
    ("value-code", "SRE", {"SRF": b"I"}, {"SRF": b"R"}),
    ("value-code", "SRE", {"SRF": b"M"}, {"SRF": b"P"}),
    ("value-code", "RPISR", {"SRF": b"Y"}, {"SRF": b"I"}),
    ("value-code", "LSR", {"SRF": b"C"}, {"SRF": b"Z"}),
    ("value-code", "BDEC", {"SRF": b"P"}, {"SRF": b"D"}),
]  # fmt: skip


def codes_told(tx: Transaction) -> list[str]:
    """The codes of errors and warnings."""
    return [code for code, _ in told(tx, FBI_10_0).elements()]


def with_text(tot: str, text: dict[str, bytes]) -> Transaction:
    """The least transaction with these elements; empty ones are left out."""
    return least(FBI_10_0, tot, text={name: raw for name, raw in text.items() if raw})


@pytest.mark.parametrize(
    ("code", "tot", "passes", "fails"), CASES, ids=lambda case: case if isinstance(case, str) else ""
)
def test_rules_of_elements(code: str, tot: str, passes: dict[str, bytes], fails: dict[str, bytes]) -> None:
    """What passes gives nothing of the rule; what violates it gives that code, and nothing else is new."""
    assert not told(with_text(tot, passes), FBI_10_0)
    assert codes_told(with_text(tot, fails)) == [code]


def test_rule_of_civil_records() -> None:
    """An FBI number excludes a civil record number, which the answers of 9.1 list and later ones do not."""
    for text, expected in (({"CRN": b"123456789"}, []), ({"CRN": b"123456789", "FBI": b"123"}, ["elements-exclude"])):
        found = told(least(FBI_9_1, "SRE", text=text), FBI_9_1)
        assert [code for code, _ in found.elements()] == expected


def an_image(number: int, idc: int = 1, **given: Any) -> Record:
    """A small image."""
    return record(FBI_10_0, "CAR", number, idc, **given)


def prints(number: int, *positions: int, **given: Any) -> tuple[Record, ...]:
    """One image of each of these positions; those of several fingers are plain."""
    return tuple(
        an_image(number, at, FGP=(position,), **(given if position <= 10 else {"IMP": 0, **given}))
        for at, position in enumerate(positions, 1)
    )


def with_records(tot: str, *records: Record, text: dict[str, bytes] | None = None) -> list[str]:
    """The codes told of the least transaction with these records."""
    return codes_told(least(FBI_10_0, tot, text=text, records=records))


TEN = tuple(range(1, 11))


def test_rule_tcr_missing() -> None:
    """Responses name what they answer, submissions need not."""
    for tot, expected in (("SRE", ["tcr-missing"]), ("ERRT", ["tcr-missing"]), ("CAR", [])):
        assert codes_told(minimal(FBI_10_0, tot)) == expected


@pytest.mark.parametrize("ver", ["0200", "0201", "0300", "0400", "0500", "0501", "0502"])
def test_editions_that_10_0_takes(ver: str) -> None:
    tx = least(FBI_10_0, "CAR")
    tx[1][0].VER = ver
    assert "profile-edition" not in codes_told(tx)


@pytest.mark.parametrize(("profile", "codes"), [(FBI_10_0, "123"), (FBI_11_2, "12345")], ids=["10.0", "11.2"])
def test_tiers_of_an_enrollment(profile: TableProfile, codes: str) -> None:
    """Two more of them came with 11.2."""
    element = profile.dictionary.by_mnemonic("TLI")
    assert element is not None and element.value.code_table is not None
    assert [code for code in "0123456789" if code in element.value.code_table] == list(codes)


def test_rule_records_exclude() -> None:
    """SRT holds Type-4 or Type-14; a tenprint may hold both. ULM holds Type-7 or Type-13."""
    both = (*prints(4, 1), an_image(14, 2))
    assert with_records("SRT", *both) == ["records-exclude"]
    assert with_records("SRT", *both[:1]) == with_records("SRT", *both[1:]) == with_records("CAR", *both) == []
    for tot in ("CFS", "ELR", "IRR", "RPIS", "SRL", "ULM"):
        assert "records-exclude" in with_records(tot, *both), tot
    latents = an_image(7, 1), an_image(13, 2)
    assert [code for code in with_records("ULM", *latents) if code == "records-exclude"] == ["records-exclude"]
    assert "records-exclude" not in with_records("ULM", latents[1]) + with_records("LFS", *latents)


def test_rule_amp_imaged() -> None:
    """A finger that could not be printed has no image; a scarred one may."""
    images = prints(14, *TEN)
    assert with_records("CAR", *images, text={"AMP": b"02\x1fSR"}) == []
    for code in (b"UP", b"XX"):
        assert with_records("CAR", *images, text={"AMP": b"02" + US + code}) == ["amp-imaged"]
    assert with_records("CAR", *prints(14, *TEN[1:]), text={"AMP": b"01\x1fUP"}) == []


def test_rule_fingers_missing() -> None:
    """Each finger is imaged, by itself or in a slap, or stands in AMP; two fingers are enough for RPIS."""
    assert with_records("TPIS", *prints(14, *TEN)) == with_records("TPIS", *prints(14, 13, 14, 15)) == []
    assert with_records("TPIS", *prints(4, 13, 14, 11, 12)) == []
    assert with_records("TPIS", *prints(14, *TEN[:9])) == ["fingers-missing"]
    assert with_records("TPIS", *prints(14, *TEN[:9]), text={"AMP": b"10\x1fXX"}) == []
    amputated = an_image(14, 3, FGP=(14,), AMP=b"9\x1fXX")
    assert "fingers-missing" not in with_records("CAR", *prints(14, 13, 15), amputated)
    assert with_records("RPIS", *prints(14, 2, 7), text={"NDR": b"6"}) == []
    assert with_records("RPIS", *prints(14, 2, 7), text={"NDR": b"1"}) == ["fingers-missing"]
    assert with_records("SRE") == []


def test_rule_rpis_images() -> None:
    """Two images, or one of several fingers."""
    other = {"NDR": b"6"}
    assert with_records("RPIS", *prints(14, 2), text=other) == ["rpis-images"]
    assert (
        with_records("RPIS", *prints(14, 2, 3), text=other) == with_records("RPIS", *prints(14, 13), text=other) == []
    )


SEGMENT = b"1\x1f2\x1f3\x1f4"


def test_rule_flats_segmented() -> None:
    """Both slaps without a rolled finger are identification flats, and each slap of Type-14 has its segments."""
    slaps = {13: (2, 3, 4, 5), 14: (7, 8, 9, 10), 15: (1, 6)}
    segments = {one: b"\x1e".join(b"%d\x1f" % finger + SEGMENT for finger in held) for one, held in slaps.items()}
    whole = [an_image(14, at, FGP=(one,), IMP=0, SEG=segments[one]) for at, one in enumerate(slaps, 1)]
    bare = prints(14, 13, 14, 15)
    assert with_records("CAR", *whole) == []
    assert with_records("CAR", *bare) == ["field-required"] * 3
    assert with_records("CAR", *whole[:2], bare[2]) == ["field-required"]
    assert with_records("CAR", *bare, *prints(14, *TEN)) == []  # slaps beside rolled fingers
    assert with_records("TPIS", *bare) == []
    older = [record(FBI_9_1, "CAR", 14, at, FGP=(one,)) for at, one in enumerate(slaps, 1)]
    tx = minimal(FBI_9_1, "CAR", records=older)
    found = [one.severity for one in tx.validate(FBI_9_1).findings if one.code == "field-required"]
    assert found == [Severity.WARNING] * 3


@pytest.mark.parametrize(("ppi", "codes"), [
    (500, []), (600, ["resolution-class"]), (1000, ["wsq-resolution"]), (1200, ["resolution-class", "wsq-resolution"]),
])  # fmt: skip
@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("number", [14, 15])
def test_resolutions_of_prints(number: int, version: str, ppi: int, codes: list[str]) -> None:
    """500 or 1000 pixels per inch, WSQ at 500: no table is certain of it, so that all of it warns."""
    profile = PROFILES[version]
    tx = least(profile, "CAR", records=(record(profile, "CAR", number),))
    image = tx[number][-1]
    image.THPS, image.TVPS, image.CGA = ppi, ppi, "WSQ20"
    found = [one for one in tx.validate(profile).findings if one.code in ("resolution-class", "wsq-resolution")]
    assert [one.code for one in found] == codes
    assert {one.severity for one in found} <= {Severity.WARNING}


@pytest.mark.parametrize(("resolution", "codes"), [(b"19.69", []), (b"23.62", [12]), (b"39.37", [12])])
def test_resolution_of_binary_images(resolution: bytes, codes: list[int]) -> None:
    """Type-4 is of the 500 class."""
    tx = least(FBI_10_0, "CAR", records=(an_image(4),))
    tx[1][0]["1.011"] = tx[1][0]["1.012"] = resolution
    found = [one for one in tx.validate(FBI_10_0).findings if one.code == "resolution-class"]
    assert [one.location.field for one in found] == codes


@pytest.mark.parametrize(("position", "width", "height", "fits"), [
    (2, 800, 750, True), (2, 801, 750, False), (2, 800, 751, False), (11, 500, 1500, True), (12, 501, 10, False),
    (13, 1600, 1500, True), (14, 1600, 1501, False), (15, 2000, 2000, True),
])  # fmt: skip
def test_rule_image_large(position: int, width: int, height: int, fits: bool) -> None:
    """Images larger than the card's boxes are noted; twice as large at 1000 pixels per inch."""
    for number, factor, more in ((14, 1, {}), (14, 2, {"THPS": 1000, "TVPS": 1000}), (4, 1, {})):
        size = {"HLL": width * factor, "VLL": height * factor}
        if number == 4 and position == 15:
            continue
        (image,) = prints(number, position, **size, **more)
        tx = least(FBI_10_0, "SRT", records=(image,))
        codes = [one.code for one in tx.validate(FBI_10_0).findings if one.code == "image-large"]
        assert codes == ([] if fits else ["image-large"]), number


def test_every_rule_is_tried_and_in_the_catalogue() -> None:
    """Each named rule has a case above, a code of the catalogue, and its like by analogy."""
    tried = {code for code, *_ in CASES}
    tried |= {"tcr-missing", "records-exclude", "amp-imaged", "fingers-missing", "rpis-images", "image-large"}
    tried |= {"field-required", "resolution-class", "elements-exclude"}
    assert {rule.code for rule in RULES} == tried <= set(catalogue())
    assert len(RULES_11_2) == len(RULES) - 1 == len(RULES_9_1)  # rows of 11.2 say which SRF a type has
    assert all(rule.severity is not Severity.ERROR for rule in (*RULES_9_1, *RULES_11_2))


# -- fields of other record types ---------------------------------------------------------------

FIELDS = [
    ("10.0", "1.007", b"XX000000", "value-length"), ("10.0", "1.008", b"XX-000000", "value-characters"),
    ("10.0", "1.009", b"A23456789", "value-length"), ("10.0", "1.010", b"A" * 41, "value-length"),
    ("10.0", "10.003", b"CHEST", "value-code"), ("10.0", "10.004", b"XX000000", "value-length"),
    ("10.0", "13.003", b"32", "value-range"), ("10.0", "13.008", b"0", "value-code"),
    ("10.0", "13.013", b"60", "value-range"), ("10.0", "14.004", b"XX-000000", "value-characters"),
    ("10.0", "14.003", b"30", "value-range"), ("10.0", "14.012", b"16", "value-code"),
    ("10.0", "14.013", b"16", "value-range"), ("10.0", "14.200", b"5", "value-code"),
    ("10.0", "14.321", b"13\x1f1\x1f2\x1f3\x1f4\x1f5", "value-range"),
    ("10.0", "15.013", b"37", "value-range"), ("10.0", "15.200", b"6", "value-code"),
    ("10.0", "17.011", b"WSQ20", "value-code"), ("11.2", "1.013", None, "field-missing"),
    ("11.2", "10.350", b"0998 Homicide", "value-code"), ("11.2", "14.013", b"16", "value-range"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "path", "raw", "code"), FIELDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_fields_of_other_records(version: str, path: str, raw: bytes | None, code: str) -> None:
    """A field that the FBI narrows: what it does not take is told at the field, and only warned of where not sure."""
    number, profile = int(path.partition(".")[0]), PROFILES[version]
    tot = "SPMNT" if number != 17 else "CAR"
    tx = least(profile, tot, records=(record(profile, tot, number),) if number > 1 else ())
    narrowed = tx[number][0]
    assert code not in [found for found, where in told(tx, profile) if where.startswith(path)]
    if raw is None:
        del narrowed[path]
    else:
        narrowed[path] = raw
    found = [
        one for one in tx.validate(profile).findings if one.code == code and (one.location.path or "").startswith(path)
    ]
    wanted = Severity.WARNING if version == "11.2" and number > 1 else Severity.ERROR
    assert [one.severity for one in found] == [wanted]


# -- real files ---------------------------------------------------------------------------------

# why files that are valid by the standard give errors by the FBI's tables
PART = "a sample of single records, without the prints that 9.1 asks for"
FOREIGN = "a record type that no type of transaction of the FBI takes, or not this one"
SHORT = "a TCN or TCR of fewer than ten characters"
AGENCY = "an agency that is no NCIC ORI of nine characters"
HAND = "a palm whose position is one of fingers"
FACES = "a search by face in an older edition, of which 9.1 has neither type nor codes: a demonstration"
NO_DOM = "11.2 asks for DOM"
NO_TYPE = "CRM is no type of transaction of the FBI"
OTHER = "the elements of another type of transaction than it says"
PLACE = "a place of birth in words"
PRINTED = ("05", "22", "25", "31", "32", "45", "47", "73")
# samples of NIST that are called amnesia victims (AMN), whatever they show
STRANGERS = (
    "10-14-17-piv-index-iris-replacedCorruptImages_fixedAspectRatio", "13-14-latent-match", "17-iris",
    "17-left-isf1-min", "17-left-isf2-max", "17-left-isf3-max", "18-FSA", "9-10-14", "9-10-14-fbi", "9-13-9-14-m1",
    "9-13-m1", "9-14-m1",
)  # fmt: skip
ERRORS: dict[str, dict[str, str]] = {
    "references/type-10-branded-tattoo-mark.an2": {PART: "records-few"},
    "references/type-10-sap10.an2": {PART: "records-few", SHORT: "value-length 1.009"},
    "references/type-15-palms.an2": {PART: "records-few"},
    "references/type-17-iris.an2": {FOREIGN: "record-not-listed", PART: "records-few"},
    "references/type-5.an2": {FOREIGN: "record-not-listed", PART: "records-few", SHORT: "value-length 1.009"},
    "references/type-6.an2": {FOREIGN: "record-not-listed", PART: "records-few", SHORT: "value-length 1.009"},
    "references/type-7-latent.an2": {PART: "records-few", SHORT: "value-length 1.010"},
    "references/type-8-sig.an2": {FOREIGN: "record-not-listed", PART: "records-few"},
    "references/type-9-10-14.an2": {FOREIGN: "record-not-listed"},
    "references/type-9-13-std.an2": {FOREIGN: "record-not-listed", PART: "records-few"},
    "references/type-9-4-iafis.an2": {FOREIGN: "record-not-listed"},
    "usnistgov__libbiomeval/type3.an2k": {FOREIGN: "record-not-listed", PART: "records-few",
        SHORT: "value-length 1.009"},
    "usnistgov__libbiomeval/type9-13.an2k": {OTHER: "field-missing 2.010; field-missing 2.011",
        AGENCY: "value-characters 1.007; value-characters 13.004; value-characters 1.008"},
    "usnistgov__libbiomeval/type9.an2k": {PART: "records-few",
        AGENCY: "value-characters 1.007; value-characters 1.008"},
    "testdata/sign_raw.an2": {FOREIGN: "record-not-listed", PART: "records-few",
        AGENCY: "value-length 1.007; value-length 1.008", SHORT: "value-length 1.009"},
    "testdata/valid1.11.an2": {FOREIGN: "record-not-listed", HAND: "value-range 15.013",
        OTHER: "field-missing 2.045; field-missing 2.047; field-not-listed 2.037; field-not-listed 2.038"},
    "testdata/valid1.13.an2": {FOREIGN: "record-not-listed", PART: "records-few"},
    "testdata/valid1.15.an2": {FOREIGN: "record-not-listed", PART: "records-few",
        OTHER: "field-missing 2.006; field-not-listed 2.005; field-not-listed 2.027; field-not-listed 2.045; "
               "field-not-listed 2.047"},
    "testdata/valid1.3.an2": {PART: "records-few"},
    "testdata/valid1.5.an2": {PART: "records-few", AGENCY: "value-length 13.004"},
    "testdata/valid1.9.an2": {FOREIGN: "record-not-listed", AGENCY: "value-length 14.004"},
    "EFT/S001-01-t10_01.eft": {FACES: "tot-unknown 1.004; value-code 2.021; value-code 2.026.1"},
    "src/latent_with_minutiae.lffs": {OTHER: "field-not-listed 2.095"},
    "resources/testEbts.eft": {
        OTHER: "; ".join((*(f"field-missing 2.0{at}" for at in PRINTED), "field-not-listed 2.037")),
        PLACE: "value-characters 2.020"},
    "sample/type-4-tpcard.an2": {SHORT: "value-length 1.009"},
    "samples/sample.eft": {NO_DOM: "field-missing 1.013", NO_TYPE: "tot-unknown 1.004",
        AGENCY: "value-length 1.007; value-length 1.008"},
    "pass/pass-type-4-14-flats.an2": {SHORT: "value-length 1.009"},
    "pass/pass-type-4-tpcard.an2": {SHORT: "value-length 1.009"},
    "pass/pass-type-8-sig-raw.an2": {NO_DOM: "field-missing 1.013", FOREIGN: "record-not-listed"},
    **{f"pass/pass-type-{name}.an2": {FOREIGN: "record-not-listed"} for name in STRANGERS},
    "sample/type-17-iris.an2": {FOREIGN: "record-not-listed"},
}  # fmt: skip


def spoken(tx: Transaction) -> str:
    """The profile that is chosen, or the FBI's of that edition."""
    chosen = tx.validate("auto").profile or ""
    return chosen if chosen.startswith("fbi") else "fbi-ebts-9.1" if (tx.VER or "") < "0500" else "fbi-ebts-10.0"


def wordless(tx: Transaction) -> set[str]:
    """What a Type-2 that holds nothing but a comment in 2.003 gives: NIST's own samples have such."""
    profile = PROFILES[spoken(tx).rpartition("-")[2]]
    if not tx[2] or set(tx[2][0].keys()) - {1, 2, 3} or tx.TOT not in profile.tots:
        return set()
    needs = profile.tots[tx.TOT].needs.items()
    missing = {profile.dictionary.number_of(name) for name, need in needs if need.condition == "M" and need.sure}
    return {f"field-missing 2.{number:03d}" for number in missing} | {"field-not-listed 2.003"}


def test_samples_give_the_errors_that_are_listed(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    """Every error that a sample gives beyond the standard's is listed with its reason."""
    known = {code for profile in PROFILES.values() for code in profile.tots} | {"CRM"}
    found: dict[str, list[str]] = {}
    tried = 0
    for row in corpus_index:
        sample = row["encoding"] == "traditional" and row.get("TOT_1_004") in known and "#" not in row["file"]
        if not sample or "fail" in row["validity"] or "bad/" in row["file"]:
            continue
        tx = nistitl.read(corpus / row["file"])
        plain = {(one.code, one.location.path) for one in tx.validate().errors}
        more = [one for one in tx.validate(spoken(tx)).errors if (one.code, one.location.path) not in plain]
        told = {f"{one.code} {one.location.path or ''}".strip() for one in more} - wordless(tx)
        if told:
            found["/".join(row["file"].split("/")[-2:])] = sorted(told)
        tried += 1
    assert tried > 50
    assert found == {name: sorted("; ".join(why.values()).split("; ")) for name, why in ERRORS.items()}
