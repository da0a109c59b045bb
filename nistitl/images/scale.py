"""The resolution that a record says its image has, and where its codestream says another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.claims import claims_of
from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.resolution import INCH, PER_INCH, Density
from nistitl.model.context import NSR, NTR
from nistitl.model.kinds import record_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.model.record import Record

NOMINAL = 500.0
_LOW_TYPES = (3, 5)
_HIGH_FROM = 375.0  # pixels per inch: a nominal resolution above is that of the high-resolution types
_RATIO = 0  # SLC
_BINARY_STEP = INCH / 100  # 1.011 and 1.012 have two decimals


def ppi_of(record: Record, header: Any = None) -> float | None:
    """Horizontal pixels per inch as the record says; None where it does not, or gives an aspect ratio only.

    Binary types: ISR 1 is the native resolution of the Type-1 `header` (1.011 NSR), 0 the nominal one (1.012
    NTR), 500 where the header has none. Types 3 and 5 have half of either; files with nothing finer carry an
    NTR of 9.84, which is that half already.
    """
    if not record.binary:
        scale, pixels = _value(record, "SLC"), _value(record, "THPS")
        return pixels * PER_INCH[scale] if pixels and scale in PER_INCH else None
    native = claims_of(record).native
    if native not in (0, 1):
        return None
    said = header and (header.NSR if native else header.NTR)
    if not said:
        return None if native else scaled(record.type, False, NOMINAL / INCH) * INCH
    return scaled(record.type, bool(native), float(said)) * INCH


def scaled(record_type: int, native: bool, told: float) -> float:
    """The resolution of a binary record where Type-1 tells that one, as its native or its nominal; per millimetre."""
    halved = record_type in _LOW_TYPES and (native or told * INCH > _HIGH_FROM)
    return told / 2 if halved else told


def type_1_of(record: Record) -> Any:
    """A Type-1 that tells the resolution of binary records, as that of the transaction does or did."""
    header = record_class(1)()
    for number in (NSR, NTR):
        if (raw := record.context.setting(number)) is not None:
            header.put(number, bytes(raw))
    return header


def tell_resolution(record: Record, ppi: float) -> None:
    """Have a binary record that is in no transaction know its resolution, as one that was taken out of one does."""
    number, low = record.scaled_by, record.type in _LOW_TYPES
    if number is None:
        return
    header = record_class(1)()
    header.put(number, f"{(2 * ppi if low else ppi) / INCH:05.2f}".encode("ascii"))
    record.context.told_by(header)


def density_said(record: Record) -> Density | None:
    """What the record says of the resolution: by SLC, THPS and TVPS, or by ISR and Type-1; None where nothing."""
    if record.binary:
        ppi = ppi_of(record, type_1_of(record))
        return None if ppi is None else Density("the record", ppi, ppi, step=_BINARY_STEP)
    scale, across, down = _value(record, "SLC"), _value(record, "THPS"), _value(record, "TVPS")
    return density_of(scale, across, down if down is not None else across)


def inches_of(record: Record, across: int, down: int) -> tuple[float, float] | None:
    """How large an image of so many pixels is, by what the record says; None where it says no resolution."""
    said = density_said(record)
    if said is None or said.ratio or not said.plausible:
        return None
    return across / said.across, down / said.down


def density_of(scale: Any, across: Any, down: Any) -> Density | None:
    """What SLC, THPS and TVPS say together."""
    if not across or not down:
        return None
    if scale == _RATIO:
        return Density("the record", across, down, ratio=True)
    unit = PER_INCH.get(scale)
    return None if unit is None else Density("the record", across * unit, down * unit, step=unit)


def ppi_to_write(said: Density | None) -> float | None:
    """The resolution for a codestream, which tells one number: None where it is no number or no image has it."""
    return said.across if said is not None and said.plausible and said.square and not said.ratio else None


def contradictions(record: Record, densities: Iterable[Density] | None = None) -> list[Density]:
    """What the codestream (or `densities`, of what it was made of) says of the resolution and the record does not."""
    said = density_said(record)
    if said is None or not said.plausible:
        return []
    if densities is None:
        data = claims_of(record).data
        densities = densities_of(data) if data is not None else ()
    return [one for one in densities if one.plausible and not one.agrees(said)]


def differing(told: Density, said: Density | None) -> str:
    """Both, in words, for an error."""
    return f"the codestream says {told} ({told.source}), {said.source if said else 'nobody'} {said}"


def resolution_agreed(told: list[Density], ppi: float | None = None, override: bool = False) -> Density:
    """The resolution that is given, or that a codestream tells of itself; ImageError where they are not one."""
    given = [] if ppi is None else [Density("the argument ppi", ppi, ppi)]
    usable = given + [one for one in told if one.plausible and not one.ratio]
    if not usable and (odd := next((one for one in told if not one.plausible), None)):
        raise ImageError(f"the codestream says {odd} ({odd.source}), which no image has; give ppi")
    if not usable:
        raise ImageError("the codestream does not say its resolution; give ppi")
    first = usable[0]
    for other in () if override else told:
        if other.plausible and not other.agrees(first):
            keeps = "override_ppi=True keeps ppi" if given else "give ppi and override_ppi=True"
            raise ImageError(f"{differing(other, first)}; resample the image, or {keeps}")
    return first


def _value(record: Record, name: str) -> Any:
    return getattr(record, name) if name in record.mnemonics() else None
