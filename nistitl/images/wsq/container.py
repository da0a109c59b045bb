"""The outer form of a WSQ codestream: markers, the tables between them, and where the coded blocks lie.

A codestream is a chain of segments, each opened by a marker of two bytes, the first of them `FF`:

    ====  =====  =======================================================================
    SOI   FFA0   start of image; no length, no body
    DTT   FFA4   transform table: the two wavelet filters
    DQT   FFA5   quantization table: 64 pairs of bin widths
    DHT   FFA6   one or more Huffman tables
    DRT   FFA7   restart interval
    COM   FFA8   comment
    SOF   FFA2   frame header: size, and how pixels were shifted and scaled
    SOB   FFA3   start of block: which Huffman table; the coded bits follow, up to the next marker
    RSTm  FFB0   to FFB7, within the coded bits: the decoder starts afresh on a whole byte
    EOI   FFA1   end of image; no length, no body
    ====  =====  =======================================================================

All but SOI, EOI and RSTm carry a length of two bytes that counts itself and the body. Numbers are
big-endian. Within coded bits a byte `FF` is followed by a stuffed `00`, so that every other `FF` is a
marker. Tables may come in any order before they are needed, and be replaced between blocks.

Numbers with a fraction are *scaled*: an exponent e (one byte) and an integer x mean x / 10^e.

Source: FBI IAFIS-IC-0110(V3), WSQ Gray-scale Fingerprint Image Compression Specification, Annex B; the
NISTCOM comment as NIST's NBIS writes it.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.images.errors import ImageError
from nistitl.images.streams.nistcom import values as nistcom_values
from nistitl.images.wsq.huffman import Table
from nistitl.wire.grammar import PADDING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SOI, EOI, SOF, SOB, DTT, DQT, DHT, DRT, COM = range(0xA0, 0xA9)
RST0, RST7 = 0xB0, 0xB7
NAMES = dict(zip(range(0xA0, 0xA9), ("SOI", "EOI", "SOF", "SOB", "DTT", "DQT", "DHT", "DRT", "COM"), strict=True))

SUBBANDS = 64  # rows of the quantization table
MAX_TABLES = 8
MAX_BLOCKS = 256  # there should be three
MAX_TAPS = 32  # our own limit; the usual filters have nine and seven
MAX_GAIN = 100.0  # no wavelet filter comes near; above it float32 could overflow
_MARKER_IN_BITS = re.compile(rb"\xff[^\x00]")  # a stuffed FF is none


@attrs.frozen(slots=True)
class Frame:
    """The frame header. Pixel = value * scale + shift; `height` counts rows."""

    black: int
    white: int
    height: int
    width: int
    shift: np.float32
    scale: np.float32
    encoder: int
    software: int


@attrs.frozen(slots=True, eq=False)
class Filters:
    """The synthesis filters in full length, float32: `low` for smooth subbands, `high` for detail."""

    low: Floats
    high: Floats


@attrs.frozen(slots=True, eq=False)
class Quantization:
    """Bin widths per subband, 64 each: `width` of the bins (0: subband not sent), `zero` of the middle one."""

    center: np.float32
    width: Floats
    zero: Floats


@attrs.frozen(slots=True, eq=False)
class Block:
    """One coded block: its Huffman table, and the byte ranges of its bits, one more than it has restarts."""

    offset: int
    table: Table
    ranges: tuple[tuple[int, int], ...]


@attrs.frozen(slots=True, eq=False)
class Codestream:
    """Everything of a codestream but the decoded bits. `notes` says what the reader had to forgive."""

    frame: Frame
    filters: Filters | None
    quantization: Quantization | None
    blocks: tuple[Block, ...]
    comments: tuple[bytes, ...]
    restart_interval: int
    notes: tuple[str, ...]
    ended: bool  # by EOI


def read(data: bytes) -> Codestream:
    """Take a codestream apart.

    Raises ImageError where it is not one, or where a table is cut or senseless. A missing EOI and bits
    cut short are forgiven and noted.
    """
    return _Reader(data).read()


class _Reader:
    """One pass over the segments, keeping the tables that are in force."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 2
        self.frame: Frame | None = None
        self.filters: Filters | None = None
        self.quantization: Quantization | None = None
        self.tables: dict[int, Table] = {}
        self.blocks: list[Block] = []
        self.comments: list[bytes] = []
        self.restart_interval = 0
        self.notes: list[str] = []
        self.ended = True

    def read(self) -> Codestream:
        """Every segment up to EOI or the end of the data."""
        if self.data[:2] != b"\xff\xa0":
            raise ImageError("not a WSQ codestream: it does not start with SOI (FFA0)", offset=0)
        while (code := self.marker()) != EOI:
            self.segment(code)
        if self.frame is None:
            raise ImageError("no frame header (SOF) before the end", offset=self.at)
        return Codestream(
            self.frame,
            self.filters,
            self.quantization,
            tuple(self.blocks),
            tuple(self.comments),
            self.restart_interval,
            tuple(self.notes),
            self.ended,
        )

    def marker(self) -> int:
        """The next marker's code; EOI where the data ends instead, or goes on with padding only."""
        data = self.data
        if self.at + 2 > len(data):
            return self.end()
        if data[self.at] != 0xFF:
            raise ImageError("expected a marker", offset=self.at)
        while data[self.at + 1 : self.at + 2] == b"\xff":  # fill bytes may precede a marker
            self.at += 1
        if self.at + 2 > len(data) or (data[self.at + 1] in PADDING and not data[self.at + 1 :].strip(PADDING)):
            return self.end()
        return data[self.at + 1]

    def end(self) -> int:
        """EOI, which is not there."""
        self.notes.append(f"the codestream ends at byte {len(self.data)} without EOI")
        self.ended = False
        return EOI

    def segment(self, code: int) -> None:
        """One segment with its body, and the coded bits if it is SOB."""
        start = self.at
        if code not in NAMES or code == SOI:
            raise ImageError(f"a marker FF{code:02X} has no place here", offset=start)
        length = int.from_bytes(self.data[start + 2 : start + 4], "big")
        end = start + 2 + length
        if length < 2 or end > len(self.data):
            raise ImageError(f"the {NAMES[code]} segment is cut short or has a wrong length", offset=start)
        body = self.data[start + 4 : end]
        self.at = end
        try:
            self.body(code, body, start)
        except struct.error:
            raise ImageError(f"the {NAMES[code]} segment is too short for what it announces", offset=start) from None

    def body(self, code: int, body: bytes, offset: int) -> None:
        """What the body of a segment says."""
        if code == SOF:
            self.frame = read_frame(body)
        elif code == DTT:
            self.filters = read_filters(body, offset)
        elif code == DQT:
            self.quantization = read_quantization(body)
        elif code == DHT:
            self.tables.update(read_huffman(body, offset))
        elif code == DRT:
            (self.restart_interval,) = struct.unpack_from(">H", body)
        elif code == COM:
            self.comments.append(body)
        else:
            (number,) = struct.unpack_from(">B", body)
            self.block(number, offset)

    def block(self, number: int, offset: int) -> None:
        """A block: the table it names as it is now, and its bits up to the next marker that is not RSTm."""
        if number not in self.tables:
            raise ImageError(f"a block names Huffman table {number}, which is not defined", offset=offset)
        if len(self.blocks) == MAX_BLOCKS:
            raise ImageError(f"more than {MAX_BLOCKS} blocks", offset=offset)
        ranges = []
        while True:
            found = _MARKER_IN_BITS.search(self.data, self.at)
            if not found:  # the file is cut within the bits; `marker` notes it
                ranges.append((self.at, len(self.data) - self.data.endswith(b"\xff")))
                self.at = len(self.data)
                break
            ranges.append((self.at, found.start()))
            self.at = found.start()
            code = self.marker()
            if not RST0 <= code <= RST7:
                break
            if code - RST0 != (len(ranges) - 1) % 8:
                self.notes.append(f"restart marker {code - RST0} out of turn at byte {self.at}")
            self.at += 2
        self.blocks.append(Block(offset, self.tables[number], tuple(ranges)))


