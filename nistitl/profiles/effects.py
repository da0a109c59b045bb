"""What in a layer cannot take effect, or less than it seems: told by `nistitl profiles check`, never refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.tables import TableText
from nistitl.declare.items import Sets, value_of_item
from nistitl.declare.values import Text
from nistitl.profiles.binary import BINARY
from nistitl.profiles.comparisons import comparisons, names
from nistitl.profiles.conditions import ASKING
from nistitl.profiles.merging import EVERY
from nistitl.profiles.named import declared, field_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.values import Value
    from nistitl.profiles.layer import Layer
    from nistitl.profiles.merging import LayerRow
    from nistitl.profiles.tables import ProfileTables

_TEXT = 2
_CONTENT = ("length", "type", "special", "codes", "values", "pattern", "date")
_MOST_TOLD = 5  # transaction types of one warning


class Doubt(NamedTuple):
    """A row that does less than it seems to."""

    section: str
    key: str
    message: str


def doubts_told(child: Layer, profile: ProfileTables) -> Iterator[str]:
    """What of a layer cannot take effect in the profile that it makes, each with file and line."""
    text = child.text or TableText("a layer", "")
    yield from (text.refusal((one.section, one.key), one.message) for one in _Effects(child, profile).doubts())


class _Effects:
    """Looks at each row of a layer in the profile that it makes."""

    def __init__(self, child: Layer, profile: ProfileTables) -> None:
        self.child = child
        self.profile = profile
        self.layer = profile.layer

    def doubts(self) -> Iterator[Doubt]:
        for path in self.child.type2:
            for row in self.child.rows_of("type2", path):
                yield from self._element(path, row)
        for path in self.child.fields:
            yield from self._field(path)
        yield from self._lists()
        yield from self._types()
        for name in self.child.conditions:
            if name in self.layer.conditions:
                yield from self._condition(name)

    # -- elements -------------------------------------------------------------------------------------

    def _element(self, path: str, row: LayerRow) -> Iterator[Doubt]:
        full = self.layer.type2.get(path)
        if full is None:
            return
        said = [name for name in _CONTENT if name in row]
        if "date" in full and (idle := [name for name in said if name != "date"]):
            yield Doubt("type2", path, f"{', '.join(idle)} cannot take effect: the element is a date")
        elif f"{path}.1" in self.layer.type2 and said and not full.get("single"):
            message = f"{', '.join(said)} cannot take effect: the element is made of items, {path}.1 and so on"
            yield Doubt("type2", path, message)
        elif "values" in row and full.get("type", "ANS") != "N":
            yield Doubt("type2", path, _numbers_only(full.get("type", "ANS")))
        if path.count(".") == 1:
            yield from self._words(path, row, full)

    def _words(self, path: str, row: LayerRow, full: LayerRow) -> Iterator[Doubt]:
        """Spans of a row where the words of transaction types have their own, and elements that no type lists."""
        name = full.get("mnemonic")
        for attribute in ("length", "occurs"):
            if attribute in row:
                own = [tot.code for tot in self.profile.types if _says(tot.needs.get(name or ""), attribute)]
                if own and "tots" not in row:
                    message = f"{attribute} cannot take effect in {_few(own)}: {name} has one of its own there"
                    yield Doubt("type2", path, message)
        if name is None:
            yield Doubt("type2", path, "the element has no mnemonic: no transaction type can list it")
        elif not any(name in tot.needs for tot in self.profile.types):
            message = f"{name} is listed by no transaction type in [mandatory], [expected], [optional] or [conditional]"
            yield Doubt("type2", path, message)

    # -- fields ---------------------------------------------------------------------------------------

    def _field(self, path: str) -> Iterator[Doubt]:
        kind, number, *item = (int(part) for part in path.split("."))
        if path not in self.layer.fields:
            return
        if kind != 1 and not any(kind in count.types for tot in self.profile.types for count in tot.records):
            yield Doubt("fields", path, f"no transaction type takes a Type-{kind}")
        element = declared(kind, number, self.profile.dictionary)
        if element is None or kind in BINARY:
            return
        for row in self.child.rows_of("fields", path):
            said = [name for name in _CONTENT if name in row]
            if isinstance(element.value, Sets) and len(element.items) > 1 and not item and said:
                last = len(element.items)
                message = f"{', '.join(said)} speaks of whole subfields; items are {path}.1 to {path}.{last}"
                yield Doubt("fields", path, message)
                continue
            value = value_of_item(element.value, item[0] if item else None)
            letters = isinstance(value, Text) and getattr(value, "char_type", "") != "N"
            if "values" in row and letters and not (value.table or value.one_of):
                yield Doubt("fields", path, _numbers_only(getattr(value, "char_type", "")))
            if row.get("codes", "@").startswith("@"):
                continue
            if foreign := [code for code in row["codes"].split() if not _lists(value, code)]:
                yield Doubt("fields", path, f"{' '.join(foreign)}: the standard's own list does not have it")

    # -- lists, transaction types, conditions -----------------------------------------------------------

    def _lists(self) -> Iterator[Doubt]:
        further = (row for rows in self.layer.more.values() for row in rows)
        rows = (*self.layer.type2.values(), *self.layer.fields.values(), *further)
        used = {str(row.get(key, ""))[1:] for row in rows for key in ("codes", "answers", "advice")}
        for name in self.child.codes:
            if name not in used:
                yield Doubt("codes", name, f"no row asks for codes = '@{name}'")

    def _types(self) -> Iterator[Doubt]:
        for code in self.child.tots:
            tot = self.profile.tots.get(code)
            if code != EVERY and tot is not None and "like" not in self.layer.tots[code] and not tot.needs:
                yield Doubt("tots", code, "nothing is asked of it: expected like, or rows in [records] and [mandatory]")
        for tot in self.profile.types:
            none = {kind for types, kind_count in _plain(tot.code, self.layer) if kind_count == 0 for kind in types}
            for count in tot.records:
                if count.where and count.least and set(count.types) <= none and tot.code in self.child.records:
                    message = f"Type-{count.types[0]} is asked for by a value, and none may be there"
                    yield Doubt("records", tot.code, message)

    def _condition(self, name: str) -> Iterator[Doubt]:
        row = self.layer.conditions[name]
        needs = {tot.code: tot.needs for tot in self.profile.types}
        tots = row.get("tots", "").split() or list(needs)
        asked = [one for key in ASKING if key in row for one in names(row[key])]
        compared = [one.name for key in ("when", "unless") if key in row for one in comparisons(row[key])]
        for word in dict.fromkeys((*asked, *compared)):
            field = field_name(word, self.profile.dictionary)
            known = self.profile.dictionary.by_number(field.number) if field.kind == _TEXT else None
            if known is None:
                continue
            without = [code for code in tots if known.mnemonic not in needs[code]]
            if without and "tots" in row:
                yield Doubt("conditions", name, f"{known.mnemonic} is no element of {_few(without)}")
            elif len(without) == len(tots):
                yield Doubt("conditions", name, f"{known.mnemonic} is no element of any transaction type")


def _lists(value: Value, code: str) -> bool:
    """True for a code that the standard's closed list has, and where there is none."""
    if value.open or (value.table is None and value.one_of is None):
        return True
    table = value.code_table
    return code in (value.one_of or ()) if table is None else table.get(code) is not None


def _plain(code: str, layer: Layer) -> Iterator[tuple[tuple[int, ...], int | None]]:
    """The counts without a value that a type's own words give."""
    for (types, where), count in layer.records.get(code, {}).items():
        if not where:
            yield types, count.most


def _says(need: object, attribute: str) -> bool:
    return getattr(need, attribute, None) is not None


def _numbers_only(char_type: str) -> str:
    return f"values holds for numbers only: type {char_type} takes other text too, such as N68; a pattern says more"


def _few(codes: list[str]) -> str:
    more = len(codes) - _MOST_TOLD
    return ", ".join(codes[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
