"""An image whose algorithm an edition does not have, by another one: pixel by pixel the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.exchange.editions.ledger import CHANGED
from nistitl.images.record import ImageRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.exchange.editions.ledger import Ledger
    from nistitl.model.record import Record

_LOSSLESS = ("PNG", "NONE")


def coded_anew(record: Record, faults: Callable[[bytes], object], ledger: Ledger) -> bool:
    """Encode the image by the first algorithm without loss that CGA holds without `faults`; False where none can be.

    The fields that follow are told.
    """
    if not isinstance(record, ImageRecord) or record.binary:
        return False
    before = {key: record.raw(key) for key in record.keys()}  # noqa: SIM118
    for name in _LOSSLESS:
        if not faults(name.encode()):
            try:
                record.transcode(name)
            except ITLError:
                continue
            for key in dict.fromkeys([*before, *record.keys()]):
                if isinstance(key, int) and key > 1 and record.raw(key) != before.get(key):
                    message = f"{record.type}.{key:03d}: the image is {name}, pixel by pixel the same"
                    ledger.tell(CHANGED, record, message, key)
            return True
    return False
