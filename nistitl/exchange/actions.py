"""What a policy can do with a value: a table of small functions, each from a value to text, or to nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from nistitl.base.nearest import meant
from nistitl.declare.values import GreenwichTime

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from nistitl.declare.values import Value
    from nistitl.exchange.pseudonyms import Person
    from nistitl.wire.charsets import Charset

DATES = ("date", "birth")
_PLACES = ("place", "country")
_ROUNDED = {"year": DATES, "month": DATES, "country": _PLACES}
_IMAGES = ("image",)
_DAY, _MOMENT = 8, 15  # characters of YYYYMMDD, YYYYMMDDHHMMSSZ


class Given(Protocol):
    """A value that an action is asked about, and what it may ask in turn."""

    text: str
    argument: str
    kind: str
    charset: Charset

    @property
    def value(self) -> Value | None:
        """The declaration of the value, None where it has several."""

    @property
    def person(self) -> Person | None:
        """Who the transaction is about; None where nobody is named, or there is no key."""

    def permitted(self) -> str | None:
        """A value that the declaration permits."""

    def pseudonym(self) -> str | None:
        """A value that stands for the person."""


class Action(NamedTuple):
    """An action of a policy: what it makes of a value, the kinds it is for, and whether it takes an argument."""

    make: Callable[[Given], str | None]
    kinds: tuple[str, ...] = ()
    takes: Callable[[str], str | None] = lambda argument: "takes no argument" if argument else None

    def fault(self, argument: str) -> str | None:
        """What is wrong with an argument, None where it is as it must be."""
        return self.takes(argument)


def _kept(given: Given) -> str | None:
    return given.text


def _dropped(given: Given) -> str | None:
    return None


def _replaced(given: Given) -> str | None:
    return given.argument or given.permitted()


def _pseudonym(given: Given) -> str | None:
    return given.pseudonym()


def _shifted(given: Given) -> str | None:
    if given.person is None:
        return None
    days = timedelta(given.person.days)
    return _dated(given, lambda day: day - days)


def _rounded(given: Given) -> str | None:
    if given.argument == "country":
        return "US" if given.text in _STATES.split() else None
    first = {"day": 1} if given.argument == "month" else {"day": 1, "month": 1}
    return _dated(given, lambda day: day.replace(**first))


def _dated(given: Given, change: Callable[[date], date]) -> str | None:
    """A date, or a moment, with its day changed; None for what is none. Zeros, for unknown, stay."""
    text = given.text
    if text == "00000000":
        return text
    moment = len(text) == _MOMENT
    if not moment and len(text) != _DAY:
        return None
    try:
        changed = change(GreenwichTime().decode((text if moment else f"{text}000000Z").encode("ascii"), given.charset))
    except (ValueError, OverflowError):
        return None
    clock = "000000Z" if given.argument else text[8:]
    return f"{changed.year:04d}{changed:%m%d}{clock if moment else ''}"


def _of_span(argument: str) -> str | None:
    if argument in _ROUNDED:
        return None
    return f"round to what? expected one of {', '.join(_ROUNDED)}{meant(argument, _ROUNDED)}"


def _any_text(argument: str) -> str | None:
    return None if argument.isprintable() else "the value holds what a terminal would obey"


# NCIC codes of states, districts and territories of the United States
_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NB NV NH NJ NM NY NC ND OH OK OR PA RI
SC SD TN TX UT VT VA WA WV WI WY US
"""

ACTIONS = {
    "keep": Action(_kept),
    "drop": Action(_dropped),
    "blank": Action(_dropped, _IMAGES),
    "synthetic": Action(_dropped, _IMAGES),
    "replace": Action(_replaced, takes=_any_text),
    "pseudonym": Action(_pseudonym, ("name", "number", "ssn", "control")),
    "shift": Action(_shifted, DATES),
    "round": Action(_rounded, (*DATES, *_PLACES), _of_span),
}
