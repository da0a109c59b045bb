"""The sections of a layer and the attributes of their rows: what each holds, and what it must look like.

A check raises ValueError, saying what is wrong and what was expected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from nistitl.base.editions import Edition, edition_of
from nistitl.base.nearest import meant, unknown
from nistitl.base.patterns import check_pattern
from nistitl.base.ranges import Range
from nistitl.profiles.comparisons import comparisons
from nistitl.profiles.layer import NEEDS, OWN
from nistitl.profiles.merging import EVERY
from nistitl.profiles.spans import size, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Attribute(NamedTuple):
    """One attribute: what TOML gives, and what else it must be."""

    types: tuple[type, ...]
    check: Callable[[Any], object] | None = None


IMAGES = ("500", "1000", "latent", "face", "iris")  # what is compressed: friction ridges of these pixels per inch, ...
_FINGERS = 14
_CHARACTERS = ("A", "N", "AN", "ANS", "AS", "NS", "S", "U", "B", "H")
_DATES = ("CCYYMMDD", "YYYYMMDD", "ZCCYYMMDD", "YYYYMMDDHHMMSSZ")
_DIRECTIONS = (
    "submission", "request", "response", "error response", "unsolicited notification", "unsolicited", "internal",
)  # fmt: skip
_NEWER = re.compile(r"\d{1,2}(\.\d{3})?")
_MNEMONIC = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_EXCUSED = re.compile(r"(\d{1,2}(?:\+\d{1,2})*):(\d{1,2})")
_TOT = re.compile(r"[A-Za-z0-9_-]{1,16}")
_BITRATES = re.compile(r"(\d{1,2}(?:\.\d{1,6})?)-(\d{1,2}(?:\.\d{1,6})?)")
_MOST_BITS = 48  # of a pixel


def _one_of(what: str, known: Iterable[str], listed: str | None = None) -> Callable[[str], None]:
    words = tuple(known)

    def check(word: str) -> None:
        if word not in words:
            listing = listed or f"{what}s are {', '.join(words)}"
            raise ValueError(f"there is no {what} {word!r}{meant(word, words)}; {listing}")

    return check


def _range(text: str) -> None:
    try:
        spans = Range(text).spans
    except ValueError:
        expected = "expected such as 500..1000 or 1, 2, 10..15; codes go into codes"
        raise ValueError(f"the values {text!r} are no numbers; {expected}") from None
    if any(low is not None and high is not None and high < low for low, high in spans):
        raise ValueError(f"the values {text!r} end before they begin")


def _editions(words: list[str]) -> None:
    for word in words:
        if edition_of(word) is None:
            raise ValueError(unknown("edition", word, (edition.ver for edition in Edition)))


def _newer(words: list[str]) -> None:
    for word in words:
        if not _NEWER.fullmatch(word):
            raise ValueError(f"{word!r} is no field such as 1.013 and no record type such as 14")


def _mnemonic(text: str) -> None:
    if not _MNEMONIC.fullmatch(text):
        raise ValueError(f"{text!r} is no mnemonic; expected letters and digits such as BKN")


def type_names(text: str) -> tuple[str, ...]:
    """The transaction types of a key or of `tots`: one, several, `*` or `own`. ValueError for what names none."""
    words = tuple(text.split())
    if not words:
        raise ValueError("names no transaction type; expected such as CAR, CAR NFUF, * or own")
    for word in words:
        if word not in (EVERY, OWN) and not _TOT.fullmatch(word):
            raise ValueError(f"{word[:40]!r} is no transaction type such as CAR, nor * or own")
    return words


def _of_fingers(kind: int) -> None:
    if kind != _FINGERS:
        raise ValueError(f"Type-{kind} does not tell of a finger without an image; expected 14, whose AMP says why")


def _listed(text: str) -> None:
    if not re.fullmatch(r"@\w+", text):
        raise ValueError(f"{text!r} is no list; expected such as @ANSWERS")


def excused(text: str) -> tuple[tuple[int, ...], int]:
    """The record types of `excuses`, and how many of their records a subfield stands for: `4+14:2`."""
    match = _EXCUSED.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no number of records such as 4+14:2")
    return tuple(int(kind) for kind in match[1].split("+")), int(match[2])


def _bitrate(value: float) -> None:
    if not 0 < value <= _MOST_BITS:
        raise ValueError(f"the bitrate {value} is none; expected bits a pixel, above 0 and up to {_MOST_BITS}")


def bitrates(text: str) -> tuple[float, float]:
    """Least and most of a range of bit rates, such as `0.55-0.75`. ValueError for what is none."""
    match = _BITRATES.fullmatch(text)
    low, high = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    if not 0 < low <= high <= _MOST_BITS:
        raise ValueError(f"{text!r} is no range of bits a pixel such as 0.55-0.75")
    return low, high


_TEXT, _FLAG, _LISTED = Attribute((str,)), Attribute((bool,)), Attribute((str,), _listed)
_TYPES, _SPAN = Attribute((str,), type_names), Attribute((str,), span)
_LIST = Attribute((list,))
FIELD = {
    "mnemonic": Attribute((str,), _mnemonic), "name": _TEXT,
    "type": Attribute((str,), _one_of("character type", _CHARACTERS, f"types are {', '.join(_CHARACTERS)}")),
    "length": _SPAN, "tolerated": _SPAN, "occurs": _SPAN, "special": _TEXT, "codes": _TEXT,
    "values": Attribute((str,), _range), "pattern": Attribute((str,), check_pattern),
    "date": Attribute((str,), _one_of("date form", _DATES, f"forms are {', '.join(_DATES)}")),
    "hint": _TEXT, "says": _TEXT, "source": _TEXT, "sure": _FLAG, "open": _FLAG,
    "condition": Attribute((str,), _one_of("condition", ("M", "O", "C", "X"), "conditions are M, O, C and X")),
    "tots": _TYPES, "removed": _FLAG,
    "answers": _LISTED, "advice": _LISTED,  # codes that the text begins with, and what to do
    "excuses": Attribute((str,), excused),  # each subfield stands for so many records that could not be made
    "echoed": _FLAG,  # an answer repeats it
    "idc": _FLAG,  # the content is the IDC of a record
    "single": _FLAG,  # an element with items: a subfield without a separator is one value, as its own row says
}  # fmt: skip
TOT = {
    "name": _TEXT, "direction": Attribute((str,), _one_of("direction", _DIRECTIONS)), "service": _TEXT, "like": _TEXT,
    "answers": _TEXT, "delayed": _TEXT, "errors": _TEXT, "answers_to": _TEXT, "status": _TEXT, "source": _TEXT,
    "sure": _FLAG, "removed": _FLAG, "priority": _TEXT, "analogy": _FLAG,
}  # fmt: skip
PROFILE = {
    "name": _TEXT, "title": _TEXT, "authority": _TEXT, "parent": _TEXT, "editions": Attribute((list,), _editions),
    "domains": _LIST, "versions": _LIST, "rules": _LIST, "remove_domains": _LIST, "remove_versions": _LIST,
    "remove_rules": _LIST, "whole": _FLAG, "unlisted_warn": _FLAG, "default": _FLAG, "stands_for": _LIST,
    "complete": _FLAG, "newer": Attribute((list,), _newer),
    "doubtful_editions": Attribute((list,), _editions), "notice": _TEXT, "max_size": Attribute((int, str), size),
    "closed": _FLAG,
    "missing_fingers": Attribute((int,), _of_fingers),  # a record of this type stands for each, without an image
}  # fmt: skip
CODES = {
    "list": _TEXT, "add": _TEXT, "remove": _TEXT, "source": _TEXT,
    "title": _TEXT, "sure": _FLAG,
}  # fmt: skip
CONDITION = {
    "tots": _TYPES, "when": Attribute((str,), comparisons), "unless": Attribute((str,), comparisons), "needs": _TEXT,
    "forbids": _TEXT, "one_of": _TEXT, "says": _TEXT, "hint": _TEXT, "source": _TEXT, "sure": _FLAG, "removed": _FLAG,
}  # fmt: skip
COMPRESSION = {
    "codec": _TEXT, "bitrate": Attribute((float, int), _bitrate), "range": Attribute((str,), bitrates),
    "hint": _TEXT, "source": _TEXT, "sure": _FLAG, "removed": _FLAG,
}  # fmt: skip
ROWS = {
    "type2": FIELD, "fields": FIELD, "tots": TOT, "codes": CODES, "conditions": CONDITION, "compression": COMPRESSION,
}  # fmt: skip
WORDS = ("records", *NEEDS, "forbidden")
SECTIONS = ("profile", "sources", *ROWS, *WORDS, "kinds")


_SPELLED = {
    str: "text in quotes", int: "a number", float: "a number with a point", bool: "true or false",
    list: "a list in brackets", dict: "a table of names and values",
}  # fmt: skip


def _spelled(one: type) -> str:
    """A type of TOML in words."""
    return _SPELLED.get(one, f"a {one.__name__}")  # dates and times


def attribute_fault(name: str, value: object, known: dict[str, Attribute]) -> str | None:
    """What is wrong with an attribute of a row, None where it is as it must be."""
    attribute = known.get(name)
    if attribute is None:
        return f"there is no attribute {name!r}{meant(name, known)}; attributes are {', '.join(known)}"
    if type(value) not in attribute.types:
        expected = " or ".join(_spelled(one) for one in attribute.types)
        return f"{name} is {_spelled(type(value))}, expected {expected}"
    if isinstance(value, list) and not all(isinstance(word, str) for word in value):
        return f"{name} is a list of other things than text"
    if attribute.check is not None:
        try:
            attribute.check(value)
        except ValueError as error:
            return str(error)
    return None
