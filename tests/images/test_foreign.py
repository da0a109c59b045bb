"""Images that are something else than their record says: decoded for what they are, and told."""

from __future__ import annotations

import io
import struct
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.images.claims import claims_of
from nistitl.images.errors import ImageError
from nistitl.images.fields import fields_from
from nistitl.images.registry import codec_named, decode, read_header
from tests.fuzz.codestreams import picture

if TYPE_CHECKING:
    from collections.abc import Callable

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
Image = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

ROWS, COLUMNS = 48, 56
FOREIGN = ("BMP", "TIFF", "GIF", "PPM", "WEBP")
NAMES = {"PPM": "PNM"}


def saved(array: Any, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array).save(out, form, **options)
    return out.getvalue()


def ihead(array: Any) -> bytes:
    """NIST's header of 288 bytes, behind its own length."""
    numbers = b"".join(str(n).encode().ljust(8, b"\0") for n in (array.shape[1], array.shape[0], 8, 500, 0))
    return b"288".ljust(8, b"\0") + (bytes(106) + numbers).ljust(288, b"\0") + array.tobytes()


def record_of(data: bytes, kind: int = 14, **fields: Any) -> Any:
    size = {"IDC": 1, "HLL": COLUMNS, "VLL": ROWS}
    if kind == 14:
        size |= {"SLC": 1, "THPS": 500, "TVPS": 500, "CGA": "NONE", "BPX": 8, "IMP": 1, "FGP": 2}
    elif kind == 8:
        size |= {"SIG": 0, "SRT": 1, "ISR": 0}
    else:
        size |= {"IMP": 1, "FGP": 2, "ISR": 0, "CGA": 1 if kind == 6 else 0}
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", NSR="19.69", NTR="19.69")
    tx.append(nistitl.record_class(kind)(**size | fields, DATA=data))
    return nistitl.read(bytes(tx)), nistitl.read(bytes(tx))[kind][0]


def codes(record: Any) -> list[str]:
    return [finding.code for finding in record.image_findings()]


def at_level_1(tx: nistitl.Transaction) -> list[str]:
    return [finding.code for finding in tx.validate(level=1) if finding.code.startswith("image")]


@pytest.mark.parametrize("form", FOREIGN)
@pytest.mark.parametrize("kind", [4, 14])
def test_a_foreign_format_is_decoded_for_what_it_is(form: str, kind: int) -> None:
    data = saved(picture(), form, **({"lossless": True} if form == "WEBP" else {}))
    tx, record = record_of(data, kind)
    image = record.array
    assert record.codec == NAMES.get(form, form) and image.shape[:2] == (ROWS, COLUMNS)
    assert np.array_equal(image if image.ndim == 2 else image[..., 1], picture())
    assert "image-foreign" in codes(record) and at_level_1(tx) == ["image-foreign"]
    with pytest.raises(nistitl.ITLError, match="image-foreign"):
        _ = nistitl.read(bytes(tx), policy="strict")[kind][0].array


@pytest.mark.parametrize("form", FOREIGN)
@pytest.mark.filterwarnings("ignore:Truncated File Read")
def test_colour_and_size_come_from_the_file(form: str) -> None:
    image = picture(33, 21, colour=True)
    data = saved(image, form, **({"lossless": True} if form == "WEBP" else {}))
    header = read_header(data)
    assert header is not None and header.shape == image.shape
    assert form == "GIF" or np.array_equal(decode(data), image)
    with pytest.raises(ImageError, match="more than the limit"):
        decode(data, max_pixels=33 * 21 - 1)
    for end in range(len(data)):
        try:
            decode(data[:end])
        except ImageError:
            continue
        assert form in ("BMP", "TIFF", "GIF", "WEBP")


