"""A transaction checked against its edition and a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.profiles.choice import named_or_chosen
from nistitl.validation import flat, installed
from nistitl.validation.engine import check

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from datetime import date

    from nistitl.model.transaction import Transaction
    from nistitl.profiles import TableProfile
    from nistitl.validation import Rule, RuleSet
    from nistitl.validation.report import Report

LEVELS = (1, 2, 3)


def checked(
    tx: Transaction,
    profile: str | TableProfile | None,
    level: int,
    overlays: Sequence[str | os.PathLike[str]],
    rules: Iterable[Rule | RuleSet] | None,
    values: bool,
    today: date | None = None,
) -> Report:
    """The report of a transaction; see `Transaction.validate`."""
    if level not in LEVELS:
        raise ITLError(f"there is no level {level!r}; levels are 1, 2 and 3")
    all_rules = installed() if rules is None else (*installed(), *flat(rules))
    if profile is None and not overlays:
        return check(tx, all_rules, level, values, today=today)
    asked, chosen = named_or_chosen(tx, profile, overlays)
    mine = asked.rules if asked is not None else ()
    return check(tx, (*all_rules, *mine), level, values, asked, chosen, today)
