"""One row of a record type's table: a field, declared."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.editions import E1993, Edition
from nistitl.declare.conditions import PERSONAL, Condition, Holding
from nistitl.declare.items import Sets, Values, WrongCount
from nistitl.declare.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nistitl.declare.items import Item
    from nistitl.wire.charsets import Charset

Older = Condition | Value | str | tuple[Condition | Value | str, ...]


@attrs.frozen(slots=True, eq=False)
class Element:
    """The declaration of one field.

    `since`, `until` and `legacy` are editions; `was` maps the last edition of an older rule to what
    differed then: condition, content or mnemonic; `renamed` maps an edition to the mnemonic that it gave.
    `block` names the feature block of a Type-9 field,
    where M means mandatory within the block. `holds` says whose the content is; where it is made of items, they do.
    `idc_of` names the record types whose IDC the content is, `ANY_RECORD` for all; none for what is no IDC.
    """

    number: int
    value: Value
    condition: Condition
    name: str
    mnemonic: str = ""
    holds: Holding = PERSONAL
    since: Edition = E1993
    until: Edition | None = None
    legacy: Edition | None = None
    was: Mapping[Edition, Older] = attrs.field(factory=dict)
    renamed: Mapping[Edition, str] = attrs.field(factory=dict)
    block: str | None = None
    unverified: bool = False
    note: str = ""
    idc_of: tuple[int, ...] = ()

    @property
    def occurrence(self) -> tuple[int, int]:
        """How often the field stands in its record: least and most."""
        return (1 if self.condition is Condition.M and self.block is None else 0, 1)

    @property
    def items(self) -> tuple[Item, ...]:
        """The information items of its subfields, none where the content is a single value."""
        return self.value.items.items if isinstance(self.value, Sets) else ()

    @property
    def subfields(self) -> tuple[int, int | None]:
        """How many subfields the field holds: least and most."""
        if isinstance(self.value, Sets | Values):
            return self.value.least, self.value.most
        return 1, 1

    def in_edition(self, edition: Edition) -> Element | None:
        """The element as that edition had it, or None when it had no such field."""
        if edition < self.since or (self.until is not None and edition > self.until):
            return None
        older: dict[str, Any] = {}
        for first in sorted(self.renamed):
            if first <= edition:
                older["mnemonic"] = self.renamed[first]
        for last in sorted(self.was, reverse=True):
            if edition <= last:
                older |= {_slot(change): change for change in _changes(self.was[last])}
        return attrs.evolve(self, was={}, renamed={}, **older) if older else self

    def spellings(self) -> Iterator[Value]:
        """The content as declared, then as older editions declared it."""
        yield self.value
        yield from self.older_values()

    def older_values(self) -> Iterator[Value]:
        """The content as older editions declared it."""
        for older in self.was.values():
            yield from (change for change in _changes(older) if isinstance(change, Value))

    def tells(self, raw: bytes, charset: Charset) -> bool:
        """True where these bytes are nobody's: the row says so, and in some edition the content could be such."""
        return self.holds.told and any(content.fits(raw, charset) for content in self.spellings())

    def encode(self, value: Any, charset: Charset) -> bytes:
        """The bytes of a value, by the newest declaration that can hold it; ValueError if none can.

        It is in the words of the newest; where that allows too few subfields, of the one that allows most.
        """
        failed: list[ValueError] = []
        of_lists: list[ValueError] = []
        for content in self.spellings():
            try:
                return content.written(value, charset)
            except ValueError as error:
                failed.append(error)
                if isinstance(content, Sets | Values):
                    of_lists.append(error)
        if not isinstance(failed[0], WrongCount):
            raise failed[0]
        raise max(of_lists, key=lambda error: getattr(error, "most", inf))


def _changes(older: Older) -> tuple[Condition | Value | str, ...]:
    return older if isinstance(older, tuple) else (older,)


def _slot(change: Condition | Value | str) -> str:
    if isinstance(change, Condition):
        return "condition"
    return "value" if isinstance(change, Value) else "mnemonic"


def element(
    number: int,
    value: Value,
    condition: Condition,
    name: str,
    *,
    holds: Holding = PERSONAL,
    since: Edition = E1993,
    until: Edition | None = None,
    legacy: Edition | None = None,
    was: Mapping[Edition, Older] | None = None,
    renamed: Mapping[Edition, str] | None = None,
    block: str | None = None,
    unverified: bool = False,
    note: str = "",
    idc_of: tuple[int, ...] = (),
) -> Any:
    """Declare a field: number, content, condition, name, whose data it holds, what changed between editions."""
    declared = Element(
        number, value, condition, name, holds=holds,
        since=since, until=until, legacy=legacy, was=was or {}, renamed=renamed or {},
        block=block, unverified=unverified, note=note, idc_of=idc_of,
    )  # fmt: skip
    return attrs.field(alias=f"field_{number}", metadata={"element": declared})


def common(value: Value, condition: Condition, name: str, **rest: Any) -> Callable[..., Any]:
    """Declare a field that several record types share; each type calls the result with its number and what differs.

    `IDC = common(N(1, 2), M, "Information designation character")`, then `IDC: int | None = shared.IDC(2)`.
    """
    return partial(element, value=value, condition=condition, name=name, **rest)


class FieldGroup:
    """Rows that several record types have as they stand: a type that names a group as a base has them, by number."""

    __slots__ = ()

    @classmethod
    def rows(cls) -> dict[str, Any]:
        """What the group declares: its fields by mnemonic, with their annotations."""
        return {name: (vars(cls)[name], note) for name, note in cls.__annotations__.items()}


@attrs.frozen(slots=True)
class FieldRange:
    """A range of field numbers that the standard gives to users or to a vendor, or reserves."""

    first: int
    last: int | None
    mnemonic: str
    name: str
    since: Edition = E1993
    legacy: Edition | None = None

    def __contains__(self, number: int) -> bool:
        return self.first <= number and (self.last is None or number <= self.last)
