"""Sizes that a receiver takes at most, asked for by name beside any profile: entry-point group `nistitl.limits`."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.nearest import unknown
from nistitl.base.plugins import LIMITS, find, offered
from nistitl.profiles.spans import size
from nistitl.validation.rules import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.validation.context import ValidationContext

_MOST_KEPT = 16


@attrs.frozen
class Limit:
    """How many bytes a receiver takes at most: whose limit it is, and what it rests on."""

    title: str
    size: int
    source: str = ""


def as_limit(asked: object) -> str | int:
    """What was asked for as a name, a size or a whole number of bytes. ITLError for what is none of them."""
    if isinstance(asked, float) and asked.is_integer():
        return int(asked)
    if isinstance(asked, str) or (isinstance(asked, int) and not isinstance(asked, bool)):
        return asked
    what = "no whole number" if isinstance(asked, float) else f"of the type {type(asked).__name__}"
    raise ITLError(f"the limit is {what}; expected a name, a size such as 12 MB, or a whole number of bytes")


@lru_cache(_MOST_KEPT)  # a rule is known by itself: the lists of rules that it stands in are kept
def limit_rule(asked: str | int) -> Rule:
    """The rule of a limit by its name, by a number of bytes or a size such as `12 MB`. ITLError for what is none."""
    limit = limit_named(asked)
    clause = f"{limit.title}; {limit.source}" if limit.source else limit.title
    return Rule(f"limit {asked}", "size-exceeded", partial(_size, limit), clause, level=1, firm=True)


def limit_named(asked: str | int) -> Limit:
    """The limit of a name, or of a number of bytes or a size such as `12 MB`. ITLError for what is none."""
    point = find(LIMITS, asked.lower()) if isinstance(asked, str) else None
    if point is not None:
        found: Limit = point.load()
        return found
    try:
        most = size(asked)
    except ValueError:
        message = unknown("limit", str(asked), offered(LIMITS))
        raise ITLError(f"{message}; a size such as 12 MB, or a number of bytes, is one too") from None
    if most < 1:
        raise ITLError(f"a limit of {most} bytes takes nothing; expected a number of bytes above 0")
    return Limit("the limit that was asked for", most)


def _size(limit: Limit, context: ValidationContext) -> Iterator[Problem]:
    found = sum(map(len, context.tx.pieces()))
    if found > limit.size and context.records:
        message = f"the transaction has {found} bytes, {limit.size} are the most by {limit.title}"
        yield Problem(message, expected=f"{limit.size} bytes or fewer", record=0)
