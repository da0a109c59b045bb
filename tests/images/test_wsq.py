"""WSQ: the reference set to the last bit, streams of our own in every lawful shape, and damage of every kind."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import pickle
import random
import struct
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from nistitl.base.errors import ITLError
from nistitl.images import wsq
from nistitl.images.synthetic import ridges
from nistitl.images.wsq import bits, container, huffman, pillow, quantizer, wavelet
from tests.support.growing import check_ratio, counted, peak

Pixels = NDArray[np.uint8]
Blocks = list[huffman.Symbols]

SOI, EOI = b"\xff\xa0", b"\xff\xa1"


# What the tests work on -----------------------------------------------------------------------------------


@cache
def print_of(height: int, width: int) -> Pixels:
    """Synthetic ridges of that size."""
    skin = ridges.grow(ridges.WHORL, height, width, 3)
    return ridges.ink(skin, ridges.contact(height, width, 3), 4)


@cache
def encoded(height: int = 200, width: int = 170) -> bytes:
    """A codestream of them."""
    return wsq.encode(print_of(height, width), comments=("a comment",))


def segments(data: bytes) -> list[tuple[int, bytes]]:
    """A codestream as markers and what follows each up to the next, coded bits with their SOB."""
    at, found = 2, []
    while data[at + 1] != container.EOI:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == container.SOB:
            while data[end] != 0xFF or data[end + 1] == 0 or container.RST0 <= data[end + 1] <= container.RST7:
                end += 1
        found.append((data[at + 1], data[at:end]))
        at = end
    return found


def joined(parts: Sequence[bytes]) -> bytes:
    """Segments as a codestream."""
    return SOI + b"".join(parts) + EOI


def psnr(one: Pixels, other: Pixels) -> float:
    """Peak signal to noise in decibels."""
    error = float(np.mean((one.astype(float) - other) ** 2))
    return 10 * np.log10(255**2 / error) if error else float("inf")


def outcome(data: bytes, **options: Any) -> Pixels | None:
    """The pixels, None for an ImageError; anything else, a warning too, fails the test."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        try:
            return wsq.decode(data, **options)
        except wsq.ImageError:
            return None


class Maker:
    """Codestreams of random coefficients, put together by hand."""

    def __init__(self, height: int, width: int, seed: int = 0, top: int = 40) -> None:
        rng = np.random.default_rng(seed)
        self.size = height, width
        self.widths = rng.uniform(0.5, 2, quantizer.CODED).astype(np.float32)
        self.widths[5] = self.widths[40] = 0
        sizes = wavelet.subband_sizes(height, width)
        self.blocks = []
        for first, last in ((0, 19), (19, 52), (52, 60)):
            count = sum(h * w for k, (h, w) in list(enumerate(sizes))[first:last] if self.widths[k])
            values = rng.integers(-top, top + 1, count)
            values[rng.random(count) < 0.6] = 0
            self.blocks.append(values)

    def tables(self) -> list[bytes]:
        """DTT, DQT, SOF."""
        return [
            container.write_filters(wavelet.ANALYSIS_LOW, wavelet.ANALYSIS_HIGH),
            container.write_quantization((2, 44), self.widths, self.widths * np.float32(1.2)),
            container.write_frame(container.Frame(0, 255, *self.size, np.float32(128), np.float32(0.4), 2, 7)),
        ]

    def coded(self, every: int | None = None) -> list[bytes]:
        """DHT and SOB for each block, with a restart marker after each so many coefficients."""
        parts = []
        for number, values in enumerate(self.blocks):
            runs = [values[at : at + every] for at in range(0, len(values), every)] if every else [values]
            symbols = [symbols_of(run) for run in runs]
            table = huffman.optimal(sum((s.frequencies() for s in symbols), np.zeros(256, np.int64)))
            data = b""
            for index, run in enumerate(symbols):
                data += bytes((0xFF, container.RST0 + (index - 1) % 8)) if index else b""
                data += bits.stuff(huffman.encode(run, table))
            parts += [container.write_huffman({number: table}), sob(number) + data]
        return parts


def symbols_of(values: NDArray[Any]) -> huffman.Symbols:
    """All coefficients of a run as symbols."""
    places = np.flatnonzero(values)
    return huffman.symbolize(places, values[places], len(values))


def sob(number: int) -> bytes:
    """The head of a block."""
    return container.segment(container.SOB, bytes((number,)))


