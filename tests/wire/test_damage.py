"""Nothing passes in silence: every truncation, wrong LEN, wrong CNT and trailing byte is an error or a finding."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.wire.grammar import BINARY_TYPES
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORDS = sorted((ROOT / "fixtures" / "records").glob("*.an2"))  # each record type in each edition
NEWEST = list({path.stem.partition("-")[0]: path for path in RECORDS}.values())  # each record type
EVERY, SOME = 1_500, 60  # cuts of one file: nearly every byte of the newest edition, some of the others
TRAILING = (b"\n", b"\r\n", b"\0", b" ", b"\x1a", b"\x1c", b"\x1d", b"1", b"x" * 100, b"\0" * 512, b"\xff")


def read_in_silence(data: bytes) -> bool:
    """True where reading finds no error."""
    try:
        tx = nistitl.read(data)
    except nistitl.ReadError:
        return False
    return not (_errors(tx.framing_findings) or _errors(tx.findings))  # the first are had at once


def _errors(findings: tuple[nistitl.Finding, ...]) -> bool:
    return any(finding.severity is nistitl.Severity.ERROR for finding in findings)


def spans(data: bytes) -> list[tuple[int, int, int]]:
    """Type, begin and end of each record."""
    return [(record.type, *record.origin[1:]) for record in nistitl.read(data)]


def clean(path: Path) -> bytes:
    data = path.read_bytes()
    assert read_in_silence(data)
    return data


def near_ends(data: bytes) -> set[int]:
    """Places around the end of each record."""
    return {at for _, _, end in spans(data) for at in range(end - 20, end + 20) if 0 <= at < len(data)}


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_every_truncation_is_reported(path: Path) -> None:
    data = clean(path)
    step = max(1, len(data) // (EVERY if path in NEWEST else SOME))
    silent = [at for at in sorted({*range(0, len(data), step), *near_ends(data)}) if read_in_silence(data[:at])]
    assert silent == []


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_every_truncation_from_the_front_is_reported(path: Path) -> None:
    data = clean(path)
    step = max(1, len(data) // SOME)
    assert [at for at in range(1, len(data), step) if read_in_silence(data[at:])] == []


def wrong_lens(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The LEN of each record, wrong by a little or much: record, by how much, bytes."""
    for at, (kind, begin, end) in enumerate(spans(data)):
        for by in (-100, -18, -10, -2, -1, 1, 2, 10, 18, 100, 1000, 10**6, -(end - begin)):
            if end - begin + by < 0:
                continue
            if kind in BINARY_TYPES:
                yield at, by, data[:begin] + (end - begin + by).to_bytes(4, "big") + data[begin + 4 :]
                continue
            tag = re.compile(rb"\d+\.0*1:(\d+)").match(data, begin)
            assert tag is not None
            new = b"%0*d" % (len(tag[1]), end - begin + by)
            if by == len(new) - len(tag[1]):
                continue  # a digit more, and right again
            yield at, by, data[: tag.start(1)] + new + data[tag.end(1) :]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_every_wrong_len_is_reported(path: Path) -> None:
    assert [(at, by) for at, by, wrong in wrong_lens(clean(path)) if read_in_silence(wrong)] == []


def wrong_counts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """CNT wrong in each of its numbers, entries dropped, doubled and exchanged; LEN of Type-1 is made right.

    Of a binary record CNT alone tells the type: another binary type is not wrong but another transaction.
    """
    content = bytes(nistitl.read(data).header["1.003"].raw)  # type: ignore[index]
    head, *entries = content.split(b"\x1e")
    for count in {0, len(entries) - 1, len(entries) + 1, 10**6, 10**9} - {len(entries)}:
        yield f"count {count}", with_count(data, [b"1\x1f%d" % count, *entries])
    yield "another first type", with_count(data, [b"2" + head[1:], *entries])
    for at, entry in enumerate(entries):
        kind, idc = map(int, entry.split(b"\x1f"))
        others = entries[:at], entries[at + 1 :]
        for wrong in ((kind + 1, idc), (99 - kind % 2, idc), (kind, idc + 1), (kind, (idc + 50) % 100)):
            if {kind, wrong[0]} <= BINARY_TYPES and wrong[1] == idc:
                continue
            yield f"entry {at} {wrong}", with_count(data, [head, *others[0], b"%d\x1f%02d" % wrong, *others[1]])
        yield f"entry {at} no numbers", with_count(data, [head, *others[0], b"x\x1fy", *others[1]])
        yield f"entry {at} empty", with_count(data, [head, *others[0], b"", *others[1]])
        yield f"without {at}", with_count(data, [b"1\x1f%d" % (len(entries) - 1), *others[0], *others[1]])
        yield f"twice {at}", with_count(data, [b"1\x1f%d" % (len(entries) + 1), *others[0], entry, entry, *others[1]])
        if at and entries[at - 1] != entry:
            changed = [*entries[: at - 1], entry, entries[at - 1], *entries[at + 1 :]]
            yield f"exchanged {at}", with_count(data, [head, *changed])


def with_count(data: bytes, entries: list[bytes]) -> bytes:
    """The transaction with this CNT."""
    begin = data.index(b"1.003:") + 6
    end = data.index(b"\x1d", begin)
    changed = data[:begin] + b"\x1e".join(entries) + data[end:]
    first = spans(data)[0][2] + len(changed) - len(data)
    tag = re.compile(rb"1\.001:(\d+)").match(data)
    assert tag is not None
    size = first - len(tag[1])
    digits = next(n for n in range(1, 9) if len(str(size + n)) == n)
    return b"1.001:%d" % (size + digits) + changed[tag.end(1) :]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_every_wrong_cnt_is_reported(path: Path) -> None:
    assert [what for what, wrong in wrong_counts(clean(path)) if read_in_silence(wrong)] == []


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_every_trailing_byte_is_reported(path: Path) -> None:
    data = clean(path)
    assert [extra[:8] for extra in (*TRAILING, data) if read_in_silence(data + extra)] == []
    codes = {finding.code for finding in nistitl.read(data + data).findings}
    assert "transaction-follows" in codes


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_bytes_between_records_are_reported(path: Path) -> None:
    data = clean(path)
    ends = [end for _, _, end in spans(data)[:-1]]
    assert [(at, extra) for at in ends for extra in TRAILING if read_in_silence(data[:at] + extra + data[at:])] == []


def test_records_that_overlap_are_reported() -> None:
    """A LEN that takes in the record behind it, which CNT names all the same."""
    data = small_transaction()
    found = spans(data)
    for (kind, begin, _), (_, _, end) in pairwise(found):
        if kind in BINARY_TYPES:
            wrong = data[:begin] + (end - begin).to_bytes(4, "big") + data[begin + 4 :]
        else:
            wrong = re.sub(rb"(?<=^%d\.001:)\d+" % kind, b"%d" % (end - begin), data[begin:], count=1)
            wrong = data[:begin] + wrong
        assert wrong != data and not read_in_silence(wrong)


@pytest.mark.parametrize("claimed", [b"1000000", b"999999999", b"99999999999999999999"])
def test_a_million_records_that_are_not_there_are_reported(claimed: bytes) -> None:
    data = small_transaction()
    wrong = data.replace(b"1.003:1\x1f3", b"1.003:1\x1f" + claimed)
    assert wrong != data and not read_in_silence(wrong)
    codes = [finding.code for finding in nistitl.read(wrong).findings]
    assert len(codes) <= 3
