"""Another image in a record: what describes it is renewed, what was measured on the old one goes and is told."""

from __future__ import annotations

import warnings
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.advice import level_of_user
from nistitl.images.algorithms import edition_of_record
from nistitl.images.claims import claims_of
from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.fields import Description, described
from nistitl.images.orientation import refusal
from nistitl.images.picture import sound_array_of
from nistitl.images.pictures import Picture, is_file
from nistitl.images.resolution import INCH
from nistitl.images.scale import contradictions, density_said, differing, tell_resolution
from nistitl.images.sides import orientation_stored
from nistitl.images.streams.exif import UPRIGHT

if TYPE_CHECKING:
    from collections.abc import Collection

    from nistitl.images.resolution import Density
    from nistitl.model.record import Record

# What is measured on the pixels of an image, by mnemonic: places in it, qualities, the resolution of its scan.
PLACES = ("SEG", "ASEG", "FSP", "PPC")  # of friction ridges, which scale with the image
MEASURED = (
    *PLACES, "NQM", "SQM", "FQM", "FQC", "PQM", "LQM",
    "FIP", "FPFI", "FFP", "3DF", "FEC", "OCC", "SQS", "FSB",
    "IQS", "IRD", "IPB", "ISB", "UEB", "LEB", "NEO", "RAE", "RAU", "UQS", "BDQ", "SHPS", "SVPS", "EFR",
)  # fmt: skip
_DEPENDENT = ("CSP", "TIF")  # that stand for some images and not for others
_FEATURES = 9  # the record type that marks places in the image of its IDC
_SIDES = ("LHC", "RHC", "TVC", "BVC")
_ANOTHER = "the image is turned by EXIF, which is lost: transcode(..., turn=False) keeps it as it is stored"


class StaleFields(UserWarning):
    """Fields that told of the old image of a record are gone, or records still do."""


@attrs.frozen(slots=True)
class ImageChange:
    """What became of a record whose image is another one.

    `removed` are the fields that told of the old image, as "14.021 SEG"; `scaled` those whose places were brought to
    the new size; `stale` the records that mark places in the old image, as "Type-9 IDC 2"; `done` what was done to the
    picture.
    """

    removed: tuple[str, ...] = ()
    scaled: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    done: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = []
        if self.removed:
            keeps = "keep=[...] (--keep NAME of nistitl set) keeps them"
            told.append(f"{', '.join(self.removed)} told of the old image and are gone; {keeps}")
        if self.scaled:
            told.append(f"{', '.join(self.scaled)} brought to the new size")
        if self.stale:
            told.append(f"{', '.join(self.stale)} marks places in the old image: mark them anew, or remove it")
        return "; ".join([*self.done, *told])


def put_image(
    record: Record, image: Any, codec: str | None, ppi: float | None, keep: Collection[str], options: dict[str, Any]
) -> ImageChange:
    """Put another image into a record. ImageError, and nothing changed, where it cannot hold that."""
    keep = (keep,) if isinstance(keep, str) else keep
    for name in keep:
        if name not in MEASURED:
            raise ImageError(f"keep names fields that are measured on an image ({', '.join(MEASURED)}), not {name!r}")
    said = density_said(record)
    if codec is None and not is_file(image):
        codec = claims_of(record).codec
    made = described(image, type(record), codec, ppi, options, edition_of_record(record), said)
    fields = dict(made.fields)
    removed = [
        name
        for name in MEASURED
        if name in record.mnemonics() and name not in fields and name not in keep and _has(record, name)
    ]
    fields |= {name: None for name in _DEPENDENT if name in record.mnemonics() and name not in fields}
    if "HAS" in record.mnemonics() and _has(record, "HAS") and "HAS" not in made.given:
        fields["HAS"] = sha256(fields["DATA"]).hexdigest().upper()
    isr = _scale_of_binary(record, made) if record.binary else {}
    _checked(record, fields | isr, removed)
    for name, value in (fields | isr | dict.fromkeys(removed)).items():
        setattr(record, name, value)
    if record.binary and not _in_transaction(record):
        tell_resolution(record, made.density.across)
    done = made.picture.done if made.picture is not None else ()
    change = ImageChange(tuple(_numbered(record, name) for name in removed), (), _stale(record), done)
    if change.removed or change.stale:
        warnings.warn(str(change), StaleFields, stacklevel=level_of_user())
    return change


