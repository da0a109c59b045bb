"""What callers give beside arrays, checked before it is used: every error says what to give instead."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING

from nistitl.base.nearest import meant
from nistitl.minutiae.arrays import MinutiaeError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def resolution(ppi: object) -> float:
    """Pixels per inch. MinutiaeError for what is no number above 0."""
    if not _is_number(ppi, Real) or not math.isfinite(ppi) or not ppi > 0:  # type: ignore[arg-type,operator]
        raise MinutiaeError(f"a resolution of {told(ppi)} pixels per inch is none: give ppi= as a number above 0")
    return ppi  # type: ignore[return-value]


def pixels(name: str, number: object) -> int:
    """A width or height. MinutiaeError for what is no whole number of pixels above 0."""
    whole = _is_number(number, Integral) or (isinstance(number, float) and number.is_integer())
    if not whole or not number > 0:  # type: ignore[operator]
        raise MinutiaeError(f"a {name} of {told(number)} pixels is none: give {name}= as a whole number above 0")
    return int(number)  # type: ignore[call-overload,no-any-return]


def code(name: str, number: object) -> int:
    """A code or number of a format. MinutiaeError for what is no whole number from 0."""
    if not _is_number(number, Integral) or number < 0:  # type: ignore[operator]
        raise MinutiaeError(f"{name} is a whole number from 0, not {told(number)}: give one, or leave {name}= out")
    return int(number)  # type: ignore[call-overload,no-any-return]


def name(what: str, given: object, names: Iterable[str]) -> str:
    """The name of a block or format. MinutiaeError for one of which there is none."""
    there = tuple(names)
    if not isinstance(given, str) or given not in there:
        raise MinutiaeError(f"there is no {what} {told(given)}; {what}s are {', '.join(there)}")
    return given


def keywords(of: str, given: Iterable[str], known: Collection[str], told: str) -> None:
    """MinutiaeError, with the nearest one, for the first keyword that is none; what there is instead is told."""
    for one in given:
        if one not in known:
            raise MinutiaeError(f"{of} takes no {one}={meant(one, known)}; it takes {told}")


def told(value: object) -> str:
    """A value as messages quote it; of what is no number and no name its kind only."""
    return repr(value) if value is None or isinstance(value, (str, int, float)) else f"a {type(value).__name__}"


def place(what: str, number: object, many: int) -> int:
    """Which of so many, counted from 0. MinutiaeError for what is none of them."""
    if not _is_number(number, Integral) or not 0 <= number < many:  # type: ignore[operator]
        raise MinutiaeError(f"there are {many} {what}, counted from 0; there is no {told(number)}")
    return int(number)  # type: ignore[call-overload,no-any-return]


def _is_number(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
