"""redact by each shipped policy: refused, or a transaction that reads strictly; images never drawn large."""

from __future__ import annotations

import zlib

import nistitl
from nistitl.exchange.policy import SHIPPED
from tests.fuzz.pictures import large, seeds
from tests.fuzz.targets.read import opened

__all__ = ["check", "seeds"]

KEY = bytes(range(32))


def check(data: bytes) -> None:
    """What a policy lets go is well formed, the same each time, and leaves what it was made of as it came."""
    tx = opened(data)
    if tx is None or large(tx):
        return
    by = SHIPPED[zlib.crc32(data) % len(SHIPPED)]
    try:
        made = tx.redacted(by, KEY)
    except nistitl.ITLError:
        return
    finally:
        assert bytes(tx) == data, "redacting changed the transaction"
    written = bytes(made)
    assert bytes(nistitl.read(written, policy="strict")) == written, "what is redacted is not well formed"
    assert bytes(tx.redacted(by, KEY)) == written, "redacted another time it is another"
