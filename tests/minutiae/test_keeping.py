"""Features outlive the transaction that they came from, and keep the image they are of; nothing keeps more."""

from __future__ import annotations

import gc
import pickle
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl import Type9

LATENT = ROOT / "fixtures/latent.eft"

HANDED_OUT: dict[str, Callable[[nistitl.Transaction], Type9]] = {
    "by type": lambda tx: tx[9][0],
    "by iteration": lambda tx: next(record for record in tx if record.type == 9),  # type: ignore[misc]
    "by records": lambda tx: tx.records[-1],  # type: ignore[return-value]
    "of a copy": lambda tx: tx.copy()[9][0],
    "of a pickle": lambda tx: pickle.loads(pickle.dumps(tx))[9][0],
    "pickled alone": lambda tx: pickle.loads(pickle.dumps(tx[9][0])),
    "pickled alone, twice": lambda tx: pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(tx[9][0])))),
    "pickled when its transaction is gone": lambda tx: pickle.loads(pickle.dumps(HANDED_OUT["by type"](tx))),
}


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("way", HANDED_OUT)
def test_in_one_line(way: str) -> None:
    tx = nistitl.read(LATENT)
    there: Any = tx[9][0].minutiae()
    assert HANDED_OUT[way](nistitl.read(LATENT)).minutiae().tobytes() == there.tobytes()
    image = HANDED_OUT[way](nistitl.read(LATENT)).image_record
    assert image is not None
    assert (image.idc, image.ppi) == (tx[9][0].idc, tx[13][0].ppi)
    assert HANDED_OUT[way](nistitl.read(LATENT)).plot().size == tx[9][0].plot().size


def test_a_pickle_of_a_transaction_holds_its_image_once() -> None:
    """Also where the record of features came from elsewhere; and a record without an image takes none along."""
    tx = nistitl.read(LATENT)
    size = len(pickle.dumps(tx))
    features = pickle.loads(pickle.dumps(tx[9][0]))
    tx.remove(tx[9][0])
    tx.append(features)
    assert len(pickle.dumps(tx)) < 1.1 * size
    assert tx[9][0].image_record is tx[13][0]
    tx.remove(tx[13][0])
    assert len(pickle.dumps(tx[9][0])) < 0.1 * size


def test_edits_made_before_are_kept() -> None:
    tx = nistitl.read(LATENT)
    features, image = tx[9][0], tx[13][0]
    image.COM = "before"
    del tx
    assert features.image_record is image
    other = nistitl.read(LATENT)
    orphan = other[9][0]
    other.remove(other[13][0])
    del other
    assert orphan.image_record is None


def test_a_record_that_moves_has_the_image_of_where_it_is() -> None:
    features = nistitl.read(LATENT)[9][0]
    tx = nistitl.read(LATENT)
    tx.remove(tx[9][0])
    image = tx[13][0]
    tx.append(features)
    assert tx[9][0].image_record is image
    moved = tx[9][0]
    del tx
    assert moved.image_record is image


@pytest.mark.usefixtures("uncollected")
def test_nothing_waits_for_the_collector() -> None:
    tx = nistitl.read(LATENT)
    features = tx[9][0]
    image, person, whole = weakref.ref(tx[13][0]), weakref.ref(tx[2][0]), weakref.ref(tx)
    del tx
    assert whole() is None
    assert person() is None  # only what explains the features stays
    assert image() is features.image_record is not None
    del features
    assert image() is None


def test_many_features_share_one_index() -> None:
    """99 records of features and 99 images: each image's IDC is read once, not once for each record of features."""
    tx = nistitl.read(LATENT)
    features, image = tx[9][0], tx[13][0]
    for idc in range(2, 100):
        for record in (features.copy(), image.copy()):
            record.IDC = idc
            tx.append(record)
    there = tx[9]
    del tx, features, image
    assert [record.image_record.idc for record in there] == list(range(1, 100))  # type: ignore[union-attr]
    assert len({id(object.__getattribute__(record, "_kin")) for record in there}) == 1


def test_what_was_closed_or_never_touched_goes_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert nistitl.Type9.explained_by
    raised: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", raised.append)
    for close in (False, True):
        tx = nistitl.read(small_transaction())
        if close:
            tx.close()
        del tx
    tx = nistitl.read(LATENT)
    features = tx[9][0]
    tx.close()
    del tx
    with pytest.raises(nistitl.ClosedError):
        features.minutiae()
    del features
    assert raised == []
