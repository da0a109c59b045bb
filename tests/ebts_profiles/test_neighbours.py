"""The neighbours of the FBI's: ATF eForms, GSAT 3, Prüm. Row by row of `neighbours.toml`, and beside the reference."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import nistitl
from ebts_profiles import ATF_EFORMS, FBI_8_001, GSAT_3, PRUEM
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.profiles.choice import proofread
from nistitl.profiles.profile import TableProfile
from nistitl.profiles.reading import read_layer
from nistitl.records.type14 import Segment
from tests.support.reference_profiles import REFERENCE, needs_reference
from tests.support.samples import PACKAGES

HERE = Path(__file__).parent
ROWS: list[dict[str, str]] = tomllib.loads((HERE / "neighbours.toml").read_text("utf-8"))["rows"]
DEPARTURES: list[dict[str, str]] = tomllib.loads((HERE / "departures_neighbours.toml").read_text("utf-8"))["row"]
FILES = {"atf-eforms": "atf/atf-eforms.toml", "gsat-3": "bsi/gsat-3.toml", "pruem": "eu/pruem.toml"}
DATA = bytes(1024)
ATF = {
    5: "N", 16: "123456789", 18: "DOE,JOHN NMN", 20: "XX", 21: "US", 22: "19700101", 24: "M", 25: "W", 27: "510",
    29: "160", 31: "BRO", 32: "BRO", 37: "Firearms", 38: "20240102", 73: "WVATF0800",
}  # fmt: skip
GSAT = {19: "20240102", 23: "BUREAU", 39: "M"}
ENROLMENT = {12: "M", 21: "REASON", 30: "NAME", 35: "19700101", 36: "A", 37: "PLACE", 38: "DE", 54: "TYPE"}
PRUEM_TEXT = {
    "CPS": {3: "0422", 10: "C1"}, "PMS": {3: "0422", 10: "C1", 320: "10"}, "MPS": {3: "0422", 7: "CASE", 320: "10"},
    "MMS": {3: "0422", 7: "CASE"}, "SRE": {3: "0422", 64: "X"}, "ERR": {3: "0422", 74: "WRONG"},
}  # fmt: skip


# -- transactions that are as they should be ------------------------------------------------------


def started(ver: str, tot: str, dai: str, ori: str, tcn: str, domain: str, **more: Any) -> nistitl.Transaction:
    """A Type-1; VER last, so that what is put into it is put as it stands."""
    tx = nistitl.Transaction.new(TOT=tot, DAI=dai, ORI=ori, TCN=tcn, DAT="20240102", NSR="00.00", NTR="00.00", **more)
    tx.records[0]["1.013"] = domain.encode()
    tx.records[0]["1.002"] = ver
    return tx


def texted(tx: nistitl.Transaction, fields: dict[int, str]) -> None:
    record = tx.append(nistitl.Type2())
    for number, text in fields.items():
        record[f"2.{number:03d}"] = text.encode()


def made(kind: int, at: int) -> nistitl.Record:
    """A record of an image, the one of that place among its kind."""
    if kind == 4:
        return nistitl.Type4(IMP=1, FGP=at % 10 + 1, ISR=0, HLL=32, VLL=32, CGA=1, DATA=DATA)
    if kind == 10:
        return nistitl.Type10(IMT="FACE", SRC="SRC", PHD="20240102", HLL=480, VLL=600, SLC=0, THPS=1, TVPS=1,
                              CGA="JPEGB", CSP="YCC", SAP=30, POS="F", DATA=DATA)  # fmt: skip
    if kind == 13:
        return nistitl.Type13(IMP=4, SRC="SRC", LCD="20240102", HLL=32, VLL=32, SLC=1, THPS=500, TVPS=500, CGA="NONE",
                              BPX=8, FGP=(0,), DATA=DATA)  # fmt: skip
    if kind == 15:
        return nistitl.Type15(IMP=10, SRC="SRC", PCD="20240102", HLL=32, VLL=32, SLC=1, THPS=500, TVPS=500, CGA="NONE",
                              BPX=8, FGP=25, DATA=DATA)  # fmt: skip
    return nistitl.Type14(IMP=0, SRC="WVATF0800", FCD="20240102", HLL=32, VLL=32, SLC=1, THPS=500, TVPS=500,
                          CGA="WSQ20", BPX=8, FGP=(at % 14 + 1,), DATA=DATA)  # fmt: skip


def atf(kind: int) -> nistitl.Transaction:
    tx = started("0200", "FAUF", "WVIAFIS0Z", "WVATF0800", "TCN1234567890", "NORAM\x1f8.1", PRY=4)
    texted(tx, ATF)
    if kind == 4:
        tx.records[0]["1.011"] = tx.records[0]["1.012"] = "19.69"
    for at in range(10 if kind == 4 else 3):
        record = tx.append(made(kind, at))
        if isinstance(record, nistitl.Type14):
            record.FGP = (13 + at,)
            record.SEG = (Segment(2, 0, 10, 0, 10),) if at < 2 else ()
    return tx


def gsat(*, enrolment: bool = False, missing: bool = False) -> nistitl.Transaction:
    tx = started("0500", "SUB", "DE/A", "DE/B", "TCN-1", "GSAT\x1f3.0", PRY=4)
    tx.records[0]["1.014"] = b"20240102120000Z"
    texted(tx, GSAT | ENROLMENT if enrolment else GSAT)
    if enrolment:
        tx.append(made(10, 0))
    for at in range(14):
        tx.append(made(14, at))
    if missing:
        one = tx[14][0]
        for number in (*range(6, 13), 999):
            del one[number]
        one["14.018"] = b"1\x1fXX"
    return tx


def pruem(tot: str) -> nistitl.Transaction:
    tx = started("0300", tot, "DE/BKA", "NL/NAFIS", "0200000004F", "INT-I\x1f4.22", PRY=4)
    tx.records[0]["1.014"] = b"20050101125959Z"
    if tot in ("SRE", "ERR"):
        tx.records[0]["1.010"] = b"0200000004F"
    texted(tx, PRUEM_TEXT[tot])
    kinds = {"CPS": [4] * 14, "PMS": [4], "MPS": [13], "MMS": [13], "SRE": [], "ERR": []}[tot]
    for at, kind in enumerate(kinds):
        tx.append(made(kind, at))
    if 4 in kinds:
        tx.records[0]["1.011"] = tx.records[0]["1.012"] = "19.68"
    return tx


BASES: dict[str, tuple[TableProfile, Any]] = {
    "atf4": (ATF_EFORMS, lambda: atf(4)), "atf14": (ATF_EFORMS, lambda: atf(14)),
    "gsat": (GSAT_3, gsat), "gsat-enrolment": (GSAT_3, lambda: gsat(enrolment=True)),
    "gsat-missing": (GSAT_3, lambda: gsat(missing=True)),
    **{tot: (PRUEM, lambda tot=tot: pruem(tot)) for tot in PRUEM_TEXT},
}  # fmt: skip


def changed(tx: nistitl.Transaction, path: str, value: str) -> nistitl.Transaction:
    """The transaction with this in its first record of the type, or with so many records of it."""
    kind = int(path.partition(".")[0])
    if "." not in path:
        while len(tx[kind]) > int(value or 0):
            tx.remove(tx[kind][-1])
        while len(tx[kind]) < int(value or 0):
            added = tx.append(made(kind, len(tx[kind])))
            if tx.TOT == "FAUF" and isinstance(added, nistitl.Type14):
                added.FGP = (15,)
        return tx
    number, record = int(path.partition(".")[2]), tx[kind][0]
    if not value:
        if number in record.keys():
            del record[number]
    elif record.binary:
        record[number] = int(value)
    else:
        record[number] = value.replace("|", "\x1f").encode()
    return tx


def told(tx: nistitl.Transaction, by: TableProfile | None) -> Counter[str]:
    return Counter(f"{one.severity.name.lower()} {one.code} {one.location.path}" for one in tx.validate(by).findings)


# -- row by row -----------------------------------------------------------------------------------


def added(tx: nistitl.Transaction, by: TableProfile) -> Counter[str]:
    """What the profile tells beyond what it lies on: 8.001, or the standard alone."""
    return told(tx, by) - told(tx, FBI_8_001 if by is ATF_EFORMS else None)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['in']} {row['set']} {row['bad']}" for row in ROWS])
def test_a_row_passes_and_fails(row: dict[str, str]) -> None:
    by, base = BASES[row["in"]]
    good, bad = (changed(base(), row["set"], row[which]) for which in ("good", "bad"))
    assert row["told"] not in told(good, by)
    assert row["told"] in told(bad, by)
    others = added(bad, by) - added(good, by)
    del others[row["told"]]
    assert not [one for one in others if not one.startswith("note")]


@pytest.mark.parametrize("name", BASES)
def test_what_is_as_it_should_be_has_no_error(name: str) -> None:
    by, base = BASES[name]
    report = base().validate(by)
    assert report.ok and report.profile == by.name
    if by is not ATF_EFORMS:
        assert not report.warnings, report.to_text()


def test_a_missing_finger_says_amp_and_needs_no_image() -> None:
    tx = gsat(missing=True)
    assert tx.validate(GSAT_3).ok
    del tx[14][0]["14.018"]
    needed = {f"error condition-needs 14.{number:03d}" for number in (*range(6, 13), 999)}
    assert needed <= set(told(tx, GSAT_3))


# -- what they are, and are not -------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_everything_in_the_table_takes_effect_and_says_what_it_rests_on(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert proofread(str(PACKAGES / "ebts_profiles" / FILES[name])) == ([], [])
    assert main(["profiles", "show", name]) == 0
    shown = capsys.readouterr().out
    assert {"atf-eforms": "publishes nothing", "gsat-3": "PCN, PTM, PAA, DAA, NOO", "pruem": "It warns"}[name] in shown
    assert main(["profiles"]) == 0 and name in capsys.readouterr().out


@pytest.mark.parametrize("name", ["atf-eforms", "pruem"])
def test_no_row_of_its_own_is_an_error(name: str) -> None:
    """Rows and words are unsure, one by one: in [type2] of ATF, whose rows lie on certain ones, by their lists."""
    layer = read_layer(PACKAGES / "ebts_profiles" / FILES[name])
    rows = {"fields": layer.fields, "conditions": layer.conditions}
    rows |= {"codes": layer.codes} if name == "atf-eforms" else {"type2": layer.type2}
    unsure = {
        (section, key) for section, found in rows.items() for key, row in found.items() if row.get("sure") is False
    }
    assert unsure == {(section, key) for section, found in rows.items() for key in found}
    assert all(not one.sure for counts in layer.records.values() for one in counts.values())
    for needs in layer.needs.values():
        assert all(need.condition in ("E", "O") or not need.sure for need in needs.values())
    if name == "atf-eforms":
        assert all(set(row) == {"codes", "source"} and row["codes"][:5] == "@ATF_" for row in layer.type2.values())
        assert layer.head["max_size"].endswith("?")


def test_eforms_stands_on_8_001_whose_own_rows_stay_errors() -> None:
    assert "fbi-ebts-8.001" in ATF_EFORMS.layer.names and set(ATF_EFORMS.tots) == set(FBI_8_001.tots)
    tx = changed(atf(4), "2.027", "57")
    found = told(tx, ATF_EFORMS)
    assert found["error value-length 2.027"] == told(tx, FBI_8_001)["error value-length 2.027"] == 1


def test_sex_takes_u() -> None:
    """And Type-4 alone has neither error nor warning."""
    report = changed(atf(4), "2.024", "U").validate("atf-eforms")
    assert [(one.code, one.location.path, one.severity) for one in report] == [
        ("field-edition", "1.013", Severity.NOTE)
    ]  # fmt: skip


def test_what_such_files_carry_under_0200_is_noted() -> None:
    """DOM, and Type-14 where there are slaps: notes by this profile, errors by 8.001 and by the standard."""
    tx = atf(14)
    found = told(tx, ATF_EFORMS)
    assert found["note field-edition 1.013"] == 1 and found["note record-edition "] == 3
    for record in tx[14]:
        record.SEG = ()
    for by in ("fbi-ebts-8.001", None):
        assert {"field-edition", "record-edition"} <= {one.code for one in tx.validate(by).errors}
    tx.records[0]["1.016"] = b"A"  # not among those: it is as wrong as ever, and hides nothing
    assert told(tx, ATF_EFORMS)["error field-edition 1.016"] == 1
    tx.records[0]["1.017"] = b"A\x1fB"
    found = told(tx, ATF_EFORMS)
    assert found["error edition-older 1.002"] == 1 and found["note field-edition 1.013"] == 1


@pytest.mark.parametrize(
    ("fours", "fourteens", "few"), [(0, 0, True), (10, 0, False), (14, 0, False), (0, 3, False), (1, 0, False)]
)
def test_eforms_asks_for_images_and_not_for_fourteen(fours: int, fourteens: int, few: bool) -> None:
    """Ten rolled by one tool, three slaps by the other; none by nobody."""
    tx = changed(changed(atf(4), "4", str(fours)), "14", str(fourteens))
    report = tx.validate(ATF_EFORMS)
    assert [one.severity for one in report.findings if one.code == "records-few"] == [Severity.WARNING] * few


@pytest.mark.parametrize("day", ["20240101", "20240103"])
def test_date_printed_is_that_of_the_file_and_is_never_to_be_left_out(day: str) -> None:
    """The hint says which two dates are to be one: a file without DPR is refused, so none says to drop it."""
    tx = atf(4)
    tx.records[0].DAT = date(2024, 1, 2)
    (told_of,) = (one for one in changed(tx, "2.038", day).validate("atf-eforms") if one.code == "condition-forbids")
    assert told_of.location.path == "2.038"
    assert "2.038 DPR and 1.005 DAT" in str(told_of.hint) and "DPR stays" in str(told_of.hint)
    assert told_of.expected == "DPR for which this is not so"


def test_more_than_12_mib_warns() -> None:
    tx = atf(4)
    tx[4][0]["4.009"] = bytes(12 * 1024 * 1024)
    assert told(tx, ATF_EFORMS)["warning size-exceeded "] == 1
    assert tx.validate(ATF_EFORMS).ok


@pytest.mark.parametrize("name", BASES)
def test_auto_never_chooses_them(name: str) -> None:
    tx = BASES[name][1]()
    assert tx.validate("auto").profile not in FILES
    for domain in (b"ATF\x1f8.1", b"GSAT\x1f3.0", b"INT-I\x1f4.22", b"NORAM\x1f8.1"):
        tx.records[0]["1.013"] = domain
        assert tx.validate("auto").profile not in FILES


def test_a_transaction_of_any_type_is_one_of_gsat() -> None:
    """No types are public: whatever 1.004 says, the same is asked; other records and elements may stand there."""
    tx = gsat()
    for tot in ("A", "CAR", "SOMETHING"):
        assert told(changed(tx, "1.004", tot), GSAT_3)["error field-missing 2.019"] == 0
        assert told(changed(gsat(), "2.019", ""), GSAT_3)["error field-missing 2.019"] == 1
    tx.append(made(15, 0))
    tx[2][0]["2.900"] = "X"
    assert tx.validate(GSAT_3).ok


def test_a_type_2_that_nobody_reads_is_told_and_lacks_nothing() -> None:
    """GSAT's own elements have no public namespace: of such XML nothing is said to be missing, in no profile."""
    xml = bytes(gsat(enrolment=True).convert("xml", vocabulary="niem2").transaction).decode()
    start = xml.index("<ext:UserDefinedFields>", xml.index("<itl:PackageDescriptiveTextRecord>"))
    end = xml.index("</ext:UserDefinedFields>", start) + len("</ext:UserDefinedFields>")
    own = '<g:Fields xmlns:g="http://gsat.example/3"><g:Name>PLANTED</g:Name></g:Fields>'
    wrapped = f"<itl:UserDefinedDescriptiveText>{own}</itl:UserDefinedDescriptiveText>"
    report = nistitl.read((xml[:start] + wrapped + xml[end:]).encode()).validate(GSAT_3)
    assert [(one.code, one.severity) for one in report if one.location.type == 2] == [
        ("domain-unread", Severity.WARNING)
    ]  # fmt: skip
    assert "PLANTED" not in report.to_json() and report.ok
    bare = nistitl.read((xml[:start] + xml[end:]).encode()).validate(GSAT_3)
    assert {one.location.path for one in bare.errors} == {"2.019", "2.023", "2.039"}, "there is nothing to read"
    assert nistitl.read(xml.encode()).validate(GSAT_3).ok


