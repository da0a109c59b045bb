"""Sound fixtures, changed: how the cases of the rules are written, and what is said of them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import nistitl
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl import Finding, Transaction

FIXTURES = ROOT / "fixtures"
STATEMENTS = ("hash-verified", "hash-none")  # notes on every record with data, whatever else it is
Told = tuple[str, int | None, str]


@cache
def content(base: str) -> bytes:
    """The bytes of a sound fixture."""
    path = FIXTURES / f"{base}.eft" if base.startswith("tenprint") else FIXTURES / "records" / f"{base}.an2"
    return path.read_bytes()


def change(tx: Transaction, at: int, what: str, text: str | None = None) -> None:
    """Drop a record, cut its data to a length, put text behind them, delete a field or item, or put text there."""
    record = tx.records[at]
    if what == "drop":
        tx.remove(record)
    elif what == "cut":
        record[999] = bytes(record[999].raw)[: int(text or 0)]
    elif what == "behind":
        record[999] = bytes(record[999].raw) + (text or "").encode()
    else:
        record[what] = None if text is None else text.encode()


def changed(base: str, rows: Iterable[Any]) -> Transaction:
    """A fixture with changes, as it is read when written."""
    tx = nistitl.read(content(base))
    for row in rows:
        change(tx, *row)
    return nistitl.read(bytes(tx))


def told(findings: Iterable[Finding]) -> Counter[Told]:
    """Findings by what they say and where, without the statements."""
    return Counter((f.code, f.location.record, f.location.path) for f in findings if f.code not in STATEMENTS)
