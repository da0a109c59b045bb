"""Where a quick way and a general one lead to the same: layouts met often, fields all alike, what nobody touched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.wire.fields import _split, split
from nistitl.wire.grammar import FS, GS, Keys, keys_of
from tests.support.samples import small_transaction

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


def test_fields_that_are_all_alike() -> None:
    np = pytest.importorskip("numpy")
    from nistitl.minutiae.columns import Columns
    from nistitl.minutiae.even import Even, table

    digits = st.text("0123456789", max_size=3)

    @EXAMPLES
    @given(
        rows=st.lists(st.tuples(digits, digits, st.sampled_from("ABCD"), digits, digits), min_size=1, max_size=12),
        widths=st.lists(st.integers(0, 11), min_size=4, max_size=4),
        odd=st.sampled_from([b"", b"\x1e", b"-1\x1f2\x1fA", b"x", b"1\x1f1\x1fA\x1f1,1,1"]),
        padded=st.booleans(),
    )
    def check(rows: list[tuple[str, ...]], widths: list[int], odd: bytes, padded: bool) -> None:
        made = []
        for one, two, letter, three, four in rows:
            a, b, c, d = (
                text.rjust(width, "0")[:width] if padded else text
                for text, width in zip((one, two, three, four), widths, strict=True)
            )
            made.append(f"{a}\x1f{b}\x1f{letter}\x1f{c},{d}".encode())
        raw = b"\x1e".join([*made, *([odd] if odd else [])])
        for also in (b"", b","):
            quick, general = table(raw, also), Columns(raw, also)
            assert isinstance(quick, Even) or not padded or odd or (also == b"" and not raw)
            assert len(quick) == len(general)
            for place in range(7):
                assert quick.longest(place) == general.longest(place)
                assert np.array_equal(quick.letters(place), general.letters(place))
                assert told(lambda: quick.ints(place)) == told(lambda: general.ints(place))  # noqa: B023
            assert told(lambda: quick.pairs(3)) == told(lambda: general.pairs(3))  # noqa: B023

    check()


def test_a_thousand_minutiae_begin_a_second_run() -> None:
    pytest.importorskip("numpy")
    from nistitl.minutiae.columns import Columns
    from nistitl.minutiae.even import Even, table

    raw = b"\x1e".join(b"%03d\x1f%011d\x1fA\x1f%03d,%02d" % (at, at, at % 255, at % 15) for at in range(990, 1010))
    found = table(raw, b",")
    assert isinstance(found, Even)
    assert found.ints(0).tolist() == list(range(990, 1010)) == found.ints(1).tolist()
    assert told(lambda: found.pairs(3)) == told(lambda: Columns(raw, b",").pairs(3))


@pytest.mark.parametrize("raw", [b"1\x1f23\x1e12\x1f3", b"1\x1f2\x1f3\x1e1\x1f233", b"\x1f\x1f1\x1e1\x1f\x1f"])
def test_as_long_is_not_alike(raw: bytes) -> None:
    pytest.importorskip("numpy")
    from nistitl.minutiae.columns import Columns
    from nistitl.minutiae.even import table

    found, general = table(raw), Columns(raw)
    assert [found.ints(at).tolist() for at in range(4)] == [general.ints(at).tolist() for at in range(4)]


def told(ask: object) -> object:
    """What a call gives, as plain values; or that it refuses."""
    try:
        made = ask()  # type: ignore[operator]
    except ValueError:
        return "refused"
    return [part.tolist() for part in made] if isinstance(made, tuple) else made.tolist()
