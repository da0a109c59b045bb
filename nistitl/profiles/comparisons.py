"""Comparisons as tables write them: `JUV = Y`, `14.013 in 1 2 3`, `GDN absent`, `DOA <= 1.005`, joined by ` and `."""

from __future__ import annotations

import re
from typing import NamedTuple

NAME = re.compile(r"\d{1,2}\.\d{1,9}(\.\d{1,2})?|(\d{1,2}\.)?[0-9_]*+[A-Za-z][A-Za-z0-9_]*(@2\.\d{3,9})?")
OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
ORDERS = ("<", "<=", ">", ">=")
_SIGNED = re.compile(r"(\S+?)\s*(!=|<=|>=|=|<|>)\s*(.*)")
_WORDED = re.compile(r"(\S+)\s+(present|absent|in)(?:\s+(.*))?")


class Comparison(NamedTuple):
    """What a field is compared with: `operator` is a sign, `in`, `present` or `absent`."""

    name: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.name, self.operator, *self.values))


def comparisons(text: str) -> tuple[Comparison, ...]:
    """The comparisons of `when` or `unless`. ValueError for what is none, saying what was expected."""
    return tuple(comparison(part.strip()) for part in re.split(r"(?<!\s)\s++and\s+", text.strip()))


def comparison(text: str) -> Comparison:
    """One comparison."""
    match = _SIGNED.fullmatch(text) or _WORDED.fullmatch(text)
    if match is None or not NAME.fullmatch(match[1]):
        raise ValueError(
            f"{text[:60]!r} is no comparison such as JUV = Y, 14.013 in 1 2 3, GDN absent or 2.045 <= 1.005;"
            " several are joined by ' and '"
        )
    name, operator, rest = match[1], match[2], (match[3] or "").strip()
    values = alternatives(rest) if operator in ("in", "=", "!=") else (rest,) if rest else ()
    if operator == "in" and "|" not in rest:
        values = tuple(rest.split())
    if bool(values) is (operator in ("present", "absent")):
        expected = "nothing after it" if values else "a value after it"
        raise ValueError(f"{text[:60]!r}: {operator} has {expected}")
    return Comparison(name, operator, values)


def alternatives(text: str) -> tuple[str, ...]:
    """Several codes joined with `|`, blanks within them kept."""
    return tuple(code.strip() for code in text.split("|") if code.strip())


def names(text: str) -> tuple[str, ...]:
    """The fields of `needs`, `forbids` or `one_of`. ValueError for what names none."""
    words = tuple(text.split())
    for word in words:
        if not NAME.fullmatch(word):
            raise ValueError(f"{word[:40]!r} is no path such as 2.8003 or 14.013, and no mnemonic")
    if not words:
        raise ValueError("names no field; expected a path such as 2.8003 or a mnemonic")
    return words
