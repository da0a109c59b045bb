"""Patterns of profiles: any text is refused with a reason, or matched in time that grows with the text alone."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nistitl.base.patterns import check_pattern
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from random import Random

_PIECES = (
    "a", "A", "0", ".", "-", ",", "é", "\\", "^", "$", "[", "]", "[A-Z]", "[^.]", "[a[b]", "\\d", "\\w", "\\s",
    "(", ")", "(?:", "(?!", "(?=", "|", "?", "*", "+", "{2}", "{1,8}", "{2,}", "(a|b)*", "(a*)*", "a*a*",
)  # fmt: skip
LENGTHS = (10, 1000, 20_000)  # a pattern that tries twice and twice again does not come back from the second


def check(data: bytes) -> None:
    """The pattern, and texts it is likely to be slow with: its own characters again and again, and one that fails."""
    pattern = data.decode("utf-8", "replace")
    try:
        check_pattern(pattern)
    except ValueError as error:
        assert str(error), "refused without a reason"
        return
    compiled = re.compile(pattern)
    for word in words(pattern):
        for length in LENGTHS:
            compiled.fullmatch((word * length)[:length] + "\0")


def words(pattern: str) -> set[str]:
    """Short texts of characters that the pattern speaks of, and of others."""
    own = re.findall(r"\w", pattern)[:4]
    return {"a", "0", "A0", " ", *own, "".join(own) or "-"}


@cache
def seeds() -> list[bytes]:
    """The patterns of the profiles that are shipped."""
    found: set[bytes] = set()
    for path in Path(ROOT / "ebts_profiles").rglob("*.toml"):
        found |= set(re.findall(rb'pattern = "([^"]+)"', path.read_bytes()))
    return sorted(found)


def mutate(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Pieces of patterns put in, taken out and doubled."""
    text = data.decode("utf-8", "replace")
    for _ in range(random.randint(1, 4)):
        at, size = random.randint(0, len(text)), random.choice((0, 0, 1, 3))
        new = random.choice((*_PIECES, random.choice(seeds).decode("utf-8", "replace"), text[at : at + 5]))
        text = text[:at] + new + text[at + size :]
    return text.encode("utf-8", "replace")