# The reference set ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference(corpus: Path) -> Path:
    """The folder with NIST's images, reference streams, and hashes of what NBIS makes of them."""
    folder = corpus / "nist_wsq_reference"
    if not (folder / "MANIFEST.json").is_file():
        pytest.skip("NIST's WSQ reference set is not among the sample files")
    return folder


@pytest.fixture(scope="module")
def manifest(reference: Path) -> dict[str, Any]:
    """What the manifest says."""
    told: dict[str, Any] = json.loads((reference / "MANIFEST.json").read_text("utf-8"))
    return told


RATES = ("0.75", "2.25")


@pytest.mark.parametrize("rate", RATES)
def test_decodes_like_nbis(reference: Path, manifest: dict[str, Any], rate: str) -> None:
    for row in manifest["images"]:
        stream = row[f"bitrate_{rate}"]
        pixels = wsq.decode((reference / stream["reference_wsq"]).read_bytes(), strict=True)
        assert pixels.shape == (row["rows"], row["columns"])
        assert hashlib.sha256(pixels).hexdigest() == stream["nbis_decoded_raw8_sha256"], stream["reference_wsq"]


def test_decodes_other_filters_like_nbis(reference: Path, manifest: dict[str, Any]) -> None:
    lengths = set()
    for row in manifest["other_filters"]:
        data = (reference / row["reference_wsq"]).read_bytes()
        pixels = wsq.decode(data, strict=True)
        assert hashlib.sha256(pixels).hexdigest() == row["nbis_decoded_raw8_sha256"], row["reference_wsq"]
        lengths.add(wsq.info(data).filters)
    assert lengths == {(10, 6), (10, 10), (11, 9)}


@pytest.mark.parametrize("rate", RATES)
def test_encodes_like_nbis(reference: Path, manifest: dict[str, Any], rate: str) -> None:
    for row in manifest["images"]:
        with Image.open(reference / row["input"]) as image:
            data = wsq.encode(np.asarray(image), bitrate=float(rate))
        expected = row[f"bitrate_{rate}"]
        assert len(data) == expected["nbis_encoded_bytes"], row["name"]
        assert hashlib.sha256(data).hexdigest() == expected["nbis_encoded_sha256"], row["name"]


