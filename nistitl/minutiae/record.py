"""The record of minutiae and other features as arrays.

Every method imports what does the work when it is called: whoever only reads fields never pays for numpy. What a block
of minutiae does is in `blocks`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

from nistitl.base.errors import needing
from nistitl.minutiae.extended import FEATURES, ExtendedFeatures

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray
    from PIL.Image import Image

    from nistitl.images.record import ImageRecord
    from nistitl.minutiae.arrays import Minutiae, Units
    from nistitl.minutiae.names import Format
    from nistitl.minutiae.placed import PlacedPoints
    from nistitl.minutiae.template import Template


class MinutiaeRecord(ExtendedFeatures):
    """The base of Type-9. `block` is "standard", "iafis", "m1" or "efs"; without it the richest that is there."""

    __slots__ = ()

    @property
    @needing(FEATURES)
    def minutiae_blocks(self) -> tuple[str, ...]:
        """The blocks that hold minutiae, the richest first."""
        from nistitl.minutiae.selection import with_minutiae

        return with_minutiae(self)

    @needing(FEATURES)
    def minutiae(
        self, block: str | None = None, *, units: Units = "pixels", ppi: float | None = None, height: int | None = None
    ) -> Minutiae:
        """The minutiae of a block as a structured array (`nistitl.minutiae.DTYPE`), which says its `block`.

        x, y in pixels of the image from its top left, theta in degrees counterclockwise from the right, into the
        ridge; `units="own"` gives the block's own numbers. Resolution and height are those of the image of the same
        IDC unless given. MinutiaeError where there are none, or where they cannot be placed.
        """
        from nistitl.minutiae.reading import minutiae_of

        return minutiae_of(self, block, units, ppi, height)

    @needing(FEATURES)
    def ridge_counts(self, block: str | None = None) -> NDArray[np.void]:
        """The ridge counts of a block (`nistitl.minutiae.COUNTS`); empty where it has none.

        Octants without a neighbour have 255 and 15 ridges, as the block says it; 0 where a minutia has the index 255.
        """
        from nistitl.minutiae.reading import counts_of

        return counts_of(self, block)

    @needing(FEATURES)
    def set_minutiae(
        self,
        minutiae: NDArray[np.void],
        block: str | None = None,
        *,
        ridge_counts: NDArray[np.void] | None = None,
        ppi: float | None = None,
        height: int | None = None,
    ) -> list[str]:
        """Write an array back into a block; what the block cannot hold is listed.

        An array says by itself at which resolution and on the scale of which block it is; `ppi` and `height` are of
        the image. 9.361 and 9.381 name minutiae by place and follow them. Other features stay.
        Ridge counts that name minutiae which are no longer there go, unless others are given.
        """
        from nistitl.minutiae.writing import set_minutiae

        return set_minutiae(self, minutiae, block, ridge_counts, ppi, height)

    @classmethod
    @needing(FEATURES)
    def from_minutiae(
        cls,
        minutiae: NDArray[np.void],
        block: str = "efs",
        *,
        ppi: float,
        width: int,
        height: int,
        ridge_counts: NDArray[np.void] | None = None,
        lossy: bool = False,
        **fields: Any,
    ) -> Self:
        """A record of an array in pixels of an image of this size and resolution; other fields by mnemonic.

        MinutiaeError where the block cannot hold what the array says, unless `lossy`.
        """
        from nistitl.minutiae.writing import record_from

        return record_from(cls, minutiae, block, ppi, width, height, ridge_counts, lossy, fields)

    @needing(FEATURES)
    def convert_minutiae(
        self,
        to: str,
        of: str | None = None,
        *,
        ppi: float | None = None,
        width: int | None = None,
        height: int | None = None,
    ) -> list[str]:
        """Add the block `to`, made of the block `of` or the richest; what it cannot hold is listed.

        Resolution and size are those of the image of the same IDC unless given; without one those that the block `of`
        says itself. MinutiaeError where nothing tells what the blocks have to know of them.
        """
        from nistitl.minutiae.writing import convert

        return convert(self, to, of, ppi, width, height)

    @classmethod
    @needing(FEATURES)
    def from_template(
        cls, template: Template, view: int = 0, block: str = "m1", *, lossy: bool = False, **fields: Any
    ) -> Self:
        """A record of one view of a template, counted from 0; other fields by mnemonic.

        MinutiaeError where the block cannot hold what the view says, unless `lossy`.
        """
        from nistitl.minutiae.between import record_of

        return record_of(cls, template, view, block, lossy, fields)

    @needing(FEATURES)
    def to_template(
        self,
        format: Format = "incits-378-2004",
        block: str | None = None,
        *,
        ppi: float | None = None,
        width: int | None = None,
        height: int | None = None,
        **fields: Any,
    ) -> Template:
        """A template of one view; `bytes(template)` is the finger minutiae record, `template.lost` what it cannot hold.

        Coordinates are pixels of the image: its resolution and size are those of the image of the same IDC unless
        given. `fields`: position, number, impression and quality of the view, product, equipment and certification.
        MinutiaeError for more than 255 minutiae, and for points outside of the image.
        """
        from nistitl.minutiae.between import template_of

        return template_of(self, format, block, ppi=ppi, width=width, height=height, **fields)

    @property
    @needing(FEATURES)
    def cores(self) -> PlacedPoints:
        """The cores of the richest block that has some (`nistitl.minutiae.CORES`), in pixels.

        `cores(ppi=500)` where no image tells the resolution, `cores(units="own")` in the numbers of the block.
        """
        from nistitl.minutiae.placed import PlacedPoints
        from nistitl.minutiae.reading import cores_of

        return PlacedPoints(partial(cores_of, self))

    @property
    @needing(FEATURES)
    def deltas(self) -> PlacedPoints:
        """The deltas of the richest block that has some (`nistitl.minutiae.DELTAS`), in pixels, as `cores` has them."""
        from nistitl.minutiae.placed import PlacedPoints
        from nistitl.minutiae.reading import deltas_of

        return PlacedPoints(partial(deltas_of, self))

    @needing(FEATURES)
    def set_cores(
        self,
        cores: ArrayLike,
        block: str | None = None,
        *,
        units: Units = "pixels",
        ppi: float | None = None,
        height: int | None = None,
    ) -> list[str]:
        """Write cores into a block, by default the richest that has some; what the block cannot hold is listed.

        `cores` is an array as `cores` gives it, x and y at least. In the extended feature set what names cores that
        are gone goes too, and is listed. MinutiaeError for what has no place, or lies where the block has none.
        """
        from nistitl.minutiae.pointing import set_points

        return set_points(self, "cores", cores, block, units, ppi, height)  # type: ignore[arg-type]

    @needing(FEATURES)
    def set_deltas(
        self,
        deltas: ArrayLike,
        block: str | None = None,
        *,
        units: Units = "pixels",
        ppi: float | None = None,
        height: int | None = None,
    ) -> list[str]:
        """Write deltas into a block, as `set_cores` writes cores."""
        from nistitl.minutiae.pointing import set_points

        return set_points(self, "deltas", deltas, block, units, ppi, height)  # type: ignore[arg-type]

    @needing(FEATURES)
    def plot(
        self,
        layers: Iterable[str] = ("quality", "roi", "minutiae", "cores", "deltas"),
        *,
        scale: float = 1,
        numbers: bool = False,
    ) -> Image:
        """The image with the features over it, as a Pillow image: minutiae red where a ridge ends, blue where it
        divides; the quality map translucent.

        `scale` is how many times its own size; `numbers` puts the index beside each minutia. MinutiaeError where
        there is no image, or a layer of another name.
        """
        from nistitl.minutiae.draw import plot

        return plot(self, layers, scale=scale, numbers=numbers)

    @needing(FEATURES)
    def vendor_block(self, owner: str) -> dict[int, bytes]:
        """The fields of a vendor's own feature set as they are, by number; empty where there are none.

        Owners are Cogent, Motorola, Sagem or MorphoTrak, NEC, Identix or L-1, and for 9.176 to 9.225 whoever 9.176
        names. MinutiaeError for another name.
        """
        from nistitl.minutiae.vendors import vendor_block

        return vendor_block(self, owner)

    @property
    @needing(FEATURES)
    def image_record(self) -> ImageRecord | None:
        """The image that the features are of: the record of the same IDC among Types 13, 14, 15, 4 and 19.

        A record that outlives its transaction keeps its image.
        """
        from nistitl.minutiae.image import image_of

        return image_of(self)
