"""Images: codestreams to arrays and back, headers, records, hostile bytes."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import warnings
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import pytest

import nistitl
from nistitl.base.plugins import CODECS, offered
from nistitl.images.errors import CutOff, ImageError
from nistitl.images.fields import CodecAdvice, fields_from
from nistitl.images.findings import image_findings
from nistitl.images.header import Header
from nistitl.images.picture import array_of, codec_of, header_of
from nistitl.images.registry import codec_named, codec_spelled, decode, read_header
from nistitl.images.scale import ppi_of
from nistitl.images.segments import segments_of
from nistitl.images.streams import jpeg, jpeg2000
from nistitl.images.strokes import draw, strokes
from nistitl.records.type14 import Amputation, Segment, SegmentPath
from tests.fuzz import codestreams
from tests.support.growing import check_ratio, counted, peak

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
pytest.importorskip("PIL", reason="images come with ebtskit[images]")
pytest.importorskip("hypothesis", reason="hypothesis comes with ebtskit[test]")

from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

LOSSLESS = ("JPEGL", "JP2L", "PNG")
LOSSY = ("JPEGB", "JP2")
SELF_DESCRIBING = (*LOSSLESS, *LOSSY)
KINDS = [(colour, wide) for colour in (False, True) for wide in (False, True)]
MUTATIONS = 2000
DEAREST = (
    10  # times what an intact codestream costs: damaged ones may cost so much on the whole; most cost less than one
)
EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def arrays(draw: Any, colour: bool | None = None, wide: bool | None = None) -> Any:
    """Noise of any small size, gray or RGB, 8 or 16 bit."""
    rows, columns = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    colour = draw(st.booleans()) if colour is None else colour
    wide = draw(st.booleans()) if wide is None else wide
    shape = (rows, columns, 3) if colour else (rows, columns)
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    return random.integers(0, 1 << 16 if wide else 256, shape, np.uint16 if wide else np.uint8)


def same(one: Any, other: Any) -> bool:
    return bool(one.dtype == other.dtype and one.shape == other.shape and (one == other).all())


def type14(array: Any = None, codec: str = "PNG", **fields: Any) -> Any:
    image = codestreams.picture() if array is None else array
    made = fields_from(image, 14, codec, 500)
    return nistitl.Type14(**made | fields)


def codes(record: Any) -> list[str]:
    return [finding.code for finding in image_findings(record)]


# -- round trips ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOSSLESS)
@EXAMPLES
@given(image=arrays(), ppi=st.sampled_from([None, 72, 500, 500.38, 1000]))
def test_lossless_codecs_give_every_bit_back(name: str, image: Any, ppi: float | None) -> None:
    data = codec_named(name).encode(image, ppi=ppi)
    assert same(decode(data), image)
    header = read_header(data)
    assert header is not None and not header.truncated
    assert (header.codec, header.shape, header.bits) == (name, image.shape, image.itemsize * 8)
    if ppi:
        assert header.ppi == pytest.approx((ppi, ppi), abs=0.5 if name == "JPEGL" else 0.02)


@EXAMPLES
@given(image=arrays(), planar=st.booleans())
def test_uncompressed_gives_every_bit_back(image: Any, planar: bool) -> None:
    codec = codec_named("NONE")
    rows, columns, *rest = image.shape
    header = Header("NONE", columns, rows, image.itemsize * 8, *rest or (1,), planar=planar)
    assert same(codec.decode(codec.encode(image, planar=planar), header), image)


@EXAMPLES
@given(image=arrays(colour=False, wide=False))
def test_bilevel_codecs_give_every_bit_back(image: Any) -> None:
    image = (image > 200).astype("u1") * 255
    header = Header("FAX", image.shape[1], image.shape[0], 1, 1)
    assert same(codec_named("FAX").decode(codec_named("FAX").encode(image), header), image)
    assert same(codec_named("NONE").decode(codec_named("NONE").encode(image, bits=1), header), image)


@pytest.mark.parametrize("name", ["JPEGL", "JP2L"])
@pytest.mark.parametrize("bits", range(2, 17))
def test_every_depth_keeps_its_values(name: str, bits: int) -> None:
    image = codestreams.picture(wide=True) >> 16 - bits
    image = image if bits > 8 else image.astype(np.uint8)
    data = codec_named(name).encode(image, bits=bits)
    header = read_header(data)
    assert header is not None and header.bits == bits and same(decode(data), image)
    with pytest.raises(ImageError):
        codec_named(name).encode(image | 1 << bits - 1, bits=bits - 1)


@pytest.mark.parametrize("name", LOSSY)
@EXAMPLES
@given(image=arrays(wide=False))
def test_lossy_codecs_keep_the_shape(name: str, image: Any) -> None:
    assert decode(codec_named(name).encode(image, ppi=500)).shape == image.shape


@pytest.mark.parametrize("name", LOSSY)
@pytest.mark.parametrize("colour", [False, True])
def test_lossy_codecs_keep_the_picture(name: str, colour: bool) -> None:
    image = codestreams.picture(200, 300, colour)
    data = codec_named(name).encode(image, ppi=1000)
    header = read_header(data)
    assert header is not None and (header.codec, header.shape) == (name, image.shape)
    assert header.ppi == pytest.approx((1000, 1000), abs=0.01)
    assert np.abs(decode(data).astype(int) - image).mean() < 12
    assert len(data) < image.size / 1.5


def test_bare_codestreams_of_jpeg_2000() -> None:
    image = codestreams.picture()
    data = codec_named("JP2L").encode(image, boxes=False)
    assert data.startswith(b"\xff\x4f\xff\x51") and same(decode(data), image)
    header = read_header(codec_named("JP2").encode(image, boxes=False))
    assert header is not None and header.codec == "JP2"


def test_wsq() -> None:
    image = codestreams.picture(120, 140)
    data = codec_named("WSQ20").encode(image, ppi=500)
    header = read_header(data)
    assert header == Header("WSQ20", 140, 120, 8, 1, ppi=(500.0, 500.0))
    assert np.abs(decode(data).astype(int) - image).mean() < 12
    record = type14(image, "WSQ20")
    assert codes(record) == [] and codec_of(record) == "WSQ20"


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("WSQ20", codestreams.picture(colour=True)),
        ("WSQ20", codestreams.picture(wide=True)),
        ("JPEGB", codestreams.picture(wide=True)),
        ("JP2", codestreams.picture(colour=True, wide=True)),
        ("FAX", codestreams.picture()),
        ("FAX", codestreams.picture(colour=True)),
        ("PNG", np.zeros((0, 5), np.uint8)),
        ("PNG", np.zeros((5, 5, 4), np.uint8)),
        ("PNG", np.zeros((5, 5), np.float32)),
        ("JPEGL", np.zeros(5, np.uint8)),
        ("NONE", np.zeros((5, 5), np.int16)),
    ],
)
def test_what_a_codec_cannot_carry_is_said(name: str, image: Any) -> None:
    with pytest.raises(ImageError, match=name):
        codec_named(name).encode(image)


def test_every_codec_comes_in_by_the_door() -> None:
    for name in codestreams.CODECS:
        assert name in offered(CODECS), "install the package again: it offers codecs by entry points"
        assert codec_named(name).name == name and isinstance(codec_named(name).lossless, bool)
    with pytest.raises(ImageError, match="NOPE"):
        codec_named("NOPE")


# -- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SELF_DESCRIBING)
def test_every_beginning_of_a_codestream_is_cut_off(name: str) -> None:
    data = codec_named(name).encode(codestreams.picture(20, 20, colour=True), ppi=500)
    whole, shown = decode(data), 0
    for end in range(len(data)):
        try:
            header = read_header(data[:end])
        except ImageError:
            continue
        assert header is None or header.truncated, end
        if header is not None:
            with contextlib.suppress(ImageError):
                assert same(decode(data[:end]), whole), "every pixel, or none"
                shown += 1
    assert 0 < shown <= 24, "only an end marker may be missing"


def test_strangers_have_no_header() -> None:
    for data in (b"", b"\xff", b"GIF88a", bytes(100), b"\xff\xd8", b"\x89PNG"):
        assert read_header(data) is None
        with pytest.raises(ImageError):
            decode(data)


@pytest.mark.parametrize(
    "hostile",
    [
        lambda n: b"\xff\xd8\xff" + b"\xff\xfe\x00\x02" * n,
        lambda n: b"\xff\xd8" + b"\xff" * n,
        lambda n: b"\xff\xd8\xff\xda\x00\x02" + b"\xff\x00" * n,
        lambda n: b"\xff\xa0" + b"\xff\xa8\x00\x02" * n,
        lambda n: b"\xff\xa0\xff\xa3\x00\x03\x00" + b"\xff\x00" * n,
        lambda n: b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00tEXt\x00\x00\x00\x00" * n,
        lambda n: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00\x00\x00\x08jp2h" * n,
        lambda n: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00\x00\x00\x00jp2h" * n,
    ],
)
def test_headers_cost_linear_work(hostile: Any) -> None:
    """Calls are counted, of Python and C functions alike: clocks of shared machines tell nothing."""

    def cost(n: int) -> int:
        data, calls = hostile(n), 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            with contextlib.suppress(ImageError):
                read_header(data)
        finally:
            sys.setprofile(None)
        return calls

    assert cost(64_000) < 20 * cost(4_000) + 1000


def test_jpeg_density_in_all_spellings() -> None:
    data = codec_named("JPEGB").encode(codestreams.picture(), ppi=500)
    at = data.index(b"JFIF") + 7
    for raw, ppi in (
        (b"\x01\x01\xf4\x01\xf4", 500),
        (b"\x02\x00\xc5\x00\xc5", 500.38),
        (b"\x00\x00\x01\x00\x01", None),
    ):
        header = read_header(data[:at] + raw + data[at + 5 :])
        assert header is not None and header.ppi == (pytest.approx((ppi, ppi)) if ppi else None)


@pytest.mark.parametrize("ppi", [1, 72, 393.7, 500, 500.38, 1000, 1200, 4000.5, 65535])
def test_resolutions_of_jp2(ppi: float) -> None:
    header = read_header(codec_named("JP2L").encode(codestreams.picture(), ppi=ppi))
    assert header is not None and header.ppi == pytest.approx((ppi, ppi), rel=1e-4)


@pytest.mark.parametrize("name", SELF_DESCRIBING)
@pytest.mark.parametrize("ppi", [0, -1, 1e12, float("nan"), float("inf")])
def test_resolutions_that_cannot_be_written(name: str, ppi: float) -> None:
    with pytest.raises(ImageError):
        codec_named(name).encode(codestreams.picture(), ppi=ppi)


# -- kinds of codestream --------------------------------------------------------------------------


def saved(image: Any, form: str, **options: Any) -> bytes:
    from io import BytesIO

    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def test_png_alpha_and_palette() -> None:
    from PIL import Image

    image = codestreams.picture(colour=True)
    picture = Image.fromarray(image)
    with_alpha = saved(picture.convert("RGBA"), "PNG")
    header = read_header(with_alpha)
    assert header is not None and header.alpha and same(decode(with_alpha), image)
    gray_alpha = saved(picture.convert("LA"), "PNG")
    assert same(decode(gray_alpha), np.asarray(picture.convert("L")))
    palette = picture.convert("P")
    for data in (saved(palette, "PNG"), saved(palette, "PNG", transparency=0)):
        header = read_header(data)
        assert header is not None and header.palette and same(decode(data), np.asarray(palette.convert("RGB")))
    bilevel = picture.convert("1")
    assert same(decode(saved(bilevel, "PNG")), np.asarray(bilevel).astype("u1") * 255)
    record = nistitl.Type10(**fields_from(with_alpha, 10, ppi=72))
    assert codes(record) == ["image-colour"]


def test_jpeg_cmyk_is_refused_and_progressive_told() -> None:
    from PIL import Image

    with pytest.raises(ImageError, match="4 components"):
        decode(saved(Image.new("CMYK", (20, 30)), "JPEG"))
    data = saved(Image.fromarray(codestreams.picture()), "JPEG", progressive=True)
    header = read_header(data)
    assert header is not None and header.process == "progressive"
    assert codes(nistitl.Type10(**fields_from(data, 10, ppi=72))) == ["image-cga"]


def test_of_an_image_of_another_format_each_fact_is_told_once_with_its_size() -> None:
    """By its header alone, as level 1 does where the first bytes are not as CGA says, and decoded, the same."""
    from PIL import Image

    tall = codestreams.picture()
    data = saved(Image.fromarray(tall), "JPEG", progressive=True)
    for name, levels in (("NONE", (1, 3)), ("WSQ20", (1, 3)), ("JPEGL", (3,))):
        record = nistitl.Type10(**{**fields_from(data, 10, ppi=72), "CGA": name, "HLL": tall.shape[1] - 1})
        tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1")
        tx.append(record)
        for level in levels:
            told = [finding for finding in tx.validate(level=level) if finding.code.startswith("image-")]
            assert sorted(finding.code for finding in told) == ["image-cga", "image-size"], (name, level)
            (kind,) = (finding for finding in told if finding.code == "image-cga")
            assert "JPEG of the progressive process" in kind.message and kind.expected == "JPEGB"
            assert kind.severity is nistitl.Severity.ERROR


def test_jpeg_with_many_scans_is_refused() -> None:
    data = codec_named("JPEGB").encode(codestreams.picture())
    scan = data[data.index(b"\xff\xda") : -2]
    with pytest.raises(ImageError, match="scans"):
        decode(data[:-2] + scan * 200 + data[-2:])


def test_jpeg_2000_of_strange_components_is_refused() -> None:
    from imagecodecs import jpeg2k_encode

    signed = codestreams.picture().astype(np.int16).astype(np.int8)
    with pytest.raises(ImageError, match="signed"):
        decode(bytes(jpeg2k_encode(signed, level=0, reversible=True)))
    five = np.zeros((20, 20, 5), np.uint8)
    with pytest.raises(ImageError, match="5 components"):
        decode(bytes(jpeg2k_encode(five, level=0, reversible=True, planar=False)))


def nbis(data: bytes, predictor: int | None = None) -> bytes:
    """As NBIS writes lossless JPEG: tables of class 1."""
    damaged = bytearray(data)
    for marker, start, _ in jpeg.segments(memoryview(data)):
        if marker == 0xC4:
            damaged[start] |= 0x10
        if marker == 0xDA and predictor is not None:
            damaged[start + 1 + 2 * damaged[start]] = predictor
    return bytes(damaged)


@pytest.mark.parametrize(("colour", "wide"), KINDS)
def test_lossless_jpeg_of_nbis(colour: bool, wide: bool) -> None:
    import imagecodecs

    image = codestreams.picture(colour=colour, wide=wide)
    data = nbis(codec_named("JPEGL").encode(image))
    with pytest.raises(RuntimeError):
        imagecodecs.jpeg8_decode(data)
    assert same(decode(data), image)
    for predictor in (5, 6):
        with pytest.raises(ImageError, match="NBIS"):
            decode(nbis(data, predictor))


def test_lossless_jpeg_that_nbis_wrote(corpus: Path) -> None:
    found = sorted(corpus.rglob("*.jpl"))
    for path in found:
        header = read_header(path.read_bytes())
        assert header is not None and header.codec == "JPEGL" and header.ppi == (500, 500)
        image = decode(path.read_bytes()).astype(int)
        assert np.abs(np.diff(image, axis=1)).mean() < 20, path.name  # wrong predictors give noise
    assert found


# -- bombs ----------------------------------------------------------------------------------------


def enlarged(name: str, width: int, height: int) -> bytes:
    """A small codestream that claims to be large."""
    data = bytearray(codec_named(name).encode(codestreams.picture()))
    if name == "PNG":
        struct.pack_into(">II", data, 16, width, height)
        struct.pack_into(">I", data, 29, crc32(data[12:29]))
    elif name.startswith("JPEG"):
        at = next(start for marker, start, _ in jpeg.segments(memoryview(bytes(data))) if marker in (0xC0, 0xC3))
        struct.pack_into(">HH", data, at + 1, height, width)
    else:
        at = data.index(b"\xff\x51")
        struct.pack_into(">II", data, at + 6, width, height)
        struct.pack_into(">II", data, at + 22, width, height)
        box = data.index(b"ihdr")
        struct.pack_into(">II", data, box + 4, height, width)
    return bytes(data)


@pytest.fixture
def no_library(monkeypatch: Any) -> None:
    """Calling a decoder of another library fails the test."""
    import imagecodecs

    def called(*_: object, **__: object) -> None:
        raise AssertionError("a library was called")

    for name in ("jpeg8_decode", "jpeg2k_decode", "png_decode", "ccittfax4_decode"):
        monkeypatch.setattr(imagecodecs, name, called)


@pytest.mark.parametrize("name", SELF_DESCRIBING)
def test_bombs_do_not_reach_a_library(name: str, no_library: None) -> None:
    data = enlarged(name, 65000, 65000)
    header = read_header(data)
    assert header is not None and header.pixels == 65000**2
    small = codec_named(name).encode(codestreams.picture())

    def refused() -> None:
        with pytest.raises(ImageError, match="more than the limit"):
            decode(data)
        with pytest.raises(ImageError, match="more than the limit"):
            decode(small, max_pixels=100)

    refused()  # whatever is loaded is loaded
    with counted(at_most=2_000):
        refused()
    assert peak(refused) < 100_000


def test_wsq_bombs_are_refused() -> None:
    sof = b"\xff\xa2\x00\x11\x00\xff" + struct.pack(">HH", 65535, 65535) + bytes(11)
    with pytest.raises(ImageError, match="more than the limit"):
        decode(b"\xff\xa0" + sof + b"\xff\xa1")


@pytest.mark.parametrize("fields", [{"CGA": "NONE"}, {"CGA": "NONE", "BPX": 24}])
def test_records_without_codestream_are_no_bombs(fields: dict[str, Any]) -> None:
    claims: dict[str, Any] = {"HLL": 99999, "VLL": 99999, "BPX": 8, "DATA": bytes(99999)}
    record = nistitl.Type14(**claims | fields)
    assert "image-data-size" in codes(record)
    with pytest.raises(ImageError):
        array_of(record, strict=True)
    large = nistitl.Type14(**claims | fields | {"HLL": 10, "VLL": 99999, "DATA": bytes(999_990)})
    with pytest.raises(ImageError):
        array_of(large, max_pixels=1000)


@pytest.mark.parametrize("name", SELF_DESCRIBING)
def test_a_header_that_lies_within_the_limit(name: str) -> None:
    """Libraries may fill in or refuse; what comes is what the header says, or ImageError."""
    for width, height in ((codestreams.COLUMNS + 1, codestreams.ROWS), (codestreams.COLUMNS, 2 * codestreams.ROWS)):
        data = enlarged(name, width, height)
        try:
            assert decode(data).shape == (height, width)
        except ImageError:
            continue


def test_what_a_library_gives_must_be_what_the_header_says() -> None:
    data = codec_named("PNG").encode(codestreams.picture())
    for header in (Header("PNG", 10, 10, 8, 1), Header("PNG", codestreams.COLUMNS, codestreams.ROWS, 16, 1)):
        with pytest.raises(ImageError, match="header"):
            codec_named("PNG").decode(data, header)


@pytest.mark.parametrize("name", codestreams.CODECS)
def test_damaged_codestreams_end_in_our_own_error(name: str) -> None:
    originals = codestreams.seeds(name)
    each, sample = MUTATIONS // len(originals), 20

    def intact() -> None:
        for original in originals:
            for _ in range(sample):
                codestreams.check(name, original)

    def damaged() -> None:
        for seed, original in enumerate(originals):
            for data in codestreams.mutations(original, each, Random(seed)):
                try:
                    codestreams.check(name, data)
                except Exception as error:
                    error.add_note(f"input: {data!r}")
                    raise

    check_ratio(intact, damaged, at_most=DEAREST * each / sample, least=0.002)


# -- records --------------------------------------------------------------------------------------

SPELLED = [
    ("WSQ", "WSQ20"), ("wsq20", "WSQ20"), ("WSQ2", "WSQ20"), ("WSQ 3.1", "WSQ20"), ("1", "WSQ20"), ("JPEG", "JPEGB"),
    ("JPG", "JPEGB"), ("2", "JPEGB"), ("3", "JPEGL"), ("JP2000", "JP2"), ("JPEG-2000", "JP2"), ("jpg2000", "JP2"),
    ("J2K", "JP2"), ("Jpeg2k", "JP2"), ("4", "JP2"), ("5", "JP2L"), ("png", "PNG"), ("6", "PNG"), ("0", "NONE"),
    ("", "NONE"), ("raw", "NONE"), ("uncompressed", "NONE"), ("fax", "FAX"), ("FROG", None), ("7", None),
    ("None of them", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), SPELLED)
def test_spellings_of_algorithms(text: str, name: str | None) -> None:
    codec = codec_spelled(text)
    assert (codec and codec.name) == name


@pytest.mark.parametrize("codec", ["NONE", *SELF_DESCRIBING])
@pytest.mark.parametrize("kind", [10, 13, 14, 15, 16, 17, 19, 20])
@pytest.mark.filterwarnings("ignore::nistitl.images.fields.CodecAdvice")
def test_images_of_tagged_records(kind: int, codec: str) -> None:
    for colour in (False, True):
        image = codestreams.picture(colour=colour)
        record = nistitl.record_class(kind)(**fields_from(image, kind, codec, 500, IDC=1))
        assert codes(record) == [] and codec_of(record) == codec and ppi_of(record) == 500
        again = array_of(record, strict=True)
        assert again.shape == image.shape and again.flags.c_contiguous
        assert not codec_named(codec).lossless or same(again, image)
        assert header_of(record).shape == image.shape


@pytest.mark.parametrize("codec", ["NONE", "PNG", "JPEGL"])
@pytest.mark.parametrize("kind", [3, 4])
def test_images_of_binary_records(kind: int, codec: str) -> None:
    image = codestreams.picture()
    record: Any = nistitl.record_class(kind)(**fields_from(image, kind, codec, 500, IDC=1, IMP=0, FGP=1))
    assert same(array_of(record, strict=True), image) and codes(record) == []
    assert record.ISR == (1 if kind == 3 else 0)
    with pytest.raises(ImageError):
        fields_from(codestreams.picture(colour=True), kind, codec, 500)


@pytest.mark.parametrize("codec", ["NONE", "FAX"])
@pytest.mark.parametrize("kind", [5, 6, 8])
def test_bilevel_records(kind: int, codec: str) -> None:
    image = (codestreams.picture() > 128).astype("u1") * 255
    more = {"SIG": 0} if kind == 8 else {"IMP": 0, "FGP": 1}
    record: Any = nistitl.record_class(kind)(**fields_from(image, kind, codec, 500, IDC=1, **more))
    assert codec_of(record) == codec and codes(record) == []
    assert same(array_of(record, strict=True), image)
    assert codec == "FAX" or array_of(record)[0, 0] == 255 * (1 - (record.DATA[0] >> 7))
    with pytest.raises(ImageError, match="bilevel"):
        fields_from(image, kind, "PNG", 500)
    with pytest.raises(ImageError, match="0 and 255"):
        fields_from(codestreams.picture(), kind, codec, 500)


def test_a_byte_a_pixel_where_a_bit_is_right() -> None:
    ink = (codestreams.picture() > 128).astype("u1")
    size = {"HLL": codestreams.COLUMNS, "VLL": codestreams.ROWS}
    record = nistitl.Type8(IDC=1, SIG=0, SRT=0, ISR=0, **size, DATA=ink.tobytes())
    assert same(array_of(record), 255 - ink * 255) and codes(record) == ["image-data-size"]


def test_type_7_in_its_usual_layout_and_in_any_other() -> None:
    image = codestreams.picture()
    inner = struct.pack(">7sBHHB", bytes(7), 0, codestreams.COLUMNS, codestreams.ROWS, 0)
    record = nistitl.Type7(IDC=1, UDF=inner + image.tobytes())
    assert same(array_of(record), image) and codes(record) == [] and ppi_of(record) == 500
    for data in (b"", b"anything", bytes(1000)):
        other = nistitl.Type7(IDC=1, UDF=data)
        assert codes(other) == []
        with pytest.raises(ImageError):
            array_of(other)


def test_records_that_carry_images_without_describing_them() -> None:
    image = codestreams.picture()
    for kind in (22, 99):
        record: Any = nistitl.record_class(kind)(**fields_from(image, kind, "PNG", 500))
        assert same(array_of(record), image) and codes(record) == [] and ppi_of(record) is None
        record.DATA = b"something else"
        assert codes(record) == [] and codec_of(record) == ""
    with pytest.raises(ImageError, match="no image"):
        array_of(nistitl.Type14(HLL=10, VLL=10))
    assert image_findings(nistitl.Type14(HLL=10, VLL=10)) == []


def test_planar_and_interleaved_colour() -> None:
    image = codestreams.picture(90, 70, colour=True)
    for planar in (False, True):
        record = nistitl.Type17(**fields_from(image, 17, "NONE", 500, planar=planar))
        assert same(array_of(record), image), "guessed by neighbouring rows"
        assert same(array_of(record, planar=planar), image)
        assert not same(array_of(record, planar=not planar), image)


LIES: list[tuple[dict[str, Any], str]] = [
    ({"CGA": "JP2L"}, "image-cga"),
    ({"CGA": "NONE"}, "image-cga"),
    ({"CGA": "FROG"}, "image-cga"),
    ({"HLL": 57}, "image-size"),
    ({"VLL": 99}, "image-size"),
    ({"BPX": 24}, "image-bits"),
]


@pytest.mark.parametrize(("fields", "code"), LIES)
def test_lies_are_found_and_the_image_decoded_for_what_it_is(fields: dict[str, Any], code: str) -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(type14(**{key: str(value).encode() for key, value in fields.items()}))
    record: Any = nistitl.read(bytes(tx))[14][0]
    found = image_findings(record)
    assert code in [finding.code for finding in found]
    assert same(array_of(record), codestreams.picture()) and codec_of(record) == "PNG"
    for finding in found:
        assert finding.hint and finding.location.offset is not None and finding.location.field is not None
    if found[0].severity == nistitl.Severity.ERROR:
        with pytest.raises(ImageError) as raised:
            array_of(record, strict=True)
        assert raised.value.finding == found[0]


def test_what_is_raw_is_raw_whatever_cga_says() -> None:
    image = codestreams.picture()
    assert codes(type14(image, "NONE", CGA="WSQ20")) == ["image-cga"]
    assert same(array_of(type14(image, "NONE", CGA="WSQ20")), image)
    image[0, :4] = (0x89, 0x50, 0x4E, 0x47)
    image[0, 4:8] = (0x0D, 0x0A, 0x1A, 0x0A)
    assert codes(type14(image, "NONE")) == [] and codec_of(type14(image, "NONE")) == "NONE"


def test_damaged_images_have_findings() -> None:
    whole = bytes(type14().DATA)
    cut = type14(DATA=whole[:-40])
    assert codes(cut) == ["image-truncated"]
    with pytest.raises(ImageError, match="cut off"):
        array_of(cut)
    at = whole.index(b"IDAT") + 9
    assert codes(type14(DATA=whole[:at] + b"\0\0\0\0" + whole[at + 4 :])) == ["image-undecodable"]
    assert codes(type14(DATA=b"no image at all")) == ["image-undecodable"]
    assert codes(type14(DATA=b"\xff\xd8\xff\xe0")) == ["image-undecodable"]
    gray = nistitl.Type10(**fields_from(codestreams.picture(), 10, "PNG", 72) | {"CSP": "SRGB"})
    assert codes(gray) == ["image-colour"]


def test_uncompressed_data_of_wrong_length() -> None:
    image = codestreams.picture()
    short = type14(image, "NONE", DATA=image.tobytes()[:-1])
    assert codes(short) == ["image-data-size"]
    with pytest.raises(CutOff, match="47 of 48 rows"):
        array_of(short)
    longer = type14(image, "NONE", DATA=image.tobytes() + b"\0")
    assert codes(longer) == ["image-data-size"] and same(array_of(longer), image)
    for record in (short, longer):
        with pytest.raises(ImageError, match="image-data-size"):
            array_of(record, strict=True)
    assert codes(type14(image, "NONE", DATA=b"\0")) == ["image-data-size"]
    more = type14(image, "NONE", DATA=image.tobytes() + b"more")
    assert codes(more) == ["image-data-size"]
    with pytest.raises(ImageError, match="2692 bytes where size and depth ask for 2688"):
        array_of(more)


def test_resolutions_of_records() -> None:
    type1 = nistitl.Type1(NSR=Decimal("39.37"), NTR=Decimal("19.69"))
    low = nistitl.Type1(NSR=Decimal("19.69"), NTR=Decimal("9.84"))
    tagged = [
        ({"SLC": 1, "THPS": 500, "TVPS": 500}, 500.0),
        ({"SLC": 2, "THPS": 197, "TVPS": 197}, 500.38),
        ({"SLC": 0, "THPS": 1, "TVPS": 1}, None),
        ({"THPS": 500}, None),
        ({"SLC": 1}, None),
    ]
    for fields, ppi in tagged:
        assert ppi_of(nistitl.Type14(**fields)) == (pytest.approx(ppi) if ppi else None)
    binary = [
        (4, 0, type1, 500.126),
        (4, 1, type1, 999.998),
        (4, 0, None, 500.0),
        (4, 1, None, None),
        (4, 7, type1, None),
        (3, 0, type1, 250.063),
        (3, 1, type1, 499.999),
        (3, 0, low, 249.936),
        (5, 0, None, 250.0),
    ]
    for kind, native, header, ppi in binary:
        empty: dict[str, Any] = {"IDC": 1, "IMP": 0, "FGP": 1, "HLL": 10, "VLL": 10, "CGA": 0, "DATA": bytes(100)}
        record: Any = nistitl.record_class(kind)(ISR=native, **empty)
        assert ppi_of(record, header) == (pytest.approx(ppi) if ppi else None), (kind, native)


def test_segments() -> None:
    image = codestreams.picture()
    record = type14(
        SEG=(Segment(2, 3, 12, 5, 20), Segment(3, 40, 400, 30, 900), Segment(4, 500, 600, 0, 9)),
        ASEG=(SegmentPath(2, 3, ((0, 0), (10, 0), (0, 10))),),
        AMP=(Amputation(3, "UP"), Amputation(5, "XX")),
    )
    box, clipped, polygon, amputated = segments_of(record)
    assert (box.position, box.code, box.box) == (2, None, (3, 5, 13, 21)) and same(box.array, image[5:21, 3:13])
    assert (clipped.position, clipped.code) == (3, "UP") and same(clipped.array, image[30:, 40:])
    assert polygon.position == 2 and same(polygon.array, image[:11, :11])
    assert polygon.mask is not None and polygon.mask.shape == (11, 11)
    assert polygon.mask[0, 10] and polygon.mask[10, 0] and polygon.mask[2, 2] and not polygon.mask[10, 10]
    assert (amputated.position, amputated.array, amputated.code) == (5, None, "XX")
    assert segments_of(type14()) == []


# -- vector signatures ----------------------------------------------------------------------------


def vectors(*points: tuple[int, int, int]) -> bytes:
    return b"".join(struct.pack(">HHB", *point) for point in points)


def test_vector_signatures() -> None:
    data = vectors((0, 0, 0), (0, 0, 200), (0, 1000, 0), (500, 0, 100), (500, 500, 100), (900, 500, 0), (9, 9, 255))
    first, second = strokes(data + b"what follows the end")
    assert first.tolist() == [[0, 0, 200], [0, 1000, 0]]
    assert second.tolist() == [[500, 0, 100], [500, 500, 100], [900, 500, 0]]
    record = nistitl.Type8(IDC=1, SIG=0, SRT=2, ISR=0, HLL=0, VLL=0, DATA=data)
    image = array_of(record)
    assert codec_of(record) == "VECTOR" and codes(record) == [] and ppi_of(record) == 500
    assert image.dtype == np.uint8 and set(np.unique(image)) == {0, 255} and image.shape == (309, 279)
    assert (image[:, :8] == 0).any(axis=1).sum() > 295, "the first stroke goes all the way up"
    assert (image[-6:, 100:200] == 0).any() and (image[:100, 60:] == 255).all(), "Y counts from below"
    assert draw(()).shape == (9, 9)


def test_vector_signatures_that_are_none() -> None:
    assert strokes(b"") == () and strokes(vectors((1, 1, 0))) == ()
    with pytest.raises(ImageError, match="vectors"):
        strokes(b"123456")
    broken = nistitl.Type8(IDC=1, SIG=0, SRT=2, ISR=0, HLL=0, VLL=0, DATA=b"123456")
    assert codes(broken) == ["image-undecodable"]
    far = strokes(vectors((65535, 65535, 9), (0, 0, 0)))
    with pytest.raises(ImageError, match="limit"):
        draw(far)
    with pytest.raises(ImageError, match="points"):
        draw(strokes(vectors((1, 1, 9)) * 200_001))


# -- fields from images ---------------------------------------------------------------------------


def test_fields_of_an_array() -> None:
    fields = fields_from(codestreams.picture(), nistitl.Type14, "png", 500, FGP=2, IMP=0, level=1)
    data = fields.pop("DATA")
    assert fields == {
        "HLL": 56, "VLL": 48, "SLC": 1, "THPS": 500, "TVPS": 500, "CGA": "PNG", "BPX": 8, "FGP": 2, "IMP": 0,
    }  # fmt: skip
    assert read_header(data) is not None
    iris = fields_from(codestreams.picture(colour=True, wide=True), 17, "JP2L", 72)
    assert (iris["BPX"], iris["CSP"], iris["CGA"]) == (48, "SRGB", "JP2L")
    face = fields_from(codestreams.picture(colour=True), 10, "JPEGB", 72.4, quality=50)
    assert (face["CSP"], face["THPS"]) == ("RGB", 72) and "BPX" not in face
    signature = fields_from((codestreams.picture() > 99).astype("u1") * 255, 8, "FAX", 500)
    assert (signature["SRT"], signature["ISR"]) == (1, 0) and "CGA" not in signature


def test_fields_of_a_codestream_are_those_of_its_header() -> None:
    data = codec_named("JP2").encode(codestreams.picture(), ppi=1000)
    fields = fields_from(data, 14)
    assert fields["DATA"] == data and (fields["THPS"], fields["CGA"], fields["HLL"]) == (1000, "JP2", 56)
    assert fields_from(memoryview(data), 14, ppi=500, override_ppi=True)["THPS"] == 500
    refused: list[tuple[Any, dict[str, Any]]] = [
        (data, {"codec": "PNG"}),
        (data, {"ratio": 5}),
        (data[:-5], {}),
        (b"uncompressed", {"codec": "NONE", "ppi": 500}),
        (codec_named("PNG").encode(codestreams.picture()), {}),
        (codestreams.picture(), {"codec": "PNG"}),
        (codestreams.picture(), {"ppi": 500}),
        (codestreams.picture(), {"codec": "FROG", "ppi": 500}),
        (codestreams.picture(), {"codec": "FAX", "ppi": 500}),
        (codestreams.picture(), {"codec": "NONE", "ppi": 0.1}),
    ]
    for image, options in refused:
        with pytest.raises(ImageError):
            fields_from(image, 14, **options)
    with pytest.raises(ImageError, match="Type-9"):
        fields_from(data, 9)


ADVISED = [
    (14, "JPEGB", 1000, "JPEG 2000"),
    (13, "JP2", 1000, "latent"),
    (13, "JPEGB", 500, "latent"),
    (17, "JPEGB", 500, "iris"),
    (17, "JPEGL", 500, "iris"),
]
NOT_ADVISED = [(14, "JP2", 1000), (14, "JP2L", 1000), (13, "PNG", 1000), (17, "JP2", 500), (10, "JPEGB", 72)]


@pytest.mark.parametrize(("kind", "codec", "ppi", "said"), ADVISED)
def test_advice(kind: int, codec: str, ppi: float, said: str) -> None:
    with pytest.warns(CodecAdvice, match=said) as told:
        fields_from(codestreams.picture(), kind, codec, ppi)
    assert told[0].filename == __file__


@pytest.mark.parametrize(("kind", "codec", "ppi"), NOT_ADVISED)
def test_no_advice(kind: int, codec: str, ppi: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fields_from(codestreams.picture(), kind, codec, ppi)


def test_advice_about_wsq() -> None:
    with pytest.warns(CodecAdvice, match="friction ridges"), pytest.warns(CodecAdvice, match="500 pixels per inch"):
        fields_from(codestreams.picture(100, 100), 14, "WSQ20", 1000)
    with pytest.warns(CodecAdvice, match="friction ridges"):
        fields_from(codestreams.picture(100, 100), 10, "WSQ20", 500)


# -- without the libraries ------------------------------------------------------------------------

ABSENT = """
import sys
from pathlib import Path
from nistitl.base.errors import MissingDependency
{blocked}
from nistitl.images import claims, fields, picture, registry, strokes
from nistitl.images.registry import codec_named, decode
data = Path({path!r}).read_bytes()
assert registry.read_header(data) is not None
print([name for name in ("numpy", "PIL", "imagecodecs") if sys.modules.get(name)])
try:
    decode(data)