def test_every_sample_decodes_but_the_damaged(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    rows = [row for row in corpus_index if row["file"].endswith(".wsq") and row.get("validity") == "valid"]
    for row in rows:
        data = (corpus / row["file"]).read_bytes()
        told = wsq.info(data)
        assert wsq.decode(data).shape == (told.height, told.width), row["file"]
    assert rows


# Round trips ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(81, 81), (82, 97), (131, 90), (200, 171), (333, 260)])
def test_ridges_come_back(size: tuple[int, int]) -> None:
    pixels = print_of(*size)
    coarse, fine = (wsq.encode(pixels, bitrate=rate) for rate in (0.75, 2.25))
    assert len(coarse) < len(fine) < pixels.size
    assert psnr(wsq.decode(coarse, strict=True), pixels) > 20
    assert psnr(wsq.decode(fine, strict=True), pixels) > 28
    assert psnr(wsq.decode(fine), pixels) > psnr(wsq.decode(coarse), pixels) + 3


def test_bit_rate_is_met() -> None:
    pixels = print_of(400, 400)
    for rate in (0.75, 2.25):
        assert 0.5 * rate < 8 * len(wsq.encode(pixels, bitrate=rate, nistcom=False)) / pixels.size < 1.5 * rate


@pytest.mark.parametrize("grey", [0, 1, 128, 255])
def test_one_grey_value(grey: int) -> None:
    data = wsq.encode(np.full((90, 100), grey, np.uint8))
    assert (wsq.decode(data, strict=True) == grey).all()
    assert wsq.info(data).scale == 0


def test_any_memory_layout_encodes_the_same() -> None:
    pixels = print_of(200, 170)
    wide = np.zeros((200, 340), np.uint8)
    wide[:, ::2] = pixels
    assert wsq.encode(wide[:, ::2]) == wsq.encode(np.asfortranarray(pixels)) == wsq.encode(pixels)
    assert wsq.decode(memoryview(wsq.encode(pixels))).flags.c_contiguous


def test_far_coefficients_take_extra_bits() -> None:
    maker = Maker(100, 90, top=900)
    assert {103, 104} <= set(symbols_of(maker.blocks[0]).symbols.tolist())
    decoded = wsq.decode(joined(maker.tables() + maker.coded()), strict=True)
    assert decoded.shape == (100, 90)


@pytest.mark.parametrize(
    ("pixels", "why"),
    [
        (np.tile(np.linspace(0, 255, 120).astype(np.uint8), (100, 1)), "too little detail"),
        ((np.indices((100, 100)).sum(0) % 2 * 255).astype(np.uint8), "too little detail"),
        (np.zeros((80, 200), np.uint8), "200 x 80"),
        (np.zeros((200, 80), np.uint8), "80 x 200"),
        (np.zeros((0, 0), np.uint8), "0 x 0"),
        (np.zeros((100, 100), np.uint16), "uint16"),
        (np.zeros((100, 100, 3), np.uint8), "3 dimensions"),
    ],
)
def test_refuses_what_it_would_flatten_or_cannot_carry(pixels: NDArray[Any], why: str) -> None:
    with pytest.raises(wsq.ImageError, match=why):
        wsq.encode(pixels)


def test_a_lone_speck_is_refused_not_lost() -> None:
    pixels = np.full((400, 400), 255, np.uint8)
    pixels[200, 200] = 0
    with pytest.raises(wsq.ImageError, match="flatten"):
        wsq.encode(pixels)


@pytest.mark.parametrize(
    "options",
    [{"bitrate": 0}, {"bitrate": -1}, {"bitrate": float("nan")}, {"software": 65536}, {"comments": ["x" * 65534]}],
)
def test_refuses_senseless_options(options: dict[str, Any]) -> None:
    with pytest.raises(wsq.ImageError):
        wsq.encode(print_of(200, 170), **options)


@pytest.mark.parametrize("rate", [1e-6, 0.01, 0.1, 4.0, 50.0, 1e9])
def test_extreme_bit_rates_encode_or_are_refused(rate: float) -> None:
    pixels = print_of(200, 170)
    try:
        data = wsq.encode(pixels, bitrate=rate)
    except wsq.ImageError:
        assert rate not in (0.1, 4.0)
    else:
        assert psnr(wsq.decode(data, strict=True), pixels) > 8


# The parts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(81, 81), (97, 130), (128, 101)])
def test_the_transform_undoes_itself(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, size, np.uint8)
    subbands = wavelet.analyze(pixels, np.float32(128), np.float32(1))
    assert [band.shape for band in subbands] == list(wavelet.subband_sizes(*size)[:60])
    detail = wavelet.synthesize(subbands, *size, container.read(encoded()).filters)  # type: ignore[arg-type]
    smooth = pixels.astype(float)
    smooth = np.round(ridges.smooth_noise(np.random.default_rng(2), *size, 4.0) * 20 + 128)
    again = wavelet.analyze(smooth.astype(np.uint8), np.float32(128), np.float32(1))
    back = wavelet.synthesize(again, *size, container.read(encoded()).filters)  # type: ignore[arg-type]
    assert np.abs(back - (smooth - 128)).max() < 1.5  # but for the highest frequencies, which are dropped
    assert detail.shape == size


@pytest.mark.parametrize("size", [(17, 6), (96, 96), (97, 131), (250, 64), (101, 700)])
def test_blocks_and_lines_agree(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick way for the usual filters and the general one give the same bits."""
    maker = Maker(*size, seed=5)
    data = joined(maker.tables() + maker.coded())
    usual = wsq.decode(data, strict=True)
    monkeypatch.setattr(wavelet, "BLOCK", 700)
    assert (wsq.decode(data) == usual).all()
    monkeypatch.setattr(wavelet, "SHORTEST", 1 << 30)
    assert (wsq.decode(data) == usual).all()


def test_quantizer_puts_values_near_the_middle_of_their_bins() -> None:
    rng = np.random.default_rng(3)
    band = rng.normal(0, 20, (30, 40)).astype(np.float32)
    width, zero = np.float32(3), np.float32(3.6)
    found = quantizer.quantize(band, width, zero)
    table = container.Quantization(
        np.float32(0.44), np.r_[width, np.zeros(63)].astype(np.float32), np.r_[zero, np.zeros(63)].astype(np.float32)
    )
    sizes = [(30, 40)] + [(1, 1)] * 63
    back = quantizer.dequantize(found.places, found.numbers, table, sizes)
    assert back[1:] == [None] * 63
    assert back[0] is not None
    assert np.abs(back[0] - band).max() <= max(float(zero) / 2, 0.56 * float(width)) + 1e-4
    assert (np.sign(back[0]) * np.sign(band) >= 0).all()
    assert ((back[0] == 0) == (np.abs(band) <= zero / 2)).all()


@given(st.lists(st.tuples(st.integers(0, 32), st.integers(0, 2**32 - 1)), max_size=200))
def test_packed_bits_are_the_codes_then_ones(codes: list[tuple[int, int]]) -> None:
    text = "".join(format(code & ((1 << length) - 1), f"0{length}b") if length else "" for length, code in codes)
    values = np.array([code & ((1 << length) - 1) for length, code in codes], np.int64)
    packed = bits.pack(values, np.array([length for length, _ in codes], np.int64))
    text += "1" * (-len(text) % 8)
    assert packed == bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


@given(st.binary(max_size=200))
def test_stuffing_undoes_itself_and_hides_markers(data: bytes) -> None:
    stuffed = bits.stuff(data)
    assert bits.unstuff(stuffed) == data
    assert all(stuffed[at + 1 : at + 2] == b"\x00" for at, byte in enumerate(stuffed) if byte == 0xFF)


@given(st.binary(min_size=3, max_size=50))
def test_windows_are_sixteen_bits_at_every_position(data: bytes) -> None:
    text = "".join(format(byte, "08b") for byte in data)
    expected = [int(text[at : at + 16], 2) for at in range(8 * (len(data) - 2))]
    assert bits.windows(np.frombuffer(data, np.uint8)).tolist() == expected


VALUES = st.one_of(st.just(0), st.integers(-80, 80), st.integers(-300, 300), st.integers(-32767, 32767))


@settings(deadline=None)
@given(st.lists(st.tuples(VALUES, st.sampled_from([1, 1, 1, 3, 99, 100, 101, 255, 256, 70000])), max_size=60))
def test_symbols_come_back(runs: list[tuple[int, int]]) -> None:
    values = np.repeat(np.array([v for v, _ in runs], np.int64), [n if v == 0 else 1 for v, n in runs])
    block = symbols_of(values)
    table = huffman.optimal(block.frequencies())
    found = huffman.decode(huffman.encode(block, table), table, len(values))
    assert not found.broken or found.left < 8  # the filling
    assert np.repeat(found.values, found.counts).tolist() == values.tolist()


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=80), st.integers(8, 40), st.data())
def test_chunks_and_cuts_do_not_matter(values: list[int], chunk: int, data: st.DataObject) -> None:
    """However the bytes are divided for looking at them, and wherever they end, the symbols are the same."""
    block = symbols_of(np.array(values))
    table = huffman.optimal(block.frequencies())
    coded = huffman.encode(block, table)
    cut = data.draw(st.integers(0, len(coded)))
    whole = huffman.decode(coded, table, len(values))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(huffman, "CHUNK", chunk)
        found = huffman.decode(coded[:cut], table, len(values))
        again = huffman.decode(coded, table, len(values))
    assert again.values.tolist() == whole.values.tolist()
    assert found.values.tolist() == whole.values[: len(found.values)].tolist()
    assert found.counts.tolist() == whole.counts[: len(found.counts)].tolist()
    assert found.left <= 32


@settings(deadline=None)
@given(st.dictionaries(st.integers(1, 254), st.integers(1, 10**6), min_size=1))
def test_tables_are_canonical_short_and_never_all_ones(often: dict[int, int]) -> None:
    frequencies = np.zeros(256, np.int64)
    frequencies[list(often)] = list(often.values())
    check_table(huffman.optimal(frequencies), set(often))


def check_table(table: huffman.Table, symbols: set[int]) -> None:
    codes, lengths = table.codes
    written = {s: format(codes[s], f"0{lengths[s]}b") for s in np.flatnonzero(lengths)}
    assert set(written) == symbols
    assert max(map(len, written.values())) <= 16
    ordered = sorted(written.values())
    assert not any(b.startswith(a) for a, b in itertools.pairwise(ordered))
    assert not any(set(code) == {"1"} for code in ordered)


def test_codes_are_limited_to_sixteen_bits() -> None:
    frequencies, a, b = np.zeros(256, np.int64), 1, 1
    for symbol in range(1, 41):
        frequencies[symbol] = a
        a, b = b, a + b
    table = huffman.optimal(frequencies)
    check_table(table, set(range(1, 41)))
    assert table.counts[15]
    words = np.arange(1, 41).astype(np.uint8)
    block = huffman.Symbols(words, np.zeros(40, np.int64))
    assert huffman.decode(huffman.encode(block, table), table, 10**6).counts.tolist() == words.tolist()


@given(st.integers(0, 60), st.integers(0, 65534))
def test_scaled_numbers_come_back(exponent: int, integer: int) -> None:
    value = container.descale([exponent], [integer])[0]
    assert float(value) == pytest.approx(integer / 10**exponent, rel=1e-5, abs=1e-38)
    if value > 1e-20:
        again = container.descale(*([x] for x in container.enscale(value)))[0]
        assert float(again) == pytest.approx(float(value), rel=1e-4)


# Lawful shapes --------------------------------------------------------------------------------------------


def test_tables_in_one_segment_or_each_in_its_own() -> None:
    data = encoded()
    parts = segments(data)
    tables = [part for code, part in parts if code == container.DHT]
    others = [part for code, part in parts if code not in (container.DHT, container.SOB)]
    blocks = [part for code, part in parts if code == container.SOB]
    assert len(tables) == 2
    together = container.segment(container.DHT, b"".join(table[4:] for table in tables))
    pixels = wsq.decode(data)
    for shape in ([*others, together, *blocks], [together, *others[::-1], *blocks], [*others, *tables[::-1], *blocks]):
        assert (wsq.decode(joined(shape), strict=True) == pixels).all()


def test_a_table_may_be_replaced_between_blocks() -> None:
    maker = Maker(100, 90)
    parts = maker.coded()
    renumbered = [part[:4] + b"\x00" + part[5:] for part in parts]  # every table and every block calls itself number 0
    assert (wsq.decode(joined(maker.tables() + renumbered)) == wsq.decode(joined(maker.tables() + parts))).all()


def test_comments_anywhere() -> None:
    data = encoded()
    pixels = wsq.decode(data)
    comment = container.segment(container.COM, b"anywhere \xff\xa1 at all")
    parts = [part for _, part in segments(data)]
    for at in range(len(parts) + 1):
        changed = joined([*parts[:at], comment, comment, *parts[at:]])
        assert (wsq.decode(changed, strict=True) == pixels).all()
        assert len(wsq.info(changed).comments) == 4


def test_fill_bytes_before_markers_and_rubbish_after_the_end() -> None:
    parts = [part for _, part in segments(encoded())]
    changed = SOI + b"".join(b"\xff\xff" + part for part in parts) + b"\xff" + EOI + b"rubbish"
    assert (wsq.decode(changed, strict=True) == wsq.decode(encoded())).all()


@pytest.mark.parametrize("every", [1, 7, 100, 1000])
def test_restarts(every: int) -> None:
    maker = Maker(60, 70)
    plain = wsq.decode(joined(maker.tables() + maker.coded()), strict=True)
    interval = container.segment(container.DRT, struct.pack(">H", every))
    restarted = joined([*maker.tables(), interval, *maker.coded(every)])
    assert restarted.count(b"\xff\xb0") >= 1
    assert (wsq.decode(restarted, strict=True) == plain).all()


def test_a_restart_out_of_turn_is_noted() -> None:
    maker = Maker(60, 70)
    data = joined(maker.tables() + maker.coded(500)).replace(b"\xff\xb1", b"\xff\xb4", 1)
    assert wsq.decode(data).shape == (60, 70)
    with pytest.raises(wsq.ImageError, match="restart"):
        wsq.decode(data, strict=True)


def test_filling_that_looks_like_a_code_is_dropped() -> None:
    """Tables that use the code of all ones occur; what fills the last byte may then be codes as well."""
    maker = Maker(60, 70)
    one = huffman.Table(bytes((1, 0, 2) + (0,) * 13), bytes((181, 179, 100)))  # 0, 100, 101
    assert huffman.decode(b"\x00", one, 8).counts.tolist() == [1] * 8
    ones = huffman.Table(bytes((2,) + (0,) * 15), bytes((181, 182)))  # 0 and 1: a code may be all ones
    body = maker.tables()
    for number, values in enumerate(maker.blocks):
        count = len(values)
        data = bytes(count // 8) + (bytes((0xFF >> count % 8,)) if count % 8 else b"")
        body += [container.write_huffman({number: ones}), sob(number) + bits.stuff(data)]
    assert any(len(values) % 8 for values in maker.blocks)
    pixels = wsq.decode(joined(body), strict=True)
    exact = []
    for number, values in enumerate(maker.blocks):
        same = symbols_of(np.ones_like(values))
        table = huffman.optimal(same.frequencies())
        exact += [container.write_huffman({number: table}), sob(number) + bits.stuff(huffman.encode(same, table))]
    assert (pixels == wsq.decode(joined(maker.tables() + exact), strict=True)).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3), (16, 16), (17, 17), (33, 47), (49, 80)])
@pytest.mark.parametrize("lengths", [(9, 7), (6, 10), (2, 2), (5, 3), (10, 10), (9, 11), (8, 8), (32, 32)])
def test_small_images_and_other_filters_decode(size: tuple[int, int], lengths: tuple[int, int]) -> None:
    taps = [np.linspace(0.1, 0.3, n).astype(np.float32) for n in lengths]
    maker = Maker(*size)
    table = container.write_filters(taps[0], taps[1])
    pixels = outcome(joined([table, *maker.tables()[1:], *maker.coded()]), strict=True)
    assert pixels is not None
    assert pixels.shape == size


@pytest.mark.parametrize("lengths", [(9, 8), (9, 9), (1, 3), (34, 34), (0, 0), (255, 1)])
def test_filters_that_do_not_reconstruct_are_refused(lengths: tuple[int, int]) -> None:
    maker = Maker(40, 40)
    table = container.write_filters(*(np.ones(n, np.float32) for n in lengths))
    with pytest.raises(wsq.ImageError, match="do not reconstruct"):
        wsq.decode(joined([table, *maker.tables()[1:], *maker.coded()]))


# Damage ---------------------------------------------------------------------------------------------------


def test_what_is_missing_is_zero_and_strict_raises() -> None:
    data, whole = encoded(), wsq.decode(encoded())
    last = data.rindex(sob(1))
    cut = data[: last + 5]  # the third block is empty
    with pytest.raises(wsq.ImageError, match=r"cut off: \d+ of \d+ coefficients are missing"):
        wsq.decode(cut)
    pixels = wsq.decode(cut, truncated=True)
    assert 15 < psnr(pixels, whole) < 60
    with pytest.raises(wsq.ImageError, match=r"EOI.*missing"):
        wsq.decode(cut, strict=True, truncated=True)
    with pytest.raises(wsq.ImageError, match="coefficients are missing"):
        wsq.decode(cut + EOI, strict=True)
    assert (wsq.decode(cut + EOI, truncated=True) == pixels).all()
    assert (wsq.decode(data[:-2]) == whole).all(), "only the end marker is missing"
    assert not wsq.info(cut).complete


def test_every_truncation() -> None:
    data = encoded(120, 100)
    shapes = set()
    for end in [*range(700), *range(700, len(data), 13)]:
        pixels = outcome(data[:end])
        shapes.add(None if pixels is None else pixels.shape)
        assert outcome(data[:end], strict=True) is None, end
    assert shapes == {None, (120, 100)}


def mutants(data: bytes, count: int, seed: int) -> list[bytes]:
    """Damaged copies: bytes changed, taken out, put in, repeated, marker segments in disorder."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        bad = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 5, 20))):
            at = rng.randrange(rng.choice((700, len(bad))))
            kind = rng.randrange(6)
            if kind < 2:
                bad[at] = rng.randrange(256)
            elif kind == 2:
                bad[at] ^= 1 << rng.randrange(8)
            elif kind == 3:
                del bad[at : at + rng.randrange(1, 40)]
            elif kind == 4:
                bad[at:at] = rng.choice((b"\xff", b"\xff\xa3\x00\x03\x00", b"\xff\xb0", rng.randbytes(5)))
            else:
                bad[at:at] = bad[at : at + 60]
            bad = bad if len(bad) > 800 else bytearray(data)
        made.append(bytes(bad))
    return made


def test_mutants_decode_or_raise_image_errors_only() -> None:
    results = [outcome(bad, max_pixels=200_000) for bad in mutants(encoded(120, 100), 400, seed=7)]
    assert 40 < sum(pixels is None for pixels in results) < 360


def test_mutants_are_described_or_refused() -> None:
    refused = 0
    for bad in mutants(encoded(120, 100), 300, seed=8):
        try:
            assert wsq.info(bad).width >= 0
        except wsq.ImageError:
            refused += 1
    assert 20 < refused < 280


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    assert outcome(data) is None
    assert outcome(SOI + data) is None


def bomb(height: int, width: int) -> bytes:
    """A codestream that claims so many pixels in a few bytes."""
    parts = [part for _, part in segments(encoded())]
    at = next(i for i, part in enumerate(parts) if part[1] == container.SOF)
    parts[at] = parts[at][:6] + struct.pack(">HH", height, width) + parts[at][10:]
    return joined(parts)


def test_a_bomb_is_refused_at_once() -> None:
    data = bomb(65535, 65535)

    def refused() -> None:
        with pytest.raises(wsq.ImageError, match="65535 x 65535"):
            wsq.decode(data)

    with counted(at_most=5_000):
        refused()
    assert peak(refused) < 5_000_000
    assert wsq.info(data).width == 65535


def test_the_limit_is_the_callers() -> None:
    data = encoded()
    assert wsq.decode(data, max_pixels=200 * 170).shape == (200, 170)
    with pytest.raises(wsq.ImageError, match="limit of 33999"):
        wsq.decode(data, max_pixels=200 * 170 - 1)


def test_more_coefficients_than_pixels_are_refused() -> None:
    run = huffman.Table(bytes((1,) + (0,) * 15), bytes((106,)))
    data = sob(0) + bits.stuff(huffman.encode(huffman.Symbols(np.full(9000, 106, np.uint8), np.full(9000, 65535)), run))
    maker = Maker(60, 60)
    with pytest.raises(wsq.ImageError, match="more coefficients"):
        wsq.decode(joined([*maker.tables(), container.write_huffman({0: run}), data]))


def test_an_impossible_code_is_refused() -> None:
    table = huffman.Table(bytes((0, 1) + (0,) * 14), bytes((181,)))  # only 00
    maker = Maker(60, 60)
    body = [*maker.tables(), container.write_huffman({0: table})]
    with pytest.raises(wsq.ImageError, match="impossible Huffman code"):
        wsq.decode(joined([*body, sob(0) + b"\x00\x00\x40\x00\x00\x00"]))
    assert wsq.decode(joined([*body, sob(0) + b"\x00\x00\x40"]), truncated=True).shape == (
        60,
        60,
    )  # so near the end: filling


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda parts: [p for p in parts if p[1] != container.DTT], "transform table"),
        (lambda parts: [p for p in parts if p[1] != container.DQT], "quantization table"),
        (lambda parts: [p for p in parts if p[1] != container.SOF], "no frame header"),
        (lambda parts: [p for p in parts if p[1] != container.DHT], "not defined"),
        (lambda parts: [*parts, b"\xff\xb0"], "no place here"),
        (lambda parts: [*parts, b"\xff\xa0"], "no place here"),
        (lambda parts: [*parts, b"\xff\xa6\xff\xff"], "wrong length"),
        (lambda parts: [*parts, b"\xff\xa6\x00\x01"], "wrong length"),
        (lambda parts: [*parts, b"\xff\xa5\x00\x05\x02\x00\x2c"], "too short"),
        (lambda parts: [*parts, container.segment(container.DHT, bytes((8, *[0] * 16)))], "impossible number"),
        (lambda parts: [*parts, container.segment(container.DHT, bytes((0, 3, *[0] * 15, 1, 2, 3)))], "more codes"),
        (lambda parts: [*parts, container.segment(container.DHT, bytes((0, 1, *[0] * 15)))], "cut short"),
        (lambda parts: [*parts, *[sob(0)] * 300], "blocks"),
        (lambda parts: [*parts, b"\x00\x00"], "expected a marker"),
    ],
)
def test_says_what_is_wrong(change: Any, why: str) -> None:
    parts = change([part for _, part in segments(encoded())])
    if parts[-1] in (b"\x00\x00", b"\xff\xb0"):  # as part of the last block they would pass
        parts.insert(-1, container.segment(container.COM, b""))
    with pytest.raises(wsq.ImageError, match=why):
        wsq.decode(joined(parts))


