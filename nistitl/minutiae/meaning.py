"""What the numbers and letters of a block or a template mean, and what it can hold: one statement each.

Conversions are made from statements alone: what two of them share goes over, what the target does not state is listed.
A statement says nothing of how a field is spelled; that is for the block's object.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from nistitl.minutiae.arrays import Array


class Scale(NamedTuple):
    """The worst and the best quality of a minutia that can be said; the worst may be the greater number."""

    worst: int
    best: int


class Counting(NamedTuple):
    """What ridge counts refer to: which neighbours, and how many more are told than the ridges between."""

    method: int  # 0 neighbours of any choice, 1 the nearest in four quadrants, 2 the nearest in eight octants
    more: int = 0


class Pattern(NamedTuple):
    """A pattern class as 9.307 tells it: general class, subclass and the relation of whorl and delta."""

    general: str
    subclass: str = ""
    relation: str = ""


class Angles(Enum):
    """Which angles of a core or delta a format can say."""

    NONE = "none"
    ANY = "any of them"
    WHOLE = "all of a point, or none"
    ALL = "all of all points, or none"
    MUST = "all; a point without cannot be said"
    FIRST = "the first must be there; the others of all points, or of none"


NO_SCALE = Scale(0, 0)
PERCENT = Scale(0, 100)
NEIGHBOURS, QUADRANTS, OCTANTS, OCTANTS_AND_ONE = Counting(0), Counting(1), Counting(2), Counting(2, 1)
BY_HAND, NO_METHOD = 0, 1  # what stands for quality and is none: how a minutia came to be there
FACTS = {BY_HAND: "placed by hand", NO_METHOD: "without a method of quality"}


class Meaning:
    """A statement. Each line is a fact of the standard that defines the format; what is not stated cannot be held."""

    name: ClassVar[str]

    # minutiae
    types: ClassVar[Mapping[str, str]]  # its codes of a minutia's type, and what they are in the common array
    unknown_type: ClassVar[str] = ""  # its code for a type that is none of these
    quality: ClassVar[Scale] = NO_SCALE
    no_quality: ClassVar[int | None] = None  # its number where a minutia has no quality
    holds_facts: ClassVar[bool] = False  # FACTS in the place of quality
    holds_uncertainty: ClassVar[bool] = False  # of position and direction
    most_uncertainty: ClassVar[tuple[int, int]] = (999, 180)  # of position in its own units, of direction in degrees
    most: ClassVar[int]  # minutiae that its numbers can name; what receivers take is for validation
    farthest: ClassVar[int]  # coordinate, in its own units

    # ridge counts
    countings: ClassVar[tuple[Counting, ...]] = (NEIGHBOURS,)
    holds_of_counts: ClassVar[tuple[str, ...]] = ()  # "sector", "residual"
    holds_lone_counts: ClassVar[bool] = False  # that a minutia has no neighbour in an octant

    # cores and deltas
    most_cores: ClassVar[int] = 0
    core_angles: ClassVar[Angles] = Angles.NONE
    most_deltas: ClassVar[int] = 0
    delta_angles: ClassVar[Angles] = Angles.NONE
    holds_delta_types: ClassVar[bool] = False
    holds_point_uncertainty: ClassVar[bool] = False

    # the finger and its image
    fingers: ClassVar[Container[int]] = ()  # codes of FGP, beside 0 for one that is not known
    most_fingers: ClassVar[int] = 1  # candidates
    patterns: ClassVar[Mapping[str, Pattern]] = {}  # its codes of pattern classes
    holds_pattern_parts: ClassVar[bool] = False  # subclass and relation on their own, beside the code
    most_patterns: ClassVar[int] = 0
    methods: ClassVar[Mapping[str, str]] = {}  # its codes of how minutiae were found, and those of 9.005 for them
    holds_system: ClassVar[bool] = False  # the name of the system that found them
    system_needs_method: ClassVar[bool] = False  # it cannot be told without one
    finger_qualities: ClassVar[int] = 0  # how many qualities of the finger
    quality_needs_algorithm: ClassVar[bool | None] = False  # with vendor and product; None: it has none of these
    holds_view_number: ClassVar[bool] = False
    holds_product: ClassVar[bool] = False  # that encoded the features, as CBEFF numbers it
    holds_equipment: ClassVar[bool] = False  # of capture, and its certification
    holds_two_resolutions: ClassVar[bool] = False  # another one down than across
    impressions: ClassVar[Container[int]] = ()  # codes of 9.003 that it has itself; of blocks 9.003 tells it

    def tells(self, pattern: Pattern) -> bool:
        """True where it can say this pattern class."""
        general = Pattern(pattern.general) if self.holds_pattern_parts else pattern
        return general in self.patterns.values()

    def known_quality(self, numbers: Array) -> Array:
        """Which of these numbers are qualities of a minutia."""
        if self.quality == NO_SCALE:
            return np.zeros(len(numbers), np.bool_)
        known: Array = numbers >= min(self.quality)
        return known if self.no_quality is None else known & (numbers != self.no_quality)

    def percent(self, numbers: Array) -> Array:
        """Numbers of its scale in percent, 100 the best and 1 the worst; -1 for those that are no quality."""
        worst, best = self.quality
        known = self.known_quality(numbers)
        percents = np.full(len(numbers), -1, np.int16)
        share = (numbers[known].astype(np.float64) - worst) / ((best - worst) or 1)
        percents[known] = np.clip(np.rint(100 * share), 1, 100)
        return percents

    def of_percent(self, percents: Array) -> Array:
        """The numbers of its scale that are nearest in percent; -1 where there is no quality, or no scale."""
        own = np.full(len(percents), -1, np.int16)
        numbers = np.arange(min(self.quality), max(self.quality) + 1, dtype=np.int16)
        numbers = numbers[self.known_quality(numbers)]
        known = percents >= 0
        if len(numbers) < 2 or not known.any():
            return own
        numbers = numbers if self.quality.worst < self.quality.best else numbers[::-1]
        steps = self.percent(numbers).astype(np.int64)
        numbers, steps = numbers[np.append(np.diff(steps) > 0, True)], steps[np.append(np.diff(steps) > 0, True)]
        given = percents[known].astype(np.int64)
        above = np.clip(np.searchsorted(steps, given), 1, len(steps) - 1)
        below = above - 1
        own[known] = numbers[np.where(given - steps[below] <= steps[above] - given, below, above)]
        return own
