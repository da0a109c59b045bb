"""What validation keeps between calls has a bound, whatever callers and senders choose."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl import Edition, record_class
from nistitl.validation import Problem, Rule, rule
from nistitl.validation.contents import GOOD_VALUES, GoodValues
from nistitl.validation.plans import (
    MOST_FIELD_SETS,
    MOST_FIELDS,
    MOST_RULE_LISTS,
    RuleIndex,
    record_check,
    rule_index,
)
from tests.support.rule_cases import changed, content

if TYPE_CHECKING:
    from collections.abc import Iterator


KIB = 1024
TURNS = 30


def own_rule() -> Rule:
    """A rule that no call had before."""

    @rule("mine", types=(14,), clause="house style")
    def mine(view: object) -> Iterator[Problem]:
        yield Problem("mine", 3)

    return mine


def kept(turns: int) -> int:
    """The bytes that this many calls leave behind, each with a rule of its own."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(turns):
        nistitl.read(content("type14-0502")).validate(rules=[own_rule()])
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before


def test_rules_of_a_call_are_not_kept_for_ever() -> None:
    """Once as many lists are kept as may be, further ones take the places of older ones."""
    tracemalloc.start()
    try:
        kept(MOST_RULE_LISTS + 1)
        grown = kept(TURNS)
    finally:
        tracemalloc.stop()
    assert grown < TURNS * KIB  # 25 KiB and more a call, were they kept
    assert rule_index.cache_info().currsize <= MOST_RULE_LISTS


def test_the_same_rules_are_sorted_out_once() -> None:
    mine = own_rule()
    tx = nistitl.read(content("type14-0502"))
    tx.validate(rules=[mine])
    before = rule_index.cache_info().misses
    tx.validate(rules=[mine])
    assert rule_index.cache_info().misses == before


def test_the_rules_of_the_transaction_are_sorted_out_once() -> None:
    @rule("whole", clause="house style", since=Edition.E2011, level=2)
    def whole(context: object) -> Iterator[Problem]:
        yield Problem("whole")

    index = RuleIndex((whole, own_rule()))
    for _ in range(2):
        assert index.of_transaction(Edition.E2015, 2) == [whole]
        assert index.of_transaction(Edition.E2015, 1) == index.of_transaction(Edition.E2007, 2) == []
    assert index.of_transaction(Edition.E2015, 2) is index.of_transaction(Edition.E2015, 2)


def test_the_bytes_of_an_image_are_not_looked_at_to_see_whether_they_were_good_before() -> None:
    tx = nistitl.read(content("type14-0502"))
    before = tx.validate().findings
    fields = tx[14][0].raw_fields
    *others, image = fields.raws
    fields.raws = (*others, memoryview(bytearray(image)))  # as it may be written to, Python refuses a hash of it
    with pytest.raises(ValueError, match="hash"):
        hash(fields.raws[-1])
    assert tx.validate().findings == before


def test_records_of_ever_other_fields_are_not_kept_for_ever() -> None:
    index, kind = RuleIndex((own_rule(),)), record_class(14)
    tracemalloc.start()
    try:
        for number in range(MOST_FIELD_SETS):
            assert len(index.due(kind, Edition.E2015, 2, (1, 2, 200 + number))) == 1
        before = tracemalloc.get_traced_memory()[0]
        for number in range(MOST_FIELD_SETS * 2):
            index.due(kind, Edition.E2015, 2, (1, 3, 200 + number))
        for number in range(100):
            index.due(kind, Edition.E2015, 2, tuple(range(number, number + 100 * MOST_FIELDS)))
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 64 * KIB


def good_sets(raw: bytes) -> int:
    """How many sets there are that hold these bytes: the memories of checks among them."""
    return sum(type(one) is set and raw in one for one in gc.get_objects())


def test_numbers_are_remembered_and_text_of_people_never_is() -> None:
    name, width = b"Remembered By Nobody", b"31"
    rows = [(2, "COM", name.decode()), (2, "HLL", width.decode())]
    changed("type14-0502", rows).validate(level=1)
    check = record_check(record_class(14), Edition.E2015)  # type: ignore[arg-type]
    assert width in check.fields[6].good
    assert good_sets(name) == 0


@pytest.mark.parametrize("name", ["Remembered By Nobody", "Vergeßt Müller"])
def test_text_beside_codes_of_one_subfield_is_not_remembered_either(name: str) -> None:
    smd = f"TATTOO\x1fANIMAL\x1fDRAGON\x1f{name}"
    report = changed("type10-0502", [(0, "DCS", "3\x1fUTF-8"), (4, "SMD", smd)]).validate(level=1)
    assert report.filter(path="10.042") == ()
    assert good_sets(name.encode()) == good_sets(smd.encode()) == 0


def test_good_values_of_all_checks_together_have_a_bound() -> None:
    memory = GoodValues(10)
    checks: list[set[bytes]] = [set() for _ in range(7)]
    for number in range(1000):
        memory.remember(checks[number % 7], b"%d" % number)
        assert sum(map(len, checks)) <= 10
    assert sum(map(len, checks)) > 0
    memory.remember(checks[0], b"x" * 49)
    assert b"x" * 49 not in checks[0]


def test_what_is_remembered_is_forgotten_when_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """And validation says the same as before."""
    tx = changed("type14-0502", [(2, "HLL", "0")])
    said = tx.validate(level=1).findings
    monkeypatch.setattr(GOOD_VALUES, "most", 5)
    GOOD_VALUES.forget()
    check = record_check(record_class(14), Edition.E2015)  # type: ignore[arg-type]
    for _ in range(3):
        assert tx.validate(level=1).findings == said
        assert sum(len(field.good) for field in check.fields.values()) <= 5


def test_user_defined_numbers_that_are_remembered_have_a_bound() -> None:
    check = record_check(record_class(57), Edition.E2015)  # type: ignore[arg-type]
    for number in range(3, 20_000):
        assert check.unknown_field(number) is None
    assert 0 < len(check.user_defined) <= 1024
