"""The images of a transaction as a card has them: their true size, their label, and why one cannot be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.findings import Finding, Location, Severity
from nistitl.images.findings import DAMAGE, image_findings
from nistitl.images.labels import positions, title
from nistitl.images.record import ImageRecord
from nistitl.images.scale import density_said, inches_of
from nistitl.images.screen import eight_bit_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.transaction import Transaction
    from nistitl.pages.card.paper import Embedded, Paper

_LARGEST = 40  # inches: of a foot or a palm no image has that; PDF ends at 200
_TOLD = (*DAMAGE, "image-resolution", "image-package-missing")


@attrs.frozen(slots=True, eq=False)
class Shown:
    """An image in the document. Without `image` it does not decode, without `size` its resolution is not known."""

    at: int  # index of the record
    record: ImageRecord
    image: Embedded | None
    size: tuple[float, float] | None  # inches
    reason: str = ""  # why there is no image, or no size

    @property
    def where(self) -> Location:
        """Where findings say that it is."""
        return Location(record=self.at, type=self.record.type, idc=self.record.idc)

    @property
    def label(self) -> str:
        """Its position, with the number where it has one."""
        fingers = positions(self.record)
        return f"{fingers[0]} {title(self.record)}" if len(fingers) == 1 else title(self.record)

    @property
    def inches(self) -> str:
        """Its size in words."""
        return f"{self.size[0]:.2f} x {self.size[1]:.2f} in" if self.size else "of no known size"

    @property
    def resolution(self) -> str:
        """What the record says of its resolution."""
        said = density_said(self.record)
        return str(said) if said is not None else "no resolution"


def embedded_images(tx: Transaction, paper: Paper, findings: list[Finding]) -> Iterator[Shown]:
    """Every image, decoded one by one and embedded; what is wrong with one is told in `findings`."""
    for at, record in enumerate(tx):
        if isinstance(record, ImageRecord) and record.has_image:
            told = [finding for finding in image_findings(record) if finding.code in _TOLD]
            shown = _embedded(at, record, paper)
            if shown.image is None and not any(finding.severity == Severity.ERROR for finding in told):
                told.append(Finding("image-undecodable", shown.reason, shown.where))
            findings += (attrs.evolve(one, location=attrs.evolve(one.location, record=at)) for one in told)
            yield shown


def _embedded(at: int, record: ImageRecord, paper: Paper) -> Shown:
    try:
        image = paper.embed(eight_bit_picture(record))
    except MissingDependency:
        raise
    except ITLError as error:
        return Shown(at, record, None, None, str(error))
    size = inches_of(record, image.across, image.down)
    if size is None:
        return Shown(at, record, image, None, "the record gives no resolution")
    if max(size) > _LARGEST:
        return Shown(at, record, image, None, f"by the record the image has {max(size):.0f} inches")
    return Shown(at, record, image, size)
