"""JP2L is what keeps everything: the 5-3 transformation with every coding pass."""

from __future__ import annotations

import io
import struct
from base64 import b85decode
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.images.errors import ImageError
from nistitl.images.findings import format_findings
from nistitl.images.registry import codec_named
from nistitl.images.streams import packets
from nistitl.images.streams.reversible import is_reversible
from tests.fuzz.codestreams import picture

if TYPE_CHECKING:
    from collections.abc import Iterator

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

STYLES = {  # of 12 x 12 pixels by OpenJPEG, with SOP and EPH: by style of the blocks, and whether all is kept
    ("bypass", True): (
        "|4;u>04V?f0000C0000C00000000000000C0000C0000000000009R90sm3}3<dxI0ssL40RaL3TmT0^KuAbX|BwI*000000TKWK"
        "|C9fb00aO4fd7*JkpKh$0j4<rk|`+z#Lnsa|B(O$00Q5EB}$bl|B@0kF_IW5`egz#Zy5>K2xF4XZJ2yNq5psBj>{vx|9?wMOUTOq"
        "e}Di20J8so|B(O$00Ym!vZYFueZ$o%RH}Yt)hbk}Q2&w-kFXT*HEF|Ml`&@lo9)LKxw))LpBMlGkP`oY0009-CI5c_01re3|9=1g"
        "4@71Ee|%pYcT7KgPF>c@?8^9m00009RsVkg001pT|9=1g01OrXe*gdgEk*x-98t9aw_iE;K^vh<Z)0o4T2DU!0000L|9=1g000I5"
        "e*gdg00sYl0000075{$#0000L|9}74"
    ),
    ("bypass", False): (
        "|4;u>04V?f0000C0000C00000000000000C0000C0000000000009R90sm3}3<dxI0RRC30RaL3TmT0^KuAbX|BwI*0000004M+f"
        "|C9fb00aO4fd7*JkpKh$0j4<rk|`+z#Lnsa|Je"
    ),
    ("termall", True): (
        "|4;u>04V?f0000C0000C00000000000000C0000C0000000000009R90sm3}3<dxI0ssL40R#d6TmT0^KuAbX|BwI*000000Wtsq"
        "|C9fb00aO4fd7*JkpKh$0m&vd|B?@nuoNjN199ba|B(O$00Q5EBPlf{5{T4V|B@0P|9^iYFuSCR%U+~GpFhPu#y2kv3;%y?cQiTt"
        "pZ|X=pHDn3)&GA#(S3OGAOC;9tF%x5fB%sH1ONm5^a&Y|p$U;036Pn6!(>IG(rF}`pPJ%YMIup1q>4oV|B?u+P8#&7i$5p-f8C?M"
        "8$lQUe?I|6J7@oY-}+0}|9}5~^VQG)e}C`F$NztS^vH|<e}5-#jB($J6TW{l>P+|lf1guRtN(w0{|UeUfB%2|15^Kh|9}0R|9}5~"
        "`EIxWe;iS@0lyj5pL7wqf8)T_V^7Ebf5Ym3|9@-G|9`*#fB%2K|9}5~|9?UMfB%0||9}74"
    ),
    ("termall", False): (
        "|4;u>04V?f0000C0000C00000000000000C0000C0000000000009R90sm3}3<dxI0RRC30R#d6TmT0^KuAbX|BwI*0000004x9j"
        "|C9fb00aO4fd7*JkpKh$0m&vd|B?@nuoNjN199ba|Je"
    ),
    ("all", True): (
        "|4;u>04V?f0000C0000C00000000000000C0000C0000000000009R90sm3}3<dxI0ssL40Y3r%TmT0^KuAbX|BwI*000000X6^u"
        "|C9fb00aO4fd7*JkpKh$0f7IK|B(O$00Q5E6KPeI3WU;W|B@0QfdC+-y+jodmD4U-f(h90&e}u#uaCU8ZJ8er=vB7ql{+ks^|ne{"
        "T3$v~wv_+?2m;Es|B(O$00Ym#c`cI(gwkm=&%q(i6A7f!X*AExaZQqmgu-Dkm_YxM509`F2O20J6J;$uB(|+i+B7=)wo)1*R-CpP"
        "0043Vwh90M8X+pS3IG6lAS$*B004R;Dz+&p1Y`?_jS)-^$q6!h=H%vHE`1sMwlstI8NRj^0000bRkjrX006ZWwiN&X05Day6#xJL"
        "wH3A;QMCcZvC+0{CNfwfoUL6GOVfb1o2K`+0RR911-1bI0005D0RR910k#1E000HH0RR911-Ad$"
    ),
}


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
        assert told(whole) in (True, None) and np.array_equal(imagecodecs.jpeg2k_decode(whole), image)
        for rates in ((10,), (40, 5), (2,)):
            data = saved(image, *rates)
            same = np.array_equal(imagecodecs.jpeg2k_decode(data), image)
            assert told(data) is not True or same, "nothing that lost something is told lossless"


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


def tiny() -> Iterator[Any]:
    """Pictures of a few pixels: of all values, of a few, of one; steps; all twice, gray and in colour."""
    random = np.random.default_rng(7)
    for shape in ((1, 1), (1, 9), (9, 1), (1, 7), (7, 1), (2, 3), (5, 5), (8, 8), (3, 16), (33, 20)):
        rows, columns = np.mgrid[: shape[0], : shape[1]]
        for gray in (
            random.integers(0, 256, shape), random.integers(120, 136, shape), random.integers(126, 130, shape),
            rows * 2 + columns, np.full(shape, 200), random.integers(0, 2, shape) * 255,
        ):  # fmt: skip
            yield gray.astype("u1")
            yield np.dstack([gray, gray[::-1], 255 - gray]).astype("u1")


