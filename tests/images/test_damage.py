"""Images that are cut or damaged: told by every door, drawn by none unless asked, and then with what is real."""

from __future__ import annotations

import io
import pickle
import struct
import tracemalloc
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.images.errors import CutOff, ImageError
from nistitl.images.header import Header
from nistitl.images.registry import codec_named, decode, read_header
from nistitl.images.streams import jpeg2000
from nistitl.images.streams.jpegscan import walk
from nistitl.plain.folder import unpack
from tests.fuzz.codestreams import picture
from tests.support.growing import counted, peak
from tests.support.samples import ROOT

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
Image = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

TENPRINT = ROOT / "fixtures" / "tenprint-type14.eft"
NAMES = ("WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG", "NONE")
ENDS = {"WSQ20": 2, "JPEGB": 2, "JPEGL": 2, "JP2": 2, "JP2L": 2, "PNG": 12}  # bytes of the end marker
ROWS, COLUMNS = 160, 120


def image(colour: bool = False) -> Any:
    return picture(ROWS, COLUMNS, colour)


def codestream(name: str, **options: Any) -> bytes:
    return bytes(codec_named(name).encode(image(), ppi=500, **options))


def record_of(data: bytes, codec: str) -> Any:
    return nistitl.Type14(
        IDC=1, IMP=1, SRC="S", FCD="20240101", HLL=COLUMNS, VLL=ROWS, SLC=1, THPS=500, TVPS=500, CGA=codec, BPX=8,
        FGP=2, DATA=data,
    )  # fmt: skip


def transaction(*records: Any) -> nistitl.Transaction:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    for record in records:
        tx.append(record)
    return nistitl.read(bytes(tx))


def file_of(folder: Path, data: bytes, codec: str) -> str:
    transaction(record_of(data, codec)).write(folder / "in.eft")
    return str(folder / "in.eft")


def codes(record: Any) -> list[str]:
    return [finding.code for finding in record.image_findings()]


def saved(form: str, colour: bool = False, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image(colour)).save(out, form, **options)
    return out.getvalue()


# -- cut ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("share", [0.5, 0.75, 0.95])
def test_a_cut_image_is_an_error_by_default(name: str, share: float) -> None:
    whole = codestream(name)
    record = record_of(whole[: int(len(whole) * share)], name)
    with pytest.raises(CutOff, match="cut off"):
        _ = record.array
    assert ("image-data-size" if name == "NONE" else "image-truncated") in codes(record)


@pytest.mark.parametrize("name", NAMES)
def test_what_there_is_comes_with_what_is_real(name: str) -> None:
    whole = codestream(name)
    there = record_of(whole[: int(len(whole) * 0.6)], name).pixels(truncated=True)
    assert there.shape == (ROWS, COLUMNS) and there.data.any()
    right = record_of(whole, name).array
    real = ~there.mask
    assert np.array_equal(there.data[real], right[real]), "what is said to be real is"
    rows = int(real.all(axis=1).sum())
    assert real[:rows].all() and not real[rows:].any()
    if name in ("JPEGB", "JPEGL", "PNG", "NONE"):
        assert ROWS // 3 < rows < ROWS * 3 // 4, "and what is real is said to be"
    else:
        assert rows == 0 and np.abs(there.data.astype(int) - right).mean() < 60, "coarser everywhere"


@pytest.mark.parametrize("name", NAMES)
def test_of_a_whole_image_everything_is_real(name: str) -> None:
    record = record_of(codestream(name), name)
    there = record.pixels(truncated=True)
    assert not there.mask.any() and np.array_equal(there.data, record.array) and codes(record) == []


@pytest.mark.parametrize("name", sorted(ENDS))
def test_where_only_the_end_marker_is_missing_the_image_is_given_with_a_finding(name: str) -> None:
    whole = codestream(name)
    record = record_of(whole[: -ENDS[name]], name)
    assert np.array_equal(record.array, decode(whole)) and codes(record) == ["image-end-missing"]
    assert not record.pixels(truncated=True).mask.any()
    with pytest.raises(ImageError, match=r"no end marker|without EOI"):
        decode(whole[: -ENDS[name]], strict=True)


BEHIND = (b"", b"\0", b"\n", b"\r\n", b" ", b"\x1c", b"\x1a", bytes(3), bytes(100), b" " * 9, b"\r\n" * 30)


