"""The hot path gives what the plain loop beside it says: each field decoded by itself, from its own bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.base.errors import FieldError
from nistitl.model.context import Context
from nistitl.model.decoding import plain_values
from nistitl.model.record import Record
from nistitl.model.traditional import Traditional
from nistitl.records import DECLARED, record_class
from nistitl.wire.charsets import Charset
from tests.support.samples import ROOT
from tests.support.strategies import records

EXAMPLES = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
NO_TRANSACTION = ("cut-first-tag", "empty")
FIXTURES = sorted(
    path
    for suffix in ("eft", "an2")
    for path in (ROOT / "fixtures").rglob(f"*.{suffix}")
    if path.stem not in NO_TRANSACTION
)
CHARSETS = [None, "utf-8", "latin-1", "cp1252", "utf-16"]  # the last is not ASCII where text is
BINARY = [number for number in DECLARED if record_class(number).binary]
TAGGED = [number for number in DECLARED if not record_class(number).binary]
contents = st.one_of(
    st.binary(max_size=30),
    st.text("0123456789", max_size=9).map(str.encode),
    st.text("0123456789\x1e\x1f.-AZé\x80", max_size=40).map(lambda text: text.encode("utf-8")),
    st.just(b"7\x1e" * 3000),
).map(lambda raw: raw.translate(None, b"\x1c\x1d"))


def attributes(record: Record) -> Iterator[tuple[str, Any]]:
    """Every attribute by the hot path; what strict reading refuses as the message it gives."""
    for element in record.elements.values():
        try:
            yield element.mnemonic, getattr(record, element.mnemonic)
        except FieldError as error:
            yield element.mnemonic, str(error)


def plainly(record: Record) -> Iterator[tuple[str, Any]]:
    """The same by the plain way, one field after another where one is refused."""
    try:
        yield from plain_values(record).items()
    except FieldError:
        for element in record.elements.values():
            try:
                yield element.mnemonic, record.decoded(element)
            except FieldError as error:
                yield element.mnemonic, str(error)


def spelled(value: Any) -> tuple[type, Any, str]:
    """A value with its type and spelling: 1 is not True, and 0.50 not 0.5."""
    return type(value), value, bytes(value) if isinstance(value, memoryview) else repr(value)


def same(record: Record) -> None:
    """Both ways say the same of a record, whichever field is touched first."""
    expected = {name: spelled(value) for name, value in plainly(attached_copy(record))}
    names = list(expected)
    for first in (names[0], names[-1], names[len(names) // 2]):
        twin = attached_copy(record)
        touch(twin, first)
        assert {name: spelled(value) for name, value in attributes(twin)} == expected
        assert {name: spelled(value) for name, value in attributes(twin)} == expected  # from the slots


def attached_copy(record: Record) -> Record:
    """A record on the same backing and policy of which nothing was touched, with the same edits."""
    twin = type(record).attached(*record.origin)
    for key, raw in (record.edits or {}).items():
        if key not in record.computed:
            twin.put(key, raw)
    return twin


def touch(record: Record, name: str) -> None:
    try:
        getattr(record, name)
    except FieldError:
        return


def record_of(number: int, data: bytes, charset: str, *, strict: bool) -> Record:
    backing = Traditional(data, Context(Charset(charset), strict=strict))
    return record_class(number).attached(backing, 0, len(data))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixtures_decode_alike_in_any_character_set(path: Any) -> None:
    for charset in CHARSETS:
        for record in nistitl.read(path, charset=charset):
            same(record)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_edited_records_decode_alike(path: Any) -> None:
    for record in nistitl.read(path):
        numbers = [number for number in record.elements if number > 2 and record.raw(number) is not None]
        for number in numbers[::2]:
            if number not in record.computed:
                record.put(number, record.raw(number) if record.binary else b"\x1f1\x1e\xc3\xa9")
        if numbers and not record.binary:
            record.put(numbers[-1], None, computed=True)
        record.respell()
        same(record)


@pytest.mark.parametrize("number", DECLARED)
@EXAMPLES
@given(data=st.data())
def test_records_of_every_type_decode_alike(number: int, data: st.DataObject) -> None:
    record = data.draw(records(number))
    read = record_of(number, bytes(record), record.context.charset.name, strict=True)
    same(read)


@pytest.mark.parametrize("number", TAGGED)
@EXAMPLES
@given(data=st.data(), charset=st.sampled_from(["ascii", "utf-8", "cp1252"]), strict=st.booleans())
def test_fields_of_any_content_decode_alike(number: int, data: st.DataObject, charset: str, strict: bool) -> None:
    numbers = data.draw(st.lists(st.sampled_from(list(record_class(number).elements)), min_size=1, max_size=12))
    pieces = [b"%d.%03d:%b" % (number, field, data.draw(contents)) for field in numbers]
    same(record_of(number, b"\x1d".join(pieces) + b"\x1c", charset, strict=strict))


@pytest.mark.parametrize("number", BINARY)
@EXAMPLES
@given(raw=st.binary(min_size=1, max_size=40), strict=st.booleans())
def test_binary_records_of_any_length_decode_alike(number: int, raw: bytes, strict: bool) -> None:
    same(record_of(number, raw, "ascii", strict=strict))


def test_a_value_that_recurs_is_that_of_its_own_field() -> None:
    """Values are kept by field: the same bytes are a number in one and text in another."""
    data = b"14.001:0\x1d14.002:07\x1d14.003:1\x1d14.004:07\x1d14.006:07\x1d14.011:1\x1d14.012:07\x1c"
    for _ in range(3):
        record = record_of(14, data, "ascii", strict=False)
        assert (record.LEN, record.IDC, record.SRC, record.HLL) == (0, 7, "07", 7)
        same(record)


@pytest.mark.parametrize(("raw", "first", "second"), [(b"\xc3\xa9", "utf-8", "cp1252"), (b"\x00N", "utf-16", "ascii")])
def test_a_value_that_recurs_is_kept_for_no_other_character_set(raw: bytes, first: str, second: str) -> None:
    for charset in (first, second):
        record = record_of(14, b"14.001:0\x1d14.002:07\x1d14.011:%b\x1c" % raw, charset, strict=False)
        touch(record, "IDC")
        value = record.CGA
        same(record)
    assert value == raw.decode(second)


@pytest.mark.parametrize(
    ("said", "kept"), [(b"2\x1f80\x1f00F2\x1f1", True), (b"2\x1f80\x1f0002\x1f1\x1f\x1fDOE", False)]
)
def test_numbers_that_recur_are_decoded_once_and_text_of_people_is_not_kept(said: bytes, kept: bool) -> None:
    def metrics() -> Any:
        record = record_of(14, b"14.001:0\x1d14.002:1\x1d14.024:" + said + b"\x1c", "ascii", strict=False)
        return record.IDC, record.LEN, record.FQM

    assert (metrics()[2] is metrics()[2]) is kept
