"""Cores, deltas, paths, lines and points where no image tells resolution: as is asked, or in the own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.minutiae import MinutiaeError, read_template
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.export import features
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


# -- without an image, and in pixels that are not square ----------------------------------------


def of_template(down: int = 1000) -> Type9:
    """Two minutiae of m1, 400 pixels wide and 800 high, at 500 pixels per inch across."""
    array = empty(2)
    array["x"], array["y"], array["theta"], array["type"] = (100, 200), (300, 600), (90, 30), "E"
    record = Type9.from_minutiae(array, "m1", ppi=500, width=400, height=800, FGP=2, IMP=1)
    record.TVPS = down
    return record


def beside(record: Type9, **fields: Any) -> nistitl.Transaction:
    """The record beside an image of its IDC, 40 x 80 pixels."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1")
    tx.append(nistitl.Type14.from_image(np.full((80, 40), 128, np.uint8), "PNG", 500, IMP=1, FGP=2))
    for name, value in fields.items():
        setattr(tx[14][0], name, value)
    record.IDC = tx[14][0].IDC
    tx.append(record)
    return tx


class TestPixelsThatAreNotSquare:
    def test_a_template_says_both(self) -> None:
        template = of_template().to_template(quality=50)
        assert (template.ppcm_x, template.ppcm_y) == (197, 394)
        assert (template.width, template.height) == (400, 800)
        read = read_template(bytes(template))
        assert read.views[0].minutiae[["x", "y", "theta"]].tolist() == [(100, 300, 90), (200, 600, 30)]
        assert read.views[0].minutiae.ppi is None
        back = Type9.from_template(read)
        assert (back.SLC, back.THPS, back.TVPS) == (2, 197, 394)
        assert bytes(back.raw(137) or b"") == bytes(of_template().raw(137) or b"")

    def test_an_array_does_not_say_one_of_them(self) -> None:
        assert of_template().minutiae().ppi is None
        assert of_template(500).minutiae().ppi == 500
        for down, ppi in ((1000, None), (500, 500)):
            record = of_template(down)
            record.CIN = [(50, 60, 45)]  # type: ignore[list-item]
            assert record.cores().ppi == ppi  # type: ignore[attr-defined]
            assert features(record, units="own")["ppi"] == ppi

    def test_an_image_of_such_pixels(self) -> None:
        record = of_template()
        tx = beside(record, THPS=1000, TVPS=2000)
        assert tx and record.minutiae()[["x", "y", "theta"]].tolist() == [(200, 600, 90), (400, 1200, 30)]
        before = bytes(record)
        assert record.set_minutiae(record.minutiae()) == []
        assert bytes(record) == before

    def test_an_image_of_square_ones_is_refused(self) -> None:
        record = of_template()
        tx = beside(record)
        for act in (record.minutiae, lambda: record.set_minutiae(of_template(500).minutiae()),
                    lambda: record.convert_minutiae("efs"), record.to_template):  # fmt: skip
            with pytest.raises(
                MinutiaeError, match="500 pixels per inch across and 1000 down, the image has 500 and 500"
            ):
                act()
        assert tx and record.minutiae(units="own")["y"].tolist() == [300, 600]
        with pytest.raises(MinutiaeError, match="500 pixels per inch across and 1000 down"):
            record.minutiae(ppi=500)

    @pytest.mark.parametrize("block", ["efs", "iafis", "standard"])
    def test_millimetres_in_an_image_of_such_pixels_are_refused(self, block: str) -> None:
        record = Type9.from_minutiae(of_template(500).minutiae(), block, ppi=500, width=400, height=800, IMP=1)
        tx = beside(record, TVPS=1000)
        with pytest.raises(MinutiaeError, match="not square, 500 per inch across and 1000 down"):
            record.minutiae()
        assert tx and record.minutiae(ppi=500, height=800)["x"] == pytest.approx([100, 200], abs=0.1)
        assert record.minutiae(ppi=500)["y"] == pytest.approx(
            [300, 600] if block != "standard" else [40 - 500, 40 - 200], abs=0.1
        )

    def test_a_block_converted_into_such_pixels(self) -> None:
        with pytest.raises(MinutiaeError, match="not square, 500 per inch across and 1000 down"):
            of_template().convert_minutiae("iafis")


class TestConvertedWithoutAnImage:
    def test_m1_says_resolution_and_size_itself(self) -> None:
        for block in ("iafis", "standard", "efs"):
            record = of_template(500)
            record.convert_minutiae(block)
            found = record.minutiae(block, ppi=500, height=800)
            assert found["x"] == pytest.approx([100, 200], abs=0.1)
            assert found["y"] == pytest.approx([300, 600], abs=0.1)
        record = of_template(500)
        record.convert_minutiae("efs")
        assert record.ROI is not None
        assert (record.ROI.EWI, record.ROI.EHI) == (2032, 4064)

    def test_what_is_given_counts(self) -> None:
        record = of_template(500)
        record.convert_minutiae("efs", ppi=1000)  # the image has 800 x 1600 pixels then
        assert (record.ROI.EWI, record.ROI.EHI) == (2032, 4064)  # type: ignore[union-attr]
        assert record.minutiae("efs", ppi=500)["x"] == pytest.approx([100, 200], abs=0.1)

    def test_millimetres_need_what_they_count_from(self) -> None:
        array = of_template(500).minutiae()
        efs = Type9.from_minutiae(array, "efs", ppi=500, width=400, height=800, IMP=1)
        with pytest.raises(MinutiaeError, match="give ppi"):
            efs.convert_minutiae("iafis")
        efs.convert_minutiae("iafis", ppi=500)
        with pytest.raises(MinutiaeError, match="give ppi and height"):
            efs.convert_minutiae("standard", ppi=500)
        efs.convert_minutiae("standard", ppi=500, height=800)
        with pytest.raises(MinutiaeError, match="give ppi, width and height"):
            efs.convert_minutiae("m1", "iafis", ppi=500, height=800)
        efs.convert_minutiae("m1", "iafis", ppi=500, width=400, height=800)
        assert (efs.HLL, efs.VLL, efs.THPS, efs.TVPS) == (400, 800, 500, 500)
        for block in efs.minutiae_blocks:
            found = efs.minutiae(block, ppi=500, height=800)
            assert found["x"] == pytest.approx([100, 200], abs=0.6)
            assert found["y"] == pytest.approx([300, 600], abs=0.6)

    def test_an_image_that_tells_no_resolution(self) -> None:
        record = of_template(500)
        tx = beside(record, SLC=0, THPS=1, TVPS=1)
        record.convert_minutiae("efs")
        assert tx and record.minutiae("efs", ppi=500)["x"] == pytest.approx([100, 200], abs=0.1)


@pytest.mark.parametrize("kind", ["cores", "deltas"])
def test_points_into_a_record_without_features_ask_for_the_block(kind: str) -> None:
    record, point = nistitl.Type9(FMT="U", IMP=1, IDC=1), np.array([(100, 50)], [("x", "f8"), ("y", "f8")])
    write = record.set_cores if kind == "cores" else record.set_deltas
    with pytest.raises(MinutiaeError, match=f"neither {kind} nor minutiae .* block=, efs or m1 or iafis or standard"):
        write(point, ppi=500)
    assert write(point, "efs", ppi=500) == []
    assert write(point, ppi=500) == []
    assert getattr(record, kind)(ppi=500)["x"].round().tolist() == [100]
