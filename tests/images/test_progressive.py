"""The scans of progressive JPEG are followed to their last code: those that libjpeg writes, and no others."""

from __future__ import annotations

import io
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from nistitl.images.errors import ImageError
from nistitl.images.streams.progressive import check_scans
from tests.fuzz.codestreams import damaged, picture
from tests.images import planting

if TYPE_CHECKING:
    from collections.abc import Iterator

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
PIL = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")


def written(image: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    PIL.fromarray(image).save(out, "JPEG", progressive=True, **options)
    return out.getvalue()


def scans(data: bytes) -> Iterator[int]:
    """Where the coded data of each scan end."""
    last = 0
    for code, at, _ in planting.markers(data, b"\xd9", 0xDA):
        if last == 0xDA:
            yield at
        last = code


@pytest.mark.parametrize("quality", [30, 75, 95])
@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("colour", [False, True])
def test_scans_of_libjpeg_are_whole_and_not_longer(colour: bool, sampling: int, quality: int) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (24, 30, 3) if colour else (24, 30), np.uint8)
    for image in (picture(24, 30, colour), picture(100, 130, colour), noise):
        for more in ({}, {"restart_marker_rows": 1}):
            data = written(image, quality=quality, subsampling=sampling, **more)
            check_scans(memoryview(data))
            if image.shape[:2] != (24, 30):
                continue
            for at in scans(data):
                for piece in (b"JANE DOE", b"\0", b"\x55"):
                    with pytest.raises(ImageError):
                        check_scans(memoryview(planting.inserted(data, at, piece)))
                if data[at - 2 : at] != b"\xff\0":
                    with pytest.raises(ImageError):
                        check_scans(memoryview(data[: at - 1] + data[at:]))


def test_damage_raises_an_error_of_ours() -> None:
    random, data = Random(3), written(picture(40, 50, True))
    refused = 0
    for _ in range(300):
        try:
            check_scans(memoryview(damaged(data, random)))
        except ImageError:
            refused += 1
    assert refused > 150


def test_a_frame_of_more_pixels_than_the_limit_is_refused() -> None:
    data = written(picture(24, 30))
    at = data.index(b"\xff\xc2")
    with pytest.raises(ImageError, match="pixels"):
        check_scans(memoryview(data[: at + 5] + b"\xff\xff\xff\xff" + data[at + 9 :]))
