"""Fingers that are missing or could not be printed, wherever a transaction says so, as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.codes import table
from nistitl.images.labels import position_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_AMP = "AMP"
_LENGTH = 2  # of a code
_OF_SEVERAL = {11: (1, 11), 12: (6, 12), 13: (2, 3, 4, 5, 13), 14: (7, 8, 9, 10, 14)}  # fingers of a position


def amputated(tx: Transaction, dictionary: Dictionary | None) -> dict[int, str]:
    """Positions with their code: by 14.018 and its kin, and by the field of Type-2 that the dictionary calls AMP."""
    codes: dict[int, str] = {}
    for record in tx:
        for position, code in _type_2(record, dictionary) if record.type == 2 else _image_type(record):
            if len(code) == _LENGTH and code.isascii() and code.isalnum():  # what is no code is no reason
                codes.setdefault(position, code)
    return codes


def _image_type(record: Record) -> Iterator[tuple[int, str]]:
    if _AMP in record.mnemonics():
        for one in getattr(record, _AMP) or ():
            if one.FRAP is not None and one.ABC is not None:
                yield one.FRAP, one.ABC


def _type_2(record: Record, dictionary: Dictionary | None) -> Iterator[tuple[int, str]]:
    """A position and a code in each subfield."""
    element = dictionary.by_mnemonic(_AMP) if dictionary is not None else None
    place = None if element is None else record.get(f"2.{element.number}")
    for subfield in place.text.split("\x1e") if place is not None else ():
        position, _, code = subfield.partition("\x1f")
        if position.isascii() and position.isdigit() and len(position) <= 2 and code:
            yield int(position), code


def meaning(code: str) -> str:
    """What a code says, the code first."""
    said = table("AMPCD").meaning(code)
    return f"{code}: {said}" if said else code


def gone_of(position: int, codes: Mapping[int, str]) -> dict[int, str]:
    """Which of the fingers of a position have a code."""
    return {finger: codes[finger] for finger in _OF_SEVERAL.get(position, (position,)) if finger in codes}


def reasons(position: int, codes: Mapping[int, str]) -> list[str]:
    """Why there is no image of a position, a line a finger; empty where nobody says."""
    return [
        meaning(code) if finger == position else f"{named(finger)}: {meaning(code)}"
        for finger, code in gone_of(position, codes).items()
    ]


def named(finger: int) -> str:
    """A finger by number and name."""
    return f"{finger} {position_name(finger)}"
