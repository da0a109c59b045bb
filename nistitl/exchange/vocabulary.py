"""What a policy may name: the fields of all record types, their items, and of which kinds these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.plugins import cache_until_provided
from nistitl.declare.items import Sets
from nistitl.exchange.kinds import kinds_of
from nistitl.model.dictionaries import profile, profile_names
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.element import Element
    from nistitl.declare.items import Item

TYPE_2 = 2
TYPES = (1, *range(2, 23), 98, 99)  # that tables declare


def is_declared(kind: int, number: int) -> bool:
    """True where a table declares a field of a record type; of Type-2 that of any installed profile."""
    if kind == TYPE_2:
        return number in (1, 2) or any(number in known for known in _type2().values())
    return number in record_class(kind).elements


def mnemonics(kind: int | None) -> list[str]:
    """The mnemonics of a record type, or of all; of Type-2 those of all installed profiles."""
    kinds = TYPES if kind is None else (kind,)
    found = {element.mnemonic for one in kinds for element in record_class(one).elements.values()}
    return sorted(found | set(_type2()) if kind in (None, TYPE_2) else found)


def elements(kind: int, field: int | str) -> Iterator[Element]:
    """The declarations of a field by its number or mnemonic; of Type-2 one of each profile that has it."""
    if kind != TYPE_2:
        known = record_class(kind).elements
        yield from (element for number, element in known.items() if field in (number, element.mnemonic))
        return
    for name in profile_names():
        dictionary = profile(name).dictionary
        element = dictionary.by_number(field) if isinstance(field, int) else dictionary.by_mnemonic(field)
        if element is not None:
            yield element


def item_of(element: Element, item: int | str) -> tuple[Item, ...]:
    """The items of a field that a place in its subfields or a mnemonic may mean; none where there is no such item."""
    value = element.value
    if not isinstance(value, Sets):
        return ()
    found: list[Item] = []
    for rows in (value.items.items, value.first.items):
        if isinstance(item, str):
            found += [row for row in rows if item in (row.mnemonic, *row.pair)]
        elif any(row.times or row.pair for row in rows):  # which one stands where depends on the content
            found += rows
        else:
            found += rows[item - 1 : item]
    return tuple(found)


def has_item(kind: int | None, field: int | str, item: int | str) -> bool:
    """True where a field has such an item, in any record type where none is said."""
    kinds = TYPES if kind is None else (kind,)
    return any(item_of(element, item) for one in kinds for element in elements(one, field))


def kinds_named(kind: int, field: int | str, item: int | str | None = None) -> frozenset[str]:
    """The kinds of what a field holds, or one of its items; of Type-2 none, as profiles differ."""
    if kind == TYPE_2:
        return frozenset()
    table, found = kinds_of(kind, {}), set[str]()
    for element in elements(kind, field):
        if item is not None:
            found |= {table.of_item(element, row) for row in item_of(element, item)}
            continue
        found.add(table.of_field(element))
        if isinstance(element.value, Sets):
            rows = (*element.value.items.items, *element.value.first.items)
            found |= {table.of_item(element, row) for row in rows}
    return frozenset(found)


@cache_until_provided
def _type2() -> dict[str, set[int]]:
    """The mnemonics of Type-2 in all installed profiles, with the numbers that they stand for."""
    found: dict[str, set[int]] = {}
    for name in profile_names():
        dictionary = profile(name).dictionary
        for mnemonic in dictionary.mnemonics():
            element = dictionary.by_mnemonic(mnemonic)
            if element is not None:
                found.setdefault(mnemonic, set()).add(element.number)
    return found
