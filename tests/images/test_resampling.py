"""Pixels at another resolution: against a filter that is written out, and never without a word."""

from __future__ import annotations

import math
from typing import Any

import pytest

import nistitl
from nistitl.images.errors import ImageError
from nistitl.images.pictures import Picture, open_picture
from nistitl.images.resampling import halved

np = pytest.importorskip("numpy", reason="numpy comes with ebtskit[images]")
pillow = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="imagecodecs comes with ebtskit[images]")

SIZES = [(1, 1), (1, 9), (2, 2), (7, 12), (40, 31), (513, 6), (600, 33)]


def noise(rows: int, columns: int, kind: Any = np.uint8, colour: bool = False) -> Any:
    shape = (rows, columns, 3) if colour else (rows, columns)
    return np.random.default_rng(rows * 1000 + columns).integers(0, np.iinfo(kind).max + 1, shape).astype(kind)


def written_out(plane: Any) -> Any:
    """NISTIR 7839 as a sum over the 81 neighbours of every second pixel; those beyond an edge are the edge's."""
    weights = {at: math.exp(-at * at / (2 * 0.8475**2)) for at in range(-4, 5)}
    total = sum(one * other for one in weights.values() for other in weights.values())
    rows, columns = plane.shape
    out = np.zeros((math.ceil(rows / 2), math.ceil(columns / 2)))
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = sum(
                weights[i]
                * weights[j]
                * int(plane[min(max(2 * y + i, 0), rows - 1), min(max(2 * x + j, 0), columns - 1)])
                for i in weights
                for j in weights
            )
    return out / total


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_half_of_1000_is_the_filter_that_nist_gives(rows: int, columns: int, kind: Any) -> None:
    image = noise(rows, columns, kind)
    exact, made = written_out(image), halved(image)
    assert made.dtype == kind and made.shape == exact.shape
    assert np.abs(made - exact).max() <= 0.5 + 1e-6


def test_half_of_a_colour_image_is_half_of_its_planes() -> None:
    image = noise(37, 20, colour=True)
    planes = [halved(np.ascontiguousarray(image[..., at])) for at in range(3)]
    assert np.array_equal(halved(image), np.dstack(planes))


def test_an_even_field_stays_what_it_is() -> None:
    for value in (0, 1, 128, 255):
        assert (halved(np.full((11, 14), value, np.uint8)) == value).all()


@pytest.mark.parametrize("ppi", [995, 1000, 1000.252, 1009])
def test_a_picture_of_1000_has_half_of_what_it_had(ppi: float) -> None:
    image = noise(61, 44)
    small = open_picture(image, ppi=ppi).resample(500)
    assert np.array_equal(small.pixels, halved(image)) and small.ppi == ppi / 2
    assert small.scanned is not None and small.scanned.across == ppi
    assert small.done == (
        f"resampled from {ppi:.5g} ppi to {small.density}: Gaussian 0.8475, every second pixel (NISTIR 7839)",
    )


@pytest.mark.parametrize(("ppi", "wanted"), [(600, 500), (1200, 500), (1200, 1000), (2000, 1000), (1016, 500)])
def test_others_are_filtered_by_lanczos(ppi: float, wanted: float) -> None:
    image = noise(90, 71)
    small = open_picture(image, ppi=ppi).resample(wanted)
    size = round(71 * wanted / ppi), round(90 * wanted / ppi)
    assert np.array_equal(small.pixels, np.asarray(pillow.fromarray(image).resize(size, pillow.Resampling.LANCZOS)))
    assert small.ppi == wanted and small.done[0].endswith("Lanczos")


def test_deep_pixels_are_resampled_as_those_of_8_bits_are() -> None:
    image = noise(80, 60) // 4 + 96  # Pillow cuts off between rows and columns what rings beyond 0 and 255
    for colour in (False, True):
        flat = np.dstack([image] * 3) if colour else image
        small = open_picture(flat, ppi=600).resample(500)
        deep = open_picture(flat.astype(np.uint16) * 257, ppi=600).resample(500)
        assert deep.pixels.dtype == np.uint16 and deep.pixels.shape == small.pixels.shape
        assert np.abs(deep.pixels / 257 - small.pixels).max() < 1.6, "and rounds there"


def test_pixels_that_are_not_square_become_square() -> None:
    told = Picture(noise(50, 100), "array", 8, told=open_picture(noise(9, 9), ppi=600).told)
    oblong = open_picture(_oblong_png(noise(60, 120), 600, 1200))
    small = oblong.resample(500)
    assert (small.width, small.height) == (100, 25) and small.density is not None and small.density.square
    assert told.density is None


def _oblong_png(image: Any, across: int, down: int) -> bytes:
    from io import BytesIO

    out = BytesIO()
    pillow.fromarray(image).save(out, "PNG", dpi=(across, down))
    return out.getvalue()


def test_what_is_that_resolution_stays_as_it_is() -> None:
    for ppi in (496, 500, 500.126, 504):
        picture = open_picture(noise(20, 20), ppi=ppi)
        assert picture.resample(500) is picture


def test_pixels_are_invented_only_where_somebody_says_so() -> None:
    coarse = open_picture(noise(30, 30), ppi=300)
    with pytest.raises(ImageError, match=r"300 ppi has less detail than 500 ppi.*upsample=True"):
        coarse.resample(500)
    assert coarse.resample(500, upsample=True).pixels.shape == (50, 50)
    with pytest.raises(ImageError, match="give ppi"):
        open_picture(noise(30, 30)).resample(500)
    for ppi in (0, -500, float("nan")):
        with pytest.raises(ImageError, match="1 pixel per inch or more"):
            open_picture(noise(30, 30), ppi=1000).resample(ppi)


def test_a_record_says_what_it_was_scanned_at() -> None:
    image = np.kron(noise(100, 100), np.ones((2, 2), np.uint8))
    record = nistitl.Type14.from_image(image, codec="WSQ20", ppi=1000, resample=500, FGP=2, IMP=0)
    assert (record.HLL, record.THPS, record.TVPS, record.SHPS, record.SVPS) == (100, 500, 500, 1000, 1000)
    face = nistitl.Type10.from_image(image, codec="PNG", ppi=600, resample=300)
    assert (face.THPS, face.SHPS, face.ITX) == (300, 600, ("DOWNSAMPLE",))
    plain = nistitl.Type14.from_image(image, codec="PNG", ppi=1000, FGP=2, IMP=0)
    assert (plain.SHPS, plain.SVPS) == (None, None)


def test_600_ppi_are_told_how_to_become_500() -> None:
    from nistitl.images.advice import CodecAdvice

    with pytest.warns(CodecAdvice, match=r"these have 600: .*resample=500"):
        nistitl.Type14.from_image(noise(100, 100), codec="PNG", ppi=600, FGP=2, IMP=0)