except MissingDependency as error:
    print(error)
try:
    codec_named("JPEGL").encode(None)
except MissingDependency as error:
    print(error)
"""


@pytest.mark.parametrize("missing", ["numpy", "imagecodecs"])
def test_a_missing_library_is_named(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "image"
    path.write_bytes(codec_named("JPEGL").encode(codestreams.picture()))
    code = ABSENT.format(blocked=f"sys.modules[{missing!r}] = None", path=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert lines[0] == "[]", done.stderr
    assert f"needs {missing}: pip install 'ebtskit[images]'" in lines[1], done.stderr


# -- real files -----------------------------------------------------------------------------------

# what is wrong with the images of files that their source calls valid
KNOWN = {
    "sign_raw.an2": {"image-data-size"},
    "valid1.5.an2": {"image-undecodable"},
    "valid1.7.an2": {"image-undecodable"},
    "valid1.11.an2": {"image-undecodable"},
}
DISAGREEMENTS = {"image-cga", "image-size", "image-bits", "image-colour", "image-resolution", "resolution-implausible"}


def test_images_of_real_files_decode_or_a_finding_says_why(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    decoded, told = 0, dict[str, set[str]]()
    for row in corpus_index:
        try:
            tx = nistitl.read((corpus / row["file"]).read_bytes())
        except nistitl.ITLError:
            continue
        for record in tx if tx.encoding == "traditional" else ():  # XML samples hold words instead of images
            if record.type not in (*range(3, 9), 10, *range(13, 18), 19, 20, 22, 99):
                continue
            found = {finding.code for finding in image_findings(record, decode=False)}
            try:
                image: Any = array_of(record)
            except ImageError:
                image, found = None, {finding.code for finding in image_findings(record)}
            if found and row["validity"] == "valid":
                told.setdefault(row["file"].rpartition("/")[2], set()).update(found - DISAGREEMENTS)
            if image is None:
                data = getattr(record, "DATA", None)
                assert found or not data or record.type in (20, 22, 99), row["file"]
                continue
            header = None if codec_of(record) == "VECTOR" else header_of(record)
            assert header is None or image.shape == header.shape or "image-data-size" in found
            decoded += 1
    assert {name: found for name, found in told.items() if found} == KNOWN
    assert decoded > 400


def test_jp2_boxes_are_walked_with_care() -> None:
    data = codec_named("JP2L").encode(codestreams.picture(), ppi=500)
    names = [box.name for box in jpeg2000.boxes(memoryview(data), 0, len(data))]
    assert names == [b"jP  ", b"ftyp", b"jp2h", b"ihdr", b"colr", b"res ", b"resc", b"jp2c"]