def test_ihead_is_read_with_its_resolution() -> None:
    tx, record = record_of(ihead(picture()), 4)
    assert record.codec == "IHEAD" and np.array_equal(record.array, picture()) and at_level_1(tx) == ["image-foreign"]
    header = read_header(ihead(picture()))
    assert header is not None and header.ppi == (500.0, 500.0)
    _, cut = record_of(ihead(picture())[:-COLUMNS], 4)
    with pytest.raises(ImageError, match="47 of 48 rows"):
        _ = cut.array


@pytest.mark.parametrize("kind", [6, 8])
def test_facsimile_in_a_tiff(kind: int) -> None:
    ink = picture() > 128
    data = saved(ink, "TIFF", compression="group4")
    tx, record = record_of(data, kind)
    assert record.codec == "TIFF" and np.array_equal(record.array, ink.astype("u1") * 255)
    assert codes(record) == ["image-foreign"] and at_level_1(tx) == ["image-foreign"]


def test_colour_in_a_signature() -> None:
    image = picture(colour=True)
    _, record = record_of(image.tobytes(), 8, SRT=0)
    assert np.array_equal(record.array, image) and "image-data-size" in codes(record)
    _, gray = record_of(picture().tobytes(), 8, SRT=0)
    assert np.array_equal(gray.array, picture()), "more than 0 and 1 is no ink"


def test_type_7_with_a_bare_codestream() -> None:
    data = codec_named("WSQ20").encode(picture(96, 96), ppi=500)
    record = nistitl.Type7(IDC=1, UDF=data)
    assert record.codec == "WSQ20" and np.array_equal(record.array, decode(data)) and record.has_image


@pytest.mark.parametrize("said", ["PNG", "NONE"])
@pytest.mark.parametrize("before", [b"\r\n", b"\n", b" \r\n", b"\0\0"])
def test_line_ends_before_a_codestream(before: bytes, said: str) -> None:
    data = codec_named("PNG").encode(picture())
    tx, record = record_of(before + data, CGA=said)
    expected = ["image-wrapped"] if said == "PNG" else ["image-wrapped", "image-cga"]
    assert np.array_equal(record.array, picture()) and codes(record) == expected
    assert sorted(at_level_1(tx)) == sorted(expected)


@pytest.mark.parametrize("name", ["JP2", "WSQ20", "JPEGB"])
@pytest.mark.parametrize("before", [b"\r\n", b" ", b"\0", b"\0" * 20])
def test_what_stands_before_a_codestream_is_no_part_of_its_signature(before: bytes, name: str) -> None:
    data = codec_named(name).encode(picture(96, 96))
    tx, record = record_of(before + data, CGA=name, HLL=96, VLL=96)
    assert record.codec == name and codes(record) == ["image-wrapped"] == at_level_1(tx)
    assert np.array_equal(record.array, decode(data))
    seventh = nistitl.Type7(IDC=1, UDF=before + data)
    assert seventh.has_image and np.array_equal(seventh.array, decode(data))


@pytest.mark.parametrize("end", [b"", b"\r\n"])
def test_a_codestream_in_base64(end: bytes) -> None:
    data = codec_named("PNG").encode(picture())
    lines = b64encode(data)
    broken = end.join(lines[at : at + 76] for at in range(0, len(lines), 76))
    tx, record = record_of(broken, CGA="PNG")
    assert np.array_equal(record.array, picture()) and codes(record) == ["image-wrapped"]
    assert at_level_1(tx) == ["image-wrapped"]


