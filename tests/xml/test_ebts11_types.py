"""FBI EBTS 11.2 in both encodings: every transaction type, least and full, made from the rows of its profile."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from nistitl import Severity
from nistitl.model.dictionaries import profile
from nistitl.profiles import TableProfile
from nistitl.xml.schemas import Schemas
from tests.support.fullest import full
from tests.support.minimal import least
from tests.support.samples import REFERENCE, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl import Finding, Record, Transaction

NAME = "fbi-ebts-11.2"
WITHOUT = {64, 89, 2034}  # fields of Type-2 that its XML has no element for
WHOLE = {(9, 4), (7, 3)}  # what the vocabulary itself has no element for
ONE_TO_TEN = tuple(f"{number:02d}" for number in range(1, 11))
DAYS = ("19700111", "19710222", "19720330", "19730404")
# texts that the code lists of the schema take, and such that show when a part goes astray
HAND = {
    "NAM": ("SYNTHETIC,PERSON ANNA", "GENERATED,PERSON", "INVENTED"),
    "SNAM": ("SYNTHETIC,PERSON A",),
    "AKA": ("SYNTHETIC,OTHER", "GENERATED,PERSON B", "INVENTED"),
    **dict.fromkeys(("DOB", "SDOB", "RBXD", "RBTD", "RBSD", "DORBE", "DOO", "CDD", "BCD"), DAYS),
    "NDR": tuple(map(str, range(1, 16))),
    "CNL.NDR": ("1", "2,3", "1,4,15"),
    "CL1": ("AU", "LS", "RS", "WU"),
    "CL2": ("RS", "WU", "LS", "XX"),
    "CL3": ("WU", "XX", "UC", "LS"),
    "MNU": ("AF-123456", "PP-A1-2", "SS-0000001"),
    "CCT": ("1", "2", "99", "01", "02"),
    "FGP": ONE_TO_TEN,
    "FNR": ONE_TO_TEN,
    "FIC": ("EJI", "TIP"),
    "SMT": ("ART EYE", "BALD", "CATARACT"),
    "POS": ("F", "R", "L"),
    "ATR.TOT": ("CAR", "SRE", "FANC"),
    "IMT": ("1", "3", "6", "7", "8", "9", "10", "11"),
    "BIA": ("37", "63", "1"),
    "RSR": ("SEX\tM\t0.25\t0.5\t1\nRACE\tB\t0\t1\t0.125",),
    "RES": ("1 SYNTHETIC STREET, NOWHERE, NY 10000",),
    "EAD": ("NOBODY INCORPORATED, 1 SYNTHETIC STREET, NOWHERE, NY 10000",),
    "HNOTI": ("Y", "N"),
    "RBT": tuple(map(str, range(1, 14))),
}  # fmt: skip

# what the least transaction needs beside mandatory elements, or where the element itself takes more than its XML does
ASKED = {
    **{tot: {"ERS": b"SYNTHETIC"} for tot in ("EHRR", "RBIHSR", "SRNRR")},  # or ERSX
    "LRSR": {"RSR": b"SEX\tM\t0.25\t0.5\t1"},
}


def fbi() -> TableProfile:
    found = profile(NAME)
    assert isinstance(found, TableProfile)
    return found


TOTS = sorted(fbi().tots)


def test_the_types_are_those_of_the_reference() -> None:
    path = REFERENCE / "fbi" / "ebts11" / "ebts11_2_tots.json"
    if not path.is_file():
        pytest.skip("the reference is not here (set NISTITL_REFERENCE)")
    rows = json.loads(path.read_text())["tots"]
    assert len(rows) == 97
    assert set(TOTS) - {row["tot"] for row in rows} == {"MAPC"}  # outdated, with no table
    assert {row["tot"] for row in rows} <= set(TOTS)


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    if not (SCHEMAS / "ebts11.2").is_dir():
        pytest.skip("the schemas are not here (set NISTITL_SCHEMAS)")
    return Schemas(SCHEMAS / "ebts11.2")


@cache
def both(tot: str) -> tuple[Transaction, Transaction]:
    """The least transaction of a type and the full one."""
    return least(fbi(), tot, text=ASKED.get(tot)), full(fbi(), tot, HAND)


def errors(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.location.path) for one in findings if one.severity >= Severity.ERROR]


def whole_fields(tx: Transaction) -> set[tuple[int, int]]:
    """Fields in the extension element of this library, by record type."""
    return {
        (record.type, int(number))
        for record in tx
        for number in re.findall(rb'<ext:Field number="(\d+)"', b"".join(map(bytes, record.pieces())))
    }


def fields(record: Record, but: set[int]) -> dict[object, bytes]:
    """What a record says, field by field, without its length."""
    return {key: bytes(record.raw(key) or b"") for key in record.keys() if key not in {1, *but}}


@pytest.mark.parametrize("tot", TOTS)
def test_every_type_is_sound_in_both_encodings_and_comes_back(tot: str, schemas: Schemas) -> None:
    for tx in both(tot):
        assert errors(tx.validate(NAME).findings) == []
        there = tx.convert("xml")
        assert there.transaction.vocabulary == "niem4"
        assert [one.message for one in schemas.findings(there.transaction)] == []
        assert errors(there.transaction.validate(NAME).findings) == []
        assert whole_fields(there.transaction) <= WHOLE
        left_out = WITHOUT.intersection(tx[2][0].keys())
        assert {one.location.field for one in there.lost} == left_out
        assert {f"2.{number:03d}" in " ".join(one.message for one in there.lost) for number in left_out} <= {True}
        back = there.transaction.convert("traditional")
        assert back.lost == ()
        for old, new in zip(tx, back.transaction, strict=True):
            assert fields(new, set()) == fields(old, left_out if old.type == 2 else set())
