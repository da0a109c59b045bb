"""A description becomes a transaction: header, demographics, a record for each picture; small enough."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant
from nistitl.codes import table
from nistitl.images.positions import ROLLED, fingers_of, is_palm
from nistitl.images.resolution import nominal
from nistitl.images.scale import tell_resolution
from nistitl.plain.description import DescriptionError, gathered, read_description
from nistitl.plain.features import features_of
from nistitl.plain.heading import Heading, Made, plain_value
from nistitl.plain.missing import missing_positions, missing_record
from nistitl.plain.planning import check_positions, opened_pictures, order_of, planned, unknown_prints, wanted_positions
from nistitl.plain.sizing import Images, fitting
from nistitl.profiles.limits import as_limit, limit_named
from nistitl.records import record_class

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nistitl.model.record import Record
    from nistitl.plain.planning import Order, Planned
    from nistitl.profiles.profile import TableProfile


_T = TypeVar("_T", bound=Made)
_CAPTURED = {10: "PHD", 13: "LCD", 14: "FCD", 15: "PCD", 17: "ICD"}
_IMPRESSIONS: dict[str, dict[str, tuple[int, ...]]] = {  # by the way of capture; the first code that the edition has
    "live": {"rolled": (1,), "plain": (0,), "palm": (10, 0)},
    "card": {"rolled": (3, 1), "plain": (2, 0), "palm": (11, 0)},
}
_LATENT, _LATENT_PALM = (4,), (12, 4)
_OF_ONE_POSITION = ("finger", "palm", "iris")
_UNKNOWN_FINGER, _UNKNOWN_PALM = 0, 20


@attrs.frozen(slots=True)
class Built(Generic[_T]):
    """A transaction that was made of a description, by which profile, and what is to be told of its making.

    `notes` is all of that, in plain words; `doubts` what of it may be a mistake.
    """

    transaction: _T
    profile: TableProfile
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def built(
    make: Callable[[list[Record]], _T],
    source: str | os.PathLike[str] | Mapping[str, Any],
    *,
    folder: str | os.PathLike[str] | None = None,
    max_bytes: str | int | None = None,
    resample: int | None = None,
) -> Built[_T]:
    """The transaction of a description; `make` makes one of a Type-1.

    DescriptionError or TooLarge for what cannot be.
    """
    description = read_description(source, folder, resample)
    order = order_of(description)
    heading = Heading(order)
    _, _, pictures = gathered(lambda: heading(make), lambda: check_positions(order), lambda: opened_pictures(order))
    rows = planned(order, pictures)
    images = Images(order)
    limit, by = _limit(order, max_bytes)
    lost: dict[str, None] = {}

    def assembled(chosen: list[Planned]) -> _T:
        return _assembled(make, order, heading, [(row, images.fields(row)) for row in chosen], lost)

    chosen = fitting(rows, images, limit, lambda tried: sum(map(len, assembled(tried).pieces())), by)
    made, doubts = assembled(chosen), tuple(_doubts(order, rows))
    told = None if _shown_fingers(chosen) else unknown_prints(order)
    return Built(made, order.profile, (*_notes(rows, chosen), *lost, *([told] if told else []), *doubts), doubts)


def _limit(order: Order, asked: str | int | None) -> tuple[int | None, str]:
    if asked is not None:
        limit = limit_named(as_limit(asked))
        return limit.size, limit.title
    return order.profile.max_size, order.profile.title


def _notes(rows: list[Planned], chosen: list[Planned]) -> Iterator[str]:
    for row, now in zip(rows, chosen, strict=True):
        yield from (f"{row.picture.name}: {note}" for note in row.pixels.picture.done)
        if now.bitrate != row.bitrate:
            yield f"{row.picture.name}: {now.codec} at {now.bitrate:.2f} bits a pixel, so that all fit ({row.source})"


def _doubts(order: Order, rows: list[Planned]) -> Iterator[str]:
    """Pictures that show several positions at once, and bit rates below those of the profile."""
    alike: dict[object, list[str]] = {}
    for row in (row for row in rows if row.picture.what in _OF_ONE_POSITION):
        pixels = row.pixels.picture.pixels
        alike.setdefault((pixels.shape, sha256(pixels.tobytes()).digest()), []).append(row.picture.name)
    for names in (names for names in alike.values() if len(names) > 1):
        yield f"{', '.join(names)}: one and the same picture; each position has its own"
    for row in rows:
        if row.usual is not None and row.bitrate is not None and row.bitrate < row.usual:
            usual = f"{order.profile.name} has {row.usual:g}: a receiver may refuse what is less"
            yield f"{row.picture.name}: {row.codec} at {row.bitrate:g} bits a pixel, and {usual}"


# -- records with images ----------------------------------------------------------------------------


def _assembled(
    make: Callable[[list[Record]], _T],
    order: Order,
    heading: Heading,
    rows: list[tuple[Planned, dict[str, Any]]],
    notes: dict[str, None],
) -> _T:
    tx = heading(make)
    for idc, (row, fields) in enumerate(rows, 1):
        try:
            image = tx.append(_record(order, row, fields, idc))
            if row.picture.minutiae is not None:
                features, lost = features_of(order, row, image)
                tx.append(features)
                notes |= {f"{row.picture.name}: {lost}": None} if lost else {}
        except DescriptionError:
            raise
        except (ITLError, ValueError) as error:
            order.description.refuse("images", row.picture.key, f"{row.picture.name}: {error}")
    shown = _shown_fingers(row for row, _ in rows)
    wanted = [one for part in wanted_positions(order, shown) for one in part]
    for idc, position in enumerate(missing_positions(order, wanted, shown), len(rows) + 1):
        tx.append(missing_record(order, position, idc, _taken(order, 14), _impression(order, 14, position)))
    _tell_native(tx)
    return tx


def _shown_fingers(rows: Iterable[Planned]) -> set[int]:
    """The positions of fingers that have a picture."""
    return {row.picture.position for row in rows if row.picture.what == "finger" and row.picture.position}


def _tell_native(tx: Any) -> None:
    """1.011 beside Type-4: that of the images as they stand, which 1.012 says."""
    header = tx.header
    if header.NTR and not header.NSR:
        header.NSR = header.NTR


def _record(order: Order, row: Planned, fields: dict[str, Any], idc: int) -> Record:
    kind = record_class(row.kind)
    known = {element.mnemonic: element for element in kind.elements.values()}
    edition = order.edition_of(row.kind)
    values = {"IDC": idc, **fields, **_shown(order, row)}
    if not kind.binary:
        values |= _taken(order, row.kind) | _hash(fields["DATA"])
    own = {name: value for name, value in values.items() if name in known}
    own = {name: value for name, value in own.items() if kind.binary or known[name].in_edition(edition) is not None}
    record: Record = kind(**own)
    if kind.binary:
        across = row.pixels.density.across
        tell_resolution(record, nominal(across) or across)
    for name, value in row.picture.fields.items():
        if name not in known:
            raise ITLError(f"Type-{row.kind} has no {name}{meant(name, known)}")
        record[f"{row.kind}.{known[name].number:03d}"] = plain_value(value)
    return record


def _hash(data: bytes) -> dict[str, str]:
    return {"HAS": sha256(data).hexdigest().upper()}


def _shown(order: Order, row: Planned) -> dict[str, Any]:
    """What the image shows: impression and position, fingers that are missing, segments; an image type."""
    picture = row.picture
    if picture.what == "face":
        return {"IMT": "FACE", "SAP": 0}
    if picture.what == "iris":
        return {}
    position = picture.position
    if picture.what == "latent":
        palm = position is not None and is_palm(position)
        codes = _LATENT_PALM if palm else _LATENT
        return {"IMP": _code(order, row.kind, codes), "FGP": (position if position is not None else _UNKNOWN_FINGER,)}
    assert position is not None
    shown: dict[str, Any] = {"IMP": _impression(order, row.kind, position)}
    shown["FGP"] = position if picture.what == "palm" else (position,)
    if row.kind == 14:
        reasons = order.description.reasons
        missing = [(one, reasons[one]) for one in fingers_of(position) if one in reasons]
        segments = list(_segments(order, row))
        shown |= {name: tuple(value) for name, value in (("AMP", missing), ("SEG", segments)) if value}
    return shown


def _impression(order: Order, kind: int, position: int) -> int:
    """The code of IMP of a position, in the way of capture of the description."""
    way = "palm" if is_palm(position) else "rolled" if position in ROLLED or position in (16, 17) else "plain"
    return _code(order, kind, _IMPRESSIONS[order.description.impression][way])


def _segments(order: Order, row: Planned) -> Iterator[tuple[int, ...]]:
    """The boxes by finger, at the resolution that the image has now. DescriptionError for one beyond it."""
    height, width = row.pixels.picture.height, row.pixels.picture.width
    across, down = row.pixels.factor
    for finger, box in row.picture.segments.items():
        if finger not in fingers_of(row.picture.position or 0):
            order.description.refuse("images", row.picture.key, f"segments: finger {finger} is not in this image")
        left, right, top, bottom = (
            round(side * by) for side, by in zip(box, (across, across, down, down), strict=True)
        )
        if right > width or bottom > height:
            size = f"{width} x {height} pixels"
            order.description.refuse("images", row.picture.key, f"segments: finger {finger} lies beyond the {size}")
        yield finger, left, right, top, bottom


def _code(order: Order, kind: int, codes: tuple[int, ...]) -> int:
    """The first of these codes of IMP that the edition has."""
    rows = ((code, table("IMP").get(str(code))) for code in codes)
    return next((code for code, row in rows if row is not None and row.valid_in(order.edition_of(kind))), codes[-1])


def _taken(order: Order, kind: int) -> dict[str, Any]:
    """Where the image of a record comes from, and when it was taken."""
    description = order.description
    head = description.head | description.common_head
    source = order.only(f"{kind}.004") or head.get("SRC") or head.get("ORI") or order.only("1.008")
    printed = description.demographics.get("DPR") or head.get("DAT") or date.today()
    return {"SRC": plain_value(source), _CAPTURED[kind]: plain_value(head.get("FCD", printed))}