# -- beside the reference -------------------------------------------------------------------------


def reference(name: str) -> Any:
    return json.loads((REFERENCE / "other" / f"{name}.json").read_text("utf-8"))


def departs(profile: str, what: str) -> bool:
    """True where the departures say why a fact of the reference is not checked, or is checked otherwise."""
    found = [row for row in DEPARTURES if row["profile"] == profile and row["fact"] == what]
    assert all(row["why"] for row in found)
    return bool(found)


def tried(*bases: str) -> set[str]:
    """The paths that rows of the table try."""
    return {row["set"] for row in ROWS if row["in"] in bases}


@needs_reference
def test_every_fact_of_the_reference_on_eforms_is_a_row_or_departs() -> None:
    stated = reference("atf")
    used = set()
    for fact in stated["fields"]:
        for name in fact["field"].split(", "):
            path = name.split()[0]
            if departs("atf-eforms", name):
                used.add(name)
                continue
            assert path in tried("atf4", "atf14"), name
            if fact["value"].isascii() and " " not in fact["value"]:
                row = ATF_EFORMS.layer.fields.get(path) or ATF_EFORMS.layer.type2[path]
                codes = row.get("codes", "").lstrip("@")
                listed = ATF_EFORMS.layer.codes[codes]["list"] if codes in ATF_EFORMS.layer.codes else codes
                assert fact["value"] in listed.split(), name
    for path in stated["mandatory_type2"]["fields"]:
        need = ATF_EFORMS.tots["FAUF"].needs.get(ATF_EFORMS.layer.type2[path]["mnemonic"])
        assert path in ("2.001", "2.002") or (need is not None and need.condition == "E"), path
    for rule in [*stated["type14"]["rules"], *stated["type4"]["rules"]]:
        if departs("atf-eforms", rule):
            used.add(rule)
        else:
            assert rule.split()[0] in tried("atf4", "atf14"), rule
    assert ATF_EFORMS.max_size == stated["file"]["max_bytes"] and not ATF_EFORMS.max_size_sure
    assert {row["fact"] for row in DEPARTURES if row["profile"] == "atf-eforms"} == used