@pytest.mark.parametrize("indent", [b"", b"\n      "])
@pytest.mark.parametrize("kind", [4, 14])
def test_pixels_in_base64(kind: int, indent: bytes) -> None:
    """Known by their number: as many as the record says, where the text of base64 is not."""
    lines = b64encode(picture().tobytes())
    tx, record = record_of(indent + indent.join(lines[at : at + 76] for at in range(0, len(lines), 76)), kind)
    assert np.array_equal(record.array, picture()) and codes(record) == ["image-wrapped"] == at_level_1(tx)
    other = record_of(lines[:-8], kind)[1]
    assert codes(other) == ["image-data-size"], "text of base64 that is of another size is no image"


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("end", [b"", b"\r\n"])
@pytest.mark.parametrize("codec", ["PNG", "WSQ20", "NONE"])
def test_an_image_in_hexadecimal_digits(codec: str, end: bytes, upper: bool) -> None:
    pixels = picture(96, 96)
    digits = codec_named(codec).encode(pixels).hex().encode()
    digits = digits.upper() if upper else digits
    broken = end.join(digits[at : at + 60] for at in range(0, len(digits), 60))
    tx, record = record_of(broken, CGA=codec, HLL=96, VLL=96)
    assert codes(record) == ["image-wrapped"] == at_level_1(tx)
    assert np.array_equal(record.array, decode(bytes.fromhex(digits.decode())) if codec != "NONE" else pixels)
    (finding,) = record.image_findings()
    assert finding.actual == "hexadecimal digits" and "bytes.fromhex" in finding.hint
    cut = record_of(broken[:-101], CGA=codec, HLL=96, VLL=96)[1]
    assert codes(cut) == (["image-data-size"] if codec == "NONE" else ["image-wrapped", "image-truncated"])


def test_a_facsimile_that_begins_like_hexadecimal_digits_is_none() -> None:
    ink = np.where(picture() > 128, 255, 0).astype("u1")
    digits = codec_named("FAX").encode(ink).hex().encode()
    assert codes(record_of(digits, 8)[1]) == ["image-wrapped"]
    assert "image-wrapped" not in codes(record_of(b"a0" * 300 + codec_named("FAX").encode(ink), 8)[1])


@pytest.mark.parametrize("codec", ["PNG", "NONE"])
def test_hexadecimal_digits_where_xml_has_base64(codec: str) -> None:
    """They are characters of base64, too, so that they were taken for it."""
    data = codec_named(codec).encode(picture())
    data += bytes(-len(data) % 2) if codec == "PNG" else b""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.Type14(IDC=1, HLL=COLUMNS, VLL=ROWS, CGA=codec, BPX=8, DATA=data))
    text = bytes(tx.convert("xml", "niem2").transaction)
    assert text.count(b64encode(data)) == 1
    read = nistitl.read(text.replace(b64encode(data), data.hex().encode()))
    (record,) = read[14]
    (finding,) = [one for one in record.image_findings() if one.code == "image-wrapped"]
    assert finding.actual == "hexadecimal digits that were taken for base64" and "twice" not in finding.message
    assert "image-wrapped" in at_level_1(read) and np.array_equal(record.array, picture())


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
@pytest.mark.parametrize("record_type", [10, 13, 14, 15, 16, 17])
@pytest.mark.parametrize("codec", ["PNG", "NONE"])
def test_an_image_that_was_encoded_twice_is_found_and_named(codec: str, record_type: int, vocabulary: Any) -> None:
    data = codec_named(codec).encode(picture())
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    size = {"HLL": COLUMNS, "VLL": ROWS, "CGA": codec} | ({"BPX": 8} if record_type != 10 else {})
    tx.append(nistitl.record_class(record_type)(IDC=1, DATA=b64encode(data), **size))
    tx.append(nistitl.record_class(record_type)(IDC=2, DATA=data, **size))
    twice, once = nistitl.read(bytes(tx.convert("xml", vocabulary).transaction))[record_type]
    told = [[f for f in record.image_findings() if f.code == "image-wrapped"] for record in (twice, once)]
    assert [len(findings) for findings in told] == [1, 0]
    assert "base64 of that: it was encoded twice" in told[0][0].message and told[0][0].location.field == 999
    assert "b64decode" in told[0][0].hint
    assert np.array_equal(twice.array, picture()) and np.array_equal(once.array, picture())


WRAPPERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": b64encode,
    "hexadecimal digits": lambda data: data.hex().encode(),
    "line ends or blanks": lambda data: b"\r\n" + data,
}


