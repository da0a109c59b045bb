"""What is done to each of n records or subfields costs n times the work of one, counted in lines of Python."""

from __future__ import annotations

import random
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.model.counting import count_spelled, entries_of
from tests.support.spelled import header, tagged

if TYPE_CHECKING:
    from collections.abc import Callable


def lines(work: Callable[[], object]) -> int:
    """Lines of Python that are executed."""
    count = 0

    def trace(*_: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def appending(n: int) -> Callable[[], object]:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    return lambda: [tx.append(nistitl.Type2(IDC=0)) for _ in range(n)]


def removing(n: int) -> Callable[[], object]:
    tx = nistitl.read(header([(2, b"0")] * n) + tagged(2, [(2, b"0"), (3, b"A")]) * n)
    return lambda: [tx.remove(record) for record in tx.records[1:]]


def by_path(n: int) -> Callable[[], object]:
    record = nistitl.read(header([(2, b"0")]) + tagged(2, [(2, b"0"), (19, b"\x1e".join([b"A,B"] * n))]))[2][0]
    return lambda: [record[f"2.019.{at}"].text for at in range(1, n + 1)]


def images_of_minutiae(n: int) -> Callable[[], object]:
    features = tagged(9, [(2, b"0"), (4, b"U")]) * n
    images = tagged(14, [(2, b"1"), (3, b"0"), (999, b"x")]) * n
    tx = nistitl.read(header([(9, b"0")] * n + [(14, b"1")] * n) + features + images)
    return lambda: [record.image_record for record in tx[9]]


@pytest.mark.parametrize("prepare", [appending, removing, by_path, images_of_minutiae])
def test_four_times_as_many_are_four_times_the_work(prepare: Callable[[int], Callable[[], object]]) -> None:
    prepare(20)()  # what is loaded, is loaded
    few, many = lines(prepare(100)), lines(prepare(400))
    assert many < 5 * few, (few, many)


@pytest.mark.parametrize("seed", range(40))
def test_count_is_what_all_records_together_give(seed: int) -> None:
    """CNT after each of many changes is what looking at all records anew would make of the one before."""
    chance = random.Random(seed)
    entries = [(2, chance.choice((b"0", b"00", b"07", b"100"))) for _ in range(chance.randint(0, 5))]
    body = b"".join(tagged(kind, [(2, idc), (3, b"A")]) for kind, idc in entries)
    tx = nistitl.read(header([(kind, idc) for kind, idc in entries]) + body)
    for _ in range(40):
        before, what = bytes(tx.header.raw(3)), chance.randrange(6)
        if what < 2 or len(tx) < 2:
            tx.insert(chance.randint(1, len(tx)), nistitl.Type2(IDC=chance.choice((0, 5, 42))))
        elif what < 4:
            tx.remove(chance.choice(tx.records[1:]))
        elif what == 4:
            chance.choice(tx.records[1:]).IDC = chance.choice((1, 12))
        else:
            tx.move(chance.choice(tx.records[1:]), chance.randint(1, len(tx) - 1))
        now = bytes(tx.header.raw(3))
        assert numbers(now) == numbers(count_spelled(entries_of(tx.records[1:]), before))
        if what in (2, 3) and len(before) > len(now):  # the others keep their spelling
            assert not Counter(now.split(b"\x1e")[1:]) - Counter(before.split(b"\x1e")[1:])
    assert bytes(nistitl.read(bytes(tx))) == bytes(tx)
    assert not [one for one in nistitl.read(bytes(tx)).framing_findings if one.code.startswith("cnt-")]


def numbers(count: bytes) -> list[list[int]]:
    return [[int(item) for item in entry.split(b"\x1f")] for entry in count.split(b"\x1e")]


def test_the_image_of_features_follows_every_change() -> None:
    tx = nistitl.read(header([(9, b"1"), (14, b"1")]) + tagged(9, [(2, b"1"), (4, b"U")]) + tagged(14, [(2, b"1")]))
    features, image = tx[9][0], tx[14][0]
    assert features.image_record is image
    image.IDC = 2
    assert features.image_record is None
    features.IDC = 2
    assert features.image_record is image
    tx.remove(image)
    assert features.image_record is None
    other = tx.append(nistitl.Type14(IDC=2, IMP=1))
    assert features.image_record is other
    with tx.together():
        other.IDC = 3
        assert features.image_record is None
