"""The feature blocks of Type-9: where each keeps its minutiae and ridge counts, in which units, with which codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs
import numpy as np

from nistitl.minutiae.arrays import COUNTS, HUNDREDTHS, Frame, MinutiaeError, empty, letters_of, rows_of
from nistitl.minutiae.columns import MISSING, Columns, Grid
from nistitl.minutiae.even import table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nistitl.minutiae.declared import MinutiaeFields
    from nistitl.minutiae.even import Even

    Array = NDArray[Any]

_SAMPLE = 8192  # bytes of a field that tell how its numbers are padded
_NO_NEIGHBOUR = 25515  # in an octant: index 255, 15 ridges
_MOST_PAIRS = 128  # ridge counts of one minutia
_PER_INCH = {1: 1.0, 2: 2.54}  # 9.130 SLC: pixels per inch, per centimetre
_OLD_TYPES = {"A": "E", "B": "B", "C": "C", "D": "X"}
_M1_TYPES = {"1": "E", "2": "B", "0": "O"}


@attrs.frozen(slots=True)
class Surroundings:
    """What a block has to know of the image: its resolution, and its height where y counts from the bottom."""

    ppi: float
    height: int | None = None  # pixels


class Block(Protocol):
    """One block: minutiae and ridge counts as arrays in its own units, and the fields they are written to."""

    name: str
    field: int  # where the minutiae are
    types: dict[str, str]  # its codes, and what they are in the common array
    quality: tuple[int, int]  # least and most of its scale
    most: int  # minutiae that its numbers can name; what receivers take is for validation
    farthest: int  # coordinate, in its own units

    def frame(self, record: MinutiaeFields, image: Surroundings | None) -> Frame:
        """How its coordinates lie in the image. MinutiaeError where that is not known."""

    def minutiae(self, raw: bytes) -> Array:
        """The minutiae of its field, in its own units."""

    def counts(self, record: MinutiaeFields) -> Array:
        """The ridge counts."""

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        """The content of its fields for these minutiae, in its own units; None for a field that is to go."""


def _coded(letters: Array, codes: dict[str, str]) -> Array:
    """The common type of every letter; X for what the block does not have."""
    made = np.full(len(letters), "X", "U1")
    for own, common in codes.items():
        made[letters == own] = common
    return made


def _own_codes(types: Array, codes: dict[str, str], instead: str) -> Array:
    """The block's letter of every common type, as its number; `instead` where it has none."""
    letters = letters_of(types)
    made = np.full(len(letters), ord(instead), np.uint8)
    for own, common in codes.items():
        made[letters == ord(common)] = ord(own)
    return made


def _known(numbers: Array, absent: float) -> Array:
    return np.where(numbers == MISSING, absent, numbers)


def _needed(columns: Columns | Even, place: int) -> Array:
    """The numbers at a place that every subfield must have, none below zero."""
    numbers = columns.ints(place)
    if int(numbers.min(initial=0)) < 0:
        raise ValueError(f"item {place + 1} of a subfield is missing, or below zero")
    return numbers


def _fill(made: Array, name: str, numbers: Array) -> None:
    """Whole numbers into a column that may be too narrow for them."""
    limits = np.iinfo(made.dtype[name])
    if int(numbers.min(initial=0)) < limits.min or int(numbers.max(initial=0)) > limits.max:
        raise ValueError(f"a number is out of range for {name}")
    made[name] = numbers


def _placed(own: Array, columns: Columns | Even, place: int) -> None:
    """Take XXXXYYYYTTT (or five digits each) apart; leading zeros may be lost."""
    xyt, wide = _needed(columns, place), 100_000 if columns.longest(place) > 11 else 10_000
    own["theta"], rest = xyt % 1000, xyt // 1000
    own["y"], own["x"] = rest % wide, rest // wide


def _put_place(grid: Grid, own: Array) -> None:
    """XXXXYYYYTTT of every minutia."""
    digits = 5 if len(own) and max(own["x"].max(), own["y"].max()) > 9_999 else 4
    grid.numbers(own["x"], digits, before=b"\x1f")
    grid.numbers(own["y"], digits)
    grid.numbers(own["theta"], 3)


