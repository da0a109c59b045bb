"""One byte of padding between two records: no record changes, and the byte is told where it is."""

from __future__ import annotations

import zlib
from typing import Literal

import nistitl
from tests.fuzz.targets.read import opened
from tests.support.kept import PADDING

POLICIES: tuple[Literal["tolerant", "repair"], ...] = ("tolerant", "repair")


def check(data: bytes) -> None:
    """A boundary and a byte of each transaction in which reading finds nothing wrong, by its checksum."""
    clean = opened(data, "strict")
    if clean is None or len(clean) < 2 or any(f.severity > nistitl.Severity.NOTE for f in clean.findings):
        return
    chance = zlib.crc32(data)
    record = clean.records[chance % (len(clean) - 1)]
    if (
        record.type in (3, 4)
        and record["CGA"].value == 0
        and record["HLL"].value * record["VLL"].value > len(record["DATA"].raw)
    ):
        return  # pixels are missing, and the stray may be one of them
    at = record.origin[2]
    stray = PADDING[chance // 1000 % len(PADDING)]
    damaged = data[:at] + bytes([stray]) + data[at:]
    for policy in POLICIES:
        before, after = nistitl.read(data, policy=policy), nistitl.read(damaged, policy=policy)
        assert [bytes(record) for record in after] == [bytes(record) for record in before], f"{policy}: another record"
        told = after.repairs if policy == "repair" else after.framing_findings
        places = [(f.location.offset, f.location.length) for f in told if f.code == "bytes-between"]
        assert places == [(at, 1)], f"{policy}: {places}"
    assert opened(damaged, "strict") is None, "strict takes it"
