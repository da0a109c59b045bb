"""Names of friction ridge positions for descriptions and files: `R1`, `right-thumb` or `1`; letters of ASCII only."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nistitl.codes import table
from nistitl.codes.fingers import FINGERS

if TYPE_CHECKING:
    from collections.abc import Iterable

ROLLED = tuple(range(1, 11))
FOUR_RIGHT, FOUR_LEFT, THUMBS = 13, 14, 15
PLAIN = (11, 12, FOUR_RIGHT, FOUR_LEFT)
FLATS = (FOUR_RIGHT, FOUR_LEFT, THUMBS)
_UNNAMED = (0, 18, 19, 20, 60, 63, 255)  # unknown, parts of fingers, fillers
_FINGERS = ("thumb", "index", "middle", "ring", "little")
_OTHERS = {
    "plain-right-thumb": 11, "right-plain-thumb": 11, "plain-left-thumb": 12, "left-plain-thumb": 12,
    "right-four": 13, "right-slap": 13, "plain-right-four": 13, "left-four": 14, "left-slap": 14, "plain-left-four": 14,
    "plain-r1": 11, "r1-plain": 11, "right-thumb-plain": 11, "plain-l1": 12, "l1-plain": 12, "left-thumb-plain": 12,
    "thumbs": 15, "two-thumbs": 15, "plain-thumbs": 15,
    "right-palm": 21, "left-palm": 23, "right-writers-palm": 22, "left-writers-palm": 24,
}  # fmt: skip
_THUMBS = {11: 1, 12: 6}


@cache
def position_slugs() -> dict[int, str]:
    """The name of each position of the standard, as files are called: 1 is `right-thumb`, 21 `right-full-palm`."""
    found = {}
    for row in table("FGP").codes:
        if int(row.code) not in _UNNAMED:
            words = re.sub(r"[^a-z]+", "-", row.meaning.lower().replace("'", "")).strip("-")
            found[int(row.code)] = f"{words}-palm" if row.group == "palm" and "palm" not in words else words
    return found


@cache
def position_names() -> dict[str, int]:
    """Every name of a position, in small letters: `r1`, `right-index`, `right-index-finger`, `02`, `2`."""
    sides = {"r": ("right", 0), "l": ("left", 5)}
    names = {f"{side}{at}": start + at for side, (_, start) in sides.items() for at in range(1, 6)}
    names |= {f"{word}-{finger}": start + at for word, start in sides.values() for at, finger in enumerate(_FINGERS, 1)}
    slugs = position_slugs()
    numbers = {spelled: code for code in slugs for spelled in (str(code), f"{code:02d}")}
    return {slug: code for code, slug in slugs.items()} | names | _OTHERS | numbers


def position_spelled(text: str) -> int | None:
    """The position of a name, however it is spelled (`Right_Index`, `R2`); None for what is none."""
    return position_names().get(re.sub(r"[\s_]+", "-", text.strip().lower()))


def fingers_of(position: int) -> tuple[int, ...]:
    """The fingers that an image of a position shows; empty for palms and soles."""
    alone = (_THUMBS.get(position, position),) if position in (*ROLLED, *_THUMBS, 16, 17) else ()
    return FINGERS.get(position, alone)


def is_palm(position: int) -> bool:
    """True for the palms of Type-15."""
    row = table("FGP").get(str(position))
    return row is not None and row.group == "palm"


def has_records(position: int) -> bool:
    """True for fingers and palms, which Types 4, 14 and 15 hold."""
    return is_palm(position) or position in (*range(1, 18), *range(40, 55))


def told(positions: Iterable[int]) -> str:
    """Positions as people read them: `4 right-ring-finger, 9 left-ring-finger`."""
    slugs = position_slugs()
    return ", ".join(f"{one} {slugs.get(one, '')}".rstrip() for one in positions)
