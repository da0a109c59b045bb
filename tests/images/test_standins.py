"""What stands in the place of an image has its codec, size, depth and resolution, and nothing of it."""

from __future__ import annotations

import io
from typing import Any

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.images.blanking import blanked
from nistitl.images.cleaning import cleaned
from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.registry import codec_named, read_header
from nistitl.images.sides import sides_of
from nistitl.images.synthetic import synthetic
from nistitl.images.synthetic.ridges import smooth_noise
from tests.fuzz.codestreams import picture
from tests.images.planting import saved

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
codecs = pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
PIL = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

ROWS, COLUMNS = 96, 112
# codec, colour, sixteen bits, options of the encoder
KINDS: list[tuple[str, bool, bool, dict[str, Any]]] = [
    ("WSQ20", False, False, {}),
    ("JPEGB", False, False, {}),
    ("JPEGB", True, False, {}),
    ("JPEGL", False, False, {}),
    ("JPEGL", True, False, {}),
    ("JPEGL", False, True, {}),
    ("JP2", False, False, {}),
    ("JP2", True, False, {}),
    ("JP2", False, False, {"boxes": False}),
    ("JP2L", False, False, {}),
    ("JP2L", True, True, {}),
    ("JP2L", False, False, {"boxes": False}),
    ("JP2L", False, True, {"bits": 12}),
    ("PNG", False, False, {}),
    ("PNG", True, True, {}),
    ("NONE", False, False, {}),
    ("NONE", True, False, {}),
    ("NONE", False, True, {}),
]
IDS = [f"{name}{' colour' * colour}{' wide' * wide} {options or ''}" for name, colour, wide, options in KINDS]


def record_of(name: str, colour: bool, wide: bool, options: dict[str, Any], kind: Any = nistitl.Type14) -> Any:
    image = picture(ROWS, COLUMNS, colour, wide)
    image = image >> 4 if options.get("bits") == 12 else image
    data = bytes(codec_named(name).encode(image, ppi=500, **options))
    bits = options.get("bits", 16 if wide else 8) * (3 if colour else 1)
    fields: dict[str, Any] = (
        {"IMT": "FACE", "CSP": "RGB" if colour else "GRAY"} if kind is nistitl.Type10 else {"BPX": bits}
    )
    return kind(HLL=COLUMNS, VLL=ROWS, CGA=name, SLC=1, THPS=500, TVPS=500, DATA=data, **fields)


def other_decoder(name: str, data: bytes, colour: bool, wide: bool) -> Any:
    """The pixels as a library gives them that knows nothing of ours; WSQ has none."""
    if name == "NONE":
        return np.frombuffer(data, ">u2" if wide else "u1").reshape((ROWS, COLUMNS, 3) if colour else (ROWS, COLUMNS))
    if name == "JPEGL":
        return codecs.jpeg8_decode(data, **({"colorspace": "rgb", "outcolorspace": "rgb"} if colour else {}))
    if name == "WSQ20" or (wide and name in ("JP2L", "PNG")):
        return {"WSQ20": codec_named("WSQ20").decode, "PNG": codecs.png_decode, "JP2L": codecs.jpeg2k_decode}[name](
            data, *([read_header(data)] if name == "WSQ20" else [])
        )
    with PIL.open(io.BytesIO(data)) as image:
        return np.asarray(image)


@pytest.mark.parametrize(("name", "colour", "wide", "options"), KINDS, ids=IDS)
def test_a_blank_is_like_the_image_and_of_one_gray(
    name: str, colour: bool, wide: bool, options: dict[str, Any]
) -> None:
    record = record_of(name, colour, wide, options)
    before, data = bytes(record.DATA), blanked(record)
    pixels = other_decoder(name, data, colour, wide)
    assert pixels.shape == ((ROWS, COLUMNS, 3) if colour else (ROWS, COLUMNS)) and pixels.itemsize == 1 + wide
    assert pixels.min() == pixels.max() == 1 << options.get("bits", 16 if wide else 8) - 1
    assert densities_of(data) == densities_of(before)
    header, was = read_header(data) if name != "NONE" else None, read_header(before) if name != "NONE" else None
    if header is not None and was is not None:
        assert (header.codec, header.bits, header.components) == (was.codec, was.bits, was.components)
        assert header.ppi == was.ppi and data[:4] == before[:4]
        assert sides_of(data, header.codec) == [] and cleaned(data) == (data, ())
    assert bytes(record.DATA) == before, "the record stays"
    record.DATA = data
    told = [finding for finding in record.image_findings() if finding.severity > Severity.NOTE]
    assert told == []  # of JPEG 2000 of one gray a note says that nobody can tell whether something was left out


