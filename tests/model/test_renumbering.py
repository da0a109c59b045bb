"""IDCs given anew: references follow, nothing else moves, and what could come to mean another record is refused."""

from __future__ import annotations

from typing import Any

import pytest

import nistitl
from nistitl.declare.items import Sets
from nistitl.records import DECLARED, record_class
from tests.support.samples import ROOT, small_transaction

# which fields name an IDC, and of which types: ANSI/NIST-ITL 1-2011 Update:2015, 8.9, 8.11, 8.12, 8.23, xx.992
NAMING = {
    "9.360.CIR": (4, 13, 14, 15, 19), "9.362.EDC": (4, 13, 14, 15, 19), "9.363.RIR": (4, 13, 14, 15, 19),
    "10.992": (2,), "11.037.T2C": (2,), "12.990": (10,), "12.991": (22,), "12.992": (2,), "18.992": (2,),
    "22.992": (2,), "98.900.IID": tuple(range(2, 100)),
}  # fmt: skip


def changed(before: Any, after: Any) -> dict[str, tuple[bytes, bytes]]:
    """Every value that is another one, by path."""
    found = {}
    for old, new in zip(before, after, strict=True):
        assert old.keys() == new.keys()
        for place in old.fields():
            raw = bytes(new[place.key].raw)
            if raw != bytes(place.raw):
                found[f"{place.path} of {old.idc}"] = bytes(place.raw), raw
    return found


def test_the_fields_that_name_an_idc_are_those_of_the_standard() -> None:
    declared = {}
    for kind in DECLARED:
        for number, element in record_class(kind).elements.items():
            if element.idc_of:
                declared[f"{kind}.{number:03d}"] = element.idc_of
            for item in element.items:
                if item.idc_of:
                    declared[f"{kind}.{number:03d}.{item.mnemonic}"] = item.idc_of
    assert declared == NAMING


@pytest.mark.parametrize("kind", [9, 10, 11, 12, 18, 22, 98])
def test_what_names_an_idc_follows_and_nothing_else(kind: int) -> None:
    path = ROOT / "fixtures" / "records" / f"type{kind:02d}-0502.an2"
    before, tx = nistitl.read(path), nistitl.read(path)
    idcs = [record.idc for record in before][1:]
    changes = tx.renumber({idc: idc + 40 for idc in idcs if idc is not None})
    assert changes == {idc: idc + 40 for idc in idcs}
    assert [record.idc for record in tx][1:] == [changes[idc] for idc in idcs]
    after = nistitl.read(bytes(tx), policy="strict")
    naming = {place.rpartition(".")[0] if place.count(".") == 2 else place for place in NAMING}
    others = [path for path in changed(before, after) if path.split()[0] not in naming]
    assert {path.split(".")[1].split()[0] for path in others} <= {"001", "002", "003"}, others
    told = [finding.message for finding in after.validate().findings if finding.code == "reference-idc"]
    assert told == [] and len(changed(before, after)) > len(idcs)


def test_without_numbers_idcs_count_up_in_the_order_of_the_records() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "latent.eft")
    tx[2][0]["IDC"] = 7
    assert tx.renumber() == {7: 0} and [record.idc for record in tx] == [None, 0, 1, 1]
    assert tx[9][0].image_record is tx[13][0]
    before = bytes(tx)
    assert tx.renumber() == {} and bytes(tx) == before


def test_idcs_may_change_places_and_keep_their_width() -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.002"] = "02"
    assert tx.renumber({1: 2, 2: 1}) == {1: 2, 2: 1}
    assert bytes(tx[14][0]["14.002"].raw) == b"01" and bytes(tx[4][0]["4.002"].raw) == b"\x02"
    assert not nistitl.read(bytes(tx), policy="strict").findings


def test_an_audit_log_keeps_what_was_removed_and_follows_the_rest() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type98-0502.an2")
    log = tx[98][0]
    for subfield, told in enumerate(("1,14.020,NA,NA", "-1,NA,NA,NA"), 1):
        log[f"98.900.{subfield}.3"] = told
    tx.renumber({1: 5})
    assert [log[f"98.900.{subfield}.3"].text for subfield in (1, 2)] == ["5,14.020,NA,NA", "-1,NA,NA,NA"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [({9: 3}, "no record has IDC 9"), ({1: 100}, "0 to 99"), ({1: 2}, "both be 2"), ({1: 5, 2: 5}, "both be 5")],
)
def test_what_cannot_be_is_refused_and_nothing_changes(numbers: dict[int, int], said: str) -> None:
    tx = nistitl.read(small_transaction())
    with pytest.raises(nistitl.StructureError, match=said):
        tx.renumber(numbers)
    assert bytes(tx) == small_transaction()


def test_a_reference_to_nobody_never_comes_to_mean_somebody() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type12-0502.an2")
    tx[12][0]["12.992"] = 50
    before = bytes(tx)
    with pytest.raises(nistitl.StructureError, match=r"12\.992 of record 2 names IDC 50"):
        tx.renumber({0: 50})
    assert bytes(tx) == before
    assert tx.renumber({0: 51}) == {0: 51} and tx[12][0]["12.992"].text == "50"


def test_a_record_without_an_idc_is_named() -> None:
    tx = nistitl.read(small_transaction())
    del tx[14][0]["14.002"]
    with pytest.raises(nistitl.StructureError, match="record 3, Type-14, has no IDC"):
        tx.renumber()


def test_fields_of_a_profile_follow() -> None:
    tx = nistitl.read(small_transaction(), profile="int-i-5.03")
    text = tx[2][0]
    del text["2.018"], text["2.019"], text["2.067"], text["2.8608"], text["2.003"]
    text["2.027"] = [["01", "A"], ["02", "L"]]
    tx.renumber({1: 11})
    assert bytes(text["2.027"].raw) == b"11\x1fA\x1e02\x1fL"
    assert isinstance(text.element(27).value, Sets)


def test_xml_follows_too() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type12-0502.an2").convert("xml").transaction
    tx.renumber({0: 40, 3: 41})
    again = nistitl.read(bytes(tx))
    assert [record.idc for record in again] == [None, 40, 1, 2, 41, 4, 5]
    assert (again[12][0]["12.992"].text, again[12][0]["12.990.1"].text) == ("40", "41")