def test_errors_are_of_the_family_and_pickle() -> None:
    with pytest.raises(wsq.ImageError) as caught:
        wsq.decode(b"GIF89a")
    error = caught.value
    assert isinstance(error, ITLError)
    assert error.offset == 0
    again = pickle.loads(pickle.dumps(error))
    assert (
        (str(again), again.offset)
        == (str(error), 0)
        == ("not a WSQ codestream: it does not start with SOI (FFA0) (byte 0)", 0)
    )


@pytest.mark.parametrize("part", ["restarts", "comments", "tables"])
def test_time_grows_with_the_input_only(part: str) -> None:
    """Restarts, comments, tables and blocks by the thousand cost no more than their bytes are worth."""
    maker = Maker(60, 60)
    code = huffman.Table(bytes((0, 1) + (0,) * 14), bytes((181,)))
    head = [*maker.tables(), container.write_huffman({0: code})]

    def heavy(n: int) -> bytes:
        if part == "restarts":
            return joined([*head, sob(0) + b"".join(b"\x01\xff" + bytes((0xB0 + i % 8,)) for i in range(n * 200))])
        if part == "comments":
            return joined([*[container.segment(container.COM, b"")] * (n * 100), *head, sob(0)])
        return joined([*[head[1]] * n, *head, sob(0)])

    small, great = heavy(125), heavy(1000)
    check_ratio(lambda: outcome(small), lambda: outcome(great), at_most=24, least=0.004)


