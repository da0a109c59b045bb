"""What a codestream says of its resolution is compared with what the record says, and neither is lost."""

from __future__ import annotations

import io
import struct
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.export import exported, formats
from nistitl.images.registry import codec_named, read_header
from nistitl.images.streams import exif, nistcom
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.fuzz.codestreams import picture

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
PIL = pytest.importorskip("PIL.Image", reason="images come with ebtskit[images]")

GRAY = picture(96, 112)
NAMES = ("PNG", "JPEGB", "JPEGL", "JP2", "JP2L", "WSQ20")


def codestream(name: str, ppi: float) -> bytes:
    return bytes(codec_named(name).encode(GRAY, ppi=ppi))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))


def png(*chunks: bytes) -> bytes:
    plain = bytes(codec_named("PNG").encode(GRAY))
    return plain[:33] + b"".join(chunks) + plain[33:]


def phys(across: int, down: int, unit: int = 1) -> bytes:
    return chunk(b"pHYs", struct.pack(">IIB", across, down, unit))


def exif_data(ppi: int, unit: int = 2, order: str = "<", orientation: int = 1) -> bytes:
    """A TIFF structure of four entries and two fractions behind them."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, 4)
    fractions = 10 + 4 * 12 + 4
    entries = b"".join(
        struct.pack(f"{order}HHI", tag, kind, 1) + struct.pack(f"{order}{'HH' if kind == 3 else 'I'}", *values)
        for tag, kind, values in (
            (274, 3, (orientation, 0)), (282, 5, (fractions,)), (283, 5, (fractions + 8,)), (296, 3, (unit, 0)),
        )
    )  # fmt: skip
    return head + entries + bytes(4) + struct.pack(f"{order}4I", ppi * 10, 10, ppi * 10, 10)


def jpeg(jfif: tuple[int, int, int] = (1, 500, 500), *segments: bytes) -> bytes:
    """A JPEG whose JFIF header says units, across and down, and other segments behind it."""
    plain = codestream("JPEGB", 500)
    at = plain.index(b"JFIF") + 7
    return plain[:at] + struct.pack(">BHH", *jfif) + plain[at + 5 : 20] + b"".join(segments) + plain[20:]


def app1(data: bytes) -> bytes:
    content = exif.HEAD + data
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def wsq(comment: bytes) -> bytes:
    plain = bytes(codec_named("WSQ20").encode(GRAY, nistcom=False))
    return plain[:2] + b"\xff\xa8" + struct.pack(">H", len(comment) + 2) + comment + plain[2:]


def jp2(capture: int | None, display: int | None) -> bytes:
    """A JP2 with boxes of the resolution of capture and of display, in pixels per inch."""

    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", len(content) + 8, name) + content

    plain = bytes(codec_named("JP2L").encode(GRAY))
    boxes = b"".join(
        box(name, struct.pack(">HHHHbb", ppi, 254, ppi, 254, 4, 4))
        for name, ppi in ((b"resc", capture), (b"resd", display))
        if ppi is not None
    )
    at = plain.index(b"jp2h") - 4
    (length,) = struct.unpack_from(">I", plain, at)
    header = plain[at + 8 : at + length] + box(b"res ", boxes)
    return plain[:at] + box(b"jp2h", header) + plain[at + length :]


def record_of(data: bytes, **fields: Any) -> Any:
    """A Type-14 that holds a codestream as it is and says 500 ppi, or what is given."""
    header = read_header(data)
    assert header is not None
    said = {"SLC": 1, "THPS": 500, "TVPS": 500} | fields
    return nistitl.Type14(FGP=2, IMP=1, HLL=112, VLL=96, CGA=header.codec, BPX=8, DATA=data, **said)


def found(record: Any) -> list[str]:
    return [finding.code for finding in record.image_findings()]


# -- what is read -----------------------------------------------------------------------------------

COMMENT = b"NIST_COM 3\nPIX_WIDTH 112\nPPI %s\n"
TOLD: list[tuple[str, bytes, list[tuple[str, float, float]]]] = [
    ("pHYs", png(phys(39370, 39370)), [("pHYs", 1000, 1000)]),
    ("pHYs, not square", png(phys(23622, 11811)), [("pHYs", 600, 300)]),
    ("eXIf", png(chunk(b"eXIf", exif_data(1000, order=">"))), [("EXIF", 1000, 1000)]),
    ("JFIF, inch", jpeg((1, 1000, 1000)), [("JFIF", 1000, 1000)]),
    ("JFIF, centimetre", jpeg((2, 394, 394)), [("JFIF", 1000.76, 1000.76)]),
    ("JFIF that knows nothing", jpeg((0, 1, 1)), []),
    ("EXIF, inch", jpeg((0, 1, 1), app1(exif_data(1000))), [("EXIF", 1000, 1000)]),
    ("EXIF, centimetre", jpeg((0, 1, 1), app1(exif_data(394, 3))), [("EXIF", 1000.76, 1000.76)]),
    ("EXIF beside JFIF", jpeg((1, 72, 72), app1(exif_data(1000))), [("JFIF", 72, 72), ("EXIF", 1000, 1000)]),
    ("capture", jp2(1000, None), [("JP2 capture", 1000, 1000)]),
    ("display", jp2(None, 1000), [("JP2 display", 1000, 1000)]),
    ("capture goes before display", jp2(1000, 72), [("JP2 capture", 1000, 1000)]),
    ("comment", wsq(COMMENT % b"1000"), [("NISTCOM", 1000, 1000)]),
    ("comment with decimals", wsq(COMMENT % b"1000.0"), [("NISTCOM", 1000, 1000)]),
    ("comment, CRLF", wsq((COMMENT % b"1000.0").replace(b"\n", b"\r\n")), [("NISTCOM", 1000, 1000)]),
    ("comment, CR", wsq((COMMENT % b"1000").replace(b"\n", b"\r")), [("NISTCOM", 1000, 1000)]),
    ("comment that does not know", wsq(COMMENT % b"-1"), []),
    ("comment of somebody else", wsq(b"PPI 1000\n"), []),
]


@pytest.mark.parametrize(("data", "told"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_every_place_that_tells_a_resolution_is_read_and_compared(
    data: bytes, told: list[tuple[str, float, float]]
) -> None:
    seen = densities_of(data)
    assert [one.source for one in seen] == [row[0] for row in told]
    for one, (_, across, down) in zip(seen, told, strict=True):
        assert (one.across, one.down) == pytest.approx((across, down), rel=1e-4)
    assert found(record_of(data)) == ["image-resolution"] * len(told)
    assert found(record_of(data, SLC=1, THPS=1000, TVPS=1000)) == [
        "image-resolution" for row in told if row[1:2] != pytest.approx((1000,), rel=0.001)
    ]


def test_a_comment_is_read_as_nist_s_tools_and_others_write_it() -> None:
    for text, ppi in ((b"PPI 500.0", 500), (b"PPI\t500", 500), (b"PPI  500 ", 500), (b"PPI nan", None), (b"PPI", None)):
        told = nistcom.ppi_of(b"NIST_COM 2\r\n" + text + b"\r\n")
        assert told == (None if ppi is None else (ppi, ppi))
    from nistitl.images import wsq as stream

    data = wsq((COMMENT % b"500.0").replace(b"\n", b"\r\n"))
    assert stream.info(data).ppi == 500 and nistitl.Type14.from_image(data, FGP=2, IMP=1).THPS == 500


@pytest.mark.parametrize("data", [row[1] for row in TOLD], ids=[row[0] for row in TOLD])
def test_a_codestream_that_ends_anywhere_tells_what_it_has(data: bytes) -> None:
    whole = densities_of(data)
    for end in range(min(len(data), 400)):
        told = densities_of(data[:end])
        assert all(one.source in [two.source for two in whole] or one.source == "JP2 display" for one in told)


# -- what is compared ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_one_per_cent_is_the_same_and_more_is_not(name: str) -> None:
    for ppi, same in ((500, True), (505, True), (495, True), (506, False), (494, False), (1000, False)):
        codes = found(record_of(codestream(name, ppi)))
        assert codes == ([] if same else ["image-resolution"]), ppi


def test_metric_roundings_are_the_same() -> None:
    assert found(record_of(codestream("PNG", 500), SLC=2, THPS=197, TVPS=197)) == []
    assert found(record_of(codestream("JPEGB", 72), SLC=2, THPS=28, TVPS=28)) == []  # a centimetre of 71.12, rounded
    assert found(record_of(jpeg((2, 28, 28)), THPS=72, TVPS=72)) == []
    assert found(record_of(codestream("PNG", 500), SLC=2, THPS=200, TVPS=200)) == ["image-resolution"]


def test_an_aspect_ratio_is_compared_as_one() -> None:
    oblong = png(phys(23622, 11811))
    assert found(record_of(oblong, SLC=0, THPS=2, TVPS=1)) == []
    assert found(record_of(oblong, SLC=0, THPS=1, TVPS=1)) == ["image-resolution"]
    assert found(record_of(png(phys(2, 1, 0)))) == ["image-resolution"]
    assert found(record_of(codestream("PNG", 300), SLC=0, THPS=1, TVPS=1)) == []


def transaction(record: Any, nsr: str = "19.69", ntr: str = "19.69") -> nistitl.Transaction:
    tx = nistitl.Transaction.new(TOT="CAR", VER="0502", DAI="D", ORI="O", TCN="T")
    tx[1][0].NSR, tx[1][0].NTR = Decimal(nsr), Decimal(ntr)
    tx.append(record)
    return nistitl.read(bytes(tx))


def test_a_binary_record_goes_by_type_1() -> None:
    fine = codestream("WSQ20", 1000)
    record = nistitl.Type4(IMP=1, FGP=(2,), ISR=0, HLL=112, VLL=96, CGA=1, DATA=fine)
    tx = transaction(record)
    (finding,) = [one for one in tx.validate(level=3) if one.code == "image-resolution"]
    assert (finding.severity, finding.location.path) == (Severity.WARNING, "4.005")
    assert (finding.expected, finding.actual) == ("1000 ppi", "500.1 ppi")
    assert not [one for one in tx.validate(level=2) if one.code == "image-resolution"]
    assert (
        found(transaction(nistitl.Type4(IMP=1, FGP=(2,), ISR=1, HLL=112, VLL=96, CGA=1, DATA=fine), "39.37")[4][0])
        == []
    )
    same = nistitl.Type4(IMP=1, FGP=(2,), ISR=0, HLL=112, VLL=96, CGA=1, DATA=codestream("WSQ20", 500))
    assert found(transaction(same)[4][0]) == []


# -- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_from_image_refuses_what_contradicts_itself(name: str) -> None:
    fine = codestream(name, 1000)
    assert nistitl.Type13.from_image(fine, FGP=2, IMP=4).THPS == 1000
    for fields in ({"ppi": 500}, {"THPS": 500, "TVPS": 500}, {"SLC": 2}):
        with pytest.raises(
            ImageError, match=r"1000 ppi \(.*00 ppi.*override_ppi=True|1000 ppi.*2540 ppi.*override_ppi"
        ):
            nistitl.Type13.from_image(fine, FGP=2, IMP=4, **fields)
        kept = nistitl.Type13.from_image(fine, FGP=2, IMP=4, override_ppi=True, **fields)
        assert kept.THPS == (500 if "SLC" not in fields else 1000)
    if name not in ("JP2L",):
        with pytest.raises(ImageError, match=r"ISR 0 500 ppi; override_ppi=True"):
            nistitl.Type4.from_image(fine, FGP=(2,), IMP=1, ISR=0)
    assert nistitl.Type4.from_image(fine, FGP=(2,), IMP=1).ISR == 1
    assert nistitl.Type13.from_image(fine, FGP=2, IMP=4, ppi=1000.4).THPS == 1000


def test_from_image_refuses_two_resolutions_in_one_codestream() -> None:
    data = jpeg((1, 72, 72), app1(exif_data(300)))
    with pytest.raises(ImageError, match=r"300 ppi \(EXIF\), JFIF 72 ppi; .*give ppi and override_ppi=True"):
        nistitl.Type10.from_image(data)
    with pytest.raises(ImageError, match="override_ppi"):
        nistitl.Type10.from_image(data, ppi=300)
    assert nistitl.Type10.from_image(data, ppi=300, override_ppi=True).THPS == 300


def test_from_image_keeps_pixels_that_are_not_square() -> None:
    oblong = png(phys(23622, 11811))
    record = nistitl.Type14.from_image(oblong, FGP=2, IMP=1)
    assert (record.SLC, record.THPS, record.TVPS) == (0, 600, 300) and found(record) == []
    with pytest.raises(ImageError, match="Type-4 holds square pixels"):
        nistitl.Type4.from_image(oblong, FGP=(2,), IMP=1)
    with pytest.raises(ImageError, match="SLC 1 is for square pixels"):
        nistitl.Type14.from_image(oblong, FGP=2, IMP=1, SLC=1)
    with pytest.raises(ImageError, match="600 x 300 ppi"):
        nistitl.Type14.from_image(oblong, FGP=2, IMP=1, ppi=600)
    with pytest.raises(ImageError, match="pixels of 2 to 1"):
        nistitl.Type14.from_image(png(phys(2, 1, 0)), FGP=2, IMP=1, ppi=600)
    assert nistitl.Type4.from_image(oblong, FGP=(2,), IMP=1, ppi=500, override_ppi=True).ISR == 0


@pytest.mark.parametrize("name", NAMES)
def test_transcode_refuses_and_keeps_the_record_s_when_told(name: str) -> None:
    record = record_of(codestream("PNG", 1000))
    before = bytes(record)
    with pytest.raises(ImageError, match=r"1000 ppi \(pHYs\), the record 500 ppi; override_ppi=True"):
        record.transcode(name)
    assert bytes(record) == before
    record.transcode(name, override_ppi=True)
    assert (record.THPS, record.codec) == (500, name) and found(record) == []
    assert [round(one.across) for one in densities_of(record.DATA)] == [500]


@pytest.mark.parametrize("name", NAMES)
def test_transcode_invents_no_square_pixels(name: str) -> None:
    record = record_of(png(phys(23622, 11811)), SLC=0, THPS=600, TVPS=300)
    record.transcode(name)
    assert (record.SLC, record.THPS, record.TVPS, record.codec) == (0, 600, 300, name)
    assert densities_of(record.DATA) == [] and found(record) == []


ONE_PNG = """format = "nistitl-1"
[[record]]
type = 1
field = {{"1.002" = "0502", "1.004" = "CAR", "1.011" = "19.69", "1.012" = "19.69"}}
[[record]]
type = {type}
field = {{{fields}, "{data}" = {{ {key} = "a.{key}"{override} }}}}
"""
TYPE_4 = {"type": 4, "fields": '"4.003" = 1, "4.004" = 2, "4.005" = 0', "data": "4.009"}
TYPE_14 = {"type": 14, "fields": '"14.008" = "1", "14.009" = "500", "14.010" = "500"', "data": "14.999"}


def folder_of(folder: Path, data: bytes, row: dict[str, Any], key: str = "png", override: str = "") -> Path:
    (folder / f"a.{key}").write_bytes(data)
    (folder / MANIFEST).write_text(ONE_PNG.format(**row, key=key, override=override), "utf-8")
    return folder


@pytest.mark.parametrize("row", [TYPE_4, TYPE_14], ids=["Type-4", "Type-14"])
def test_pack_refuses_a_png_of_another_resolution(tmp_path: Path, row: dict[str, Any], capsys: Any) -> None:
    folder = folder_of(tmp_path, codestream("PNG", 1000), row)
    with pytest.raises(nistitl.StructureError, match=r"record 1 \(Type-\d+\): .*1000 ppi \(pHYs\), the record 500"):
        pack(folder)
    out = tmp_path / "out.eft"
    assert main(["pack", str(folder), str(out)]) == 2 and not out.exists()
    assert "--override-ppi" in capsys.readouterr().err
    assert main(["pack", str(folder), str(out), "--override-ppi"]) in (0, 1) and out.exists()
    assert pack(folder_of(folder, codestream("PNG", 1000), row, override=", override_ppi = true")) == out.read_bytes()
    assert pack(folder_of(folder, codestream("PNG", 502), row))
    assert pack(folder_of(folder, png(), row))
    with pytest.raises(nistitl.StructureError, match="600 x 300 ppi"):
        pack(folder_of(folder, png(phys(23622, 11811)), row))


def test_pack_compares_codestreams_and_unpack_says_what_was_so_before(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, codestream("WSQ20", 1000), TYPE_14, "file")
    with pytest.raises(nistitl.StructureError, match=r"1000 ppi \(NISTCOM\)"):
        pack(folder)
    data = bytes(transaction(record_of(codestream("WSQ20", 1000))))
    unpack(nistitl.read(data), tmp_path / "again")
    assert (tmp_path / "again" / MANIFEST).read_text("utf-8").count("override_ppi = true }") == 1
    assert pack(tmp_path / "again") == data
    unpack(transaction(record_of(codestream("WSQ20", 500))), tmp_path / "same")
    assert "override_ppi = true }" not in (tmp_path / "same" / MANIFEST).read_text("utf-8")


# -- what is said ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "pixels", "nominal"),
    [
        (1, 500, 500), (2, 197, 500), (1, 495, 500), (1, 505, 500), (1, 508, 508), (1, 600, 600), (2, 236, 600),
        (1, 1000, 1000), (2, 394, 1000), (1, 1200, 1200), (2, 472, 1200), (1, 72, 72), (0, 1, None),
    ],
)  # fmt: skip
def test_the_nominal_resolution(scale: int, pixels: int, nominal: int | None) -> None:
    assert nistitl.Type14(SLC=scale, THPS=pixels, TVPS=pixels).nominal_ppi == nominal


def test_the_nominal_resolution_of_a_binary_record() -> None:
    record = transaction(nistitl.Type4.from_image(GRAY, "NONE", 500, FGP=(2,), IMP=1))[4][0]
    assert (round(record.ppi, 3), record.nominal_ppi) == (500.126, 500)


HUGE = ("99999", "54321987", "9" * 400)


@pytest.mark.parametrize("pixels", HUGE, ids=["254 thousand ppi", "138 million ppi", "400 digits"])
@pytest.mark.parametrize("form", formats())
def test_an_implausible_resolution_is_told_and_prevents_nothing(pixels: str, form: str) -> None:
    tx = transaction(record_of(codestream("PNG", 500)))
    record = tx[14][0]
    record["14.008"], record["14.009"].raw, record["14.010"].raw = 2, pixels.encode(), pixels.encode()
    (record,) = nistitl.read(bytes(tx))[14]
    assert exported(record, form)[0]
    assert found(record) == ["resolution-implausible"] or record.THPS is None
    assert "14.009" in [one.location.path for one in nistitl.read(bytes(tx)).validate(level=3)]
    record.transcode("WSQ20")
    assert record.array.shape == GRAY.shape


def test_an_implausible_resolution_of_type_1_and_of_a_codestream() -> None:
    tx = transaction(nistitl.Type4.from_image(GRAY, "NONE", 500, FGP=(2,), IMP=1))
    tx[1][0]["1.012"].raw = b"5433070.87"
    told = [one for one in nistitl.read(bytes(tx)).validate(level=3) if one.code == "resolution-implausible"]
    assert [one.location.path for one in told] == ["4.005"]
    assert exported(nistitl.read(bytes(tx))[4][0], "png")[0]
    odd = png(phys(1 << 31, 1 << 31))
    (finding,) = record_of(odd).image_findings()
    assert (finding.code, finding.severity) == ("resolution-implausible", Severity.WARNING)
    with pytest.raises(ImageError, match=r"which no image has; give ppi"):
        nistitl.Type14.from_image(odd, FGP=2, IMP=1)
    assert nistitl.Type14.from_image(odd, ppi=500, FGP=2, IMP=1).THPS == 500


def test_an_image_of_oblong_pixels_is_exported_without_a_square_density() -> None:
    record = record_of(codestream("PNG", 600), THPS=600, TVPS=300)
    assert densities_of(exported(record, "png")[0]) == []
    picture = PIL.open(io.BytesIO(exported(record, "tiff")[0]))
    assert tuple(map(float, picture.info["dpi"])) == (600, 300)


def test_a_tiff_tells_its_resolution() -> None:
    out = io.BytesIO()
    PIL.fromarray(GRAY).save(out, "TIFF", dpi=(1000, 1000))
    assert [(one.source, one.across, one.down) for one in densities_of(out.getvalue())] == [("TIFF", 1000, 1000)]
    record = nistitl.Type14(FGP=2, IMP=1, SLC=1, THPS=500, TVPS=500, HLL=112, VLL=96, CGA="NONE", DATA=out.getvalue())
    assert "image-resolution" in found(record)


def test_a_hash_that_was_right_is_right_after_transcode() -> None:
    record = record_of(codestream("PNG", 500))
    for said, right in ((sha256(record.DATA).hexdigest().upper(), True), ("0" * 64, False)):
        record = record_of(codestream("PNG", 500), HAS=said)
        record.transcode("JP2L")
        assert (record.HAS == sha256(record.DATA).hexdigest().upper()) is right
        assert right or record.HAS == said
    record = record_of(codestream("PNG", 500))
    record.transcode("JP2L")
    assert record.HAS is None


@pytest.mark.parametrize(
    ("kind", "ppi", "isr"),
    [(4, 1000, 1), (4, 600, 1), (4, 500, 0), (6, 1000, 1), (6, 500, 0), (3, 500, 1), (3, 250, 0), (5, 250, 0)],
)
def test_a_binary_record_keeps_the_resolution_that_it_was_made_with(kind: int, ppi: int, isr: int) -> None:
    said = {"NSR": "11.11", "NTR": "11.11"}
    black = np.zeros((32, 32), np.uint8)
    made = nistitl.record_class(kind).from_image(black, codec="NONE", ppi=ppi, FGP=2, IMP=0)  # type: ignore[attr-defined]
    assert made.ISR == isr and made.ppi == pytest.approx(ppi, rel=0.001)
    alone = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0300", **said)
    alone.append(made.copy())
    assert nistitl.read(bytes(alone))[kind][0].ppi == pytest.approx(ppi, rel=0.001)  # type: ignore[attr-defined]
    other = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0300", **said)
    other.append(nistitl.Type4(IDC=1, IMP=0, FGP=1, ISR=isr, HLL=32, VLL=32, CGA=0, DATA=bytes(1024)))
    before = bytes(other)
    with pytest.raises(nistitl.StructureError, match=rf"1\.01{2 - isr}.*resample it"):
        other.append(made)
    assert bytes(other) == before


@pytest.mark.parametrize("kind", [3, 5])
@pytest.mark.parametrize("ntr", ["09.84", "19.69"])
def test_a_nominal_resolution_that_is_told_whole_or_halved_is_the_same(kind: int, ntr: str) -> None:
    """1.012 of files with nothing finer is that of Types 3 and 5 itself."""
    made = [
        nistitl.record_class(kind).from_image(np.zeros((32, 32), np.uint8), codec="NONE", ppi=250, FGP=2, IMP=0)  # type: ignore[attr-defined]
        for _ in range(2)
    ]
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0300", NSR=ntr, NTR=ntr)
    for record in made:
        tx.append(record)
    assert bytes(tx.header.raw(12)) == ntr.encode()
    assert [round(record.ppi or 0) for record in tx[kind]] == [250, 250]  # type: ignore[literal-required]


@pytest.mark.parametrize("kind", [22, 99])
def test_uncompressed_pixels_are_not_put_where_nothing_tells_their_size(kind: int) -> None:
    type_ = nistitl.record_class(kind)
    with pytest.raises(ImageError, match=f"Type-{kind} does not tell the size"):
        type_.from_image(GRAY, codec="NONE", ppi=500)  # type: ignore[attr-defined]
    assert type_.from_image(GRAY, codec="PNG", ppi=500).array.shape == GRAY.shape  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP"])
def test_the_resolution_of_a_picture_of_pillow_is_compared(form: str) -> None:
    from io import BytesIO

    from PIL import Image

    def opened(**options: Any) -> Any:
        out = BytesIO()
        Image.fromarray(np.zeros((64, 64), np.uint8)).save(out, form, **options)
        return Image.open(out)

    with pytest.raises(ImageError, match=r"1000 ppi.*500 ppi.*override_ppi"):
        nistitl.Type14.from_image(opened(dpi=(1000, 1000)), codec="PNG", ppi=500)
    with pytest.raises(ImageError, match=r"1000 ppi"):
        nistitl.Type4.from_image(opened(dpi=(1000, 1000)), codec="WSQ20", ppi=500, FGP=2, IMP=1)
    kept = nistitl.Type14.from_image(opened(dpi=(1000, 1000)), codec="PNG", ppi=500, override_ppi=True)
    assert kept.ppi == 500
    exif = {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"} if form == "JPEG" else {}
    silent = () if form == "BMP" else (opened(), opened(**exif))  # Pillow writes 96 into every BMP
    for same in (opened(dpi=(500, 500)), *silent):
        assert nistitl.Type14.from_image(same, codec="PNG", ppi=500).ppi == 500
