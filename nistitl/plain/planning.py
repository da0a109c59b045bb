"""Which records a transaction is made of: by its profile, its edition, and the pictures that there are."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from nistitl.base.editions import E2011, E2013, LATEST, EditionAdvice, advice_on, edition_of
from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant, unknown
from nistitl.images.algorithms import takes_code
from nistitl.images.codec import FRICTION_RIDGE_TYPES, NOT_FOR_NEW_RIDGES
from nistitl.images.errors import ImageError
from nistitl.images.hints import in_toml
from nistitl.images.positions import FOUR_LEFT, FOUR_RIGHT, PLAIN, ROLLED, THUMBS, fingers_of, told
from nistitl.images.registry import codec_named, codec_spelled
from nistitl.images.resolution import Density, nominal
from nistitl.model.dictionaries import UnknownProfile, profile_names
from nistitl.plain.deriving import CLASSES, Ready, has_bit_rate, ready
from nistitl.plain.description import gathered
from nistitl.profiles.choice import named
from nistitl.profiles.compression import Compression, compression_of
from nistitl.profiles.merging import row_for
from nistitl.profiles.profile import overlaid
from nistitl.records import record_class

if TYPE_CHECKING:
    from nistitl.base.editions import Edition
    from nistitl.images.codec import Codec
    from nistitl.plain.description import Description, ImageEntry
    from nistitl.profiles.profile import TableProfile
    from nistitl.profiles.tables import TransactionType

_OF_FINGERS = frozenset({4, 14})
_BINARY_POSITIONS = range(1, 15)  # that Type-4 has a code for
_GIVE = 'give one a file, such as R1 = "right-thumb.tif", or name the folder = "scans" that they are in'
_CLASS_FROM = 490.0  # pixels per inch that count as 500
_KINDS = {"palm": 15, "face": 10, "iris": 17, "latent": 13}


@attrs.frozen(slots=True, eq=False)
class Order:
    """A description with what it names: the profile, the transaction type, the edition."""

    description: Description
    profile: TableProfile
    tot: TransactionType
    edition: Edition

    def only(self, path: str) -> str | None:
        """The code of a field, where the profile knows a single one for the transaction type."""
        row = row_for(self.profile.layer.rows_of("fields", path), self.tot.likeness)
        codes = str(row.get("codes", "")).split() if row else []
        return codes[0] if len(codes) == 1 and not codes[0].startswith("@") else None

    def asks(self, path: str) -> bool:
        """True for a field that the profile surely wants of the transaction type, beyond what the standard does."""
        row = row_for(self.profile.layer.rows_of("fields", path), self.tot.likeness)
        return bool(row) and row.get("condition") == "M" and row.get("sure", True) is True

    def takes(self, kind: int) -> bool:
        """True for a record type that the transaction type may hold in this edition."""
        counted = [count for count in self.tot.records if kind in count.types and count.most != 0]
        return bool(counted or not self.tot.records) and self.stands(kind)

    def stands(self, kind: int) -> bool:
        """True for a record type of the edition, or of a later one that the profile takes."""
        declared = record_class(kind)
        until = declared.until
        return (declared.since <= self.edition and (until is None or self.edition <= until)) or (
            self.profile.takes_newer(kind, None)
        )

    def edition_of(self, kind: int) -> Edition:
        """The edition by whose tables a record of a type is spelled: its first, where the profile takes it before."""
        return max(self.edition, record_class(kind).since)

    def called(self) -> str:
        """The transaction type in the words of messages."""
        return f"{self.tot.code} of {self.profile.name}"


def order_of(description: Description) -> Order:
    """The profile, transaction type and edition of a description; DescriptionError for what is none of them."""
    profile = _profile_of(description)
    tot = profile.type_of(description.type)
    if tot is None:
        description.refuse("transaction", "type", unknown("transaction type", description.type, profile.tots))
    if tot.code != description.type:  # of every type alike
        tot = attrs.evolve(tot, code=description.type, name="every type alike")
    order = Order(description, profile, tot, LATEST)
    ver = str(description.head.get("VER") or order.only("1.002") or "")
    edition = edition_of(ver) if ver else newest(profile)
    if edition is None:
        description.refuse("transaction", "VER", f"{ver!r} is no VER of the standard, such as 0400")
    if not edition.checked:
        warnings.warn(advice_on(edition), EditionAdvice, stacklevel=4)
    return attrs.evolve(order, edition=edition)


def _profile_of(description: Description) -> TableProfile:
    """The profile with its overlays. DescriptionError, with the line, where one of them is not there or is none."""
    name = description.profile
    try:
        profile = named(name)
    except UnknownProfile:
        description.refuse("transaction", "profile", unknown("profile", name, profile_names()))
    except ITLError as error:
        description.refuse("transaction", "profile", f"{error}{_file_meant(name)}")
    try:
        return overlaid(profile, *description.overlays) if description.overlays else profile
    except ITLError as error:
        missing = (name for name in description.overlays if not os.path.lexists(name))
        description.refuse("transaction", "overlays", f"{error}{_file_meant(next(missing, ''))}")


def _file_meant(name: str) -> str:
    """Which TOML file beside one that is not there may be meant."""
    path = Path(name)
    if not name or os.path.lexists(path) or not path.parent.is_dir():
        return ""
    return meant(path.name, [one.name for one in path.parent.glob("*.toml")])


def newest(profile: TableProfile) -> Edition:
    """The newest edition of those that a profile takes for certain, and that is checked.

    From 2015 no IMP stands in a record without an image: not that edition where a profile asks for such records.
    """
    sure = [one for one in profile.editions if one.checked and one not in profile.doubtful_editions]
    newest_sure = max(sure, default=LATEST)
    return newest_sure if profile.missing_fingers is None else min(newest_sure, E2013)


# -- positions --------------------------------------------------------------------------------------


def check_positions(order: Order) -> None:
    """DescriptionError where a finger of the set has neither picture nor reason, or both; where no print is at all."""
    fingers = [one for one in order.description.pictures if one.what == "finger" and one.position]
    steps = [lambda one=one: _check_shown(order, one) for one in fingers]
    gathered(*steps, lambda: _check_set(order, {one.position for one in fingers if one.position}))


def _check_shown(order: Order, picture: ImageEntry) -> None:
    """A picture shows a finger at least that is there, and its segments lie around such fingers only."""
    reasons, shown = order.description.reasons, fingers_of(picture.position or 0)
    gone = [finger for finger in shown if finger in reasons]
    if gone and len(gone) == len(shown):
        verb = "is" if len(gone) == 1 else "are"
        order.description.refuse(
            "images", picture.key,
            f"has a picture, and {told(gone)} {verb} said to have none; leave out the one or the other",
        )  # fmt: skip
    boxed = [finger for finger in gone if finger in picture.segments]
    if boxed:
        order.description.refuse(
            "images", picture.key, f"segments: {told(boxed)} is said to have no print; leave out the box or the reason"
        )


def _check_set(order: Order, pictures: set[int]) -> None:
    """Every position of the set has a picture or a reason, and where the type asks for prints there is one."""
    description = order.description
    rolled, plain = wanted_positions(order, pictures)
    shown = {finger for position in pictures if position not in ROLLED for finger in fingers_of(position)}
    excused = {finger for position in description.reasons for finger in fingers_of(position)}
    missing = [one for one in rolled if one not in pictures and one not in description.reasons]
    missing += [one for one in plain if not set(fingers_of(one)) <= shown | excused]
    if missing:
        sets = 'prints = "10", "4-4-2" or "some" in [transaction] where that is the set'
        hint = f'give a file, or "amputated" or "unprintable"; {sets}'
        needed = f"{order.called()} needs fingerprints; " if not pictures and _needs_prints(order) else ""
        description.refuse("images", "", f"{needed}neither picture nor reason: {told(missing)}; {hint}")
    if not pictures and _needs_prints(order):
        description.refuse("images", "", f"{order.called()} needs fingerprints, and no finger has a picture; {_GIVE}")


def _needs_prints(order: Order) -> bool:
    """True for a transaction type that counts one at least of the records that hold fingers, and of no others."""
    return any(count.least and not count.where and set(count.types) <= _OF_FINGERS for count in order.tot.records)


def wanted_positions(order: Order, positions: set[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The rolled and the plain positions that must be accounted for: of types that say AMP, every finger."""
    asked = order.description.prints
    if asked is None and positions and order.profile.missing_fingers is not None:  # one of each, with or without print
        asked = "14"
    if asked is None and "AMP" in order.tot.needs:
        rolled = positions & set(ROLLED) or any(4 in count.types and count.least for count in order.tot.records)
        asked = "14" if rolled and not (positions and not positions & set(ROLLED)) else "4-4-2" if positions else None
    sets = {"14": (ROLLED, PLAIN), "10": (ROLLED, ()), "4-4-2": ((), (FOUR_RIGHT, FOUR_LEFT, THUMBS))}
    return sets.get(asked or "", ((), ()))


