"""What a rule is, what it sees, and what it says. Whole sets of rules come in by entry point `nistitl.rules`.

A rule of one record is a generator over a RecordView, a rule of the whole transaction one over a ValidationContext;
both yield Problems. The engine makes findings of them: code, severity, clause and place in the bytes are not a rule's
work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import attrs

from nistitl.base.editions import E1993, E2000, Edition
from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nistitl.base.findings import Finding
    from nistitl.declare.items import Items


class RuleError(ITLError):
    """A rule cannot be run: it names what is not there, or fails; which rule, by which profile, at which record."""


class Problem(NamedTuple):
    """What a rule says: in plain words, about which field, and what was expected there."""

    message: str
    field: int | None = None
    subfield: int | None = None
    item: int | None = None
    expected: str | None = None
    record: int | None = None  # for rules of the whole transaction: the index of the record
    hint: str | None = None
    code: str | None = None  # another than the rule's
    severity: Severity | None = None  # less than the rule's


@attrs.frozen(slots=True, eq=False)
class Rule:
    """One rule: a stable name, the finding it gives, where it applies, and the check.

    `types` are the record types it looks at, none for the whole transaction. `reads` are the fields (by
    mnemonic) without which the check is not run: when level 1 found one of them wrong the rule is silent.
    `starts` are the fields of which at least one must be there; empty: the check is always run.
    Below VER 0500 a rule warns unless it is `firm`. In an edition that is known in part only what all editions since
    2000 ask for is an error: a rule that is as old as its fields, or that says in other words what editions since
    `asked` do (that a field is mandatory, for one).
    `doubts` lets it speak of fields that level 1 found wrong, too: for a rule of the transaction whose question is
    another one.
    """

    name: str
    code: str
    check: Callable[[Any], Iterable[Problem | Finding]]
    clause: str
    types: tuple[int, ...] = ()
    level: int = 2
    severity: Severity = Severity.ERROR
    reads: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    since: Edition = E1993
    until: Edition | None = None
    firm: bool = False
    doubts: bool = False
    asked: Edition | None = None

    def in_edition(self, edition: Edition) -> bool:
        """True where the edition has this rule."""
        return self.since <= edition and (self.until is None or edition <= self.until)

    def severity_in(self, edition: Edition, fields_since: Edition = E2000) -> Severity:
        """How much a violation matters in that edition; `fields_since`: which one brought the fields it is about."""
        if self.severity is not Severity.ERROR:
            return self.severity
        if edition < Edition.E2011:
            return Severity.ERROR if self.firm else Severity.WARNING
        asked = self.asked or self.since
        always = edition.checked or asked <= max(E2000, fields_since) or not asked.checked
        return Severity.ERROR if always else Severity.WARNING


class RuleSet(Protocol):
    """What the entry-point group `nistitl.rules` offers: rules that belong together."""

    name: str

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules; read once."""


@attrs.frozen(slots=True)
class Rules:
    """A plain rule set."""

    name: str
    rules: tuple[Rule, ...]


def rule(
    name: str,
    *,
    types: tuple[int, ...] = (),
    clause: str,
    code: str = "",
    level: int = 2,
    severity: Severity = Severity.ERROR,
    reads: str = "",
    starts: str = "",
    since: Edition = E1993,
    until: Edition | None = None,
    firm: bool = False,
    asked: Edition | None = None,
) -> Callable[[Callable[[Any], Iterable[Problem | Finding]]], Rule]:
    """Make a rule of a function; `reads` and `starts` are mnemonics between spaces, `code` is the name unless given."""

    def decorate(check: Callable[[Any], Iterable[Problem | Finding]]) -> Rule:
        return Rule(
            name, code or name, check, clause, types, level, severity,
            tuple(reads.split()), tuple(starts.split()), since, until, firm, asked=asked,
        )  # fmt: skip

    return decorate


def item_place(kind: type[Items], mnemonic: str) -> int:
    """The place of an item in its subfield, from 1; of a pair, that of its first."""
    return next(place for place, row in enumerate(kind.items, 1) if row.mnemonic == mnemonic)
