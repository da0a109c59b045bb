"""IDCs given anew, with everything in a transaction that names one: CNT, and fields declared to be the IDC of a record.

Either all of it is done or, where that cannot be told or would make a reference name another record, nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.errors import StructureError
from nistitl.base.numbers import HIGHEST_IDC, idc_in_words
from nistitl.declare.items import Sets, Values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nistitl.model.place import Place
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_IDC = 2
_NAMED = re.compile(
    rb"(?P<idc>\d{1,3})(?P<rest>,(?!1\.).*)?", re.DOTALL
)  # alone or, of 98.900, with the place in the record


class Reference(NamedTuple):
    """A value that names records by IDC, and the bytes that it gets."""

    place: Place
    raw: bytes


def renumber(tx: Transaction, numbers: Mapping[int, int] | None = None) -> dict[int, int]:
    """Give IDCs anew, old to new; without `numbers`, from 0 in the order of the records. What changes is returned.

    Records that share an IDC go on sharing it. StructureError, and nothing changed, where two would become one.
    """
    there = _idcs(tx)
    changes = _counted(there) if numbers is None else dict(numbers)
    _check(changes, there)
    changes = {old: new for old, new in changes.items() if old != new}
    references = list(_references(tx, changes, set(there)))
    with tx.together():
        for place, raw in references:
            place.assign(raw)
        for record in tx:
            if record.idc in changes:
                record.put(_IDC, _spelled(record, changes[record.idc]))
    return changes


def _idcs(tx: Transaction) -> list[int]:
    """The IDCs of all records after Type-1, each once; StructureError where one has none to read."""
    found: dict[int, None] = {}
    for at, record in enumerate(tx):
        if record.type == 1:
            continue
        if (idc := record.idc) is None:
            path = f"{record.type}.{_IDC:03d}"
            raise StructureError(f"record {at}, Type-{record.type}, has no IDC that can be read; set {path} first")
        found[idc] = None
    return list(found)


def _counted(there: list[int]) -> dict[int, int]:
    if len(there) > HIGHEST_IDC + 1:
        raise StructureError(f"{len(there)} different IDCs are in use; there are only those from 0 to {HIGHEST_IDC}")
    return {old: new for new, old in enumerate(there)}


def _check(changes: Mapping[int, int], there: Iterable[int]) -> None:
    """StructureError for a change of what is not there, to what is no IDC, or of two into one."""
    known = set(there)
    for old, new in changes.items():
        if old not in known:
            raise StructureError(f"no record has {idc_in_words(old)}")
        if not 0 <= new <= HIGHEST_IDC:
            raise StructureError(f"IDC {old} cannot become {new}; IDCs run from 0 to {HIGHEST_IDC}")
    taken: dict[int, int] = {}
    for old in sorted(known):
        new = changes.get(old, old)
        if new in taken:
            raise StructureError(f"IDC {taken[new]} and IDC {old} would both be {new}; give both a number of its own")
        taken[new] = old


def _spelled(record: Record, idc: int) -> bytes:
    """An IDC as wide as the one that stands there: `05` for `00`."""
    before = bytes(record.raw(_IDC) or b"")
    if record.binary:
        return bytes([idc])
    return b"%0*d" % (len(before) if before.startswith(b"0") else 1, idc)


def _references(tx: Transaction, changes: Mapping[int, int], there: set[int]) -> Iterator[Reference]:
    """The values that name one of these IDCs, as they are to be."""
    taken = set(changes.values()) - there
    for at, place in naming_places(tx):
        if wrong := taken.intersection(named_idcs(place)):
            raise StructureError(
                f"{place.path} of record {at} names {idc_in_words(min(wrong))}, which no record has and one would get; "
                "mend that first"
            )
        raw = bytes(place.raw)
        new = b"|".join(_renamed(part, changes) for part in raw.split(b"|"))
        if new != raw:
            yield Reference(place, new)


def naming_places(tx: Transaction) -> Iterator[tuple[int, Place]]:
    """The values of a transaction that are declared to be the IDC of a record, with the place of theirs."""
    for at, record in enumerate(tx):
        if not record.binary:
            yield from ((at, place) for field in record.fields() for place in _naming(field))


def named_idcs(place: Place) -> list[int]:
    """The IDCs that such a value names; none for what is no IDC."""
    matches = (_NAMED.fullmatch(part) for part in bytes(place.raw).split(b"|"))
    return [int(match["idc"]) for match in matches if match is not None]


def _naming(field: Place) -> Iterator[Place]:
    """The places of a field that are declared to be the IDC of a record."""
    element = field.element
    if element is None:
        return
    if isinstance(element.value, Sets):
        if any(item.idc_of for item in element.items):
            yield from (one for one in field.items if (row := one.declared_item) is not None and row.idc_of)
    elif element.idc_of:
        yield from field.subfields if isinstance(element.value, Values) else (field,)


def _renamed(part: bytes, changes: Mapping[int, int]) -> bytes:
    match = _NAMED.fullmatch(part)
    if match is None or (new := changes.get(int(match["idc"]))) is None:
        return part
    width = len(match["idc"]) if match["idc"].startswith(b"0") else 1
    return b"%0*d%b" % (width, new, match["rest"] or b"")
