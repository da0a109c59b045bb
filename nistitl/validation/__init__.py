"""Validation: level 1 derived from the declarations, levels 2 and 3 from rules, edition by edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.plugins import RULES, cache_until_provided, find, offered
from nistitl.validation.context import RecordView, ValidationContext
from nistitl.validation.rules import Problem, Rule, Rules, RuleSet, rule

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Problem", "RecordView", "Rule", "RuleSet", "Rules", "Scene", "Subject", "ValidationContext", "rule"]

# their names in rules that were written before
Scene = ValidationContext
Subject = RecordView


@cache_until_provided
def installed() -> tuple[Rule, ...]:
    """The rules of every rule set that installed packages offer; the base standard's come in the same way."""
    names = sorted(offered(RULES))
    return tuple(rule for name in names if (point := find(RULES, name)) for rule in flat([point.load()]))


def flat(rules: Iterable[Rule | RuleSet]) -> list[Rule]:
    """The rules of rules and rule sets."""
    flat: list[Rule] = []
    for one in rules:
        flat += [one] if isinstance(one, Rule) else one.rules
    return flat
