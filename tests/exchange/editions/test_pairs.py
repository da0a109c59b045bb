"""All pairs of editions on every fixture of a record type, and the corpus: valid there, and every change is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.base.editions import Edition
from tests.support.editions import differences, errors, told
from tests.support.samples import ROOT

FIXTURES = sorted((ROOT / "fixtures" / "records").glob("*.an2"))
THERE = ("edition-changed", "edition-given", "edition-lost")


def check(tx: nistitl.Transaction, target: str, lossy: bool = True) -> nistitl.Transaction:
    """The transaction in the target: read again without a fault, no new error, every difference told and no other."""
    conversion = tx.to_edition(target, lossy=lossy)
    made = nistitl.read(bytes(conversion.transaction))
    assert {one.code for one in made.findings} <= {one.code for one in tx.findings} | {"edition-unchecked"}
    assert errors(made) <= errors(tx) and made.VER == target
    changes = [one for one in conversion.losses if one.code in THERE]
    seen, listed = differences(tx, made, changes), told(changes)
    records = {at for at, field in listed if field is None}
    assert seen <= listed
    assert {place for place in listed if place[0] not in records} <= seen
    return made


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_edition_to_every_other(path: Path) -> None:
    tx = nistitl.read(path)
    for edition in Edition:
        made = check(tx, edition.ver)
        if edition is tx.edition:
            assert bytes(made) == bytes(tx)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_there_and_back_loses_what_was_listed_alone(path: Path) -> None:
    tx = nistitl.read(path)
    assert tx.edition is not None
    for edition in (Edition.E1993, Edition.E2011, Edition.E2025):
        there = tx.to_edition(edition, lossy=True)
        gone = {one.location.record for one in there.losses if one.location.field is None and one.code == THERE[2]}
        back = there.transaction.to_edition(tx.edition, lossy=True)
        left = [at for at in range(len(tx)) if at not in gone]
        listed = told(there.losses) | {(left[at or 0], field) for at, field in told(back.losses)}
        lost_again = {one.location.record for one in back.losses if one.location.field is None and one.code == THERE[2]}
        kept = [at for place, at in enumerate(left) if place not in lost_again]
        assert len(kept) == len(back.transaction)
        for at, record in zip(kept, back.transaction, strict=True):
            if (at, None) in listed:
                continue
            for key in {*tx.records[at].keys(), *record.keys()} - {1}:
                same = _raw(tx.records[at], key) == _raw(record, key)
                assert same or (at, key) in listed or (at, key) == (0, 3), (edition, at, key)


def _raw(record: Any, key: Any) -> bytes | None:
    raw = record.raw(key)
    return None if raw is None else bytes(raw)


# -- the corpus ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def valid(corpus: Path, corpus_index: list[dict[str, Any]]) -> list[nistitl.Transaction]:
    rows = [row for row in corpus_index if row["validity"] == "valid" and row["encoding"] == "traditional"]
    return [nistitl.read(corpus / row["file"]) for row in rows]


def test_files_of_2000_in_2015(valid: list[nistitl.Transaction]) -> None:
    """Without a loss: none of them refuses."""
    of_2000 = [tx for tx in valid if tx.VER == "0300"]
    assert len(of_2000) == 7
    for tx in of_2000:
        made = check(tx, "0502", lossy=False)
        assert [len(record.DATA) for record in made.images()] == [len(record.DATA) for record in tx.images()]  # type: ignore[attr-defined]


def test_files_of_2011_to_2015_in_2000(valid: list[nistitl.Transaction]) -> None:
    newer = [tx for tx in valid if tx.edition is not None and Edition.E2011 <= tx.edition <= Edition.E2015]
    assert len(newer) >= 40
    for tx in newer:
        made = check(tx, "0300")
        prints = [record for record in tx if record.type in (4, 13, 14, 15) and record.has_image]  # type: ignore[attr-defined]
        there = [record for record in made if record.type in (4, 13, 14, 15)]
        assert len(there) == len(prints)  # no image of a friction ridge is lost