@needs_reference
def test_every_fact_of_the_reference_on_gsat_is_a_row_or_departs() -> None:
    stated, used = reference("gsat"), set()
    names = {1: "type1", 10: "type10", 14: "type14"}
    ours = {"HPS": "THPS", "VPS": "TVPS", "DAT (the image, 999)": "DATA"}
    of_conditions = {"14." + one.partition(".")[2] for one in GSAT_3.layer.conditions["finger"]["needs"].split()}
    for kind, section in names.items():
        record = nistitl.record_class(kind)
        known = {element.mnemonic: f"{kind}.{number:03d}" for number, element in record.elements.items()}
        for fact in stated["mandatory"][section]:
            path = known[ours.get(fact, fact)]
            if fact == "IDC":
                continue  # the standard's own
            needed = GSAT_3.layer.fields.get(path, {}).get("condition") == "M" or path in of_conditions
            assert needed, fact
            if departs("gsat-3", fact):
                used.add(fact)
            else:
                assert path in tried("gsat", "gsat-enrolment"), fact
    every = GSAT_3.any_type
    assert every is not None
    asked = {name for name, need in every.needs.items() if need.condition == "M"}
    enrolment = set(GSAT_3.layer.conditions["enrolment"]["needs"].split())
    unnumbered = {"PCN", "PTM", "PAA", "DAA", "NOO"}
    assert asked | {"IDC"} == set(stated["mandatory"]["type2_identification"]) - unnumbered
    assert asked | enrolment | {"IDC"} == set(stated["mandatory"]["type2_enrolment"]) - unnumbered
    assert unnumbered < set(stated["mandatory"]["type2_enrolment"]) and all(one in GSAT_3.notice for one in unnumbered)
    counts = {count.types: (count.least, count.most) for count in every.records}
    assert counts == {(2,): (1, 1), (10,): (0, 1), (14,): (14, 14)}
    assert {row["type14"] for row in stated["records"]} == {14} and {
        row.get("type10", 0) for row in stated["records"]
    } == {0, 1}
    assert {row["fact"] for row in DEPARTURES if row["profile"] == "gsat-3"} == used


