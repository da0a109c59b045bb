"""What a block of minutiae is. A new block is a subclass of `FeatureBlock` and one object of it.

Type-9 can hold the same features several times, each time by the rules of another standard: a *block* of fields. The
rest of this package asks the block's object and never looks at its name. A record type names its blocks, the richest
first, in `feature_blocks`.

A block speaks in its own units: those of its numbers. `Frame` says how these lie in the image.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, MinutiaeError, no_deltas
from nistitl.minutiae.features import Finger
from nistitl.minutiae.meaning import NEIGHBOURS, Meaning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.features import Features
    from nistitl.minutiae.frame import Frame
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.meaning import Counting


@attrs.frozen(slots=True)
class ImageGeometry:
    """What a block has to know of the image: its resolution, and its height where y counts from the bottom."""

    across: float  # pixels per inch
    height: float | None = None  # pixels of that resolution
    other_down: float | None = None  # pixels per inch down, where those are others

    @property
    def down(self) -> float:
        """Pixels per inch down."""
        return self.across if self.other_down is None else self.other_down

    @property
    def square(self) -> bool:
        """True where pixels are as wide as high."""
        return self.down == self.across

    @property
    def ppi(self) -> float:
        """Pixels per inch both ways. MinutiaeError where they are not square: a direction in them is none outside."""
        if self.other_down is not None and self.other_down != self.across:
            raise MinutiaeError(
                f"the pixels are not square, {self.across:g} per inch across and {self.down:g} down, and the block is "
                "not in such pixels: correct the resolution, or give ppi and height of an image of square ones"
            )
        return self.across


class OwnUnits(NamedTuple):
    """What the numbers of a block are: the unit of x and y, from where they count, what the angle counts."""

    unit: str
    origin: str
    theta: str


class FeatureBlock(Meaning, ABC):
    """One block: its minutiae, ridge counts, cores and deltas as arrays in its own units, and back to its fields.

    Its statement of meaning (`Meaning`) stands at the head of its class.
    """

    field: ClassVar[int]  # where the minutiae are
    point_fields: ClassVar[Mapping[str, tuple[str, ...]]] = {"cores": (), "deltas": ()}  # by mnemonic
    tells_size: ClassVar[bool] = True  # a new block says how large the image is
    format: ClassVar[str] = "U"  # 9.004 FMT of a record of this block: S is the standard block
    own: ClassVar[OwnUnits]
    numbers: ClassVar[range]  # of its fields
    place_fields: ClassVar[frozenset[int]]  # that say no more than how coordinates lie and how many minutiae there are
    count_fields: ClassVar[frozenset[int]] = frozenset()  # of ridge counts, where they are apart
    counting_codes: ClassVar[tuple[str, tuple[str, ...]]] = ("", ())  # the field that says to what, and its codes
    finger_fields: ClassVar[Mapping[str, int]]  # what tells codes, patterns, qualities and source of `Finger`

    # -- from the record ------------------------------------------------------------------------

    @abstractmethod
    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        """How its coordinates lie in the image. MinutiaeError where that is not known."""

    @abstractmethod
    def minutiae(self, raw: bytes) -> Array:
        """The minutiae of its field, in its own units. ValueError for what is not numbers where it must be."""

    @abstractmethod
    def counts(self, record: MinutiaeFields) -> Array:
        """The ridge counts, 0 as the neighbour where it says that there is none. ValueError for what is no number."""

    def has_cores(self, record: MinutiaeFields) -> bool:
        """True where the record has cores in this block."""
        return False

    def cores(self, record: MinutiaeFields, frame: Frame) -> Array:
        """The cores in pixels."""
        return np.zeros(0, CORES)

    def has_deltas(self, record: MinutiaeFields) -> bool:
        """True where the record has deltas in this block."""
        return False

    def deltas(self, record: MinutiaeFields, frame: Frame) -> Array:
        """The deltas in pixels."""
        return no_deltas(0)

    def resolution(self, record: MinutiaeFields) -> ImageGeometry | None:
        """The resolution of the image, where the block tells it itself; its height may be missing."""
        return None

    def image_size(self, record: MinutiaeFields) -> tuple[int | None, int | None]:
        """Width and height of the image, where the block tells them itself."""
        return None, None

    def finger(self, record: MinutiaeFields) -> Finger:
        """What is told of the finger, and of how its features were found."""
        return Finger()

    def tells_lone(self, record: MinutiaeFields) -> bool:
        """True where its ridge counts say that there is no neighbour in an octant."""
        return self.holds_lone_counts and self.counting(record) != NEIGHBOURS

    def facts(self, record: MinutiaeFields, many: int) -> Array:
        """Of every minutia a key of `FACTS`, or -1."""
        return np.full(many, -1, np.int16)

    def counting(self, record: MinutiaeFields) -> Counting:
        """What its ridge counts refer to."""
        return NEIGHBOURS

    # -- to the record --------------------------------------------------------------------------

    @abstractmethod
    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        """The content of its fields for these minutiae, in its own units; None for a field that is to go."""

    def fields_beside(self, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
        """By mnemonic: the fields that say how coordinates lie in an image of this size, and those it must have.

        Those that nothing here can tell (finger, quality, product) say that they are not known.
        """
        return {}

    def fields_of_finger(self, finger: Finger) -> dict[str, Any]:
        """By mnemonic: what it tells of the finger, of what it can hold; unknown in its own code, or empty."""
        return {}

    def fields_of_points(self, features: Features, frame: Frame) -> dict[str, Any]:
        """By mnemonic: cores, deltas and what says that they are there, of what it can hold; empty for none."""
        return {}

    def points_renumbered(
        self, record: MinutiaeFields, kind: str, points: Sequence[object]
    ) -> tuple[dict[str, Any], list[str]]:
        """By mnemonic: fields beside these cores or deltas that say that there are none, or name them; what goes."""
        return {}, []

    def fields_of_resolution(self, across: int, down: int) -> dict[str, Any]:
        """By mnemonic: the resolution in pixels per centimetre, where the block tells it itself."""
        return {}

    def fields_of_counting(self, counting: Counting) -> dict[str, Any]:
        """By mnemonic: what ridge counts refer to, where a field of its own tells it; set before the counts."""
        return {}

    def held_countings(self, record: MinutiaeFields) -> Sequence[Counting]:
        """What ridge counts can refer to in this record, the first choice first."""
        return self.countings

    def new_counts(self, own: Array, counts: Array) -> Array:
        """The ridge counts of a block that is new, with those that say that there are none where it must tell that."""
        return counts

    def held_counts(self, record: MinutiaeFields, counts: Array) -> tuple[Array, list[str]]:
        """The ridge counts that the block can hold, and what it cannot of the others."""
        lost = []
        for name in ("sector", "residual"):
            if name not in self.holds_of_counts and (known := np.count_nonzero(counts[name] >= 0)):
                lost.append(f"the {name} of {known} ridge counts")
        return counts, lost

    def renumbered(self, record: MinutiaeFields, own: Array) -> tuple[dict[str, Any], list[str]]:
        """By mnemonic: other fields that name minutiae by places, with the places they will have; and what goes."""
        return {}, []
