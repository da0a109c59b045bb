"""What a comparison finds, as values: typed lists that say where, and what kind of change it is.

What stood there is kept as text beside it, and never shown by `repr`: it may be a person's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from nistitl.base.findings import told_idc

if TYPE_CHECKING:
    from nistitl.model.transaction import Transaction

Kind = Literal["added", "removed", "changed"]
RecordKind = Literal["added", "removed", "moved"]
Spelled = Literal["encoding", "characters", "value", "empty", "order", "layout", "length", "count", "around"]


@attrs.frozen(slots=True)
class RecordPair:
    """The record that a change is in: type, IDC before and after, and its index on either side, None where it is not.

    An IDC that can be none is told as None, as findings have it.
    """

    type: int
    idc: int | None = attrs.field(converter=told_idc)
    before: int | None
    after: int | None


@attrs.frozen(slots=True)
class RecordChange:
    """A record that came, went, or stands elsewhere among the others."""

    kind: RecordKind
    record: RecordPair


@attrs.frozen(slots=True)
class FieldChange:
    """A field, subfield or item that came, went or says something else.

    `path` is its place before, of what was added its place after; `path_after` its place after where that is another
    one. `before` and `after` are the text that stood there (size and hash of binary content), None where nothing did.
    """

    kind: Kind
    record: RecordPair
    path: str
    mnemonic: str = ""
    name: str = ""
    before: str | None = attrs.field(default=None, repr=False)
    after: str | None = attrs.field(default=None, repr=False)
    path_after: str = ""


@attrs.frozen(slots=True)
class ImageFacts:
    """One of two images: its codec, how many bytes, and where it decodes its size in pixels, samples and their bits."""

    codec: str
    bytes: int
    width: int | None = None
    height: int | None = None
    samples: int | None = None
    bits: int | None = None


@attrs.frozen(slots=True)
class ImageChange:
    """An image of other bytes, and how different it is.

    `same_pixels` is None where one does not decode, and `why` says the reason. Of images of the same size and depth
    `changed` tells how many pixels differ, `largest` by how much at the most, `psnr` the peak signal-to-noise ratio in
    decibels, None where no pixel differs.
    """

    record: RecordPair
    path: str
    before: ImageFacts
    after: ImageFacts
    same_pixels: bool | None = None
    changed: int | None = None
    largest: int | None = None
    psnr: float | None = None
    why: str = ""


@attrs.frozen(slots=True)
class MinutiaChange:
    """A minutia that came, went, or is not as it was: how far it moved and turned, and which of its items differ.

    `before` and `after` count the minutiae of the block from 1. `distance` is in millimetres, `turned` in degrees
    counterclockwise, -180 to 180; None where it came or went. `place` is x, y in millimetres from where the block
    counts, and theta in degrees: of what it is now, or was.
    """

    kind: Kind
    record: RecordPair
    block: str
    before: int | None
    after: int | None
    distance: float | None = None
    turned: float | None = None
    place: tuple[float, ...] | None = attrs.field(default=None, repr=False)
    fields: tuple[FieldChange, ...] = ()


@attrs.frozen(slots=True)
class SpellingChange:
    """What is written otherwise and says the same; `record` is None where it concerns the whole transaction.

    `how`: another encoding of the transaction ("encoding"), character set ("characters"), leading zeros, padding,
    separators, upper and lower case of hexadecimal digits ("value"), empty or absent ("empty"), order of fields or
    subfields ("order"), tags and separators of a record ("layout"), LEN ("length"), CNT ("count"), bytes beside the
    records ("around").
    """

    how: Spelled
    record: RecordPair | None = None
    path: str = ""
    mnemonic: str = ""
    before: str | None = attrs.field(default=None, repr=False)
    after: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(slots=True)
class Difference:
    """What is different between two transactions; true where anything is. Places are those before and after.

    `notes` say what could not be compared as deeply as it might be, and why.
    """

    records: tuple[RecordChange, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    images: tuple[ImageChange, ...] = ()
    minutiae: tuple[MinutiaChange, ...] = ()
    spelling: tuple[SpellingChange, ...] = ()
    notes: tuple[str, ...] = ()
    before: Transaction | None = attrs.field(default=None, repr=False, eq=False)
    after: Transaction | None = attrs.field(default=None, repr=False, eq=False)

    @property
    def same(self) -> bool:
        """True where not even the spelling differs: the same bytes."""
        return self.same_meaning and not self.spelling

    @property
    def same_meaning(self) -> bool:
        """True where nothing differs but spelling."""
        return not (self.records or self.fields or self.images or self.minutiae)

    def without_spelling(self) -> Difference:
        """The differences of meaning alone."""
        return attrs.evolve(self, spelling=())

    def __bool__(self) -> bool:
        return not self.same