def unknown_prints(order: Order) -> str | None:
    """That no source says whether a type that lists AMP needs prints; None where one does, or the description."""
    if "AMP" not in order.tot.needs or order.description.prints is not None or _needs_prints(order):
        return None
    return (
        f"no source says whether {order.called()} needs fingerprints, nor of which positions: without a finger none is "
        'asked for, with one every finger; prints = "14", "10", "4-4-2" or "some" in [transaction] says which'
    )


# -- records with images ----------------------------------------------------------------------------


@attrs.frozen(slots=True, eq=False)
class Planned:
    """A record with an image that is to be made: its type, its pixels, how they are compressed.

    `bitrate` is None where the algorithm has none, or where the file is taken as it is; `least` is how low it may go,
    `usual` what the profile has where the description says another.
    """

    picture: ImageEntry
    kind: int
    pixels: Ready
    codec: str
    bitrate: float | None
    least: float | None = None
    source: str = ""
    usual: float | None = None


def opened_pictures(order: Order) -> list[tuple[ImageEntry, Ready]]:
    """The pictures in the order of positions. DescriptionError with every one that cannot be what it is to be."""
    pictures = sorted(order.description.pictures, key=_in_order)
    opened: list[Ready] = gathered(*(lambda one=one: _pixels(order, one) for one in pictures))
    return list(zip(pictures, opened, strict=True))