@pytest.mark.parametrize("behind", BEHIND[1:], ids=repr)
@pytest.mark.parametrize("half", [b"", b"\xff"], ids=["none", "half"])
@pytest.mark.parametrize("name", sorted(ENDS))
def test_half_an_end_marker_and_padding_are_no_part_of_the_image(name: str, half: bytes, behind: bytes) -> None:
    whole = codestream(name)
    data = whole[: -ENDS[name]] + half + behind
    record = record_of(data, name)
    assert np.array_equal(record.array, decode(whole)) and codes(record) == ["image-end-missing"]
    assert not record.pixels(truncated=True).mask.any()


def cut_samples() -> dict[str, bytes]:
    """A codestream of each form, by its codec and what is special about it."""
    without_length = bytearray(codestream("JP2L", boxes=False))
    at = without_length.index(b"\xff\x90") + 6
    without_length[at : at + 4] = bytes(4)
    return {
        **{name: codestream(name) for name in ENDS},
        "JPEGB colour": saved("JPEG", colour=True, subsampling=2),
        "JPEGB restarts": saved("JPEG", restart_marker_rows=1),
        "PNG stored": codestream("PNG", level=0),
        "JP2L tiles": saved("JPEG2000", tile_size=(COLUMNS // 2, 32), no_jp2=True),
        "JP2L without length": bytes(without_length),
    }


CUT_SAMPLES = cut_samples()


@pytest.mark.parametrize("form", sorted(CUT_SAMPLES))
def test_nothing_is_said_to_be_there_that_is_not(form: str) -> None:
    """Cut at every byte near the end, with padding in the place of what is lost."""
    whole, name = CUT_SAMPLES[form], form.split()[0]
    right, end = decode(whole), ENDS[name]
    sums = {"PNG": 9, "PNG stored": 8}  # and the end of the block, which are no pixels
    for lost in range(1, 25):
        for behind in (b"", b"\n", bytes(lost), b" " * 50, b"\xff", b"\xff\0", b"\xff\xff"):
            data = whole[:-lost] + behind
            if data == whole[: len(data)] and behind:  # nothing else was put in its place
                continue
            record = record_of(data, name)
            told = codes(record)
            there = record.pixels(truncated=True)
            real = ~there.mask
            assert np.array_equal(there.data[real], right[real]), (lost, behind)
            if data.startswith(whole[:-end]) and "length" not in form and read_header(data).truncated:  # type: ignore[union-attr]
                assert "image-end-missing" in told and real.all(), (lost, behind)
            elif lost > end + sums.get(form, 0) or "length" in form:
                assert "image-end-missing" not in told and not real.all(), (lost, behind)


@pytest.mark.parametrize("name", ["JPEGB", "JPEGL"])
def test_half_of_the_last_byte_of_jpeg_is_not_all_of_it(name: str) -> None:
    """A byte FF of the data is written as FF 00; without the 00 it may be that byte or a marker."""
    rng = np.random.default_rng(11)
    images = (rng.integers(0, 255, (24, 16), np.uint8) for _ in range(5000))
    data = next(
        one
        for one in (bytes(codec_named(name).encode(each, ppi=500)) for each in images)
        if one[-4:-1] == b"\xff\0\xff"
    )
    record = nistitl.Type14(
        IDC=1, IMP=1, SRC="S", FCD="20240101", HLL=16, VLL=24, SLC=1, THPS=500, TVPS=500, CGA=name, BPX=8, FGP=2,
        DATA=data[:-3],
    )  # fmt: skip
    assert "image-end-missing" not in codes(record) and record.pixels(truncated=True).mask.any()


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_an_end_of_png_whose_sum_is_wrong_is_none(lost: int) -> None:
    whole = codestream("PNG")
    record = record_of(whole[:-lost] + b"\xff" * lost, "PNG")
    assert np.array_equal(record.array, decode(whole)) and codes(record) == ["image-end-missing"]


def test_lossless_jpeg_of_several_tables_is_not_said_to_be_whole() -> None:
    whole = bytearray(codec_named("JPEGL").encode(image(colour=True)))
    table, scan = whole.index(b"\xff\xc4"), whole.index(b"\xff\xda")
    (length,) = struct.unpack_from(">H", whole, table + 2)
    other = whole[table : table + 2 + length]
    other[4], other[5 + 15] = 1, other[5 + 15] + 1  # with a code of sixteen bits more
    struct.pack_into(">H", other, 2, length + 1)
    whole[scan + 8] = 0x10  # of the second component
    data = bytes(whole[:scan] + other + b"\x0f" + whole[scan:])
    assert np.array_equal(decode(data), image(colour=True))
    assert walk(memoryview(data)) is None
    assert codes(record_of(data[: len(data) // 2], "JPEGL"))[-1] == "image-truncated"


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("restarts", [{}, {"restart_marker_rows": 1}])
def test_rows_of_colour_are_whole_with_all_their_colours(subsampling: int, restarts: dict[str, int]) -> None:
    whole = saved("JPEG", colour=True, subsampling=subsampling, **restarts)
    header = read_header(whole)
    assert header is not None and header.components == 3
    right = decode(whole, strict=True)
    for share in (0.5, 0.7, 0.9):
        cut = whole[: int(len(whole) * share)]
        there, rows = codec_named("JPEGB").decode_cut(cut, read_header(cut))
        assert np.array_equal(there[:rows], right[:rows]) and rows > ROWS * (share - 0.35)


def test_of_progressive_and_interlaced_images_no_row_is_known() -> None:
    whole = saved("JPEG", progressive=True)
    there = record_of(whole[: len(whole) // 2], "JPEGB").pixels(truncated=True)
    assert there.mask.all() and there.shape == (ROWS, COLUMNS)
    assert codes(record_of(whole[:-2], "JPEGB"))[-1] == "image-truncated", "nobody walks through it"


def test_tiles_of_jpeg_2000_are_whole_one_by_one() -> None:
    whole = saved("JPEG2000", tile_size=(COLUMNS // 2, 32), no_jp2=True)
    right = decode(whole)
    cut = whole[: len(whole) * 3 // 4]
    there, rows = codec_named("JP2L").decode_cut(cut, read_header(cut))
    assert rows in (96, 128) and np.array_equal(there[:rows], right[:rows])
    assert not np.array_equal(there, right)


def test_planes_of_colour_that_lack_the_last_have_no_whole_row() -> None:
    data = codec_named("NONE").encode(image(colour=True), planar=True)
    there, rows = codec_named("NONE").decode_cut(data[:-10], Header("NONE", COLUMNS, ROWS, 8, 3, "RGB", planar=True))
    assert rows == 0 and there.shape == (ROWS, COLUMNS, 3)
    there, rows = codec_named("NONE").decode_cut(
        codec_named("NONE").encode(image(colour=True))[:-10], Header("NONE", COLUMNS, ROWS, 8, 3, planar=False)
    )
    assert rows == ROWS - 1 and np.array_equal(there[:rows], image(colour=True)[:rows])


def test_facsimile_is_whole_above_the_last_ink() -> None:
    ink = (image() > 128).astype("u1") * 255
    codec, header = codec_named("FAX"), Header("FAX", COLUMNS, ROWS, 1, 1)
    whole = codec.encode(ink)
    with pytest.raises(CutOff):
        codec.decode(whole[: len(whole) // 2], header)
    there, rows = codec.decode_cut(whole[: len(whole) // 2], header)
    assert ROWS // 3 < rows < ROWS * 2 // 3 and np.array_equal(there[:rows], ink[:rows])
    with pytest.raises(ImageError, match="too few for 9000 rows"):
        codec.decode(whole[-3:], Header("FAX", COLUMNS, 9000, 1, 1))


# -- damaged --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "least"), [("JPEGB", 0.6), ("JPEGL", 0.8)])
def test_zeroed_bytes_in_a_jpeg_are_found(name: str, least: float) -> None:
    """libjpeg decodes all of them and says nothing."""
    whole, random, found, tried = codestream(name), Random(1), 0, 60
    right = decode(whole)
    for _ in range(tried):
        data, at = bytearray(whole), random.randrange(len(whole) // 2, len(whole) - 100)
        data[at : at + 40] = bytes(40)
        record = record_of(bytes(data), name)
        assert not np.array_equal(record.array, right)
        if "image-damaged" in codes(record):
            found += 1
            with pytest.raises(ImageError, match="damaged"):
                decode(bytes(data), strict=True)
            assert record.pixels(truncated=True).mask.all(), "nobody knows where it begins"
    assert found >= least * tried


@pytest.mark.parametrize("quality", [30, 75, 95, 100])
@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"restart_marker_blocks": 5}, {"subsampling": 2}])
def test_an_intact_jpeg_is_walked_to_its_end(quality: int, options: dict[str, Any]) -> None:
    for colour in (False, True):
        met = walk(memoryview(saved("JPEG", colour=colour, quality=quality, **options)))
        assert met is not None and (met.rows, met.fault) == (ROWS, "")
    noise = np.random.default_rng(0).integers(0, 2, (37, 53), np.uint8) * 255
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG", quality=quality)
    met = walk(memoryview(out.getvalue()))
    assert met is not None and (met.rows, met.fault) == (37, "")


@pytest.mark.parametrize("colour", [False, True])
def test_an_intact_lossless_jpeg_is_walked_to_its_end(colour: bool) -> None:
    noise = np.random.default_rng(1).integers(0, 1 << 16, (200, 250, 3) if colour else (200, 250), np.uint16)
    whole = codec_named("JPEGL").encode(noise)
    met = walk(memoryview(whole))
    assert len(whole) > 65_536 and met is not None and (met.rows, met.fault) == (200, "")
    met = walk(memoryview(whole[: len(whole) // 2]))
    assert met is not None and met.cut and met.rows in (98, 99, 100)


def test_data_of_jpeg_that_go_on_or_jump() -> None:
    whole = codestream("JPEGB")
    met = walk(memoryview(whole[:-2] + bytes(30) + b"\xff\xd9"))
    assert met is not None and met.fault == "there are more data than the image has" and not met.cut
    frame = whole.index(b"\xff\xc0") + 5
    taller = whole[:frame] + struct.pack(">H", ROWS + 64) + whole[frame + 2 :]
    met = walk(memoryview(taller))
    assert met is not None and met.cut and met.rows == ROWS


def test_what_openjpeg_warns_of_is_told() -> None:
    whole = bytearray(codestream("JP2L", boxes=False))
    at = whole.index(b"\xff\x90")
    data = bytes(whole[:at]) + b"\xff\x30\x00\x02" + bytes(whole[at:])
    with pytest.raises(ImageError, match="damaged"):
        decode(data, strict=True)
    assert codes(record_of(data, "JP2L")) == ["image-damaged"]


def test_transcode_refuses_what_is_cut_or_damaged() -> None:
    for name in NAMES:
        whole = codestream(name)
        record = transaction(record_of(whole[: len(whole) * 2 // 3], name))[14][0]
        with pytest.raises(ImageError):
            record.transcode("PNG")
        assert bytes(record.DATA or b"") == whole[: len(whole) * 2 // 3]
    data = bytearray(codestream("JPEGB"))
    data[-400:-300] = bytes(100)
    with pytest.raises(ImageError, match="image-damaged"):
        record_of(bytes(data), "JPEGB").transcode("PNG")
    ended = record_of(codestream("JPEGB")[:-2], "JPEGB")
    ended.transcode("PNG")
    assert np.array_equal(ended.array, decode(codestream("JPEGB")))


@pytest.mark.parametrize(
    ("before", "times", "behind"), [(b"", 1, b"X"), (b"", 2, b""), (b"\n", 1, b""), (b"", 1, bytes(9) + b"X")]
)
def test_uncompressed_data_that_are_too_long_are_told_with_both_lengths(
    before: bytes, times: int, behind: bytes
) -> None:
    pixels = bytes(range(1, 251)) * (ROWS * COLUMNS // 250 + 1)
    data = before + pixels[: ROWS * COLUMNS] * times + behind
    record = record_of(data, "NONE")
    (finding,) = record.image_findings()
    told = ("image-data-size", f"{ROWS * COLUMNS} bytes", f"{len(data)} bytes")
    assert (finding.code, finding.expected, finding.actual) == told
    with pytest.raises(ImageError, match=f"{len(data)} bytes") as error:
        record.transcode("PNG")
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)


# -- commands -------------------------------------------------------------------------------------

COMMANDS = [("extract", "-o", "out"), ("sheet", "-o", "out.png"), ("sheet", "-o", "out.html"), ("unpack", "out"),
            ("convert", "out.xml")]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command[0]}-{command[-1]}")
@pytest.mark.parametrize("name", ["WSQ20", "NONE", "JPEGB", "JP2", "PNG"])
def test_commands_say_what_is_cut_and_end_with_1(
    command: tuple[str, ...], name: str, tmp_path: Path, capsys: Any
) -> None:
    whole = codestream(name)
    path = file_of(tmp_path, whole[: len(whole) * 2 // 3], name)
    assert main([command[0], path, *command[1:-1], str(tmp_path / command[-1])]) == 1
    said = capsys.readouterr().err
    assert (
        ("image-data-size" if name == "NONE" else "image-truncated") in said
        and "record 1" in said
        and (tmp_path / command[-1]).exists()
    )


@pytest.mark.parametrize("output", ["out.an2", "-"])
@pytest.mark.parametrize("cut", [2, 100])
def test_pack_says_what_is_cut_and_ends_with_1(cut: int, output: str, tmp_path: Path, capsysbinary: Any) -> None:
    whole = nistitl.read(file_of(tmp_path, codestream("WSQ20"), "WSQ20"))
    unpack(whole, tmp_path / "folder")
    assert main(["pack", str(tmp_path / "folder"), str(tmp_path / "whole.an2")]) == 0
    capsysbinary.readouterr()
    (image,) = (tmp_path / "folder").glob("*.wsq")
    image.write_bytes(image.read_bytes()[:-cut])
    assert main(["pack", str(tmp_path / "folder"), output if output == "-" else str(tmp_path / output)]) == 1
    said = capsysbinary.readouterr()
    assert (b"image-end-missing" if cut == 2 else b"image-truncated") in said.err and b"record 1" in said.err
    written = said.out if output == "-" else (tmp_path / output).read_bytes()
    assert bytes(nistitl.read(written)[14][0].DATA) == image.read_bytes(), "and is packed all the same"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command[0]}-{command[-1]}")
def test_commands_say_that_only_the_end_is_missing(command: tuple[str, ...], tmp_path: Path, capsys: Any) -> None:
    path = file_of(tmp_path, codestream("WSQ20")[:-2], "WSQ20")
    assert main([command[0], path, *command[1:-1], str(tmp_path / command[-1])]) == 1
    assert "image-end-missing" in capsys.readouterr().err
    if command[0] == "extract":
        assert len(list((tmp_path / "out").iterdir())) == 1, "and show it"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command[0]}-{command[-1]}")
@pytest.mark.parametrize("kind", [4, 14])
def test_commands_say_that_an_image_has_no_bytes(
    command: tuple[str, ...], kind: int, tmp_path: Path, capsys: Any
) -> None:
    record: Any = record_of(b"", "WSQ20")
    if kind == 4:
        record = nistitl.Type4(IDC=1, IMP=1, FGP=2, ISR=0, HLL=32, VLL=32, CGA=0, DATA=b"")
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", NSR="19.69", NTR="19.69")
    tx.append(record)
    tx.write(tmp_path / "empty.an2")
    assert [finding.code for finding in record.image_findings()] == ["image-truncated"]
    assert "field-empty" in [finding.code for finding in tx.validate(level=3)], "which says it of the image, too"
    assert main([command[0], str(tmp_path / "empty.an2"), *command[1:-1], str(tmp_path / command[-1])]) == 1
    said = capsys.readouterr().err
    assert "image-truncated" in said and "record 1" in said


@pytest.mark.parametrize("form", ["png", "raw", "original"])
def test_extract_tells_of_damage_in_every_form(form: str, tmp_path: Path, capsys: Any) -> None:
    data = bytearray(codestream("JPEGB"))
    data[-400:-300] = bytes(100)
    path = file_of(tmp_path, bytes(data), "JPEGB")
    assert main(["extract", path, "-o", str(tmp_path / "out"), "--as", form]) == 1
    assert "image-damaged" in capsys.readouterr().err


# -- more than there is ---------------------------------------------------------------------------


def subsampled(side: int) -> bytes:
    """JPEG 2000 of a few hundred bytes whose first component alone is small."""
    import imagecodecs

    data = bytearray(
        imagecodecs.jpeg2k_encode(
            np.zeros((64, 64, 3), np.uint8), level=0, reversible=True, codecformat="j2k", resolutions=1
        )
    )
    for at in (8, 24):
        struct.pack_into(">II", data, at, side, side)
    data[43:45] = b"\xff\xff"
    return bytes(data)


def test_all_components_of_jpeg_2000_count(monkeypatch: Any) -> None:
    import imagecodecs

    def called(*_: object, **__: object) -> None:
        raise AssertionError("a library was called")

    monkeypatch.setattr(imagecodecs, "jpeg2k_decode", called)
    data = subsampled(16000)
    header = read_header(data)
    assert header is not None and header.pixels < 5000 and header.samples > 500_000_000
    with pytest.raises(ImageError, match="512003969 samples in all components"):
        decode(data)


def announced(width: int, height: int) -> Any:
    """A WSQ of 96 x 96 pixels that says it has so many, in a record of 96 x 96."""
    data = bytearray(codec_named("WSQ20").encode(picture(96, 96), ppi=500))
    struct.pack_into(">HH", data, data.index(b"\xff\xa2") + 6, height, width)
    record = record_of(bytes(data), "WSQ20")
    record.HLL = record.VLL = 96
    return record


def test_a_codestream_far_larger_than_its_record_is_not_decoded() -> None:
    record = announced(9500, 9500)
    found: list[str] = []

    def told() -> None:
        found[:] = codes(record)
        with pytest.raises(ImageError, match="more than the limit"):
            _ = record.array

    told()  # what is loaded is loaded
    assert peak(told) < 2_000_000 and found == ["image-size", "image-size", "image-unchecked"]
    with counted(at_most=20_000):
        told()
    tx = transaction(record)
    tracemalloc.start()
    try:
        report = tx.validate(level=3)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "image-unchecked" in [finding.code for finding in report] and most < 20_000_000
    with pytest.raises(ImageError, match="coefficients are missing"):
        record.pixels(max_pixels=100_000_000)


def test_a_codestream_somewhat_larger_than_its_record_is_decoded() -> None:
    record = record_of(codestream("PNG"), "PNG")
    record.HLL = 30
    assert record.array.shape == (ROWS, COLUMNS) and codes(record) == ["image-size"]


def test_tile_parts_are_not_filled_without_limit() -> None:
    whole = bytearray(codestream("JP2L", boxes=False))
    at = whole.index(b"\xff\x90")
    struct.pack_into(">I", whole, at + 6, 0xFFFFFFF0)
    assert peak(lambda: jpeg2000.mended(memoryview(bytes(whole)))) < 200_000


def test_a_png_that_unpacks_to_more_is_no_bomb() -> None:
    from zlib import compress, crc32

    whole = codestream("PNG")
    packed = compress(bytes(50_000_000))
    bomb = whole[:33] + struct.pack(">I", len(packed)) + b"IDAT" + packed + struct.pack(">I", crc32(b"IDAT" + packed))
    record = record_of(bomb, "PNG")
    record.image_findings()
    assert peak(record.image_findings) < 2_000_000


# -- nothing is printed ---------------------------------------------------------------------------


def png_of(width: int, height: int, packed: bytes, interlaced: int = 0) -> bytes:
    from zlib import crc32

    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlaced)), (b"IDAT", packed), (b"IEND", b"")
    ]  # fmt: skip
    made = [struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc32(name + body)) for name, body in chunks]
    return b"".join([b"\x89PNG\r\n\x1a\n", *made])


def printing_samples() -> dict[str, bytes]:
    from zlib import compress

    black, samples = Image.fromarray(image() > 128), {name: codestream(name) for name in ENDS}
    for compression in ("group3", "group4", "tiff_lzw", "tiff_deflate", "jpeg", "packbits"):
        out = io.BytesIO()
        picture = black if compression.startswith("group") else Image.fromarray(image())
        picture.save(out, "TIFF", compression=compression)
        samples[f"TIFF {compression}"] = out.getvalue()
    for form in ("GIF", "BMP", "PPM", "WEBP"):
        samples[form] = saved(form)
    samples["PNG of more"] = png_of(10, 10, compress(bytes(1000)))
    samples["PNG and more"] = png_of(10, 10, compress(bytes(110)) + b"more")
    return samples


def test_no_decoder_prints(capfd: Any) -> None:
    for form, whole in printing_samples().items():
        random = Random(form)
        damaged = [whole]
        for _ in range(6):
            at = random.randrange(8, len(whole) - 41)
            damaged += [whole[:at], whole[:at] + bytes(40) + whole[at + 40 :], whole[:at] + whole[at + 3 :]]
        for data in damaged:
            record = record_of(data, form if form in ENDS else "NONE")
            record.image_findings()
            for truncated in (False, True):
                with suppress(ImageError):
                    record.pixels(truncated=truncated)
        assert capfd.readouterr() == ("", ""), form


@pytest.mark.parametrize("more", [bytes(890), b""], ids=["lines", "bytes"])
def test_a_png_that_holds_more_than_its_image_is_told(more: bytes) -> None:
    from zlib import compress

    packed = compress(bytes(110) + more) + (b"" if more else b"hidden")
    record = record_of(png_of(10, 10, packed), "PNG")
    record.HLL = record.VLL = 10
    assert record.array.shape == (10, 10) and not record.pixels(truncated=True).mask.any()
    (finding,) = record.image_findings()
    assert finding.code == "image-damaged" and "more data" in finding.message


def test_a_png_is_unpacked_as_far_as_its_image_goes() -> None:
    from zlib import compress

    record = record_of(png_of(10, 10, compress(bytes(200_000_000))), "PNG")
    record.HLL = record.VLL = 10
    _ = record.array  # what is loaded is loaded
    assert peak(lambda: record.array) < 2_000_000 and codes(record) == ["image-damaged"]
    data = memoryview(record.DATA)
    with counted(at_most=3000):
        codec_named("PNG").decode(data, read_header(data))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 5), (8, 8), (21, 34)])
def test_interlaced_png_has_its_lines_pass_by_pass(width: int, height: int) -> None:
    """ISO/IEC 15948, 8.2."""
    from zlib import compress

    right = np.arange(width * height, dtype=np.uint8).reshape(height, width)
    lines = b""
    for left, top, across, down in [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
    ]:  # fmt: skip
        lines += b"".join(b"\0" + bytes(row) for row in right[top::down, left::across] if len(row))
    assert np.array_equal(decode(png_of(width, height, compress(lines), 1), strict=True), right)
    with pytest.raises(ImageError, match="more data"):
        decode(png_of(width, height, compress(lines + b"\0"), 1), strict=True)
    with pytest.raises(ImageError, match="too few"):
        decode(png_of(width, height, compress(lines[:-1]), 1))


# -- formats that no record may hold, cut ---------------------------------------------------------


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "group3", "group4"])
def test_a_tiff_that_is_cut_before_its_directory_is_told_for_what_it_is(compression: str) -> None:
    out = io.BytesIO()
    Image.fromarray(image() > 128).save(out, "TIFF", compression=compression)
    whole = out.getvalue()
    record = record_of(whole[: len(whole) * 6 // 10], "NONE")
    assert codes(record) == ["image-foreign", "image-truncated"]
    found = [finding.code for finding in transaction(record).validate(level=1)]
    assert "image-foreign" in found


def test_a_tiff_whose_strip_is_cut_is_cut() -> None:
    record = record_of(saved("TIFF")[:-10], "NONE")
    assert codes(record) == ["image-foreign", "image-truncated"]
    with pytest.raises(CutOff):
        _ = record.array


def test_data_that_begin_like_a_short_signature_are_not_said_to_be_foreign() -> None:
    assert codes(record_of(b"BM" + bytes(range(18)), "WSQ20")) == ["image-truncated"]
    assert codes(record_of(b"GIF89a" + bytes(3), "WSQ20")) == ["image-foreign", "image-truncated"]


def test_damage_within_a_tiff_is_told() -> None:
    out = io.BytesIO()
    Image.fromarray(image()).save(out, "TIFF", compression="jpeg")
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xda") + 300
    data[at : at + 40] = bytes(40)
    assert codes(record_of(bytes(data), "NONE")) == ["image-foreign", "image-damaged"]


def test_gif_without_its_end() -> None:
    whole = saved("GIF")
    right = decode(whole)
    for data in (whole[:-1], whole[:-1] + b"\n", whole[:-1] + bytes(9)):
        record = record_of(data, "NONE")
        assert codes(record) == ["image-foreign", "image-end-missing"]
        assert np.array_equal(record.array, right) and not record.pixels(truncated=True).mask.any()
    for lost in range(3, 30):
        for behind in (b"", b"\n", bytes(lost), b" " * 50):
            record = record_of(whole[:-lost] + behind, "NONE")
            if not record.DATA.tobytes().startswith(whole[:-2]):
                assert codes(record) == ["image-foreign", "image-truncated"], (lost, behind)
