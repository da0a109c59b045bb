"""The standard block, 9.005 to 9.012: hundredths of a millimetre from the bottom left, directions out of the ridge.

Ridge counts stand beside each minutia: pairs of neighbour and count in the order of the octants.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, HUNDREDTHS, MinutiaeError, no_deltas, rows_of
from nistitl.minutiae.blocks.base import OwnUnits
from nistitl.minutiae.blocks.older import OlderBlock, digits_of_points, one_an_octant, points_of_digits, put_places
from nistitl.minutiae.blocks.spelling import fill, own_codes, required, with_absent
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.even import Even, table
from nistitl.minutiae.features import Finger, Source
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.holding import spelled_lone, told_lone
from nistitl.minutiae.items import PatternClassification, ReadingSystem
from nistitl.minutiae.meaning import NEIGHBOURS, OCTANTS_AND_ONE, Counting, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.features import Features
    from nistitl.minutiae.items import MinutiaeFields

_SAMPLE = 8192  # bytes of a field that tell how its numbers are padded
_OF_NONE = np.zeros(0, np.int32)  # indices: 255 names no minutia where octants are told
_MOST_PAIRS = 128  # ridge counts of one minutia
_PAIRED = re.compile(
    rb"(?:[^\x1e\x1f,]*+(?:\x1f[^\x1e\x1f,]*+){0,3}+(?:\x1f[^\x1e\x1f,]++,[^\x1e\x1f,]++)*+\x1e)++"
)  # a pair more or less would move all that follow
_FBI = "AFIS/FBI"  # the system of 9.005 whose ridge counts are those of 9.023
_UNKNOWN_SYSTEM, _UNKNOWN_METHOD = "UNKNOWN", "A"  # 9.005 has no code for a method that is not known
_TABLE = "T"  # 9.007: a code of its table
_RIGHT, _LEFT = {1, 2, 3, 4, 5, 11, 16}, {6, 7, 8, 9, 10, 12, 17}  # codes of FGP
_TO_THUMB, _TO_LITTLE = "RL", "UL"  # radial and ulnar loops: right or left by the hand, seen from the back of it


class StandardBlock(OlderBlock):
    """9.005 to 9.012, the block of 1993, legacy since 2011."""

    name = "standard"
    field = 12
    point_fields = {"cores": ("CRP",), "deltas": ("DLT",)}
    own = OwnUnits("0.01 mm", "bottom left of the image", "degrees, out of the ridge")
    numbers = range(5, 13)
    place_fields = frozenset((10, 11))
    finger_fields = {"codes": 6, "patterns": 7, "source": 5}
    types = {"A": "E", "B": "B", "C": "C", "D": "X"}
    unknown_type = "D"
    most = 99_999
    farthest = 99_999
    format = "S"
    holds_of_counts = ("sector",)
    holds_lone_counts = True
    most_cores = most_deltas = 999
    fingers = range(37)
    most_fingers = 36
    patterns = {
        "PA": Pattern("AU", "PA"), "TA": Pattern("AU", "TA"), "RS": Pattern("RS"), "LS": Pattern("LS"),
        "PW": Pattern("WU", "PW"), "CP": Pattern("WU", "CP"), "DL": Pattern("WU", "DL"), "AW": Pattern("WU", "AW"),
        "WN": Pattern("WU"), "SR": Pattern("SR"), "XX": Pattern("XX"), "UN": Pattern("UC"),
    }  # fmt: skip
    most_patterns = 99
    methods = {"A": "A", "U": "U", "E": "E", "M": "M"}
    holds_system = True

    # -- from the record ------------------------------------------------------------------------

    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        if image is None or image.height is None:
            raise MinutiaeError("9.012 counts y from the bottom: give ppi and height, or an image of the same IDC")
        return Frame(image.ppi / HUNDREDTHS, height=image.height * HUNDREDTHS / image.ppi, turned=True)

    def counting(self, record: MinutiaeFields) -> Counting:
        return OCTANTS_AND_ONE if record.OFR is not None and record.OFR.SNM == _FBI else NEIGHBOURS

    def held_countings(self, record: MinutiaeFields) -> Sequence[Counting]:
        return (self.counting(record),)

    def counts(self, record: MinutiaeFields) -> Array:
        raw = bytes(record.raw(self.field) or b"")
        if not raw:
            return np.zeros(0, COUNTS)
        if b"\x1f\x1e" in raw or raw.endswith(b"\x1f"):
            raw = b"\x1e".join([part.rstrip(b"\x1f") for part in raw.split(b"\x1e")])
        whole = table(raw, b",")
        if _PAIRED.fullmatch(whole.outline() if isinstance(whole, Even) else raw + b"\x1e") is None:
            raise ValueError("behind index, place, quality and type every item is a neighbour, a comma and a count")
        octants = self.counting(record) != NEIGHBOURS
        counts = _pairs(whole, octants)
        return told_lone(counts, _OF_NONE) if octants else counts

    def has_cores(self, record: MinutiaeFields) -> bool:
        return bool(record.CRP)

    def cores(self, record: MinutiaeFields, frame: Frame) -> Array:
        cores = np.full(len(record.CRP), np.nan, CORES)
        cores["x"], cores["y"] = frame.points(*points_of_digits(record.CRP))
        return cores

    def has_deltas(self, record: MinutiaeFields) -> bool:
        return bool(record.DLT)

    def deltas(self, record: MinutiaeFields, frame: Frame) -> Array:
        deltas = no_deltas(len(record.DLT))
        deltas["x"], deltas["y"] = frame.points(*points_of_digits(record.DLT))
        return deltas

    def finger(self, record: MinutiaeFields) -> Finger:
        codes = record.FGPT
        told, system = Source(), record.OFR
        if system is not None and system.SNM != _UNKNOWN_SYSTEM:
            told = Source(self.methods.get(system.MET or "", "?"), system.SNM or "", bool(system.SUB))
        return Finger(codes, patterns=tuple(_classes(record.FPC, codes, self.patterns)), source=told)

    # -- to the record --------------------------------------------------------------------------

    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        index, quality, neighbour = _padding(bytes(record.raw(self.field) or b""))
        grid = Grid(len(own))
        if not len(own):
            return {10: None, 11: None, self.field: None}
        grid.numbers(own["index"], index)
        put_places(grid, own)
        grid.text(b"\x1f")
        numbers = self.quality_numbers(record, own)
        grid.numbers(np.maximum(numbers, 0), quality, numbers >= 0)
        grid.letters(own_codes(own["type"], self.types, self.unknown_type), before=b"\x1f")
        if counts is not None and len(counts):
            _put_pairs(grid, own, spelled_lone(counts) if self.tells_lone(record) else counts, neighbour)
        counted = b"1" if counts is not None and len(counts) else b"0"
        return {10: str(len(own)).encode(), 11: counted, self.field: grid.written()}

    def fields_beside(self, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
        return self.fields_of_finger(Finger())

    def fields_of_finger(self, finger: Finger) -> dict[str, Any]:
        codes, told = {pattern: code for code, pattern in self.patterns.items()}, finger.source
        classes = [codes[one] for one in finger.patterns if one is not None] or ["UN"]
        return {
            "OFR": ReadingSystem(told.system or _UNKNOWN_SYSTEM, told.method or _UNKNOWN_METHOD),
            "FGPT": finger.codes or (0,),
            "FPC": [PatternClassification(_TABLE, (code,)) for code in classes],
        }

    def fields_of_points(self, features: Features, frame: Frame) -> dict[str, Any]:
        return {
            "CRP": digits_of_points(features.cores, frame),
            "DLT": digits_of_points(features.deltas, frame),
        }

    def held_counts(self, record: MinutiaeFields, counts: Array) -> tuple[Array, list[str]]:
        counts, lost = super().held_counts(record, counts)
        if self.counting(record) == NEIGHBOURS and (known := np.count_nonzero(counts["sector"] >= 0)):
            lost.append(f"the sector of {known} ridge counts")
            counts = counts[np.argsort(counts["sector"], kind="stable")]
            counts["sector"] = -1
        if self.counting(record) != NEIGHBOURS:
            counts, gone = one_an_octant(counts)
            lost += gone
        return counts, lost


STANDARD = StandardBlock()


def _classes(
    told: Sequence[PatternClassification], fingers: Sequence[int], codes: Mapping[str, Pattern]
) -> Iterator[Pattern | None]:
    """The classes of 9.007; behind the first one older files have a code alone."""
    for one in told:
        for code in one.FPC or (one.SRC,) if one.SRC != "U" else (None,):
            yield _loop(code, fingers) if code in (_TO_THUMB, _TO_LITTLE) else codes.get(code or "")


def _loop(code: str, fingers: Sequence[int]) -> Pattern | None:
    """A loop to the thumb or the little finger as one that slants right or left; None where the hand is not known."""
    hands = {1 if finger in _RIGHT else -1 if finger in _LEFT else 0 for finger in fingers}
    if hands not in ({1}, {-1}):
        return None
    return Pattern("LS" if (code == _TO_THUMB) == (hands == {1}) else "RS")


def _pairs(columns: Columns | Even, octants: bool) -> Array:
    """Ridge counts that stand as pairs behind each minutia: neighbour, count, in the order of octants if they are."""
    subfield, rank, neighbours, ridges = columns.pairs(4)
    counts = np.zeros(len(subfield), COUNTS)
    fill(counts, "center", required(columns, 0)[subfield])
    fill(counts, "neighbour", with_absent(neighbours, 0))
    fill(counts, "count", with_absent(ridges, 0))
    counts["sector"] = np.minimum(rank, _MOST_PAIRS - 1) if octants else -1
    counts["residual"] = -1
    return counts


def _padding(raw: bytes) -> tuple[int, int, int]:
    """How many digits index, quality and neighbours are padded to in the field as it stands; 0 for not at all."""
    if len(raw) > _SAMPLE:
        raw = raw[:_SAMPLE].rpartition(b"\x1e")[0] or raw
    if not raw:
        return 0, 0, 0
    columns = Columns(raw, b",")
    return columns.width(0), columns.width(2), columns.width(4)


def _put_pairs(grid: Grid, own: Array, counts: Array, width: int) -> None:
    """Neighbour and count by rank behind each minutia."""
    neighbours, ridges, written = _ranked(own, counts)
    if not neighbours.size:
        return
    pairs = Grid(*neighbours.shape)
    pairs.numbers(neighbours, width, written, before=b"\x1f")
    pairs.numbers(ridges, max(width - 1, 0), written, before=b",")
    grid.put(pairs.joined())


def _ranked(own: Array, counts: Array) -> tuple[Array, Array, Array | None]:
    """Neighbours and counts in (minutiae, ranks), and which of these are written, None for all.

    Ranks are sectors where those are known. 255 and 15 say that there is no neighbour; such gaps are written before
    others, so that later ones keep their sectors.
    """
    if (shape := _shape_as_is(own, counts)) is not None:
        return counts["neighbour"].reshape(shape), counts["count"].reshape(shape), None
    row = rows_of(own["index"], counts["center"])
    counts, row = counts[row >= 0], row[row >= 0]
    rank = counts["sector"].astype(np.int64)
    if (known := _known_ranks(rank, row, len(own))) is None:  # no sectors, or two in one
        order = np.argsort(row, kind="stable")
        counts, row = counts[order], row[order]
        rank = np.arange(len(row)) - np.searchsorted(row, row, "left")
        known = _known_ranks(rank, row, len(own))
    assert known is not None
    neighbours, ridges = np.full(known.shape, 255), np.full(known.shape, 15)
    neighbours[row, rank], ridges[row, rank] = counts["neighbour"], counts["count"]
    return neighbours, ridges, np.logical_or.accumulate(known[:, ::-1], axis=1)[:, ::-1]


def _shape_as_is(own: Array, counts: Array) -> tuple[int, int] | None:
    """How many minutiae and ranks, where each minutia has as many ridge counts, all in order; else None."""
    ranks, over = divmod(len(counts), len(own))
    if over or ranks > _MOST_PAIRS:
        return None
    centers, sector = np.repeat(own["index"], ranks), np.ascontiguousarray(counts["sector"])
    if not (counts["center"] == centers).all():
        return None
    in_order = (sector == -1).all() or (sector == np.tile(np.arange(ranks, dtype=np.int8), len(own))).all()
    return (len(own), ranks) if in_order else None


def _known_ranks(rank: Array, row: Array, minutiae: int) -> Array | None:
    """Which of (minutiae, ranks) there are; None where a rank is not known or taken twice."""
    if (rank < 0).any():
        return None
    ranks = int(rank.max(initial=-1)) + 1
    if ranks > _MOST_PAIRS:
        raise MinutiaeError(f"a minutia has {ranks} ridge counts; the block standard is written with {_MOST_PAIRS}")
    known = np.zeros((minutiae, ranks), np.bool_)
    known[row, rank] = True
    return known if np.count_nonzero(known) == len(row) else None
