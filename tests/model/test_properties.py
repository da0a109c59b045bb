"""Properties that hold for every record type: build, read back, edit, copy, tell."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.declare.items import One, Sets
from nistitl.model.record import Record
from nistitl.records import DECLARED, record_class
from tests.support.strategies import fields, records

EXAMPLES = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
OTHERS = [number for number in DECLARED if number != 1]


def transaction_of(*given_records: Record) -> nistitl.Transaction:
    made = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C", DAT="20200101", charset="utf-8")
    made.extend(given_records)
    return made


def values_of(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.mnemonics() if name not in ("LEN", "CNT")}


@pytest.mark.parametrize("number", OTHERS)
@EXAMPLES
@given(data=st.data())
def test_what_is_built_reads_back_equal(number: int, data: st.DataObject) -> None:
    record = data.draw(records(number))
    built = transaction_of(record)
    again = nistitl.read(bytes(built), policy="strict")
    assert values_of(again.records[1]) == values_of(built.records[1])
    assert again.records[1].LEN == len(bytes(built.records[1]))
    assert bytes(again) == bytes(built)
    assert not [finding for finding in again.findings if finding.code != "field-empty"]


@pytest.mark.parametrize("number", OTHERS)
@EXAMPLES
@given(data=st.data())
def test_one_edit_changes_only_what_it_may(number: int, data: st.DataObject) -> None:
    first, second = data.draw(records(number)), data.draw(records(number))
    before = nistitl.read(bytes(transaction_of(first, second)))
    after = nistitl.read(bytes(before))
    target = after.records[1]
    element = data.draw(st.sampled_from([e for n, e in target.elements.items() if n > 2]) if number != 2 else st.none())
    if element is None:
        target["2.018"] = "NEW"
        changed = {1, 18}
    else:
        setattr(target, element.mnemonic, data.draw(fields(element)))
        changed = {1, element.number}
    # bytes outside the record are the same, and so are the bytes of all other fields in it
    start, end = before.records[1].origin[1:]
    assert bytes(after)[:start] == bytes(before)[:start]
    assert bytes(after).endswith(bytes(before)[end:])
    old, new = before.records[1], nistitl.read(bytes(after), policy="strict").records[1]
    for key in set(old.keys()) | set(new.keys()):
        if key not in changed:
            assert _bytes(old.raw(key)) == _bytes(new.raw(key))


def _bytes(raw: object) -> object:
    return bytes(raw) if isinstance(raw, memoryview) else raw


@pytest.mark.parametrize("number", OTHERS)
@EXAMPLES
@given(data=st.data())
def test_copies_pickles_and_json_keep_everything(number: int, data: st.DataObject) -> None:
    built = transaction_of(data.draw(records(number)))
    read = nistitl.read(bytes(built))
    if not read.records[1].binary:
        read.records[1][f"{number}.8608"] = [["edit", "É"], "x"]
    for one in (built, read):
        assert bytes(one.copy()) == bytes(one)
        assert bytes(copy.deepcopy(one)) == bytes(one)
        assert bytes(pickle.loads(pickle.dumps(one))) == bytes(one)
        assert bytes(nistitl.Transaction.from_dict(json.loads(json.dumps(one.to_dict())))) == bytes(one)
        record = one.records[1]
        assert pickle.loads(pickle.dumps(record)) == record == record.copy()
        assert values_of(pickle.loads(pickle.dumps(record))) == values_of(record)


@pytest.mark.parametrize("number", [n for n in DECLARED if not record_class(n).binary])
@EXAMPLES
@given(data=st.data())
def test_items_keep_their_spelling_when_a_neighbour_changes(number: int, data: st.DataObject) -> None:
    sets = [
        e
        for n, e in record_class(number).elements.items()
        if isinstance(e.value, Sets) and not isinstance(e.value, One) and n not in record_class(number).computed
    ]
    if not sets:
        return
    element = data.draw(st.sampled_from(sets))
    value = data.draw(fields(element))
    record = record_class(number)(**{element.mnemonic: value})
    raw = bytes(record.raw(element.number) or b"")
    odd = raw.replace(b"1", b"01") + b"\x1fEXTRA"
    record[element.number].raw = odd
    again = record.copy()
    setattr(again, element.mnemonic, getattr(record, element.mnemonic))
    assert bytes(again.raw(element.number) or b"") == odd


@EXAMPLES
@given(st.binary(max_size=300))
def test_any_bytes_read_or_raise_our_error(raw: bytes) -> None:
    for policy in ("tolerant", "strict", "repair"):
        try:
            tx = nistitl.read(raw, policy=policy)  # type: ignore[arg-type]
        except nistitl.ITLError:
            continue
        if policy != "repair":
            assert bytes(tx) == raw
