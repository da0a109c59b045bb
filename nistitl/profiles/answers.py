"""What a receiver's answers say: codes that a text begins with, what they mean, and what is to be done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.codes import Table

_WORD = re.compile(r"[\W_]{0,8}(([A-Za-z0-9]{1,32})[\w.-]{0,32})", re.ASCII)  # behind a bracket, a quotation mark


class AnswerCode(NamedTuple):
    """A code of an answer: what it means, and what is to be done, of its own or as all codes of its kind say."""

    code: str
    meaning: str
    advice: str

    def __str__(self) -> str:
        return f"{self.code}: {self.meaning}" + (f". {self.advice}" if self.advice else "")


class AnswerCodes:
    """The codes that the text of an element begins with; the lists are made when a text is first looked at."""

    def __init__(self, codes: Callable[[], Table], advice: Callable[[], Table] | None = None) -> None:
        self._codes = codes
        self._advice = advice

    def get(self, code: str) -> AnswerCode | None:
        """A code as the list spells it, or in small letters; None where the list does not have it."""
        row = self._codes().get(code) or self._codes().get(code.upper())
        return None if row is None else AnswerCode(row.code, row.meaning, self._advice_on(row.code))

    def leading(self, text: str) -> AnswerCode | None:
        """The code that a text begins with, before a blank, a colon or the like; None where the list has no such."""
        word = _WORD.match(text)
        if word is None:
            return None
        return self.get(word[1].rstrip(".-_")) or self.get(word[2])

    def told(self, text: str) -> str | None:
        """What the code that a text begins with says; None where there is none."""
        found = self.leading(text)
        return None if found is None else str(found)

    def _advice_on(self, code: str) -> str:
        """What the list of advice says of the code, or of the longest kind that it begins with."""
        table = self._advice() if self._advice is not None else None
        if table is None:
            return ""
        kinds = (code[:size] for size in range(len(code), 0, -1))
        return next((row.meaning for kind in kinds if (row := table.get(kind)) is not None), "")
