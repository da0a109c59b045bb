"""Minutiae one to one by nearest place: against every assignment there is, and edits of each block."""

from __future__ import annotations

from itertools import permutations
from math import hypot
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.exchange.comparing.matching import Point, least_cost, matched, turned
from tests.support.growing import check_ratio
from tests.support.samples import ROOT

np = pytest.importorskip("numpy")

LATENT = (ROOT / "fixtures/latent.eft").read_bytes()
ALL_BLOCKS = (ROOT / "fixtures/records/type09-0502.an2").read_bytes()

SMALL = st.integers(0, 8).map(lambda tenths: tenths / 10)
POINTS = st.lists(st.builds(Point, SMALL, SMALL, st.sampled_from((0.0, 10.0, 90.0, 352.0))), max_size=5)


def best(before: list[Point], after: list[Point]) -> tuple[int, float]:
    """The most pairs there can be within the tolerances, and the least distance of so many together."""
    fewer, more = sorted((before, after), key=len)
    found = (0, 0.0)
    for order in permutations(more, len(fewer)):
        pairs = [(one, other) for one, other in zip(fewer, order, strict=True) if near(one, other)]
        length = sum(hypot(one.x - other.x, one.y - other.y) for one, other in pairs)
        found = min(found, (-len(pairs), length))
    return found


def near(one: Point, other: Point) -> bool:
    return hypot(one.x - other.x, one.y - other.y) <= 0.5 and abs(turned(one.theta, other.theta)) <= 15


@settings(max_examples=200, deadline=None)
@given(POINTS, POINTS)
def test_as_many_pairs_as_can_be_and_the_nearest(before: list[Point], after: list[Point]) -> None:
    """Those of the very same place and direction aside, which go together whatever else could be."""
    only = [point for point in before if point not in after]
    others = [point for point in after if point not in before]
    pairs = matched(only, others, 0.5, 15)
    assert len(set(pairs.values())) == len(pairs) and all(near(only[at], others[to]) for at, to in pairs.items())
    length = sum(hypot(only[at].x - others[to].x, only[at].y - others[to].y) for at, to in pairs.items())
    most, least = best(only, others)
    assert (-len(pairs), length) == (most, pytest.approx(least, abs=0.01))
    whole = matched(before, after, 0.5, 15)
    assert sum(before[at] == after[to] for at, to in whole.items()) == sum(
        min(before.count(point), after.count(point)) for point in set(before)
    )


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, 9)] * n), min_size=n, max_size=n)))
def test_the_least_cost_is_that_of_the_best_order(costs: list[tuple[int, ...]]) -> None:
    columns = least_cost(costs)
    orders = permutations(range(len(costs)))
    assert sorted(columns) == list(range(len(costs)))
    assert sum(costs[row][column] for row, column in enumerate(columns)) == min(
        sum(costs[row][column] for row, column in enumerate(order)) for order in orders
    )


def test_directions_go_round() -> None:
    assert (turned(350, 10), turned(10, 350), turned(0, 180)) == (20, -20, -180)
    assert matched([Point(1, 1, 359)], [Point(1.1, 1, 2)], 0.5, 15) == {0: 0}
    assert matched([Point(1, 1, 359)], [Point(1.1, 1, 20)], 0.5, 15) == {}
    assert matched([Point(1, 1, 0)], [Point(1.501, 1, 0)], 0.5, 15) == {}


def blocks_of(data: bytes) -> list[tuple[int, str]]:
    records = nistitl.read(data)[9]
    return [(at, name) for at, record in enumerate(records) for name in record.minutiae_blocks]


@pytest.mark.parametrize(("at", "block"), blocks_of(ALL_BLOCKS))
def test_a_minutia_that_moves_shows_as_that_in_every_block(at: int, block: str) -> None:
    tx = nistitl.read(ALL_BLOCKS)
    edited = tx.copy()
    own = tx[9][at].minutiae(block, units="own")
    field = {"standard": 12, "iafis": 23, "m1": 137, "efs": 331}[block]
    place = f"9.{field:03d}.1."
    if block in ("m1", "efs"):
        item = f"{place}{2 if block == 'm1' else 1}"
        edited[9][at][item] = str(int(own["x"][0]) + 1)
    else:
        item = f"{place}2"
        text = edited[9][at][item].text
        edited[9][at][item] = f"{int(text[:4]) + 1:04d}{text[4:]}"
    (change,) = tx.diff(edited).minutiae
    assert (change.kind, change.block, change.before, change.after, change.turned) == ("changed", block, 1, 1, 0)
    resolution = {"m1": None}.get(block, 0.01)
    assert resolution is None or change.distance == pytest.approx(resolution)
    assert [one.path for one in change.fields] == [item]
    assert not tx.diff(edited).fields and not tx.diff(edited).spelling


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 19), st.integers(-12, 12), st.integers(-12, 12), st.integers(-14, 14))
def test_a_minutia_that_moves_and_turns_shows_by_how_much(row: int, across: int, down: int, angle: int) -> None:
    tx = nistitl.read(LATENT)
    edited = tx.copy()
    record: Any = edited[9][0]
    moved = record.minutiae("efs", units="own").copy()
    place = [record[f"9.331.{row + 1}.{item}"] for item in (1, 2, 3)]
    new = [int(place[0].text) + across, int(place[1].text) + down, (int(place[2].text) + angle) % 360]
    for item, number in enumerate(new, 1):
        record[f"9.331.{row + 1}.{item}"] = str(number)
    assert len(moved)
    difference = tx.diff(edited)
    if not (across or down or angle):
        assert difference.same_meaning
        return
    (change,) = difference.minutiae
    assert (change.before, change.after, change.kind) == (row + 1, row + 1, "changed")
    assert change.distance == pytest.approx(hypot(across, down) / 100) and change.turned == pytest.approx(angle)
    assert not difference.fields and not difference.records


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 19))
def test_a_minutia_that_comes_or_goes_shows_as_that(row: int) -> None:
    tx = nistitl.read(LATENT)
    edited = tx.copy()
    del edited[9][0][f"9.331.{row + 1}"]
    for difference, kind, sides in (
        (tx.diff(edited), "removed", (row + 1, None)),
        (edited.diff(tx), "added", (None, row + 1)),
    ):
        (change,) = difference.minutiae
        assert (change.kind, change.before, change.after) == (kind, *sides) and not difference.fields


