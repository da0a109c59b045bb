"""Editing: values set, inserted and deleted by path, records moved, copied and removed; what is written reads back."""

from __future__ import annotations

import zlib
from contextlib import suppress
from random import Random
from typing import Any

import nistitl
from tests.fuzz.targets.read import opened

STEPS = 6
VALUES: tuple[Any, ...] = (
    "", "1", "A", "DOE,JANE", "\u00e9", "\x1d2.999:x", "a\x1eb", "a\x1fb", "x" * 300, 0, -1, 10**9, 10**30, 1.5, None,
    b"", b"\xff", b"\x1c", b"a\x1fb\x1ec", [], [[]], ["A", "B"], [["A", "B"], ["C"]], [1, 2], [["1"] * 40], True,
    object(), "\ud800", "\udcff", {"a": 1}, [None], [b"\x1d"], ("1", ["2"]), "20240230", float("nan"),
)  # fmt: skip
TAILS = ("", ".1", ".2", ".1.1", ".3.2", ".99999", ".0", ".-1", ".x", ".1.1.1", ".1000000000")


def check(data: bytes) -> None:
    """Each step is taken or refused; the transaction then reads back as the same records."""
    tx = opened(data)
    if tx is None:
        return
    sound = not tx.framing_findings
    random = Random(zlib.crc32(data))
    for _ in range(STEPS):
        before = _written(tx)
        try:
            _step(random, tx)
        except nistitl.ITLError:
            assert _written(tx) == before, "an edit that was refused changed what is written"
    written = _written(tx)
    if not written:
        return
    again = opened(written)
    assert again is not None or not sound, "what was edited does not read"
    if again is not None and sound and not again.framing_findings:
        assert [record.type for record in again] == [record.type for record in tx], "edited records read as others"


def _written(tx: nistitl.Transaction) -> bytes | None:
    """The bytes; None where a binary record lacks what its header must have."""
    try:
        return bytes(tx)
    except nistitl.FieldError:
        return None


def _step(random: Random, tx: nistitl.Transaction) -> None:
    record = random.choice(tx.records) if len(tx) else None
    change = random.randrange(9)
    if record is None or change == 0:
        tx.append(nistitl.Type2() if change else nistitl.record_class(random.choice((2, 9, 14, 57)))())
    elif change == 1:
        tx.move(record, random.choice((-1, 0, 1, 2, 99)))
    elif change == 2:
        tx.remove(record)
    elif change == 3:
        tx.insert(random.choice((0, 1, len(tx))), record.copy())
    elif change == 4:
        _delete(random, record)
    elif change == 5:
        record.insert(_path(random, record), random.choice(VALUES))
    elif change == 6:
        _by_name(random, record)
    else:
        record[_path(random, record)] = random.choice(VALUES)


def _delete(random: Random, record: nistitl.Record) -> None:
    with suppress(KeyError):
        del record[_path(random, record)]


def _by_name(random: Random, record: nistitl.Record) -> None:
    name = random.choice(sorted(record.mnemonics()) or ["NONE"])
    with suppress(AttributeError, TypeError):
        setattr(record, name, random.choice(VALUES))


def _path(random: Random, record: nistitl.Record) -> str:
    paths = [place.path for place in record.fields()] or [f"{record.type}.001"]
    return random.choice((*paths, f"{record.type}.999999999", f"{record.type}.1000000000", "14.021", "NOPE")) + (
        random.choice(TAILS)
    )
