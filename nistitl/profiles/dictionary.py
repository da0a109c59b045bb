"""The rows of a layer as declarations: Type-2 elements with their items, values, and code tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from nistitl.codes import Code, Table, supply
from nistitl.declare.conditions import M_UP, O_UP, Condition, D, M, O
from nistitl.declare.element import Element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import Characters, Data, Date, GreenwichTime, Value
from nistitl.profiles.layer import Layer, Need, Row, Span, code_rows, span

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONDITIONS = {"M": M, "O": O, "C": D}
_ONCE: Span = (1, 1)
_SUPPLIED: dict[str, Mapping[str, Row]] = {}  # the code lists that go by the name of a profile


class Dictionary:
    """The Type-2 elements of one profile, by number and by mnemonic; declarations are made when first asked for."""

    def __init__(self, name: str, layer: Layer) -> None:
        self.name = name
        self._layer = layer
        self._rows = {int(path[2:]): row for path, row in layer.type2.items() if path.count(".") == 1}
        self._items: dict[int, list[Row]] = {}
        for path, row in layer.type2.items():
            if path.count(".") == 2:
                self._items.setdefault(int(path.split(".")[1]), []).append(row)
        self._numbers = {row["mnemonic"]: number for number, row in reversed(self._rows.items()) if "mnemonic" in row}
        self._numbers |= {f"{row['mnemonic']}@2.{n:03d}": n for n, row in self._rows.items() if "mnemonic" in row}
        self._elements: dict[int, Element] = {}

    def by_mnemonic(self, mnemonic: str) -> Element | None:
        """The field of that mnemonic, or None; `RBR@2.052` names one of two."""
        number = self._numbers.get(mnemonic)
        return None if number is None else self.by_number(number)

    def by_number(self, number: int) -> Element | None:
        """The field of that number, or None."""
        found = self._elements.get(number)
        if found is None and number in self._rows:
            found = self._elements[number] = self._declared(number, None)
        return found

    def mnemonics(self) -> frozenset[str]:
        """All mnemonics it knows."""
        return frozenset(name for name in self._numbers if "@" not in name)

    def numbers(self) -> tuple[int, ...]:
        """The numbers of all elements, in order."""
        return tuple(sorted(self._rows))

    def number_of(self, mnemonic: str) -> int | None:
        """The number of a mnemonic, or None."""
        return self._numbers.get(mnemonic)

    def row(self, number: int) -> Row:
        """The row of the table."""
        return self._rows[number]

    def element_for(self, number: int, need: Need, sure: bool) -> Element:
        """The element as a transaction type asks for it: condition, subfields and length of its own."""
        made = self._declared(number, need)
        sure = sure and need.sure and not made.unverified
        return attrs.evolve(made, condition=_CONDITIONS[need.condition], unverified=not sure)

    def _declared(self, number: int, need: Need | None) -> Element:
        row = self._rows[number]
        mnemonic = str(row.get("mnemonic", ""))
        return Element(
            number, self._value(number, row, need), O, str(row.get("name", mnemonic)), mnemonic,
            unverified=not row.get("sure", True), note=row.get("hint", ""),
        )  # fmt: skip

    def _value(self, number: int, row: Row, need: Need | None) -> Value:
        wide = span(row.get("occurs", "1"))
        least, most = (need.occurs if need and need.occurs else None) or wide
        least = max(least, 1)
        parts = self._items.get(number)
        if parts:
            kind = self._kind(number, row, parts)
            return One(kind) if wide[1] == 1 and (least, most) == _ONCE else Sets(kind, least, most)
        inner = value_of(row, self.name, need.length if need else None)
        return inner if wide[1] == 1 and (least, most) == _ONCE else Values(inner, least, most)

    def _kind(self, number: int, row: Row, parts: list[Row]) -> type[Items]:
        known = self._kinds.get(number)
        if known is None:
            fields = {part["mnemonic"]: _item(part, self.name) for part in parts}
            title = "".join(word.capitalize() for word in row.get("mnemonic", "Item").split("_"))
            notes = {**fields, "__annotations__": dict.fromkeys(fields, Any), "__doc__": row.get("name", "")}
            known = self._kinds[number] = items(cast("type[Items]", type(title, (Items,), notes)))
        return known

    @property
    def _kinds(self) -> dict[int, type[Items]]:
        kinds: dict[int, type[Items]] = self.__dict__.setdefault("_made", {})
        return kinds


def _item(row: Row, profile: str) -> Any:
    least, most = span(row.get("occurs", "1"))
    value = value_of(row, profile, None)
    return item(
        value,
        M_UP if least else O_UP,
        row.get("name", ""),
        times=None if most == 1 else (least, most),
        unverified=not row.get("sure", True),
        note=row.get("hint", ""),
    )


def value_of(row: Row, profile: str, length: Span | None) -> Value:
    """What a row says of the content of a field or item."""
    low, high = length or (span(row["length"]) if "length" in row else (None, None))
    date = row.get("date")
    if date == "YYYYMMDDHHMMSSZ":
        return GreenwichTime()
    if date is not None:
        return Date(zeros=date.startswith("Z"))
    if row.get("type") == "B":
        return Data()
    codes = row.get("codes")
    listed = codes is not None and codes.startswith("@")
    return Characters(
        row.get("type", "ANS"), row.get("special", ""), low, high, row.get("values"),
        table=table_name(profile, codes[1:]) if codes is not None and listed else None,
        one_of=codes if not listed else None, open=row.get("open", False), pattern=row.get("pattern"),
    )  # fmt: skip


def table_name(profile: str, name: str) -> str:
    """The name under which a profile's code list is known to `nistitl.codes`."""
    return f"{profile}:{name}"


def supply_codes(profile: str, lists: Mapping[str, Row]) -> str:
    """Make the code lists of a profile known; the name they go by, another where the profile's stands for others."""
    known, count = profile, 1
    while _SUPPLIED.get(known, lists) != lists:
        count += 1
        known = f"{profile} ({count})"
    _SUPPLIED[known] = lists
    for name, row in lists.items():
        supply(table_name(known, name), lambda name=name, row=row: _table(known, name, row))  # type: ignore[misc]
    return known


def _table(profile: str, name: str, row: Row) -> Table:
    status = "sourced" if row.get("sure", True) else "unverified"
    codes = tuple(Code(code, meaning, None, None, status) for code, meaning in code_rows(row.get("list", "")).items())
    return Table.of(table_name(profile, name), row.get("title", name), codes)


def condition_of(letter: str) -> Condition:
    """The condition that a row's letter stands for."""
    return _CONDITIONS[letter]
