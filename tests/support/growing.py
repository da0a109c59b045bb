"""Inputs that grow, and what an action on them costs in CPU time, lines of Python and memory."""

from __future__ import annotations

import gc
import signal
import sys
import time
import tracemalloc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.fuzz.hostile import FS, GS, RS, US, binary, first, tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

PATIENCE = 60  # seconds of CPU for one test
TELLING = 0.03  # seconds; clocks of processors may tick every 0.004
ROUNDS = 3  # a ratio must be too great so many times before it counts: others may use the processor, too


class TooLong(BaseException):
    """One test has taken too long; no handler of the library's may take it for something else."""


@contextmanager
def patience() -> Iterator[None]:
    """A test that would not end fails, where the system counts a process's own time."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TooLong(f"more than {PATIENCE} s of CPU")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds(action: Callable[[], object], enough: float = 10.0, telling: float = 0.0) -> float:
    """CPU time of one run, the best of three (of one, where one takes long); each is repeated for `telling` seconds."""
    best = float("inf")
    gc.freeze()  # what other tests hold is not looked through while this one is measured
    try:
        for _ in range(3):
            start, runs, spent = time.process_time(), 0, 0.0
            while not runs or spent < telling:
                action()
                runs, spent = runs + 1, time.process_time() - start
            best = min(best, spent / runs)
            if best > enough:
                break
    finally:
        gc.unfreeze()
    return best


def check_ratio(less: Callable[[], object], more: Callable[[], object], at_most: float, least: float) -> None:
    """`more` may cost at most so many times the CPU time of `less`, which counts as `least` seconds or more."""
    less()  # what is remembered is remembered
    ratios = []
    for telling in (0.0, *[TELLING] * (ROUNDS - 1)):
        ratios.append(seconds(more, 0.5, telling) / max(seconds(less, telling=telling), least))
        if ratios[-1] <= at_most:
            return
    raise AssertionError(f"more than {at_most} times the CPU time: {', '.join(f'{ratio:.1f}' for ratio in ratios)}")


class Work:
    """How many lines of Python ran."""

    lines = 0


@contextmanager
def counted(at_most: int) -> Iterator[Work]:
    """Count the lines of Python that run; with more than `at_most` the test fails at once.

    What a machine does next to it changes nothing, but one line may call C code that takes long: look at memory, too.
    """
    work = Work()

    def trace(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        if event == "line":
            work.lines += 1
            if work.lines > at_most:
                raise TooLong(f"more than {at_most} lines of Python")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield work
    finally:
        sys.settrace(before)


def peak(action: Callable[[], object]) -> int:
    """The most memory that an action holds at a time."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


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


# -- many transactions one after another ------------------------------------------------------


def many_clean(n: int) -> bytes:
    """n transactions, nothing wrong with them."""
    return (first([(2, 0)]) + tagged(2, TEXT)) * n


def many_cut(n: int) -> bytes:
    """n transactions, the last record of each cut off within its image."""
    return (first([(14, 0)]) + b"14.001:99999999\x1d14.002:0\x1d14.999:abc") * n


def many_unterminated(n: int) -> bytes:
    """n Type-1 records without an end."""
    return first([(2, 0)])[:-1] * n


def many_binary(n: int) -> bytes:
    """n transactions whose binary record claims to reach to the end of the world."""
    return (first([(4, 0)]) + b"\x7f\xff\xff\xff" + bytes(14)) * n


def many_headers(n: int) -> bytes:
    """Nothing but beginnings of transactions."""
    return b"1.001:99999\x1d1.002:0502\x1d" * n


MANY: list[tuple[Callable[[int], bytes], int]] = [
    (many_clean, 60), (many_cut, 60), (many_unterminated, 60), (many_binary, 60), (many_headers, 200),
]  # fmt: skip
