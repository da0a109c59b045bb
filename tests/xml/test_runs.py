"""Many like elements, written by templates and read by columns: the same as one by one, and in the same places."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.xml.backing import MARGIN, Xml
from nistitl.xml.comparing import differing
from nistitl.xml.content import Content
from nistitl.xml.conversion import empty
from nistitl.xml.document import Document
from nistitl.xml.fields import fields_by_column, fields_of, read_back
from nistitl.xml.markup import NewElement, Writer
from nistitl.xml.rows import new_rows
from nistitl.xml.runs import by_column, cut
from nistitl.xml.vocabularies import VOCABULARIES, vocabulary_named
from nistitl.xml.writing import Builder
from tests.support.growing import check_ratio, peak

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.wire.fields import Fields

US, RS = "\x1f", "\x1e"
COUNT = 60
TENPRINT = (Path(__file__).resolve().parents[2] / "fixtures" / "tenprint-type14.eft").read_bytes()
END = b"</itl:PackageMinutiaeRecord>"
CODE = b"<biom:EFSMinutiaCategoryCode>"
COUNT_ITEM = b"<biom:EFSRidgeCountItem><biom:RidgeCountValue>1</biom:RidgeCountValue></biom:EFSRidgeCountItem>"
STRANGE = b"<biom:EFSMinutia><itl:X>1</itl:X></biom:EFSMinutia>"
MINUTIA = re.compile(rb"(?s)\s*<biom:EFSMinutia>.*?</biom:EFSMinutia>")


def rows(line: Callable[[int], str], count: int = COUNT) -> str:
    return RS.join(map(line, range(1, count + 1)))


def type9(fields: dict[int, str]) -> nistitl.Transaction:
    tx = nistitl.Transaction.new(TOT="LFFS", DAI="D", ORI="O", TCN="T")
    tx[1][0].put(15, b"3\x1fUTF-8\x1f")
    record = nistitl.Type9(IDC=1)
    for number, text in fields.items():
        record.put(number, text.encode())
    tx.append(record)
    return tx


def efs(minutiae: str = "", counts: str = "") -> nistitl.Transaction:
    minutiae = minutiae or rows(lambda at: US.join((str(at), str(9 * at), str(at % 360), "E")))
    counts = counts or rows(lambda at: US.join((str(at), "7", "3", str(at % 8), "0")))
    return type9({3: "1", 4: "U", 300: f"1000{US}1000", 331: minutiae, 332: "OCTANT", 333: counts})


def standard(neighbours: Callable[[int], int]) -> nistitl.Transaction:
    def counts(at: int) -> str:
        return "".join(f"{US}{at % 99:03d},{other:02d}" for other in range(neighbours(at)))

    minutiae = rows(lambda at: f"{at:03d}{US}{at * 13:04d}{at * 17:04d}{at:03d}{US}10{US}A{counts(at)}")
    head = {3: "1", 4: "S", 5: f"X{US}A{US}", 6: "1", 7: f"T{US}LS", 10: str(COUNT), 11: "1"}
    return type9({**head, 12: minutiae})


TRANSACTIONS = {
    "extended": efs(),
    "texts that are quoted": efs(rows(lambda at: US.join((str(at), "<&>\"'", "%s", "é")))),
    "items that are not there": efs(rows(lambda at: US.join((str(at), "2", "" if at % 3 else "9", "E")[: 2 + at % 3]))),
    "an item too many": efs(rows(lambda at: US.join((str(at), "2", "3", "E", "5", "6", "7")))),
    "a subfield without items": efs(rows(lambda at: "" if at == 30 else US.join((str(at), "2", "3", "E")))),
    "blanks": efs(rows(lambda at: US.join((f" {at} ", "2 ", "3", " E")))),
    "line ends": efs(rows(lambda at: US.join((str(at), "2\n3", "3\r", "E")))),
    "a code that has no spelling": efs(
        counts=rows(lambda at: US.join((str(at), "7", "3", "1", "x" if at == 9 else "0")))
    ),
    "standard": standard(lambda _: 8),
    "standard, neighbours that differ": standard(lambda at: at % 7),
}


def one_by_one(tx: nistitl.Transaction) -> Fields:
    """The fields of Type-9 as every element by itself says them."""
    record = tx[9][0]
    backing = record.origin[0]
    assert isinstance(backing, Xml)
    return fields_of(backing._elements(record)[1], backing.data, record)


def by_columns(tx: nistitl.Transaction) -> Fields | None:
    record = tx[9][0]
    backing, start, end = record.origin
    assert isinstance(backing, Xml)
    table = backing.table(9)
    return fields_by_column(backing.data, (start, end), record, backing.source, backing.source.scope_at(start), table)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("name", TRANSACTIONS)
def test_columns_read_as_elements_do(name: str, vocabulary: str) -> None:
    data = bytes(TRANSACTIONS[name].convert("xml", vocabulary=vocabulary).transaction)
    tx, plain = nistitl.read(data), one_by_one(nistitl.read(data))
    assert dict(tx[9][0].raw_fields.index) == dict(plain.index)
    assert list(map(bytes, tx[9][0].raw_fields.raws)) == list(map(bytes, plain.raws))


@pytest.mark.parametrize("name", ["extended", "standard"])
def test_runs_are_read_by_column(name: str) -> None:
    """The paths that are compared above are two."""
    tx = nistitl.read(bytes(TRANSACTIONS[name].convert("xml").transaction))
    fields = by_columns(tx)
    assert fields is not None
    assert list(fields.raws) == list(one_by_one(tx).raws)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("name", TRANSACTIONS)
def test_templates_write_as_elements_do(name: str, vocabulary: str) -> None:
    record = TRANSACTIONS[name][9][0]
    document = Document(empty(vocabulary_named(vocabulary)))
    table, content = document.table(9), Content(record)
    assert table is not None
    writer = Writer(document.scope, document.namespaces)
    every = frozenset(content.raws)
    by_template, plain = Builder(table, content), Builder(table, content, every)
    texts = [writer.element(NewElement(table, None, made.elements), MARGIN) for made in (by_template, plain)]
    assert texts[0] == texts[1]
    assert (by_template.unsaid, by_template.lost) == (plain.unsaid, plain.lost)


def test_rows_go_by_templates() -> None:
    """The paths that are compared above are two: not all fields of Type-9 are written one by one."""
    document = Document(empty(vocabulary_named("niem2")))
    table, content = document.table(9), Content(TRANSACTIONS["extended"][9][0])
    assert table is not None
    (row,) = (row for row in by_column(table) if row.field == 333)
    made = new_rows(table, row, content.subfields(333))
    assert made is not None
    assert len(made.rows) == COUNT


def test_elements_without_layout_keep_no_others_from_being_read_by_column() -> None:
    """Minutiae of layouts in turn are read one by one, the counts behind them are not."""
    tx = efs(rows(lambda at: US.join(("1", "2", "" if at % 2 else "3", "E"))))
    data = bytes(tx.convert("xml").transaction)
    record = nistitl.read(data)[9][0]
    backing, start, end = record.origin
    assert isinstance(backing, Xml)
    found = cut(data, start, end, backing.table(9), backing.source.scope, backing.source.prefixes)
    assert found is not None
    assert [len(run.columns[0]) for run in found.runs.values()] == [COUNT - 1]


def changed(change: Callable[[bytes], bytes]) -> nistitl.Transaction:
    data = bytes(TRANSACTIONS["extended"].convert("xml").transaction)
    new = change(data)
    assert new != data
    return nistitl.read(new)


def moved(data: bytes) -> bytes:
    """The minutiae in a comment before the record's end."""
    run = b"".join(MINUTIA.findall(data))
    return MINUTIA.sub(b"", data).replace(
        b"</itl:PackageMinutiaeRecord>", b"<!--%b--></itl:PackageMinutiaeRecord>" % run
    )


