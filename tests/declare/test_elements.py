"""Elements: what older editions had, and how a value is written that only an older one can say."""

from __future__ import annotations

import pytest

from nistitl.base.editions import E1993, E2000, E2007, E2011, E2013, E2015
from nistitl.declare.conditions import D, M, O
from nistitl.declare.element import Element, FieldRange
from nistitl.declare.values import ANS, A, N
from nistitl.wire.charsets import ASCII

CHANGED = Element(
    7, N(1, 2), O, "a field", "NEW",
    since=E1993, until=E2013, was={E2007: (D, A(1, 3)), E2000: (M, "OLD"), E2011: "MIDDLE"},
)  # fmt: skip


def test_of_several_older_rules_the_oldest_that_still_holds_wins() -> None:
    def told(element: Element | None) -> tuple[object, ...]:
        assert element is not None and element.was == {}
        return element.condition, element.mnemonic, type(element.value)

    assert told(CHANGED.in_edition(E1993)) == told(CHANGED.in_edition(E2000)) == (M, "OLD", A)
    assert told(CHANGED.in_edition(E2007)) == (D, "MIDDLE", A)
    assert told(CHANGED.in_edition(E2011)) == (O, "MIDDLE", N)
    assert CHANGED.in_edition(E2013) is CHANGED and CHANGED.in_edition(E2015) is None


def test_a_value_is_written_by_the_newest_declaration_that_can_say_it() -> None:
    assert CHANGED.encode(7, ASCII) == b"7" and CHANGED.encode("abc", ASCII) == b"abc"


def test_a_value_that_none_can_say_is_refused_with_the_words_of_the_newest() -> None:
    with pytest.raises(ValueError, match="length is 3, expected 1 to 2"):
        CHANGED.encode(700, ASCII)
    three = Element(1, N(1, 2), M, "", was={E2007: A(1, 1), E2011: ANS(1, 2)})
    with pytest.raises(ValueError, match="expected a whole number, not float"):
        three.encode(1.5, ASCII)


def test_a_range_holds_its_ends() -> None:
    closed, opened = FieldRange(200, 900, "UDF", ""), FieldRange(3, None, "UDF", "")
    assert [number in closed for number in (199, 200, 900, 901)] == [False, True, True, False]
    assert 2 not in opened and 999_999_999 in opened
