"""What a Type-9 holds coded in its fields: maps, and the image of a skeleton, which are files of their own.

Each is read and written anew, so that nothing goes along but what was read; what cannot be read goes.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.images.cleaning import cleaned
from nistitl.images.errors import ImageError
from nistitl.minutiae.record import MinutiaeRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from nistitl.model.record import Record

    Name = Literal["quality", "flow", "wavelength"]

_MAPS: dict[int, Name] = {308: "quality", 310: "flow", 312: "wavelength"}
_SKELETON = 372  # a PNG in base-64


def renew_features(record: Record) -> Iterator[tuple[int, bool]]:
    """Write anew what is coded in fields: the numbers of those that are others now, and whether they went.

    MissingDependency without numpy, or the codecs of images.
    """
    if not isinstance(record, MinutiaeRecord):
        return
    for number in (*_MAPS, _SKELETON):
        before = record.raw(number)
        if before is None:
            continue
        try:
            _renew(record, number)
        except MissingDependency:
            raise
        except ITLError:
            record.put(number, None)
        if record.raw(number) != before:
            yield number, record.raw(number) is None


def _renew(record: MinutiaeRecord, number: int) -> None:
    name = _MAPS.get(number)
    if name is not None:
        record.set_map(name, getattr(record, f"{name}_map"))
        return
    try:
        image = base64.b64decode(bytes(record.raw(number) or b""), validate=True)
    except binascii.Error:
        raise ImageError("the skeleton is not in base-64") from None
    record.put(number, base64.b64encode(cleaned(image).data))
