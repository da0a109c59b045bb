"""Type-9 in an edition that does not have its blocks: the minutiae go into the standard block, which all have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.exchange.editions.ledger import CHANGED, LOST
from nistitl.exchange.editions.settling import RecordGone

if TYPE_CHECKING:
    from nistitl.exchange.editions.settling import Settler
    from nistitl.minutiae.record import MinutiaeRecord

_STANDARD = "standard"
_MINUTIAE = 12  # 9.012
_FEATURES = range(5, 901)


def settle_minutiae(settler: Settler) -> None:
    """Bring a Type-9 into the target. RecordGone where none of its features can be there."""
    record: MinutiaeRecord = settler.record  # type: ignore[assignment]
    had = _has_features(record)
    blocks = record.minutiae_blocks
    if blocks and not any(_is_there(settler, block) for block in blocks):
        _convert(settler, record, blocks[0])
    settler.settle()
    if had and not _has_features(record):
        raise RecordGone(f"has no features of a kind that {settler.edition.year} has")


def _has_features(record: MinutiaeRecord) -> bool:
    keys = record.keys()
    return any(isinstance(key, int) and key in _FEATURES for key in keys)


def _is_there(settler: Settler, block: str) -> bool:
    return any(check.element.block == block for check in settler.now.fields.values())


def _convert(settler: Settler, record: MinutiaeRecord, block: str) -> None:
    """Have the standard block hold the minutiae; where that cannot be, they go with their own, and are told then."""
    before = {key: record.raw(key) for key in record.keys()}  # noqa: SIM118
    try:
        lost = record.convert_minutiae(_STANDARD, block)
    except ITLError:
        return
    changed = [key for key in record.keys() if isinstance(key, int) and key > 1 and record.raw(key) != before.get(key)]  # noqa: SIM118
    for key in changed:
        message = f"9.{key:03d} is of the standard block, which holds the minutiae of {block}"
        settler.ledger.tell(CHANGED, record, message, key)
    for message in lost:
        settler.ledger.tell(LOST, record, f"the standard block does not hold all of {block}: {message}", _MINUTIAE)
