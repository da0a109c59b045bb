"""The packets of a JPEG 2000 codestream: a walk over the headers of all, in which nothing is decoded.

ISO/IEC 15444-1, annexes A and B.
"""

from __future__ import annotations

import struct
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZ, _COD, _COC, _QCD, _QCC, _SOT, _SOD = 0xFF51, 0xFF52, 0xFF53, 0xFF5C, 0xFF5D, 0xFF90, 0xFF93
_CAP, _RGN, _POC, _PPM, _PPT = 0xFF50, 0xFF5E, 0xFF5F, 0xFF60, 0xFF61
_UNKNOWN_HERE = (_CAP, _RGN, _POC, _PPM, _PPT)
_SOP, _EPH = b"\xff\x91", b"\xff\x92"
_SOP_LENGTH, _EPH_LENGTH = 6, 2
_REVERSIBLE, _HIGH_THROUGHPUT = 1, 0x40
_BYPASS, _TERMINATED = 1, 4
_FIRST_SEGMENT = 10  # passes before the first that bypasses the arithmetic coder. D.6
_MOST = 1 << 20  # packets: an image of 100 million pixels has a tenth
_VISITS = 1 << 14, 8  # of code blocks, in all and for each byte: what a few bits pass over is not looked at one by one
_WIDE = 256  # components, above which their numbers take two bytes
_DEEPEST = 32  # decompositions
_MOST_PLANES = 80  # of bits; more than any coefficient has


class Untold(Exception):
    """The walk cannot go on."""


@attrs.frozen(slots=True)
class _Style:
    """How a component is coded: COD or COC. A.6.1."""

    levels: int
    block: tuple[int, int]  # exponents of width and height
    passes: int  # the style of code blocks
    precincts: tuple[tuple[int, int], ...]  # exponents, by resolution


@attrs.define(slots=True)
class Main:
    """What the main header says of all tiles, as far as it was read."""

    size: tuple[int, ...] = ()  # X, Y, XO, YO, XT, YT, XTO, YTO
    steps: list[tuple[int, int]] = attrs.field(factory=list)  # between samples, across and down
    order: int = 0
    layers: int = 0
    usual: _Style | None = None
    styles: dict[int, _Style] = attrs.field(factory=dict)
    usual_planes: list[int] | None = None
    planes: dict[int, list[int]] = attrs.field(factory=dict)  # M_b of each band
    loses: bool = False  # by a transformation or a quantization

    def style(self, component: int) -> _Style:
        style = self.styles.get(component, self.usual)
        if style is None:
            raise Untold
        return style

    def planes_of(self, component: int, band: int) -> int:
        planes = self.planes.get(component, self.usual_planes)
        if self.loses:
            return _MOST_PLANES
        if planes is None or band >= len(planes):
            raise Untold
        return planes[band]


class _TagTree:
    """Numbers of a grid, told step by step. B.10.2."""

    def __init__(self, across: int, down: int) -> None:
        self._depth = (max(across, down) - 1).bit_length()
        self._least: dict[tuple[int, int, int], int] = {}
        self._known: set[tuple[int, int, int]] = set()

    def below(self, bits: _Bits, column: int, row: int, threshold: int) -> bool:
        """True when the number is below the threshold."""
        low = 0
        for level in range(self._depth, -1, -1):
            node = level, column >> level, row >> level
            low = max(low, self._least.get(node, 0))
            while low < threshold and node not in self._known:
                if bits.take(1):
                    self._known.add(node)
                else:
                    low += 1
            self._least[node] = low
        return node in self._known and low < threshold

    def all_from(self, threshold: int) -> bool:
        """True when it is told that no number of the grid is below the threshold."""
        root = self._depth, 0, 0
        return root not in self._known and self._least.get(root, 0) >= threshold

    def value(self, bits: _Bits, column: int, row: int, most: int) -> int:
        """The number; one beyond `most` cannot be."""
        for number in range(most + 1):
            if self.below(bits, column, row, number + 1):
                return number
        raise Untold


