"""The SHA-256 of every binary field, and what xx.996 HAS says of it. ANSI/NIST-ITL 1-2011, xx.996."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import attrs

from nistitl.base.editions import LATEST
from nistitl.base.findings import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

State = Literal["verified", "wrong", "none"]
_HASH = 996


@attrs.frozen(slots=True)
class FieldHash:
    """The SHA-256 of one binary field, in upper-case hex, and whether HAS of its record says the same.

    `state` is "verified", "wrong", or "none" where there is no HAS; `why_none` says where there can be none.
    """

    location: Location
    size: int  # bytes
    sha256: str
    state: State
    why_none: str = ""


def hashes(tx: Transaction) -> tuple[FieldHash, ...]:
    """The hash of every field 999, of the images of binary records, and of other fields declared as data."""
    return tuple(found for at, record in enumerate(tx) for found in _of_record(tx, at, record))


def _of_record(tx: Transaction, at: int, record: Record) -> Iterator[FieldHash]:
    for place in record.fields():
        if place.is_data and isinstance(place.key, int):
            digest = sha256(place.raw).hexdigest().upper()
            why = _why_none(tx, record, place.key)
            state = "none" if why else _state(record, digest)
            where = _location(at, record, place.key)
            yield FieldHash(where, len(place.raw), digest, state, why if state == "none" else "")


def _state(record: Record, digest: str) -> State:
    """What HAS of the record says; text that is no hash at all is a wrong one."""
    said = record.get(_HASH)
    if said is None:
        return "none"
    return "verified" if said.text.strip().upper() == digest else "wrong"


def _why_none(tx: Transaction, record: Record, field: int) -> str:
    """Why nothing can say the hash of a field; empty where HAS can, or does."""
    row = record.elements.get(_HASH)
    if row is None or row.mnemonic != "HAS":
        return f"Type-{record.type} has no field for it"
    if field != record.data_field:
        return "HAS is the hash of field 999 alone"
    if _HASH not in record and row.in_edition(tx.edition or LATEST) is None:
        return "the edition that VER names has no field for it"
    return ""


def write_hashes(tx: Transaction, found: Iterable[FieldHash]) -> None:
    """Write HAS of every record that may have one, by what `hashes` of this transaction found; a wrong one goes."""
    for one in found:
        if one.state != "verified" and not one.why_none:
            assert one.location.record is not None
            tx.records[one.location.record][_HASH] = one.sha256


def hash_findings(tx: Transaction, found: Iterable[FieldHash]) -> Iterator[Finding]:
    """Each HAS that is wrong, and as a note each that is of data which are not in this transaction."""
    for one in found:
        if one.state == "wrong":
            assert one.location.record is not None
            where = _location(one.location.record, tx.records[one.location.record])
            yield Finding("hash-wrong", "HAS is not the SHA-256 of DATA", where, expected=one.sha256)
    for at, record in enumerate(tx):
        if "HAS" in record.mnemonics() and _HASH in record and (record.data_field or 0) not in record:
            message = "HAS is of data that are not in this transaction"
            yield Finding("hash-elsewhere", message, _location(at, record), Severity.NOTE)


def _location(at: int, record: Record, field: int = _HASH) -> Location:
    return attrs.evolve(record.location(field, None, None), record=at)