def test_the_order_of_minutiae_is_spelling() -> None:
    tx = nistitl.read(LATENT)
    edited = tx.copy()
    rows = bytes(edited[9][0]["9.331"].raw).split(b"\x1e")
    edited[9][0]["9.331"] = b"\x1e".join(reversed(rows))
    difference = tx.diff(edited)
    assert difference.same_meaning and [(one.how, one.path) for one in difference.spelling] == [("order", "9.331")]


def test_tolerances_decide_what_is_the_same_minutia() -> None:
    tx = nistitl.read(LATENT)
    edited = tx.copy()
    record = edited[9][0]
    record["9.331.1.1"] = str(int(record["9.331.1.1"].text) + 30)
    assert [one.kind for one in tx.diff(edited).minutiae] == ["changed"]
    assert [one.kind for one in tx.diff(edited, millimetres=0.2).minutiae] == ["removed", "added"]
    record["9.331.1.3"] = str((int(record["9.331.1.3"].text) + 20) % 360)
    assert [one.kind for one in tx.diff(edited).minutiae] == ["removed", "added"]
    assert [one.kind for one in tx.diff(edited, degrees=30).minutiae] == ["changed"]


def test_blocks_of_two_kinds_are_compared_in_the_same_units() -> None:
    tx = nistitl.read(LATENT)
    edited = tx.copy()
    features = tx[9][0]
    edited.remove(edited[9][0])
    minutiae = features.minutiae("efs")
    other = nistitl.Type9.from_minutiae(minutiae, "m1", ppi=minutiae.ppi, width=400, height=400, lossy=True, IDC=1)
    edited.append(other)
    difference = tx.diff(edited)
    assert {change.block for change in difference.minutiae} == {"efs, m1"}
    assert all(change.kind == "changed" and change.distance < 0.06 for change in difference.minutiae)


def test_what_does_not_decode_is_compared_as_a_field() -> None:
    tx = nistitl.read(LATENT)
    edited = tx.copy()
    edited[9][0]["9.331.2.1"].raw = b"7a4"
    difference = tx.diff(edited)
    assert [one.path for one in difference.fields] == ["9.331.2.1"] and not difference.minutiae
    assert "compared as fields" in difference.notes[0] and "7a4" not in difference.notes[0]


def points(count: int, step: float) -> list[Point]:
    side = int(count**0.5)
    return [Point(at % side * 0.4 + step, at // side * 0.4, at * 7 % 360) for at in range(count)]


def test_ten_times_the_minutiae_take_ten_times_the_time() -> None:
    def action(count: int) -> Any:
        before, after = points(count, 0.0), points(count, 0.11)
        return lambda: matched(before, after, 0.5, 180)

    check_ratio(action(300), action(3000), 25, 0.05)


def test_a_crowd_in_one_place_takes_no_longer() -> None:
    def crowd(count: int) -> Any:
        before = [Point(at % 7 / 1000, at / 100000, at % 15) for at in range(count)]
        after = [Point(at % 7 / 1000 + 0.0001, at / 100000, at % 15) for at in range(count)]
        return lambda: matched(before, after, 0.5, 180)

    check_ratio(crowd(300), crowd(3000), 25, 0.05)


def test_a_crowd_in_one_place_is_paired_whole() -> None:
    before, after = ([Point(0.1 + step, 0.1, 10)] * 300 for step in (0, 0.07))
    assert len(matched(before, after, 0.5, 15)) == 300
    spread = [Point(0.001 * at, 0.1, 10) for at in range(300)]
    assert len(matched(spread, [point._replace(y=0.2) for point in spread], 0.5, 15)) == 300


def test_an_index_is_spelling_only_where_it_counts_minutiae() -> None:
    tx = nistitl.read(ALL_BLOCKS)
    at = next(at for at, record in enumerate(tx[9]) if "m1" in record.minutiae_blocks)
    edited = tx.copy()
    edited[9][at]["9.137.1.1"] = "9"
    (change,) = tx.diff(edited).minutiae
    assert [(one.path, one.mnemonic) for one in change.fields] == [("9.137.1.1", "MAN")] and not change.distance
