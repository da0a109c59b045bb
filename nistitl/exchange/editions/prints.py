"""The same image in a record of another type: Types 3, 5, 6, 13 and 14 as Type-4, Type-4 as Type-13 or Type-14.

No pixel is invented: a record whose image the other type cannot hold as it is, is not made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError
from nistitl.exchange.editions.settling import RecordGone
from nistitl.exchange.editions.tables import code_rows
from nistitl.images.claims import claims_of
from nistitl.images.codec import BILEVEL_TYPES
from nistitl.images.fields import fields_of_pixels
from nistitl.images.registry import codec_claimed
from nistitl.images.resolution import is_nominal, whole
from nistitl.images.scale import NOMINAL, density_said, tell_resolution
from nistitl.model.kinds import record_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.resolution import Density
    from nistitl.model.record import Record

_SIDE = 65535  # pixels, in two bytes
_GRAY_BITS = 8
_SLOTS = 6
_UNUSED = 255
_INCHES = 1  # SLC
_BINARY_POSITIONS = range(15)
CARRIED = frozenset({1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 999})  # fields of Types 13 and 14 that a Type-4 says, too


def as_binary(record: Record) -> Record:
    """A Type-4 with the image of a record of Types 3, 5, 6, 13 or 14. RecordGone where it cannot hold it."""
    idc, density = _idc(record), _density(record)
    if not is_nominal(density.across, int(NOMINAL)):
        raise RecordGone(f"is of {density}, and Type-4 holds 500 pixels per inch only; no pixel is invented")
    fields = _pixels_as_gray(record, density) if record.type in BILEVEL_TYPES else _image_as_it_is(record)
    positions = tuple(_binary_position(one) for one in _positions(record))[:_SLOTS]
    made = record_class(4)(IDC=idc, FGP=positions, ISR=_native(record), **_impression(record), **fields)
    tell_resolution(made, density.across)
    return made


def as_tagged(record: Record, kind: int) -> Record:
    """A Type-13 or Type-14 with the image of a Type-4; source and date of capture are left to who knows them."""
    idc, density, claims = _idc(record), _density(record), claims_of(record)
    codec = codec_claimed(record.type, claims.said) if claims.said is not None else None
    name = codec.spelling(kind) if codec is not None else None
    if name is None:
        raise RecordGone("has a compression algorithm that nobody knows")
    scale = whole(NOMINAL if is_nominal(density.across, int(NOMINAL)) else density.across)
    positions = _positions(record)
    return record_class(kind)(
        IDC=idc, FGP=positions or (0,), HLL=claims.width, VLL=claims.height, SLC=_INCHES, THPS=scale,
        TVPS=scale, CGA=name, BPX=_GRAY_BITS, DATA=_data(record), **_impression(record),
    )  # fmt: skip


def _idc(record: Record) -> int:
    if record.idc is None:
        raise RecordGone("has no IDC")
    return record.idc


def _density(record: Record) -> Density:
    said = density_said(record)
    if said is None or said.ratio or not said.plausible or not said.square:
        raise RecordGone("says no resolution that another record type could say")
    return said


def _image_as_it_is(record: Record) -> dict[str, Any]:
    """Size, algorithm and codestream of an image of eight bits and one component."""
    claims = claims_of(record)
    codec = codec_claimed(record.type, claims.said) if claims.said is not None else None
    number = codec.spelling(4) if codec is not None else None
    if number is None:
        raise RecordGone("has a compression algorithm that Type-4 does not have")
    if not record.binary and claims.bits != _GRAY_BITS:
        raise RecordGone("has no pixels of 8 bits, which Type-4 holds")
    if not claims.width or not claims.height or max(claims.width, claims.height) > _SIDE:
        raise RecordGone("has a size that two bytes do not say")
    return {"HLL": claims.width, "VLL": claims.height, "CGA": number, "DATA": _data(record)}


def _pixels_as_gray(record: Record, density: Density) -> dict[str, Any]:
    """Black and white as the two ends of gray, uncompressed: the same pixels."""
    try:
        array = record.array  # type: ignore[attr-defined]
    except ITLError as error:
        raise RecordGone(f"has an image that does not decode, and Type-4 has it as gray: {error}") from None
    if array.dtype == bool or array.max(initial=0) <= 1:
        array = array.astype("uint8") * 255
    return fields_of_pixels(array, 4, "NONE", density)


def _data(record: Record) -> bytes:
    data = getattr(record, "DATA")  # noqa: B009
    if data is None or not len(data):
        raise RecordGone("has no image")
    return bytes(data)


def _native(record: Record) -> int:
    return int(getattr(record, "ISR") or 0) if record.binary else 0  # noqa: B009


def _impression(record: Record) -> dict[str, Any]:
    raw = record.raw(3)
    if raw is None:
        return {}
    return {"IMP": int.from_bytes(raw, "big") if record.binary else _whole(bytes(raw))}


def _whole(raw: bytes) -> int:
    if not raw.isdigit() or len(raw) > 3 or int(raw) > _UNUSED:
        raise RecordGone("has an impression type that is none")
    return int(raw)


def _positions(record: Record) -> tuple[int, ...]:
    """The positions that FGP names, the most probable first."""
    if record.binary:
        return tuple(one for one in bytes(record.raw(4) or b"") if one != _UNUSED)
    parts = bytes(record.raw(13) or b"").split(b"\x1e")
    return tuple(int(part) for part in parts if part.isdigit() and len(part) < 4)


def _binary_position(position: int) -> int:
    """A position as Type-4 may say it. RecordGone where it has none of the kind."""
    if position in _BINARY_POSITIONS:
        return position
    named = (int(row.becomes) for row in code_rows() if row.place == "FGP" and row.code == str(position))
    found = next((one for one in named if one in _BINARY_POSITIONS), None)
    if found is None:
        raise RecordGone("is of a position that Type-4 does not have")
    return found


def positions_lost(record: Record) -> Iterator[tuple[int, str]]:
    """The positions, by subfield of FGP, that a Type-4 says otherwise, and what it does not say."""
    for place, position in enumerate(_positions(record), 1):
        if position not in _BINARY_POSITIONS:
            yield place, next(row.loses for row in code_rows() if row.place == "FGP" and row.code == str(position))