def picture_of(record: Record) -> Picture:
    """The image of a record as a picture, with the resolution that the record says; where it says none, its bytes.

    ImageError where it is damaged, lies on its side (EXIF), or says another resolution than its record.
    """
    if (orientation := orientation_stored(record)) != UPRIGHT:
        raise refusal(orientation, _ANOTHER)
    said, pixels = density_said(record), sound_array_of(record)
    for other in contradictions(record):
        raise ImageError(f"{differing(other, said)}; correct one of them first")
    told = (said,) if said is not None else tuple(densities_of(claims_of(record).data or b""))
    bits = claims_of(record).bits or 8
    used = bits if pixels.ndim == 2 else bits // 3
    return Picture(pixels, "record", used if 8 * pixels.itemsize - 8 < used else 8 * pixels.itemsize, told=told)


def resampled(record: Record, ppi: float, codec: str | None, upsample: bool, options: dict[str, Any]) -> ImageChange:
    """Bring the image of a record to another resolution, and the places of its segments with it."""
    before = picture_of(record)
    after = before.resample(ppi, upsample=upsample)
    if after is before:
        return ImageChange()
    across, down = after.width / before.width, after.height / before.height
    if after.scanned is not None and after.density is not None:
        across, down = after.density.across / after.scanned.across, after.density.down / after.scanned.down
    places = {
        name: tuple(_moved(item, across, down, after) for item in getattr(record, name))
        for name in PLACES
        if name in record.mnemonics() and _has(record, name)
    }
    change = put_image(record, after, codec or claims_of(record).codec, None, (), {**places, **options})
    return attrs.evolve(change, scaled=tuple(_numbered(record, name) for name in places))


def _moved(item: Any, across: float, down: float, picture: Picture) -> Any:
    """A segment or path in the pixels of the new image."""

    def x(value: int) -> int:
        return min(int(value * across), picture.width - 1)

    def y(value: int) -> int:
        return min(int(value * down), picture.height - 1)

    moved: dict[str, Any] = {
        name: (x if name in ("LHC", "RHC") else y)(value)
        for name in _SIDES
        if (value := getattr(item, name, None)) is not None
    }
    if points := getattr(item, "points", None):
        moved["points"] = tuple((x(h), y(v)) for h, v in points)
    return attrs.evolve(item, **moved)


def _scale_of_binary(record: Record, made: Description) -> dict[str, int]:
    """ISR by which Type-1 tells the resolution of the image. ImageError where neither of both numbers does."""
    if not _in_transaction(record):
        return {"ISR": made.fields["ISR"]}
    for isr in (made.fields["ISR"], 1 - made.fields["ISR"]):
        told = _told_by(record, isr)
        if told is not None and told.agrees(made.density):
            return {"ISR": isr}
    native = f"{made.density.across / INCH:05.2f}"
    raise ImageError(
        f"1.011 NSR and 1.012 NTR of the transaction do not tell {made.density}: set one to {native} (pixels per "
        "millimetre) if no other record goes by it, or resample=500 makes the image what they tell"
    )


def _told_by(record: Record, isr: int) -> Density | None:
    return density_said(record.copy(ISR=isr))


def _checked(record: Record, fields: dict[str, Any], removed: list[str]) -> None:
    """Try it on a copy, so that nothing is half changed where a value is refused."""
    record.copy(**fields, **dict.fromkeys(removed))


def _in_transaction(record: Record) -> bool:
    return record.context.owner is not None and record.context.owner() is not None


def _stale(record: Record) -> tuple[str, ...]:
    owner = record.context.owner
    transaction = owner() if owner is not None else None
    idc = record.idc
    if transaction is None or idc is None:
        return ()
    return tuple(f"Type-{_FEATURES} IDC {idc}" for _ in transaction.with_idc(_FEATURES, idc))


def _has(record: Record, name: str) -> bool:
    return record.raw(record.number_of(name)) is not None


def _numbered(record: Record, name: str) -> str:
    return f"{record.type}.{record.number_of(name):03d} {name}"
