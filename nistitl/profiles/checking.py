"""A transaction checked against its edition and a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.profiles.choice import choose, named_or_chosen
from nistitl.profiles.limits import as_limit, limit_rule
from nistitl.profiles.pairs import pair_rules
from nistitl.validation import flat, installed
from nistitl.validation.engine import check

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from datetime import date

    from nistitl.base.findings import Finding
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
    request: Transaction | None = None,
    limit: str | int | None = None,
) -> Report:
    """The report of a transaction; see `Transaction.validate`."""
    if level not in LEVELS:
        raise ITLError(f"there is no level {level!r}; levels are 1, 2 and 3")
    all_rules = installed() if rules is None else (*installed(), *flat(rules))
    if limit is not None:
        all_rules = (*all_rules, limit_rule(as_limit(limit)))
    asked: TableProfile | None = None
    chosen: tuple[Finding, ...] = ()
    if profile is not None or overlays:
        asked, chosen = named_or_chosen(tx, profile, overlays)
    mine = asked.rules if asked is not None else ()
    if request is not None:
        mine = (*mine, *pair_rules(asked or choose(request)[0]))
    return check(tx, (*all_rules, *mine), level, values, asked, chosen, today, request)
