"""A layer: what one authority, version or user adds to its parent, as it stands in one TOML file.

`docs/profiles.md` says what each section and attribute means; `nistitl.profiles.attributes` has them as a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import attrs

from nistitl.base.errors import ITLError
from nistitl.profiles.merging import EVERY as EVERY
from nistitl.profiles.merging import LayerRow as LayerRow
from nistitl.profiles.merging import Rows, with_codes, with_head, with_rows, with_words, worded
from nistitl.profiles.merging import code_rows as code_rows
from nistitl.profiles.spans import Interval, closed
from nistitl.profiles.spans import interval as interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.tables import TableText

K = TypeVar("K")
V = TypeVar("V")
NEEDS = ("mandatory", "expected", "optional", "conditional")
OWN = "own"


class ProfileError(ITLError):
    """A layer cannot be read: file and line, what is wrong, what was expected."""


class ElementNeed(NamedTuple):
    """What a transaction type says of a Type-2 element: condition, subfields, length, and whether that is certain."""

    condition: str
    occurs: Interval | None
    length: Interval | None
    sure: bool

    def over(self, below: ElementNeed) -> ElementNeed:
        """This word in place of one below it, whose spans it keeps where it says none of its own."""
        return self._replace(occurs=_on(self.occurs, below.occurs), length=_on(self.length, below.length))


class RecordCount(NamedTuple):
    """How many records of these types, together, a transaction holds; of those with a value, where one is named."""

    types: tuple[int, ...]
    least: int
    most: int | None
    sure: bool
    where: str = ""  # IMT=FACE

    def over(self, below: RecordCount) -> RecordCount:
        """This count in place of one below it."""
        least, most = closed((self.least, self.most), (below.least, below.most))
        return self._replace(least=least, most=most)


CountKey = tuple[tuple[int, ...], str]  # record types, and the value that is counted


def counted(parent: dict[CountKey, RecordCount], child: dict[CountKey, RecordCount]) -> dict[CountKey, RecordCount]:
    """The counts of one transaction type on those below; `14:none` takes Type-14 out of `4+14:1-` below it."""
    none = {types[0] for (types, where), count in child.items() if count.most == 0 and len(types) == 1 and not where}
    left = {key: key[0] if len(key[0]) == 1 else tuple(kind for kind in key[0] if kind not in none) for key in parent}
    return worded({key: count._replace(types=left[key]) for key, count in parent.items() if left[key]}, child)


def _on(mine: Interval | None, below: Interval | None) -> Interval | None:
    return below if mine is None else closed(mine, below)


@attrs.frozen(slots=True, eq=False)
class Layer:
    """The rows of a profile, those of its parents included; `more` has the rows that hold for some types only.

    `names` are the layers it is made of, the lowest first, `origins` those that speak of a row, by section and key.
    """

    head: LayerRow
    sources: dict[str, str]
    type2: dict[str, LayerRow]
    fields: dict[str, LayerRow]
    codes: dict[str, LayerRow]
    tots: dict[str, LayerRow]
    records: dict[str, dict[CountKey, RecordCount]]
    needs: dict[str, dict[str, ElementNeed]]
    conditions: dict[str, LayerRow] = attrs.field(factory=dict)
    compression: dict[str, LayerRow] = attrs.field(factory=dict, kw_only=True)
    kinds: dict[str, str] = attrs.field(factory=dict, kw_only=True)  # what kind of thing a Type-2 element holds
    more: dict[str, tuple[LayerRow, ...]] = attrs.field(factory=dict)
    names: tuple[str, ...] = ()
    origins: dict[tuple[str, ...], tuple[str, ...]] = attrs.field(factory=dict)
    text: TableText | None = None

    def over(self, parent: Layer) -> Layer:
        """This layer on top of its parent. ValueError where a span then ends before it begins."""
        if self.head.get("whole", False):
            parent = parent.without_words()
        mine = self._with_types_named(parent)
        type2 = with_rows("type2", Rows(parent.type2, parent.more), Rows(mine.type2, mine.more))
        fields = with_rows("fields", Rows(parent.fields, parent.more), Rows(mine.fields, mine.more))
        return Layer(
            with_head(parent.head, self.head),
            parent.sources | self.sources,
            type2.first,
            fields.first,
            with_codes(parent.codes, self.codes),
            _rows(parent.tots, mine.tots),
            with_words("records", parent.records, mine.records, counted),
            with_words(NEEDS[0], parent.needs, mine.needs, worded),
            _rows(parent.conditions, mine.conditions),
            type2.more | fields.more,
            tuple(dict.fromkeys((*parent.names, *self.names))),
            _origins(parent.origins, mine.origins),
            compression=_rows(parent.compression, mine.compression),
            kinds=parent.kinds | self.kinds,
        )

    def without_words(self) -> Layer:
        """This layer without what it says of the records and elements of transaction types."""
        origins = {place: names for place, names in self.origins.items() if place[0] not in ("records", "needs")}
        return attrs.evolve(self, records={}, needs={}, origins=origins)

    def own_types(self, parent: Layer) -> tuple[str, ...]:
        """The transaction types that this very layer adds."""
        return tuple(tot for tot in self.tots if tot != EVERY and tot not in parent.tots)

    def _with_types_named(self, parent: Layer) -> Layer:
        """This layer with its own types named wherever it says `own`, and every type left unsaid where it says `*`."""
        own = self.own_types(parent)
        unsure = parent.tots.get(EVERY, {}).get("sure") is False
        return attrs.evolve(
            self,
            type2={path: _named(row, own) for path, row in self.type2.items()},
            fields={path: _named(row, own) for path, row in self.fields.items()},
            more={path: tuple(_named(row, own) for row in rows) for path, rows in self.more.items()},
            conditions={name: _named(row, own) for name, row in self.conditions.items()},
            tots={tot: {"sure": True, **row} if unsure and tot in own and "like" not in row else row
                  for tot, row in self.tots.items()},
            records=_words_named(self.records, own),
            needs=_words_named(self.needs, own),
            origins=dict(_origins_named(self.origins, own)),
        )  # fmt: skip

    def rows_of(self, section: str, path: str) -> tuple[LayerRow, ...]:
        """All rows of a path, the one that holds for every type first."""
        first = getattr(self, section).get(path)
        return () if first is None else (first, *self.more.get(path, ()))

    def origin(self, *place: str) -> tuple[str, ...]:
        """The layers that speak of a row, the lowest first."""
        return self.origins.get(place, ())


def _named(row: LayerRow, own: tuple[str, ...]) -> LayerRow:
    if "tots" not in row:
        return row
    words = [tot for word in row["tots"].split() for tot in (own if word == OWN else (word,))]
    if EVERY in words:
        return {name: value for name, value in row.items() if name != "tots"}
    return {**row, "tots": " ".join(dict.fromkeys(words))}


def _words_named(words: dict[str, dict[K, V]], own: tuple[str, ...]) -> dict[str, dict[K, V]]:
    mine = words.get(OWN, {})
    made = {tot: of_tot for tot, of_tot in words.items() if tot != OWN}
    return made | {tot: {**mine, **made.get(tot, {})} for tot in own if mine}


def _origins_named(
    origins: dict[tuple[str, ...], tuple[str, ...]], own: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for (section, *key), names in origins.items():
        for tot in own if key[:1] == [OWN] and section in ("records", "needs") else key[:1]:
            yield (section, tot, *key[1:]), names


def _rows(parent: dict[str, LayerRow], child: dict[str, LayerRow]) -> dict[str, LayerRow]:
    """The attributes of each row on those of the parent's; `removed` takes the row out."""
    rows = dict(parent)
    for key, row in child.items():
        if row.get("removed"):
            rows.pop(key, None)
        else:
            rows[key] = {**rows.get(key, {}), **row}
    return rows


def _origins(
    parent: dict[tuple[str, ...], tuple[str, ...]], child: dict[tuple[str, ...], tuple[str, ...]]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    made = dict(parent)
    for place, names in child.items():
        made[place] = tuple(dict.fromkeys((*made.get(place, ()), *names)))
    return made


NOTHING = Layer({}, {}, {}, {}, {}, {}, {}, {})  # what the lowest layer lies on
