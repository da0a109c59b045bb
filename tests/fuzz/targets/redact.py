"""redact by each shipped policy: refused, or a transaction that reads strictly and holds nothing that was to go."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import nistitl
from nistitl.exchange.policy import SHIPPED
from nistitl.exchange.redaction import redact
from nistitl.exchange.verifying import verify
from tests.fuzz.pictures import large, seeds
from tests.fuzz.targets.read import opened

if TYPE_CHECKING:
    from nistitl.exchange.redaction import Redaction
    from nistitl.exchange.verifying import Trace

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
    left = [trace for trace in verify(tx, again, redaction).left if not _in_a_kept_image(trace, again, tx, redaction)]
    assert not left, f"by {by}: {left[0].text}"
    assert bytes(tx.redacted(by, KEY)) == written, "redacted another time it is another"


def _in_a_kept_image(
    trace: Trace, again: nistitl.Transaction, tx: nistitl.Transaction, redaction: Redaction[nistitl.Transaction]
) -> bool:
    """Is it text of eight characters or more that stood among the bytes of the image before, too?

    That is told as what is left, and nothing that redaction could know to be text.
    """
    origin = None if trace.record is None else redaction.origins[trace.record]
    if trace.record is None or origin is None or trace.byte is None or trace.inside:
        return False
    made, source = again.records[trace.record], tx.records[origin]
    number = max(made.elements) if made.binary else made.data_field
    if number is None or trace.path != f"{made.type}.{number:03d}":
        return False
    return bytes(again)[trace.byte :][:8] in bytes(source.raw(number) or b"")
