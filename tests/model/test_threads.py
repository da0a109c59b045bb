"""Touched first by several threads at once: each sees what it would see alone, and no edit is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs
import pytest

import nistitl
from nistitl.model.context import FIRST_TOUCH
from tests.support.interleaving import interleaved
from tests.support.samples import ROOT, small_transaction
from tests.support.spelled import header, tagged

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = small_transaction()
COUNT = len(nistitl.read(SMALL))


def small() -> nistitl.Transaction:
    return nistitl.read(SMALL)


def image() -> nistitl.Type14:
    return small()[14][0]


def edit(tx: nistitl.Transaction) -> object:
    tx[14][0].COM = "changed"
    return tx[14][0].COM


def again(tx: nistitl.Transaction) -> nistitl.Transaction:
    return nistitl.read(bytes(tx))


def one_record_each(tx: nistitl.Transaction) -> Counter[int]:
    assert not tx.findings
    return Counter(record.type for record in tx)


# -- a transaction ----------------------------------------------------------------------------

TOUCHES: dict[str, Callable[[nistitl.Transaction], object]] = {
    "len": len,
    "list": lambda tx: [record.type for record in tx],
    "bytes": bytes,
    "settings": lambda tx: (tx.charset, tx.policy, tx.extent, tx.VER),
    "findings": lambda tx: tx.findings,
    "copy": lambda tx: bytes(tx.copy()),
    "edit": edit,
}


@pytest.mark.parametrize("second", ["len", "edit"])
@pytest.mark.parametrize("first", ["len", "bytes", "settings", "edit"])
def test_a_transaction_touched_first_by_two_threads_is_the_same_to_both(first: str, second: str) -> None:
    alone = {name: TOUCHES[name](small()) for name in (first, second)}
    for run in interleaved(small, TOUCHES[first], TOUCHES[second]):
        tx = run.subject
        if first != "bytes" or second != "edit":  # those may be of either moment
            assert run.results == {"first": alone[first], "second": alone[second]}
        assert len(tx) == len(again(tx)) == COUNT
        expected = "changed" if "edit" in (first, second) else "a comment"
        assert tx[14][0].COM == again(tx)[14][0].COM == expected


def test_bytes_are_those_of_some_moment_whenever_another_thread_comes_in_between() -> None:
    edited = small()
    edit(edited)
    for run in interleaved(small, bytes, edit, "opcode"):
        assert run.results["first"] in (SMALL, bytes(edited))
        assert bytes(run.subject) == bytes(edited)


def test_a_profile_named_while_another_thread_touches_first_stays_named() -> None:
    def name(tx: nistitl.Transaction) -> None:
        tx.profile = "fbi-ebts-10.0"

    for run in interleaved(small, len, name):
        assert (run.subject.profile, run.subject[2][0].NAM) == ("fbi-ebts-10.0", "PLANTED,NAME")


def test_many_threads_at_once() -> None:
    """As it comes, with a switch as often as the interpreter makes one."""
    source = small()
    for _ in range(60):
        source.append(source[14][0].copy())
    data, expected = bytes(source), len(source)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    seen: Counter[object] = Counter()

    def touch(tx: nistitl.Transaction, number: int, barrier: threading.Barrier) -> None:
        barrier.wait()
        if number == 0:
            tx[14][5].COM = "changed"
        told.append(len(tx))

    told: list[int] = []
    try:
        for _ in range(150):
            tx, barrier = nistitl.read(data), threading.Barrier(4)
            threads = [threading.Thread(target=touch, args=(tx, number, barrier)) for number in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seen[again(tx)[14][5].COM, tx[14][5].COM] += 1
    finally:
        sys.setswitchinterval(before)
    assert Counter(told) == {expected: 600}
    assert seen == {("changed", "changed"): 150}


# -- a record ---------------------------------------------------------------------------------


def long_record() -> nistitl.Record:
    """A Type-9 with a field of thousands of subfields, which is not decoded with the others."""
    raw = b"\x1e".join(b"%d\x1f0101%04d180\x1f0" % (n, n) for n in range(1, 900))
    record = tagged(9, [(2, b"00"), (3, b"4"), (4, b"S"), (10, b"899"), (12, raw)])
    return nistitl.read(header([(9, b"00")]) + record)[9][0]


def values(record: Any) -> list[object]:
    return [getattr(record, element.mnemonic) for element in record.elements.values() if element.mnemonic != "LEN"]


def read_back(record: Any) -> tuple[object, object]:
    record.COM = "changed"
    return record.COM, record["14.020"].text


def test_an_edit_is_not_overtaken_by_values_that_are_read_first() -> None:
    for run in interleaved(image, values, read_back):
        assert run.results["second"] == ("changed", "changed")
        assert (run.subject.COM, bytes(run.subject).count(b"changed")) == ("changed", 1)


def test_an_edit_of_a_binary_record_is_not_overtaken() -> None:
    def change(record: Any) -> object:
        record.HLL = 31
        return record.HLL

    for run in interleaved(lambda: small()[4][0], lambda record: record.FGP, change):
        assert (run.results["second"], run.subject.HLL, run.results["first"]) == (31, 31, (2,))


def test_a_second_edit_is_not_overtaken_by_the_value_of_the_first() -> None:
    def edited() -> nistitl.Type14:
        record = image()
        record.COM = "once"
        return record

    for run in interleaved(edited, lambda record: record.COM, read_back):
        assert run.results["first"] in ("once", "changed")
        assert (run.results["second"], run.subject.COM) == (("changed", "changed"), "changed")


def test_two_edits_are_both_made() -> None:
    def number(record: nistitl.Type14) -> None:
        record["14.200"] = "mine"

    for run in interleaved(image, read_back, number):
        assert (run.subject["14.020"].text, run.subject["14.200"].text) == ("changed", "mine")
        assert bytes(run.subject).count(b"14.200:mine") == bytes(run.subject).count(b"14.020:changed") == 1


@pytest.mark.parametrize("present", [True, False])
def test_a_record_is_written_while_another_thread_edits_it(present: bool) -> None:
    def edited() -> nistitl.Type14:
        record = image()
        record.COM = "once"
        return record

    def number(record: nistitl.Type14) -> None:
        if present:
            record.IMP = 1
        else:
            record["14.200"] = "mine"
        record.keys()

    before = bytes(edited())
    for action in (bytes, lambda record: bytes(record.copy()), lambda record: record.keys() and bytes(record)):
        for run in interleaved(edited, action, number):
            assert run.results["first"] in (before, bytes(run.subject))


def test_a_long_field_is_not_taken_for_an_absent_one() -> None:
    expected = long_record().MRCT
    assert len(expected) == 899
    for run in interleaved(long_record, lambda record: (record.IMP, record.FMT), lambda record: record.MRCT):
        assert run.results["second"] == expected


def segments(record: nistitl.Type14) -> tuple[Any, ...]:
    return record["14.021"].subfields


def test_places_of_one_field_are_read_by_two_threads() -> None:
    def items(at: int) -> Callable[[Any], object]:
        return lambda places: [(item.text, item.mnemonic) for item in places[at].items]

    expected = {"first": items(0)(segments(image())), "second": items(1)(segments(image()))}
    for run in interleaved(lambda: segments(image()), items(0), items(1)):
        assert run.results == expected


@pytest.mark.parametrize("encoding", ["traditional", "xml"])
def test_offsets_of_two_fields_are_asked_for_by_two_threads(encoding: str) -> None:
    data = SMALL if encoding == "traditional" else bytes(small().convert("xml").transaction)

    def spans(path: str) -> Callable[[nistitl.Transaction], object]:
        return lambda tx: tx[int(path.split(".")[0])][0][path].span

    one, two = spans("14.021.2.3"), spans("2.067.1.2")
    expected = {"first": one(nistitl.read(data)), "second": two(nistitl.read(data))}
    assert None not in expected.values()
    for run in interleaved(lambda: touched(data), one, two):
        assert run.results == expected


def touched(data: bytes) -> nistitl.Transaction:
    """A transaction that is read but for the places in it."""
    tx = nistitl.read(data)
    for record in tx:
        record.keys()
    return tx


def test_places_in_xml_are_told_to_two_threads() -> None:
    data = bytes(small().convert("xml").transaction).replace(b"2020-02-28", b"2020-13-28")
    expected = nistitl.read(data).findings
    assert any(finding.location.xpath for finding in expected)

    record, where = next((f.location.record, f.location) for f in expected if f.location.field == 5)
    where = attrs.evolve(where, xpath=None)

    def parsed() -> nistitl.Record:
        found: nistitl.Record = nistitl.read(data).records[record or 0]
        assert found.span(5, None, None)
        return found

    def located(of: nistitl.Record) -> object:
        return of.origin[0].located(of, where).xpath

    alone = located(parsed())
    for run in interleaved(parsed, located, located):
        assert run.results == {"first": alone, "second": alone}


# -- what records share -----------------------------------------------------------------------


def test_the_domain_is_edited_while_another_thread_asks_for_a_name() -> None:
    data = header([(2, b"00")], (13, b"NATO\x1f1")) + tagged(2, [(2, b"00"), (18, b"A")])

    def rename(tx: nistitl.Transaction) -> None:
        tx.header["1.013"] = b"NOBODY"

    for run in interleaved(lambda: nistitl.read(data), lambda tx: tx.context.dictionary, rename):
        assert run.subject.context.dictionary is None


def test_records_are_added_by_two_threads() -> None:
    def add(tx: nistitl.Transaction) -> object:
        return tx.append(nistitl.Type2()).IDC

    for run in interleaved(small, add, add, every=11):
        tx = again(run.subject)
        assert not tx.findings
        assert sorted(run.results.values()) == [3, 4]
        assert [record.IDC for record in tx[2]] in ([0, 3, 4], [0, 4, 3])


def test_many_edits_together_by_two_threads_leave_cnt_right() -> None:
    def add(tx: nistitl.Transaction) -> None:
        with tx.together():
            tx.append(nistitl.Type2())

    for run in interleaved(small, add, add, every=11):
        assert run.results == {"first": None, "second": None}
        run.subject.append(nistitl.Type2())
        assert not again(run.subject).findings


# -- a process --------------------------------------------------------------------------------

CODE = """
import sys, threading
import nistitl
sys.setswitchinterval(1e-6)
names = sys.argv[1:]
barrier = threading.Barrier(len(names))
told = {}
def touch(at, name):
    barrier.wait()
    tx = nistitl.read(name, profile="fbi-ebts-10.0")
    found = tx.validate("fbi-ebts-10.0", level=2).findings
    told[at] = len(tx), [record.ppi for record in tx.images()], found, tx.findings
