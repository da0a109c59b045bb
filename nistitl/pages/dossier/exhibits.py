"""The images of a transaction as a report shows them: each with its size, hash, codec and quality, in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.findings import told_idc
from nistitl.exchange.hashing import hashes
from nistitl.images.labels import qualities
from nistitl.images.picture import header_of
from nistitl.images.scale import density_said, inches_of
from nistitl.pages.sheet import Style, drawn_picture, features_by_image, layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PIL.Image import Image

    from nistitl.exchange.hashing import FieldHash
    from nistitl.images.record import ImageRecord
    from nistitl.pages.dossier.dossier import Dossier
    from nistitl.pages.sheet import Cell
    from nistitl.records.type09 import Type9

EVERY_PIXEL = 1 << 31  # a side: no picture is made smaller
_STATES = {"verified": "the same as HAS says", "wrong": "HAS says another", "none": ""}


@attrs.frozen(slots=True, eq=False)
class Exhibit:
    """A place of the sheet: what is said of an image, or why there is none."""

    title: str
    lines: tuple[str, ...]
    missing: str
    columns: int
    record: ImageRecord | None
    size: tuple[int, int] | None  # pixels, where they are known
    inches: tuple[float, float] | None

    @property
    def extent(self) -> str:
        """How large the image is, in words."""
        return "of no known size" if self.size is None else f"{self.size[0]} x {self.size[1]} pixels"


@attrs.frozen(slots=True, eq=False)
class Drawing:
    """A picture of an image: as it is, or with the features over it; or why it cannot be had.

    `size`: that of the image in pixels, which the picture may be made smaller than.
    """

    caption: str
    picture: Image | None = None
    size: tuple[int, int] = (0, 0)


class Exhibits:
    """The images of a report, row by row; pictures are made when they are asked for, one by one."""

    def __init__(self, dossier: Dossier) -> None:
        self._tx = dossier.transaction
        self._values = dossier.values
        self._features = features_by_image(self._tx)
        self._places = {id(record): at for at, record in enumerate(self._tx)}
        self._hashes: dict[int | None, list[FieldHash]] = {}
        for one in hashes(self._tx):
            self._hashes.setdefault(one.location.record, []).append(one)

    def sections(self) -> Iterable[tuple[str, list[list[Exhibit]]]]:
        """Parts of the sheet by their titles, each with its rows."""
        for section in layout(self._tx, measured=self._values):
            yield section.title, [[self._exhibit(cell) for cell in row] for row in section.rows]

    def drawings(self, exhibit: Exhibit, most: int) -> Iterable[Drawing]:
        """The image, no larger than so many pixels a side, then with what was found in it, where that is there."""
        record = exhibit.record
        if record is None or not record.has_image or not self._values:
            return
        plain = _drawn(record, most, {}, "")
        yield plain
        if plain.picture is not None and (mine := self._features.get(id(record))):
            yield _drawn(record, most, {id(record): mine}, "with features")

    def _exhibit(self, cell: Cell) -> Exhibit:
        record = cell.record
        if record is None or not record.has_image:
            return Exhibit(cell.title, cell.lines, cell.missing, cell.columns, record, None, None)
        size = _size(record)
        at = self._places[id(record)]
        lines = [*self._facts(at, record, size), *cell.lines]
        inches = inches_of(record, *size) if size is not None else None
        return Exhibit(cell.title, tuple(lines), cell.missing, cell.columns, record, size, inches)

    def _facts(self, at: int, record: ImageRecord, size: tuple[int, int] | None) -> Iterable[str]:
        idc = told_idc(record.idc)
        yield f"record {at}, Type-{record.type}" + ("" if idc is None else f", IDC {idc}")
        density = density_said(record)
        yield ", ".join(
            (
                f"{size[0]} x {size[1]} pixels" if size is not None else "of no known size",
                str(density) if density is not None else "no resolution",
                record.codec or "unknown codec",
            )
        )
        for one in self._hashes.get(at, ()):
            yield f"{one.size:,} bytes, SHA-256 {one.sha256}" + (f" ({said})" if (said := _STATES[one.state]) else "")
        yield from qualities(record)
        for features in self._features.get(id(record), ()):
            yield f"features in record {self._places[id(features)]}, Type-9"


def _size(record: ImageRecord) -> tuple[int, int] | None:
    try:
        header = header_of(record)
    except ITLError:
        return None
    return header.width, header.height


def _drawn(record: ImageRecord, most: int, features: Mapping[int, list[Type9]], caption: str) -> Drawing:
    try:
        picture, size, untold = drawn_picture(record, Style(most, False, dict(features)))
    except MissingDependency:
        raise
    except ITLError as error:
        return Drawing(f"does not decode: {error}")
    return Drawing("; ".join([*untold] or [caption]), picture, size)