class _Older:
    """What the two oldest blocks share: index, XXXXYYYYTTT, quality, type."""

    types = _OLD_TYPES
    quality = (2, 63)

    def minutiae(self, raw: bytes) -> Array:
        columns = table(raw)
        own = empty(len(columns))
        _placed(own, columns, 1)
        _fill(own, "index", _needed(columns, 0))
        _fill(own, "quality", _known(columns.ints(2), -1))
        own["type"] = _coded(columns.letters(3), self.types)
        return own


class _Standard(_Older):
    """9.005 to 9.012: hundredths of a millimetre from the bottom left, ridge counts beside each minutia."""

    name = "standard"
    field = 12
    most = 99_999
    farthest = 99_999

    def frame(self, record: MinutiaeFields, image: Surroundings | None) -> Frame:
        if image is None or image.height is None:
            raise MinutiaeError("9.012 counts y from the bottom: give ppi and height, or an image of the same IDC")
        return Frame(image.ppi / HUNDREDTHS, height=image.height * HUNDREDTHS / image.ppi, turned=True)

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(self.field) or b"")
        return _beside(table(raw, b","), 4) if raw else np.zeros(0, COUNTS)

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        index, quality, neighbour = _style(record, self.field)
        grid = Grid(len(own))
        if not len(own):
            return {10: None, 11: None, self.field: None}
        grid.numbers(own["index"], index)
        _put_place(grid, own)
        grid.text(b"\x1f")
        grid.numbers(np.maximum(own["quality"], 0), quality, own["quality"] >= 0)
        grid.letters(_own_codes(own["type"], self.types, "D"), before=b"\x1f")
        if counts is not None and len(counts):
            _put_pairs(grid, own, counts, neighbour)
        there = b"1" if counts is not None and len(counts) else b"0"
        return {10: str(len(own)).encode(), 11: there, self.field: grid.written()}


def _put_pairs(grid: Grid, own: Array, counts: Array, width: int) -> None:
    """Neighbour and count by rank behind each minutia."""
    neighbours, ridges, stands = _ranked(own, counts)
    if not neighbours.size:
        return
    pairs = Grid(*neighbours.shape)
    pairs.numbers(neighbours, width, stands, before=b"\x1f")
    pairs.numbers(ridges, max(width - 1, 0), stands, before=b",")
    grid.put(pairs.joined())


def _ranked(own: Array, counts: Array) -> tuple[Array, Array, Array | None]:
    """Neighbours and counts in (minutiae, ranks), which are the sectors where those are told; 255 and 15 for none.

    And which pairs stand, None for all: those, and gaps before them, so that later ones keep their sectors.
    """
    if (shape := _as_they_stand(own, counts)) is not None:
        return counts["neighbour"].reshape(shape), counts["count"].reshape(shape), None
    row = rows_of(own["index"], counts["center"])
    counts, row = counts[row >= 0], row[row >= 0]
    rank = counts["sector"].astype(np.int64)
    if (known := _by_rank(rank, row, len(own))) is None:  # no sectors, or two in one
        order = np.argsort(row, kind="stable")
        counts, row = counts[order], row[order]
        rank = np.arange(len(row)) - np.searchsorted(row, row, "left")
        known = _by_rank(rank, row, len(own))
    assert known is not None
    neighbours, ridges = np.full(known.shape, 255), np.full(known.shape, 15)
    neighbours[row, rank], ridges[row, rank] = counts["neighbour"], counts["count"]
    return neighbours, ridges, np.logical_or.accumulate(known[:, ::-1], axis=1)[:, ::-1]


