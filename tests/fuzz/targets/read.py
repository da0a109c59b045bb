"""Reading under each policy, reading many, and what can be done with what was read: touch, copy, pickle, write."""

from __future__ import annotations

import pickle
import zlib
from contextlib import suppress
from typing import Any

import nistitl


def check(data: bytes) -> None:
    """The invariant on these bytes; anything but a quiet return is a violation."""
    came = opened(data, "tolerant")
    if came is not None:
        _check_tolerant(came, data)
    strict = opened(data, "strict")
    if strict is not None:
        assert bytes(strict) == data, "strict: written is not what was read"
        touch(strict)
    _check_many(data)


def opened(data: bytes, policy: nistitl.model.transaction.Policy = "tolerant") -> nistitl.Transaction | None:
    """The transaction in these bytes; None where they are none."""
    try:
        return nistitl.read(data, policy=policy)
    except nistitl.ITLError:
        return None


def _check_tolerant(tx: nistitl.Transaction, data: bytes) -> None:
    assert bytes(tx) == data, "written is not what was read"
    found = tx.findings
    assert all(finding.hint is not None and finding.to_text() for finding in found)
    repr(tx)
    touch(tx)
    assert bytes(tx) == data, "touching changed what is written"
    for twin in (tx.copy(), _pickled(tx)):
        assert bytes(twin) == data, "a copy writes other bytes"
        assert len(twin) == len(tx)
    _check_edit(tx, data)


def touch(tx: nistitl.Transaction) -> None:
    """Every value of every record; with ITLError, or not at all."""
    for record in tx:
        for name in record._slots:
            with suppress(nistitl.ITLError):
                getattr(record, name)
        for action in (nistitl.Record.texts, _paths, repr, _pickled):
            with suppress(nistitl.ITLError):
                action(record)


def _paths(record: nistitl.Record) -> list[str]:
    return [place.text for place in record.fields()]


def _pickled(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


def _check_edit(tx: nistitl.Transaction, data: bytes) -> None:
    """One record written anew: what stands before it and after it does not move."""
    if not len(tx):
        return
    twin = tx.copy()
    record = twin.records[zlib.crc32(data) % len(twin)]
    _, start, end = record.origin
    try:
        record.respell()
        written = bytes(twin)
    except nistitl.ITLError:
        return
    assert written.startswith(data[:start]), "an edit moved what stands before the record"
    # a byte that stands where FS should gives way to it
    assert any(written.endswith(rest) for rest in (data[end:], data[end + 1 :])), "an edit moved what follows"
    nistitl.read(written)


def _check_many(data: bytes) -> None:
    parts = []
    try:
        for tx in nistitl.read_many(data):
            parts.append(bytes(tx))
    except nistitl.ITLError:
        assert data.startswith(b"".join(parts)), "read_many: what was read is not what stands there"
        return
    assert b"".join(parts) == data, "read_many lost bytes"
