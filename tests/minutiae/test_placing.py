"""Cores, deltas, paths, lines and points where no image tells resolution: as is asked, or in the own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.minutiae import MinutiaeError
from tests.minutiae.test_minutiae import record_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HUNDREDTHS = 2540  # in an inch


def alone() -> Type9:
    """The extended feature set without an image: a region at 100, 200 hundredths of a millimetre."""
    record = Type9(FMT="U", IDC=1)
    record[300] = b"1000\x1f2000\x1f100\x1f200"
    record[320] = b"154\x1f308\x1f45\x1f254\x1f10"
    record[321] = b"254\x1f508\x1f90\x1f210\x1f330\x1fL"
    record[341] = b"0\x1f0\x1f254\x1f508"
    record[340] = b"154\x1f54"
    return record


PLACED: dict[str, Callable[..., Any]] = {
    "cores": lambda record, **given: [record.cores(**given)[["x", "y"]].tolist()[0]],
    "deltas": lambda record, **given: [record.deltas(**given)[["x", "y"]].tolist()[0]],
    "segments": lambda record, **given: record.segments("INR", **given)[0].tolist(),
    "points": lambda record, **given: record.points("DOT", **given).tolist(),
    "polygon": lambda record, **given: record.polygon("ROI", **given)[0].tolist(),
}
OWN = {
    "cores": [(154, 308)], "deltas": [(254, 508)], "segments": [[0, 0], [254, 508]], "points": [[154, 54]],
    "polygon": [[0, 0], [1000, 0], [1000, 2000], [0, 2000]],
}  # fmt: skip


@pytest.mark.parametrize("name", PLACED)
@pytest.mark.parametrize("ppi", [500, 1000, 508.0])
def test_at_a_resolution(name: str, ppi: float) -> None:
    """An inch is 2540 hundredths of a millimetre; places count from the region's corner."""
    found = PLACED[name](alone(), ppi=ppi)
    there = [((x + 100) * ppi / HUNDREDTHS, (y + 200) * ppi / HUNDREDTHS) for x, y in OWN[name]]
    assert np.array(found) == pytest.approx(np.array(there))


@pytest.mark.parametrize("name", PLACED)
def test_in_its_own_units(name: str) -> None:
    assert PLACED[name](alone(), units="own") == OWN[name]
    with pytest.raises(MinutiaeError, match="no units 'inches'; units are pixels and own"):
        PLACED[name](alone(), units="inches")
    with pytest.raises(MinutiaeError, match="give ppi, or an image"):
        PLACED[name](alone())


def test_what_goes_with_a_place() -> None:
    core, delta = alone().cores(ppi=500)[0], alone().deltas(ppi=500)[0]
    assert (core["theta"], core["radius"], core["spread"]) == (45, pytest.approx(254 * 500 / HUNDREDTHS), 10)
    assert (delta["up"], delta["left"], delta["right"], str(delta["type"])) == (90, 210, 330, "L")
    own = alone().cores(units="own")[0]
    assert (own["theta"], own["radius"], own["spread"]) == (45, 254, 10)


def test_the_standard_block_counts_from_the_bottom() -> None:
    record = Type9(FMT="S", IDC=1)
    record[8] = b"02540508"
    with pytest.raises(MinutiaeError, match="height"):
        record.cores(ppi=500)
    assert record.cores(ppi=500, height=200)[["x", "y"]].tolist() == [pytest.approx((50, 100))]
    assert record.cores(units="own")[["x", "y"]].tolist() == [(254, 508)]


def test_the_block_of_incits_has_steps_of_two_degrees() -> None:
    record = Type9(FMT="U", IDC=1)
    record[139] = b"30\x1f40\x1f45"
    assert record.cores(units="own")[["x", "y", "theta"]].tolist() == [(30, 40, 45)]
    record[130], record[131] = b"1", b"500"
    assert record.cores(ppi=1000)[["x", "y", "theta"]].tolist() == [(60, 80, 90)]


def test_an_array_by_itself() -> None:
    """`record.cores` is an array where the image is there; what it is made of is made once."""
    tx = nistitl.read("fixtures/latent.eft")
    cores = tx[9][0].cores
    assert len(cores) == len(cores()) == len(list(cores)) == len(np.asarray(cores))
    assert cores.dtype == cores().dtype
    assert cores.tobytes() == cores().tobytes()
    assert repr(cores) == repr(cores())
    assert (cores == cores()).shape == (len(cores),)
    cores["x"] += 1
    assert cores["x"][0] == cores()["x"][0] + 1
    with pytest.raises(MinutiaeError, match="give ppi"):
        len(alone().cores)


def test_of_nists_own_sample(corpus: Path) -> None:
    """The FBI's template of a latent search has no image; its numbers are read off the XML."""
    name = "Template(LFFS)LatentFrictionRidgeFeaturesSearchTransaction.xml"
    record = record_in(corpus, f"ojbc__main/ngi-inc4/Investigation_Service/{name}")
    assert record.image_record is None
    own = record.cores(units="own")
    assert len(own) == 2
    assert record.cores(ppi=500)["x"] == pytest.approx((own["x"] + record.ROI.EHO) * 500 / HUNDREDTHS)  # type: ignore[union-attr, operator]
    assert len(record.polygon("ROI", ppi=500)[0]) == 4


def test_indices_that_are_no_numbers_are_places() -> None:
    record = Type9(FMT="U", IDC=1)
    record[137] = b"a\x1f45\x1f89\x1f23\x1f1\x1f2\x1eb\x1f46\x1f90\x1f24\x1f2\x1f3"
    own = record.minutiae("m1", units="own")
    assert own[["index", "x", "y", "theta"]].tolist() == [(1, 45, 89, 23), (2, 46, 90, 24)]


def test_every_public_block_of_the_corpus(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    """In its own units always, and in pixels where the image is there."""
    seen = placed = 0
    for row in corpus_index:
        try:
            tx = nistitl.read(corpus / row["file"])
        except nistitl.ITLError:
            continue
        for record in (one for one in tx if isinstance(one, Type9)):
            for block in record.minutiae_blocks:
                assert len(record.minutiae(block, units="own"))
                seen += 1
                if record.image_record is not None:
                    assert np.isfinite(record.minutiae(block)["x"]).all()
                    placed += 1
            assert record.cores(ppi=500, height=1000).dtype == record.cores(units="own").dtype
            assert np.isfinite(record.deltas(ppi=500, height=1000)["x"]).all()
    assert seen >= 26
    assert placed >= 17
