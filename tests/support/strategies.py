"""Hypothesis strategies that follow the declarations: any record that can be declared can be made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from nistitl.base.ranges import Range
from nistitl.declare.binary import Slots, Uint
from nistitl.declare.element import Element
from nistitl.declare.items import Item, Items, One, Sets, Values
from nistitl.declare.values import (
    AN,
    NS,
    A,
    Base64,
    Data,
    Date,
    Digits,
    GreenwichTime,
    H,
    Joined,
    N,
    Points,
    Real,
    Signed,
    Text,
    U,
    Value,
)
from nistitl.model.record import Record
from nistitl.records import record_class

_MOST = 4  # of everything that may repeat


def values(declared: Value) -> st.SearchStrategy[Any]:
    """Values that this content can hold."""
    if isinstance(declared, One):
        return items(declared.items)
    if isinstance(declared, Sets):
        return _sets(declared)
    if isinstance(declared, Values):
        return st.lists(values(declared.inner), min_size=declared.least, max_size=_at_most(declared.most)).map(tuple)
    if isinstance(declared, Joined):
        return _joined(declared)
    if isinstance(declared, Points):
        points = st.lists(
            st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=max(declared.least, 3), max_size=9
        )
        return points.map(tuple)
    if isinstance(declared, Text):
        return _texts(declared)
    if isinstance(declared, Uint):
        low, high = _bounds(declared.within)
        within = declared.within
        numbers = st.integers(max(0, int(low)), min(256**declared.width - 1, int(high)))
        return numbers.filter(lambda n: within is None or n in within)
    if isinstance(declared, Slots):
        return st.lists(st.integers(0, 254), max_size=declared.width).map(tuple)
    if isinstance(declared, Data):
        return st.binary(min_size=1, max_size=40).map(memoryview)
    return _numbers(declared)


def _numbers(declared: Value) -> st.SearchStrategy[Any]:
    if isinstance(declared, Date):
        return st.dates()
    if isinstance(declared, GreenwichTime):
        return st.datetimes(max_value=datetime(9999, 1, 1)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC))
    low, high = _bounds(declared.within)
    if isinstance(declared, Real):
        return st.decimals(max(low, -99), min(high, 99), places=2)
    longest = min(declared.max_len or 9, 15)
    if isinstance(declared, N):
        within = declared.within
        numbers = st.integers(max(0, int(low)), int(min(high, 10**longest - 1)))
        return numbers.filter(lambda n: within is None or n in within)
    assert isinstance(declared, Signed)
    return st.integers(int(max(low, -(10 ** (longest - 1)) + 1)), int(min(high, 10**longest - 1)))


def _bounds(within: Range | None) -> tuple[float, float]:
    if within is None:
        return 0, 10**12
    lows, highs = zip(*within.spans, strict=True)
    return (
        -(10**12) if None in lows else min(low for low in lows if low is not None),
        10**12 if None in highs else max(high for high in highs if high is not None),
    )


_ALPHABETS: dict[type[Text], str] = {
    A: "ABCxyz", AN: "ABC019", Digits: "0123456789", H: "0123456789ABCDEF", NS: "0123456789.,|-",
    Base64: "ABCabc012+/=",
}  # fmt: skip


def _texts(declared: Text) -> st.SearchStrategy[str]:
    alphabet = _ALPHABETS.get(type(declared), "ABCabc 012.,:;-()")
    if isinstance(declared, U):
        alphabet += "éЖ漢"
    low = declared.min_len or 1
    high = max(low, min(declared.max_len or low + 8, low + 8))
    return st.text(alphabet, min_size=low, max_size=high)


def _joined(declared: Joined) -> st.SearchStrategy[Any]:
    limit = declared.max_len or 40
    inner = values(declared.inner).filter(lambda v: declared.separator not in str(v))
    joined = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return joined.filter(lambda parts: (declared.min_len or 0) <= len("|".join(map(str, parts))) <= limit)


def _sets(declared: Sets) -> st.SearchStrategy[Any]:
    others = st.lists(items(declared.items), max_size=_at_most(declared.most) - 1)
    return st.builds(lambda first, rest: (first, *rest), items(declared.first), others)


def _at_most(most: int | None) -> int:
    return min(most or _MOST, _MOST)


def items(kind: type[Items]) -> st.SearchStrategy[Items]:
    """Subfields of an item class, with items left out here and there."""
    made = {row.mnemonic: _item(row) for row in kind.items}
    return st.builds(lambda given: kind(**given), st.fixed_dictionaries(made))


def _item(row: Item) -> st.SearchStrategy[Any]:
    if row.times is None:
        return values(row.value) | (st.none() if row.occurrence[0] == 0 else st.nothing())
    one = st.tuples(*[values(row.value)] * len(row.pair)) if row.pair else values(row.value)
    return st.lists(one, min_size=row.times[0], max_size=max(_MOST, row.times[0])).map(tuple)


def fields(element: Element) -> st.SearchStrategy[Any]:
    """Values of a field as its newest edition declares it."""
    return values(element.value)


@st.composite
def records(draw: st.DrawFn, number: int, most: int = 5) -> Record:
    """A record of a type, with some of its fields given."""
    kind = record_class(number)
    wanted = [e for n, e in kind.elements.items() if n not in kind.computed]
    if kind.binary:
        chosen = wanted
    else:
        chosen = [kind.elements[2]] if number != 1 else []
        others = [e for e in wanted if e not in chosen]
        chosen += draw(st.lists(st.sampled_from(others), unique=True, max_size=most)) if others else []
    return kind(**{e.mnemonic: draw(fields(e)) for e in chosen})
