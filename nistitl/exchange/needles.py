"""What verification looks for: the values that are to be gone, each of their words and numbers, and dates as spelled.

A needle is bytes; what it stands for is its key, the same for all spellings of a date. Nothing shorter than four
characters is a needle: it would be found everywhere.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from nistitl.wire.charsets import announced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.model.transaction import Transaction

SHORTEST = 4  # characters
LONGEST = 64  # bytes of a needle; of what is longer its beginning is searched
_WORD = re.compile(r"[^\W\d_]{4,}|\d{4,}|[^\W_]{4,}")
_DATE = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?!\d{1,5}(?:\D|$))")
_FIRST_YEAR = 1800
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WIDE = {"utf-16": ("utf-16-be", "utf-16-le"), "utf-32": ("utf-32-be", "utf-32-le")}


def charsets_of(*transactions: Transaction) -> tuple[str, ...]:
    """The codecs that transactions use, and UTF-8; of wide ones both orders of bytes."""
    used = {"utf-8"}
    for tx in transactions:
        sets = [tx.context.charset]
        if tx.header is not None:
            sets.append(announced(tx.header.raw(15), tx.header.raw(2)))
        for charset in sets:
            for name in (charset.name, *(codec for _, codec in charset.inline)):
                used.update(_WIDE.get(name, (name,)))
    return tuple(sorted(used))


class Needles:
    """Needles in small letters by what they stand for; and how many values were too short.

    `mixed`: those that are written in large and small letters, such as McX.
    """

    def __init__(self, charsets: Iterable[str]) -> None:
        self.charsets = tuple(charsets)
        self.keys: dict[bytes, str] = {}
        self.mixed: set[bytes] = set()
        self.values = 0
        self.short = 0
        self._wide = any(name.startswith(("utf-16", "utf-32")) for name in self.charsets)
        self._seen: set[str] = set()

    def add(self, text: str) -> None:
        """A value that is to be gone."""
        if text in self._seen or not text:
            return
        self._seen.add(text)
        if len(text) < SHORTEST:
            self.short += 1
            return
        self.values += 1
        for word, key in spellings(text):
            self._put(word, key)

    def _put(self, word: str, key: str) -> None:
        plain = word.isascii() and not self._wide
        for spelled in (word,) if word.isascii() else {word, word.upper(), word.lower(), word.title()}:
            for charset in ("ascii",) if plain else self.charsets:
                try:
                    raw = spelled.encode(charset, "surrogateescape")[:LONGEST]
                except UnicodeError:
                    continue
                if len(raw) >= SHORTEST:
                    self.keys.setdefault(raw.lower(), key)
                if not is_uniform(raw):
                    self.mixed.add(raw)


def is_uniform(raw: bytes) -> bool:
    """True for bytes in small letters, in large ones, with a large one at the beginning of words, or without any."""
    return raw.islower() or raw.isupper() or raw.istitle() or raw.lower() == raw.upper()


def spellings(text: str) -> Iterator[tuple[str, str]]:
    """A value, its words and groups of digits, its digits without what separates them, and its dates; with keys."""
    small = text.lower()
    yield text, small
    for match in _WORD.finditer(text):
        yield match[0], match[0].lower()
    squeezed = re.sub(r"[-./ ]", "", text)
    if squeezed != text and squeezed.isdigit() and len(squeezed) >= SHORTEST:
        yield squeezed, squeezed
    for match in _DATE.finditer(text):
        year, month, day = map(int, match.groups())
        try:
            moment = date(year, month, day)
        except ValueError:
            continue
        if year >= _FIRST_YEAR:
            yield from ((spelled, moment.isoformat()) for spelled in dates(moment))


def dates(day: date) -> set[str]:
    """A date as people and systems write it."""
    y, m, d, month = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}", _MONTHS[day.month - 1]
    orders = ((y, m, d), (d, m, y), (m, d, y))
    bare = ((d, m, y[2:]), (m, d, y[2:]), (y[2:], m, d))
    plain = {mark.join(order) for mark in ("", "-", ".", "/", " ") for order in orders}
    plain |= {mark.join(order) for mark in ("", ".", "/", "-") for order in bare}
    plain |= {f"{day.day}.{day.month}.{y}", f"{day.month}/{day.day}/{y}", f"{day.day}/{day.month}/{y}"}
    named = {month, month[:3]}
    shown = {d, str(day.day)}
    for name in named:
        for one in shown:
            plain |= {f"{one} {name} {y}", f"{name} {one}, {y}", f"{name} {one} {y}", f"{one}-{name}-{y}"}
            plain |= {f"{one}. {name} {y}", f"{one}{name}{y}"}
    return plain