class _Bits:
    """The bits of a packet header: a byte behind 0xFF has seven. B.10.1."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at = data, at
        self._left = self._byte = 0

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            if not self._left:
                self._next()
            self._left -= 1
            value = value << 1 | self._byte >> self._left & 1
        return value

    def _next(self) -> None:
        if self.at >= len(self._data):
            raise Untold
        self._left = 7 if self._byte == 0xFF else 8
        self._byte = self._data[self.at]
        self.at += 1

    def end(self) -> int:
        """Where the header ends: 0xFF is not its last byte."""
        return self.at + (self._byte == 0xFF)


@attrs.define(slots=True)
class _Block:
    """A code block that has been met."""

    whole: int  # passes when nothing is left out
    passes: int = 0
    length_bits: int = 3


class Visits:
    """How many code blocks are looked at, of one codestream: no more than in proportion to its bytes."""

    def __init__(self, size: int) -> None:
        least, by_byte = _VISITS
        self._left = least + by_byte * size

    def count(self) -> None:
        if not self._left:
            raise Untold
        self._left -= 1


class _Band:
    """The code blocks of one band in one precinct."""

    def __init__(self, place: int, across: int, down: int, planes: int, style: int) -> None:
        self.place, self.across, self.down, self.planes, self.style = place, across, down, planes, style
        self.blocks: dict[tuple[int, int], _Block] = {}
        self.inclusion, self.zeros = _TagTree(across, down), _TagTree(across, down)

    def read(self, bits: _Bits, layer: int, visits: Visits) -> int:
        """What a packet header says of the band: how many bytes of the body are its. B.10.3 to B.10.7."""
        length = 0
        for at in product(range(self.down), range(self.across)):
            visits.count()
            length += self._block(bits, layer, at)
            if self.inclusion.all_from(layer + 1):
                break
        return length

    def _block(self, bits: _Bits, layer: int, at: tuple[int, int]) -> int:
        row, column = at
        block = self.blocks.get(at)
        if block is not None:
            if not bits.take(1):
                return 0
        elif not self.inclusion.below(bits, column, row, layer + 1):
            return 0
        else:
            zeros = self.zeros.value(bits, column, row, self.planes)
            block = self.blocks[at] = _Block(3 * (self.planes - zeros) - 2)
        count = _passes(bits)
        while bits.take(1):
            block.length_bits += 1
        length = 0
        for part in _segments(block.passes, count, self.style):
            length += bits.take(block.length_bits + part.bit_length() - 1)
        block.passes += count
        if block.passes > block.whole:
            raise Untold
        return length


def _passes(bits: _Bits) -> int:
    """The number of coding passes. Table B.4."""
    count = 1
    for width in (1, 1, 2, 5, 7):
        more = bits.take(width)
        count += more
        if more != (1 << width) - 1:
            break
    return count


def _segments(done: int, count: int, style: int) -> Iterator[int]:
    """The passes that are new, by the codeword segments that they are in. B.10.7.2, table D.9."""
    while count:
        if style & _TERMINATED:
            room = 1
        elif not style & _BYPASS:
            room = count
        elif done < _FIRST_SEGMENT:
            room = _FIRST_SEGMENT - done
        else:
            room = (2, 1, 1)[(done - _FIRST_SEGMENT) % 3]
        part = min(room, count)
        yield part
        done, count = done + part, count - part


class Precinct(NamedTuple):
    """Where a precinct stands in the progressions, and its bands."""

    resolution: int
    component: int
    down: int  # on the reference grid
    across: int
    number: int
    bands: list[_Band]


def read_header(main: Main, data: memoryview, at: int, end: int) -> int:
    """Take in the main header from behind SOC on; where it ends. Untold for coding that is not followed."""
    while at + 4 <= end:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker == _SOT:
            return at
        if marker in _UNKNOWN_HERE or marker < 0xFF00 or length < 2:
            raise Untold
        _segment(main, marker, bytes(data[at + 4 : at + 2 + length]))
        at += 2 + length
    raise Untold


def _segment(main: Main, marker: int, content: bytes) -> None:
    wide = 2 if len(main.steps) > _WIDE else 1
    number = int.from_bytes(content[:wide], "big")
    if marker == _SIZ:
        main.size = struct.unpack_from(">8I", content, 2)
        main.steps = [(content[at + 1], content[at + 2]) for at in range(36, len(content) - 2, 3)]
        if not all(map(all, main.steps)):
            raise Untold
    elif marker == _COD:
        main.order, main.layers = struct.unpack_from(">xBH", content)
        main.usual = _style(main, content[0], content[5:])
    elif marker == _COC:
        main.styles[number] = _style(main, content[wide], content[wide + 1 :])
    elif marker == _QCD:
        main.usual_planes = _planes(main, content)
    elif marker == _QCC:
        main.planes[number] = _planes(main, content[wide:])


def _style(main: Main, precincts: int, content: bytes) -> _Style:
    levels, width, height, passes, transform = content[:5]
    main.loses |= transform != _REVERSIBLE
    if passes & _HIGH_THROUGHPUT or levels > _DEEPEST:
        raise Untold
    sizes = content[5 : 6 + levels] if precincts & 1 else b"\xff" * (levels + 1)
    return _Style(levels, ((width & 15) + 2, (height & 15) + 2), passes, tuple((one & 15, one >> 4) for one in sizes))


def _planes(main: Main, content: bytes) -> list[int]:
    """M_b of every band, equation E-2; nothing of coefficients that are quantized."""
    if content[0] & 31:
        main.loses = True
        return []
    return [(content[0] >> 5) + (one >> 3) - 1 for one in content[1:]]


def tile_packets(data: memoryview, at: int, end: int) -> dict[int, bytes]:
    """The packets of each tile, of all its parts."""
    parts: dict[int, list[bytes]] = {}
    while at + 12 <= end and bytes(data[at : at + 2]) == b"\xff\x90":
        tile, length = struct.unpack_from(">HI", data, at + 4)
        stop = at + length if length else end - 2
        at += 12
        while (marker := struct.unpack_from(">H", data, at)[0]) != _SOD:
            if marker in (_COD, _COC, _QCD, _QCC, *_UNKNOWN_HERE):
                raise Untold
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
        if not at + 2 <= stop <= end:
            raise Untold
        parts.setdefault(tile, []).append(bytes(data[at + 2 : stop]))
        at = stop
    return {tile: b"".join(pieces) for tile, pieces in parts.items()}


def tile_count(main: Main) -> int:
    """Equation B-5."""
    width, height, _, _, *tiles = main.size
    return -(-(width - tiles[2]) // tiles[0]) * -(-(height - tiles[3]) // tiles[1])


def walk(main: Main, tile: int, data: bytes, visits: Visits) -> tuple[list[Precinct], int]:
    """The precincts of a tile with all that its packets say of them, and where the last packet ends."""
    precincts = list(_precincts(main, tile, min(_MOST, len(data)) // max(main.layers, 1)))
    at = 0
    for layer, precinct in _ordered(main, precincts):
        at = _packet(data, at, layer, precinct, visits)
    return precincts, at


def packet_lengths(data: memoryview, start: int, end: int) -> dict[int, int] | None:
    """How many bytes the packets of each tile take in a bare codestream; None where that cannot be told.

    Of data that end where a packet could begin all are packets: rate control leaves the last ones out.
    """
    main, lengths, visits = Main(), dict[int, int](), Visits(end - start)
    try:
        at = read_header(main, data, start + 2, end)
        for tile, packets in tile_packets(data, at, end).items():
            lengths[tile] = _end(main, tile, packets, visits)
    except (Untold, struct.error, IndexError, ValueError, ZeroDivisionError):
        return None
    return lengths


def _end(main: Main, tile: int, data: bytes, visits: Visits) -> int:
    at, most = 0, min(_MOST, len(data)) // max(main.layers, 1)
    for layer, precinct in _ordered(main, list(_precincts(main, tile, most))):
        if at == len(data):
            break
        at = _packet(data, at, layer, precinct, visits)
    return at


def _packet(data: bytes, at: int, layer: int, precinct: Precinct, visits: Visits) -> int:
    """Where the next packet begins."""
    if data[at : at + 2] == _SOP:
        at += _SOP_LENGTH
    bits = _Bits(data, at)
    length = sum(band.read(bits, layer, visits) for band in precinct.bands) if bits.take(1) else 0
    at = bits.end()
    if data[at : at + 2] == _EPH:
        at += _EPH_LENGTH
    if at + length > len(data):
        raise Untold
    return at + length


def _ordered(main: Main, precincts: list[Precinct]) -> Iterator[tuple[int, Precinct]]:
    """The packets in the order of the progression. B.12."""
    layers = range(main.layers)
    if main.order == 0:
        inner = sorted(precincts, key=lambda one: (one.resolution, one.component, one.number))
        yield from product(layers, inner)
    elif main.order == 1:
        inner = sorted(precincts, key=lambda one: (one.component, one.number))
        for resolution in range(_DEEPEST + 1):
            yield from product(layers, [one for one in inner if one.resolution == resolution])
    elif main.order in _BY_POSITION:
        names = _BY_POSITION[main.order]
        for one in sorted(precincts, key=lambda one: [getattr(one, name) for name in names]):
            yield from ((layer, one) for layer in layers)
    else:
        raise Untold


_BY_POSITION = {
    2: ("resolution", "down", "across", "component", "number"),
    3: ("down", "across", "component", "resolution", "number"),
    4: ("component", "down", "across", "resolution", "number"),
}


def _precincts(main: Main, tile: int, most: int) -> Iterator[Precinct]:
    """All precincts of a tile; Untold for more than there can be packets. B.6, B.7."""
    width, height, left, top, *tiles = main.size
    across = -(-(width - tiles[2]) // tiles[0]) if tiles[0] and tiles[1] else 0
    if across < 1:
        raise Untold
    corner = tiles[2] + tile % across * tiles[0], tiles[3] + tile // across * tiles[1]
    first = max(corner[0], left), max(corner[1], top)
    last = min(corner[0] + tiles[0], width), min(corner[1] + tiles[1], height)
    count = 0
    for component, steps in enumerate(main.steps):
        style = main.style(component)
        low = [-(-one // step) for one, step in zip(first, steps, strict=True)]
        high = [-(-one // step) for one, step in zip(last, steps, strict=True)]
        for resolution in range(style.levels + 1):
            rank = style.levels - resolution
            size = style.precincts[resolution]
            spans = [_span(low[axis], high[axis], rank, size[axis]) for axis in (0, 1)]
            count += len(spans[0]) * len(spans[1])
            if count > most:
                raise Untold
            for number, (row, column) in enumerate(product(spans[1], spans[0])):
                place = [
                    max(first[axis], (at << size[axis] + rank) * steps[axis]) for axis, at in ((0, column), (1, row))
                ]
                bands = list(_bands(main, component, resolution, (low, high), (column, row)))
                yield Precinct(resolution, component, place[1], place[0], number, bands)


def _span(low: int, high: int, rank: int, size: int) -> range:
    """The precincts of one axis."""
    low, high = _up(low, rank), _up(high, rank)
    return range(low >> size, _up(high, size)) if high > low else range(0)


def _bands(
    main: Main, component: int, resolution: int, area: tuple[list[int], list[int]], precinct: tuple[int, int]
) -> Iterator[_Band]:
    """What a precinct has of the bands of its resolution: LL, or HL, LH and HH. B.5, B.7."""
    style = main.style(component)
    detail = int(resolution > 0)
    rank = style.levels - resolution + detail
    for band in range(1, 4) if detail else (0,):
        counts = []
        for axis in (0, 1):
            shift = (band >> axis & 1) << rank - 1 if detail else 0
            size = style.precincts[resolution][axis] - detail
            if size < 0:
                raise Untold
            low = max(_up(area[0][axis] - shift, rank), precinct[axis] << size)
            high = min(_up(area[1][axis] - shift, rank), precinct[axis] + 1 << size)
            block = min(style.block[axis], size)
            counts.append(_up(high, block) - (low >> block) if high > low else 0)
        planes = main.planes_of(component, 3 * (resolution - 1) + band if detail else 0)
        if all(counts):
            yield _Band(band, counts[0], counts[1], planes, style.passes)


def _up(value: int, exponent: int) -> int:
    """Divided by a power of two and rounded up."""
    return -(-value >> exponent)
