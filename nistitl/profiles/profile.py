"""A profile made of tables: what one receiver accepts, and the rules and checks that its tables give.

PROFILE = TableProfile(files("my_state") / "my-state.toml")     # offered as nistitl.profiles
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from nistitl.profiles.checks import rules_of
from nistitl.profiles.tables import ProfileTables, TransactionType
from nistitl.records.type02 import Type2
from nistitl.validation.contents import Fault, RecordCheck

if TYPE_CHECKING:
    import os
    from importlib.resources.abc import Traversable

    from nistitl.base.editions import Edition
    from nistitl.base.resources import TextFile
    from nistitl.declare.element import Element, FieldRange
    from nistitl.validation.rules import Rule

_LEN, _IDC = 1, 2


class _ElementsCheck(RecordCheck):
    """Level 1 of a Type-2, by the elements of a transaction type."""

    def __init__(
        self,
        elements: dict[int, Element],
        ranges: tuple[FieldRange, ...],
        edition: Edition,
        profile: ProfileTables,
        tot: TransactionType | None,
    ) -> None:
        super().__init__(elements, ranges, edition)
        self.dictionary = profile.dictionary
        self.tot = tot

    def stranger(self, number: int) -> Fault | None:
        """What is wrong with an element that the transaction type does not list."""
        if self.tot is None or super().stranger(number) is None:
            return None
        known = self.dictionary.by_number(number)
        name = known.mnemonic if known is not None else f"2.{number:03d}"
        message = f"{name} is no element of {self.tot.code}"
        sure = self.tot.sure and not self.tot.analogy
        return Fault("field-not-listed", message, f"an element of {self.tot.code}", sure=sure)


class TableProfile(ProfileTables):
    """A profile read from a TOML file, its parents included, with the rules and checks of its tables.

    Raises ProfileError when a table is not what it must be, and when no parent of the name is known.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | Traversable | TextFile,
        *,
        name: str | None = None,
        domains: tuple[str, ...] | None = None,
    ) -> None:
        super().__init__(path, name=name, domains=domains)
        self._checks: dict[tuple[str, Edition], RecordCheck] = {}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """What its tables and its named rules have to say of transactions."""
        return rules_of(self)

    def type2_check(self, tot: str | None, edition: Edition) -> RecordCheck:
        """The level-1 check of a Type-2 of that transaction type."""
        key = tot or "", edition
        check = self._checks.get(key)
        if check is None:
            elements = {**Type2.elements, **{n: e for n, e in self.type2(tot).items() if n not in (_LEN, _IDC)}}
            known = self.tots.get(tot or "")
            closed = known is not None and bool(known.needs) and self.layer.head.get("closed", True)
            ranges = () if closed else Type2.ranges
            check = self._checks[key] = _ElementsCheck(elements, ranges, edition, self, known)
        return check
