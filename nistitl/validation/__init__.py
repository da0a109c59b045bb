"""Validation: level 1 derived from the declarations, levels 2 and 3 from rules, edition by edition."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import attrs

from nistitl.errors import ITLError
from nistitl.plugins import RULES, find, offered
from nistitl.validation.rules import Problem, Rule, Rules, RuleSet, Scene, Subject, rule

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from nistitl.profiles import TableProfile
    from nistitl.report import Report
    from nistitl.transaction import Transaction
    from nistitl.xml.schemas import Schemas

__all__ = ["Problem", "Rule", "RuleSet", "Rules", "Scene", "Subject", "rule", "validate"]
LEVELS = (1, 2, 3)


def validate(
    tx: Transaction,
    profile: str | TableProfile | None = None,
    *,
    level: int = 2,
    overlays: Sequence[str | os.PathLike[str]] = (),
    rules: Iterable[Rule | RuleSet] | None = None,
    values: bool = False,
    schemas: str | os.PathLike[str] | Schemas | None = None,
) -> Report:
    """Check a transaction; see `Transaction.validate`."""
    report = _checked(tx, profile, level, overlays, rules, values)
    if schemas is None:
        return report
    from nistitl.xml.schemas import Schemas

    by = schemas if isinstance(schemas, Schemas) else Schemas(schemas)
    return attrs.evolve(report, findings=(*report.findings, *by.findings(tx)))


def _checked(
    tx: Transaction,
    profile: str | TableProfile | None,
    level: int,
    overlays: Sequence[str | os.PathLike[str]],
    rules: Iterable[Rule | RuleSet] | None,
    values: bool,
) -> Report:
    from nistitl.validation.engine import check

    if level not in LEVELS:
        raise ITLError(f"there is no level {level!r}; levels are 1, 2 and 3")
    all_rules = installed() if rules is None else (*installed(), *_flat(rules))
    if profile is None and not overlays:
        return check(tx, all_rules, level, values)
    from nistitl.profiles.choice import named_or_chosen

    asked, chosen = named_or_chosen(tx, profile, overlays)
    mine = asked.rules if asked is not None else ()
    return check(tx, (*all_rules, *mine), level, values, asked, chosen)


@cache
def installed() -> tuple[Rule, ...]:
    """The rules of every rule set that installed packages offer; the base standard's come in the same way."""
    names = sorted(offered(RULES))
    return tuple(rule for name in names if (point := find(RULES, name)) for rule in _flat([point.load()]))


def _flat(rules: Iterable[Rule | RuleSet]) -> list[Rule]:
    flat: list[Rule] = []
    for one in rules:
        flat += [one] if isinstance(one, Rule) else one.rules
    return flat