# Tables, read ---------------------------------------------------------------------------------------


def descale(exponents: Sequence[int] | NDArray[Any], integers: Sequence[int] | NDArray[Any]) -> Floats:
    """Scaled numbers as float32.

    Divided by ten step by step, in double and rounded to float32 each time, because the result must be
    the reference decoder's to the last bit.
    """
    value = np.asarray(integers).astype(np.float32)
    left = np.minimum(np.asarray(exponents, np.int64), 60)  # nothing is left of any number by then
    while (more := left > 0).any():
        value = np.where(more, (value.astype(np.float64) / 10.0).astype(np.float32), value)
        left -= 1
    return value


def read_frame(body: bytes) -> Frame:
    """SOF: black, white, rows, columns, shift, scale, number of the encoder, number of the software."""
    black, white, height, width, shift_e, shift, scale_e, scale, encoder, software = struct.unpack_from(
        ">BBHHBHBHBH", body
    )
    numbers = descale([shift_e, scale_e], [shift, scale])
    return Frame(black, white, height, width, numbers[0], numbers[1], encoder, software)


def read_quantization(body: bytes) -> Quantization:
    """DQT: the place of a value within its bin, then for each of 64 subbands bin width and zero bin width."""
    if len(body) < 3 + 6 * SUBBANDS:
        raise struct.error
    rows = np.frombuffer(body, [("e", "u1"), ("x", ">u2")], 1 + 2 * SUBBANDS)
    numbers = descale(rows["e"], rows["x"])
    return Quantization(numbers[0], numbers[1::2], numbers[2::2])


