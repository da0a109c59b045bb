"""How far the features of a record reach: what it holds of public blocks and of vendors' own, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from nistitl.minutiae.image import image_of
from nistitl.minutiae.selection import with_minutiae
from nistitl.minutiae.vendors import owners_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.model.record import Record

Reach = Literal["EFS", "standard", "both", "vendor only", "image only", "nothing"]
_RICH = ("efs", "m1")  # blocks that the standard has still
_FOLLOWS: dict[Reach, str] = {
    "EFS": "any system of ANSI/NIST-ITL 1-2011 or later reads it",
    "standard": "systems of before 2011 and some later ones read it; convert_minutiae('efs') adds what newer ones read",
    "both": "systems of before 2011 and later ones read it; hold both to the same features, and edit both",
    "vendor only": "only systems of that vendor read it; others must encode the image anew",
    "image only": "every system must encode the image itself",
    "nothing": "no system can search it: neither minutiae nor an image are there",
}
_WITHOUT_IMAGE = "; there is no image of its IDC to encode anew"
_NO_MARKS = "; nothing that an examiner marked goes along"
_MARKED = range(300, 400)  # the extended feature set
_LATENT = 13


@attrs.frozen(slots=True)
class Interoperability:
    """What one record of features, or one image without any, holds; `follows` says what that means to a receiver."""

    record: int  # its index in the transaction
    type: int
    idc: int | None
    blocks: tuple[str, ...]  # public ones with minutiae
    vendors: tuple[str, ...]  # whose own blocks there are
    image: bool  # an image of its IDC is there
    reach: Reach
    marks: tuple[str, ...] = ()  # without minutiae of a public block: what else of the extended feature set is there

    @property
    def follows(self) -> str:
        """What follows for whoever receives it."""
        said = _FOLLOWS[self.reach]
        if self.reach == "vendor only" and not self.image:
            said += _WITHOUT_IMAGE
        if self.marks:
            return f"{said}; without minutiae, systems of 2011 or later may read {', '.join(self.marks)}"
        return said + (_NO_MARKS if self.reach == "image only" else "")


def interoperability(records: Iterable[Record]) -> list[Interoperability]:
    """Of every Type-9 among the records of a transaction, and of every latent image without one, what it reaches."""
    everything = list(records)
    marked = {record.idc for record in everything if record.type == 9}
    found = []
    for at, record in enumerate(everything):
        if record.type == 9:
            found.append(_of_features(at, record))  # type: ignore[arg-type]
        elif record.type == _LATENT and record.idc not in marked:
            found.append(Interoperability(at, record.type, record.idc, (), (), True, "image only"))
    return found


def _of_features(at: int, record: MinutiaeFields) -> Interoperability:
    blocks, vendors = with_minutiae(record), tuple(owners_in(record))
    image = image_of(record) is not None
    marks = () if blocks else tuple(_marks(record))
    return Interoperability(at, record.type, record.idc, blocks, vendors, image, _reach(blocks, vendors, image), marks)


def _marks(record: MinutiaeFields) -> Iterator[str]:
    """The mnemonics of the fields of the extended feature set that are there."""
    for number, declared in type(record).elements.items():
        if number in _MARKED and record.raw(number):
            yield declared.mnemonic


def _reach(blocks: Sequence[str], vendors: Sequence[str], image: bool) -> Reach:
    older = any(name not in _RICH for name in blocks)
    if any(name in _RICH for name in blocks):
        return "both" if older else "EFS"
    if older:
        return "standard"
    if vendors:
        return "vendor only"
    return "image only" if image else "nothing"
