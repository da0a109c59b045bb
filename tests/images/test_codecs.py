"""What codecs say of themselves, and what a user would miss if one line of them were wrong."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import Any

import pytest

import nistitl
from nistitl.images.codec import Codec
from nistitl.images.codecs import codecs, depth_of
from nistitl.images.errors import ImageError
from nistitl.images.export import exported, formats
from nistitl.images.fields import fields_from
from nistitl.images.header import Header
from nistitl.images.labels import quality, title
from nistitl.images.picture import array_of, codec_of
from nistitl.images.registry import codec_named, codec_recognised, decode, read_header
from nistitl.images.streams import jpeg2000
from nistitl.images.strokes import strokes
from tests.fuzz import codestreams

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
pytest.importorskip("PIL", reason="images come with ebtskit[images]")

# name: number in Types 3, 4 and 7; in Types 5, 6 and 8; what Type-14 says; suffix
TOLD = {
    "NONE": (0, 0, "NONE", ".raw"), "WSQ20": (1, None, "WSQ20", ".wsq"), "JPEGB": (2, None, "JPEGB", ".jpg"),
    "JPEGL": (3, None, "JPEGL", ".jpg"), "JP2": (4, None, "JP2", ".jp2"), "JP2L": (5, None, "JP2L", ".jp2"),
    "PNG": (6, None, "PNG", ".png"), "FAX": (None, 1, None, ".g4"),
}  # fmt: skip
FOREIGN = {"BMP": ".bmp", "TIFF": ".tif", "GIF": ".gif", "PNM": ".pnm", "WEBP": ".webp", "IHEAD": ".pct"}  # suffix


def test_what_every_codec_says_of_itself() -> None:
    told = {codec.name: (*map(codec.spelling, (4, 6, 14)), codec.suffix) for codec in codecs()}
    assert told == TOLD | {name: (None, None, None, suffix) for name, suffix in FOREIGN.items()}
    assert {codec.name for codec in codecs() if codec.foreign} == set(FOREIGN)
    lossless = [codec.name for codec in codecs() if codec.lossless and not codec.foreign]
    assert lossless == ["NONE", "JPEGL", "JP2L", "PNG", "FAX"]
    assert [codec.name for codec in codecs() if codec.uncompressed] == ["NONE"]
    assert formats() == ("wsq", "jp2", "png", "tiff", "raw", "original")


@pytest.mark.parametrize("name", [name for name in TOLD if name not in ("NONE", "FAX")])
def test_a_codec_knows_its_own_codestreams(name: str) -> None:
    codec = codec_named(name)
    for data in codestreams.seeds(name):
        recognised = codec_recognised(data)
        assert recognised is not None and recognised.signatures == codec.signatures
        header = read_header(data)
        assert header is not None and header.codec == name
        bare = data.startswith(b"\xff\x4f")
        assert codec.suffix_of(data) == (".j2k" if bare else TOLD[name][3])


def test_a_codec_without_signatures_has_no_header() -> None:
    for name in ("NONE", "FAX"):
        with pytest.raises(ImageError, match=name):
            codec_named(name).header(memoryview(b"anything"))


@pytest.mark.parametrize("kind", [3, 4, 14, 17])
def test_facsimile_is_for_bilevel_records(kind: int) -> None:
    image = np.full((16, 16), 255, np.uint8)
    fitting = "NONE, WSQ20" if kind < 10 else "NONE or WSQ20 or"
    with pytest.raises(ImageError, match=f"Type-{kind} holds images, {fitting.replace(', ', ' or ')}.*, not FAX"):
        fields_from(image, kind, "FAX", 500)


def test_a_codec_carries_what_it_says() -> None:
    samples = {
        (depth, colour): codestreams.picture(96, 96, colour, depth == 16) for depth in (8, 16) for colour in (0, 1)
    }
    for codec in codecs():
        if codec.most_bits == 1:
            continue
        for (depth, colour), image in samples.items():
            carried = depth <= codec.most_bits and (codec.colour or not colour)
            if codec.foreign and not codec.later_names:
                carried = False
            if codec.name == "JP2" and depth == 16 and colour:  # Pillow writes none
                carried = False
            if carried:
                assert codec.encode(image, ppi=500)
            else:
                with pytest.raises(ImageError, match=codec.name):
                    codec.encode(image, ppi=500)


# -- depths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["JPEGL", "JP2L"])
def test_depths_go_with_the_array(name: str) -> None:
    narrow, wide = codestreams.picture() >> 1, codestreams.picture(wide=True) >> 7
    for image, bits in ((wide, 8), (narrow, 9), (narrow, 0), (wide, 17)):
        with pytest.raises(ImageError, match=f"{name}: {bits} bits do not go with"):
            codec_named(name).encode(image, bits=bits)
    for image, bits in ((narrow, 7), (wide, 9), (wide, 16)):
        assert depth_of(image, bits, name) == bits
        header = read_header(codec_named(name).encode(image, bits=bits))
        assert header is not None and header.bits == bits


# -- facsimile, JPEG, JPEG 2000, uncompressed -----------------------------------------------------


def test_a_cut_facsimile_is_refused_and_not_white() -> None:
    image = (codestreams.picture(200, 200) > 128).astype("u1") * 255
    data = codec_named("FAX").encode(image)
    header = Header("FAX", 200, 200, 1, 1)
    assert (codec_named("FAX").decode(data, header) == image).all()
    for end in (0, 1, len(data) // 2, len(data) - 3):
        with pytest.raises(ImageError, match="FAX: the codestream is cut off"):
            codec_named("FAX").decode(data[:end], header)
    record = nistitl.Type6(IDC=1, IMP=0, FGP=1, ISR=0, HLL=200, VLL=200, CGA=1, DATA=data[: len(data) // 2])
    with pytest.raises(ImageError, match="cut off"):
        array_of(record)


def test_lossless_jpeg_in_colour_keeps_its_three_numbers_also_behind_a_jfif_header() -> None:
    image = codestreams.picture(colour=True)
    data = codec_named("JPEGL").encode(image)
    jfif = data[:2] + b"\xff\xe0\x00\x10JFIF\0\x01\x02\x01\x01\xf4\x01\xf4\0\0" + data[2:]
    for stream in (data, jfif):
        assert (decode(stream) == image).all()


def test_colour_of_planes_is_told_from_the_pixels_where_nobody_says() -> None:
    down, across = np.mgrid[:64, :96]
    gray = (down + across + np.random.default_rng(1).integers(0, 8, (64, 96))).astype(np.uint8)
    image = np.stack([gray, gray // 2, 255 - gray], axis=2)
    for planar in (True, False):
        record = nistitl.Type17(**fields_from(image, 17, "NONE", 500, planar=planar, IDC=1))
        assert (array_of(record) == image).all(), planar
    noise = np.random.default_rng(1).integers(0, 256, (64, 96, 3), np.uint8)
    record = nistitl.Type17(**fields_from(noise, 17, "NONE", 500, planar=False, IDC=1))
    assert (array_of(record) == noise).all(), "where nothing tells, pixel by pixel"


def boxed(colours: bytes = b"", resolution: bytes = b"") -> bytes:
    """A small JP2 file of two components with boxes put at the end of its header."""
    from imagecodecs import jpeg2k_encode

    data = bytes(jpeg2k_encode(np.zeros((20, 30, 2), np.uint8), level=0, reversible=True, codecformat="jp2"))
    start = data.index(b"jp2h") - 4
    length = int.from_bytes(data[start : start + 4], "big")
    head = data[start + 8 : start + length]
    head = re.sub(rb"....cdef.{14}", b"", head, flags=re.DOTALL) if colours else head
    head += colours + resolution
    return data[:start] + (len(head) + 8).to_bytes(4, "big") + b"jp2h" + head + data[start + length :]


def test_the_resolution_across_stands_behind_that_down() -> None:
    content = b"\x00\x64\x00\x01\x00\xc8\x00\x01\x02\x02"  # 100/1 * 10^2 down, 200/1 * 10^2 across, in a metre
    box = len(content + b"........").to_bytes(4, "big") + b"resc" + content
    data = boxed(resolution=(len(box) + 8).to_bytes(4, "big") + b"res " + box)
    header = read_header(data)
    assert header is not None and header.ppi == (pytest.approx(508.0), pytest.approx(254.0))


@pytest.mark.parametrize(("kind", "alpha"), [(0, False), (1, True), (2, True)])
def test_opacity_counts_as_alpha_premultiplied_or_not(kind: int, alpha: bool) -> None:
    content = b"\0\2" + b"\0\0\0\0\0\1" + b"\0\1" + kind.to_bytes(2, "big") + b"\0\0"
    data = boxed(colours=(len(content) + 8).to_bytes(4, "big") + b"cdef" + content)
    assert b"cdef" in data
    header = jpeg2000.header(memoryview(data))
    assert (header.alpha, header.components) == (alpha, 2 - alpha)
    if alpha:
        assert decode(data).shape == (20, 30)


# -- what is written ------------------------------------------------------------------------------


def test_a_raw_export_has_the_higher_byte_first() -> None:
    image = np.array([[0x0102, 0x0304], [0xA0B0, 0]], np.uint16).repeat(8, 0).repeat(8, 1)
    record = nistitl.Type14.from_image(image, codec="PNG", ppi=500, FGP=2, IMP=0)
    data, suffix = exported(record, "raw")
    assert suffix == ".raw" and data == image.astype(">u2").tobytes() and data.startswith(b"\1\2" * 8 + b"\3\4" * 8)
    narrow = nistitl.Type14.from_image((image >> 8).astype(np.uint8), codec="PNG", ppi=500, FGP=2, IMP=0)
    assert exported(narrow, "raw")[0] == (image >> 8).astype(np.uint8).tobytes()
    with pytest.raises(ImageError, match="no format 'gif'; known: wsq, jp2, png, tiff, raw, original"):
        exported(narrow, "gif")
    with pytest.raises(ImageError, match="no format ''"):
        exported(narrow, "")


@pytest.mark.parametrize(
    ("form", "start"), [("wsq", b"\xff\xa0"), ("jp2", b"\0\0\0\x0cjP"), ("png", b"\x89PNG"), ("tiff", b"II*")]
)
def test_an_export_begins_as_its_format_does(form: str, start: bytes) -> None:
    record = nistitl.Type14.from_image(codestreams.picture(100, 100), codec="PNG", ppi=500, FGP=2, IMP=0)
    data, suffix = exported(record, form)
    assert data.startswith(start) and suffix == (".tif" if form == "tiff" else f".{form}")
    if form in ("jp2", "png", "tiff"):
        from PIL import Image

        assert (np.asarray(Image.open(BytesIO(data))) == record.array).all()


@pytest.mark.parametrize(
    ("ppi", "native"), [(489, 1), (490, 0), (500, 0), (505, 0), (510, 0), (515, 0), (520, 0), (521, 1)]
)
def test_resolutions_that_count_as_500(ppi: float, native: int) -> None:
    with warnings.catch_warnings(record=True) as advice:
        warnings.simplefilter("always")
        fields = fields_from(codestreams.picture(100, 100), 4, "WSQ20", ppi)
    assert fields["ISR"] == native
    assert sum("WSQ is for 500 pixels per inch" in str(one.message) for one in advice) == native


@pytest.mark.parametrize(("score", "said"), [(0, "quality 0"), (80, "quality 80"), (254, ""), (255, "")])
def test_a_quality_that_is_no_score_is_not_shown(score: int, said: str) -> None:
    assert quality(nistitl.Type14(FQM=((2, score, "0000", 1),))) == said


def test_the_two_measures_of_nist_are_told_by_their_numbers() -> None:
    assert quality(nistitl.Type14(NQM=((2, 1), (3, 2)))) == "NFIQ 1: 1, 2"
    metrics = ((2, 255, "0101", 57), (3, 54, "0101", 57), (4, 99, "0101", 56), (5, 61, "0101", 57))
    assert quality(nistitl.Type14(FQM=metrics)) == "NFIQ 2: 54, 61"


def test_a_signature_ends_where_it_says() -> None:
    line = b"\0\x64\0\x64\x80\0\xc8\0\x64\x00"
    (stroke,) = strokes(line + b"\0\0\0\0\xff" + b"\1\0\1\0\x80\2\0\2\0\0" + b"rest")
    assert stroke.tolist() == [[100, 100, 128], [200, 100, 0]]
    with pytest.raises(ImageError, match="are no vectors of 5"):
        strokes(line + b"rest")


def test_codec_of_a_signature_by_its_number() -> None:
    for number, name in ((0, "NONE"), (1, "FAX"), (2, "VECTOR")):
        record: Any = nistitl.Type8(IDC=1, SIG=0, SRT=number, ISR=0, HLL=16, VLL=16, DATA=b"\0" * 32)
        assert codec_of(record) == name


def test_a_codec_is_a_codec() -> None:
    assert all(isinstance(codec, Codec) for codec in codecs())


@pytest.mark.parametrize(("code", "said"), [(0, "Undefined eye"), (1, "Right eye"), (2, "Left eye")])
def test_an_iris_is_called_by_its_eye(code: int, said: str) -> None:
    assert title(nistitl.Type17(ELR=code)) == said
