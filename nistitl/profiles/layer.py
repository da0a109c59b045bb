"""A layer: what one authority, version or user adds to its parent, as it stands in one TOML file.

Sections, one row a line:

    [profile]      name, title, authority, parent, editions, domains, versions, notice, rules, max_size
    [sources]      where the rows come from, by the key that rows name in `source`
    [type2]        "2.018" = { mnemonic, name, type, length, occurs, special, codes, date, hint, source, sure }
                   "2.084.1" = { ... } is an item of 2.084; with single = true a subfield without a separator of
                   items is one value, as the row of the element itself says
    [fields]       "14.011" = { ... } narrows a field of another record type, or declares a user-defined one;
                   also condition (M or X), values, tots
    [codes.NAME]   list = code and meaning, a line each; a child's `add` and `remove` change it
    [tots]         CAR = { name, direction, service, answers, delayed, errors, answers_to, status, sure, removed }
                   answers_to: what the rows of those types do not say themselves
                   analogy = true: its elements are known from another version only, they warn
    [records]      CAR = '1 2 4:0-14 4+14:1-14 13?:0-2'    counts; several types share one with +
    [mandatory]    CAR = 'NAM DOB:1-5 FBI:0-5:1-9'         mnemonic, subfields, length
    [optional]     the same
    [conditional]  the same
    [forbidden]    CAR = 'PHT'                             taken out again

A row named "*" holds for every transaction type. A child's row changes its parent's: attributes and words one by
one. `?` after a word, and `sure = false`, mean that sources disagree or that it is known by analogy: it warns.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeVar

import attrs

from nistitl.base.errors import ITLError

LayerRow = dict[str, Any]
Interval = tuple[int, int | None]  # least and most; None: any number
EVERY = "*"
K = TypeVar("K")
V = TypeVar("V")
NEEDS = ("mandatory", "optional", "conditional")

_INTERVAL = re.compile(r"(\d+)(?:-(\d+)?)?")


class ProfileError(ITLError):
    """A layer cannot be read: file and line, what is wrong, what was expected."""


class ElementNeed(NamedTuple):
    """What a transaction type says of a Type-2 element: condition, subfields, length, and whether that is certain."""

    condition: str
    occurs: Interval | None
    length: Interval | None
    sure: bool


class RecordCount(NamedTuple):
    """How many records of these types, together, a transaction holds."""

    types: tuple[int, ...]
    least: int
    most: int | None
    sure: bool


@attrs.frozen(slots=True, eq=False)
class Layer:
    """The rows of a profile, those of its parents included."""

    head: LayerRow
    sources: dict[str, str]
    type2: dict[str, LayerRow]
    fields: dict[str, LayerRow]
    codes: dict[str, LayerRow]
    tots: dict[str, LayerRow]
    records: dict[str, dict[tuple[int, ...], RecordCount]]
    needs: dict[str, dict[str, ElementNeed]]

    def over(self, parent: Layer) -> Layer:
        """This layer on top of its parent."""
        return Layer(
            {**parent.head, **self.head},
            parent.sources | self.sources,
            _merged(parent.type2, self.type2),
            _merged(parent.fields, self.fields),
            _codes(parent.codes, self.codes),
            _merged(parent.tots, self.tots),
            _by_tot(parent.records, self.records),
            _by_tot(parent.needs, self.needs),
        )


def _merged(parent: dict[str, LayerRow], child: dict[str, LayerRow]) -> dict[str, LayerRow]:
    rows = dict(parent)
    for key, row in child.items():
        if row.get("removed"):
            rows.pop(key, None)
        else:
            rows[key] = {**rows.get(key, {}), **row}
    return rows


def _codes(parent: dict[str, LayerRow], child: dict[str, LayerRow]) -> dict[str, LayerRow]:
    rows = dict(parent)
    for key, row in child.items():
        old = rows.get(key, {})
        listed = code_rows(row["list"]) if "list" in row else dict(code_rows(old.get("list", "")))
        listed |= code_rows(row.get("add", ""))
        gone = row.get("remove", "").split()
        kept = {code: meaning for code, meaning in listed.items() if code not in gone}
        text = "\n".join(f"{code}\t{meaning}" for code, meaning in kept.items())
        rest = {name: value for name, value in row.items() if name not in ("add", "remove")}
        rows[key] = {**old, **rest, "list": text}
    return rows


def _by_tot(parent: dict[str, dict[K, V]], child: dict[str, dict[K, V]]) -> dict[str, dict[K, V]]:
    """The words of a child on those of its parent; what it says of every type holds where the parent named one."""
    every = child.get(EVERY, {})
    merged = {}
    for tot in {**parent, **child}:
        mine = parent.get(tot, {})
        general = {name: word for name, word in every.items() if name in mine} if tot != EVERY else {}
        merged[tot] = _worded(_worded(mine, general), child.get(tot, {}))
    return merged


def _worded(parent: dict[K, V], child: dict[K, V]) -> dict[K, V]:
    merged = dict(parent)
    for name, word in child.items():
        old = merged.get(name)
        if isinstance(word, ElementNeed) and isinstance(old, ElementNeed):
            merged[name] = word._replace(occurs=word.occurs or old.occurs, length=word.length or old.length)
        else:
            merged[name] = word
    return merged


def code_rows(text: str) -> dict[str, str]:
    """Code and meaning of every line of a list; a tab or two spaces stand between them."""
    rows = {}
    for line in text.splitlines():
        if line.strip():
            code, _, meaning = line.replace("  ", "\t", 1).partition("\t")
            rows[code.strip()] = meaning.strip()
    return rows


def interval(text: str) -> Interval:
    """`3-50`, `9`, `1-`: least and most."""
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no span such as 3-50, 9 or 1-")
    low = int(match[1])
    high = low if "-" not in text else int(match[2]) if match[2] else None
    if high is not None and high < low:
        raise ValueError(f"{text!r} ends before it begins")
    return low, high