threads = [threading.Thread(target=touch, args=row) for row in enumerate(names)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert told[0] == told[2] and told[1] == told[3], told
"""


def test_a_fresh_process_is_touched_first_by_several_threads() -> None:
    """Modules, tables and profiles are loaded by all of them at once."""
    names = [f"fixtures/tenprint-type{kind}.eft" for kind in (4, 14, 4, 14)]
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", CODE, *names], capture_output=True, text=True, cwd=ROOT)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_child_is_not_held_by_a_thread_that_it_does_not_have() -> None:
    holding = threading.Event()

    def hold() -> None:
        with FIRST_TOUCH:
            holding.set()
            threading.Event().wait(0.2)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait()
    child = os.fork()
    if not child:
        signal.alarm(30)
        os._exit(0 if len(small()) == COUNT else 1)
    _, status = os.waitpid(child, 0)
    holder.join()
    assert status == 0


# -- all text is brought into another set -----------------------------------------------------


def in_utf8() -> nistitl.Transaction:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", charset="utf-8")
    text = tx.append(nistitl.Type2(IDC=0))
    for number in (30, 31):
        text[f"2.{number}"] = [["É", "É"]]
    return nistitl.read(bytes(tx))


def by_path(tx: nistitl.Transaction) -> None:
    tx[2][0]["2.31"] = [["Ö", "É"]]


def by_item(tx: nistitl.Transaction) -> None:
    tx[2][0]["2.31.1.1"] = "Ö"


def announce(tx: nistitl.Transaction) -> None:
    tx[1][0]["1.015"] = [["1", "Latin-1"]]


@pytest.mark.parametrize("edit_text", [by_path, by_item])
@pytest.mark.parametrize("announces_first", [True, False])
def test_text_edited_while_another_thread_announces_a_set(
    edit_text: Callable[[nistitl.Transaction], object], announces_first: bool
) -> None:
    order = (announce, edit_text) if announces_first else (edit_text, announce)
    runs = 0
    for run in interleaved(in_utf8, *order, every=7):
        for tx in (run.subject, again(run.subject)):
            assert run.results == {"first": None, "second": None}
            assert [place.text for place in tx[2][0]["2.31"].items] == ["Ö", "É"]
            assert tx[2][0]["2.30.1.2"].text == "É" and not tx.findings
        runs += 1
    assert runs > 10
