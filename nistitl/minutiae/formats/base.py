"""What a format of finger minutiae records is. A new format is a subclass of `TemplateFormat` and one object of it.

All are a header, then views: a head, the minutiae, and areas of extended data. The rest of this package asks the
format's object and never looks at its name.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.meaning import NEIGHBOURS, OCTANTS, PERCENT, QUADRANTS, Angles, Meaning
from nistitl.minutiae.view import FARTHEST, HIGHEST_QUALITY, MOST_CORES, NOT_TOLD, ViewImage

if TYPE_CHECKING:
    from nistitl.minutiae.names import Format
    from nistitl.minutiae.view import TemplateFields, View

MAGIC = b"FMR\0"
FAILED = 255  # of a quality of the finger


class Cut(Exception):
    """The bytes end before what is read does."""


@attrs.define(slots=True)
class Reader:
    """Bytes that are read from a place on."""

    data: bytes
    at: int = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """The numbers of a `struct` layout, big-endian. Cut where they are not all there."""
        try:
            values = struct.unpack_from(f">{layout}", self.data, self.at)
        except struct.error:
            raise Cut from None
        self.at += struct.calcsize(f">{layout}")
        return values

    @property
    def left(self) -> int:
        """How many bytes follow."""
        return max(len(self.data) - self.at, 0)


@attrs.frozen(slots=True)
class Header:
    """What the header of a template tells: its length, how many views follow, fields of `Template` by name."""

    length: int
    views: int
    fields: dict[str, Any]
    certified: bool = False  # every view has a block of certificates


@attrs.frozen(slots=True)
class Head:
    """What stands before the minutiae of a view: how many there are and how long each is, fields of `View` by name.

    `length`: of the whole view, where its head tells it.
    """

    minutiae: int
    fields: dict[str, Any]
    bytes_each: int = 6
    length: int | None = None


class TemplateFormat(Meaning, ABC):
    """One format: its statement of meaning, its header and the heads of its views, and the codes that they hold."""

    name: ClassVar[Format]
    types = {"1": "E", "2": "B", "0": "O"}
    unknown_type = "0"
    quality = PERCENT
    most = 255
    farthest = FARTHEST
    countings = (NEIGHBOURS, QUADRANTS, OCTANTS)
    most_cores = MOST_CORES
    fingers: ClassVar[frozenset[int]] = frozenset(range(11))
    finger_qualities = 1
    holds_view_number = True
    holds_equipment = True
    holds_two_resolutions = True
    impressions: ClassVar[frozenset[int]]

    title: ClassVar[str]
    version: ClassVar[bytes]  # as the header spells it
    units: ClassVar[int]  # of an angle in a full turn
    most_views: ClassVar[int] = 255
    lowest_quality: ClassVar[int]  # of a minutia
    no_quality: ClassVar[int]  # what is written for a minutia without one
    unknown_quality: ClassVar[int | None] = None  # of the finger: the code for one that is not told
    unknown_impression: ClassVar[int | None] = None
    image_by_view: ClassVar[bool]  # each view tells size and resolution; else the header does for all

    @property
    def each_point_tells(self) -> bool:
        """Whether angles follow is told at each point; else once, before all of them."""
        return self.core_angles is Angles.WHOLE

    # -- reading --------------------------------------------------------------------------------

    @abstractmethod
    def read_header(self, reader: Reader) -> Header:
        """The header behind format and version. Cut where the bytes end in it."""

    @abstractmethod
    def read_head(self, reader: Reader, header: Header) -> Head:
        """The head of a view. Cut where the bytes end in it."""

    # -- writing --------------------------------------------------------------------------------

    @abstractmethod
    def header(self, template: TemplateFields, behind: int) -> bytes:
        """The header, with format and version, before so many bytes of views. struct.error for numbers too great."""

    @abstractmethod
    def head(self, template: TemplateFields, view: View, with_quality: bool) -> bytes:
        """The head of a view up to how many minutiae there are. struct.error for numbers too great."""

    def framed(self, view: bytes) -> bytes:
        """A view as it stands in the template: behind its length, where the format tells it."""
        return view

    def writes_quality(self, view: View) -> bool:
        """True where the minutiae of a view are written with their quality."""
        return True

    def check(self, view: View) -> None:
        """MinutiaeError for a code that the format does not have; what was read so and is unchanged may stay."""
        source = view.source
        if source is not None and source.format == self.name and source.codes == codes_of(view):
            return
        for what, code in self.strange(codes_of(view)):
            raise MinutiaeError(f"{self.name} has no {what} {code}: give one that it has with {what}=")

    def has_quality(self, code: int) -> bool:
        """True for a quality of the finger, or what says that it was not tried, or failed."""
        return 0 <= code <= HIGHEST_QUALITY or (self.unknown_quality is not None and code in (NOT_TOLD, FAILED))

    def strange(self, codes: tuple[int, int, int]) -> list[tuple[str, int]]:
        """Which of position, impression and quality of a view are codes that the format does not have."""
        position, impression, quality = codes
        strange = []
        if position not in self.fingers:
            strange.append(("position", position))
        if impression not in self.impressions:
            strange.append(("impression", impression))
        if not self.has_quality(quality):
            strange.append(("quality", quality))
        return strange


def codes_of(view: View) -> tuple[int, int, int]:
    """Position, impression and quality."""
    return view.position, view.impression, view.quality


def image_of_view(template: TemplateFields, view: View) -> ViewImage:
    """Size and resolution of the image of a view: its own, else the template's."""
    return view.image or ViewImage(template.width, template.height, template.ppcm_x, template.ppcm_y)


def nibble(number: int, what: str) -> int:
    """The number, of four bits. MinutiaeError where it has more."""
    if not 0 <= number <= 15:
        raise MinutiaeError(f"the {what} is 0 to 15, not {number}")
    return number
