"""What a change of edition did, seen from outside: the fields that differ, by the record of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.base.findings import Finding
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

COMPUTED = {(1, 1), (1, 3)}  # LEN and CNT of Type-1, which follow
Place = tuple[int | None, int | None]  # record of the source, field; None for all of the record


def errors(tx: Transaction) -> set[tuple[str, str]]:
    """The errors of a transaction, by code and place."""
    return {(one.code, one.location.path) for one in tx.validate().errors}  # type: ignore[attr-defined]


def told(findings: Iterable[Finding]) -> set[Place]:
    """The places that findings name."""
    return {(one.location.record, one.location.field) for one in findings}


def differences(source: Transaction, made: Transaction, findings: Iterable[Finding]) -> set[Place]:
    """The fields that differ, and the records that are not there or of another type."""
    gone = {one.location.record for one in findings if one.code == "edition-lost" and one.location.field is None}
    left = [at for at in range(len(source)) if at not in gone]
    assert len(left) == len(made)
    found: set[Place] = {(at, None) for at in gone}
    for at, record in zip(left, made, strict=True):
        found |= _compared(at, source.records[at], record)
    return found


def _compared(at: int, old: Record, new: Record) -> set[Place]:
    if old.type != new.type:
        return {(at, None)}
    keys = {*old.keys(), *new.keys()}
    return {
        (at, key) for key in keys
        if isinstance(key, int) and key != 1 and (old.type, key) not in COMPUTED and _raw(old, key) != _raw(new, key)
    }  # fmt: skip


def _raw(record: Record, key: int) -> bytes | None:
    raw = record.raw(key)
    return None if raw is None else bytes(raw)
