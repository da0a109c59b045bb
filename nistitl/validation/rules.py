"""What a rule is, what it sees, and what it says. Whole sets of rules come in by entry point `nistitl.rules`.

A rule of one record is a generator over a Subject, a rule of the whole transaction one over a Scene; both yield
Problems. The engine makes findings of them: code, severity, clause and place in the bytes are not a rule's work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import attrs

from nistitl.base.editions import E1993, Edition
from nistitl.base.findings import Severity
from nistitl.wire.grammar import RS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nistitl.base.findings import Finding
    from nistitl.declare.items import Items
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_SEPARATORS = b"\x1e\x1f"


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


class Subject:
    """One record under validation. Content that level 1 found wrong is not there for rules: one defect, one finding."""

    __slots__ = ("_order", "at", "doubts", "edition", "idc", "record", "scene")

    def __init__(self, record: Record, at: int, edition: Edition, scene: Scene) -> None:
        self.record = record
        self.at = at
        self.edition = edition
        self.scene = scene
        self.idc = record.idc
        self.doubts: dict[int, set[int | None]] = {}
        self._order: dict[object, int] | None = None

    @property
    def order(self) -> dict[object, int]:
        """Which place each field has in the record."""
        if self._order is None:
            self._order = {key: at for at, key in enumerate(self.record.keys())}
        return self._order

    def doubt(self, number: int, subfield: int | None = None) -> None:
        """Remember that a field, or one of its subfields, is not what it should be."""
        self.doubts.setdefault(number, set()).add(subfield)

    def doubtful(self, number: int) -> bool:
        """True where level 1 found something wrong with the field."""
        return number in self.doubts

    def number(self, name: str) -> int:
        """The number of a field by mnemonic."""
        return self.record.number_of(name)

    def has(self, name: str) -> bool:
        """True where the field is there, whatever it holds."""
        return self.present(self.number(name))

    def present(self, number: int) -> bool:
        """True where the field of that number is there and not empty."""
        raw = self.record.raw(number)
        return raw is not None and bool(len(raw)) and (len(raw) > _SHORT or bool(bytes(raw).strip(_SEPARATORS)))

    def value(self, name: str) -> Any:
        """The value of a field; None or () where it is absent or doubtful."""
        if self.doubts and self.number(name) in self.doubts:
            return self.record.element(self.number(name)).value.absent  # type: ignore[union-attr]
        return getattr(self.record, name)

    def subfields(self, name: str) -> Iterator[tuple[int, Any]]:
        """The subfields of a field with their places from 1, without those that are doubtful."""
        bad = self.doubts.get(self.number(name), ()) if self.doubts else ()
        if None in bad:
            return
        value = getattr(self.record, name)
        for place, one in enumerate(value if isinstance(value, tuple) else () if value is None else (value,), 1):
            if place not in bad:
                yield place, one

    def count(self, name: str) -> int:
        """How many subfields a field has, as it stands."""
        raw = self.record.raw(self.number(name))
        return 0 if raw is None else bytes(raw).count(RS) + 1


_SHORT = 8  # a longer field is not made of separators only; if it is, level 1 has told of it


class Scene:
    """The whole transaction under validation."""

    __slots__ = ("edition", "header", "subjects", "tot", "tx")

    def __init__(self, tx: Transaction, edition: Edition) -> None:
        self.tx = tx
        self.tot = tx.TOT
        self.edition = edition
        self.subjects = [Subject(record, at, edition, self) for at, record in enumerate(tx)]
        self.header = self.subjects[0] if tx.header is not None else None

    def of(self, *types: int) -> Iterator[Subject]:
        """The records of these types, in order."""
        return (subject for subject in self.subjects if subject.record.type in types)


@attrs.frozen(slots=True, eq=False)
class Rule:
    """One rule: a stable name, the finding it gives, where it applies, and the check.

    `types` are the record types it looks at, none for the whole transaction. `reads` are the fields (by
    mnemonic) without which the check is not run: when level 1 found one of them wrong the rule is silent.
    `starts` are the fields of which at least one must be there; empty: the check is always run.
    Below VER 0500 a rule warns unless it is `firm`.
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

    def in_edition(self, edition: Edition) -> bool:
        """True where the edition has this rule."""
        return self.since <= edition and (self.until is None or edition <= self.until)

    def severity_in(self, edition: Edition) -> Severity:
        """How much a violation matters in that edition."""
        if self.severity is Severity.ERROR and edition < Edition.E2011 and not self.firm:
            return Severity.WARNING
        return self.severity


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
) -> Callable[[Callable[[Any], Iterable[Problem | Finding]]], Rule]:
    """Make a rule of a function; `reads` and `starts` are mnemonics between spaces, `code` is the name unless given."""

    def made(check: Callable[[Any], Iterable[Problem | Finding]]) -> Rule:
        return Rule(
            name, code or name, check, clause, types, level, severity,
            tuple(reads.split()), tuple(starts.split()), since, until, firm,
        )  # fmt: skip

    return made


def item_place(kind: type[Items], mnemonic: str) -> int:
    """The place of an item in its subfield, from 1; of a pair, that of its first."""
    return next(place for place, row in enumerate(kind.items, 1) if row.mnemonic == mnemonic)
