"""What Type-1 says, as pages tell it that may not tell a person's data: by the kinds of the tables, and by its looks.

An agency is no person, nor is the day of a transaction. But a field holds what somebody wrote there: what does not look
like what belongs there is told by its size.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from nistitl.base.text import printable
from nistitl.exchange.kinds import kinds_of
from nistitl.pages.demographics import readable

if TYPE_CHECKING:
    from nistitl.model.place import Place
    from nistitl.model.transaction import Transaction

_TYPE_1 = 1
_CODE = re.compile(r"[0-9A-Za-z./:_-]{1,32}")  # of an agency, a type, a domain: one word
_CONTROL_NUMBER = re.compile(r"(?=.*\d)[0-9A-Za-z./_-]{1,64}")  # what a TCN looks like, and a name does not
_CODES = ("agency", "code", "domain", "technical")  # kinds of one word
_NUMBERS = "control"
_SEPARATORS = "\x1e\x1f"  # behind which nothing stands
_DAYS = "date"
_FREE = (17,)  # ANM: names of agencies are words, among which anybody's name may stand


def header_text(tx: Transaction, number: int, *, values: bool) -> str | None:
    """What stands in a field of Type-1; None where it is not there. With `values` whatever it is, else as above."""
    place = tx.header.get(number) if tx.header is not None else None
    if place is None:
        return None
    if _tells(place, values):
        return _day(place) or printable(readable(place.text.rstrip(_SEPARATORS)).replace("\n", "; "))
    return f"<{len(place.raw)} bytes>"


def _tells(place: Place, values: bool) -> bool:
    kind = kinds_of(_TYPE_1, {}).of_field(place.element) if place.element is not None else ""
    if values or (kind == _DAYS and place.value is not None):
        return True
    texts = [item.text for item in place.items if item.raw]
    if kind == _NUMBERS:
        return all(map(_CONTROL_NUMBER.fullmatch, texts))
    return kind in _CODES and place.key not in _FREE and all(map(_CODE.fullmatch, texts))


def _day(place: Place) -> str:
    """A day or a moment as it is written everywhere: 2024-03-15."""
    return str(place.value) if isinstance(place.value, date) else ""