def read_filters(body: bytes, offset: int) -> Filters:
    """DTT: lengths of the two analysis filters, then the right half of each: sign, exponent, integer.

    The table holds the *analysis* filters, low-pass first. Synthesis needs their mirror: the analysis
    low-pass with alternating signs is the synthesis high-pass, and the other way about.
    """
    first, second = struct.unpack_from(">BB", body)
    halves = (first + 1) // 2, (second + 1) // 2
    if len(body) < 2 + 6 * sum(halves):
        raise struct.error
    rows = np.frombuffer(body, [("sign", "u1"), ("e", "u1"), ("x", ">u4")], sum(halves), 2)
    numbers = descale(rows["e"], rows["x"])
    numbers = np.where(rows["sign"] != 0, -numbers, numbers)
    filters = Filters(
        low=_unfold(numbers[halves[0] :], second, antisymmetric=False),
        high=_unfold(numbers[: halves[0]], first, antisymmetric=True),
    )
    _check_filters(filters, offset)
    return filters


def _unfold(half: Floats, length: int, antisymmetric: bool) -> Floats:
    """A whole filter from its right half, signs alternating outwards from the middle.

    Filters of odd length are symmetric about their middle tap. Of even length, the high-pass is
    antisymmetric and the low-pass symmetric with the opposite sign to begin with.
    """
    signs = np.where(np.arange(len(half)) % 2, np.float32(-1), np.float32(1))
    right = half * signs
    if length % 2:
        return np.concatenate((right[:0:-1], right))
    return np.concatenate((-right[::-1], right)) if antisymmetric else np.concatenate((-right[::-1], -right))


def _check_filters(filters: Filters, offset: int) -> None:
    """Only pairs that can reconstruct: alike in parity, and their lengths together a multiple of four."""
    low, high = len(filters.low), len(filters.high)
    if not 2 <= low <= MAX_TAPS or not 2 <= high <= MAX_TAPS or (low + high) % 4 or low % 2 != high % 2:
        raise ImageError(f"filters of {high} and {low} taps do not reconstruct", offset=offset)
    if max(float(np.abs(filters.low).sum()), float(np.abs(filters.high).sum())) > MAX_GAIN:
        raise ImageError("the filters amplify beyond all measure", offset=offset)