# What a codestream says of itself -------------------------------------------------------------------------


def test_info() -> None:
    data = wsq.encode(print_of(200, 170), bitrate=2.25, ppi=1000, comments=("größer", b"\xfe"), software=77)
    told = wsq.info(data)
    assert (told.width, told.height, told.ppi, told.bitrate) == (170, 200, 1000, 2.25)
    assert (told.black, told.white, told.encoder, told.software) == (0, 255, 2, 77)
    assert told.comments[0].splitlines()[:2] == ["NIST_COM 9", "PIX_WIDTH 170"]
    assert told.comments[1:] == ("größer", "\\xfe")
    assert (told.filters, told.blocks, told.complete) == ((7, 9), 3, True)
    assert 100 < told.shift < 250
    assert 0 < told.scale < 2


def test_info_without_a_nistcom() -> None:
    told = wsq.info(wsq.encode(print_of(200, 170), nistcom=False))
    assert (told.ppi, told.bitrate, told.comments) == (None, None, ())


@pytest.mark.parametrize(
    "said", [b"NIST_COM 9\nPPI -1\nWSQ_BITRATE -1.0", b"NIST_COM\nPPI x\nWSQ_BITRATE", b"NIST_COM"]
)
def test_info_makes_no_number_of_nonsense(said: bytes) -> None:
    told = wsq.info(joined([container.segment(container.COM, said), *Maker(60, 60).tables()]))
    assert (told.ppi, told.bitrate, told.blocks) == (None, None, 0)


