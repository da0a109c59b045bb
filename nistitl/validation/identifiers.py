"""Information identifiers: what an entry of an audit log names. ANSI/NIST-ITL 1-2011 Update:2013, 98.900."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Depth = Literal["record", "field", "subfield", "item"]
_WRITTEN = re.compile(r"(-?)(\d{1,2}),(-?)([\d.]{1,12}),(-?)(?:(\d{1,6})|NA),(-?)(?:NA|([A-Za-z0-9]{1,4}))", re.ASCII)
_FIELD = re.compile(r"(\d{1,2})\.(\d{1,9})", re.ASCII)


class Identifier(NamedTuple):
    """IDC, field, subfield and item by mnemonic, None where there is NA; `removed` is what a minus stands before.

    `field` is record type and number; None for what is no TYPE.NUMBER.
    """

    idc: int
    field: tuple[int, int] | None
    subfield: int | None
    item: str | None
    removed: Depth | None


def identifier(text: str) -> Identifier | None:
    """What an information identifier names; None for what is none: `5,-14.024,NA,NA`."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    depths: tuple[Depth, ...] = ("record", "field", "subfield", "item")
    removed = next((depth for depth, sign in zip(depths, (1, 3, 5, 7), strict=True) if written[sign]), None)
    place = _FIELD.fullmatch(written[4])
    field = (int(place[1]), int(place[2])) if place else None
    return Identifier(int(written[2]), field, int(written[6]) if written[6] else None, written[8], removed)
