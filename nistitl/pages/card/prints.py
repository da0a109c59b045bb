"""The images of a transaction as a card has them: their true size, their label, and why one cannot be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.findings import Finding, Location, Severity
from nistitl.codes import table
from nistitl.images.findings import DAMAGE, image_findings
from nistitl.images.labels import position_name, positions, title
from nistitl.images.record import ImageRecord
from nistitl.images.scale import density_said
from nistitl.images.screen import eight_bit_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.pages.card.paper import Embedded, Paper

_TOLD = (*DAMAGE, "image-resolution", "image-package-missing")
_AMPUTATIONS = "AMP"


@attrs.frozen(slots=True, eq=False)
class Shown:
    """An image in the document. Without `image` it does not decode, without `size` its resolution is not known."""

    at: int  # index of the record
    record: ImageRecord
    image: Embedded | None
    size: tuple[float, float] | None  # inches
    reason: str = ""  # why there is no image

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
    said = density_said(record)
    if said is None or said.ratio or not said.plausible:
        return Shown(at, record, image, None)
    return Shown(at, record, image, (image.across / said.across, image.down / said.down))


def amputated(tx: Transaction, dictionary: Dictionary | None) -> dict[int, str]:
    """Positions that are missing or could not be printed, with the code: by 14.018 and its kin, and by Type-2."""
    codes: dict[int, str] = {}
    for record in tx:
        for position, code in _type_2(record, dictionary) if record.type == 2 else _image_type(record):
            codes.setdefault(position, code)
    return codes


def _image_type(record: Record) -> Iterator[tuple[int, str]]:
    if _AMPUTATIONS in record.mnemonics():
        for one in getattr(record, _AMPUTATIONS) or ():
            if one.FRAP is not None and one.ABC is not None:
                yield one.FRAP, one.ABC


def _type_2(record: Record, dictionary: Dictionary | None) -> Iterator[tuple[int, str]]:
    """Of a field of Type-2 that a profile calls AMP: a position and a code in each subfield."""
    element = dictionary.by_mnemonic(_AMPUTATIONS) if dictionary is not None else None
    place = None if element is None else record.get(f"2.{element.number}")
    for subfield in place.text.split("\x1e") if place is not None else ():
        position, _, code = subfield.partition("\x1f")
        if position.isascii() and position.isdigit() and len(position) <= 2 and code:
            yield int(position), code


def meaning(code: str) -> str:
    """What an amputation code says, the code first."""
    said = table("AMPCD").meaning(code)
    return f"{code}: {said}" if said else code


def gone_of(position: int, codes: dict[int, str]) -> dict[int, str]:
    """Which of the fingers that a box is for have a code."""
    fingers = {11: (1, 11), 12: (6, 12), 13: (2, 3, 4, 5, 13), 14: (7, 8, 9, 10, 14)}.get(position, (position,))
    return {finger: codes[finger] for finger in fingers if finger in codes}


def named(finger: int) -> str:
    """A finger by number and name."""
    return f"{finger} {position_name(finger)}"
