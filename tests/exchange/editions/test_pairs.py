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


FOLLOWS = {(1, 3), (1, 11), (1, 12), (1, 15)}  # CNT, and what the records that are there now ask of Type-1
UNKNOWN = {(9, 3), (14, 3), (15, 3), (10, 13)}  # that nobody knows is said in so many words, where an edition asks
SAID_ANEW = {9: range(3, 13)}  # the standard block of Type-9, in which minutiae of newer blocks stand


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_there_and_back_loses_what_was_listed_alone(path: Path) -> None:
    """What was not listed as lost is the same byte for byte, but for what is told to be said in another place."""
    tx = nistitl.read(path)
    assert tx.edition is not None
    for edition in Edition:
        there = tx.to_edition(edition, lossy=True)
        back = there.transaction.to_edition(tx.edition, lossy=True)
        left = _left(range(len(tx)), there.lost)
        kept = _left(left, back.lost)
        assert errors(nistitl.read(bytes(back.transaction))) <= errors(tx)
        lost = told(there.lost) | {(left[at or 0], field) for at, field in told(back.lost)}
        changed = told(there.losses) | {(left[at or 0], field) for at, field in told(back.losses)}
        for at, record in zip(kept, back.transaction, strict=True):
            for key in _differing(tx.records[at], record):
                also = (record.type, key) in FOLLOWS | UNKNOWN or key in SAID_ANEW.get(record.type, ())
                assert (at, key) in lost or (also and (at, key) in changed) or (at, key) == (0, 3), (edition, at, key)


def _left(places: Any, lost: Any) -> list[int]:
    """Of the records at these places those that did not go as a whole."""
    gone = {one.location.record for one in lost if one.location.field is None}
    return [at for place, at in enumerate(places) if place not in gone]


def _differing(old: Any, new: Any) -> set[Any]:
    """The fields that differ; of a record that is of another type none where its image is the same, pixel by pixel."""
    if old.type != new.type:
        assert ((old.array != 0) == (new.array != 0)).all() if old.type in (5, 6) else (old.array == new.array).all()
        return set()
    return {key for key in {*old.keys(), *new.keys()} - {1} if _raw(old, key) != _raw(new, key)}


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