@pytest.mark.parametrize("codec", ["PNG", "NONE"])
@pytest.mark.parametrize(
    "around",
    [
        ("base64", "base64"), ("hexadecimal digits", "base64"), ("base64", "hexadecimal digits"),
        ("hexadecimal digits", "hexadecimal digits"), ("base64",) * 4,
        ("base64", "hexadecimal digits", "base64"),
    ],
)  # fmt: skip
def test_an_image_in_one_wrapper_in_another(around: tuple[str, ...], codec: str) -> None:
    """In base64 of base64, in base64 of digits: each is named, the innermost first."""
    data = codec_named(codec).encode(picture())
    for name in around:
        data = WRAPPERS[name](data)
    tx, record = record_of(data, CGA=codec)
    assert np.array_equal(record.array, picture()) and codes(record) == ["image-wrapped"] == at_level_1(tx)
    assert [one.actual for one in record.image_findings()] == [", in ".join(around)]


def test_line_ends_inside_of_base64() -> None:
    record = record_of(b64encode(b"\r\n" + codec_named("PNG").encode(picture())), CGA="PNG")[1]
    assert np.array_equal(record.array, picture())
    assert [one.actual for one in record.image_findings()] == ["line ends or blanks, in base64"]


def test_wrappers_are_opened_to_a_depth_that_is_bounded() -> None:
    data = codec_named("PNG").encode(picture())
    for _ in range(5):
        data = b64encode(data)
    record = record_of(data, CGA="PNG")[1]
    assert "image-wrapped" not in codes(record) and codes(record)
    with pytest.raises(ImageError):
        _ = record.array


@pytest.mark.parametrize("kind", [5, 6, 8])
def test_a_facsimile_that_was_encoded_twice(kind: int) -> None:
    """Any bytes may be a facsimile, so that the wrapper inside is looked for first."""
    ink = np.where(picture() > 128, 255, 0).astype("u1")
    fields = {"CGA": 1} if kind != 8 else {}
    record = record_of(b64encode(b64encode(codec_named("FAX").encode(ink))), kind, **fields)[1]
    assert np.array_equal(record.array, ink)
    assert [one.actual for one in record.image_findings()] == ["base64, in base64"]


@pytest.mark.parametrize(
    ("inside", "times"),
    [
        ((), []),
        (("base64",), ["twice"]),
        (("base64", "base64"), ["3 times"]),
        (("hexadecimal digits", "base64"), ["3 times"]),
    ],
)
def test_how_often_xml_was_encoded(inside: tuple[str, ...], times: list[str]) -> None:
    data = codec_named("PNG").encode(picture())
    for name in inside:
        data = WRAPPERS[name](data)
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.Type14(IDC=1, HLL=COLUMNS, VLL=ROWS, CGA="PNG", BPX=8, DATA=data))
    (record,) = nistitl.read(bytes(tx.convert("xml").transaction))[14]
    told = [one.message for one in record.image_findings() if one.code == "image-wrapped"]
    assert [message.rpartition("it was encoded ")[2] for message in told] == times
    assert np.array_equal(record.array, picture())


def test_base64_of_digits_of_base64_was_not_encoded_twice_in_a_row() -> None:
    data = b64encode(codec_named("PNG").encode(picture())).hex().encode() + b"\n"
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.Type14(IDC=1, HLL=COLUMNS, VLL=ROWS, CGA="PNG", BPX=8, DATA=data))
    (record,) = nistitl.read(bytes(tx.convert("xml").transaction))[14]
    (finding,) = [one for one in record.image_findings() if one.code == "image-wrapped"]
    assert finding.actual == "base64, in hexadecimal digits" and "was encoded" not in finding.message


def test_pixels_that_look_like_base64_are_pixels() -> None:
    data = b64encode(codec_named("PNG").encode(picture()) * 3)[: ROWS * COLUMNS]
    tx, record = record_of(data)
    assert len(data) == ROWS * COLUMNS
    assert record.array.tobytes() == data and codes(record) == [] == at_level_1(tx)


