"""Templates of INCITS 378 and ISO/IEC 19794-2 from bytes, and what they become as Type-9."""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING

import attrs

import nistitl
from nistitl.minutiae import FORMATS, MinutiaeError, read_template
from nistitl.minutiae.selection import blocks_of
from tests.fuzz.codestreams import damaged
from tests.fuzz.targets.images import quietly

if TYPE_CHECKING:
    from random import Random

BLOCKS = blocks_of(nistitl.Type9)
AREAS = {
    FORMATS[0]: "0001000B02010203010304 000200124100200030 5A4100400050 0A4696 01010006CAFE",
    FORMATS[1]: "0001000B02010203010304 0002001201402000305A 01404000500A4696 01010006CAFE",
}


def check(data: bytes) -> None:
    """Read or refused; what was read is written as it came, and becomes a record or is refused."""
    try:
        template = read_template(data)
    except MinutiaeError:
        return
    assert bytes(template) == data, "a template is written as another"
    for at, view in enumerate(template.views[:4]):
        assert view.minutiae.ppi is None or view.minutiae.ppi > 0
        for block in BLOCKS:
            for lossy in (False, True):
                record = quietly(nistitl.Type9.from_template, template, at, block, lossy=lossy, IDC=1)
                if record is not None:
                    quietly(record.minutiae, block, ppi=500, height=400)
                    size = {"ppi": 500, "width": 400, "height": 400, "impression": 0, "quality": 60}
                    quietly(record.to_template, FORMATS[len(data) % len(FORMATS)], block, **size)


@cache
def seeds() -> list[bytes]:
    """Every format, of one and of two views; those of the first edition with and without extended data."""
    rows = bytes.fromhex("406400962D50 80C8012C0000 00010002B364")
    made = []
    for form, areas in AREAS.items():
        for area in (b"", bytes.fromhex(areas)):
            view = bytes.fromhex("07125503") + rows + struct.pack(">H", len(area)) + area
            for views in (1, 2):
                rest = struct.pack(">HHHHHBB", 0x8ABC, 320, 480, 197, 197, views, 0) + view * views
                made.append(_headed(form, rest))
    plain = read_template(made[0]), read_template(made[1])
    later = (attrs.evolve(template, format=form, product=1) for template in plain for form in FORMATS[2:])
    return [*made, *map(bytes, later)]


def _headed(form: str, rest: bytes) -> bytes:
    if form == FORMATS[1]:
        return b"FMR\0 20\0" + struct.pack(">I", 12 + len(rest)) + rest
    return b"FMR\0 20\0" + struct.pack(">HI", 14 + len(rest), 0x310203) + rest


def mutate(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Damage, the length often made right again."""
    data = damaged(data or random.choice(seeds), random)
    if len(data) < 24 or random.random() < 0.2:
        return data
    if data[8:10] == b"\0\0":
        return data[:8] + len(data).to_bytes(4, "big") + data[12:]
    return data[:8] + (len(data) & 0xFFFF).to_bytes(2, "big") + data[10:]
