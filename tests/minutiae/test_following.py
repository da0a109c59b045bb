"""Whatever goes, comes, or changes place among cores, deltas and minutiae: what names them names the same ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nistitl import Type9
from nistitl.minutiae import CORES
from nistitl.minutiae.arrays import no_deltas
from nistitl.minutiae.items import CoreDeltaRidgeCount, CorrespondingFeature, FeatureColor, RegionOfInterest
from tests.minutiae.test_minutiae import counts_of
from tests.minutiae.test_ridge_counts import SIZE, row_of

MANY = 4
FIELDS = {"cores": 320, "deltas": 321, "minutiae": 331}


def record_of(left: int) -> Any:
    """Four cores, deltas and minutiae that 9.322, 9.333, 9.361 and 9.381 name, in a region that begins at `left`."""
    counts = counts_of(*((one, one % MANY + 1, one, 0, -1) for one in range(1, MANY + 1)))
    record: Any = Type9.from_minutiae(row_of(MANY), "efs", **SIZE, ridge_counts=counts, MRA="OCTANT", IMP=1, lossy=True)
    record.ROI = RegionOfInterest(2000, 2000, left, 0)
    record.set_minutiae(row_of(MANY), ppi=500)
    for kind, points in (("cores", np.full(MANY, np.nan, CORES)), ("deltas", no_deltas(MANY))):
        points["x"], points["y"] = np.arange(MANY) * 20 + 20, 60
        getattr(record, f"set_{kind}")(points, ppi=500)
    record.CPF = [CorrespondingFeature(f"A{at}", "F", field, at) for field in FIELDS.values() for at in places()]
    record.FCC = [FeatureColor(field, at, f"00000{at}") for field in FIELDS.values() for at in places()]
    record.CDR = [CoreDeltaRidgeCount(str(at), str(MANY + 1 - at), at) for at in places()]
    return record


def places() -> range:
    return range(1, MANY + 1)


def named(record: Any, field: int) -> list[dict[str, int]]:
    """By what they are called in 9.361 and coloured in 9.381: the places of a field's features."""
    return [
        {str(one.COL)[1:]: one.FOC for one in record.CPF if one.CFN == field},
        {str(one.FTC)[-1]: one.FTO for one in record.FCC if one.FTF == field},
    ]


def counted(record: Any, kind: str) -> list[tuple[int, int]]:
    """By ridges: which core or delta 9.322 names, whose places were 1 to 4, and 4 to 1."""
    return [(one.MNRC, int(one.CIX if kind == "cores" else one.DIX)) for one in record.CDR]


@settings(max_examples=12, deadline=None)
@given(order=st.permutations(range(MANY)), kept=st.integers(0, MANY), left=st.sampled_from([0, 20]))
@pytest.mark.parametrize("kind", ["cores", "deltas"])
def test_names_follow_points(kind: str, order: list[int], kept: int, left: int) -> None:
    record, chosen = record_of(left), order[:kept]
    before: Any = getattr(record, kind)(ppi=500)
    others = {other: named(record, field) for other, field in FIELDS.items() if other != kind}
    lost = getattr(record, f"set_{kind}")(before[chosen], ppi=500)
    after = getattr(record, kind)(ppi=500)
    assert after["x"].tolist() == pytest.approx(before["x"][chosen].tolist(), abs=0.1)
    expected = {str(old + 1): new for new, old in enumerate(chosen, 1)}
    assert named(record, FIELDS[kind]) == [expected, expected]
    same = {at: expected.get(str(at if kind == "cores" else MANY + 1 - at)) for at in places()}
    assert counted(record, kind) == [(at, now) for at, now in same.items() if now is not None]
    assert {other: named(record, FIELDS[other]) for other in others} == others
    assert len(lost) == (3 if kept < MANY else 0)
    assert getattr(record, "NCOR" if kind == "cores" else "NDEL") == (None if chosen else "Y")


@settings(max_examples=12, deadline=None)
@given(order=st.permutations(range(MANY)), kept=st.integers(1, MANY), left=st.sampled_from([0, 20]))
def test_names_and_ridge_counts_follow_minutiae(order: list[int], kept: int, left: int) -> None:
    record, chosen = record_of(left), order[:kept]
    before = record.minutiae(ppi=500)
    lost = record.set_minutiae(before[chosen], ppi=500)
    after = record.minutiae(ppi=500)
    assert after["x"].tolist() == pytest.approx(before["x"][chosen].tolist(), abs=0.1)
    now = {old + 1: new for new, old in enumerate(chosen, 1)}
    expected = {str(old): new for old, new in now.items()}
    assert named(record, 331) == [expected, expected]
    told = {tuple(one) for one in record.ridge_counts()[["center", "neighbour", "count"]].tolist()}
    neighbours = {(now.get(at), now.get(at % MANY + 1), at) for at in places()}
    assert told == {one for one in neighbours if None not in one}
    gone = MANY - len(told)
    assert len(lost) == (2 if kept < MANY else 0) + bool(gone)
    assert named(record, 320) == named(record_of(left), 320)
