"""redact by each shipped policy: refused, or a transaction that reads strictly and holds nothing that was to go."""

from __future__ import annotations

import zlib

import nistitl
from nistitl.exchange.policy import SHIPPED
from nistitl.exchange.redaction import redact
from nistitl.exchange.verifying import verify
from tests.fuzz.pictures import large, seeds
from tests.fuzz.targets.read import opened

__all__ = ["check", "seeds"]

KEY = bytes(range(32))


def check(data: bytes) -> None:
    """What a policy lets go is well formed, the same each time, and leaves what it was made of as it came.

    Verification finds nothing in it that no row keeps; images are never drawn large.
    """
    tx = opened(data)
    if tx is None or large(tx):
        return
    by = SHIPPED[zlib.crc32(data) % len(SHIPPED)]
    try:
        redaction = redact(tx, by, KEY)
    except nistitl.ITLError:
        return
    finally:
        assert bytes(tx) == data, "redacting changed the transaction"
    written = bytes(redaction.transaction)
    again = nistitl.read(written, policy="strict")
    assert bytes(again) == written, "what is redacted is not well formed"
    left = verify(tx, again, redaction).left
    assert not left, f"by {by}: {left[0].text}"
    assert bytes(tx.redacted(by, KEY)) == written, "redacted another time it is another"
