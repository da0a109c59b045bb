"""Real files against the rules: what is valid has no errors, what is planted is told, and nothing of a person is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.validation.report import Report
from tests.house.test_corpus import BAD, BROKEN, UNREADABLE

BIOCTS = "nist4j__nist4j/"
REFERENCES = "mhshams__jnbis/ansi/references/"
IN_THE_WILD = "rec01_rec02_rec16.nst.an2"  # its source says so: not conformant

# slips of NIST's own files: what an image is said to be, and is not
SLIPS = {
    "pass-type-10-14-17-piv-index-iris-replacedCorruptImages_fixedAspectRatio.an2": [  # lossless, called baseline
        "image-cga 14.011", "image-cga 14.011",
    ],
    "pass-type-10-face.an2": ["image-size 10.006", "image-size 10.007"],  # a picture replaced, its size not
    "pass-type-10-smt.an2": ["image-size 10.006", "image-size 10.007"],
    "pass-type-10-face-smt-combined.an2": [
        "image-size 10.006", "image-size 10.007", "image-size 10.006", "image-size 10.007",
    ],
    "pass-type-10-tattoo-zoom-SyncValuesForMatchingIDCValues.an2": [
        "image-size 10.006", "image-size 10.007", "image-size 10.006", "image-size 10.007",
    ],
    "pass-type-14_CUSTOM_multiples_14-013.an2": [  # made by nist4j of a file of 2011: VER changed, LEN and fields not
        "edition-older 1.002", "len-wrong 14.001",
    ],
}  # fmt: skip

# what is planted in NIST's fail files, and what it drags along: the images are those of the pass files, with their
# slips; 72 pixels per inch, the double vertex, the hash and
# an iris profile of 2015 stand in all of one family; Types 20 and 21 are stubs
PLANTED = {
    "fail-type-1-wrong-record-number.an2": [
        "tag-foreign -",
    ],
    "fail-all-supported-types-L1.an2": [
        "value-date 1.005", "value-range 1.006", "value-date 1.014", "value-code 4.003", "value-range 4.004",
        "value-date 10.005", "field-not-allowed 10.014", "coordinate-outside 10.014.1.4", "field-not-allowed 10.015",
        "value-code 10.018.1.1", "value-code 10.018.1.3", "value-code 10.028.1", "point-repeated 10.033.1.3",
        "value-code 10.045.1.1", "hash-wrong 10.996", "geo-zone 10.998.1.10", "resolution-low 13.009",
        "value-code 13.014.1.2", "value-length 13.024.1.1", "value-length 13.024.1.3", "resolution-low 14.009",
        "value-range 14.022.1.2", "value-code 14.024.1.2", "value-code 14.030", "resolution-low 15.009",
        "value-code 15.018.1.2", "value-range 15.024.1.1", "geo-zone 15.998.1.10", "value-length 17.015",
        "value-code 17.028", "value-range 17.031", "value-code 17.033.1.1", "field-missing 20.003",
        "field-missing 20.004", "field-missing 20.014", "content-missing 20.999", "item-missing 20.016.1.2",
        "field-missing 20.003",
        "field-missing 20.004", "field-missing 20.014", "content-missing 20.999", "field-missing 21.004",
        "field-missing 21.015", "content-missing 21.999", "item-missing 21.016.1.2", "field-missing 21.004",
        "field-missing 21.015", "content-missing 21.999", "item-missing 21.016.1.2",
    ],
    "fail-missing-info-items.an2": [
        "item-missing 1.013.1.1", "field-empty 1.015", "item-missing 1.016.1.3", "field-empty 1.017",
    ],
    "fail-type-1-L1.an2": [
        "value-length 1.002", "cnt-malformed 1.003.1", "value-date 1.005", "value-range 1.006", "value-date 1.014",
        "value-code 1.015.1.1",
    ],
    "fail-type-13-L1.an2": [
        "value-code 13.003", "value-date 13.005", "resolution-low 13.009", "value-range 13.012",
        "value-range 13.014.1.1", "value-code 13.015.1.1", "value-code 13.024.1.2",
    ],
    "fail-type-14-L1.an2": [
        "impression-latent 14.003", "value-date 14.005", "value-code 14.008", "value-code 14.014.1.2",
        "value-range 14.022.1.2", "value-code 14.027",
    ],
    "fail-type-10-face-smt-combined-L1.an2": [
        "value-date 10.005", "image-size 10.006", "image-size 10.007", "value-code 10.008",
        "field-not-allowed 10.015", "value-code 10.018.1.1", "value-code 10.019.1", "value-length 10.024.1.2",
        "value-length 10.024.2.2", "value-code 10.028.2", "point-repeated 10.033.1.3", "value-code 10.044.1",
        "value-code 10.044.2", "device-identifier 10.903", "hash-wrong 10.996", "image-size 10.006",
        "image-size 10.007", "field-not-allowed 10.023", "value-length 10.041.1.1", "value-length 10.041.1.2",
        "value-code 10.042.1.2", "value-code 10.042.2.3", "value-code 10.043.1.1", "value-length 10.996",
        "value-date 10.005", "field-not-allowed 10.023", "value-code 10.043.1.3", "hash-wrong 10.996",
        "value-date 10.998.1.1", "value-length 10.998.1.4",
    ],
    "fail-type-15-L1.an2": [
        "value-range 15.003", "value-date 15.005", "value-characters 15.008", "value-code 15.018.1.2",
        "value-range 15.024.1.1", "value-code 15.024.1.2",
    ],
    "fail-type-17-L1.an2": [
        "value-code 17.003", "value-code 17.013", "value-code 17.020", "value-length 17.026",
        "spectrum-step 17.027.1.2", "value-code 17.028", "value-range 17.031", "value-code 17.032",
        "count-wrong 17.033.1.2",
        "count-wrong 17.035.1.2", "value-code 17.037.1.1", "value-range 17.041",
    ],
    "fail-type-4-L1.an2": [
        "impression-latent 4.003", "value-range 4.004",
    ],
    "fail_IDC_Sequential_Tests.an2": [
        "cnt-idc 1.003.3", "cnt-idc 1.003.4", "cnt-idc 1.003.5", "cnt-idc 1.003.6",
    ],
    "fail-all-supported-types-1.006-invalid-value.an2": [
        "value-range 1.006", "point-repeated 10.033.1.3", "hash-wrong 10.996", "resolution-low 14.009",
        "resolution-low 15.009", "value-range 17.031", "field-missing 20.003", "field-missing 20.004",
        "field-missing 20.014",
        "content-missing 20.999", "item-missing 20.016.1.2", "field-missing 20.003", "field-missing 20.004",
        "field-missing 20.014", "content-missing 20.999", "field-missing 21.004", "field-missing 21.015",
        "content-missing 21.999", "item-missing 21.016.1.2", "field-missing 21.004", "field-missing 21.015",
        "content-missing 21.999", "item-missing 21.016.1.2",
    ],
}  # fmt: skip

# of NBIS's bad files whose fault is content: the first error, and the level that finds it
CONTENT = {
    "a001-item-too-big.an2": (1, "value-length 1.004"),
    "a001-missing-field.an2": (1, "field-missing 1.011"),
    "a001-seg-missing-item.an2": (1, "item-missing 14.021.1.5"),
    "face-forbidden-field.an2": (1, "field-edition 1.016"),
    "face-jp2-image-height.an2": (3, "image-size 10.007"),
}
EARLIER = "value-length 1.004"  # most of NBIS's files have a TOT of eight characters, before what was broken


@pytest.fixture(scope="module")
def reports(corpus: Path, corpus_index: list[dict[str, Any]]) -> dict[str, Report]:
    """The report of level 3 of every file that is a transaction."""
    found = {}
    for row in corpus_index:
        try:
            tx = nistitl.read(corpus / row["file"])
        except nistitl.ITLError:
            continue
        found[row["file"]] = tx.validate(level=3)
    return found


def named(reports: dict[str, Report], start: str) -> dict[str, Report]:
    """Those of NIST's files whose names begin so."""
    return {Path(name).name: report for name, report in reports.items()
            if name.startswith(BIOCTS) and Path(name).name.startswith(start)}  # fmt: skip