def test_a_facsimile_in_base64() -> None:
    ink = np.where(picture() > 128, 255, 0).astype("u1")
    tx, record = record_of(b64encode(codec_named("FAX").encode(ink)), 8)
    assert np.array_equal(record.array, ink) and codes(record) == ["image-wrapped"] == at_level_1(tx)
    beginning = record_of(b"U" * 300 + codec_named("FAX").encode(ink), 8)[1]
    assert "image-wrapped" not in codes(beginning), "all of it has to be text of base64"


def test_pixels_in_base64_where_the_record_names_a_codec() -> None:
    record = record_of(b64encode(picture().tobytes()), CGA="PNG")[1]
    assert np.array_equal(record.array, picture()) and codes(record) == ["image-wrapped", "image-cga"]
    text = b64encode(picture().tobytes()[1:])
    assert claims_of(record_of(text, CGA="PNG")[1]).data == text, "what is no image either is left as it is"


def test_base64_in_a_type_7() -> None:
    data = b64encode(codec_named("PNG").encode(picture()))
    record = nistitl.Type7(IDC=1, UDF=data)
    assert np.array_equal(record.array, picture()) and codes(record) == ["image-wrapped"]


@pytest.mark.parametrize("harm", ["cut", "junk"])
def test_base64_that_is_damaged_is_told(harm: str) -> None:
    """What can be read of it is decoded for what it is; nothing is made up, and nothing left out in silence."""
    lines = b64encode(codec_named("PNG").encode(picture()))
    record = record_of(lines[:-201] if harm == "cut" else lines[:-40] + b"@" + lines[-40:], CGA="PNG")[1]
    wrapped = next(finding for finding in record.image_findings() if finding.code == "image-wrapped")
    assert wrapped.actual == "base64 that is cut off or damaged"
    assert harm == "junk" or "image-truncated" in codes(record)


def test_what_is_raw_may_begin_like_anything() -> None:
    for start in (b"BM", b"II*\0", b"GIF89a", b"P5\n", b"288\0", b"\r\n\xff\xa0"):
        data = start + picture().tobytes()[len(start) :]
        tx, record = record_of(data)
        assert record.codec == "NONE" and codes(record) == [] == at_level_1(tx)
        assert bytes(record.array.tobytes()) == data


def test_no_record_is_made_of_a_foreign_format() -> None:
    with pytest.raises(ImageError, match="not BMP"):
        fields_from(saved(picture(), "BMP"), 14, ppi=500)
    with pytest.raises(ImageError, match="no record may hold it"):
        codec_named("GIF").encode(picture())
    _, record = record_of(saved(picture(), "BMP"))
    record.transcode("PNG")
    assert np.array_equal(record.array, picture()) and codes(record) == []


def test_what_names_another_format_is_told_at_level_1() -> None:
    tx, _ = record_of(codec_named("PNG").encode(picture()), CGA="WSQ20")
    assert at_level_1(tx) == ["image-cga"]
    tx, _ = record_of(codec_named("PNG").encode(picture()), CGA="PNG")
    assert at_level_1(tx) == []


def test_info_prints_names_of_codecs(tmp_path: Path, capsys: Any) -> None:
    ink = (picture() > 128).astype("u1") * 255
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", NSR="19.69", NTR="19.69")
    for kind, codec in ((5, "FAX"), (6, "FAX"), (6, "NONE")):
        tx.append(nistitl.record_class(kind)(**fields_from(ink, kind, codec, 500, IMP=0, FGP=1)))
    tx.append(nistitl.Type4(IMP=0, FGP=1, ISR=0, HLL=10, VLL=10, CGA=191, DATA=bytes(100)))
    tx.write(tmp_path / "a.eft")
    main(["info", str(tmp_path / "a.eft")])
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[5] for row in rows[3:7]] == ["FAX", "FAX", "NONE", "191"]


def test_a_sound_is_no_picture() -> None:
    assert read_header(b"RIFF" + struct.pack("<I", 100) + b"WAVEfmt " + bytes(100)) is None
