"""No door tells what stands in a file unless asked to: a mark planted in every declared field is looked for in all.

A mark is no code, no date, and fits no field that is declared to be nobody's data.
"""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import pytest

import nistitl
from nistitl.base.findings import Finding
from nistitl.cli import main
from nistitl.declare.conditions import TECHNICAL
from nistitl.declare.element import Element
from nistitl.declare.items import Items, Sets, Values
from nistitl.declare.values import Data, Date, Digits, GreenwichTime, H, Text
from nistitl.model.kinds import record_class
from nistitl.model.record import Record
from tests.support.samples import ROOT, small_transaction

RECORDS = ROOT / "fixtures" / "records"
TAGGED = (1, 2, *range(9, 23), 57, 98, 99)
KINDS = (*range(1, 23), 57, 98, 99)
IN_XML = (1, 2, 4, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 98, 99)
MARKS = (b"QZJ,XVW", b"QZJXVWQ", b"7391846250")
REPORTS = ("text", "json", "html", "junit")
METHODS = {
    "minutiae": (), "ridge_counts": (), "set_minutiae": ([],), "convert_minutiae": ("m1",), "plot": (),
    "to_template": ("iso-19794-2-2005",), "cores": None, "deltas": None, "minutiae_blocks": None,
    "quality_map": None, "flow_map": None, "wavelength_map": None, "image_record": None, "polygon": ("ROI",),
    "points": ("DOT",), "lines": ("DIS",), "vendor_block": ("NEC",),
    "array": None, "ppi": None, "codec": None, "has_image": None, "pixels": (),
    "image_findings": (), "transcode": ("PNG",), "findings": (),
}  # fmt: skip


@cache
def sample(kind: int) -> bytes:
    """A transaction with a record of the type, by the newest edition that has one."""
    editions = sorted(path for path in RECORDS.glob(f"type{kind:02d}-0[2-5]*.an2"))
    return editions[-1].read_bytes()


def places(element: Element) -> Iterator[tuple[int | None, int | None]]:
    """Where in a field a mark can stand: in the whole, and in each item that is declared."""
    yield None, None
    if isinstance(element.value, Sets):
        kinds: tuple[type[Items], ...] = (element.value.first, element.value.items)
        for subfield, kind in enumerate(dict.fromkeys(kinds), 1):
            yield from ((subfield, item) for item in range(1, len(kind.items) + 1))
    elif isinstance(element.value, Values):
        yield 1, None


def with_mark(raw: bytes, mark: bytes, subfield: int | None, item: int | None) -> bytes:
    """A field with the mark at this place."""
    if subfield is None:
        return mark
    subfields = raw.split(b"\x1e")
    subfields += [subfields[-1]] * (subfield - len(subfields))
    items = subfields[subfield - 1].split(b"\x1f") if item is not None else [b""]
    items += [b""] * ((item or 1) - len(items))
    items[(item or 1) - 1] = mark
    subfields[subfield - 1] = b"\x1f".join(items)
    return b"\x1e".join(subfields)


def planted(kind: int, mark: bytes) -> Iterator[tuple[str, bytes]]:
    """The sample with the mark at one place after the other."""
    original = nistitl.read(sample(kind))[kind][0]
    for number, element in record_class(kind).elements.items():
        if number in (1, original.data_field) or (kind == 1 and number == 3):
            continue  # of these the marks of framing tell, below
        for subfield, item in places(element):
            yield (
                f"{kind}.{number:03d}.{subfield}.{item}",
                with_field(
                    sample(kind), kind, number, with_mark(bytes(original.raw(number) or b""), mark, subfield, item)
                ),
            )


def with_field(data: bytes, kind: int, number: int, raw: bytes) -> bytes:
    """These bytes in a field; in 1.002 and 1.015, which text follows, as a file may come, not as an edit."""
    tx = nistitl.read(data)
    if kind != 1 or number not in (2, 15):
        tx[kind][0].put(number, raw)
        return bytes(tx)
    before = tx.header.raw(number)
    tag = b"\x1d1.%03d:" % number
    came = data.replace(tag + before, tag + raw, 1) if before is not None else data
    return bytes(nistitl.read(came, policy="repair"))