def test_a_band_that_is_not_there_may_have_been_dropped() -> None:
    doubted = 0
    for image in tiny():
        for rates in ((1.2,), (2,), (3,), (5,), (10,), (40, 5)):
            data = saved(image, *rates)
            if not np.array_equal(imagecodecs.jpeg2k_decode(data), image):
                assert told(data) is not True
                doubted += told(data) is None
    assert doubted > 5, "of which no coding pass is cut: whole bands are missing"


def test_bands_are_there_where_one_tile_has_them() -> None:
    """Prints on white paper: most tiles, and most code blocks, are of zeros alone."""
    page = np.full((160, 240), 255, np.uint8)
    page[70:110, 90:150] = picture(40, 60)
    for form in ({}, {"tile_size": (60, 60)}, {"codeblock_size": (4, 4)}):
        assert told(saved(page, **form)) is True
    assert told(saved(np.full((160, 240), 255, np.uint8))) is None
    assert told(saved(np.dstack([page] * 3), mct=1)) is None, "gray in three colours, of which two have nothing to tell"


@pytest.mark.parametrize(("style", "kept"), STYLES)
def test_every_style_of_code_blocks_is_walked_behind_markers_of_packets(style: str, kept: bool) -> None:
    data = b85decode(STYLES[style, kept])
    rows, columns = np.mgrid[:12, :12]
    image = (rows * 37 + columns * 91 + rows * columns * 13).astype("u1")
    assert np.array_equal(imagecodecs.jpeg2k_decode(data), image) is kept
    assert told(data) is kept
    assert data.count(b"\xff\x91") == data.count(b"\xff\x92") > 0


def content(data: bytes, marker: int) -> bytes:
    at = data.index(bytes((0xFF, marker)))
    return data[at + 4 : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]


def with_segments(data: bytes, *segments: tuple[int, bytes]) -> bytes:
    """A bare codestream with marker segments at the end of its main header."""
    at = data.index(b"\xff\x90")
    more = [bytes((0xFF, marker)) + (len(one) + 2).to_bytes(2, "big") + one for marker, one in segments]
    return data[:at] + b"".join(more) + data[at:]


@pytest.mark.parametrize("rates", [(), (10,)], ids=["whole", "cut"])
def test_components_may_be_coded_in_a_way_of_their_own(rates: tuple[int, ...]) -> None:
    data = saved(picture(90, 70, colour=True), *rates, no_jp2=True, num_resolutions=3)
    coding, steps = content(data, 0x52), content(data, 0x5C)
    own = [(0x53, bytes((number, coding[0] & 1)) + coding[5:]) for number in range(3)]
    planes = [(0x5D, bytes((number,)) + steps) for number in range(3)]
    assert told(with_segments(data, own[1], planes[2])) is (not rates)
    elsewhere = data.replace(coding, coding[:5] + bytes((coding[5], 0, 0)) + coding[8:])
    elsewhere = elsewhere.replace(steps, steps[:1] + bytes(len(steps) - 1))
    assert told(elsewhere) is not True
    assert told(with_segments(elsewhere, *own, *planes)) is (not rates), "that of the component goes before the usual"
    lossy = (0x53, own[1][1][:-1] + b"\0"), (0x5D, b"\1" + bytes((steps[0] | 1,)) + steps[1:])
    assert [told(with_segments(data, one)) for one in lossy] == [False, False]


def test_a_record_of_which_nobody_can_tell_is_what_it_says() -> None:
    flat = saved(np.full((90, 70), 200, np.uint8))
    for name, notes in (("JP2", []), ("JP2L", ["image-cga"])):
        record = nistitl.Type14.from_image(flat, name, ppi=500, FGP=2, IMP=1)
        assert (record.CGA, record.codec, codes(record)) == (name, name, notes)
        assert {finding.severity for finding in record.image_findings()} <= {nistitl.Severity.NOTE}
    assert nistitl.Type14.from_image(flat, ppi=500).CGA == "JP2L"


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


def sparse(tiles: int) -> bytes:
    """Tiles of a million code blocks each, and one byte of packets for all of them."""

    def segment(marker: int, content: bytes) -> bytes:
        return struct.pack(">HH", marker, len(content) + 2) + content

    size = segment(0xFF51, struct.pack(">H8IH3B", 0, 4096 * tiles, 4096, 0, 0, 4096, 4096, 0, 0, 1, 7, 1, 1))
    style = segment(0xFF52, struct.pack(">BBHBBBBBB", 0, 0, 1, 0, 0, 0, 0, 0, 1))
    parts = (struct.pack(">HHHIBBH", 0xFF90, 10, tile, 15, 0, 1, 0xFF93) for tile in range(tiles))
    return b"\xff\x4f" + size + style + segment(0xFF5C, b"\x40\x40") + b"\x88".join((*parts, b"")) + b"\xff\xd9"


def test_code_blocks_are_looked_at_in_proportion_to_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    visits = []
    block = packets._Band._block

    def counted(*said: Any) -> int:
        visits.append(said)
        return block(*said)

    monkeypatch.setattr(packets._Band, "_block", counted)
    for tiles in (1, 4, 16):
        visits.clear()
        assert told(sparse(tiles)) is None
        assert len(visits) < 20_000
