"""The rows of a layer as declarations: Type-2 elements with their items, values, and code tables."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import attrs

from nistitl.codes import Code, Table
from nistitl.declare.conditions import M_UP, O_UP, Condition, D, M, O
from nistitl.declare.element import Element
from nistitl.declare.items import ANY_RECORD, Either, Items, One, Sets, Values, item, items
from nistitl.declare.values import Characters, Data, Date, GreenwichTime, Value
from nistitl.model.dictionaries import UnknownProfile, package_of
from nistitl.model.dictionaries import profile as profile_named
from nistitl.profiles.answers import AnswerCodes
from nistitl.profiles.attributes import excused
from nistitl.profiles.layer import ElementNeed, Layer, ProfileError
from nistitl.profiles.merging import LayerRow, code_rows, row_for
from nistitl.profiles.spans import Interval, interval

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONDITIONS: dict[str, Condition] = {"M": M, "E": O, "O": O, "C": D}
_ONCE: Interval = (1, 1)


class CodeLists:
    """The code lists of one profile, its own whatever others of its name hold; tables are made when first asked for."""

    def __init__(self, profile: str, rows: Mapping[str, LayerRow]) -> None:
        self.profile = profile
        self._rows = rows
        self._tables: dict[str, Table] = {}

    def full_name(self, name: str) -> str:
        """What findings call a list: `fbi-ebts-10.0:EYE`. ProfileError when the profile has none of that name."""
        if name not in self._rows:
            raise ProfileError(f"{self.profile}: a row asks for the codes @{name}, and there is no [codes.{name}]")
        return f"{self.profile}:{name}"

    def table(self, name: str) -> Table:
        """The list of that name; KeyError when the profile has none of it."""
        table = self._tables.get(name)
        if table is None:
            row = self._rows[name]
            table = self._tables[name] = _table(self.full_name(name), name, row)
        return table

    def answers(self, row: LayerRow) -> AnswerCodes | None:
        """The codes that the text of an element begins with; None where its row names no list of them."""
        if "answers" not in row:
            return None
        advice = partial(self.table, row["advice"][1:]) if "advice" in row else None
        return AnswerCodes(partial(self.table, row["answers"][1:]), advice)


def lookup(full_name: str) -> str:
    """Where the codes of a list can be looked up, for the hints of findings."""
    profile, _, name = full_name.rpartition(":")
    if package_of(profile) is not None:
        return f"nistitl explain {full_name} lists the codes."
    return f"nistitl explain {name}, with --profile and --overlay as here, lists the codes."


def _table(full_name: str, name: str, row: LayerRow) -> Table:
    status = "sourced" if row.get("sure", True) else "unverified"
    codes = tuple(Code(code, meaning, None, None, status) for code, meaning in code_rows(row.get("list", "")).items())
    return Table.of(full_name, row.get("title", name), codes)


class Dictionary:
    """The Type-2 elements of one profile, by number and by mnemonic; declarations are made when first asked for."""

    def __init__(self, name: str, layer: Layer) -> None:
        self.name = name
        self._layer = layer
        self.code_lists = CodeLists(name, layer.codes)
        self._paths = {int(path[2:]): path for path in layer.type2 if path.count(".") == 1}
        self._rows = {number: layer.type2[path] for number, path in self._paths.items()}
        self._item_paths: dict[int, list[str]] = {}
        for path in layer.type2:
            if path.count(".") == 2:
                self._item_paths.setdefault(int(path.split(".")[1]), []).append(path)
        for paths in self._item_paths.values():
            paths.sort(key=lambda path: int(path.rpartition(".")[2]))
        self._numbers = {row["mnemonic"]: number for number, row in reversed(self._rows.items()) if "mnemonic" in row}
        self._numbers |= {f"{row['mnemonic']}@2.{n:03d}": n for n, row in self._rows.items() if "mnemonic" in row}
        self._elements: dict[int, Element] = {}
        self._item_classes: dict[tuple[int, tuple[str, ...]], type[Items]] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Of an installed profile by its name, of another one by its rows."""
        with suppress(UnknownProfile):
            if profile_named(self.name).dictionary is self:
                return _of_profile, (self.name,)
        return Dictionary, (self.name, self._layer)

    def by_mnemonic(self, mnemonic: str) -> Element | None:
        """The field of that mnemonic, or None; `RBR@2.052` names one of two."""
        number = self._numbers.get(mnemonic)
        return None if number is None else self.by_number(number)

    def by_number(self, number: int) -> Element | None:
        """The field of that number, or None."""
        element = self._elements.get(number)
        if element is None and number in self._rows:
            element = self._elements[number] = self._declared(number, None, ())
        return element

    def mnemonics(self) -> frozenset[str]:
        """All mnemonics it knows."""
        return frozenset(name for name in self._numbers if "@" not in name)

    def numbers(self) -> tuple[int, ...]:
        """The numbers of all elements, in order."""
        return tuple(sorted(self._rows))

    def number_of(self, mnemonic: str) -> int | None:
        """The number of a mnemonic, or None."""
        return self._numbers.get(mnemonic)

    def element_for(self, number: int, need: ElementNeed, sure: bool, types: tuple[str, ...] = ()) -> Element:
        """The element as a transaction type asks for it: condition, subfields and length of its own.

        `types` are the type and what it is like, the type last.
        """
        element = self._declared(number, need, types)
        sure = sure and need.sure and not element.unverified
        return attrs.evolve(element, condition=_CONDITIONS[need.condition], unverified=not sure)

    def row(self, path: str, types: tuple[str, ...] = ()) -> LayerRow:
        """What the rows of a path say of a transaction type."""
        first = self._layer.type2[path]
        if path not in self._layer.more:
            return first
        named = {name: first[name] for name in ("mnemonic", "name") if name in first}
        return named | row_for(self._layer.rows_of("type2", path), types)

    def conditions(self) -> tuple[str, ...]:
        """The paths of the elements whose own rows say whether they must be there."""
        rows = ((path, self._layer.rows_of("type2", path)) for path in self._paths.values())
        return tuple(path for path, of_path in rows if any("condition" in row for row in of_path))

    def answers(self) -> dict[int, AnswerCodes]:
        """The elements whose text begins with codes of an answer, and those codes."""
        found = {number: self.code_lists.answers(row) for number, row in self._rows.items()}
        return {number: codes for number, codes in found.items() if codes is not None}

    def excuses(self) -> dict[int, tuple[tuple[int, ...], int]]:
        """The elements of which each subfield stands for records that could not be made: their types, how many."""
        return {number: excused(row["excuses"]) for number, row in self._rows.items() if "excuses" in row}

    def says(self, number: int, types: tuple[str, ...]) -> dict[int | None, str]:
        """The sentences that findings on an element tell, by item; None for the element itself."""
        paths = [self._paths[number], *self._item_paths.get(number, ())]
        rows = ((int(path.split(".")[2]) if path.count(".") == 2 else None, self.row(path, types)) for path in paths)
        return {item: str(row["says"]) for item, row in rows if "says" in row}

    def _declared(self, number: int, need: ElementNeed | None, types: tuple[str, ...]) -> Element:
        row = self.row(self._paths[number], types)
        mnemonic = str(row.get("mnemonic", ""))
        return Element(
            number, self._value(number, row, need, types), O, str(row.get("name", mnemonic)), mnemonic,
            unverified=not row.get("sure", True), note=row.get("hint", ""), idc_of=_idc_of(row),
        )  # fmt: skip

    def _value(self, number: int, row: LayerRow, need: ElementNeed | None, types: tuple[str, ...]) -> Value:
        declared = interval(row.get("occurs", "1"))
        least, most = (need.occurs if need and need.occurs else None) or declared
        least = max(least, 1)
        once = declared[1] == 1 and (least, most) == _ONCE
        if number in self._item_paths:
            subfield = self._items_class(number, row, types)
            if row.get("single"):
                return Either(subfield, value_of(row, self.code_lists, need.length if need else None), least, most)
            return One(subfield) if once else Sets(subfield, least, most)
        inner = value_of(row, self.code_lists, need.length if need else None)
        return inner if once else Values(inner, least, most)

    def _items_class(self, number: int, row: LayerRow, types: tuple[str, ...]) -> type[Items]:
        paths = self._item_paths[number]
        key = number, types if any(path in self._layer.more for path in paths) else ()
        declared = self._item_classes.get(key)
        if declared is None:
            rows = [self.row(path, types) for path in paths]
            fields = {part["mnemonic"]: _item(part, self.code_lists) for part in rows}
            title = "".join(word.capitalize() for word in row.get("mnemonic", "Item").split("_"))
            body = {**fields, "__annotations__": dict.fromkeys(fields, Any), "__doc__": row.get("name", "")}
            declared = self._item_classes[key] = items(cast("type[Items]", type(title, (Items,), body)))
        return declared