def planned(order: Order, pictures: list[tuple[ImageEntry, Ready]]) -> list[Planned]:
    """The records with images. DescriptionError, with the place, for what cannot be."""
    fingers = [row for row in pictures if row[0].what == "finger"]
    kind = _finger_kind(order, fingers)
    if kind == 4:
        _check_one_scale(order, fingers)
    rows = [(one, pixels, _KINDS.get(one.what, kind)) for one, pixels in pictures]
    return gathered(*(lambda row=row: _planned(order, *row) for row in rows))


def _in_order(picture: ImageEntry) -> tuple[int, int]:
    place = picture.position if picture.what in ("finger", "palm") else None
    return ("finger", "palm", "latent", "face", "iris").index(picture.what), place or 0


def _pixels(order: Order, picture: ImageEntry) -> Ready:
    ridges = picture.what in ("finger", "palm", "latent")
    wishes = attrs.evolve(picture.wishes, gray=True, eight_bits=True) if ridges else picture.wishes
    try:
        return ready(picture.source, wishes, ppi=picture.ppi, usual_ppi=picture.usual_ppi, needs_ppi=ridges)
    except ImageError as error:
        order.description.refuse("images", picture.key, f"{picture.name}: {in_toml(error.message)}")


def _finger_kind(order: Order, taken: list[tuple[ImageEntry, Ready]]) -> int:
    """4 or 14: Type-4 in editions before 2011 where it holds all of them, else Type-14, as far as there is a choice."""
    description, asked = order.description, order.description.fingers
    if not taken:
        return 14
    why = next((reason for picture, pixels in taken if (reason := _beyond_type4(picture, pixels))), None)
    if asked is not None:
        if not order.takes(asked):
            description.refuse("transaction", "fingers", f"{order.called()} takes no Type-{asked} in this edition")
        if asked == 4 and why:
            description.refuse("transaction", "fingers", f"Type-4 cannot hold {why}")
        return asked
    old, new = order.takes(4), order.takes(14)
    if not old and not new:
        key = taken[0][0].key
        description.refuse("images", key, f"{order.called()} takes no fingerprints, neither Type-4 nor Type-14")
    if why and not new:
        description.refuse("images", taken[0][0].key, f"{order.called()} takes Type-4 only, which cannot hold {why}")
    return 14 if why or not old or (new and order.edition >= E2011) else 4


def _check_one_scale(order: Order, taken: list[tuple[ImageEntry, Ready]]) -> None:
    """DescriptionError for pictures that depart from the resolution of most: records of Type-4 share one."""
    counted = Counter(nominal(pixels.density.across) or 0 for _, pixels in taken)
    common = max(counted, key=lambda ppi: (counted[ppi], -abs(ppi - CLASSES[0])))
    said = Density("most", common, common)

    def check(picture: ImageEntry, pixels: Ready) -> None:
        ppi = nominal(pixels.density.across) or 0
        if not Density("one", ppi, ppi).agrees(said):
            mend = "resample = 500 in [images]" if min(counted) >= CLASSES[0] else "scan it again at 500 ppi"
            other = "; fingers = 14 in [transaction] keeps each its own" if order.takes(14) else ""
            order.description.refuse(
                "images", picture.key,
                f"{picture.name} is of {pixels.density}, and other fingers are of {common} ppi, which records of "
                f"Type-4 share: {mend}{other}",
            )  # fmt: skip

    gathered(*(lambda row=row: check(*row) for row in taken))


