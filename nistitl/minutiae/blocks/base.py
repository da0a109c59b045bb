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

from nistitl.minutiae.arrays import CORES, no_deltas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.frame import Frame
    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.template import Template
    from nistitl.minutiae.view import View


class Scale(NamedTuple):
    """The lowest and the highest quality of a minutia that a block can say."""

    lowest: int
    highest: int


NO_SCALE = Scale(0, 0)  # of a block that says nothing of quality


@attrs.frozen(slots=True)
class ImageGeometry:
    """What a block has to know of the image: its resolution, and its height where y counts from the bottom."""

    ppi: float
    height: int | None = None  # pixels


class FeatureBlock(ABC):
    """One block: its minutiae, ridge counts, cores and deltas as arrays in its own units, and back to its fields."""

    name: ClassVar[str]
    field: ClassVar[int]  # where the minutiae are
    types: ClassVar[Mapping[str, str]]  # its codes of a minutia's type, and what they are in the common array
    quality: ClassVar[Scale] = NO_SCALE
    most: ClassVar[int]  # minutiae that its numbers can name; what receivers take is for validation
    farthest: ClassVar[int]  # coordinate, in its own units
    format: ClassVar[str] = "U"  # 9.004 FMT of a record of this block: S is the standard block

    # What it can hold beside x, y, theta and type of minutiae, and beside center, neighbour and count of ridge counts.
    holds_uncertainty: ClassVar[bool] = False  # of position and direction
    holds_point_angles: ClassVar[bool] = True  # of cores and deltas
    holds_two_resolutions: ClassVar[bool] = False  # another one down than across
    holds_of_counts: ClassVar[tuple[str, ...]] = ()  # "sector", "residual"
    holds_lone_counts: ClassVar[bool] = False  # ridge counts that say a minutia has no neighbour in an octant

    # -- from the record ------------------------------------------------------------------------

    @abstractmethod
    def frame(self, record: MinutiaeFields, image: ImageGeometry | None) -> Frame:
        """How its coordinates lie in the image. MinutiaeError where that is not known."""

    @abstractmethod
    def minutiae(self, raw: bytes) -> Array:
        """The minutiae of its field, in its own units. ValueError for what is not numbers where it must be."""

    @abstractmethod
    def counts(self, record: MinutiaeFields) -> Array:
        """The ridge counts. ValueError for what is not numbers where it must be."""

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

    def image_size(self, record: MinutiaeFields) -> tuple[float | None, int | None, int | None]:
        """Pixels per inch, width and height of the image, where the block tells them itself."""
        return None, None, None

    def finger(self, record: MinutiaeFields) -> int | None:
        """The code of the finger, 0 where that is not known; None where the block leaves it to the image's record."""
        return None

    def finger_view(self, record: MinutiaeFields) -> int | None:
        """Which view of the finger this is; None where the block does not tell."""
        return None

    def finger_quality(self, record: MinutiaeFields) -> int | None:
        """The quality of the finger, 0 to 100; None where the block does not tell."""
        return None

    def count_method(self, record: MinutiaeFields) -> int:
        """How ridges were counted, as `View.method` has it."""
        return 0

    def product(self, record: MinutiaeFields) -> int | None:
        """The product that encoded the features, as CBEFF numbers it; None where the block does not tell."""
        return None

    def equipment(self, record: MinutiaeFields) -> tuple[int, int] | None:
        """Capture equipment and its certification, as `Template` has them; None where the block does not tell."""
        return None

    # -- to the record --------------------------------------------------------------------------

    @abstractmethod
    def fields(self, record: MinutiaeFields, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        """The content of its fields for these minutiae, in its own units; None for a field that is to go."""

    def fields_beside(self, ppi: float, width: int, height: int, counts: Array | None) -> dict[str, Any]:
        """By mnemonic: the fields that say how coordinates lie in an image of this size, and those it must have.

        Those that nothing here can tell (finger, quality, product) say that they are not known.
        """
        return {}

    def fields_of_view(self, template: Template, view: View) -> dict[str, Any]:
        """By mnemonic: what a view of a template tells beside minutiae and ridge counts; empty lists are left out."""
        return {}

    def fields_of_method(self, record: MinutiaeFields, method: int) -> dict[int, bytes]:
        """The content of fields that say how ridges were counted, where those are the fields of the counts themselves.

        `method` as `View.method` has it. Called once the ridge counts are written.
        """
        return {}

    def held_counts(self, counts: Array) -> tuple[Array, list[str]]:
        """The ridge counts that the block can hold, and what it cannot of the others."""
        lost = []
        for name in ("sector", "residual"):
            if name not in self.holds_of_counts and (known := np.count_nonzero(counts[name] >= 0)):
                lost.append(f"the {name} of {known} ridge counts")
        return counts, lost

    def lost_references(self, record: MinutiaeFields, own: Array) -> list[str]:
        """What other fields of the record mean that name minutiae by places, where these will now be others."""
        return []