def _of_profile(name: str) -> Any:
    return profile_named(name).dictionary


def _item(row: LayerRow, lists: CodeLists) -> Any:
    least, most = interval(row.get("occurs", "1"))
    return item(
        value_of(row, lists, None),
        M_UP if least else O_UP,
        row.get("name", ""),
        times=None if most == 1 else (least, most),
        unverified=not row.get("sure", True),
        note=row.get("hint", ""),
        idc_of=_idc_of(row),
    )


def _idc_of(row: LayerRow) -> tuple[int, ...]:
    return ANY_RECORD if row.get("idc") else ()


def value_of(row: LayerRow, lists: CodeLists, length: Interval | None) -> Value:
    """What a row says of the content of a field or item; `length` where a transaction type has one of its own."""
    low, high = length or (interval(row["length"]) if "length" in row else (None, None))
    date = row.get("date")
    if date == "YYYYMMDDHHMMSSZ":
        return GreenwichTime()
    if date is not None:
        return Date(zeros=date.startswith("Z"))
    if row.get("type") == "B":
        return Data()
    codes = str(row.get("codes", ""))
    name = codes[1:] if codes.startswith("@") else None
    answers = lists.answers(row)
    return Characters(
        row.get("type", "ANS"), row.get("special", ""), low, high, row.get("values"),
        table=None if name is None else lists.full_name(name),
        supplied=None if name is None else partial(lists.table, name),
        one_of=codes if name is None else None, open=row.get("open", False), pattern=row.get("pattern"),
        explains=answers.told if answers is not None else None,
        tolerated=interval(row["tolerated"]) if "tolerated" in row else None,
    )  # fmt: skip
