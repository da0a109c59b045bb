"""Fields that name other features by field and place: 9.361 and 9.381. Their places follow where features move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nistitl.minutiae.items import MinutiaeFields

_NAMING = {"CPF": ("9.361", "CFN", "FOC"), "FCC": ("9.381", "FTF", "FTO")}  # items: the field, the place in it


def names_features(record: MinutiaeFields) -> bool:
    """True where a record has one of these fields."""
    return any(number in record for number, *_ in _NAMING.values())


def places_of(before: Sequence[object], after: Sequence[object]) -> dict[int, int]:
    """Where each feature of a field will be: one that is as it was is the same; of as many, one at its place has moved.

    Which of fewer or more a changed one is cannot be told: it counts as gone. Places that had none yet get one.
    """
    free = dict(enumerate(after, 1))
    places = {}
    for old, feature in enumerate(before, 1):
        new = next((place for place, one in free.items() if one == feature), None)
        if new is not None:
            places[old] = new
            del free[new]
    same_place = range(1, len(after) + 1) if len(before) == len(after) else range(len(before) + 1, len(after) + 1)
    return {place: place for place in same_place if place in free} | places


def renumbered(
    record: MinutiaeFields, field: int, places: Mapping[int, int]
) -> tuple[dict[str, tuple[Any, ...]], list[str]]:
    """By mnemonic: the subfields of these fields that change when the places of a field's features do.

    `places`: from those that stand to those that will be. Subfields of features that are gone, go; they are listed.
    """
    changed: dict[str, tuple[Any, ...]] = {}
    lost = []
    for mnemonic, (number, of_field, of_place) in _NAMING.items():
        before = getattr(record, mnemonic)
        kept = []
        for one in before:
            place = getattr(one, of_place)
            if getattr(one, of_field) != field or place is None:
                kept.append(one)
            elif place in places:
                kept.append(attrs.evolve(one, **{of_place: places[place]}))
        if gone := len(before) - len(kept):
            lost.append(f"{gone} subfields of {number} {mnemonic}, for features of 9.{field:03d} that are gone")
        if tuple(kept) != tuple(before):
            changed[mnemonic] = tuple(kept)
    return changed, lost