def everywhere(kind: int, mark: bytes) -> bytes:
    """The sample with the mark in every field, as text of the fields and as each of their items."""
    tx = nistitl.read(sample(kind))
    record = tx[kind][0]
    for number, element in record_class(kind).elements.items():
        if number == 1 or (kind == 1 and number in (2, 3, 15)) or record.binary:
            continue
        raw = mark
        if isinstance(element.value, Sets):
            raw = b"\x1e".join(
                b"\x1f".join([mark] * len(each.items)) for each in (element.value.first, element.value.items)
            )
        record.put(number, raw)
    if record.binary:
        start, end = record.origin[1:]
        data = bytearray(bytes(tx))
        for at in range(start + 5, end):
            data[at] = mark[at % len(mark)]
        return bytes(data)
    return bytes(tx) if kind != 1 else with_field(bytes(tx), 1, 15, mark)


def told_of(action: Callable[[], object]) -> str:
    """What an action says where it fails, traceback and all, and its warnings."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            action()
            text = ""
        except nistitl.ITLError as error:
            text = "".join(traceback.format_exception(error)) + repr(error)
    return text + "".join(str(one.message) for one in said)


def lines_of(findings: Any) -> str:
    """What findings say, in every way they say it."""
    every: list[Finding] = list(findings)
    return "\n".join(f"{one.to_text()} {one.to_dict()} {one!r} {one.clause} {one.hint}" for one in every)


def used(record: Record, name: str, arguments: tuple[Any, ...] | None) -> None:
    """Look at an attribute, or call the method."""
    found = getattr(record, name)
    if arguments is not None:
        found(*arguments)


def record_doors(record: Record) -> Iterator[tuple[str, str]]:
    """What a record says of itself, and where it fails."""
    yield "repr", repr(record)
    yield "record findings", lines_of(record.findings())
    for name in record.mnemonics():
        yield name, told_of(partial(getattr, record, name))
        value = None if record.context.strict else getattr(record, name, None)
        held = value if isinstance(value, tuple) else (value,)
        yield f"item {name}", repr([one for one in held if isinstance(one, Items)])
    for place in record.fields():
        yield "place", repr(place)
    for name, arguments in METHODS.items():
        if hasattr(type(record), name):
            yield name, told_of(partial(used, record, name, arguments))


def without_tcn(report: str) -> str:
    """A page names TCN on purpose, where it looks like one: by it two sides speak of a transaction."""
    return re.sub(r"<td>TCN</td><td>[0-9A-Za-z]+</td>", "", report)


def doors(data: bytes, *, deep: bool = True) -> Iterator[tuple[str, str]]:
    """Everything that says something of a transaction without being asked for its values."""
    tx = nistitl.read(data)
    yield "repr", f"{tx!r} {tx.repairs!r}"
    yield "reading", lines_of(tx.findings)
    for profile in (None, "auto", "fbi-ebts-10.0", "int-i-6.0"):
        report = tx.validate(profile, level=3 if deep else 2)
        yield f"validate {profile}", lines_of(report) + repr(report)
        if profile is None and deep:
            yield from ((form, without_tcn(report.rendered(form))) for form in REPORTS)
    if not deep:
        return
    for how in ("strict", "repair"):
        yield how, told_of(partial(nistitl.read, data, policy=how))
    yield "xml", told_of(lambda: lines_of(tx.convert("xml").losses))
    policies: tuple[Literal["tolerant", "strict"], ...] = ("tolerant", "strict")
    for policy in policies:
        for record in readable(data, policy):
            yield from record_doors(record)


def readable(data: bytes, policy: Literal["tolerant", "strict"]) -> list[Record]:
    """The records, where the policy gives them."""
    try:
        return list(nistitl.read(data, policy=policy))
    except nistitl.ITLError:
        return []


def commands(capsys: Any, tmp_path: Path, data: bytes) -> Iterator[tuple[str, str]]:
    """What the commands write where nobody asked for values: all of a report, of the others what they complain of."""
    file = str(tmp_path / "in.an2")
    Path(file).write_bytes(data)
    lines: list[list[str]] = [
        ["validate", file], ["validate", file, "--level", "3", "--json"], ["info", file], ["roundtrip", file],
        ["info", "--policy", "strict", file], ["extract", file, "-o", str(tmp_path / "images")],
        ["sheet", file, "-o", str(tmp_path / "sheet.html")], ["unpack", file, "-o", str(tmp_path / "folder")],
        ["convert", file, str(tmp_path / "out.xml"), "--to", "xml"],
    ]  # fmt: skip
    for line in lines:
        with suppress(SystemExit):
            main(line)
        out, err = capsys.readouterr()
        yield " ".join(line[:1]), err if line[0] in ("info", "unpack") else out + err


def leaks(mark: bytes, said: Iterator[tuple[str, str]]) -> list[str]:
    """The doors that tell of the mark: as text, or as hexadecimal digits."""
    hexadecimal = " ?".join(f"{byte:02x}" for byte in mark[:3])
    forms = re.compile(f"{re.escape(mark.decode())}|{hexadecimal}", re.IGNORECASE)
    return [f"{door}: {match[0]} in {words[:300]!r}" for door, words in said if (match := forms.search(words))]


@pytest.mark.parametrize("mark", MARKS, ids=["name", "letters", "digits"])
@pytest.mark.parametrize("kind", TAGGED)
def test_a_mark_at_one_place(kind: int, mark: bytes) -> None:
    """One place alone: the other fields are good, so that every rule runs."""
    wrong = []
    for path, data in planted(kind, mark):
        wrong += [f"{path}: {leak}" for leak in leaks(mark, doors(data, deep=False))]
    assert not wrong


@pytest.mark.parametrize("mark", MARKS, ids=["name", "letters", "digits"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_at_every_place(kind: int, mark: bytes, capsys: Any, tmp_path: Path) -> None:
    data = everywhere(kind, mark)
    assert mark in data
    assert not leaks(mark, doors(data))
    assert not leaks(mark, commands(capsys, tmp_path, data))


def test_what_is_nobodys_is_told_where_it_looks_like_that() -> None:
    tx = nistitl.read(sample(14))
    record = tx[14][0]
    for number, raw in ((3, b"99"), (11, b"QZJXVWQ"), (13, b"7Z"), (5, b"20200230"), (9, b"0")):
        record.put(number, raw)
    found = {finding.location.path: finding.actual for finding in nistitl.read(bytes(tx)).validate(level=1)}
    assert found == {"14.003": "99", "14.011": None, "14.013.1": None, "14.005": None, "14.009": "0"}
    asked = nistitl.read(bytes(tx)).validate(level=1, values=True)
    assert {finding.location.path: finding.actual for finding in asked} == {
        "14.003": "99", "14.011": "QZJXVWQ", "14.013.1": "7Z", "14.005": "20200230", "14.009": "0",
    }  # fmt: skip


def test_only_numbers_and_codes_are_declared_nobodys() -> None:
    """A text that anyone writes freely is a person's, whatever the row says."""
    for kind in KINDS:
        for number, element in record_class(kind).elements.items():
            rows = [element, *element.items]
            for row in rows:
                if row.holds is TECHNICAL:
                    value = row.value.inner if isinstance(row.value, Values) else row.value
                    free = isinstance(value, Text) and not isinstance(value, Digits | H)
                    assert not free or value.table or value.one_of, (kind, number, row.mnemonic)
                    assert not isinstance(value, Data | Date | GreenwichTime | Sets), (kind, number)