def _as_they_stand(own: Array, counts: Array) -> tuple[int, int] | None:
    """How many minutiae and ranks, where each minutia has as many ridge counts, all in order; else None."""
    ranks, over = divmod(len(counts), len(own))
    if over or ranks > _MOST_PAIRS:
        return None
    centers, sectors = np.repeat(own["index"], ranks), np.tile(np.arange(ranks, dtype=np.int8), len(own))
    in_order = (counts["sector"] == sectors).all() and (counts["center"] == centers).all()
    return (len(own), ranks) if in_order else None


def _by_rank(rank: Array, row: Array, count: int) -> Array | None:
    """Which of (minutiae, ranks) there are; None where a rank is not known or taken twice."""
    if (rank < 0).any():
        return None
    ranks = int(rank.max(initial=-1)) + 1
    if ranks > _MOST_PAIRS:
        raise MinutiaeError(f"a minutia has {ranks} ridge counts; the block standard is written with {_MOST_PAIRS}")
    known = np.zeros((count, ranks), np.bool_)
    known[row, rank] = True
    return known if np.count_nonzero(known) == len(row) else None


def _style(record: MinutiaeFields, field: int) -> tuple[int, int, int]:
    """How many digits index, quality and neighbours are padded to in the field as it stands; 0 for not at all."""
    raw = bytes(record.raw(field) or b"")
    if len(raw) > _SAMPLE:
        raw = raw[:_SAMPLE].rpartition(b"\x1e")[0] or raw
    if not raw:
        return 0, 0, 0
    columns = Columns(raw, b",")
    return columns.width(0), columns.width(2), columns.width(4)


def _beside(columns: Columns | Even, first: int) -> Array:
    """Ridge counts that stand as pairs behind each minutia: neighbour, count, in the order of the octants."""
    subfield, rank, neighbours, ridges = columns.pairs(first)
    made = np.zeros(len(subfield), COUNTS)
    _fill(made, "center", _needed(columns, 0)[subfield])
    _fill(made, "neighbour", _known(neighbours, 0))
    _fill(made, "count", _known(ridges, 0))
    made["sector"], made["residual"] = np.minimum(rank, _MOST_PAIRS - 1), -1
    return made


