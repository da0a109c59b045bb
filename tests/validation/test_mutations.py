"""Random corruptions of good files that break a stated constraint: reported where they were made."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING

import nistitl
from nistitl import Edition
from tests.support.breaking import Broken, breaks
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COUNT, REPORTED = 5_000, 0.99
FILES = sorted((ROOT / "fixtures" / "records").glob("*.an2")) + sorted((ROOT / "fixtures").glob("*.eft"))
LEN, VER, CNT = 1, 2, 3
Field = tuple["Path", int, int]  # the file, the record, the number


@cache
def content(path: Path) -> bytes:
    """The bytes of a file."""
    return path.read_bytes()


@cache
def good_fields() -> tuple[Field, ...]:
    """Every declared field of the files of which nothing is said."""
    found: list[Field] = []
    for path in FILES:
        tx = nistitl.read(content(path))
        if tx.edition is None or not tx.edition.checked:
            continue
        told = {(f.location.record, f.location.field) for f in tx.validate(level=1)}
        for at, record in enumerate(tx):
            numbers = [number for number in record.keys() if isinstance(number, int) and record.element(number)]
            framed = (LEN, VER, CNT) if at == 0 else (LEN,)
            found += [(path, at, n) for n in numbers if (at, n) not in told and n not in framed]
    return tuple(found)


def corruption(rng: Random) -> tuple[Field, Broken, Edition]:
    """A field and one way to break it; fields that cannot be broken are passed over."""
    while True:
        path, at, number = rng.choice(good_fields())
        tx = nistitl.read(content(path))
        record, edition = tx.records[at], tx.edition
        declared = record.elements.get(number)
        element = declared.in_edition(edition) if declared and edition else None
        if element is None or edition is None:
            continue
        ways = list(breaks(element, bytes(record.raw(number) or b""), edition, rng))
        if ways:
            return (path, at, number), rng.choice(ways), edition


def reported(field: Field, broken: Broken, *, anew: bool) -> bool:
    """True where level 1 names the corrupted field; the transaction is edited, or written and read again."""
    path, at, number = field
    tx = nistitl.read(content(path))
    tx.records[at][number] = broken.raw
    if anew:
        tx = nistitl.read(bytes(tx))
    return any((f.location.record, f.location.field) == (at, number) for f in tx.validate(level=1))


def test_random_corruptions_are_reported_where_they_are() -> None:
    rng = Random(20240315)
    missed = []
    for turn in range(COUNT):
        field, broken, edition = corruption(rng)
        if not reported(field, broken, anew=turn % 2 == 0):
            missed.append(f"{field[0].name} record {field[1]} field {field[2]} {edition.ver} {broken.constraint}")
    assert len(missed) <= COUNT * (1 - REPORTED), missed