@pytest.mark.parametrize("kind", [5, 8])
def test_images_of_one_bit_become_white(kind: int) -> None:
    white = np.full((ROWS, COLUMNS), 255, np.uint8)
    white[10:20] = 0
    for codec, number in (("FAX", 1), ("NONE", 0)):
        more: dict[str, Any] = {"bits": 1} if codec == "NONE" else {}
        data = bytes(codec_named(codec).encode(white, **more))
        fields: dict[str, Any] = {"SIG": 0, "SRT": number} if kind == 8 else {"CGA": number, "IMP": 0, "FGP": (1,)}
        record: Any = nistitl.record_class(kind)(IDC=1, ISR=1, HLL=COLUMNS, VLL=ROWS, DATA=data, **fields)
        assert (record.array == 0).any()
        record.DATA = blanked(record)
        assert record.array.shape == (ROWS, COLUMNS) and (record.array == 255).all()


def test_what_is_not_written_is_refused() -> None:
    cmyk = saved("JPEG", colour=True, mode="CMYK")
    for data in (saved("TIFF"), saved("GIF"), saved("WEBP"), cmyk, b"JANE DOE", saved("BMP")[:20]):
        record = nistitl.Type10(IMT="FACE", HLL=30, VLL=24, CGA="JPEGB", SLC=0, THPS=1, TVPS=1, CSP="RGB", DATA=data)
        with pytest.raises(ImageError):
            blanked(record)
        with pytest.raises(ImageError):
            synthetic(record, 1)
    with pytest.raises(ImageError):
        blanked(nistitl.Type7(IDC=1, UDF=bytes(40)))


def test_a_damaged_image_is_blanked_by_its_header() -> None:
    record = record_of("JPEGB", False, False, {})
    record.DATA = bytes(record.DATA)[:-400]
    record.DATA = blanked(record)
    assert np.ptp(record.array) == 0


def test_a_header_that_claims_too_much_is_refused() -> None:
    record = record_of("PNG", False, False, {})
    data = bytearray(record.DATA)
    data[16:24] = (1 << 20).to_bytes(4, "big") * 2
    record.DATA = bytes(data)
    with pytest.raises(ImageError, match="more than the limit"):
        blanked(record)


@pytest.mark.parametrize(("name", "colour", "wide", "options"), KINDS, ids=IDS)
def test_synthetic_ridges_are_like_the_image_and_nothing_of_it(
    name: str, colour: bool, wide: bool, options: dict[str, Any]
) -> None:
    record = record_of(name, colour, wide, options)
    before, data = record.array, synthetic(record, 7)
    assert data == synthetic(record, 7) != synthetic(record, 8)
    assert densities_of(data) == densities_of(record.DATA)
    pixels = other_decoder(name, data, colour, wide).astype(np.int64)
    assert pixels.shape == before.shape
    likeness = np.corrcoef(pixels.reshape(-1), before.reshape(-1).astype(np.int64))[0, 1]
    assert abs(likeness) < 0.2 and pixels.std() > pixels.max() / 16
    record.DATA = bytes(codec_named(name).encode(np.zeros_like(before), ppi=500, **options))
    assert synthetic(record, 7) == data, "no pixel goes into it"


def test_ridges_are_as_far_apart_as_the_resolution_asks() -> None:
    def period(ppi: int, rows: int) -> float:
        image = np.zeros((rows, rows), np.uint8)
        data = bytes(codec_named("PNG").encode(image, ppi=ppi))
        record = nistitl.Type15(HLL=rows, VLL=rows, CGA="PNG", BPX=8, SLC=1, THPS=ppi, TVPS=ppi, DATA=data)
        record.DATA = synthetic(record, 3)
        middle = record.array[rows // 4 : rows // 4 * 3, rows // 4 : rows // 4 * 3].astype(float)
        power = np.abs(np.fft.fftshift(np.fft.fft2(middle - middle.mean())))
        down, across = np.unravel_index(power.argmax(), power.shape)
        return float(len(middle) / np.hypot(down - len(middle) // 2, across - len(middle) // 2))

    assert 8 < period(500, 320) < 11 and 16 < period(1000, 640) < 22


def test_faces_and_irises_become_a_plain_placeholder() -> None:
    face = record_of("JPEGB", True, False, {}, nistitl.Type10)
    face.DATA = synthetic(face, 1)
    assert face.array.shape == (ROWS, COLUMNS, 3) and len(np.unique(face.array // 24)) <= 4
    assert face.array[0, 0, 0] > face.array[ROWS // 2, COLUMNS // 2, 0]
    face.IMT = "SCAR"
    with pytest.raises(ImageError, match="no synthetic image"):
        synthetic(face, 1)


@pytest.mark.parametrize("side", [10, 40, 700])
def test_any_size_has_a_print(side: int) -> None:
    data = bytes(codec_named("PNG").encode(np.zeros((side, side), np.uint8)))
    record = nistitl.Type14(HLL=side, VLL=side, CGA="PNG", BPX=8, SLC=1, THPS=500, TVPS=500, DATA=data)
    record.DATA = synthetic(record, 2)
    assert record.array.shape == (side, side)


@pytest.mark.filterwarnings("error")
def test_a_single_pixel_divides_by_no_spread() -> None:
    assert np.isfinite(smooth_noise(np.random.default_rng(0), 1, 1, 3.0)).all()