class _Iafis(_Older):
    """9.013 to 9.025 of the FBI's EFTS: hundredths of a millimetre from the top left, eight octant neighbours."""

    name = "iafis"
    field = 23
    most = 254
    farthest = 9_999

    def frame(self, record: MinutiaeFields, image: Surroundings | None) -> Frame:
        if image is None:
            raise MinutiaeError("9.023 is in millimetres: give ppi, or an image of the same IDC")
        return Frame(image.ppi / HUNDREDTHS)

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(self.field) or b"")
        if not raw:
            return np.zeros(0, COUNTS)
        columns = Columns(raw)
        neighbours = np.clip(columns.counts - 4 - (self._residual(columns) >= 0), 0, 8)
        row = np.repeat(np.arange(len(columns)), neighbours)
        sector = np.arange(len(row)) - np.repeat(np.cumsum(neighbours) - neighbours, neighbours)
        value = _known(columns.numbers(columns.firsts[row] + 4 + sector), _NO_NEIGHBOUR).astype(np.int64)
        made = np.zeros(len(row), COUNTS)
        _fill(made, "center", _needed(columns, 0)[row])
        _fill(made, "neighbour", value // 100)
        made["count"] = value % 100
        made["sector"], made["residual"] = sector, self._residuals(columns, row, sector)
        return made

    def _residual(self, columns: Columns) -> Array:
        """The item with the residuals, the last one of eight characters behind the others; -1 where there is none."""
        last = columns.firsts + columns.counts - 1
        there = (columns.counts > 4) & (columns.lengths(last) == 8)
        return np.where(there, last, -1)

    def _residuals(self, columns: Columns, row: Array, sector: Array) -> Array:
        """The bit of every octant in the last item, where there is one."""
        last = self._residual(columns)
        there = last >= 0
        at = columns.starts(last[row]) + sector
        made = np.where(there[row], columns.data[np.where(there[row], at, 0)].astype(np.int16) - 0x30, -1)
        if len(made) and not -1 <= int(made.min()) <= int(made.max()) <= 1:
            raise ValueError("the residuals of the octants are not 0 and 1")
        return made

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        grid = Grid(len(own))
        grid.numbers(own["index"], 3)
        _put_place(grid, own)
        grid.numbers(np.where(own["quality"] < 0, 1, own["quality"]), 2, before=b"\x1f")
        grid.letters(_own_codes(own["type"], self.types, "D"), before=b"\x1f")
        if not len(own):
            return {15: None, self.field: None}
        _put_octants(grid, own, counts)
        return {15: str(len(own)).encode(), self.field: grid.written()}


def _put_octants(grid: Grid, own: Array, counts: Array | None) -> None:
    """The neighbours of eight octants and their residuals behind each minutia that has ridge counts."""
    if counts is None or not len(counts) or not len(own):
        return
    row = np.searchsorted(own["index"], counts["center"], sorter=(order := np.argsort(own["index"])))
    row = order[np.minimum(row, len(own) - 1)]
    mine = (own["index"][row] == counts["center"]) & (counts["sector"] >= 0) & (counts["sector"] < 8)
    row, given = row[mine], counts[mine]
    octants = np.full((len(own), 8), _NO_NEIGHBOUR)
    octants[row, given["sector"]] = given["neighbour"].astype(np.int64) * 100 + given["count"]
    residuals = np.zeros((len(own), 8), np.int64)
    residuals[row, given["sector"]] = np.maximum(given["residual"], 0)
    there = np.zeros(len(own), np.bool_)
    there[row] = True
    for sector in range(8):
        grid.numbers(octants[:, sector], 5, there, before=b"\x1f")
    if (counts["residual"] >= 0).any():
        grid.text(b"\x1f", there)
        for sector in range(8):
            grid.numbers(residuals[:, sector], 1, there)


def _by_place(own: Array, counts: Array) -> Array:
    """Ridge counts with the places of minutiae, from 1, as indices; without those of minutiae that are not there."""
    center, neighbour = (rows_of(own["index"], counts[name]) for name in ("center", "neighbour"))
    there = (center >= 0) & (neighbour >= 0)
    made = counts[there]
    made["center"], made["neighbour"] = center[there] + 1, neighbour[there] + 1
    return made


class _M1:
    """9.126 to 9.141, INCITS 378: pixels from the top left at its own resolution, angles in steps of two degrees."""

    name = "m1"
    field = 137
    types = _M1_TYPES
    quality = (1, 100)
    most = 9_999
    farthest = 99_999

    def frame(self, record: MinutiaeFields, image: Surroundings | None) -> Frame:
        scale, pixels = record.SLC, record.THPS
        if scale not in _PER_INCH or not pixels:
            if image is None:
                raise MinutiaeError("9.130 and 9.131 do not tell a resolution: give ppi")
            return Frame(1.0, step=2)
        own = pixels * _PER_INCH[scale]
        return Frame(1.0 if image is None else image.ppi / own, step=2)

    def minutiae(self, raw: bytes) -> Array:
        columns = Columns(raw)
        own = empty(len(columns))
        _fill(own, "index", _needed(columns, 0))
        for name, place in (("x", 1), ("y", 2), ("theta", 3)):
            own[name] = _needed(columns, place)
        own["type"] = _coded(columns.letters(4), self.types)
        _fill(own, "quality", _known(columns.ints(5), -1))
        return own

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(138) or b"")
        rest = raw.partition(b"\x1e")[2]  # the first subfield tells the method
        if not rest:
            return np.zeros(0, COUNTS)
        columns = Columns(rest)
        made = np.zeros(len(columns), COUNTS)
        for place, name in enumerate(("center", "neighbour", "count")):
            _fill(made, name, _needed(columns, place))
        made["sector"] = made["residual"] = -1
        return made

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        index = own["index"]
        if len(own) and int(index.max()) > len(own):  # it goes up to the number of minutiae
            counts = None if counts is None else _by_place(own, counts)
            index = np.arange(1, len(own) + 1)
        grid = Grid(len(own))
        grid.numbers(index)
        for name in ("x", "y", "theta"):
            grid.numbers(own[name], before=b"\x1f")
        grid.letters(_own_codes(own["type"], self.types, "0"), before=b"\x1f")
        grid.numbers(np.maximum(own["quality"], 0), before=b"\x1f")
        made: dict[int, bytes | None] = {136: str(len(own)).encode(), self.field: grid.written() or None}
        if counts is not None:
            method = bytes(record.raw(138) or b"0\x1f0\x1f0").partition(b"\x1e")[0]
            made[138] = method + b"\x1e" + _named(counts).written() if len(counts) else None
        return made


