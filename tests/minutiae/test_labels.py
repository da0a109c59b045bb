"""Arrays of features say of which block, in which units and at which resolution they are, and go on saying so."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.minutiae import DTYPE, Minutiae, MinutiaeError
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

LATENT = ROOT / "fixtures/latent.eft"
OF_ROWS: dict[str, Callable[[Any], Any]] = {
    "concatenate": lambda one: np.concatenate([one, one]),
    "append": lambda one: np.append(one, one[:1]),
    "stack": lambda one: np.hstack((one, one)),
    "where": lambda one: np.where(one["x"] > 50, one, one),
    "delete": lambda one: np.delete(one, 0),
    "insert": lambda one: np.insert(one, 0, one[0]),
    "resize": lambda one: np.resize(one, 3),
    "mask": lambda one: one[one["x"] > 50],
    "sort": lambda one: np.sort(one, order="x"),
    "deepcopy": copy.deepcopy,
    **{f"pickle {n}": lambda one, n=n: pickle.loads(pickle.dumps(one, n)) for n in range(pickle.HIGHEST_PROTOCOL + 1)},
}


def latent() -> Type9:
    return nistitl.read(LATENT)[9][0]


def labels(array: Any) -> tuple[str, str, float | None]:
    return array.block, array.units, array.ppi


@pytest.mark.parametrize("way", OF_ROWS)
def test_labels_stay(way: str) -> None:
    record = latent()
    for array in (record.minutiae(), record.cores(ppi=500), record.deltas(units="own")):
        made = OF_ROWS[way](array)
        assert type(made) is type(array)
        assert labels(made) == labels(array)
    assert labels(record.minutiae()) == ("efs", "pixels", 1000)
    assert labels(record.deltas(units="own")) == ("efs", "own", None)
    assert labels(record.cores) == ("efs", "pixels", 1000)


@pytest.mark.parametrize(
    "other",
    [Minutiae(np.ones(1, DTYPE), "efs", "pixels", 500), Minutiae(np.ones(1, DTYPE), "m1", "pixels", 1000),
     Minutiae(np.ones(1, DTYPE), "efs", "own")],
)  # fmt: skip
def test_rows_of_other_labels_are_not_mixed(other: Minutiae) -> None:
    with pytest.raises(MinutiaeError, match="do not go together"):
        np.concatenate([latent().minutiae(), other])
    assert labels(np.concatenate([latent().minutiae(), other[:0]])) == ("efs", "pixels", 1000)


def test_columns_and_comparisons_are_what_numpy_makes_of_them() -> None:
    array = latent().minutiae()
    assert np.array_equal(array, array.copy())
    assert np.unique(array["type"]).tolist() == sorted(set(array["type"].tolist()))
    assert np.concatenate([array["x"], array["y"]]).dtype == np.float64


def test_what_was_put_together_goes_to_its_places_at_another_resolution() -> None:
    there = latent().minutiae(units="own")[["x", "y"]].tolist()
    half = latent().minutiae(ppi=500)
    record = latent()  # of 1000 ppi
    assert record.set_minutiae(pickle.loads(pickle.dumps(np.concatenate([half[:20], half[20:]])))) == []
    assert record.minutiae(units="own")[["x", "y"]].tolist() == there


@pytest.mark.parametrize("kind", ["cores", "deltas"])
def test_cores_and_deltas_go_by_their_labels(kind: str) -> None:
    record = latent()
    there = bytes(record.raw(320 if kind == "cores" else 321) or b"")
    for array in (getattr(record, kind)(ppi=500), getattr(record, kind)(units="own"), getattr(record, kind)):
        assert getattr(record, f"set_{kind}")(array) == []
        assert bytes(record.raw(320 if kind == "cores" else 321) or b"") == there


def test_cores_in_units_of_another_block_are_refused() -> None:
    record = latent()
    cores = record.cores(units="own")
    assert record.convert_minutiae("m1") != []
    with pytest.raises(MinutiaeError, match="in units of the block efs, not of m1"):
        record.set_cores(cores, "m1")
    assert record.set_cores(record.cores, "m1") == []


WRONG: dict[str, tuple[Any, str]] = {
    "rows in a table": (np.ones((2, 2), DTYPE), "structured array of rows"),
    "one row": (np.ones(1, DTYPE)[0], "structured array of rows"),
    "nothing": (None, "structured array of rows"),
    "a list": ([{"x": 1, "y": 2, "theta": 3}], "structured array of rows"),
    "text": (np.array([("1", "2", "x")], [("x", "U2"), ("y", "U2"), ("theta", "U2")]), "the column"),
    "pairs": (np.ones(2, [("x", "f8", (2,)), ("y", "f8"), ("theta", "f8")]), "the column x"),
    "complex": (np.ones(2, [("x", "c16"), ("y", "f8"), ("theta", "f8")]), "the column x"),
    "words": (
        np.array([(1, 2, 3, "BIF")], [("x", "f8"), ("y", "f8"), ("theta", "f8"), ("type", "U9")]), "the column type"
    ),
    "a great index": (
        np.array([(1, 2, 3, 2**40)], [("x", "f8"), ("y", "f8"), ("theta", "f8"), ("index", "i8")]), "the column index"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_array_of_minutiae(what: str) -> None:
    array, says = WRONG[what]
    record = latent()
    before = bytes(record.raw(331) or b"")
    with pytest.raises(MinutiaeError, match=says):
        record.set_minutiae(array)
    assert bytes(record.raw(331) or b"") == before


def test_columns_in_another_order_and_of_other_types() -> None:
    given = np.zeros(
        2, [("quality", "f8"), ("theta", ">f4"), ("y", "i2"), ("type", "S1"), ("x", "O"), ("index", ">i8")]
    )
    given["x"], given["y"], given["theta"], given["quality"] = [100, 200], [50, 60], [10, 20], [np.nan, np.nan]
    given["type"], given["index"] = [b"E", b"B"], [1, 2]
    record = latent()
    assert record.set_minutiae(given) == []
    found = record.minutiae()
    assert found["x"] == pytest.approx([100, 200], abs=0.3)
    assert found["theta"].tolist() == [10, 20]
    assert found["type"].tolist() == ["E", "B"]


@pytest.mark.parametrize("name", ["radius", "spread"])
def test_uncertainty_that_is_none_or_too_great(name: str) -> None:
    record = latent()
    array = record.minutiae()
    array[name][0] = -1
    with pytest.raises(MinutiaeError, match=f"{name} is 0 or more"):
        record.set_minutiae(array)
    what, most = {"radius": ("position", 999), "spread": ("direction", 180)}[name]
    for value in (5000, float("inf")):
        array[name][0] = value
        assert record.set_minutiae(array) == [f"the {what} uncertainty of 1 minutiae above {most}"]
        assert max(record.minutiae(units="own")[name]) == most


def test_an_empty_array_takes_all_out() -> None:
    record = latent()
    assert record.set_minutiae(record.minutiae()[:0]) == []
    assert (record.raw(331), record.NMIN) == (None, "Y")
