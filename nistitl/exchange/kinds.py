"""What kind of thing a field or item holds: names, numbers, dates, images, and so on. Data, one table for all types.

Of Types 1 and 3 to 99 `nistitl/records/kinds.toml` says it, of Type-2 the section [kinds] of the profile. What no
table knows is a person's, and of the kind UNKNOWN, which no row of a policy names.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from nistitl.base.resources import Resource
from nistitl.profiles.kinds import KINDS as KINDS
from nistitl.profiles.kinds import words_by_mnemonic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.declare.element import Element
    from nistitl.declare.items import Item

UNKNOWN = "unknown"
TECHNICAL = "technical"
DERIVED = ("quality", "measured", "minutiae")  # what is computed from an image
_TABLE = Resource("nistitl.records", "kinds.toml")
_TYPE_2 = 2


class KindTable:
    """The kinds of a record type by mnemonic, of fields and of their items."""

    def __init__(self, kinds: Mapping[str, str], rest: str = UNKNOWN) -> None:
        self._kinds = kinds
        self._rest = rest

    def of_field(self, element: Element) -> str:
        """The kind of a field by itself."""
        return self._kinds.get(element.mnemonic) or (TECHNICAL if element.holds.told else self._rest)

    def of_item(self, element: Element, item: Item) -> str:
        """The kind of an item: its own, else that of its field."""
        found = self._kinds.get(f"{element.mnemonic}.{item.mnemonic}") or self._kinds.get(element.mnemonic)
        return found or (TECHNICAL if item.holds.told else self._rest)


def kinds_of(record_type: int, type2: Mapping[str, str]) -> KindTable:
    """The kinds of the fields of a record type; `type2`: what the profile says of its Type-2."""
    if record_type == _TYPE_2:
        return KindTable({"LEN": TECHNICAL, "IDC": TECHNICAL, **type2})
    return _tables().get(record_type) or KindTable({})


@cache
def _tables() -> dict[int, KindTable]:
    rows = tomllib.loads(_TABLE.read_text())
    every = words_by_mnemonic(rows.pop("every"))
    of_types = {int(kind): dict(words) for kind, words in rows.items()}
    return {
        kind: KindTable(every | words_by_mnemonic(of_types.get(kind, {})), of_types.get(kind, {}).get("rest", UNKNOWN))
        for kind in range(1, 100)
    }
