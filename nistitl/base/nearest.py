"""The word that somebody may have meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_LISTED, _LONGEST = 30, 40


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is close to this one, or is made of the same letters; None where none is."""
    by_folded = {one.casefold(): one for one in known}
    folded = word.casefold()
    mixed = [one for one in by_folded if sorted(one) == sorted(folded)]
    close = mixed or difflib.get_close_matches(folded, by_folded, 1, 0.6)
    return by_folded[close[0]] if close else None


def meant(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'CAR'?)` where a word that is known is close to this one; else nothing."""
    close = nearest(word, known)
    return f" (did you mean {close!r}?)" if close is not None else ""


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """That there is no such thing, which one may be meant, and which ones there are where they are few."""
    words = list(known)
    listed = f"; {what}s are {', '.join(words)}" if 0 < len(words) <= _MOST_LISTED else ""
    return f"there is no {what} {word[:_LONGEST]!r}{meant(word, words)}{listed}"
