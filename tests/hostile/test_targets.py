"""Hostile input: what the fuzzer checks, on a few thousand mutations; linear time, bounded memory."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

import nistitl
from tests.fuzz import hostile, pictures
from tests.fuzz.hostile import count, first
from tests.fuzz.targets import named, names
from tests.support.growing import GROWING, MANY, check_ratio, patience, peak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# how many mutations each target gets here, by what one costs; the fuzzer goes on for longer
MUTATIONS = {"read": 1500, "repair": 800, "minutiae": 100, "sheet": 50, "show": 60, "validate": 40}
MUTATIONS |= {"layers": 100, "redact": 50}
OTHERS = 200
# every fixture goes through these elsewhere
SLOW_SEEDS = {"show", "sheet", "validate", "extract", "minutiae", "redact"}
TIMES, AT_MOST = 16, 40  # 16 times the input may cost 40 times the time
LEAST = 0.001  # seconds; below, clocks tell nothing
BYTES_A_BYTE = 400  # memory for each byte of input, findings and all, at the worst
FLOOR = 4_000_000  # what a small input may cost


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """No test of these goes on for ever."""
    with patience():
        yield


@pytest.mark.parametrize("mutation", hostile.MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_mutation_changes_what_it_is_for(mutation: Callable[[Random, bytes, list[bytes]], bytes]) -> None:
    """A mutator that finds nothing to change would let the fuzzer run in vain."""
    random, seeds = Random(1), pictures.seeds()
    changed = sum(mutation(random, seed, seeds) != seed for seed in seeds)
    assert changed > len(seeds) // 4


@pytest.mark.parametrize("name", names())
def test_mutations_keep_what_the_fuzzer_checks(name: str) -> None:
    target = named(name)
    for data in target.inputs(Random(name), MUTATIONS.get(name, OTHERS)):
        try:
            target.check(data)
        except Exception as error:
            error.add_note(f"input: {data[:5000]!r}")
            raise


@pytest.mark.parametrize("name", sorted(set(names()) - SLOW_SEEDS))
def test_seeds_keep_what_the_fuzzer_checks(name: str) -> None:
    target = named(name)
    for data in target.seeds():
        target.check(data)


def read_all(data: bytes, policy: nistitl.model.transaction.Policy = "tolerant") -> None:
    """Read, ask for the findings, touch every value."""
    try:
        tx = nistitl.read(data, policy=policy)
        bytes(tx)
        assert tx.findings is not None
    except nistitl.ITLError:
        return
    for record in tx:
        for touch in (lambda record=record: [getattr(record, name) for name in record._slots], record.texts):
            try:
                touch()
            except nistitl.ITLError:
                continue


@pytest.mark.parametrize("policy", ["tolerant", "repair"])
@pytest.mark.parametrize(("make", "n"), GROWING, ids=lambda value: getattr(value, "__name__", None))
def test_time_of_reading_is_linear(
    make: Callable[[int], bytes], n: int, policy: nistitl.model.transaction.Policy
) -> None:
    small, great = make(n), make(n * TIMES)
    check_ratio(lambda: read_all(small, policy), lambda: read_all(great, policy), AT_MOST, LEAST)


@pytest.mark.parametrize(("make", "n"), MANY, ids=lambda value: getattr(value, "__name__", None))
def test_time_of_reading_many_is_linear(make: Callable[[int], bytes], n: int) -> None:
    def all_of_them(data: bytes) -> None:
        for tx in nistitl.read_many(data):
            read_all(bytes(tx))

    small, great = make(n), make(n * TIMES)
    check_ratio(lambda: all_of_them(small), lambda: all_of_them(great), AT_MOST, LEAST)


@pytest.mark.parametrize(("make", "n"), GROWING, ids=lambda value: getattr(value, "__name__", None))
def test_memory_of_reading_is_bounded(make: Callable[[int], bytes], n: int) -> None:
    data = make(n)
    most = peak(lambda: read_all(data))
    assert most <= BYTES_A_BYTE * len(data) + FLOOR, f"{most / len(data):.0f} bytes for each byte of input"


def test_numbers_claimed_cost_nothing() -> None:
    summary = count([(2, 0)]).replace(b"1\x1f1", b"1\x1f1000000", 1)
    data = first([(2, 0)]).replace(count([(2, 0)]), summary) + b"2.001:99999999999999999\x1d2.002:0\x1d2.005:N\x1c"
    assert peak(lambda: read_all(data)) < FLOOR
