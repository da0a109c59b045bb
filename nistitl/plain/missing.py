"""Records of fingers that have no print, for receivers that want one of each: position and reason, and no image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.positions import fingers_of
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from nistitl.model.record import Record
    from nistitl.plain.planning import Order


def missing_positions(order: Order, wanted: Iterable[int], shown: Container[int]) -> list[int]:
    """The positions without a picture that a record is made of; none where the profile wants no such records.

    Those that a reason was said of, and those of the set of which every finger has one.
    """
    if order.profile.missing_fingers is None:
        return []
    reasons = order.description.reasons
    gone = {one for one in wanted if all(finger in reasons for finger in fingers_of(one))}
    return sorted(one for one in gone | set(reasons) if one not in shown)


def missing_record(order: Order, position: int, idc: int, taken: dict[str, Any], impression: int) -> Record:
    """The record of a position: IDC, IMP, FGP, AMP, and `taken`: SRC and FCD, which the standard demands of all."""
    number = order.profile.missing_fingers
    assert number is not None
    kind, reasons = record_class(number), order.description.reasons
    said = reasons.get(position)
    rows = [(finger, reasons.get(finger, said)) for finger in fingers_of(position)]
    values = {"IDC": idc, "IMP": impression, **taken, "FGP": (position,), "AMP": tuple(rows)}
    record: Record = kind(**values)
    return record
