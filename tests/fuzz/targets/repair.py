"""Reading with policy="repair": what is written is well formed, or listed as not mended; images stay as they are."""

from __future__ import annotations

import nistitl
from tests.fuzz.targets.read import opened
from tests.support.kept import lost_or_invented

STRUCTURAL = {"separator-doubled", "len-wrong", "len-unreadable", "bytes-between", "bytes-after", "terminator-missing"}


def check(data: bytes) -> None:
    """What is repaired reads back strictly, as the same records."""
    tx = opened(data, "repair")
    if tx is None:
        return
    came = opened(data)
    assert came is not None, "repair reads what tolerant refuses"
    told = lost_or_invented(came, tx)
    assert told is None, told
    written = bytes(tx)
    again = nistitl.read(written, policy="tolerant" if tx.unmended else "strict")
    assert bytes(again) == written
    if not tx.unmended:  # what was left may look otherwise once CNT is right
        twice = nistitl.read(written, policy="repair")
        assert not twice.repairs, f"repair of what was repaired: {twice.repairs[0].code}"
        assert bytes(twice) == written, "repair of what was repaired changes it"
        assert [r.type for r in again] == [r.type for r in tx], "repaired records read back as others"
        assert _images(again) == _images(tx), "repaired images read back as others"
    images = _images(tx)
    # one whose tag had lost its separator may have come to light
    assert all(image in images for image in _images(came)), "repair altered image bytes"
    # where a record has pieces without tags, one may be an image that lost its own: nothing is touched there
    spared = {f.location.record for f in again.findings if f.code == "tag-malformed"}
    listed = {f.code for f in tx.unmended}
    left = [f.code for f in again.findings if f.code in STRUCTURAL - listed and f.location.record not in spared]
    assert not left, "repair left damage behind"


def _images(tx: nistitl.Transaction) -> list[bytes]:
    """The binary content of every record that has some."""
    raws = [record.raw(9 if record.binary else 999) for record in tx if record.type not in (7, 8)]
    return [bytes(raw) for raw in raws if raw]