def read_huffman(body: bytes, offset: int) -> dict[int, Table]:
    """DHT: one table after another: its number, how many codes of each length 1..16, the symbols in code order."""
    tables, at = {}, 0
    while at < len(body):
        number = body[at]
        counts = body[at + 1 : at + 17]
        symbols = body[at + 17 : at + 17 + sum(counts)]
        at += 17 + sum(counts)
        if at > len(body) or number >= MAX_TABLES:
            raise ImageError("a Huffman table is cut short or has an impossible number", offset=offset)
        try:
            tables[number] = Table(counts, symbols)
        except ValueError as error:
            raise ImageError(f"Huffman table {number}: {error}", offset=offset) from None
    return tables


# Tables, written ------------------------------------------------------------------------------------


def segment(code: int, body: bytes) -> bytes:
    """A marker, its length and its body."""
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def enscale(value: np.float32, limit: float = 65535.0) -> tuple[int, int]:
    """A number as exponent and integer, with as many digits as fit below `limit`.

    Multiplied by ten step by step in float32, as the reference encoder does.
    """
    if value == 0:
        return 0, 0
    exponent = -1
    while value < limit:
        exponent += 1
        value = np.float32(value * np.float32(10))
    return exponent, int(float(value) / 10.0 + 0.5)


def write_filters(low: Floats, high: Floats) -> bytes:
    """DTT of the two analysis filters."""
    body = bytearray((len(low), len(high)))
    for taps in (low, high):
        for tap in taps[len(taps) // 2 :]:
            body += struct.pack(">BBI", int(tap < 0), *enscale(abs(tap), 4294967295.0))
    return segment(DTT, bytes(body))


def write_quantization(center: tuple[int, int], width: Floats, zero: Floats) -> bytes:
    """DQT; `center` is scaled already, `width` and `zero` are padded with zeros to 64 subbands."""
    body = bytearray(struct.pack(">BH", *center))
    for index in range(SUBBANDS):
        for numbers in (width, zero):
            body += struct.pack(">BH", *(enscale(numbers[index]) if index < len(numbers) else (0, 0)))
    return segment(DQT, bytes(body))


def write_frame(frame: Frame) -> bytes:
    """SOF."""
    body = struct.pack(
        ">BBHHBHBHBH",
        frame.black,
        frame.white,
        frame.height,
        frame.width,
        *enscale(frame.shift),
        *enscale(frame.scale),
        frame.encoder,
        frame.software,
    )
    return segment(SOF, body)


def write_huffman(tables: Mapping[int, Table]) -> bytes:
    """DHT of one or more tables."""
    return segment(DHT, b"".join(bytes((number,)) + t.counts + t.symbols for number, t in tables.items()))


# The NISTCOM comment ----------------------------------------------------------------------------------


def nistcom(comments: Sequence[bytes]) -> dict[str, str]:
    """What the first NISTCOM comment says, by name; empty when there is none.

    NIST's tools put a comment first whose lines are a name, a space and a value; its first line is
    `NIST_COM` and the number of lines.
    """
    return next((said for comment in comments if (said := nistcom_values(comment))), {})


def write_nistcom(width: int, height: int, ppi: int, bitrate: float) -> bytes:
    """The COM segment that NIST's encoder writes first."""
    lines = [
        ("NIST_COM", "9"),
        ("PIX_WIDTH", width),
        ("PIX_HEIGHT", height),
        ("PIX_DEPTH", 8),
        ("PPI", ppi),
        ("LOSSY", 1),
        ("COLORSPACE", "GRAY"),
        ("COMPRESSION", "WSQ"),
        ("WSQ_BITRATE", f"{np.float32(bitrate):f}"),
    ]
    return segment(COM, "\n".join(f"{name} {value}" for name, value in lines).encode("ascii"))
