"""Where a quick way and a general one lead to the same: layouts met often, fields all alike, what nobody touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.model.counting import Counted, count_spelled, entries_of
from nistitl.wire.fields import _split, split
from nistitl.wire.grammar import FS, GS, Keys, keys_of
from tests.support.samples import small_transaction

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = settings(max_examples=150, deadline=None)
TYPE = 57  # that no other test splits
OFTEN = 64
contents = st.lists(st.binary(max_size=8).map(lambda raw: raw.translate(None, FS + GS)), min_size=1, max_size=6)


def spelled(raws: list[bytes], tags: list[bytes], image: bytes | None) -> bytes:
    """A record of these fields, its content of field 999 last."""
    fields = [tag + raw for tag, raw in zip(tags, raws, strict=True)]
    return GS.join([*fields, *([] if image is None else [b"57.999:" + image])]) + FS


def met_often(record: bytes) -> Keys:
    """The keys of the type once a record was split as often as it takes to get a pattern."""
    keys = keys_of(TYPE)
    keys.layouts.clear()
    keys.frequent = []
    for _ in range(OFTEN):
        split(record, 0, len(record), TYPE)
    assert keys.frequent
    return keys


@EXAMPLES
@given(
    raws=contents,
    others=contents,
    image=st.none() | st.binary(max_size=12),
    cut=st.integers(0, 60),
    stray=st.sampled_from([b"", b"57.003", b"7.003:", b"57.999:", b"057.0999:", b"57.003:"]),
)
def test_a_pattern_splits_as_the_general_way_does(
    raws: list[bytes], others: list[bytes], image: bytes | None, cut: int, stray: bytes
) -> None:
    tags = [b"57.%03d:" % (at + 1) for at in range(len(raws))]
    keys = met_often(spelled(raws, tags, image))
    strayed = [stray, *tags][: len(others)] if stray else tags[: len(others)]
    again = spelled(others[: len(strayed)], strayed, image)
    for record in (spelled(raws, tags, image), again, again[: max(1, len(again) - cut)]):
        quick = split(b"before" + record + b"after", 6, 6 + len(record), TYPE)
        ended = record.endswith(FS)
        general = _split(record, 0, len(record) - ended, keys, FS if ended else b"")
        assert quick.parts == general.parts
        assert [type(raw) for raw in quick.raws] == [type(raw) for raw in general.raws]
        assert (quick.index, quick.terminator) == (general.index, general.terminator)


def test_a_pattern_is_met_by_the_same_tags_only() -> None:
    record = b"57.001:9\x1d57.002:a\x1d57.003:b\x1c"
    keys = met_often(record)
    assert keys.frequent[0].match(record, 0, len(record) - 1) is not None
    for other in (record.replace(b"57.003", b"57.3"), record.replace(b"57.003", b"57.004"), record[:-1] + b"\x1dx\x1c"):
        assert keys.frequent[0].match(other, 0, len(other) - 1) is None
        assert split(other, 0, len(other), TYPE).index != keys.frequent[0].index or b"57.3:" in other


@pytest.mark.parametrize(
    "record", [b"57.999:a\x1d57.002:b\x1c", b"57.999:a\x1d57.002:b\x1d57.999:\x1d\x1c", b"57.999:a\x1c"]
)
def test_a_record_that_begins_with_its_data_keeps_its_fields(record: bytes) -> None:
    keys = keys_of(TYPE)
    keys.layouts.clear()
    keys.frequent = []
    for _ in range(OFTEN):
        split(record, 0, len(record), TYPE)
    for one in (record, record[:-1] + b"\x1d57.003:c\x1c"):
        quick, general = split(one, 0, len(one), TYPE), _split(one, 0, len(one) - 1, keys, FS)
        assert quick.parts == general.parts
        assert [type(raw) for raw in quick.raws] == [type(raw) for raw in general.raws]


def test_of_many_layouts_few_are_kept() -> None:
    keys = keys_of(TYPE)
    for first in range(1, 40):
        record = b"57.001:9\x1d57.%03d:a\x1c" % (first + 1)
        for _ in range(OFTEN + 1):
            assert split(record, 0, len(record), TYPE).raw(first + 1) == b"a"
    assert len(keys.frequent) <= 3 and len(keys.layouts) <= 32


def test_what_nobody_touched_is_written_from_the_input() -> None:
    data = small_transaction()
    assert bytes(nistitl.read(data)) is data  # not even copied
    two = list(nistitl.read_many(data + data))
    assert [bytes(tx) for tx in two] == [data, data]
    touched = nistitl.read(data)
    assert len(touched) and bytes(touched) == data
    with pytest.raises(AttributeError, match="no attribute 'recrods'"):
        nistitl.read(data).recrods  # type: ignore[attr-defined]  # noqa: B018


def test_a_wrong_charset_is_told_at_once() -> None:
    with pytest.raises(nistitl.ITLError):
        nistitl.read(small_transaction(), charset="no such set")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (14, {"IDC": 1, "IMP": 0, "FCD": "20200102", "SEG": (), "SRC": None, "FGP": (2,), "DATA": b"\x1c\x1d"}),
        (14, {"IDC": b"01", "HLL": "0123", "CSP": b""}),
        (14, {"LEN": 3}),
        (14, {"SRC": b"A\x1dB"}),
        (14, {"SRC": 3.5}),
        (14, {"IDC": 1, "NOPE": 1}),
        (4, {"IDC": 1, "IMP": 0, "DATA": b"\x1c"}),
        (4, {"IDC": b"12"}),
        (4, {"IMP": None}),
        (2, {"IDC": 0, "NAM": "DOE"}),
        (1, {"VER": "0502", "DCS": [(3, "UTF-8", None)], "CNT": ()}),
    ],
)
def test_a_record_from_values_is_one_whose_fields_are_given_one_by_one(kind: int, values: dict[str, object]) -> None:
    def one_by_one() -> Any:
        record = nistitl.record_class(kind)()
        for name, value in values.items():
            setattr(record, name, value)
        return record.edits

    def outcome(make: Callable[[], object]) -> object:
        try:
            return make()
        except nistitl.ITLError as error:
            return type(error), str(error)

    assert outcome(lambda: nistitl.record_class(kind)(**values).edits) == outcome(one_by_one)


@EXAMPLES
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.sampled_from([0, 7, 12, 99])), max_size=12))
def test_one_record_more_or_less_spells_what_all_would(steps: list[tuple[bool, int, int]]) -> None:
    """`Counted` changes the last spelling; `count_spelled` looks at every record."""
    records: list[Any] = [nistitl.Type2(IDC=0)]
    raw = count_spelled(entries_of(records), None)
    counted = Counted(raw)
    for adds, at, idc in steps:
        if adds:
            at = min(at, len(records))
            records.insert(at, nistitl.Type2(IDC=idc))
            now = counted.with_one_more(at, records[at])
        elif records:
            at = min(at, len(records) - 1)
            del records[at]
            now = counted.with_one_less(at)
        else:
            continue
        raw = count_spelled(entries_of(records), raw)
        assert (now, counted.raw) == (raw, raw)
