"""Hostile input: validation ends, raises nothing but our own error, and its work grows with the input, not faster."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nistitl
from tests.fuzz.hostile import first, tagged
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS = ROOT / "fixtures" / "records"
SEEDS = (small_transaction(), *((RECORDS / f"{name}.an2").read_bytes() for name in ("type09-0502", "type17-0400")))
LETTERS = b"\x1c\x1d\x1e\x1f\x00\xff0129.:AX-, "
TIMES, AT_MOST, CONSTANT = 4, 6, 3_000  # four times the input may take six times the calls, and a start
FEW = 240  # four times that is less than 999, the most subfields of many a field

Mutation = tuple[int, int, bytes]  # where, how many bytes go, what comes instead
mutations = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 8), st.lists(st.sampled_from(LETTERS), max_size=6).map(bytes)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(range(len(SEEDS))), mutations)
def test_validation_raises_nothing_but_our_own_error(seed: int, changes: list[Mutation]) -> None:
    data = bytearray(SEEDS[seed])
    for where, gone, come in changes:
        where %= len(data) + 1
        data[where : where + gone] = come
    try:
        tx = nistitl.read(bytes(data))
    except nistitl.ITLError:
        return
    for level in (1, 2, 3):
        report = tx.validate(level=level)
        told = [(f.location.record, f.location.field, f.location.subfield, f.location.item, f.code) for f in report]
        assert len(set(told)) == len(told) or any(field is None for _, field, *_ in told)
    assert report.to_text() and report.to_junit()
    assert bytes(tx) == bytes(data)


# -- inputs that grow: n is a number of subfields, fields or items ------------------------------


def minutiae(n: int) -> bytes:
    """A Type-9 of n minutiae, each wrong."""
    tx = nistitl.read(small_transaction())
    made = nistitl.Type9(IMP=1, FMT="U", IDC=5)
    made["9.331"] = b"\x1e".join(b"%d\x1f-1\x1f400\x1fQ" % at for at in range(n))
    tx.append(made)
    return bytes(tx)


def outside(n: int) -> bytes:
    """A Type-9 of n minutiae, each good by itself and outside the region of interest, and n counts of none of them."""
    tx = nistitl.read(small_transaction())
    made = nistitl.Type9(IMP=1, FMT="U", IDC=5)
    made["9.300"] = b"100\x1f100"
    made["9.331"] = b"\x1e".join(b"%d\x1f400\x1f90\x1fE" % (200 + at) for at in range(n))
    made["9.333"] = b"\x1e".join(b"%d\x1f%d\x1f3\x1f0\x1f0" % (at % 900 + 1, at % 900 + 1) for at in range(n))
    tx.append(made)
    return bytes(tx)


def crossed(n: int) -> bytes:
    """A Type-14 of n segments, left of them right of right."""
    return _record(14, b"14.001:0\x1d14.002:01\x1d14.021:" + b"\x1e".join([b"2\x1f9\x1f1\x1f9\x1f1"] * n))


def repeated(n: int) -> bytes:
    """A Type-2 of n fields of one number."""
    return _record(2, b"2.001:0\x1d2.002:00" + b"\x1d2.018:NAME" * n)


def unknown(n: int) -> bytes:
    """A Type-14 of n fields that nobody has, and none that it must have."""
    fields = b"".join(b"\x1d14.%04d:1" % (60_000 + at) for at in range(n))
    return _record(14, b"14.001:0\x1d14.002:00" + fields + b"".join(b"\x1d14.%03d:" % at for at in range(50, 190)))


def foreign(n: int) -> bytes:
    """A Type-14 of n fields of other record types."""
    return _record(14, b"14.001:0\x1d14.002:00" + b"".join(b"\x1d13.%04d:1" % (300 + at) for at in range(n)))


def reserved(n: int) -> bytes:
    """Records with a reserved field each."""
    one = b"14.001:0\x1d14.002:%02d\x1d14.060:1"
    return _transaction([(14, one % (at % 100)) for at in range(n)])


def counted(n: int) -> bytes:
    """A CNT of n entries for two records."""
    cnt = b"1\x1f%d\x1e" % n + b"\x1e".join([b"2\x1f00"] * n)
    first = b"1.001:0\x1d1.002:0502\x1d1.003:" + cnt + b"\x1d1.004:CAR\x1c"
    return _sized(first) + _sized(b"2.001:0\x1d2.002:00\x1c")


def separated(n: int) -> bytes:
    """A field of n separators."""
    return _record(14, b"14.001:0\x1d14.002:00\x1d14.021:" + b"\x1e\x1f" * n + b"1")


def pieces(n: int) -> bytes:
    """One subfield of n items."""
    return _record(14, b"14.001:0\x1d14.002:00\x1d14.025:2\x1f3" + b"\x1f7" * n)


def twins(n: int) -> bytes:
    """n records that share one IDC and one position."""
    return _transaction([(14, b"14.001:0\x1d14.002:01\x1d14.003:0\x1d14.013:2\x1d14.005:2024")] * n)


def pointing(n: int) -> bytes:
    """n references to records that are not there."""
    refs = b"\x1e".join(b"%d\x1f1" % (at % 255 + 1) for at in range(n))
    return _record(14, b"14.001:0\x1d14.002:01\x1d14.997:" + refs + b"\x1d14.995:" + refs)


def _record(kind: int, content: bytes) -> bytes:
    return _transaction([(kind, content)])


def _transaction(records: list[tuple[int, bytes]]) -> bytes:
    cnt = b"1\x1f%d" % len(records) + b"".join(b"\x1e%d\x1f00" % kind for kind, _ in records)
    first = b"1.001:0\x1d1.002:0502\x1d1.003:" + cnt + b"\x1d1.004:CAR\x1c"
    return _sized(first) + b"".join(_sized(content + b"\x1c") for _, content in records)


def _sized(record: bytes) -> bytes:
    """The record with LEN as it must be; it came with LEN 0."""
    rest = record.partition(b":0")[2]
    tag = record.partition(b":0")[0] + b":"
    digits = len(str(len(tag) + len(rest) + 1))
    digits = len(str(len(tag) + len(rest) + digits))
    return tag + b"%d" % (len(tag) + len(rest) + digits) + rest


def calls(data: bytes, level: int) -> int:
    """How many calls, of Python and of C, validation takes."""
    tx = nistitl.read(data)
    count = 0

    def counting(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        tx.validate(level=level)
    finally:
        sys.setprofile(None)
    return count


GROWING = [
    minutiae,
    outside,
    crossed,
    repeated,
    unknown,
    foreign,
    reserved,
    counted,
    separated,
    pieces,
    twins,
    pointing,
]


@pytest.mark.parametrize("level", [1, 3])
@pytest.mark.parametrize("made", GROWING, ids=lambda made: made.__name__)
def test_work_grows_with_the_input(made: Callable[[int], bytes], level: int) -> None:
    assert calls(made(FEW), level) and calls(made(FEW * TIMES), level)  # what is remembered is remembered
    few, many = calls(made(FEW), level), calls(made(FEW * TIMES), level)
    assert many < AT_MOST * few + CONSTANT


def test_of_one_field_a_rule_tells_a_hundred_times() -> None:
    """To say where each of 7,900 wrong counts stands would take longer than anyone reads."""
    tx = nistitl.read(outside(10))
    tx[9][0]["9.333"] = b"\x1e".join([b"900\x1f5\x1f3"] * 7_900)
    report = nistitl.read(bytes(tx)).validate()
    assert len(report.filter(code="minutia-index", path="9.333")) == 100
    more = report.filter(code="faults-more")
    assert [finding.message for finding in more] == ["7800 more of its values: minutia-index"]
    assert more[0].location.path == "9.333" and more[0].severity is nistitl.Severity.ERROR


def test_of_one_kind_findings_of_a_hundred_records_are_told() -> None:
    """And of how many more, as grave as they are, where the first of them stands."""
    data = first([(2, 0)]) + tagged(2, {}) * 250
    report = nistitl.read(data).validate()
    missing = report.filter(code="field-missing", type=2)
    assert [finding.location.record for finding in missing] == list(range(1, 101))
    more = [finding for finding in report.filter(code="findings-more") if "field-missing" in finding.message]
    assert [finding.message for finding in more] == [
        "field-missing, as in 100 records before, from here on in 150 more"
    ]
    assert more[0].severity is nistitl.Severity.ERROR
    assert (more[0].location.record, more[0].location.path) == (101, "2.002")
    assert more[0].location.offset == data.index(b"2.001:8") + 100 * 8
    assert not report.ok and list(report).index(more[0]) > list(report).index(missing[-1])


def test_in_one_record_findings_of_one_kind_are_told_by_the_rules_of_fields_alone() -> None:
    data = first([(2, 0)]) + tagged(2, {2: b"00", 3: b"\x1d2.3:".join([b""] * 151)})
    report = nistitl.read(data).validate()
    assert len(report.filter(code="field-repeated")) == 150 and not report.filter(code="findings-more")


@pytest.mark.parametrize("made", GROWING, ids=lambda made: made.__name__)
def test_growing_inputs_are_what_they_say(made: Callable[[int], bytes]) -> None:
    small, large = made(FEW), made(FEW * TIMES)
    assert len(large) > 2 * len(small) or made is minutiae
    assert len(nistitl.read(small).validate(level=3)) > 0
