"""A secret planted in every declared field and item: two policies let none of it go, the others by rows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.declare.items import Sets
from nistitl.declare.values import Data
from nistitl.exchange.policy import policy
from nistitl.exchange.redaction import redact
from nistitl.records import record_class
from tests.support.samples import small_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = b"QZ4711QZSECRET"
TYPES = (1, 10, 13, 14, 15, 16, 17, 19)
COMPUTED = (1, 2, 3, 999)


def contents(kind: int, planted: bytes) -> Iterator[tuple[int, bytes]]:
    """Each field with the secret in its place, and in that of each of its items."""
    for number, element in record_class(kind).elements.items():
        if number in COMPUTED or isinstance(element.value, Data):
            continue
        yield number, planted
        if isinstance(element.value, Sets):
            items = element.items
            for at in range(len(items)):
                yield number, b"\x1f".join(planted if at == one else b"1" for one in range(len(items)))


def base(kind: int) -> nistitl.Transaction:
    """A transaction with a record of the type, whose image is not compressed."""
    tx = nistitl.read(small_transaction())
    if kind not in (1, 14):
        known = {element.mnemonic for element in record_class(kind).elements.values()}
        said = {"IDC": 9, "SRC": "ORI", "HLL": 32, "VLL": 32, "SLC": 1, "CGA": "NONE", "BPX": 8, "IMT": "FACE"}
        tx.append(record_class(kind)(**{name: value for name, value in said.items() if name in known}))
        tx[kind][0].put(999, bytes(1024))
    return tx


@pytest.mark.parametrize(("by", "kind"), [("sample", 1), *(("statistics", kind) for kind in TYPES)])
def test_no_field_lets_a_secret_through(by: str, kind: int) -> None:
    rows = policy(by)
    for at, (number, raw) in enumerate(contents(kind, SECRET)):
        if number in (7, 11) and kind in TYPES[1:]:
            continue  # sizes and algorithm, without which there is no image
        tx = base(kind)
        tx[kind][0].put(number, raw)
        made = redact(tx, rows)
        assert SECRET not in bytes(made.transaction), (at, number)
        assert SECRET.decode() not in repr(made.steps)


@settings(max_examples=40, deadline=None)
@given(
    number=st.integers(2, 99_999).filter(lambda number: number not in COMPUTED),
    kind=st.sampled_from((1, 2, 14)),
    before=st.binary(max_size=8).filter(lambda raw: not {28, 29} & set(raw)),
)
def test_no_number_and_no_content_lets_a_secret_through(number: int, kind: int, before: bytes) -> None:
    tx = nistitl.read(small_transaction())
    if (kind, number) in ((1, 2), (1, 15), (2, 2), (14, 2)):
        return  # VER and DCS say how the rest is read, IDC is a number
    tx[kind][0].put(number, before + SECRET)
    made = redact(nistitl.read(bytes(tx)), policy("statistics")).transaction
    assert SECRET not in bytes(made)
    assert bytes(nistitl.read(bytes(made)).redacted("statistics")) == bytes(made)