def strange(data: bytes) -> bytes:
    """Some minutiae below an element that nothing is known of."""
    return data.replace(END, b"<itl:X>%b</itl:X>" % b"".join(MINUTIA.findall(data)[:30]) + END)


def nth(find: bytes, put: bytes, place: int = 20) -> Callable[[bytes], bytes]:
    """One of many is changed."""

    def change(data: bytes) -> bytes:
        pieces = data.split(find)
        return find.join(pieces[:place]) + put + find.join(pieces[place:])

    return change


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "in a comment": moved,
    "below a stranger": strange,
    "a reference": nth(CODE + b"E", CODE + b"&#69;"),
    "an attribute": nth(b"<biom:EFSMinutia>", b'<biom:EFSMinutia id="a">'),
    "an attribute of a text": nth(CODE, b"<biom:EFSMinutiaCategoryCode a='>'>"),
    "a comment": nth(b"<biom:EFSMinutia>", b"<!-- </biom:EFSMinutia> --><biom:EFSMinutia>"),
    "a comment in the first": nth(CODE + b"E", CODE + b"E<!-- 1 -->", 1),
    "marked characters": nth(CODE + b"E", CODE + b"<![CDATA[E]]>"),
    "an empty element": nth(CODE + b"E</biom:EFSMinutiaCategoryCode>", b"<biom:EFSMinutiaCategoryCode/>"),
    "an empty text": nth(CODE + b"E", CODE),
    "an element less": nth(CODE + b"E</biom:EFSMinutiaCategoryCode>", b""),
    "a stranger in one": nth(b"<biom:EFSMinutia>", b"<biom:EFSMinutia><itl:X>1</itl:X>"),
    "a stranger in the first": nth(b"<biom:EFSMinutia>", b"<biom:EFSMinutia><itl:X>1</itl:X>", 1),
    "nothing but strangers": nth(b"<biom:EFSMinutia>", STRANGE * 40 + b"<biom:EFSMinutia>"),
    "text between": nth(b"<biom:EFSMinutia>", b"lost<biom:EFSMinutia>"),
    "text in each": lambda data: data.replace(b"<biom:EFSMinutia>", b"<biom:EFSMinutia>lost"),
    "text in one": nth(b"<biom:EFSMinutia>", b"<biom:EFSMinutia>lost"),
    "another prefix": lambda data: data.replace(b"biom:", b"b:").replace(b"xmlns:biom", b"xmlns:b"),
    "another namespace": nth(b"<biom:EFSMinutia>", b'<biom:EFSMinutia xmlns:biom="urn:x">'),
    "other blanks": nth(b"<biom:EFSMinutia>", b"\n\n  <biom:EFSMinutia>"),
    "no lines": lambda data: re.sub(rb">\s+<", b"><", data),
    "lines of another system": lambda data: data.replace(b"\n", b"\r\n"),
    "letters of two bytes": lambda data: data.replace(CODE + b"E", CODE + "é".encode()),
    "blanks that are no ASCII": nth(b"<biom:RidgeCountValue>", "<biom:RidgeCountValue>\u00a0".encode()),
    "one of many counts elsewhere": nth(b"<biom:EFSMinutia>", COUNT_ITEM + b"<biom:EFSMinutia>"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_otherwise_reads_as_elements_do(name: str) -> None:
    tx = changed(CHANGES[name])
    plain = one_by_one(nistitl.read(bytes(tx)))
    assert list(tx[9][0].raw_fields.index) == list(plain.index)
    assert list(map(bytes, tx[9][0].raw_fields.raws)) == list(map(bytes, plain.raws))


def test_places_are_those_of_the_input() -> None:
    """An element that was read by columns is still found, and edited, where it stands."""
    data = bytes(TRANSACTIONS["extended"].convert("xml").transaction)
    tx = nistitl.read(data)
    record = tx[9][0]
    assert record["9.331.40.2"].text == "360"
    span = record.span(331, 40, 2)
    assert span is not None
    assert data[span[0] : sum(span)] == b"360"
    record["9.331.40.2"] = "361"
    assert bytes(tx) == data[: span[0]] + b"361" + data[sum(span) :]


def alternating(count: int) -> bytes:
    """Elements of two layouts in turn, so that each looks like the beginning of a run."""
    data = bytes(efs().convert("xml").transaction)
    one, run = MINUTIA.findall(data)[0], b"".join(MINUTIA.findall(data))
    return data.replace(run, (one + re.sub(rb"\s*<biom:EFSMinutiaC.*>", b"", one)) * (count // 2))


def doubled(count: int) -> bytes:
    """Runs that are just too short, each of a layout of its own."""
    data = bytes(efs().convert("xml").transaction)
    one, run = MINUTIA.findall(data)[0], b"".join(MINUTIA.findall(data))
    return data.replace(run, b"".join(one.replace(b">\n", b">\n%b" % (b" " * at)) * 15 for at in range(count // 15)))


def like(count: int) -> bytes:
    line = rows(lambda at: US.join((str(at), "2", "3", "E")), count)
    return bytes(efs(line, line + US + "0").convert("xml").transaction)


@pytest.mark.parametrize("make", [alternating, doubled, like])
def test_reading_runs_is_linear(make: Callable[[int], bytes]) -> None:
    def read(data: bytes) -> Callable[[], object]:
        return lambda: nistitl.read(data)[9][0].raw_fields

    check_ratio(read(make(1000)), read(make(8000)), 20, 0.02)


def test_one_long_subfield_among_many_takes_no_place_for_all() -> None:
    table = Document(empty(vocabulary_named("niem2"))).table(9)
    assert table is not None
    (row,) = (row for row in by_column(table) if row.field == 331)
    subfields = [["1"] * 3000, *(["1"] for _ in range(3000))]
    assert peak(lambda: new_rows(table, row, subfields)) < 1_000_000


def test_a_record_without_runs_is_left_alone() -> None:
    data = bytes(efs("1", "1").convert("xml").transaction)
    record = nistitl.read(data)[9][0]
    backing, start, end = record.origin
    assert isinstance(backing, Xml)
    assert cut(data, start, end, backing.table(9), backing.source.scope, backing.source.prefixes) is None


def test_an_image_that_came_to_be_another_one_is_seen() -> None:
    """What is read back of an element is compared in place where it is the same, and read where it is not."""
    tx = nistitl.read(TENPRINT)
    record = tx[14][0]
    document = Document(empty(vocabulary_named("niem2")))
    fresh = Xml(document, record.context.alone()).fresh(record)
    table = document.table(14)
    assert table is not None
    at = fresh.element.index(b"BinaryBase64Object>") + 100
    other = fresh.element[:at] + (b"A" if fresh.element[at : at + 1] != b"A" else b"B") + fresh.element[at + 1 :]
    for element, wrong in ((fresh.element, set()), (other, {999})):
        assert differing(record, read_back(element, record, document, document.scope, table)) == wrong


def test_converted_records_stand_on_what_was_written() -> None:
    """What is handed over to them is what reading the whole document anew gives."""
    for tx in (*TRANSACTIONS.values(), nistitl.read(TENPRINT)):
        converted = tx.convert("xml").transaction
        again = nistitl.read(bytes(converted))
        for mine, read in zip(converted, again, strict=True):
            assert dict(mine.raw_fields.index) == dict(read.raw_fields.index)
            assert list(map(bytes, mine.raw_fields.raws)) == list(map(bytes, read.raw_fields.raws))
