"""A description becomes a transaction: header, demographics, a record for each picture; small enough."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import attrs

from nistitl.base.editions import E2000
from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant
from nistitl.codes import table
from nistitl.images.positions import ROLLED, fingers_of, is_palm
from nistitl.images.resolution import nominal
from nistitl.images.scale import tell_resolution
from nistitl.plain.description import read_description
from nistitl.plain.features import features_of
from nistitl.plain.planning import order_of, planned
from nistitl.plain.sizing import Images, fitting
from nistitl.profiles.limits import as_limit, limit_named
from nistitl.records import record_class

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nistitl.model.record import Record
    from nistitl.plain.planning import Order, Planned
    from nistitl.profiles.profile import TableProfile


class Made(Protocol):
    """What a transaction does while it is made."""

    def append(self, record: Record) -> Record:
        """Add a record at the end."""

    def use_profile(self, name: str, overlays: Sequence[str | os.PathLike[str]] = ()) -> None:
        """Take the mnemonics of a profile."""

    def pieces(self) -> Any:
        """Its bytes."""


_T = TypeVar("_T", bound=Made)
_MANDATORY = ("DAI", "ORI", "TCN")  # of Type-1, which nobody else knows
_AMP = "AMP"
_COMPUTED = ("LEN", "IDC")  # of Type-2
_CAPTURED = {10: "PHD", 13: "LCD", 14: "FCD", 15: "PCD", 17: "ICD"}
_IMPRESSIONS: dict[str, dict[str, tuple[int, ...]]] = {  # by the way of capture; the first code that the edition has
    "live": {"rolled": (1,), "plain": (0,), "palm": (10, 0)},
    "card": {"rolled": (3, 1), "plain": (2, 0), "palm": (11, 0)},
}
_LATENT, _LATENT_PALM = (4,), (12, 4)
_UNKNOWN_FINGER, _UNKNOWN_PALM = 0, 20


@attrs.frozen(slots=True)
class Built(Generic[_T]):
    """A transaction that was made of a description, by which profile, and what is to be told of its making."""

    transaction: _T
    profile: TableProfile
    notes: tuple[str, ...]


def built(
    make: Callable[[list[Record]], _T],
    source: str | os.PathLike[str] | Mapping[str, Any],
    *,
    folder: str | os.PathLike[str] | None = None,
    max_bytes: str | int | None = None,
    resample: int | None = None,
) -> Built[_T]:
    """The transaction of a description; `make` makes one of a Type-1.

    DescriptionError, UnknownProfile, ProfileError or TooLarge for what cannot be.
    """
    description = read_description(source, folder, resample)
    order = order_of(description)
    text = _demographics(order)
    header = _header(order)
    rows = planned(order)
    images = Images(order)
    limit, by = _limit(order, max_bytes)

    def assembled(chosen: list[Planned]) -> _T:
        return _assembled(make, order, header, text, [(row, images.fields(row)) for row in chosen])

    chosen = fitting(rows, images, limit, lambda tried: sum(map(len, assembled(tried).pieces())), by)
    return Built(assembled(chosen), order.profile, tuple(_notes(rows, chosen)))


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


# -- Type-1 and Type-2 ------------------------------------------------------------------------------


def _header(order: Order) -> Callable[[], Record]:
    """What makes a Type-1, anew for each attempt."""
    description, kind = order.description, record_class(1)
    given = {name: order.only(f"1.{number:03d}") for number, name in ((6, "PRY"), (7, "DAI"), (8, "ORI"))}
    fields: dict[str, Any] = {name: code for name, code in given.items() if code is not None}
    fields |= {"DAT": f"{date.today():%Y%m%d}", "NSR": "00.00", "NTR": "00.00"} | description.head
    fields |= {"VER": order.edition.ver, "TOT": order.tot.code}
    missing = [name for name in _MANDATORY if name not in fields]
    if missing:
        names = {row.mnemonic: row.name for row in kind.elements.values()}
        description.refuse("transaction", missing[0], f"missing: {_listed(missing, names)}")
    domain = _domain(order)
    if domain is not None and "DOM" not in fields:
        fields["DOM"] = domain
    numbers = {row.mnemonic: row.number for row in kind.elements.values()}

    def make() -> Record:
        record = kind()
        for name in sorted(fields, key=lambda one: numbers[one]):
            try:
                record[f"1.{numbers[name]:03d}"] = plain_value(fields[name])
            except (ITLError, ValueError) as error:
                description.refuse("transaction", name, str(error))
        return record

    return make


def _domain(order: Order) -> list[list[str]] | None:
    """1.013 as the profile is named by it, where the edition has the field or the profile takes it."""
    profile = order.profile
    if order.edition < E2000 and not profile.takes_newer(1, 13):
        return None
    name = order.only("1.013.1") or next(iter(profile.domains), None)
    version = order.only("1.013.2") or next(iter(profile.versions), None)
    return None if name is None else [[name, version] if version is not None else [name]]


def _demographics(order: Order) -> dict[int, Any]:
    """The elements of Type-2 by number; AMP is made of the reasons. DescriptionError for what is missing or unknown."""
    description, dictionary = order.description, order.profile.dictionary
    found: dict[int, Any] = {}
    for key, value in description.demographics.items():
        number = int(key[2:]) if key.startswith("2.") and key[2:].isdigit() else dictionary.number_of(key)
        if number is None:
            known = sorted({*order.tot.needs, *dictionary.mnemonics()})
            description.refuse("demographics", key, f"{order.profile.name} has no such element{meant(key, known)}")
        if key == _AMP:
            description.refuse("demographics", key, 'is made of what [images] says: R4 = "amputated"')
        if key in _COMPUTED or number in (1, 2):
            description.refuse("demographics", key, "is computed; leave it out")
        if number in found:
            description.refuse("demographics", key, f"2.{number:03d} was told of before")
        found[number] = plain_value(value)
    _check_mandatory(order, found)
    amp = dictionary.number_of(_AMP)
    if description.reasons and _AMP in order.tot.needs and amp is not None:
        found[amp] = [[f"{position:02d}", code] for position, code in sorted(description.reasons.items())]
    return dict(sorted(found.items()))


def _check_mandatory(order: Order, found: dict[int, Any]) -> None:
    dictionary = order.profile.dictionary
    asked = [name for name, need in order.tot.needs.items() if need.condition == "M" and need.sure]
    missing = [name for name in asked if dictionary.number_of(name) not in (1, 2, None, *found) and name != _AMP]
    if missing:
        elements = order.profile.type2(order.tot.code)
        names = {name: elements[dictionary.number_of(name) or 0].name for name in missing}
        hint = "fill them in; nistitl explain NAME, with the profile, says what each is"
        order.description.refuse("demographics", missing[0], f"missing: {_listed(missing, names)}; {hint}")


def _listed(missing: list[str], names: dict[str, str]) -> str:
    return ", ".join(f"{name} ({names[name]})" for name in missing)


def plain_value(value: Any) -> Any:
    """What TOML gives as the text of a field: dates as YYYYMMDD, numbers as they are written; ITLError."""
    if isinstance(value, list | tuple):
        return [plain_value(one) for one in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value:%Y%m%d}"
    if isinstance(value, str) or type(value) is int:
        return str(value)
    raise ITLError(f"expected text, a whole number, a date or a list of them, not {type(value).__name__}")


# -- records with images ----------------------------------------------------------------------------


def _assembled(
    make: Callable[[list[Record]], _T],
    order: Order,
    header: Callable[[], Record],
    text: dict[int, Any],
    rows: list[tuple[Planned, dict[str, Any]]],
) -> _T:
    tx = make([header()])
    tx.use_profile(order.description.profile, order.description.overlays)
    if text or any(2 in count.types for count in order.tot.records):
        record = tx.append(record_class(2)(IDC=0))
        numbers = {number: name for name in order.description.demographics
                   if (number := order.profile.dictionary.number_of(name)) is not None}  # fmt: skip
        for number, value in text.items():
            try:
                record[f"2.{number:03d}"] = value
            except (ITLError, ValueError) as error:
                order.description.refuse("demographics", numbers.get(number, f"2.{number:03d}"), str(error))
    for idc, (row, fields) in enumerate(rows, 1):
        try:
            image = tx.append(_record(order, row, fields, idc))
            if row.picture.minutiae is not None:
                tx.append(features_of(order, row, image))
        except (ITLError, ValueError) as error:
            order.description.refuse("images", row.picture.key, f"{row.picture.name}: {error}")
    _tell_native(tx)
    return tx


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
        values |= _around(order, row) | _hash(fields["DATA"])
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
    way = "palm" if picture.what == "palm" else "rolled" if position in ROLLED or position in (16, 17) else "plain"
    shown: dict[str, Any] = {"IMP": _code(order, row.kind, _IMPRESSIONS[order.description.impression][way])}
    shown["FGP"] = position if picture.what == "palm" else (position,)
    if row.kind == 14:
        reasons = order.description.reasons
        missing = [(one, reasons[one]) for one in fingers_of(position) if one in reasons]
        segments = list(_segments(order, row))
        shown |= {name: tuple(value) for name, value in (("AMP", missing), ("SEG", segments)) if value}
    return shown


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


def _around(order: Order, row: Planned) -> dict[str, Any]:
    """Where the image comes from, when it was taken, and at which resolution it was scanned."""
    description = order.description
    head = description.head | description.common_head
    source = order.only(f"{row.kind}.004") or head.get("SRC") or head.get("ORI") or order.only("1.008")
    printed = description.demographics.get("DPR") or head.get("DAT") or date.today()
    return {"SRC": plain_value(source), _CAPTURED[row.kind]: plain_value(head.get("FCD", printed))}