def test_html_holds_what_findings_may_tell_unless_asked() -> None:
    tx = nistitl.read(small_transaction())
    assert "PLANTED" not in tx.validate().to_html() and "&lt;12 bytes&gt;" in tx.validate().to_html()
    assert "PLANTED" in tx.validate(values=True).to_html()


# -- XML --------------------------------------------------------------------------------------

LEAF = re.compile(rb">([^<>\s][^<>]*)</")


@cache
def document(kind: int) -> bytes:
    """The sample in XML."""
    return bytes(nistitl.read(sample(kind)).convert("xml").transaction)


@pytest.mark.parametrize("mark", MARKS, ids=["name", "letters", "digits"])
@pytest.mark.parametrize("kind", IN_XML)
def test_a_mark_in_every_element(kind: int, mark: bytes, capsys: Any, tmp_path: Path) -> None:
    """In comments, attributes and text beside the elements, too."""
    data = LEAF.sub(b">" + mark + b"</", document(kind))
    data = re.sub(rb"(<itl:\w+Record)>", rb'\1 source="%b"><!-- %b --><other>%b</other>' % (mark, mark, mark), data)
    assert not leaks(mark, doors(data))
    assert not leaks(mark, commands(capsys, tmp_path, data))


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0" encoding="%b"?>',
        b'<!DOCTYPE x [<!ENTITY a "%b">]>&a;',
        b"<!--%b--><",
        b"<?%b ?>&",
        b"<a b='%b'>",
    ],
)
def test_a_mark_in_a_document_that_is_none(head: bytes, capsys: Any, tmp_path: Path) -> None:
    for mark in MARKS[1:]:
        data = head % mark + document(14)
        (tmp_path / "in").write_bytes(data)
        assert not leaks(mark, iter([("read", told_of(partial(nistitl.read, data)))]))
        assert not leaks(mark, commands(capsys, tmp_path, data))
