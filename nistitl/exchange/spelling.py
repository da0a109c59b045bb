"""The one spelling of a value that has several: zeros, signs and digits that nobody needs could say something."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nistitl.wire.charsets import ASCII

if TYPE_CHECKING:
    from nistitl.declare.values import Value

_AS_IT_STANDS = 2  # digits: some receivers want `07`, others `7`


def respelled(text: str, value: Value) -> str | None:
    """A number, points or the like as they are written here; other text, and two digits, as they stand.

    None where the value cannot be written.
    """
    if not value.respelled or (len(text) <= _AS_IT_STANDS and text.isdigit()):
        return text
    try:
        decoded = value.decode(text.encode("ascii"), ASCII)
        return value.encode(_shortest(decoded) if isinstance(decoded, Decimal) else decoded, ASCII).decode("ascii")
    except ValueError:
        return None


def _shortest(number: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    return number.normalize() if number else Decimal(0)
