"""What Type-2 says, as people read it: by the names of a profile. Shown where someone asked for values."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import attrs

from nistitl.base.findings import Location
from nistitl.base.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.place import Place
    from nistitl.model.transaction import Transaction

_STRUCTURE = (1, 2)  # LEN and IDC, which are nobody's


@attrs.frozen(slots=True)
class Value:
    """What stands in a field, a line a subfield."""

    path: str
    mnemonic: str
    name: str
    text: str
    where: Location


def demographics(tx: Transaction, dictionary: Dictionary | None) -> Iterator[Value]:
    """Every field of Type-2 but LEN and IDC, by the names of the dictionary, by path where it has none."""
    for at, record in enumerate(tx):
        if record.type == 2:
            for place in record.fields():
                if place.key not in _STRUCTURE:
                    yield value_of(at, place, dictionary)


def value_of(at: int, place: Place, dictionary: Dictionary | None) -> Value:
    """The content of a field of the record at that index."""
    number = place.key if isinstance(place.key, int) else None
    element = None
    if place.record.type == 2 and dictionary is not None and number is not None:
        element = dictionary.by_number(number)
    mnemonic, name = (element.mnemonic, element.name) if element is not None else (place.mnemonic, place.name)
    where = Location(record=at, type=place.record.type, idc=place.record.idc, field=number)
    return Value(place.path, mnemonic, name, readable(place.text), where)


def readable(text: str) -> str:
    """Text for people: a line a subfield, items apart, every blank a space, what cannot be seen as an escape."""
    lines = (line.replace("\x1f", ", ") for line in text.split("\x1e"))
    return "\n".join(printable("".join(map(_blank, line))) for line in lines)


def _blank(letter: str) -> str:
    return " " if unicodedata.category(letter) == "Zs" else letter