def _beyond_type4(picture: ImageEntry, pixels: Ready) -> str | None:
    """What Type-4 has no place for."""
    if picture.position not in _BINARY_POSITIONS:
        return f"{picture.name}, position {picture.position}"
    if picture.segments:
        return f"the segments of {picture.name}"
    return None if pixels.ppi_class == 500 else f"{picture.name}, which is of {pixels.density}"


def _planned(order: Order, picture: ImageEntry, pixels: Ready, kind: int) -> Planned:
    description = order.description
    if not order.takes(kind):
        description.refuse("images", picture.key, f"{order.called()} takes no Type-{kind} in VER {order.edition.ver}")
    said = _compression(order, picture, pixels)
    codec = _codec(order, picture, pixels, said, kind)
    usual = said.bitrate if said is not None and has_bit_rate(codec.name) else None
    same = pixels.stream is not None and codec.name == pixels.codec and picture.bitrate is None
    rate = None if same else picture.bitrate or usual
    if picture.bitrate is not None or rate is None or said is None:
        return Planned(picture, kind, pixels, codec.name, rate, usual=usual)
    return Planned(picture, kind, pixels, codec.name, rate, said.least, said.source)


def _compression(order: Order, picture: ImageEntry, pixels: Ready) -> Compression | None:
    """How the profile compresses such an image."""
    if picture.what not in ("finger", "palm"):
        return compression_of(order.profile, picture.what)
    if pixels.ppi_class is None:
        order.description.refuse(
            "images", picture.key,
            f"{picture.name} is of {pixels.density}; prints are sent at 500 or 1000: {_mended(pixels.density)}",
        )  # fmt: skip
    return compression_of(order.profile, str(pixels.ppi_class))


def _mended(said: Density) -> str:
    """How prints of another resolution become of 500 pixels per inch."""
    if min(said.across, said.down) >= _CLASS_FROM:
        return "write resample = 500 in [images], or beside the file"
    return (
        "scan it again, or where the file is wrong of it write ppi = what it was scanned at, override_ppi = true "
        "beside the file"
    )


def _codec(order: Order, picture: ImageEntry, pixels: Ready, said: Compression | None, kind: int) -> Codec:
    """The algorithm that was asked for, or the first of the profile's that the edition and its rows take."""
    if picture.codec is not None:
        asked = codec_spelled(picture.codec)
        key, before = ("codec", "") if picture.codec_of_all else (picture.key, "codec: ")
        if asked is None or asked.spelling(kind) is None:
            order.description.refuse("images", key, f"{before}Type-{kind} holds no {picture.codec!r}")
        if kind in FRICTION_RIDGE_TYPES and asked.name in NOT_FOR_NEW_RIDGES and asked.name != pixels.codec:
            usual = f"; {order.profile.name} has {' or '.join(said.codecs)}, so leave codec out" if said else ""
            message = f"{before}{asked.name} is not for new images of friction ridges{usual}"
            order.description.refuse("images", key, message)
        return asked
    if said is None:
        order.description.refuse(
            "images", picture.key, f"{order.profile.name} does not say how it is compressed; write codec = ..."
        )
    found = next((name for name in said.codecs if _allowed(order, name, kind)), None)
    if found is None:
        order.description.refuse(
            "images", picture.key,
            f"VER {order.edition.ver} has none of {', '.join(said.codecs)} for Type-{kind}; write codec = ..., "
            "or resample = 500",
        )  # fmt: skip
    codec: Codec = codec_named(found)
    return codec


def _allowed(order: Order, name: str, kind: int) -> bool:
    declared = record_class(kind)
    number = next((row.number for row in declared.elements.values() if row.mnemonic == "CGA"), None)
    if number is None or codec_named(name).spelling(kind) is None:
        return False
    row = row_for(order.profile.layer.rows_of("fields", f"{kind}.{number:03d}"), order.tot.likeness)
    codes = str(row.get("codes", "")) if row else ""
    listed = not codes or codes.startswith("@") or name in codes.split()
    return listed and (declared.binary or takes_code(kind, name, order.edition_of(kind)))
