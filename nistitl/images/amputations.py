"""Fingers that are missing or could not be printed, wherever a transaction says so, with what the code means there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import attrs

from nistitl.codes import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.declare.element import Element
    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_Said = TypeVar("_Said")

AMP = "AMP"
SCAR = "SR"  # the one code of a finger that is there and can be printed
_LENGTH = 2  # of a code
_TEXT = 2  # the record type whose fields a profile names
_OF_SEVERAL = {11: (1, 11), 12: (6, 12), 13: (2, 3, 4, 5, 13), 14: (7, 8, 9, 10, 14)}  # fingers of a position


@attrs.frozen(slots=True)
class Amputation:
    """The code of a finger, and what it means by the code table of the field where it stands; empty if unknown."""

    code: str
    meaning: str = ""

    def __str__(self) -> str:
        """The code first."""
        return f"{self.code}: {self.meaning}" if self.meaning else self.code


def amputated(tx: Transaction, dictionary: Dictionary | None) -> dict[int, Amputation]:
    """What is said of each position: by 14.018 and its kin, and by the Type-2 field that the dictionary calls AMP."""
    said: dict[int, Amputation] = {}
    for record in tx:
        found = _of_text(record, dictionary) if record.type == _TEXT else _of_image(record)
        for position, one in found:
            if len(one.code) == _LENGTH and one.code.isascii() and one.code.isalnum():  # what is no code is no reason
                said.setdefault(position, one)
    return said


def amputations(record: Record) -> dict[int, Amputation]:
    """What 14.018 and its kin say of positions in the image of a record."""
    return dict(_of_image(record))


def _of_image(record: Record) -> Iterator[tuple[int, Amputation]]:
    if record.type == _TEXT or AMP not in record.mnemonics():
        return
    element = record.element(record.number_of(AMP))
    for one in getattr(record, AMP) or ():
        if one.FRAP is not None and one.ABC is not None:
            yield one.FRAP, Amputation(one.ABC, _meaning(one.ABC, element))


def _of_text(record: Record, dictionary: Dictionary | None) -> Iterator[tuple[int, Amputation]]:
    """A position and a code in each subfield."""
    element = dictionary.by_mnemonic(AMP) if dictionary is not None else None
    place = None if element is None else record.get(f"2.{element.number}")
    for subfield in place.text.split("\x1e") if place is not None else ():
        position, _, code = subfield.partition("\x1f")
        if position.isascii() and position.isdigit() and len(position) <= 2 and code:
            yield int(position), Amputation(code, _meaning(code, element))


def _meaning(code: str, element: Element | None) -> str:
    """By the table of the field, whose second item the code is; by the standard's where the field has none."""
    value = element.items[1].value if element is not None and len(element.items) > 1 else None
    own = value.code_table if value is not None else None
    return (own.meaning(code) if own is not None else None) or table("AMPCD").meaning(code) or ""


def gone_of(position: int, said: Mapping[int, _Said]) -> dict[int, _Said]:
    """What is said of the fingers of a position, those of which nothing is said left out."""
    return {finger: said[finger] for finger in _OF_SEVERAL.get(position, (position,)) if finger in said}