def _named(counts: Array) -> Grid:
    """Center, neighbour and count of every ridge count."""
    grid = Grid(len(counts))
    grid.numbers(counts["center"])
    for name in ("neighbour", "count"):
        grid.numbers(counts[name], before=b"\x1f")
    return grid


class _Efs:
    """9.300 to 9.399: hundredths of a millimetre from the top left of the region of interest."""

    name = "efs"
    field = 331
    types = {"E": "E", "B": "B", "X": "X"}
    quality = (0, 0)
    most = 99_999
    farthest = 99_999

    def frame(self, record: MinutiaeFields, image: Surroundings | None) -> Frame:
        if image is None:
            raise MinutiaeError("9.331 is in millimetres: give ppi, or an image of the same IDC")
        region = record.ROI
        left, top = (region.EHO or 0, region.EVO or 0) if region is not None else (0, 0)
        return Frame(image.ppi / HUNDREDTHS, left, top)

    def minutiae(self, raw: bytes) -> Array:
        columns = Columns(raw)
        own = empty(len(columns))
        for name, place in (("x", 0), ("y", 1), ("theta", 2)):
            own[name] = _needed(columns, place)
        own["type"] = _coded(columns.letters(3), self.types)
        own["radius"], own["spread"] = (_known(columns.ints(place), np.nan) for place in (4, 5))
        return own

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(333) or b"")
        if not raw:
            return np.zeros(0, COUNTS)
        columns = Columns(raw)
        made = np.zeros(len(columns), COUNTS)
        for place, name in enumerate(("center", "neighbour", "count")):
            _fill(made, name, _needed(columns, place))
        for place, name in ((3, "sector"), (4, "residual")):
            _fill(made, name, _known(columns.ints(place), -1))
        return made

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        if counts is not None:
            counts = _by_place(own, counts)  # it has no indices but places
        grid = Grid(len(own))
        grid.numbers(own["x"])
        for name in ("y", "theta"):
            grid.numbers(own[name], before=b"\x1f")
        grid.letters(_own_codes(own["type"], self.types, "X"), before=b"\x1f")
        _put_optional(grid, [_or_less(own["radius"]), _or_less(own["spread"])])
        made: dict[int, bytes | None] = {self.field: grid.written() or None, 334: None if len(own) else b"Y"}
        if counts is not None:
            rows = _named(counts)
            _put_optional(rows, [counts["sector"].astype(np.int64), counts["residual"].astype(np.int64)])
            made[333] = rows.written() or None
            if not len(counts):
                made[332] = None
        return made


def _or_less(numbers: Array) -> Array:
    """Whole numbers, -1 where they are not known."""
    return np.where(np.isnan(numbers), -1, numbers).astype(np.int64)


def _put_optional(grid: Grid, columns: list[Array]) -> None:
    """Items that may be left out, -1 where they are: separators stand as far as something follows."""
    follows = np.zeros(grid.shape, np.bool_)
    needed = []
    for column in reversed(columns):
        follows = follows | (column >= 0)
        needed.append(follows)
    for column, separated in zip(columns, reversed(needed), strict=True):
        if separated.any():
            grid.text(b"\x1f", separated)
            grid.numbers(np.maximum(column, 0), 0, column >= 0)


BLOCKS: dict[str, Block] = {block.name: block for block in (_Efs(), _M1(), _Iafis(), _Standard())}  # richest first
