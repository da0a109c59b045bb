"""Hostile input: what the fuzzer checks, on a few thousand mutations; linear time, bounded memory."""

from __future__ import annotations

import signal
import time
import tracemalloc
from random import Random
from typing import TYPE_CHECKING

import pytest

import nistitl
from tests.fuzz.hostile import FS, GS, RS, US, binary, count, first, tagged
from tests.fuzz.targets import named, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# how many mutations each target gets here, by what one costs; the fuzzer goes on for longer
MUTATIONS = {"read": 1500, "repair": 1000, "minutiae": 200, "sheet": 60, "show": 120, "validate": 60, "layers": 150}
OTHERS = 300
SLOW_SEEDS = {"show", "sheet", "validate"}  # every fixture goes through these elsewhere
TIMES, AT_MOST = 16, 40  # 16 times the input may cost 40 times the time
BYTES_A_BYTE = 400  # memory for each byte of input, findings and all, at the worst
FLOOR = 4_000_000  # what a small input may cost
PATIENCE = 30  # seconds for one test


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A test that would not end fails, where the system has alarms."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"more than {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


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


# -- inputs that grow: `n` is a number of records, fields or separators ------------------------

TEXT = {2: b"00", 5: b"N"}


def claimed(n: int) -> bytes:
    """CNT names n records that are not there."""
    return first([(2, 0)] * n) + tagged(2, TEXT)


def claimed_types(n: int) -> bytes:
    """CNT names n records, those that are there have other IDCs."""
    return first([(2, 1)] * n) + tagged(2, TEXT) * n


def uncounted(n: int) -> bytes:
    """Records that CNT does not name."""
    return first([(2, 0)]) + tagged(2, TEXT) * n


def great_len(n: int) -> bytes:
    """A LEN of 10^17 before n bytes."""
    return first([(14, 0)]) + b"14.001:100000000000000000\x1d14.002:0\x1d14.999:" + b"\x1c\x00" * n


def great_lens(n: int) -> bytes:
    """A LEN of 10^17 in every record."""
    return first([(2, 0)] * n) + b"2.001:100000000000000000\x1d2.002:00\x1d2.005:N\x1c" * n


def image_of_records(n: int) -> bytes:
    """Image data that looks like records, behind a LEN that leads nowhere."""
    return first([(14, 0)]) + b"14.001:99999999\x1d14.002:0\x1d14.999:" + b"\x1c14.001:9\x1d14.002:1\x1d14.999:" * n


def separators(n: int) -> bytes:
    """Nothing but FS after Type-1."""
    return first([(2, 0)]) + FS * n


def fields_empty(n: int) -> bytes:
    """Fields with nothing in them."""
    return first([(2, 0)]) + tagged(2, {2: b"00"} | dict.fromkeys(range(1000, 1000 + n), b""))


def fields_none(n: int) -> bytes:
    """Nothing but GS in a record."""
    return first([(2, 0)]) + tagged(2, {2: b"00", 5: GS * n})


def fields_repeated(n: int) -> bytes:
    """One field over and over."""
    return first([(14, 0)]) + tagged(14, {2: b"00", 5: GS + (b"14.005:x" + GS) * n})


def header_of_separators(n: int) -> bytes:
    """Nothing but GS in Type-1."""
    return first([(2, 0)], F20=GS * n) + tagged(2, TEXT)


def subfields(n: int) -> bytes:
    """A repeating field of empty subfields."""
    return first([(14, 0)]) + tagged(14, {2: b"00", 21: RS * n})


def items(n: int) -> bytes:
    """A subfield of empty items; the item class repeats."""
    return first([(14, 0)]) + tagged(14, {2: b"00", 21: US * n, 25: b"1" + US * n})


def wrong_subfields(n: int) -> bytes:
    """Every subfield wrong: a finding each."""
    return first([(14, 0)]) + tagged(14, {2: b"00", 21: (b"x" + US + b"y" + RS) * n})


def binary_lens(n: int) -> bytes:
    """Binary records, the LEN of each one too great."""
    record = bytearray(binary(0, 0))
    record[3] += 1
    return first([(4, 0)] * n) + bytes(record) * n


def binary_zero(n: int) -> bytes:
    """Binary records of no length."""
    return first([(4, 0)] * n) + bytes(18) * n


def without_idc(n: int) -> bytes:
    """Records that have no IDC."""
    return first([(2, 0)] * n) + tagged(2, {5: b"N"}) * n


def no_terminators(n: int) -> bytes:
    """Records that do not end with FS."""
    return first([(2, 0)] * n) + tagged(2, TEXT)[:-1] * n


def lost_separators(n: int) -> bytes:
    """A field that holds tag after tag, their GS lost."""
    tags = b"".join(b"14.%03d:1" % (number % 900 + 3) for number in range(n))
    return first([(14, 0)]) + tagged(14, {2: b"00", 20: tags})


def charset_inline(n: int) -> bytes:
    """Inline changes of character set that never close."""
    return first([(2, 0)], b"0300", F15=b"128%bcp1255%b" % (US, US)) + tagged(2, {2: b"00", 5: b"\x02)128=" * n})


def charset_slow(n: int) -> bytes:
    """A codec whose decoder is slow."""
    return first([(2, 0)], F15=b"130%bpunycode%b" % (US, US)) + tagged(2, {2: b"00", 5: b"\xffa-" + b"b0" * n})


def transactions(n: int) -> bytes:
    """Many transactions, read as one."""
    return (first([(2, 0)]) + tagged(2, TEXT)) * n


GROWING: list[tuple[Callable[[int], bytes], int]] = [
    (claimed, 62_500), (claimed_types, 500), (uncounted, 500), (great_len, 5_000), (great_lens, 300),
    (image_of_records, 500), (separators, 6_250), (fields_empty, 1_500), (fields_none, 1_500),
    (fields_repeated, 1_500), (header_of_separators, 1_500), (subfields, 3_000), (items, 3_000),
    (wrong_subfields, 1_000), (binary_lens, 500), (binary_zero, 2_000), (without_idc, 60), (no_terminators, 500),
    (lost_separators, 500), (charset_inline, 2_000), (charset_slow, 2_000), (transactions, 300),
]  # fmt: skip


def read_all(data: bytes, policy: nistitl.transaction.Policy = "tolerant") -> None:
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


def seconds(action: Callable[[], object], enough: float = 10.0) -> float:
    """CPU time, the best of three (of one, where one takes long)."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        action()
        best = min(best, time.process_time() - start)
        if best > enough:
            break
    return best


@pytest.mark.parametrize("policy", ["tolerant", "repair"])
@pytest.mark.parametrize(("make", "n"), GROWING, ids=lambda value: getattr(value, "__name__", None))
def test_time_is_linear(make: Callable[[int], bytes], n: int, policy: nistitl.transaction.Policy) -> None:
    small, great = make(n), make(n * TIMES)
    less = seconds(lambda: read_all(small, policy))
    more = seconds(lambda: read_all(great, policy), enough=1.0)
    assert more <= AT_MOST * max(less, 0.001), f"{len(great)} bytes took {more:.2f} s, {len(small)} took {less:.4f} s"


@pytest.mark.parametrize(("make", "n"), GROWING, ids=lambda value: getattr(value, "__name__", None))
def test_memory_is_bounded(make: Callable[[int], bytes], n: int) -> None:
    data = make(n)
    tracemalloc.start()
    try:
        read_all(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= BYTES_A_BYTE * len(data) + FLOOR, f"{peak / len(data):.0f} bytes for each byte of input"


def test_numbers_claimed_cost_nothing() -> None:
    summary = count([(2, 0)]).replace(b"1\x1f1", b"1\x1f1000000", 1)
    data = first([(2, 0)]).replace(count([(2, 0)]), summary) + b"2.001:99999999999999999\x1d2.002:0\x1d2.005:N\x1c"
    tracemalloc.start()
    try:
        read_all(data)
        assert tracemalloc.get_traced_memory()[1] < FLOOR
    finally:
        tracemalloc.stop()
