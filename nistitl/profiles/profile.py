"""A profile made of tables: what one receiver accepts, and the rules and checks that its tables give.

PROFILE = TableProfile(files("my_state") / "my-state.toml")     # offered as nistitl.profiles
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import attrs

from nistitl.declare.items import value_of_item
from nistitl.profiles.checks import rules_of
from nistitl.profiles.dictionary import lookup
from nistitl.profiles.fitting import as_overlay, laid
from nistitl.profiles.reading import read_layer
from nistitl.profiles.tables import ProfileTables, TransactionType
from nistitl.records.type02 import Type2
from nistitl.validation.contents import Fault, FieldCheck, RecordCheck

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from nistitl.base.editions import Edition
    from nistitl.declare.element import Element, FieldRange
    from nistitl.profiles.dictionary import Dictionary
    from nistitl.profiles.layer import Layer
    from nistitl.profiles.tables import TableFile
    from nistitl.validation.rules import Rule
    from nistitl.wire.charsets import Charset

_LEN, _IDC = 1, 2
T = TypeVar("T", bound="TableProfile")


class TableProfile(ProfileTables):
    """A profile read from a TOML file, its parents included, with the rules and checks of its tables.

    Raises ProfileError when a table is not what it must be, and when no parent of the name is known.
    """

    def __init__(
        self,
        path: TableFile,
        *,
        name: str | None = None,
        domains: tuple[str, ...] | None = None,
        layer: Layer | None = None,
        proofread: bool = True,
    ) -> None:
        super().__init__(path, name=name, domains=domains, layer=layer, proofread=proofread)
        # by the types it knows, None for all others: what a file says its type is, its sender chooses
        self._type2_checks: dict[tuple[str | None, Edition], RecordCheck] = {}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """What its tables and its named rules have to say of transactions."""
        return rules_of(self)

    def cited(self, tot: str | None) -> str:
        """Its title and the transaction type, where it knows it."""
        if not self.tots:
            return self.title
        return f"{self.title}, {tot if tot in self.tots else 'a TOT that it does not know' if tot else 'no TOT'}"

    def type2_check(self, tot: str | None, edition: Edition) -> RecordCheck:
        """The level-1 check of a Type-2 of that transaction type; one for all types that the profile does not know."""
        known = self.type_of(tot)
        code = known.code if known is not None else None
        check = self._type2_checks.get((code, edition))
        if check is None:
            check = self._type2_checks[code, edition] = self._type2_check(known, edition)
        return check

    def _type2_check(self, tot: TransactionType | None, edition: Edition) -> RecordCheck:
        elements = self.type2(tot.code if tot is not None else None)
        own = {number: element for number, element in elements.items() if number not in (_LEN, _IDC)}
        closed = tot is not None and bool(tot.needs) and self.layer.head.get("closed", True)
        ranges = () if closed else Type2.ranges
        doubted = self.doubted(tot.code) if tot is not None else frozenset()
        sure = tot is not None and tot.sure and not tot.analogy and not self.layer.head.get("unlisted_warn", False)
        return _Type2Check({**Type2.elements, **own}, ranges, edition, self.dictionary, tot, doubted, sure)


class _ElementCheck(FieldCheck):
    """The check of an element: faults say what its rows say, those of codes where the list is."""

    __slots__ = ("says",)

    def __init__(self, element: Element, edition: Edition, says: dict[int | None, str]) -> None:
        super().__init__(element, edition)
        self.says = says  # by item; None for the element itself

    def faults(self, raw: bytes, charset: Charset) -> list[Fault]:
        """What is wrong with these bytes."""
        return [self._worded(fault) for fault in super().faults(raw, charset)]

    def _worded(self, fault: Fault) -> Fault:
        says = self.says.get(fault.item, self.says.get(None)) if self.says else None
        table = value_of_item(self.element.value, fault.item).table if fault.code == "value-code" else None
        if table is not None and ":" in table:
            hint = " ".join(part for part in (fault.hint or self.element.note, lookup(table)) if part)
            fault = fault._replace(hint=hint)
        return fault if says is None else fault._replace(says=says)


class _Type2Check(RecordCheck):
    """Level 1 of a Type-2, by the elements of a transaction type."""

    def __init__(
        self,
        elements: dict[int, Element],
        ranges: tuple[FieldRange, ...],
        edition: Edition,
        dictionary: Dictionary,
        tot: TransactionType | None,
        doubted: frozenset[int],
        sure: bool,
    ) -> None:
        self.dictionary = dictionary
        self.tot = tot
        self.doubted = doubted  # elements that the type does not list by one source alone
        self.sure = sure  # whether the others that it does not list are certainly wrong
        super().__init__(elements, ranges, edition)
        self.presence = self.presence._replace(always=(*self.presence.always, *self._expected()))

    def _expected(self) -> Iterator[Element]:
        """The elements that the type is said to ask for, which only warns: the rest of their rows may be certain."""
        needs = self.tot.needs if self.tot is not None else {}
        expected = {self.dictionary.number_of(name) for name, need in needs.items() if need.condition == "E"}
        yield from (attrs.evolve(one, unverified=True) for one in self.elements.values() if one.number in expected)

    def field_check(self, element: Element, edition: Edition) -> FieldCheck:
        """The check of one element, whose findings say what its rows want them to say."""
        if element.number in (_LEN, _IDC):
            return FieldCheck(element, edition)
        says = self.dictionary.says(element.number, self.tot.likeness if self.tot is not None else ())
        return _ElementCheck(element, edition, says)

    def unknown_field(self, number: int) -> Fault | None:
        """What is wrong with an element that the transaction type does not list."""
        if self.tot is None or super().unknown_field(number) is None:
            return None
        known = self.dictionary.by_number(number)
        name = known.mnemonic if known is not None else f"2.{number:03d}"
        message = f"{name} is no element of {self.tot.code}"
        sure = self.sure and number not in self.doubted
        return Fault("field-not-listed", message, f"an element of {self.tot.code}", sure=sure)


def overlaid(profile: T, *overlays: str | os.PathLike[str]) -> T:
    """The profile with layers of a user's on top. ProfileError for one whose `parent` is not part of the profile."""
    return laid_on(profile, tuple((Path(path).stem, read_layer(Path(path))) for path in overlays))


def laid_on(profile: T, overlays: tuple[tuple[str, Layer], ...]) -> T:
    """The profile with these layers on top, each with the name it has where it gives itself none."""
    names = [profile.name, *(str(layer.head.get("name", name)) for name, layer in overlays)]
    made = with_domains(profile)
    for _, layer in overlays:
        made = laid(as_overlay(layer, made), made)
    return type(profile)(profile.path, name=" + ".join(names), layer=made)


def with_domains(profile: TableProfile) -> Layer:
    """The layer of a profile with the domains that it stands for, whoever named them."""
    return attrs.evolve(profile.layer, head={**profile.layer.head, "domains": list(profile.domains)})
