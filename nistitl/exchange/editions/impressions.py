"""Impressions across 2015, when what was one code became two: how it was pressed, and by what it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.editions import E2015, Edition
from nistitl.codes import table
from nistitl.exchange.editions.ledger import CHANGED, GIVEN, LOST
from nistitl.exchange.editions.tables import ImpressionRow, impression_rows

if TYPE_CHECKING:
    from nistitl.exchange.editions.ledger import Ledger
    from nistitl.model.record import Record

_IMP, _FGP, _FCT = 3, 13, 901
_FINGERS = frozenset({"multi-finger", "EJI/tip"})


def settle_impression(record: Record, source: Edition, target: Edition, ledger: Ledger) -> None:
    """Say IMP and FCT as the target says them, where a row knows how."""
    if (source < E2015) == (target < E2015):
        return
    said, technology, position = _number(record, _IMP), _number(record, _FCT), _position(record)
    rows = [row for row in impression_rows() if row.type == record.type and row.position == position]
    if target < E2015:
        of_code = [one for one in rows if one.newer == said]
        _older(record, _nearest(of_code, technology), ledger)
    elif technology is None:
        _newer(record, next((one for one in rows if one.older == said and not one.loses), None), ledger)


def _nearest(rows: list[ImpressionRow], technology: int | None) -> ImpressionRow | None:
    """The row of that technology, else the one that names none."""
    return next((one for wanted in (technology, None) for one in rows if one.technology == wanted), None)


def _older(record: Record, row: ImpressionRow | None, ledger: Ledger) -> None:
    if row is None:
        return
    if row.older != row.newer:
        record.put(_IMP, str(row.older).encode())
        code, message = CHANGED, f"IMP is {row.older}, which says the same"
        if row.loses:
            code, message = LOST, f"IMP is {row.older}: it does not say {row.loses}"
        ledger.tell(code, record, message, _IMP, clause=row.clause)
    if row.technology is not None:
        record.put(_FCT, None)
        ledger.tell(CHANGED, record, f"IMP {row.older} says what FCT said", _FCT, clause=row.clause)


def _newer(record: Record, row: ImpressionRow | None, ledger: Ledger) -> None:
    if row is None or row.older == row.newer:
        return
    record.put(_IMP, str(row.newer).encode())
    also = f" with FCT {row.technology}" if row.technology is not None else ""
    ledger.tell(CHANGED, record, f"IMP is {row.newer}{also}, no longer {row.older}", _IMP, clause=row.clause)
    if row.technology is not None:
        record.put(_FCT, str(row.technology).encode())
        code, message = CHANGED, f"FCT {row.technology} says with IMP what that said alone"
        if row.assumes:
            code, message = GIVEN, f"FCT {row.technology} says more than IMP {row.older} did: {row.assumes}"
        ledger.tell(code, record, message, _FCT, clause=row.clause)


def _number(record: Record, number: int) -> int | None:
    raw = bytes(record.raw(number) or b"")
    return int(raw) if raw.isdigit() and len(raw) < 4 else None


def _position(record: Record) -> str | None:
    """What the first position is of: finger, palm, plantar or unknown; None where there is none to read."""
    first = bytes(record.raw(_FGP) or b"").partition(b"\x1e")[0]
    code = table("FGP").get(first.decode("latin-1"))
    return None if code is None else "finger" if code.group in _FINGERS else code.group