# Pillow ---------------------------------------------------------------------------------------------------


@pytest.fixture
def plugged() -> None:
    """Pillow with the plug-in; registering twice does no harm."""
    pillow.register()
    pillow.register()


@pytest.mark.usefixtures("plugged")
def test_pillow_opens_and_saves(tmp_path: Path) -> None:
    path = tmp_path / "finger.wsq"
    Image.fromarray(print_of(200, 170)).save(path, bitrate=2.25, dpi=(1000, 1000), comments=("hello",))
    assert path.read_bytes() == wsq.encode(print_of(200, 170), bitrate=2.25, ppi=1000, comments=("hello",))
    with Image.open(path) as image:
        assert (image.format, image.mode, image.size, image.info["dpi"]) == ("WSQ", "L", (170, 200), (1000, 1000))
        assert image.info["bitrate"] == 2.25
        assert "hello" in image.info["comment"]
        assert (np.asarray(image) == wsq.decode(path.read_bytes())).all()


@pytest.mark.usefixtures("plugged")
def test_pillow_says_what_is_wrong() -> None:
    with pytest.raises(OSError, match="mode RGB"):
        Image.new("RGB", (100, 100)).save(io.BytesIO(), "WSQ")
    with pytest.raises(OSError, match="80 x 80"):
        Image.new("L", (80, 80)).save(io.BytesIO(), "WSQ")
    with pytest.raises(Image.UnidentifiedImageError):
        Image.open(io.BytesIO(encoded()[:100]))
    lacking = joined([part for _, part in segments(encoded()) if part[1] != container.DTT])
    with pytest.raises(OSError, match="transform table"), Image.open(io.BytesIO(lacking)) as image:
        image.load()
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(bomb(65535, 65535)))
