"""The most that a profile accepts, made from its tables: beside `minimal.least`, any type of any profile.

`full(profile, tot)` has every element that the type lists, with every item and as many subfields as it may have, up to
MANY, and two records of each other type. Neighbouring subfields differ where the element leaves a choice, so that what
is put beside the wrong one shows.
"""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from fixtures.values import UTF8
from nistitl.declare.items import Sets
from nistitl.validation.contents import ContentCheck
from nistitl.wire.grammar import RS, US
from tests.support.minimal import candidates, edition_for, inner, least, newest, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl import Edition, Record, Transaction
    from nistitl.declare.element import Element
    from nistitl.declare.values import Value
    from nistitl.profiles import TableProfile

    Hand = Mapping[str, tuple[str, ...]]  # texts by mnemonic: of an element, an item, or ELEMENT.ITEM

MANY = 10  # subfields of one element
RECORDS = 2  # of one type
ASKED: dict[int, dict[str, Any]] = {15: {"FCT": 0}}  # optional by the standard, mandatory in the XML of NIEM 4


def full(profile: TableProfile, tot: str, hand: Hand) -> Transaction:
    """The transaction with every element, item and record of a type; texts by hand are the only ones where they fit."""
    text = {
        element.mnemonic: content(element, edition_for(profile), hand)
        for number, element in sorted(profile.type2(tot).items())
        if number > 2
    }
    return least(profile, tot, text=text, records=[*_more_records(profile, tot)])


def _more_records(profile: TableProfile, tot: str) -> Iterator[Record]:
    """What may be there beside the least, of the types that are not Type-2."""
    for count in profile.tots[tot].records:
        kind = newest(count)
        if kind > 2:
            most = RECORDS if count.most is None else min(RECORDS, count.most)
            yield from (record(profile, tot, kind, **ASKED.get(kind, {})) for _ in range(most - count.least))


def content(element: Element, edition: Edition, hand: Hand) -> bytes:
    """An element with as many subfields as it may have, up to MANY."""
    most = element.subfields[1]
    count = MANY if most is None else min(most, MANY)
    if not isinstance(element.value, Sets):
        return RS.join(islice(cycle(_texts(element.mnemonic, edition, hand, inner(element.value))), count))
    rows = element.value.items.items
    columns = [cycle(_texts(f"{element.mnemonic}.{row.mnemonic}", edition, hand, row.value)) for row in rows]
    return RS.join(US.join(next(column) for column in columns) for _ in range(count))


def _texts(name: str, edition: Edition, hand: Hand, value: Value) -> list[bytes]:
    """Texts that an element or item takes: those by hand, else the first that `minimal` would try."""
    mnemonic = name.rpartition(".")[2]
    check = ContentCheck(value, edition)
    for tried in (hand.get(name) or hand.get(mnemonic, ()), candidates(mnemonic, value)):
        raws = dict.fromkeys(text.encode() for text in tried)
        fitting = islice((raw for raw in raws if not check.fault(raw, UTF8)), MANY)
        if found := [*fitting]:
            return found
    raise AssertionError(f"nothing fits {name}: {value.limits}")
