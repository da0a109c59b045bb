"""JP2L is what keeps everything: the 5-3 transformation with every coding pass."""

from __future__ import annotations

import io
from typing import Any

import pytest

import nistitl
from nistitl.images.errors import ImageError
from nistitl.images.findings import format_findings
from nistitl.images.registry import codec_named
from nistitl.images.streams.reversible import is_reversible
from tests.fuzz.codestreams import picture

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
imagecodecs = pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
Image = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

SHAPES = [(1, 1), (1, 9), (7, 1), (33, 64), (65, 130), (200, 300)]
FORMS: list[dict[str, Any]] = [
    {"progression": "LRCP"}, {"progression": "RLCP"}, {"progression": "RPCL"}, {"progression": "PCRL"},
    {"progression": "CPRL"}, {"tile_size": (50, 40)}, {"no_jp2": True}, {"num_resolutions": 1},
    {"precinct_size": (32, 64), "codeblock_size": (16, 16), "progression": "PCRL"},
    {"tile_size": (90, 70), "precinct_size": (64, 64), "offset": (13, 7), "progression": "CPRL"},
]  # fmt: skip


def saved(image: Any, *rates: float, **options: Any) -> bytes:
    out = io.BytesIO()
    layers = {"quality_layers": list(rates)} if rates else {}
    options = {"irreversible": False, "quality_mode": "rates", **layers, **options}
    Image.fromarray(image).save(out, "JPEG2000", **options)
    return out.getvalue()


def told(data: bytes) -> bool | None:
    return is_reversible(memoryview(data))


def images(shape: tuple[int, int]) -> list[Any]:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    gradient = (rows * 2 + columns).astype("u1")
    noise = np.random.default_rng(5).integers(0, 256, shape, np.uint8)
    gray = [gradient, noise, np.full(shape, 255, np.uint8), np.where(columns > shape[1] // 2, 255, noise).astype("u1")]
    return gray + [np.dstack([one, one[::-1], 255 - one]) for one in gray]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_told_lossless_decodes_to_what_was_encoded(shape: tuple[int, int]) -> None:
    for image in images(shape):
        whole = bytes(imagecodecs.jpeg2k_encode(image, level=0, reversible=True))
        assert told(whole) is True and np.array_equal(imagecodecs.jpeg2k_decode(whole), image)
        for rates in ((10,), (40, 5), (2,)):
            data = saved(image, *rates)
            same = np.array_equal(imagecodecs.jpeg2k_decode(data), image)
            assert told(data) is False or (told(data) and same), "nothing that lost something is told lossless"


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("colour", [False, True])
def test_every_form_of_codestream_is_walked(form: dict[str, Any], colour: bool) -> None:
    image = picture(170, 190, colour)
    assert told(saved(image, **form)) is True
    assert told(saved(image, 40, 20, 0, **form)) is True, "layers, the last with all that is left"
    assert told(saved(image, 10, **form)) is False


def test_what_cannot_be_told_and_what_never_keeps_everything() -> None:
    whole = saved(picture(), no_jp2=True)
    assert told(codec_named("JP2").encode(picture())) is False
    at = whole.index(b"\xff\x90")
    moved = whole[:at] + b"\xff\x60\x00\x03\x00" + whole[at:]
    assert told(moved) is None, "packet headers that are elsewhere"
    assert [told(whole[:length]) for length in range(0, len(whole) - 2, 41)].count(True) == 0
    assert told(b"") is None


def test_markers_of_packets_are_stepped_over() -> None:
    whole = saved(picture(40, 40), no_jp2=True, num_resolutions=1)
    at = whole.index(b"\xff\x93") + 2
    sot = whole.index(b"\xff\x90") + 6
    length = int.from_bytes(whole[sot : sot + 4], "big") + 6
    marked = whole[:sot] + length.to_bytes(4, "big") + whole[sot + 4 : at] + b"\xff\x91\0\4\0\0" + whole[at:]
    assert told(marked) is True


def record_of(data: bytes, codec: str) -> Any:
    record = nistitl.Type14.from_image(data, ppi=500, FGP=2, IMP=1)
    record.CGA = codec
    return record


def codes(record: Any) -> list[str]:
    return [finding.code for finding in record.image_findings()]


def test_a_record_is_told_what_its_codestream_really_is() -> None:
    lossy, whole = saved(picture(), 10), saved(picture())
    assert (record_of(lossy, "JP2L").codec, record_of(whole, "JP2").codec) == ("JP2", "JP2L")
    assert codes(record_of(lossy, "JP2")) == codes(record_of(whole, "JP2L")) == []
    assert codes(record_of(lossy, "JP2L")) == codes(record_of(whole, "JP2")) == ["image-cga"]
    for data in (lossy, whole):
        assert [format_findings(record_of(data, name)) for name in ("JP2", "JP2L")] == [[], []], "by the header alone"
    assert format_findings(record_of(codec_named("JP2").encode(picture()), "JP2L")) != []


def test_records_are_made_with_the_name_that_is_right() -> None:
    lossy = saved(picture(), 10)
    assert nistitl.Type14.from_image(lossy, ppi=500).CGA == "JP2"
    assert nistitl.Type14.from_image(saved(picture()), ppi=500).CGA == "JP2L"
    with pytest.raises(ImageError, match="the codestream is JP2, not JP2L"):
        nistitl.Type14.from_image(lossy, "JP2L", ppi=500)
    record = record_of(lossy, "JP2")
    record.transcode("JP2L")
    assert (record.CGA, told(bytes(record.DATA))) == ("JP2L", True)


def test_that_it_cannot_be_told_is_a_note() -> None:
    whole = saved(picture(), no_jp2=True)
    at = whole.index(b"\xff\x90")
    record = record_of(whole[:at] + b"\xff\x5e\x00\x05\x00\x00\x00" + whole[at:], "JP2L")
    (finding,) = record.image_findings()
    assert (finding.code, finding.severity) == ("image-cga", nistitl.Severity.NOTE)
    assert "cannot be told" in finding.message