@needs_reference
def test_every_fact_of_the_reference_on_pruem_is_a_row_or_departs() -> None:
    stated, used = reference("pruem"), set()
    other = reference("profiles")["profiles"]["eu_pruem_2008_616"]
    elements = nistitl.record_class(1).elements
    for fact in stated["type1"]:
        path = fact["field"]
        if departs("pruem", path):
            used.add(path)
            continue
        row = PRUEM.layer.rows_of("fields", path)
        asked = any(one.get("condition") == "M" for one in row) or str(elements[int(path[2:])].condition) == "M"
        assert asked is True and elements[int(path[2:])].mnemonic == fact["mnemonic"]
        assert path in tried(*PRUEM_TEXT), path
    assert set(PRUEM.tots) == set(stated["tots"]["values"]) == set(other["tots"])
    for tot, matrix in other["record_matrix"].items():
        counts = {count.types: count.least for count in PRUEM.tots[tot].records}
        needed = tuple(sorted(int(kind) for kind, how in matrix.items() if how == "M*"))
        assert {kind for types in counts for kind in types} == {int(kind) for kind in matrix if kind != "1"}
        assert all(counts[int(kind),] == 1 for kind, how in matrix.items() if how == "M" and kind != "1")
        assert not needed or counts[needed] == 1
        assert all(least == 0 for types, least in counts.items() if matrix[str(types[0])] == "C")
    for fact in other["type2"]:
        assert fact.split()[0] in PRUEM.layer.type2, fact
    assert {row["fact"] for row in DEPARTURES if row["profile"] == "pruem"} == used