def errors(report: Report) -> list[str]:
    """The errors, as the tables above write them."""
    return [f"{finding.code} {finding.location.path or '-'}" for finding in report.errors]


def test_files_that_pass_have_no_errors(corpus: Path, reports: dict[str, Report]) -> None:
    passing = named(reports, "pass")
    assert len(passing) > 40 and set(SLIPS) <= set(passing)
    assert {name: told for name, report in passing.items() if (told := errors(report))} == SLIPS


def test_files_that_pass_have_no_errors_at_level_2(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    found = {}
    for row in corpus_index:
        if row["file"].startswith(BIOCTS) and (name := Path(row["file"]).name).startswith("pass"):
            found[name] = errors(nistitl.read(corpus / row["file"]).validate(level=2))
    slips = {name: told for name, codes in SLIPS.items() if (told := [c for c in codes if not c.startswith("image-")])}
    assert {name: told for name, told in found.items() if told} == slips


def test_planted_defects_are_errors(reports: dict[str, Report]) -> None:
    failing = named(reports, "fail")
    assert set(failing) == set(PLANTED)
    for name, report in failing.items():
        assert errors(report) == PLANTED[name], name


def test_reference_transactions_of_2007_have_no_errors(reports: dict[str, Report]) -> None:
    found = {name.removeprefix(REFERENCES): report for name, report in reports.items() if name.startswith(REFERENCES)}
    assert len(found) > 10 and not found.pop(IN_THE_WILD).ok
    assert {name: errors(report) for name, report in found.items() if not report.ok} == {}


@pytest.mark.parametrize("name", sorted(CONTENT))
def test_content_that_nbis_broke_is_the_first_error(corpus: Path, name: str) -> None:
    level, first = CONTENT[name]
    tx = nistitl.read(corpus / BAD / name)
    assert errors(tx.validate(level=level))[0] == first
    assert level == 1 or tx.validate(level=level - 1).ok


def test_what_is_no_error_of_the_standard(reports: dict[str, Report]) -> None:
    user_defined, one_missing = reports[BAD + "face-udf.an2"], reports[BAD + "a001-one-missing.an2"]
    assert user_defined.ok and user_defined.filter(path="10.216") == ()
    assert one_missing.ok and len(one_missing.filter(code="tenprint-incomplete", severity=nistitl.Severity.NOTE)) == 1


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_structure_that_nbis_broke_is_the_first_error(reports: dict[str, Report], name: str) -> None:
    """TOT of eight characters comes before what lies behind it, and is no consequence of it."""
    code, offset = BROKEN[name]
    told = [finding for finding in reports[BAD + name].errors if f"{finding.code} {finding.location.path}" != EARLIER]
    assert (told[0].code, told[0].location.offset) == (code, offset)
    rest = {
        "a001-missing-cnt.an2": ["cnt-extra-record"],  # 15 counted, 13 named, 14 there
        "vxt1-len-id-too-big.an2": ["record-cut"],  # the file is 29 bytes of a Type-1
    }
    assert [finding.code for finding in told[1:]] == rest.get(name, [])


def test_every_file_is_a_known_one(corpus: Path) -> None:
    others = {"a001-one-missing.an2", "face-udf.an2"}
    assert {path.name for path in (corpus / BAD).glob("*.an2")} == {*CONTENT, *BROKEN, *UNREADABLE, *others}


def test_findings_are_in_byte_order(reports: dict[str, Report]) -> None:
    for name, report in reports.items():
        places = [(f.location.record, f.location.offset) for f in report if f.location.record is not None]
        assert [record for record, _ in places] == sorted(record for record, _ in places if record is not None), name
        for record in {record for record, _ in places}:
            offsets = [offset for at, offset in places if at == record and offset is not None]
            assert offsets == sorted(offsets), (name, record)


def test_nothing_of_type_2_is_told(reports: dict[str, Report]) -> None:
    found = [finding for report in reports.values() for finding in report if finding.location.type == 2]
    assert found
    assert [finding for finding in found if finding.actual is not None] == []
